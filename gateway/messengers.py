"""The messengers that are switched on, put together: their channels, one delivery for all, their routes."""

from dataclasses import dataclass

from redis.asyncio import Redis
from sanic import Blueprint

from casebook import Casebook
from gateway.conversations import Conversations
from gateway.delivery.channel import Channel
from gateway.delivery.desk import Desk
from gateway.delivery.ledger import Ledger
from gateway.delivery.staff import EVERY, Staff
from gateway.links import Links
from gateway.settings import Settings
from gateway.turns import Turns
from gateway.wechat.api import OfficialAccountApi
from gateway.wechat.callback import channel_name, official_accounts
from gateway.wechat.pushing import OfficialAccountChannel
from gateway.wecom.api import WecomApi
from gateway.wecom.callback import CHANNEL, application
from gateway.wecom.pushing import WecomChannel


@dataclass(frozen=True)
class Messengers:
    """What the application starts, stops and routes to."""

    desk: Desk
    staff: Staff
    apis: tuple[OfficialAccountApi | WecomApi, ...]
    routes: tuple[Blueprint, ...]

    async def start(self) -> None:
        await self.desk.start()
        self.desk.every(EVERY, self.staff.bring)

    async def stop(self) -> None:
        await self.desk.stop()
        for api in self.apis:
            await api.close()


def messengers(
    settings: Settings, store: Redis, turns: Turns, conversations: Conversations, casebook: Casebook
) -> Messengers | None:
    """The messengers of these settings; None when none is switched on, and then there are no routes either."""
    if not settings.wechat and settings.wecom is None:
        return None
    links, secret = Links(settings), settings.key_secret
    channels: dict[str, Channel] = {}
    apis: list[OfficialAccountApi | WecomApi] = []
    for account in settings.wechat:
        api = OfficialAccountApi(account, store, secret) if account.app_secret else None
        apis += [api] if api else []
        channels[channel_name(account)] = OfficialAccountChannel(channel_name(account), api, links)
    if settings.wecom is not None:
        pusher = WecomApi(settings.wecom, store, secret) if settings.wecom.secret else None
        apis += [pusher] if pusher else []
        channels[CHANNEL] = WecomChannel(CHANNEL, pusher, links)
    ledger = Ledger(store, secret, settings.rate_conversation)
    desk = Desk(ledger, turns, conversations, channels)
    routes = [official_accounts(desk, settings)] if settings.wechat else []
    routes += [application(desk, settings.wecom, settings)] if settings.wecom is not None else []
    return Messengers(desk, Staff(casebook, conversations, ledger, desk), tuple(apis), tuple(routes))
