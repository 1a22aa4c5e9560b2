"""The routes /wechat and /wechat/<account>: verification, messages in, passive replies out. Never a page or JSON."""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from redis.exceptions import RedisError
from sanic import Blueprint, Request
from sanic.exceptions import RequestCancelled
from sanic.response import HTTPResponse, text

from gateway.delivery.channel import Address, Job
from gateway.delivery.worker import ClaimedReply, DeliveryWorker
from gateway.errors import TurnUnavailable
from gateway.reminding.notice_events import NoticeEvents
from gateway.settings import GatewaySettings
from gateway.wechat.asking import job_for
from gateway.wechat.envelope import Envelope, Query
from gateway.wechat.guard import BadEnvelope
from gateway.wechat.inbound import Inbound, NoticesAnswered, NoticesReported, Unsubscribed, read
from gateway.wechat.replies import SUCCESS, text_reply
from gateway.wechat.settings import OfficialAccount, accounts_of
from gateway.words import words

log = logging.getLogger("gateway.wechat")
HOLD = 5.6
"""Seconds an account without pushes keeps a request open: the platform cuts it after 5 and delivers it again."""


@dataclass(frozen=True)
class Door:
    """One receiver of callbacks. `genuine` is the last check of a message that was decrypted: receiver, agent.
    `template` is that of its notices, and `notices` where what is told about them goes."""

    channel: str
    envelope: Envelope
    receipt: str
    region: str | None
    window: float
    genuine: Callable[[Inbound], bool] = lambda inbound: True
    template: str = ""
    notices: NoticeEvents | None = None


def channel_name(account: OfficialAccount) -> str:
    """The account's channel: `wx` for the default one."""
    return f"wx_{account.name}" if account.name else "wx"


def official_accounts(desk: DeliveryWorker, settings: GatewaySettings, notices: NoticeEvents) -> Blueprint:
    """The routes of all accounts."""
    routes = Blueprint("wechat")
    for account in accounts_of(settings.messengers):
        envelope = Envelope(account.token, account.aes_keys, account.app_id, account.mode)
        door = Door(
            channel_name(account), envelope, SUCCESS, account.region, account.passive_seconds, _meant_for(account),
            account.reminder_template, notices,
        )  # fmt: skip
        path, name = f"/wechat/{account.name}".rstrip("/"), channel_name(account)
        routes.add_route(verifier(envelope.echo), path, methods=["GET"], name=f"{name}_verify")
        routes.add_route(receiver(door, desk, settings), path, methods=["POST"], name=name)
    return routes


def _meant_for(account: OfficialAccount) -> Callable[[Inbound], bool]:
    return lambda inbound: not account.original_id or inbound.to == account.original_id


def verifier(echo: Callable[[Query], str]) -> Any:
    """The handler of a GET: the echostr as it is, as plain text without anything around it."""

    async def verify(request: Request) -> HTTPResponse:
        try:
            return text(echo(query(request)))
        except BadEnvelope:
            return forbidden()

    return verify


def receiver(door: Door, desk: DeliveryWorker, settings: GatewaySettings) -> Any:
    """The handler of a POST: its answer is the passive reply, the receipt, or 403 for what is not genuine."""

    async def receive(request: Request) -> HTTPResponse | None:
        asked = query(request)
        try:
            opened = door.envelope.open(asked, request.body)
            inbound = read(opened.fields)
            if not door.genuine(inbound):
                raise BadEnvelope
            if not asked.fresh(time.time()):
                log.warning("callback refused: signed at %r, and here it is %d", asked.timestamp[:12], time.time())
                raise BadEnvelope
        except BadEnvelope:
            return forbidden()
        carried = await _carried(door, desk, settings, inbound)
        if carried is None:
            return text(door.receipt)
        reply = text_reply(inbound.user, inbound.to, carried.texts[0])
        body = door.envelope.close(reply, opened.key, asked.nonce)
        await _write(request, desk, carried, body)
        return None

    return receive


async def _carried(
    door: Door, desk: DeliveryWorker, settings: GatewaySettings, inbound: Inbound
) -> ClaimedReply | None:
    """What this request answers with; a failure of ours is said in words, never shown as an error."""
    address = Address(door.channel, inbound.user)
    try:
        if isinstance(inbound.what, Unsubscribed):
            await desk.unsubscribe(address, inbound.key)
            return None
        if isinstance(inbound.what, NoticesAnswered | NoticesReported):
            await _noted(door, address, inbound)
            return None
        job: Job | None = job_for(inbound, desk.conversation(address), door.region, settings)
        if job is None:
            return None
        return await desk.receive(address, inbound.key, job, inbound.created, window=door.window, hold=HOLD)
    except TurnUnavailable:
        return None if isinstance(inbound.what, Unsubscribed) else ClaimedReply((words("not_taken"),))
    except Exception as error:  # noqa: BLE001 - the platform would show its own fault notice for any error of ours
        log.error("callback failed: %s", type(error).__name__)
        return ClaimedReply((words("not_taken"),))


async def _noted(door: Door, address: Address, inbound: Inbound) -> None:
    """What was told about notices of our template; no answer is wanted, and a store that is away loses it."""
    if door.notices is None or not door.template:
        return
    with suppress(RedisError, TimeoutError):
        match inbound.what:
            case NoticesAnswered(allowed, refused) if door.template in allowed | refused:
                given = door.template not in refused
                await door.notices.answered(address, inbound.key, door.template, allowed=given)
            case NoticesReported(arrived, failed) if door.template in arrived | failed:
                await door.notices.reported(address, inbound.key, arrived=door.template in arrived)
            case _:
                pass


async def _write(request: Request, desk: DeliveryWorker, carried: ClaimedReply, body: str) -> None:
    """Write the reply, and note that it is delivered in the very next step."""
    try:
        response = await request.respond(text(body, content_type="text/xml; charset=utf-8"))
        assert response is not None
        await response.send(body.encode(), end_stream=True)
    except (RequestCancelled, ConnectionError, OSError):
        desk.lost(carried)
        return
    except BaseException:
        desk.lost(carried)
        raise
    desk.written(carried)


def query(request: Request) -> Query:
    """The parameters of the address that matter."""
    names = ("timestamp", "nonce", "signature", "msg_signature", "echostr")
    return Query(**{name: str(request.args.get(name) or "") for name in names})


def forbidden() -> HTTPResponse:
    """The one answer to everything that is not genuine."""
    return text("forbidden", status=403)
