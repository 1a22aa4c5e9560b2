"""The gateway application: routes, security headers, errors in words, and health that means something."""

import logging
from typing import Any

from redis.asyncio import Redis
from sanic import Request, Sanic
from sanic.exceptions import SanicException
from sanic.response import HTTPResponse, html
from sanic.response import json as json_response

from gateway.chat_api import answer, api
from gateway.conversations import Conversations
from gateway.dialogue import Dialogue
from gateway.enrollment_page import enrollment
from gateway.errors import DoorError, Unavailable
from gateway.settings import Settings
from gateway.turns import Turns
from gateway.web_chat import PAGES, pages, templates
from policies.library import default
from registration.client import RegistrationClient

log = logging.getLogger("gateway")
LARGEST_BODY = 65_536
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}


def create_app(settings: Settings, dialogue: Dialogue | None = None, redis: Any | None = None) -> Sanic[Any, Any]:
    """Build the gateway. `dialogue` and `redis` may be given by tests."""
    app: Sanic[Any, Any] = Sanic("tongbao-gateway", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = LARGEST_BODY
    app.config.FALLBACK_ERROR_FORMAT = "json"
    store = redis or Redis.from_url(
        settings.redis_url, decode_responses=True, socket_timeout=2.0, socket_connect_timeout=1.0
    )
    talk = dialogue or Dialogue(settings)
    conversations = Conversations(store, settings)
    turns = Turns(conversations, talk, settings)
    client = RegistrationClient(settings.registration_url, settings.registration_token)
    app.blueprint(api(turns, conversations, settings))
    app.blueprint(pages(turns, conversations, settings))
    app.blueprint(enrollment(client, conversations))
    app.static("/static", PAGES.parent / "static", name="static")
    sorry = templates().get_template("sorry.html")

    @app.get("/healthz")
    async def healthz(request: Request) -> HTTPResponse:
        return json_response({"status": "alive"})

    @app.get("/readyz")
    async def readyz(request: Request) -> HTTPResponse:
        ready = await turns.ready()
        return json_response({"ready": ready}, status=200 if ready else 503)

    @app.on_response
    async def protect(request: Request, response: HTTPResponse) -> None:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.path.startswith("/static/"):
            response.headers["Cache-Control"] = "public, max-age=3600"

    @app.exception(Exception)
    async def explain(request: Request, error: Exception) -> HTTPResponse:
        """Every failure in words; the kind of error is logged, never its text, which may quote the message."""
        if isinstance(error, DoorError):
            known = error
        elif isinstance(error, SanicException) and error.status_code < 500:
            known = DoorError({404: "没有这个页面。", 405: "不能这样访问。", 413: "内容太大了。"}.get(error.status_code))
            known.status = error.status_code
        else:
            log.error("request failed: %s at %s", type(error).__name__, request.path.split("/")[1])
            known = Unavailable()
        message = known.message.format(hotline=default().hotline)
        if request.path.startswith("/api/"):
            return answer({"error": {"code": known.code, "message": message}}, status=known.status)
        return html(sorry.render(message=message), status=known.status)

    @app.after_server_stop
    async def close(_: Any) -> None:
        await talk.close()
        await store.aclose()

    return app
