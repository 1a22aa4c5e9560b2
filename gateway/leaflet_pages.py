"""What a leaflet's QR code opens (`/s/<scene>`), and leaflets as pictures and PDF (`/sheets/<scene>.png|pdf`)."""

import hashlib
import re
import secrets
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from jinja2 import Environment
from sanic import Blueprint, Request
from sanic.blueprint_group import BlueprintGroup
from sanic.response import HTTPResponse, empty, raw, redirect

from common.casebook import Board
from gateway.announcing import in_words, pointed_at
from gateway.conversations import Conversations
from gateway.errors import PageNotFound, TurnUnavailable
from gateway.links import of_channel
from gateway.paper_answers import paper_answers
from gateway.papers import BEIJING, LeafletScans, ScannedLeaflet, what_changed
from gateway.settings import GatewaySettings
from gateway.turns import Turns, read_day, read_message
from gateway.wechat.asking import choice_of, scene_words
from gateway.words import words
from leaflets import LeafletError, MissingGlyph, Plan, Printed, Sheet, TooLong, compose_sheet, offers, pdf, png, printed
from leaflets.render_queue import PRESS, RenderQueueFull
from policies.library import default
from policies.scene import SceneError, read

_CHAT = re.compile(r"[A-Za-z0-9_-]{8,64}")
_TAG = re.compile(r"[a-z0-9]{0,16}")
_SHEET = re.compile(r"(?P<scene>t1\.[A-Za-z0-9_.]{1,61}?)(?P<size>-a4|-large|-large2)?\.(?P<kind>png|pdf)")
_SIZES = {None: "phone", "-a4": "standard", "-large": "large", "-large2": "large"}
_MONTH = 30 * 86_400
_KEPT = 48
"""Rendered leaflets kept."""


def leaflet_pages(
    turns: Turns,
    conversations: Conversations,
    settings: GatewaySettings,
    papers: LeafletScans,
    environment: Environment,
    board: Board,
) -> BlueprintGroup:
    """The routes of the leaflets."""
    door = Blueprint("leaflets")
    shelf = RenderCache()

    def today(request: Request) -> date:
        given = read_day(request.cookies.get("as_of")) if settings.demo_clock else None
        return given or datetime.now(BEIJING).date()

    @door.get("/s/<scene:str>")
    async def scanned(request: Request, scene: str) -> HTTPResponse:
        """Region, stage and question are said in the chat as if typed; a paper that no longer holds is told first."""
        try:
            meant, paper = read(scene), printed(scene)
        except SceneError:
            raise PageNotFound(words("no_such_scene")) from None
        tag = request.args.get("g", "")
        known = request.cookies.get("chat") or ""
        chat = known if _CHAT.fullmatch(known) and not of_channel(known) else secrets.token_urlsafe(18)
        day = today(request)
        said = scene_words(meant) or words("nothing_scanned")
        body = {"conversation": chat, "message_id": f"scan-{scene}-{day:%y%m%d}", "text": said}
        if settings.demo_clock:
            body["as_of"] = day.isoformat()
        message = replace(read_message(body, settings), choice=choice_of(meant))
        key, name = conversations.pseudonym(chat), conversations.pseudonym(message.message_id)
        if await conversations.answered(key, name) is None:
            if await papers.opened(key, name, ScannedLeaflet(meant.leaflet, tag if _TAG.fullmatch(tag) else "")):
                await conversations.append(key, _before(paper, name, day))
            await turns.take(message)
            await conversations.append(key, _after(paper, name))
        first = "p" if _before(paper, name, day) else "u"
        answer = redirect(f"/c/{chat}#{first}-{name}", status=303)
        answer.add_cookie("chat", chat, httponly=True, samesite="Lax", max_age=_MONTH, secure=settings.secure)
        return answer

    async def drawn_with_notice(sheet: Sheet, size: str, kind: str, page: int) -> bytes:
        """The file with the emergency notice that stands. Where its words cannot be printed (too long for the page, a
        character the typeface lacks), a short line points at it; an answer is never lost for it."""
        one = board.announcement(datetime.now(BEIJING))
        for notice in (in_words(one), pointed_at(one)) if one else ():
            with suppress(TooLong, MissingGlyph):
                return await shelf.get(replace(sheet, notice=notice), size, kind, page)
        return await shelf.get(sheet, size, kind, page)

    @door.get("/sheets/<name:str>")
    async def drawn(request: Request, name: str) -> HTTPResponse:
        """The leaflet a scene means, as of today: an old link gives today's answers, never yesterday's."""
        found = _SHEET.fullmatch(name)
        try:
            paper = printed(found["scene"]) if found else None
        except SceneError:
            paper = None
        if found is None or paper is None:
            raise PageNotFound(words("no_such_sheet"))
        try:
            sheet = await PRESS.do(_current, paper.plan, today(request), settings.public_url)
            content = await drawn_with_notice(
                sheet, _SIZES[found["size"]], found["kind"], 2 if found["size"] == "-large2" else 1
            )
        except RenderQueueFull as busy:
            raise TurnUnavailable(str(busy)) from None
        except LeafletError:
            raise PageNotFound(words("sheet_without_answers")) from None
        tag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
        headers = {"ETag": tag, "Cache-Control": "public, no-cache"}  # asked again each time: a notice may stand
        if request.headers.get("if-none-match") == tag:
            return empty(304, headers=headers)
        kind = "application/pdf" if found["kind"] == "pdf" else "image/png"
        return raw(content, content_type=kind, headers=headers)

    return Blueprint.group(door, paper_answers(environment, today))


