"""What the hotline desk says to a messenger's user while a case stands: brought by a push, soon and once."""

from contextlib import suppress
from datetime import UTC, datetime

from common.casebook import Casebook
from common.storage import NotReachable
from gateway.conversations import Conversations
from gateway.delivery.ledger import Ledger, item
from gateway.delivery.worker import DeliveryWorker
from gateway.handover import spoken, staff_bubble

EVERY = 2.0
"""Seconds between looks; one gateway looks for all."""


class Staff:
    """Looks into the casebook for words that no channel has brought yet."""

    def __init__(self, casebook: Casebook, conversations: Conversations, ledger: Ledger, desk: DeliveryWorker) -> None:
        self._book = casebook
        self._conversations = conversations
        self._ledger = ledger
        self._desk = desk

    async def bring(self) -> None:
        """Put them into their users' outboxes and histories. Without a way to push they come with the next message."""
        if not await self._ledger.alone("staff", EVERY):
            return
        with suppress(NotReachable):
            for channel in self._desk.pushing():
                for case, note in await self._book.undelivered(channel):
                    reached = await self._ledger.reached(case.conversation)
                    if reached is None:
                        continue
                    user, conversation = reached
                    bubble = staff_bubble(note)
                    await self._ledger.keep(user, item(spoken(note), conversation, bubble=str(bubble["id"])))
                    await self._conversations.append(case.conversation, [bubble])
                    await self._book.delivered([note.id], datetime.now(UTC))
                    self._desk.wake(user)
