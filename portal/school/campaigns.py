"""Campaigns: draft → test in one group → submitted → approved by another person → sent; paused, stopped, expired.

What decides lives here; what is due and who sends it lives in `outbox`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from common.storage import Database
from portal.errors import PortalBadRequest, RoleRefused, StaffPageNotFound
from portal.school.groups import grade_order, new_id
from portal.school.tables import CampaignRow, DeliveryRow, GroupRow, LogRow, SheetRow
from portal.school.workdays import next_moment

KINDS = {"text": "文字", "markdown": "带格式的文字", "image": "图片", "news": "图文卡片"}
STATES = {
    "draft": "草稿", "submitted": "待审核", "returned": "退回修改", "approved": "发送中", "paused": "已暂停",
    "stopped": "已停止", "done": "已完成", "expired": "已过期",
}  # fmt: skip
DELIVERIES = {
    "waiting": "等待", "claimed": "准备发", "sending": "正在发", "sent": "接口已接受", "failed": "失败",
    "unknown": "结果未知，请在群里核对", "skipped": "跳过", "expired": "过期未发", "stopped": "停止未发",
}  # fmt: skip
LOG_WORDS = {
    "draft": "新建", "changed": "修改",
    "test": "测试", "submitted": "提交审核", "approved": "批准", "returned": "退回", "paused": "暂停",
    "resumed": "继续", "stopped": "停止", "expired": "过期", "done": "全部处理完", "sent": "接口已接受",
    "retry": "稍后再试",
    "failed": "失败", "unknown": "结果未知", "skipped": "跳过", "interrupted": "中断后重排",
    "there": "人工核对：群里有",
    "again": "人工决定：再发",
}  # fmt: skip
OPEN = ("waiting", "claimed", "sending")
EDITABLE = ("draft", "returned")


@dataclass(frozen=True)
class Campaign:
    """One sending as pages show it."""

    id: str
    school: str
    sheet: str
    kind: str
    staged: bool
    author: str
    submitter: str | None
    approver: str | None
    state: str
    reason: str | None
    wanted_at: datetime
    not_before: datetime
    expires_at: datetime
    quiet_from: str
    quiet_to: str
    made_at: datetime
    tested_at: datetime | None
    decided_at: datetime | None


@dataclass(frozen=True)
class Delivery:
    """One row of the outbox with its group."""

    id: int
    campaign: str
    group: str
    grade: str
    name: str
    stage: int
    state: str
    attempts: int
    not_before: datetime
    reason: str | None
    settled_at: datetime | None

    @property
    def label(self) -> str:
        return f"{self.grade}{self.name}" if not self.name.startswith(self.grade) else self.name


@dataclass(frozen=True)
class DeliveryLogLine:
    """One line of the delivery log."""

    at: datetime
    group: str | None
    label: str
    what: str
    who: str | None
    note: str


@dataclass(frozen=True)
class Wish:
    """What the author asks for."""

    sheet: str
    kind: str
    groups: Sequence[str]
    staged: bool
    wanted_at: datetime
    expires_at: datetime
    quiet_from: str
    quiet_to: str


class Campaigns:
    """The campaigns in one database. Every method is one transaction; `school` None stands for all schools."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def draft(self, school: str, author: str, wish: Wish, now: datetime) -> Campaign:
        """A new campaign with one delivery per group.

        Raises:
            BadRequest: no group, an end before the first possible moment, or a kind that does not exist.
        """
        first = _first(wish, now)

        async def work(session: AsyncSession) -> Campaign:
            groups = await _chosen(session, school, wish)
            row = CampaignRow(id=new_id(), school=school, author=author, state="draft", made_at=now)
            _fill(row, wish, first)
            session.add(row)
            await session.flush()
            _address(session, row, groups, wish, first)
            _log(session, row.id, now, "draft", author, f"{len(groups)} 个群")
            return campaign(row)

        return await self._database.write(work)

    async def revise(self, name: str, school: str, who: str, wish: Wish, now: datetime) -> Campaign:
        """Another wish for a draft, or for one that was sent back: its tests count no more when what is sent changes.

        Raises:
            NotFound: not this school's. BadRequest: submitted already, or as `draft`.
        """
        first = _first(wish, now)

        async def work(session: AsyncSession) -> Campaign:
            row = await _own(session, name, school)
            if row.state not in EDITABLE:
                raise PortalBadRequest("这次发送已经提交，不能再改。")
            groups = await _chosen(session, school, wish)
            if (row.sheet, row.kind) != (wish.sheet, wish.kind):
                row.tested_at = None
            row.state, row.reason = "draft", None
            _fill(row, wish, first)
            await session.execute(delete(DeliveryRow).where(DeliveryRow.campaign == name))
            _address(session, row, groups, wish, first)
            _log(session, name, now, "changed", who, f"{len(groups)} 个群")
            return campaign(row)

        return await self._database.write(work)

    async def get(self, name: str, school: str | None) -> Campaign:
        """One campaign. Raises NotFound."""
        async with self._database.reading() as session:
            return campaign(await _own(session, name, school, lock=False))

    async def of(self, school: str | None, limit: int = 60) -> list[Campaign]:
        """The newest campaigns first."""
        found = select(CampaignRow).order_by(CampaignRow.made_at.desc(), CampaignRow.id).limit(limit)
        if school is not None:
            found = found.where(CampaignRow.school == school)
        async with self._database.reading() as session:
            return [campaign(row) for row in await session.scalars(found)]

    async def deliveries(self, name: str) -> list[Delivery]:
        """Every group of a campaign, in the order of sending."""
        found = select(DeliveryRow, GroupRow).join(GroupRow, GroupRow.id == DeliveryRow.group)
        found = found.where(DeliveryRow.campaign == name)
        async with self._database.reading() as session:
            rows = (await session.execute(found)).all()
        made = [
            Delivery(d.id, d.campaign, d.group, g.grade, g.name, d.stage, d.state, d.attempts, d.not_before,
                     d.reason, d.settled_at) for d, g in rows
        ]  # fmt: skip
        return sorted(made, key=lambda d: (d.stage, *grade_order(d.grade), *grade_order(d.name)))

    async def log(self, name: str) -> list[DeliveryLogLine]:
        """The delivery log, oldest line first."""
        found = select(LogRow, GroupRow).outerjoin(GroupRow, GroupRow.id == LogRow.group)
        found = found.where(LogRow.campaign == name).order_by(LogRow.id)
        async with self._database.reading() as session:
            rows = (await session.execute(found)).all()
        return [
            DeliveryLogLine(r.at, r.group, f"{g.grade}{g.name}" if g else "", r.what, r.who, r.note) for r, g in rows
        ]

    async def tested(self, name: str, school: str, who: str, group: str, note: str, good: bool, now: datetime) -> None:
        """Note the test in one group; only an accepted one counts."""

        async def work(session: AsyncSession) -> None:
            row = await _own(session, name, school)
            row.tested_at = now if good else row.tested_at
            _log(session, name, now, "test", who, note, group)

        await self._database.write(work)

    async def submit(self, name: str, school: str, who: str, now: datetime) -> Campaign:
        """Ask for approval. Raises BadRequest: not tested yet, or not a draft."""

        async def work(session: AsyncSession) -> Campaign:
            row = await _own(session, name, school)
            if row.state not in EDITABLE:
                raise PortalBadRequest("这次发送已经提交过了。")
            if row.tested_at is None:
                raise PortalBadRequest("先在一个群里测试成功，再提交审核。")
            row.state, row.submitter, row.reason = "submitted", who, None
            _log(session, name, now, "submitted", who)
            return campaign(row)

        return await self._database.write(work)

    async def decide(
        self, name: str, school: str | None, who: str, now: datetime, *, approve: bool, why: str = ""
    ) -> Campaign:
        """Approve or send back; a second person does, who neither wrote the leaflet nor made or submitted this.

        Raises:
            Forbidden: one of them wants to. BadRequest: nothing to decide, or sent back without a reason.
        """

        async def work(session: AsyncSession) -> Campaign:
            row = await _own(session, name, school)
            if row.state != "submitted":
                raise PortalBadRequest("这次发送不在待审核的状态。")
            sheet = await session.get(SheetRow, row.sheet)
            if who in (row.author, row.submitter, sheet.author if sheet else None):
                raise RoleRefused("写宣传单、建发送和提交的人不能审核，要请另一个人。已记入日志。")
            if not approve and not why.strip():
                raise PortalBadRequest("退回要写原因。")
            row.state, row.reason = ("approved", None) if approve else ("returned", why.strip()[:200])
            row.approver, row.decided_at = who, now
            if approve:
                row.not_before = next_moment(max(row.wanted_at, now), row.quiet_from, row.quiet_to).moment
                due = update(DeliveryRow).where(DeliveryRow.campaign == name, DeliveryRow.state == "waiting")
                await session.execute(due.values(not_before=row.not_before))
            _log(session, name, now, row.state, who, why.strip()[:200])
            return campaign(row)

        return await self._database.write(work)

    async def hold(self, name: str, school: str | None, who: str, now: datetime, action: str) -> Campaign:
        """`pause`, `resume` or `stop`. What is being sent at this moment still arrives."""
        allowed = {"pause": ("approved",), "resume": ("paused",), "stop": ("approved", "paused", "submitted")}
        becomes = {"pause": "paused", "resume": "approved", "stop": "stopped"}

        async def work(session: AsyncSession) -> Campaign:
            row = await _own(session, name, school)
            if action not in allowed or row.state not in allowed[action]:
                raise PortalBadRequest("这次发送现在不能这样操作。")
            row.state, row.reason = becomes[action], f"{who} 操作" if action != "resume" else None
            if action == "stop":
                rest = update(DeliveryRow).where(DeliveryRow.campaign == name, DeliveryRow.state == "waiting")
                await session.execute(rest.values(state="stopped", settled_at=now))
            _log(session, name, now, row.state if action != "resume" else "resumed", who)
            return campaign(row)

        return await self._database.write(work)

    async def settle(self, name: str, school: str | None, delivery: int, who: str, now: datetime, action: str) -> None:
        """A person looked into the group: `there` (it arrived), `again` (it did not, or try a failed one again)."""

        async def work(session: AsyncSession) -> None:
            row = await _own(session, name, school)
            found = await session.get(DeliveryRow, delivery, with_for_update=True)
            if found is None or found.campaign != name:
                raise StaffPageNotFound
            if action == "there" and found.state == "unknown":
                found.state, found.reason, found.settled_at = "sent", f"{who} 在群里看到了", now
            elif action == "again" and found.state in ("unknown", "failed", "skipped"):
                if row.expires_at <= now or row.state in ("stopped", "expired"):
                    raise PortalBadRequest("这次发送已经结束或过期，不能再发。")
                group = await session.get(GroupRow, found.group)
                if group is not None and group.paused:
                    raise PortalBadRequest("这个群停着，先到“班级群”里恢复。")
                moment = next_moment(now, row.quiet_from, row.quiet_to).moment
                found.state, found.attempts, found.reason = "waiting", 0, None
                found.not_before, found.settled_at, found.lease = moment, None, None
                row.state = "approved" if row.state == "done" else row.state
            else:
                raise PortalBadRequest("这一条现在不能这样操作。")
            _log(session, name, now, action, who, "", found.group)

        await self._database.write(work)

    async def counts(self, names: Sequence[str]) -> dict[str, dict[str, int]]:
        """How many deliveries of each campaign are in each state."""
        found = select(DeliveryRow.campaign, DeliveryRow.state, func.count()).where(
            DeliveryRow.campaign.in_(list(names))
        )
        made: dict[str, dict[str, int]] = {name: {} for name in names}
        async with self._database.reading() as session:
            for name, state, number in await session.execute(found.group_by(DeliveryRow.campaign, DeliveryRow.state)):
                made[name][state] = number
        return made


