"""When coverage starts and whether there is a waiting period: late payers, changes of status, movers."""

from datetime import date, timedelta

from policies import places
from policies.counting import chinese_date, day_number, on_day
from policies.facts import Elsewhere, Facts
from policies.templates.collection import collection
from policies.templates.newborns import count
from policies.templates.outcome import DORMANT, NO, DecisionQuery, Params, RuleOutcome

_OWN_AGE = 16
"""Under this age nobody has a job, a degree or a service of their own that could end."""
_GROWN = ("高中", "中职", "高职", "大学")
_PARENTS = ("停职工医保", "毕业", "退役", "刑满")
"""Changes of status of the insured person that a young child cannot have had."""


def exempt_if_paid_before(facts: Facts, params: Params, turn: DecisionQuery) -> RuleOutcome:
    """Paid before a fixed day: the waiting period is waived; the text gives no start of coverage. JS24-2.2.

    No wait is not coverage from birth: a newborn paid for after `newborn_days` is told both rules, unmixed.
    """
    if facts.paid_date is None:
        return DORMANT
    cutoff = date.fromisoformat(params["before"])
    if facts.paid_date > cutoff:
        return NO
    values = {"waiting": "none", "coverage_start": "not_stated"}
    if facts.paid_date == cutoff:
        readings = [
            {"counting": "“前”不含当天", "waiting": "unknown"},
            {"counting": "“前”含当天", "waiting": "none"},
        ]
        step = f"{chinese_date(facts.paid_date)}正好是界线当天"
        return RuleOutcome("applies", "boundary", {**values, "waiting": "unknown", "readings": readings},
                       (step,), (), "ambiguous")  # fmt: skip
    step = f"{chinese_date(facts.paid_date)}缴费，早于{chinese_date(cutoff)}"
    if facts.birth_date is not None and "newborn_days" in params:
        number = day_number(facts.birth_date, max(facts.paid_date, facts.registered_date or facts.paid_date))
        if params["newborn_days"] < number <= params["newborn_until"]:
            late = count(facts.birth_date, facts.paid_date, params["newborn_days"], "出生")
            return RuleOutcome("applies", "not_from_birth", {**values, "birth_expense_covered": "not_stated",
                                                         "day_number": number}, (step, late))  # fmt: skip
    return RuleOutcome("applies", "applies", values, (step,))


def change_of_status(facts: Facts, params: Params, turn: DecisionQuery) -> RuleOutcome:
    """A person whose status changed and who paid within the limit: no waiting period, covered from the day after.

    Source: JS25-2.4.3; start is max(day after payment, 1 January of the paid year), to the end of the paid year. The
    rule speaks of the insured person: a parent's change is not the child's (only 退役军人's families are named).
    """
    if facts.transition is None and facts.transition_date is None:
        return DORMANT
    if _is_the_parents(facts):
        if _just_born(facts, params["limit_days"]):
            return DORMANT
        return RuleOutcome("applies", "not_the_childs", {"waiting": "unknown", "coverage_start": "unknown"},
                       status="not_in_documents")  # fmt: skip
    if facts.enrolled_at_transition:
        return NO
    limit: int = params["limit_days"]
    needs = [f for f in ("transition_date", "paid_date") if getattr(facts, f) is None]
    if facts.transition_date is None:
        return RuleOutcome("needs", "unknown_dates", needs=tuple(needs))
    deadline = on_day(facts.transition_date, limit)
    values = {"deadline": deadline.isoformat(), "deadline_safe": on_day(facts.transition_date, limit - 1).isoformat()}
    if facts.paid_date is None:
        key = "deadline_passed" if turn.as_of > deadline else "deadline_ahead"
        return RuleOutcome("needs", key, values, needs=("paid_date",))
    paid = max(facts.paid_date, facts.registered_date or facts.paid_date)
    number = day_number(facts.transition_date, paid)
    if number < 0 or number > limit:
        return NO
    year = min(facts.paid_years) if facts.paid_years else paid.year
    start = max(paid + timedelta(days=1), date(year, 1, 1))
    end = date(max(facts.paid_years) if facts.paid_years else year, 12, 31)
    found = {"waiting": "none", "coverage_start": start.isoformat(), "coverage_end": end.isoformat(),
             "day_number": number, **values}  # fmt: skip
    steps = (
        count(facts.transition_date, paid, limit, "身份转换"),
        f"到账次日是{chinese_date(paid + timedelta(days=1))}，所缴{year}年度从{chinese_date(date(year, 1, 1))}算起",
    )
    if start > end:
        found = {**found, "coverage_start": "unknown", "coverage_end": "unknown", "readings": [
            {"counting": "到账次日已在所缴年度之外", "coverage_start": "unknown"}]}  # fmt: skip
        return RuleOutcome("applies", "no_day_left", found, steps, (), "ambiguous")
    if number == limit:
        readings = [
            {"counting": "转换当天算第0天", "in_window": True, "coverage_start": start.isoformat()},
            {"counting": "转换当天算第1天", "in_window": False, "coverage_start": "unknown"},
        ]
        return RuleOutcome("applies", "boundary", {**found, "readings": readings}, steps, (), "ambiguous")
    if facts.enrolled_at_transition is None:
        return RuleOutcome("applies", "enrolment_unsaid", found, steps)
    return RuleOutcome("applies", "next_year" if year > paid.year else "applies", found, steps,
                   (), "ambiguous" if year > paid.year else None)  # fmt: skip


