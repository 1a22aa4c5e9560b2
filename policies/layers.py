"""What the rules of one region say about one child: versions, exceptions, conflicts, what is still needed, silence."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from policies import places
from policies.benefit_years import benefit_year, digest_year_meant, held
from policies.facts import Facts
from policies.library import DatedRule, Fact, Library, certainty_of
from policies.telling import newborn_asked
from policies.templates import RESIDUAL, TEMPLATES, TOLD
from policies.templates.outcome import DecisionQuery, RuleOutcome


@dataclass(frozen=True)
class Decision:
    """What the documents say about one question for one child.

    `status`: decided · need_facts · not_in_documents · conflict. `rule_id` and `key` pick the words, `adds` further
    ones; where no rule speaks, `told` names digest facts to tell as they stand. `beside`: what is told after it, a
    city's digest under its province's text or the nation's rule under a region's digest. `history`: facts of earlier
    years. `inherited`: the region has nothing of its own; `silent_in` names it where it has a text that is silent.
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
    adds: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    beside: tuple["Decision", ...] = ()
    history: tuple[str, ...] = ()
    silent_in: str | None = None


def decide_layer(
    library: Library, layer: str, facts: Facts, turn: DecisionQuery, basis: str | None = None
) -> Decision | None:
    """What one region's own rules (on text, on digests, or both) say, or None when they are silent.

    Where a computed rule looked at the facts and does not fit, the general statement does not fit either: without a
    residual rule the documents are silent for this child. A rule on a text goes before a rule on a digest.
    """
    told: DatedRule | None = None
    residual: tuple[DatedRule, RuleOutcome] | None = None
    waiting: tuple[DatedRule, RuleOutcome] | None = None
    live: dict[str, list[tuple[DatedRule, RuleOutcome]]] = {"text": [], "digest": []}
    refused = False
    rules = library.by_question.get((layer, turn.intent), ())
    for rule in sorted(rules, key=lambda rule: rule.basis == "digest"):
        if basis not in (None, rule.basis) or not in_force(rule, facts, turn, library):
            continue
        if rule.newborn is not None and newborn_asked(library, facts, turn) not in (None, rule.newborn):
            continue
        if rule.stages and facts.stage is not None and facts.stage not in rule.stages:
            continue
        if rule.template in TOLD and not rule.params["when"]:
            told = told or rule
            continue
        outcome = TEMPLATES[rule.template](facts, rule.params, turn)
        if outcome.state == "applies" and rule.template in RESIDUAL:
            residual = residual or (rule, outcome)
        elif outcome.state == "applies":
            live[rule.basis].append((rule, outcome))
        elif outcome.state == "needs":
            waiting = waiting or (rule, outcome)
        refused = refused or outcome.state == "no"
    if live["text"] or live["digest"]:
        return _settle(live["text"] or live["digest"], facts, turn, library)
    if waiting is not None:
        return _ask(waiting, told, facts, turn, library)
    if residual is not None:
        return _decision(*residual, facts, turn, library)
    if refused:
        return silence(library, facts, turn, layer)
    if told is not None:
        return _decision(told, TEMPLATES[told.template](facts, told.params, turn), facts, turn, library)
    return None


def in_force(rule: DatedRule, facts: Facts, turn: DecisionQuery, library: Library) -> bool:
    """Known on the day of asking, its facts still current, and in force on the day its own version date names."""
    if rule.known_from > turn.as_of:
        return False
    if any(not fact.current(turn.as_of) for fact in rule.facts if fact.year is None):
        return False
    if rule.version_by == "benefit_year":
        own = rule.params["benefit_year"]
        if rule.basis == "digest":
            return digest_year_meant(rule, facts, turn, library)
        year = benefit_year(rule, facts, turn, library)
        if rule.template == "annual_document":  # it speaks for every year of which the region has no document
            return year != own and year not in held(rule.region, turn.as_of, library)
        return bool(year == own)
    day, since = _version_day(rule, facts, turn), rule.since
    if since is None and rule.version_by == "paid_date":
        since = rule.known_from
    return (since is None or since <= day) and (rule.until is None or day <= rule.until)


def _version_day(rule: DatedRule, facts: Facts, turn: DecisionQuery) -> date:
    """The day that chooses the version: the one said, else the day of asking. A planned payment counts as today."""
    if rule.version_by == "paid_date":
        return min(facts.paid_date or turn.as_of, turn.as_of)
    if rule.version_by == "service_date":
        whole_year = date(facts.service_year, 12, 31) if facts.service_year else None
        return facts.service_date or whole_year or turn.as_of
    if rule.version_by == "visit_date":
        return facts.visit_date or turn.as_of
    return turn.as_of


