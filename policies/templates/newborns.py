"""Newborns: within how many days of birth registering and paying covers from birth, and for which year."""

from datetime import date

from policies.counting import chinese_date, day_number, month_day, next_working_day, on_day, works
from policies.facts import Facts
from policies.templates.collection import collection
from policies.templates.outcome import DORMANT, NO, DecisionQuery, Params, RuleOutcome


def year_is_paid(facts: Facts, birth: date, paid: date, params: Params) -> bool | None:
    """Was the birth year paid for? None when nothing said so and the payment day leaves it open.

    A payment made before the next year's collection opens can only be for the birth year.
    """
    if facts.paid_years is not None:
        return birth.year in facts.paid_years
    opens = params.get("next_year_opens")
    if opens is None or paid < month_day(birth.year, opens):
        return True
    return None


def grown(birth: date, day: date, params: Params) -> bool:
    """Is a child on this day too old for what is said of newborns? Never, where a rule sets no `newborn_until` days."""
    return "newborn_until" in params and day_number(birth, day) > params["newborn_until"]


def count(start: date, done: date, limit: int, event: str) -> str:
    """The calculation in words: from which day, to which, and whether that is within the limit."""
    number = day_number(start, done)
    if number < 0:
        return f"{chinese_date(done)}登记缴费，是{event}（{chinese_date(start)}）前{-number}天"
    verdict = "没有超过" if number <= limit else "已超过"
    return (
        f"{chinese_date(start)}（{event}，记第0天）到{chinese_date(done)}（缴费到账）是第{number}天，{verdict}{limit}天"
    )


def days_done(facts: Facts, birth: date) -> tuple[date | None, int | None]:
    """The day registration and payment were both done, and its number from birth; None while not paid."""
    if facts.paid_date is None:
        return None, None
    done = max(facts.paid_date, facts.registered_date or facts.paid_date)
    return done, day_number(birth, done)


def rolled(deadline: date, params: Params) -> date | None:
    """Where a limit ends on a day off: the working day 民法典第203条 moves it to; None where it does not apply."""
    if "rolls_over" not in params or works(deadline) is not False:
        return None
    return next_working_day(deadline)


def in_season(day: date, params: Params) -> bool:
    """Is `day` inside the recurring window in which, that year, the next year is collected?

    Of a season over the end of a year that is its part before the new year.
    """
    if params.get("season_from") is None or params.get("season_to") is None:
        return False
    opens, closes, _ = collection(params, date(day.year, 12, 31))
    return opens <= day <= closes


def readings_of_day_zero(inside: dict[str, object]) -> list[dict[str, object]]:
    """The last day of a limit counted both ways: with the event's day as day 0, and as day 1."""
    outside = {"counting": "出生当天算第1天", "in_window": False, "waiting": "unknown", "coverage_start": "unknown"}
    return [{"counting": "出生当天算第0天", "in_window": True, **inside}, outside]


def newborn_grace(facts: Facts, params: Params, turn: DecisionQuery) -> RuleOutcome:
    """Registered and paid within `limit_days` of birth for the birth year: covered from birth.

    Source: JS25-2.4.1, JS24-3.8, CN24-3.2. Exactly the last day keeps both readings (clauses.md C-0); a limit that
    ends on a day off may end on the next working day (CN-CC-203). Paid before birth (准新生儿) is in time.
    """
    limit: int = params["limit_days"]
    if facts.birth_date is None:
        if facts.stage not in (None, "新生儿") or facts.transition or facts.enrolled_elsewhere or facts.new_assistance:
            return DORMANT
        if facts.stage is None and (facts.lapse_years or (facts.paid_date and facts.paid_years is not None)):
            return DORMANT
        return RuleOutcome("needs", "unknown_birth", needs=("birth_date", "paid_date"))
    birth = facts.birth_date
    done, number = days_done(facts, birth)
    deadline = on_day(birth, limit)
    values: dict[str, object] = {
        "deadline": deadline.isoformat(), "deadline_safe": on_day(birth, limit - 1).isoformat(),
        "birth_year": birth.year, "next_year": birth.year + 1,
        "next_year_start": date(birth.year + 1, 1, 1).isoformat(),
    }  # fmt: skip
    moved = rolled(deadline, params)
    if moved is not None:
        values["deadline_moved"] = moved.isoformat()
    if facts.paid_date is None and facts.paid_years and min(facts.paid_years) > birth.year + 1:
        return NO  # a year that begins when it is more than a year old is collected as everybody's
    if done is None or number is None:
        return _unpaid(facts, birth, limit, values, turn)
    if number > limit and (moved is None or done > moved):
        return NO
    return _paid(facts, params, turn, done, number, values)


