"""Which benefit year of a region's annual documents is meant by a question, a child and a day."""

from datetime import date

from policies.facts import Facts
from policies.library import DatedRule, Library
from policies.telling import collects_next, years_meant
from policies.templates.outcome import DecisionQuery


def benefit_year(rule: DatedRule, facts: Facts, turn: DecisionQuery, library: Library) -> int:
    """Which benefit year is meant: the one said, else that of the payment day, else that of the day of asking.

    Payments for an annual document's year open before the year begins (`annual_from` of the document). Two years run
    side by side then, and exactly one of them is meant: a newborn's is the year of birth, while its own document's
    limit lasts; care is paid by the year it is given in; everything else is about the latest year that is collected.
    """
    own: int = rule.params["benefit_year"]
    if facts.paid_years:
        return own if own in facts.paid_years else min(facts.paid_years)
    day = facts.paid_date or turn.as_of
    running = _running(rule.region, day, turn.as_of, library)
    if not running:
        return day.year if day.year != own else day.year - 1
    if _born_in(day.year, rule.region, facts, day, library) and day.year in running:
        return day.year
    asked = library.questions[turn.intent].get("year")  # none in a table compiled before
    if asked == "running" and day.year in running:
        return day.year
    latest = max(running)
    nothing_said = facts.paid_date is None and facts.birth_date is None and facts.stage != "新生儿"
    if asked == "collected" and nothing_said and latest == day.year and collects_next(day):
        return latest + 1  # its document is not here: last year's window is no longer the one to pay in
    return latest


def held(region: str, as_of: date, library: Library) -> set[int]:
    """The years of which a region's annual documents were known on a day."""
    return {
        source.annual_year
        for source in library.sources.values()
        if source.region == region and source.annual_year is not None and source.known_from <= as_of
    }


def _running(region: str, day: date, as_of: date, library: Library) -> set[int]:
    """The years whose collection had opened on the day, and which were not over."""
    found = set()
    for source in library.sources.values():
        year, opens = source.annual_year, source.annual_from
        if source.region != region or year is None or opens is None or source.known_from > as_of:
            continue
        if opens <= day <= date(year, 12, 31):
            found.add(year)
    return found


def _born_in(year: int, region: str, facts: Facts, day: date, library: Library) -> bool:
    """Is it a newborn of that year, still within the limit that year's rules give for paying the year of birth?"""
    if facts.birth_date is None:
        return facts.stage == "新生儿"
    if facts.birth_date.year != year:
        return False
    limits = [
        rule.params["limit_days"]
        for rule in library.rules.values()
        if rule.region == region and rule.params.get("benefit_year") == year and rule.params.get("limit_days")
    ]
    return (day - facts.birth_date).days <= max(limits, default=-1)


def digest_year_meant(rule: DatedRule, facts: Facts, turn: DecisionQuery, library: Library) -> bool:
    """Is a rule on a digest of one year the one to answer?

    Every year that was named; else the likeliest year of which the place has such a rule, so that two never answer.
    """
    years, own = years_meant(facts, turn.as_of), rule.params["benefit_year"]
    if facts.paid_years or own not in years:
        return own in years
    alike = library.by_question.get((rule.region, turn.intent), ())
    told = {
        other.params["benefit_year"]
        for other in alike
        if other.version_by == "benefit_year"
        and (other.template, other.basis) == (rule.template, rule.basis)
        and other.known_from <= turn.as_of
    }
    return bool(own == next((year for year in years if year in told), own))