def _first(wish: Wish, now: datetime) -> datetime:
    """The first moment it may go out. Raises BadRequest for what cannot be wished."""
    first = next_moment(max(wish.wanted_at, now), wish.quiet_from, wish.quiet_to).moment
    if wish.kind not in KINDS:
        raise PortalBadRequest("没有这种发法。")
    if not wish.groups:
        raise PortalBadRequest("先选至少一个班级群。")
    if wish.expires_at <= first:
        raise PortalBadRequest("过期时间要晚于能发送的时间，否则一条也发不出去。")
    return first


async def _chosen(session: AsyncSession, school: str, wish: Wish) -> Sequence[GroupRow]:
    found = select(GroupRow).where(GroupRow.school == school, GroupRow.id.in_(list(wish.groups)))
    groups = (await session.scalars(found)).all()
    if len(groups) != len(set(wish.groups)):
        raise PortalBadRequest("选的群里有的已经不在了，请刷新再选。")
    if any(group.for_tests for group in groups):
        raise PortalBadRequest("测试群不能选进正式的发送。")
    return groups


def _fill(row: CampaignRow, wish: Wish, first: datetime) -> None:
    row.sheet, row.kind, row.staged = wish.sheet, wish.kind, wish.staged
    row.wanted_at, row.not_before, row.expires_at = wish.wanted_at, first, wish.expires_at
    row.quiet_from, row.quiet_to = wish.quiet_from, wish.quiet_to


