"""From a decision to the one answer that chat, desk and leaflet all render.

Words come from the rule files; values are put in as they were decided. Nothing here adds, subtracts or rephrases a
number.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from string import Formatter
from typing import Any

from policies import places
from policies.counting import chinese_date
from policies.decisions import Decision
from policies.facts import LABELS
from policies.library import DatedRule, Library, default

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
TEXT_LIMIT = 600
"""Characters a chat answer may have as plain text."""


@dataclass(frozen=True)
class Citation:
    """The sentence an answer rests on. `at` is where it stands; `force` is what its words allow."""

    document: str
    title: str
    clause: str
    at: str
    quote: str
    adcode: str
    force: str
    issued_on: str | None


@dataclass(frozen=True)
class Answer:
    """The structured answer of the contract (docs/contracts.md, Answer)."""

    intent: str
    status: str
    certainty: str
    region: Mapping[str, str]
    as_of: str
    headline: str
    lines: tuple[str, ...]
    steps: tuple[str, ...]
    limits: tuple[str, ...]
    values: Mapping[str, Any]
    citations: tuple[Citation, ...]
    ask_for: tuple[str, ...]
    related: tuple[str, ...]
    refer: str | None
    missing: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain JSON data."""
        return asdict(self)


class _Filler(Formatter):
    """Puts decided values into words: ISO dates become Chinese dates, a missing name is an error in the file."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, date):
            return chinese_date(value)
        if isinstance(value, str) and _ISO.fullmatch(value):
            return chinese_date(date.fromisoformat(value))
        if isinstance(value, tuple | list):
            return "、".join(str(v) for v in value)
        return str(value)


_FILLER = _Filler()


def compose(decision: Decision, library: Library | None = None) -> Answer:
    """Put a decision into words.

    Returns:
        The answer with headline, lines, calculation, limits, verbatim citations and what would make it exact.
    """
    library = library or default()
    rule = library.rules[decision.rule_id] if decision.rule_id else None
    region = _region_name(decision.adcode)
    words = _words(rule, decision, library)
    context = _context(rule, decision, library, region)

    def fill(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(_FILLER.vformat(text, (), context) for text in texts)

    limits = (*fill(words["limits"]), *fill(_common_limits(decision, library)))
    uncertain = decision.status in ("not_in_documents", "conflict") or decision.certainty in ("ambiguous", "principle")
    version = library.sources[library.sentences[decision.clauses[0]].doc].number if decision.clauses else None
    values = dict(decision.values)
    if version is not None and decision.status in ("decided", "need_facts"):
        values["rule_version"] = version
    return Answer(
        intent=decision.intent, status=decision.status, certainty=decision.certainty,
        region={"adcode": decision.adcode, "name": region}, as_of=decision.as_of.isoformat(),
        headline=fill((words["headline"],))[0], lines=fill(words["lines"]),
        steps=(*decision.steps, *fill(words["steps"])), limits=tuple(dict.fromkeys(limits)), values=values,
        citations=tuple(_cite(clause, library) for clause in decision.clauses), ask_for=decision.ask_for,
        related=tuple(library.questions[decision.intent]["related"]),
        refer=library.hotline if uncertain or (rule is not None and rule.refer) else None,
        missing=decision.missing_docs,
    )  # fmt: skip


def _region_name(adcode: str) -> str:
    return places.full_name(adcode)


def _words(rule: DatedRule | None, decision: Decision, library: Library) -> dict[str, Any]:
    """The words for this outcome: those for this very question over those for all."""
    found: dict[str, Any] = {"headline": None, "lines": (), "steps": (), "limits": ()}
    if rule is not None:
        for key in (decision.key or "applies", f"{decision.key or 'applies'}/{decision.intent}"):
            for name, value in rule.say.get(key, {}).items():
                if value and name in found:
                    found[name] = value if name == "headline" else tuple(value)
    if found["headline"] is None:
        kind = "conflict" if decision.status == "conflict" else "silence"
        found["headline"] = library.phrases[f"{kind}_headline"]
        found["lines"] = (library.phrases[f"{kind}_line"],) if not decision.clauses else (
            library.phrases[f"{kind}_nearest"],)  # fmt: skip
    return found


def _context(rule: DatedRule | None, decision: Decision, library: Library, region: str) -> dict[str, Any]:
    context: dict[str, Any] = {name: value for name, value in decision.facts if value is not None}
    if rule is not None:
        context.update({k: v for k, v in rule.params.items() if k != "when"})
    context.update(decision.values)
    context.update(_documents(decision, library))
    title = library.questions[decision.intent]["title"]
    office = "当地医保经办机构" if decision.adcode == places.NATION else f"{region}的医保经办机构"
    context.update(region=region, office=office, hotline=library.hotline, as_of=decision.as_of, question=title)
    return context


def _documents(decision: Decision, library: Library) -> dict[str, Any]:
    """The first cited document's number, title and date, and the numbers of the others."""
    found = [library.sources[library.sentences[clause].doc] for clause in decision.clauses]
    if not found:
        return {}
    first = found[0]
    return {
        "document": first.number, "document_title": first.title, "document_date": first.issued_on or "（未载明）",
        "annual_year": first.annual_year,
        "other_documents": "、".join(dict.fromkeys(s.number for s in found if s.number != first.number)),
    }  # fmt: skip


def _common_limits(decision: Decision, library: Library) -> tuple[str, ...]:
    found = []
    if decision.inherited:
        found.append(library.phrases["inherited"])
    elif decision.certainty == "principle" and decision.status == "decided":
        found.append(library.phrases["principle"])
    if decision.certainty == "ambiguous" and decision.status == "decided":
        found.append(library.phrases["ambiguous"])
    return tuple(found)


def _cite(clause_id: str, library: Library) -> Citation:
    sentence = library.sentences[clause_id]
    source = library.sources[sentence.doc]
    return Citation(source.number, source.title, sentence.id, sentence.at, sentence.quote, source.region,
                    sentence.force, source.issued_on)  # fmt: skip


def _place(at: str) -> str:
    """Where a sentence stands, without the heading's own quotation marks."""
    return at.replace("“", "").replace("”", "")


def ask_line(answer: Answer) -> str | None:
    """One question back to the parent: the first fact that would make the answer exact."""
    if not answer.ask_for:
        return None
    return f"告诉我{LABELS[answer.ask_for[0]]}，我就能给您算准。"


def as_text(answer: Answer) -> str:
    """The complete answer for a plain-text channel: result first, then why, limits, and the sentence it rests on.

    Never longer than `TEXT_LIMIT`: the calculation, then further citations are left to the page.
    """
    ask = ask_line(answer)
    head = [answer.headline, *answer.lines]
    limits = [f"· {limit}" for limit in answer.limits]
    sources = [f"依据：{c.document}（{_place(c.at)}）：“{c.quote}”" for c in answer.citations]
    refer = [f"拿不准的地方请拨 {answer.refer} 核实。"] if answer.refer else []
    tail = [*refer, *([ask] if ask else [])]
    steps = [f"怎么算的：{'；'.join(answer.steps)}"] if answer.steps else []
    for parts in (
        [*head, *steps, *limits, *sources, *tail],
        [*head, *steps, *limits, *sources[:2], *tail],
        [*head, *steps, *limits, *sources[:1], *tail],
        [*head, *limits, *sources[:1], *tail],
        [*head, *limits[:2], *sources[:1], *tail],
    ):
        text = "\n".join(parts)
        if len(text) <= TEXT_LIMIT:
            return text
    return text[:TEXT_LIMIT]
