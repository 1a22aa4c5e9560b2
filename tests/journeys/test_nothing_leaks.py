"""Identity numbers, telephones, names and users' ids go in by every door; then every file is read."""

import json
import re
import time
import uuid
from pathlib import Path

import httpx
import pytest

from deploy import privacy
from deploy.stack import Stack
from gateway.enrollment_page import CONSENT
from tests.gateway.platform import FakeApi, Sender
from tests.registration.builders import CERTIFICATE, CHILD_NAME, GUARDIAN_NAME, GUARDIAN_NUMBER
from tests.registration.builders import TELEPHONE as PAGE_TELEPHONE

pytestmark = pytest.mark.stack
IDENTITY, TELEPHONE, CARD = "320106198811223345", "13655512345", "6222021234567890123"
OPENID = "oLeak_0a1b2c3d4e5f6g7h8i9j"
SPOKEN_NAME = "诸葛晓萱"
CHAT = f"我叫{SPOKEN_NAME}，身份证{IDENTITY}，电话{TELEPHONE}，卡号{CARD}，孩子有等待期吗"
TO_BE_CALLED = "13699887766"
NOWHERE = (
    IDENTITY,
    TELEPHONE,
    TO_BE_CALLED,
    CARD,
    OPENID,
    CHILD_NAME,
    GUARDIAN_NAME,
    GUARDIAN_NUMBER,
    PAGE_TELEPHONE,
    CERTIFICATE,
)
"""May stand in no file at all. A name somebody types into the chat stands in the talk, and there only."""


@pytest.fixture(scope="module")
def spoken(stack: Stack, messengers: FakeApi) -> Stack:
    """The started product after everything was typed in at every door."""
    with httpx.Client(base_url=stack.address, trust_env=False, timeout=20) as client:
        link = _talk(client)
        _fill_in(client, link)
        _hand_over(client)
        _by_wechat(client, messengers)
        _hostile(client)
        _break_a_turn(stack, client)
    return stack


def _say(client: httpx.Client, conversation: str, text: str) -> str:
    body = {"conversation": conversation, "message_id": uuid.uuid4().hex, "text": text}
    answer = client.post("/api/chat", json=body)
    assert answer.status_code == 200, answer.text
    return "\n".join(reply["text"] for reply in answer.json()["replies"])


def _talk(client: httpx.Client) -> str:
    """The chat API and the form of the page; an enrollment is started. The link to its page."""
    assert "已经隐去" in _say(client, "leak-1", CHAT)
    client.post("/c/leakingchat1", data={"text": CHAT, "message_id": "p-1"})
    for text in ("帮我给宝宝办参保", "我在南京", "2024年7月10号生的", "没上，出生证拿到了", "爸爸妈妈"):
        last = _say(client, "leak-2", text)
    if "/enroll/" not in last:
        last = _say(client, "leak-2", "确认")
    found = re.search(r"(/enroll/[\w-]+)", last)
    assert found, last
    return found[1]


def _fill_in(client: httpx.Client, link: str) -> None:
    page = client.get(link).text
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    form = {
        **hidden, "child_name": CHILD_NAME, "birth_certificate_number": CERTIFICATE, "guardian_name": GUARDIAN_NAME,
        "guardian_id_number": GUARDIAN_NUMBER, "telephone": PAGE_TELEPHONE, "relation": "父亲",
        "household_region": "江苏省南京市", "consent": CONSENT,
    }  # fmt: skip
    wrong = client.post(link, data={**form, "guardian_id_number": GUARDIAN_NUMBER[:-1] + "0"})
    assert wrong.status_code == 303  # every form is answered by a redirect
    assert "身份证" in client.get(wrong.headers["location"]).text
    done = client.post(link, data=form)
    assert done.status_code == 303, done.text
    assert client.get(done.headers["location"]).status_code == 200


def _hand_over(client: httpx.Client) -> None:
    assert "编号 RG" in _say(client, "leak-1", "转人工")
    found = re.search(r"(/call-back/[\w-]+)", _say(client, "leak-1", "留电话"))
    assert found
    span = re.findall(r'<option value="([^"]+)"', client.get(found[1]).text)[0]
    assert client.post(found[1], data={"telephone": TO_BE_CALLED[:-1], "span": span}).status_code == 422
    assert client.post(found[1], data={"telephone": TO_BE_CALLED, "span": span}).status_code == 303
    assert "136****7766" in _say(client, "leak-1", "我留的电话")
    assert "隐去" in _say(client, "leak-1", f"我的身份证号是{IDENTITY}，打我{TELEPHONE}")


def _by_wechat(client: httpx.Client, api: FakeApi) -> None:
    sender = Sender("safe")
    if sender.post(client, sender.message(OPENID, CHAT)) is None:
        api.waits_for(OPENID, 1)