def _unpaid(facts: Facts, birth: date, limit: int, values: dict[str, object], turn: DecisionQuery) -> RuleOutcome:
    """Not paid yet, or no day said: by when."""
    if facts.stage not in (None, "新生儿"):
        return NO
    deadline, safe = on_day(birth, limit), on_day(birth, limit - 1)
    adds = ("holiday",) if "deadline_moved" in values else ()
    steps = (f"{chinese_date(birth)}出生，当天记第0天，第{limit}天是{chinese_date(deadline)}",)
    if turn.as_of > deadline:
        return RuleOutcome("needs", "deadline_passed", values, steps, ("paid_date",), adds=adds)
    if birth > turn.as_of:
        return RuleOutcome("needs", "not_yet_born", values, steps, ("paid_date",), adds=adds)
    left = max(day_number(turn.as_of, safe), 0)
    return RuleOutcome("needs", "deadline_ahead", {**values, "days_left": left}, steps, ("paid_date",), adds=adds)


def _paid(
    facts: Facts, params: Params, turn: DecisionQuery, done: date, number: int, values: dict[str, object]
) -> RuleOutcome:
    """Registered and paid within the limit: by which year was paid, and on which side of a boundary."""
    birth, limit = facts.birth_date, params["limit_days"]
    assert birth is not None
    assert facts.paid_date is not None
    step = count(birth, done, limit, "出生")
    inside: dict[str, object] = {"waiting": params.get("waiting", "none"), "coverage_start": birth.isoformat()}
    year_paid = year_is_paid(facts, birth, facts.paid_date, params)
    if number > limit:
        return NO if year_paid is False else _after_a_day_off(values, step, number, limit, inside)
    if year_paid is None:
        return RuleOutcome("needs", "which_year", values, (step,), ("paid_years",))
    if not year_paid:
        return _other_year(facts, params, values, step)
    found = {
        "waiting": params.get("waiting", "none"), "coverage_start": birth.isoformat(), "birth_expense_covered": True,
        "in_window": True, "day_number": number, **values,
    }  # fmt: skip
    if number < 0:
        ahead = {**found, "days_before": -number}
        return RuleOutcome("applies", "before_birth", ahead, (step,), (), params.get("before_birth"))
    if number == limit:
        return RuleOutcome(
            "applies", "boundary", {**found, "readings": readings_of_day_zero(inside)}, (step,), (), "ambiguous"
        )
    years = set(facts.paid_years or ())
    if in_season(birth, params) and birth.year + 1 in years:
        return RuleOutcome("applies", "both_years", found, (step,), (), "inferred")
    if in_season(birth, params) and years:
        _, until, _ = collection(params, date(birth.year, 12, 31))
        adds = ("next_year_late",) if turn.as_of > until else ()
        return RuleOutcome(
            "applies", "this_year_only", {**found, "next_year_until": until.isoformat()}, (step,), adds=adds
        )
    return RuleOutcome("applies", "applies" if years else "year_assumed", found, (step,))


def _after_a_day_off(
    values: dict[str, object], step: str, number: int, limit: int, inside: dict[str, object]
) -> RuleOutcome:
    """Late, but on or before the working day a limit ending on a day off would move to: not written, both said."""
    moved = chinese_date(date.fromisoformat(str(values["deadline_moved"])))
    readings = [
        {"counting": "顺延到休假后第一个工作日", "in_window": True, **inside},
        {"counting": "不顺延", "in_window": False, "waiting": "unknown", "coverage_start": "unknown"},
    ]
    found = {**values, "waiting": "unknown", "coverage_start": "unknown", "day_number": number, "readings": readings}
    steps = (step, f"第{limit}天是休假日，按民法典的期间规则顺延到{moved}")
    return RuleOutcome("applies", "rolled", found, steps, (), None, "not_in_documents", ("holiday",))


