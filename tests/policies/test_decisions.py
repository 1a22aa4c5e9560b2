"""Dates to the day, statuses and clauses, by region and day of asking; and what must hold for every input."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.answers import TEXT_LIMIT, Answer, as_text, compose
from policies.decisions import Decision, decide, find_region
from policies.errors import FactError, UnknownQuestion, UnknownRegion
from policies.library import Fact, default
from policies.numerals import numbers_in

REGIONS = ("100000", "320000", "371000", "230000", "370200")
DAYS = (date(2023, 10, 1), date(2024, 5, 1), date(2025, 3, 1), date(2025, 8, 5), date(2026, 11, 22))


def about(
    intent: str, facts: dict[str, Any] | None = None, region: str = "江苏", as_of: str = "2026-11-22"
) -> Decision:
    return decide(intent, facts or {}, region, date.fromisoformat(as_of))


def newborn(day: int, **more: Any) -> Decision:
    birth = date(2025, 7, 2)
    facts = {"birth_date": "2025-07-02", "paid_date": (birth + timedelta(days=day)).isoformat(), "paid_years": [2025]}
    return about("ask_waiting_period", {**facts, **more})


@pytest.mark.parametrize("day", [0, 1, 22, 88, 89])
def test_up_to_day_89_coverage_starts_at_birth(day: int) -> None:
    found = newborn(day)
    assert (found.status, found.certainty, found.values["coverage_start"]) == ("decided", "explicit", "2025-07-02")
    assert found.clauses == ("JS25-2.4.1",)


def test_day_90_is_answered_with_both_readings() -> None:
    found = newborn(90)
    assert (found.status, found.certainty) == ("decided", "ambiguous")
    assert [r["in_window"] for r in found.values["readings"]] == [True, False]


def test_day_91_is_not_in_the_documents_and_gets_no_number() -> None:
    found = newborn(91)
    assert found.status == "not_in_documents"
    assert {name: found.values[name] for name in ("waiting", "coverage_start")} == {
        "waiting": "unknown", "coverage_start": "unknown"
    }  # fmt: skip
    assert found.clauses == ("JS25-2.4.6",)
    assert found.adds == ("ordinance",)  # the ordinance is told as reported, without a day
    assert "《江苏省医疗保障条例》" in found.missing_docs


def test_registering_late_counts_even_when_paid_early() -> None:
    assert newborn(10, registered_date="2025-10-05").status == "not_in_documents"


def test_a_rule_is_not_used_before_its_document_was_issued() -> None:
    facts = {"birth_date": "2025-05-01", "paid_date": "2025-06-01", "paid_years": [2025]}
    early = about("ask_waiting_period", facts, as_of="2025-06-15")
    assert early.clauses[0] == "JS24-3.8"
    assert early.certainty == "principle"


def test_the_annual_document_of_heilongjiang_is_silent_outside_2024() -> None:
    found = about("ask_premium", {}, "黑龙江", "2026-11-22")
    assert found.status == "not_in_documents"
    assert "premium" not in found.values
    assert about("ask_premium", {}, "黑龙江", "2024-05-01").values["premium"] == 380


def test_weihai_is_not_told_to_its_neighbours() -> None:
    assert about("ask_family_account_payment", {}, "青岛").clauses == ("CN24-4.5", "CN-38-F1")
    assert about("ask_family_account_payment", {}, "荣成市").clauses == ("WH24-3.2.2",)


def test_exceptions_do_not_erase_what_the_base_states() -> None:
    facts = {"birth_date": "2024-05-01", "paid_date": "2024-06-01", "paid_years": [2024]}
    found = about("ask_waiting_period", facts)
    assert (found.values["waiting"], found.values["coverage_start"]) == ("none", "2024-05-01")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"birth_date": "2025-02-31"}, "birth_date"),
        ({"birth_date": "2025-7-1"}, "birth_date"),
        ({"birthday": "2025-07-01"}, "birthday"),
        ({"birth_date": "2025-07-10", "paid_date": "2025-07-01"}, "paid_date"),
        ({"birth_date": "2025-07-10", "registered_date": "2024-07-01", "paid_date": "2025-07-11"}, "registered_date"),
        ({"birth_date": "2025-07-10", "visit_date": "2025-07-01"}, "visit_date"),
        ({"paid_years": ["2025"]}, "paid_years"),
        ({"stage": "博士"}, "stage"),
        ({"pregnancy_months": 14}, "pregnancy_months"),
        ({"enrolled_years": [2025], "lapse_years": [2025]}, "lapse_years"),
    ],
)
def test_wrong_facts_are_refused_by_name(facts: dict[str, Any], field: str) -> None:
    with pytest.raises(FactError) as refused:
        about("ask_waiting_period", facts)
    assert refused.value.field == field
    assert refused.value.message


def test_unknown_regions_and_questions_are_refused() -> None:
    with pytest.raises(UnknownRegion):
        find_region("999999")
    with pytest.raises(UnknownRegion) as several:
        find_region("通州")
    assert len(several.value.candidates) == 2
    with pytest.raises(UnknownQuestion):
        about("ask_weather")


# ── what holds for every question, region and day ────────────────────────────────────────────────

WHOLE_MATRIX = [(i, r, d) for i in default().questions for r in REGIONS for d in DAYS]


def answered(intent: str, region: str, day: date, facts: dict[str, Any] | None = None) -> Answer:
    return compose(decide(intent, facts or {}, region, day))


@pytest.mark.parametrize("intent", list(default().questions))
def test_every_question_is_answered_or_honestly_refused_everywhere(intent: str) -> None:
    for region in REGIONS:
        for day in DAYS:
            found = answered(intent, region, day)
            assert found.headline
            if found.status == "not_in_documents":
                assert found.refer
                assert found.missing
            else:
                assert found.citations, (intent, region, day)
            assert len(as_text(found)) <= TEXT_LIMIT


def test_no_answer_cites_another_region_or_an_unknown_document() -> None:
    library = default()
    for intent, region, day in WHOLE_MATRIX:
        chain = {"100000", region[:2] + "0000", region[:4] + "00", region}
        for citation in answered(intent, region, day).citations:
            assert citation.adcode in chain, (intent, region, citation)
            assert library.ground(citation.clause).known_from <= day


def test_soft_words_are_never_told_as_certain() -> None:
    soft = ("原则上", "鼓励", "推进", "推动", "支持", "探索", "力争")
    for intent, region, day in WHOLE_MATRIX:
        found = answered(intent, region, day)
        first = found.citations[0] if found.citations else None
        if (
            first
            and found.status == "decided"
            and first.basis == "text"
            and any(w in first.said for w in soft)
            and intent != "ask_policy_source"
        ):
            assert found.certainty != "explicit", (intent, region, day, first.said)


def test_every_number_shown_is_cited_computed_or_said() -> None:
    for intent, region, day in WHOLE_MATRIX:
        check_numbers(answered(intent, region, day), {})


def check_numbers(found: Answer, facts: dict[str, Any]) -> None:
    allowed = set(numbers_in(found.as_of)) | {0}
    for citation in found.citations:
        allowed |= numbers_in(citation.said) | numbers_in(citation.title) | numbers_in(citation.document)
        allowed |= numbers_in(citation.issued_on or "")
    for value in (*found.values.values(), *facts.values(), found.refer or ""):
        allowed |= numbers_in(str(value))
    library = default()
    allowed |= numbers_in(library.hotline)
    for citation in found.citations:
        ground = library.ground(citation.clause)
        annual = ground.year if isinstance(ground, Fact) else library.sources[ground.doc].annual_year
        allowed |= {annual or 0, ground.known_from.year}
        if isinstance(ground, Fact):  # how many days its window is still open
            closes = [str(v) for n, v in ground.values.items() if n in ("to", "until", "extend_to")]
            allowed |= {(date.fromisoformat(one) - date.fromisoformat(found.as_of)).days for one in closes}
        allowed |= {annual + 1} if annual else set()  # the year that is collected while this one runs
    shown = numbers_in("\n".join((found.headline, *found.lines, *found.limits)))
    digits_only = {n for n in shown if n > 9}
    assert digits_only <= allowed, (found.intent, found.region, digits_only - allowed, found.headline, found.lines)


births = st.dates(date(2023, 10, 1), date(2026, 11, 1))


@settings(max_examples=300, deadline=None)
@given(
    birth=births,
    wait=st.integers(0, 200),
    years=st.sampled_from([(0,), (1,), (0, 1), None]),
    region=st.sampled_from(REGIONS),
)
def test_decisions_are_total_and_their_numbers_hold(birth: date, wait: int, years: Any, region: str) -> None:
    facts: dict[str, Any] = {"birth_date": birth.isoformat(), "paid_date": (birth + timedelta(days=wait)).isoformat()}
    if years is not None:
        facts["paid_years"] = [birth.year + y for y in years]
    for intent in ("ask_waiting_period", "ask_coverage_start", "ask_birth_expense", "ask_payment_period"):
        found = answered(intent, region, date(2027, 6, 1), facts)
        assert found.status in ("decided", "need_facts", "not_in_documents", "conflict")
        check_numbers(found, facts)


since_2024 = st.dates(date(2024, 1, 1), date(2026, 11, 1))  # before, the library has no document


@settings(max_examples=200, deadline=None)
@given(birth=since_2024, one=st.integers(0, 180), two=st.integers(0, 180))
def test_paying_later_never_starts_earlier(birth: date, one: int, two: int) -> None:
    def start(days: int) -> str:
        paid = (birth + timedelta(days=days)).isoformat()
        facts = {"birth_date": birth.isoformat(), "paid_date": paid, "paid_years": [birth.year]}
        return str(
            decide("ask_coverage_start", facts, "320000", date(2027, 6, 1)).values.get("coverage_start", "unknown")
        )

    early, late = sorted((one, two))
    assert start(early) <= start(late)  # “unknown” and “not_stated” sort after every date


counted_years = st.lists(st.integers(2020, 2075), max_size=40, unique=True)


@settings(max_examples=200, deadline=None)
@given(enrolled=counted_years, zero=counted_years, used=counted_years, year=st.integers(2026, 2075))
def test_the_cap_stays_within_its_limits(enrolled: list[int], zero: list[int], used: list[int], year: int) -> None:
    facts = {
        "enrolled_years": enrolled, "zero_claim_years": [y for y in zero if y in enrolled],
        "used_bonus_years": used, "service_year": year,
    }  # fmt: skip
    values = decide("ask_critical_illness_cap", facts, "320000", date(2076, 1, 1)).values
    assert 400_000 <= values["cap"] <= 600_000
    assert all(400_000 <= reading["cap"] <= 600_000 for reading in values.get("readings", ()))


@pytest.mark.parametrize(
    "group", ["特困供养人员", "孤儿", "事实无人抚养儿童", "低保对象", "脱贫人口", "返贫致贫人口", "监测对象", "普通"]
)
def test_due_and_subsidy_make_the_premium(group: str) -> None:
    values = about("ask_premium", {"category": group}, "黑龙江", "2024-05-01").values
    assert values["personal_due"] + values["subsidy"] == values["premium"] == 380


def test_a_decision_is_fast(benchmark: Any) -> None:
    facts = {"birth_date": "2025-07-10", "paid_date": "2025-08-01", "paid_years": [2025]}
    found = benchmark(decide, "ask_waiting_period", facts, "320583", date(2025, 8, 5))
    assert found.status == "decided"
