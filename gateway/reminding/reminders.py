"""A turn's side of reminders: which stand, one more, one less; and on which day and how it will come, said at once."""

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

from common.casebook import Reminder, ReminderBook
from common.storage import NotReachable
from common.telemetry.metrics import REMINDERS
from common.web.channels import kind_of, messenger_user
from gateway.conversations import Conversations
from gateway.delivery.channel import Address, AskLeave
from gateway.delivery.ledger import Ledger
from gateway.reminding.calendar_links import CalendarLinks
from gateway.reminding.planning import reminder_day
from gateway.reminding.ways import WEB, Ways
from gateway.sealing import Seal, SealRefused
from gateway.settings import GatewaySettings
from gateway.words import words
from policies.counting import chinese_date

Reply = dict[str, Any]


class Reminders:
    """What the dialogue asks for with the mark `reminder`, done. Raises NotReachable: nothing is promised then."""

    def __init__(
        self, book: ReminderBook, conversations: Conversations, ledger: Ledger, settings: GatewaySettings, ways: Ways,
        leave: Mapping[str, AskLeave] | None = None,
    ) -> None:  # fmt: skip
        self._leave = leave if leave is not None else {}
        self._book = book
        self._conversations = conversations
        self._ledger = ledger
        self._settings = settings
        self._ways = ways
        self._addresses = Addresses(settings.key_secret)
        self._links = CalendarLinks(settings)

    def can(self, channel: str) -> bool:
        """Can this channel bring a reminder?"""
        return channel == WEB or channel in self._ways

    async def known(self, key: str, kept: Mapping[str, str]) -> list[dict[str, Any]]:
        """The reminders that stand for a conversation, as the dialogue has them.

        The database is asked only where there are some, or where nobody can know: a conversation that is new, or whose
        memory was let go. Away, it costs the list and no answer.
        """
        if "at" in kept and "reminders" not in kept:
            return []
        with suppress(NotReachable):
            standing = await self._book.standing(key)
            if standing and "reminders" not in kept:
                await self._conversations.note_reminders(key)
            return [_plain(one) for one in standing]
        return []

    async def act(
        self, key: str, conversation: str, channel: str, today: date, mark: Mapping[str, Any], reply: Reply
    ) -> Reply:
        """The reply, with what became of the wish in it. `reply` is what the dialogue says to it."""
        if "cancel" in mark:
            if await self._book.cancel(key, int(mark["cancel"]), datetime.now(UTC)):
                REMINDERS.labels(kind_of(channel), "cancelled").inc()
            return reply
        plan = mark["plan"]
        due = date.fromisoformat(plan["day"])
        on = reminder_day(due, today, self._settings.remind_days_before)
        address = await self._address(conversation, channel)
        sealed = self._addresses.close(address) if address else None
        if on is None or not self.can(channel) or (channel != WEB and address is None):
            return _only(words("reminder_impossible", day=chinese_date(due)))
        one = await self._book.plan(
            key, channel, sealed, str(plan["kind"]), str(plan["region"]), dict(plan["facts"]), due, on,
            datetime.now(UTC),
        )  # fmt: skip
        if one is None:
            return _only(words("reminder_too_many"))
        await self._conversations.note_reminders(key)
        REMINDERS.labels(kind_of(channel), "planned").inc()
        return self._promised(one, channel, reply, await self._page_of_leave(key, channel, address))

    async def _page_of_leave(self, key: str, channel: str, address: Address | None) -> str | None:
        """Where the parent has yet to allow a notice for each reminder that stands; None where there is leave enough,
        or none is needed."""
        ask = self._leave.get(channel)
        if ask is None or address is None:
            return None
        return await ask(address, len(await self._book.standing(key)))

    def _promised(self, one: Reminder, channel: str, reply: Reply, page: str | None) -> Reply:
        """On which day it comes, by which way, how to cancel; on the web with a file for the family's own calendar, on
        a messenger with the page where it is allowed, if it is not yet."""
        when = words(f"reminder_by_{kind_of(channel)}", on=chinese_date(one.planned_for))
        text = f"{reply['text']}\n{when}\n{words('reminder_how_to_cancel')}"
        parts = [{"kind": "notice", "text": text}]
        link = None
        if channel == WEB:
            link = {"kind": "link", "text": words("reminder_calendar"), "url": self._links.to(one.id)}
        elif page is not None:
            link = {"kind": "link", "text": words("reminder_leave"), "url": page}
        if link is not None:
            text, parts = f"{text}\n{link['text']}\n{link['url']}", [*parts, link]
        choices = [part for part in reply.get("parts") or () if part["kind"] == "choices"]
        return {**reply, "text": text, "parts": [*parts, *choices]}

    async def _address(self, conversation: str, channel: str) -> Address | None:
        """Where a messenger's user is reached; None on the web, or when it is not known any more."""
        user = messenger_user(conversation)
        return await self._ledger.address(user) if user and channel != WEB else None


class Addresses:
    """Seals a messenger's user for as long as a reminder stands."""

    def __init__(self, secret: bytes) -> None:
        self._seal = Seal(secret, "reminder")

    def close(self, address: Address) -> str:
        return self._seal.close(json.dumps([address.channel, address.user]))

    def open(self, sealed: str | None) -> Address | None:
        """The address again; None where there is none, or the key is another."""
        try:
            return Address(*json.loads(self._seal.open(sealed))) if sealed else None
        except (SealRefused, ValueError):
            return None


def _plain(one: Reminder) -> dict[str, Any]:
    return {"id": one.id, "kind": one.kind, "due": one.due_day.isoformat(), "on": one.planned_for.isoformat()}


def _only(text: str) -> Reply:
    return {"text": text, "answer": None, "options": [], "parts": [{"kind": "notice", "text": text}]}
