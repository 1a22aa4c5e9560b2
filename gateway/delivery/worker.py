"""One message from its first delivery to its answer, once: requests wait here, one worker per user answers in order.

Decisions and their reasons: docs/decisions/0006-wechat-delivery.md.
"""

import asyncio
import json
import logging
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from weakref import WeakValueDictionary

from redis.exceptions import RedisError

from common.casebook import Announcement
from common.telemetry.metrics import PUSHES
from gateway.announcing import in_words
from gateway.conversations import Conversations
from gateway.delivery.channel import Address, Channel, Job, PushOutcome
from gateway.delivery.ledger import Claimed, Ledger, OutboxItem, Registered, item
from gateway.errors import DoorError, TurnUnavailable
from gateway.turns import Message, Turns
from gateway.words import words

log = logging.getLogger("gateway.delivery")
POLL, POLLS = 0.1, 400
"""Seconds after which a request looks whether another process has its answer, and how often all of them may look in a
second: looking costs this process what it needs for the answers."""
LAST_WORD = 0.3
"""Seconds a request waits beyond its window, for the answer of a store that was asked within it."""
SWEEP = 0.5
MOST_AT_ONCE = 64
"""Users one sweep works for at the same time."""
TURN_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
TELL_AFTER = 6.0
"""Seconds after which no request waits any more that could say it."""
GIVE_UP = 900.0
"""Seconds after which a message whose turn keeps failing is answered with regret."""
PATIENCE = 16.0
"""Seconds in which a platform delivers a message again that nobody answered (3 x 5 s)."""
PUSH_PAUSE, PUSH_PAUSE_STOPPED, MOST_PUSHES = 2.0, 300.0, 12
CARRIED = 120.0
"""Seconds a request of this process may be bringing an answer: longer than any busy loop holds one up."""
_NUMBER = re.compile(r"(?:第|选)?(?P<n>[1-9１-９一二三四五六七八九])(?:个|条|项|、|\.|。)?")


@dataclass(frozen=True)
class ClaimedReply:
    """What a request answers with. A notice is not the answer and needs no confirmation."""

    texts: tuple[str, ...]
    name: str = ""
    user: str = ""
    attempt: str = ""
    conversation: str = ""
    bubble: str = ""


def channel_of(conversation: str) -> str:
    """The channel a conversation of a messenger belongs to."""
    return conversation.split("-", 1)[0]


