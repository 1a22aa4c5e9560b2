"""How many wrong passwords are heard: of one account from one address, of one account, of one address.

A try is counted before the password is looked at, in the same step that asks whether it is allowed: however many come
at once, no more are heard. The right password gives its try back. Time is Redis' own; what another time wrote counts
for nothing, and every count ends by itself.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

from redis.asyncio import Redis

from portal.errors import TooManyTries

PER_NAME_AND_ADDRESS, PER_NAME, PER_ADDRESS = 5, 30, 60
"""Tries within the window. One address is often a whole office; one account is not 30 people."""
WINDOW = 900
"""Seconds after its first try at which a count begins anew."""
_TAKE = """
local now = tonumber(redis.call('TIME')[1])
for _, key in ipairs(KEYS) do
  local at = tonumber(redis.call('HGET', key, 'at') or '-1')
  if at < 0 or at > now or now - at >= tonumber(ARGV[1]) then
    redis.call('DEL', key)
    redis.call('HSET', key, 'at', now)
  end
  redis.call('EXPIRE', key, ARGV[1])
end
local own = tonumber(redis.call('HGET', KEYS[1], ARGV[5]) or '0')
local name = tonumber(redis.call('HGET', KEYS[1], 'all') or '0')
local address = tonumber(redis.call('HGET', KEYS[2], 'all') or '0')
if own >= tonumber(ARGV[2]) or name >= tonumber(ARGV[3]) or address >= tonumber(ARGV[4]) then return 0 end
redis.call('HINCRBY', KEYS[1], ARGV[5], 1)
redis.call('HINCRBY', KEYS[1], 'all', 1)
redis.call('HINCRBY', KEYS[2], 'all', 1)
return 1
"""
_GIVE_BACK = """
local own = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
if own > 0 then redis.call('HINCRBY', KEYS[1], 'all', -own) redis.call('HDEL', KEYS[1], ARGV[1]) end
if tonumber(redis.call('HGET', KEYS[2], 'all') or '0') > 0 then redis.call('HINCRBY', KEYS[2], 'all', -1) end
return 1
"""


class Throttle:
    """The tries of one Redis. Names and addresses stand there as hashes only."""

    def __init__(self, store: Redis) -> None:
        self._store = store
        self._take: Any = store.register_script(_TAKE)
        self._give_back: Any = store.register_script(_GIVE_BACK)

    async def take(self, name: str, address: str) -> None:
        """One more try, before its password is looked at. Raises TooManyTries, and then it does not count."""
        limits = (WINDOW, PER_NAME_AND_ADDRESS, PER_NAME, PER_ADDRESS)
        if not int(await self._take(keys=_keys(name, address), args=[*limits, _hash(address)])):
            raise TooManyTries

    async def right(self, name: str, address: str) -> None:
        """The password was right: what this address tried of this name is forgotten."""
        await self._give_back(keys=_keys(name, address), args=[_hash(address)])

    async def locked(self, names: Sequence[str]) -> set[str]:
        """Those who cannot log in from some address, or from anywhere, because of wrong passwords."""
        async with self._store.pipeline(transaction=False) as batch:
            for name in names:
                batch.hgetall(_keys(name, "")[0])
            found = await batch.execute()
        return {name for name, counts in zip(names, found) if _full(counts)}

    async def free(self, name: str) -> None:
        """An administrator knows who it is: all tries of this name are forgotten."""
        await self._store.delete(_keys(name, "")[0])


def _full(counts: dict[str, str]) -> bool:
    tries = {field: int(count) for field, count in counts.items() if field != "at"}
    return tries.pop("all", 0) >= PER_NAME or any(count >= PER_NAME_AND_ADDRESS for count in tries.values())


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()[:32]


def _keys(name: str, address: str) -> list[str]:
    return [f"portal:tries:name:{_hash(name)}", f"portal:tries:address:{_hash(address)}"]
