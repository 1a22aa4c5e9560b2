"""A person instead of the assistant: the case with its number, the parent's words to the desk, the desk's words back.

A case is a flag: until a person has joined, the assistant goes on answering and the parent's words are kept for that
person; once one has joined, it is silent. What is kept goes through the casebook, masked as everything is.
"""

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from common.casebook import Casebook, HandoverCase, NoCase, Note, Rank
from common.storage import NotReachable
from gateway.call_backs import CallBackTalk
from gateway.conversations import Conversations
from gateway.errors import TooMany
from gateway.limits import Limits
from gateway.office_hours import OfficeHours, wait_in_words
from gateway.settings import GatewaySettings
from gateway.waiting_time import queue_in_words
from gateway.words import options, words
from policies.library import default

((_LEAVE_LABEL, LEAVE),) = options("leave_queue")
"""What is tapped to go on without a person, and what is said by it."""
_LEAVING = re.compile(
    "(结束|退出|取消|不用|不要|不等|关掉)(了)?人工(服务|客服)?了?|(还是|继续)(问|用)?(你|机器人|自动答复)(回答|吧)?"
)
_TRY_AGAIN = 5.0
"""Seconds between attempts to reach a database that was away at the start."""

_TO_LEAVE = {"label": _LEAVE_LABEL, "send": LEAVE}

Reply = dict[str, Any]


def staff_bubble(note: Note) -> dict[str, Any]:
    """What the desk said, as a bubble of the history."""
    who = "staff" if note.who == "staff" else "system"
    text = note.text if who == "staff" else spoken(note)
    return {"id": f"s-{note.id}", "who": who, "name": note.name, "text": text, "at": note.at.timestamp()}


def spoken(note: Note) -> str:
    """The same where nothing else shows who speaks."""
    return words("staff_says", said=note.text) if note.who == "staff" else words("staff_closed", why=note.text)


@dataclass(frozen=True)
class CaseReplies:
    """What a standing case does with a message: `replies` first of all; `done` when a person answers it; `queue` is
    `waiting` while nobody has joined."""

    replies: tuple[Reply, ...] = ()
    done: bool = False
    queue: str | None = None