class DeliveryWorker:
    """The delivery of one gateway process for all its channels."""

    def __init__(
        self, ledger: Ledger, turns: Turns, conversations: Conversations, channels: Mapping[str, Channel]
    ) -> None:
        self._ledger = ledger
        self._turns = turns
        self._conversations = conversations
        self._channels = channels
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._pulses: WeakValueDictionary[str, asyncio.Event] = WeakValueDictionary()
        self._background: set[asyncio.Task[Any]] = set()
        self._carried: dict[str, dict[str, float]] = {}

    # Life

    async def start(self) -> None:
        """Say that this process lives (`heartbeat` goes on saying it), and look for work others left behind."""
        with suppress(RedisError):
            await self._ledger.beat()
        self._spawn(self._every(SWEEP, self._sweep))

    async def stop(self) -> None:
        """End all work; what is unfinished is taken over by others."""
        tasks = [*self._background, *self._workers.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _every(self, seconds: float, do: Callable[[], Awaitable[None]]) -> None:
        while True:
            with suppress(RedisError):
                await do()
            await asyncio.sleep(seconds)

    async def _sweep(self) -> None:
        for user in await self._ledger.due(MOST_AT_ONCE):
            if len(self._workers) >= MOST_AT_ONCE:
                break
            if user not in self._workers:
                self._kick(user)

    def _spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    # Requests

    def user(self, address: Address) -> str:
        """Under what everything of a user is kept."""
        return self._conversations.pseudonym(f"user\x1f{address.channel}\x1f{address.user}")

    def _bubble(self, name: str, job: Job) -> str:
        """How the ids of the bubbles begin that a message was answered with; empty when none was."""
        return f"b-{self._conversations.pseudonym(name)}-" if job.say else ""

    def _name(self, address: Address, key: str) -> str:
        return self._conversations.pseudonym(f"message\x1f{address.channel}\x1f{key}")

    def conversation(self, address: Address) -> str:
        """The id of the user's conversation; the chat page opens the same."""
        return f"{address.channel}-{self.user(address)}"

    async def receive(
        self, address: Address, key: str, job: Job, created: int, *, window: float, hold: float
    ) -> ClaimedReply | None:
        """One delivery of a message; the answer if this request is to bring it, else None.

        Args:
            key: the same for all deliveries of this message and no other.
            created: when the user sent it, seconds; decides the order.
            window: seconds within which an answer still reaches the user in this request.
            hold: seconds to keep the request open when only a later delivery can bring the answer.

        Raises:
            Unavailable: nothing could be stored.
        """
        begun, attempt, user = time.monotonic(), self._ledger.attempt(), self.user(address)
        name = self._name(address, key)
        registering = asyncio.ensure_future(
            self._ledger.register(name, user, job, address, created, window, attempt)
        )  # fmt: skip
        try:
            async with asyncio.timeout(window + LAST_WORD):
                known = await asyncio.shield(registering)
        except (RedisError, TimeoutError):
            self._spawn(self._quietly(self._take_back_when_known(registering, name, user, attempt)))
            raise TurnUnavailable from None
        if known.full:
            return ClaimedReply((words("too_many_waiting"),))
        if known.done:
            return None
        self._kick(user)
        pushes = self._channels[address.channel].can_push
        last = pushes or known.attempts >= 3
        try:
            return await self._wait(name, user, attempt, job, begun + window, begun + (window if last else hold), last)
        except (RedisError, TimeoutError):
            return ClaimedReply((words("busy_pushing") if pushes else words("busy_passive"),))
        finally:
            self._spawn(self._quietly(self._ledger.leave(name, attempt)))

    async def _take_back_when_known(
        self, registering: "asyncio.Task[Registered]", name: str, user: str, attempt: str
    ) -> None:
        """Whoever was told that nothing was taken asks again: a message that was stored after all is not answered.

        Nobody knows what Redis did when the connection broke: it is asked to forget what this delivery stored, if any.
        """
        with suppress(RedisError, TimeoutError):
            await registering
        await self._ledger.take_back(name, user, attempt)

    async def _wait(
        self, name: str, user: str, attempt: str, job: Job, window_ends: float, ends: float, last: bool
    ) -> ClaimedReply | None:
        pulse = self._pulses.setdefault(name, asyncio.Event())
        failed = False
        while (left := ends - time.monotonic()) > 0:
            if time.monotonic() < window_ends:
                async with asyncio.timeout(left + LAST_WORD):
                    claimed = await self._claim(name, attempt)
                if claimed.texts is not None:
                    return ClaimedReply(claimed.texts, name, user, attempt, job.conversation, self._bubble(name, job))
                if claimed.over:
                    return None
                failed = claimed.failed
            with suppress(TimeoutError):
                await asyncio.wait_for(pulse.wait(), min(self._pause(), max(left, 0.001)))
        pushes = self._channels[channel_of(job.conversation)].can_push
        if last and (failed or not pushes) and await self._ledger.tell(name):
            slow = words("slow_passive") if not failed else words("busy_passive")
            return ClaimedReply((words("busy_pushing") if pushes else slow,))
        return None

    def _pause(self) -> float:
        return max(POLL, len(self._pulses) / POLLS)

    async def _claim(self, name: str, attempt: str) -> Claimed:
        """Claim, and give back if the request was cut off just then.

        The answer counts as carried before Redis is asked: what it says may lie here unread while the loop is busy.
        """
        self._carried.setdefault(name, {})[attempt] = time.monotonic()
        asking = asyncio.ensure_future(self._ledger.claim(name, attempt))
        try:
            claimed = await asyncio.shield(asking)
        except (asyncio.CancelledError, TimeoutError):
            self._spawn(self._quietly(self._give_back_when_known(asking, name, attempt)))
            raise
        except RedisError:
            self._put_down(name, attempt)
            raise
        if claimed.texts is None:
            self._put_down(name, attempt)
        return claimed

    async def _give_back_when_known(self, asking: "asyncio.Task[Claimed]", name: str, attempt: str) -> None:
        try:
            await asking
        finally:
            self._put_down(name, attempt)
            await self._ledger.unclaim(name, attempt)

    def written(self, carried: ClaimedReply) -> None:
        """The answer stands in the connection: it is delivered."""
        if carried.name:
            self._spawn(self._confirm(carried))

    async def _confirm(self, carried: ClaimedReply) -> None:
        rest = carried.texts[1:]
        for pause in (0.0, 0.2, 1.0):
            await asyncio.sleep(pause) if pause else None
            with suppress(RedisError):
                await self._ledger.confirm(
                    carried.name, carried.user, carried.attempt, rest, carried.conversation, carried.bubble
                )
                break
        self._put_down(carried.name, carried.attempt)
        self._pulse(carried.name)

    def _carrying(self, name: str) -> bool:
        """Is a request of this process bringing that answer? However busy the loop is, it is not pushed beside it."""
        for attempt, since in tuple(self._carried.get(name, {}).items()):
            if time.monotonic() - since >= CARRIED:
                self._put_down(name, attempt)
        return name in self._carried

    def _put_down(self, name: str, attempt: str) -> None:
        """That request does not carry the answer, or not any more."""
        attempts = self._carried.get(name, {})
        attempts.pop(attempt, None)
        if not attempts:
            self._carried.pop(name, None)

    def lost(self, carried: ClaimedReply) -> None:
        """The connection was gone before the answer was written: another way has to be found."""
        if carried.name:
            self._put_down(carried.name, carried.attempt)
            self._spawn(self._quietly(self._ledger.unclaim(carried.name, carried.attempt)))

    async def _quietly(self, work: Awaitable[Any]) -> None:
        with suppress(RedisError, TimeoutError):
            await work

    def _pulse(self, name: str) -> None:
        """Wake whoever waits for this message in this process; other processes look for themselves."""
        pulse = self._pulses.get(name)
        if pulse is not None:
            pulse.set()
            pulse.clear()

    async def unsubscribe(self, address: Address, key: str) -> None:
        """Nothing is sent to this user any more; a repetition of the event changes nothing.

        Raises:
            Unavailable: nothing could be stored.
        """
        try:
            if await self._ledger.first(self._name(address, key)):
                await self._ledger.forget(self.user(address))
        except (RedisError, TimeoutError):
            raise TurnUnavailable from None

    def pushing(self) -> tuple[str, ...]:
        """The channels that can send without being asked."""
        return tuple(name for name, channel in self._channels.items() if channel.can_push)

    def every(self, seconds: float, do: Callable[[], Awaitable[None]]) -> None:
        """Do something as long as this desk lives."""
        self._spawn(self._every(seconds, do))

    def wake(self, user: str) -> None:
        """Something was put into this user's outbox."""
        self._kick(user)

    # Work for one user

    def _kick(self, user: str) -> None:
        """Have somebody work for this user, if nobody does."""
        if user in self._workers:
            self._again.add(user)
        else:
            self._workers[user] = asyncio.create_task(self._serve(user))

    async def _serve(self, user: str) -> None:
        try:
            while True:
                self._again.discard(user)
                if not await self._ledger.lead(user):
                    return
                again = await self._drain(user)
                if await self._ledger.release(user, again) and user not in self._again:
                    return
        except (RedisError, TimeoutError):
            pass  # the sweep finds the user again
        except Exception as error:  # noqa: BLE001 - one user's broken message must not end the worker unseen
            log.error("delivery failed: %s", type(error).__name__)
            with suppress(RedisError):
                await self._ledger.release(user, time.time() + TURN_PAUSES[-1])
        finally:
            del self._workers[user]

    async def _drain(self, user: str) -> float:
        """Answer and deliver all that waits, in order; when to go on (a time), 0 when nothing is left to do."""
        while await self._ledger.hold(user):
            await self._recover(user)
            head = await self._ledger.head(user)
            if head is None:
                return await self._flush(user)
            name, state, fields = head
            if state == "open":
                try:
                    await self._answer(name, user, fields)
                except TurnUnavailable:
                    failures = await self._ledger.failed(name)
                    await self._say_busy(name, user, fields)
                    return time.time() + TURN_PAUSES[min(failures, len(TURN_PAUSES)) - 1]
                self._pulse(name)
            again = await self._hand_over(name, user)
            if again:
                return again
        return 0.0

    async def _say_busy(self, name: str, user: str, fields: dict[str, str]) -> None:
        """When no request could say so any more, the user is told once by a push that the answer is late."""
        address = await self._ledger.address(user)
        late = time.time() - float(fields["at"]) > TELL_AFTER
        if late and address and self._channels[address.channel].can_push and await self._ledger.tell(name):
            conversation = self.conversation(address)
            await self._ledger.keep(user, item(words("busy_pushing"), conversation, pointer=True))
            await self._flush(user)

    async def _answer(self, name: str, user: str, fields: dict[str, str]) -> None:
        """One turn.

        Raises:
            Unavailable: a part is down; to be tried again.
        """
        job, address = Job.of_json(json.loads(fields["body"])), await self._ledger.address(user)
        channel = self._channels[address.channel] if address else None
        if channel is None:
            await self._ledger.forget(user)
            return
        try:
            replies = await self._ask(name, user, job) if job.say else []
        except TurnUnavailable:
            if time.time() - float(fields["at"]) < GIVE_UP:
                raise
            replies = [{"text": words("given_up"), "answer": None, "options": []}]
        except DoorError as error:
            replies = [{"text": str(error), "answer": None, "options": []}]
        notice = await self._untold(job)
        if notice is not None:
            job = replace(job, said=f"{in_words(notice)}\n{job.said}")
        rendered = channel.render(job, replies, self._bubble(name, job))
        kept = await self._ledger.outbox(user)
        texts = channel.join((*(old.text for old in kept), *rendered.texts)) if kept else rendered.texts
        single = len(texts) == 1 or not channel.can_push
        stored = await self._ledger.answered(
            name, user, texts, single=single, options=rendered.options, merged=len(kept)
        )  # fmt: skip
        if stored and notice is not None:
            key = self._conversations.pseudonym(job.conversation)
            await self._conversations.note_announced(key, notice.id)

    async def _untold(self, job: Job) -> Announcement | None:
        """The emergency notice for a greeting (words of our own with something to tap): no turn tells it there."""
        return await self._turns.untold(job.conversation) if not job.say and job.options else None

    async def _ask(self, name: str, user: str, job: Job) -> list[dict[str, Any]]:
        say = await self._ledger.asked(name, await self._meant(user, job.say))
        key = self._conversations.pseudonym(job.conversation)
        try:
            if job.region:
                await self._conversations.presume(key, job.region)
        except RedisError:
            raise TurnUnavailable from None
        day, channel = date.fromisoformat(job.as_of), channel_of(job.conversation)
        replies = await self._turns.take(Message(job.conversation, name, say, job.masked, day, channel, job.choice))
        if await self._conversations.case(key):
            await self._ledger.attach(key, user, job.conversation)
        return replies

    async def _meant(self, user: str, text: str) -> str:
        """A bare number means what stood under it in the last answer."""
        found = _NUMBER.fullmatch(text)
        if not found:
            return text
        number = "一二三四五六七八九".find(found["n"]) + 1 or int(found["n"])
        options = await self._ledger.options(user)
        return options[number - 1] if number <= len(options) else text

    async def _hand_over(self, name: str, user: str) -> float:
        """Bring an answered message to the user, by a waiting request or from the outbox; when to go on, 0 at once."""
        pulse = self._pulses.setdefault(name, asyncio.Event())
        head = await self._ledger.head(user)
        if head is None or head[0] != name or head[1] != "answered":
            if head is not None and head[0] == name and head[1] == "done":
                await self._ledger.settle(name, user, (), "", can_push=True, patience=PATIENCE)
            return 0.0
        job, texts = Job.of_json(json.loads(head[2]["body"])), tuple(json.loads(head[2]["texts"]))
        channel = self._channels[channel_of(job.conversation)]
        while True:
            verdict = await self._ledger.settle(
                name, user, texts, job.conversation, can_push=channel.can_push, patience=PATIENCE,
                bubble=self._bubble(name, job), carrying=self._carrying(name),
            )  # fmt: skip
            if verdict != "wait":
                break
            with suppress(TimeoutError):
                await asyncio.wait_for(pulse.wait(), POLL)
        if verdict == "unsure":
            pointing = channel.pointer(job.conversation, self._bubble(name, job))
            await self._ledger.keep(user, item(pointing, job.conversation, pointer=True))
        self._pulse(name)
        return await self._flush(user) if verdict in ("outbox", "unsure") else 0.0

    # Pushing

    async def _recover(self, user: str) -> None:
        """A push that began and never ended, because its gateway died: its outcome is unknown."""
        if await self._ledger.sending(user) is None:
            return
        kept = await self._ledger.outbox(user)
        address = await self._ledger.address(user)
        if kept and address is not None:
            await self._ended(user, self._channels[address.channel], kept[0], PushOutcome.UNKNOWN)

    async def _flush(self, user: str) -> float:
        """Push what is kept, as far as the user's grant goes; when to try again, 0 when not by itself."""
        address = await self._ledger.address(user)
        channel = self._channels.get(address.channel) if address else None
        if address is None or channel is None or not channel.can_push:
            return 0.0
        while kept := await self._ledger.outbox(user):
            if await self._ledger.gone(user):
                await self._ledger.forget(user)
                return 0.0
            grant = await self._ledger.spend(user) if channel.counted else ""
            if channel.counted and not grant:
                return 0.0
            if not await self._ledger.start(user, kept[0]):
                await self._ledger.give_back(grant)
                return 0.0
            outcome = await channel.push(address, kept[0].text)
            PUSHES.labels(address.channel, outcome.value).inc()
            if outcome in (PushOutcome.LATER, PushOutcome.STOPPED):
                await self._ledger.give_back(grant)
            again = await self._ended(user, channel, kept[0], outcome)
            if again is not None:
                return again
        return 0.0

    async def _ended(self, user: str, channel: Channel, kept: OutboxItem, outcome: PushOutcome) -> float | None:
        """Write down how a push ended. None to go on with the next text, else when to try again."""
        if outcome is PushOutcome.UNKNOWN and channel.repeatable:
            outcome = PushOutcome.LATER
        if outcome is PushOutcome.SENT:
            await self._ledger.finish(user, kept, pop=True)
            await self._ledger.pushes_failed(user, reset=True)
            return None
        if outcome in (PushOutcome.UNKNOWN, PushOutcome.REFUSED) and not kept.pointer:
            other = item(channel.pointer(kept.conversation, kept.bubble), kept.conversation, pointer=True)
            await self._ledger.finish(user, kept, pop=True, instead=other)
            return None
        if outcome is PushOutcome.REFUSED:
            await self._ledger.finish(user, kept, pop=True)
            return None
        await self._ledger.finish(user, kept, pop=False)
        if outcome is PushOutcome.GONE:
            await self._ledger.forget(user)
            return 0.0
        if outcome is PushOutcome.CLOSED:
            await self._ledger.close_grants(user)
        if outcome in (PushOutcome.CLOSED, PushOutcome.UNKNOWN):
            return 0.0  # a pointer that may or may not have arrived goes with the next message
        failures = await self._ledger.pushes_failed(user)
        if failures > MOST_PUSHES:
            return 0.0
        pause = PUSH_PAUSE_STOPPED if outcome is PushOutcome.STOPPED else min(PUSH_PAUSE * 2 ** (failures - 1), 60.0)
        return time.time() + pause
