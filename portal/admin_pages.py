"""The administrator's pages: who has an account, and the audit log. New accounts are made on the command line."""

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, redirect

from portal.doors import needs
from portal.errors import AccountError, BadRequest
from portal.parts import Parts, Visitor
from portal.typed import asked, form


def admin_pages(parts: Parts) -> Blueprint:
    """The routes of the administrator."""
    door = Blueprint("admin")

    @door.get("/accounts")
    @needs("accounts")
    async def accounts(request: Request, visitor: Visitor) -> HTTPResponse:
        known = await parts.accounts.all()
        locked = await parts.throttle.locked([one.name for one in known])
        return parts.page(request, "accounts.html", accounts=known, locked=locked)

    @door.post("/accounts/free")
    @needs("accounts")
    async def free(request: Request, visitor: Visitor) -> HTTPResponse:
        """Wrong passwords of somebody else must keep nobody out for longer than a call to the administrator."""
        name = form(request).get("name", "")
        await parts.throttle.free(name)
        await parts.audit.note(visitor.name, visitor.role, "login_freed", name)
        return redirect("/accounts", status=303)

    @door.post("/accounts")
    @needs("accounts")
    async def change(request: Request, visitor: Visitor) -> HTTPResponse:
        given = form(request)
        name, disabled = given.get("name", ""), given.get("disabled") == "1"
        if name == visitor.name:
            raise BadRequest("不能停用自己的账号。")
        try:
            await parts.accounts.set_disabled(name, disabled)
        except AccountError as error:
            raise BadRequest(str(error)) from None
        if disabled:
            await parts.casebook.release_all(name, parts.now())
        what = "account_disabled" if disabled else "account_enabled"
        await parts.audit.note(visitor.name, visitor.role, what, name)
        return redirect("/accounts", status=303)

    @door.get("/audit")
    @needs("accounts")
    async def log(request: Request, visitor: Visitor) -> HTTPResponse:
        who = asked(request, "who").strip()
        entries = await parts.audit.latest(300, who or None)
        await parts.audit.note(visitor.name, visitor.role, "audit_seen", who)
        return parts.page(request, "audit.html", entries=entries, who=who)

    return door
