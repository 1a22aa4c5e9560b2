"""The tables of the school desk. None has a column for a child: no name, no identity number, no list of pupils."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from common.storage import Moment
from portal.tables import PortalBase


class SheetRow(PortalBase):
    """A leaflet as it was made; never changed. `content` are all its words, `prints` the fingerprint per question."""

    __tablename__ = "portal_school_sheets"

    id: Mapped[str] = mapped_column(String(12), primary_key=True)
    school: Mapped[str] = mapped_column(String(80), index=True)
    author: Mapped[str] = mapped_column(String(40))
    region: Mapped[str] = mapped_column(String(6))
    stage: Mapped[str] = mapped_column(String(8))
    form: Mapped[str] = mapped_column(String(10))
    year: Mapped[int] = mapped_column(Integer)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    prints: Mapped[dict[str, str]] = mapped_column(JSON)
    scene: Mapped[str] = mapped_column(String(64), index=True)
    made_at: Mapped[datetime] = mapped_column(Moment)


class GroupRow(PortalBase):
    """A class's group. The robot's key is sealed; `key_name` is its hash, so that one robot is not entered twice."""

    __tablename__ = "portal_school_groups"
    __table_args__ = (UniqueConstraint("school", "grade", "name"), UniqueConstraint("school", "key_name"))

    id: Mapped[str] = mapped_column(String(12), primary_key=True)
    school: Mapped[str] = mapped_column(String(80), index=True)
    grade: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(40))
    group_name: Mapped[str] = mapped_column(String(60))
    head_count: Mapped[int | None] = mapped_column(Integer)
    key_sealed: Mapped[str] = mapped_column(Text)
    key_name: Mapped[str] = mapped_column(String(24))
    key_shown: Mapped[str] = mapped_column(String(8))
    paused: Mapped[str | None] = mapped_column(String(120))
    """Why nothing is sent to it; empty when things are."""
    for_tests: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """A group of colleagues: tests go here, and no campaign does."""
    updated_at: Mapped[datetime] = mapped_column(Moment)


class CampaignRow(PortalBase):
    """One sending of one leaflet. `draft → submitted → approved → done`, and `returned`, `paused`, `stopped`,
    `expired`. What is sent is fixed when it is submitted."""

    __tablename__ = "portal_school_campaigns"

    id: Mapped[str] = mapped_column(String(12), primary_key=True)
    school: Mapped[str] = mapped_column(String(80), index=True)
    sheet: Mapped[str] = mapped_column(ForeignKey("portal_school_sheets.id"))
    kind: Mapped[str] = mapped_column(String(10))
    staged: Mapped[bool] = mapped_column(Boolean)
    author: Mapped[str] = mapped_column(String(40))
    submitter: Mapped[str | None] = mapped_column(String(40))
    approver: Mapped[str | None] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10), index=True)
    reason: Mapped[str | None] = mapped_column(String(200))
    wanted_at: Mapped[datetime] = mapped_column(Moment)
    not_before: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    quiet_from: Mapped[str] = mapped_column(String(5))
    quiet_to: Mapped[str] = mapped_column(String(5))
    made_at: Mapped[datetime] = mapped_column(Moment)
    tested_at: Mapped[datetime | None] = mapped_column(Moment)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)


class DeliveryRow(PortalBase):
    """The outbox: one row per campaign and group, whatever crashes. `claimed` holds it for one sender; `sending` is
    written before the message goes out, so that a crash in between is known to be one."""

    __tablename__ = "portal_school_deliveries"
    __table_args__ = (
        UniqueConstraint("campaign", "group"), Index("portal_school_deliveries_due", "state", "not_before"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    campaign: Mapped[str] = mapped_column(ForeignKey("portal_school_campaigns.id"))
    group: Mapped[str] = mapped_column(ForeignKey("portal_school_groups.id"))
    stage: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    not_before: Mapped[datetime] = mapped_column(Moment)
    lease: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str | None] = mapped_column(String(200))
    settled_at: Mapped[datetime | None] = mapped_column(Moment)


class LogRow(PortalBase):
    """The delivery log: one line per attempt and per decision about it. Lines are only ever added."""

    __tablename__ = "portal_school_log"
    __table_args__ = (Index("portal_school_log_campaign", "campaign", "id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    campaign: Mapped[str] = mapped_column(String(12))
    group: Mapped[str | None] = mapped_column(String(12))
    what: Mapped[str] = mapped_column(String(12))
    who: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(String(200), default="")


class CountRow(PortalBase):
    """How many of a class are enrolled for a year: two numbers, nothing about whom."""

    __tablename__ = "portal_school_counts"

    school: Mapped[str] = mapped_column(String(80), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    grade: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    total: Mapped[int] = mapped_column(Integer)
    enrolled: Mapped[int] = mapped_column(Integer)
    way: Mapped[str] = mapped_column(String(6))
    counted_on: Mapped[date] = mapped_column(Date)
