"""The messengers that are switched on, put together: their channels, one delivery for all, their routes."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from redis.asyncio import Redis
from sanic import Blueprint

from common.casebook import Casebook
from common.web.channels import MESSENGERS
from gateway.conversations import Conversations
from gateway.delivery.channel import Api, AskLeave, Connected, Page, Remind
from gateway.delivery.heartbeat import PAUSE, Heartbeat
from gateway.delivery.ledger import HEARTBEAT_LIFE, Ledger
from gateway.delivery.notices import Notices
from gateway.delivery.staff import EVERY, Staff
from gateway.delivery.worker import DeliveryWorker
from gateway.links import Links
from gateway.reminding.notice_events import NoticeEvents
from gateway.settings import GatewaySettings
from gateway.turns import Turns


class Messenger(Protocol):
    """What the module `messenger` of a messenger's folder has (`gateway/wechat/messenger.py`)."""

    def connect(self, settings: GatewaySettings, store: Redis, links: Links) -> list[Connected]:
        """Its accounts that are switched on."""
        ...

    def routes(self, desk: DeliveryWorker, settings: GatewaySettings, notices: NoticeEvents) -> Blueprint:
        """Where its platform calls back; asked for only when an account is switched on. `notices` hears what it tells
        about notices."""
        ...


@dataclass(frozen=True)
class Messengers:
    """What the application starts, stops and routes to."""

    desk: DeliveryWorker
    heartbeat: Heartbeat
    staff: Staff
    apis: tuple[Api, ...]
    routes: tuple[Blueprint, ...]
    reminding: Mapping[str, Remind]
    """The ways of those that can bring a reminder."""
    leave: Mapping[str, AskLeave]
    """Where the users of some of them allow it."""
    pages: tuple[Page, ...]
    """Their own pages, for whoever draws pages."""

    async def start(self) -> None:
        await self.desk.start()
        self.heartbeat.start()
        self.desk.every(PAUSE, self.heartbeat.sign)
        self.desk.every(EVERY, self.staff.bring)

    async def stop(self) -> None:
        self.heartbeat.stop()
        await self.desk.stop()
        for api in self.apis:
            await api.close()


def messengers(
    settings: GatewaySettings, store: Redis, turns: Turns, conversations: Conversations, casebook: Casebook
) -> Messengers | None:
    """The messengers of these settings; None when none is switched on, and then there are no routes either."""
    links = Links(settings)
    on = {known: found for known in _known() if (found := known.connect(settings, store, links))}
    accounts = [account for found in on.values() for account in found]
    if not accounts:
        return None
    ledger = Ledger(store, settings.key_secret, settings.rate_conversation)
    desk = DeliveryWorker(ledger, turns, conversations, {account.channel.name: account.channel for account in accounts})
    apis = tuple(account.api for account in accounts if account.api is not None)
    notices = NoticeEvents(Notices(store, settings.key_secret), ledger, casebook.reminders(), settings.key_secret)
    routes = tuple(known.routes(desk, settings, notices) for known in on)
    reminding = {account.channel.name: account.remind for account in accounts if account.remind is not None}
    leave = {account.channel.name: account.leave for account in accounts if account.leave is not None}
    pages = tuple(account.page for account in accounts if account.page is not None)
    heartbeat = Heartbeat(settings.redis_url, ledger.alive, HEARTBEAT_LIFE)
    return Messengers(
        desk, heartbeat, Staff(casebook, conversations, ledger, desk), apis, routes, reminding, leave, pages
    )


def _known() -> list[Messenger]:
    """The messengers of the list of channels, each from the folder that is called as its path."""
    folders = [channel.path.strip("/") for channel in MESSENGERS]
    return [cast(Messenger, import_module(f"gateway.{folder}.messenger")) for folder in folders]
