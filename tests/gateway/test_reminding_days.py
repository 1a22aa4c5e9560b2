"""On which day a reminder comes: never today or before, always before its day, while the counters are open."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.reminding.planning import SendingHours, reminder_day
from policies.workdays import day_of

BEIJING = ZoneInfo("Asia/Shanghai")


@given(today=st.dates(date(2024, 1, 1), date(2031, 12, 31)), ahead=st.integers(-30, 400), before=st.integers(1, 60))
def test_it_comes_after_today_and_before_the_day_or_not_at_all(today: date, ahead: int, before: int) -> None:
    due = today + timedelta(days=ahead)
    found = reminder_day(due, today, before)
    if ahead < 2:
        assert found is None
        return
    assert found is not None
    assert today < found < due
    open_before = [day for day in (found + timedelta(days=n) for n in range(1, 60)) if day <= due - before * _DAY]
    assert not any(day_of(day).works for day in open_before), "a later day on which the counters are open would do"


_DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("due", "today", "on"),
    [
        (date(2025, 12, 31), date(2025, 11, 1), date(2025, 12, 24)),
        (date(2025, 10, 14), date(2025, 9, 1), date(2025, 9, 30)),  # a week before is within the National Day holiday
        (date(2025, 10, 18), date(2025, 9, 1), date(2025, 10, 11)),  # a Saturday that is worked (调休)
        (date(2025, 11, 16), date(2025, 9, 1), date(2025, 11, 7)),  # a Sunday
        (date(2025, 11, 13), date(2025, 11, 10), date(2025, 11, 11)),  # nearer than a week: the middle
        (date(2025, 10, 7), date(2025, 10, 2), date(2025, 10, 4)),  # all closed: then on a closed day
    ],
)
def test_before_a_closed_stretch_it_comes_on_the_last_open_day(due: date, today: date, on: date) -> None:
    assert reminder_day(due, today, 7) == on


def test_at_night_nobody_is_disturbed() -> None:
    hours = SendingHours.of("09:00-20:00")
    at = {
        hour: hours.allow(datetime(2026, 11, 22, hour, minute, tzinfo=BEIJING))
        for hour, minute in ((8, 59), (9, 0), (19, 59), (20, 0), (2, 0))
    }
    assert at == {8: False, 9: True, 19: True, 20: False, 2: False}
