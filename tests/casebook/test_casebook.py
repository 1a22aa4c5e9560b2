"""Cases, their messages, questions and thumbs: one case per talk, one holder, nothing twice, nothing left behind."""

import asyncio
import csv
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from common.casebook import Casebook, HandoverCase, Held, NoCase, Rank
from common.casebook.__main__ import main
from common.storage import WrongDatabase

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
SAID = [{"who": "parent", "text": "转人工", "at": 0.0}]
T = TypeVar("T")


def with_book(folder: Path, work: Callable[[Casebook], Awaitable[T]]) -> T:
    async def run() -> T:
        book = Casebook(f"sqlite+aiosqlite:///{folder / 'book.sqlite3'}")
        await book.prepare()
        try:
            return await work(book)
        finally:
            await book.close()

    return asyncio.run(run())


async def opened(book: Casebook, conversation: str = "c1") -> HandoverCase:
    return await book.open_case(conversation, "web", "320000", "家长要找人", SAID, NOW)


def test_asking_again_for_a_person_finds_the_same_case(tmp_path: Path) -> None:
    async def work(book: Casebook) -> None:
        first = await opened(book)
        assert first.state == "waiting"
        assert first.number.startswith("RG261122")
        assert await opened(book) == first
        other = await opened(book, "c2")
        assert {case.number for case in await book.queue()} == {first.number, other.number}

    with_book(tmp_path, work)


def test_ten_at_once_open_one_case(tmp_path: Path) -> None:
    async def work(book: Casebook) -> None:
        numbers = {case.number for case in await asyncio.gather(*(opened(book) for _ in range(10)))}
        assert len(numbers) == 1

    with_book(tmp_path, work)


def test_one_person_holds_a_case_until_it_is_released(tmp_path: Path) -> None:
    async def work(book: Casebook) -> None:
        case = await opened(book)
        assert (await book.accept(case.number, "3021", NOW)).holder == "3021"
        assert (await book.accept(case.number, "3021", NOW)).state == "open"
        with pytest.raises(Held, match="3021"):
            await book.accept(case.number, "3022", NOW)
        with pytest.raises(Held):
            await book.close_case(case.number, "3022", "已答复", NOW)
        await book.release(case.number, "3021", NOW)
        assert (await book.accept(case.number, "3022", NOW)).holder == "3022"

    with_book(tmp_path, work)


def test_a_closed_case_lets_the_assistant_answer_again(tmp_path: Path) -> None:
    async def work(book: Casebook) -> None:
        case = await opened(book)
        assert (await book.standing("c1")) is not None
        await book.accept(case.number, "3021", NOW)
        await book.close_case(case.number, "3021", "已答复", NOW)
        assert await book.standing("c1") is None
        with pytest.raises(NoCase):
            await book.say(case.number, "parent", "还在吗", None, NOW)
        assert (await opened(book)).number != case.number

    with_book(tmp_path, work)


def test_a_message_sent_twice_is_one_note_and_notes_keep_their_order(tmp_path: Path) -> None:
    async def work(book: Casebook) -> None:
        case = await opened(book)
        first = await book.say(case.number, "parent", "在吗", None, NOW, message_id="m1")
        assert await book.say(case.number, "parent", "在吗", None, NOW, message_id="m1") == first
        second = await book.say(case.number, "staff", "您好", "3021", NOW)
        assert [note.text for note in await book.notes(case.number)] == ["在吗", "您好"]
        assert await book.notes(case.number, after=first.id) == [second]

    with_book(tmp_path, work)


def test_what_staff_said_is_delivered_once(tmp_path: Path) -> None:
    async def work(book: Casebook) -> None:
        case = await opened(book)
        await book.say(case.number, "parent", "在吗", None, NOW)
        note = await book.say(case.number, "staff", "您好", "3021", NOW)
        assert [n for _, n in await book.undelivered("web")] == [note]
        assert await book.undelivered("wechat") == []
        assert [n for _, n in await book.waiting_for("c1")] == [note]
        await book.delivered([note.id], NOW)
        assert await book.undelivered("web") == await book.waiting_for("c1") == []

    with_book(tmp_path, work)


def test_a_parent_may_leave_and_everything_of_a_talk_can_be_forgotten(tmp_path: Path) -> None:
    async def work(book: Casebook) -> None:
        case = await opened(book)
        await book.say(case.number, "parent", "在吗", None, NOW)
        left = await book.leave("c1", NOW)
        assert left is not None
        assert left.state == "closed"
        assert await book.leave("c1", NOW) is None
        await book.thumb("c1", "b-1", "up", None, NOW)
        await book.forget("c1")
        assert await book.case(case.number) is None
        assert await book.notes(case.number) == []
        assert await book.thumbs(NOW - timedelta(days=1)) == []

    with_book(tmp_path, work)


def test_questions_are_kept_by_kind_and_state(tmp_path: Path) -> None:
    async def work(book: Casebook) -> None:
        unsure = await book.note_question("unsure", "那个咋弄", now=NOW, confidence=0.2)
        down = await book.note_question("thumb_down", "交多少", now=NOW, intent="ask_premium_amount", reason="看不懂")
        assert [q.id for q in await book.questions()] == [down.id, unsure.id]
        assert [q.reason for q in await book.questions(["thumb_down"])] == ["看不懂"]
        assert await book.questions(since=NOW + timedelta(hours=1)) == []
        await book.mark([unsure.id], "exported")
        assert [q.id for q in await book.questions()] == [down.id]
        assert [q.id for q in await book.questions(states=("exported",))] == [unsure.id]

    with_book(tmp_path, work)


