"""The supervisor's board: the emergency notice for all surfaces, and what is switched off."""

from datetime import datetime, time, timedelta

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, redirect

from common.casebook.board import LONGEST_ISSUER, LONGEST_TEXT
from common.privacy.masking import mask
from policies.counting import BEIJING
from portal.auth import needs
from portal.clock import beijing
from portal.context import AppContext, Visitor
from portal.errors import PortalBadRequest
from portal.switches import SWITCHES
from portal.typed import form, read_day

LONGEST = timedelta(days=31)
"""How far away the end of a notice may be; what lasts longer belongs into the answers."""
_EMPTY = {"text": "", "issuer": "", "day": "", "at": ""}
_NOT_PUBLISHED = "没有发布：里面有证件号、手机号、座机号或人名，已经隐去。热线可以写短号，比如 12393。"


def board_pages(parts: AppContext) -> Blueprint:
    """The routes of the board."""
    door = Blueprint("board")

    async def note(visitor: Visitor, what: str, subject: str) -> None:
        await parts.audit.note(visitor.name, visitor.role, what, subject)

    def shown(request: Request, status: int = 200, wrong: str = "", **typed: str) -> HTTPResponse:
        return parts.page(request, "board.html", status, wrong=wrong, typed=_EMPTY | typed,
                          longest_text=LONGEST_TEXT, longest_issuer=LONGEST_ISSUER)  # fmt: skip

    @door.get("/board")
    @needs("board")
    async def board(request: Request, visitor: Visitor) -> HTTPResponse:
        await parts.board.reread()
        return shown(request)

    @door.post("/board/announce")
    @needs("board")
    async def announce(request: Request, visitor: Visitor) -> HTTPResponse:
        """One line instead of the one that stands. What may not be published comes back masked."""
        given = form(request)
        typed = {name: " ".join(given.get(name, "").split()) for name in ("text", "issuer")}
        masked = {name: mask(said)[0] for name, said in typed.items()}
        day, at = given.get("day", "")[:10], given.get("at", "")[:5]
        try:
            if typed != masked:
                raise PortalBadRequest(_NOT_PUBLISHED)
            if not 0 < len(typed["text"]) <= LONGEST_TEXT or not 0 < len(typed["issuer"]) <= LONGEST_ISSUER:
                raise PortalBadRequest(f"公告写 1 到 {LONGEST_TEXT} 个字，发布单位写 1 到 {LONGEST_ISSUER} 个字。")
            until = _end(day, at, parts.now())
        except PortalBadRequest as error:
            return shown(request, error.status, str(error), **masked, day=day, at=at)
        made = await parts.board.announce(**typed, until=until, by=visitor.name, now=parts.now())
        await note(visitor, "announced", f"{made.id} 到 {beijing(until):%Y-%m-%d %H:%M}")
        return redirect("/board", status=303)

    @door.post("/board/withdraw")
    @needs("board")
    async def withdraw(request: Request, visitor: Visitor) -> HTTPResponse:
        standing = parts.board.announcement(parts.now())
        await parts.board.withdraw(parts.now())
        await note(visitor, "announcement_withdrawn", str(standing.id) if standing else "")
        return redirect("/board", status=303)

    @door.post("/board/switch")
    @needs("board")
    async def switch(request: Request, visitor: Visitor) -> HTTPResponse:
        given = form(request)
        name, on = given.get("name", ""), given.get("on") == "1"
        if name not in SWITCHES:
            raise PortalBadRequest
        await parts.board.switch(name, on, visitor.name, parts.now())
        await note(visitor, "switched_on" if on else "switched_off", SWITCHES[name])
        return redirect("/board#switches", status=303)

    return door


def _end(day: str, at: str, now: datetime) -> datetime:
    """When a notice ends. Raises BadRequest."""
    chosen = read_day(day)
    try:
        if chosen is None:
            raise ValueError
        until = datetime.combine(chosen, time.fromisoformat(at), tzinfo=BEIJING)
    except ValueError:
        raise PortalBadRequest("到什么时候为止：日期写成 2026-11-24，时间写成 16:30。") from None
    if not now < until <= now + LONGEST:
        raise PortalBadRequest(f"到期时间要在现在以后、{LONGEST.days} 天以内；还要更久的，到时再发一次。")
    return until
