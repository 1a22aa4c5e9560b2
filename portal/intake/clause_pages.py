"""Clauses: a sentence picked from the text beside, taken verbatim, with the questions it answers."""

import re
from dataclasses import dataclass
from typing import get_args

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, redirect

from policies.library import Library
from policies.schema import Force
from portal.auth import needs
from portal.context import AppContext, Visitor
from portal.errors import PortalBadRequest
from portal.intake.content import DraftClause, DraftContent
from portal.intake.desk import RIGHT, page, saved
from portal.intake.drafts import IntakeDraft
from portal.intake.files import prefix_of
from portal.intake.guesses import FORCES, SOFT, force_of, place_of, questions_of, sentences
from portal.intake.numbers import cuts_number
from portal.typed import all_asked, asked, form, lists

_LONGEST_GIST = 80
_NUMERAL = "[一二三四五六七八九十百\\d]{1,3}"
_NUMBERED = rf"(?:{_NUMERAL}[、.．]|第{_NUMERAL}[条章节]|[（(]{_NUMERAL}[）)])"
_ENDS = re.compile(rf"[。！？!?]|[；;][^\S\n]*\n|(?<![^\n]){_NUMBERED}[^\n。]{{0,16}}(?<![：:，、；;])\n")
"""Where a sentence ends: a full stop, an item of a list, a heading."""


@dataclass(frozen=True)
class TextSentence:
    """A sentence of the text that can be taken; `taken`: it is a clause already."""

    number: int
    text: str
    taken: bool


def clause_pages(parts: AppContext) -> Blueprint:
    """The routes of the clauses."""
    door = Blueprint("intake_clauses")
    desk = parts.intake

    def shown(
        request: Request,
        found: IntakeDraft,
        form_of: DraftClause | None,
        status: int = 200,
        wrong: str = "",
        more: str = "",
    ) -> HTTPResponse:
        return page(parts, request, "intake_clauses.html", found, status, wrong=wrong, paragraphs=pieces(found.content),
                    one=form_of, more=more, forces=FORCES, soft=SOFT)  # fmt: skip

    @door.get("/intake/<draft:str>/clauses")
    @needs(RIGHT)
    async def listed(request: Request, visitor: Visitor, draft: str) -> HTTPResponse:
        """With `s` a sentence to take, with `id` a clause to change."""
        found = await desk.drafts.get(draft)
        content, given = found.content, all_asked(request)
        known = next((clause for clause in content.clauses if clause.id == asked(request, "id")), None)
        said = given["s"][0] if given.get("s") else ""
        picked = begun(content, said, parts.shelf.library)
        return shown(request, found, known or picked, more="" if known else further(content, said))

    @door.post("/intake/<draft:str>/clauses")
    @needs(RIGHT)
    async def kept(request: Request, visitor: Visitor, draft: str) -> HTTPResponse:
        found = await desk.drafts.get(draft)
        content = found.content
        if not content.document.key:
            raise PortalBadRequest("先填“文件信息”：条款的编号从它来。")
        given = form(request)
        if given.get("act") == "delete":
            changed = without_clause(content, given.get("id", ""))
        else:
            clause = typed(lists(request), content)
            try:
                changed = with_clause(content, clause, parts.shelf.library)
            except PortalBadRequest as error:
                return shown(request, found, clause, 400, str(error))
        await saved(parts, request, visitor, found, changed)
        return redirect(f"/intake/{draft}/clauses#kept", status=303)

    return door


def pieces(content: DraftContent) -> list[list[TextSentence]]:
    """The paragraphs of the clean text as sentences to pick."""
    taken = {"".join(clause.quote.split()) for clause in content.clauses}
    made, number = [], 0
    for line in content.text_or_raw().splitlines():
        row = []
        for text in sentences(line):
            row.append(TextSentence(number, text, any("".join(text.split()) in quote for quote in taken)))
            number += 1
        made.append(row)
    return made


def begun(content: DraftContent, said: str, library: Library) -> DraftClause | None:
    """A clause of the sentence with this number, or of several in a row (`3-4`), to be completed."""
    lines = content.text_or_raw().splitlines()
    found = _stretch(content, said)
    if found is None:
        return None
    at, start, end, _ = found
    quote = lines[at][start:end]
    known = tuple(intent for intent in questions_of(quote) if intent in library.questions)
    return DraftClause(id="", at=place_of(lines, at), quote=quote, gist=quote[:40],
                       force=_force(content.text_or_raw(), quote), intents=known)  # fmt: skip


def further(content: DraftContent, said: str) -> str:
    """The same with the half behind its semicolon; empty where the sentence ends."""
    found = _stretch(content, said)
    if found is None:
        return ""
    at, _, end, last = found
    behind = content.text_or_raw().splitlines()[at][end:].lstrip()
    more = f"{said.partition('-')[0]}-{last + 1}"
    return more if behind[:1] in ("；", ";") and _stretch(content, more) else ""


