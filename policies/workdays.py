"""Working days of the official calendar: public holidays and the working weekends they are paid for with (调休).

Where the official calendar does not reach a year, public holidays by law and weekends count as free; which weekends are
worked for them is published year by year.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import chinese_calendar

WEEK = "一二三四五六日"


@dataclass(frozen=True)
class CalendarDay:
    """Is it a working day, what is it called when not an ordinary one, and does the calendar know this year?"""

    works: bool
    name: str
    known: bool

    @property
    def public_holiday(self) -> bool:
        """Free, and not only as a weekend."""
        return not self.works and not self.name.startswith("周")


def day_of(day: date) -> CalendarDay:
    """What kind of day it is."""
    try:
        works = chinese_calendar.is_workday(day)
        free, holiday = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        named = _by_law().get(day)
        weekend = f"周{WEEK[day.weekday()]}" if day.weekday() >= 5 else ""
        name = named.partition("（")[0].replace("农历除夕", "春节") if named else weekend
        return CalendarDay(not name, name, known=False)
    name = _HOLIDAYS.get(str(holiday), "") if holiday else ""
    if works and day.weekday() >= 5:
        return CalendarDay(True, f"{name}调休上班日" if name else "调休上班日", known=True)
    if free and not works:
        return CalendarDay(False, name or f"周{WEEK[day.weekday()]}", known=True)
    return CalendarDay(works, "", known=True)


@cache
def _by_law() -> Mapping[date, str]:
    """The public holidays of any year. Loaded when somebody asks beyond the calendar: 8 MB in three processes."""
    import holidays

    return holidays.country_holidays("CN", language="zh_CN")


_HOLIDAYS = {
    "New Year's Day": "元旦", "Spring Festival": "春节", "Tomb-sweeping Day": "清明节", "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节", "National Day": "国庆节", "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "纪念日",
}  # fmt: skip
