"""The board: one notice at a time, which ends by itself; switches; every process sees it, and costs no turn a query."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from common.casebook import Board, Casebook
from common.storage import NotReachable

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
TOMORROW = NOW + timedelta(days=1)


def with_boards(folder: Path, work: Callable[[Board, Board], Awaitable[None]]) -> None:
    """Two processes on one database."""

    async def run() -> None:
        books = [Casebook(f"sqlite+aiosqlite:///{folder / 'book.sqlite3'}") for _ in range(2)]
        await books[0].prepare()
        try:
            await work(books[0].board(), books[1].board())
        finally:
            for book in books:
                await book.close()

    asyncio.run(run())


def test_a_notice_is_seen_by_every_process_until_its_end_and_not_a_second_longer(tmp_path: Path) -> None:
    async def work(here: Board, there: Board) -> None:
        assert there.announcement(NOW) is None
        made = await here.announce("系统今晚维护", "市医保局", TOMORROW, "主管一", NOW)
        await there.reread()
        assert there.announcement(NOW) == here.announcement(NOW) == made
        assert (made.text, made.issuer, made.until, made.set_by) == ("系统今晚维护", "市医保局", TOMORROW, "主管一")
        assert there.announcement(TOMORROW - timedelta(seconds=1)) == made
        assert there.announcement(TOMORROW) is None

    with_boards(tmp_path, work)


def test_a_new_notice_takes_the_place_of_the_old_one_which_never_comes_back(tmp_path: Path) -> None:
    async def work(here: Board, there: Board) -> None:
        first = await here.announce("第一条", "市医保局", TOMORROW, "主管一", NOW)
        second = await here.announce("第二条", "市医保局", NOW + timedelta(hours=1), "主管一", NOW)
        assert second.id > first.id
        await there.reread()
        assert there.announcement(NOW) == second
        assert there.announcement(NOW + timedelta(hours=2)) is None
        await there.withdraw(NOW)
        await here.reread()
        assert here.announcement(NOW) is None

    with_boards(tmp_path, work)


def test_everything_is_on_until_it_is_switched_off_and_switching_twice_changes_nothing(tmp_path: Path) -> None:
    async def work(here: Board, there: Board) -> None:
        await here.reread()
        assert here.off == {}
        await here.switch("wx", False, "主管一", NOW)
        await here.switch("wx", False, "主管二", TOMORROW)
        await there.reread()
        assert {name: (one.by, one.at) for name, one in there.off.items()} == {"wx": ("主管一", NOW)}
        await there.switch("wx", True, "主管二", TOMORROW)
        await there.switch("wx", True, "主管二", TOMORROW)
        await here.reread()
        assert here.off == {}

    with_boards(tmp_path, work)


def test_a_database_that_is_away_leaves_the_last_board_standing_and_the_notice_still_ends(tmp_path: Path) -> None:
    async def work(here: Board, there: Board) -> None:
        made = await here.announce("系统今晚维护", "市医保局", TOMORROW, "主管一", NOW)
        await here.switch("web", False, "主管一", NOW)
        (tmp_path / "book.sqlite3").rename(tmp_path / "away.sqlite3")
        for board in (here, there):
            await board._database.close()
        with pytest.raises(NotReachable):
            await here.reread()
        assert here.announcement(NOW) == made
        assert set(here.off) == {"web"}
        assert here.announcement(TOMORROW) is None

    with_boards(tmp_path, work)
