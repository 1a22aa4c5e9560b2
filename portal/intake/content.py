"""What an official has put together so far: the paper's text, what was settled about it, clauses, rules and cases.

Kept as JSON in the portal's SQL. The files of `policies/` are made of it (`files.py`), never edited by hand.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from policies import sources
from policies.errors import LibraryError
from policies.schema import Fix, Force
from portal.intake.paper import PaperMark

RepairKind = Literal["ocr", "spam", "linebreak", "traditional", "duplicate", "typo"]


class DraftPart(BaseModel):
    """A part of a draft: fixed once made, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DraftDocument(DraftPart):
    """Which paper it is. `key` names its folder and files; `effective`: the first day, where the paper writes one."""

    key: str = ""
    number: str = ""
    title: str = ""
    region: str = ""
    issuers: tuple[str, ...] = ()
    issued_on: str | None = None
    annual_year: int | None = None
    annual_from: str | None = None
    effective: str | None = None


class Repair(DraftPart):
    """One change of the raw text, by whom: other words for `before`, the next line joined, or the line dropped."""

    line: int
    how: Literal["words", "join", "drop"]
    before: str = ""
    after: str = ""
    kind: RepairKind
    reason: str
    by: str

    def fix(self, number: int) -> Fix:
        """As it stands in `fixes.yml`."""
        ways: dict[str, dict[str, Any]] = {
            "words": {"before": self.before, "after": self.after}, "join": {"join": self.line + 1},
            "drop": {"drop_to": self.line},
        }  # fmt: skip
        return Fix(
            line=self.line, **ways[self.how], kind=self.kind, note=f"N-{number}", reason=self.reason, reviewer=self.by
        )


class DraftClause(DraftPart):
    id: str
    at: str
    quote: str
    gist: str
    force: Force
    intents: tuple[str, ...]


class PickedNumber(DraftPart):
    """A value with the clause and the very words it was picked from; `assumption`: what was added to them."""

    value: int | str
    clause: str
    reads: str
    assumption: str = ""


class DraftRule(DraftPart):
    """A rule by its shape (`shapes.yml`); `says`: outcome → the sentence as it was typed, with its numbers.

    `newborn`: told to newborns only, to all others only, or to everybody (None).
    """

    id: str
    shape: str
    intents: tuple[str, ...]
    clauses: tuple[str, ...]
    picked: dict[str, PickedNumber] = {}
    newborn: bool | None = None
    says: dict[str, str]


class DraftCase(DraftPart):
    """A question asked as a parent whose answer was found right; `said`: its first sentence, for people."""

    name: str
    intent: str
    as_of: str
    facts: dict[str, Any]
    expect: dict[str, Any]
    cites: tuple[str, ...]
    said: str = ""


class TextMark(DraftPart):
    """A doubtful place of the raw text; `settled` says who looked at it and what they found."""

    line: int
    kind: RepairKind
    before: str
    reason: str
    settled: str = ""

    @classmethod
    def of(cls, mark: PaperMark) -> "TextMark":
        return cls(line=mark.line, kind=mark.kind, before=mark.before, reason=mark.reason)


class SentBack(DraftPart):
    """A draft as it was when its signer sent it back, by whom and why; `reply`: what its writer said to that."""

    by: str
    reason: str
    print: str
    document: DraftDocument
    clauses: tuple[DraftClause, ...]
    rules: tuple[DraftRule, ...]
    cases: tuple[DraftCase, ...]
    repairs: tuple[Repair, ...]
    reply: str = ""


class DraftContent(DraftPart):
    """Everything a draft says. `read_from`: the uploaded file, for people."""

    read_from: str = ""
    lines: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    marks: tuple[TextMark, ...] = ()
    repairs: tuple[Repair, ...] = ()
    document: DraftDocument = DraftDocument()
    clauses: tuple[DraftClause, ...] = ()
    rules: tuple[DraftRule, ...] = ()
    cases: tuple[DraftCase, ...] = ()
    sent_back: SentBack | None = None

    @property
    def raw(self) -> str:
        return "\n".join(self.lines) + "\n"

    def fixes(self) -> list[Fix]:
        return [repair.fix(number) for number, repair in enumerate(self.repairs, 1)]

    def text(self) -> str:
        """The clean text. Raises LibraryError: a repair does not fit."""
        return sources.clean(self.raw, self.fixes())

    def text_or_raw(self) -> str:
        """The clean text, or the raw one while a repair does not fit."""
        try:
            return self.text()
        except LibraryError:
            return self.raw

    def open_marks(self) -> list[tuple[int, TextMark]]:
        """The doubtful places nobody has settled, with their numbers."""
        return [(number, mark) for number, mark in enumerate(self.marks) if not mark.settled]

    def print(self) -> str:
        """What changes with anything that goes into the files."""
        kept = self.model_dump(mode="json", exclude={"marks", "left_out", "read_from", "sent_back"})
        return hashlib.sha256(json.dumps(kept, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]

    def returned(self, by: str, reason: str) -> "DraftContent":
        """The content that remembers how it was sent back."""
        sent = SentBack(by=by, reason=reason, print=self.print(), document=self.document, clauses=self.clauses,
                        rules=self.rules, cases=self.cases, repairs=self.repairs)  # fmt: skip
        return self.model_copy(update={"sent_back": sent})

    @property
    def unchanged(self) -> bool:
        """Was it sent back, and is it just as it was then?"""
        return self.sent_back is not None and self.sent_back.print == self.print()

    def asked(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Each question some clause is about, with those clauses."""
        found: dict[str, list[str]] = {}
        for clause in self.clauses:
            for intent in clause.intents if clause.force in ("must", "principle", "encouraged") else ():
                found.setdefault(intent, []).append(clause.id)
        for intent, ids in found.items():
            yield intent, tuple(ids)

    def unanswered(self) -> list[tuple[str, tuple[str, ...]]]:
        """The questions of the clauses for which there is no rule yet."""
        answered = {intent for rule in self.rules for intent in rule.intents}
        return [(intent, ids) for intent, ids in self.asked() if intent not in answered]
