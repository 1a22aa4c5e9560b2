"""Enrollment by class without names: upload counts, or compare lists in the browser and send only its counts."""

from typing import Annotated, Any

from pydantic import Field, TypeAdapter
from sanic import Blueprint, Request
from sanic.response import HTTPResponse, redirect

from leaflets import year_of
from policies import places
from portal.auth import needs
from portal.characters import clean
from portal.context import AppContext, Visitor
from portal.errors import PortalBadRequest
from portal.school import counts as counting
from portal.school.counts import Count
from portal.school.desk import own
from portal.school.group_pages import uploaded
from portal.school.reading import MOST_ROWS
from portal.school.roster import Bad
from portal.school.sheet_pages import region_of
from portal.sheets import download
from portal.typed import WHOLE, asked, form, whole_number


def count_pages(parts: AppContext) -> Blueprint:
    """The routes of the enrollment comparison."""
    door = Blueprint("counts")
    school = parts.school

    async def region(request: Request, visitor: Visitor) -> str:
        typed = asked(request, "region") or form(request, WHOLE).get("region", "")
        papers = await school.papers.of(own(visitor), 1)
        usual = papers[0].sheet.plan.region if papers else visitor.region or places.NATION
        found, wrong = region_of(typed, usual, parts.shelf.library)
        if wrong:
            raise PortalBadRequest(f"{wrong}。")
        return found

    def year(request: Request, place: str) -> int:
        typed = whole_number(asked(request, "year") or form(request, WHOLE).get("year", ""))
        usual = year_of(place, "小学", parts.today(request), parts.shelf.library)
        return typed if typed is not None and usual - 5 <= typed <= usual + 2 else usual

    async def page(request: Request, visitor: Visitor, status: int = 200, **more: Any) -> HTTPResponse:
        place = await region(request, visitor)
        wanted, library = year(request, place), parts.shelf.library
        counts = await school.counts.of(own(visitor), wanted)
        aim = counting.target(place, library, parts.today(request))
        known: dict[str, Any] = {"wrong": "", "bad": [], "saved": asked(request, "saved") == "1"}
        return parts.page(
            request, "school_counts.html", status, own=own(visitor), region=place, year=wanted, aim=aim,
            table=counting.table(counts, aim), counts=counts,
            reminder=counting.reminder(counts, own(visitor), wanted, library.hotline) if counts else "",
            **(known | more),
        )  # fmt: skip

    @door.get("/school/counts")
    @needs("sheets")
    async def shown(request: Request, visitor: Visitor) -> HTTPResponse:
        return await page(request, visitor)

    @door.post("/school/counts")
    @needs("sheets")
    async def save(request: Request, visitor: Visitor) -> HTTPResponse:
        """Counts of a file, or those the browser counted; anything with a name in it is refused and not stored."""
        place = await region(request, visitor)
        way = "browser" if form(request, WHOLE).get("counted") else "file"
        try:
            if way == "browser":
                counts, bad = _counted(form(request, WHOLE)["counted"]), list[Bad]()
            else:
                counts, bad = counting.read_counts(await school.tables.table(uploaded(request)))
            if not counts:
                raise PortalBadRequest("没有一行能用的人数。")
        except PortalBadRequest as error:
            return await page(request, visitor, 400, wrong=str(error))
        if bad:
            return await page(request, visitor, 400, wrong="有几行不能用，一行也没有保存。", bad=bad)
        wanted = year(request, place)
        await school.counts.replace(own(visitor), wanted, counts, way, parts.today(request))
        await parts.audit.note(visitor.name, visitor.role, "counts_saved", f"{wanted} {len(counts)} 个班 {way}")
        return redirect(f"/school/counts?saved=1&year={wanted}", status=303)

    @door.get("/school/counts.xlsx")
    @needs("sheets")
    async def exported(request: Request, visitor: Visitor) -> HTTPResponse:
        place = await region(request, visitor)
        wanted = year(request, place)
        aim = counting.target(place, parts.shelf.library, parts.today(request))
        table = counting.table(await school.counts.of(own(visitor), wanted), aim)
        await parts.audit.note(visitor.name, visitor.role, "exported", "counts.xlsx")
        return await download("counts.xlsx", [table], parts.now())

    return door


_Number = Annotated[int, Field(strict=True, ge=0, le=counting.MOST_OF_A_CLASS)]
_ROWS: TypeAdapter[list[tuple[str, str, int, int]]] = TypeAdapter(
    Annotated[
        list[tuple[Annotated[str, Field(max_length=20)], Annotated[str, Field(min_length=1, max_length=40)], _Number,
                   _Number]], Field(max_length=MOST_ROWS)
    ]
)  # fmt: skip
"""What the browser counted: [[grade, class, total, enrolled], …] as JSON."""


def _counted(text: str) -> list[Count]:
    """The counts a browser sent. Raises BadRequest for anything else."""
    try:
        counts = [Count(clean(grade), clean(name), total, enrolled) for grade, name, total, enrolled
                  in _ROWS.validate_json(text)]  # fmt: skip
    except ValueError:
        raise PortalBadRequest("浏览器送来的人数看不懂，请再比对一次。") from None
    names = [f"{c.grade} {c.name}" for c in counts]
    if any(c.enrolled > c.total or not c.name for c in counts) or len(set(names)) != len(names):
        raise PortalBadRequest("人数对不上：班级重复，或者已参保比应参保多。")
    return counts
