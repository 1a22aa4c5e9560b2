"""What a platform tells about notices: leave given or refused, and a reminder that did not arrive after all."""

from contextlib import suppress
from datetime import UTC, datetime

from common.casebook import ReminderBook
from common.storage import NotReachable
from common.telemetry.metrics import REMINDERS
from common.web.channels import kind_of
from gateway.conversations import pseudonym
from gateway.delivery.channel import Address
from gateway.delivery.ledger import Ledger, item
from gateway.delivery.notices import Notices, notice_keys, user_of


class NoticeEvents:
    """Each event counts once, however often it is delivered. Raises RedisError, TimeoutError: nothing was noted."""

    def __init__(self, notices: Notices, ledger: Ledger, book: ReminderBook, secret: bytes) -> None:
        self._notices = notices
        self._ledger = ledger
        self._book = book
        self._secret = secret

    async def answered(self, address: Address, key: str, template: str, *, allowed: bool) -> None:
        """The user gave leave for one notice of this template more, or took it back."""
        user = user_of(self._secret, address)
        if await self._first(address, key):
            await (self._notices.allow(user, template) if allowed else self._notices.refuse(user, template))

    async def reported(self, address: Address, key: str, *, arrived: bool) -> None:
        """The last notice arrived, or it did not: then it comes with the answer to the user's next message."""
        if not await self._first(address, key):
            return
        user = user_of(self._secret, address)
        sent = await (self._notices.reported(user) if arrived else self._notices.on_its_way(user))
        if sent is None:
            return
        if not arrived:  # the words change their place in one step: a store that goes away in between loses nothing
            kept = item(sent.text, f"{address.channel}-{user}")
            await self._ledger.keep(user, kept, instead_of=notice_keys(user)[1])
            REMINDERS.labels(kind_of(address.channel), "not_delivered").inc()
        with suppress(NotReachable):
            await self._book.reported(sent.reminder, arrived=arrived, now=datetime.now(UTC))

    async def _first(self, address: Address, key: str) -> bool:
        return await self._ledger.first(pseudonym(self._secret, f"message\x1f{address.channel}\x1f{key}"))
