"""The supervisor's pages: figures with their spreadsheets, drafts for the policy people, the policy version."""

import asyncio
from datetime import timedelta
from urllib.parse import urlencode

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, raw, redirect

from portal import figures
from portal.auth import needs
from portal.clock import day_start
from portal.context import AppContext, Visitor
from portal.drafts import draft
from portal.errors import PortalBadRequest, StaffPageNotFound
from portal.figures import Table
from portal.review import outcomes
from portal.sheets import download
from portal.typed import asked, lists, whole_number
from portal.waiting_questions import chosen, grouped, page_of

_WEEK = timedelta(days=7)


def figure_pages(parts: AppContext) -> Blueprint:
    """The routes of the supervisor."""
    door = Blueprint("figures")

    async def tables(request: Request) -> dict[str, Table]:
        """Every figure by its key, all of one moment."""
        today, library = parts.today(request), parts.shelf.library
        begin = day_start(today) - timedelta(days=figures.DAYS - 1)
        calls = await parts.calls.since(begin)
        lookups = await parts.calls.lookups(day_start(today) - _WEEK)
        questions, thumbs = await parts.casebook.questions(), await parts.casebook.thumbs(begin)
        cases = await parts.casebook.handled(begin)
        talks = await parts.talks.of(figures.last_days(today), figures.CHANNEL_NAMES)
        samples = await parts.sample.drawn((await parts.sample.weeks(parts.now()))[: outcomes.WEEKS])

        called = await parts.casebook.would_have_called().since(figures.last_days(today)[0])

        def made() -> tuple[Table, ...]:
            return (
                figures.by_hour(calls, today), figures.by_day(calls, today), figures.top_questions(lookups, library),
                figures.unanswered_kinds(questions), figures.unanswered(grouped(questions, library)),
                figures.thumbs(thumbs, library), figures.talks_by_day(talks, cases, today),
                figures.handed_over(cases, today),
                figures.silent_cells(lookups, questions, library), figures.documents(library, today),
                figures.changed_answers(calls, library), figures.coverage(library, today),
                outcomes.accuracy(samples), outcomes.outcomes(talks, cases, thumbs, called),
                outcomes.handover_reasons(cases),
            )  # fmt: skip

        return {table.key: table for table in await asyncio.to_thread(made)}

    @door.get("/figures")
    @needs("figures")
    async def shown(request: Request, visitor: Visitor) -> HTTPResponse:
        await parts.audit.note(visitor.name, visitor.role, "figures_seen")
        questions, found = await parts.casebook.questions(), await tables(request)
        kind, region = asked(request, "kind"), asked(request, "region")
        groups = grouped(chosen(questions, kind, region), parts.shelf.library)
        here, page, pages = page_of(groups, whole_number(asked(request, "page")) or 1)
        address = "/figures?" + urlencode({"kind": kind, "region": region})
        return parts.page(request, "figures.html", tables=found, groups=here, page=page, pages=pages, kind=kind,
                          region=region, address=address, many=len(groups), any=bool(questions),
                          regions=sorted({one.region or "none" for one in questions}),
                          stale=parts.shelf.stale, now=parts.now(), reloaded=asked(request, "reloaded") == "1",
                          drafted=asked(request, "drafted"))  # fmt: skip

    @door.get(r"/figures/<name:str>")
    @needs("figures")
    async def exported(request: Request, visitor: Visitor, name: str) -> HTTPResponse:
        found = await tables(request)
        key = name.removesuffix(".xlsx")
        if not name.endswith(".xlsx") or (key != "all" and key not in found):
            raise StaffPageNotFound
        chosen = list(found.values()) if key == "all" else [found[key]]
        await parts.audit.note(visitor.name, visitor.role, "exported", name)
        return await download(name, chosen, parts.now())

    @door.post("/figures/draft")
    @needs("figures")
    async def drafted(request: Request, visitor: Visitor) -> HTTPResponse:
        """The chosen questions as one YAML file; they leave the list once the file was made."""
        ids = {whole_number(one) for given in lists(request).get("id", ()) for one in given.split()}
        wanted = [q for q in await parts.casebook.questions() if q.id in ids]
        if not wanted:
            raise PortalBadRequest("先选至少一个还没有导出的问题。")
        content = await asyncio.to_thread(draft, wanted, visitor.name, parts.today(request), parts.shelf.library)
        await parts.casebook.mark([q.id for q in wanted], "exported")
        await parts.audit.note(visitor.name, visitor.role, "draft", "、".join(str(q.id) for q in wanted))
        name = f"draft-{parts.today(request).isoformat()}-{wanted[0].id}.yml"
        return raw(content.encode(), content_type="application/yaml; charset=utf-8",
                   headers={"Content-Disposition": f'attachment; filename="{name}"'})  # fmt: skip

    @door.post("/figures/reload")
    @needs("figures")
    async def reload(request: Request, visitor: Visitor) -> HTTPResponse:
        before = parts.shelf.library.stamp
        after = parts.shelf.reload()
        await parts.audit.note(visitor.name, visitor.role, "reloaded", f"{before} → {after}")
        return redirect("/figures?reloaded=1#version", status=303)

    return door
