"""The intake's list and its door: an uploaded paper or a pasted text becomes a draft; files to take away."""

import asyncio
from typing import Any

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, raw, redirect

from policies import places
from policies.errors import LibraryError
from portal.auth import check_form, needs
from portal.clock import beijing_day
from portal.context import AppContext, Visitor
from portal.errors import NotLoggedIn, PortalBadRequest, RoleRefused, StaffPageNotFound
from portal.intake.content import DraftContent, TextMark
from portal.intake.desk import RIGHT, only_in, page
from portal.intake.drafts import STATES
from portal.intake.files import UNSIGNED, files_of, patch_of
from portal.intake.guesses import document_of
from portal.intake.numbers import NumberUnknown
from portal.intake.paper import LARGEST_PAPER, LONGEST_PAPER, PaperRefused
from portal.intake.reading_paper import read_typed
from portal.intake.recognise import installed
from portal.roles import may
from portal.sheets import named
from portal.typed import form, whole_number

WHOLE_BODY = LARGEST_PAPER + 512 * 1024


def intake_pages(parts: AppContext) -> Blueprint:
    """The routes of the list, of taking a paper in, and of one draft as a whole."""
    door = Blueprint("intake")
    desk = parts.intake

    async def start(request: Request, status: int = 200, wrong: str = "") -> HTTPResponse:
        return parts.page(request, "intake.html", status, drafts=await desk.drafts.listed(), states=STATES, wrong=wrong,
                          scans=installed(), largest=LARGEST_PAPER // 1024 // 1024)  # fmt: skip

    @door.get("/intake")
    @needs(RIGHT)
    async def listed(request: Request, visitor: Visitor) -> HTTPResponse:
        return await start(request)

    @door.post("/intake/new", stream=True)
    async def taken(request: Request) -> HTTPResponse:
        """A file, or a pasted text. The body is read only once it is known whose it is."""
        visitor: Visitor | None = request.ctx.visitor
        if visitor is None:
            raise NotLoggedIn
        if not may(visitor.role, RIGHT):
            raise RoleRefused
        request.body = await _whole(request)
        check_form(request, visitor.csrf)
        name, content = _uploaded(request)
        pasted = form(request, LONGEST_PAPER).get("text", "")
        if not content and not pasted.strip():
            return await start(request, 400, "先选一个文件，或者把正文贴进框里。")
        if content:
            draft = await desk.drafts.begin(visitor.name, DraftContent(read_from=name), parts.now(), content)
            await parts.audit.note(visitor.name, visitor.role, "intake_taken", f"{draft} {name}")
            await desk.read(draft, name, content, parts)
            return redirect(f"/intake/{draft}", status=303)
        try:
            found = await asyncio.to_thread(read_typed, pasted)
        except PaperRefused as error:
            return await start(request, 400, str(error))
        made = DraftContent(read_from="贴进来的文字", lines=found.lines, marks=tuple(map(TextMark.of, found.marks)),
                            document=document_of(found.lines))  # fmt: skip
        draft = await desk.drafts.begin(visitor.name, made, parts.now())
        await parts.audit.note(visitor.name, visitor.role, "intake_taken", f"{draft} 贴进来的文字")
        return redirect(f"/intake/{draft}", status=303)

    @door.get("/intake/<draft:str>")
    @needs(RIGHT)
    async def opened(request: Request, visitor: Visitor, draft: str) -> HTTPResponse:
        """Where the draft stands, step by step."""
        found = await desk.settled(await desk.drafts.get(draft), parts)
        kept = await desk.drafts.original(draft)
        return page(parts, request, "intake_draft.html", found, original=kept[0] if kept else "",
                    barred=visitor.name in found.barred)  # fmt: skip

    @door.post("/intake/<draft:str>/reread")
    @needs(RIGHT)
    async def reread(request: Request, visitor: Visitor, draft: str) -> HTTPResponse:
        """Read the kept file again: the portal was restarted meanwhile."""
        found, kept = await desk.drafts.get(draft), await desk.drafts.original(draft)
        only_in(found, "reading", "unread")
        if kept is None:
            raise StaffPageNotFound("文件已经不在了，请重新上传。")
        await desk.read(draft, *kept, parts)
        return redirect(f"/intake/{draft}", status=303)

    @door.get("/intake/<draft:str>/original")
    @needs(RIGHT)
    async def original(request: Request, visitor: Visitor, draft: str) -> HTTPResponse:
        kept = await desk.drafts.original(draft)
        if kept is None:
            raise StaffPageNotFound("文件已经不在了：不要了以后就删掉。")
        return raw(kept[1], content_type="application/octet-stream",
                   headers={"Content-Disposition": named(kept[0], "attachment")})  # fmt: skip

    @door.get("/intake/<draft:str>/change.patch")
    @needs(RIGHT)
    async def patch(request: Request, visitor: Visitor, draft: str) -> HTTPResponse:
        """The change for the repository: `git apply` takes it."""
        found = await desk.drafts.get(draft)
        if not found.content.document.key:
            raise PortalBadRequest("先把“文件信息”填全，才知道写到哪个文件。")
        try:
            files = files_of(found.content, found.signer or UNSIGNED, beijing_day(parts.now()))
        except (NumberUnknown, LibraryError) as error:
            raise PortalBadRequest(f"还写不成文件：{error}。") from None

        def standing(path: str) -> str | None:
            file = desk.bench.root / path
            return file.read_text("utf-8") if file.exists() and found.state != "live" else None

        await parts.audit.note(visitor.name, visitor.role, "exported", f"{draft} change.patch")
        name = named(f"{found.content.document.key}.patch", "attachment")
        return raw(patch_of(files, standing).encode(), content_type="text/x-patch; charset=utf-8",
                   headers={"Content-Disposition": name})  # fmt: skip

    @door.post("/intake/<draft:str>/again")
    @needs(RIGHT)
    async def again(request: Request, visitor: Visitor, draft: str) -> HTTPResponse:
        """A change of what is live begins with what it says now."""
        found = await desk.drafts.get(draft)
        only_in(found, "live")
        newest = await desk.drafts.live_of(found.content.document.key)
        if newest is not None and newest.id != found.id:
            raise PortalBadRequest("这不是现在上线的那一版：从最新上线的那份稿子改。")
        fresh = found.content.model_copy(update={"sent_back": None})
        made = await desk.drafts.begin(visitor.name, fresh, parts.now(), replaces=found.content.document.key)
        await parts.audit.note(visitor.name, visitor.role, "intake_taken", f"{made} 改 {found.content.document.key}")
        return redirect(f"/intake/{made}", status=303)

    @door.post("/intake/<draft:str>/discard")
    @needs(RIGHT)
    async def discard(request: Request, visitor: Visitor, draft: str) -> HTTPResponse:
        found = await desk.drafts.get(draft)
        only_in(found, "reading", "unread", "draft")
        version = whole_number(form(request).get("version", "")) or 0
        await desk.drafts.move(draft, version, "discarded", parts.now())
        await desk.drafts.forget_original(draft)
        await parts.audit.note(visitor.name, visitor.role, "intake_discarded", draft)
        return redirect("/intake", status=303)

    return door


async def _whole(request: Request) -> bytes:
    """The body of an upload, no longer than a paper. Raises PortalBadRequest."""
    body = bytearray()
    stream: Any = request.stream
    while (piece := await stream.read()) is not None:
        body += piece
        if len(body) > WHOLE_BODY:
            raise PortalBadRequest(
                f"文件最大 {LARGEST_PAPER // 1024 // 1024} MB。扫描件请降到 200 dpi、黑白，或只留通知正文那几页再传。"
            )
    return bytes(body)


def _uploaded(request: Request) -> tuple[str, bytes]:
    """Name and content of the file of a form; empty where none was chosen."""
    files: Any = request.files or {}
    found = files.get("file")
    return (str(found.name)[:100], bytes(found.body)) if found is not None and found.body else ("", b"")


def place_name(region: str) -> str:
    """A region as it is typed."""
    return places.full_name(region) if places.get(region) else ""
