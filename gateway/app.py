"""The gateway application: routes, security headers, errors in words, and health that means something."""

import logging
import re
import traceback
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff
from sanic import Request, Sanic
from sanic.exceptions import SanicException
from sanic.response import BaseHTTPResponse, HTTPResponse, html, text
from sanic.response import json as json_response

from casebook import Casebook
from gateway.chat_api import answer, api
from gateway.conversations import Conversations
from gateway.dialogue import Dialogue
from gateway.enrollment_page import enrollment
from gateway.errors import BadRequest, BodyTooLarge, DoorError, MethodNotAllowed, NotFound, Unavailable
from gateway.feedback import Feedback
from gateway.handover import Handover
from gateway.leaflet_pages import leaflet_pages
from gateway.messengers import messengers
from gateway.papers import Papers
from gateway.settings import Settings
from gateway.templates import STATIC, large, partial, templates
from gateway.turns import Turns
from gateway.web_chat import chat_pages
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
_CALLBACK = re.compile("/(wechat|wecom)(/|$)")
"""Paths asked by platforms, which get no page and no JSON, whatever happens."""
_REFUSED: dict[int, type[DoorError]] = {404: NotFound, 405: MethodNotAllowed, 413: BodyTooLarge}


def create_app(settings: Settings, dialogue: Dialogue | None = None) -> Sanic[Any, Any]:
    """Build the gateway. `dialogue` may be given by tests."""
    app: Sanic[Any, Any] = Sanic("tongbao-gateway", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = LARGEST_BODY
    app.config.FALLBACK_ERROR_FORMAT = "json"
    store = Redis.from_url(
        settings.redis_url, decode_responses=True, socket_timeout=2.0, socket_connect_timeout=1.0,
        retry=Retry(ConstantBackoff(0.1), 1),
    )  # fmt: skip
    talk = dialogue or Dialogue(settings)
    conversations = Conversations(store, settings)
    casebook = Casebook(settings.database_url)
    handover, feedback = Handover(casebook, conversations, settings), Feedback(casebook, conversations)
    papers = Papers(store, casebook)
    turns = Turns(conversations, talk, settings, handover, feedback, papers)
    client = RegistrationClient(settings.registration_url, settings.registration_token)
    environment = templates()
    app.blueprint(api(turns, conversations, settings, handover))
    app.blueprint(chat_pages(turns, conversations, settings, environment, handover, feedback))
    app.blueprint(leaflet_pages(turns, conversations, settings, papers))
    app.blueprint(enrollment(client, environment))
    found = messengers(settings, store, turns, conversations, casebook)
    for routes in found.routes if found else ():
        app.blueprint(routes)
    app.static("/static", STATIC, name="static")
    sorry = environment.get_template("sorry.html")

    @app.get("/healthz")
    async def healthz(request: Request) -> HTTPResponse:
        return json_response({"status": "alive"})

    @app.get("/readyz")
    async def readyz(request: Request) -> HTTPResponse:
        ready = await turns.ready()
        return json_response({"ready": ready}, status=200 if ready else 503)

    async def protect(request: Request, response: BaseHTTPResponse) -> HTTPResponse | None:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.path.startswith("/static/") and response.status == 200:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return None

    app.register_middleware(protect, "response")

    @app.exception(Exception)
    async def explain(request: Request, error: Exception) -> HTTPResponse:
        """Every failure in words. Logged is which kind and where, never its text, which may quote the message."""
        headers: dict[str, str] = {}
        if isinstance(error, DoorError):
            known = error
        elif isinstance(error, SanicException) and error.status_code < 500:
            known = _REFUSED.get(error.status_code, BadRequest)()
            headers = dict(error.headers)
        else:
            place = traceback.extract_tb(error.__traceback__)[-1]
            log.error("request failed: %s at %s:%s", type(error).__name__, place.filename, place.lineno)
            known = Unavailable()
        if _CALLBACK.match(request.path):
            return text("", known.status, headers)
        if request.path.startswith("/api/"):
            return answer({"error": {"code": known.code, "message": str(known)}}, known.status, headers)
        if partial(request):
            return text(str(known), known.status, headers)
        return html(sorry.render(message=str(known), large=large(request)), known.status, headers)

    @app.before_server_start
    async def prepare(_: Any) -> None:
        await handover.prepare()
        if found:
            await found.start()

    @app.after_server_stop
    async def close(_: Any) -> None:
        if found:
            await found.stop()
        await feedback.settle()
        await papers.settle()
        await casebook.close()
        await talk.close()
        await store.aclose()

    return app
