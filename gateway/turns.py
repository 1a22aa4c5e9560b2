"""One message from any channel, from hostile input to stored replies: checked, masked, in order, exactly once."""

import asyncio
import re
import time
import unicodedata
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from redis.exceptions import RedisError

from common.casebook import Announcement, Board
from common.casebook.board import ENROLLMENT, HANDOVER, REMINDING
from common.privacy.masking import mask
from common.storage import NotReachable
from common.storage.talk_counts import TalkCounts
from common.telemetry import traces
from common.telemetry.metrics import HANDOVERS, READY, TURN_SECONDS, TURNS, TURNS_RUNNING, stage
from common.web.channels import kind_of, messenger_user
from gateway import announcing
from gateway.call_backs import CallBackTalk
from gateway.conversations import Conversations, LockedTurn
from gateway.dialogue import Dialogue
from gateway.errors import DemoClockOff, EmptyText, GatewayBadRequest, TextTooLong, TurnUnavailable
from gateway.feedback import Feedback, without_marks
from gateway.forgetting import Forgetting
from gateway.handover import CaseReplies, Handover, with_number
from gateway.papers import LeafletScans
from gateway.reminding.reminders import Reminders
from gateway.settings import GatewaySettings
from gateway.words import words

BEIJING = ZoneInfo("Asia/Shanghai")
FIELDS = frozenset({"conversation", "message_id", "text", "as_of"})
_ID = re.compile(r"[A-Za-z0-9._:\-]{1,128}")
_DATE = re.compile(r"20\d\d-\d\d-\d\d", re.ASCII)
SAID_BY_THE_DIALOGUE = (ENROLLMENT, REMINDING)
"""What the dialogue must know to be switched off: it says so in its own words, where it would have begun it."""
PROBE = "新生儿参保有等待期吗"
PROBE_TRUSTED = 3.0
"""Seconds a good probe is believed."""


@dataclass(frozen=True)
class Message:
    """A checked message: ids of the contract's shape, text ready to be stored and sent on."""

    conversation: str
    message_id: str
    text: str
    masked: bool
    as_of: date
    channel: str = "web"
    choice: Mapping[str, Any] | None = None
    """What a tap, a menu, a code or a sent location means: `intent` and `facts`. `text` is only how it reads."""
    caller: str = field(default="", repr=False)
    """The address it came from, where a door knows one; for counting, kept nowhere."""


def read_message(body: Any, settings: GatewaySettings) -> Message:
    """Check a message of the chat API.

    Raises:
        DoorError: the field that is wrong, in words a parent can read.
    """
    if not isinstance(body, dict):
        raise GatewayBadRequest(words("not_an_object"))
    if set(body) - FIELDS:
        raise GatewayBadRequest(words("unknown_fields", fields="、".join(sorted(FIELDS))))
    for name in ("conversation", "message_id"):
        if not is_id(body.get(name)):
            raise GatewayBadRequest(words("bad_id", field=name))
    text = body.get("text")
    if not isinstance(text, str):
        raise GatewayBadRequest(words("text_is_no_text"))
    text = _readable(text)
    if not text:
        raise EmptyText
    if len(text) > settings.longest_text:
        raise TextTooLong(settings.longest_text)
    safe, masked = mask(text)
    return Message(body["conversation"], body["message_id"], safe, masked, _day(body.get("as_of"), settings))


def is_id(value: Any) -> bool:
    """Has it the shape of a conversation's or message's id?"""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def _readable(text: str) -> str:
    """Without control, formatting and broken characters (NUL, zero-width, bidirectional, lone surrogates) and edges."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs")).strip()


def _day(said: Any, settings: GatewaySettings) -> date:
    if said is None:
        return datetime.now(BEIJING).date()
    if not settings.demo_clock:
        raise DemoClockOff
    day = read_day(said)
    if day is None:
        raise GatewayBadRequest(words("bad_as_of"))
    return day


def read_day(said: Any) -> date | None:
    """A day of this century, written YYYY-MM-DD; None for everything else."""
    try:
        return date.fromisoformat(said) if _DATE.fullmatch(said) else None
    except (TypeError, ValueError):
        return None


def _without_command(text: str) -> str:
    """A leading slash is Rasa's command language; from a person it is just a character."""
    return "／" + text[1:] if text.startswith("/") else text


