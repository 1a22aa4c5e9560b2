"""The page on which a follower allows one notice: the platform's own component, as only that may ask.

It asks nobody who they are and keeps nothing: that leave was given, the platform says in an event. Outside WeChat, and
when the platform gives no ticket, the page says what to do instead.
"""

import asyncio

from jinja2 import Environment
from redis.exceptions import RedisError
from sanic import Blueprint, Request
from sanic.response import HTTPResponse, html, redirect

from gateway.delivery.channel import Page
from gateway.settings import GatewaySettings
from gateway.wechat.api import OfficialAccountApi
from gateway.wechat.failures import ApiFailure
from gateway.wechat.js_sdk import HOST, SCRIPT, SignedPage, sign_page
from gateway.wechat.settings import OfficialAccount

PATH = "/notices"
PATIENCE = 4.0
"""Seconds for the ticket; after that the page says that it does not work now."""
LONGEST_QUERY = 500
POLICY = (
    f"default-src 'none'; style-src 'self'; script-src 'self' {HOST}; img-src 'self' data:; connect-src 'self'; "
    "frame-src https://*.qq.com webcompt:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""As of every page, with the host of the platform's script, and the frames its component is drawn in (its page
“开放标签使用说明” asks for both)."""


def path_of(account: OfficialAccount) -> str:
    """Where the account's page stands."""
    return f"{PATH}/{account.name}".rstrip("/")


def notice_page(account: OfficialAccount, api: OfficialAccountApi, settings: GatewaySettings) -> Page:
    """The one route of an account that has a template."""

    def made(environment: Environment) -> Blueprint:
        door = Blueprint(f"notices_{account.name or 'default'}")
        page = environment.get_template("notices.html")

        async def signed(request: Request) -> SignedPage | None:
            query = f"?{request.query_string}" if request.query_string else ""
            try:
                async with asyncio.timeout(PATIENCE):
                    ticket = await api.tickets.get()
            except (ApiFailure, RedisError, TimeoutError, KeyError, ValueError):
                return None
            return sign_page(ticket, f"{settings.public_url}{request.path}{query}")

        async def shown(request: Request) -> HTTPResponse:
            if len(request.query_string) > LONGEST_QUERY:
                return redirect(path_of(account), status=303)
            inside = "MicroMessenger/" in request.headers.get("user-agent", "")
            found = await signed(request) if inside else None
            drawn = page.render(
                inside=inside, signed=found, app_id=account.app_id, template=account.reminder_template, script=SCRIPT,
                address=f"{settings.public_url}{path_of(account)}", large=True,
            )  # fmt: skip
            return html(drawn, status=503 if inside and found is None else 200,
                        headers={"Content-Security-Policy": POLICY})  # fmt: skip

        door.add_route(shown, path_of(account), methods=["GET"], name="notices")
        return door

    return made
