"""What ends by itself: unfinished drafts, answers kept for repetition, used links, and applications long over."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from registration import records
from registration.clock import Clock
from registration.models import ApplicationRow, IdempotencyRow, LinkRow, RegistrationAuditRow
from registration.states import GIVEN_UP, OVER, ApplicationState
from registration.store import Store

KEEP_ANSWERS = timedelta(days=7)
"""A repetition comes within minutes; a week is generous. The answers hold links' tokens, sealed."""
KEEP_LINKS = timedelta(days=30)
KEEP_GIVEN_UP = timedelta(days=180)
KEEP_INSURED = timedelta(days=5 * 365)
"""After the last change. The bureau keeps its own file; ours is there to answer “办到哪了”."""


@dataclass(frozen=True)
class Purged:
    """How many of each went."""

    drafts_expired: int
    answers: int
    links: int
    applications: int


async def purge(store: Store, clock: Clock) -> Purged:
    """One run of the job; run again it changes nothing. Raises Unavailable."""
    now = clock()

    async def work(session: AsyncSession) -> Purged:
        drafts = await session.scalars(
            select(ApplicationRow).where(ApplicationRow.state == ApplicationState.draft.value).with_for_update()
        )
        overdue = [row for row in drafts if records.overdue(row, now)]
        for row in overdue:  # nobody has to look at a draft for its identity data to be erased
            records.move(session, row, ApplicationState.expired, "clock", now)
        await session.flush()
        answers = await _gone(session, delete(IdempotencyRow).where(IdempotencyRow.created_at < now - KEEP_ANSWERS))
        links = await _gone(session, delete(LinkRow).where(LinkRow.expires_at < now - KEEP_LINKS))
        given_up, over = (
            [state.value for state in GIVEN_UP],
            [state.value for state in OVER | {ApplicationState.insured}],
        )
        old = select(ApplicationRow.number).where(
            (ApplicationRow.state.in_(given_up) & (ApplicationRow.updated_at < now - KEEP_GIVEN_UP))
            | (ApplicationRow.state.in_(over) & (ApplicationRow.updated_at < now - KEEP_INSURED))
        )
        numbers = list(await session.scalars(old))
        for table in (LinkRow, RegistrationAuditRow, ApplicationRow):
            await session.execute(delete(table).where(table.number.in_(numbers)))
        return Purged(len(overdue), answers, links, len(numbers))

    return await store.write(work)


async def forget(store: Store, clock: Clock, conversation: str) -> tuple[list[str], list[str]]:
    """A family asks to be forgotten: drafts are cancelled and lose their identity data at once.

    Returns:
        numbers cancelled, and numbers that stay because they are with the bureau or decided (its file, its duty).
    """

    async def work(session: AsyncSession) -> tuple[list[str], list[str]]:
        found = select(ApplicationRow).where(ApplicationRow.conversation == conversation).with_for_update()
        cancelled, kept = [], []
        for row in await session.scalars(found):
            if row.state == ApplicationState.draft:
                over = records.overdue(row, clock())
                records.move(
                    session, row, ApplicationState.expired if over else ApplicationState.cancelled, "api", clock()
                )
                cancelled.append(row.number)
            elif ApplicationState(row.state) not in GIVEN_UP:
                kept.append(row.number)
        return cancelled, kept

    return await store.write(work)


async def _gone(session: AsyncSession, statement: Any) -> int:
    return int(cast(Any, await session.execute(statement)).rowcount)
