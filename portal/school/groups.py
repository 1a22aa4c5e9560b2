"""The class groups of a school: what an import would change, importing, pausing. Keys go in and come out sealed."""

import json
import secrets
import zlib
from base64 import b85decode, b85encode
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from common.storage import Database
from common.wecom_robot import Key
from portal.errors import PortalBadRequest, StaffPageNotFound
from portal.school.roster import Bad, Class, Roster
from portal.school.safe import CannotOpen, Safe
from portal.school.tables import DeliveryRow, GroupRow

_DRY_RUN = 1800
"""Seconds a dry run may be confirmed."""
MOST_TEST_GROUPS = 2
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
_NUMERALS = {n: i for i, n in enumerate("零一二三四五六七八九十")}


@dataclass(frozen=True)
class ClassGroup:
    """One class's group as pages show it; of the key only its end."""

    id: str
    school: str
    grade: str
    name: str
    group_name: str
    head_count: int | None
    shown: str
    paused: str | None
    updated_at: datetime
    for_tests: bool = False

    @property
    def label(self) -> str:
        return f"{self.grade}{self.name}" if not self.name.startswith(self.grade) else self.name


@dataclass(frozen=True)
class DryRun:
    """What an import would do: rows by their number in the file."""

    new: tuple[Class, ...]
    changed: tuple[tuple[Class, str], ...]
    same: tuple[Class, ...]
    bad: tuple[Bad, ...]


class Groups:
    """The groups in one database."""

    def __init__(self, database: Database, safe: Safe) -> None:
        self._database = database
        self._safe = safe

    async def of(self, school: str) -> list[ClassGroup]:
        """The groups of a school, grade by grade."""
        async with self._database.reading() as session:
            rows = await session.scalars(select(GroupRow).where(GroupRow.school == school))
            return sorted((_group(row) for row in rows), key=lambda g: (*grade_order(g.grade), *grade_order(g.name)))

    async def get(self, group: str, school: str) -> ClassGroup:
        """One group of this school. Raises NotFound."""
        async with self._database.reading() as session:
            return _group(await _own(session, group, school))

    async def key(self, group: str, school: str) -> Key:
        """A robot's key, for sending. Raises NotFound, CannotOpen."""
        async with self._database.reading() as session:
            return self._safe.key((await _own(session, group, school)).key_sealed)

    async def compare(self, school: str, roster: Roster) -> DryRun:
        """What importing would change; writes nothing."""
        async with self._database.reading() as session:
            rows = (await session.scalars(select(GroupRow).where(GroupRow.school == school))).all()
        by_class, by_key = {(r.grade, r.name): r for r in rows}, {r.key_name: r for r in rows}
        new, changed, same, bad = [], [], [], list(roster.bad)
        arriving = {(one.grade, one.name): one.key.name for one in roster.classes}
        for one in roster.classes:
            row, holder = by_class.get((one.grade, one.name)), by_key.get(one.key.name)
            if holder is not None and holder is not row:
                leaves = arriving.get((holder.grade, holder.name), one.key.name) != one.key.name
                if not leaves:
                    label = f"{holder.grade}{holder.name}"
                    bad.append(Bad(one.row, f"{one.grade} {one.name}", f"这个机器人已经登记给{label}"))
                    continue
            if row is None:
                new.append(one)
            elif what := _differences(row, one):
                changed.append((one, what))
            else:
                same.append(one)
        return DryRun(tuple(new), tuple(changed), tuple(same), tuple(sorted(bad, key=lambda b: b.row)))

    async def take(self, school: str, classes: tuple[Class, ...], now: datetime) -> int:
        """Import these; how many rows were made or changed. The same import again changes none."""

        async def work(session: AsyncSession) -> int:
            rows = (await session.scalars(select(GroupRow).where(GroupRow.school == school).with_for_update())).all()
            known, touched = {(r.grade, r.name): r for r in rows}, 0
            arriving = {(c.grade, c.name): c.key.name for c in classes}
            moved = {r.id: r for r in rows if arriving.get((r.grade, r.name), r.key_name) != r.key_name}
            for row in moved.values():
                row.key_name = f"moving-{row.id}"  # two groups may swap their robots in one import
            if moved:
                await session.flush()
            for one in classes:
                there = known.get((one.grade, one.name))
                if there is not None and there.id not in moved and not _differences(there, one):
                    continue
                touched += 1
                row = there or GroupRow(id=new_id(), school=school, grade=one.grade, name=one.name)
                session.add(row)
                row.group_name, row.head_count, row.updated_at = one.group_name, one.head_count, now
                row.key_sealed, row.key_name = self._safe.close(one.key.value), one.key.name
                row.key_shown = one.key.shown
            return touched

        return await self._database.write(work)

    async def pause(self, group: str, school: str, why: str | None, now: datetime) -> ClassGroup:
        """Stop sending to a group (`why`), or go on (None). Raises NotFound."""

        async def work(session: AsyncSession) -> ClassGroup:
            row = await _own(session, group, school)
            row.paused, row.updated_at = why, now
            return _group(row)

        return await self._database.write(work)

    async def mark(self, group: str, school: str, for_tests: bool, now: datetime) -> ClassGroup:
        """Make a group the place for tests, or an ordinary one again.

        Raises:
            NotFound: no such group. BadRequest: it is a class's (campaigns went there), or there are enough for tests.
        """

        async def work(session: AsyncSession) -> ClassGroup:
            row = await _own(session, group, school)
            if for_tests:
                used = select(func.count()).select_from(DeliveryRow).where(DeliveryRow.group == group)
                if await session.scalar(used):
                    raise PortalBadRequest("这个群在发送里用过，是班级群，不能当测试群。测试群里只有老师。")
                marked = select(func.count()).select_from(GroupRow)
                marked = marked.where(GroupRow.school == school, GroupRow.for_tests, GroupRow.id != group)
                if (await session.scalar(marked) or 0) >= MOST_TEST_GROUPS:
                    raise PortalBadRequest(f"测试群最多 {MOST_TEST_GROUPS} 个。")
            row.for_tests, row.updated_at = for_tests, now
            return _group(row)

        return await self._database.write(work)

    def seal(self, school: str, run: DryRun) -> str:
        """A dry run as one sealed text for the form that confirms it: no key stands in the page."""
        rows = [{**asdict(one), "key": one.key.value} for one in (*run.new, *(c for c, _ in run.changed), *run.same)]
        packed = zlib.compress(json.dumps([school, rows], ensure_ascii=False).encode(), 9)
        return self._safe.close(b85encode(packed).decode())

    def unseal(self, school: str, sealed: str) -> tuple[Class, ...]:
        """The classes of a dry run. Raises BadRequest when it is too old, changed, or another school's."""
        try:
            owner, rows = json.loads(zlib.decompress(b85decode(self._safe.open(sealed, _DRY_RUN))))
        except (CannotOpen, ValueError, zlib.error):
            raise PortalBadRequest("这次预演过期了，请重新选文件。") from None
        if owner != school:
            raise PortalBadRequest("这次预演不是这所学校的。")
        return tuple(Class(**{**row, "key": Key(row["key"])}) for row in rows)


