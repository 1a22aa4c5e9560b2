"""At most 20 messages a minute per robot, over all processes: a sliding minute in Redis, by Redis's own clock."""

from typing import Any

from redis.asyncio import Redis

PER_MINUTE = 20
_TAKE = """
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local span = tonumber(ARGV[2])
local blocked = tonumber(redis.call('GET', KEYS[3]) or '0')
if blocked > now and blocked <= now + span then return blocked - now end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - span)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '(' .. now, '+inf')  -- written by a clock that was ahead
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1]) then
  return tonumber(redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]) + ARGV[2] - now + 1
end
redis.call('ZADD', KEYS[1], now, redis.call('INCR', KEYS[2]))
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('PEXPIRE', KEYS[2], ARGV[2] * 2)
return 0
"""
_BLOCK = """
local time = redis.call('TIME')
redis.call('SET', KEYS[1], tonumber(time[1]) * 1000 + tonumber(ARGV[1]), 'PX', ARGV[1])
return 1
"""


class Pace:
    """Permission to send, counted per robot; `span` in seconds."""

    def __init__(self, redis: Redis, per_minute: int = PER_MINUTE, span: float = 60.0) -> None:
        self._take: Any = redis.register_script(_TAKE)
        self._block: Any = redis.register_script(_BLOCK)
        self._per_minute = per_minute
        self._span = int(span * 1000)

    async def take(self, robot: str) -> float:
        """0 and the permission is taken, or the seconds after which to ask again. `robot` is a name, never the key."""
        keys = [f"robot:{robot}:{part}" for part in ("sent", "number", "blocked")]
        return float(await self._take(keys=keys, args=[self._per_minute, self._span])) / 1000

    async def block(self, robot: str) -> None:
        """The platform says that it is too much although we counted less: others use this robot too."""
        await self._block(keys=[f"robot:{robot}:blocked"], args=[self._span])
