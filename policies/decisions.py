"""From a question, one child's facts, a region and a day to a decision with the grounds it rests on.

Resolution (docs/decisions/0002, 0030): a region's own text, its digest, the nation's text, the nation's digest; nearest
region first; versions by each rule's own date; exceptions only by explicit edges; two live rules that differ are a
conflict; silence is a result. No rule of thumb, no “newest row wins”.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from policies import places
from policies.errors import UnknownQuestion, UnknownRegion
from policies.facts import Facts, read_facts
from policies.library import DatedRule, Fact, Library, certainty_of, default
from policies.templates import RESIDUAL, TEMPLATES, TOLD
from policies.templates.outcome import Outcome, Turn

_COLLECTION_OPENS = 9
"""From this month on people pay for the next year somewhere: then “which year” may mean that one."""
_MOST_TOLD = 3
"""Facts of one place that are told at once."""
_LONGEST_MONTH = 31
NEWBORN_DAYS = 365
"""Up to this age, in days, a child is told what is written for newborns."""


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
    adcode = find_region(region)
    turn = Turn(intent, as_of, adcode)
    chosen = _choose(library, said, turn)
    reported = _reported_values(chosen, library)
    if reported:
        chosen = replace(chosen, values={**chosen.values, "reported": reported})
    chosen = _differing(chosen, library)
    return replace(chosen, missing_docs=chosen.missing_docs or _missing(chosen, library))


def _choose(library: Library, facts: Facts, turn: Turn) -> Decision:
    """The ranks in their order, and what is told beside the first that speaks."""
    local = [place.adcode for place in places.chain(turn.adcode) if place.adcode != places.NATION]
    text, where = _first(library, local, facts, turn, "text")
    if text is not None and text.status != "not_in_documents":
        nearer = local[: local.index(where)]
        return replace(text, beside=_beside(library, nearer, facts, turn, text))
    nation = _decide_layer(library, places.NATION, facts, turn)
    if turn.adcode == places.NATION:
        found = nation or _silence(library, facts, turn)
        silent = found.status == "not_in_documents"
        return replace(found, history=_history(library, [], facts, turn)) if silent else found
    if text is not None and text.rule_id is not None and library.rules[text.rule_id].silence_stands:
        return replace(text, beside=_nation_beside(library, facts, turn, nation))
    digest, _ = _first(library, local, facts, turn, "digest", nation)
    if digest is not None and digest.status != "not_in_documents":
        alone = any(library.home(key) == places.NATION for key in digest.clauses)
        named = _said_silence(text, library, annual=False)
        beside = (*named, *(() if alone else _nation_beside(library, facts, turn, nation)))
        asks = digest.ask_for or tuple(ask for one in beside for ask in one.ask_for)
        return replace(digest, beside=beside, ask_for=asks, silent_in=where if named else None)
    told = nation is not None and nation.status != "not_in_documents"
    if told and nation is not None and (inherited := _inherit(nation, library)) is not None:
        beside = (*_said_silence(text, library), *_beside(library, local, facts, turn, inherited))
        return replace(inherited, beside=beside, silent_in=where if text else _silent_region(library, local))
    found = text or digest or _nearest_of(nation, library) or _silence(library, facts, turn)
    return replace(found, history=_history(library, local, facts, turn))


def _said_silence(text: Decision | None, library: Library, *, annual: bool = True) -> tuple[Decision, ...]:
    """What a region's own rule says about its silence, told beside whatever speaks in its place.

    That a text is about another year only is not said beside the region's own digest of the year meant.
    """
    if text is None or text.rule_id is None:
        return ()
    return (text,) if annual or library.rules[text.rule_id].template != "annual_document" else ()


def _silent_region(library: Library, local: list[str]) -> str | None:
    """The nearest region of these that has documents of its own."""
    return next((adcode for adcode in local if adcode in library.regions()), None)


def _first(
    library: Library, local: list[str], facts: Facts, turn: Turn, basis: str, nation: Decision | None = None
) -> tuple[Decision | None, str]:
    """The nearest place whose own grounds of this kind speak, and its code.

    A digest's fact about newborns never goes before a national text: what a region does otherwise was to be
    adjusted to it (CN24-3.3), so it is told beside. Nor does a fact about other children while nothing was said.
    """
    for adcode in local:
        found = _decide_layer(library, adcode, facts, turn, basis)
        if found is None and basis == "digest":
            found = _as_they_stand(library, adcode, facts, turn, _goes_first(library, facts, turn, nation))
        if found is not None:
            return found, adcode
    return None, ""


def _goes_first(library: Library, facts: Facts, turn: Turn, nation: Decision | None) -> Callable[[Fact], bool]:
    """Which facts of a region may be told before the nation's text."""
    if not _by_text(nation, library):
        return lambda fact: True
    if library.questions[turn.intent]["local_first"]:
        return lambda fact: fact.newborn is not True
    unsaid = is_newborn(facts, turn.as_of) is None and not facts.lapse_years
    return lambda fact: fact.newborn is None or (fact.newborn is False and not unsaid)


