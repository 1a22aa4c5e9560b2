"""The tables."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from common.storage import Moment


class CasebookBase(DeclarativeBase):
    pass


class CaseRow(CasebookBase):
    """A talk handed to a person. `standing_for` holds the conversation while unclosed, so that there is one at most.
    `rank` (`records.Rank`) decides who waits in front."""

    __tablename__ = "casebook_cases"

    number: Mapped[str] = mapped_column(String(20), primary_key=True)
    conversation: Mapped[str] = mapped_column(String(64), index=True)
    standing_for: Mapped[str | None] = mapped_column(String(64), unique=True)
    channel: Mapped[str] = mapped_column(String(20))
    region: Mapped[str | None] = mapped_column(String(6))
    reason: Mapped[str] = mapped_column(String(200))
    rank: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    state: Mapped[str] = mapped_column(String(10), index=True)
    holder: Mapped[str | None] = mapped_column(String(80))
    outcome: Mapped[str | None] = mapped_column(String(200))
    transcript: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    opened_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)


class NoteRow(CasebookBase):
    """One message inside a case. `message_id` makes a repeated sending the same note."""

    __tablename__ = "casebook_notes"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    case: Mapped[str] = mapped_column(ForeignKey("casebook_cases.number"))
    message_id: Mapped[str | None] = mapped_column(String(128))
    who: Mapped[str] = mapped_column(String(10))
    name: Mapped[str | None] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
    delivered_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        UniqueConstraint("case", "message_id"),
        Index("casebook_notes_case", "case", "id"),
        Index("casebook_notes_undelivered", "who", "delivered_at"),
    )


class QuestionRow(CasebookBase):
    """A question for the supervisor. `origin` is the answer it came from, so that a reason given later joins it.
    `reading` is how the message was heard (`actions.heard`)."""

    __tablename__ = "casebook_questions"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    origin: Mapped[str | None] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    intent: Mapped[str | None] = mapped_column(String(60))
    confidence: Mapped[float | None] = mapped_column(Float)
    region: Mapped[str | None] = mapped_column(String(6))
    reason: Mapped[str | None] = mapped_column(String(200))
    answer: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(String(10))
    reading: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    __table_args__ = (Index("casebook_questions_state", "state", "at"),)


class ReviewRow(CasebookBase):
    """What a reviewer found of a question; it goes with its question."""

    __tablename__ = "casebook_reviews"

    question: Mapped[int] = mapped_column(
        ForeignKey("casebook_questions.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    verdict: Mapped[str] = mapped_column(String(10))
    intent: Mapped[str | None] = mapped_column(String(60))
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(Moment)
    exported_at: Mapped[datetime | None] = mapped_column(Moment)


class SampledTurnRow(CasebookBase):
    """An answered turn that may be among those of its week to be judged (`sampling`): the lowest ranks are."""

    __tablename__ = "casebook_sampled_turns"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    origin: Mapped[str] = mapped_column(String(200), unique=True)
    week: Mapped[str] = mapped_column(String(8))
    rank: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(Moment)
    text: Mapped[str] = mapped_column(Text)
    reading: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    region: Mapped[str | None] = mapped_column(String(6))
    intent: Mapped[str] = mapped_column(String(60))
    status: Mapped[str] = mapped_column(String(20))
    answer: Mapped[str] = mapped_column(Text)

    __table_args__ = (Index("casebook_sampled_turns_week", "week", "rank"),)


class JudgmentRow(CasebookBase):
    """What one person found of a sampled turn; it goes with its turn."""

    __tablename__ = "casebook_judgments"

    turn: Mapped[int] = mapped_column(
        ForeignKey("casebook_sampled_turns.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    judge: Mapped[str] = mapped_column(String(40), primary_key=True)
    verdict: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime] = mapped_column(Moment)


class ThumbRow(CasebookBase):
    """One thumb per answer; the last one counts."""

    __tablename__ = "casebook_thumbs"

    conversation: Mapped[str] = mapped_column(String(64), primary_key=True)
    bubble: Mapped[str] = mapped_column(String(160), primary_key=True)
    intent: Mapped[str | None] = mapped_column(String(60))
    value: Mapped[str] = mapped_column(String(4))
    at: Mapped[datetime] = mapped_column(Moment, index=True)


class ScanRow(CasebookBase):
    """How often a leaflet's code was scanned, and what was asked after it, on one Beijing day. Nobody is counted, only
    leaflets: `tag` is the class group it was sent to, `intent` the question asked (empty: the scan itself)."""

    __tablename__ = "casebook_scans"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    leaflet: Mapped[str] = mapped_column(String(16), primary_key=True)
    tag: Mapped[str] = mapped_column(String(16), primary_key=True)
    intent: Mapped[str] = mapped_column(String(60), primary_key=True)
    count: Mapped[int] = mapped_column(Integer)


class WouldHaveCalledRow(CasebookBase):
    """How often parents were asked on one Beijing day whether they would have called (`said`: `asked`), and how often
    they said `yes` or `no`. Nobody is counted twice and nobody is named."""

    __tablename__ = "casebook_would_have_called"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    said: Mapped[str] = mapped_column(String(5), primary_key=True)
    count: Mapped[int] = mapped_column(Integer)


class AnnouncementRow(CasebookBase):
    """One text for everybody. Only the newest can stand: until `until`, or until it was withdrawn."""

    __tablename__ = "casebook_announcements"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    text: Mapped[str] = mapped_column(String(200))
    issuer: Mapped[str] = mapped_column(String(30))
    until: Mapped[datetime] = mapped_column(Moment)
    set_by: Mapped[str] = mapped_column(String(40))
    set_at: Mapped[datetime] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)


class SwitchedOffRow(CasebookBase):
    """A channel or feature that is switched off; what has no row is on."""

    __tablename__ = "casebook_switched_off"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(Moment)


class ReminderRow(CasebookBase):
    """A reminder that a parent asked for: for which day, when to remind, and how it ended. `address` is sealed; it and
    `facts` stand only as long as the reminder does. `claim` names the one sending of it."""

    __tablename__ = "casebook_reminders"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    conversation: Mapped[str] = mapped_column(String(64), index=True)
    channel: Mapped[str] = mapped_column(String(32))
    address: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(20))
    region: Mapped[str] = mapped_column(String(6))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    due_day: Mapped[date] = mapped_column(Date)
    planned_for: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(20))
    claim: Mapped[str | None] = mapped_column(String(32))
    not_before: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (Index("casebook_reminders_state", "state", "planned_for"),)


class CallBackRow(CasebookBase):
    """A parent who wants to be called. `standing_for` holds the conversation until it is done, so that there is one at
    most. The number stands sealed for the desk (`common.privacy.one_way`) and goes when it is done."""

    __tablename__ = "casebook_call_backs"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    conversation: Mapped[str] = mapped_column(String(64), index=True)
    standing_for: Mapped[str | None] = mapped_column(String(64), unique=True)
    channel: Mapped[str] = mapped_column(String(20))
    case: Mapped[str | None] = mapped_column(String(20))
    number_sealed: Mapped[str | None] = mapped_column(Text)
    shown: Mapped[str | None] = mapped_column(String(20))
    begins: Mapped[datetime] = mapped_column(Moment)
    ends: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(String(12), index=True)
    tries: Mapped[int] = mapped_column(Integer)
    holder: Mapped[str | None] = mapped_column(String(80))
    left_at: Mapped[datetime] = mapped_column(Moment, index=True)
    updated_at: Mapped[datetime] = mapped_column(Moment)


class SealingKeyRow(CasebookBase):
    """The desk's public key: with it the parents' door seals what only the desk may open. There is one row."""

    __tablename__ = "casebook_sealing_keys"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    public_key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Moment)
