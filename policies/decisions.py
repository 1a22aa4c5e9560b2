"""From a question, one child's facts, a region and a day to a decision with the clauses it rests on.

Resolution (docs/decisions/0002): nearest region first; versions by each rule's own date; exceptions only by explicit
edges; two live rules that differ are a conflict; silence is a result. No rule of thumb, no “newest row wins”.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from policies import places
from policies.errors import FactError, UnknownQuestion, UnknownRegion
from policies.facts import LABELS, Facts, read_facts
from policies.library import DatedRule, Library, default
from policies.templates import RESIDUAL, TEMPLATES, TOLD
from policies.templates.outcome import Outcome, Turn

_YEARS = range(1900, 2200)
_DAYS = tuple(name for name in Facts.model_fields if name.endswith("_date"))


@dataclass(frozen=True)
class Decision:
    """What the documents say about one question for one child.

    `status`: decided · need_facts · not_in_documents · conflict. `rule_id` and `key` pick the words; both are None
    where no rule speaks. `inherited`: the region has no text of its own and the nation's is told as a principle.
    """

    intent: str
    adcode: str
    as_of: date
    status: str
    certainty: str
    values: Mapping[str, Any] = field(default_factory=dict)
    rule_id: str | None = None
    key: str | None = None
    clauses: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    ask_for: tuple[str, ...] = ()
    missing_docs: tuple[str, ...] = ()
    inherited: bool = False
    facts: Facts = field(default_factory=Facts)


def find_region(text: str) -> str:
    """A six-digit code or a place name → the code.

    Raises:
        UnknownRegion: no such place, or several share the name (their full names are in `candidates`).
    """
    if text.isdigit():
        if places.get(text) is None:
            raise UnknownRegion(text)
        return text
    found = places.meanings(text)
    if len(found) != 1:
        raise UnknownRegion(text, tuple(places.full_name(p.adcode) for p in found))
    return found[0].adcode


def decide(
    intent: str, facts: Mapping[str, Any] | Facts, region: str, as_of: date, library: Library | None = None
) -> Decision:
    """Decide one question.

    Args:
        intent: a policy question of `questions.yml`.
        facts: what was said, by the names of `Facts`.
        region: code or name of the place the child is (to be) enrolled in.
        as_of: the day of asking; no document issued later is used.

    Raises:
        UnknownQuestion, UnknownRegion, FactError: the input is wrong; nothing is decided.
    """
    library = library or default()
    if intent not in library.questions:
        raise UnknownQuestion(intent)
    said = facts if isinstance(facts, Facts) else read_facts(facts)
    reject_far_days(said)
    adcode = find_region(region)
    turn = Turn(intent, as_of, adcode)
    for place in places.chain(adcode):
        found = _decide_layer(library, place.adcode, said, turn)
        if found is None:
            continue
        if place.adcode == places.NATION and adcode != places.NATION:
            found = _inherit(found, library)
        return replace(found, missing_docs=found.missing_docs or _missing(found, library))
    nearest = _nearest(library, adcode, intent, as_of)
    nothing = Decision(intent, adcode, as_of, "not_in_documents", "explicit", clauses=nearest, facts=said)
    return replace(nothing, missing_docs=_missing(nothing, library))


def reject_far_days(facts: Facts) -> None:
    """Raises FactError for a day or year of care from which nothing can be counted."""
    said = vars(facts)  # not by name: the desk watches which facts a rule asks for
    for name in _DAYS:
        day = said[name]
        if day is not None and day.year not in _YEARS:
            raise FactError(name, f"{LABELS[name]}（{day}）的年份不像，请核对")
    if said["service_year"] is not None and said["service_year"] not in _YEARS:
        raise FactError("service_year", f"{said['service_year']} 不像一个年份，请核对")


def _decide_layer(library: Library, layer: str, facts: Facts, turn: Turn) -> Decision | None:
    """What one region's own rules say, or None when they are silent.

    Where a computed rule looked at the facts and does not fit, the general statement does not fit either: without a
    residual rule the documents are silent for this child.
    """
    told: DatedRule | None = None
    residual: tuple[DatedRule, Outcome] | None = None
    waiting: tuple[DatedRule, Outcome] | None = None
    live: list[tuple[DatedRule, Outcome]] = []
    refused = False
    for rule in library.by_question.get((layer, turn.intent), ()):
        if not in_force(rule, facts, turn, library):
            continue
        if rule.template in TOLD and not rule.params["when"]:
            told = told or rule
            continue
        outcome = TEMPLATES[rule.template](facts, rule.params, turn)
        if outcome.state == "applies" and rule.template in RESIDUAL:
            residual = residual or (rule, outcome)
        elif outcome.state == "applies":
            live.append((rule, outcome))
        elif outcome.state == "needs":
            waiting = waiting or (rule, outcome)
        refused = refused or outcome.state == "no"
    if live:
        return _settle(live, facts, turn)
    if waiting is not None:
        return _ask(waiting, told, facts, turn)
    if residual is not None:
        return _decision(*residual, facts, turn)
    if refused:
        clauses = _nearest(library, layer, turn.intent, turn.as_of)
        return Decision(
            turn.intent, turn.adcode, turn.as_of, "not_in_documents", "explicit", clauses=clauses, facts=facts
        )
    if told is not None:
        return _decision(told, TEMPLATES[told.template](facts, told.params, turn), facts, turn)
    return None


def in_force(rule: DatedRule, facts: Facts, turn: Turn, library: Library) -> bool:
    """Known on the day of asking, and in force on the day its own version date names."""
    if rule.known_from > turn.as_of:
        return False
    if rule.version_by == "benefit_year":
        year = benefit_year(rule, facts, turn.as_of, library)
        return bool((year != rule.params["benefit_year"]) == (rule.template == "annual_document"))
    day, since = _version_day(rule, facts, turn), rule.since
    if since is None and rule.version_by == "paid_date":
        since = rule.known_from
    return (since is None or since <= day) and (rule.until is None or day <= rule.until)


def _version_day(rule: DatedRule, facts: Facts, turn: Turn) -> date:
    """The day that chooses the version: the one said, else the day of asking. A planned payment counts as today."""
    if rule.version_by == "paid_date":
        return min(facts.paid_date or turn.as_of, turn.as_of)
    if rule.version_by == "service_date":
        whole_year = date(facts.service_year, 12, 31) if facts.service_year else None
        return facts.service_date or whole_year or turn.as_of
    if rule.version_by == "visit_date":
        return facts.visit_date or turn.as_of
    return turn.as_of


def benefit_year(rule: DatedRule, facts: Facts, as_of: date, library: Library) -> int:
    """Which benefit year is meant: the one said, else that of the payment day, else that of the day of asking.

    Payments for an annual document's year open before the year begins (`annual_from` of the document).
    """
    own: int = rule.params["benefit_year"]
    if facts.paid_years:
        return own if own in facts.paid_years else min(facts.paid_years)
    day = facts.paid_date or as_of
    annual = [s for s in library.sources.values() if s.region == rule.region and s.annual_year == own]
    opens = annual[0].annual_from if annual else None
    if opens is not None and opens <= day <= date(own, 12, 31):
        return own
    return day.year if day.year != own else day.year - 1


def _settle(live: list[tuple[DatedRule, Outcome]], facts: Facts, turn: Turn) -> Decision:
    """One result from the rules that apply: exceptions replace their base, equal results join, others conflict.

    An exception never erases what its base states: only where both state a value does the exception's stand.
    """
    overridden = {rule.exception_to for rule, _ in live if rule.exception_to}
    bases = {rule.id: (rule, outcome) for rule, outcome in live if rule.id in overridden}
    finals = [(rule, outcome) for rule, outcome in live if rule.id not in overridden]
    decisions = []
    for rule, outcome in finals:
        made = _decision(rule, outcome, facts, turn)
        base = bases.get(rule.exception_to or "")
        if base is not None:
            stated = {k: v for k, v in made.values.items() if v not in ("not_stated", "unknown")}
            made = replace(
                made,
                values={**made.values, **base[1].values, **stated},
                clauses=tuple(dict.fromkeys((*made.clauses, *base[0].clauses))),
                steps=(*made.steps, *base[1].steps),
            )
        decisions.append(made)
    first = decisions[0]
    if any(_differs(first, other) for other in decisions[1:]):
        joined = tuple(dict.fromkeys(c for d in decisions for c in d.clauses))
        readings = [{"counting": d.rule_id, **d.values} for d in decisions]
        return replace(first, status="conflict", certainty="ambiguous", rule_id=None, key=None, clauses=joined,
                       values={"readings": readings})  # fmt: skip
    for other in decisions[1:]:
        first = replace(first, values={**other.values, **first.values},
                        clauses=tuple(dict.fromkeys((*first.clauses, *other.clauses))))  # fmt: skip
    return first


def _differs(one: Decision, other: Decision) -> bool:
    shared = set(one.values) & set(other.values) - {"readings"}
    return one.status != other.status or any(one.values[k] != other.values[k] for k in shared)


def _ask(waiting: tuple[DatedRule, Outcome], told: DatedRule | None, facts: Facts, turn: Turn) -> Decision:
    """The general rule now, and which facts would make it exact."""
    rule, outcome = waiting
    speaker, key = (rule, outcome.key) if outcome.key in rule.say or told is None else (told, "applies")
    made = _decision(rule, outcome, facts, turn)
    return replace(made, status="need_facts", rule_id=speaker.id, key=key, clauses=cited(speaker, key),
                   ask_for=outcome.needs or rule.asks)  # fmt: skip


def _decision(rule: DatedRule, outcome: Outcome, facts: Facts, turn: Turn) -> Decision:
    status = outcome.status or "decided"
    certainty = "ambiguous" if status == "conflict" else outcome.certainty or rule.certainty
    asks = tuple(name for name in rule.asks if getattr(facts, name) is None) if status == "decided" else ()
    return Decision(
        turn.intent, turn.adcode, turn.as_of, status, certainty, {**rule.values, **outcome.values}, rule.id,
        outcome.key, cited(rule, outcome.key), outcome.steps, outcome.needs or asks, rule.missing, facts=facts,
    )  # fmt: skip


def cited(rule: DatedRule, key: str) -> tuple[str, ...]:
    """The clauses this outcome rests on: its own where the words name some, else the rule's."""
    return tuple(rule.say.get(key, {}).get("clauses") or rule.clauses)


