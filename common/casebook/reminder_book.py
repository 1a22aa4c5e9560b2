"""Reminders in SQL: planned, claimed by one sender before it calls anybody, and ended once.

A reminder is claimed in one transaction and ended in another. What a sender that died in between had done nobody
knows: such a reminder is `unknown` and is not sent again.
"""

import secrets
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any, Literal, cast

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from common.casebook.models import ReminderRow
from common.storage import Database

MOST_PLANNED = 5
"""Reminders of one conversation that may stand at the same time."""
ReminderEnd = Literal["sent", "changed", "cancelled", "refused", "unknown"]
"""`changed`: sent, and it said that the rule is another now. `refused`: the platform would not take it."""


@dataclass(frozen=True)
class Reminder:
    """One reminder. `conversation` is the gateway's keyed hash; `facts` are what the day is computed from; `state` is
    `planned`, `sending` or an end, `reason` says why it ended so or was put off."""

    id: int
    conversation: str
    channel: str
    address: str | None = field(repr=False)
    kind: str
    region: str
    facts: dict[str, Any] = field(repr=False)
    due_day: date
    planned_for: date
    state: str
    reason: str | None


class ReminderBook:
    """All reads and writes of reminders. Every method is one transaction. Raises storage.NotReachable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def plan(
        self, conversation: str, channel: str, address: str | None, kind: str, region: str, facts: dict[str, Any],
        due_day: date, planned_for: date, now: datetime,
    ) -> Reminder | None:  # fmt: skip
        """A new reminder, or the same one that already stands; None when the conversation has too many."""

        async def work(session: AsyncSession) -> Reminder | None:
            standing = list(await session.scalars(_planned(conversation)))
            same = (one for one in standing if (one.kind, one.region, one.due_day) == (kind, region, due_day))
            row = next(same, None)
            if row is None and len(standing) >= MOST_PLANNED:
                return None
            if row is None:
                row = ReminderRow(
                    conversation=conversation, channel=channel, address=address, kind=kind, region=region,
                    facts=facts, due_day=due_day, planned_for=planned_for, state="planned", created_at=now,
                    updated_at=now,
                )  # fmt: skip
                session.add(row)
                await session.flush()
            return _reminder(row)

        return await self._database.write(work)

    async def standing(self, conversation: str) -> list[Reminder]:
        """The planned reminders of a conversation, the next first."""
        async with self._database.reading() as session:
            return [_reminder(row) for row in await session.scalars(_planned(conversation))]

    async def get(self, number: int) -> Reminder | None:
        async with self._database.reading() as session:
            row = await session.get(ReminderRow, number)
            return _reminder(row) if row else None

    async def cancel(self, conversation: str, number: int, now: datetime) -> bool:
        """The parent wants it no more; False when it does not stand, or is another's."""
        ended = _ended("cancelled", "by_parent", now)
        mine = (ReminderRow.id == number, ReminderRow.conversation == conversation, ReminderRow.state == "planned")
        return await self._changed(update(ReminderRow).where(*mine).values(**ended))

    async def due(self, today: date, now: datetime, limit: int) -> list[Reminder]:
        """The reminders whose day has come, the longest planned first."""
        found = (
            select(ReminderRow)
            .where(ReminderRow.state == "planned", ReminderRow.planned_for <= today)
            .where(ReminderRow.not_before.is_(None) | (ReminderRow.not_before <= now))
            .order_by(ReminderRow.planned_for, ReminderRow.id).limit(limit)
        )  # fmt: skip
        async with self._database.reading() as session:
            return [_reminder(row) for row in await session.scalars(found)]

    async def claim(self, number: int, now: datetime) -> str | None:
        """Become the only one who may send it; None when another is, or it does not stand any more."""
        claim = secrets.token_hex(16)
        standing = (ReminderRow.id == number, ReminderRow.state == "planned")
        taken = {"state": "sending", "claim": claim, "updated_at": now}
        return claim if await self._changed(update(ReminderRow).where(*standing).values(**taken)) else None

    async def end(self, number: int, claim: str, state: ReminderEnd, reason: str | None, now: datetime) -> bool:
        """How the claimed sending ended; from now on nothing of the child and no address stands beside it."""
        mine = (ReminderRow.id == number, ReminderRow.claim == claim, ReminderRow.state == "sending")
        return await self._changed(update(ReminderRow).where(*mine).values(**_ended(state, reason, now)))

    async def put_off(self, number: int, claim: str, reason: str, until: datetime, now: datetime) -> bool:
        """The claimed sending surely brought nothing: planned again, from `until` on."""
        mine = (ReminderRow.id == number, ReminderRow.claim == claim, ReminderRow.state == "sending")
        again = {"state": "planned", "claim": None, "reason": reason, "not_before": until, "updated_at": now}
        return await self._changed(update(ReminderRow).where(*mine).values(**again))

    async def reported(self, number: int, *, arrived: bool, now: datetime) -> bool:
        """The platform reports what became of a notice it took: one of unknown outcome arrived after all, or one did
        not arrive, which ends even a sending that is not over yet."""
        known = ("unknown",) if arrived else ("sending", "sent", "changed", "unknown")
        it = (ReminderRow.id == number, ReminderRow.state.in_(known))
        ended = _ended("sent", None, now) if arrived else _ended("refused", "not_delivered", now)
        return await self._changed(update(ReminderRow).where(*it).values(**ended))

    async def abandon(self, before: datetime, now: datetime) -> int:
        """End what was claimed before that and never ended: its sender is gone; how many there were."""
        left = (ReminderRow.state == "sending", ReminderRow.updated_at < before)
        gone = update(ReminderRow).where(*left).values(**_ended("unknown", "sender_gone", now))
        return int(cast(Any, await self._database.write(lambda session: session.execute(gone))).rowcount)

    async def late(self, today: date) -> int:
        """How many are planned for a day that is over."""
        overdue = (ReminderRow.state == "planned", ReminderRow.planned_for < today)
        async with self._database.reading() as session:
            return int(await session.scalar(select(func.count()).select_from(ReminderRow).where(*overdue)) or 0)

    async def _changed(self, statement: Any) -> bool:
        return bool(cast(Any, await self._database.write(lambda session: session.execute(statement))).rowcount)


def _planned(conversation: str) -> Any:
    mine = (ReminderRow.conversation == conversation, ReminderRow.state == "planned")
    return select(ReminderRow).where(*mine).order_by(ReminderRow.planned_for, ReminderRow.id)


def _ended(state: str, reason: str | None, now: datetime) -> dict[str, Any]:
    return {"state": state, "reason": reason, "facts": {}, "address": None, "updated_at": now}


def _reminder(row: ReminderRow) -> Reminder:
    return Reminder(**{one.name: getattr(row, one.name) for one in fields(Reminder)})
