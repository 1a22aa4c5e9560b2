"""The line of those who wait for a person: who is in front, and how long the last ones waited."""

from datetime import datetime

from sqlalchemy import and_, func, or_, select

from common.casebook.models import CaseRow, NoteRow
from common.storage import Database


class WaitingLine:
    """The line in one casebook. Every method raises NotReachable when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ahead_of(self, number: str) -> int | None:
        """How many wait in front of this case, as `Casebook.queue` orders them; None when it does not wait."""
        async with self._database.reading() as session:
            case = await session.get(CaseRow, number)
            if case is None or case.state != "waiting":
                return None
            earlier = or_(CaseRow.opened_at < case.opened_at,
                          and_(CaseRow.opened_at == case.opened_at, CaseRow.number < number))  # fmt: skip
            in_front = or_(CaseRow.rank < case.rank, and_(CaseRow.rank == case.rank, earlier))
            found = select(func.count()).select_from(CaseRow).where(CaseRow.state == "waiting", in_front)
            return int(await session.scalar(found) or 0)

    async def last_answered(self, since: datetime, limit: int) -> list[tuple[datetime, datetime]]:
        """When the cases that were first answered by a person last were opened, and when answered; the newest first."""
        first = select(NoteRow.case, func.min(NoteRow.id).label("id")).where(NoteRow.who == "staff")
        answered = first.group_by(NoteRow.case).subquery()
        found = (
            select(CaseRow.opened_at, NoteRow.at).join(answered, answered.c.case == CaseRow.number)
            .join(NoteRow, NoteRow.id == answered.c.id).where(NoteRow.at >= since)
            .order_by(NoteRow.id.desc()).limit(limit)
        )  # fmt: skip
        async with self._database.reading() as session:
            return [(opened, at) for opened, at in (await session.execute(found)).all()]
