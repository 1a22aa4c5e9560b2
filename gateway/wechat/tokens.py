"""One access token per account for all gateways: kept sealed in Redis, fetched by one process at a time, rarely.

`stable_token` gives the same token while it is valid, so that no gateway ever ends another's. However often a token
is refused, there are at most RENEWALS fetches a minute.
"""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from redis.asyncio import Redis

from gateway.sealing import Seal, SealRefused
from gateway.wechat.failures import NotSent, TokenRefused

RENEWALS, RENEWAL_SPAN = 3, 60
FORCE_SPAN, FORCES_A_DAY = 30, 20
"""`force_refresh` is allowed 20 times a day, 30 seconds apart."""
EARLY = 300
"""Seconds before its end at which a token is not used any more."""
_LOCK_LIFE = 12
_WAIT = 8.0
_RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"


@dataclass(frozen=True)
class Token:
    """A token as the platform gives it; `life` in seconds."""

    value: str
    life: int


Fetch = Callable[[bool], Awaitable[Token]]
"""Asks the platform for a token; True asks for a new one although the old one is valid."""


class Tokens:
    """The token of one account."""

    def __init__(self, redis: Redis, secret: bytes, account: str, fetch: Fetch) -> None:
        self._redis = redis
        self._seal = Seal(secret, "token")
        self._fetch = fetch
        self._name = f"tb:token:{account}"

    async def get(self, refused: str | None = None) -> str:
        """A token; if one was `refused`, another one.

        Raises:
            TokenRefused: renewed often enough for this minute.
            ApiFailure: the platform did not give one.
        """
        until = time.monotonic() + _WAIT
        while time.monotonic() < until:
            known = await self._stored()
            if known is not None and known != refused:
                return known
            mine = secrets.token_hex(8)
            if await self._redis.set(f"{self._name}:lock", mine, nx=True, ex=_LOCK_LIFE):
                try:
                    known = await self._stored()
                    return known if known is not None and known != refused else await self._renew(refused)
                finally:
                    await self._redis.eval(_RELEASE, 1, f"{self._name}:lock", mine)
            await asyncio.sleep(0.05)  # another process is asking
        raise NotSent

    async def _renew(self, refused: str | None) -> str:
        if not await self._within("renewals", RENEWALS, RENEWAL_SPAN):
            raise TokenRefused
        token = await self._fetch(False)
        if token.value == refused:
            # Still the same: the platform thinks it valid and yet refuses it. Only force_refresh helps.
            if not (await self._within("force", 1, FORCE_SPAN) and await self._within("forces", FORCES_A_DAY, 86_400)):
                raise TokenRefused
            token = await self._fetch(True)
        life = token.life - EARLY if token.life > 2 * EARLY else token.life * 3 // 4
        await self._redis.set(self._name, self._seal.close(token.value), ex=max(1, life))
        return token.value

    async def _stored(self) -> str | None:
        sealed = await self._redis.get(self._name)
        try:
            return self._seal.open(str(sealed)) if sealed else None
        except SealRefused:
            return None

    async def _within(self, what: str, most: int, span: int) -> bool:
        """Count one, in a span that begins with the first; is it allowed?"""
        name = f"{self._name}:{what}"
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.set(name, 0, nx=True, ex=span)
            pipe.incr(name)
            _, count = await pipe.execute()
        return int(count) <= most
