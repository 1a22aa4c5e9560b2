"""Collection windows: which benefit year they pay for, and those that go over the end of a year."""

from datetime import date

import pytest

from policies.decisions import decide
from policies.facts import Facts
from policies.library import default
from policies.templates.coverage import paid_in_season
from policies.templates.newborns import newborn_next_year_only
from policies.templates.outcome import DecisionQuery, RuleOutcome
from policies.templates.periods import deadline_from_birth, deadline_from_change, window
from policies.templates.years import which_year

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


LONG = {"who": "anyone", "benefit_year": 2027, "window_from": "2026-09-15", "window_to": "2027-02-28"}


def paid(day: str, params: dict[str, object]) -> RuleOutcome:
    """What a child of six hears who pays on that day."""
    facts = Facts(birth_date=date(2020, 5, 1), paid_date=date.fromisoformat(day))
    return paid_in_season(facts, params, DecisionQuery("ask_coverage_start", date(2027, 2, 10), "520000"))


def test_a_window_into_the_new_year_covers_the_year_its_rule_is_of() -> None:
    assert paid("2026-11-27", LONG).values["coverage_start"] == "2027-01-01"


def test_whoever_pays_in_the_new_year_is_told_no_day_that_is_not_written() -> None:
    found = paid("2027-02-10", LONG)
    assert (found.key, found.certainty) == ("paid_in_new_year", "ambiguous")
    assert found.values["coverage_start"] == "unknown"


def test_which_year_is_paid_follows_the_rules_own_year() -> None:
    for day, key in ((date(2026, 11, 27), "season"), (date(2027, 2, 10), "season_this_year")):
        found = which_year(Facts(stage="小学"), LONG, DecisionQuery("ask_benefit_year", day, "520000"))
        assert (found.key, found.values["pay_years"]) == (key, [2027])
        assert found.values["coverage_start"] == "2027-01-01"


@pytest.mark.parametrize(("day", "year"), [("2026-11-26", 2027), ("2027-02-10", 2027)])
def test_a_season_over_the_end_of_the_year_is_paid_in_on_both_sides(day: str, year: int) -> None:
    found = paid(day, {"who": "anyone", **ACROSS})
    assert found.state == "applies"
    assert f"缴的是{year}年度" in "".join(found.steps) or found.key == "paid_in_new_year"
    asked_on = DecisionQuery("ask_benefit_year", date.fromisoformat(day), "320000")
    assert which_year(Facts(stage="小学"), ACROSS, asked_on).values["pay_years"] == [year]


SEASON = {"season_from": "10-01", "season_to": "12-31"}


def test_this_years_deadline_asked_while_next_years_is_collected_names_both() -> None:
    of_2025 = Facts(paid_years=(2025,))
    found = window(of_2025, SEASON, DecisionQuery("ask_payment_period", date(2025, 10, 20), "320000"))
    assert found.key == "closed_next_open"
    assert (found.values["for_year"], found.values["window_to"]) == (2025, "2024-12-31")
    assert (found.values["open_year"], found.values["open_to"]) == (2026, "2025-12-31")
    found = window(of_2025, SEASON, DecisionQuery("ask_payment_period", date(2025, 6, 20), "320000"))
    assert found.key == "closed"


JS = {"limit_days": 90, **SEASON}


@pytest.mark.parametrize(
    ("birth", "asked_on", "key", "certainty"),
    [
        ("2025-12-06", "2025-12-20", "meant", None),
        ("2025-12-06", "2026-01-12", "meant_in_new_year", "ambiguous"),
        ("2025-09-28", "2025-12-22", "meant_outside_season", "ambiguous"),
    ],
)
def test_what_paying_the_next_year_alone_would_mean_is_said_before_it_is_paid(
    birth: str, asked_on: str, key: str, certainty: str | None
) -> None:
    facts = Facts(birth_date=date.fromisoformat(birth), paid_years=(2026,))
    turn = DecisionQuery("ask_birth_expense", date.fromisoformat(asked_on), "320000")
    found = newborn_next_year_only(facts, JS, turn)
    assert (found.state, found.key, found.certainty) == ("applies", key, certainty)
    assert found.values["coverage_start"] == "2026-01-01"


