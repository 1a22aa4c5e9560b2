"""How many of each class are enrolled: two numbers a class. Rates against the region's own target, with its sentence.

Nothing about a child comes here: lists are compared in the browser (school-counts.js), or counted by the school.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from common.storage import Database
from policies import places
from policies.library import Library, QuotableClause
from portal.errors import PortalBadRequest
from portal.figures import Table
from portal.school.groups import grade_order
from portal.school.roster import Bad, columns, headed, is_day
from portal.school.tables import CountRow

_KNOWN = {
    "年级": "grade", "班级": "name", "班": "name", "应参保": "total", "总人数": "total", "人数": "total",
    "班级人数": "total",
    "已参保": "enrolled", "参保人数": "enrolled", "已参保人数": "enrolled",
}  # fmt: skip
_NEEDED = ("grade", "name", "total", "enrolled")
_SHARE = re.compile(r"(\d{1,3})%")
MOST_OF_A_CLASS = 200


@dataclass(frozen=True)
class Count:
    """One class: how many there are, how many of them are enrolled for the year."""

    grade: str
    name: str
    total: int
    enrolled: int

    @property
    def label(self) -> str:
        return f"{self.grade}{self.name}" if not self.name.startswith(self.grade) else self.name


@dataclass(frozen=True)
class Target:
    """The share a document names, in percent, with its sentence. `past`: the year it was set for is over."""

    percent: int
    number: str
    at: str
    quote: str
    place: str
    past: bool


class Counts:
    """The counts in one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, school: str, year: int) -> list[Count]:
        """The classes of a school with their counts for a year."""
        found = select(CountRow).where(CountRow.school == school, CountRow.year == year)
        async with self._database.reading() as session:
            rows = [Count(r.grade, r.name, r.total, r.enrolled) for r in await session.scalars(found)]
        return sorted(rows, key=lambda c: (*grade_order(c.grade), *grade_order(c.name)))

    async def replace(self, school: str, year: int, counts: Sequence[Count], way: str, day: date) -> None:
        """Put these in place of what was counted for that year before. `way`: file or browser."""

        async def work(session: AsyncSession) -> None:
            await session.execute(delete(CountRow).where(CountRow.school == school, CountRow.year == year))
            for one in counts:
                session.add(CountRow(school=school, year=year, grade=one.grade, name=one.name, total=one.total,
                                     enrolled=one.enrolled, way=way, counted_on=day))  # fmt: skip

        await self._database.write(work)


def read_counts(table: Sequence[Sequence[str]]) -> tuple[list[Count], list[Bad]]:
    """Counts of a table, and the rows that cannot be used.

    Raises:
        BadRequest: no such table, or one with a column about children.
    """
    if not any(map(any, table)):
        raise PortalBadRequest("这个表格是空的。")
    top = headed(table, _KNOWN, _NEEDED)
    where = columns(table[top], _KNOWN, _NEEDED)
    counts: dict[tuple[str, str], Count] = {}
    bad: list[Bad] = []
    for number, row in enumerate(table[top + 1 :], top + 2):
        if not any(row):
            continue
        given = {field: row[place].strip() if place < len(row) else "" for field, place in where.items()}
        reason = _wrong(given, counts)
        if reason:
            bad.append(Bad(number, f"{given['grade']} {given['name']}"[:40], reason))
        else:
            one = Count(given["grade"], given["name"], int(given["total"]), int(given["enrolled"]))
            counts[one.grade, one.name] = one
    return list(counts.values()), bad


def _wrong(given: dict[str, str], before: Mapping[tuple[str, str], Count]) -> str:
    if not given["grade"] or not given["name"] or len(given["grade"]) > 20 or len(given["name"]) > 40:
        return "缺年级或班级，或者太长"
    if is_day(given["name"]) or is_day(given["grade"]):
        return "班级在表格里变成了日期，请把这一列设成“文本”再填，比如 3-1"
    if not all(given[one].isdecimal() and len(given[one]) <= 6 for one in ("total", "enrolled")):
        return "人数要是整数"
    if not 0 < int(given["total"]) <= MOST_OF_A_CLASS:
        return f"一个班 1 到 {MOST_OF_A_CLASS} 人"
    if int(given["enrolled"]) > int(given["total"]):
        return "已参保比应参保还多"
    if (given["grade"], given["name"]) in before:
        return "同一个班写了两次"
    return ""


def target(region: str, library: Library, today: date) -> Target | None:
    """The share the region's documents aim at: the nearest place's, one about schools before one about newborns."""
    for place in places.chain(region):
        goals = [s for s in library.sentences.values() if s.force == "goal" and _SHARE.search(s.quote)
                 and library.sources[s.doc].region == place.adcode and s.known_from <= today]  # fmt: skip
        if goals:
            chosen = min(goals, key=lambda s: ("校" not in s.quote, s.id))
            return _target(chosen, library, place.adcode, today)
    return None


def _target(sentence: QuotableClause, library: Library, adcode: str, today: date) -> Target:
    source, found = library.sources[sentence.doc], _SHARE.search(sentence.quote)
    assert found is not None
    annual_over = source.annual_year is not None and source.annual_year < today.year
    past = annual_over or (sentence.until is not None and sentence.until < today)
    return Target(int(found[1]), source.number, sentence.at, sentence.quote, places.full_name(adcode), past)


def rate(enrolled: int, total: int) -> str:
    """A share in percent, cut to one digit, so that 94.96 is never shown as 95."""
    return f"{enrolled * 1000 // total / 10:.1f}%" if total else "—"


def table(counts: Sequence[Count], aim: Target | None) -> Table:
    """The classes with their rates, and the whole school last."""
    head = ("班级", "应参保", "已参保", "未参保", "参保率", f"离 {aim.percent}% 还差" if aim else "目标")
    rows = [_row(one.label, one.total, one.enrolled, aim) for one in counts]
    if counts:
        rows.append(_row("全校", sum(c.total for c in counts), sum(c.enrolled for c in counts), aim))
    return Table("enrollment", "各班参保率", head, tuple(rows), empty="还没有上传人数。", rate=4,
                 goal=aim.percent if aim else None)  # fmt: skip


def _row(label: str, total: int, enrolled: int, aim: Target | None) -> tuple[str | int, ...]:
    short = "文件没有写目标"
    if aim is not None:
        missing = max(0, -(-total * aim.percent // 100) - enrolled)
        short = "已达到" if missing == 0 else f"{missing} 人"
    return (label, total, enrolled, total - enrolled, rate(enrolled, total), short)


def reminder(counts: Sequence[Count], school: str, year: int, hotline: str) -> str:
    """A text for the class teachers: numbers by class, no name asked for, no pressure the documents do not allow."""
    open_classes = [c for c in counts if c.enrolled < c.total]
    if not open_classes:
        return f"【{school}】{year}年度居民医保：各班都已参保，谢谢各位班主任。"
    lines = [f"【{school}】{year}年度居民医保还没有参保的人数："]
    lines += [f"{c.label}：{c.total - c.enrolled} 人（应参保 {c.total}，已参保 {c.enrolled}）" for c in open_classes]
    lines.append("请班主任把学校的明白纸再发一次到班级群，由家长自己决定并办理；不要在群里点名，不要收集证件号。")
    lines.append(f"家长拿不准的，扫明白纸上的码或拨 {hotline}。")
    return "\n".join(lines)