class Handover:
    """The gateway's side of the casebook."""

    def __init__(
        self, casebook: Casebook, conversations: Conversations, settings: GatewaySettings, limits: Limits | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC), call_backs: CallBackTalk | None = None,
    ) -> None:  # fmt: skip
        self._call_backs = call_backs
        self._clock = clock
        self._limits = limits
        self._book = casebook
        self._conversations = conversations
        self._settings = settings
        self._hours = OfficeHours.of(settings.desk_hours)
        self._preparing: asyncio.Task[None] | None = None

    async def prepare(self) -> None:
        """Tables ready, or made as soon as the database is there: answering does not wait for the desk.

        Raises:
            storage.WrongDatabase: PostgreSQL without the tables; the start stops with that line.
        """
        try:
            await self._book.prepare()
        except NotReachable:
            self._preparing = asyncio.create_task(self._prepare_later())

    async def _prepare_later(self) -> None:
        while True:
            await asyncio.sleep(_TRY_AGAIN)
            with suppress(NotReachable):
                await self._book.prepare()
                return

    async def open(
        self, key: str, channel: str, region: str | None, reason: str, said: str, besides: Reply, caller: str = ""
    ) -> Reply:
        """Open a case with the talk so far; `besides` is what the dialogue wants said besides.

        The desk away is told as such, with the hotline: nothing is promised that nobody keeps. So is an address
        (`caller`, empty for a messenger's user) from which very many ask for a person.
        """
        now = self._clock()
        before = [_line(bubble) for bubble in await self._conversations.history(key)]
        transcript = [*before, {"who": "parent", "text": said, "at": now.timestamp()}]
        try:
            in_front = await self._limits.handover(caller) if self._limits else True
            talked = not caller or any(line["who"] == "parent" for line in before)
            rank = (Rank.TALKED if talked else Rank.AT_ONCE) if in_front else Rank.ONE_OF_MANY
            case = await self._book.open_case(key, channel, region, reason, transcript, now, rank)
        except TooMany:
            return _instead(besides, with_number(words("handover_too_many", besides=besides["text"])))
        except NotReachable:
            return _instead(besides, with_number(words("handover_away", besides=besides["text"])))
        await self._conversations.set_case(key, case.number)
        wait, hours = wait_in_words(self._hours, now), self._settings.desk_hours
        text = words("handover_opened", number=case.number, hours=hours, wait=wait, besides=besides["text"])
        left, offered = await self._call_backs.offer(key, now) if self._call_backs else ("", [])
        return {**_instead(besides, with_number(f"{text}\n{left}".rstrip())), "options": [_TO_LEAVE, *offered]}

    async def stand(self, key: str, besides: Reply) -> Reply:
        """How the queue stands for this conversation; the dialogue's own words alone when nobody can tell."""
        now = self._clock()
        try:
            case = await self._book.standing(key)
            if case is None:
                return besides
            stands = await queue_in_words(self._book.line(), case.number, self._hours, now)
            left, offered = await self._call_backs.offer(key, now) if self._call_backs else ("", [])
        except NotReachable:
            return besides
        text = words("queue_stands", stands=stands, besides=besides["text"])
        told = _instead(besides, with_number(f"{text}\n{left}".rstrip()))
        return {**told, "options": [*told.get("options", ()), *offered]}

    async def take(self, key: str, message_id: str, text: str, number: str | None) -> CaseReplies:
        """A message while case `number` may stand.

        Raises:
            NotReachable: nothing was passed on; sending again is safe.
        """
        if number is None:
            return CaseReplies()
        now = self._clock()
        case = await self._book.standing(key)
        if case is None:  # the desk closed it: its last words first, then the assistant again
            last = await self._spoken(key, now)
            await self._conversations.set_case(key, None)
            return CaseReplies(tuple(last))
        if len(text) <= 14 and _LEAVING.search(text):
            await self.leave(key)
            return CaseReplies((_plain(words("left_queue")),), done=True)
        try:
            await self._book.say(case.number, "parent", text, None, now, message_id)
        except NoCase:  # closed this very moment
            await self._conversations.set_case(key, None)
            return CaseReplies(tuple(await self._spoken(key, now)))
        said = tuple(await self._spoken(key, now))
        if case.state == "open":
            return CaseReplies((*said, self._passed_on(case)), done=True)
        return CaseReplies(said, queue="waiting")

    async def leave(self, key: str) -> None:
        """Nobody is wanted any more. Raises NotReachable."""
        await self._book.leave(key, self._clock())
        await self._conversations.set_case(key, None)

    async def forget(self, key: str) -> None:
        """Delete what the casebook keeps of this conversation. Raises NotReachable."""
        await self._book.forget(key)

    def _passed_on(self, case: HandoverCase) -> Reply:
        return {**_plain(words("passed_on", number=case.number)), "options": [_TO_LEAVE]}

    async def _spoken(self, key: str, now: datetime) -> list[Reply]:
        """What the desk said since, as replies of this turn."""
        waiting = [note for _, note in await self._book.waiting_for(key)]
        await self._book.delivered([note.id for note in waiting], now)
        return [_plain(spoken(note)) for note in waiting]

    async def collect(self, key: str) -> str | None:
        """Bring what the desk said into the history; the number of the standing case, if there is one.

        Raises:
            NotReachable: nothing was brought and nothing is lost.
        """
        if await self._conversations.case(key) is None:
            return None
        waiting = [note for _, note in await self._book.waiting_for(key)]
        await self._conversations.append(key, [staff_bubble(note) for note in waiting])
        await self._book.delivered([note.id for note in waiting], self._clock())
        case = await self._book.standing(key)
        if case is None:
            await self._conversations.set_case(key, None)
        return case.number if case else None


def with_number(text: str) -> str:
    """The same with whom to call, where it does not say so already: nobody is left without a person or a number."""
    return text if default().hotline in text else f"{text.rstrip()}\n{words('or_call')}"


def _line(bubble: dict[str, Any]) -> dict[str, Any]:
    text = bubble["reply"]["text"] if "reply" in bubble else bubble["text"]
    return {"who": bubble["who"], "text": text, "at": bubble["at"]}


def _instead(reply: Reply, text: str) -> Reply:
    """The reply in other words, without its parts: a messenger would show those and leave the words out."""
    return {**{name: value for name, value in reply.items() if name != "parts"}, "text": text}


def _plain(text: str) -> Reply:
    return {"text": text, "answer": None, "options": []}
