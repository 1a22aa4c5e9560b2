"""The shapes that leave this room: frozen, free of SQL, moments in UTC."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from typing import Any, Literal

CaseState = Literal["waiting", "open", "closed"]
Speaker = Literal["parent", "staff", "system"]
QuestionKind = Literal["unanswered", "unsure", "failed", "thumb_down", "complaint", "not_found"]
QuestionState = Literal["new", "exported", "done"]


class Rank(IntEnum):
    """Who waits in front of whom; within one rank the longest waiting first."""

    TALKED = 0
    """Asked something before asking for a person, or is known to a messenger."""
    AT_ONCE = 1
    """Asked for a person and nothing else."""
    ONE_OF_MANY = 2
    """Came from where several others just came from."""


class Held(Exception):
    """Another person holds this case; `holder` names who."""

    def __init__(self, holder: str) -> None:
        super().__init__(f"这件事由 {holder} 在处理")
        self.holder = holder


class NoCase(Exception):
    """There is no unclosed case of that number."""


@dataclass(frozen=True)
class HandoverCase:
    """A talk handed to a person. `conversation` is the gateway's keyed hash; `transcript` are masked bubbles
    `{"who": "parent"|"bot"|"staff", "text": str, "at": seconds}`, oldest first."""

    number: str
    conversation: str
    channel: str
    region: str | None
    reason: str
    state: CaseState
    holder: str | None
    opened_at: datetime
    updated_at: datetime
    outcome: str | None = None
    rank: int = Rank.TALKED
    transcript: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Handled:
    """When a case was opened, first answered by a person, and closed, and our words for why; for figures, without a
    word of what was said."""

    channel: str
    opened_at: datetime
    answered_at: datetime | None
    closed_at: datetime | None
    reason: str = ""


@dataclass(frozen=True)
class Note:
    """One message inside a case; ids rise in the order of writing over all cases."""

    id: int
    case: str
    who: Speaker
    name: str | None
    text: str
    at: datetime


@dataclass(frozen=True)
class OpenQuestion:
    """Something asked that we did not answer well, for the supervisor and the policy people.

    `reading`: how the message was heard (`actions.heard`), where that was reported.
    """

    id: int
    kind: QuestionKind
    text: str
    intent: str | None
    confidence: float | None
    region: str | None
    reason: str | None
    answer: str | None
    at: datetime
    state: QuestionState
    reading: dict[str, Any] | None = None


@dataclass(frozen=True)
class ThumbCount:
    """How the answers to one intent were taken on one Beijing day."""

    day: date
    intent: str | None
    up: int
    down: int


@dataclass(frozen=True)
class ScanCount:
    """Scans of one leaflet in one group on one Beijing day; with an intent, how often it was asked after a scan."""

    day: date
    leaflet: str
    tag: str
    intent: str | None
    count: int
