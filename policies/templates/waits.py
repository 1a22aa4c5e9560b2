"""The nation's waiting period in months, for whoever paid outside the collection window or lapsed (38号)."""

from datetime import date, timedelta

from policies.counting import after_months, chinese_date, day_number
from policies.facts import Facts
from policies.templates.outcome import DORMANT, DecisionQuery, Params, RuleOutcome

_COLLECTION_MONTH = 9
"""Nobody collects for the next year before this month."""


def wait_in_months(facts: Facts, params: Params, turn: DecisionQuery) -> RuleOutcome:
    """`fixed` months, `per_year` more for each lapsed year, bought off one by one, `floor` after `long_lapse` years.

    Source: CN-38-W1 to W4. Not for newborns and other special groups. Months by 民法典202, the day of payment is day 0;
    the readings differ by a day. Whether lapses before `first_year` count, and from which day one waits who paid
    before the year began, is not said: both readings. With no day of payment it is computed as if paid today.
    """
    newborn = facts.stage == "新生儿" or (
        facts.birth_date is not None
        and day_number(facts.birth_date, facts.paid_date or turn.as_of) <= params["newborn_days"]
    )
    if newborn or _nothing_said(facts):
        return DORMANT
    if facts.transition or facts.new_assistance:  # for them other rules may stand beside this one
        return RuleOutcome("needs", "general")
    paid = facts.paid_date or turn.as_of
    year = min(facts.paid_years) if facts.paid_years else _year_of(paid)
    lapses = lapsed_years(facts, year)
    if turn.in_reported_window and not lapses:
        return DORMANT  # the window is still open there, whatever the year: what the place says is told
    if not lapses and (year is None or year > paid.year):
        return _in_time(facts, year)
    if facts.paid_date is None and not lapses:
        return RuleOutcome("needs", "general", needs=("paid_date", "lapse_years"))
    return _waiting(facts, params, paid, year or paid.year, lapses)


def _nothing_said(facts: Facts) -> bool:
    known = (facts.paid_date, facts.lapse_years, facts.enrolled_years, facts.stage, facts.birth_date, facts.transition)
    return all(one is None for one in known)


def _year_of(paid: date) -> int | None:
    """The benefit year of a payment when none was said; None in the months in which it can be either."""
    return paid.year if paid.month < _COLLECTION_MONTH else None


def lapsed_years(facts: Facts, year: int | None) -> list[int]:
    """The years without coverage before the paid one: as said, and the gap after the last year of coverage."""
    elsewhere = {y for e in facts.enrolled_elsewhere or () for y in e.years}
    covered = set(facts.enrolled_years or ()) | elsewhere
    said = set(facts.lapse_years or ())
    if covered and year is not None:
        before = {y for y in covered if y < year}
        if before:
            said |= set(range(max(before) + 1, year))
    return sorted(y for y in said if year is None or y < year)


def _in_time(facts: Facts, year: int | None) -> RuleOutcome:
    """Paid before the year began, or in months in which that is likely: no wait for whoever did not lapse."""
    elsewhere = {y for e in facts.enrolled_elsewhere or () for y in e.years}
    covered = set(facts.enrolled_years or ()) | elsewhere
    paid = facts.paid_date
    if year is None and paid is not None and paid.year in covered:
        year = paid.year + 1  # this year's is there: what is paid in its last months is the next one
    if year is None or year - 1 not in covered:
        needs = ("enrolled_years",) if facts.paid_date else ("paid_date", "lapse_years")
        return RuleOutcome("needs", "general", needs=needs)
    values = {"waiting": "none", "coverage_start": "not_stated"}
    return RuleOutcome("applies", "none", values, (f"{year - 1}年在保，{year}年度在年前就交了",), (), "inferred")


def _waiting(facts: Facts, params: Params, paid: date, year: int, lapses: list[int]) -> RuleOutcome:
    counted = [y for y in lapses if y >= params["first_year"]]
    total, steps = _months(counted, facts.repaired, params)
    other, _ = _months(lapses, facts.repaired, params)
    last = date(max(facts.paid_years) if facts.paid_years else year, 12, 31)
    adds = () if facts.paid_date else ("as_if_paid_today",)
    values: dict[str, object] = {
        "waiting": "months", "waiting_months": total, "lapsed_count": len(counted), "coverage_end": last.isoformat(),
        "year": year,
    }  # fmt: skip
    if paid.year < year:
        return _before_the_year(values, paid, year, total, steps, adds)
    start = after_months(paid, total)
    values["coverage_start"] = start.isoformat()
    steps = (*steps, f"{chinese_date(paid)}缴费（记第0天），{total}个月后的对应日是{chinese_date(start)}")
    if other != total:
        readings = [
            {"counting": f"{params['first_year']}年以前断的不算", "waiting_months": total,
             "coverage_start": start.isoformat()},
            {"counting": "以前断的也算", "waiting_months": other,
             "coverage_start": after_months(paid, other).isoformat()},
        ]  # fmt: skip
        values = {**values, "longer_months": other, "readings": readings}
        return RuleOutcome("applies", "earlier_lapses", values, steps, (), "ambiguous", adds=adds)
    values["readings"] = [
        {"counting": "满几个月的当天起", "coverage_start": start.isoformat()},
        {"counting": "满几个月的次日起", "coverage_start": (start + timedelta(days=1)).isoformat()},
    ]
    if start > last:
        return RuleOutcome("applies", "too_late", values, (*steps, f"{year}年度到{chinese_date(last)}为止"), adds=adds)
    key = "long_lapse" if len(counted) >= params["long_lapse"] else "lapsed" if counted else "fixed"
    adds = (*adds, "repaired") if facts.repaired else adds
    return RuleOutcome("applies", key, values, steps, adds=adds)


def _before_the_year(
    values: dict[str, object], paid: date, year: int, total: int, steps: tuple[str, ...], adds: tuple[str, ...]
) -> RuleOutcome:
    """Lapsed, but paid before the year began: whether the months run from the payment or from 1 January is not said."""
    first = date(year, 1, 1)
    early, late = max(first, after_months(paid, total)), after_months(first, total)
    readings = [
        {"counting": "从缴费那天数", "coverage_start": early.isoformat()},
        {"counting": "从这一年度1月1日数", "coverage_start": late.isoformat()},
    ]
    found = {**values, "coverage_start": late.isoformat(), "earliest_start": early.isoformat(), "readings": readings}
    return RuleOutcome("applies", "from_which_day", found, steps, (), "ambiguous", adds=adds)


def _months(lapses: list[int], repaired: int, params: Params) -> tuple[int, tuple[str, ...]]:
    """Fixed months, a variable month for each lapsed year less those bought off, and the floor after a long lapse."""
    fixed, each = params["fixed"], params["per_year"]
    variable = max(len(lapses) * each - repaired * params["cut"], 0)
    total = fixed + variable
    steps = [f"固定{fixed}个月"]
    if lapses:
        bought = f"－多交{repaired}年减{repaired * params['cut']}个月" if repaired else ""
        steps = [f"固定{fixed}个月＋断{len(lapses)}年×{each}个月{bought}＝{total}个月"]
    if _in_a_row(lapses) >= params["long_lapse"] and total < params["floor"]:
        total = params["floor"]
        steps.append(f"连着断{params['long_lapse']}年以上，合计原则上不少于{total}个月")
    return total, tuple(steps)


def _in_a_row(years: list[int]) -> int:
    """The longest run of years."""
    longest = run = 0
    for n, year in enumerate(years):
        run = run + 1 if n and year == years[n - 1] + 1 else 1
        longest = max(longest, run)
    return longest
