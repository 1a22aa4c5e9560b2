"""When coverage starts and whether there is a waiting period: newborns, late payers, changes of status, movers."""

from datetime import date, timedelta

from policies.counting import chinese_date, day_number, month_day, on_day
from policies.facts import Facts
from policies.templates.outcome import DORMANT, NO, Outcome, Params, Turn


def _year_is_paid(facts: Facts, birth: date, paid: date, params: Params) -> bool | None:
    """Was the birth year paid for? None when nothing said so and the payment day leaves it open.

    A payment made before the next year's collection opens can only be for the birth year.
    """
    if facts.paid_years is not None:
        return birth.year in facts.paid_years
    opens = params.get("next_year_opens")
    if opens is None or paid < month_day(birth.year, opens):
        return True
    return None


def _count(start: date, done: date, limit: int, event: str) -> str:
    number = day_number(start, done)
    verdict = "没有超过" if number <= limit else "已超过"
    return (
        f"{chinese_date(start)}（{event}，记第0天）到{chinese_date(done)}（缴费到账）是第{number}天，{verdict}{limit}天"
    )


def _newborn_days(facts: Facts, limit: int) -> tuple[date, date | None, int | None]:
    """Birth, the day registration and payment were both done, and its number."""
    birth = facts.birth_date
    assert birth is not None
    if facts.paid_date is None:
        return birth, None, None
    done = max(facts.paid_date, facts.registered_date or facts.paid_date)
    return birth, done, day_number(birth, done)


def newborn_grace(facts: Facts, params: Params, turn: Turn) -> Outcome:
    """Registered and paid within `limit_days` of birth for the birth year: covered from birth.

    Source: JS25-2.4.1, JS24-3.8, CN24-3.2. Exactly the last day keeps both readings (clauses.md C-0).
    """
    limit: int = params["limit_days"]
    if facts.birth_date is None:
        if facts.stage not in (None, "新生儿") or facts.transition or facts.enrolled_elsewhere or facts.new_assistance:
            return DORMANT
        if facts.stage is None and facts.paid_date is not None and facts.paid_years is not None:
            return DORMANT
        return Outcome("needs", "unknown_birth", needs=("birth_date", "paid_date"))
    birth, done, number = _newborn_days(facts, limit)
    deadline, safe = on_day(birth, limit), on_day(birth, limit - 1)
    values = {"deadline": deadline.isoformat(), "deadline_safe": safe.isoformat()}
    if done is None or number is None:
        if facts.stage not in (None, "新生儿"):
            return NO
        steps = (f"{chinese_date(birth)}出生，当天记第0天，第{limit}天是{chinese_date(deadline)}",)
        if turn.as_of > deadline:
            return Outcome("needs", "deadline_passed", values, steps, ("paid_date",))
        left = max(day_number(turn.as_of, safe), 0)
        if birth > turn.as_of:
            return Outcome("needs", "not_yet_born", values, steps, ("paid_date",))
        return Outcome("needs", "deadline_ahead", {**values, "days_left": left}, steps, ("paid_date",))
    if number > limit:
        return NO
    assert facts.paid_date is not None
    year_paid = _year_is_paid(facts, birth, facts.paid_date, params)
    step = _count(birth, done, limit, "出生")
    if year_paid is None:
        return Outcome(
            "needs", "which_year", {**values, "next_year_start": date(birth.year + 1, 1, 1).isoformat()},
            (step,), ("paid_years",),
        )  # fmt: skip
    if not year_paid:
        return NO
    found = {
        "waiting": params.get("waiting", "none"),
        "coverage_start": birth.isoformat(),
        "birth_expense_covered": True,
        "in_window": True,
        "day_number": number,
        **values,
    }
    if number == limit:
        outside = {"counting": "出生当天算第1天", "in_window": False, "waiting": "unknown", "coverage_start": "unknown"}
        inside = {"counting": "出生当天算第0天", "in_window": True, "waiting": found["waiting"],
                  "coverage_start": found["coverage_start"]}  # fmt: skip
        return Outcome("applies", "boundary", {**found, "readings": [inside, outside]}, (step,), (), "ambiguous")
    both = facts.paid_years is not None and {birth.year, birth.year + 1} <= set(facts.paid_years)
    if both and _in_season(birth, params):
        return Outcome("applies", "both_years", found, (step,), (), "inferred")
    return Outcome("applies", "applies" if facts.paid_years else "year_assumed", found, (step,))


def _in_season(day: date, params: Params) -> bool:
    """Is `day` inside the recurring collection window of its year?"""
    opens, closes = params.get("season_from"), params.get("season_to")
    if opens is None or closes is None:
        return False
    return month_day(day.year, opens) <= day <= month_day(day.year, closes)