def _other_year(facts: Facts, params: Params, values: dict[str, object], step: str) -> RuleOutcome:
    """Only another year was paid: nothing from birth, unless a text names no year and the new one had just begun."""
    birth = facts.birth_date
    assert birth is not None
    assert facts.paid_date is not None
    new_year = birth.year + 1
    if "year_unwritten" not in params or facts.paid_date.year != new_year or new_year not in (facts.paid_years or ()):
        return NO
    readings = [
        {"counting": "通知没写交哪一年，九十天内交了就算", "coverage_start": birth.isoformat()},
        {"counting": "要交出生当年的才从出生算", "coverage_start": values["next_year_start"]},
    ]
    found = {**values, "waiting": params.get("waiting", "none"), "coverage_start": values["next_year_start"],
             "birth_expense_covered": "unknown", "readings": readings}  # fmt: skip
    return RuleOutcome("applies", "new_year_only", found, (step,), (), "ambiguous")


def newborn_next_year_only(facts: Facts, params: Params, turn: DecisionQuery) -> RuleOutcome:
    """Born in the collection window and only the next year paid within the limit: covered from 1 January.

    Source: JS25-2.4.2. Born outside the window, the text is silent: preferred reading, said as ambiguous (D-JS-4).
    Paid when the new year had begun, it is also “the current year” of the general rule: both readings. Not paid yet
    while the limit runs, the same is said of what is meant to be paid (“只交明年的”).
    """
    limit: int = params["limit_days"]
    if facts.birth_date is None or facts.paid_years is None:
        return DORMANT
    birth = facts.birth_date
    if birth.year in facts.paid_years or birth.year + 1 not in facts.paid_years:
        return DORMANT
    if facts.paid_date is None:
        return _next_year_meant(birth, limit, params, turn)
    done, number = days_done(facts, birth)
    if done is None or number is None:
        return DORMANT
    if number > limit:
        return NO
    start = date(birth.year + 1, 1, 1)
    values = {
        "waiting": "none", "coverage_start": start.isoformat(), "birth_expense_covered": False,
        "deadline": on_day(birth, limit).isoformat(), "deadline_safe": on_day(birth, limit - 1).isoformat(),
        "day_number": number, "birth_year": birth.year, "next_year": birth.year + 1,
    }  # fmt: skip
    steps = (
        count(birth, done, limit, "出生"),
        f"只交了{birth.year + 1}年度，所以从{chinese_date(start)}起；出生到{birth.year}年底没有缴当年度",
    )
    if not in_season(birth, params):
        other = {"counting": "文件没写集中缴费期以外出生的怎么算", "coverage_start": "unknown"}
        here = {"counting": "比照集中缴费期出生的处理", "coverage_start": start.isoformat()}
        return RuleOutcome(
            "applies", "born_outside_season", {**values, "readings": [here, other]}, steps, (), "ambiguous"
        )
    if facts.paid_date.year > birth.year:
        readings = [
            {"counting": "按集中缴费期出生、只办下一年度", "coverage_start": start.isoformat()},
            {"counting": "到账时这一年已是当年，按出生后期限内登记缴费", "coverage_start": birth.isoformat()},
        ]
        open_ = {**values, "birth_expense_covered": "unknown", "readings": readings}
        return RuleOutcome("applies", "paid_in_new_year", open_, steps[:1], (), "ambiguous")
    if number == limit:
        inside = {"counting": "出生当天算第0天", "in_window": True, "coverage_start": start.isoformat()}
        outside = {"counting": "出生当天算第1天", "in_window": False, "coverage_start": "unknown"}
        return RuleOutcome("applies", "boundary", {**values, "readings": [inside, outside]}, steps, (), "ambiguous")
    late = turn.as_of > on_day(birth, limit)
    return RuleOutcome("applies", "applies", values, steps, adds=("birth_year_late" if late else "birth_year_open",))