def _before(paper: Printed | None, name: str, day: date) -> list[dict[str, Any]]:
    changed = what_changed(paper, default(), day) if paper else None
    if changed is None:
        return []
    return [{"id": f"p-{name}", "who": "system", "name": None, "text": changed, "at": time.time()}]


def _after(paper: Printed | None, name: str) -> list[dict[str, Any]]:
    """The paper's other questions, to tap."""
    known = default().questions
    rest = [known[one] for one in paper.plan.questions[1:] if one in known] if paper else []
    if not rest:
        return []
    options = [{"label": str(one["title"]), "send": str(one["say"])} for one in rest]
    reply = {"text": words("paper_other_questions"), "answer": None, "options": options}
    return [{"id": f"q-{name}", "who": "bot", "reply": reply, "at": time.time()}]


def _current(plan: Plan, day: date, public_url: str) -> Sheet:
    """The same questions as of `day`; those that can no longer be printed fall away."""
    now = replace(plan, day=day)
    possible = {offer.intent for offer in offers(now, default()) if not offer.reason}
    kept = tuple(intent for intent in plan.questions if intent in possible)
    return compose_sheet(replace(now, questions=kept), default(), public_url)


class RenderCache:
    """Rendered leaflets by what they say: the same words are drawn once."""

    def __init__(self) -> None:
        self._made: OrderedDict[tuple[str, ...], bytes | LeafletError] = OrderedDict()

    async def get(self, sheet: Sheet, size: str, kind: str, page: int) -> bytes:
        """The file. Raises LeafletError, again without a try for words that could not be drawn, and Busy."""
        said = hashlib.sha256("\n".join([*sheet.texts(), sheet.url, sheet.plan.form]).encode()).hexdigest()
        key = (said, size, kind, str(page))
        made = self._made.get(key)
        if made is None:
            try:
                made = await PRESS.do(self._drawn, key, sheet, size, kind, page)
            except LeafletError as error:
                made = error
        self._made[key] = made
        self._made.move_to_end(key)
        while len(self._made) > _KEPT:
            self._made.popitem(last=False)
        if isinstance(made, LeafletError):
            raise made.with_traceback(None)  # kept for long: each raise would hang its frames on it
        return made

    def _drawn(self, key: tuple[str, ...], sheet: Sheet, size: str, kind: str, page: int) -> bytes | LeafletError:
        """Who waited for the press may find that somebody before has had the same drawn."""
        known = self._made.get(key)
        return _draw(sheet, size, kind, page) if known is None else known


def _draw(sheet: Sheet, size: str, kind: str, page: int) -> bytes:
    if kind == "pdf":
        return pdf(sheet, "large" if size == "large" else "standard")
    return png(sheet, size, page)
