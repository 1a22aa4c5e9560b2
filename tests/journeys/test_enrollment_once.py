"""One start, one draft: repeats, retries and restarts never make a second application."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from registration.client import RegistrationClient
from tests.journeys.player import Talk

pytestmark = pytest.mark.stack


def _applications(stack: Any, number: str) -> list[str]:
    environment = stack.environment()
    client = RegistrationClient(environment["REGISTRATION_URL"], environment["REGISTRATION_TOKEN"])
    conversation = client.get(number).conversation
    return [found.number for found in client.find(conversation)]


def _until_last_step(talk: Talk) -> None:
    for text in ("帮我给宝宝办参保", "我在南京", "昨天生的", "没上，出生证拿到了", "爸爸妈妈"):
        talk.say(text)


def _number(replies: list[dict[str, Any]]) -> str:
    found = re.search(r"TB[0-9A-Z]+", replies[0]["text"])
    assert found, replies
    return found.group()


def test_the_same_message_sent_twice_creates_one_draft(stack: Any) -> None:
    talk = Talk(stack.address)
    _until_last_step(talk)
    last = uuid.uuid4().hex
    first, second = talk.say("确认", last), talk.say("确认", last)
    assert first == second
    assert _applications(stack, _number(first)) == [_number(first)]


def test_the_same_message_sent_eight_times_at_once_creates_one_draft(stack: Any) -> None:
    talk = Talk(stack.address)
    _until_last_step(talk)
    last = uuid.uuid4().hex
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: talk.say("确认", last), range(8)))
    assert all(answer == answers[0] for answer in answers)
    assert len(_applications(stack, _number(answers[0]))) == 1


def test_the_link_opens_the_page_where_identity_data_is_typed(stack: Any) -> None:
    import urllib.request

    talk = Talk(stack.address)
    _until_last_step(talk)
    replies = talk.say("确认")
    link = re.search(r"http\S+/enroll/\S+", replies[0]["text"])
    assert link, replies
    with urllib.request.urlopen(link.group(), timeout=60) as page:
        content = page.read().decode()
    assert page.status == 200
    assert _number(replies) in content
    assert "出生医学证明编号" in content