def _next_year_meant(birth: date, limit: int, params: Params, turn: DecisionQuery) -> RuleOutcome:
    """Only the next year is going to be paid, some day within the limit: what that would mean today. Behind the limit
    it was paid on a day that was not told, or will be too late."""
    deadline, safe = on_day(birth, limit), on_day(birth, limit - 1)
    over = turn.as_of > safe and in_season(birth, params)
    if turn.as_of < birth or (turn.as_of > safe and not over):
        return DORMANT
    start = date(birth.year + 1, 1, 1)
    values: dict[str, object] = {
        "waiting": "none", "coverage_start": start.isoformat(), "birth_expense_covered": False,
        "deadline": deadline.isoformat(), "deadline_safe": safe.isoformat(),
        "birth_year": birth.year, "next_year": birth.year + 1,
    }  # fmt: skip
    steps = (f"{chinese_date(birth)}出生，当天记第0天，第{limit}天是{chinese_date(deadline)}",)
    if over:
        open_ = {**values, "waiting": "unknown", "coverage_start": "unknown", "birth_expense_covered": "unknown",
                 "next_year_start": start.isoformat()}  # fmt: skip
        return RuleOutcome("applies", "some_day", open_, steps, (), "ambiguous", adds=("after_the_limit",))
    if not in_season(birth, params):
        return RuleOutcome("applies", "meant_outside_season", values, steps, (), "ambiguous")
    if turn.as_of.year > birth.year:
        open_ = {**values, "birth_expense_covered": "unknown"}
        return RuleOutcome("applies", "meant_in_new_year", open_, steps, (), "ambiguous")
    return RuleOutcome("applies", "meant", values, steps, adds=("birth_year_open",))


def newborn_late(facts: Facts, params: Params, turn: DecisionQuery) -> RuleOutcome:
    """A newborn paid for after the limit: the nation leaves it to each place. Says so, computes nothing. CN24-3.2."""
    if facts.birth_date is None or facts.paid_date is None:
        return DORMANT
    done, number = days_done(facts, facts.birth_date)
    limit: int = params["limit_days"]
    if done is None or number is None or not limit < number <= params["newborn_days"]:
        return DORMANT
    values = {"waiting": "unknown", "coverage_start": "unknown", "day_number": number}
    return RuleOutcome("applies", "applies", values, (count(facts.birth_date, done, limit, "出生"),),
                   status="not_in_documents" if params.get("silent") else None)  # fmt: skip


def newborn_two_texts(facts: Facts, params: Params, turn: DecisionQuery) -> RuleOutcome:
    """A newborn where the lower text's general delay and the national principle disagree: both, never a choice.

    Source: CN24-3.2 and 3.3 against HL23-1.3.1 (B-6, D-HL-4).
    """
    if facts.stage not in (None, "新生儿"):
        return DORMANT
    if facts.birth_date is None:
        if facts.stage == "新生儿" or turn.intent == params.get("always_for"):
            return RuleOutcome("applies", "general", {"waiting": "unknown", "coverage_start": "unknown",
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
        return RuleOutcome("applies", "unpaid", values, status="conflict")
    number = day_number(birth, facts.paid_date)
    if number > params["newborn_days"]:
        return NO
    local = on_day(facts.paid_date, params["wait_days"])
    readings = [
        {"counting": "国家原则", "coverage_start": birth.isoformat()},
        {"counting": "省文件字面", "coverage_start": local.isoformat()},
    ]
    steps = (
        count(birth, facts.paid_date, params["newborn_days"], "出生"),
        f"省文件字面：{chinese_date(facts.paid_date)}＋{params['wait_days']}天＝{chinese_date(local)}",
    )
    return RuleOutcome("applies", "applies", {**values, "readings": readings, "national_start": birth.isoformat(),
                                          "local_start": local.isoformat()}, steps, status="conflict")  # fmt: skip
