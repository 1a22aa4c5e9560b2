"""Class groups: the list, import with a dry run, errors to download, pausing. A robot's key is never written out."""

from typing import Any

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, redirect

from portal.auth import needs
from portal.context import AppContext, Visitor
from portal.errors import PortalBadRequest
from portal.figures import Table
from portal.school.desk import own
from portal.school.groups import DryRun
from portal.school.roster import COLUMNS, Bad, read_roster
from portal.sheets import download
from portal.typed import WHOLE, asked, form, lists, whole_number

_MARK_PAUSE = 600
"""Seconds between two changes of what is for tests: else tests would go through one class after another."""


def group_pages(parts: AppContext) -> Blueprint:
    """The routes of the class groups."""
    door = Blueprint("groups")
    groups = parts.school.groups

    @door.get("/school/groups")
    @needs("sheets")
    async def listed(request: Request, visitor: Visitor) -> HTTPResponse:
        return await page(request, visitor)

    async def page(request: Request, visitor: Visitor, status: int = 200, **more: Any) -> HTTPResponse:
        known: dict[str, Any] = {"run": None, "sealed": "", "wrong": "", "taken": asked(request, "taken"),
                                 "columns": list(COLUMNS.values())}  # fmt: skip
        return parts.page(request, "school_groups.html", status, groups=await groups.of(own(visitor)), own=own(visitor),
                          **(known | more))  # fmt: skip

    @door.post("/school/groups/import")
    @needs("sheets")
    async def rehearse(request: Request, visitor: Visitor) -> HTTPResponse:
        """The dry run: what would be new, changed, the same, and which rows cannot be taken. Nothing is stored."""
        try:
            run = await groups.compare(own(visitor), read_roster(await parts.school.tables.table(uploaded(request))))
        except PortalBadRequest as error:
            return await page(request, visitor, 400, wrong=str(error))
        return await page(request, visitor, run=run, sealed=groups.seal(own(visitor), run))

    @door.post("/school/groups/confirm")
    @needs("sheets")
    async def confirm(request: Request, visitor: Visitor) -> HTTPResponse:
        classes = groups.unseal(own(visitor), form(request, WHOLE).get("sealed", ""))
        touched = await groups.take(own(visitor), classes, parts.now())
        await parts.audit.note(visitor.name, visitor.role, "groups_imported", f"{len(classes)} 行，改动 {touched} 行")
        return redirect(f"/school/groups?taken={touched}", status=303)

    @door.post("/school/groups/errors")
    @needs("sheets")
    async def errors(request: Request, visitor: Visitor) -> HTTPResponse:
        """The rows that were refused, as a table to work through; without any robot's address."""
        given = lists(request)
        columns = zip(given.get("row", ()), given.get("shown", ()), given.get("reason", ()))
        rows = [Bad(number, shown, reason) for row, shown, reason in columns
                if (number := whole_number(row)) is not None]  # fmt: skip
        table = Table(
            "errors", "没有导入的行", ("行号", "班级", "原因"), tuple((b.row, b.shown, b.reason) for b in rows)
        )
        return await download("班级群-没有导入的行.xlsx", [table], parts.now())

    @door.post("/school/groups/<group:str>")
    @needs("sheets")
    async def pause(request: Request, visitor: Visitor, group: str) -> HTTPResponse:
        """Stop or go on with one group, or make it the place for tests."""
        act = form(request).get("act", "")
        if act in ("test", "class"):
            return await mark(request, visitor, group, act == "test")
        going_on = act == "resume"
        found = await groups.pause(group, own(visitor), None if going_on else f"{visitor.name} 暂停", parts.now())
        what = "group_resumed" if going_on else "group_paused"
        await parts.audit.note(visitor.name, visitor.role, what, f"{found.id} {found.label}")
        return redirect("/school/groups", status=303)

    async def mark(request: Request, visitor: Visitor, group: str, for_tests: bool) -> HTTPResponse:
        try:
            if not await parts.sessions.once(f"test groups {own(visitor)}", _MARK_PAUSE):
                raise PortalBadRequest("测试群刚刚改过，过十分钟再改。")
            found = await groups.mark(group, own(visitor), for_tests, parts.now())
        except PortalBadRequest as error:
            return await page(request, visitor, 400, wrong=str(error))
        await parts.audit.note(visitor.name, visitor.role, "group_marked", f"{found.id} {found.label} {for_tests}")
        return redirect("/school/groups", status=303)

    @door.get("/school/groups/template.xlsx")
    @needs("sheets")
    async def template(request: Request, visitor: Visitor) -> HTTPResponse:
        """The empty list with its columns; a title row above them is read past."""
        table = Table("template", "班级群名单（填好以后在“班级群”页导入）", tuple(COLUMNS.values()), ())
        return await download("班级群名单-空表.xlsx", [table], parts.now())

    @door.get("/school/groups.xlsx")
    @needs("sheets")
    async def exported(request: Request, visitor: Visitor) -> HTTPResponse:
        rows = tuple((g.grade, g.name, g.group_name, g.head_count or "", g.shown, g.paused or "") for g in
                     await groups.of(own(visitor)))  # fmt: skip
        table = Table("groups", "班级群", ("年级", "班级", "群名", "人数", "机器人", "停用原因"), rows)
        await parts.audit.note(visitor.name, visitor.role, "exported", "groups.xlsx")
        return await download(f"班级群-{own(visitor)}.xlsx", [table], parts.now())

    return door


def uploaded(request: Request) -> bytes:
    """The one file of a form. Raises BadRequest."""
    files: Any = request.files or {}
    found = files.get("file")
    if found is None or not found.body:
        raise PortalBadRequest("先选一个文件。")
    return bytes(found.body)


def refused(run: DryRun) -> int:
    """How many rows of a dry run are not taken."""
    return len(run.bad)
