"""Brings the reminders whose day has come: recomputed from the rules, claimed in SQL before the call, brought once.

Every gateway looks; the claim decides who sends. A sender that dies between claim and end leaves a reminder of unknown
outcome, which nobody sends again: once or never, never twice.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

from redis.exceptions import RedisError

from common.casebook import Board, Reminder, ReminderBook
from common.casebook.board import REMINDING
from common.casebook.reminder_book import ReminderEnd
from common.storage import NotReachable
from common.telemetry.metrics import REMINDERS, REMINDERS_LATE
from common.web.channels import kind_of
from gateway.announcing import is_off
from gateway.conversations import Conversations
from gateway.delivery.channel import PushOutcome
from gateway.delivery.ledger import Ledger, item
from gateway.delivery.notices import user_of
from gateway.reminding.planning import BEIJING, SendingHours
from gateway.reminding.reminders import Addresses
from gateway.reminding.sayings import Verdict, judged
from gateway.reminding.ways import WEB, Ways, onto_the_page
from gateway.settings import GatewaySettings
from policies.due_days import DueDay, due_day

log = logging.getLogger("gateway.reminding")
EVERY = 30.0
"""Seconds between looks."""
AT_ONCE = 50
"""Reminders of one look."""
LEFT_BEHIND = timedelta(minutes=10)
"""After this a claim without an end is one whose sender is gone: longer than any call lasts."""
PAUSES = {PushOutcome.LATER: timedelta(minutes=5), PushOutcome.STOPPED: timedelta(hours=1)}
"""How long what surely was not delivered waits: a busy platform; a quota of the day, a wrong setting."""
SWITCHED_OFF, WHILE_OFF = "switched_off", timedelta(minutes=5)
"""Why and how long a reminder waits that may not be sent now; others behind it have their turn meanwhile."""
ENDS: Mapping[PushOutcome, ReminderEnd] = {
    PushOutcome.CLOSED: "refused", PushOutcome.GONE: "refused", PushOutcome.REFUSED: "refused",
    PushOutcome.UNKNOWN: "unknown",
}  # fmt: skip
Computed = Callable[[Mapping[str, Any], str, date], DueDay | None]


def _now() -> datetime:
    return datetime.now(UTC)


class ReminderSender:
    """One per gateway process. `computed` and `clock` may be given by tests."""

    def __init__(
        self, book: ReminderBook, conversations: Conversations, ledger: Ledger, settings: GatewaySettings, ways: Ways,
        board: Board | None = None, *, computed: Computed = due_day, clock: Callable[[], datetime] = _now,
    ) -> None:  # fmt: skip
        self._book = book
        self._conversations = conversations
        self._ledger = ledger
        self._ways = ways
        self._board = board
        self._computed = computed
        self._clock = clock
        self._secret = settings.key_secret
        self._hours = SendingHours.of(settings.remind_hours)
        self._addresses = Addresses(settings.key_secret)

    async def keep_bringing(self) -> None:
        """Look again and again, until cancelled; a store that is away is asked again. Nothing is brought before it is
        known that it is not switched off."""
        board_known = self._board is None
        while True:
            try:
                if self._board is not None and not board_known:
                    await self._board.reread()
                    board_known = True
                await self.bring()
            except (NotReachable, RedisError, TimeoutError):
                pass
            except Exception as error:  # noqa: BLE001 - one broken reminder must not end the sender unseen
                log.error("reminders failed: %s", type(error).__name__)
            await asyncio.sleep(EVERY)

    async def bring(self) -> None:
        """One look. Raises NotReachable: what was claimed by then is ended by nobody, and not sent again."""
        now = self._clock()
        left = await self._book.abandon(now - LEFT_BEHIND, now)
        if left:
            REMINDERS.labels("any", "unknown").inc(left)
            log.error("reminders of unknown outcome: %s", left)
        today = now.astimezone(BEIJING).date()
        REMINDERS_LATE.set(await self._book.late(today))
        if not self._hours.allow(now):
            return
        for one in await self._book.due(today, now, AT_ONCE):
            try:
                verdict = judged(one, await asyncio.to_thread(self._computed, one.facts, one.region, today), today)
            except Exception as error:  # noqa: BLE001 - a rule that breaks holds up its own reminders alone
                log.error("a reminder could not be computed: %s", type(error).__name__)
                continue
            await self._bring(one, verdict)

    async def _bring(self, one: Reminder, verdict: Verdict) -> None:
        claim = await self._book.claim(one.id, self._clock())
        if claim is None:
            return
        if verdict.notice is not None and self._off(one):
            await self._put_off(one, claim, SWITCHED_OFF, WHILE_OFF)
            return
        outcome = await self._send(one, verdict)
        if outcome in PAUSES:
            await self._put_off(one, claim, outcome.value, PAUSES[outcome])
            return
        sent = outcome is PushOutcome.SENT
        end, reason = (verdict.end, verdict.reason) if sent else (ENDS[outcome], outcome.value)
        if not await self._book.end(one.id, claim, end, reason, self._clock()):
            return  # the platform's report came first
        REMINDERS.labels(kind_of(one.channel), end).inc()
        if end == "refused":
            await self._keep(one, verdict)

    def _off(self, one: Reminder) -> bool:
        """Are reminders, or is the channel of this one, switched off by the supervisor?"""
        return is_off(self._board, REMINDING) or is_off(self._board, one.channel)

    async def _put_off(self, one: Reminder, claim: str, reason: str, pause: timedelta) -> None:
        """Surely not delivered: it waits, and ends with this reason when its day is over first."""
        now = self._clock()
        await self._book.put_off(one.id, claim, reason, now + pause, now)
        REMINDERS.labels(kind_of(one.channel), "put_off").inc()

    async def _send(self, one: Reminder, verdict: Verdict) -> PushOutcome:
        """One try. Nothing to say is said at once."""
        if verdict.notice is None:
            return PushOutcome.SENT
        if one.channel == WEB:
            return await onto_the_page(self._conversations, one, verdict.notice.text)
        way, address = self._ways.get(one.channel), self._addresses.open(one.address)
        if way is None or address is None:
            return PushOutcome.CLOSED  # the account, its template or the key is another now
        try:
            return await way(address, verdict.notice)
        except Exception as error:  # noqa: BLE001 - whatever broke, the call may have been made
            log.error("a reminder's sending broke: %s", type(error).__name__)
            return PushOutcome.UNKNOWN

    async def _keep(self, one: Reminder, verdict: Verdict) -> None:
        """What a platform surely did not take comes with the answer to the user's next message."""
        address = self._addresses.open(one.address)
        if address is None or verdict.notice is None:
            return
        user = user_of(self._secret, address)
        with suppress(RedisError, TimeoutError):
            await self._ledger.keep(user, item(verdict.notice.text, f"{address.channel}-{user}"))
