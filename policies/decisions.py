"""From a question, one child's facts, a region and a day to a decision with the grounds it rests on.

Resolution (docs/decisions/0002, 0030): a region's own text, its digest, the nation's text, the nation's digest; nearest
region first; versions by each rule's own date; exceptions only by explicit edges; two live rules that differ are a
conflict; silence is a result. No rule of thumb, no “newest row wins”.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from policies import places
from policies.errors import FactError, UnknownQuestion, UnknownRegion
from policies.facts import LABELS, Facts, read_facts
from policies.layers import Decision, decide_layer, silence
from policies.library import Fact, Library, certainty_of, default
from policies.telling import history, in_reported_window, is_newborn, newborn_asked, tellable
from policies.templates.outcome import DecisionQuery

__all__ = ["Decision", "decide", "find_region", "grounds_of", "reject_far_days"]

_YEARS = range(1900, 2200)
_DAYS = tuple(name for name in Facts.model_fields if name.endswith("_date"))


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
    turn = DecisionQuery(intent, as_of, adcode, in_reported_window(library, adcode, said, as_of))
    chosen = _choose(library, said, turn)
    reported = _reported_values(chosen, library)
    if reported:
        chosen = replace(chosen, values={**chosen.values, "reported": reported})
    chosen = _differing(chosen, library)
    missing = chosen.missing_docs or _missing(chosen, library)
    return replace(chosen, missing_docs=missing) if missing else chosen


def reject_far_days(facts: Facts) -> None:
    """Raises FactError for a day or year of care from which nothing can be counted."""
    said = vars(facts)  # not by name: the desk watches which facts a rule asks for
    for name in _DAYS:
        day = said[name]
        if day is not None and day.year not in _YEARS:
            raise FactError(name, f"{LABELS[name]}（{day}）的年份不像，请核对")
    if said["service_year"] is not None and said["service_year"] not in _YEARS:
        raise FactError("service_year", f"{said['service_year']} 不像一个年份，请核对")


def _choose(library: Library, facts: Facts, turn: DecisionQuery) -> Decision:
    """The ranks in their order, and what is told beside the first that speaks."""
    local = [place.adcode for place in places.chain(turn.adcode) if place.adcode != places.NATION]
    text, where = _first(library, local, facts, turn, "text")
    if text is not None and text.status != "not_in_documents":
        nearer = local[: local.index(where)]
        return replace(text, beside=(*text.beside, *_beside(library, nearer, facts, turn, text)))
    nation = decide_layer(library, places.NATION, facts, turn)
    if turn.adcode == places.NATION:
        found = nation or silence(library, facts, turn)
        silent = found.status == "not_in_documents"
        return replace(found, history=history(library, (places.NATION,), facts, turn)) if silent else found
    if text is not None and text.rule_id is not None and library.rules[text.rule_id].silence_stands:
        return replace(text, beside=_nation_beside(library, facts, turn, nation))
    digest, home = _first(library, local, facts, turn, "digest", nation)
    if digest is not None and digest.status != "not_in_documents":
        alone = any(library.home(key) == places.NATION for key in digest.clauses)
        named = _said_silence(text, library, annual=False)
        wider = _wider(library, local[local.index(home) + 1 :], facts, turn, digest)
        beside = (*named, *wider, *(() if alone else _nation_beside(library, facts, turn, nation)))
        asks = digest.ask_for or tuple(ask for one in beside for ask in one.ask_for)
        return replace(digest, beside=beside, ask_for=asks, silent_in=where if named else None)
    told = nation is not None and nation.status != "not_in_documents"
    if told and nation is not None and (inherited := _inherit(nation, library)) is not None:
        beside = (*_said_silence(text, library), *_beside(library, local, facts, turn, inherited))
        return replace(inherited, beside=beside, silent_in=where if text else _silent_region(library, local))
    found = text or digest or _nearest_of(nation, library) or silence(library, facts, turn)
    return replace(found, history=history(library, tuple(local), facts, turn))


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
    library: Library, local: list[str], facts: Facts, turn: DecisionQuery, basis: str, nation: Decision | None = None
) -> tuple[Decision | None, str]:
    """The nearest place whose own grounds of this kind speak, and its code.

    A digest's fact about newborns never goes before a national text: what a region does otherwise was to be
    adjusted to it (CN24-3.3), so it is told beside. Nor does a fact about other children while nothing was said.
    """
    for adcode in local:
        found = decide_layer(library, adcode, facts, turn, basis)
        if found is None and basis == "digest":
            found = _as_they_stand(library, adcode, facts, turn, _goes_first(library, facts, turn, nation))
        if found is not None:
            return found, adcode
    return None, ""


def _goes_first(library: Library, facts: Facts, turn: DecisionQuery, nation: Decision | None) -> Callable[[Fact], bool]:
    """Which facts of a region may be told before the nation's text."""
    if not _by_text(nation, library):
        return lambda fact: True
    if library.questions[turn.intent]["local_first"]:
        return lambda fact: fact.newborn is not True
    unsaid = is_newborn(facts, turn.as_of) is None and not facts.lapse_years
    return lambda fact: fact.newborn is None or (fact.newborn is False and not unsaid)