def newborn_next_year_only(facts: Facts, params: Params, turn: Turn) -> Outcome:
    """Born in the collection window and only the next year paid within the limit: covered from 1 January.

    Source: JS25-2.4.2. Born outside the window, the text is silent: preferred reading, said as ambiguous (D-JS-4).
    """
    limit: int = params["limit_days"]
    if facts.birth_date is None or facts.paid_date is None or facts.paid_years is None:
        return DORMANT
    birth, done, number = _newborn_days(facts, limit)
    if done is None or number is None or birth.year in facts.paid_years or birth.year + 1 not in facts.paid_years:
        return DORMANT
    if number > limit:
        return NO
    start = date(birth.year + 1, 1, 1)
    values = {
        "waiting": "none", "coverage_start": start.isoformat(), "birth_expense_covered": False,
        "deadline": on_day(birth, limit).isoformat(), "deadline_safe": on_day(birth, limit - 1).isoformat(),
        "day_number": number,
    }  # fmt: skip
    steps = (
        _count(birth, done, limit, "出生"),
        f"只交了{birth.year + 1}年度，所以从{chinese_date(start)}起；出生到{birth.year}年底没有缴当年度",
    )
    if not _in_season(birth, params):
        other = {"counting": "文件没写集中缴费期以外出生的怎么算", "coverage_start": "unknown"}
        here = {"counting": "比照集中缴费期出生的处理", "coverage_start": start.isoformat()}
        return Outcome("applies", "born_outside_season", {**values, "readings": [here, other]}, steps, (), "ambiguous")
    if number == limit:
        inside = {"counting": "出生当天算第0天", "in_window": True, "coverage_start": start.isoformat()}
        outside = {"counting": "出生当天算第1天", "in_window": False, "coverage_start": "unknown"}
        return Outcome("applies", "boundary", {**values, "readings": [inside, outside]}, steps, (), "ambiguous")
    return Outcome("applies", "applies", values, steps)


def exempt_if_paid_before(facts: Facts, params: Params, turn: Turn) -> Outcome:
    """Paid before a fixed day: the waiting period is waived; the text gives no start of coverage. JS24-2.2."""
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
        return Outcome("applies", "boundary", {**values, "waiting": "unknown", "readings": readings},
                       (step,), (), "ambiguous")  # fmt: skip
    step = f"{chinese_date(facts.paid_date)}缴费，早于{chinese_date(cutoff)}"
    return Outcome("applies", "applies", values, (step,))


def change_of_status(facts: Facts, params: Params, turn: Turn) -> Outcome:
    """A person whose status changed and who paid within the limit: no waiting period, covered from the day after.

    Source: JS25-2.4.3; start is max(day after payment, 1 January of the paid year), to the end of the paid year.
    """
    if facts.transition is None and facts.transition_date is None:
        return DORMANT
    if facts.enrolled_at_transition:
        return NO
    limit: int = params["limit_days"]
    needs = [f for f in ("transition_date", "paid_date") if getattr(facts, f) is None]
    if facts.transition_date is None:
        return Outcome("needs", "unknown_dates", needs=tuple(needs))
    deadline = on_day(facts.transition_date, limit)
    values = {"deadline": deadline.isoformat(), "deadline_safe": on_day(facts.transition_date, limit - 1).isoformat()}
    if facts.paid_date is None:
        key = "deadline_passed" if turn.as_of > deadline else "deadline_ahead"
        return Outcome("needs", key, values, needs=("paid_date",))
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
        _count(facts.transition_date, paid, limit, "身份转换"),
        f"到账次日是{chinese_date(paid + timedelta(days=1))}，所缴{year}年度从{chinese_date(date(year, 1, 1))}算起",
    )
    if start > end:
        found = {**found, "coverage_start": "unknown", "coverage_end": "unknown", "readings": [
            {"counting": "到账次日已在所缴年度之外", "coverage_start": "unknown"}]}  # fmt: skip
        return Outcome("applies", "no_day_left", found, steps, (), "ambiguous")
    if number == limit:
        readings = [
            {"counting": "转换当天算第0天", "in_window": True, "coverage_start": start.isoformat()},
            {"counting": "转换当天算第1天", "in_window": False, "coverage_start": "unknown"},
        ]
        return Outcome("applies", "boundary", {**found, "readings": readings}, steps, (), "ambiguous")
    if facts.enrolled_at_transition is None:
        return Outcome("applies", "enrolment_unsaid", found, steps)
    return Outcome("applies", "next_year" if year > paid.year else "applies", found, steps,
                   (), "ambiguous" if year > paid.year else None)  # fmt: skip


