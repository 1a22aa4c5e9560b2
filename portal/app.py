"""The portal application: its parts, routes, security headers, errors in words, and health."""

import asyncio
import logging
import time
import traceback
from typing import Any
from urllib.parse import quote, urlsplit

from redis.exceptions import RedisError
from sanic import Request, Sanic
from sanic.exceptions import SanicException
from sanic.response import BaseHTTPResponse, HTTPResponse, redirect, text
from sanic.response import json as json_response

from common.casebook import Casebook, Held, NoCallBack, NoCase, NotTaken
from common.privacy.one_way import OpeningKeys
from common.storage import Database, NotReachable
from common.storage.redis_client import forgets_under_pressure, open_redis
from common.storage.talk_counts import TalkCounts
from common.telemetry.metrics import PAGE_SECONDS, PAGES, method
from common.web.headers import HEADERS
from common.web.paths import refuse_odd_files
from common.web.protocol import be_patient
from leaflets.render_queue import RenderQueueFull
from portal import auth
from portal import clock as clocks
from portal.accounts import Accounts
from portal.admin_pages import admin_pages
from portal.audit import Audit
from portal.board_pages import board_pages
from portal.call_back_pages import call_back_pages
from portal.calls import CallRecords
from portal.chat_pages import chat_pages
from portal.context import AppContext, partial
from portal.desk_pages import desk_pages
from portal.errors import (
    CaseTaken,
    NotLoggedIn,
    PortalBadRequest,
    PortalError,
    PortalUnavailable,
    RoleRefused,
    StaffPageNotFound,
)
from portal.figure_pages import figure_pages
from portal.intake.ask_pages import ask_pages
from portal.intake.clause_pages import clause_pages
from portal.intake.desk import intake_desk
from portal.intake.pages import intake_pages
from portal.intake.rule_pages import rule_pages
from portal.intake.sign_pages import sign_pages
from portal.intake.text_pages import text_pages
from portal.library_cache import LibraryCache
from portal.login_pages import login_pages
from portal.nlu_client import NluClient
from portal.reply_drafts import ReplyDrafts
from portal.review.pages import review_pages
from portal.review.sample_pages import sample_pages
from portal.school.campaign_pages import campaign_pages
from portal.school.count_pages import count_pages
from portal.school.desk import school_desk
from portal.school.group_pages import group_pages
from portal.school.result_pages import result_pages
from portal.school.sheet_pages import sheet_pages
from portal.sessions import Sessions
from portal.settings import PortalSettings
from portal.source_pages import source_pages
from portal.tables import ROOM, PortalBase
from portal.templates import STATIC
from portal.throttle import Throttle
from registration.client import RegistrationClient

log = logging.getLogger("portal")
LARGEST_BODY = 524_288
"""A school's list of two hundred groups with the formats of an office program; ordinary forms are far smaller."""
UPLOAD_SECONDS = 30
"""For such a list over a school's slow line."""


