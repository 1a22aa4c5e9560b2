"""How often it was asked, and what was said: counted by day, ended with the rest, nothing else kept."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path

from common.casebook import Casebook

TODAY = date(2026, 11, 22)


def with_book(folder: Path, work: Callable[[Casebook], Awaitable[None]]) -> None:
    async def run() -> None:
        book = Casebook(f"sqlite+aiosqlite:///{folder / 'book.sqlite3'}")
        await book.prepare()
        try:
            await work(book)
        finally:
            await book.close()

    asyncio.run(run())


def test_it_is_counted_by_day_also_at_the_same_moment(tmp_path: Path) -> None:
    async def work(book: Casebook) -> None:
        counts = book.would_have_called()
        await asyncio.gather(*(counts.count("asked", TODAY) for _ in range(8)))
        await counts.count("yes", TODAY)
        await counts.count("no", date(2026, 11, 1))
        assert await counts.since(date(2026, 11, 2)) == {"asked": 8, "yes": 1, "no": 0}
        assert await counts.since(date(2026, 11, 1)) == {"asked": 8, "yes": 1, "no": 1}

    with_book(tmp_path, work)


def test_it_ends_with_the_other_records(tmp_path: Path) -> None:
    async def work(book: Casebook) -> None:
        counts = book.would_have_called()
        await counts.count("yes", TODAY)
        await counts.count("yes", date(2026, 11, 1))
        assert await book.purge(datetime(2026, 11, 10, tzinfo=UTC)) == 1
        assert (await counts.since(date(2020, 1, 1)))["yes"] == 1

    with_book(tmp_path, work)
