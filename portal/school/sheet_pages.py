"""Making a leaflet: choose, see it as it will be printed, keep it; and its files. The school's start page."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from ipaddress import ip_address
from urllib.parse import urlsplit

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, raw, redirect

from leaflets import (
    FORMS,
    LIMIT,
    STAGES,
    LeafletError,
    Plan,
    SchoolWords,
    Sheet,
    SheetQuestion,
    TooLong,
    compose_sheet,
    group_text,
    offers,
    pdf,
    png,
    suggested,
    year_of,
)
from leaflets.message import size as bytes_of
from leaflets.plan import IN_A_LETTER
from leaflets.render import pages as page_count
from leaflets.render_queue import PRESS
from policies import places
from policies.library import Library
from portal.auth import needs
from portal.context import AppContext, Visitor
from portal.errors import PortalBadRequest, StaffPageNotFound
from portal.regions import find_places
from portal.school.desk import own, seen
from portal.school.next_step import next_step
from portal.school.papers import StoredLeaflet, outdated
from portal.school.rhythm import suggestions
from portal.sheets import named
from portal.typed import all_asked, asked, lists, whole_number

_FILES = {"a4.pdf": ("pdf", "standard"), "large.pdf": ("pdf", "large"), "phone.png": ("png", "phone"),
          "a4.png": ("png", "standard")}  # fmt: skip


@dataclass(frozen=True)
class Making:
    """A leaflet being made: what was chosen, what can be chosen, and what came of it. `year` is 0 until a region tells
    which one is paid for."""

    region: str
    place: str
    stage: str
    year: int
    form: str
    chosen: tuple[str, ...]
    words: SchoolWords
    offers: tuple[SheetQuestion, ...]
    sheet: Sheet | None
    message: str
    problems: tuple[str, ...]
    fits: str

    @property
    def size(self) -> int:
        """Bytes of the group message."""
        return bytes_of(self.message)


def sheet_pages(parts: AppContext) -> Blueprint:
    """The routes of the leaflets."""
    door = Blueprint("sheets")
    school = parts.school

    @door.get("/school")
    @needs("sheets")
    async def start(request: Request, visitor: Visitor) -> HTTPResponse:
        papers = await school.papers.of(seen(visitor))
        campaigns = await school.campaigns.of(seen(visitor))
        library, today = parts.shelf.library, parts.today(request)
        usual = papers[0].sheet.plan.region if papers else visitor.region or ""
        region, wrong = region_of(asked(request, "region"), usual, library)
        groups = await school.groups.of(own(visitor))
        mine = [c for c in campaigns if c.school == own(visitor)]
        return parts.page(
            request, "school.html", papers=papers, campaigns=campaigns, own=own(visitor), region=region,
            old={p.id: outdated(p, library) for p in papers},
            counts=await school.campaigns.counts([c.id for c in campaigns]),
            names={p.id: p.name for p in papers}, wrong=wrong or "", today=today, now=parts.now(),
            occasions=suggestions(region, "小学", today, library) if region else [],
            groups=groups, waiting=[c for c in campaigns if c.state == "submitted"],
            step=next_step(groups, [p for p in papers if p.school == own(visitor)], mine),
        )  # fmt: skip

    @door.get("/school/sheets/new")
    @needs("sheets")
    async def begin(request: Request, visitor: Visitor) -> HTTPResponse:
        given: dict[str, list[str]] = all_asked(request)
        if asked(request, "from"):
            paper = await school.papers.get(asked(request, "from"), seen(visitor))
            plan = paper.sheet.plan
            given = {"region": [places.full_name(plan.region)], "stage": [plan.stage], "form": [plan.form],
                     "q": list(plan.questions), "asked": ["1"]} | given  # fmt: skip
        made = await PRESS.do(_make, given, visitor, parts.shelf.library, parts.today(request), parts)
        return parts.page(
            request, "school_sheet_new.html", made=made, limit=LIMIT, local=local_host(parts.settings.public_url)
        )

    @door.post("/school/sheets/new")
    @needs("sheets")
    async def make(request: Request, visitor: Visitor) -> HTTPResponse:
        """Show it anew with what was changed, or keep it."""
        given = lists(request)
        library = parts.shelf.library
        made = await PRESS.do(_make, given, visitor, library, parts.today(request), parts)
        if given.get("act") != ["save"]:
            return parts.page(
                request, "school_sheet_new.html", made=made, limit=LIMIT, local=local_host(parts.settings.public_url)
            )
        if made.sheet is None or made.problems:
            return parts.page(
                request,
                "school_sheet_new.html",
                400,
                made=made,
                limit=LIMIT,
                local=local_host(parts.settings.public_url),
            )
        paper = await school.papers.keep(own(visitor), visitor.name, made.sheet, library, parts.now())
        await parts.audit.note(visitor.name, visitor.role, "sheet_made", f"{paper.id} {paper.sheet.scene}")
        return redirect(f"/school/sheets/{paper.id}", status=303)

    @door.get("/school/sheets/<paper:str>")
    @needs("sheets")
    async def shown(request: Request, visitor: Visitor, paper: str) -> HTTPResponse:
        found = await school.papers.get(paper, seen(visitor))
        text, too_long = "", ""
        try:
            text = group_text(found.sheet)
        except TooLong as error:
            too_long = str(error)
        before = await school.papers.before(found)
        return parts.page(
            request, "school_sheet.html", paper=found, text=text, size=bytes_of(text), too_long=too_long, limit=LIMIT,
            old=outdated(found, parts.shelf.library), before=before, own=own(visitor),
            local=local_host(parts.settings.public_url),
        )  # fmt: skip

    @door.get("/school/sheets/<paper:str>/<file:str>")
    @needs("sheets")
    async def file(request: Request, visitor: Visitor, paper: str, file: str) -> HTTPResponse:
        found = await school.papers.get(paper, seen(visitor))
        if file not in _FILES:
            raise StaffPageNotFound
        kind, size = _FILES[file]
        try:
            content = await PRESS.do(pdf if kind == "pdf" else png, found.sheet, size)
        except LeafletError as error:
            raise PortalBadRequest(str(error)) from None
        name = file_name(found, size, kind)
        return raw(content, content_type="application/pdf" if kind == "pdf" else "image/png",
                   headers={"Content-Disposition": named(name, "inline")})  # fmt: skip

    return door


def local_host(address: str) -> str:
    """The host of an address that leads to this very machine and nowhere else; else nothing."""
    host = urlsplit(address).hostname or ""
    local = host == "localhost" or host.endswith(".localhost")
    with suppress(ValueError):
        local = local or ip_address(host).is_loopback
    return host if local else ""


def file_name(paper: StoredLeaflet, size: str, kind: str) -> str:
    """南京-小学-明白纸-2027年度-大字版.pdf: a file that says what it is wherever it lies."""
    plan, sizes = paper.sheet.plan, {"standard": "A4", "large": "大字版", "phone": "手机图片"}
    place = places.get(plan.region)
    where = places.short_name(place.name) if place else "全国"
    return f"{where}-{plan.stage}-{FORMS[plan.form]}-{plan.year}年度-{sizes[size]}.{kind}"


def region_of(typed: str, usual: str, library: Library) -> tuple[str, str | None]:
    """A place as it is typed (name, with the province before it, pinyin, code): (its code, why it is none).

    Nothing typed, or nothing understood: the `usual` one, which is empty where nobody said any.
    """
    if not typed.strip():
        return usual, None
    found = find_places(typed.strip(), library.regions())
    if len(found) == 1:
        return found[0], None
    if not found:
        return usual, f"没有认出“{typed.strip()[:20]}”，写省、市或区县的名字"
    return usual, f"“{typed.strip()[:20]}”有几个：{'、'.join(places.full_name(code) for code in found[:4])}，写全一点"


def _make(given: dict[str, list[str]], visitor: Visitor, library: Library, day: date, parts: AppContext) -> Making:
    def one(name: str, default: str = "") -> str:
        return str((given.get(name) or [default])[0]).strip()

    region, wrong = region_of(one("region"), visitor.region or "", library)
    stage = one("stage") if one("stage") in STAGES else "小学"
    form = one("form") if one("form") in FORMS else "notice"
    words = SchoolWords(one("greeting"), one("signature", visitor.school or ""), one("contact"))
    if not region:
        return Making("", one("region"), stage, whole_number(one("year")) or 0, form, (), words, (), None, "",
                      (wrong or "先写孩子在哪里参保：省、市或区县。各地规定不同，不能借用。",), "")  # fmt: skip
    year = whole_number(one("year")) or year_of(region, stage, day, library)
    year = min(max(year, day.year - 4), day.year + 3)
    plan = Plan(region, stage, year, (), form, day)
    possible = tuple(offers(plan, library))
    free = [offer.intent for offer in possible if not offer.reason]
    same = one("was") in ("", f"{region}/{stage}/{year}/{form}")
    asked = given.get("q", []) if one("asked") and same else _to_begin_with(stage, form, free)
    chosen = tuple(intent for intent in free if intent in asked)
    plan = replace(plan, questions=chosen)
    problems, fits, message, sheet = [wrong] if wrong else [], "", "", None
    if form == "poster" and len(chosen) > 1:
        problems.append(f"海报只说一件事：现在选了 {len(chosen)} 个问题，请只留一个。")
    if form == "letter" and len(chosen) > IN_A_LETTER:
        problems.append(
            f"一封信最多 {IN_A_LETTER} 段：现在选了 {len(chosen)} 个问题，请留 {IN_A_LETTER} 个，其余扫码能问。"
        )
    try:
        sheet = compose_sheet(plan, library, parts.settings.public_url, words)
        message = group_text(sheet) if form == "message" else _message_or_nothing(sheet)
        if form != "message":
            count, large = page_count(sheet), page_count(sheet, "large")
            fits = f"标准字 {count} 页，大字 {large} 页"
    except LeafletError as error:
        problems += list(getattr(error, "reasons", (str(error),)))
    return Making(region, places.full_name(region), stage, year, form, chosen, words, possible, sheet, message,
                  tuple(problems), fits)  # fmt: skip


def _to_begin_with(stage: str, form: str, free: list[str]) -> list[str]:
    """The questions asked first; of those that cannot be printed here the place goes to the next one."""
    first = [intent for intent in suggested(stage) if intent in free]
    if form == "letter":
        return first[:IN_A_LETTER]
    one = [intent for intent in (*suggested(stage, form), *first, *free) if intent in free]
    return one[:1] if form == "poster" else first


def _message_or_nothing(sheet: Sheet) -> str:
    """A paper may be too long for a group message and still be printed."""
    try:
        return group_text(sheet)
    except TooLong:
        return ""


@dataclass(frozen=True)
class Change:
    """One line of the comparison with the leaflet before: `sign` is ＝, －, or ＋."""

    sign: str
    text: str


def compared(before: Sheet, now: Sheet) -> list[Change]:
    """What changed, line by line, in reading order."""
    old, new = list(before.texts()), list(now.texts())
    found: list[Change] = []
    for tag, a, b, c, d in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [Change("＝", text) for text in old[a:b]]
        else:
            found += [Change("－", text) for text in old[a:b]] + [Change("＋", text) for text in new[c:d]]
    return found
