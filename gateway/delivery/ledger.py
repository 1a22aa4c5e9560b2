"""The delivery's memory in Redis, shared by all gateways: jobs, queues, claims, outboxes and grants of users.

A user's id stands here sealed, everything else goes by keyed hashes. Every key ends by itself, every list is bounded.
"""

import json
import secrets
import time
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

from common.telemetry.metrics import RATE_LIMITED
from gateway.delivery import scripts
from gateway.delivery.channel import Address, Job
from gateway.delivery.notices import notice_keys
from gateway.limits import Rate
from gateway.sealing import Seal, SealRefused

KEEP = 86_400
"""Seconds a message is known: a replay within a day is answered with nothing."""
KEEP_OUTBOX = 7 * KEEP
MOST_WAITING = 200
"""Messages of one user that may wait to be answered."""
MOST_KEPT = 20
"""Texts kept for one user who cannot be reached; older ones are dropped."""
HEARTBEAT_LIFE = 5.0
LOOK_AGAIN = 6.0
"""Seconds after which a worked-on user is looked at again; longer than a heartbeat lives."""
OTHERS = 2.0
"""Seconds beyond the window of a delivery after which any gateway may begin to work for a new message. Until then only
the one that took it may, which knows by then whether it told the user that nothing was taken."""
FARTHEST = 900.0
"""Seconds beyond any pause of ours: a user put off for longer was put off by another time."""
GRANTS = {"message": (5, 48 * 3600), "event": (3, 60)}
_PREFIX = "tb:say:"
_ALIVE = f"{_PREFIX}alive:"
DUE = f"{_PREFIX}due"
"""The users who need attention, by when."""


@dataclass(frozen=True)
class Registered:
    """What is known when a delivery of a message has been counted. `full`: the user has too many waiting."""

    fresh: bool
    done: bool
    attempts: int
    full: bool


@dataclass(frozen=True)
class Claimed:
    """`texts` when this request brings the answer; `over` when nothing is left to wait for."""

    texts: tuple[str, ...] | None
    over: bool
    failed: bool


@dataclass(frozen=True)
class OutboxItem:
    """One text in an outbox. A `pointer` only says where an answer can be read; `bubble` is how the ids of the
    bubbles begin that hold what it says, empty when none does."""

    name: str
    text: str
    conversation: str
    pointer: bool = False
    bubble: str = ""

    def as_text(self) -> str:
        return json.dumps([self.name, self.text, self.conversation, self.pointer, self.bubble], ensure_ascii=False)

    @classmethod
    def of_text(cls, stored: str) -> "OutboxItem":
        return cls(*json.loads(stored))


def item(text: str, conversation: str, *, pointer: bool = False, bubble: str = "") -> OutboxItem:
    """A new text for an outbox; no two are alike."""
    return OutboxItem(secrets.token_hex(4), text, conversation, pointer, bubble)


