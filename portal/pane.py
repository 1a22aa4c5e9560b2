"""The answer pane: one answer of `policies`, laid out for somebody who reads it aloud.

Every word, value and citation is `compose(decide(…))` as the chat shows it; here they are only arranged and marked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from policies.answers import Answer, compose
from policies.decisions import decide, grounds_of
from policies.facts import Facts, read_facts
from policies.library import Library
from policies.overview import out_of_force
from policies.wording import common_limits
from portal import copies, marks
from portal.fields import Field, fields
from portal.versions import fingerprint


@dataclass(frozen=True)
class Expired:
    """A sentence that must not be told to this caller: where it stands and why, never its words."""

    document: str
    at: str
    clause: str
    doc: str
    reason: str


@dataclass(frozen=True)
class PaneInput:
    """What an answer is computed from."""

    intent: str
    region: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Pane:
    """One answer ready for the page. Marked texts hold <mark> where they differ from the answer before."""

    title: str
    answer: Answer
    year: str
    fields: tuple[Field, ...]
    headline: Markup
    lines: tuple[Markup, ...]
    steps: tuple[Markup, ...]
    limits: tuple[Markup, ...]
    spoken: str
    full: str
    message: str
    message_parts: int
    expired: tuple[Expired, ...]
    related: tuple[tuple[str, str], ...]
    docs: Mapping[str, str]
    changed: bool
    print: str


def answer_of(state: PaneInput, today: date, library: Library) -> Answer:
    """The one source of everything the pane shows."""
    return compose(decide(state.intent, state.facts, state.region, today, library), library)


def fingerprint_of(state: PaneInput, today: date, library: Library) -> tuple[Answer, str]:
    """The answer of a state with the fingerprint a call record keeps of it."""
    answer = answer_of(state, today, library)
    return answer, fingerprint(answer)


def arrange(
    state: PaneInput, today: date, library: Library, before: PaneInput | None = None,
    wrong: Mapping[str, tuple[str, str]] | None = None,
) -> Pane:  # fmt: skip
    """The pane of one state; what differs from the answer to `before` is marked."""
    decision = decide(state.intent, state.facts, state.region, today, library)
    answer = compose(decision, library)
    hedges = tuple(common_limits(decision, grounds_of(decision, library), library))
    same_question = before is not None and before.intent == state.intent
    old = answer_of(before, today, library) if before is not None and same_question else None
    facts = read_facts(state.facts)
    title = library.questions[state.intent]["title"]
    message = copies.message(answer, library)
    return Pane(
        title=title, answer=answer, year=copies.year(answer, library),
        fields=tuple(fields(state.intent, facts, state.region, today, library, asked=answer.ask_for, wrong=wrong)),
        headline=marks.marked(answer.headline, old.headline if old else None),
        lines=tuple(marks.marked_list(answer.lines, old.lines if old else None)),
        steps=tuple(marks.marked_list(answer.steps, old.steps if old else None)),
        limits=tuple(marks.marked_list(answer.limits, old.limits if old else None)),
        spoken=copies.spoken(answer, library, hedges), full=copies.full(answer, library, title), message=message,
        message_parts=copies.parts(message), expired=_expired(state, answer, facts, today, library),
        related=tuple((intent, library.questions[intent]["title"]) for intent in answer.related),
        docs={c.clause: library.sentences[c.clause].doc for c in answer.citations if c.basis == "text"},
        changed=old is not None and fingerprint(old) != fingerprint(answer), print=fingerprint(answer),
    )  # fmt: skip


def _expired(state: PaneInput, answer: Answer, facts: Facts, today: date, library: Library) -> tuple[Expired, ...]:
    cited = {citation.clause for citation in answer.citations}
    found: dict[str, Expired] = {}
    for rule, reason in out_of_force(state.intent, facts, state.region, today, library):
        for clause in rule.clauses:
            sentence = library.sentences.get(clause)
            if sentence is not None and clause not in cited and clause not in found:
                number = library.sources[sentence.doc].number
                found[clause] = Expired(number, sentence.at, clause, sentence.doc, reason)
    return tuple(found.values())
