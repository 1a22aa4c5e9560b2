"""The web chat API of the contract: POST /api/chat and the history of a conversation."""

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

from sanic import Blueprint, Request
from sanic.response import HTTPResponse
from sanic.response import json as json_response

from common.storage import NotReachable
from gateway.conversations import Conversations
from gateway.errors import GatewayBadRequest, PageNotFound
from gateway.handover import Handover
from gateway.limits import Limits
from gateway.links import of_channel
from gateway.settings import GatewaySettings
from gateway.turns import Turns, is_id, read_message
from gateway.words import words


def api(
    turns: Turns, conversations: Conversations, settings: GatewaySettings, handover: Handover, limits: Limits
) -> Blueprint:
    """The routes under /api/chat."""
    door = Blueprint("chat_api", url_prefix="/api/chat")

    @door.post("/", strict_slashes=False)
    async def chat(request: Request) -> HTTPResponse:
        message = read_message(_body(request), settings)
        if of_channel(message.conversation):
            raise PageNotFound(words("chat_of_wechat"))
        await limits.conversation(message.conversation)
        replies = await turns.take(replace(message, caller=limits.caller(request)))
        plain = [contract(reply) for reply in replies]
        return answer({"conversation": message.conversation, "message_id": message.message_id, "replies": plain})

    @door.get("/<conversation:str>")
    async def history(request: Request, conversation: str) -> HTTPResponse:
        if not is_id(conversation) or of_channel(conversation):
            raise PageNotFound(words("chat_of_wechat") if of_channel(conversation) else None)
        key = conversations.pseudonym(conversation)
        with suppress(NotReachable):
            await handover.collect(key)
        return answer({"conversation": conversation, "messages": await conversations.history(key)})

    return door


def contract(reply: dict[str, Any]) -> dict[str, Any]:
    """A reply as the contract has it (docs/contracts.md): its parts are for the channels that render them."""
    return {name: reply[name] for name in ("text", "answer", "options")}


def _body(request: Request) -> Any:
    try:
        return json.loads(request.body or b"null")
    except (ValueError, RecursionError):
        raise GatewayBadRequest(words("not_json")) from None


def answer(content: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> HTTPResponse:
    """JSON with Chinese as it is read."""
    return json_response(content, status=status, headers=headers, dumps=_dumps)


def _dumps(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False)
