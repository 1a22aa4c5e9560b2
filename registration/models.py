"""The tables. Identity fields stand sealed in one column; of a link only a hash is kept."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from common.storage import Moment


class RegistrationBase(DeclarativeBase):
    pass


class ApplicationRow(RegistrationBase):
    """`child_index` is set while the application claims the child, and empty when it is over."""

    __tablename__ = "registration_applications"

    number: Mapped[str] = mapped_column(String(16), primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    region: Mapped[str] = mapped_column(String(6))
    birth_date: Mapped[date | None] = mapped_column(Date)
    due_month: Mapped[str | None] = mapped_column(String(7))
    household_registered: Mapped[bool]
    proxy: Mapped[str | None] = mapped_column(String(20))
    conversation: Mapped[str] = mapped_column(String(128))
    identity_sealed: Mapped[str | None] = mapped_column(Text)
    child_index: Mapped[str | None] = mapped_column(String(64), unique=True)
    consent_version: Mapped[str | None] = mapped_column(String(32))
    reason: Mapped[str | None] = mapped_column(String(200))
    insured_since: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (
        Index("registration_applications_conversation", "conversation", "created_at"),
        Index("registration_applications_state", "state", "updated_at"),
    )


class LinkRow(RegistrationBase):
    """A one-time link. `used_for` is the blind index of what it was used with, so that a retry is recognised."""

    __tablename__ = "registration_links"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    number: Mapped[str] = mapped_column(ForeignKey("registration_applications.number"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    used_for: Mapped[str | None] = mapped_column(String(64))


class IdempotencyRow(RegistrationBase):
    """What was answered under a key. The answer is sealed because it holds a link's token."""

    __tablename__ = "registration_idempotency"

    operation: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    body_digest: Mapped[str] = mapped_column(String(64))
    answer_sealed: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)

    __table_args__ = (Index("registration_idempotency_created", "created_at"),)


class RegistrationAuditRow(RegistrationBase):
    """Who did what and when. Rows are only ever added; never an identity value."""

    __tablename__ = "registration_audit"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    who: Mapped[str] = mapped_column(String(20))
    what: Mapped[str] = mapped_column(String(60))
    number: Mapped[str] = mapped_column(String(16), index=True)
