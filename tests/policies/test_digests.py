"""Digests beside the documents: what they may carry, the ranks, conflicts shown, years that end, and a sweep."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from policies import places, wording
from policies.answers import TEXT_LIMIT, Answer, as_text, compose, for_paper
from policies.check_digests import copied, numbers_kept, numbers_told
from policies.decisions import Decision, decide, grounds_of
from policies.facts import Facts, read_facts
from policies.library import Fact, default, read
from policies.overview import OUTSIDE, everywhere, ground_of, provinces, snapshot, told_apart
from policies.telling import tellable
from policies.templates import TELLING
from policies.templates.outcome import DecisionQuery

LIBRARY = default()
REGIONS = ("100000", "320000", "320100", "320500", "371000", "370200", "230000", "230129", "310000", "330100", "130100",
           "430100", "510100", "110000")  # fmt: skip
EDGES = {date(year, month, day) for year in range(2023, 2031) for month, day in ((1, 1), (3, 5), (9, 1), (12, 31))}
EDGES |= {fact.known_from for fact in LIBRARY.facts.values()}
EDGES |= {fact.until for fact in LIBRARY.facts.values() if fact.until is not None}
DAYS = sorted(
    {day + timedelta(days=n) for day in EDGES for n in (-1, 0, 1) if date(2023, 1, 1) <= day <= date(2030, 12, 30)}
)
SAID: tuple[dict[str, Any], ...] = (
    {}, {"stage": "小学"}, {"stage": "大学"}, {"lapse_years": [2025], "stage": "初中"},
    {"birth_date": "2025-11-02", "paid_date": "2025-11-20", "paid_years": [2025]}, {"paid_years": [2025]},
)  # fmt: skip
COMPUTED = ("waiting_days", "waiting_months", "coverage_start", "coverage_end", "deadline", "personal_due", "premium",
            "cap", "allowed")  # fmt: skip


def answered(intent: str, region: str, day: date, facts: dict[str, Any] | None = None) -> tuple[Decision, Answer]:
    made = decide(intent, facts or {}, region, day, LIBRARY)
    return made, compose(made, LIBRARY)


def decided(step: int, *, whole: bool = False) -> Iterator[Decision]:
    """Every question in each region on every `step`-th day, the facts going round; `whole`: all of them, everywhere."""
    regions = sorted(everywhere(LIBRARY) | set(REGIONS)) if whole else REGIONS
    for n, day in enumerate(DAYS[::step]):
        for region in regions:
            for intent in LIBRARY.questions:
                for facts in SAID if whole else (SAID[(n + len(intent)) % len(SAID)],):
                    if facts.get("paid_date", "") <= day.isoformat():
                        yield decide(intent, facts, region, day, LIBRARY)


def everything(step: int, *, whole: bool = False) -> Iterator[tuple[Decision, Answer]]:
    """The same with its words."""
    for made in decided(step, whole=whole):
        yield made, compose(made, LIBRARY)


def facts_of(made: Decision) -> list[Fact]:
    return [g for key in grounds_of(made, LIBRARY) if isinstance(g := LIBRARY.ground(key), Fact)]


def told_in_its_time_and_place(made: Decision, answer: Answer) -> None:
    chain = {place.adcode for place in places.chain(made.adcode)}
    words = "".join((answer.headline, *answer.lines))
    for key in grounds_of(made, LIBRARY):
        assert LIBRARY.home(key) in chain, (made.intent, made.adcode, key)
        assert LIBRARY.ground(key).known_from <= made.as_of, (made.intent, made.as_of, key)
    for fact in facts_of(made):
        if fact.until is not None and fact.until < made.as_of:
            assert fact.year is not None, (made.intent, made.as_of, fact.id)
            assert f"{fact.year}年度" in words, (made.intent, made.as_of, fact.id)


def computed_with_what_was_read(made: Decision) -> None:
    rule = LIBRARY.rules[made.rule_id] if made.rule_id else None
    own = [LIBRARY.ground(key) for key in made.clauses]
    if rule is not None and any(isinstance(g, Fact) and g.medium for g in own) and made.status != "conflict":
        assert rule.template in TELLING, rule.id
    if own and isinstance(own[0], Fact) and own[0].medium and made.status == "decided":
        assert made.certainty == "reported", (made.intent, made.adcode, made.as_of)
        assert not {k for k in COMPUTED if made.values.get(k, "unknown") not in ("unknown", "not_stated")}


def test_no_fact_is_told_before_its_day_after_its_day_or_elsewhere() -> None:
    for made, answer in everything(3):
        told_in_its_time_and_place(made, answer)


def test_nothing_is_computed_with_what_was_only_reported() -> None:
    for made in decided(3):  # in words by the test above
        computed_with_what_was_read(made)


@pytest.mark.nightly
def test_both_hold_in_every_region_for_every_child() -> None:
    for made, answer in everything(1, whole=True):
        told_in_its_time_and_place(made, answer)
        computed_with_what_was_read(made)


def test_what_is_reported_says_so_and_keeps_its_numbers_apart() -> None:
    for made, answer in everything(5):
        if answer.certainty != "reported" or answer.status != "decided":
            continue
        assert "据官方发布" in answer.headline, (made.intent, made.adcode, answer.headline)
        assert answer.citations[0].basis == "digest"
        assert answer.refer == LIBRARY.hotline


def test_a_digest_is_never_shown_as_a_quotation() -> None:
    for made, answer in everything(7):
        for citation in answer.citations:
            as_json = citation.as_json()
            if citation.basis == "digest":
                assert "quote" not in as_json
                assert "摘要，以原文为准" in citation.line
                assert "“" not in as_json["fact"]
            else:
                assert "fact" not in as_json
                assert f"“{citation.quote}”" in citation.line
            assert citation.issuers, (made.intent, citation.clause)


def test_whom_to_ask_is_named_once_wherever_something_is_not_written() -> None:
    for _, answer in everything(5):
        text = as_text(answer)
        assert len(text) <= TEXT_LIMIT
        assert text.count(LIBRARY.hotline) <= 1
        if re.search("没有写|没写|未写|没有收录", "".join((answer.headline, *answer.lines, *answer.limits))):
            assert text.count(LIBRARY.hotline) == 1, (answer.intent, answer.region, answer.as_of)


def test_nothing_reported_gets_on_paper() -> None:
    for made, _ in everything(11):
        printed = for_paper(made, LIBRARY)
        more = [g for key in grounds_of(printed, LIBRARY) if isinstance(g := LIBRARY.ground(key), Fact) and g.medium]
        assert {fact.id for fact in more} <= set(made.clauses)
        assert "reported" not in printed.values


def test_no_digest_shares_eight_characters_with_a_text_of_its_place_or_above_and_every_number_is_kept() -> None:
    draft = read()
    held = {key: re.sub("[^\u4e00-\u9fffA-Za-z0-9]", "", text) for key, text in draft.texts.items()}
    for fact, _, region, *_ in draft.facts():
        chain = {place.adcode for place in places.chain(region)}
        above = {key: text for key, text in held.items() if draft.documents[key].region in chain}
        assert list(copied(fact.fact, above)) == [], fact.id
        assert numbers_told(fact.fact) <= numbers_kept(fact), fact.id


# ── ranks ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_local_text_goes_before_everything() -> None:
    made, answer = answered("ask_critical_illness_cap", "320000", date(2026, 11, 22))
    assert made.clauses[0] == "JS25-2.3.1"
    assert {c.basis for c in answer.citations} == {"text"}


def test_the_nations_law_is_told_after_a_silent_text_and_says_whose_it_is() -> None:
    made, answer = answered("ask_claim_process", "320000", date(2026, 11, 22))
    assert made.silent_in == "320000"
    assert answer.headline.startswith("江苏的文件没写；全国规定")
    assert answer.certainty == "inferred"
    assert any("以当地经办为准" in limit for limit in answer.limits)


def test_a_regions_digest_goes_before_the_nations_and_the_nations_stands_beside_it() -> None:
    made, answer = answered("ask_late_payment", "430100", date(2026, 3, 1), {"stage": "小学"})
    assert made.clauses[0] == "HN-Y26-3"
    assert any(line.startswith("国家规定") for line in answer.lines)
    assert "waiting_months" not in answer.values


def test_a_wait_of_the_nation_is_computed_only_where_the_region_has_no_rule_of_its_own() -> None:
    late = {"stage": "小学", "paid_date": "2026-02-10", "paid_years": [2026], "enrolled_years": [2025]}
    assert answered("ask_waiting_period", "510100", date(2026, 3, 1), late)[1].values["waiting_months"] == 3
    for region in ("320000", "371000", "310000"):
        assert "waiting_months" not in answered("ask_waiting_period", region, date(2026, 3, 1), late)[1].values


def test_what_is_written_of_newborns_nationally_goes_before_a_reported_local_rule() -> None:
    born = {"birth_date": "2026-07-01", "paid_date": "2026-07-21", "paid_years": [2026]}
    _, answer = answered("ask_coverage_start", "371000", date(2026, 11, 22), born)
    assert (answer.certainty, answer.values["coverage_start"]) == ("principle", "2026-07-01")
    assert "WH-NEW-1" in {c.clause for c in answer.citations}
    assert any("年头久了" in limit for limit in answer.limits)


@pytest.mark.parametrize(
    ("intent", "region", "facts", "both"),
    [
        ("ask_late_payment", "320000", {}, {"JS-ORD-2", "CN-38-W1"}),
        ("ask_nonlocal_enrollment", "320500", {"stage": "学龄前"}, {"JS25-2.1.2", "JS-SZ-3"}),
        ("ask_nonlocal_enrollment", "320400", {"stage": "幼儿园"}, {"JS25-2.1.2", "JS-CZ-1"}),
        ("ask_waiting_period", "371000", {"lapse_years": [2025]}, {"WH-RULE-1", "CN-38-W2"}),
        ("ask_status_change", "510100", {}, {"CN-43-1", "CN-38-W1"}),
        ("ask_refund", "330100", {}, {"ZJ-REG-24", "CN-33-4"}),
        ("ask_late_payment", "330100", {"stage": "小学"}, {"ZJ-REG-31b", "CN-38-W1"}),
        ("ask_unborn_enrollment", "320100", {}, {"JS24-3.5", "JS-NJU-1"}),
    ],
)
def test_where_two_grounds_disagree_both_are_told_and_none_is_chosen(
    intent: str, region: str, facts: dict[str, Any], both: set[str]
) -> None:
    _, answer = answered(intent, region, date(2026, 6, 1), facts)
    assert (answer.status, answer.certainty) == ("conflict", "ambiguous")
    assert both <= {c.clause for c in answer.citations}
    assert answer.values.get("coverage_start", "unknown") == "unknown"
    assert "不一样" in answer.headline


@pytest.mark.parametrize(
    ("intent", "region", "day", "city", "province"),
    [
        ("ask_lapse_penalty", "371000", date(2026, 6, 1), "WH-RULE-1", "SD-GOV-3"),
        ("ask_critical_illness_cap", "371000", date(2026, 6, 1), "WH-CAP-1", "SD-GOV-3"),
        ("ask_late_payment", "230129", date(2025, 7, 8), "HL-YS-1", "HL-Y25-3"),
    ],
)
def test_a_citys_digest_does_not_hide_what_its_province_says_of_something_else(
    intent: str, region: str, day: date, city: str, province: str
) -> None:
    cited = {c.clause for c in answered(intent, region, day, {})[1].citations}
    assert {city, province} <= cited


def test_of_the_same_thing_and_of_newborns_the_citys_own_stands_alone() -> None:
    sums = {c.clause for c in answered("ask_premium", "320100", date(2024, 11, 20), {"stage": "小学"})[1].citations}
    assert "JS-NJ-1" in sums
    assert not any(clause.startswith(("JS-ORD", "JS-GOV")) for clause in sums)
    window = {c.clause for c in answered("ask_payment_period", "371000", date(2026, 6, 1), {})[1].citations}
    assert "SD-NEW-1" not in window


def test_a_fact_of_one_year_answers_that_year_and_is_history_afterwards() -> None:
    facts = {"stage": "小学"}
    for day in (date(2024, 10, 31), date(2024, 11, 1), date(2025, 12, 31), date(2026, 1, 1)):
        _, answer = answered("ask_premium", "320100", day, facts)
        assert answer.status == ("decided" if day.year < 2026 else "not_in_documents"), day
        assert ("JS-NJ-1" in {c.clause for c in answer.citations}) == (day >= date(2024, 11, 1))
    assert any("已经过去" in line for line in answer.lines)
    assert "reported" not in answer.values
    said = answered("ask_premium", "320100", date(2026, 6, 1), {**facts, "paid_years": [2025]})[1]
    assert (said.status, said.values["reported"]["premium"]) == ("decided", 320)


@pytest.mark.parametrize(
    ("region", "intent", "day", "facts", "over"),
    [
        ("130000", "ask_coverage_start", date(2027, 2, 10), {"stage": "小学"}, True),
        ("130000", "ask_coverage_start", date(2026, 11, 10), {"stage": "小学", "paid_years": [2027]}, True),
        ("130000", "ask_coverage_start", date(2026, 11, 10), {"stage": "小学"}, False),
        ("320500", "ask_nonlocal_enrollment", date(2027, 3, 1), {}, True),
        ("320500", "ask_nonlocal_enrollment", date(2026, 3, 1), {}, False),
    ],
)
def test_what_a_years_notice_says_is_told_with_its_year_once_that_is_over(
    region: str, intent: str, day: date, facts: dict[str, Any], over: bool
) -> None:
    _, answer = answered(intent, region, day, facts)
    assert any("2026年度通知里的说法" in line for line in answer.limits) is over


def test_every_fact_of_a_years_notice_that_goes_on_names_it() -> None:
    """In the research it holds until the end of that year; it is told later, and then its year with it."""
    named = {fact.of_notice for fact in default().facts.values() if fact.of_notice}
    assert named == {2025, 2026}
    assert not [f.id for f in default().facts.values() if f.of_notice and (f.year or f.until)]


@pytest.mark.parametrize(
    ("day", "over"), [(date(2025, 12, 25), False), (date(2025, 12, 26), True), (date(2026, 11, 10), True)]
)
def test_a_collection_window_that_is_over_is_said_to_be(day: date, over: bool) -> None:
    _, answer = answered("ask_payment_period", "310000", day, {"stage": "小学"})
    assert "2025年12月25日" in as_text(answer)
    assert ("那一期已经过去" in as_text(answer)) is over


def test_the_years_of_heilongjiang_are_three_and_no_conflict() -> None:
    def wait(year: int) -> Answer:
        facts = {"stage": "小学", "paid_date": f"{year}-03-05", "paid_years": [year]}
        return answered("ask_waiting_period", "230000", date(2026, 6, 1), facts)[1]

    assert (wait(2024).certainty, wait(2024).values["waiting_days"]) == ("explicit", 90)
    assert (wait(2025).certainty, wait(2025).values["reported"]["fixed_wait_months"]) == ("reported", 3)
    assert (wait(2026).certainty, wait(2026).values["waiting_months"]) == ("inferred", 3)


def test_every_province_answers_the_national_questions() -> None:
    counted = dict(provinces(LIBRARY, date(2026, 11, 26)))
    assert len(counted) == 31
    assert all(count["○"] <= 2 for count in counted.values())
    assert not any(places.get(code + "0000") is None for code in OUTSIDE)


def test_the_four_regions_leave_at_most_twelve_cells_silent() -> None:
    days = {"100000": date(2026, 11, 26), "320000": date(2026, 11, 26), "371000": date(2026, 11, 26),
            "230000": date(2024, 5, 1)}  # fmt: skip
    silent = [(i, r) for r, day in days.items() for i in LIBRARY.questions
              if decide(i, {}, r, day, LIBRARY).status == "not_in_documents"]  # fmt: skip
    assert len(silent) <= 12, silent


def test_the_ground_of_an_answer_is_known_by_its_first() -> None:
    day = date(2026, 11, 22)
    grounds = [ground_of(decide(intent, {}, "510100", day, LIBRARY), LIBRARY) for intent in
               ("ask_newborn_enrollment", "ask_claim_process", "ask_remote_settlement")]  # fmt: skip
    assert grounds == ["", "摘", "报"]


@pytest.mark.parametrize("told", [{"lapse_years": [2023, 2024]}, {"paid_years": [2025]}, {"enrolled_years": [2024]}])
def test_years_that_are_over_belong_to_no_newborn(told: dict[str, list[int]]) -> None:
    """Harbin says how a newborn is covered; whoever lapsed in 2023 is none, and hears of the wait."""
    found = decide("ask_waiting_period", read_facts(told), "230100", date(2027, 1, 20))
    assert all("newborn" not in fact for fact in found.told)
    assert "新生儿" not in compose(found).headline
    fresh = compose(decide("ask_waiting_period", read_facts({}), "230100", date(2027, 1, 20)))
    assert compose(found).headline != fresh.headline


def test_places_that_count_as_alike_answer_alike_but_for_their_name() -> None:
    """What a trial of a paper compares is one place for each set of papers; two provinces without any are one."""
    shown = everywhere(LIBRARY)
    kept = told_apart(shown, LIBRARY)
    plain = next(p.adcode for p in places.provinces() if p.adcode in shown and p.adcode not in LIBRARY.digested())
    others = [code for code in sorted(shown - set(kept)) if code != plain][:2]
    assert set(kept) >= LIBRARY.regions() | LIBRARY.digested()
    assert plain in kept
    assert len(others) == 2
    told = snapshot(LIBRARY, date(2026, 3, 1), [plain, *others])

    def bare(code: str, intent: str) -> str:
        name = places.full_name(code)
        return str(told[f"{code} {intent}"]).replace(name, "X").replace(places.short_name(name), "X")

    for other in others:
        assert [bare(other, intent) for intent in LIBRARY.questions] == [bare(plain, i) for i in LIBRARY.questions]


@pytest.mark.parametrize("intent", ["ask_coverage_start", "ask_waiting_period", "ask_late_payment"])
@pytest.mark.parametrize(
    ("region", "inside", "outside"),
    [("430400", "2026-01-31", "2026-02-01"), ("130100", "2026-02-28", "2026-03-01")],
)
def test_the_nations_wait_is_not_computed_inside_a_window_that_is_reported(
    intent: str, region: str, inside: str, outside: str
) -> None:
    """集中期到次年1月、2月的地方：期内交的，不替他算“固定等3个月，到哪天”；过了才说。"""
    facts = {"stage": "学龄前"}
    made, answer = answered(intent, region, date(2026, 1, 20), {**facts, "paid_date": inside})
    assert "coverage_start" not in made.values
    assert not any("起能报" in line for line in (answer.headline, *answer.lines))
    _, told = answered(intent, region, date(2026, 1, 20), {**facts, "paid_date": outside})
    assert any("固定等3个月" in line for line in (told.headline, *told.lines))


def test_where_no_window_is_known_the_wait_is_told_of_what_is_paid_behind_it() -> None:
    _, answer = answered(
        "ask_coverage_start", "440100", date(2026, 1, 20), {"stage": "小学", "paid_date": "2026-01-22"}
    )
    assert "集中缴费期过了才交的" in answer.headline
    assert "不用等" in answer.headline


def test_who_lapsed_waits_inside_a_window_as_well() -> None:
    made, _ = answered("ask_coverage_start", "440100", date(2026, 1, 20),
                       {"stage": "小学", "paid_date": "2026-01-22", "lapse_years": [2025]})  # fmt: skip
    assert made.values["waiting_months"] == 4


def test_what_is_told_of_newborns_for_a_year_is_told_to_no_older_child() -> None:
    """A year after the birth opens what is told of everybody to newborns, and nothing of newborns to older children."""
    shown = next(fact for fact in LIBRARY.told["430000", "ask_late_payment"] if fact.year == 2026)
    for newborn, birth, expected in (
        (True, date(2015, 3, 1), False), (False, date(2015, 3, 1), True), (False, date(2025, 11, 28), True),
    ):  # fmt: skip
        told = {("430000", "ask_late_payment"): (replace(shown, newborn=newborn),)}
        facts = Facts(birth_date=birth, paid_years=(2026,))
        turn = DecisionQuery("ask_late_payment", date(2025, 12, 18), "430000")
        assert bool(tellable(replace(LIBRARY, told=told), "430000", facts, turn)) is expected, (newborn, birth)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 1, 20), "今天还在期内，离结束还有39天"), (date(2026, 2, 28), "今天是最后一天"),
        (date(2026, 3, 1), "那一期已经过去"),
    ],
)  # fmt: skip
def test_of_a_reported_window_it_is_told_whether_it_is_open(day: date, said: str) -> None:
    _, answer = answered("ask_payment_period", "130100", day, {"stage": "小学"})
    assert said in "\n".join((answer.headline, *answer.lines))


@pytest.mark.parametrize(
    ("day", "said"), [(date(2024, 12, 20), "还在期内"), (date(2025, 1, 15), ""), (date(2025, 3, 1), "已经过去")]
)
def test_a_window_that_may_be_extended_is_not_told_to_be_open(day: date, said: str) -> None:
    line = wording._fact_line("HL-Y25-2", default(), day)
    assert said in line
    assert ("还在期内" in line) is (said == "还在期内")
