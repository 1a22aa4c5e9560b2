"""The action server's HTTP door: only Rasa may call it, and nothing that was said is written or sent back.

Rasa's SDK brings a server of its own, which anybody on the network may call and which repeats the whole request, the
message included, in its error answer and its log.
"""

import hmac
import logging
from typing import Any

from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException
from sanic import HTTPResponse, Request, Sanic
from sanic.exceptions import SanicException
from sanic.response import json as json_response

from common.telemetry import metrics
from common.telemetry.logs import frames_of

log = logging.getLogger("actions")
LARGEST_BODY = 8_000_000
"""Rasa sends the tracker of the session with every call."""


def create_door(executor: ActionExecutor, token: str) -> Sanic[Any, Any]:
    """POST /webhook by the contract of the SDK, behind `Authorization: Bearer <token>`; /health and /metrics."""
    app: Sanic[Any, Any] = Sanic("tongbao-actions", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = LARGEST_BODY
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = 8

    @app.get("/health")
    async def health(request: Request) -> HTTPResponse:
        return json_response({"status": "ok"})

    @app.get("/metrics")
    async def exposition(request: Request) -> HTTPResponse:
        body, kind = metrics.exposition()
        return HTTPResponse(body, content_type=kind)

    @app.post("/webhook")
    async def webhook(request: Request) -> HTTPResponse:
        given = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        if not hmac.compare_digest(given.encode(errors="replace"), token.encode()):
            return json_response({"error": "unauthorized"}, status=401)
        call = request.json
        if not isinstance(call, dict) or not isinstance(call.get("next_action"), str):
            return json_response({"error": "not an action call"}, status=400)
        name = call["next_action"]
        call.setdefault("domain", {})  # no action reads it, and Rasa is told not to send it (endpoints.yml)
        try:
            result = await executor.run(call)
        except ActionExecutionRejection:
            return json_response({"error": "rejected", "action_name": name}, status=400)
        except ActionNotFoundException:
            return json_response({"error": "no such action", "action_name": name}, status=404)
        return json_response(result.model_dump() if result else None)

    @app.exception(Exception)
    async def explain(request: Request, error: Exception) -> HTTPResponse:
        """Which kind of error and where; its text may quote the message."""
        if isinstance(error, SanicException) and error.status_code < 500:
            return json_response({"error": "bad request"}, status=error.status_code)
        log.error("action failed: %s at %s", type(error).__name__, "; ".join(frames_of(error)[-3:]))
        return json_response({"error": "failed"}, status=500)

    return app