def _by_text(decision: Decision | None, library: Library) -> bool:
    return decision is not None and decision.rule_id is not None and library.rules[decision.rule_id].basis == "text"


def _beside(
    library: Library, nearer: Iterable[str], facts: Facts, turn: DecisionQuery, main: Decision
) -> tuple[Decision, ...]:
    """What the digests of nearer places add to an answer that rests on something above them."""
    found = []
    for adcode in nearer:
        made = decide_layer(library, adcode, facts, turn, "digest") or _as_they_stand(library, adcode, facts, turn)
        if made is not None and made.status != "not_in_documents" and not set(made.clauses) <= set(main.clauses):
            found.append(made)
    return tuple(found[:2])


def _wider(
    library: Library, outer: Iterable[str], facts: Facts, turn: DecisionQuery, main: Decision
) -> tuple[Decision, ...]:
    """What the digest of the province adds to its city's on the same question: facts of other things than the city's.

    Of the same thing (a sum, a date, a wait) the city's own stands alone; and what a province does otherwise for
    newborns was to be adjusted to the nation's rule (CN24-3.3).
    """
    said = {name for key in main.clauses if isinstance(fact := library.ground(key), Fact) for name in fact.values}

    def adds(fact: Fact) -> bool:
        return bool(fact.values) and fact.newborn is not True and said.isdisjoint(fact.values)

    made = (_as_they_stand(library, adcode, facts, turn, adds) for adcode in outer)
    return tuple(one for one in made if one is not None)[:1]


def _nation_beside(
    library: Library, facts: Facts, turn: DecisionQuery, nation: Decision | None
) -> tuple[Decision, ...]:
    """The nation's rule, told after a region's digest: never with a day of its own where it rests on a digest."""
    if not library.questions[turn.intent]["nation_beside"]:
        return ()
    if nation is not None and not _by_text(nation, library):
        nation = decide_layer(
            library, places.NATION, Facts(stage=facts.stage or _some_stage(library, facts, turn)), turn
        )
    if nation is None or nation.status == "not_in_documents":
        return ()
    return (nation,)


def _some_stage(library: Library, facts: Facts, turn: DecisionQuery) -> Any:
    """A stage that says no more than whether the child is a newborn."""
    return {True: "新生儿", False: "小学", None: None}[newborn_asked(library, facts, turn)]


def _as_they_stand(
    library: Library, adcode: str, facts: Facts, turn: DecisionQuery, wanted: Callable[[Fact], bool] = lambda fact: True
) -> Decision | None:
    """A place's digest facts that no rule words, told as they stand; the first decides what it may be called."""
    found = tuple(fact for fact in tellable(library, adcode, facts, turn) if wanted(fact))
    if not found:
        return None
    certainty = certainty_of(library.ground(found[0].id))
    return Decision(
        turn.intent, turn.adcode, turn.as_of, "decided", certainty, clauses=tuple(f.id for f in found),
        told=tuple(f.id for f in found), facts=facts,
    )  # fmt: skip


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
