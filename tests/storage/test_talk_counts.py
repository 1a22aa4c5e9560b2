"""Talks and messages a day, in a real Redis: numbers only, with an end."""

import asyncio
from datetime import date
from pathlib import Path

from common.storage.redis_client import open_redis
from common.storage.talk_counts import KEPT, TalkCounts
from tests.gateway.running import redis_server

DAY = date(2026, 11, 22)


def test_a_talk_counts_once_a_day_and_every_message_counts(tmp_path: Path) -> None:
    async def work(url: str) -> None:
        store = open_redis(url, 4)
        counts = TalkCounts(store)
        for first in (True, True, False):
            await counts.message("web", DAY, first=first)
        await counts.message("wx", DAY, first=True)
        found = await counts.of([date(2026, 11, 21), DAY], ["web", "wx", "wecom"])
        assert [(one.talks, one.messages) for one in found] == [(0, 0)] * 3 + [(2, 3), (1, 1), (0, 0)]
        for name in await store.keys("*"):
            assert 0 < await store.ttl(name) <= KEPT
        await store.aclose()

    with redis_server(tmp_path) as redis:
        asyncio.run(work(redis.url))
