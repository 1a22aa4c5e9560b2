"""Whoever asks for a person is left with a person, a number or a time, and is told honestly how long it takes."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from common.casebook import Casebook, Rank
from common.privacy.one_way import OpeningKeys
from common.storage import NotReachable
from gateway.call_backs import CallBackTalk
from gateway.errors import TooMany
from gateway.handover import Handover
from gateway.office_hours import BEIJING, OfficeHours
from gateway.waiting_time import FEWEST, LAST, queue_in_words, usual_in_words
from policies.library import default
from tests.gateway.builders import FakeDialogue, message, settings
from tests.gateway.running import RedisServer
from tests.gateway.test_turns import World, play

WEEKDAYS = OfficeHours.of("周一至周五 09:00-17:00")
OPEN, CLOSED = datetime(2026, 11, 23, 10, 0, tzinfo=BEIJING), datetime(2026, 11, 21, 10, 0, tzinfo=BEIJING)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 1)).map(lambda one: one.replace(tzinfo=BEIJING))
_names = count()


class _Refusing:
    """Limits that refuse every address."""

    async def handover(self, caller: str) -> bool:
        raise TooMany(60)


class _Away(Casebook):
    """A casebook that nobody reaches."""

    async def open_case(self, *given: object, **more: object) -> None:  # type: ignore[override]
        raise NotReachable


@given(
    now=MOMENTS,
    hours=st.sampled_from(["周一至周五 09:00-17:00", "周一至周日 08:30-20:00", "周一至周五 17:00-09:00"]),
    way=st.sampled_from(["opened", "away", "refused"]),
    besides=st.sampled_from(["", "缓一缓，您不是一个人。", f"也可以拨 {default().hotline}。"]),
    desk=st.booleans(),
)
@examples(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_way_to_a_person_ends_without_a_number_and_an_open_case_without_a_time(
    redis: RedisServer, now: datetime, hours: str, way: str, besides: str, desk: bool
) -> None:
    async def scenario(world: World) -> None:
        given = settings(redis.url, desk_hours=hours)
        book = _Away(given.database_url) if way == "away" else world.casebook
        if desk:
            await world.casebook.call_backs().publish(OpeningKeys("key-of-the-desk-0001").public, now)
        handover = Handover(
            book, world.conversations(), given, _Refusing() if way == "refused" else None,  # type: ignore[arg-type]
            clock=lambda: now, call_backs=CallBackTalk(world.casebook.call_backs(), given),
        )  # fmt: skip
        reply = {"text": besides, "answer": None, "options": []}
        said = (await handover.open(f"reach-{next(_names)}", "web", None, "找人", "转人工", reply))["text"]
        assert said.count(default().hotline) == 1
        assert besides in said
        assert ("RG" in said) == (way == "opened")
        if way == "opened" and OfficeHours.of(hours).next_opening(now) and not OfficeHours.of(hours).open_at(now):
            assert "点" in said  # when the desk opens next
        if way == "away":
            await book.close()

    play(redis, scenario, FakeDialogue())


# How long it takes


def test_only_the_time_the_desk_was_open_counts() -> None:
    friday, monday = datetime(2026, 11, 20, 16, 30, tzinfo=BEIJING), datetime(2026, 11, 23, 9, 15, tzinfo=BEIJING)
    assert WEEKDAYS.worked_between(friday, monday) == timedelta(minutes=45)
    assert WEEKDAYS.worked_between(CLOSED, CLOSED + timedelta(hours=5)) == timedelta()
    assert WEEKDAYS.worked_between(OPEN, OPEN + timedelta(minutes=7)) == timedelta(minutes=7)


@given(
    begin=MOMENTS, first=st.timedeltas(timedelta(), timedelta(days=9)), more=st.timedeltas(timedelta(), timedelta(9))
)
def test_worked_time_adds_up_and_is_never_longer_than_the_time_itself(
    begin: datetime, first: timedelta, more: timedelta
) -> None:
    middle, end = begin + first, begin + first + more
    whole = WEEKDAYS.worked_between(begin, end)
    assert whole == WEEKDAYS.worked_between(begin, middle) + WEEKDAYS.worked_between(middle, end)
    assert timedelta() <= whole <= end - begin


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        ([3, 4, 90, 5, 200], "一半在 5 分钟内"), ([0, 0, 0, 0, 0], "一半在 1 分钟内"),
        ([90] * 6, "一半在 2 小时内"), ([1, 2, 3, 4, 5, 6], "一半在 4 分钟内"),
    ],
)  # fmt: skip
def test_the_usual_wait_is_the_median_rounded_up(minutes: list[int], said: str) -> None:
    told = usual_in_words([timedelta(minutes=one) for one in minutes])
    assert said in told
    assert f"{len(minutes)} 位" in told


def test_too_few_cases_give_no_number() -> None:
    told = usual_in_words([timedelta(minutes=3)] * (FEWEST - 1))
    assert "说不准" in told
    assert not any(letter.isdigit() for letter in told)


def run(folder: Path, number: str, now: datetime, fill: object) -> str:
    """What is said of a case's place after `fill` has written into the casebook."""

    async def work() -> str:
        book = Casebook(f"sqlite+aiosqlite:///{folder / 'line.sqlite3'}")
        await book.prepare()
        try:
            given = await fill(book)  # type: ignore[operator]
            return await queue_in_words(book.line(), given or number, WEEKDAYS, now)
        finally:
            await book.close()

    return asyncio.run(work())


