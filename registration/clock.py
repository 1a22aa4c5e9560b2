"""Time as an argument: services get a clock, tests give their own. Days are Beijing days."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))
Clock = Callable[[], datetime]


def now() -> datetime:
    """The present, aware, to the second: what is stored is what is answered."""
    return datetime.now(UTC).replace(microsecond=0)


def beijing_day(moment: datetime) -> date:
    return moment.astimezone(BEIJING).date()


def beijing_text(moment: datetime) -> str:
    """RFC 3339 with the Beijing offset."""
    return moment.astimezone(BEIJING).isoformat(timespec="seconds")