def _hostile(client: httpx.Client) -> None:
    """Requests that fail, with something in them that must not be written down."""
    client.post("/api/chat", content=f'{{"text": "{IDENTITY}"'.encode())
    client.post("/api/chat", json={"conversation": f"c {IDENTITY}", "message_id": "m", "text": "x"})
    client.get(f"/enroll/{IDENTITY}")
    client.get(f"/c/{IDENTITY}-nobody?as={TELEPHONE}")
    client.post("/wechat", params={"signature": IDENTITY}, content=f"<xml>{TELEPHONE}</xml>".encode())


def _break_a_turn(stack: Stack, client: httpx.Client) -> None:
    """A turn that fails while it is full of data: the action server dies, and comes back."""
    process = stack.parts["actions"].process
    assert process
    process.kill()
    process.wait(10)
    body = {"conversation": "leak-3", "message_id": "m-1", "text": CHAT}
    assert client.post("/api/chat", json=body).status_code == 503
    until = time.monotonic() + 60
    while client.post("/api/chat", json=body).status_code != 200:
        assert time.monotonic() < until
        stack.tend()
        time.sleep(0.1)


def _forms(value: str) -> list[bytes]:
    """As it is, and as JSON and XML escape it."""
    escaped = json.dumps(value)[1:-1]
    return list({value.encode(), escaped.encode(), value.encode("utf-16-le")})


def _files(stack: Stack) -> list[Path]:
    return [path for path in stack.folder.rglob("*") if path.is_file() and path.name != "secrets.json"]


def test_there_is_something_to_read(spoken: Stack) -> None:
    names = {path.name for path in _files(spoken)}
    assert {"tongbao.sqlite3", "appendonly.aof", "gateway.log", "rasa.log", "actions.log", "registration.log"} <= names
    redis = next(path for path in _files(spoken) if path.name == "appendonly.aof").read_bytes()
    assert "等待期".encode() in redis


def test_no_identifier_stands_in_any_file(spoken: Stack) -> None:
    found = [
        (path.name, value) for path in _files(spoken) for value in NOWHERE
        if any(form in path.read_bytes() for form in _forms(value))
    ]  # fmt: skip
    assert found == []


def test_logs_hold_nothing_that_was_said_and_no_link(spoken: Stack) -> None:
    for path in (spoken.folder / "log").iterdir():
        text = path.read_text("utf-8", "replace")
        for word in (SPOKEN_NAME, "等待期吗", "转人工", "/enroll/", "/call-back/", "leak-1", "leakingchat1"):
            assert word not in text, (path.name, word)


def test_a_name_said_in_the_chat_stands_in_the_talk_only(spoken: Stack) -> None:
    places = {path.name for path in _files(spoken) if any(form in path.read_bytes() for form in _forms(SPOKEN_NAME))}
    assert places <= {"appendonly.aof", "tongbao.sqlite3", "tongbao.sqlite3-wal"}


def test_metrics_hold_numbers_only(spoken: Stack) -> None:
    ports = spoken.ports
    addresses = (f":{ports.metrics}/metrics", f":{ports.actions}/metrics", f":{ports.registration}/metrics",
                 f":{ports.portal_metrics}/metrics", f":{ports.sender_metrics}/metrics",
                 f":{ports.rasa}/webhooks/gateway/metrics")  # fmt: skip
    for address in addresses:
        text = httpx.get(f"http://127.0.0.1{address}", trust_env=False).text
        assert "tongbao_" in text
        assert not any(value in text for value in (*NOWHERE, SPOKEN_NAME, "leak"))


def test_every_key_ends_by_itself(spoken: Stack) -> None:
    import redis

    client = redis.Redis.from_url(spoken.environment()["REDIS_URL"], decode_responses=True)
    lasting = {re.sub(r"[0-9a-f]{32}.*", "…", key) for key in client.scan_iter() if client.ttl(key) == -1}
    assert lasting <= {"tb:say:due", "tb:say:order"}  # a bounded index of users with work waiting, and a number


def test_the_operator_can_have_it_all_forgotten(
    spoken: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the command, for the web and for WeChat; what is with the bureau stays and is named."""
    for name, value in spoken.environment().items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str) -> str:
        assert privacy.main(list(arguments)) == 0
        return capsys.readouterr().out

    assert "Redis 键 0 个" not in run("show", "--conversation", "leak-1")
    run("forget", "--conversation", "leak-1")
    assert "Redis 键 0 个\n转人工 0 次，评价 0 个" in run("show", "--conversation", "leak-1")
    assert "Redis 键 0 个" not in run("show", "--user", f"wx:{OPENID}")
    run("forget", "--user", f"wx:{OPENID}")
    assert "Redis 键 0 个" in run("show", "--user", f"wx:{OPENID}")
    assert re.search(r"已经递交的申请.*TB", run("forget", "--conversation", "leak-2"))
