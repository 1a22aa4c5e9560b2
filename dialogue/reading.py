"""What was heard in one message, as one typed object with one JSON form: the only thing Rasa carries to the dialogue.

Made by `bot.nlu.reader`, used by `dialogue` for chat, form and desk alike. Importable on Python 3.10.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

ASSERTED, NEGATED, ASKED, PLANNED, SUPPOSED = "asserted", "neg", "ask", "plan", "supp"
OPEN = (ASKED, PLANNED, SUPPOSED)
"""Polarities of what is not so (yet): used for one answer, never kept."""
STRANGER, PARENT = "他人", "家长"
"""Owners that are no child of the family."""


@dataclass(frozen=True)
class Mention:
    """One thing said, with what it is (`role`), to whom (`owner`), and whether it is so (`polarity`).

    kind: day · month · birth_year · years · age · pregnancy · place · person · child · stranger · stage · category ·
    change · permit. value: an ISO day, “2025-10”, a year, a list of years or of adcodes, a word of the contract.
    options: every day it may be, where the year was left open. day: the day of the month where only that was said.
    problem: why it can be no day, in words for the parent. start, end: characters of the message.
    """

    kind: str
    role: str
    value: Any
    text: str
    start: int = 0
    end: int = 0
    polarity: str = ASSERTED
    owner: str = ""
    corrects: bool = False
    confidence: float = 1.0
    options: tuple[str, ...] = ()
    day: int | None = None
    problem: str | None = None

    @property
    def said(self) -> bool:
        """Is it told as being so?"""
        return self.polarity == ASSERTED


@dataclass(frozen=True)
class Reading:
    """One message understood.

    labels: what it does, in order (`bot.turns` lists them): questions, services, acts. ranking: the likeliest labels
    with their probabilities, best first; `alone`: those of the message read without its conversation, where it leans on
    it. choice: which of the offered options it picks. elapsed: “那超过90天呢”, days after birth. notes: other things
    told
    (use, cross_province, not_yet, planned, unwritten …), name → value. parts: what is told of each of several callers,
    where an agent's message tells of several.
    """

    text: str
    labels: tuple[str, ...]
    mentions: tuple[Mention, ...] = ()
    ranking: tuple[tuple[str, float], ...] = ()
    alone: tuple[tuple[str, float], ...] = ()
    choice: int | None = None
    elapsed: int | None = None
    notes: Mapping[str, Any] = field(default_factory=dict)
    parts: tuple[Reading, ...] = ()

    @property
    def confidence(self) -> float:
        """Probability of the first label."""
        return self.ranking[0][1] if self.ranking else 0.0

    @property
    def first(self) -> str:
        """What the message does first of all; empty when nothing was heard."""
        return self.labels[0] if self.labels else ""

    def does(self, *labels: str) -> bool:
        """Does the message do one of these?"""
        return any(label in self.labels for label in labels)

    def of(self, *roles: str) -> tuple[Mention, ...]:
        """The mentions that have one of these roles."""
        return tuple(mention for mention in self.mentions if mention.role in roles)

    def as_json(self) -> dict[str, Any]:
        """Plain JSON data; defaults left out of mentions."""
        found = asdict(self)
        plain = asdict(Mention("", "", None, ""))
        found["parts"] = [part.as_json() for part in self.parts]
        found["mentions"] = [
            {k: v for k, v in asdict(m).items() if v != plain[k] or k in ("kind", "role", "value", "text")}
            for m in self.mentions
        ]
        return found

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Reading:
        """From `as_json`. Raises KeyError or TypeError when it is something else."""
        mentions = tuple(
            Mention(**{**one, "options": tuple(one.get("options") or ())}) for one in raw.get("mentions") or ()
        )
        return cls(
            str(raw["text"]), tuple(raw["labels"]), mentions, _ranked(raw.get("ranking")), _ranked(raw.get("alone")),
            raw.get("choice"), raw.get("elapsed"), dict(raw.get("notes") or {}),
            tuple(cls.from_json(part) for part in raw.get("parts") or ()),
        )  # fmt: skip

    def without(self, *mentions: Mention) -> Reading:
        """The same reading without some of its mentions."""
        return replace(self, mentions=tuple(m for m in self.mentions if m not in mentions))


def _ranked(raw: Any) -> tuple[tuple[str, float], ...]:
    return tuple((str(name), float(p)) for name, p in raw or ())