def _settle(live: list[tuple[DatedRule, RuleOutcome]], facts: Facts, turn: DecisionQuery, library: Library) -> Decision:
    """One result from the rules that apply: exceptions replace their base, equal results join, others conflict.

    An exception never erases what its base states: only where both state a value does the exception's stand.
    """
    overridden = {rule.exception_to for rule, _ in live if rule.exception_to}
    bases = {rule.id: (rule, outcome) for rule, outcome in live if rule.id in overridden}
    finals = [(rule, outcome) for rule, outcome in live if rule.id not in overridden]
    decisions = []
    for rule, outcome in finals:
        made = _decision(rule, outcome, facts, turn, library)
        base = bases.get(rule.exception_to or "")
        if base is not None:
            stated = {k: v for k, v in made.values.items() if v not in ("not_stated", "unknown")}
            made = replace(
                made,
                values={**made.values, **base[1].values, **stated},
                clauses=tuple(dict.fromkeys((*made.clauses, *base[0].clauses))),
                steps=(*made.steps, *base[1].steps),
                adds=(*made.adds, *(("also_base",) if "also_base" in rule.say else ())),
            )
        decisions.append(made)
    first = decisions[0]
    if any(_differs(first, other) for other in decisions[1:]):
        return _conflict(decisions)
    for other in decisions[1:]:
        first = replace(first, values={**other.values, **first.values},
                        clauses=tuple(dict.fromkeys((*first.clauses, *other.clauses))))  # fmt: skip
    return first


def _conflict(decisions: list[Decision]) -> Decision:
    """Every rule's word side by side: the readings for those who compute, the rules' own words for people."""
    joined = tuple(dict.fromkeys(c for d in decisions for c in d.clauses))
    readings = [{"counting": d.rule_id, **d.values} for d in decisions]
    return replace(decisions[0], status="conflict", certainty="ambiguous", rule_id=None, key=None, clauses=joined,
                   values={"readings": readings}, beside=tuple(decisions))  # fmt: skip


def _differs(one: Decision, other: Decision) -> bool:
    """Do two results state different things? What one leaves open does not contradict what the other states."""
    shared = (set(one.values) & set(other.values)) - {"readings"}
    return one.status != other.status or any(one.values[k] != other.values[k] for k in shared)


def _ask(
    waiting: tuple[DatedRule, RuleOutcome], told: DatedRule | None, facts: Facts, turn: DecisionQuery, library: Library
) -> Decision:
    """The general rule now, and which facts would make it exact."""
    rule, outcome = waiting
    speaker, key = (rule, outcome.key) if outcome.key in rule.say or told is None else (told, "applies")
    made = _decision(rule, outcome, facts, turn, library)
    return replace(made, status="need_facts", rule_id=speaker.id, key=key, clauses=cited(speaker, key, turn.intent),
                   ask_for=outcome.needs or rule.asks, adds=_also(speaker, key, outcome, turn, library))  # fmt: skip


def _decision(rule: DatedRule, outcome: RuleOutcome, facts: Facts, turn: DecisionQuery, library: Library) -> Decision:
    status = outcome.status or "decided"
    grounds = cited(rule, outcome.key, turn.intent)
    certainty = outcome.certainty or rule.certainty
    if status == "conflict":
        certainty = "ambiguous"
    elif grounds and certainty_of(library.ground(grounds[0])) == "reported":
        certainty = "reported"
    asks = tuple(name for name in rule.asks if getattr(facts, name) is None) if status == "decided" else ()
    return Decision(
        turn.intent, turn.adcode, turn.as_of, status, certainty, {**rule.values, **outcome.values}, rule.id,
        outcome.key, grounds, outcome.steps, outcome.needs or asks, rule.missing, facts=facts,
        adds=_also(rule, outcome.key, outcome, turn, library),
    )  # fmt: skip


def cited(rule: DatedRule, key: str, intent: str) -> tuple[str, ...]:
    """The clauses this outcome rests on: those its words name, for this very question first; else the rule's."""
    for name in (f"{key}/{intent}", key):
        if rule.say.get(name, {}).get("clauses"):
            return tuple(rule.say[name]["clauses"])
    return rule.clauses


def _also(rule: DatedRule, key: str, outcome: RuleOutcome, turn: DecisionQuery, library: Library) -> tuple[str, ...]:
    """Which further words are appended: those named, as long as every fact they rest on may be told today."""
    own = rule.say.get(f"{key}/{turn.intent}", {}).get("also") or rule.say.get(key, {}).get("also", ())
    named = (*own, *outcome.adds)
    return tuple(name for name in dict.fromkeys(named) if name in rule.say and _may_be_told(rule, name, turn, library))


def _may_be_told(rule: DatedRule, name: str, turn: DecisionQuery, library: Library) -> bool:
    grounds = [library.ground(key) for key in rule.say[name]["clauses"]]
    return all(
        (ground.current(turn.as_of) if isinstance(ground, Fact) else ground.known_from <= turn.as_of)
        for ground in grounds
    )


def silence(library: Library, facts: Facts, turn: DecisionQuery, layer: str | None = None) -> Decision:
    """Nothing speaks: the nearest sentence on the same question is quoted, where there is one."""
    nearest = _nearest(library, layer or turn.adcode, turn.intent, turn.as_of)
    return Decision(turn.intent, turn.adcode, turn.as_of, "not_in_documents", "explicit", clauses=nearest, facts=facts)


def _nearest(library: Library, adcode: str, intent: str, as_of: date) -> tuple[str, ...]:
    """The nearest sentence in force on the same question, so that silence is shown, not only claimed."""
    for place in places.chain(adcode):
        for sentence in library.nearest.get((place.adcode, intent), ()):
            source = library.sources[sentence.doc]
            expired = sentence.until is not None and sentence.until < as_of
            wrong_year = source.annual_year is not None and as_of.year > source.annual_year
            if sentence.known_from <= as_of and not expired and not wrong_year:
                return (sentence.id,)
    return ()
