"""The sender: a process that empties the outbox. Any number may run; leases keep them from each other's work.

It runs no schedule of its own (docs/decisions/0009): what is due stands in the table.
"""

import asyncio
import logging
import signal
from contextlib import suppress
from dataclasses import dataclass

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from common.casebook import Board
from common.casebook.board import SCHOOL_SENDING
from common.storage import Database, NotReachable
from common.telemetry.metrics import DELIVERIES
from common.wecom_robot import (
    BadKey,
    Key,
    Pace,
    Robot,
    RobotError,
    SendOutcomeUnknown,
    TooSoon,
    Unreachable,
)
from common.wecom_robot.errors import RobotQuotaUsed
from common.wecom_robot.messages import Sendable
from leaflets import LeafletError, Sheet
from leaflets.render_queue import PRESS
from policies import library as policy_library
from policies.library import Library
from portal.clock import Clock
from portal.school import content
from portal.school.outbox import AttemptOutcome, Claim, Outbox
from portal.school.papers import StoredLeaflets, holds
from portal.school.safe import CannotOpen, Safe

log = logging.getLogger("portal.sender")
PER_MINUTE = 18
"""Messages per robot and minute: two fewer than the platform allows, for what a school sends by hand."""
AT_ONCE = 8
IDLE, AWAY = 1.0, 3.0
"""Seconds between looks when nothing is due, and when the database is away."""
_WRITE_TRIES = 5
CHANGED = "审核以后政策有更新，这份宣传单的答案变了，请重做一份再发"


@dataclass(frozen=True)
class RobotConnection:
    """How a robot is reached: the platform's address, patience in seconds, the pace over all processes."""

    base: str
    timeout: float
    pace: Pace

    def robot(self, key: Key) -> Robot:
        return Robot(key, self.pace, base=self.base, timeout=self.timeout)


def pace(redis: Redis, minute: float = 60.0) -> Pace:
    """The schools' own pace, shared by the sender and the test button."""
    return Pace(redis, PER_MINUTE, minute)


class Sender:
    """Sends what is due until it is told to stop."""

    def __init__(
        self, database: Database, outbox: Outbox, safe: Safe, line: RobotConnection, clock: Clock, board: Board
    ) -> None:
        self._board = board
        self._outbox = outbox
        self._papers = StoredLeaflets(database)
        self._safe = safe
        self._line = line
        self._clock = clock
        self._library = policy_library.default()
        self._sheets: dict[str, Sheet] = {}
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Take nothing more; what goes out now is finished."""
        self._stopping.set()

    async def run(self) -> None:
        """Work until `stop`."""
        while not self._stopping.is_set():
            try:
                busy = await self.once()
                pause = 0.0 if busy else IDLE
            except NotReachable:
                pause = AWAY
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause) if pause else None

    async def once(self) -> int:
        """One round: recover, claim, send. Returns how many deliveries it took."""
        await self._outbox.recover(self._clock())
        if self._is_off():
            return 0
        claims = await self._outbox.claim(self._clock(), AT_ONCE)
        library = self._current() if claims else self._library
        await asyncio.gather(*(self._deliver(claim, library) for claim in claims))
        return len(claims)

    def _is_off(self) -> bool:
        """Has the supervisor switched sending off? What waits goes on waiting."""
        return SCHOOL_SENDING in self._board.off

    async def _deliver(self, claim: Claim, library: Library) -> None:
        try:
            sheet = await self._sheet(claim)
            if not holds(sheet, library):
                await self._outbox.halt(claim.campaign, CHANGED, self._clock())
                await self._outbox.give_back([claim])
                return
            message = await PRESS.do(content.message, sheet, claim.kind, claim.group)
            robot = self._line.robot(self._safe.key(claim.key_sealed))
        except (LeafletError, CannotOpen) as error:
            note = str(error) if isinstance(error, LeafletError) else "机器人密钥打不开，请重新导入这个群"
            if await self._outbox.begin(claim, self._clock()):
                await self._end(claim, AttemptOutcome("failed", note))
            return
        if self._stopping.is_set() or self._is_off() or not await self._outbox.begin(claim, self._clock()):
            await self._outbox.give_back([claim])
            return
        await self._end(claim, await _sent(robot, message))

    async def _end(self, claim: Claim, outcome: AttemptOutcome) -> None:
        """Keep the result; while the database is away, hold on to it for a while."""
        DELIVERIES.labels(outcome.state).inc()
        for attempt in range(_WRITE_TRIES):
            try:
                await self._outbox.end(claim, outcome, self._clock())
                return
            except NotReachable:
                await asyncio.sleep(0.2 * 2**attempt)
        log.error("result of delivery %s could not be written; it will be shown as unknown", claim.id)

    async def _sheet(self, claim: Claim) -> Sheet:
        if claim.sheet not in self._sheets:
            self._sheets[claim.sheet] = (await self._papers.get(claim.sheet, claim.school)).sheet
        return self._sheets[claim.sheet]

    def _current(self) -> Library:
        """The policies as they are now: read anew when their files changed."""
        if policy_library.stamp() != self._library.stamp:
            self._library = policy_library.read_anew()
        return self._library


async def _sent(robot: Robot, message: Sendable) -> AttemptOutcome:
    """One attempt as an outcome. Only what surely did not go out is ever tried again."""
    try:
        await robot.send(message)
    except RobotQuotaUsed:
        return AttemptOutcome("waiting", "企业微信说太频繁（45009），稍后自动再试", pause=None)
    except TooSoon as error:
        return AttemptOutcome("waiting", "", pause=error.after, counts=False)
    except RedisError:
        return AttemptOutcome("waiting", "", pause=AWAY, counts=False)
    except Unreachable as error:
        return AttemptOutcome("waiting", str(error))
    except SendOutcomeUnknown as error:
        return AttemptOutcome("unknown", str(error))
    except BadKey as error:
        return AttemptOutcome("failed", str(error), pause_group=str(error))
    except RobotError as error:
        return AttemptOutcome("failed", str(error))
    return AttemptOutcome("sent")


async def serve(sender: Sender) -> None:
    """Run until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, sender.stop)
    structlog.get_logger().info("sender_ready")
    await sender.run()
