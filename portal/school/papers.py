"""The leaflets a school made: kept word for word as they were, with the fingerprints that tell when policy changed."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from common.storage import Database
from leaflets import Plan, Sheet, SheetItem
from leaflets.plan import facts_of
from leaflets.sheet import answer_of, mark_of
from policies.library import Library
from portal.errors import StaffPageNotFound
from portal.school.groups import new_id
from portal.school.tables import SheetRow
from portal.versions import changed_since, fingerprint


@dataclass(frozen=True)
class StoredLeaflet:
    """One leaflet of one school."""

    id: str
    school: str
    author: str
    sheet: Sheet
    prints: Mapping[str, str]
    made_at: datetime

    @property
    def name(self) -> str:
        plan = self.sheet.plan
        return f"{self.sheet.title}（{plan.stage} · {plan.year}年度）"


class StoredLeaflets:
    """The leaflets in one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, school: str, author: str, sheet: Sheet, library: Library, now: datetime) -> StoredLeaflet:
        """Keep a leaflet as it is."""
        prints = {one: fingerprint(answer_of(one, sheet.plan, library)) for one in sheet.plan.questions}
        plan = sheet.plan

        async def work(session: AsyncSession) -> StoredLeaflet:
            row = SheetRow(id=new_id(), school=school, author=author, region=plan.region, stage=plan.stage,
                           form=plan.form, year=plan.year, content=freeze(sheet), prints=prints, scene=sheet.scene,
                           made_at=now)  # fmt: skip
            session.add(row)
            return _paper(row)

        return await self._database.write(work)

    async def get(self, paper: str, school: str | None) -> StoredLeaflet:
        """One leaflet; `school` None: of any school. Raises NotFound."""
        async with self._database.reading() as session:
            row = await session.get(SheetRow, paper)
        if row is None or school not in (None, row.school):
            raise StaffPageNotFound
        return _paper(row)

    async def of(self, school: str | None, limit: int = 50) -> list[StoredLeaflet]:
        """The newest leaflets of a school; None: of all."""
        found = select(SheetRow).order_by(SheetRow.made_at.desc(), SheetRow.id).limit(limit)
        if school is not None:
            found = found.where(SheetRow.school == school)
        async with self._database.reading() as session:
            return [_paper(row) for row in await session.scalars(found)]

    async def before(self, paper: StoredLeaflet) -> StoredLeaflet | None:
        """The leaflet this one replaces: the newest earlier one of the same school, region, stage and form.

        Last year's where there is one, so that a reviewer sees what the year changed.
        """
        plan = paper.sheet.plan
        found = select(SheetRow).where(
            SheetRow.school == paper.school, SheetRow.region == plan.region, SheetRow.stage == plan.stage,
            SheetRow.form == plan.form, SheetRow.id != paper.id,
            # Two made in the same second: last year's is the earlier one.
            or_(SheetRow.made_at < paper.made_at,
                and_(SheetRow.made_at == paper.made_at, SheetRow.year < plan.year)),
        ).order_by(SheetRow.made_at.desc())  # fmt: skip
        async with self._database.reading() as session:
            rows = (await session.scalars(found.limit(100))).all()
        candidates = [row for row in rows if row.year < plan.year] or rows
        return _paper(candidates[0]) if candidates else None


def outdated(paper: StoredLeaflet, library: Library) -> list[str]:
    """Titles of the questions that would be answered differently now; empty while the leaflet holds."""
    plan = paper.sheet.plan
    if paper.sheet.stamp == library.stamp:
        return []
    found = []
    for intent, told in paper.prints.items():
        if changed_since(told, intent, facts_of(plan), plan.region, plan.day, library):
            found.append(str(library.questions[intent]["title"]) if intent in library.questions else intent)
    return found


def holds(sheet: Sheet, library: Library) -> bool:
    """Are the leaflet's answers still those of the documents?"""
    return sheet.stamp == library.stamp or mark_of(sheet.plan, library) == sheet.mark


def freeze(sheet: Sheet) -> dict[str, Any]:
    """A leaflet as JSON data."""
    data = asdict(sheet)
    data["plan"]["day"] = sheet.plan.day.isoformat()
    return data


def thaw(data: Mapping[str, Any]) -> Sheet:
    """The leaflet again, word for word."""
    plan = data["plan"]
    made = Plan(plan["region"], plan["stage"], plan["year"], tuple(plan["questions"]), plan["form"],
                date.fromisoformat(plan["day"]))  # fmt: skip
    items = tuple(SheetItem(**_tuples(item)) for item in data["items"])
    rest = _tuples({k: v for k, v in data.items() if k not in ("plan", "items")})
    return Sheet(plan=made, items=items, **rest)


def _tuples(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}


def _paper(row: SheetRow) -> StoredLeaflet:
    return StoredLeaflet(row.id, row.school, row.author, thaw(row.content), dict(row.prints), row.made_at)
