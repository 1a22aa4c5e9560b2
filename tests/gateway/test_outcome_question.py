"""Would you have called? Asked once a conversation after a rating, never in the middle of something, counted once."""

import asyncio
import re
import uuid
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from common.casebook import Casebook
from gateway.feedback import WANTS_A_PERSON
from gateway.words import words
from tests.gateway.builders import STATE, FakeDialogue, card, settings
from tests.gateway.running import RedisServer, gateway

ASKED = words("outcome_question")
PARTIAL = {"X-Partial": "1"}


class Parent:
    """One parent's browser, with a database of its own."""

    def __init__(self, client: httpx.Client, dialogue: FakeDialogue, url: str) -> None:
        self.client, self.dialogue, self.url = client, dialogue, url
        self.chat = str(client.get("/").headers["location"])

    def says(self, text: str) -> None:
        sent = self.client.post(self.chat, data={"text": text, "message_id": uuid.uuid4().hex})
        assert sent.status_code == 303

    @property
    def page(self) -> str:
        return self.client.get(self.chat).text

    def rates(self, value: str = "up", which: int = -1, **more: str) -> httpx.Response:
        names = list(dict.fromkeys(re.findall(r'name="bubble" value="([^"]+)"', self.page)))
        return self.client.post(
            f"{self.chat}/thumb", data={"bubble": names[which], "value": value} | more, headers=PARTIAL
        )

    def answers(self, said: str) -> int:
        return self.client.post(f"{self.chat}/outcome", data={"said": said}, headers=PARTIAL).status_code

    def counts(self) -> dict[str, int]:
        async def read() -> dict[str, int]:
            book = Casebook(self.url)
            try:
                return await book.would_have_called().since(date(2020, 1, 1))
            finally:
                await book.close()

        return asyncio.run(read())


@pytest.fixture
def parent(redis: RedisServer, tmp_path: Path) -> Iterator[Parent]:
    url = f"sqlite+aiosqlite:///{tmp_path / 'book.sqlite3'}"
    dialogue = FakeDialogue(marks=card(), state=STATE)
    with gateway(settings(redis.url, database_url=url), dialogue) as client:
        yield Parent(client, dialogue, url)


@pytest.mark.parametrize("rating", [{"value": "up"}, {"value": "down", "reason": "看不懂"}])
def test_after_a_rating_it_is_asked_with_one_tap_and_counted_without_a_word(
    parent: Parent, rating: dict[str, str]
) -> None:
    parent.says("哪天交")
    shown = parent.rates(**rating)
    assert ASKED in shown.text
    assert re.findall(r'name="said" value="(\w+)"', shown.text) == ["yes", "no"]
    assert ASKED in parent.page
    assert parent.answers("yes") == 204
    assert parent.counts() == {"asked": 1, "yes": 1, "no": 0}
    assert 'name="said"' not in parent.page
    assert "记下了，谢谢。" in parent.page


def test_it_is_asked_once_a_conversation_and_the_first_answer_counts(parent: Parent) -> None:
    parent.says("哪天交")
    parent.rates()
    for said in ("no", "yes", "no"):
        parent.answers(said)
    parent.says("要交多少")
    assert ASKED not in parent.rates().text
    assert parent.page.count(ASKED) == 1
    assert parent.counts() == {"asked": 1, "yes": 0, "no": 1}


def test_a_thumb_down_is_first_asked_why_and_who_wants_a_person_is_asked_nothing(parent: Parent) -> None:
    parent.says("哪天交")
    assert parent.rates("down").status_code == 204
    assert parent.rates("down", reason=WANTS_A_PERSON).status_code == 204
    assert ASKED not in parent.page


@pytest.mark.parametrize(
    "middle", [{"form": {"key": "k"}}, {"expected": "birth_date"}, {"unsettled": {"kind": "place"}}]
)
def test_it_is_not_asked_in_the_middle_of_something_but_afterwards(parent: Parent, middle: dict[str, Any]) -> None:
    parent.dialogue.state = STATE | middle
    parent.says("哪天交")
    assert parent.rates().status_code == 204
    parent.dialogue.state = STATE
    parent.says("要交多少")
    assert ASKED in parent.rates().text


def test_it_is_not_asked_under_an_answer_that_asks_something_itself(parent: Parent) -> None:
    asking = card()
    parent.dialogue.marks = asking | {"answer": asking["answer"] | {"ask_for": ["birth_date"]}}
    parent.says("哪天交")
    assert parent.rates().status_code == 204


def test_it_is_not_asked_for_an_answer_that_something_follows(parent: Parent) -> None:
    parent.says("哪天交")
    parent.says("要交多少")
    assert parent.rates(which=0).status_code == 204
    assert ASKED in parent.rates().text


def test_it_is_not_asked_while_a_person_is_waited_for(parent: Parent) -> None:
    parent.dialogue.marks = card() | {"handover": "家长要找人"}
    parent.says("转人工")
    parent.dialogue.marks = card()
    parent.says("哪天交")
    assert parent.rates().status_code == 204


def test_an_answer_to_nothing_and_any_other_word_is_refused(parent: Parent) -> None:
    parent.says("哪天交")
    assert parent.answers("yes") == 404
    parent.rates()
    assert parent.answers("也许") == 400
    assert parent.counts() == {"asked": 1, "yes": 0, "no": 0}


def test_without_a_script_the_page_leads_to_the_question_and_back(parent: Parent) -> None:
    parent.says("哪天交")
    bubble = re.findall(r'name="bubble" value="([^"]+)"', parent.page)[0]
    sent = parent.client.post(f"{parent.chat}/thumb", data={"bubble": bubble, "value": "up"})
    name = sent.headers["location"].partition("#")[2]
    assert f'id="{name}"' in parent.page
    assert name.startswith("o-")
    assert parent.client.post(f"{parent.chat}/outcome", data={"said": "no"}).headers["location"] == parent.chat
    assert parent.counts()["no"] == 1
