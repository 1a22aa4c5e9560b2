"""Notices that a platform sends only with the user's leave, one for each time it was given: what is known of it.

The platform alone knows for certain; what it told us is kept so that a parent can be told in time, and so that a notice
that did not arrive comes with the next message. A user stands here by keyed hash; words are sealed; every key ends.
"""

import hashlib
import json
import time
from dataclasses import dataclass, field

from redis.asyncio import Redis
from redis.exceptions import WatchError

from gateway.conversations import pseudonym
from gateway.delivery.channel import Address
from gateway.sealing import Seal, SealRefused

KEEP = 400 * 86_400
"""Seconds a leave is remembered: a reminder is asked for within the year."""
KEEP_ON_ITS_WAY = 86_400
"""Seconds a notice waits for the platform's report; they come within minutes."""
ONE_AFTER_ANOTHER = 120.0
"""Seconds in which no second notice is sent while the first has no report: reports do not say which they mean."""
MOST_LEFT = 20
_PREFIX = "tb:say:"
_ALLOW = """
-- One more, bounded. KEYS leave | ARGV template most keep
if redis.call('HINCRBY', KEYS[1], ARGV[1], 1) > tonumber(ARGV[2]) then redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
"""
_SPEND = """
-- One less, never below nothing. KEYS leave | ARGV template
if tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0') > 0 then redis.call('HINCRBY', KEYS[1], ARGV[1], -1) end
return 1
"""


@dataclass(frozen=True)
class SentNotice:
    """A notice on its way: which reminder it is, and its words in full."""

    reminder: int
    text: str = field(repr=False)
    since: float = 0.0


def user_of(secret: bytes, address: Address) -> str:
    """Under what everything of a messenger's user is kept."""
    return pseudonym(secret, f"user\x1f{address.channel}\x1f{address.user}")


def notice_keys(user: str) -> tuple[str, str]:
    """All that is kept of one user here: the leave given, and what is on its way."""
    return f"{_PREFIX}leave:{user}", f"{_PREFIX}notice:{user}"


class Notices:
    """All reads and writes, shared by all gateways. `user`: from `user_of`."""

    def __init__(self, redis: Redis, secret: bytes) -> None:
        self._redis = redis
        self._seal = Seal(secret, "notice")
        self._allow, self._spend = redis.register_script(_ALLOW), redis.register_script(_SPEND)

    async def allow(self, user: str, template: str) -> None:
        """The user gave leave for one more notice of this template."""
        await self._allow(keys=[notice_keys(user)[0]], args=[_short(template), MOST_LEFT, KEEP])

    async def refuse(self, user: str, template: str) -> None:
        """The user, or the platform, says that none may be sent."""
        await self._redis.hdel(notice_keys(user)[0], _short(template))

    async def left(self, user: str, template: str) -> int:
        """For how many more there is leave, as far as is known."""
        return int(await self._redis.hget(notice_keys(user)[0], _short(template)) or 0)

    async def begin(self, user: str, sent: SentNotice) -> bool:
        """Note that a notice is about to be sent; False while another has no report yet."""
        name, now = notice_keys(user)[1], time.time()
        body = self._seal.close(json.dumps([sent.reminder, sent.text, now], ensure_ascii=False))
        async with self._redis.pipeline(transaction=True) as pipe:
            await pipe.watch(name)
            before = self._opened(await pipe.get(name))
            if before is not None and now - before.since < ONE_AFTER_ANOTHER:
                return before.reminder == sent.reminder
            pipe.multi()  # type: ignore[no-untyped-call]
            pipe.set(name, body, ex=KEEP_ON_ITS_WAY)
            try:
                await pipe.execute()
            except WatchError:
                return False  # another gateway began one in the same moment
        return True

    async def sent(self, user: str, template: str) -> None:
        """The platform took it, or may have: that leave is used up."""
        await self._spend(keys=[notice_keys(user)[0]], args=[_short(template)])

    async def on_its_way(self, user: str) -> SentNotice | None:
        """The notice that was sent last and has no report yet."""
        return self._opened(await self._redis.get(notice_keys(user)[1]))

    async def reported(self, user: str) -> SentNotice | None:
        """Take the notice that a report is about; None when there is none, or somebody else has taken it."""
        return self._opened(await self._redis.getdel(notice_keys(user)[1]))

    def _opened(self, sealed: object) -> SentNotice | None:
        try:
            return SentNotice(*json.loads(self._seal.open(str(sealed)))) if sealed else None
        except (SealRefused, ValueError):
            return None

    async def forget(self, user: str) -> None:
        """Nothing of this user is kept here any more."""
        await self._redis.delete(*notice_keys(user))


def _short(template: str) -> str:
    return hashlib.sha256(template.encode()).hexdigest()[:16]
