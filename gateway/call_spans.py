"""When a parent may be called back: the halves of the next office days, and any of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from gateway.office_hours import BEIJING, OfficeHours, hour_in_words, opening_in_words
from gateway.words import words

DAYS = 3
"""Office days that are offered."""
_NOON = time(12)


@dataclass(frozen=True)
class CallSpan:
    """From when to when somebody can be called, both in Beijing's time."""

    begins: datetime
    ends: datetime

    @property
    def id(self) -> str:
        """How a form names it."""
        return f"{self.begins:%Y%m%dT%H%M}-{self.ends:%Y%m%dT%H%M}"


def spans(hours: OfficeHours, now: datetime) -> tuple[CallSpan, ...]:
    """What can be chosen: first any time of these days, then each half. Empty when nobody is ever at the desk."""
    halves = [span for day in _days(hours, now) for span in _halves(hours, day) if span.ends > now]
    return (CallSpan(halves[0].begins, halves[-1].ends), *halves) if halves else ()


def span_in_words(begins: datetime, ends: datetime, now: datetime) -> str:
    """周四（10月8日）9点到12点; over several days the last one is named as well."""
    first, last = begins.astimezone(BEIJING), ends.astimezone(BEIJING)
    until = hour_in_words(last) if first.date() == last.date() else opening_in_words(last, now)
    return words("call_span", begins=opening_in_words(first, now), ends=until)


def _days(hours: OfficeHours, now: datetime) -> Iterator[datetime]:
    """The openings of the next office days; today's too, while it lasts."""
    today = datetime.combine(now.astimezone(BEIJING).date(), time(), BEIJING)
    opening = hours.next_opening(today - timedelta(microseconds=1))
    left = DAYS
    while opening is not None and left:
        if datetime.combine(opening.date(), hours.closes, BEIJING) > now:
            left -= 1
            yield opening
        opening = hours.next_opening(opening)


def _halves(hours: OfficeHours, opening: datetime) -> tuple[CallSpan, ...]:
    noon, closing = (datetime.combine(opening.date(), at, BEIJING) for at in (_NOON, hours.closes))
    if not opening < noon < closing:
        return (CallSpan(opening, closing),)
    return (CallSpan(opening, noon), CallSpan(noon, closing))
