"""The gateway application: routes, security headers, errors in words, and health that means something."""

import asyncio
import logging
import re
import traceback
from typing import Any
from urllib.parse import urlsplit

from sanic import Request, Sanic
from sanic.exceptions import SanicException
from sanic.response import BaseHTTPResponse, HTTPResponse, html, text
from sanic.response import json as json_response

from common.casebook import Casebook
from common.storage.redis_client import open_redis
from common.storage.talk_counts import TalkCounts
from common.telemetry import traces
from common.web.channels import CALLBACK
from common.web.headers import HEADERS
from common.web.paths import refuse_odd_files
from common.web.protocol import be_patient
from gateway.announcing import with_banner
from gateway.call_back_page import call_back_page
from gateway.call_backs import CallBackTalk
from gateway.chat_api import answer, api
from gateway.conversations import Conversations
from gateway.delivery.channel import AskLeave, Remind
from gateway.delivery.ledger import Ledger
from gateway.delivery.notices import Notices
from gateway.dialogue import Dialogue
from gateway.enrollment_page import enrollment
from gateway.errors import (
    BodyTooLarge,
    CrossSiteRefused,
    DoorError,
    GatewayBadRequest,
    MethodNotAllowed,
    PageNotFound,
    TurnUnavailable,
)
from gateway.feedback import Feedback
from gateway.forgetting import Forgetting
from gateway.grounds import grounds_page
from gateway.handover import Handover
from gateway.leaflet_pages import leaflet_pages
from gateway.limits import Limits
from gateway.messengers import messengers
from gateway.outcome_question import OutcomeQuestion
from gateway.papers import LeafletScans
from gateway.reminding.calendar_page import calendar_page
from gateway.reminding.reminders import Reminders
from gateway.reminding.sender import ReminderSender
from gateway.settings import GatewaySettings
from gateway.templates import STATIC, large, partial, templates
from gateway.turns import Turns
from gateway.watching import watch
from gateway.web_chat import chat_pages
from registration.client import RegistrationClient

log = logging.getLogger("gateway")
LARGEST_BODY = 65_536
HSTS = "max-age=31536000"
_COUNTED = re.compile("/(api|c|call-back|enroll|g|notices|r|size|s|sheets)(/|$)")
"""Paths whose requests count for their address. Platforms ask for all their users and are limited by user."""
_REFUSED: dict[int, type[DoorError]] = {404: PageNotFound, 405: MethodNotAllowed, 413: BodyTooLarge}


