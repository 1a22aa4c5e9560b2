"""The gateway over HTTP: errors in words and in shape, security headers on everything, health that means something."""

import json
import logging
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.gateway.builders import FakeDialogue, body, settings
from tests.gateway.running import RedisServer, gateway, redis_server

CHAT = "/api/chat"


class Broken(FakeDialogue):
    """Fails in a way nobody foresaw, with a secret in the error's text."""

    async def say(self, *_: Any) -> Any:
        raise RuntimeError("secret-of-an-error")


@pytest.fixture
def dialogue() -> FakeDialogue:
    return FakeDialogue()


@pytest.fixture
def door(redis: RedisServer, dialogue: FakeDialogue) -> Iterator[httpx.Client]:
    with gateway(settings(redis.url), dialogue) as client:
        yield client


def error(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of an error of the contract: nothing else in it, and a sentence of Chinese."""
    content = answer.json()
    assert set(content) == {"error"}
    assert set(content["error"]) == {"code", "message"}
    message = content["error"]["message"]
    assert message.endswith("。")
    assert any("\u4e00" <= c <= "\u9fff" for c in message)
    assert "Traceback" not in answer.text
    assert "{" not in message
    return answer.status_code, content["error"]["code"]


def test_an_answer_has_the_shape_of_the_contract(door: httpx.Client) -> None:
    answer = door.post(CHAT, json=body())
    assert answer.status_code == 200
    assert answer.json() == {
        "conversation": "c-1", "message_id": "m-1",
        "replies": [{"text": "答：宝宝没上户口能办医保吗", "answer": None, "options": []}],
    }  # fmt: skip
    assert "宝宝" in answer.text  # read as it stands, not as \\u escapes


def test_the_history_shows_both_sides_in_order(door: httpx.Client) -> None:
    door.post(CHAT, json=body())
    content = door.get(f"{CHAT}/c-1").json()
    assert content["conversation"] == "c-1"
    assert [message["who"] for message in content["messages"]] == ["parent", "bot"]
    assert content["messages"][0]["text"] == "宝宝没上户口能办医保吗"
    assert content["messages"][1]["reply"]["text"].startswith("答：")
    assert door.get(f"{CHAT}/c-unknown").json()["messages"] == []


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (b"", 400, "bad_request"), (b"null", 400, "bad_request"), (b"{", 400, "bad_request"),
        (b"\xff\xfe", 400, "bad_request"), (b"[" * 60_000, 400, "bad_request"), (b'{"a":' * 12_000, 400, "bad_request"),
        (b"1" * 5000, 400, "bad_request"), (json.dumps(body(extra=1)).encode(), 400, "bad_request"),
        (json.dumps({**body(), "{0}": 1}).encode(), 400, "bad_request"),
        (b'{"conversation": "c", "message_id": "m", "text": "\\ud800"}', 400, "empty_text"),
        (json.dumps(body(text=" ")).encode(), 400, "empty_text"),
        (json.dumps(body(text="\x00")).encode(), 400, "empty_text"),
        (json.dumps(body(text="啊" * 2001)).encode(), 413, "text_too_long"),
        (json.dumps(body(as_of="2025-08-05")).encode(), 400, "demo_clock_off"),
        (json.dumps(body(text="a" * 70_000)).encode(), 413, "body_too_large"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_in_words(door: httpx.Client, sent: bytes, status: int, code: str) -> None:
    assert error(door.post(CHAT, content=sent)) == (status, code)


def test_the_refusal_of_a_long_text_says_how_long_it_may_be(door: httpx.Client) -> None:
    assert "2000" in door.post(CHAT, json=body(text="啊" * 2001)).json()["error"]["message"]


def test_2000_characters_of_four_bytes_each_are_taken(door: httpx.Client) -> None:
    assert door.post(CHAT, json=body(text="👶" * 2000)).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nothing", 404, "not_found"), ("POST", "/api/chat/c-1/more", 404, "not_found"),
        ("GET", "/api/chat/c%201", 404, "not_found"), ("GET", "/api/chat/%FF", 404, "not_found"),
        ("GET", "/api/chat", 405, "method_not_allowed"), ("DELETE", "/api/chat", 405, "method_not_allowed"),
        ("POST", "/api/chat/c-1", 405, "method_not_allowed"),
    ],
)  # fmt: skip
def test_wrong_addresses_of_the_api_are_refused_in_its_shape(
    door: httpx.Client, method: str, path: str, status: int, code: str
) -> None:
    answer = door.request(method, path)
    assert error(answer) == (status, code)
    if status == 405:
        assert answer.headers["allow"]


@pytest.mark.parametrize(
    "path", ["/nothing", "/c/short", "/c/不是聊天的号码", "/static/nothing.js", "/static/../app.py", "/enroll"]
)
def test_wrong_addresses_of_pages_get_a_page_in_chinese(door: httpx.Client, path: str) -> None:
    answer = door.get(path)
    assert answer.status_code == 404
    assert "没有找到" in answer.text
    assert "回到聊天" in answer.text


def test_a_dialogue_that_is_down_is_said_politely_and_the_same_message_works_afterwards(
    door: httpx.Client, dialogue: FakeDialogue
) -> None:
    dialogue.fails = 1
    answer = door.post(CHAT, json=body())
    assert error(answer) == (503, "temporarily_unavailable")
    assert "没有丢" in answer.text
    assert "12393" in answer.text
    assert door.post(CHAT, json=body()).status_code == 200


def test_a_failure_nobody_foresaw_is_said_politely_and_its_text_is_not_shown_or_logged(
    redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with gateway(settings(redis.url), Broken()) as door:
        answer = door.post(CHAT, json=body(text="今天很着急"))
    assert error(answer) == (503, "temporarily_unavailable")
    assert "RuntimeError" in caplog.text
    assert "secret-of-an-error" not in caplog.text + answer.text
    assert "今天很着急" not in caplog.text


def test_without_redis_every_door_says_so_and_what_was_typed_is_still_there(tmp_path: Path) -> None:
    with redis_server(tmp_path) as server, gateway(settings(server.url), FakeDialogue()) as door:
        chat = door.get("/").headers["location"]
        server.stop()
        assert error(door.post(CHAT, json=body())) == (503, "temporarily_unavailable")
        assert error(door.get(f"{CHAT}/c-1")) == (503, "temporarily_unavailable")
        page = door.post(chat, data={"text": "宝宝没上户口能办医保吗", "message_id": "m-1"})
        assert page.status_code == 503
        assert "宝宝没上户口能办医保吗</textarea>" in page.text
        assert "没有丢" in page.text
        assert door.get("/readyz").status_code == 503
        assert door.get("/healthz").status_code == 200


def test_ready_only_when_a_probe_is_answered_alive_always(redis: RedisServer) -> None:
    with gateway(settings(redis.url), FakeDialogue(fails=1)) as door:
        assert door.get("/healthz").json() == {"status": "alive"}
        first = door.get("/readyz")
        assert (first.status_code, first.json()) == (503, {"ready": False})
        second = door.get("/readyz")
        assert (second.status_code, second.json()) == (200, {"ready": True})


@pytest.mark.parametrize("name", ["x" * 300, "x" * 3000, "a%00b", "%E5%8D%97" * 90])
def test_a_file_nobody_could_have_is_not_found(redis: RedisServer, name: str) -> None:
    with gateway(settings(redis.url), FakeDialogue()) as door:
        assert door.get(f"/static/{name}").status_code == 404


def test_not_ready_with_a_redis_that_throws_keys_away(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    options = ("--maxmemory-policy", "allkeys-lru")
    with redis_server(tmp_path, *options) as server, gateway(settings(server.url), FakeDialogue()) as door:
        assert door.get("/readyz").status_code == 503
    assert "maxmemory-policy noeviction" in caplog.text


def test_not_ready_when_nothing_listens_where_rasa_should_be(redis: RedisServer) -> None:
    with gateway(settings(redis.url), None) as door:
        assert door.get("/readyz").status_code == 503
        assert error(door.post(CHAT, json=body())) == (503, "temporarily_unavailable")


ADDRESSES = [
    ("GET", "/"), ("GET", "/c/chat-of-tests"), ("POST", "/c/chat-of-tests"), ("GET", "/nothing"), ("GET", "/healthz"),
    ("GET", "/readyz"), ("POST", CHAT), ("GET", CHAT), ("GET", "/static/chat.css"), ("GET", "/static/chat.js"),
    ("GET", "/enroll/some-token"), ("POST", "/size"), ("GET", f"{CHAT}/c-1"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_every_response_carries_the_security_headers(door: httpx.Client, method: str, path: str) -> None:
    protected(door.request(method, path).headers)


def protected(headers: httpx.Headers) -> None:
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"]


@pytest.mark.parametrize(
    "raw",
    [
        b"GET /healthz HTTP/1.1\r\nno colon here\r\n\r\n",
        b"rubbish\r\n\r\n",
        b"POST /api/chat HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n",
        b"POST /api/chat HTTP/1.1\r\nHost: x\r\nContent-Length: minus\r\n\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
)
def test_what_is_no_http_gets_an_error_without_a_trace(door: httpx.Client, raw: bytes) -> None:
    with socket.create_connection((door.base_url.host, door.base_url.port or 80), timeout=10) as line:
        line.sendall(raw)
        answer = b""
        while chunk := line.recv(65_536):
            answer += chunk
            if b"\r\n\r\n" in answer:
                break
    assert answer.split()[1][:1] == b"4"
    assert b"Traceback" not in answer
    assert b"content-security-policy" in answer.lower()


def test_pages_are_never_kept_by_a_cache_and_assets_change_their_address_with_their_content(door: httpx.Client) -> None:
    page = door.get("/c/chat-of-tests")
    assert page.headers["cache-control"] == "no-store"
    address = page.text.split('rel="stylesheet" href="')[1].split('"')[0]
    assert "?v=" in address
    assert "immutable" in door.get(address).headers["cache-control"]


def test_a_message_goes_on_when_the_phone_loses_its_network(door: httpx.Client, dialogue: FakeDialogue) -> None:
    dialogue.held = True
    content = json.dumps(body()).encode()
    head = f"POST {CHAT} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(content)}\r\n\r\n".encode()
    with socket.create_connection((door.base_url.host, door.base_url.port or 80), timeout=10) as line:
        line.sendall(head + content)
        while not dialogue.heard:
            door.get("/healthz")
    for _ in range(20):  # the door has noticed by now
        door.get("/healthz")
    dialogue.held = False
    assert door.post(CHAT, json=body()).status_code == 200
    assert len(dialogue.heard) == 1
