"""The administrator's pages: who has an account, new ones and new passwords, and the audit log."""

from typing import Any

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, redirect

from portal.accounts import new_password
from portal.auth import needs
from portal.context import AppContext, Visitor
from portal.errors import AccountError, PortalBadRequest
from portal.regions import find_places
from portal.roles import ROLES
from portal.typed import asked, form


def admin_pages(parts: AppContext) -> Blueprint:
    """The routes of the administrator."""
    door = Blueprint("admin")

    async def listed(request: Request, status: int = 200, **more: Any) -> HTTPResponse:
        known = await parts.accounts.all()
        locked = await parts.throttle.locked([one.name for one in known])
        context: dict[str, Any] = {"wrong": "", "typed": {}, "made": None, "accounts": known, "locked": locked}
        return parts.page(request, "accounts.html", status, **(context | more))

    @door.get("/accounts")
    @needs("accounts")
    async def accounts(request: Request, visitor: Visitor) -> HTTPResponse:
        return await listed(request)

    @door.post("/accounts/new")
    @needs("accounts")
    async def new(request: Request, visitor: Visitor) -> HTTPResponse:
        """An account with a password made here: shown once, to be changed by its owner."""
        given = form(request)
        name, role, password = given.get("name", "").strip(), given.get("role", ""), new_password()
        places_meant = find_places(given.get("region", "").strip()) if given.get("region", "").strip() else [None]
        try:
            if len(places_meant) != 1:
                raise AccountError(f"常接地区：{'没有这个地方' if not places_meant else '有重名，写上省'}")
            await parts.accounts.add(name, role, password, parts.now(), school=given.get("school", "").strip() or None,
                                     region=places_meant[0])  # fmt: skip
        except AccountError as error:
            return await listed(request, 400, wrong=in_form_words(str(error)), typed=given)
        await parts.audit.note(visitor.name, visitor.role, "account_added", f"{name} {role}")
        return await listed(request, made=(name, password))

    @door.post("/accounts/password")
    @needs("accounts")
    async def reset(request: Request, visitor: Visitor) -> HTTPResponse:
        """Another password, shown once; whoever is logged in under the account is out."""
        name, password = form(request).get("name", ""), new_password()
        if name == visitor.name:
            raise PortalBadRequest("自己的密码在“我的账号”里改。")
        try:
            await parts.accounts.set_password(name, password)
        except AccountError as error:
            raise PortalBadRequest(str(error)) from None
        await parts.audit.note(visitor.name, visitor.role, "account_reset", name)
        return await listed(request, made=(name, password))

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
            raise PortalBadRequest("不能停用自己的账号。")
        try:
            await parts.accounts.set_disabled(name, disabled)
        except AccountError as error:
            raise PortalBadRequest(str(error)) from None
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


def in_form_words(words: str) -> str:
    """An account's complaint as it reads beside a form: the command line names its options."""
    for option, label in (("--role", "角色"), ("--school", "学校")):
        words = words.replace(option, label)
    for role, label in ROLES.items():
        words = words.replace(role, label)
    return words
