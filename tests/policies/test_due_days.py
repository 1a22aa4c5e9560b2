"""The days a family must not miss: those that a decision states, with their document, from the fewest facts."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.decisions import decide
from policies.due_days import NEEDED, NEWBORN, QUESTION, WINDOW_CLOSES, WINDOW_OPENS, DueDay, due_day, needed

JIANGSU, HUNAN, NATION = "320000", "430000", "100000"


def test_a_newborns_safe_day_is_the_one_of_the_answer() -> None:
    found = due_day({"birth_date": "2025-07-10"}, JIANGSU, date(2025, 8, 1))
    answer = decide(QUESTION, {"birth_date": "2025-07-10"}, JIANGSU, date(2025, 8, 1))
    assert found == DueDay(NEWBORN, date.fromisoformat(answer.values["deadline_safe"]), "苏医保发〔2025〕26号")


@pytest.mark.parametrize(
    ("today", "kind", "day"),
    [
        (date(2025, 8, 1), WINDOW_OPENS, date(2025, 10, 1)),
        (date(2025, 9, 30), WINDOW_OPENS, date(2025, 10, 1)),
        (date(2025, 10, 1), WINDOW_CLOSES, date(2025, 12, 31)),
        (date(2025, 12, 31), WINDOW_CLOSES, date(2025, 12, 31)),
        (date(2026, 1, 1), WINDOW_OPENS, date(2026, 10, 1)),
    ],
)
def test_a_window_opens_and_then_closes(today: date, kind: str, day: date) -> None:
    assert due_day({"stage": "小学"}, JIANGSU, today) == DueDay(kind, day, "苏医保发〔2025〕26号")


def test_a_window_that_is_only_reported_names_its_paper_and_is_none_of_a_newborns() -> None:
    found = due_day({"stage": "小学"}, HUNAN, date(2025, 10, 20))
    assert found is not None
    assert (found.kind, found.day) == (WINDOW_CLOSES, date(2026, 1, 31))
    assert "湖南" in found.source
    newborn = due_day({"birth_date": "2025-10-01"}, HUNAN, date(2025, 10, 20))
    assert newborn is not None
    assert newborn.kind == NEWBORN


def test_where_no_day_is_written_there_is_none_and_a_day_that_is_over_is_none() -> None:
    assert due_day({"stage": "小学"}, NATION, date(2025, 10, 20)) is None
    assert due_day({"birth_date": "2025-07-10"}, JIANGSU, date(2025, 10, 8)) is None


def test_nothing_but_what_is_needed_is_kept_of_a_child() -> None:
    told = {"birth_date": "2025-07-10", "category": "低保对象", "household_region": JIANGSU, "stage": None}
    assert needed(told) == {"birth_date": "2025-07-10"}
    assert set(needed(told)) <= set(NEEDED)


@given(born=st.integers(0, 400), asked=st.integers(-10, 400), region=st.sampled_from((JIANGSU, HUNAN, NATION)))
def test_a_day_is_never_over(born: int, asked: int, region: str) -> None:
    birth = date(2025, 1, 1) + timedelta(days=born)
    found = due_day({"birth_date": birth.isoformat()}, region, birth + timedelta(days=asked))
    assert found is None or found.day >= birth + timedelta(days=asked)