class Ledger:
    """All reads and writes of the delivery. `gateway` is this process; a new process is a new gateway."""

    def __init__(self, redis: Redis, secret: bytes, rate: Rate | None = None) -> None:
        self._rate = rate
        self.gateway = secrets.token_hex(8)
        self._redis = redis
        self._seal = Seal(secret, "address")
        self._scripts = {
            name: redis.register_script(text)
            for name, text in vars(scripts).items() if name.isupper() and name != "GCRA"
        }  # fmt: skip

    async def _run(self, script: str, keys: list[str], *arguments: Any) -> Any:
        return await self._scripts[script](keys=keys, args=list(arguments))

    # Gateways

    @property
    def alive(self) -> str:
        """The key that says that this process lives, for `HEARTBEAT_LIFE` seconds."""
        return f"{_ALIVE}{self.gateway}"

    async def beat(self) -> None:
        """Say that this process lives."""
        await self._redis.set(self.alive, "1", px=int(HEARTBEAT_LIFE * 1000))

    # Messages

    async def register(
        self, name: str, user: str, job: Job, address: Address, created: int, window: float, attempt: str
    ) -> Registered:
        """Count one delivery of a message; the first one makes the job, in the order of `created`.

        Raises:
            TimeoutError: Redis came to it more than `window` seconds after it was asked, and did nothing.
        """
        begun = time.monotonic()
        seconds, micros = await self._redis.time()
        deadline = f"{seconds + micros / 1_000_000 + window - (time.monotonic() - begun):.6f}"
        sealed = self._seal.close(json.dumps([address.channel, address.user]))
        body = json.dumps(job.as_json(), ensure_ascii=False)
        allowed, life = GRANTS.get(job.grant, (0, 0))
        order, grant = f"{_PREFIX}order", _grant(user, job.grant)
        most, period = (self._rate.count, self._rate.seconds) if self._rate else (0, 0)
        keys = [_job(name), _queue(user), DUE, _waiters(name), _user(user), order, grant, f"tb:rate:user:{user}"]
        now = time.time()
        found = await self._run(
            "REGISTER", keys, name, body, user, now, window, attempt, KEEP, created, sealed, MOST_WAITING,
            allowed, life, most, period, deadline, now + window + OTHERS,
        )  # fmt: skip
        fresh, state, attempts = int(found[0]), str(found[1]), int(found[2])
        if fresh == 3:
            raise TimeoutError
        if fresh == 2:
            RATE_LIMITED.labels("user").inc()
        return Registered(fresh == 1, state == "done", attempts, fresh == 2)

    async def take_back(self, name: str, user: str, attempt: str) -> bool:
        """Forget a message that this delivery stored, and told its user was not taken; False when somebody works for
        it, or it was brought in another delivery."""
        keys = [_job(name), _queue(user), _lead(user), _waiters(name)]
        return bool(await self._run("TAKE_BACK", keys, name, attempt))

    async def claim(self, name: str, attempt: str) -> Claimed:
        """Ask to bring the answer in this request."""
        found = await self._run("CLAIM", [_job(name)], attempt, _ALIVE)
        state, texts = str(found[0]), str(found[1])
        if state == "mine":
            return Claimed(tuple(json.loads(texts)), True, False)
        return Claimed(None, state in ("done", "pushed"), found[2] == "1")

    async def confirm(
        self, name: str, user: str, attempt: str, rest: tuple[str, ...], conversation: str, bubble: str
    ) -> bool:
        """The claimed answer has been written to the connection."""
        items = [item(text, conversation, bubble=bubble).as_text() for text in rest]
        return bool(await self._run("CONFIRM", [_job(name), _outbox(user), _queue(user)], attempt, name, *items))

    async def unclaim(self, name: str, attempt: str) -> None:
        """The connection was gone before the answer was written."""
        await self._run("UNCLAIM", [_job(name)], attempt)

    async def leave(self, name: str, attempt: str) -> None:
        """This request waits no longer."""
        await self._redis.zrem(_waiters(name), attempt)

    async def tell(self, name: str) -> bool:
        """May this request say that we are busy? Once per message."""
        return bool(await self._redis.hsetnx(_job(name), "told", "1"))

    def attempt(self) -> str:
        """A name for one delivery of a message; it says which gateway holds it."""
        return f"{self.gateway}:{secrets.token_hex(4)}"

    async def alone(self, what: str, seconds: float) -> bool:
        """May this gateway do what one of all does every so many seconds?"""
        return bool(await self._redis.set(f"{_PREFIX}alone:{what}", "1", nx=True, px=int(seconds * 900)))

    async def attach(self, key: str, user: str, conversation: str) -> None:
        """Remember who is behind a conversation to which a person may answer."""
        await self._redis.set(f"{_PREFIX}behind:{key}", json.dumps([user, conversation]), ex=KEEP_OUTBOX)

    async def reached(self, key: str) -> tuple[str, str] | None:
        """Who is behind a conversation: the user, and the conversation's id."""
        stored = await self._redis.get(f"{_PREFIX}behind:{key}")
        return None if stored is None else (str(json.loads(stored)[0]), str(json.loads(stored)[1]))

    # Work for one user

    async def due(self, most: int) -> list[str]:
        """Users who need attention now; also those who were put off by a clock that was ahead."""
        now = time.time()
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.zrangebyscore(DUE, 0, now, start=0, num=most)
            pipe.zrangebyscore(DUE, now + FARTHEST, "+inf", start=0, num=most)
            late, odd = await pipe.execute()
        return [str(user) for user in (*late, *odd)][:most]

    async def lead(self, user: str) -> bool:
        """Become the one who works for this user."""
        again = time.time() + LOOK_AGAIN
        return bool(await self._run("LEAD", [_lead(user), DUE], self.gateway, user, again, _ALIVE))

    async def hold(self, user: str) -> bool:
        """Is this gateway still the one?"""
        return bool(await self._run("HOLD", [_lead(user)], self.gateway))

    async def release(self, user: str, again: float = 0.0) -> bool:
        """Stop working for this user, until `again` (a time); False when new work has come meanwhile."""
        return bool(
            await self._run("RELEASE", [_lead(user), _queue(user), DUE], self.gateway, user, again)
        )  # fmt: skip

    async def head(self, user: str) -> tuple[str, str, dict[str, str]] | None:
        """The oldest message not yet delivered: its name, its state, all it holds."""
        while names := await self._redis.zrange(_queue(user), 0, 0):
            name = str(names[0])
            stored = await self._redis.hgetall(_job(name))
            fields = {str(field): str(value) for field, value in stored.items()}
            if fields:
                return name, fields["state"], fields
            await self._redis.zrem(_queue(user), name)
        return None

    async def address(self, user: str) -> Address | None:
        """Where the user is reached; None when it is not known any more."""
        sealed = await self._redis.hget(_user(user), "address")
        try:
            return Address(*json.loads(self._seal.open(str(sealed)))) if sealed else None
        except (SealRefused, ValueError):
            return None

    async def asked(self, name: str, words: str) -> str:
        """What is asked for this message, the same however often it is tried."""
        await self._redis.hsetnx(_job(name), "asked", words)
        return str(await self._redis.hget(_job(name), "asked"))

    async def failed(self, name: str) -> int:
        """Count a failed turn; how many there were."""
        await self._redis.hset(_job(name), "failed", "1")
        return int(await self._redis.hincrby(_job(name), "failures", 1))

    async def answered(
        self, name: str, user: str, texts: tuple[str, ...], *, single: bool, options: tuple[str, ...], merged: int
    ) -> bool:
        """Store the answer; the `merged` oldest texts of the outbox are part of it. False when the lead is lost."""
        offered = json.dumps(options, ensure_ascii=False) if options else ""
        keys = [_job(name), _lead(user), _outbox(user), _options(user)]
        stored = json.dumps(texts, ensure_ascii=False)
        once = "1" if single else "0"
        return bool(await self._run("ANSWER", keys, self.gateway, stored, once, offered, KEEP, merged))

    async def settle(
        self, name: str, user: str, texts: tuple[str, ...], conversation: str, *, can_push: bool, patience: float,
        bubble: str = "", carrying: bool = False,
    ) -> str:  # fmt: skip
        """What becomes of an answered message: `wait`, `done`, `parked`, `unsure` or `outbox`.

        Args:
            carrying: a request of this very process is bringing it just now.
        """
        keys = [_job(name), _waiters(name), _outbox(user), _queue(user)]
        items = [item(text, conversation, bubble=bubble).as_text() for text in texts]
        push = "1" if can_push else "0"
        fixed = (name, time.time(), push, patience, _ALIVE, KEEP_OUTBOX, MOST_KEPT, self.gateway)
        own = "1" if carrying else "0"
        return str(await self._run("SETTLE", keys, *fixed, own, *items))

    async def options(self, user: str) -> list[str]:
        """What the numbers under the last answer would send."""
        stored = await self._redis.get(_options(user))
        return list(json.loads(stored)) if stored else []

    # What is kept for a user

    async def outbox(self, user: str) -> list[OutboxItem]:
        """All texts kept for the user, oldest first."""
        return [OutboxItem.of_text(str(stored)) for stored in await self._redis.lrange(_outbox(user), 0, -1)]

    async def keep(self, user: str, kept: OutboxItem, instead_of: str | None = None) -> None:
        """Add one text to the outbox, in one step with the end of the key it comes from."""
        async with self._redis.pipeline(transaction=True) as pipe:
            if instead_of is not None:
                pipe.delete(instead_of)
            pipe.rpush(_outbox(user), kept.as_text())
            pipe.ltrim(_outbox(user), -MOST_KEPT, -1)
            pipe.expire(_outbox(user), KEEP_OUTBOX)
            await pipe.execute()

    async def forget(self, user: str) -> None:
        """Nothing may be sent to this user any more."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.delete(_outbox(user), _queue(user), _options(user), *(_grant(user, kind) for kind in GRANTS),
                        *notice_keys(user))  # fmt: skip
            pipe.zrem(DUE, user)
            pipe.hset(_user(user), "gone", "1")
            pipe.expire(_user(user), KEEP_OUTBOX)
            await pipe.execute()

    async def first(self, name: str) -> bool:
        """Is this event new? For events that make no job."""
        return bool(await self._redis.set(f"{_PREFIX}seen:{name}", "1", nx=True, ex=KEEP))

    async def gone(self, user: str) -> bool:
        """Did the user leave since the last message?"""
        return bool(await self._redis.hexists(_user(user), "gone"))

    async def spend(self, user: str) -> str:
        """Take one message of the user's grant; the grant it came from, or nothing."""
        return str(await self._run("SPEND", [_grant(user, "event"), _grant(user, "message"), _queue(user)]))

    async def give_back(self, grant: str) -> None:
        """The message was not sent after all."""
        if grant and await self._redis.exists(grant):
            await self._redis.incr(grant)

    async def close_grants(self, user: str) -> None:
        """The platform says the grant is used up; it knows better."""
        await self._redis.delete(*(_grant(user, kind) for kind in GRANTS))

    async def sending(self, user: str) -> str | None:
        """The text whose push began and never ended."""
        found = await self._redis.hget(_user(user), "sending")
        return str(found) if found else None

    async def start(self, user: str, kept: OutboxItem) -> bool:
        """Note that a push begins; False when it is not ours to do."""
        return bool(await self._run("START", [_lead(user), _user(user), _outbox(user)], self.gateway, kept.as_text()))

    async def finish(self, user: str, kept: OutboxItem, *, pop: bool, instead: OutboxItem | None = None) -> None:
        """Note that a push ended, and whether the text leaves the outbox."""
        other = instead.as_text() if instead else ""
        await self._run("FINISH", [_user(user), _outbox(user)], kept.as_text(), "1" if pop else "0", other)

    async def pushes_failed(self, user: str, *, reset: bool = False) -> int:
        """Count pushes that failed in a row."""
        if reset:
            await self._redis.hdel(_user(user), "failures")
            return 0
        return int(await self._redis.hincrby(_user(user), "failures", 1))


def _job(name: str) -> str:
    return f"{_PREFIX}job:{name}"


def _waiters(name: str) -> str:
    return f"{_PREFIX}wait:{name}"


def _queue(user: str) -> str:
    return f"{_PREFIX}queue:{user}"


def _lead(user: str) -> str:
    return f"{_PREFIX}lead:{user}"


def _user(user: str) -> str:
    return f"{_PREFIX}user:{user}"


def _outbox(user: str) -> str:
    return f"{_PREFIX}outbox:{user}"


def _options(user: str) -> str:
    return f"{_PREFIX}options:{user}"


def _grant(user: str, kind: str) -> str:
    return f"{_PREFIX}grant:{user}:{kind}"
