"""Logging in and out, and one's own password."""

import hmac
import secrets

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, redirect

from portal.accounts import SHORTEST_PASSWORD
from portal.auth import cookie_name, needs
from portal.context import AppContext, Visitor
from portal.errors import AccountError, TooManyTries
from portal.roles import may
from portal.typed import asked, form

_FORM = "desk_form"


def login_pages(parts: AppContext) -> Blueprint:
    """The routes of the login."""
    door = Blueprint("login")
    cookie = cookie_name(parts)

    def ask(request: Request, notice: str = "", name: str = "", status: int = 200) -> HTTPResponse:
        """The form; its token stands in a cookie too, so that nobody else's page can log somebody in."""
        token = secrets.token_urlsafe(24)
        answer = parts.page(request, "login.html", status, notice=notice, name=name, form_token=token,
                            next=_local(asked(request, "next") or form(request).get("next", "")))  # fmt: skip
        answer.add_cookie(_FORM, token, httponly=True, samesite="Strict", secure=parts.settings.secure, path="/login")
        return answer

    @door.get("/login")
    async def login(request: Request) -> HTTPResponse:
        return ask(request)

    @door.post("/login")
    async def enter(request: Request) -> HTTPResponse:
        given = form(request)
        name, password, address = given.get("name", "").strip(), given.get("password", ""), parts.address(request)
        held = request.cookies.get(_FORM) or ""
        if not held or not hmac.compare_digest(held.encode(errors="replace"), given.get("form_token", "").encode()):
            return ask(request, "登录页过期了，请再填一次。", name, 403)
        try:
            await parts.throttle.take(name, address)
        except TooManyTries as error:
            await parts.audit.note(name or "？", "", "login_failed", f"{address}，次数太多")
            return ask(request, str(error), name, error.status)
        account = await parts.accounts.check(name, password)
        if account is None:
            await parts.audit.note(name or "？", "", "login_failed", address)
            return ask(request, "名字或密码不对。", name, 401)
        await parts.throttle.right(name, address)
        old = request.cookies.get(cookie)
        if old:
            await parts.sessions.end(old)
        token, _ = await parts.sessions.begin(account)
        await parts.audit.note(account.name, account.role, "login", address)
        answer = redirect(_local(given.get("next", "")) or "/", status=303)
        answer.add_cookie(cookie, token, httponly=True, samesite="Lax", secure=parts.settings.secure, path="/")
        answer.delete_cookie(_FORM, path="/login")
        return answer

    @door.post("/logout")
    @needs(None)
    async def leave(request: Request, visitor: Visitor) -> HTTPResponse:
        await parts.sessions.end(visitor.token)
        await parts.audit.note(visitor.name, visitor.role, "logout")
        answer = redirect("/login", status=303)
        answer.add_cookie(cookie, "", max_age=0, httponly=True, samesite="Lax", secure=parts.settings.secure, path="/")
        return answer

    @door.get("/")
    @needs(None)
    async def home(request: Request, visitor: Visitor) -> HTTPResponse:
        for right, path in (("desk", "/desk"), ("figures", "/figures"), ("sheets", "/school")):
            if may(visitor.role, right):
                return redirect(path, status=303)
        return redirect("/me", status=303)

    @door.get("/keys")
    @needs(None)
    async def keys(request: Request, visitor: Visitor) -> HTTPResponse:
        return parts.page(request, "keys.html")

    @door.get("/me")
    @needs(None)
    async def me(request: Request, visitor: Visitor) -> HTTPResponse:
        return parts.page(request, "me.html", wrong="", shortest=SHORTEST_PASSWORD)

    @door.post("/me/password")
    @needs(None)
    async def change(request: Request, visitor: Visitor) -> HTTPResponse:
        given = form(request)
        address = parts.address(request)
        try:
            await parts.throttle.take(visitor.name, address)
            if await parts.accounts.check(visitor.name, given.get("old", "")) is None:
                raise AccountError("现在的密码不对")
            await parts.throttle.right(visitor.name, address)
            if given.get("new", "") != given.get("again", ""):
                raise AccountError("两次写的新密码不一样")
            account = await parts.accounts.set_password(visitor.name, given.get("new", ""))
        except (AccountError, TooManyTries) as error:
            return parts.page(request, "me.html", 400, wrong=str(error), shortest=SHORTEST_PASSWORD)
        await parts.audit.note(visitor.name, visitor.role, "password", visitor.name)
        token, _ = await parts.sessions.begin(account)
        answer = redirect("/me?changed=1", status=303)
        answer.add_cookie(cookie, token, httponly=True, samesite="Lax", secure=parts.settings.secure, path="/")
        return answer

    return door


def _local(path: str) -> str:
    """A path of our own pages, or nothing: a link to somewhere else does not come through the login."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and "\n" not in path else ""
