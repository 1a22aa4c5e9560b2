"""When to register and pay: the collection window, and a deadline counted from birth."""

from datetime import date

from policies.counting import chinese_date, day_number, on_day, working_days_after
from policies.facts import Facts
from policies.templates.collection import collection
from policies.templates.coverage import change_of_status
from policies.templates.newborns import grown, in_season, rolled
from policies.templates.outcome import DORMANT, DecisionQuery, Params, RuleOutcome


def window(facts: Facts, params: Params, turn: DecisionQuery) -> RuleOutcome:
    """The collection window: recurring (`season_from`/`season_to`) or of one year (`window_from`/`window_to`).

    Sources: JS25-3.7.1, HL23-1.1.1. `for_year` is the benefit year it pays for: the one the rule is of, else the one
    after the year in which it opens; `open_year` the one that is collected now, when the other is over.
    """
    day = facts.paid_date or turn.as_of
    small = facts.birth_date is not None and not grown(facts.birth_date, day, params)
    newborn = small or facts.stage == "新生儿"
    if newborn and not _of_a_later_year(facts, params):
        return DORMANT
    of_year = date(min(facts.paid_years) - 1, 12, 31) if facts.paid_years else turn.as_of
    opens, closes, for_year = collection(params, of_year)
    values = {
        "window": [opens.isoformat(), closes.isoformat()], "window_from": opens.isoformat(),
        "window_to": closes.isoformat(), "for_year": for_year, "in_window": opens <= day <= closes,
    }  # fmt: skip
    if facts.paid_date is not None:
        key = "paid_inside" if values["in_window"] else "paid_outside"
    else:
        key = "before" if day < opens else "open" if day <= closes else "closed"
    step = f"集中缴费期：{chinese_date(opens)}至{chinese_date(closes)}（两端都含），缴{for_year}年度"
    if key == "open":
        values["days_left"] = day_number(turn.as_of, closes)
    if key == "closed" and "season_from" in params:  # “今年的最晚哪天”, while next year's is being collected
        opens, closes, year = collection(params, turn.as_of)
        if opens <= turn.as_of <= closes:
            key = "closed_next_open"
            values |= {"open_from": opens.isoformat(), "open_to": closes.isoformat(), "open_year": year}
    adds: tuple[str, ...] = ()
    if small and facts.birth_date is not None and facts.paid_date is None and "newborn_days" in params:
        safe = on_day(facts.birth_date, params["newborn_days"] - 1)
        if turn.as_of <= safe:  # next year's is asked about, and that of its birth may still be paid
            values |= {"birth_year": facts.birth_date.year, "deadline_safe": safe.isoformat()}
            adds = ("of_its_birth_year",)
    return RuleOutcome("applies", key, values, (step,), adds=adds)


def _of_a_later_year(facts: Facts, params: Params) -> bool:
    """Is a year asked about that a newborn's limit has nothing to do with: not that of its birth, nor, where a text
    says so (by its season), the one that is collected while it is born? It is collected as everybody's."""
    if facts.birth_date is None or not facts.paid_years or (facts.paid_date is not None and "season_from" in params):
        return False
    return min(facts.paid_years) > facts.birth_date.year + (1 if in_season(facts.birth_date, params) else 0)


