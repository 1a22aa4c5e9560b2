"""On which day a reminder comes: so many days before, while the counters are open, never today, always before the day.

How many days before and at what hours is the operator's choice (REMIND_DAYS_BEFORE, REMIND_HOURS) and no law.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from policies.workdays import day_of

BEIJING = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)


@dataclass(frozen=True)
class SendingHours:
    """From when to when a reminder may reach a family; the rest are quiet hours."""

    begins: time
    ends: time

    @classmethod
    def of(cls, written: str) -> "SendingHours":
        """09:00-20:00, the shape the settings demand."""
        begins, ends = written.split("-")
        return cls(time.fromisoformat(begins), time.fromisoformat(ends))

    def allow(self, now: datetime) -> bool:
        """May something be sent now? `now` is aware."""
        return self.begins <= now.astimezone(BEIJING).time() < self.ends


def reminder_day(due: date, today: date, before: int) -> date | None:
    """The day on which to remind of `due`; None when no day lies between.

    Where so many days before is over already, the middle of what is left. Before days on which the counters are closed
    (weekends, public holidays, 调休) it comes on the last day they are open, as long as that lies ahead.
    """
    first, last = today + DAY, due - DAY
    if last < first:
        return None
    wanted = due - before * DAY
    if wanted < first:
        wanted = first + (last - first) // 2
    days = (wanted - ahead * DAY for ahead in range((wanted - first).days + 1))
    return next((day for day in days if day_of(day).works), wanted)
