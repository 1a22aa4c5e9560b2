"""Call records: one open call per agent, saved as it is typed; what was asked in it; the figures' raw rows."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from common.storage import Database
from portal.tables import CallRow, LookupRow

OUTCOMES = {"answered": "已答复", "transferred": "转办", "callback": "回拨"}
LONGEST_NOTES = 4000


@dataclass(frozen=True)
class Call:
    """One call as pages see it. Moments in UTC; `facts` and `before` as JSON data."""

    id: str
    agent: str
    began_at: datetime
    ended_at: datetime | None
    saved_at: datetime | None
    region: str
    last_region: str | None
    intent: str | None
    facts: Mapping[str, Any]
    before: Mapping[str, Any] | None
    query: str
    notes: str
    outcome: str | None
    link: str | None
    stamp: str | None
    print: str | None


@dataclass(frozen=True)
class Lookup:
    """One answer opened during a call."""

    call: str
    at: datetime
    intent: str
    region: str
    status: str


class CallRecords:
    """The call records of one database. Nothing here masks: what comes in is already masked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def current(self, agent: str) -> Call | None:
        """The agent's open call; it is still there after the browser died."""
        async with self._database.reading() as session:
            row = await session.scalar(_open(agent))
            return _call(row) if row else None

    async def change(self, agent: str, begin_in: str, now: datetime, **changes: Any) -> Call:
        """Change the agent's open call; one begins now, in region `begin_in`, when there is none."""

        async def work(session: AsyncSession) -> Call:
            row = await session.scalar(_open(agent))
            if row is None:
                row = CallRow(id=secrets.token_hex(8), agent=agent, began_at=now, region=begin_in, facts={}, query="",
                              notes="")  # fmt: skip
                session.add(row)
            for name, value in changes.items():
                setattr(row, name, value)
            await session.flush()
            return _call(row)

        return await self._database.write(work)

    async def end(self, agent: str, outcome: str, now: datetime) -> Call | None:
        """End the open call; None when there is none (ended already in another window)."""

        async def work(session: AsyncSession) -> Call | None:
            row = await session.scalar(_open(agent))
            if row is None:
                return None
            row.outcome, row.ended_at = outcome, now
            return _call(row)

        return await self._database.write(work)

    async def looked_up(self, call: str, intent: str, region: str, status: str, now: datetime) -> None:
        """Note that an answer was opened."""

        async def work(session: AsyncSession) -> None:
            session.add(LookupRow(call=call, at=now, intent=intent, region=region, status=status))

        await self._database.write(work)

    async def since(self, moment: datetime, until: datetime | None = None) -> list[Call]:
        """Calls begun since then, oldest first."""
        found = select(CallRow).where(CallRow.began_at >= moment).order_by(CallRow.began_at)
        if until is not None:
            found = found.where(CallRow.began_at < until)
        async with self._database.reading() as session:
            return [_call(row) for row in await session.scalars(found)]

    async def lookups(self, since: datetime) -> list[Lookup]:
        """Answers opened since then, oldest first."""
        found = select(LookupRow).where(LookupRow.at >= since).order_by(LookupRow.at)
        async with self._database.reading() as session:
            return [Lookup(r.call, r.at, r.intent, r.region, r.status) for r in await session.scalars(found)]

    async def top(self, since: datetime, limit: int) -> list[tuple[str, int]]:
        """The questions opened most often since then, with in how many calls."""
        number = func.count(LookupRow.call.distinct())
        found = (
            select(LookupRow.intent, number).where(LookupRow.at >= since).group_by(LookupRow.intent)
            .order_by(number.desc(), LookupRow.intent).limit(limit)
        )  # fmt: skip
        async with self._database.reading() as session:
            return [(intent, int(count)) for intent, count in (await session.execute(found)).all()]


def _open(agent: str) -> Any:
    newest = select(CallRow).where(CallRow.agent == agent, CallRow.ended_at.is_(None))
    return newest.order_by(CallRow.began_at.desc()).limit(1)


def _call(row: CallRow) -> Call:
    return Call(**{one.name: getattr(row, one.name) for one in fields(Call)})
