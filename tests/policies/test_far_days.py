"""Days nobody can mean are refused in words, whatever is asked; the clock may stand anywhere in this century."""

from datetime import date
from typing import Any

import pytest

from policies.answers import compose
from policies.decisions import decide
from policies.errors import FactError
from policies.library import default

CLOCKS = (date(2000, 1, 1), date(2024, 12, 31), date(2028, 2, 29), date(2047, 12, 31), date(2099, 12, 31))
FAR: tuple[dict[str, Any], ...] = (
    {"birth_date": "9999-12-31"}, {"birth_date": "0001-01-01"}, {"paid_date": "9999-12-31"},
    {"visit_date": "2200-01-01"},
    {"transition": "迁户", "transition_date": "9999-12-31"}, {"service_year": 0}, {"service_year": 10**8},
)  # fmt: skip


@pytest.mark.parametrize("facts", FAR, ids=str)
def test_a_day_far_away_is_refused_in_words(facts: dict[str, Any]) -> None:
    for intent in default().questions:
        with pytest.raises(FactError):
            decide(intent, facts, "320100", date(2026, 11, 26))


@pytest.mark.parametrize("today", CLOCKS, ids=str)
def test_every_question_is_answered_whatever_the_clock_says(today: date) -> None:
    for intent in default().questions:
        for facts in ({}, {"birth_date": "2096-02-29", "paid_date": "2099-12-31"}, {"birth_date": "2024-02-29"}):
            assert compose(decide(intent, facts, "320100", today), default()).headline