def test_the_last_thumb_counts_by_beijing_day(tmp_path: Path) -> None:
    async def work(book: Casebook) -> None:
        late = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)  # half past midnight on the 23rd in Beijing
        await book.thumb("c1", "b-1", "up", "ask_premium_amount", NOW)
        await book.thumb("c1", "b-1", "down", "ask_premium_amount", NOW)
        await book.thumb("c1", "b-2", "up", None, late)
        counts = await book.thumbs(NOW - timedelta(days=1))
        assert [(str(c.day), c.intent, c.up, c.down) for c in counts] == [
            ("2026-11-22", "ask_premium_amount", 0, 1), ("2026-11-23", None, 1, 0),
        ]  # fmt: skip

    with_book(tmp_path, work)


def test_old_records_go_whether_anybody_closed_them_or_not(tmp_path: Path) -> None:
    async def work(book: Casebook) -> None:
        old = NOW - timedelta(days=400)
        closed = await book.open_case("c9", "web", None, "", SAID, old)
        await book.say(closed.number, "parent", "在吗", None, old)
        await book.leave("c9", old)
        held = await book.open_case("c8", "web", None, "", SAID, old)
        await book.accept(held.number, "3021", old)
        fresh = await book.open_case("c7", "web", None, "", SAID, NOW)
        await book.note_question("unsure", "旧的", now=old)
        await book.note_question("unsure", "新的", now=NOW)
        assert await book.purge(NOW - timedelta(days=180)) == 4
        assert [q.text for q in await book.questions()] == ["新的"]
        assert [case.number for case in await book.queue()] == [fresh.number]
        assert await book.standing("c8") is None

    with_book(tmp_path, work)


def test_a_case_in_which_nobody_speaks_any_more_is_ended_and_the_parent_is_told(tmp_path: Path) -> None:
    async def work(book: Casebook) -> None:
        silent = await book.open_case("c1", "web", None, "", SAID, NOW - timedelta(days=9))
        await book.accept(silent.number, "3021", NOW - timedelta(days=8))
        spoken = await book.open_case("c2", "web", None, "", SAID, NOW - timedelta(days=9))
        await book.say(spoken.number, "parent", "还在吗", None, NOW - timedelta(days=1))
        assert await book.close_stale(NOW - timedelta(days=7), NOW) == 1
        assert await book.close_stale(NOW - timedelta(days=7), NOW) == 0
        assert [case.number for case in await book.queue()] == [spoken.number]
        assert await book.standing("c1") is None
        [(case, note)] = await book.waiting_for("c1")
        assert (case.state, note.who) == ("closed", "system")

    with_book(tmp_path, work)


def test_many_who_only_ask_for_a_person_stand_behind_who_asked_something_and_all_can_be_reached(tmp_path: Path) -> None:
    async def work(book: Casebook) -> None:
        early = NOW - timedelta(hours=1)
        for n in range(105):
            await book.open_case(f"a{n}", "web", None, "", SAID, early, Rank.AT_ONCE if n % 2 else Rank.ONE_OF_MANY)
        real = await book.open_case("c1", "web", None, "", SAID, NOW, Rank.TALKED)
        assert (await book.queue())[0].number == real.number
        assert await book.count() == await book.waiting() == 106
        seen = [case.number for skip in (0, 50, 100) for case in await book.queue(limit=50, skip=skip)]
        assert len(set(seen)) == 106
        ranks = [case.rank for case in await book.queue(limit=200)]
        assert ranks == sorted(ranks)

    with_book(tmp_path, work)


def test_what_somebody_held_who_is_gone_is_taken_over_or_put_back(tmp_path: Path) -> None:
    async def work(book: Casebook) -> None:
        first, second, third = [await opened(book, f"c{n}") for n in range(3)]
        for case in (first, second, third):
            await book.accept(case.number, "3021", NOW)
        with pytest.raises(Held):
            await book.accept(first.number, "3022", NOW, instead_of="3023")
        assert (await book.accept(first.number, "3022", NOW, instead_of="3021")).holder == "3022"
        assert (await book.take_back(second.number, NOW)).state == "waiting"
        assert await book.release_all("3021", NOW) == [third.number]
        assert await book.waiting() == 2
        assert await book.release_all("3021", NOW) == []
        await book.close_case(first.number, "3022", "好了", NOW)
        with pytest.raises(NoCase):
            await book.take_back(first.number, NOW)
        assert [case.number for case in await book.ended()] == [first.number]

    with_book(tmp_path, work)


def test_the_command_names_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert main(["create-tables"]) == 2
    assert capsys.readouterr().err.startswith("DATABASE_URL：")
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'x.sqlite3'}")
    assert main(["create-tables"]) == 0
    assert main(["purge", "--days", "1"]) == 0
    with pytest.raises(WrongDatabase, match="DATABASE_URL"):
        Casebook("postgresql+nosuchdriver://localhost/x")


def test_questions_are_exported_for_labelling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(book: Casebook) -> None:
        await book.note_question("unsure", "那个,咋弄", now=NOW, intent="ask_premium", confidence=0.21)

    with_book(tmp_path, work)
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'book.sqlite3'}")
    assert main(["export-questions", str(tmp_path / "q.csv")]) == 0
    [row] = csv.DictReader((tmp_path / "q.csv").open(encoding="utf-8-sig"))
    assert (row["text"], row["intent"], row["heard"], row["confidence"]) == ("那个,咋弄", "", "ask_premium", "0.21")
