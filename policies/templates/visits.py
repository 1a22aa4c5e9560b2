"""Around birth: registering before it, and settling a visit with the child's medical code after it."""

from policies.counting import chinese_date, day_number, on_day
from policies.facts import Facts
from policies.templates.outcome import DORMANT, DecisionQuery, Params, RuleOutcome


def unborn(facts: Facts, params: Params, turn: DecisionQuery) -> RuleOutcome:
    """From which month of pregnancy the child can be registered. JS24-3.5; the text does not convert weeks."""
    months: int = params["months"]
    if facts.pregnancy_months is not None:
        ready = facts.pregnancy_months >= months
        step = f"怀孕{facts.pregnancy_months}个月，{'已满' if ready else '未满'}{months}个月"
        return RuleOutcome("applies", "ready" if ready else "early", {"allowed": "yes" if ready else "no"}, (step,))
    if facts.pregnancy_weeks is not None:
        sure = facts.pregnancy_weeks // 5 >= months  # even months of five weeks are full
        never = facts.pregnancy_weeks < months * 4
        if sure or never:
            return RuleOutcome("applies", "ready" if sure else "early", {"allowed": "yes" if sure else "no"})
        readings = [
            {"counting": "四周算一个月", "allowed": "yes"},
            {"counting": "按日历月算", "allowed": "unknown"},
        ]
        return RuleOutcome("applies", "weeks", {"allowed": "depends_local", "readings": readings}, (), (), "ambiguous")
    return DORMANT


def settle_by_code(facts: Facts, params: Params, turn: DecisionQuery) -> RuleOutcome:
    """Within so many days of birth a visit is settled with the medical code. JS24-3.4, CN24-3.6."""
    if facts.birth_date is None:
        return DORMANT
    limit: int = params["settle_days"]
    last = on_day(facts.birth_date, limit)
    day = facts.visit_date or turn.as_of
    number = day_number(facts.birth_date, day)
    values = {"deadline": last.isoformat(), "deadline_safe": on_day(facts.birth_date, limit - 1).isoformat(),
              "in_window": number <= limit, "day_number": number}  # fmt: skip
    if number < 0:
        return DORMANT
    counted = f"{chinese_date(facts.birth_date)}（出生，记第0天）到{chinese_date(day)}是第{number}天"
    step = f"{counted}，第{limit}天是{chinese_date(last)}"
    if number > limit:
        return RuleOutcome("applies", "after", {**values, "allowed": "not_stated"}, (step,), status="not_in_documents")
    if number == limit:
        readings = [
            {"counting": "出生当天算第0天", "in_window": True},
            {"counting": "出生当天算第1天", "in_window": False},
        ]
        return RuleOutcome(
            "applies", "boundary", {**values, "allowed": "yes", "readings": readings}, (step,), (), "ambiguous"
        )
    return RuleOutcome("applies", "inside", {**values, "allowed": "yes"}, (step,))