def create_app(
    settings: PortalSettings,
    *,
    clock: clocks.Clock = clocks.now,
    shelf: LibraryCache | None = None,
    ear: NluClient | None = None,
) -> Sanic[Any, Any]:
    """Build the portal. Tests may give a clock, a shelf of policies, and an ear."""
    app: Sanic[Any, Any] = Sanic("tongbao-portal", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = LARGEST_BODY
    app.config.FALLBACK_ERROR_FORMAT = "text"
    be_patient(app, UPLOAD_SECONDS)
    store = open_redis(settings.redis_url, settings.redis_connections)
    database = Database(settings.database_url, PortalBase.metadata, ROOM)
    casebook = Casebook(settings.database_url)
    parts = AppContext(
        settings=settings, clock=clock, database=database, accounts=Accounts(database),
        sessions=Sessions(store, settings.idle, settings.longest_session), throttle=Throttle(store),
        audit=Audit(database, clock), calls=CallRecords(database), casebook=casebook,
        shelf=shelf or LibraryCache(today=lambda: clocks.beijing_day(clock())), ear=ear or NluClient(settings),
        bureau=RegistrationClient(settings.registration_url, settings.registration_token, attempts=1, deadline=2.0),
        school=school_desk(settings, database, store), drafts=ReplyDrafts(store),
        talks=TalkCounts(store), board=casebook.board(), reviews=casebook.reviews(),
        sample=casebook.sample(settings.sample_size), call_backs=casebook.call_backs(),
        opening=OpeningKeys(settings.data_keys), intake=intake_desk(database),
    )  # fmt: skip
    app.ctx.parts = parts
    auth.install(app, parts)
    for pages in (
        login_pages, desk_pages, chat_pages, source_pages, figure_pages, admin_pages, sheet_pages, group_pages,
        campaign_pages, result_pages, count_pages, board_pages, review_pages, sample_pages, call_back_pages,
        intake_pages, text_pages, clause_pages, rule_pages, ask_pages, sign_pages,
    ):  # fmt: skip
        app.blueprint(pages(parts))
    app.static("/static", STATIC, name="static")
    refuse_odd_files(app)

    @app.get("/healthz")
    async def healthz(request: Request) -> HTTPResponse:
        return json_response({"status": "alive"})

    @app.get("/readyz")
    async def readyz(request: Request) -> HTTPResponse:
        """Ready when somebody could log in and look something up: Redis and the database answer."""
        try:
            if await forgets_under_pressure(store):
                return json_response({"ready": False}, status=503)
            await database.ping()
            await parts.casebook.queue((), 1)
        except (RedisError, NotReachable):
            return json_response({"ready": False}, status=503)
        return json_response({"ready": True})

    async def begin(request: Request) -> None:
        request.ctx.begun = time.perf_counter()

    async def count(request: Request, response: BaseHTTPResponse) -> None:
        PAGES.labels(method(request.method), str(response.status)).inc()
        if hasattr(request.ctx, "begun"):
            PAGE_SECONDS.labels(method(request.method)).observe(time.perf_counter() - request.ctx.begun)

    async def protect(request: Request, response: BaseHTTPResponse) -> HTTPResponse | None:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if request.path.startswith("/static/") and response.status == 200:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return None

    app.register_middleware(protect, "response")
    app.register_middleware(begin, "request")
    app.register_middleware(count, "response")

    @app.exception(Exception)
    async def explain(request: Request, error: Exception) -> HTTPResponse:
        """Every failure in words. Logged is which kind and where, never its text, which may quote what was typed."""
        known = _in_our_words(error)
        visitor = getattr(request.ctx, "visitor", None)
        if isinstance(known, NotLoggedIn):
            there = _came_from(request)
            target = f"/login?next={quote(there)}"
            if partial(request):
                return text(str(known), 401, {"HX-Redirect": target})
            return redirect(target, status=303)
        if isinstance(known, RoleRefused) and visitor is not None:
            await parts.audit.note(visitor.name, visitor.role, "refused", f"{request.method} {request.path}")
        if partial(request):
            return text(str(known), known.status, {"HX-Reswap": "innerHTML"})
        try:
            return parts.page(request, "sorry.html", known.status, title=known.title, message=str(known))
        except Exception as broken:  # noqa: BLE001 - the page about a failure must not fail itself
            log.error("error page failed: %s", type(broken).__name__)
            return text(str(known), known.status)

    @app.before_server_start
    async def open_stores(_: Any) -> None:
        await database.prepare()
        await parts.casebook.prepare()
        await parts.call_backs.publish(parts.opening.public, clock())
        await parts.board.reread()
        app.ctx.reading = asyncio.create_task(parts.board.keep_reading())
        app.ctx.following = asyncio.create_task(parts.shelf.follow())

    @app.after_server_stop
    async def close(_: Any) -> None:
        for task in (app.ctx.reading, app.ctx.following):
            task.cancel()
        await asyncio.gather(app.ctx.reading, app.ctx.following, return_exceptions=True)
        await parts.intake.close()
        await parts.ear.close()
        await parts.casebook.close()
        await database.close()
        await store.aclose()

    return app


def _came_from(request: Request) -> str:
    """The page somebody is on who must log in again: that of the form or of the part that was asked for."""
    if request.method == "GET" and not partial(request):
        return request.path
    page = urlsplit(request.headers.get("hx-current-url") or request.headers.get("referer") or "")
    return page.path if page.netloc == request.host and page.path else "/"


def _in_our_words(error: Exception) -> PortalError:
    if isinstance(error, PortalError):
        return error
    if isinstance(error, Held):
        return CaseTaken(f"{error}。")
    if isinstance(error, NoCase):
        return CaseTaken("这个会话已经结束了。")
    if isinstance(error, NoCallBack):
        return StaffPageNotFound("没有这个回电，或者已经办完、家长撤回了。")
    if isinstance(error, NotTaken):
        return CaseTaken("先接下这个回电。")
    if isinstance(error, RenderQueueFull):
        return PortalUnavailable(str(error))
    if isinstance(error, RedisError | NotReachable):
        return PortalUnavailable()
    if isinstance(error, SanicException) and error.status_code < 500:
        return StaffPageNotFound() if error.status_code in (404, 405) else PortalBadRequest()
    place = traceback.extract_tb(error.__traceback__)[-1]
    log.error("request failed: %s at %s:%s", type(error).__name__, place.filename, place.lineno)
    return PortalUnavailable()
