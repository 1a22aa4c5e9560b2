"""The only door into Rasa: JSON from the gateway and the hotline desk, behind a shared secret.

A failure is an error, never silence.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import os
from datetime import date
from typing import Any, Awaitable, Callable, Dict, List, Optional

from prometheus_client import CONTENT_TYPE_LATEST
from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot import rasa_repairs
from bot.watching import WATCH

logger = logging.getLogger(__name__)
rasa_repairs.install()


class Replies(OutputChannel):
    """Collects what the dialogue says: replies of the contract, the state it leaves, and how the message was heard."""

    def __init__(self) -> None:
        self.replies: List[Dict[str, Any]] = []
        self.state: Optional[Dict[str, Any]] = None
        self.heard: Optional[Dict[str, Any]] = None

    @classmethod
    def name(cls) -> str:
        return "gateway"

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        self.replies.append({"text": text, "answer": None, "options": []})

    async def send_custom_json(self, recipient_id: str, json_message: Dict[str, Any], **kwargs: Any) -> None:
        self.state = json_message["state"]
        self.heard = json_message.get("heard")
        self.replies += json_message["replies"]


class GatewayChannel(InputChannel):
    """POST /webhooks/gateway/turn and …/parse with the shared secret in `X-Tongbao-Secret`."""

    @classmethod
    def name(cls) -> str:
        return "gateway"

    @classmethod
    def from_credentials(cls, credentials: Optional[Dict[str, Any]]) -> GatewayChannel:
        secret = os.environ.get("RASA_CHANNEL_SECRET", "")
        if len(secret) < 16:
            raise SystemExit("RASA_CHANNEL_SECRET：没有设置或短于16个字符，拒绝启动")
        return cls(secret)

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        door = Blueprint("gateway_channel", __name__)

        @door.get("/ready")
        async def ready(request: Request) -> HTTPResponse:
            agent = request.app.ctx.agent
            return response.json(
                {"ready": bool(agent and agent.is_ready())}, status=200 if agent and agent.is_ready() else 503
            )

        @door.get("/metrics")
        async def metrics(request: Request) -> HTTPResponse:
            return response.text(WATCH.text(), content_type=CONTENT_TYPE_LATEST)

        @door.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            if not self._knows(request):
                return response.json({"error": "secret"}, status=401)
            body = request.json or {}
            sender, text = body.get("sender"), body.get("text")
            if not isinstance(sender, str) or not sender or not isinstance(text, str) or not text.strip():
                return response.json({"error": "sender and text"}, status=400)
            replies = Replies()
            message = UserMessage(
                text, replies, sender, input_channel=self.name(), message_id=body.get("message_id"),
                metadata=body.get("metadata") or {},
            )  # fmt: skip
            with WATCH.turn() as outcome:
                try:
                    await on_new_message(message)
                except asyncio.CancelledError:
                    raise
                except Exception as error:  # noqa: BLE001 - whatever it was, the gateway must hear of it; its text may quote the message
                    logger.error("turn failed: %s", type(error).__name__)
                    return response.json({"error": "turn"}, status=500)
                outcome.append("answered" if replies.replies else "silent")
            if not replies.replies:
                return response.json({"error": "silence"}, status=502)
            return response.json({"replies": replies.replies, "state": replies.state, "heard": replies.heard})

        @door.post("/parse")
        async def parse(request: Request) -> HTTPResponse:
            """What a sentence means, for the hotline desk's search: no tracker, nothing stored, nothing answered."""
            if not self._knows(request):
                return response.json({"error": "secret"}, status=401)
            body = request.json or {}
            text, as_of = body.get("text"), body.get("as_of")
            if not isinstance(text, str) or not text.strip() or not _is_day(as_of):
                return response.json({"error": "text and as_of"}, status=400)
            agent = request.app.ctx.agent
            if not agent or not agent.is_ready():
                return response.json({"error": "not ready"}, status=503)
            # A leading slash would be read as Rasa's command language.
            plain = "／" + text[1:] if text.startswith("/") else text
            heard = await agent.processor.parse_message(UserMessage(plain, metadata={"as_of": as_of} if as_of else {}))
            (reading,) = (entity["value"] for entity in heard["entities"])
            return response.json({"reading": reading})

        return door

    def _knows(self, request: Request) -> bool:
        """Does the caller hold the shared secret?"""
        given = request.headers.get("x-tongbao-secret", "")
        return hmac.compare_digest(given.encode(), self._secret.encode())


def _is_day(given: Any) -> bool:
    """Is it no day at all (today is meant) or an ISO day?"""
    if given is None:
        return True
    try:
        date.fromisoformat(given)
    except (TypeError, ValueError):
        return False
    return True
