"""What may be said of the queue: the place in it, and how long the last ones really waited while the desk was open.

No estimate is made up: where too few were answered lately it is said that nobody knows, and after hours when the desk
opens next.
"""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median

from common.casebook.waiting_line import WaitingLine
from gateway.office_hours import OfficeHours, wait_in_words
from gateway.words import words

LAST, FEWEST = 20, 5
"""Cases the median is taken of, and below how many it is not said."""
RECENT = timedelta(days=30)
_HOUR = 60


async def queue_in_words(line: WaitingLine, number: str, hours: OfficeHours, now: datetime) -> str:
    """Place and time of a case that waits. Raises NotReachable."""
    ahead = await line.ahead_of(number)
    place = "" if ahead is None else words("queue_ahead", ahead=ahead) if ahead else words("queue_next")
    if not hours.open_at(now):
        return place + words("queue_closed", wait=wait_in_words(hours, now))
    waits = [hours.worked_between(*pair) for pair in await line.last_answered(now - RECENT, LAST)]
    return place + usual_in_words(waits)


def usual_in_words(waits: Sequence[timedelta]) -> str:
    """The median of these waits, rounded up; or that there are too few to say."""
    if len(waits) < FEWEST:
        return words("queue_unknown")
    minutes = max(1, math.ceil(median(one.total_seconds() for one in waits) / 60))
    if minutes < _HOUR:
        return words("queue_usual_minutes", cases=len(waits), minutes=minutes)
    return words("queue_usual_hours", cases=len(waits), hours=math.ceil(minutes / _HOUR))
