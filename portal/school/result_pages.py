"""The results of the school desk: figures as chart, table and spreadsheet, all from the same rows."""

from datetime import timedelta

from sanic import Blueprint, Request
from sanic.response import HTTPResponse

from portal.auth import needs
from portal.clock import beijing
from portal.context import AppContext, Visitor
from portal.errors import StaffPageNotFound
from portal.figures import Table
from portal.school import results
from portal.school.desk import own
from portal.sheets import download

_DAYS = 400
"""Days the results look back: a school year and the one before its payment window."""


def result_pages(parts: AppContext) -> Blueprint:
    """The routes of the results."""
    door = Blueprint("results")
    school = parts.school

    async def tables(request: Request, visitor: Visitor) -> dict[str, Table]:
        whose = own(visitor)
        groups = [group for group in await school.groups.of(whose) if not group.for_tests]
        papers = await school.papers.of(whose, 200)
        campaigns = await school.campaigns.of(whose, 200)
        deliveries = [d for one in campaigns for d in await school.campaigns.deliveries(one.id)]
        scans = await parts.casebook.scans(beijing(parts.now()).date() - timedelta(days=_DAYS))
        leaflets = {paper.sheet.scene.rsplit(".", 1)[1] for paper in papers}
        made = (
            results.by_class(groups, deliveries, scans), results.by_sheet(papers, scans),
            results.asked(scans, parts.shelf.library, leaflets),
            results.by_campaign(campaigns, {p.id: p.name for p in papers},
                                await school.campaigns.counts([c.id for c in campaigns])),
        )  # fmt: skip
        return {table.key: table for table in made}

    @door.get("/school/results")
    @needs("sheets")
    async def shown(request: Request, visitor: Visitor) -> HTTPResponse:
        return parts.page(request, "school_results.html", tables=await tables(request, visitor), now=parts.now(),
                          own=own(visitor))  # fmt: skip

    @door.get("/school/results/<name:str>")
    @needs("sheets")
    async def exported(request: Request, visitor: Visitor, name: str) -> HTTPResponse:
        found, key = await tables(request, visitor), name.removesuffix(".xlsx")
        if not name.endswith(".xlsx") or (key != "all" and key not in found):
            raise StaffPageNotFound
        chosen = list(found.values()) if key == "all" else [found[key]]
        await parts.audit.note(visitor.name, visitor.role, "exported", name)
        return await download(name, chosen, parts.now())

    return door
