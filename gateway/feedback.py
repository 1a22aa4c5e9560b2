"""Questions we did not answer well, kept for the supervisor: silence of the documents, doubt, complaints, thumbs down;
and answered turns, offered to the weekly sample.

Keeping is never in the way of answering: it happens beside the turn, and a casebook that is away loses a statistic,
not a reply.
"""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from common.casebook import AnsweredTurn, Casebook, TurnSample
from common.storage import NotReachable
from gateway.conversations import Conversations
from gateway.words import options

REASONS = tuple(reason for reason, _ in options("thumb_reasons"))
WANTS_A_PERSON = REASONS[-1]
"""The reason that goes on with a hand-over (`thumb_reasons` ends with it)."""
MARKS = ("handover", "in_queue", "left_queue", "noted", "reminder")
LONGEST_ANSWER = 2000
"""Characters kept of what was answered."""


class Feedback:
    """What the gateway notes in the casebook."""

    def __init__(self, casebook: Casebook, conversations: Conversations, sample: TurnSample | None = None) -> None:
        self._book = casebook
        self._sample = sample
        self._conversations = conversations
        self._writing: set[asyncio.Task[None]] = set()

    def note(
        self, key: str, message: str, said: str, replies: list[dict[str, Any]], region: str | None,
        heard: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """Keep the question when a reply is marked `noted`, or the documents were silent about it; with how it was
        `heard`.

        Its origin names the conversation (`key`, a keyed hash), so that it goes when the conversation is forgotten.
        """
        for number, reply in enumerate(replies):
            answer, mark = reply.get("answer"), reply.get("noted")
            origin = f"{key}:{message}:{number}"
            if mark is not None:
                told = str(reply.get("text", ""))[:LONGEST_ANSWER]
                self._beside(self._keep(said, region=region, origin=origin, answer=told, reading=heard, **mark))
            elif answer and answer["status"] == "not_in_documents":
                self._beside(
                    self._keep(
                        said, kind="unanswered", intent=answer["intent"], region=answer["region"]["adcode"],
                        answer=answer["headline"], origin=origin, reading=heard,
                    )
                )  # fmt: skip

        self._offer(key, message, said, replies, heard)

    def _offer(
        self, key: str, message: str, said: str, replies: list[dict[str, Any]], heard: dict[str, Any] | None
    ) -> None:
        """Offer an answered turn to the sample; most are not kept and cost nothing."""
        answer = next((reply["answer"] for reply in replies if reply.get("answer")), None)
        if self._sample is None or answer is None:
            return
        told = "\n".join(str(reply.get("text", "")) for reply in replies)[:LONGEST_ANSWER]
        turn = AnsweredTurn(f"{key}:{message}", datetime.now(UTC), said, heard, answer["region"]["adcode"],
                            answer["intent"], answer["status"], told)  # fmt: skip
        self._beside(self._offered(self._sample, turn))

    async def _offered(self, sample: TurnSample, turn: AnsweredTurn) -> None:
        with suppress(NotReachable):
            await sample.offer(turn)

    async def thumb(self, key: str, bubble: str, value: str, reason: str | None) -> bool:
        """One thumb per answer with its reason; False when there is no such answer."""
        if not await self._conversations.thumb(key, bubble, value):
            return False
        history = await self._conversations.history(key)
        place = next(n for n, kept in enumerate(history) if kept["id"] == bubble)
        answer = (history[place].get("reply") or {}).get("answer") or {}
        asked = next((kept["text"] for kept in reversed(history[:place]) if kept["who"] == "parent"), "")
        now = datetime.now(UTC)
        with suppress(NotReachable):
            await self._book.thumb(key, bubble, value, answer.get("intent"), now)
            if value == "down":
                await self._book.note_question(
                    "thumb_down", asked, now=now, intent=answer.get("intent"), reason=reason,
                    region=(answer.get("region") or {}).get("adcode"), answer=answer.get("headline"),
                    origin=f"{key}:{bubble}", reading=await self._conversations.heard(key, bubble),
                )  # fmt: skip
        return True

    async def _keep(self, said: str, **about: Any) -> None:
        with suppress(NotReachable):
            await self._book.note_question(text=said, now=datetime.now(UTC), **about)

    def _beside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    @property
    def writing(self) -> int:
        """Records on their way."""
        return len(self._writing)

    async def settle(self) -> None:
        """Wait for what is still being written; called when the gateway stops."""
        if self._writing:
            await asyncio.wait(self._writing, timeout=3)


def without_marks(reply: dict[str, Any]) -> dict[str, Any]:
    """The reply as the contract has it, without what the dialogue told the gateway alone."""
    return {name: value for name, value in reply.items() if name not in MARKS}
