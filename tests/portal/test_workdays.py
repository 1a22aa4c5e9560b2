"""Quiet hours, weekends, holidays and 调休; a year the calendar does not know is named."""

from datetime import date, datetime

import pytest

from policies.counting import BEIJING
from policies.workdays import day_of
from portal.school.workdays import in_words, next_moment


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("wanted", "sent", "why"),
    [
        ("2026-11-23T09:30", "2026-11-23T09:30", ""),
        ("2026-11-23T21:00", "2026-11-24T08:00", "安静时段"),
        ("2026-11-23T06:10", "2026-11-23T08:00", "安静时段"),
        ("2026-11-20T21:00", "2026-11-23T08:00", "周末"),
        ("2026-10-10T10:00", "2026-10-10T10:00", ""),
        ("2026-09-30T21:00", "2026-10-08T08:00", "10月1日–10月7日是国庆节"),
        ("2026-02-14T10:00", "2026-02-14T10:00", ""),
    ],
)
def test_what_is_sent_when(wanted: str, sent: str, why: str) -> None:
    found = next_moment(at(wanted))
    assert found.moment == at(sent)
    assert why in "，".join(found.why)
    assert found.unknown_year is None


def test_a_year_without_data_counts_weekends_and_is_named() -> None:
    found = next_moment(at("2027-01-02T10:00"))
    assert found.moment == at("2027-01-04T08:00")
    assert found.unknown_year == 2027


def test_equal_times_mean_no_quiet_hours_and_quiet_may_lie_within_a_day() -> None:
    assert next_moment(at("2026-11-23T23:00"), "00:00", "00:00").moment == at("2026-11-23T23:00")
    assert next_moment(at("2026-11-23T12:30"), "12:00", "14:00").moment == at("2026-11-23T14:00")


def test_public_holidays_of_a_year_not_published_yet_are_no_sending_days() -> None:
    for day in ("2027-01-01", "2027-02-08", "2027-04-05", "2027-05-01", "2027-06-09", "2027-10-01"):
        assert not day_of(date.fromisoformat(day)).works
    assert day_of(date(2027, 2, 8)).name == "春节"
    assert day_of(date(2027, 3, 1)).works


def test_the_words_name_the_day() -> None:
    assert in_words(at("2026-11-24T08:00"), at("2026-11-23T21:00")) == "次日（11月24日 周二）08:00"
    assert in_words(at("2027-01-04T08:00"), at("2026-12-31T21:00")) == "2027年1月4日 周一 08:00"