def paid_in_season(facts: Facts, params: Params, turn: Turn) -> Outcome:
    """Paid for the next year inside the collection window: covered from 1 January of that year.

    `who`: `continuing` (covered the year before), `from_elsewhere` (another province the year before) or `anyone`.
    Sources: JS25-3.7.1 (inferred), JS25-2.4.5, HL23-1.1.1 with 1.3.1 (inferred).
    """
    if facts.paid_date is None or (facts.birth_date is not None and params["who"] != "anyone"):
        return DORMANT
    if "window_from" in params:
        opens, closes = date.fromisoformat(params["window_from"]), date.fromisoformat(params["window_to"])
    else:
        year = facts.paid_date.year
        opens, closes = month_day(year, params["season_from"]), month_day(year, params["season_to"])
    target = closes.year + 1
    before = {target - 1}
    if params["who"] == "continuing" and not before <= set(facts.enrolled_years or ()):
        return DORMANT
    if params["who"] == "from_elsewhere":
        stays = [e for e in facts.enrolled_elsewhere or () if e.type == "居民医保"]
        if not stays:
            return DORMANT
        years = {y for e in stays for y in e.years}
        if not {target - 2, target - 1} & years:
            return NO
    if not opens <= facts.paid_date <= closes or target not in (facts.paid_years or (target,)):
        return NO
    start = date(target, 1, 1)
    values = {"waiting": "none", "coverage_start": start.isoformat(), "in_window": True,
              "window": [opens.isoformat(), closes.isoformat()]}  # fmt: skip
    steps = (
        f"{chinese_date(facts.paid_date)}在集中参保缴费期（{chinese_date(opens)}至{chinese_date(closes)}）内",
        f"缴的是{target}年度，从{chinese_date(start)}起",
    )
    if params["who"] == "from_elsewhere" and not {target - 2, target - 1} <= years:
        readings = [
            {"counting": f"“上一年度”指{target - 2}年", "waiting": "none" if target - 2 in years else "unknown"},
            {"counting": f"“上一年度”指{target - 1}年", "waiting": "none" if target - 1 in years else "unknown"},
        ]
        return Outcome("applies", "which_previous_year", {**values, "readings": readings}, steps, (), "ambiguous")
    return Outcome("applies", "applies", values, steps)


def wait_after_payment(facts: Facts, params: Params, turn: Turn) -> Outcome:
    """Paid after the collection window: coverage starts `wait_days` from the day of payment. HL23-1.3.1.

    Whether the payment day counts is open by one day either way, so the neighbours are given as readings.
    """
    closes = date.fromisoformat(params["window_to"])
    last = date(params["benefit_year"], 12, 31)
    if facts.paid_date is None:
        return Outcome("needs", "unknown_payment", needs=("paid_date",))
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
        return Outcome("applies", "too_late", values, (step, late), (), "inferred")
    return Outcome("applies", "applies", values, (step,))


def newborn_two_texts(facts: Facts, params: Params, turn: Turn) -> Outcome:
    """A newborn where the lower text's general delay and the national principle disagree: both, never a choice.

    Source: CN24-3.2 and 3.3 against HL23-1.3.1 (B-6, D-HL-4).
    """
    if facts.stage not in (None, "新生儿"):
        return DORMANT
    if facts.birth_date is None:
        if facts.stage == "新生儿" or turn.intent == params.get("always_for"):
            return Outcome("applies", "general", {"waiting": "unknown", "coverage_start": "unknown",
                                                   "birth_expense_covered": "unknown"}, status="conflict")  # fmt: skip
        return DORMANT
    birth, year = facts.birth_date, params["benefit_year"]
    paid_in_window = facts.paid_date is not None and facts.paid_date <= date.fromisoformat(params["window_to"])
    if birth.year not in (year - 1, year) or paid_in_window or (facts.paid_date is None and birth.year != year):
        return DORMANT
    deadline = on_day(birth, params["newborn_days"])
    values = {"waiting": "unknown", "coverage_start": "unknown", "birth_expense_covered": "unknown",
              "deadline": deadline.isoformat(),
              "deadline_safe": on_day(birth, params["newborn_days"] - 1).isoformat()}  # fmt: skip
    if facts.paid_date is None:
        return Outcome("applies", "unpaid", values, status="conflict")
    number = day_number(birth, facts.paid_date)
    if number > params["newborn_days"]:
        return NO
    local = on_day(facts.paid_date, params["wait_days"])
    readings = [
        {"counting": "国家原则", "coverage_start": birth.isoformat()},
        {"counting": "省文件字面", "coverage_start": local.isoformat()},
    ]
    steps = (
        _count(birth, facts.paid_date, params["newborn_days"], "出生"),
        f"省文件字面：{chinese_date(facts.paid_date)}＋{params['wait_days']}天＝{chinese_date(local)}",
    )
    return Outcome("applies", "applies", {**values, "readings": readings, "national_start": birth.isoformat(),
                                          "local_start": local.isoformat()}, steps, status="conflict")  # fmt: skip
