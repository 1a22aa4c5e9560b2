"""How many messages one conversation, one user and one address may send; counted in Redis for all gateways together.

A limit `30/60` lets 30 through at once and then one every two seconds. Time is Redis' own, so that a gateway's wrong
clock changes nothing. Who is counted stands there as a keyed hash; every key ends by itself.
"""

import asyncio
import math
from collections.abc import Callable, Sequence
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError
from sanic import Request

from common.settings.fields import Rate as Rate
from common.telemetry.metrics import RATE_LIMITED
from common.web.callers import Network, caller_of
from gateway.errors import TooMany

GCRA = """
local function allowed(key, count, period)
  local time = redis.call('TIME')
  local now, step = time[1] * 1000000 + time[2], period / count
  local last = tonumber(redis.call('GET', key) or '0')
  if last > now + period then last = now end  -- no clock that was right can have written that: count anew
  local due = math.max(last, now) + step
  if due - period > now then return due - period - now end
  redis.call('SET', key, string.format('%.0f', due), 'PX', math.ceil((due - now) / 1000))
  return 0
end
"""
"""Lua shared with the delivery: 0 when one more is allowed (and counted), else the microseconds to wait."""
_CHECK = f"{GCRA}\nreturn allowed(KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]) * 1000000)"
PATIENCE = 1.0
"""Seconds a count may take: a Redis that stands still must not use up the time of the message itself."""


_IN_FRONT = Rate(3, 3600)
"""Talks from one address that wait among all others; further ones wait behind them."""


class Limits:
    """Counts and refuses. Redis away means not limited: the turn itself then says that the system is busy.

    `patience`: seconds a count may take before it lets through.
    """

    def __init__(
        self, redis: Redis, pseudonym: Callable[[str], str], *, conversation: Rate | None, address: Rate | None,
        handovers: Rate | None = None, proxies: Sequence[Network] = (), patience: float = PATIENCE,
    ) -> None:  # fmt: skip
        self._patience = patience
        self._check = redis.register_script(_CHECK)
        self._pseudonym = pseudonym
        self._conversation = conversation
        self._address = address
        self._handovers = handovers
        self._proxies = proxies

    async def conversation(self, name: str) -> None:
        """One more message of this conversation, or one more use of this link.

        Raises:
            TooMany: not now.
        """
        await self._count("conversation", name, self._conversation)

    async def address(self, request: Request) -> None:
        """One more request from where this one comes. Raises TooMany."""
        asked = self.caller(request)
        if asked:
            await self._count("address", asked, self._address)

    def caller(self, request: Request) -> str:
        """The address a request really comes from; used to count, kept nowhere."""
        return caller_of(request, self._proxies)

    async def handover(self, caller: str) -> bool:
        """One more talk handed to a person from this address. Was it one of the few that may stand in front?

        Raises:
            TooMany: not now.
        """
        if not caller:
            return True
        await self._count("handover", caller, self._handovers)
        try:
            await self._count("handover-front", caller, _IN_FRONT)
        except TooMany:
            return False
        return True

    async def _count(self, by: str, who: str, rate: Rate | None) -> None:
        if rate is None:
            return
        key = f"tb:rate:{by}:{self._pseudonym('rate ' + by + ' ' + who)}"
        try:
            async with asyncio.timeout(self._patience):
                wait: Any = await self._check(keys=[key], args=[rate.count, rate.seconds])
        except (RedisError, TimeoutError):
            return
        if int(wait) > 0:
            RATE_LIMITED.labels(by).inc()
            raise TooMany(math.ceil(int(wait) / 1_000_000))
