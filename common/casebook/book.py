"""The one door to the records: cases with their messages, questions for the supervisor, thumbs."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from common.casebook.board import Board
from common.casebook.call_backs import CallBacks
from common.casebook.models import (
    CallBackRow,
    CasebookBase,
    CaseRow,
    NoteRow,
    QuestionRow,
    ReminderRow,
    SampledTurnRow,
    ScanRow,
    ThumbRow,
    WouldHaveCalledRow,
)
from common.casebook.records import (
    Handled,
    HandoverCase,
    Held,
    NoCase,
    Note,
    OpenQuestion,
    QuestionKind,
    QuestionState,
    Rank,
    ScanCount,
    Speaker,
    ThumbCount,
)
from common.casebook.reminder_book import ReminderBook
from common.casebook.reviews import Reviews
from common.casebook.sampling import TurnSample
from common.casebook.waiting_line import WaitingLine
from common.casebook.would_have_called import WouldHaveCalled
from common.storage import Database

BEIJING = ZoneInfo("Asia/Shanghai")
MOST_LEAFLETS = 2000
"""Different leaflets and groups counted on one day; further ones are counted together, so that nobody fills the table
by inventing codes."""
STALE = "很久没有新的消息，自动结束"
LONGEST_TRANSCRIPT = 60
"""Bubbles that go along with a case: what a person reads before answering."""


class Casebook:
    """All records in one database. Every method is one transaction.

    Raises:
        storage.NotReachable: the database is away; nothing was written.
    """

    def __init__(self, database_url: str) -> None:
        self._database = Database(database_url, CasebookBase.metadata, "casebook")

    async def prepare(self) -> None:
        """Tables ready (made on SQLite, required on PostgreSQL). Raises storage.WrongDatabase."""
        await self._database.prepare()

    def board(self) -> Board:
        """The board in the same database."""
        return Board(self._database)

    def reviews(self) -> Reviews:
        """The reviews in the same database."""
        return Reviews(self._database)

    def call_backs(self) -> CallBacks:
        """The call-backs in the same database."""
        return CallBacks(self._database)

    def line(self) -> WaitingLine:
        """Who waits in the same database."""
        return WaitingLine(self._database)

    def sample(self, size: int) -> TurnSample:
        """The weekly samples in the same database, so many turns a week."""
        return TurnSample(self._database, size)

    def reminders(self) -> ReminderBook:
        """The reminders in the same database."""
        return ReminderBook(self._database)

    def would_have_called(self) -> WouldHaveCalled:
        """What parents said to whether they would have called, counted in the same database."""
        return WouldHaveCalled(self._database)

    async def create_tables(self) -> None:
        await self._database.make_tables()

    async def close(self) -> None:
        await self._database.close()

    # cases

    async def open_case(
        self, conversation: str, channel: str, region: str | None, reason: str,
        transcript: Sequence[dict[str, Any]], now: datetime, rank: Rank = Rank.TALKED,
    ) -> HandoverCase:  # fmt: skip
        """A new case with its number, or the unclosed one this conversation already has."""

        async def work(session: AsyncSession) -> HandoverCase:
            standing = await session.scalar(select(CaseRow).where(CaseRow.standing_for == conversation))
            if standing is None:
                standing = CaseRow(
                    number=_number(now), conversation=conversation, standing_for=conversation, channel=channel,
                    region=region, reason=reason[:200], rank=int(rank), state="waiting", holder=None, outcome=None,
                    transcript=list(transcript)[-LONGEST_TRANSCRIPT:], opened_at=now, updated_at=now,
                )  # fmt: skip
                session.add(standing)
                await session.flush()
            return _case(standing)

        return await self._database.write(work)

    async def standing(self, conversation: str) -> HandoverCase | None:
        """The unclosed case of a conversation: while there is one, a person answers and not the assistant."""
        async with self._database.reading() as session:
            row = await session.scalar(select(CaseRow).where(CaseRow.standing_for == conversation))
            return _case(row) if row else None

    async def case(self, number: str) -> HandoverCase | None:
        async with self._database.reading() as session:
            row = await session.get(CaseRow, number)
            return _case(row) if row else None

    async def queue(
        self, states: Iterable[str] = ("waiting", "open"), limit: int = 100, skip: int = 0, *,
        region: str | None = None, newest: bool = False,
    ) -> list[HandoverCase]:  # fmt: skip
        """Cases in these states by rank, the longest waiting first; `skip` leaves out those on the pages before.

        `region`: those of one place alone. `newest`: the last to come first, whatever their rank.
        """
        order = (CaseRow.opened_at.desc(),) if newest else (CaseRow.rank, CaseRow.opened_at)
        found = _in_states(select(CaseRow), states, region).order_by(*order, CaseRow.number).limit(limit).offset(skip)
        async with self._database.reading() as session:
            return [_case(row) for row in await session.scalars(found)]

    async def count(self, states: Iterable[str] = ("waiting", "open"), region: str | None = None) -> int:
        """How many cases are in these states."""
        async with self._database.reading() as session:
            found = _in_states(select(func.count()).select_from(CaseRow), states, region)
            return int(await session.scalar(found) or 0)

    async def regions(self) -> list[str | None]:
        """The places unclosed cases are from; None stands for those that told none."""
        found = select(CaseRow.region).where(CaseRow.state != "closed").distinct().order_by(CaseRow.region)
        async with self._database.reading() as session:
            return list(await session.scalars(found))

    async def ended(self, limit: int = 10) -> list[HandoverCase]:
        """The cases that were closed last, the newest first."""
        found = select(CaseRow).where(CaseRow.state == "closed").order_by(CaseRow.updated_at.desc()).limit(limit)
        async with self._database.reading() as session:
            return [_case(row) for row in await session.scalars(found)]

    async def handled(self, since: datetime) -> list[Handled]:
        """The times of the cases opened since then, oldest first."""
        staff = select(NoteRow.case, func.min(NoteRow.id).label("id")).where(NoteRow.who == "staff")
        asked = staff.group_by(NoteRow.case).subquery()
        found = (
            select(CaseRow.channel, CaseRow.opened_at, NoteRow.at, CaseRow.state, CaseRow.updated_at, CaseRow.reason)
            .outerjoin(asked, asked.c.case == CaseRow.number).outerjoin(NoteRow, NoteRow.id == asked.c.id)
            .where(CaseRow.opened_at >= since).order_by(CaseRow.opened_at)
        )  # fmt: skip
        async with self._database.reading() as session:
            rows = (await session.execute(found)).all()
        return [Handled(channel, opened, answered, updated if state == "closed" else None, reason)
                for channel, opened, answered, state, updated, reason in rows]  # fmt: skip

    async def accept(self, number: str, holder: str, now: datetime, *, instead_of: str | None = None) -> HandoverCase:
        """Take a case; from `instead_of`, who holds it and is not there any more.

        Raises:
            Held: another person has it. NoCase: it is closed or unknown.
        """

        async def work(session: AsyncSession) -> HandoverCase:
            row = await _unclosed(session, number, holder, instead_of)
            row.state, row.holder, row.updated_at = "open", holder, now
            return _case(row)

        return await self._database.write(work)

    async def release(self, number: str, holder: str, now: datetime) -> HandoverCase:
        """Put a case back into the queue. Raises Held, NoCase."""

        async def work(session: AsyncSession) -> HandoverCase:
            row = await _unclosed(session, number, holder)
            row.state, row.holder, row.updated_at = "waiting", None, now
            return _case(row)

        return await self._database.write(work)

    async def take_back(self, number: str, now: datetime) -> HandoverCase:
        """Put a case back into the queue, whoever holds it: a supervisor's. Raises NoCase."""

        async def work(session: AsyncSession) -> HandoverCase:
            row = await session.get(CaseRow, number, with_for_update=True)
            if row is None or row.state == "closed":
                raise NoCase(number)
            row.state, row.holder, row.updated_at = "waiting", None, now
            return _case(row)

        return await self._database.write(work)

    async def release_all(self, holder: str, now: datetime) -> list[str]:
        """Put back what somebody holds who does not come any more; the numbers."""

        async def work(session: AsyncSession) -> list[str]:
            rows = list(await session.scalars(select(CaseRow).where(CaseRow.holder == holder, CaseRow.state == "open")))
            for row in rows:
                row.state, row.holder, row.updated_at = "waiting", None, now
            return [row.number for row in rows]

        return await self._database.write(work)

    async def close_stale(self, before: datetime, now: datetime) -> int:
        """End the cases in which nothing was said since `before`: the parent has the assistant again; how many."""

        async def work(session: AsyncSession) -> int:
            stale = select(CaseRow).where(CaseRow.state != "closed", CaseRow.updated_at < before)
            rows = list(await session.scalars(stale.with_for_update()))
            for row in rows:
                row.state, row.outcome, row.updated_at, row.standing_for = "closed", STALE, now, None
                session.add(NoteRow(case=row.number, who="system", name=None, text=STALE, at=now))
            return len(rows)

        return await self._database.write(work)

    async def close_case(self, number: str, holder: str, outcome: str, now: datetime) -> HandoverCase:
        """End a case: from now on the assistant answers again. Raises Held, NoCase."""

        async def work(session: AsyncSession) -> HandoverCase:
            row = await _unclosed(session, number, holder)
            row.state, row.holder, row.outcome, row.updated_at = "closed", holder, outcome[:200], now
            row.standing_for = None
            session.add(NoteRow(case=number, who="system", name=None, text=outcome, at=now))
            return _case(row)

        return await self._database.write(work)

    async def waiting(self) -> int:
        """Cases that no person has taken yet."""
        return await self.count(("waiting",))

    async def leave(self, conversation: str, now: datetime) -> HandoverCase | None:
        """The parent no longer wants a person: the case is closed from their side. None when there is none."""

        async def work(session: AsyncSession) -> HandoverCase | None:
            row = await session.scalar(select(CaseRow).where(CaseRow.standing_for == conversation))
            if row is None:
                return None
            row.state, row.outcome, row.updated_at, row.standing_for = "closed", "家长不再等人工", now, None
            return _case(row)

        return await self._database.write(work)

    async def numbers(self, conversation: str) -> list[str]:
        """The numbers of all cases of a conversation."""
        async with self._database.reading() as session:
            return list(await session.scalars(select(CaseRow.number).where(CaseRow.conversation == conversation)))

    async def forget(self, conversation: str) -> None:
        """Delete all that is kept of a conversation: cases with their messages, call-backs, thumbs, reminders, its
        questions and sampled turns with what was found of them."""

        async def work(session: AsyncSession) -> None:
            numbers = select(CaseRow.number).where(CaseRow.conversation == conversation)
            await session.execute(delete(NoteRow).where(NoteRow.case.in_(numbers)))
            await session.execute(delete(CaseRow).where(CaseRow.conversation == conversation))
            await session.execute(delete(CallBackRow).where(CallBackRow.conversation == conversation))
            await session.execute(delete(ThumbRow).where(ThumbRow.conversation == conversation))
            await session.execute(delete(ReminderRow).where(ReminderRow.conversation == conversation))
            for kept in (QuestionRow, SampledTurnRow):
                await session.execute(delete(kept).where(kept.origin.startswith(f"{conversation}:")))

        await self._database.write(work)

    # messages inside a case

    async def say(
        self, number: str, who: Speaker, text: str, name: str | None, now: datetime, message_id: str | None = None
    ) -> Note:
        """Add a message; the same `message_id` again is the same note. Raises NoCase for a closed or unknown case."""

        async def work(session: AsyncSession) -> Note:
            if message_id is not None:
                known = await session.scalar(
                    select(NoteRow).where(NoteRow.case == number, NoteRow.message_id == message_id)
                )
                if known is not None:
                    return _note(known)
            case = await session.get(CaseRow, number)
            if case is None or case.state == "closed":
                raise NoCase(number)
            row = NoteRow(case=number, message_id=message_id, who=who, name=name, text=text, at=now)
            session.add(row)
            case.updated_at = now
            await session.flush()
            return _note(row)

        return await self._database.write(work)

    async def notes(self, number: str, after: int = 0, limit: int = 200) -> list[Note]:
        """Messages of a case with an id above `after`, oldest first."""
        async with self._database.reading() as session:
            found = select(NoteRow).where(NoteRow.case == number, NoteRow.id > after).order_by(NoteRow.id).limit(limit)
            return [_note(row) for row in await session.scalars(found)]

    async def was_said(self, number: str, message_id: str) -> bool:
        """Is this message in the case already?"""
        found = select(NoteRow.id).where(NoteRow.case == number, NoteRow.message_id == message_id)
        async with self._database.reading() as session:
            return await session.scalar(found) is not None

    async def undelivered(self, channel: str, limit: int = 50) -> list[tuple[HandoverCase, Note]]:
        """What staff said (or a closing said) that a channel has not yet brought to the parent, oldest first."""
        async with self._database.reading() as session:
            found = (
                select(CaseRow, NoteRow).join(CaseRow, CaseRow.number == NoteRow.case)
                .where(NoteRow.who != "parent", NoteRow.delivered_at.is_(None), CaseRow.channel == channel)
                .order_by(NoteRow.id).limit(limit)
            )  # fmt: skip
            return [(_case(case), _note(note)) for case, note in (await session.execute(found)).all()]

    async def waiting_for(self, conversation: str) -> list[tuple[HandoverCase, Note]]:
        """The same for one conversation, whatever its channel."""
        async with self._database.reading() as session:
            found = (
                select(CaseRow, NoteRow).join(CaseRow, CaseRow.number == NoteRow.case)
                .where(NoteRow.who != "parent", NoteRow.delivered_at.is_(None), CaseRow.conversation == conversation)
                .order_by(NoteRow.id)
            )  # fmt: skip
            return [(_case(case), _note(note)) for case, note in (await session.execute(found)).all()]

    async def delivered(self, notes: Iterable[int], now: datetime) -> None:
        """These notes reached the parent's channel."""
        ids = list(notes)
        if ids:
            await self._database.write(
                lambda session: session.execute(update(NoteRow).where(NoteRow.id.in_(ids)).values(delivered_at=now))
            )

    # questions and thumbs

    async def note_question(
        self, kind: QuestionKind, text: str, *, now: datetime, intent: str | None = None,
        confidence: float | None = None, region: str | None = None, reason: str | None = None,
        answer: str | None = None, origin: str | None = None, reading: dict[str, Any] | None = None,
    ) -> OpenQuestion:  # fmt: skip
        """Keep a question for the supervisor; the same `origin` again only adds the reason."""

        async def work(session: AsyncSession) -> OpenQuestion:
            if origin is not None:
                known = await session.scalar(select(QuestionRow).where(QuestionRow.origin == origin))
                if known is not None:
                    known.reason = reason or known.reason
                    return _question(known)
            row = QuestionRow(
                origin=origin,
                kind=kind, text=text, intent=intent, confidence=confidence, region=region, reason=reason,
                answer=answer, at=now, state="new", reading=reading,
            )  # fmt: skip
            session.add(row)
            await session.flush()
            return _question(row)

        return await self._database.write(work)

    async def questions(
        self, kinds: Iterable[str] | None = None, since: datetime | None = None,
        states: Iterable[str] = ("new",), limit: int = 500,
    ) -> list[OpenQuestion]:  # fmt: skip
        """Kept questions, newest first."""
        found = select(QuestionRow).where(QuestionRow.state.in_(list(states)))
        if kinds is not None:
            found = found.where(QuestionRow.kind.in_(list(kinds)))
        if since is not None:
            found = found.where(QuestionRow.at >= since)
        async with self._database.reading() as session:
            return [_question(row) for row in await session.scalars(found.order_by(QuestionRow.id.desc()).limit(limit))]

    async def mark(self, ids: Iterable[int], state: QuestionState) -> None:
        chosen = list(ids)
        await self._database.write(
            lambda session: session.execute(update(QuestionRow).where(QuestionRow.id.in_(chosen)).values(state=state))
        )

    async def thumb(self, conversation: str, bubble: str, value: str, intent: str | None, now: datetime) -> None:
        """Keep one thumb (`up` or `down`) per answer, the last one counts."""

        async def work(session: AsyncSession) -> None:
            row = await session.get(ThumbRow, (conversation, bubble))
            if row is None:
                session.add(ThumbRow(conversation=conversation, bubble=bubble, value=value, intent=intent, at=now))
            else:
                row.value, row.at = value, now

        await self._database.write(work)

    async def thumbs(self, since: datetime) -> list[ThumbCount]:
        """Thumbs by Beijing day and intent, oldest day first."""
        async with self._database.reading() as session:
            rows = (await session.scalars(select(ThumbRow).where(ThumbRow.at >= since))).all()
        counted: dict[tuple[Any, str], list[int]] = {}
        for row in rows:
            pair = counted.setdefault((row.at.astimezone(BEIJING).date(), row.intent or ""), [0, 0])
            pair[row.value == "down"] += 1
        return [ThumbCount(day, intent or None, up, down) for (day, intent), (up, down) in sorted(counted.items())]

    async def count_scan(self, leaflet: str, tag: str, intent: str | None, day: date) -> None:
        """One more scan of a leaflet (`intent` None), or one more question asked after a scan."""

        async def work(session: AsyncSession) -> None:
            key = (day, leaflet, tag, intent or "")
            row = await session.get(ScanRow, key, with_for_update=True)
            if row is None:
                known = await session.scalar(select(func.count()).select_from(ScanRow).where(ScanRow.day == day))
                if (known or 0) >= MOST_LEAFLETS:
                    key = (day, "", "", intent or "")
                    row = await session.get(ScanRow, key, with_for_update=True)
            if row is None:
                session.add(ScanRow(day=key[0], leaflet=key[1], tag=key[2], intent=key[3], count=1))
            else:
                row.count += 1

        await self._database.write(work)

    async def scans(self, since: date) -> list[ScanCount]:
        """Scans and the questions after them, oldest day first."""
        found = select(ScanRow).where(ScanRow.day >= since)
        found = found.order_by(ScanRow.day, ScanRow.leaflet, ScanRow.tag, ScanRow.intent)
        async with self._database.reading() as session:
            rows = await session.scalars(found)
            return [ScanCount(r.day, r.leaflet, r.tag, r.intent or None, r.count) for r in rows]

    async def purge(self, before: datetime) -> int:
        """Delete cases (closed or not), questions, sampled turns, thumbs, scans and reminders older than that; returns
        how many records went."""

        async def work(session: AsyncSession) -> int:
            old = select(CaseRow.number).where(CaseRow.updated_at < before)
            gone = [
                await session.execute(delete(NoteRow).where(NoteRow.case.in_(old))),
                await session.execute(delete(CaseRow).where(CaseRow.updated_at < before)),
                await session.execute(delete(QuestionRow).where(QuestionRow.at < before)),
                await session.execute(delete(SampledTurnRow).where(SampledTurnRow.at < before)),
                await session.execute(delete(ThumbRow).where(ThumbRow.at < before)),
                await session.execute(delete(ScanRow).where(ScanRow.day < before.astimezone(BEIJING).date())),
                await session.execute(
                    delete(WouldHaveCalledRow).where(WouldHaveCalledRow.day < before.astimezone(BEIJING).date())
                ),
                await session.execute(
                    delete(ReminderRow).where(ReminderRow.due_day < before.astimezone(BEIJING).date())
                ),
            ]
            return sum(int(cast(Any, result).rowcount) for result in gone)

        return await self._database.write(work)


