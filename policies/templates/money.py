"""Yuan: the premium and who pays it, and the critical-illness cap with its bonuses and reductions. Whole yuan only."""

from datetime import date

from policies import places
from policies.counting import chinese_date
from policies.facts import Facts
from policies.templates.outcome import DORMANT, DecisionQuery, Params, RuleOutcome

_UNRECOGNISED = ("没", "未", "无", "尚", "还没")


def premium(facts: Facts, params: Params, turn: DecisionQuery) -> RuleOutcome:
    """What the family pays for one child and one year. With no day of payment, as if paid today.

    Sources: HL23-1.2.1 (standard), 1.2.2 (late payers also pay the public subsidy, whose amount is not written),
    2.1 and 2.2 (aid for recognised poverty, of the personal part only), 2.3.2 (recognised elsewhere).
    """
    standard: int = params["standard"]
    last_day = date.fromisoformat(params["last_ordinary_day"])
    day = facts.paid_date or turn.as_of
    late = day > last_day and (facts.paid_date is not None or day.year <= params["benefit_year"])
    adds = ("as_if_paid_today",) if late and facts.paid_date is None else ()
    groups = facts.categories
    if not groups or groups == ("普通",):
        if turn.intent == "ask_subsidy" and not groups:
            return RuleOutcome("needs", "unknown_group", {"premium": standard}, needs=("category",))
        if late:
            step = f"{chinese_date(day)}晚于{chinese_date(last_day)}，个人缴费{standard}元之外还要自己出财政补助"
            values = {"premium": standard, "subsidy": 0, "personal_due": "unknown", "full_cost": "unknown"}
            return RuleOutcome("applies", "late", values, (step,), adds=adds)
        values = {"premium": standard, "subsidy": 0, "personal_due": standard}
        return RuleOutcome("applies", "ordinary_known" if groups or facts.paid_date else "ordinary", values)
    found = _aid(facts, params, groups)
    if isinstance(found, RuleOutcome):
        return found
    share, shares = found
    subsidy = standard * share // 100
    due = standard - subsidy
    step = f"个人缴费{standard}元×{share}%＝资助{subsidy}元，自己交{standard}－{subsidy}＝{due}元"
    values = {"premium": standard, "subsidy": subsidy, "personal_due": due, "share": share}
    if late:
        readings = [
            {"counting": "资助只及个人缴费，财政补助自己出", "personal_due": "unknown"},
            {"counting": "资助对象不受迟缴影响", "personal_due": due},
        ]
        return RuleOutcome("applies", "subsidised_late", {**values, "personal_due": "unknown", "readings": readings},
                       (step,), (), "ambiguous", adds=adds)  # fmt: skip
    if len(shares) > 1:
        readings = [{"counting": group, "personal_due": standard - standard * one // 100} for group, one in shares]
        return RuleOutcome("applies", "two_groups", {**values, "readings": readings}, (step,), (), "ambiguous")
    return RuleOutcome("applies", "subsidised_whole" if share == 100 else "subsidised_part", values, (step,))


def _aid(facts: Facts, params: Params, groups: tuple[str, ...]) -> RuleOutcome | tuple[int, list[tuple[str, int]]]:
    """The share paid for recognised poverty: the highest of those said, and each that differs; or why there is none."""
    standard: int = params["standard"]
    named = [(group, 100) for group in groups if group in params["whole_groups"]]
    named += [(group, params["part_share"]) for group in groups if group in params["part_groups"]]
    if not named:
        return RuleOutcome("applies", "group_not_listed", {"premium": standard}, status="not_in_documents")
    if facts.recognised_in is not None and any(facts.recognised_in.startswith(word) for word in _UNRECOGNISED):
        values = {"premium": standard, "subsidy": 0, "personal_due": standard}
        return RuleOutcome("applies", "not_recognised", values, certainty="inferred")
    if facts.recognised_in is not None and not _inside(facts.recognised_in, params["home"]):
        return RuleOutcome("applies", "recognised_elsewhere", {"premium": standard, "subsidy": "unknown"})
    different = {share: group for group, share in reversed(named)}
    return max(different), [(group, share) for share, group in sorted(different.items(), reverse=True)]


def _inside(where: str, home: str) -> bool:
    """Is the place where poverty was recognised in the home province? A code, a name, or 省内 and 省外 as said."""
    if where.isdigit():
        return where[:2] == home[:2]
    if "省外" in where or "外省" in where:
        return False
    named = [p for p in places.provinces() if places.short_name(p.name) in where]
    found = {place.adcode for place in named or places.meanings(where)}
    return not found or any(adcode[:2] == home[:2] for adcode in found)


def late_payment(facts: Facts, params: Params, turn: DecisionQuery) -> RuleOutcome:
    """Paying after the last ordinary day costs the public subsidy too. HL23-1.2.2. No day said: as if paid today."""
    last_day = date.fromisoformat(params["last_ordinary_day"])
    day = facts.paid_date or turn.as_of
    adds = () if facts.paid_date else ("as_if_paid_today",)
    if day > last_day:
        values = {"personal_due": "unknown", "full_cost": "unknown", "premium": params["standard"], "in_window": False}
        return RuleOutcome("applies", "late", values, (f"{chinese_date(day)}晚于{chinese_date(last_day)}",), adds=adds)
    values = {"personal_due": params["standard"], "premium": params["standard"]}
    return RuleOutcome("applies", "in_time", values, (f"{chinese_date(day)}不晚于{chinese_date(last_day)}",), adds=adds)


def cap_ladder(facts: Facts, params: Params, turn: DecisionQuery) -> RuleOutcome:
    """The critical-illness cap of a year: base, continuity and zero-claim bonuses, reductions for lapses.

    Sources: JS25-2.3.1 to 2.3.9. Years before `first_year` do not count; the two bonuses together and the reductions
    each stop at `limit_share` per cent of the base; using bonus in a claim clears the zero-claim part of later years.
    """
    said = (facts.enrolled_years, facts.zero_claim_years, facts.lapse_years, facts.used_bonus_years)
    if all(years is None for years in said):
        return DORMANT
    year = _year_meant(facts, turn)
    first: int = params["first_year"]
    base: int = params["base"]
    enrolled = _enrolled(facts, first, year)
    lapses = _lapses(facts, enrolled, first, year)
    if turn.intent == "ask_lapse_penalty" and not lapses:
        return DORMANT  # nothing was reduced: what a lapse would cost is another rule's
    streak = _streak(enrolled - set(lapses), year)
    zero = _zero_claims(facts, first, year)
    limit: int = base * params["limit_share"] // 100
    penalty: int = min(len(lapses) * params["lapse_step"], limit)
    zero_bonus: int = len(zero) * params["step"]

    def cap(steps: int) -> int:
        up: int = min(steps * params["step"] + zero_bonus, limit)
        return up + base - penalty

    steps_up = max(streak - params["continuous_years"], 0)
    values = {
        "base": base, "continuity_bonus": steps_up * params["step"], "zero_claim_bonus": zero_bonus,
        "penalty": penalty, "cap": cap(steps_up), "consecutive_years_counted": streak, "service_year": year,
    }  # fmt: skip
    steps = _cap_steps(values, zero, lapses, limit, params)
    before = _earned_before(enrolled, lapses[0], params) if lapses else 0
    zero_before = [y for y in zero if lapses and y < lapses[-1]]

    def without_earlier() -> int:
        up: int = min((steps_up + len(zero) - len(zero_before)) * params["step"], limit)
        return up + base - penalty

    if (before or zero_before) and cap(before + steps_up) != without_earlier():
        readings = [
            {"counting": "断保前已得的奖励保留，再降低", "cap": cap(before + steps_up)},
            {"counting": "断保前已得的奖励不再保留", "cap": without_earlier()},
        ]
        kept = {**values, "continuity_bonus": (before + steps_up) * params["step"], "cap": cap(before + steps_up)}
        return RuleOutcome("applies", "bonus_before_lapse", {**kept, "readings": readings}, steps, (), "ambiguous")
    if steps_up and cap(steps_up - 1) != cap(steps_up):
        readings = [
            {"counting": f"连续第{params['continuous_years'] + 1}年当年就提高", "cap": cap(steps_up)},
            {"counting": "满了再连续一年，次年才提高", "cap": cap(steps_up - 1)},
        ]
        return RuleOutcome("applies", "first_step", {**values, "readings": readings}, steps, (), "ambiguous")
    if streak and not steps_up:
        last = year if year in enrolled else year - 1
        values["first_raise"] = last - streak + 1 + params["continuous_years"]
        return RuleOutcome("applies", "counted_anew" if penalty else "not_raised_yet", values, steps)
    return RuleOutcome("applies", "reduced" if penalty else "applies", values, steps)


def _year_meant(facts: Facts, turn: DecisionQuery) -> int:
    """The year of the cap: the one said, else this one; a year that was not paid has none, so the next that may be."""
    if facts.service_date is not None and facts.service_year is None:
        return facts.service_date.year
    year = facts.service_year or turn.as_of.year
    while year in (facts.lapse_years or ()):
        year += 1
    return year


def _enrolled(facts: Facts, first: int, year: int) -> set[int]:
    """The counted years with coverage; those in another province's residents' scheme count too (JS25-2.3.7)."""
    elsewhere = {y for e in facts.enrolled_elsewhere or () if e.type == "居民医保" for y in e.years}
    said = set(facts.enrolled_years or ()) | elsewhere | set(facts.zero_claim_years or ())
    return {y for y in said if first <= y <= year} - set(facts.lapse_years or ())


def _lapses(facts: Facts, enrolled: set[int], first: int, year: int) -> list[int]:
    """The years without coverage between two covered ones, or as said, before the year whose cap is asked for: a cap
    has only a year that is covered, so that there is a return after every one of them."""
    gaps = set(range(min(enrolled), max(enrolled))) - enrolled if enrolled else set()
    said = {y for y in facts.lapse_years or () if first <= y < year}
    return sorted(gaps | said)


def _streak(enrolled: set[int], year: int) -> int:
    """How many years in a row up to `year` (or up to the year before, while this year's payment is not said)."""
    last = year if year in enrolled else year - 1
    count = 0
    while last - count in enrolled:
        count += 1
    return count


def _zero_claims(facts: Facts, first: int, year: int) -> list[int]:
    """Zero-claim years whose bonus still stands in `year`: those before it, after the last year bonus was used."""
    used = [y for y in facts.used_bonus_years or () if y < year]
    since = max(used, default=0)
    return sorted(y for y in set(facts.zero_claim_years or ()) if max(first, since + 1) <= y < year)


def _earned_before(enrolled: set[int], lapse: int, params: Params) -> int:
    continuous: int = params["continuous_years"]
    return max(_streak(enrolled, lapse - 1) - continuous, 0)


def _cap_steps(
    values: dict[str, int], zero: list[int], returned: list[int], limit: int, params: Params
) -> tuple[str, ...]:
    years, streak = params["continuous_years"], values["consecutive_years_counted"]
    steps = [
        f"{params['first_year']}年起连续参保{streak}年，超过{years}年的{max(streak - years, 0)}年"
        f"×{params['step']}元＝{values['continuity_bonus']}元",
        f"此前零报销{len(zero)}年×{params['step']}元＝{values['zero_claim_bonus']}元",
    ]
    if values["continuity_bonus"] + values["zero_claim_bonus"] > limit:
        steps.append(f"两项合计超过上限，按{limit}元")
    if returned:
        steps.append(f"断保{len(returned)}年×{params['lapse_step']}元，降低{values['penalty']}元")
    steps.append(f"{values['service_year']}年封顶线＝{values['cap']}元")
    return tuple(steps)