def _is_the_parents(facts: Facts) -> bool:
    """Is the change of status one this child cannot have had? Families of 退役军人 are named in the text."""
    if facts.transition not in _PARENTS or facts.transition == "退役":
        return False
    if facts.birth_date is not None:
        day = facts.transition_date or facts.paid_date
        return day is None or day.year - facts.birth_date.year < _OWN_AGE
    return facts.stage is not None and facts.stage not in _GROWN


def _just_born(facts: Facts, limit: int) -> bool:
    """Then the rule on newborns answers, whatever the parents changed."""
    if facts.birth_date is None:
        return facts.stage == "新生儿"
    return facts.paid_date is not None and day_number(facts.birth_date, facts.paid_date) <= limit


def _from_outside(facts: Facts, turn: DecisionQuery) -> list[Elsewhere]:
    """The stays in another province's residents' scheme; a stay in the asked province is no move between provinces."""
    names = _own_province(turn)
    return [e for e in facts.enrolled_elsewhere or () if e.type == "居民医保" and e.province not in names]


def _own_province(turn: DecisionQuery) -> set[str]:
    """The names of the province asked about."""
    if turn.adcode == places.NATION:
        return set()
    own = places.chain(turn.adcode)[-2]
    return {own.name, places.short_name(own.name), own.adcode}


def paid_in_season(facts: Facts, params: Params, turn: DecisionQuery) -> RuleOutcome:
    """Paid for the next year inside the collection window: covered from 1 January of that year.

    Paid in a window that is still open in the new year: from its first day or from the payment, both readings.
    `who`: `continuing` (covered the year before), `from_elsewhere` (another province the year before) or `anyone`.
    Sources: JS25-3.7.1 (inferred), JS25-2.4.5, HL23-1.1.1 with 1.3.1 (inferred).
    """
    if params["who"] != "anyone" and _young(facts, turn.as_of):
        return DORMANT
    paid = facts.paid_date or turn.as_of
    opens, closes, target = collection(params, paid)
    if facts.paid_date is None and not (opens <= paid <= closes and target in (facts.paid_years or ())):
        return DORMANT  # a year that is collected just now and is paid already was paid inside the window
    before = {target - 1}
    if params["who"] == "continuing" and not before <= set(facts.enrolled_years or ()):
        return DORMANT
    if params["who"] == "from_elsewhere":
        stays = _from_outside(facts, turn)
        if not stays:
            return DORMANT
        years = {y for e in stays for y in e.years}
        if not {target - 2, target - 1} & years:
            return NO
    if not opens <= paid <= closes or target not in (facts.paid_years or (target,)):
        return NO
    start = date(target, 1, 1)
    values = {"waiting": "none", "coverage_start": start.isoformat(), "in_window": True,
              "window": [opens.isoformat(), closes.isoformat()]}  # fmt: skip
    window = f"集中参保缴费期（{chinese_date(opens)}至{chinese_date(closes)}）"
    when = (
        f"{chinese_date(paid)}在{window}内" if facts.paid_date else f"{target}年度已经交了，{window}还没过，是期内交的"
    )
    steps = (
        when,
        f"缴的是{target}年度，从{chinese_date(start)}起",
    )
    if params["who"] == "from_elsewhere" and not {target - 2, target - 1} <= years:
        readings = [
            {"counting": f"“上一年度”指{target - 2}年", "waiting": "none" if target - 2 in years else "unknown"},
            {"counting": f"“上一年度”指{target - 1}年", "waiting": "none" if target - 1 in years else "unknown"},
        ]
        return RuleOutcome("applies", "which_previous_year", {**values, "readings": readings}, steps, (), "ambiguous")
    if paid > start:
        readings = [
            {"counting": f"{target}年度从年初算", "coverage_start": start.isoformat()},
            {"counting": "从缴费那天算", "coverage_start": paid.isoformat()},
        ]
        late = {**values, "coverage_start": "unknown", "readings": readings}
        return RuleOutcome("applies", "paid_in_new_year", late, steps[:1], (), "ambiguous")
    return RuleOutcome("applies", "applies", values, steps)


