"""How days are counted. Every count of days in the product happens here, so that the convention stands in one place.

Convention (民法典第二百零一条, shown to people as ours, not as the documents' words): the starting day is day 0.
All days are calendar days, Beijing time.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

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