def _in_states(found: Any, states: Iterable[str], region: str | None) -> Any:
    """A query kept to these states and, when one is given, to one place (an empty one: no place told)."""
    found = found.where(CaseRow.state.in_(list(states)))
    if region is None:
        return found
    return found.where(CaseRow.region == region if region else CaseRow.region.is_(None))


def _number(now: datetime) -> str:
    """A number that can be said on the telephone: the Beijing day and six random digits."""
    return f"RG{now.astimezone(BEIJING):%y%m%d}{secrets.randbelow(1_000_000):06d}"


async def _unclosed(session: AsyncSession, number: str, holder: str, instead_of: str | None = None) -> CaseRow:
    row = await session.get(CaseRow, number, with_for_update=True)
    if row is None or row.state == "closed":
        raise NoCase(number)
    if row.holder not in (None, holder, instead_of):
        raise Held(str(row.holder))
    return row


def _plain(row: Any, kind: type[Any]) -> Any:
    return kind(**{one.name: getattr(row, one.name) for one in fields(kind)})


def _case(row: CaseRow) -> HandoverCase:
    return cast(HandoverCase, _plain(row, HandoverCase))


def _note(row: NoteRow) -> Note:
    return cast(Note, _plain(row, Note))


def _question(row: QuestionRow) -> OpenQuestion:
    return cast(OpenQuestion, _plain(row, OpenQuestion))
