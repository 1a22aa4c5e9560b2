"""What is known of a scanned paper: whether it still holds, and how often it was used. Never who scanned it."""

import asyncio
import json
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from redis.asyncio import Redis
from redis.exceptions import RedisError

from common.casebook import Casebook
from common.storage import NotReachable
from gateway.words import words
from leaflets import Printed, year_of
from leaflets.sheet import again, mark_of
from policies.counting import chinese_date
from policies.library import Library

BEIJING = ZoneInfo("Asia/Shanghai")
REMEMBERED = 86_400
"""Seconds after a scan in which the questions of that conversation count as asked from the paper."""


@dataclass(frozen=True)
class ScannedLeaflet:
    """A scanned leaflet: its id in the code, and the group it was sent to, if any."""

    leaflet: str
    tag: str


def what_changed(paper: Printed, library: Library, today: date) -> str | None:
    """What to tell somebody who holds this paper, when it does not hold any more; None while it does."""
    made = chinese_date(paper.plan.day)
    if mark_of(paper.plan, library) != paper.mark:
        return words("paper_law_changed", made=made)
    if mark_of(again(paper.plan, today), library) != paper.mark:
        return words("paper_answers_changed", made=made)
    year = year_of(paper.plan.region, paper.plan.stage, today, library)
    if year > paper.plan.year:
        return words("paper_of_another_year", year=paper.plan.year, now=year)
    return None


class LeafletScans:
    """Counts of scanned leaflets. Counting is beside the answer: a database that is away loses a number, no reply."""

    def __init__(self, redis: Redis, casebook: Casebook) -> None:
        self._redis = redis
        self._book = casebook
        self._writing: set[asyncio.Task[None]] = set()

    async def opened(self, key: str, message: str, paper: ScannedLeaflet) -> bool:
        """A paper was scanned into this conversation. False when that very message came before (a reload)."""
        if not await self._redis.set(f"tb:scan:{key}:{message}", "1", nx=True, ex=REMEMBERED):
            return False
        await self._redis.set(f"tb:paper:{key}", json.dumps([paper.leaflet, paper.tag]), ex=REMEMBERED)
        self._beside(self._count(paper, None))
        return True

    def asked(self, key: str, replies: list[dict[str, Any]]) -> None:
        """Count the questions answered in a conversation that began with a paper."""
        intents = [reply["answer"]["intent"] for reply in replies if reply.get("answer")]
        if intents:
            self._beside(self._count_questions(key, intents))

    async def _count_questions(self, key: str, intents: list[str]) -> None:
        with suppress(RedisError):
            kept = await self._redis.get(f"tb:paper:{key}")
            if kept:
                paper = ScannedLeaflet(*json.loads(kept))
                for intent in intents:
                    await self._count(paper, intent)

    async def _count(self, paper: ScannedLeaflet, intent: str | None) -> None:
        with suppress(NotReachable):
            await self._book.count_scan(paper.leaflet, paper.tag, intent, datetime.now(BEIJING).date())

    def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def settle(self) -> None:
        """Wait for what is still being counted."""
        await asyncio.gather(*self._writing, return_exceptions=True)
