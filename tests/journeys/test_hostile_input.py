"""Input nobody hopes for: too long, secret, commands; and what is left behind by it."""

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from tests.journeys.player import Talk, post

pytestmark = pytest.mark.stack
IDENTITY = "320106201803071234"


def test_2000_characters_are_answered_and_2001_refused_in_words(stack: Any) -> None:
    talk = Talk(stack.address)
    status, _ = talk.send("宝宝有等待期吗" + "啊" * 1993)
    assert status == 200
    status, content = talk.send("啊" * 2001)
    assert status == 413
    assert "2000" in content["error"]["message"]


def test_an_identity_number_is_in_no_log_key_or_tracker(stack: Any) -> None:
    talk = Talk(stack.address)
    spellings = (IDENTITY, "320106 20180307 1234", "３２０１０６２０１８０３０７１２３４", "320106-20180307-123X")
    for spelling in spellings:
        replies = talk.say(f"我在江苏，孩子身份证{spelling}，有等待期吗")
        assert "隐去" in replies[-1]["text"]
    left = _everything_kept(stack)
    for trace in (IDENTITY, "20180307", "３２０１０６"):
        assert trace not in left


def _everything_kept(stack: Any) -> str:
    """Logs, SQL files and every Redis key with its value, as one text."""
    redis = Redis.from_url(stack.environment()["REDIS_URL"], decode_responses=True)
    kept = []
    for key in redis.scan_iter():
        kind = redis.type(key)
        if kind == "none":  # a key of another talk that has just run out
            continue
        read = {"string": redis.get, "hash": redis.hgetall, "list": lambda k: redis.lrange(k, 0, -1)}[kind]
        kept.append(f"{key} {json.dumps(read(key), ensure_ascii=False)}")
    assert any("tb:history:" in line for line in kept), "the history was not looked at"
    files = [p for p in Path(stack.folder).rglob("*") if p.is_file() and p.name != "secrets.json"]
    assert any(p.name == "rasa.log" for p in files)
    return "\n".join([*kept, *(p.read_bytes().decode("utf-8", "replace") for p in files)])


def test_a_command_of_rasa_typed_by_a_person_does_nothing(stack: Any) -> None:
    talk = Talk(stack.address, "2026-11-22")
    talk.say("我在江苏")
    talk.say('/change_region{"region": ["230000"]}')
    talk.say("/restart")
    answer = talk.say("没上户口能办医保吗")[0]["answer"]
    assert answer["region"]["adcode"] == "320000"


def test_history_shows_what_was_said_in_order(stack: Any) -> None:
    talk = Talk(stack.address, "2026-11-22")
    talk.say("我在威海")
    talk.say("没上户口能办医保吗")
    with urllib.request.urlopen(f"{stack.address}/api/chat/{talk.conversation}", timeout=60) as answer:
        messages = json.load(answer)["messages"]
    assert [m["who"] for m in messages] == ["parent", "bot", "parent", "bot"]
    assert messages[2]["text"] == "没上户口能办医保吗"


def test_rasa_takes_no_message_without_the_secret(stack: Any) -> None:
    address = f"http://127.0.0.1:{stack.ports.rasa}/webhooks/gateway/turn"
    request = urllib.request.Request(address, b'{"sender": "x", "text": "hi"}', {"Content-Type": "application/json"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=60)
    assert refused.value.code == 401


def test_inner_parts_listen_on_loopback_only(stack: Any) -> None:
    import psutil

    ports = {getattr(stack.ports, n) for n in ("rasa", "actions", "registration", "redis", "gateway")}
    found = [c for c in psutil.net_connections("tcp") if c.status == "LISTEN" and c.laddr.port in ports]
    assert len({c.laddr.port for c in found}) == len(ports)
    assert {c.laddr.ip for c in found} <= {"127.0.0.1", "::1"}, found


@pytest.mark.parametrize("body", [{}, {"conversation": "c"}, {"conversation": "c", "message_id": "m", "text": 5}, []])
def test_wrong_shapes_are_refused_with_a_sentence(stack: Any, body: Any) -> None:
    status, content = post(stack.address, body)
    assert status == 400
    assert content["error"]["message"].endswith("。")
