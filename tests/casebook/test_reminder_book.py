"""Reminders in SQL: bounded, claimed by one sender, ended once, forgotten with their conversation."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from common.casebook import Casebook, Reminder, ReminderBook
from common.casebook.reminder_book import MOST_PLANNED

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
TODAY, DUE = date(2026, 11, 22), date(2026, 12, 31)


def with_books(folder: Path, work: Callable[[Casebook, ReminderBook, ReminderBook], Awaitable[None]]) -> None:
    """Two processes on one database."""

    async def run() -> None:
        books = [Casebook(f"sqlite+aiosqlite:///{folder / 'book.sqlite3'}") for _ in range(2)]
        await books[0].prepare()
        try:
            await work(books[0], books[0].reminders(), books[1].reminders())
        finally:
            for book in books:
                await book.close()

    asyncio.run(run())


async def planned(book: ReminderBook, conversation: str = "c", due: date = DUE, on: date = TODAY) -> Reminder:
    facts = {"birth_date": "2026-10-03"}
    found = await book.plan(conversation, "wx", "sealed", "newborn", "320100", facts, due, on, NOW)
    assert found is not None
    return found


def test_the_same_is_planned_once_and_not_more_than_a_few(tmp_path: Path) -> None:
    async def work(_: Casebook, here: ReminderBook, there: ReminderBook) -> None:
        first = await planned(here)
        assert await planned(there) == first
        for more in range(1, MOST_PLANNED):
            await planned(here, due=DUE + timedelta(days=more))
        facts: dict[str, str] = {}
        later = DUE + timedelta(days=MOST_PLANNED)
        assert await here.plan("c", "wx", None, "newborn", "320100", facts, later, TODAY, NOW) is None
        assert len(await there.standing("c")) == MOST_PLANNED
        await planned(here, "another")

    with_books(tmp_path, work)


def test_one_of_two_senders_gets_it_and_nobody_again_after_its_end(tmp_path: Path) -> None:
    async def work(_: Casebook, here: ReminderBook, there: ReminderBook) -> None:
        one = await planned(here)
        claims = await asyncio.gather(here.claim(one.id, NOW), there.claim(one.id, NOW))
        (claim,) = [found for found in claims if found]
        assert await there.due(TODAY, NOW, 10) == []
        assert not await there.end(one.id, "another's claim", "sent", None, NOW)
        assert await here.end(one.id, claim, "sent", None, NOW)
        assert not await here.end(one.id, claim, "refused", None, NOW)
        ended = await there.get(one.id)
        assert ended is not None
        assert (ended.state, ended.facts, ended.address) == ("sent", {}, None)
        assert await there.claim(one.id, NOW) is None

    with_books(tmp_path, work)


def test_what_a_dead_sender_left_is_unknown_and_never_due_again(tmp_path: Path) -> None:
    async def work(_: Casebook, here: ReminderBook, there: ReminderBook) -> None:
        one = await planned(here)
        claim = await here.claim(one.id, NOW)
        assert claim
        assert await there.abandon(NOW, NOW) == 0
        later = NOW + timedelta(minutes=10)
        assert await there.abandon(later, later) == 1
        assert await there.due(TODAY, later, 10) == []
        assert not await here.end(one.id, claim, "sent", None, later)
        left = await there.get(one.id)
        assert left is not None
        assert (left.state, left.reason) == ("unknown", "sender_gone")

    with_books(tmp_path, work)


def test_it_is_due_from_its_day_on_and_what_was_put_off_later(tmp_path: Path) -> None:
    async def work(_: Casebook, here: ReminderBook, there: ReminderBook) -> None:
        one = await planned(here, on=TODAY + timedelta(days=1))
        assert await here.due(TODAY, NOW, 10) == []
        assert await here.late(TODAY + timedelta(days=2)) == 1
        tomorrow = TODAY + timedelta(days=1)
        assert [found.id for found in await here.due(tomorrow, NOW, 10)] == [one.id]
        claim = await here.claim(one.id, NOW)
        assert claim
        again = NOW + timedelta(hours=1)
        assert await here.put_off(one.id, claim, "later", again, NOW)
        assert await here.due(tomorrow, again - timedelta(seconds=1), 10) == []
        assert [found.id for found in await there.due(tomorrow, again, 10)] == [one.id]

    with_books(tmp_path, work)


def test_only_its_own_conversation_cancels_it_and_forgetting_takes_it_along(tmp_path: Path) -> None:
    async def work(book: Casebook, here: ReminderBook, _: ReminderBook) -> None:
        one, other = await planned(here), await planned(here, "another")
        assert not await here.cancel("another", one.id, NOW)
        assert await here.cancel("c", one.id, NOW)
        assert not await here.cancel("c", one.id, NOW)
        assert await here.standing("c") == []
        await book.forget("another")
        assert await here.get(other.id) is None

    with_books(tmp_path, work)


def test_what_was_due_long_ago_is_purged(tmp_path: Path) -> None:
    async def work(book: Casebook, here: ReminderBook, _: ReminderBook) -> None:
        one = await planned(here)
        midnight = datetime(2026, 12, 31, 12, 0, tzinfo=UTC)
        assert await book.purge(midnight) == 0
        assert await book.purge(midnight + timedelta(days=1)) == 1
        assert await here.get(one.id) is None

    with_books(tmp_path, work)