def _inherit(found: Decision, library: Library) -> Decision:
    """The nation's text told to a region without its own: a principle, or only the nearest sentence."""
    rule = library.rules[found.rule_id] if found.rule_id else None
    if rule is not None and rule.inherit != "principle":
        return replace(found, status="not_in_documents", certainty="explicit", values={}, rule_id=None, key=None,
                       ask_for=())  # fmt: skip
    certainty = "principle" if found.certainty in ("explicit", "inferred") else found.certainty
    return replace(found, certainty=certainty, inherited=True)


def _nearest(library: Library, adcode: str, intent: str, as_of: date) -> tuple[str, ...]:
    """The nearest sentences in force (at most two), so that silence is shown, not only claimed."""
    found: list[str] = []
    for place in places.chain(adcode):
        for sentence in library.nearest.get((place.adcode, intent), ()):
            source = library.sources[sentence.doc]
            expired = sentence.until is not None and sentence.until < as_of
            wrong_year = source.annual_year is not None and as_of.year > source.annual_year
            if sentence.known_from <= as_of and not expired and not wrong_year:
                found.append(sentence.id)
    return tuple(found[:2])


def _missing(found: Decision, library: Library) -> tuple[str, ...]:
    """The documents that would have to be added before this could be answered."""
    if found.status not in ("not_in_documents", "conflict"):
        return ()
    chain = {place.adcode for place in places.chain(found.adcode)} - {places.NATION}
    named = tuple(m for s in library.sources.values() if s.region in chain for m in s.missing)
    return named or (f"{places.full_name(found.adcode)}的儿童参保文件",)
