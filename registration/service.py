"""The reference service: routes of the contract over `applications`. Thin; no rule stands here."""

import hmac
import json
import time
from pathlib import Path
from typing import Any

import structlog
from sanic import Blueprint, HTTPResponse, Request, Sanic
from sanic.response import BaseHTTPResponse

from common.telemetry import metrics, traces
from common.telemetry.metrics import REQUEST_SECONDS, REQUESTS, method
from registration.applications import Applications
from registration.bodies import (
    CoverageQuery,
    DraftBody,
    FindQuery,
    HouseholdBody,
    IdentityBody,
    LinkBody,
    Model,
    read_body,
    read_query,
)
from registration.clock import Clock, beijing_day, now
from registration.errors import BadInput, FieldProblem, NotJson, Unauthorized
from registration.idempotency import Answered, read_key
from registration.keys import check_keys
from registration.problems import from_exception
from registration.settings import RegistrationSettings
from registration.store import Store
from registration.vault import Vault

LARGEST_BODY = 64 * 1024
CONTRACT = Path(__file__).parent / "openapi.yaml"
log = structlog.get_logger("registration")


def create_app(settings: RegistrationSettings, clock: Clock = now) -> Sanic[Any, Any]:
    """A service on its own database; nothing is shared between two apps."""
    app: Sanic[Any, Any] = Sanic("registration", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = LARGEST_BODY
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.config.ACCESS_LOG = False  # it would write paths, and a path can hold a link's token
    app.config.TOUCHUP = False  # it rewrites Sanic for the whole process, and only once
    app.ctx.token = settings.token
    app.ctx.clock = clock

    @app.before_server_start
    async def open_store(app: Sanic[Any, Any]) -> None:
        vault = Vault(settings.data_keys)
        app.ctx.store = Store(settings.database_url)
        await app.ctx.store.prepare()
        await check_keys(app.ctx.store, vault)
        app.ctx.applications = Applications(app.ctx.store, vault, clock)

    @app.after_server_stop
    async def close_store(app: Sanic[Any, Any]) -> None:
        await app.ctx.store.close()

    app.register_middleware(_start, "request")
    app.register_middleware(_finish, "response")
    app.exception(Exception)(from_exception)
    app.blueprint(_open_routes())
    app.blueprint(_routes())
    return app


def _open_routes() -> Blueprint:
    """What needs no token: the contract itself and the two probes."""
    routes = Blueprint("open")
    contract = CONTRACT.read_bytes()

    @routes.get("/openapi.yaml")
    async def openapi(_: Request) -> HTTPResponse:
        return HTTPResponse(contract, content_type="application/yaml; charset=utf-8")

    @routes.get("/healthz")
    async def healthz(_: Request) -> HTTPResponse:
        return _json({"status": "ok"})

    @routes.get("/readyz")
    async def readyz(request: Request) -> HTTPResponse:
        await request.app.ctx.store.ping()
        return _json({"status": "ready"})

    @routes.get("/metrics")
    async def exposition(_: Request) -> HTTPResponse:
        body, kind = metrics.exposition()
        return HTTPResponse(body, content_type=kind)

    return routes


def _routes() -> Blueprint:
    routes = Blueprint("v1", url_prefix="/v1")
    routes.on_request(_authenticate)

    @routes.post("/applications")
    async def create(request: Request) -> HTTPResponse:
        key = read_key(request.headers.get("idempotency-key"))
        return _answered(await _applications(request).create(key, _body(request, DraftBody)))

    @routes.get("/applications")
    async def find(request: Request) -> HTTPResponse:
        query = _query(request, FindQuery)
        return _json({"applications": await _applications(request).find(query.conversation)})

    @routes.get("/applications/<number:str>")
    async def get(request: Request, number: str) -> HTTPResponse:
        return _json(await _applications(request).get(number))

    @routes.post("/applications/<number:str>/link")
    async def link(request: Request, number: str) -> HTTPResponse:
        key = read_key(request.headers.get("idempotency-key"))
        return _answered(await _applications(request).fresh_link(number, key, _body(request, LinkBody)))

    @routes.get("/links/<token:str>")
    async def link_info(request: Request, token: str) -> HTTPResponse:
        return _json(await _applications(request).link_info(token))

    @routes.post("/applications/<number:str>/identity")
    async def identity(request: Request, number: str) -> HTTPResponse:
        return _json(await _applications(request).give_identity(number, _body(request, IdentityBody)))

    @routes.post("/applications/<number:str>/household-update")
    async def household_update(request: Request, number: str) -> HTTPResponse:
        return _json(await _applications(request).update_household(number, _body(request, HouseholdBody)))

    @routes.post("/applications/<number:str>/submit")
    async def submit(request: Request, number: str) -> HTTPResponse:
        _no_body(request)
        return _json(await _applications(request).submit(number))

    @routes.post("/applications/<number:str>/cancel")
    async def cancel(request: Request, number: str) -> HTTPResponse:
        _no_body(request)
        return _json(await _applications(request).cancel(number))

    @routes.get("/coverage")
    async def coverage(request: Request) -> HTTPResponse:
        return _json(await _applications(request).coverage(_query(request, CoverageQuery).number))

    return routes


def _applications(request: Request) -> Applications:
    applications: Applications = request.app.ctx.applications
    return applications


def _body(request: Request, model: type[Model]) -> Model:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise NotJson("Content-Type 要写 application/json。")
    return read_body(model, request.body, beijing_day(request.app.ctx.clock()))


def _no_body(request: Request) -> None:
    if request.body not in (b"", b"{}"):
        raise BadInput((FieldProblem(None, "unknown_field", "这个请求不带内容。"),))


def _query(request: Request, model: type[Model]) -> Model:
    return read_query(model, request.get_args(keep_blank_values=True))


def _json(body: dict[str, Any], status: int = 200) -> HTTPResponse:
    return HTTPResponse(json.dumps(body, ensure_ascii=False), status=status, content_type="application/json")


def _answered(answer: Answered) -> HTTPResponse:
    """201 for the first time, 200 with the very same body when it is given again."""
    response = _json(answer.body, 200 if answer.replayed else 201)
    if answer.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response


async def _authenticate(request: Request) -> None:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    expected: str = request.app.ctx.token
    right = hmac.compare_digest(given.strip().encode(errors="replace"), expected.encode())
    if scheme.lower() != "bearer" or not right:
        raise Unauthorized("缺少访问令牌，或令牌不对。")


async def _start(request: Request) -> None:
    request.ctx.started = time.perf_counter()


async def _finish(request: Request, response: BaseHTTPResponse) -> None:
    """One line per request, with the route's pattern instead of the path."""
    response.headers["Cache-Control"] = "no-store"
    route = request.route.path if request.route else "unmatched"
    began = getattr(request.ctx, "started", None)
    milliseconds = round((time.perf_counter() - began) * 1000, 1) if began else None
    code = getattr(request.ctx, "code", None)
    asked = method(request.method)
    REQUESTS.labels(asked, route, str(response.status)).inc()
    if began:
        REQUEST_SECONDS.labels(route).observe(time.perf_counter() - began)
        traces.record(f"{asked} {route}", request.headers, time.perf_counter() - began, status=response.status)
    log.info("request", method=asked, route=route, status=response.status, code=code, ms=milliseconds)