def grade_order(text: str) -> tuple[int, str]:
    """一年级 before 十年级, 小班 before 大班; digits and Chinese numerals alike."""
    text = replace_numerals(text)
    digits = "".join(c for c in text if c.isdigit())
    kindergarten = next((n for n, word in enumerate(("托", "小班", "中班", "大班")) if word in text), None)
    high = 6 if text.startswith("初") else 9 if text.startswith("高") else 0
    number = int(digits[:4]) if digits else (kindergarten if kindergarten is not None else 99)
    return (number + high if digits else number - 10 if kindergarten is not None else number, text)


def replace_numerals(text: str) -> str:
    """Chinese numerals up to 十九 as digits, for sorting only."""
    out, previous_ten = "", False
    for character in text:
        value = _NUMERALS.get(character)
        if value is None:
            out, previous_ten = out + character, False
        elif value == 10:
            out, previous_ten = out + "10", True
        else:
            out = out[:-1] + str(value) if previous_ten else out + str(value)
            previous_ten = False
    return out


def new_id() -> str:
    """Eight letters and digits without look-alikes: also the tag in a group's link."""
    return "".join(secrets.choice(_LETTERS) for _ in range(8))


def _differences(row: GroupRow, one: Class) -> str:
    found = []
    if row.group_name != one.group_name:
        found.append(f"群名 {row.group_name} → {one.group_name}")
    if row.head_count != one.head_count:
        found.append(f"人数 {row.head_count or '未填'} → {one.head_count or '未填'}")
    if row.key_name != one.key.name:
        found.append(f"机器人 {row.key_shown} → {one.key.shown}")
    return "，".join(found)


async def _own(session: AsyncSession, group: str, school: str) -> GroupRow:
    row = await session.get(GroupRow, group)
    if row is None or row.school != school:
        raise StaffPageNotFound
    return row


def _group(row: GroupRow) -> ClassGroup:
    return ClassGroup(row.id, row.school, row.grade, row.name, row.group_name, row.head_count, row.key_shown,
                      row.paused, row.updated_at, row.for_tests)  # fmt: skip


def masked(one: Class) -> Class:
    """The same class without its key, for a page."""
    return replace(one, key=Key(""))
