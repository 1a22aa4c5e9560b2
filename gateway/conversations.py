"""What the gateway keeps of a conversation in Redis: history, replies by message, the state, thumbs, one lock.

Names of conversations and messages are kept as keyed hashes only; every key has a time to live, every list a bound.
"""

import asyncio
import hashlib
import hmac
import json
import logging
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

from redis.asyncio import Redis
from redis.exceptions import RedisError

from common.storage.redis_client import forgets_under_pressure
from gateway.settings import GatewaySettings

log = logging.getLogger(__name__)

_RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"
_RENEW = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) end return 0"
_OPEN = """
local mine = redis.call('set', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) or redis.call('get', KEYS[1]) == ARGV[1]
if not mine then return nil end
return {redis.call('get', KEYS[2]) or '', redis.call('hgetall', KEYS[3])}
"""
"""Takes the lock and reads, in the same moment, what the turn begins from. Asked again when its answer was lost, it
finds the lock its own."""
_FINISH = """
if redis.call('get', KEYS[1]) ~= ARGV[1] then return redis.call('get', KEYS[2]) == ARGV[2] and 1 or 0 end
redis.call('set', KEYS[2], ARGV[2], 'EX', ARGV[3])
redis.call('hset', KEYS[3], unpack(ARGV, 7, 6 + ARGV[6]))
redis.call('expire', KEYS[3], ARGV[4])
redis.call('rpush', KEYS[4], unpack(ARGV, 7 + ARGV[6]))
redis.call('ltrim', KEYS[4], -ARGV[5], -1)
redis.call('expire', KEYS[4], ARGV[4])
redis.call('del', KEYS[1])
return 1
"""
"""Writes all of a turn and lets its lock go, or writes nothing when the lock is another's by now. Asked again when its
answer was lost, it finds these very replies stored."""
_DAY = 86_400
LASTING = ("region", "applications")
"""What of the state outlives a pause: where the family lives, and which applications it has started."""
_LOCK_POLL = 0.02
LOCK_LIFE = 4.0
"""Seconds a conversation's lock lives after the last sign of its holder."""


@dataclass(frozen=True)
class LockedTurn:
    """A turn that holds its conversation: the `replies` this message already had, and what is `kept`."""

    token: str
    replies: list[dict[str, Any]] | None
    kept: dict[str, str]

    @property
    def case(self) -> str | None:
        """The number of the case that may stand for this conversation; only then is the casebook asked."""
        return self.kept.get("case") or None


def bubbles(
    message: str, said: str, replies: list[dict[str, Any]], at: float, heard: dict[str, Any] | None = None
) -> list[dict[str, Any]]:
    """What one turn adds to the history: the parent's bubble with how it was heard, then one for each reply."""
    spoken = [{"id": f"b-{message}-{n}", "who": "bot", "reply": reply, "at": at} for n, reply in enumerate(replies)]
    told = {"id": f"u-{message}", "who": "parent", "text": said, "at": at}
    return [told | ({"heard": heard} if heard else {}), *spoken]


def pseudonym(secret: bytes, name: str) -> str:
    """The keyed hash of an id, 32 hex digits. Another key means other conversations: it never rotates by itself."""
    return hmac.new(secret, name.encode(), hashlib.sha256).hexdigest()[:32]


