"""When a school may write to parents: working days of the official calendar (`policies.workdays`), outside quiet hours.
Where it does not reach a year, the page says that the swaps of working days are not known yet."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from policies.counting import BEIJING
from policies.workdays import WEEK, day_of

QUIET_FROM, QUIET_TO = "20:00", "08:00"
"""Beijing time; nothing is sent from the first to the second."""
_FARTHEST = 60
"""Days looked ahead for a working day: longer than any holiday."""


@dataclass(frozen=True)
class When:
    """When something will really be sent, and why it is not the moment that was asked for."""

    moment: datetime
    why: tuple[str, ...]
    unknown_year: int | None


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
    day = f"{local.month}月{local.day}日 周{WEEK[local.weekday()]}"
    year = f"{local.year}年" if local.year != today.year else ""
    return f"{named}（{year}{day}）{local:%H:%M}" if named else f"{year}{day} {local:%H:%M}"
