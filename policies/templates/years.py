"""Which benefit year to pay for: this year's, the next one's or both, and what each covers."""

from datetime import date

from policies.counting import chinese_date, day_number, on_day
from policies.facts import Facts
from policies.templates.collection import collection
from policies.templates.outcome import DORMANT, DecisionQuery, Params, RuleOutcome


def which_year(facts: Facts, params: Params, turn: DecisionQuery) -> RuleOutcome:
    """交哪一年的. The collection window pays for the next year; a newborn's birth year is paid within `limit_days`.

    Sources: JS25-3.7.1 with 2.4.1 and 2.4.2; HL23-1.1.1. With no day of payment, today's.
    """
    if facts.birth_date is None and facts.stage == "新生儿":
        return RuleOutcome("needs", "newborn_general", needs=("birth_date",))
    day = facts.paid_date or turn.as_of
    limit = params.get("limit_days")
    if limit is not None and facts.birth_date is not None and day_number(facts.birth_date, day) <= limit:
        return _newborn(facts, params, day)
    if facts.birth_date is None and facts.stage is None and "limit_days" in params and not facts.paid_years:
        return DORMANT
    if facts.paid_years and facts.birth_date is None:
        return _of_year(params, min(facts.paid_years))
    opens, closes, year = collection(params, day)
    values = {
        "window": [opens.isoformat(), closes.isoformat()], "window_from": opens.isoformat(),
        "window_to": closes.isoformat(), "next_year": year, "this_year": day.year,
        "next_year_start": date(year, 1, 1).isoformat(),
        "next_year_end": date(year, 12, 31).isoformat(),
        "this_year_end": date(day.year, 12, 31).isoformat(),
    }  # fmt: skip
    step = f"集中缴费期：{chinese_date(opens)}至{chinese_date(closes)}，交{year}年度的"
    if opens <= day <= closes:
        start = {"coverage_start": values["next_year_start"], "coverage_end": values["next_year_end"]}
        key = "season" if day.year < year else "season_this_year"
        return RuleOutcome("applies", key, {**values, **start, "pay_years": [year]}, (step,))
    if "window_from" in params and day > closes:
        covered = {"this_year": year, "coverage_end": values["next_year_end"]}
        return RuleOutcome("applies", "after_window", {**values, **covered, "pay_years": [year]}, (step,))
    return RuleOutcome("applies", "outside", {**values, "pay_years": [day.year]}, (step,))


def _of_year(params: Params, year: int) -> RuleOutcome:
    """A year was said: when it is paid and what it covers, whatever day it is."""
    opens, closes, _ = collection(params, date(year - 1, 12, 31))
    values = {
        "pay_years": [year], "year": year, "window": [opens.isoformat(), closes.isoformat()],
        "window_from": opens.isoformat(), "window_to": closes.isoformat(), "for_year": year,
        "coverage_start": date(year, 1, 1).isoformat(), "coverage_end": date(year, 12, 31).isoformat(),
    }  # fmt: skip
    step = f"集中缴费期：{chinese_date(opens)}至{chinese_date(closes)}，交{year}年度的"
    return RuleOutcome("applies", "year_said", values, (step,))


def _newborn(facts: Facts, params: Params, day: date) -> RuleOutcome:
    """The birth year within the limit, and the next year's in the window of the birth year."""
    birth = facts.birth_date
    assert birth is not None
    opens, closes, _ = collection(params, date(birth.year, 12, 31))
    safe = on_day(birth, params["limit_days"] - 1)
    values = {
        "birth_year": birth.year, "next_year": birth.year + 1, "coverage_start": birth.isoformat(),
        "birth_year_end": date(birth.year, 12, 31).isoformat(),
        "next_year_start": date(birth.year + 1, 1, 1).isoformat(),
        "next_year_end": date(birth.year + 1, 12, 31).isoformat(), "deadline_safe": safe.isoformat(),
        "window": [opens.isoformat(), closes.isoformat()],
        "window_from": opens.isoformat(), "window_to": closes.isoformat(),
    }  # fmt: skip
    step = (
        f"{chinese_date(birth)}出生；{birth.year}年度管到{chinese_date(date(birth.year, 12, 31))}，"
        f"{birth.year + 1}年度管{birth.year + 1}年全年，在{chinese_date(opens)}至{chinese_date(closes)}收"
    )
    both = {**values, "pay_years": [birth.year, birth.year + 1], "coverage_end": values["next_year_end"]}
    if day > closes:
        readings = [
            {"counting": "年前没交出生当年的", "coverage_start": values["next_year_start"]},
            {"counting": "出生当年的还补得进", "coverage_start": birth.isoformat()},
        ]
        late = {**values, "pay_years": [birth.year + 1], "coverage_start": values["next_year_start"],
                "coverage_end": values["next_year_end"], "readings": readings}  # fmt: skip
        return RuleOutcome("applies", "newborn_new_year", late, (step,), (), "ambiguous")
    if birth >= opens or day >= opens:
        key = "newborn_both" if birth >= opens else "newborn_then_next"
        return RuleOutcome("applies", key, both, (step,))
    only = {**values, "pay_years": [birth.year], "coverage_end": values["birth_year_end"]}
    return RuleOutcome("applies", "newborn_this", only, (step,))
