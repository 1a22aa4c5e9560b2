"""One application's row: finding it, moving it through its states with the audit trail, and showing it.

Runs inside a transaction of the caller; opens none, seals and opens nothing.
"""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from registration.clock import beijing_day, beijing_text
from registration.errors import ApplicationUnknown
from registration.models import ApplicationRow, RegistrationAuditRow
from registration.numbers import read_number
from registration.states import GIVEN_UP, LABELS, OVER, ApplicationState, check_move

DRAFT_LIFE = timedelta(days=30)


async def find(session: AsyncSession, number: str, *, lock: bool = False) -> ApplicationRow:
    """Raises ApplicationUnknown."""
    known = read_number(number)
    row = await session.get(ApplicationRow, known, with_for_update=lock) if known else None
    if row is None:
        raise ApplicationUnknown("没有这个申请编号，请核对后再试。")
    return row


def overdue(row: ApplicationRow, now: datetime) -> bool:
    """A draft that nobody finished in 30 days."""
    return row.state == ApplicationState.draft and now >= row.created_at + DRAFT_LIFE


def state(row: ApplicationRow, now: datetime) -> ApplicationState:
    """What an application is at this moment. An overdue draft is shown as expired by whoever looks and erased by the
    retention job alone: a clock that was wrong for an hour must not cost anybody what was typed."""
    return ApplicationState.expired if overdue(row, now) else ApplicationState(row.state)


def move(
    session: AsyncSession,
    row: ApplicationRow,
    to: ApplicationState,
    who: str,
    now: datetime,
    *,
    reason: str | None = None,
    since: date | None = None,
) -> None:
    """The only place a state changes. Raises MoveRefused.

    An application that is over frees the child; one given up also loses its identity data.
    """
    before = ApplicationState(row.state) if to == ApplicationState.expired else state(row, now)
    check_move(before, to)
    row.state, row.updated_at, row.reason = to.value, now, reason
    note(session, row, who, f"moved {before.value} > {to.value}", now)
    if to == ApplicationState.insured:
        row.insured_since = since or beijing_day(now)
    if to in OVER:
        row.child_index = None
    if to in GIVEN_UP and row.identity_sealed is not None:
        row.identity_sealed = None
        note(session, row, who, "identity erased", now)


def note(session: AsyncSession, row: ApplicationRow, who: str, what: str, now: datetime) -> None:
    """One line of the audit trail. `who`: api, link, sandbox, clock or keys. Never an identity value."""
    session.add(RegistrationAuditRow(at=now, who=who, what=what, number=row.number))


def as_json(row: ApplicationRow, now: datetime) -> dict[str, Any]:
    """An application as the contract shows it at this moment: never an identity value."""
    shown = state(row, now)
    return {
        "number": row.number,
        "state": shown.value,
        "state_text": LABELS[shown],
        "region": row.region,
        "birth_date": row.birth_date.isoformat() if row.birth_date else None,
        "due_month": row.due_month,
        "household_registered": row.household_registered,
        "proxy": row.proxy,
        "conversation": row.conversation,
        "identity_given": row.identity_sealed is not None and shown not in GIVEN_UP,
        "consent_version": row.consent_version,
        "reason": row.reason,
        "insured_since": row.insured_since.isoformat() if row.insured_since else None,
        "created_at": beijing_text(row.created_at),
        "updated_at": beijing_text(row.updated_at),
        "expires_at": beijing_text(row.created_at + DRAFT_LIFE) if shown == ApplicationState.draft else None,
    }
