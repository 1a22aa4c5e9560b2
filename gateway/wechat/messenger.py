"""The Official Accounts as a messenger of the gateway: what `gateway.messengers` starts, and the routes."""

from redis.asyncio import Redis
from sanic import Blueprint

from gateway.delivery.channel import Connected
from gateway.delivery.worker import DeliveryWorker
from gateway.links import Links
from gateway.settings import GatewaySettings
from gateway.wechat.api import OfficialAccountApi
from gateway.wechat.callback import channel_name, official_accounts
from gateway.wechat.pushing import OfficialAccountChannel
from gateway.wechat.reminder_notices import ReminderNotices


def connect(settings: GatewaySettings, store: Redis, links: Links) -> list[Connected]:
    """Every account that is switched on."""
    found = []
    for account in settings.wechat:
        api = OfficialAccountApi(account, store, settings.key_secret) if account.app_secret else None
        channel = OfficialAccountChannel(channel_name(account), api, links)
        remind = ReminderNotices(api, account).send if api and account.reminder_template else None
        found.append(Connected(channel, api, remind))
    return found


def routes(desk: DeliveryWorker, settings: GatewaySettings) -> Blueprint:
    """Where the platform calls back, for all accounts."""
    return official_accounts(desk, settings)
