"""Time as an argument: pages get a clock, tests give their own. Days are Beijing days."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from policies.counting import BEIJING

Clock = Callable[[], datetime]


def now() -> datetime:
    """The present, aware, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def starting_at(moment: datetime) -> Clock:
    """A clock that shows `moment` now and goes on from there; for demonstrations and tests."""
    ahead = moment - now()
    return lambda: now() + ahead


def beijing(moment: datetime) -> datetime:
    return moment.astimezone(BEIJING)


def beijing_day(moment: datetime) -> date:
    return moment.astimezone(BEIJING).date()


def day_start(day: date) -> datetime:
    """The first moment of a Beijing day."""
    return datetime(day.year, day.month, day.day, tzinfo=BEIJING)
