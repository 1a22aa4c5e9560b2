"""Collection windows: which benefit year they pay for, and those that go over the end of a year."""

from datetime import date

import pytest

from policies.facts import Facts
from policies.templates.outcome import DecisionQuery
from policies.templates.periods import window

ACROSS = {"season_from": "10-01", "season_to": "02-28"}


def asked(params: dict[str, object], day: date) -> dict[str, object]:
    """What the template makes of a window on a day."""
    return dict(window(Facts(), params, DecisionQuery("ask_payment_period", day, "320000")).values)


@pytest.mark.parametrize(
    ("day", "opens", "closes", "year", "inside"),
    [
        (date(2026, 11, 26), "2026-10-01", "2027-02-28", 2027, True),
        (date(2027, 2, 28), "2026-10-01", "2027-02-28", 2027, True),
        (date(2027, 3, 1), "2027-10-01", "2028-02-28", 2028, False),
    ],
)
def test_a_season_over_the_end_of_the_year_pays_for_the_year_after_it_opens(
    day: date, opens: str, closes: str, year: int, inside: bool
) -> None:
    found = asked(ACROSS, day)
    assert (found["window_from"], found["window_to"]) == (opens, closes)
    assert (found["for_year"], found["in_window"]) == (year, inside)


def test_a_window_of_one_year_pays_for_the_year_its_rule_is_of() -> None:
    params = {"benefit_year": 2027, "window_from": "2026-10-01", "window_to": "2027-02-28"}
    assert asked(params, date(2026, 11, 26))["for_year"] == 2027
    assert asked({**params, "benefit_year": 2026}, date(2026, 11, 26))["for_year"] == 2026