def create_app(settings: GatewaySettings, dialogue: Dialogue | None = None) -> Sanic[Any, Any]:
    """Build the gateway. `dialogue` may be given by tests."""
    app: Sanic[Any, Any] = Sanic("tongbao-gateway", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = LARGEST_BODY
    app.config.FALLBACK_ERROR_FORMAT = "json"
    be_patient(app)
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = settings.deadline + 4
    store = open_redis(settings.redis_url, settings.redis_connections)
    talk = dialogue or Dialogue(settings)
    conversations = Conversations(store, settings)
    casebook = Casebook(settings.database_url)
    board = casebook.board()
    limits = Limits(
        store, conversations.pseudonym, conversation=settings.rate_conversation, address=settings.rate_address,
        handovers=settings.rate_handovers, proxies=settings.proxies,
    )  # fmt: skip
    call_backs = casebook.call_backs()
    call_back_talk = CallBackTalk(call_backs, settings)
    handover = Handover(casebook, conversations, settings, limits, call_backs=call_back_talk)
    feedback = Feedback(casebook, conversations, casebook.sample(settings.sample_size))
    papers = LeafletScans(store, casebook)
    client = RegistrationClient(settings.registration_url, settings.registration_token, headers=traces.carrier)
    forgetting = Forgetting(conversations, handover, client, Notices(store, settings.key_secret))
    ways: dict[str, Remind] = {}
    book, addressed = casebook.reminders(), Ledger(store, settings.key_secret)
    leave: dict[str, AskLeave] = {}
    reminders = Reminders(book, conversations, addressed, settings, ways, leave)
    bringing = ReminderSender(book, conversations, addressed, settings, ways, board)
    turns = Turns(conversations, talk, settings, handover, feedback, forgetting, papers, TalkCounts(store), board,
                  reminders, call_back_talk)  # fmt: skip
    environment = with_banner(templates(), board)
    app.blueprint(api(turns, conversations, settings, handover, limits))
    app.blueprint(chat_pages(turns, conversations, settings, environment, handover, feedback, limits,
                             OutcomeQuestion(casebook.would_have_called(), conversations)))  # fmt: skip
    app.blueprint(grounds_page(conversations, settings, environment))
    app.blueprint(leaflet_pages(turns, conversations, settings, papers, environment, board))
    app.blueprint(enrollment(client, environment, limits, settings, conversations))
    app.blueprint(call_back_page(call_back_talk, call_backs, conversations, settings, environment, limits))
    found = messengers(settings, store, turns, conversations, casebook)
    ways.update(found.reminding if found else {})
    leave.update(found.leave if found else {})
    for draw in found.pages if found else ():
        app.blueprint(draw(environment))
    for routes in found.routes if found else ():
        app.blueprint(routes)
    app.blueprint(calendar_page(book, settings))
    app.static("/static", STATIC, name="static")
    refuse_odd_files(app)
    sampler: asyncio.Task[None]
    reader: asyncio.Task[None]
    sender: asyncio.Task[None]
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
        if settings.secure:
            response.headers.setdefault("Strict-Transport-Security", HSTS)
        if request.path.startswith("/static/") and response.status == 200:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return None

    app.register_middleware(protect, "response")

    async def admit(request: Request) -> None:
        """Refuse what another site's page sends, and what comes too fast."""
        if request.method == "POST" and not CALLBACK.match(request.path) and _foreign(request, settings):
            raise CrossSiteRefused
        if _COUNTED.match(request.path):
            await limits.address(request)

    app.register_middleware(admit, "request")

    @app.exception(Exception)
    async def explain(request: Request, error: Exception) -> HTTPResponse:
        """Every failure in words. Logged is which kind and where, never its text, which may quote the message."""
        headers: dict[str, str] = {}
        if isinstance(error, DoorError):
            known, headers = error, dict(error.headers)
        elif isinstance(error, SanicException) and error.status_code < 500:
            known = _REFUSED.get(error.status_code, GatewayBadRequest)()
            headers = dict(error.headers)
        else:
            place = traceback.extract_tb(error.__traceback__)[-1]
            log.error("request failed: %s at %s:%s", type(error).__name__, place.filename, place.lineno)
            known = TurnUnavailable()
        if CALLBACK.match(request.path):  # a platform gets no page and no JSON, whatever happens
            return text("", known.status, headers)
        if request.path.startswith("/api/"):
            return answer({"error": {"code": known.code, "message": str(known)}}, known.status, headers)
        if partial(request):
            return text(str(known), known.status, headers)
        return html(sorry.render(title=known.title, message=str(known), large=large(request)), known.status, headers)

    @app.before_server_start
    async def prepare(_: Any) -> None:
        nonlocal sampler, reader, sender
        await handover.prepare()
        sampler = asyncio.create_task(watch(store, casebook, feedback, board))
        reader = asyncio.create_task(board.keep_reading())
        if found:
            await found.start()
        sender = asyncio.create_task(bringing.keep_bringing())

    @app.before_server_stop
    async def finish(_: Any) -> None:
        sampler.cancel()
        reader.cancel()
        sender.cancel()
        await asyncio.gather(sampler, reader, sender, return_exceptions=True)
        await turns.settle()

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


def _foreign(request: Request, settings: GatewaySettings) -> bool:
    """Does the browser say that the form stands on a page of somebody else's? Programs say nothing and pass."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    if site is not None or origin is None:
        return site in ("cross-site", "same-site")
    return urlsplit(origin).netloc not in (request.host, urlsplit(settings.public_url).netloc)