def _by_text(decision: Decision | None, library: Library) -> bool:
    return decision is not None and decision.rule_id is not None and library.rules[decision.rule_id].basis == "text"


def _decide_layer(library: Library, layer: str, facts: Facts, turn: Turn, basis: str | None = None) -> Decision | None:
    """What one region's own rules (on text, on digests, or both) say, or None when they are silent.

    Where a computed rule looked at the facts and does not fit, the general statement does not fit either: without a
    residual rule the documents are silent for this child. A rule on a text goes before a rule on a digest.
    """
    told: DatedRule | None = None
    residual: tuple[DatedRule, Outcome] | None = None
    waiting: tuple[DatedRule, Outcome] | None = None
    live: dict[str, list[tuple[DatedRule, Outcome]]] = {"text": [], "digest": []}
    refused = False
    rules = library.by_question.get((layer, turn.intent), ())
    for rule in sorted(rules, key=lambda rule: rule.basis == "digest"):
        if basis not in (None, rule.basis) or not in_force(rule, facts, turn, library):
            continue
        if rule.newborn is not None and is_newborn(facts, turn.as_of) not in (None, rule.newborn):
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
        return _silence(library, facts, turn, layer)
    if told is not None:
        return _decision(told, TEMPLATES[told.template](facts, told.params, turn), facts, turn, library)
    return None


def _as_they_stand(
    library: Library, adcode: str, facts: Facts, turn: Turn, wanted: Callable[[Fact], bool] = lambda fact: True
) -> Decision | None:
    """A place's digest facts that no rule words, told as they stand; the first decides what it may be called."""
    found = tuple(fact for fact in _tellable(library, adcode, facts, turn) if wanted(fact))
    if not found:
        return None
    return Decision(
        turn.intent, turn.adcode, turn.as_of, "decided", certainty_of(found[0]), clauses=tuple(f.id for f in found),
        told=tuple(f.id for f in found), facts=facts,
    )  # fmt: skip


def _tellable(library: Library, adcode: str, facts: Facts, turn: Turn) -> tuple[Fact, ...]:
    """The facts of a place about this question that fit the child, the year meant and the day; no more than a few."""
    near = [fact for fact in library.told.get((adcode, turn.intent), ()) if fact.known_from <= turn.as_of]
    if not near:
        return ()
    newborn = is_newborn(facts, turn.as_of) if any(fact.newborn is not None for fact in near) else None
    years = years_meant(facts, turn.as_of) if any(fact.year is not None for fact in near) else ()
    found = [
        fact
        for fact in near
        if (fact.year in years if fact.year is not None else fact.current(turn.as_of))
        and (newborn is None or fact.newborn is None or fact.newborn == newborn)
        and (not fact.stages or facts.stage is None or facts.stage in fact.stages)
        and not (fact.newborn and _too_old_for(fact, facts))
    ]
    found.sort(key=lambda fact: (fact.medium, years.index(fact.year) if fact.year is not None else 0))
    return tuple(found[:_MOST_TOLD])


def _too_old_for(fact: Fact, facts: Facts) -> bool:
    """Was this child paid for later than a fact on newborns reaches? Then it is about others and not told."""
    if facts.birth_date is None or facts.paid_date is None:
        return False
    reach = fact.values.get("days") or fact.values.get("months", 0) * _LONGEST_MONTH
    return bool(reach) and (facts.paid_date - facts.birth_date).days > reach


def is_newborn(facts: Facts, as_of: date) -> bool | None:
    """Is the child one that rules on newborns are about? None where nothing was said of its age."""
    if facts.birth_date is not None:
        return ((facts.paid_date or as_of) - facts.birth_date).days <= NEWBORN_DAYS
    if facts.stage is not None:
        return facts.stage == "新生儿"
    return None