def moved_inside(facts: Facts, params: Params, turn: DecisionQuery) -> RuleOutcome:
    """Enrolled before in another city of the same province: told as it stands, nothing computed."""
    names = _own_province(turn)
    inside = [e for e in facts.enrolled_elsewhere or () if e.type == "居民医保" and e.province in names]
    return RuleOutcome("applies", "applies", {"waiting": "unknown", "coverage_start": "unknown"}) if inside else DORMANT


def _young(facts: Facts, as_of: date) -> bool:
    """Born so shortly before the payment that the rules on newborns are meant; paid on an unknown day, in its year."""
    born, paid = facts.birth_date, facts.paid_date
    if born is None:
        return False
    return paid.year - born.year <= 1 if paid is not None else born.year == as_of.year


def wait_after_payment(facts: Facts, params: Params, turn: DecisionQuery) -> RuleOutcome:
    """Paid after the collection window: coverage starts `wait_days` from the day of payment. HL23-1.3.1.

    Whether the payment day counts is open by one day either way, so the neighbours are given as readings.
    """
    closes = date.fromisoformat(params["window_to"])
    last = date(params["benefit_year"], 12, 31)
    if facts.paid_date is None:
        if not closes < turn.as_of <= last:
            return RuleOutcome("needs", "unknown_payment", needs=("paid_date",))
        today = {"start_if_paid_today": on_day(turn.as_of, params["wait_days"]).isoformat()}
        return RuleOutcome("needs", "unknown_payment", today, needs=("paid_date",), adds=("if_paid_today",))
    if not closes < facts.paid_date <= last:
        return NO
    if facts.birth_date is not None and day_number(facts.birth_date, facts.paid_date) <= params["newborn_days"]:
        return NO
    wait: int = params["wait_days"]
    start = on_day(facts.paid_date, wait)
    values = {
        "waiting": "days", "waiting_days": wait, "coverage_start": start.isoformat(), "in_window": False,
        "readings": [
            {"counting": "缴费当天算第1天", "coverage_start": on_day(facts.paid_date, wait - 1).isoformat()},
            {"counting": "缴费当天算第0天", "coverage_start": start.isoformat()},
            {"counting": f"满{wait}天的次日", "coverage_start": on_day(facts.paid_date, wait + 1).isoformat()},
        ],
    }  # fmt: skip
    step = f"{chinese_date(facts.paid_date)}缴费（记第0天），第{wait}天是{chinese_date(start)}"
    if start > last:
        late = f"{chinese_date(start)}已过{params['benefit_year']}年度的最后一天{chinese_date(last)}"
        return RuleOutcome("applies", "too_late", values, (step, late), (), "inferred")
    return RuleOutcome("applies", "applies", values, (step,))
