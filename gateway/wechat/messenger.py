"""The Official Accounts as a messenger of the gateway: what `gateway.messengers` starts, and the routes."""

from redis.asyncio import Redis
from sanic import Blueprint

from gateway.delivery.channel import Connected
from gateway.delivery.notices import Notices
from gateway.delivery.worker import DeliveryWorker
from gateway.links import Links
from gateway.reminding.notice_events import NoticeEvents
from gateway.settings import GatewaySettings
from gateway.wechat.api import OfficialAccountApi
from gateway.wechat.callback import channel_name, official_accounts
from gateway.wechat.notice_page import notice_page, path_of
from gateway.wechat.pushing import OfficialAccountChannel
from gateway.wechat.reminder_notices import ReminderNotices
from gateway.wechat.settings import OfficialAccount, accounts_of


def connect(settings: GatewaySettings, store: Redis, links: Links) -> list[Connected]:
    """Every account that is switched on."""
    found = []
    for account in accounts_of(settings.messengers):
        api = OfficialAccountApi(account, store, settings.key_secret) if account.app_secret else None
        channel = OfficialAccountChannel(channel_name(account), api, links)
        own = _notices(settings, store, account, api) if api and account.reminder_template else None
        page = notice_page(account, api, settings) if own and api else None
        found.append(Connected(channel, api, own.send if own else None, own.leave if own else None, page))
    return found


def _notices(
    settings: GatewaySettings, store: Redis, account: OfficialAccount, api: OfficialAccountApi
) -> ReminderNotices:
    known = Notices(store, settings.key_secret)
    return ReminderNotices(api, account, known, settings.key_secret, f"{settings.public_url}{path_of(account)}")


def routes(desk: DeliveryWorker, settings: GatewaySettings, notices: NoticeEvents) -> Blueprint:
    """Where the platform calls back, for all accounts."""
    return official_accounts(desk, settings, notices)
