"""Gauges that nobody counts up: queue depth, waiting cases, lag of the event loop. Looked at every few seconds."""

import asyncio
import time
from contextlib import suppress
from datetime import UTC, datetime

from redis.asyncio import Redis
from redis.exceptions import RedisError

from common.casebook import Board, Casebook
from common.casebook.board import FEATURES
from common.storage import NotReachable
from common.telemetry.metrics import (
    ANNOUNCED,
    CASEBOOK_WRITING,
    CASES_WAITING,
    LOOP_LAG,
    QUEUE_LATE,
    QUEUE_USERS,
    SWITCHED_OFF,
)
from common.web.channels import CHANNELS
from gateway.delivery.ledger import DUE
from gateway.feedback import Feedback

EVERY = 5.0
SWITCHES = (*(channel.name for channel in CHANNELS), *FEATURES)


async def watch(redis: Redis, casebook: Casebook, feedback: Feedback, board: Board) -> None:
    """Look again and again, until cancelled; a store that is away leaves the last value standing."""
    while True:
        begun = time.monotonic()
        await asyncio.sleep(EVERY)
        LOOP_LAG.set(max(0.0, time.monotonic() - begun - EVERY))
        with suppress(RedisError, TimeoutError):
            QUEUE_USERS.set(int(await redis.zcard(DUE)))
            first = await redis.zrange(DUE, 0, 0, withscores=True)
            QUEUE_LATE.set(max(0.0, time.time() - float(first[0][1])) if first else 0.0)
        CASEBOOK_WRITING.set(feedback.writing)
        show(board, datetime.now(UTC))
        with suppress(NotReachable):
            CASES_WAITING.set(await casebook.waiting())


def show(board: Board, now: datetime) -> None:
    """The board's gauges."""
    ANNOUNCED.set(board.announcement(now) is not None)
    for name in SWITCHES:
        SWITCHED_OFF.labels(name).set(name in board.off)
