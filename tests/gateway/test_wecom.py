"""The WeCom application: always encrypted, verified at once, its own receiver and agent, the same turns."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from gateway.wecom.settings import read_wecom
from tests.gateway.builders import FakeDialogue, Slow, settings
from tests.gateway.platform import (
    AGENT_ID,
    CORP_ID,
    KEY,
    OLD_KEY,
    TOKEN,
    FakeApi,
    Sender,
    encrypt,
    sign,
    wecom,
    wecom_variables,
)  # fmt: skip
from tests.gateway.running import RedisServer, gateway, settled

SEND = "/cgi-bin/message/send"


@contextmanager
def started(
    redis: RedisServer, api: FakeApi, dialogue: FakeDialogue | None = None, **changes: str
) -> Iterator[httpx.Client]:
    given = settings(redis.url, wecom=read_wecom(wecom_variables(api.address, **changes)))
    with gateway(given, dialogue or FakeDialogue()) as client:
        yield client


def test_verification_answers_the_decrypted_echostr_and_waits_for_nobody() -> None:
    """The platform gives it a second. Neither Redis nor Rasa nor the platform itself is there."""
    echo = encrypt("1616140317555161061", receiver=CORP_ID)
    query = {"msg_signature": sign(TOKEN, "1", "2", echo), "timestamp": "1", "nonce": "2", "echostr": echo}
    nobody = settings(wecom=read_wecom(wecom_variables("http://127.0.0.1:1")))
    with gateway(nobody, FakeDialogue()) as client:
        answer = client.get("/wecom", params=query)
        assert (answer.status_code, answer.content) == (200, b"1616140317555161061")
        other = encrypt("x", receiver="ww_other")
        forged = query | {"echostr": other, "msg_signature": sign(TOKEN, "1", "2", other)}
        for wrong in (query | {"msg_signature": "0" * 40}, forged, {}):
            assert client.get("/wecom", params=wrong).status_code == 403


def test_a_plus_that_became_a_space_does_no_harm(redis: RedisServer, api: FakeApi) -> None:
    echo = next(cipher for cipher in (encrypt(str(n), receiver=CORP_ID) for n in range(200)) if "+" in cipher)
    with started(redis, api) as client:
        address = f"/wecom?msg_signature={sign(TOKEN, '1', '2', echo)}&timestamp=1&nonce=2&echostr={echo}"
        assert client.get(address).status_code == 200


def test_a_question_is_answered_encrypted_and_once(redis: RedisServer, api: FakeApi) -> None:
    sender = wecom()
    with started(redis, api) as client:
        asked = sender.message("zhangsan", "有等待期吗")
        assert sender.post(client, asked) == "答：有等待期吗"
        assert sender.post(client, asked) is None
    assert api.sent == []


@pytest.mark.parametrize(
    "sender",
    [
        Sender(receiver="ww_other", to=CORP_ID, path="/wecom", corp=True), Sender("plain", path="/wecom"),
        Sender(receiver=CORP_ID, to="ww_other", path="/wecom", corp=True),
        Sender(receiver=CORP_ID, to=CORP_ID, path="/wecom", corp=True, agent="999"),
        Sender(receiver=CORP_ID, to=CORP_ID, path="/wecom", corp=True, token="tokenOfSomebody"),
    ],
)  # fmt: skip
def test_another_company_another_agent_or_plain_text_is_refused(
    redis: RedisServer, api: FakeApi, sender: Sender
) -> None:
    dialogue = FakeDialogue()
    with started(redis, api, dialogue) as client:
        query, body = sender.request(sender.message("zhangsan", "伪造"))
        answer = client.post("/wecom", params=query, content=body.encode())
        assert (answer.status_code, answer.text) == (403, "forbidden")
    assert dialogue.heard == []


def test_the_previous_key_still_opens(redis: RedisServer, api: FakeApi) -> None:
    sender = wecom()
    sender.key = OLD_KEY
    with started(redis, api, WECOM_AES_KEY=f"{KEY},{OLD_KEY}") as client:
        assert sender.post(client, sender.message("zhangsan", "好")) == "答：好"


@pytest.mark.parametrize("fault", ["cut after", "cut", -1, 42001])
def test_a_slow_answer_is_sent_by_the_application_and_repeated_safely(
    redis: RedisServer, api: FakeApi, fault: Any
) -> None:
    sender = wecom()
    api.faults[SEND] = [fault]
    dialogue = Slow()
    with started(redis, api, dialogue, WECHAT_PASSIVE_SECONDS="1.0") as client:
        assert sender.post(client, sender.message("zhangsan", "慢")) is None
        dialogue.go()
        assert api.waits_for("zhangsan", 1) == ["答：慢"]
        settled(redis)
    assert api.texts("zhangsan") == ["答：慢"]
    assert api.sent[0].body["agentid"] == int(AGENT_ID)


def test_entering_the_application_gets_an_empty_receipt(redis: RedisServer, api: FakeApi) -> None:
    sender = wecom()
    with started(redis, api) as client:
        query, body = sender.request(sender.event("zhangsan", "enter_agent", "", AgentID=AGENT_ID))
        answer = client.post("/wecom", params=query, content=body.encode())
        assert (answer.status_code, answer.text) == (200, "")
