"""When somebody is at the hotline desk: the operator's hours (DESK_HOURS) on the official calendar, and the next
opening in words.

A public holiday is like a Sunday, a weekend that is worked for it (调休) like a Monday: a desk of 周一至周五 rests on
the one and works on the other, a desk of 周一至周日 is there every day.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from gateway.words import words
from policies.workdays import CalendarDay, day_of

BEIJING = ZoneInfo("Asia/Shanghai")
_WEEK = "一二三四五六日"
_MONDAY, _SATURDAY, _SUNDAY = 0, 5, 6
_FARTHEST = 60
"""Days looked ahead: longer than any holiday."""


@dataclass(frozen=True)
class OfficeHours:
    """From which to which weekday, from when to when."""

    first: int
    last: int
    opens: time
    closes: time

    @classmethod
    def of(cls, written: str) -> "OfficeHours":
        """周一至周五 09:00-17:00, the shape the settings demand."""
        days, times = written.split(" ")
        opens, closes = times.split("-")
        return cls(_WEEK.index(days[1]), _WEEK.index(days[-1]), time.fromisoformat(opens), time.fromisoformat(closes))

    def open_at(self, now: datetime) -> bool:
        """Is somebody there? `now` is aware."""
        local = now.astimezone(BEIJING)
        return self._works(local.date()) and self.opens <= local.time() < self.closes

    def next_opening(self, now: datetime) -> datetime | None:
        """When somebody comes next; None when these hours never do."""
        today = now.astimezone(BEIJING).date()
        days = (today + timedelta(days=ahead) for ahead in range(_FARTHEST))
        openings = (datetime.combine(day, self.opens, BEIJING) for day in days if self._works(day))
        return next((one for one in openings if one > now and self.opens < self.closes), None)

    def worked_between(self, begin: datetime, end: datetime) -> timedelta:
        """How much of the time between these two moments the desk was open."""
        first, last = begin.astimezone(BEIJING), end.astimezone(BEIJING)
        days = (first.date() + timedelta(days=n) for n in range((last.date() - first.date()).days + 1))
        shifts = ((datetime.combine(day, self.opens, BEIJING), datetime.combine(day, self.closes, BEIJING))
                  for day in days if self._works(day))  # fmt: skip
        return sum((max(min(last, closes) - max(first, opens), timedelta()) for opens, closes in shifts), timedelta())

    def _works(self, day: date) -> bool:
        return self.first <= _like(day, day_of(day)) <= self.last


def _like(day: date, kind: CalendarDay) -> int:
    """Which weekday the desk takes it for."""
    if kind.public_holiday:
        return _SUNDAY
    return _MONDAY if kind.works and day.weekday() >= _SATURDAY else day.weekday()


def opening_in_words(opening: datetime, now: datetime) -> str:
    """周四（10月8日）9点, seen from `now`; a worked weekend, and a year whose swaps are not published, say so."""
    local, today = opening.astimezone(BEIJING), now.astimezone(BEIJING).date()
    kind, away = day_of(local.date()), (local.date() - today).days
    soon = words("opening_tomorrow") if away else words("opening_today")
    named = soon if away < 2 else words(f"weekday_{local.weekday()}")
    moved = kind.works and local.weekday() >= _SATURDAY
    at = hour_in_words(local)
    said = words("opening_moved" if moved else "opening", named=named, month=local.month, day=local.day, at=at)
    return said if kind.known else words("opening_unsure", opening=said)


def hour_in_words(local: datetime) -> str:
    """9点, 8点30分."""
    minutes = words("opening_minute", minute=local.minute) if local.minute else ""
    return words("opening_hour", hour=local.hour) + minutes


def wait_in_words(hours: OfficeHours, now: datetime) -> str:
    """What may be expected of the desk now."""
    if hours.open_at(now):
        return words("desk_is_open")
    opening = hours.next_opening(now)
    return words("desk_is_closed", opening=opening_in_words(opening, now)) if opening else words("desk_is_away")
