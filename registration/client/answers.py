"""What goes in and comes out of the registration API, as frozen values, and the reading of its JSON.

A reader raises KeyError, TypeError, ValueError or AttributeError on an answer that is not the contract's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

State = Literal["draft", "submitted", "accepted", "awaiting_payment", "insured", "rejected", "cancelled", "expired"]
Purpose = Literal["identity", "household_update"]


@dataclass(frozen=True)
class NewApplication:
    """A new application and the one-time link to its enrollment page."""

    number: str
    state: State
    link_token: str = field(repr=False)
    link_expires_at: datetime
    created_at: datetime


@dataclass(frozen=True)
class FreshLink:
    """Another one-time link for an application."""

    number: str
    purpose: Purpose
    link_token: str = field(repr=False)
    link_expires_at: datetime


@dataclass(frozen=True)
class Application:
    """An application as it is now; without any identity value."""

    number: str
    state: State
    state_text: str
    region: str
    birth_date: date | None
    due_month: str | None
    household_registered: bool
    proxy: str | None
    conversation: str
    identity_given: bool
    consent_version: str | None
    reason: str | None
    insured_since: date | None
    created_at: datetime
    updated_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True)
class EnrollmentLink:
    """What a link is for. Without `birth_date` the child is not born yet and has no birth certificate."""

    number: str
    state: State
    purpose: Purpose
    conversation: str
    region: str
    birth_date: date | None
    due_month: str | None
    expires_at: datetime


@dataclass(frozen=True)
class Coverage:
    """Whether the child is insured, and since when, as far as the bureau has told."""

    number: str
    state: State
    insured: bool
    since: date | None


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What the guardian typed, as typed; the service checks it. Does not show in its repr.

    `relation`: 父亲 · 母亲 · 祖父母 · 外祖父母 · 其他监护人. `household_region`: place name or adcode.
    `birth_certificate_number` is None only for a child not born yet.
    """

    child_name: str = field(repr=False)
    birth_certificate_number: str | None = field(repr=False)
    guardian_name: str = field(repr=False)
    guardian_id_number: str = field(repr=False)
    telephone: str = field(repr=False)
    relation: str = field(repr=False)
    household_region: str = field(repr=False)
    consent_version: str


@dataclass(frozen=True, kw_only=True)
class Household:
    """After 落户: the child's registered name and identity number, and where. Does not show in its repr."""

    child_name: str = field(repr=False)
    child_id_number: str = field(repr=False)
    household_region: str = field(repr=False)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text is not None else None


def read_draft(content: Mapping[str, Any]) -> NewApplication:
    link = content["link"]
    return NewApplication(
        content["number"],
        content["state"],
        link["token"],
        datetime.fromisoformat(link["expires_at"]),
        datetime.fromisoformat(content["created_at"]),
    )


def read_fresh_link(content: Mapping[str, Any]) -> FreshLink:
    link = content["link"]
    until = datetime.fromisoformat(link["expires_at"])
    return FreshLink(content["number"], content["purpose"], link["token"], until)


def read_application(content: Mapping[str, Any]) -> Application:
    known = {name: content[name] for name in Application.__dataclass_fields__}
    for name in ("birth_date", "insured_since"):
        known[name] = _day(known[name])
    for name in ("created_at", "updated_at", "expires_at"):
        known[name] = datetime.fromisoformat(known[name]) if known[name] is not None else None
    return Application(**known)


def read_list(content: Mapping[str, Any]) -> tuple[Application, ...]:
    return tuple(read_application(one) for one in content["applications"])


def read_link(content: Mapping[str, Any]) -> EnrollmentLink:
    known = {name: content[name] for name in EnrollmentLink.__dataclass_fields__}
    known["birth_date"] = _day(known["birth_date"])
    known["expires_at"] = datetime.fromisoformat(known["expires_at"])
    return EnrollmentLink(**known)


def read_coverage(content: Mapping[str, Any]) -> Coverage:
    return Coverage(content["number"], content["state"], content["insured"], _day(content["since"]))
