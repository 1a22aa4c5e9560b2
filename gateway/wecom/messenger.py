"""The WeCom application as a messenger of the gateway: what `gateway.messengers` starts, and the routes."""

from typing import cast

from redis.asyncio import Redis
from sanic import Blueprint

from gateway.delivery.channel import Address, Connected, PushOutcome, ReminderNotice
from gateway.delivery.worker import DeliveryWorker
from gateway.links import Links
from gateway.reminding.notice_events import NoticeEvents
from gateway.settings import GatewaySettings
from gateway.wecom.api import WecomApi
from gateway.wecom.callback import CHANNEL, application
from gateway.wecom.pushing import WecomChannel
from gateway.wecom.settings import WecomSettings


def switched_on(settings: GatewaySettings) -> WecomSettings | None:
    """The application's settings; None when it is off."""
    return cast(WecomSettings | None, settings.messengers.get("wecom"))


def connect(settings: GatewaySettings, store: Redis, links: Links) -> list[Connected]:
    """The application, when it is switched on."""
    wecom = switched_on(settings)
    if wecom is None:
        return []
    api = WecomApi(wecom, store, settings.key_secret) if wecom.secret else None
    channel = WecomChannel(CHANNEL, api, links)

    async def remind(address: Address, notice: ReminderNotice) -> PushOutcome:
        return await channel.push(address, notice.text)

    return [Connected(channel, api, remind if api else None)]


def routes(desk: DeliveryWorker, settings: GatewaySettings, notices: NoticeEvents) -> Blueprint:
    """Where the platform calls back; it asks no user's leave and reports nothing."""
    wecom = switched_on(settings)
    assert wecom is not None, "asked for only when the application is switched on"
    return application(desk, wecom, settings)
