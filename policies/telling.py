"""Which digest facts fit a child, a day and the years meant, and what is told of earlier years."""

from datetime import date

from policies import places
from policies.facts import Facts
from policies.library import Fact, Library
from policies.templates.outcome import DecisionQuery

_COLLECTION_OPENS = 9
"""From this month on people pay for the next year somewhere: then “which year” may mean that one."""
_MOST_TOLD = 3
"""Facts of one place that are told at once."""
_LONGEST_MONTH = 31
NEWBORN_DAYS = 365
"""Up to this age, in days, a child is told what is written for newborns."""


def tellable(library: Library, adcode: str, facts: Facts, turn: DecisionQuery) -> tuple[Fact, ...]:
    """The facts of a place about this question that fit the child, the year meant and the day; no more than a few."""
    near = [fact for fact in library.told.get((adcode, turn.intent), ()) if fact.known_from <= turn.as_of]
    if not near:
        return ()
    newborn = newborn_asked(library, facts, turn) if any(fact.newborn is not None for fact in near) else None
    next_one = after_its_birth_year(facts)
    years = years_meant(facts, turn.as_of) if any(fact.year is not None for fact in near) else ()
    found = [
        fact
        for fact in near
        if (fact.year in years if fact.year is not None else fact.current(turn.as_of))
        and (newborn is None or fact.newborn in (None, newborn) or (fact.newborn is False and fact.year and next_one))
        and (not fact.stages or facts.stage is None or facts.stage in fact.stages)
        and not (fact.newborn and _too_old_for(fact, facts))
    ]
    inside = turn.in_reported_window
    found.sort(
        key=lambda fact: (
            fact.medium,
            years.index(fact.year) if fact.year is not None else 0,
            inside and "to" not in fact.values,  # while it is open, the window comes first
        )
    )
    return tuple(found[:_MOST_TOLD])


def _too_old_for(fact: Fact, facts: Facts) -> bool:
    """Was this child paid for later than a fact on newborns reaches? Then it is about others and not told."""
    if facts.birth_date is None or facts.paid_date is None:
        return False
    reach = fact.values.get("days") or fact.values.get("months", 0) * _LONGEST_MONTH
    return bool(reach) and (facts.paid_date - facts.birth_date).days > reach


_HISTORY = ("paid_years", "enrolled_years", "lapse_years", "zero_claim_years")


def is_newborn(facts: Facts, as_of: date) -> bool | None:
    """Is the child one that rules on newborns are about? None where nothing was said of its age.

    Whoever paid, or did not pay, for a year that is over has a child that was there in it.
    """
    if facts.birth_date is not None:
        return ((facts.paid_date or as_of) - facts.birth_date).days <= NEWBORN_DAYS
    if facts.stage is not None:
        return facts.stage == "新生儿"
    told = vars(facts)  # not looked at by name: the desk asks nobody for years to tell a newborn
    years = [year for name in _HISTORY for year in told[name] or ()]
    first = min(years, default=as_of.year)
    return False if (as_of - date(first, 12, 31)).days > NEWBORN_DAYS else None


def after_its_birth_year(facts: Facts) -> bool:
    """Is a benefit year meant that begins after the child was born? It is collected as everybody's."""
    told = vars(facts)
    return bool(told["birth_date"] and told["paid_years"]) and min(told["paid_years"]) > told["birth_date"].year


def newborn_asked(library: Library, facts: Facts, turn: DecisionQuery) -> bool | None:
    """`is_newborn`; not where a question of collecting is about a year after that of its birth."""
    if library.questions[turn.intent].get("year") == "collected" and after_its_birth_year(facts):
        return False
    return is_newborn(facts, turn.as_of)


def years_meant(facts: Facts, as_of: date) -> tuple[int, ...]:
    """The benefit years a question can be about, the likeliest first: those said, else those of the payment's day."""
    if facts.paid_years:
        return tuple(sorted(set(facts.paid_years)))
    day = facts.paid_date or as_of
    return (day.year + 1, day.year) if collects_next(day) else (day.year,)


def in_reported_window(library: Library, adcode: str, facts: Facts, as_of: date) -> bool:
    """Is the payment (today's, where no day was said) inside a collection window that a digest tells of the place?"""
    said = vars(facts)  # not looked at by name: the desk would ask everybody for the day of payment
    day, years = said["paid_date"] or as_of, said["paid_years"]
    for place in places.chain(adcode):
        for fact in library.told.get((place.adcode, "ask_payment_period"), ()):
            opens, closes = fact.values.get("from"), fact.values.get("extend_to") or fact.values.get("to")
            told = fact.known_from <= as_of and (not years or fact.year in years)
            if told and opens and closes and date.fromisoformat(opens) <= day <= date.fromisoformat(closes):
                return True
    return False


def collects_next(day: date) -> bool:
    """Is it a day on which the next year is collected somewhere?"""
    return day.month >= _COLLECTION_OPENS


def history(library: Library, chain: tuple[str, ...], facts: Facts, turn: DecisionQuery) -> tuple[str, ...]:
    """Of facts that answer one year each, the latest before the years meant: told as history."""
    for adcode in chain:
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
