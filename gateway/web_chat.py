"""The web chat page: server-rendered, works without JavaScript; a script only spares the reload.

The address /c/<id> is the conversation (an unguessable id), so that a link reopens it in any browser. Looking at one
makes it nobody's own: the cookie names what `/` began. A conversation of a messenger does not open here at all.
"""

import hashlib
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from jinja2 import Environment
from redis.exceptions import RedisError
from sanic import Blueprint, Request
from sanic.response import HTTPResponse, empty, html, redirect

from common.storage import NotReachable
from gateway.conversations import Conversations, bubbles
from gateway.errors import DoorError, GatewayBadRequest, PageNotFound
from gateway.feedback import REASONS, WANTS_A_PERSON, Feedback
from gateway.handover import Handover
from gateway.limits import Limits
from gateway.links import Links, of_channel
from gateway.outcome_question import OutcomeQuestion
from gateway.settings import GatewaySettings
from gateway.templates import large, partial
from gateway.turns import Turns, is_id, read_message
from gateway.words import options
from policies import places
from policies.library import default

STARTERS = options("starters")
_CHAT = re.compile(r"[A-Za-z0-9_-]{8,64}")
_MONTH, _YEAR = 30 * 86_400, 365 * 86_400


def chat_pages(
    turns: Turns, conversations: Conversations, settings: GatewaySettings, environment: Environment, handover: Handover,
    feedback: Feedback, limits: Limits, outcome: OutcomeQuestion,
) -> Blueprint:  # fmt: skip
    """The routes of the chat page."""
    door = Blueprint("web_chat")
    links = Links(settings)
    page, some = environment.get_template("chat.html"), environment.get_template("bubbles.html")

    def drawn(chat: str, messages: list[dict[str, Any]]) -> str:
        """Bubbles without the page around them."""
        return some.render(messages=messages, chat=chat, page_id=_new_id(), reasons=REASONS, page_of=page_of(chat),
                           told=False)  # fmt: skip

    def page_of(chat: str) -> Callable[[str], str]:
        """Where an answer of this chat stands alone, for forwarding."""
        return lambda bubble: links.page(chat, bubble)

    def conversation(chat: str) -> str:
        """The conversation an address of this page means."""
        if not _is_chat(chat):
            raise PageNotFound
        return chat

    async def show(
        request: Request, chat: str, *, notice: str = "", draft: str = "", page_id: str = "", status: int = 200
    ) -> HTTPResponse:
        key = conversations.pseudonym(conversation(chat))
        try:
            case = await _collected(key)
            messages, region = await conversations.history(key), await conversations.region(key)
            told = await outcome.told(key) if any("outcome" in one for one in messages) else False
        except RedisError:
            if not draft:
                raise
            case, messages, region, told = None, [], None, False  # what was typed must not be lost with the store
        return html(
            page.render(
                chat=chat, messages=messages, notice=notice, draft=draft, region=_name(region),
                page_id=page_id or _new_id(), starters=STARTERS, regions=regions(), large=large(request),
                case=case or "", reasons=REASONS, page_of=page_of(chat), own=request.cookies.get("chat") == chat,
                told=told,
            ),
            status=status,
        )  # fmt: skip

    @door.get("/")
    async def open_own(request: Request) -> HTTPResponse:
        known = request.cookies.get("chat") or ""
        chat = known if _is_chat(known) else secrets.token_urlsafe(18)
        answer = redirect(f"/c/{chat}", status=303)
        answer.add_cookie("chat", chat, httponly=True, samesite="Lax", max_age=_MONTH, secure=settings.secure)
        return answer

    @door.get("/c/<chat:str>")
    async def read(request: Request, chat: str) -> HTTPResponse:
        return await show(request, chat)

    @door.post("/c/<chat:str>")
    async def say(request: Request, chat: str) -> HTTPResponse:
        form: Any = request.form or {}
        text, page_id = str(form.get("text", "")), str(form.get("message_id", ""))
        body: dict[str, Any] = {
            "conversation": conversation(chat), "message_id": _message_id(page_id, text), "text": text,
        }  # fmt: skip
        if settings.demo_clock and request.cookies.get("as_of"):
            body["as_of"] = request.cookies.get("as_of")
        try:
            message = read_message(body, settings)
            await limits.conversation(message.conversation)
            replies = await turns.take(replace(message, caller=limits.caller(request)))
        except DoorError as error:
            if partial(request):
                raise
            again = await show(request, chat, notice=str(error), draft=text, page_id=page_id, status=error.status)
            again.headers.update(error.headers)
            return again
        name = conversations.pseudonym(message.message_id)
        if not partial(request):
            return redirect(f"/c/{chat}#u-{name}", status=303)
        region = _name(await conversations.region(conversations.pseudonym(message.conversation)))
        fresh = bubbles(name, message.text, replies, time.time())
        case = await conversations.case(conversations.pseudonym(message.conversation))
        return html(
            drawn(chat, fresh),
            headers={"X-Region": quote(region), "X-Case": case or ""},
        )

    @door.get("/c/<chat:str>/news")
    async def news(request: Request, chat: str) -> HTTPResponse:
        """What the desk said since bubble `after`; asked every few seconds while a person is attached."""
        key = conversations.pseudonym(conversation(chat))
        case = await _collected(key)
        said = [bubble for bubble in await conversations.history(key) if bubble["id"].startswith("s-")]
        ids = [bubble["id"] for bubble in said]
        after = request.args.get("after", "")
        fresh = said[ids.index(after) + 1 :] if after in ids else said
        return html(drawn(chat, fresh), headers={"X-Case": case or ""})

    async def _collected(key: str) -> str | None:
        try:
            return await handover.collect(key)
        except NotReachable:
            return await conversations.case(key)

    @door.post("/c/<chat:str>/thumb")
    async def thumb(request: Request, chat: str) -> HTTPResponse:
        form: Any = request.form or {}
        bubble, value = str(form.get("bubble", "")), str(form.get("value", ""))
        reason = str(form.get("reason", "")) or None
        if value not in ("up", "down") or not is_id(bubble) or reason not in (None, *REASONS):
            raise GatewayBadRequest
        key = conversations.pseudonym(conversation(chat))
        if not await feedback.thumb(key, bubble, value, reason):
            raise PageNotFound
        settled = value == "up" or (reason is not None and reason != WANTS_A_PERSON)
        question = await outcome.ask(key, bubble) if settled else None
        if partial(request):
            return html(drawn(chat, [question])) if question else empty()
        return redirect(f"/c/{chat}#{question['id'] if question else bubble}", status=303)

    @door.post("/c/<chat:str>/outcome")
    async def would_have_called(request: Request, chat: str) -> HTTPResponse:
        """Yes or no to whether they would have called; the first counts."""
        form: Any = request.form or {}
        said = form.get("said", "")
        if said not in ("yes", "no"):
            raise GatewayBadRequest
        if not await outcome.take(conversations.pseudonym(conversation(chat)), said):
            raise PageNotFound
        return empty() if partial(request) else redirect(f"/c/{chat}", status=303)

    @door.post("/size")
    async def size(request: Request) -> HTTPResponse:
        form: Any = request.form or {}
        chat = str(form.get("chat", ""))
        answer = redirect(f"/c/{chat}" if _CHAT.fullmatch(chat) else "/", status=303)
        chosen = "1" if form.get("large") == "1" else "0"
        answer.add_cookie("large", chosen, samesite="Lax", max_age=_YEAR, secure=settings.secure)
        return answer

    return door


def regions() -> list[str]:
    """Places to tap where nobody has said one, by their names."""
    return [places.full_name(code) for code in default().offered()]


def _is_chat(name: str) -> bool:
    """May a conversation of this page be called so?"""
    return _CHAT.fullmatch(name) is not None and not of_channel(name)


def _message_id(page_id: str, text: str) -> str:
    """One message is one text sent from one rendered page, whichever of its forms it came through.

    So a double tap is one message, and going back to type something else is another, never swallowed.
    """
    kept = page_id if is_id(page_id) and len(page_id) <= 64 else _new_id()
    return f"{kept}-{hashlib.sha256(text.encode(errors='replace')).hexdigest()[:16]}"


def _new_id() -> str:
    return secrets.token_urlsafe(12)


def _name(region: str | None) -> str:
    return places.full_name(region) if region else ""
