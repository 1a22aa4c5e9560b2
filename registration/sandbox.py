"""The bureau's side, played by hand: moves an application on. For tests and demonstrations only."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from registration import records
from registration.bodies import without_numbers
from registration.clock import Clock
from registration.errors import BadInput, FieldProblem, MoveRefused
from registration.models import RegistrationAuditRow
from registration.states import LABELS, NEXT, ApplicationState
from registration.store import Store

BY_THE_BUREAU = (
    ApplicationState.accepted,
    ApplicationState.awaiting_payment,
    ApplicationState.insured,
    ApplicationState.rejected,
)


async def advance(
    store: Store,
    clock: Clock,
    number: str,
    to: ApplicationState | None = None,
    reason: str | None = None,
    since: date | None = None,
) -> tuple[ApplicationState, ApplicationState]:
    """Moves an application to `to`, or to what comes next when all goes well. Returns (before, after).

    Raises:
        ApplicationUnknown, MoveRefused: there is no such application, or its state does not lead there.
        BadInput: a rejection without a reason in words.
    """
    if to is not None and to not in BY_THE_BUREAU:
        raise MoveRefused(f"“{LABELS[to]}”不由医保经办机构决定。")
    if to == ApplicationState.rejected:
        reason = _reason(reason)

    async def work(session: AsyncSession) -> tuple[ApplicationState, ApplicationState]:
        row = await records.find(session, number, lock=True)
        before = ApplicationState(row.state)
        after = to or NEXT.get(before)
        if after is None:
            raise MoveRefused(f"申请现在是“{LABELS[before]}”，经办机构没有下一步。", extra={"state": before.value})
        records.move(session, row, after, "sandbox", clock(), reason=reason, since=since)
        return before, after

    return await store.write(work)


async def history(store: Store, number: str) -> list[RegistrationAuditRow]:
    """The audit trail of one application, oldest first. Raises ApplicationUnknown."""
    async with store.reading() as session:
        row = await records.find(session, number)
        trail = (
            select(RegistrationAuditRow)
            .where(RegistrationAuditRow.number == row.number)
            .order_by(RegistrationAuditRow.id)
        )
        return list(await session.scalars(trail))


def _reason(text: str | None) -> str:
    try:
        reason = without_numbers(text or "")
    except ValueError as error:
        raise BadInput((FieldProblem("reason", "invalid_field", f"--reason：{error}"),)) from None
    if len(reason) > 200:
        raise BadInput((FieldProblem("reason", "invalid_field", "--reason：最多 200 个字。"),))
    return reason