def test_behind_the_limit_it_turns_on_a_day_that_was_not_told() -> None:
    facts = Facts(birth_date=date(2025, 12, 6), paid_years=(2026,))
    found = newborn_next_year_only(facts, JS, DecisionQuery("ask_birth_expense", date(2026, 3, 10), "320000"))
    assert (found.state, found.key, found.certainty) == ("applies", "some_day", "ambiguous")
    assert (found.values["coverage_start"], found.values["next_year_start"]) == ("unknown", "2026-01-01")


@pytest.mark.parametrize(
    ("birth", "years", "asked_on"),
    [
        ("2025-12-06", (2025, 2026), "2025-12-20"),
        ("2025-09-28", (2026,), "2026-03-10"),
        ("2026-02-01", (2026,), "2026-03-10"),
    ],
)
def test_it_is_not_said_of_both_years_after_the_limit_of_the_summer_or_of_the_birth_year(
    birth: str, years: tuple[int, ...], asked_on: str
) -> None:
    facts = Facts(birth_date=date.fromisoformat(birth), paid_years=years)
    turn = DecisionQuery("ask_birth_expense", date.fromisoformat(asked_on), "320000")
    assert newborn_next_year_only(facts, JS, turn).state == "dormant"


@pytest.mark.parametrize(
    ("changed", "asked_on", "key"), [("2026-05-08", "2026-07-20", "ahead"), ("2026-04-18", "2026-07-20", "passed")]
)
def test_after_a_change_of_status_the_last_day_is_counted_from_it(changed: str, asked_on: str, key: str) -> None:
    turn = DecisionQuery("ask_payment_period", date.fromisoformat(asked_on), "321000")
    facts = Facts(transition="迁户", transition_date=date.fromisoformat(changed), stage="小学")
    found = deadline_from_change(facts, JS, turn)
    assert (found.state, found.key) == ("applies", key)
    if key == "ahead":
        assert (found.values["deadline_safe"], found.values["deadline"]) == ("2026-08-05", "2026-08-06")


def test_a_parents_change_or_one_that_is_paid_for_sets_no_last_day() -> None:
    turn = DecisionQuery("ask_payment_period", date(2026, 7, 20), "321000")
    of_a_parent = Facts(transition="停职工医保", transition_date=date(2026, 5, 8), stage="小学")
    paid = Facts(transition_date=date(2026, 5, 8), paid_date=date(2026, 7, 1), stage="小学")
    for facts in (of_a_parent, paid, Facts(stage="小学")):
        assert deadline_from_change(facts, JS, turn).state == "dormant"


UNTIL = {**JS, "newborn_until": 365}


@pytest.mark.parametrize(
    ("birth", "state_of_window", "state_from_birth"),
    [("2019-03-01", "applies", "dormant"), ("2024-12-01", "applies", "dormant"), ("2026-02-01", "dormant", "applies")],
)
def test_whoever_is_told_by_a_birthday_of_years_ago_hears_of_the_window_and_of_no_ninety_days(
    birth: str, state_of_window: str, state_from_birth: str
) -> None:
    turn, facts = (
        DecisionQuery("ask_payment_period", date(2026, 11, 3), "320000"),
        Facts(birth_date=date.fromisoformat(birth)),
    )
    assert window(facts, UNTIL, turn).state == state_of_window
    assert deadline_from_birth(facts, UNTIL, turn).state == state_from_birth


def test_a_newborn_whose_register_moved_has_one_last_day_and_no_conflict() -> None:
    turn = DecisionQuery("ask_payment_period", date(2026, 7, 20), "320000")
    facts = Facts(birth_date=date(2026, 5, 1), transition="迁户", transition_date=date(2026, 6, 8))
    assert deadline_from_change(facts, UNTIL, turn).state == "dormant"
    assert deadline_from_birth(facts, UNTIL, turn).state == "applies"
    answer = decide("ask_payment_period", facts, "320000", date(2026, 7, 20), default())
    assert answer.status == "decided"