async def opened(book: Casebook, name: str, at: datetime, rank: Rank = Rank.TALKED) -> str:
    return (await book.open_case(name, "web", None, "找人", [], at.astimezone(UTC), rank)).number


def test_the_place_is_that_of_the_desks_own_list(tmp_path: Path) -> None:
    async def fill(book: Casebook) -> str:
        for n, rank in enumerate((Rank.TALKED, Rank.AT_ONCE, Rank.TALKED, Rank.ONE_OF_MANY)):
            await opened(book, f"c{n}", OPEN - timedelta(minutes=30 - n), rank)
        for place, case in enumerate(await book.queue(("waiting",))):
            assert await book.line().ahead_of(case.number) == place
        taken = (await book.queue(("waiting",)))[0].number
        await book.accept(taken, "3021", OPEN)
        assert await book.line().ahead_of(taken) is None
        assert await book.line().ahead_of("RG0") is None
        return (await book.queue(("waiting",)))[2].number

    assert "您前面还有 2 位" in run(tmp_path, "", OPEN, fill)


def test_the_last_answered_cases_are_what_is_told(tmp_path: Path) -> None:
    """Old ones and those nobody answered do not count; of the others the newest."""

    async def fill(book: Casebook) -> str:
        for n in range(LAST + 3):
            began = OPEN - timedelta(days=3, minutes=60 - n)
            number = await opened(book, f"c{n}", began)
            if n != 5:
                for later in (6, 60):
                    await book.say(number, "staff", "您好", "3021", (began + timedelta(minutes=later)).astimezone(UTC))
            await book.close_case(number, "3021", "好", began.astimezone(UTC))
        long_ago = await opened(book, "old", OPEN - timedelta(days=70))
        await book.say(long_ago, "staff", "您好", "3021", (OPEN - timedelta(days=60)).astimezone(UTC))
        await book.close_case(long_ago, "3021", "好", OPEN.astimezone(UTC))
        assert len(await book.line().last_answered(OPEN - timedelta(days=30), LAST)) == LAST
        return await opened(book, "me", OPEN)

    said = run(tmp_path, "", OPEN, fill)
    assert "下一个就轮到您" in said
    assert f"{LAST} 位家长，一半在 6 分钟内" in said


def test_after_hours_the_next_opening_is_told_and_no_wait(tmp_path: Path) -> None:
    async def fill(book: Casebook) -> str:
        return await opened(book, "me", CLOSED)

    said = run(tmp_path, "", CLOSED, fill)
    assert "周一（11月23日）9点" in said
    assert "一半" not in said


def test_who_asks_how_the_queue_stands_is_told(redis: RedisServer) -> None:
    async def scenario(world: World) -> None:
        handover = Handover(world.casebook, world.conversations(), settings(redis.url), clock=lambda: OPEN)
        besides = {"text": "人工还在排队", "answer": None, "options": [{"label": "不等了", "send": "结束人工"}]}
        assert await handover.stand("stands-1", besides) == besides  # nobody waits
        number = await opened(world.casebook, "stands-1", OPEN)
        reply = await handover.stand("stands-1", besides)
        assert ("您前面还有" in reply["text"]) or ("下一个就轮到您" in reply["text"])
        assert "人工还在排队" in reply["text"]
        assert default().hotline in reply["text"]
        assert reply["options"] == besides["options"]
        await world.casebook.accept(number, "3021", OPEN)
        assert "前面" not in (await handover.stand("stands-1", besides))["text"]

    play(redis, scenario, FakeDialogue())


def test_the_mark_of_the_dialogue_is_taken_off_and_its_reply_says_the_place(redis: RedisServer) -> None:
    name = f"marked-{next(_names)}"

    async def scenario(world: World) -> None:
        turns = world.gateway()
        await turns.take(message("转人工", conversation=name))
        world.dialogue.marks = {"in_queue": True}
        [reply] = await turns.take(message("还要等多久", conversation=name))
        assert "in_queue" not in reply
        assert "位" in reply["text"]
        assert "答：还要等多久" in reply["text"]

    play(redis, scenario, FakeDialogue(marks={"handover": "家长要找人"}))
