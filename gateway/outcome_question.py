"""What our answers spare: after a parent said how an answer was, once a conversation, whether they would have called.

Never in the middle of something: the answer stands last and asks nothing, no form is open, no person is waited for.
Counted are that it was asked, and yes or no.
"""

import json
import secrets
from contextlib import suppress
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from common.casebook.would_have_called import Said, WouldHaveCalled
from common.storage import NotReachable
from gateway.conversations import Conversations
from gateway.words import words

BEIJING = ZoneInfo("Asia/Shanghai")
_MIDDLE = ("form", "expected", "unsettled")
"""Parts of the dialogue's state that wait for the parent's next message."""


class OutcomeQuestion:
    """Asked in the web chat, where answers are rated. Raises RedisError; a casebook that is away loses a count."""

    def __init__(self, counts: WouldHaveCalled, conversations: Conversations) -> None:
        self._counts = counts
        self._conversations = conversations

    async def ask(self, key: str, rated: str) -> dict[str, Any] | None:
        """The question as a bubble that now ends the history, when this is the moment for it."""
        history = await self._conversations.history(key)
        if not history or history[-1]["id"] != rated or _asks(history[-1]) or await self._busy(key):
            return None
        if not await self._conversations.first(key, "outcome_asked"):
            return None
        now = datetime.now(BEIJING)
        bubble = {"id": f"o-{secrets.token_hex(6)}", "who": "system", "name": None, "text": words("outcome_question"),
                  "at": now.timestamp(), "outcome": True}  # fmt: skip
        await self._conversations.append(key, [bubble])
        await self._count("asked", now)
        return bubble

    async def take(self, key: str, said: Said) -> bool:
        """One answer of the parent, the first counts; False when nothing was asked."""
        if await self._conversations.field(key, "outcome_asked") is None:
            return False
        if await self._conversations.first(key, "outcome_told"):
            await self._count(said, datetime.now(BEIJING))
        return True

    async def told(self, key: str) -> bool:
        """Has the parent answered?"""
        return await self._conversations.field(key, "outcome_told") is not None

    async def _busy(self, key: str) -> bool:
        memory = await self._conversations.field(key, "memory")
        state = json.loads(memory) if memory else {}
        return any(state.get(name) for name in _MIDDLE) or await self._conversations.case(key) is not None

    async def _count(self, said: Said, now: datetime) -> None:
        with suppress(NotReachable):
            await self._counts.count(said, now.date())


def _asks(bubble: dict[str, Any]) -> bool:
    """Does the answer end with a question to the parent?"""
    answer = (bubble.get("reply") or {}).get("answer") or {}
    return not answer or bool(answer.get("ask_for"))