class Conversations:
    """The store of all conversations; one per process."""

    def __init__(self, redis: Redis, settings: GatewaySettings) -> None:
        self._redis = redis
        self._settings = settings
        self._keep = settings.keep_days * _DAY
        self._held: set[str] = set()
        self._open, self._finish = redis.register_script(_OPEN), redis.register_script(_FINISH)
        self._queues: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def pseudonym(self, name: str) -> str:
        """Under what a conversation's or message's id is stored and sent on: a client may put anything into an id."""
        return pseudonym(self._settings.key_secret, name)

    @asynccontextmanager
    async def turn(self, key: str, message: str) -> AsyncIterator[LockedTurn]:
        """One message at a time: in order inside this process, exclusive across processes.

        Waits as long as it is let. The lock is short and renewed while the turn runs, so that a crash, or a Redis
        that hung, holds the next message up for LOCK_LIFE at most. `finish` writes only while it is still ours.
        """
        queue = self._queues.setdefault(key, asyncio.Lock())
        name, token = f"tb:lock:{key}", secrets.token_hex(8)
        names, life = [name, f"tb:reply:{key}:{message}", f"tb:conv:{key}"], int(LOCK_LIFE * 1000)
        async with queue:
            renewing: asyncio.Task[None] | None = None
            self._held.add(token)
            try:
                while (found := await self._open(keys=names, args=[token, life])) is None:  # noqa: ASYNC110
                    await asyncio.sleep(_LOCK_POLL)  # the other holder is another process
                renewing = asyncio.create_task(self._renew(name, token))
                replies, state = found
                yield LockedTurn(token, json.loads(replies) if replies else None, dict(zip(state[::2], state[1::2])))
            finally:  # also when giving up: the lock may have been ours just then
                if renewing is not None:
                    renewing.cancel()
                if token in self._held:
                    self._held.discard(token)
                    with suppress(RedisError):
                        await self._redis.eval(_RELEASE, 1, name, token)

    async def _renew(self, name: str, token: str) -> None:
        while True:
            await asyncio.sleep(LOCK_LIFE / 4)
            with suppress(RedisError):
                await self._redis.eval(_RENEW, 1, name, token, int(LOCK_LIFE * 1000))

    async def answered(self, key: str, message: str) -> list[dict[str, Any]] | None:
        """The replies to a message that was already processed."""
        stored = await self._redis.get(f"tb:reply:{key}:{message}")
        return list(json.loads(stored)) if stored else None

    def state(self, opened: LockedTurn) -> dict[str, Any]:
        """The dialogue's state a turn begins from. After a pause the facts are forgotten and the region stays: last
        week's birth date may be another child's."""
        kept = opened.kept
        state: dict[str, Any] = json.loads(kept["memory"]) if kept.get("memory") else {}
        if time.time() - float(kept.get("at", 0)) > self._settings.session_idle:
            state = {name: state[name] for name in LASTING if state.get(name)}
        return state

    async def finish(
        self, key: str, message: str, opened: LockedTurn, said: str, replies: list[dict[str, Any]],
        state: dict[str, Any] | None, announced: int | None = None, heard: dict[str, Any] | None = None,
    ) -> bool:  # fmt: skip
        """Store the replies, the state and the bubbles, all or nothing, and let the turn's lock go. `announced`: the
        emergency notice that is among the replies.

        False, and nothing stored, when the turn is not ours any more: a Redis that hung may have let it go to another
        gateway, which answers.
        """
        now = time.time()
        fields: list[str | float] = ["at", now]
        if state is not None:
            fields += ["memory", _json(state)]
        if announced is not None:
            fields += ["announced", announced]
        names = [f"tb:lock:{key}", f"tb:reply:{key}:{message}", f"tb:conv:{key}", f"tb:history:{key}"]
        args: list[str | float] = [
            opened.token,
            _json(replies),
            _DAY,
            self._keep,
            self._settings.keep_history,
            len(fields),
            *fields,
        ]
        done = await self._finish(keys=names, args=[*args, *map(_json, bubbles(message, said, replies, now, heard))])
        if done:
            self._held.discard(opened.token)
        return bool(done)

    async def case(self, key: str) -> str | None:
        """The number of the case that may stand for this conversation; only then is the casebook asked."""
        number = await self._redis.hget(f"tb:conv:{key}", "case")
        return str(number) if number else None

    async def set_case(self, key: str, number: str | None) -> None:
        name = f"tb:conv:{key}"
        async with self._redis.pipeline(transaction=True) as pipe:
            if number is None:
                pipe.hdel(name, "case")
            else:
                pipe.hset(name, "case", number)
            pipe.expire(name, self._keep)
            await pipe.execute()

    async def first(self, key: str, what: str) -> bool:
        """Is this the first time that this happens in the conversation? Noted in the same moment."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hsetnx(f"tb:conv:{key}", what, "1")
            pipe.expire(f"tb:conv:{key}", self._keep)
            return bool((await pipe.execute())[0])

    async def field(self, key: str, what: str) -> str | None:
        """One thing that is noted of a conversation."""
        found = await self._redis.hget(f"tb:conv:{key}", what)
        return None if found is None else str(found)

    async def note_announced(self, key: str, number: int) -> None:
        """Note that this emergency notice was told outside a turn."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(f"tb:conv:{key}", "announced", str(number))
            pipe.expire(f"tb:conv:{key}", self._keep)
            await pipe.execute()

    async def note_reminders(self, key: str) -> None:
        """Note that reminders may stand for this conversation; only then is the casebook asked."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(f"tb:conv:{key}", "reminders", "1")
            pipe.expire(f"tb:conv:{key}", self._keep)
            await pipe.execute()

    async def append(self, key: str, bubbles: list[dict[str, Any]]) -> None:
        """Add bubbles that no turn made (what the desk said)."""
        if not bubbles:
            return
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.rpush(f"tb:history:{key}", *map(_json, bubbles))
            pipe.ltrim(f"tb:history:{key}", -self._settings.keep_history, -1)
            pipe.expire(f"tb:history:{key}", self._keep)
            await pipe.execute()

    async def forget(self, key: str) -> None:
        """Delete history, replies, thumbs, grounds and the state."""
        told = [str(bubble["id"])[2:] for bubble in await self.history(key) if bubble["who"] == "parent"]
        own = [f"tb:{kind}:{key}" for kind in ("history", "thumbs", "conv", "paper")]
        await self._redis.delete(*own, *(f"tb:reply:{key}:{name}" for name in told))

    async def history(self, key: str) -> list[dict[str, Any]]:
        """The bubbles, oldest first, with the thumbs given."""
        thumbs = await self._redis.hgetall(f"tb:thumbs:{key}")
        kept = await self._bubbles(key)
        return [{name: value for name, value in bubble.items() if name != "heard"} | {"thumb": thumbs.get(bubble["id"])}
                for bubble in kept]  # fmt: skip

    async def heard(self, key: str, bubble: str) -> dict[str, Any] | None:
        """How the message was heard that this bubble of ours answers: for who reviews it, shown to no parent."""
        asked = f"u-{bubble.removeprefix('b-').rpartition('-')[0]}"
        return next((one.get("heard") for one in await self._bubbles(key) if one["id"] == asked), None)

    async def _bubbles(self, key: str) -> list[dict[str, Any]]:
        return [json.loads(item) for item in await self._redis.lrange(f"tb:history:{key}", 0, -1)]

    async def region(self, key: str) -> str | None:
        """The region the conversation is about, if anybody said one."""
        memory = await self._redis.hget(f"tb:conv:{key}", "memory")
        found = json.loads(memory).get("region") if memory else None
        return str(found) if found else None

    async def presume(self, key: str, region: str) -> None:
        """The region of a conversation in which nothing was said yet: that of the account it came through."""
        if await self._redis.hsetnx(f"tb:conv:{key}", "memory", _json({"region": region})):
            await self._redis.expire(f"tb:conv:{key}", self._keep)

    async def thumb(self, key: str, bubble: str, value: str) -> bool:
        """Keep one thumb per answer, the last one counts; False when there is no such bubble."""
        if all(bubble != kept["id"] for kept in await self.history(key)):
            return False
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(f"tb:thumbs:{key}", bubble, value)
            pipe.expire(f"tb:thumbs:{key}", self._keep)
            await pipe.execute()
        return True

    async def ping(self) -> bool:
        """Is Redis there, and will it keep what it is given?"""
        policy = await forgets_under_pressure(self._redis)
        if policy:
            log.error("Redis throws keys away when it is full (%s): set maxmemory-policy noeviction", policy)
        return not policy


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