def years_meant(facts: Facts, as_of: date) -> tuple[int, ...]:
    """The benefit years a question can be about, the likeliest first: those said, else those of the payment's day."""
    if facts.paid_years:
        return tuple(sorted(set(facts.paid_years)))
    day = facts.paid_date or as_of
    return (day.year + 1, day.year) if day.month >= _COLLECTION_OPENS else (day.year,)


def _beside(library: Library, nearer: Iterable[str], facts: Facts, turn: Turn, main: Decision) -> tuple[Decision, ...]:
    """What the digests of nearer places add to an answer that rests on something above them."""
    found = []
    for adcode in nearer:
        made = _decide_layer(library, adcode, facts, turn, "digest") or _as_they_stand(library, adcode, facts, turn)
        if made is not None and made.status != "not_in_documents" and not set(made.clauses) <= set(main.clauses):
            found.append(made)
    return tuple(found[:2])


def _nation_beside(library: Library, facts: Facts, turn: Turn, nation: Decision | None) -> tuple[Decision, ...]:
    """The nation's rule, told after a region's digest: never with a day of its own where it rests on a digest."""
    if not library.questions[turn.intent]["nation_beside"]:
        return ()
    if nation is not None and not _by_text(nation, library):
        nation = _decide_layer(library, places.NATION, Facts(stage=facts.stage or _some_stage(facts, turn)), turn)
    if nation is None or nation.status == "not_in_documents":
        return ()
    return (nation,)


def _some_stage(facts: Facts, turn: Turn) -> Any:
    """A stage that says no more than whether the child is a newborn."""
    return {True: "新生儿", False: "小学", None: None}[is_newborn(facts, turn.as_of)]


def _history(library: Library, local: list[str], facts: Facts, turn: Turn) -> tuple[str, ...]:
    """Of facts that answer one year each, the latest before the years meant: told as history."""
    for adcode in (*local, places.NATION):
        annual = [f for f in library.told.get((adcode, turn.intent), ()) if f.year and f.known_from <= turn.as_of]
        if not annual:
            continue
        first = min(years_meant(facts, turn.as_of))
        past = [f for f in annual if (f.year or 0) < first
                and (not f.stages or facts.stage is None or facts.stage in f.stages)]  # fmt: skip
        if past:
            latest = max(fact.year or 0 for fact in past)
            return tuple(fact.id for fact in past if fact.year == latest)[:2]
    return ()


def _silence(library: Library, facts: Facts, turn: Turn, layer: str | None = None) -> Decision:
    """Nothing speaks: the nearest sentence on the same question is quoted, where there is one."""
    nearest = _nearest(library, layer or turn.adcode, turn.intent, turn.as_of)
    return Decision(turn.intent, turn.adcode, turn.as_of, "not_in_documents", "explicit", clauses=nearest, facts=facts)


def in_force(rule: DatedRule, facts: Facts, turn: Turn, library: Library) -> bool:
    """Known on the day of asking, its facts still current, and in force on the day its own version date names."""
    if rule.known_from > turn.as_of:
        return False
    if any(not fact.current(turn.as_of) for fact in rule.facts if fact.year is None):
        return False
    if rule.version_by == "benefit_year":
        own = rule.params["benefit_year"]
        if rule.basis == "digest":
            return own in years_meant(facts, turn.as_of)
        year = benefit_year(rule, facts, turn.as_of, library)
        return bool((year != own) == (rule.template == "annual_document"))
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


def _settle(live: list[tuple[DatedRule, Outcome]], facts: Facts, turn: Turn, library: Library) -> Decision:
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
    waiting: tuple[DatedRule, Outcome], told: DatedRule | None, facts: Facts, turn: Turn, library: Library
) -> Decision:
    """The general rule now, and which facts would make it exact."""
    rule, outcome = waiting
    speaker, key = (rule, outcome.key) if outcome.key in rule.say or told is None else (told, "applies")
    made = _decision(rule, outcome, facts, turn, library)
    return replace(made, status="need_facts", rule_id=speaker.id, key=key, clauses=cited(speaker, key, turn.intent),
                   ask_for=outcome.needs or rule.asks, adds=_also(speaker, key, outcome, turn, library))  # fmt: skip


def _decision(rule: DatedRule, outcome: Outcome, facts: Facts, turn: Turn, library: Library) -> Decision:
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


