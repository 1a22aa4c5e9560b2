"""The weekly sample: the same turns whoever draws, no more kept than needed, judged by two, each alone."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from common.casebook import AnsweredTurn, Casebook, TurnSample
from common.casebook.sampling import SPARES, JudgedByOthers, NotToJudge, rank_of, week_of
from common.storage import Database
from tests.casebook.test_casebook import NOW, with_book

SIZE = 5
WEEK = week_of(NOW)
LATER = NOW + timedelta(days=7)


def turn(number: int, at: datetime = NOW, who: str = "k") -> AnsweredTurn:
    return AnsweredTurn(f"{who}{number}:m:0", at, f"第{number}句", {"labels": ["ask_premium"]}, "320100", "ask_premium",
                        "decided", f"答{number}")  # fmt: skip


async def offered(sample: TurnSample, turns: Iterable[AnsweredTurn]) -> list[str]:
    """Offer them all; what was drawn in the end."""
    for one in turns:
        await sample.offer(one)
    return [one.text for one in (await sample.drawn([WEEK]))[WEEK]]


def lowest(turns: Iterable[AnsweredTurn], many: int = SIZE) -> list[str]:
    return [one.text for one in sorted(turns, key=lambda one: rank_of(WEEK, one.origin))[:many]]


@pytest.mark.parametrize(
    ("at", "week"),
    [
        (datetime(2026, 11, 22, 15, 59, tzinfo=UTC), "2026-W47"),
        (datetime(2026, 11, 22, 16, 0, tzinfo=UTC), "2026-W48"),
        (datetime(2027, 1, 3, 12, 0, tzinfo=UTC), "2026-W53"), (datetime(2027, 1, 4, 0, 0, tzinfo=UTC), "2027-W01"),
    ],
)  # fmt: skip
def test_a_week_is_the_iso_week_of_beijing(at: datetime, week: str) -> None:
    assert week_of(at) == week


def test_whatever_the_order_and_whoever_draws_the_same_turns_are_drawn(tmp_path: Path) -> None:
    turns = [turn(number) for number in range(200)]

    async def work(book: Casebook) -> None:
        one, other = book.sample(SIZE), book.sample(SIZE)  # two gateways
        mixed = random.Random(1).sample(turns, len(turns))
        await offered(one, mixed[::2])
        assert await offered(other, mixed[1::2]) == lowest(turns)
        assert await offered(one, turns) == lowest(turns)  # said again: nothing twice

    with_book(tmp_path, work)


def test_what_cannot_be_drawn_is_not_kept_and_soon_needs_no_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = [turn(number) for number in range(300)]
    writes = []
    write = Database.write

    async def counted(self: Database, work: object) -> object:
        writes.append(work)
        return await write(self, work)  # type: ignore[arg-type]

    async def work(book: Casebook) -> None:
        monkeypatch.setattr(Database, "write", counted)
        sample = book.sample(SIZE)
        await offered(sample, turns)
        assert len(writes) < 100  # about 10 + 10·ln(300/10)
        everything = (await book.sample(300).drawn([WEEK]))[WEEK]
        assert [one.text for one in everything] == lowest(turns, SIZE * SPARES)

    with_book(tmp_path, work)


def test_every_turn_has_the_same_chance() -> None:
    """Over many weeks each of ten turns is about equally often among the lowest three."""
    often = [0] * 10
    for week in range(2000):
        ranks = sorted(range(10), key=lambda number: rank_of(f"w{week}", f"k{number}:m:0"))
        for number in ranks[:3]:
            often[number] += 1
    assert all(500 < times < 700 for times in often), often


def test_who_is_forgotten_is_replaced_by_the_next_and_old_weeks_go(tmp_path: Path) -> None:
    turns = [turn(number) for number in range(30)]

    async def work(book: Casebook) -> None:
        sample = book.sample(SIZE)
        first, *others = await offered(sample, turns)
        await sample.judge((await sample.drawn([WEEK]))[WEEK][0].id, "甲", "wrong", LATER)
        key = f"k{first[1:-1]}"
        await book.forget(key)
        drawn = (await sample.drawn([WEEK]))[WEEK]
        assert [one.text for one in drawn] == [*others, lowest(turns, 6)[-1]]
        assert not any(one.judgments for one in drawn)
        assert await book.purge(NOW + timedelta(days=1)) == SIZE * SPARES - 1
        assert await sample.weeks(LATER) == []

    with_book(tmp_path, work)


def test_nothing_is_kept_when_it_is_switched_off(tmp_path: Path) -> None:
    async def work(book: Casebook) -> None:
        assert not await book.sample(0).offer(turn(1))
        assert (await book.sample(9).drawn([WEEK]))[WEEK] == []

    with_book(tmp_path, work)


def test_a_week_is_judged_when_it_is_over_by_two_people_each_alone(tmp_path: Path) -> None:
    async def work(book: Casebook) -> None:
        sample = book.sample(SIZE)
        await offered(sample, [*(turn(number) for number in range(30)), turn(99, LATER)])
        first, second, *_, spare = (await book.sample(SIZE + 1).drawn([WEEK]))[WEEK]
        for now, number in ((NOW, first.id), (LATER, spare.id), (LATER, 999)):
            with pytest.raises(NotToJudge):
                await sample.judge(number, "甲", "right", now)
        assert await sample.weeks(NOW) == []
        assert await sample.weeks(LATER) == [WEEK]

        await sample.judge(first.id, "甲", "right", LATER)
        await sample.judge(first.id, "甲", "partly", LATER)  # thought better of it
        await sample.judge(second.id, "乙", "wrong", LATER)
        one, other, *_ = (await sample.drawn([WEEK]))[WEEK]
        assert (one.seen_by("甲"), one.seen_by("乙")) == ({"甲": "partly"}, {})
        assert other.seen_by("甲") == {}
        with pytest.raises(JudgedByOthers):
            await sample.judge(first.id, "丙", "right", LATER)

        await sample.judge(first.id, "乙", "right", LATER)
        one, *_ = (await sample.drawn([WEEK]))[WEEK]
        assert one.settled
        assert one.seen_by("丙") == {"甲": "partly", "乙": "right"}
        for judge in ("甲", "乙"):
            with pytest.raises(JudgedByOthers):  # now that they have seen each other
                await sample.judge(first.id, judge, "wrong", LATER)

    with_book(tmp_path, work)


def test_the_words_and_how_they_were_heard_come_back_whole(tmp_path: Path) -> None:
    async def work(book: Casebook) -> None:
        sample = book.sample(SIZE)
        await sample.offer(replace(turn(1), heard=None, region=None))
        [one] = (await sample.drawn([WEEK]))[WEEK]
        assert (one.text, one.heard, one.region, one.answer, one.week) == ("第1句", None, None, "答1", WEEK)

    with_book(tmp_path, work)
