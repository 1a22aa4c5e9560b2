"""Reviews: what a person found of a question that was misunderstood, refused or answered badly.

A review may be changed until it was exported (`portal.review export`); it goes when its question goes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from common.casebook.models import QuestionRow, ReviewRow
from common.casebook.records import OpenQuestion
from common.storage import Database

Finding = Literal["read_as", "not_ours", "read_well", "no_use"]
"""Read as another label · none of our business · read well and answered badly · nothing to be learned from."""
Source = Literal["misunderstood", "refused", "thumb_down"]
SOURCES: tuple[Source, ...] = ("misunderstood", "refused", "thumb_down")
ReviewState = Literal["new", "reviewed", "exported"]
REFUSED = "out_of_scope"
_AS_REFUSED = and_(QuestionRow.kind == "unsure", QuestionRow.intent == REFUSED)
_OF: dict[Source, ColumnElement[bool]] = {
    "misunderstood": and_(
        QuestionRow.kind == "unsure", or_(QuestionRow.intent != REFUSED, QuestionRow.intent.is_(None))
    ),
    "refused": _AS_REFUSED,
    "thumb_down": QuestionRow.kind == "thumb_down",
}
_IN: dict[ReviewState, ColumnElement[bool]] = {
    "new": ReviewRow.question.is_(None),
    "reviewed": and_(ReviewRow.question.is_not(None), ReviewRow.exported_at.is_(None)),
    "exported": ReviewRow.exported_at.is_not(None),
}


class AlreadyExported(Exception):
    """This review is in an exported change by now; who wants it otherwise changes that."""


class NoSuchQuestion(Exception):
    """There is no such question (any more)."""


@dataclass(frozen=True)
class Review:
    """One review: `intent` is the right label where the finding is `read_as`."""

    verdict: Finding
    intent: str | None
    by: str
    at: datetime
    exported_at: datetime | None


@dataclass(frozen=True)
class ReviewedQuestion:
    """A question with its review, if it has one."""

    question: OpenQuestion
    review: Review | None

    @property
    def source(self) -> Source:
        if self.question.kind == "thumb_down":
            return "thumb_down"
        return "refused" if self.question.intent == REFUSED else "misunderstood"


class Reviews:
    """The reviews in one casebook. Every method raises NotReachable when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def listed(
        self, sources: Iterable[Source], state: ReviewState, limit: int, skip: int = 0
    ) -> list[ReviewedQuestion]:
        """Questions from these sources in this state of review, the newest first."""
        found = _chosen(select(QuestionRow, ReviewRow), sources, state)
        found = found.order_by(QuestionRow.id.desc()).limit(limit).offset(skip)
        async with self._database.reading() as session:
            return [_pair(*row) for row in (await session.execute(found)).all()]

    async def count(self, sources: Iterable[Source], state: ReviewState) -> int:
        found = _chosen(select(func.count()).select_from(QuestionRow), sources, state)
        async with self._database.reading() as session:
            return int(await session.scalar(found) or 0)

    async def of(self, question: int) -> ReviewedQuestion | None:
        found = select(QuestionRow, ReviewRow).outerjoin(ReviewRow).where(QuestionRow.id == question, _of(SOURCES))
        async with self._database.reading() as session:
            row = (await session.execute(found)).first()
            return _pair(*row) if row else None

    async def save(self, question: int, verdict: Finding, intent: str | None, by: str, now: datetime) -> None:
        """Keep a review, or another in its place. Raises AlreadyExported, NoSuchQuestion."""

        async def work(session: AsyncSession) -> None:
            if await session.scalar(select(QuestionRow.id).where(QuestionRow.id == question, _of(SOURCES))) is None:
                raise NoSuchQuestion
            row = await session.get(ReviewRow, question, with_for_update=True)
            if row is None:
                row = ReviewRow(question=question)
                session.add(row)
            elif row.exported_at is not None:
                raise AlreadyExported
            row.verdict, row.intent, row.by, row.at = verdict, intent, by[:40], now

        await self._database.write(work)

    async def mark_exported(self, questions: Iterable[int], now: datetime) -> None:
        """These reviews stand in a change; what was exported before keeps its moment."""

        async def work(session: AsyncSession) -> None:
            for question in questions:
                row = await session.get(ReviewRow, question, with_for_update=True)
                if row is not None and row.exported_at is None:
                    row.exported_at = now

        await self._database.write(work)


def _of(sources: Iterable[Source]) -> ColumnElement[bool]:
    return or_(*(_OF[source] for source in sources))


def _chosen(found: Select[Any], sources: Iterable[Source], state: ReviewState) -> Select[Any]:
    return found.outerjoin(ReviewRow, ReviewRow.question == QuestionRow.id).where(_of(sources), _IN[state])


def _pair(question: QuestionRow, review: ReviewRow | None) -> ReviewedQuestion:
    asked = OpenQuestion(
        question.id, question.kind, question.text, question.intent, question.confidence, question.region,  # type: ignore[arg-type]
        question.reason, question.answer, question.at, question.state, question.reading,  # type: ignore[arg-type]
    )  # fmt: skip
    if review is None:
        return ReviewedQuestion(asked, None)
    found = Review(review.verdict, review.intent, review.by, review.at, review.exported_at)  # type: ignore[arg-type]
    return ReviewedQuestion(asked, found)