@asynccontextmanager
async def _timed_lock(lock: AbstractAsyncContextManager[LockedTurn]) -> AsyncIterator[LockedTurn]:
    """The conversation's lock; how long it was waited for is the stage `lock`."""
    with stage("lock"):
        opened = await lock.__aenter__()
    try:
        yield opened
    except BaseException as error:
        if not await lock.__aexit__(type(error), error, error.__traceback__):
            raise
    else:
        await lock.__aexit__(None, None, None)


class Turns:
    """Takes messages one by one per conversation; every channel goes through here."""

    def __init__(
        self, conversations: Conversations, dialogue: Dialogue, settings: GatewaySettings, handover: Handover,
        feedback: Feedback, forgetting: Forgetting, papers: LeafletScans | None = None,
        counts: TalkCounts | None = None, board: Board | None = None, reminders: Reminders | None = None,
        call_backs: CallBackTalk | None = None,
    ) -> None:  # fmt: skip
        self._call_backs = call_backs
        self._board = board
        self._reminders = reminders
        self._counts = counts
        self._counting: set[asyncio.Task[None]] = set()
        self._forgetting = forgetting
        self._papers = papers
        self._conversations = conversations
        self._dialogue = dialogue
        self._settings = settings
        self._handover = handover
        self._feedback = feedback
        self._running: set[asyncio.Task[list[dict[str, Any]]]] = set()
        self._ready_until = 0.0

    async def take(self, message: Message) -> list[dict[str, Any]]:
        """The replies to a message; the same message again gets the same replies and is processed once.

        A turn goes on when the client hangs up: a phone that lost its network finds the answer by sending again.

        Raises:
            Unavailable: a part is down or slow. Nothing is stored, so sending the message again is safe.
        """
        turn = asyncio.create_task(self._measured(message))
        self._running.add(turn)
        turn.add_done_callback(self._ended)
        try:
            return await asyncio.shield(turn)
        except (RedisError, TimeoutError, NotReachable):
            raise TurnUnavailable from None

    async def settle(self) -> None:
        """Wait for the turns that still run; called when the gateway stops, after it takes no more requests."""
        if self._running:
            await asyncio.wait(self._running, timeout=self._settings.deadline)
        if self._counting:
            await asyncio.wait(self._counting, timeout=1)

    async def _measured(self, message: Message) -> list[dict[str, Any]]:
        channel, outcome = kind_of(message.channel), "failed"
        TURNS_RUNNING.inc()
        try:
            with traces.span("turn", channel=channel), TURN_SECONDS.time():
                replies, outcome = await self._take(message)
            return replies
        finally:
            TURNS_RUNNING.dec()
            TURNS.labels(channel, outcome).inc()

    def _ended(self, turn: asyncio.Task[list[dict[str, Any]]]) -> None:
        self._running.discard(turn)
        if not turn.cancelled():
            turn.exception()  # seen, also when nobody waits any more

    async def _take(self, message: Message) -> tuple[list[dict[str, Any]], str]:
        """The replies, and how the turn ended: answered, repeated or passed_on (to a person)."""
        key = self._conversations.pseudonym(message.conversation)
        name = self._conversations.pseudonym(message.message_id)
        turn = self._conversations.turn(key, name)
        async with asyncio.timeout(self._settings.deadline), _timed_lock(turn) as opened:
            if opened.replies is not None:
                return opened.replies, "repeated"
            taken = await self._about_call_back(key, message) or await self._handover.take(
                key, name, message.text, opened.case
            )
            before = self._conversations.state(opened)
            replies, state, heard = list(taken.replies), before or None, None
            announced = announcing.untold(self._board, opened.kept.get("announced"), datetime.now(BEIJING))
            if announced:
                replies.insert(0, announcing.notice(announcing.in_words(announced)))
            if not taken.done and announcing.is_off(self._board, message.channel):
                replies.append(announcing.notice(words("channel_off")))
            elif not taken.done:
                with stage("rasa"), traces.span("dialogue"):
                    said, state, heard = await self._answer(key, name, message, before, taken.queue, opened.kept)
                replies += said
            if message.masked:
                replies.append({"text": words("masked_note"), "answer": None, "options": []})
            with stage("store"):
                ours = await self._conversations.finish(
                    key, name, opened, message.text, replies, state, announced.id if announced else None, heard
                )
            if not ours:
                raise TurnUnavailable  # another gateway has the turn by now; it answers
            self._count(kind_of(message.channel), float(opened.kept.get("at", 0)))
            return replies, "passed_on" if taken.done else "answered"

    async def _about_call_back(self, key: str, message: Message) -> CaseReplies | None:
        """A message about the call-back that is wanted or left is answered by what the casebook knows."""
        if self._call_backs is None:
            return None
        off = announcing.is_off(self._board, HANDOVER)
        said = await self._call_backs.take(key, message.channel, message.text, switched_off=off)
        return CaseReplies((said,), done=True) if said else None

    async def untold(self, conversation: str) -> Announcement | None:
        """The emergency notice this conversation has yet to be told, for a greeting that asks nobody."""
        told = await self._conversations.field(self._conversations.pseudonym(conversation), "announced")
        return announcing.untold(self._board, told, datetime.now(BEIJING))

    def _count(self, channel: str, before: float) -> None:
        """One more message, beside the turn: a number that is lost loses no reply. `before`: when the last one came."""
        if self._counts is None:
            return
        task = asyncio.create_task(self._counted(self._counts, channel, before))
        self._counting.add(task)
        task.add_done_callback(self._counting.discard)

    async def _counted(self, counts: TalkCounts, channel: str, before: float) -> None:
        today = datetime.now(BEIJING).date()
        first = datetime.fromtimestamp(before, BEIJING).date() < today
        with suppress(RedisError):
            await counts.message(channel, today, first=first)

    async def _answer(
        self, key: str, name: str, message: Message, before: dict[str, Any], queue: str | None, kept: Mapping[str, str]
    ) -> tuple[list[dict[str, Any]], dict[str, Any] | None, dict[str, Any] | None]:
        """The dialogue's replies, with what it asked of the gateway done: a case opened or left, a reminder planned or
        cancelled, a talk forgotten.

        With the state it left, and how it had heard the message.
        """
        metadata: dict[str, Any] = {"as_of": message.as_of.isoformat(), "conversation": key, "message_id": name}
        metadata |= {"state": before} if before else {}
        metadata |= {"queue": queue} if queue else {}
        metadata |= {"choice": dict(message.choice)} if message.choice else {}
        off = [name for name in SAID_BY_THE_DIALOGUE if announcing.is_off(self._board, name)]
        metadata |= {"off": off} if off else {}
        if self._reminders is not None and self._reminders.can(message.channel):
            metadata |= {"reminds": True, "reminders": await self._reminders.known(key, kept)}
        spoken = await self._dialogue.say(key, name, _without_command(message.text), metadata)
        state = spoken.state
        region = (state or before).get("region")
        self._feedback.note(key, name, message.text, spoken.replies, region, spoken.heard)
        if self._papers is not None:
            self._papers.asked(key, spoken.replies)
        replies = []
        for reply in spoken.replies:
            plain = without_marks(reply)
            if reply.get("handover") and queue is None and announcing.is_off(self._board, HANDOVER):
                plain = announcing.notice(with_number(words("handover_off", besides=plain["text"])))
            elif reply.get("handover") and queue is None:
                HANDOVERS.inc()
                plain = await self._handover.open(
                    key, message.channel, region, reply["handover"], message.text, plain, message.caller
                )  # fmt: skip
            if reply.get("reminder") and self._reminders is not None:
                plain = await self._reminders.act(
                    key, message.conversation, message.channel, message.as_of, reply["reminder"], plain
                )
            if reply.get("in_queue"):
                plain = await self._handover.stand(key, plain)
            if reply.get("left_queue"):
                await self._handover.leave(key)
            replies.append(plain)
        if state and state.pop("forgotten", False):
            await self._forgetting.forget(key, messenger_user(message.conversation))
            return replies, state, None
        if self._call_backs and "show_memory" in (spoken.heard or {}).get("labels", ()):
            left = await self._call_backs.known(key)
            replies += [left] if left else []
        return replies, state, spoken.heard

    async def ready(self) -> bool:
        """Would a message really be answered? A probe question goes through Redis, Rasa, the actions and the rules."""
        if time.monotonic() < self._ready_until:
            return True
        try:
            if not await self._conversations.ping():
                return False
            today = datetime.now(BEIJING).date().isoformat()
            await self._dialogue.say("probe", "probe", PROBE, {"as_of": today, "conversation": "probe"})
        except (RedisError, TurnUnavailable):
            READY.set(0)
            return False
        READY.set(1)
        self._ready_until = time.monotonic() + PROBE_TRUSTED
        return True
