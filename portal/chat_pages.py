"""Handed-over chats: the queue, and one chat with its transcript, replies and closing. The parent's chat goes on there.

Beside the reply stand answers to what the parent asked, and ready-made lines; what is typed is kept as a draft.

Both sides meet in the casebook; new messages are fetched every three seconds with a cursor.
"""

import asyncio
import secrets
from urllib.parse import urlencode

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, redirect, text

from common.casebook import HandoverCase, Held, NoCase
from common.privacy.masking import mask
from portal import forwarding, starting
from portal.auth import needs
from portal.context import AppContext, Visitor, partial
from portal.errors import CaseTaken, PortalBadRequest, PortalError, StaffPageNotFound
from portal.nlu_client import is_sentence
from portal.offers import Snippet, answers, canned, question_of
from portal.roles import may
from portal.templates import clock
from portal.typed import asked, form, whole_number

_LONGEST = 1000
_CLOSED_RECENTLY, _PER_PAGE = 10, 50


def chat_pages(parts: AppContext) -> Blueprint:
    """The routes of the chats."""
    door = Blueprint("chats")
    book, audit = parts.casebook, parts.audit

    async def known(number: str) -> HandoverCase:
        case = await book.case(number)
        if case is None:
            raise StaffPageNotFound("没有这个会话号。")
        return case

    def held_by(error: Held) -> CaseTaken:
        return CaseTaken(f"这个会话由 {error.holder} 在处理，您可以看，不能同时回复。")

    async def show(
        request: Request, case: HandoverCase, *, wrong: str = "", draft: str = "", status: int = 200
    ) -> HTTPResponse:
        visitor: Visitor = request.ctx.visitor
        notes = await book.notes(case.number)
        cursor = notes[-1].id if notes else 0
        mine = case.state != "closed" and case.holder == visitor.name
        query = mask(asked(request, "q"))[0].strip() or question_of(case, notes)
        return parts.page(
            request, "chat.html", status, supervises=may(visitor.role, "figures"), gone=await absent(case), case=case,
            notes=notes, cursor=cursor, wrong=wrong, message_id=secrets.token_urlsafe(12), mine=mine, query=query,
            draft=draft or (await parts.drafts.kept(visitor.name, case.number) if mine else ""),
            masked=asked(request, "masked") == "1", sent=asked(request, "sent") == "1",
            bodies=parts.shelf.library.bodies,
            outcome=forwarding.outcome(asked(request, "forwarded"), parts.shelf.library.bodies),
            canned=canned(parts.shelf.library.hotline) if mine else (),
            offers=await offered(request, case, query) if mine else (),
        )  # fmt: skip

    async def offered(request: Request, case: HandoverCase, query: str) -> tuple[Snippet, ...]:
        """Answers to insert; a whole sentence is read with its facts, when the language model is there."""
        today, library = parts.today(request), parts.shelf.library
        heard = await parts.ear.hear(query, today, library.questions) if is_sentence(query) else None
        return answers(query, case.region, today, library, parts.shelf.index, heard) if query else ()

    async def absent(case: HandoverCase) -> str | None:
        """Who holds the case, when it is nobody who could come back to it."""
        holder = case.holder
        account = await parts.accounts.get(holder) if holder else None
        return holder if holder and (account is None or account.disabled) else None

    @door.get("/chats")
    @needs("desk")
    async def queue(request: Request, visitor: Visitor) -> HTTPResponse:
        wanted = asked(request, "number").strip().upper()
        if wanted and await book.case(wanted) is not None:
            return redirect(f"/chats/{wanted}", status=303)
        state = asked(request, "state")
        states = (state,) if state in ("waiting", "open") else ("waiting", "open")
        region = asked(request, "region") or "all"
        chosen = {"all": None, "none": ""}.get(region, region)
        newest = asked(request, "sort") == "newest"
        found = await book.count(states, chosen)
        pages = max(1, -(-found // _PER_PAGE))
        page = min(max(1, whole_number(asked(request, "page")) or 1), pages)
        cases = await book.queue(states, _PER_PAGE, (page - 1) * _PER_PAGE, region=chosen, newest=newest)
        name = "chats_list.html" if partial(request) else "chats.html"
        address = "/chats?" + urlencode({"state": state, "region": region, "sort": asked(request, "sort")})
        return parts.page(
            request, name, cases=[(case, question_of(case)) for case in cases], now=parts.now(), page=page,
            closed=await book.ended(_CLOSED_RECENTLY), pages=pages, found=found, wanted=wanted, address=address,
            waiting=await book.waiting(), running=await book.count(("open",)), state=state, region=region,
            newest=newest, regions=await book.regions(), call_backs=await parts.call_backs.count(),
        )  # fmt: skip

    @door.get("/chats/<number:str>")
    @needs("desk")
    async def one(request: Request, visitor: Visitor, number: str) -> HTTPResponse:
        case = await known(number)
        await audit.note(visitor.name, visitor.role, "case_seen", number)
        return await show(request, case)

    @door.get("/chats/<number:str>/notes")
    @needs("desk")
    async def newer(request: Request, visitor: Visitor, number: str) -> HTTPResponse:
        """What was said since `after`, and who holds the case now."""
        after = whole_number(asked(request, "after") or "0")
        if after is None:
            raise PortalBadRequest
        case = await known(number)
        notes = await book.notes(number, after)
        cursor = notes[-1].id if notes else after
        return parts.page(request, "chat_newer.html", case=case, notes=notes, cursor=cursor, gone=await absent(case))

    @door.get("/chats/<number:str>/answers")
    @needs("desk")
    async def look_up(request: Request, visitor: Visitor, number: str) -> HTTPResponse:
        """The answers beside the reply, searched anew."""
        case = await known(number)
        if not partial(request):
            return await show(request, case)
        query = mask(asked(request, "q"))[0].strip()
        return parts.page(request, "chat_answers.html", query=query, offers=await offered(request, case, query))

    @door.post("/chats/<number:str>/draft")
    @needs("desk")
    async def draft(request: Request, visitor: Visitor, number: str) -> HTTPResponse:
        """What stands in the box, kept while it is typed."""
        given = form(request)
        typed = given.get("text", "")[:_LONGEST]
        await parts.drafts.keep(visitor.name, number, mask(typed)[0], given.get("message_id", "")[:100])
        return text(f"草稿已存 {clock(parts.now())}" if typed else "")

    @door.post("/chats/<number:str>/accept")
    @needs("desk")
    async def accept(request: Request, visitor: Visitor, number: str) -> HTTPResponse:
        try:
            await book.accept(number, visitor.name, parts.now(), instead_of=await absent(await known(number)))
        except Held as error:
            return await show(request, await known(number), wrong=str(held_by(error)), status=409)
        except NoCase:
            return await show(request, await known(number), wrong="这个会话已经结束了。", status=409)
        await audit.note(visitor.name, visitor.role, "case_accepted", number)
        return redirect(f"/chats/{number}", status=303)

    @door.post("/chats/<number:str>/reply")
    @needs("desk")
    async def reply(request: Request, visitor: Visitor, number: str) -> HTTPResponse:
        given = form(request)
        typed = given.get("text", "").strip()
        said, masked = mask(typed[: _LONGEST + 1])
        case = await known(number)
        if not said or len(typed) > _LONGEST:
            return await show(request, case, wrong=f"写 1 到 {_LONGEST} 个字再发。", draft=said, status=400)
        if case.holder != visitor.name:
            who = f"由 {case.holder} 在处理" if case.holder else "还没有人接，先接手再回复"
            return await show(request, case, wrong=f"没有发出：这个会话{who}。", draft=said, status=409)
        try:
            await book.say(number, "staff", said, visitor.name, parts.now(), given.get("message_id") or None)
        except NoCase:
            return await show(request, await known(number), wrong="没有发出：会话已经结束。", draft=said, status=409)
        await parts.drafts.sent(visitor.name, number, given.get("message_id", "")[:100])
        await audit.note(visitor.name, visitor.role, "case_replied", number)
        return redirect(f"/chats/{number}?sent=1{'&masked=1' if masked else ''}", status=303)

    @door.post("/chats/<number:str>/forward")
    @needs("desk")
    async def forward(request: Request, visitor: Visitor, number: str) -> HTTPResponse:
        """Tell the parent which other body to call, and why; the case keeps the words."""
        given, bodies = form(request), parts.shelf.library.bodies
        body, reason = given.get("body", ""), mask(given.get("reason", "").strip()[: forwarding.LONGEST_REASON])[0]
        if body not in bodies or not reason:
            return await show(request, await known(number), wrong="选一个部门，写一句为什么。", status=400)
        await _mine(number, visitor)
        said = forwarding.told(body, reason, bodies)
        await book.say(number, "staff", said, visitor.name, parts.now(), given.get("message_id") or None)
        await audit.note(visitor.name, visitor.role, "case_forwarded", number)
        return redirect(f"/chats/{number}?{urlencode({'forwarded': body})}", status=303)

    @door.post("/chats/<number:str>/enroll")
    @needs("desk")
    async def enroll(request: Request, visitor: Visitor, number: str) -> HTTPResponse:
        """Start an application for the parent of this case and send them the link."""
        given = form(request)
        await _mine(number, visitor)
        case, message_id = await known(number), given.get("message_id", "")[:40]
        if await book.was_said(number, message_id):  # sent twice: another link would end the one that was sent
            return redirect(f"/chats/{number}?sent=1", status=303)
        try:
            wish = starting.wanted(given, parts.today(request), parts.board)
            started = await asyncio.to_thread(
                starting.start, parts.bureau, case.conversation, wish, key=f"desk-{number}-{message_id}",
                public_url=parts.settings.public_url,
            )  # fmt: skip
        except starting.NotStarted as error:
            return await show(request, case, wrong=str(error), status=400)
        await book.say(number, "staff", starting.told_parent(started), visitor.name, parts.now(), message_id or None)
        await audit.note(visitor.name, visitor.role, "application_started", number)
        return redirect(f"/chats/{number}?sent=1", status=303)

    @door.post("/chats/<number:str>/release")
    @needs("desk")
    async def release(request: Request, visitor: Visitor, number: str) -> HTTPResponse:
        if may(visitor.role, "figures"):
            await book.take_back(number, parts.now())
        else:
            await _mine(number, visitor)
            await book.release(number, visitor.name, parts.now())
        await audit.note(visitor.name, visitor.role, "case_released", number)
        return redirect("/chats", status=303)

    @door.post("/chats/<number:str>/close")
    @needs("desk")
    async def close(request: Request, visitor: Visitor, number: str) -> HTTPResponse:
        outcome = mask(form(request).get("outcome", "").strip()[:120])[0]
        if not outcome:
            return await show(request, await known(number), wrong="先写一句处理结果，家长会看到。", status=400)
        await _mine(number, visitor)
        await book.close_case(number, visitor.name, outcome, parts.now())
        await audit.note(visitor.name, visitor.role, "case_closed", number)
        return redirect("/chats", status=303)

    async def _mine(number: str, visitor: Visitor) -> None:
        """Raises CaseTaken when another person, or nobody, holds the unclosed case."""
        case = await known(number)
        if case.state == "closed":
            raise PortalError("这个会话已经结束了。")
        if case.holder != visitor.name:
            raise CaseTaken(f"这个会话由 {case.holder} 在处理。" if case.holder else "先接手这个会话。")

    return door
