"""How many talks and messages a day, by channel: counted by the parents' door, shown by the staff pages.

Numbers alone: a talk is counted with its first message of a day, which its own record tells; no name is kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from redis.asyncio import Redis

KEPT = 40 * 86_400
"""Seconds a day's numbers are kept."""


@dataclass(frozen=True)
class TalksOfDay:
    """One day of one channel."""

    day: date
    channel: str
    talks: int
    messages: int


class TalkCounts:
    """The numbers in one Redis."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def message(self, channel: str, day: date, *, first: bool) -> None:
        """One more message; `first`: it is its talk's first of this day."""
        name = _name(channel, day)
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.hincrby(name, "messages", 1)
            pipe.hincrby(name, "talks", int(first))
            pipe.expire(name, KEPT)
            await pipe.execute()

    async def of(self, days: Iterable[date], channels: Iterable[str]) -> list[TalksOfDay]:
        """What was counted on these days, day by day."""
        each = tuple(channels)
        asked = [(day, channel) for day in days for channel in each]
        async with self._redis.pipeline(transaction=False) as pipe:
            for day, channel in asked:
                pipe.hmget(_name(channel, day), "talks", "messages")
            found = await pipe.execute()
        return [TalksOfDay(day, channel, int(talks or 0), int(messages or 0))
                for (day, channel), (talks, messages) in zip(asked, found, strict=True)]  # fmt: skip


def _name(channel: str, day: date) -> str:
    return f"tb:count:{day}:{channel}"
