"""Call-backs at the desk: who wants to be called and when; one agent takes one, opens its number and says what came.

The number is opened by a click of the agent who has taken it; the click is in the audit log, the number nowhere.
"""

from collections.abc import Awaitable, Callable

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, redirect

from common.casebook import CallBack, NoCallBack
from common.privacy.one_way import NotOpened
from portal.auth import needs
from portal.context import AppContext, Visitor
from portal.errors import PortalBadRequest, PortalError
from portal.roles import may
from portal.typed import form, whole_number

_MOST = 200
_CAME = {"not_reached": "call_back_tried", "called": "call_back_reached", "done": "call_back_done"}
"""What can come of a call, and its line in the audit log."""


def call_back_pages(parts: AppContext) -> Blueprint:
    """The routes of the call-backs."""
    door = Blueprint("call_backs", url_prefix="/call-backs")
    kept, audit = parts.call_backs, parts.audit

    async def known(number: int) -> CallBack:
        found = await kept.of(number)
        if found is None or found.state == "done":
            raise NoCallBack
        return found

    async def show(request: Request, number: int, opened: str = "") -> HTTPResponse:
        one = await known(number)
        visitor: Visitor = request.ctx.visitor
        return parts.page(request, "call_back.html", one=one, opened=opened, mine=one.holder == visitor.name,
                          free=await let_go(one.holder, visitor))  # fmt: skip

    @door.get("/")
    @needs("desk")
    async def listed(request: Request, visitor: Visitor) -> HTTPResponse:
        return parts.page(
            request, "call_backs.html", found=await kept.listed(_MOST), count=await kept.count(), now=parts.now()
        )

    @door.get("/<said:str>")
    @needs("desk")
    async def one(request: Request, visitor: Visitor, said: str) -> HTTPResponse:
        return await show(request, _id(said))

    @door.post("/<said:str>/take")
    @needs("desk")
    async def take(request: Request, visitor: Visitor, said: str) -> HTTPResponse:
        number = _id(said)
        holder = (await known(number)).holder
        before = holder if await let_go(holder, visitor) else None
        await kept.take(number, visitor.name, parts.now(), instead_of=before)
        await audit.note(visitor.name, visitor.role, "call_back_taken", str(number))
        return redirect(f"/call-backs/{number}", status=303)

    @door.post("/<said:str>/number")
    @needs("desk")
    async def open_number(request: Request, visitor: Visitor, said: str) -> HTTPResponse:
        """The whole number, on this one page; audited before it is shown."""
        number = _id(said)
        sealed, about = await kept.sealed_number(number, visitor.name)
        await audit.note(visitor.name, visitor.role, "number_opened", str(number))
        try:
            return await show(request, number, parts.opening.open(sealed, about))
        except NotOpened:
            raise PortalError("号码打不开：PORTAL_DATA_KEY 里没有它封存时的那把密钥，请找管理员。") from None

    @door.post("/<said:str>/outcome")
    @needs("desk")
    async def settle(request: Request, visitor: Visitor, said: str) -> HTTPResponse:
        number, came = _id(said), form(request).get("came", "")
        works: dict[str, Callable[..., Awaitable[None]]] = {
            "not_reached": kept.not_reached, "called": kept.called, "done": kept.done,
        }  # fmt: skip
        if came not in works:
            raise PortalBadRequest
        await works[came](number, visitor.name, parts.now())
        await audit.note(visitor.name, visitor.role, _CAME[came], str(number))
        return redirect(f"/call-backs/{number}" if came == "called" else "/call-backs/", status=303)

    async def let_go(holder: str | None, visitor: Visitor) -> bool:
        """May it be taken: nobody holds it, an account that is disabled does, or a supervisor takes it over?"""
        account = await parts.accounts.get(holder) if holder else None
        return account is None or account.disabled or may(visitor.role, "figures")

    return door


def _id(said: str) -> int:
    """A call-back's id as it stands in an address. Raises NoCallBack."""
    number = whole_number(said)
    if number is None:
        raise NoCallBack
    return number
