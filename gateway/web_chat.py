"""The web chat page: server-rendered, works without JavaScript; a script only spares the reload.

The address /c/<id> is the conversation (an unguessable id), so that a link reopens it in any browser.
"""

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sanic import Blueprint, Request
from sanic.response import HTTPResponse, html, redirect

from gateway.conversations import Conversations
from gateway.errors import BadRequest, DoorError, NotFound
from gateway.settings import Settings
from gateway.turns import Turns, read_message
from policies import places
from policies.library import default

PAGES = Path(__file__).parent / "pages"
STARTERS = (
    ("新生儿参保", "新生儿怎么办医保"), ("上学孩子参保", "上学的孩子怎么参保"), ("什么时候交", "医保什么时候交、最晚哪天"),
    ("有没有等待期", "有等待期吗"), ("用家长账户交", "能用我医保卡里的钱给孩子交吗"), ("帮我办参保", "帮我给宝宝办参保"),
)  # fmt: skip
REGIONS = ("江苏省", "山东省威海市", "黑龙江省")
CERTAINTY = {"explicit": "文件写明", "inferred": "由文件推出", "principle": "原则性规定", "ambiguous": "文件有不同理解"}
STATUS = {"need_facts": "先说一般规定", "not_in_documents": "文件未写明", "conflict": "规定有冲突"}


def templates() -> Environment:
    """The page templates, autoescaped; a missing name is an error, not an empty string."""
    found = Environment(loader=FileSystemLoader(PAGES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
                        lstrip_blocks=True)  # fmt: skip
    found.globals.update(certainty=CERTAINTY, status=STATUS, starters=STARTERS, regions=REGIONS)
    return found


def pages(turns: Turns, conversations: Conversations, settings: Settings) -> Blueprint:
    """The routes of the chat page."""
    door = Blueprint("web_chat")
    environment = templates()
    page, bubbles = environment.get_template("chat.html"), environment.get_template("bubbles.html")

    async def show(conversation: str, request: Request, *, notice: str = "", draft: str = "", status: int = 200) -> HTTPResponse:
        key = conversations.key(conversation)
        region = await conversations.region(key)
        return html(
            page.render(
                conversation=conversation, messages=await conversations.history(key), notice=notice, draft=draft,
                region=places.full_name(region) if region else None, message_id=secrets.token_urlsafe(9),
                large=request.cookies.get("large") == "1", hotline=default().hotline,
            ),
            status=status,
        )  # fmt: skip

    @door.get("/")
    async def open_new(request: Request) -> HTTPResponse:
        known = request.cookies.get("chat")
        conversation = known if known and _is_ours(known) else secrets.token_urlsafe(18)
        answer = redirect(f"/c/{conversation}", status=303)
        answer.add_cookie("chat", conversation, httponly=True, samesite="Lax", max_age=30 * 86_400, secure=False)
        return answer

    @door.get("/c/<conversation:str>")
    async def read(request: Request, conversation: str) -> HTTPResponse:
        _check(conversation)
        return await show(conversation, request)

    @door.post("/c/<conversation:str>")
    async def say(request: Request, conversation: str) -> HTTPResponse:
        _check(conversation)
        form = request.form or {}
        text, message_id = form.get("text", ""), form.get("message_id", "")
        partial = request.headers.get("x-partial") == "1"
        body = {"conversation": conversation, "message_id": message_id, "text": text}
        try:
            replies = await turns.take(read_message(body, settings))
        except DoorError as error:
            message = error.message.format(hotline=default().hotline)
            if partial:
                return html(message, status=error.status)
            return await show(conversation, request, notice=message, draft=str(text)[:2000], status=error.status)
        if not partial:
            return redirect(f"/c/{quote(conversation)}#last", status=303)
        fresh = [{"id": f"b-{message_id}-{n}", "who": "bot", "reply": r, "thumb": None} for n, r in enumerate(replies)]
        region = await conversations.region(conversations.key(conversation))
        rendered = bubbles.render(messages=fresh, conversation=conversation)
        name = places.full_name(region) if region else ""
        return html(rendered, headers={"X-Region": quote(name), "X-Next-Id": secrets.token_urlsafe(9)})

    @door.post("/c/<conversation:str>/thumb")
    async def thumb(request: Request, conversation: str) -> HTTPResponse:
        _check(conversation)
        form = request.form or {}
        bubble, value = form.get("bubble", ""), form.get("value", "")
        if value not in ("up", "down") or not 3 <= len(bubble) <= 160:
            raise BadRequest
        await conversations.thumb(conversations.key(conversation), bubble, value)
        return redirect(f"/c/{quote(conversation)}#{quote(bubble)}", status=303)

    @door.post("/size")
    async def size(request: Request) -> HTTPResponse:
        form: Any = request.form or {}
        back = form.get("back", "/")
        answer = redirect(back if back.startswith("/c/") and "//" not in back else "/", status=303)
        answer.add_cookie("large", "1" if form.get("large") == "1" else "0", samesite="Lax", max_age=31_536_000, secure=False)
        return answer

    return door


def _is_ours(conversation: str) -> bool:
    return 8 <= len(conversation) <= 64 and all(c.isascii() and (c.isalnum() or c in "-_") for c in conversation)


def _check(conversation: str) -> None:
    if not _is_ours(conversation):
        raise NotFound
