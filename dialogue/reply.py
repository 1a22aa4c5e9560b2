"""What is said: a reply of typed parts, which every channel renders in its own way. Nobody reads our words again.

`as_json` is the contract (docs/contracts.md, Reply): `parts`, and for a plain channel the complete `text`, the `answer`
and the `options`. Marks are for the gateway alone, which takes them off: `handover` (why a person is wanted),
`in_queue` (it was asked how the queue stands), `left_queue` (nobody is wanted any more), `noted` (a message to keep for
the supervisor) and `reminder` (one to plan or to cancel).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dialogue.state import DialogueState, QuickReply
from policies.answers import Answer, as_text


@dataclass(frozen=True)
class Notice:
    """A line or two that ask nothing."""

    text: str


@dataclass(frozen=True)
class Card:
    """An answer of the rules. `lead`: a line before it. `text`: how it is said in plain text (in full unless given)."""

    answer: Answer
    lead: str = ""
    text: str = ""
    ask: bool = True

    @property
    def words(self) -> str:
        """The complete text for a plain channel."""
        body = self.text or as_text(self.answer if self.ask else replace(self.answer, ask_for=()))
        return f"{self.lead}\n{body}" if self.lead else body


@dataclass(frozen=True)
class LinkPart:
    """An address with what it is for."""

    text: str
    url: str


@dataclass(frozen=True)
class QuestionPart:
    """One question back."""

    text: str


@dataclass(frozen=True)
class Choices:
    """What can be tapped. `listed`: a plain channel has to see them as numbered lines."""

    offers: tuple[QuickReply, ...]
    listed: bool = False


Part = Notice | Card | LinkPart | QuestionPart | Choices


@dataclass(frozen=True)
class Reply:
    """One bubble."""

    parts: tuple[Part, ...]
    handover: str | None = None
    in_queue: bool = False
    left_queue: bool = False
    noted: Mapping[str, Any] | None = field(default=None)
    reminder: Mapping[str, Any] | None = None

    @property
    def offers(self) -> tuple[QuickReply, ...]:
        """Everything that can be tapped."""
        return tuple(offer for part in self.parts if isinstance(part, Choices) for offer in part.offers)

    @property
    def card(self) -> Card | None:
        """The answer, when there is one."""
        return next((part for part in self.parts if isinstance(part, Card)), None)

    def text(self) -> str:
        """Complete for a plain channel."""
        lines: list[str] = []
        for part in self.parts:
            if isinstance(part, Card):
                lines.append(part.words)
            elif isinstance(part, LinkPart):
                lines.append(f"{part.text}\n{part.url}")
            elif isinstance(part, Choices):
                lines += [f"{n}. {offer.label}" for n, offer in enumerate(part.offers, 1)] if part.listed else []
            else:
                lines.append(part.text)
        return "\n".join(line for line in lines if line)

    def as_json(self) -> dict[str, Any]:
        """The contract's Reply with its parts and marks."""
        card = self.card
        found: dict[str, Any] = {
            "text": self.text(), "answer": card.answer.as_json() if card else None,
            "options": [{"label": offer.label, "send": offer.send} for offer in self.offers],
            "parts": [_part(part) for part in self.parts],
        }  # fmt: skip
        marks = {"handover": self.handover, "in_queue": self.in_queue, "left_queue": self.left_queue,
                 "noted": self.noted, "reminder": self.reminder}  # fmt: skip
        return {**found, **{name: value for name, value in marks.items() if value}}


Result = tuple[DialogueState, list[Reply]]
"""The state after a message, and what is said to it."""


def _part(part: Part) -> dict[str, Any]:
    if isinstance(part, Card):
        return {"kind": "answer", "text": part.words, "lead": part.lead}
    if isinstance(part, LinkPart):
        return {"kind": "link", "text": part.text, "url": part.url}
    if isinstance(part, Choices):
        return {"kind": "choices", "listed": part.listed,
                "options": [{"label": offer.label, "send": offer.send} for offer in part.offers]}  # fmt: skip
    return {"kind": "question" if isinstance(part, QuestionPart) else "notice", "text": part.text}


def say(text: str, *offers: QuickReply, ask: str = "", listed: bool = False, **marks: Any) -> Reply:
    """A reply of words, with what can be tapped."""
    parts: list[Part] = [Notice(text)] if text else []
    parts += [QuestionPart(ask)] if ask else []
    parts += [Choices(tuple(offers), listed)] if offers else []
    return Reply(tuple(parts), **marks)


def with_offers(reply: Reply, offers: Iterable[QuickReply]) -> Reply:
    """The same reply with other things to tap."""
    kept = tuple(part for part in reply.parts if not isinstance(part, Choices))
    chosen = tuple(offers)
    return replace(reply, parts=(*kept, Choices(chosen)) if chosen else kept)


def led(reply: Reply, line: str) -> Reply:
    """The same reply with a line before everything."""
    first = reply.parts[0] if reply.parts else None
    if isinstance(first, Card):
        lead = f"{line}\n{first.lead}" if first.lead else line
        return replace(reply, parts=(replace(first, lead=lead), *reply.parts[1:]))
    return replace(reply, parts=(Notice(line), *reply.parts))
