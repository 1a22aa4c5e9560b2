"""What the gateway keeps of a conversation in Redis: history, replies by message id, memory, thumbs, one lock.

Keys carry a keyed hash of the conversation id, never the id itself; every key has a time to live, every list a bound.
"""

import asyncio
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

from gateway.errors import Unavailable
from gateway.settings import Settings

_RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"
_DAY = 86_400


@dataclass(frozen=True)
class Session:
    """One short run of turns in Rasa. `fresh`: Rasa knows nothing yet and needs the carried memory."""

    sender: str
    fresh: bool
    memory: dict[str, Any] | None


class Conversations:
    """The store of all conversations; one per process."""

    def __init__(self, redis: "Redis[str]", settings: Settings) -> None:
        self._redis = redis
        self._settings = settings
        self._keep = settings.keep_days * _DAY
        self._queues: dict[str, asyncio.Lock] = {}

    def key(self, conversation: str) -> str:
        """The pseudonym under which a conversation is stored and sent on."""
        return hmac.new(self._settings.key_secret, conversation.encode(), hashlib.sha256).hexdigest()[:32]

    @asynccontextmanager
    async def turn(self, key: str, seconds: float) -> AsyncIterator[None]:
        """One message at a time: in order inside this process, exclusive across processes.

        Raises:
            Unavailable: the turn before did not finish within `seconds`.
        """
        queue = self._queues.setdefault(key, asyncio.Lock())
        until = time.monotonic() + seconds
        try:
            async with asyncio.timeout(seconds):
                await queue.acquire()
        except TimeoutError:
            raise Unavailable from None
        try:
            token, name = secrets.token_hex(8), f"tb:lock:{key}"
            while not await self._redis.set(name, token, nx=True, px=int(seconds * 2000)):
                if time.monotonic() > until:
                    raise Unavailable
                await asyncio.sleep(0.02)
            try:
                yield
            finally:
                await self._redis.eval(_RELEASE, 1, name, token)
        finally:
            queue.release()
            if not queue.locked() and self._queues.get(key) is queue and not getattr(queue, "_waiters", None):
                self._queues.pop(key, None)

    async def answered(self, key: str, message_id: str) -> dict[str, Any] | None:
        """The stored outcome of a message that was already processed."""
        stored = await self._redis.get(f"tb:reply:{key}:{_short(message_id)}")
        return json.loads(stored) if stored else None

    async def session(self, key: str) -> Session:
        """The session this turn belongs to; a new one after many turns or a long pause.

        After a pause the dates are forgotten and the region stays: last week's birth date may be another child's.
        """
        state = await self._redis.hgetall(f"tb:conv:{key}")
        number, turns = int(state.get("number", 0)), int(state.get("turns", 0))
        idle = time.time() - float(state.get("at", 0))
        memory = json.loads(state["memory"]) if state.get("memory") else None
        if state.get("broken") == "1" or idle > self._settings.session_idle or turns >= self._settings.session_turns:
            if idle > self._settings.session_idle and memory is not None:
                memory = {"region": memory.get("region")}
            return Session(f"{key}-{number + 1}", True, memory)
        return Session(f"{key}-{number}", turns == 0, memory)

    async def finish(
        self, key: str, message_id: str, session: Session, outcome: dict[str, Any], memory: dict[str, Any] | None,
        said: str,
    ) -> None:  # fmt: skip
        """Store the outcome, the memory and the two bubbles, all or nothing."""
        number = session.sender.rsplit("-", 1)[1]
        now = time.time()
        bubbles = [
            json.dumps({"id": f"u-{message_id}", "who": "parent", "text": said, "at": now}, ensure_ascii=False),
            *(
                json.dumps({"id": f"b-{message_id}-{n}", "who": "bot", "reply": reply, "at": now}, ensure_ascii=False)
                for n, reply in enumerate(outcome["replies"])
            ),
        ]
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.set(f"tb:reply:{key}:{_short(message_id)}", json.dumps(outcome, ensure_ascii=False), ex=_DAY)
            fields = {"number": number, "at": str(now), "broken": "0"}
            if memory is not None:
                fields["memory"] = json.dumps(memory, ensure_ascii=False)
            if session.fresh:
                fields["turns"] = "0"
            pipe.hset(f"tb:conv:{key}", mapping=fields)
            pipe.hincrby(f"tb:conv:{key}", "turns", 1)
            pipe.expire(f"tb:conv:{key}", self._keep)
            pipe.rpush(f"tb:history:{key}", *bubbles)
            pipe.ltrim(f"tb:history:{key}", -self._settings.keep_history, -1)
            pipe.expire(f"tb:history:{key}", self._keep)
            await pipe.execute()

    async def spoil(self, key: str) -> None:
        """After a failed turn Rasa's tracker may hold half of it: the next turn starts a new session."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(f"tb:conv:{key}", "broken", "1")
            pipe.hincrby(f"tb:conv:{key}", "number", 1)
            pipe.expire(f"tb:conv:{key}", self._keep)
            await pipe.execute()

    async def history(self, key: str) -> list[dict[str, Any]]:
        """The bubbles, oldest first, with the thumbs given."""
        stored = await self._redis.lrange(f"tb:history:{key}", 0, -1)
        thumbs = await self._redis.hgetall(f"tb:thumbs:{key}")
        bubbles = [json.loads(item) for item in stored]
        return [{**bubble, "thumb": thumbs.get(bubble["id"])} for bubble in bubbles]

    async def region(self, key: str) -> str | None:
        """The region the conversation is about, if anybody said one."""
        memory = await self._redis.hget(f"tb:conv:{key}", "memory")
        found = json.loads(memory).get("region") if memory else None
        return str(found) if found else None

    async def thumb(self, key: str, bubble: str, value: str) -> None:
        """Keep one thumb per answer; the last one counts."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(f"tb:thumbs:{key}", bubble, value)
            pipe.expire(f"tb:thumbs:{key}", self._keep)
            await pipe.execute()

    async def ping(self) -> bool:
        """Is Redis there?"""
        return bool(await self._redis.ping())


def _short(message_id: str) -> str:
    return hashlib.sha256(message_id.encode()).hexdigest()[:24]
