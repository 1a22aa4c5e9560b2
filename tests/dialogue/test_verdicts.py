"""The first sentence on a day that was asked about: before, after, of another year, or nothing."""

from datetime import date
from typing import Any

import pytest

from dialogue.verdicts import verdict_on
from policies.decisions import decide
from policies.facts import read_facts

TODAY = date(2025, 11, 26)
PUPIL = {"stage": "小学", "paid_date": "2025-11-03", "paid_years": [2025, 2026], "enrolled_years": [2025, 2026]}
BABY = {"birth_date": "2025-07-01", "paid_date": "2025-08-01", "paid_years": [2025]}


@pytest.mark.parametrize(
    ("facts", "day", "says"),
    [
        (BABY, "2025-07-03", "能用"),
        (BABY, "2025-12-31", "能用"),
        (BABY, "2026-01-02", "另一个年度"),
        (BABY | {"paid_years": [2025, 2026]}, "2026-01-02", "能用"),
        (PUPIL, "2026-01-05", "能用"),
        (PUPIL, "2025-01-05", ""),
        (PUPIL | {"paid_years": [2026]}, "2027-01-05", "另一个年度"),
        (
            {"stage": "小学", "paid_date": "2025-11-03", "paid_years": [2026], "enrolled_years": [2025]},
            "2025-12-05",
            "",
        ),
    ],
)
def test_a_day_is_judged_by_what_was_computed(facts: dict[str, Any], day: str, says: str) -> None:
    decision = decide("ask_coverage_start", read_facts({**facts, "visit_date": day}), "320000", TODAY)
    said = verdict_on(decision, date.fromisoformat(day), TODAY, facts)
    assert (says in said) if says else said == ""


def test_without_a_computed_start_nothing_is_said() -> None:
    decision = decide("ask_premium", read_facts({"visit_date": "2025-12-05"}), "320000", TODAY)
    assert verdict_on(decision, date(2025, 12, 5), TODAY, {}) == ""


@pytest.mark.parametrize(
    ("region", "facts", "day", "says"),
    [
        ("410000", BABY, "2025-07-03", "按原则"),
        ("320000", BABY | {"paid_date": "2025-09-29"}, "2025-07-03", ""),
        ("230000", {"stage": "小学", "paid_date": "2024-02-14"}, "2024-05-14", ""),
        ("230000", {"stage": "小学", "paid_date": "2024-02-14"}, "2024-05-20", "能用"),
    ],
)
def test_a_principle_is_no_promise_and_readings_that_differ_say_nothing(
    region: str, facts: dict[str, Any], day: str, says: str
) -> None:
    as_of = date(2024, 6, 1) if region == "230000" else TODAY
    decision = decide("ask_coverage_start", read_facts({**facts, "visit_date": day}), region, as_of)
    said = verdict_on(decision, date.fromisoformat(day), as_of, facts)
    assert (says in said and "赶得上" not in said.replace("能用，赶得上", "")) if says else said == ""
