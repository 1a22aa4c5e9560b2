"""Call-backs: parents who left a telephone number and when they can be called.

The number comes in and goes out sealed; who has taken a call-back may have it opened, and it is erased when done.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from common.casebook.models import CallBackRow, CaseRow, SealingKeyRow
from common.casebook.records import Held
from common.storage import Database

CallBackState = Literal["open", "not_reached", "called", "done"]
"""Nobody called yet · called in vain, `tries` times · spoken with, the matter goes on · over, the number is erased."""
TO_CALL: tuple[CallBackState, ...] = ("open", "not_reached", "called")
LIFE = timedelta(days=30)
"""How long a number is kept at the most, done or not."""
_THE_KEY = 1


class NoCallBack(Exception):
    """There is no such call-back, or it is done."""


class NotTaken(Exception):
    """Somebody must take a call-back before they may do that."""


@dataclass(frozen=True)
class CallBack:
    """One call-back without its number; `shown` is the shortened number until it is done."""

    id: int
    conversation: str
    channel: str
    case: str | None
    shown: str | None
    begins: datetime
    ends: datetime
    state: CallBackState
    tries: int
    holder: str | None
    left_at: datetime


class CallBacks:
    """The call-backs in one casebook. Every method raises NotReachable when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # The desk's public key

    async def publish(self, public_key: str, now: datetime) -> None:
        """From now on numbers are sealed for this key."""
        if await self.public_key() == public_key:
            return

        async def work(session: AsyncSession) -> None:
            await session.merge(SealingKeyRow(id=_THE_KEY, public_key=public_key, at=now))

        await self._database.write(work)

    async def public_key(self) -> str | None:
        """What numbers are sealed with; None when no desk was ever started."""
        async with self._database.reading() as session:
            row = await session.get(SealingKeyRow, _THE_KEY)
            return row.public_key if row else None

    # The parent's side

    async def leave(
        self, conversation: str, channel: str, sealed: str, shown: str, span: tuple[datetime, datetime], now: datetime
    ) -> CallBack:
        """Keep a number with its span of time, in place of the one that stands; beside it the case that stands."""

        async def work(session: AsyncSession) -> CallBack:
            case = await session.scalar(select(CaseRow.number).where(CaseRow.standing_for == conversation))
            row = await session.scalar(_standing(conversation).with_for_update())
            if row is None:
                row = CallBackRow(conversation=conversation, standing_for=conversation, channel=channel)
                session.add(row)
            row.case, row.number_sealed, row.shown, (row.begins, row.ends) = case, sealed, shown, span
            row.state, row.tries, row.holder, row.left_at, row.updated_at = "open", 0, None, now, now
            await session.flush()
            return _call_back(row)

        return await self._database.write(work)

    async def standing(self, conversation: str) -> CallBack | None:
        """What this conversation has left and is not done."""
        async with self._database.reading() as session:
            row = await session.scalar(_standing(conversation))
            return _call_back(row) if row else None

    async def withdraw(self, conversation: str) -> bool:
        """The parent wants no call any more: nothing of it is kept. Was there one?"""

        async def work(session: AsyncSession) -> bool:
            gone = await session.execute(delete(CallBackRow).where(CallBackRow.standing_for == conversation))
            return bool(cast(Any, gone).rowcount)

        return await self._database.write(work)

    # The desk's side

    async def listed(self, limit: int = 100, skip: int = 0) -> list[CallBack]:
        """Those to be called, the earliest span first."""
        found = select(CallBackRow).where(CallBackRow.state.in_(TO_CALL)).order_by(CallBackRow.begins, CallBackRow.id)
        async with self._database.reading() as session:
            return [_call_back(row) for row in await session.scalars(found.limit(limit).offset(skip))]

    async def count(self) -> int:
        """How many are to be called."""
        found = select(func.count()).select_from(CallBackRow).where(CallBackRow.state.in_(TO_CALL))
        async with self._database.reading() as session:
            return int(await session.scalar(found) or 0)

    async def of(self, number: int) -> CallBack | None:
        async with self._database.reading() as session:
            row = await session.get(CallBackRow, number)
            return _call_back(row) if row else None

    async def take(self, number: int, holder: str, now: datetime, *, instead_of: str | None = None) -> None:
        """Take a call-back; from `instead_of`, who holds it and lets it go. Raises NoCallBack, Held."""

        async def work(session: AsyncSession) -> None:
            row = await _undone(session, number)
            if row.holder not in (None, holder, instead_of):
                raise Held(str(row.holder))
            row.holder, row.updated_at = holder, now

        await self._database.write(work)

    async def sealed_number(self, number: int, holder: str) -> tuple[str, str]:
        """The sealed number and what it belongs to, for who has taken it. Raises NoCallBack, Held, NotTaken."""
        async with self._database.reading() as session:
            row = await _held(session, number, holder)
            return str(row.number_sealed), row.conversation

    async def not_reached(self, number: int, holder: str, now: datetime) -> None:
        """Called in vain: somebody calls again. Raises NoCallBack, Held, NotTaken."""

        async def work(session: AsyncSession) -> None:
            row = await _held(session, number, holder)
            row.state, row.tries, row.holder, row.updated_at = "not_reached", row.tries + 1, None, now

        await self._database.write(work)

    async def called(self, number: int, holder: str, now: datetime) -> None:
        """Spoken with; it stays with this person until it is done. Raises NoCallBack, Held, NotTaken."""

        async def work(session: AsyncSession) -> None:
            row = await _held(session, number, holder)
            row.state, row.updated_at = "called", now

        await self._database.write(work)

    async def done(self, number: int, holder: str, now: datetime) -> None:
        """Over: the number is erased. Raises NoCallBack, Held, NotTaken."""

        async def work(session: AsyncSession) -> None:
            row = await _held(session, number, holder)
            row.state, row.updated_at, row.standing_for = "done", now, None
            row.number_sealed, row.shown = None, None

        await self._database.write(work)

    async def purge(self, now: datetime) -> int:
        """Delete what was left longer ago than `LIFE`, done or not; how many."""

        async def work(session: AsyncSession) -> int:
            gone = await session.execute(delete(CallBackRow).where(CallBackRow.left_at < now - LIFE))
            return int(cast(Any, gone).rowcount)

        return await self._database.write(work)


def _standing(conversation: str) -> Any:
    return select(CallBackRow).where(CallBackRow.standing_for == conversation)


async def _undone(session: AsyncSession, number: int) -> CallBackRow:
    row = await session.get(CallBackRow, number, with_for_update=True)
    if row is None or row.state == "done":
        raise NoCallBack
    return row


async def _held(session: AsyncSession, number: int, holder: str) -> CallBackRow:
    row = await _undone(session, number)
    if row.holder is None:
        raise NotTaken
    if row.holder != holder:
        raise Held(row.holder)
    return row


def _call_back(row: CallBackRow) -> CallBack:
    return CallBack(
        row.id, row.conversation, row.channel, row.case, row.shown, row.begins, row.ends,
        row.state, row.tries, row.holder, row.left_at,  # type: ignore[arg-type]
    )  # fmt: skip
