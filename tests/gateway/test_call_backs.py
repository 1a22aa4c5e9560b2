"""A telephone number is left on its page, sealed for the desk; the chat shows what is left and takes it back."""

import asyncio
import re
import uuid
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.casebook import CallBacks, Casebook
from common.privacy.one_way import NotOpened, OpeningKeys
from gateway.call_backs import LEAVE_NUMBER, CallBackTalk
from gateway.call_spans import DAYS, spans
from gateway.conversations import pseudonym
from gateway.office_hours import BEIJING, OfficeHours
from tests.gateway.builders import SECRET, FakeDialogue, settings
from tests.gateway.running import RedisServer, gateway

NUMBER, SHOWN = "13812345678", "138****5678"
DESK = OpeningKeys("data-key-of-the-desk-0001")
WEEKDAYS = OfficeHours.of("周一至周五 09:00-17:00")
T = TypeVar("T")


@pytest.fixture
def database(tmp_path: Path) -> str:
    """A casebook in which a desk has published its key."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'book.sqlite3'}"
    look_into(url, lambda kept: kept.publish(DESK.public, datetime.now(UTC)))
    return url


@pytest.fixture
def dialogue() -> FakeDialogue:
    return FakeDialogue(marks={"handover": "家长要找人"})


@pytest.fixture
def door(redis: RedisServer, database: str, dialogue: FakeDialogue) -> Iterator[httpx.Client]:
    with gateway(settings(redis.url, database_url=database), dialogue) as client:
        client.follow_redirects = True
        yield client


def look_into(url: str, work: Callable[[CallBacks], Awaitable[T]]) -> T:
    async def run() -> T:
        book = Casebook(url)
        await book.prepare()
        try:
            return await work(book.call_backs())
        finally:
            await book.close()

    return asyncio.run(run())


def say(door: httpx.Client, text: str, conversation: str = "caller-1") -> str:
    answer = door.post("/api/chat", json={"conversation": conversation, "message_id": uuid.uuid4().hex, "text": text})
    assert answer.status_code == 200
    return "\n".join(reply["text"] for reply in answer.json()["replies"])


def tapped(door: httpx.Client, text: str, conversation: str = "caller-1") -> list[str]:
    """What may be tapped under the last reply to a message."""
    answer = door.post("/api/chat", json={"conversation": conversation, "message_id": uuid.uuid4().hex, "text": text})
    return [option["send"] for option in answer.json()["replies"][-1]["options"]]


def link_in(said: str) -> str:
    found = re.search(r"/call-back/[\w-]+", said)
    assert found, said
    return found[0]


def leave(door: httpx.Client, link: str, number: str = NUMBER) -> httpx.Response:
    span = re.findall(r'<option value="([^"]+)"', door.get(link).text)[-1]
    return door.post(link, data={"telephone": number, "span": span})


def test_a_number_goes_from_the_page_to_the_desk_and_stands_nowhere_in_the_clear(
    door: httpx.Client, redis: RedisServer, database: str, tmp_path: Path, dialogue: FakeDialogue
) -> None:
    assert LEAVE_NUMBER in tapped(door, "转人工")
    link = link_in(say(door, LEAVE_NUMBER))
    page = leave(door, link)
    assert SHOWN in page.text
    assert SHOWN in say(door, "我留的电话呢")
    [one] = look_into(database, lambda kept: kept.listed())
    assert (one.shown, one.state, one.conversation) == (SHOWN, "open", pseudonym(SECRET.encode(), "caller-1"))
    assert one.case
    everywhere = [redis.everything(), page.text, *(repr(heard) for heard in dialogue.heard)]
    everywhere += [file.read_bytes().decode("latin-1") for file in tmp_path.iterdir() if file.is_file()]
    assert [text for text in everywhere if NUMBER in text] == []
    look_into(database, lambda kept: kept.take(one.id, "3021", datetime.now(UTC)))
    sealed, about = look_into(database, lambda kept: kept.sealed_number(one.id, "3021"))
    assert DESK.open(sealed, about) == NUMBER
    with pytest.raises(NotOpened):  # nothing the gateway knows opens it
        OpeningKeys(SECRET).open(sealed, about)


def test_a_parent_sees_what_is_left_and_takes_it_back(
    door: httpx.Client, database: str, dialogue: FakeDialogue
) -> None:
    leave(door, link_in(say(door, "留电话")))
    dialogue.marks, dialogue.reading = {}, {"labels": ["show_memory"]}
    assert SHOWN in say(door, "你记得我什么")
    assert "已经删掉" in say(door, "不用回电了")
    assert look_into(database, lambda kept: kept.listed()) == []
    assert SHOWN not in say(door, "你记得我什么")
    assert "没有留电话" in say(door, "不用回电了")


def test_it_is_taken_back_on_the_page_too(door: httpx.Client, database: str) -> None:
    link = link_in(say(door, "留电话"))
    leave(door, link)
    assert SHOWN not in door.post(f"{link}/withdraw").text
    assert look_into(database, lambda kept: kept.listed()) == []


def test_everything_forgotten_is_the_number_too(door: httpx.Client, database: str, dialogue: FakeDialogue) -> None:
    leave(door, link_in(say(door, "留电话")))
    book = Casebook(database)
    asyncio.run(_forget(book, "caller-1"))
    assert look_into(database, lambda kept: kept.listed()) == []


async def _forget(book: Casebook, conversation: str) -> None:
    await book.forget(pseudonym(SECRET.encode(), conversation))
    await book.close()


@pytest.mark.parametrize("number", ["", "1381234567", "23812345678", "12345", "打我手机"])
def test_what_is_no_number_is_said_beside_its_field(door: httpx.Client, database: str, number: str) -> None:
    answer = leave(door, link_in(say(door, "留电话")), number)
    assert answer.status_code == 422
    assert 'id="telephone-wrong"' in answer.text
    assert look_into(database, lambda kept: kept.listed()) == []


def test_a_span_nobody_offered_is_not_taken(door: httpx.Client, database: str) -> None:
    link = link_in(say(door, "留电话"))
    answer = door.post(link, data={"telephone": NUMBER, "span": "20200101T0900-20200101T1200"})
    assert answer.status_code == 422
    assert 'id="span-wrong"' in answer.text
    assert look_into(database, lambda kept: kept.listed()) == []


def test_a_link_of_ours_opens_its_page_and_no_other_does(door: httpx.Client) -> None:
    link = link_in(say(door, "留电话"))
    assert door.get(link).status_code == 200
    for other in (link[:-4], f"{link}x", "/call-back/abc"):
        assert door.get(other).status_code == 410
        assert door.post(other, data={"telephone": NUMBER}).status_code == 410


def test_a_link_is_over_after_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    talk = CallBackTalk(None, settings())  # type: ignore[arg-type]
    token = talk.link("c", "web").rpartition("/")[2]
    assert talk.opened(token)
    later = datetime.now(UTC).timestamp() + 3600
    monkeypatch.setattr("gateway.call_backs.time.time", lambda: later)
    assert talk.opened(token) is None


def test_without_a_desk_that_could_open_it_no_number_is_asked_for(redis: RedisServer, tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'without.sqlite3'}"
    with gateway(settings(redis.url, database_url=url), FakeDialogue(marks={"handover": "家长要找人"})) as door:
        assert "/call-back/" not in say(door, "转人工")
        said = say(door, "留电话")
        assert "/call-back/" not in said
        assert re.search(r"\d{5}", said)  # whom to call instead


@pytest.mark.parametrize(
    "text", ["电话打哪个", "取消参保", "我不想留在这里", "你们电话多少", "什么时候交", "不用了", "等回电以后呢怎么交"]
)
def test_what_is_about_something_else_goes_to_the_dialogue(
    door: httpx.Client, dialogue: FakeDialogue, text: str
) -> None:
    say(door, text, f"other-{uuid.uuid4().hex}")
    assert dialogue.heard[-1].text == text


def test_the_web_chat_makes_a_button_of_the_link(door: httpx.Client) -> None:
    page = door.post("/c/callbackchat1", data={"text": "留电话", "message_id": "p-1"}).text
    assert re.search(r'<a class="button" href="/call-back/[\w-]+">去留电话</a>', page)


# When


@given(
    now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1)).map(lambda one: one.replace(tzinfo=BEIJING)),
    hours=st.sampled_from(["周一至周五 09:00-17:00", "周一至周日 08:30-20:00", "周六至周日 13:00-18:00"]),
)
def test_every_span_lies_ahead_in_the_hours_of_the_desk(now: datetime, hours: str) -> None:
    desk = OfficeHours.of(hours)
    any_time, *halves = spans(desk, now)
    assert len({half.begins.date() for half in halves}) == DAYS
    for half in halves:
        assert half.ends > now
        assert desk.open_at(half.begins)
        assert half.ends.time() <= desk.closes
    assert [one.ends for one in halves] == sorted(one.ends for one in halves)
    assert (any_time.begins, any_time.ends) == (halves[0].begins, halves[-1].ends)


def test_a_desk_that_never_opens_offers_no_time() -> None:
    assert spans(OfficeHours.of("周一至周五 17:00-09:00"), datetime.now(UTC)) == ()
