"""The outbox: who may send what when, so that each group gets each campaign once, whatever is killed.

A delivery goes waiting → claimed → sending → settled. `claimed` is a lease: if its sender dies, nothing was sent and
the row waits again. `sending` is written before the first byte: if its sender dies then, nobody can know, and the row
is `unknown` until a person has looked into the group. Nothing else ever sends.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from common.storage import Database
from portal.school.tables import CampaignRow, DeliveryRow, GroupRow, LogRow
from portal.school.workdays import next_moment

OPEN = ("waiting", "claimed", "sending")
MOST_ATTEMPTS = 6
FIRST_PAUSE, LONGEST_PAUSE = 30.0, 900.0
"""Seconds before the second attempt, doubled each time, and the most it becomes."""


@dataclass(frozen=True)
class Claim:
    """One delivery this sender holds until `until`."""

    id: int
    campaign: str
    group: str
    school: str
    sheet: str
    kind: str
    key_sealed: str
    lease: str


@dataclass(frozen=True)
class AttemptOutcome:
    """How an attempt ended. `state`: sent, failed, unknown, or waiting with the `pause` in seconds; `counts`: was it an
    attempt at all; `pause_group`: why the group is stopped from now on."""

    state: str
    note: str = ""
    pause: float | None = None
    counts: bool = True
    pause_group: str | None = None


class Outbox:
    """The outbox in one database. `lease` is how many seconds a sender may hold a delivery."""

    def __init__(self, database: Database, lease: float = 120.0, first_pause: float = FIRST_PAUSE) -> None:
        self._database = database
        self._first_pause = first_pause
        self._lease = timedelta(seconds=lease)

    async def recover(self, now: datetime) -> int:
        """Take back what dead senders held; end what has expired. Returns how many rows changed."""

        async def work(session: AsyncSession) -> int:
            late = select(DeliveryRow).where(
                DeliveryRow.state.in_(("claimed", "sending")), DeliveryRow.lease_until < now
            )
            rows = (await session.scalars(late.with_for_update(skip_locked=True))).all()
            for row in rows:
                if row.state == "claimed":
                    one = await session.get(CampaignRow, row.campaign)
                    row.state, note = _back(one, now), "发送进程中断，还没有发出，重新排队"
                else:
                    row.state, row.settled_at = "unknown", now
                    note = row.reason = "发送进程在发出时中断，不知道群里有没有"
                row.lease = row.lease_until = None
                _log(session, row, now, "unknown" if row.state == "unknown" else "interrupted", note)
            over = select(CampaignRow).where(CampaignRow.state.in_(("approved", "paused", "submitted")),
                                             CampaignRow.expires_at <= now)  # fmt: skip
            ended = (await session.scalars(over.with_for_update(skip_locked=True))).all()
            for one in ended:
                rest = update(DeliveryRow).where(DeliveryRow.campaign == one.id, DeliveryRow.state == "waiting")
                await session.execute(rest.values(state="expired", settled_at=now, reason="过了过期时间，没有发"))
                one.state, one.reason = "expired", "过了过期时间，没发的不再发"
                session.add(LogRow(at=now, campaign=one.id, what="expired", note=one.reason))
            return len(rows) + len(ended)

        return await self._database.write(work)

    async def claim(self, now: datetime, limit: int) -> list[Claim]:
        """Take up to `limit` deliveries that are due, of each campaign the earliest stage that is not settled."""

        async def work(session: AsyncSession) -> list[Claim]:
            ready = (
                select(CampaignRow)
                .where(CampaignRow.state == "approved", CampaignRow.not_before <= now, CampaignRow.expires_at > now)
                .order_by(CampaignRow.not_before, CampaignRow.id)
            )
            taken: list[Claim] = []
            for one in (await session.scalars(ready.with_for_update(skip_locked=True))).all():
                opens = next_moment(now, one.quiet_from, one.quiet_to).moment
                if opens > now:
                    one.not_before = opens
                    continue
                taken += await self._claim_of(session, one, now, limit - len(taken))
                if len(taken) >= limit:
                    break
            return taken

        return await self._database.write(work)

    async def _claim_of(self, session: AsyncSession, one: CampaignRow, now: datetime, limit: int) -> list[Claim]:
        own = DeliveryRow.campaign == one.id
        stage = await session.scalar(select(func.min(DeliveryRow.stage)).where(own, DeliveryRow.state.in_(OPEN)))
        if stage is None:
            _finish(session, one, now)
            return []
        if stage > 0 and await self._gone_wrong(session, one, stage, now):
            return []
        due = (
            select(DeliveryRow, GroupRow).join(GroupRow, GroupRow.id == DeliveryRow.group)
            .where(own, DeliveryRow.stage == stage, DeliveryRow.state == "waiting", DeliveryRow.not_before <= now)
            .order_by(DeliveryRow.not_before, DeliveryRow.id).limit(limit)
            .with_for_update(skip_locked=True, of=DeliveryRow)
        )  # fmt: skip
        taken = []
        for row, group in (await session.execute(due)).all():
            if group.paused:
                row.state, row.reason, row.settled_at = "skipped", f"该群已停：{group.paused}"[:200], now
                _log(session, row, now, "skipped", row.reason)
                continue
            row.state, row.lease, row.lease_until = "claimed", secrets.token_hex(8), now + self._lease
            taken.append(Claim(row.id, one.id, row.group, one.school, one.sheet, one.kind, group.key_sealed, row.lease))
        return taken

    async def _gone_wrong(self, session: AsyncSession, one: CampaignRow, stage: int, now: datetime) -> bool:
        """Did most of the stage before fail? Then the rest waits for a person."""
        before = select(DeliveryRow.state, func.count()).where(
            DeliveryRow.campaign == one.id, DeliveryRow.stage == stage - 1
        )
        rows = (await session.execute(before.group_by(DeliveryRow.state))).all()
        states: dict[str, int] = {state: number for state, number in rows}  # noqa: C416 - typed, unlike dict(rows)
        started = await session.scalar(
            select(func.count()).select_from(DeliveryRow).where(
                DeliveryRow.campaign == one.id, DeliveryRow.stage == stage, DeliveryRow.attempts > 0)
        )  # fmt: skip
        resumed = await session.scalar(
            select(func.count()).select_from(LogRow).where(LogRow.campaign == one.id, LogRow.what == "resumed")
        )
        failed = states.get("failed", 0)
        if started or resumed or failed < 3 or failed * 2 <= sum(states.values()):
            return False
        one.state, one.reason = "paused", f"第 {stage} 批有 {failed} 个群失败，先暂停，请看原因再继续"
        session.add(LogRow(at=now, campaign=one.id, what="paused", note=one.reason))
        return True

    async def begin(self, claim: Claim, now: datetime) -> bool:
        """Write that the message goes out now. False: the lease is over, or the campaign was stopped meanwhile."""

        async def work(session: AsyncSession) -> bool:
            row = await session.get(DeliveryRow, claim.id, with_for_update=True)
            one = await session.get(CampaignRow, claim.campaign)
            group = await session.get(GroupRow, claim.group)
            if row is None or one is None or group is None or row.lease != claim.lease or row.state != "claimed":
                return False
            if one.state != "approved" or one.expires_at <= now or group.paused:
                row.state, row.lease, row.lease_until = _back(one, now), None, None
                return False
            row.state, row.attempts, row.lease_until = "sending", row.attempts + 1, now + self._lease
            return True

        return await self._database.write(work)

    async def end(self, claim: Claim, outcome: AttemptOutcome, now: datetime) -> None:
        """Write how it ended. A result that comes after the lease was taken back still counts when it is certain."""

        async def work(session: AsyncSession) -> None:
            row = await session.get(DeliveryRow, claim.id, with_for_update=True)
            if row is None:
                return
            if row.lease != claim.lease:
                if row.state == "unknown" and outcome.state == "sent":
                    row.state, row.reason, row.settled_at = "sent", None, now
                    _log(session, row, now, "sent", "迟到的回应：接口已接受")
                return
            state, note = outcome.state, outcome.note
            if not outcome.counts:
                row.attempts -= 1
            elif state == "waiting" and row.attempts >= MOST_ATTEMPTS:
                state, note = "failed", f"{note}；试了 {row.attempts} 次，不再试"
            row.state, row.reason, row.lease, row.lease_until = state, note[:200] or None, None, None
            row.settled_at = None if state == "waiting" else now
            if state == "waiting":
                pause = outcome.pause if outcome.pause is not None else pause_after(row.attempts, self._first_pause)
                row.not_before = now + timedelta(seconds=pause)
            if outcome.pause_group:
                group = await session.get(GroupRow, claim.group, with_for_update=True)
                if group is not None and not group.paused:
                    group.paused, group.updated_at = outcome.pause_group[:120], now
            if outcome.counts:
                _log(session, row, now, "retry" if state == "waiting" else state, note)

        await self._database.write(work)

    async def give_back(self, claims: Sequence[Claim]) -> None:
        """Leave what was claimed and not begun; another sender takes it."""

        async def work(session: AsyncSession) -> None:
            for claim in claims:
                row = await session.get(DeliveryRow, claim.id, with_for_update=True)
                if row is not None and row.lease == claim.lease and row.state == "claimed":
                    row.state, row.lease, row.lease_until = "waiting", None, None

        await self._database.write(work)

    async def halt(self, campaign: str, why: str, now: datetime) -> None:
        """Pause a campaign for a reason of ours; a person decides how it goes on."""

        async def work(session: AsyncSession) -> None:
            one = await session.get(CampaignRow, campaign, with_for_update=True)
            if one is not None and one.state == "approved":
                one.state, one.reason = "paused", why[:200]
                session.add(LogRow(at=now, campaign=campaign, what="paused", note=why[:200]))

        await self._database.write(work)


def pause_after(attempts: int, first: float = FIRST_PAUSE) -> float:
    """Seconds before the next attempt: doubled each time, spread by a quarter so that groups do not come together."""
    pause = min(LONGEST_PAUSE, first * 2 ** max(0, attempts - 1))
    return float(pause * (1 + secrets.randbelow(250) / 1000))


def _back(one: CampaignRow | None, now: datetime) -> str:
    """What an unsent delivery becomes again: waiting, unless its campaign has ended."""
    if one is None or one.state == "stopped":
        return "stopped"
    return "expired" if one.state == "expired" or one.expires_at <= now else "waiting"


def _finish(session: AsyncSession, one: CampaignRow, now: datetime) -> None:
    one.state = "done"
    session.add(LogRow(at=now, campaign=one.id, what="done"))


def _log(session: AsyncSession, row: DeliveryRow, now: datetime, what: str, note: str | None) -> None:
    session.add(LogRow(at=now, campaign=row.campaign, group=row.group, what=what, note=(note or "")[:200]))
