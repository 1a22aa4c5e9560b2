"""Sessions, in Redis. A cookie holds a random token; Redis only its hash."""

import hashlib
import json
import secrets
import time
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

from portal.accounts import StaffAccount


@dataclass(frozen=True)
class Session:
    """Who is logged in. `csrf` must come back with every form; `version` is the account's at login."""

    name: str
    version: int
    csrf: str
    began: float


class Sessions:
    """The sessions in one Redis. `idle` and `longest` are seconds."""

    def __init__(self, store: Redis, idle: int, longest: int) -> None:
        self._store = store
        self._idle = idle
        self._longest = longest

    async def begin(self, account: StaffAccount) -> tuple[str, Session]:
        """A new session with a new token, whatever token the browser had before."""
        token = secrets.token_urlsafe(32)
        session = Session(account.name, account.version, secrets.token_urlsafe(24), time.time())
        await self._store.set(_key(token), json.dumps(vars(session)), ex=self._idle)
        return token, session

    async def find(self, token: str) -> Session | None:
        """The session of a token, kept alive by being asked for; None when it is unknown or has lasted too long."""
        kept: Any = await self._store.getex(_key(token), ex=self._idle)
        if kept is None:
            return None
        session = Session(**json.loads(kept))
        if time.time() - session.began > self._longest:
            await self.end(token)
            return None
        return session

    async def once(self, what: str, seconds: int) -> bool:
        """Is this the first time within so many seconds?"""
        key = f"portal:once:{hashlib.sha256(what.encode()).hexdigest()[:32]}"
        return bool(await self._store.set(key, "1", ex=seconds, nx=True))

    async def end(self, token: str) -> None:
        await self._store.delete(_key(token))


def _key(token: str) -> str:
    return f"portal:session:{hashlib.sha256(token.encode(errors='replace')).hexdigest()}"
