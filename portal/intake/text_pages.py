"""The paper's text with its doubtful places, each settled in its line; and what paper it is."""

import re
import unicodedata

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, redirect

from policies.errors import LibraryError
from portal.auth import needs
from portal.context import AppContext, Visitor
from portal.errors import PortalBadRequest
from portal.intake.content import DraftContent, DraftDocument, Repair, RepairKind, TextMark
from portal.intake.desk import RIGHT, page, saved
from portal.intake.drafts import IntakeDraft
from portal.intake.files import prefix_of
from portal.intake.guesses import document_of, key_of
from portal.intake.pages import place_name
from portal.regions import find_places
from portal.typed import form, read_day, whole_number

_LONGEST = 2000
"""Characters of a repaired line's new words."""
_YEAR = re.compile("(?:20[0-9]{2}|二[〇○零][〇○零一二三四五六七八九]{2})年")
_ANNUAL = re.compile(f"{_YEAR.pattern}度")
KINDS: dict[str, RepairKind] = {"ocr": "ocr", "spam": "spam", "linebreak": "linebreak", "traditional": "traditional",
                                "duplicate": "duplicate", "typo": "typo"}  # fmt: skip


def text_pages(parts: AppContext) -> Blueprint:
    """The routes of the first two steps."""
    door = Blueprint("intake_text")
    desk = parts.intake

    @door.get("/intake/<draft:str>/text")
    @needs(RIGHT)
    async def text(request: Request, visitor: Visitor, draft: str) -> HTTPResponse:
        return shown(request, await desk.drafts.get(draft))

    def shown(request: Request, found: IntakeDraft, status: int = 200, wrong: str = "") -> HTTPResponse:
        content = found.content
        marks: dict[int, list[tuple[int, TextMark]]] = {}
        for number, mark in enumerate(content.marks):
            marks.setdefault(mark.line, []).append((number, mark))
        repairs: dict[int, list[tuple[int, Repair]]] = {}
        for number, repair in enumerate(content.repairs):
            repairs.setdefault(repair.line, []).append((number, repair))
        return page(parts, request, "intake_text.html", found, status, marks=marks, repairs=repairs, wrong=wrong)

    @door.post("/intake/<draft:str>/text")
    @needs(RIGHT)
    async def settle(request: Request, visitor: Visitor, draft: str) -> HTTPResponse:
        """One doubtful place or one line: right as it is, other words, joined with the next, dropped, or undone."""
        found = await desk.drafts.get(draft)
        given = form(request)
        try:
            changed = settled(found.content, given, visitor.name)
            text = changed.text()
            if not changed.document.key:  # nobody has confirmed what was guessed
                changed = changed.model_copy(update={"document": document_of(text.splitlines())})
        except PortalBadRequest as error:
            return shown(request, found, 400, str(error))
        except LibraryError as error:
            return shown(request, found, 400, f"没有存：{error}。把“原来的字”写长一点，让它在这一行只有一处。")
        await saved(parts, request, visitor, found, changed)
        line = whole_number(given.get("line", "")) or 1
        return redirect(f"/intake/{draft}/text#line-{line}", status=303)

    @door.get("/intake/<draft:str>/document")
    @needs(RIGHT)
    async def document(request: Request, visitor: Visitor, draft: str) -> HTTPResponse:
        found = await desk.drafts.get(draft)
        paper = found.content.document
        return page(parts, request, "intake_document.html", found, paper=paper, place=place_name(paper.region),
                    lasting=False)  # fmt: skip

    @door.post("/intake/<draft:str>/document")
    @needs(RIGHT)
    async def describe(request: Request, visitor: Visitor, draft: str) -> HTTPResponse:
        found = await desk.drafts.get(draft)
        given = form(request)
        taken = [*parts.shelf.library.sources, *(one.content.document.key for one in await desk.drafts.listed()
                                                 if one.id != draft)]  # fmt: skip
        try:
            paper = described(given, found.content.document, taken, fixed=bool(found.replaces),
                              text=found.content.text_or_raw())  # fmt: skip
        except PortalBadRequest as error:
            typed = {**found.content.document.model_dump(), **{name: value for name, value in given.items()
                     if name in ("number", "title", "issued_on", "annual_year", "annual_from", "effective")},
                     "issuers": tuple(given.get("issuers", "").split("、"))}  # fmt: skip
            return page(parts, request, "intake_document.html", found, 400, paper=typed, wrong=str(error),
                        place=given.get("region", ""), lasting=bool(given.get("lasting")))  # fmt: skip
        await saved(parts, request, visitor, found, renamed(found.content, paper))
        return redirect(f"/intake/{draft}/clauses", status=303)

    return door