def _also(rule: DatedRule, key: str, outcome: Outcome, turn: Turn, library: Library) -> tuple[str, ...]:
    """Which further words are appended: those named, as long as every fact they rest on may be told today."""
    own = rule.say.get(f"{key}/{turn.intent}", {}).get("also") or rule.say.get(key, {}).get("also", ())
    named = (*own, *outcome.adds)
    return tuple(name for name in dict.fromkeys(named) if name in rule.say and _may_be_told(rule, name, turn, library))


def _may_be_told(rule: DatedRule, name: str, turn: Turn, library: Library) -> bool:
    grounds = [library.ground(key) for key in rule.say[name]["clauses"]]
    return all(
        (ground.current(turn.as_of) if isinstance(ground, Fact) else ground.known_from <= turn.as_of)
        for ground in grounds
    )


def _inherit(found: Decision, library: Library) -> Decision | None:
    """The nation's rule told to a region without its own: a principle, a law as it is, or not at all (None)."""
    rule = library.rules[found.rule_id] if found.rule_id else None
    if rule is None:
        return replace(found, inherited=True)
    if rule.inherit == "law":
        return replace(found, inherited=True)
    if rule.inherit != "principle":
        return None
    certainty = "principle" if found.certainty in ("explicit", "inferred") else found.certainty
    return replace(found, certainty=certainty, inherited=True)


def _nearest_of(nation: Decision | None, library: Library) -> Decision | None:
    """The nation's sentence quoted as the nearest one: where its rule may not be told, or says that it is silent."""
    if nation is None:
        return None
    rule = library.rules[nation.rule_id] if nation.rule_id else None
    if rule is not None and rule.inherit != "nearest":
        return replace(nation, inherited=True)
    return replace(nation, status="not_in_documents", certainty="explicit", values={}, rule_id=None, key=None,
                   ask_for=(), adds=())  # fmt: skip


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


def grounds_of(found: Decision, library: Library) -> tuple[str, ...]:
    """Everything an answer cites: its own grounds, those of its further words, of what stands beside it, of history."""
    rule = library.rules[found.rule_id] if found.rule_id else None
    more = tuple(c for name in found.adds for c in rule.say[name]["clauses"]) if rule is not None else ()
    beside = tuple(c for one in found.beside for c in grounds_of(one, library))
    return tuple(dict.fromkeys((*found.clauses, *more, *beside, *found.history)))


def _reported_values(found: Decision, library: Library) -> dict[str, Any]:
    """The values of every medium fact that is told, apart from what was computed; the first told stands."""
    values: dict[str, Any] = {}
    if found.status == "not_in_documents":
        return values
    for key in grounds_of(found, library):
        ground = library.ground(key)
        if isinstance(ground, Fact) and ground.medium:
            more = dict(ground.values)
            if ground.year is not None:
                more["year"] = ground.year
            values = {**more, **values}
    return values


def _differing(found: Decision, library: Library) -> Decision:
    """Facts told as they stand that cannot be reconciled with another ground: a conflict, both told, nothing chosen.

    Where a rule words them, its own words say so.
    """
    if found.status in ("conflict", "not_in_documents"):
        return found
    grounds = grounds_of(found, library)
    as_they_stand = (*found.told, *(key for one in found.beside for key in one.told))
    pairs = [(key, other) for key in as_they_stand for other in library.facts[key].differs_from
             if other in grounds or _current(other, found.as_of, library)]  # fmt: skip
    if not pairs:
        return found
    kept = {name: value for name, value in found.values.items() if name in ("reported", "readings")}
    missing = tuple(other for _, other in pairs if other not in grounds)
    return replace(found, status="conflict", certainty="ambiguous", values=kept,
                   clauses=tuple(dict.fromkeys((*found.clauses, *missing))))  # fmt: skip


def _current(key: str, day: date, library: Library) -> bool:
    ground = library.ground(key)
    return ground.current(day) if isinstance(ground, Fact) else ground.known_from <= day


def _missing(found: Decision, library: Library) -> tuple[str, ...]:
    """The documents that would have to be added before this could be answered."""
    if found.status not in ("not_in_documents", "conflict"):
        return ()
    chain = {place.adcode for place in places.chain(found.adcode)} - {places.NATION}
    named = tuple(m for s in library.sources.values() if s.region in chain for m in s.missing)
    return named or (f"{places.full_name(found.adcode)}的儿童参保文件",)
