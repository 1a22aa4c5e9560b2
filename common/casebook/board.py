"""The board: what the supervisor says to everybody and what is switched off, kept in SQL and read from memory.

Every process reads it anew every few seconds (`REREAD`), one small query beside the turns. A turn or a page asks the
memory alone: it costs nothing, and a database that is away leaves the last board standing.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Update, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from common.casebook.models import AnnouncementRow, SwitchedOffRow
from common.storage import Database, NotReachable

REREAD = 3.0
"""Seconds after which another process's change is seen at the latest."""
LONGEST_TEXT, LONGEST_ISSUER = 200, 30
ENROLLMENT, HANDOVER, SCHOOL_SENDING, REMINDING = "enrollment", "handover", "school_sending", "reminding"
FEATURES = (ENROLLMENT, HANDOVER, SCHOOL_SENDING, REMINDING)
"""What can be switched off besides the channels: starting an enrollment, handing over to a person, school sending,
reminders."""


@dataclass(frozen=True)
class Announcement:
    """An emergency notice for all surfaces: by whom, until when; `set_by` is the account that wrote it."""

    id: int
    text: str
    issuer: str
    until: datetime
    set_by: str


@dataclass(frozen=True)
class SwitchedOff:
    """Who switched it off, and when."""

    by: str
    at: datetime


class Board:
    """One board per process. Writing is one transaction; reading asks nobody."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._announcement: Announcement | None = None
        self.off: dict[str, SwitchedOff] = {}
        """The channels and features that are switched off."""

    def announcement(self, now: datetime) -> Announcement | None:
        """What stands now; it ends by itself."""
        known = self._announcement
        return known if known and now < known.until else None

    async def reread(self) -> None:
        """Take over what the database says. Raises NotReachable; the last board stands."""
        newest = select(AnnouncementRow).order_by(AnnouncementRow.id.desc()).limit(1)
        async with self._database.reading() as session:
            row = await session.scalar(newest)
            off = {one.name: SwitchedOff(one.by, one.at) for one in await session.scalars(select(SwitchedOffRow))}
        standing = row is not None and row.withdrawn_at is None
        self._announcement = _announcement(row) if row is not None and standing else None
        self.off = off

    async def keep_reading(self) -> None:
        """Reread again and again, until cancelled."""
        while True:
            await self._reread_if_it_can()
            await asyncio.sleep(REREAD)

    async def _reread_if_it_can(self) -> None:
        with suppress(NotReachable, SQLAlchemyError):  # away, or its tables are not made yet
            await self.reread()

    async def announce(self, text: str, issuer: str, until: datetime, by: str, now: datetime) -> Announcement:
        """A new text instead of the one that stands. Raises NotReachable."""

        async def work(session: AsyncSession) -> Announcement:
            await session.execute(_withdrawal(now))
            row = AnnouncementRow(text=text[:LONGEST_TEXT], issuer=issuer[:LONGEST_ISSUER], until=until, set_by=by[:40],
                                  set_at=now, withdrawn_at=None)  # fmt: skip
            session.add(row)
            await session.flush()
            return _announcement(row)

        made = await self._database.write(work)
        await self._reread_if_it_can()
        return made

    async def withdraw(self, now: datetime) -> None:
        """Nothing is announced any more. Raises NotReachable."""

        async def work(session: AsyncSession) -> None:
            await session.execute(_withdrawal(now))

        await self._database.write(work)
        await self._reread_if_it_can()

    async def switch(self, name: str, on: bool, by: str, now: datetime) -> None:
        """Switch a channel or feature; to what it is already changes nothing. Raises NotReachable."""

        async def work(session: AsyncSession) -> None:
            row = await session.get(SwitchedOffRow, name)
            if on and row is not None:
                await session.delete(row)
            elif not on and row is None:
                session.add(SwitchedOffRow(name=name, by=by[:40], at=now))

        await self._database.write(work)
        await self._reread_if_it_can()


def _withdrawal(now: datetime) -> Update:
    return update(AnnouncementRow).where(AnnouncementRow.withdrawn_at.is_(None)).values(withdrawn_at=now)


def _announcement(row: AnnouncementRow) -> Announcement:
    return Announcement(row.id, row.text, row.issuer, row.until, row.set_by)
