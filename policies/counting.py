"""How days are counted. Every count of days in the product happens here, so that the convention stands in one place.

Convention (民法典第二百零一条, shown to people as ours, not as the documents' words): the starting day is day 0.
Months end on the corresponding day, or on the month's last (第二百零二条). All days are calendar days, Beijing time;
working days and holidays are those of the published calendar (`chinese_calendar`), unknown beyond its last year.
"""

from calendar import monthrange
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar

BEIJING = ZoneInfo("Asia/Shanghai")


def beijing_today() -> date:
    """Today in Beijing; for command lines only, decisions are given their day."""
    return datetime.now(BEIJING).date()


def day_number(start: date, day: date) -> int:
    """Which day `day` is, counted from `start` as day 0 (so the day after `start` is day 1)."""
    return (day - start).days


def on_day(start: date, number: int) -> date:
    """The date of day `number` when `start` is day 0."""
    return start + timedelta(days=number)


def chinese_date(day: date) -> str:
    """2025-07-10 → 2025年7月10日."""
    return f"{day.year}年{day.month}月{day.day}日"


def month_day(year: int, text: str) -> date:
    """The date of a recurring day `"MM-DD"` in `year`."""
    month, day = text.split("-")
    return date(year, int(month), int(day))


def after_months(start: date, months: int) -> date:
    """The corresponding day so many months after `start`; 30 November + 3 is the last of February."""
    whole = start.month - 1 + months
    year, month = start.year + whole // 12, whole % 12 + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def works(day: date) -> bool | None:
    """Is it a working day of the official calendar (with 调休)? None where the calendar does not reach."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None


def next_working_day(day: date) -> date | None:
    """The first working day after `day`; None where the calendar does not reach."""
    while True:
        day += timedelta(days=1)
        found = works(day)
        if found is not False:
            return day if found else None


def working_days_after(start: date, number: int) -> date | None:
    """The day on which `number` working days after `start` are over; None where the calendar does not reach."""
    day: date | None = start
    for _ in range(number):
        day = next_working_day(day) if day is not None else None
    return day