def _stretch(content: DraftContent, said: str) -> tuple[int, int, int, int] | None:
    """Sentences of one paragraph by their numbers: which paragraph, from where to where, the last number."""
    first, _, last = said.partition("-")
    lines = content.text_or_raw().splitlines()
    for at, row in enumerate(pieces(content)):
        places, end = dict[str, tuple[int, int]](), 0
        for one in row:
            start = lines[at].index(one.text, end)
            end = start + len(one.text)
            places[str(one.number)] = (start, end)
        if first in places and (last or first) in places and int(first) <= int(last or first):
            return at, places[first][0], places[last or first][1], int(last or first)
    return None


def _force(text: str, quote: str) -> Force:
    """As binding as the whole sentence."""
    try:
        return force_of(sentence_at(text, *found_in(text, quote)))
    except PortalBadRequest:
        return force_of(quote)


def typed(given: dict[str, list[str]], content: DraftContent) -> DraftClause:
    """The clause of a form, as it was typed."""

    def one(name: str) -> str:
        return (given.get(name) or [""])[0].strip()

    force = next((force for force in get_args(Force) if force == one("force")), "must")
    quote = one("quote").rstrip("。；;")
    return DraftClause(id=one("id"), at=one("at"), quote=quote, gist=one("gist")[:_LONGEST_GIST] or quote[:40],
                       force=force, intents=tuple(given.get("q", ())))  # fmt: skip


def with_clause(content: DraftContent, clause: DraftClause, library: Library) -> DraftContent:
    """The content with this clause, in the place of one of the same id. Raises PortalBadRequest."""
    if len("".join(clause.quote.split())) < 4:
        raise PortalBadRequest("从左边选一句，或把原句贴进来。")
    text = content.text_or_raw()
    start, end = found_in(text, clause.quote)
    clause = clause.model_copy(update={"quote": "".join(text[start:end].splitlines())})
    if not clause.at:
        raise PortalBadRequest("写上在文件的什么位置，如“二、集中缴费期”。")
    if not clause.intents or any(intent not in library.questions for intent in clause.intents):
        raise PortalBadRequest("勾上这句话回答哪几个问题，至少一个。")
    sentence = sentence_at(text, start, end)
    soft = next((word for word in SOFT if word in sentence), None)
    if clause.force == "must" and soft:
        raise PortalBadRequest(f"原句所在的整句话里有“{soft}”，力度不能选“刚性”。")
    if not clause.id:
        numbers = [int(one.id.rsplit("-", 1)[1]) for one in content.clauses]
        clause = clause.model_copy(
            update={"id": f"{prefix_of(content.document.key)}-{max(numbers, default=0) + 1}"}
        )  # fmt: skip
        return content.model_copy(update={"clauses": (*content.clauses, clause)})
    if all(one.id != clause.id for one in content.clauses):
        raise PortalBadRequest("没有这一条，请刷新。")
    kept = tuple(clause if one.id == clause.id else one for one in content.clauses)
    return content.model_copy(update={"clauses": kept})


def found_in(text: str, quote: str) -> tuple[int, int]:
    """Where the quote stands in the text, whatever white space is between; never a part of a number.

    Raises PortalBadRequest.
    """
    places = [at for at, c in enumerate(text) if not c.isspace()]
    squeezed, words = "".join(text.split()), "".join(quote.split())
    starts = [at for at in range(len(squeezed)) if squeezed.startswith(words, at)]
    if not starts:
        raise PortalBadRequest("这不是原文里的话：要一字不差。点左边的句子，系统替您抄；只要半句就把多的删掉。")
    whole = [at for at in starts if not cuts_number(squeezed, at) and not cuts_number(squeezed, at + len(words))]
    if not whole:
        raise PortalBadRequest("把一个数切断了：开头和结尾的数要抄全，连单位一起。")
    return places[whole[0]], places[whole[0] + len(words) - 1] + 1


def sentence_at(text: str, start: int, end: int) -> str:
    """The whole sentence around a place, without white space; over a broken line, not over a heading."""
    first = max((found.end() for found in _ENDS.finditer(text) if found.end() <= start), default=0)
    last = next((found.start() for found in _ENDS.finditer(text) if found.start() >= end), len(text))
    return "".join(text[first:last].split())


def without_clause(content: DraftContent, key: str) -> DraftContent:
    """Raises PortalBadRequest: a rule still rests on it."""
    users = [rule.id for rule in content.rules if key in rule.clauses]
    if users:
        raise PortalBadRequest(f"还有规则用着这一条（{users[0]}），先改规则。")
    return content.model_copy(update={"clauses": tuple(one for one in content.clauses if one.id != key)})
