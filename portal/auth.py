"""Who gets in: the session of a request, the right a page needs, and the token every form must carry."""

import hmac
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from sanic import Request, Sanic
from sanic.response import HTTPResponse

from portal.context import AppContext, Visitor
from portal.errors import NotLoggedIn, RoleRefused, StaleForm
from portal.roles import may

COOKIE = "desk"
_OPEN = ("/static/", "/healthz", "/readyz", "/favicon.ico")
Page = Callable[..., Awaitable[HTTPResponse]]


def cookie_name(parts: AppContext) -> str:
    """Behind https the cookie is bound to this very host."""
    return f"__Host-{COOKIE}" if parts.settings.secure else COOKIE


def install(app: Sanic[Any, Any], parts: AppContext) -> None:
    """Find out who asks, before every page."""

    async def identify(request: Request) -> None:
        request.ctx.visitor = None
        if request.path.startswith(_OPEN):
            return
        token = request.cookies.get(cookie_name(parts))
        session = await parts.sessions.find(token) if token else None
        if token is None or session is None:
            return
        account = await parts.accounts.get(session.name)
        if account is None or account.disabled or account.version != session.version:
            await parts.sessions.end(token)
            return
        request.ctx.visitor = Visitor(account.name, account.role, account.school, account.region, session.csrf, token)

    app.register_middleware(identify, "request")


def needs(right: str | None) -> Callable[[Page], Page]:
    """A page for those with this right (None: for everybody who is logged in); it is handed the visitor.

    Raises:
        NotLoggedIn, Forbidden, StaleForm: nobody, the wrong person, or a form that did not come from our page.
    """

    def guard(page: Page) -> Page:
        @wraps(page)
        async def guarded(request: Request, **given: Any) -> HTTPResponse:
            visitor: Visitor | None = request.ctx.visitor
            if visitor is None:
                raise NotLoggedIn
            if right is not None and not may(visitor.role, right):
                raise RoleRefused
            if request.method == "POST":
                check_form(request, visitor.csrf)
            return await page(request, visitor, **given)

        return guarded

    return guard


def check_form(request: Request, token: str) -> None:
    """The token of the session stands in the form or in htmx's header, and the form was sent from our own page."""
    fields: Any = request.form or {}
    given = request.headers.get("x-csrf") or str(fields.get("csrf", ""))
    origin = request.headers.get("origin")
    elsewhere = origin is not None and origin.split("://")[-1] != request.host
    if elsewhere or not token or not hmac.compare_digest(given.encode(errors="replace"), token.encode()):
        raise StaleForm