def _address(
    session: AsyncSession, row: CampaignRow, groups: Sequence[GroupRow], wish: Wish, first: datetime
) -> None:  # fmt: skip
    """One delivery per group; staged: one grade after the other."""
    grades = sorted({g.grade for g in groups}, key=grade_order)
    for group in groups:
        stage = grades.index(group.grade) if wish.staged else 0
        session.add(DeliveryRow(campaign=row.id, group=group.id, stage=stage, state="waiting", attempts=0,
                                not_before=first))  # fmt: skip


def _log(
    session: AsyncSession,
    name: str,
    now: datetime,
    what: str,
    who: str | None,
    note: str = "",
    group: str | None = None,
) -> None:
    session.add(LogRow(at=now, campaign=name, group=group, what=what, who=who, note=note[:200]))


async def _own(session: AsyncSession, name: str, school: str | None, *, lock: bool = True) -> CampaignRow:
    row = await session.get(CampaignRow, name, with_for_update=True if lock else None)
    if row is None or school not in (None, row.school):
        raise StaffPageNotFound
    return row


def campaign(row: CampaignRow) -> Campaign:
    """The row as a value."""
    return Campaign(
        row.id, row.school, row.sheet, row.kind, row.staged, row.author, row.submitter, row.approver,
        row.state, row.reason,
        row.wanted_at, row.not_before, row.expires_at, row.quiet_from, row.quiet_to, row.made_at, row.tested_at,
        row.decided_at,
    )  # fmt: skip
