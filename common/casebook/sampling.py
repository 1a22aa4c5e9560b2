"""The weekly sample: answered turns drawn at random, judged by two people who do not see each other's judgments.

Drawn while the week goes on, so that nothing else has to be kept: every answered turn has a rank, a hash of the week
and the turn's own keyed name, and the lowest ranks of a week are the sample (bottom-k sampling: a simple random sample
without replacement, the same whoever draws). A turn that cannot be among them any more is never written.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from common.casebook.models import JudgmentRow, SampledTurnRow
from common.storage import Database

BEIJING = ZoneInfo("Asia/Shanghai")
SPARES = 2
"""Times as many turns are kept as are drawn: who is forgotten is replaced by the next in rank."""
JUDGES = 2
Verdict = Literal["right", "partly", "wrong"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


class NotToJudge(Exception):
    """This turn is not in a sample that may be judged: the week goes on, or it was forgotten."""


class JudgedByOthers(Exception):
    """Two people judge this week already, and this is neither; or both judgments of the turn are in and stand."""


@dataclass(frozen=True)
class AnsweredTurn:
    """A turn that was answered, as the gateway offers it. `origin` is the conversation's keyed hash and what follows.

    `answer` is what was said, `heard` how the message was read with the child's facts (`actions.heard`).
    """

    origin: str
    at: datetime
    text: str
    heard: Mapping[str, Any] | None
    region: str | None
    intent: str
    status: str
    answer: str


@dataclass(frozen=True)
class SampledTurn:
    """A turn of a sample, with the judgments that are in: account → verdict."""

    id: int
    week: str
    at: datetime
    text: str
    heard: dict[str, Any] | None
    region: str | None
    intent: str
    status: str
    answer: str
    judgments: Mapping[str, Verdict] = field(default_factory=dict)

    @property
    def settled(self) -> bool:
        """Are both judgments in?"""
        return len(self.judgments) >= JUDGES

    def seen_by(self, judge: str) -> Mapping[str, Verdict]:
        """The judgments this person may see: the own, and the other's once both are in."""
        return self.judgments if self.settled else {who: said for who, said in self.judgments.items() if who == judge}


def week_of(moment: datetime) -> str:
    """The ISO week in Beijing: 2026-W48."""
    year, week, _ = moment.astimezone(BEIJING).isocalendar()
    return f"{year}-W{week:02d}"


def rank_of(week: str, origin: str) -> str:
    """The turn's place in its week's draw. Nobody outside can aim at it: the origin is a keyed hash."""
    return hashlib.sha256(f"{week}:{origin}".encode()).hexdigest()[:16]


class TurnSample:
    """The samples in one casebook, `size` turns a week. Every method raises NotReachable when the database is away."""

    def __init__(self, database: Database, size: int) -> None:
        self._database = database
        self._size = size
        self._bar: tuple[str, str] | None = None
        """A week and the highest rank that is kept of it: what lies above needs no database."""

    async def offer(self, turn: AnsweredTurn) -> bool:
        """Keep a turn if it is among the lowest ranks of its week; was it kept?"""
        week = week_of(turn.at)
        rank = rank_of(week, turn.origin)
        if not self._size or (self._bar is not None and self._bar[0] == week and rank > self._bar[1]):
            return False

        async def work(session: AsyncSession) -> list[str]:
            if await session.scalar(select(SampledTurnRow.id).where(SampledTurnRow.origin == turn.origin)) is None:
                session.add(SampledTurnRow(
                    origin=turn.origin, week=week, rank=rank, at=turn.at, text=turn.text, reading=turn.heard,
                    region=turn.region, intent=turn.intent, status=turn.status, answer=turn.answer,
                ))  # fmt: skip
                await session.flush()
            ordered = select(SampledTurnRow).where(SampledTurnRow.week == week).order_by(SampledTurnRow.rank)
            rows = list(await session.scalars(ordered))
            for row in rows[self._size * SPARES :]:
                await session.delete(row)
            return [row.rank for row in rows[: self._size * SPARES]]

        kept = await self._database.write(work)
        if len(kept) == self._size * SPARES:
            self._bar = (week, kept[-1])
        return rank in kept

    async def weeks(self, now: datetime) -> list[str]:
        """The weeks that are over and have a sample, the newest first."""
        found = select(SampledTurnRow.week).where(SampledTurnRow.week < week_of(now)).distinct()
        async with self._database.reading() as session:
            return list(await session.scalars(found.order_by(SampledTurnRow.week.desc())))

    async def drawn(self, weeks: Iterable[str]) -> dict[str, list[SampledTurn]]:
        """The samples of these weeks, each by rank: what is judged, and counted."""
        async with self._database.reading() as session:
            return {week: await self._draw(session, week) for week in weeks}

    async def judge(self, number: int, judge: str, verdict: Verdict, now: datetime) -> None:
        """Keep a judgment; the own one may be changed while the other's is not in.

        Raises:
            NotToJudge, JudgedByOthers: it may not be kept, and is not.
        """

        async def work(session: AsyncSession) -> None:
            row = await session.get(SampledTurnRow, number)
            if row is None or row.week >= week_of(now):
                raise NotToJudge
            await session.scalar(  # whoever else begins with this week waits here
                select(SampledTurnRow.id).where(SampledTurnRow.week == row.week).order_by(SampledTurnRow.rank).limit(1)
                .with_for_update()
            )  # fmt: skip
            turns = await self._draw(session, row.week)
            turn = next((one for one in turns if one.id == number), None)
            if turn is None:
                raise NotToJudge
            judges = {who for one in turns for who in one.judgments}
            if turn.settled or (judge not in judges and len(judges) >= JUDGES):
                raise JudgedByOthers
            await session.merge(JudgmentRow(turn=number, judge=judge[:40], verdict=verdict, at=now))

        await self._database.write(work)

    async def leave(self, week: str, judge: str) -> int:
        """Somebody does not judge this week after all: their judgments go, their place is free; how many there were."""

        async def work(session: AsyncSession) -> int:
            of_week = select(SampledTurnRow.id).where(SampledTurnRow.week == week)
            theirs = select(JudgmentRow).where(JudgmentRow.judge == judge, JudgmentRow.turn.in_(of_week))
            rows = list(await session.scalars(theirs))
            for row in rows:
                await session.delete(row)
            return len(rows)

        return await self._database.write(work)

    async def _draw(self, session: AsyncSession, week: str) -> list[SampledTurn]:
        found = select(SampledTurnRow).where(SampledTurnRow.week == week)
        rows = list(await session.scalars(found.order_by(SampledTurnRow.rank).limit(self._size)))
        said: dict[int, dict[str, Verdict]] = {}
        judged = select(JudgmentRow).where(JudgmentRow.turn.in_([row.id for row in rows])).order_by(JudgmentRow.judge)
        for one in await session.scalars(judged):
            said.setdefault(one.turn, {})[one.judge] = one.verdict  # type: ignore[assignment]
        return [
            SampledTurn(row.id, row.week, row.at, row.text, row.reading, row.region, row.intent, row.status, row.answer,
                        said.get(row.id, {})) for row in rows
        ]  # fmt: skip