def settled(content: DraftContent, given: dict[str, str], who: str) -> DraftContent:
    """The content with one place settled as a form says. Raises PortalBadRequest."""
    act, number = given.get("act", ""), whole_number(given.get("mark", ""))
    if number is not None and number >= len(content.marks):
        raise PortalBadRequest("没有这一处，请刷新。")
    if act == "undo":
        return _undone(content, whole_number(given.get("repair", "")))
    line = content.marks[number].line if number is not None else whole_number(given.get("line", "")) or 0
    if not 0 < line <= len(content.lines):
        raise PortalBadRequest("没有这一行，请刷新。")
    if act == "right":
        return _marked(content, number, f"{who}：没问题")
    kind = content.marks[number].kind if number is not None else KINDS.get(given.get("kind", ""), "typo")
    reason = content.marks[number].reason if number is not None else "对照原件改"
    if act == "join":
        if line >= len(content.lines):
            raise PortalBadRequest("这是最后一行，没有下一行可接。")
        repair = Repair(line=line, how="join", kind="linebreak", reason="一句话断成两行，接上", by=who)
    elif act == "drop":
        repair = Repair(line=line, how="drop", kind="spam", reason="不是正文，删掉", by=who)
    else:
        before, after = given.get("before", ""), given.get("after", "")
        if not before.strip() or len(after) > _LONGEST:
            raise PortalBadRequest("写上原来的字，从这一行里抄。")
        if before == after:
            return _marked(content, number, f"{who}：没问题")
        repair = Repair(line=line, how="words", before=before, after=after, kind=kind, reason=reason, by=who)
    changed = content.model_copy(update={"repairs": (*content.repairs, repair)})
    return _marked(changed, number, f"{who}：改过")


def _marked(content: DraftContent, number: int | None, words: str) -> DraftContent:
    if number is None:
        return content
    marks = list(content.marks)
    marks[number] = marks[number].model_copy(update={"settled": words})
    return content.model_copy(update={"marks": tuple(marks)})


def _undone(content: DraftContent, number: int | None) -> DraftContent:
    """Without that repair; the doubts about its line are open again."""
    if number is None or number >= len(content.repairs):
        raise PortalBadRequest("没有这一处修改，请刷新。")
    line = content.repairs[number].line
    repairs = tuple(repair for at, repair in enumerate(content.repairs) if at != number)
    marks = tuple(mark.model_copy(update={"settled": ""}) if mark.line == line else mark for mark in content.marks)
    return content.model_copy(update={"repairs": repairs, "marks": marks})


def described(
    given: dict[str, str], before: DraftDocument, taken: list[str], fixed: bool, text: str = ""
) -> DraftDocument:
    """What the form says of the paper, whose words are `text`. Raises PortalBadRequest with what is missing."""
    number, title = (" ".join(given.get(name, "").split()) for name in ("number", "title"))
    issuers = tuple(" ".join(part.split()) for part in given.get("issuers", "").split("、") if part.strip())
    if not number or not title or not issuers:
        raise PortalBadRequest("文号、标题、发文机关都要填；文件没有文号的，文号写“无文号”。")
    typed = given.get("region", "").strip()
    found = find_places(typed)
    if len(found) != 1:
        raise PortalBadRequest(f"地区没认出来：“{typed[:20]}”{'有几个，写上省' if found else '写省、市或区县的名字'}。")
    if fixed and found[0] != before.region:
        raise PortalBadRequest("改已上线的文件不能换地区。")
    days = {name: given.get(name, "").strip() for name in ("issued_on", "annual_from", "effective")}
    for name, label in (("issued_on", "成文日期"), ("annual_from", "从哪天起收"), ("effective", "从哪天起施行")):
        if days[name] and read_day(days[name]) is None:
            raise PortalBadRequest(f"{label}不是日期，写成 2026-08-20 这样；文件没写就空着。")
    year = whole_number(given.get("annual_year", "").strip())
    if given.get("annual_year", "").strip() and (year is None or not 2000 < year < 2100):
        raise PortalBadRequest("年度写四位数，如 2027；长期有效的空着。")
    _check_lasting(year, bool(given.get("lasting")), title, text)
    if year and not days["annual_from"]:
        days["annual_from"] = days["issued_on"]
    if year and not days["annual_from"]:
        raise PortalBadRequest("只管一个年度的文件，要写从哪天起收那一年的钱（文件没写就用成文日期）。")
    if year and days["annual_from"] > f"{year}-12-31":
        raise PortalBadRequest(f"从哪天起收，不能晚于{year}年的最后一天：看看年度和日期哪个写错了。")
    paper = DraftDocument(
        key=before.key, number=number, title=title, region=found[0], issuers=issuers,
        issued_on=days["issued_on"] or None,
        annual_year=year, annual_from=days["annual_from"] or None if year else None,
        effective=days["effective"] or None if not year else None,
    )  # fmt: skip
    return paper if fixed else paper.model_copy(update={"key": key_of(paper, taken)})


def _check_lasting(year: int | None, lasting: bool, title: str, text: str) -> None:
    """A paper that names a year answers for ever only where somebody ticked that. Raises PortalBadRequest."""
    if year and lasting:
        raise PortalBadRequest("填了年度，又勾了“长期有效”：只留一个。")
    headed, said = (unicodedata.normalize("NFKC", "".join(words.split())) for words in (title, text))
    named = _YEAR.search(headed) or _ANNUAL.search(said)
    if named and not year and not lasting:
        raise PortalBadRequest(f"文件里写着“{named.group()}”：只管一个年度的，填上年度；不是的，勾上“长期有效”。")


def renamed(content: DraftContent, paper: DraftDocument) -> DraftContent:
    """The content with this document; ids that begin with the old name begin with the new one."""
    old, new = (prefix_of(one.key) for one in (content.document, paper))
    changed = content.model_copy(update={"document": paper})
    if not old or old == new:
        return changed
    text = changed.model_dump_json().replace(f'"{old}-', f'"{new}-').replace(
        f'"{content.document.key}.', f'"{paper.key}.')  # fmt: skip
    return DraftContent.model_validate_json(text)