def deadline_from_birth(facts: Facts, params: Params, turn: DecisionQuery) -> RuleOutcome:
    """By when a newborn must be registered and paid to be covered from birth; the safe day is one earlier.

    Sources: JS25-2.4.1, JS24-3.8, CN24-3.2. A birth inside the collection window carries the next-year exception.
    With `only_ahead` it speaks only while the limit lies ahead and nothing is paid, or (`in_time_too`) paid within it:
    then nothing has been missed.
    """
    if facts.birth_date is None:
        asks = facts.stage == "新生儿" and "only_ahead" not in params
        return RuleOutcome("needs", "unknown_birth", needs=("birth_date",)) if asks else DORMANT
    birth, limit = facts.birth_date, params["limit_days"]
    if facts.stage not in (None, "新生儿") or grown(birth, facts.paid_date or turn.as_of, params):
        return DORMANT
    if _of_a_later_year(facts, params):
        return DORMANT
    deadline, safe = on_day(birth, limit), on_day(birth, limit - 1)
    born_in_season = in_season(birth, params)
    values = {
        "deadline": deadline.isoformat(), "deadline_safe": safe.isoformat(), "birth_year": birth.year,
        "next_year": birth.year + 1, "next_year_start": date(birth.year + 1, 1, 1).isoformat(),
    }  # fmt: skip
    steps = (
        f"{chinese_date(birth)}出生。文件没写出生当天算不算第1天：算第1天，第{limit}天是{chinese_date(safe)}；"
        f"不算，是{chinese_date(deadline)}。按早的一天办最稳妥",
    )
    moved = rolled(deadline, params)
    adds: tuple[str, ...] = ()
    if moved is not None:
        values["deadline_moved"], adds = moved.isoformat(), ("holiday",)
    done = facts.paid_date
    in_time = done is not None and 0 <= day_number(birth, done) < limit
    if in_time and "in_time_too" in params and birth.year in (facts.paid_years or (birth.year,)):
        done = None  # a payment for the birth year within the limit misses nothing either
    if "only_ahead" in params and (done is not None or turn.as_of > deadline):
        return DORMANT
    if done is not None:
        number = day_number(birth, done)
        values["in_window"] = number <= limit
        if number > limit and moved is not None and done <= moved:
            return RuleOutcome(
                "applies", "paid_on_last_day", {**values, "day_number": number}, steps, (), "ambiguous", adds=adds
            )
        key = "paid_in_time" if number < limit else "paid_on_last_day" if number == limit else "paid_too_late"
        certainty = "ambiguous" if number == limit else None
        if born_in_season and number < limit and birth.year not in (facts.paid_years or (birth.year,)):
            key = "paid_next_only"  # in time, and yet not covered from birth
            adds = (*adds, "birth_year_open") if turn.as_of <= safe else adds
        elif born_in_season and number < limit and facts.paid_years is None:
            adds = (*adds, "which_year")
        return RuleOutcome("applies", key, {**values, "day_number": number}, steps, (), certainty, adds=adds)
    if turn.as_of > deadline:
        return RuleOutcome("applies", "passed", {**values, "in_window": False}, steps, adds=adds)
    values["days_left"] = max(day_number(turn.as_of, safe), 0)
    values["in_window"] = True
    return RuleOutcome("applies", "ahead_in_season" if born_in_season else "ahead", values, steps, adds=adds)


def deadline_from_change(facts: Facts, params: Params, turn: DecisionQuery) -> RuleOutcome:
    """By when a child whose status changed (户口迁入 …) must have paid to have no waiting period.

    Source: JS25-2.4.3. Once that day is over, the collection window beside it (JS25-3.7.1); with `only_ahead` it
    speaks only while the limit lies ahead: then nothing has been missed.
    """
    if facts.transition_date is None or facts.paid_date is not None or facts.enrolled_at_transition:
        return DORMANT
    if facts.birth_date is not None and not grown(facts.birth_date, turn.as_of, params):
        return DORMANT  # a newborn's own last day is told
    if change_of_status(facts, params, turn).state != "needs":
        return DORMANT  # a parent's change, which is not the child's
    limit: int = params["limit_days"]
    deadline, safe = on_day(facts.transition_date, limit), on_day(facts.transition_date, limit - 1)
    if "only_ahead" in params and turn.as_of > deadline:
        return DORMANT
    opens, closes, for_year = collection(params, turn.as_of)
    values = {
        "deadline": deadline.isoformat(), "deadline_safe": safe.isoformat(),
        "days_left": max(day_number(turn.as_of, safe), 0), "for_year": for_year,
        "window_from": opens.isoformat(), "window_to": closes.isoformat(),
    }  # fmt: skip
    step = f"{chinese_date(facts.transition_date)}身份转换，当天记第0天，第{limit}天是{chinese_date(deadline)}"
    return RuleOutcome("applies", "passed" if turn.as_of > deadline else "ahead", values, (step,))


def done_in_working_days(facts: Facts, params: Params, turn: DecisionQuery) -> RuleOutcome:
    """By when an application must have been handled, counted in working days of the official calendar. CN-REG-06b.

    Beyond the published calendar no date is given.
    """
    if facts.registered_date is None:
        return DORMANT
    number: int = params["working_days"]
    last = working_days_after(facts.registered_date, number)
    if last is None:
        return RuleOutcome("applies", "calendar_unknown", {"working_days": number})
    values = {"working_days": number, "deadline": last.isoformat()}
    step = f"{chinese_date(facts.registered_date)}申请（不算），往后数{number}个工作日是{chinese_date(last)}"
    return RuleOutcome("applies", "overdue" if turn.as_of > last else "running", values, (step,))
