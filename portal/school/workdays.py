"""When a school may write to parents: working days of the official calendar (with 调休), outside quiet hours.

Where the official calendar does not reach a year, public holidays by law and weekends count as free, and the page says
that the swaps of working days are not known yet.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

import chinese_calendar
import holidays

from policies.counting import BEIJING

QUIET_FROM, QUIET_TO = "20:00", "08:00"
"""Beijing time; nothing is sent from the first to the second."""
_FARTHEST = 60
"""Days looked ahead for a working day: longer than any holiday."""
_WEEK = "一二三四五六日"


@dataclass(frozen=True)
class CalendarDay:
    """Is it a working day, what is it called when not an ordinary one, and does the calendar know this year?"""

    works: bool
    name: str
    known: bool


@dataclass(frozen=True)
class When:
    """When something will really be sent, and why it is not the moment that was asked for."""

    moment: datetime
    why: tuple[str, ...]
    unknown_year: int | None


def day_of(day: date) -> CalendarDay:
    """What kind of day it is."""
    try:
        works = chinese_calendar.is_workday(day)
        free, holiday = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        named = _BY_LAW.get(day)
        weekend = f"周{_WEEK[day.weekday()]}" if day.weekday() >= 5 else ""
        name = named.partition("（")[0].replace("农历除夕", "春节") if named else weekend
        return CalendarDay(not name, name, known=False)
    name = _HOLIDAYS.get(str(holiday), "") if holiday else ""
    if works and day.weekday() >= 5:
        return CalendarDay(True, f"{name}调休上班日" if name else "调休上班日", known=True)
    if free and not works:
        return CalendarDay(False, name or f"周{_WEEK[day.weekday()]}", known=True)
    return CalendarDay(works, "", known=True)


_BY_LAW = holidays.country_holidays("CN", language="zh_CN")
"""The public holidays of any year; which weekends are worked for them is published year by year."""
_HOLIDAYS = {
    "New Year's Day": "元旦", "Spring Festival": "春节", "Tomb-sweeping Day": "清明节", "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节", "National Day": "国庆节", "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "纪念日",
}  # fmt: skip


def next_moment(wanted: datetime, quiet_from: str = QUIET_FROM, quiet_to: str = QUIET_TO) -> When:
    """The first moment from `wanted` on at which may be sent.

    Args:
        wanted: an aware moment.
        quiet_from, quiet_to: "HH:MM" in Beijing; equal times mean no quiet hours.
    """
    local, quiet, free, unknown = wanted.astimezone(BEIJING), False, list[tuple[date, str]](), None
    for _ in range(_FARTHEST):
        day = day_of(local.date())
        unknown = unknown or (None if day.known else local.year)
        if not day.works:
            free.append((local.date(), day.name))
            local = _at(local.date() + timedelta(days=1), _time(quiet_to))
            continue
        opens = _after_quiet(local, _time(quiet_from), _time(quiet_to))
        if opens == local:
            break
        quiet, local = True, opens
    why = [f"{quiet_from}–{quiet_to} 是安静时段"] if quiet else []
    return When(local, (*why, *_named(free)), unknown)


def _named(free: list[tuple[date, str]]) -> list[str]:
    """10月1日–10月7日是国庆节: days off in a row under one name."""
    found: list[str] = []
    for name, days in groupby(free, key=lambda pair: "周末" if pair[1].startswith("周") else pair[1]):
        first, *rest = [f"{day.month}月{day.day}日" for day, _ in days]
        found.append(f"{first}–{rest[-1]}是{name}" if rest else f"{first}是{name}")
    return found


def _after_quiet(local: datetime, begins: time, ends: time) -> datetime:
    """The same moment when it is not in the quiet hours, else their end."""
    now = local.timetz().replace(tzinfo=None)
    if begins == ends:
        return local
    if begins < ends:
        return _at(local.date(), ends) if begins <= now < ends else local
    if now >= begins:
        return _at(local.date() + timedelta(days=1), ends)
    return _at(local.date(), ends) if now < ends else local


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, tzinfo=BEIJING)


def _time(text: str) -> time:
    return time.fromisoformat(text)


def in_words(moment: datetime, now: datetime) -> str:
    """将于次日（11月24日 周二）08:00 发送: a moment as the page says it, seen from `now`."""
    local, today = moment.astimezone(BEIJING), now.astimezone(BEIJING).date()
    away = (local.date() - today).days
    named = {0: "今天", 1: "次日"}.get(away, "")
    day = f"{local.month}月{local.day}日 周{_WEEK[local.weekday()]}"
    year = f"{local.year}年" if local.year != today.year else ""
    return f"{named}（{year}{day}）{local:%H:%M}" if named else f"{year}{day} {local:%H:%M}"
