"""The tables of the staff side: accounts, audit log, call records. Handed-over chats live in `casebook`."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from common.storage import Moment

ROOM = "portal"
"""Whose tables these are, for the migrations."""


class PortalBase(DeclarativeBase):
    pass


class AccountRow(PortalBase):
    """One person. `version` grows when the password changes or the account is disabled: older sessions end."""

    __tablename__ = "portal_accounts"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    role: Mapped[str] = mapped_column(String(12))
    school: Mapped[str | None] = mapped_column(String(80))
    region: Mapped[str | None] = mapped_column(String(6))
    password_hash: Mapped[str] = mapped_column(String(200))
    disabled: Mapped[bool] = mapped_column(Boolean, default=False)
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(Moment)


class PortalAuditRow(PortalBase):
    """Who saw or changed what. `subject` names the thing (a case, a call, an account), never its content."""

    __tablename__ = "portal_audit"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    who: Mapped[str] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(12))
    what: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(200))


class CallRow(PortalBase):
    """One call from its first action to Alt+Enter. What a caller told stands in `facts`; notes are masked.

    `stamp` and `print` keep which policy version and which answer were last told. `before` is the state the answer
    on the page was computed from before the last change, so that a full page marks what changed too.
    """

    __tablename__ = "portal_calls"
    __table_args__ = (Index("portal_calls_open", "agent", "ended_at"), Index("portal_calls_began", "began_at"))

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    agent: Mapped[str] = mapped_column(String(40))
    began_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    saved_at: Mapped[datetime | None] = mapped_column(Moment)
    region: Mapped[str] = mapped_column(String(6))
    last_region: Mapped[str | None] = mapped_column(String(6))
    intent: Mapped[str | None] = mapped_column(String(60))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    query: Mapped[str] = mapped_column(String(200), default="")
    notes: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[str | None] = mapped_column(String(12))
    link: Mapped[str | None] = mapped_column(String(40))
    stamp: Mapped[str | None] = mapped_column(String(16))
    print: Mapped[str | None] = mapped_column(String(16))


class LookupRow(PortalBase):
    """One answer opened during a call: what the figures count."""

    __tablename__ = "portal_lookups"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    call: Mapped[str] = mapped_column(ForeignKey("portal_calls.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    intent: Mapped[str] = mapped_column(String(60))
    region: Mapped[str] = mapped_column(String(6))
    status: Mapped[str] = mapped_column(String(20))
