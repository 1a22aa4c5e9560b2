"""A gateway whose loop is busy lives: it says so from a thread of its own, and no longer once it is stopped."""

import asyncio
import time

from redis import Redis

from gateway.delivery.heartbeat import LONGEST_WORK, Heartbeat
from tests.gateway.running import RedisServer

KEY, LIFE, PATIENCE = "tb:say:alive:test", 0.5, 20.0


def until_beaten(client: Redis, times: int) -> int:
    """Look, without giving way to anything, until the key was set again so many times; how often it was."""
    ends, beats, left = time.monotonic() + PATIENCE, 0, -2
    while beats < times and time.monotonic() < ends:
        now = int(client.pttl(KEY))  # type: ignore[arg-type]
        beats, left = beats + (now > left), now
    return beats


def test_a_busy_loop_beats_on(redis: RedisServer) -> None:
    async def busy() -> int:
        heartbeat = Heartbeat(redis.url, KEY, LIFE, pause=LIFE / 10)
        heartbeat.start()
        try:
            return until_beaten(client, 8)  # the loop does nothing else meanwhile
        finally:
            heartbeat.stop()

    with Redis.from_url(redis.url) as client:
        assert asyncio.run(busy()) == 8


def test_a_stopped_gateway_is_soon_taken_for_dead(redis: RedisServer) -> None:
    heartbeat = Heartbeat(redis.url, KEY, LIFE, pause=LIFE / 10)
    heartbeat.start()
    with Redis.from_url(redis.url) as client:
        assert until_beaten(client, 1) == 1
        heartbeat.stop()
        ends = time.monotonic() + PATIENCE
        while client.exists(KEY) and time.monotonic() < ends:
            pass
        assert not client.exists(KEY)


def test_a_loop_that_hangs_for_longer_than_any_work_is_dead(redis: RedisServer) -> None:
    now = [0.0]
    heartbeat = Heartbeat(redis.url, KEY, LIFE, pause=LIFE / 10, clock=lambda: now[0])
    heartbeat.start()
    try:
        with Redis.from_url(redis.url) as client:
            assert until_beaten(client, 1) == 1
            now[0] = LONGEST_WORK
            ends = time.monotonic() + PATIENCE
            while client.exists(KEY) and time.monotonic() < ends:
                pass
            assert not client.exists(KEY)
            asyncio.run(heartbeat.sign())
            assert until_beaten(client, 1) == 1
    finally:
        heartbeat.stop()


def test_a_store_that_is_away_ends_no_heartbeat(redis: RedisServer) -> None:
    heartbeat = Heartbeat("redis://127.0.0.1:1/0", KEY, LIFE, pause=LIFE / 10)
    heartbeat.start()
    heartbeat.stop()
    heartbeat._thread.join(PATIENCE)
    assert not heartbeat._thread.is_alive()
