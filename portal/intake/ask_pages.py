"""Ask as a parent: a question with a child's facts on a day, answered by the draft; “this is right” makes it a case."""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Any

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, redirect

from policies.answers import Answer, compose
from policies.decisions import decide
from policies.errors import PolicyError
from policies.facts import LABELS, read_facts
from portal.auth import needs
from portal.context import AppContext, Visitor
from portal.errors import PortalBadRequest
from portal.fields import Field, fields, read_form
from portal.intake.content import DraftCase, DraftContent
from portal.intake.desk import RIGHT, first_day, library_of, page, saved
from portal.intake.overlay import NotTogether
from portal.intake.why_not import NotCited, why_not
from portal.typed import asked, form, read_day, whole_number

_ALWAYS = ("birth_date", "stage", "paid_date", "paid_years")
"""Facts that are always offered: the edges of most rules lie between them."""


def ask_pages(parts: AppContext) -> Blueprint:
    """The routes of asking and of the cases."""
    door = Blueprint("intake_ask")
    desk = parts.intake

    @door.get("/intake/<draft:str>/ask")
    @needs(RIGHT)
    async def opened(request: Request, visitor: Visitor, draft: str) -> HTTPResponse:
        return await answered(request, draft, {})

    async def answered(request: Request, draft: str, given: Mapping[str, str], wrong: str = "") -> HTTPResponse:
        found = await desk.drafts.get(draft)
        content, today = found.content, parts.today(request)
        usual = next((intent for intent, _ in content.asked()), "ask_premium")
        wanted = given.get("intent") or asked(request, "intent")
        intent = wanted if wanted in parts.shelf.library.questions else usual
        day = read_day(given.get("as_of", "")) or first_day(found, today)
        answer: Answer | None = None
        missed: NotCited | None = None
        offered: list[Field] = []
        bad: dict[str, tuple[str, str]] = {}
        try:
            library = await asyncio.to_thread(library_of, found, parts)
            facts, bad = read_form({}, given, day)
            known = read_facts(facts)
            offered = fields(str(intent), known, content.document.region, day, library, wrong=bad, asked=_ALWAYS)
            if given:
                answer = compose(decide(str(intent), facts, content.document.region, day, library), library)
                missed = why_not(content, answer, known, day, library)
        except NotTogether as error:
            wrong = str(error)
        except (PolicyError, KeyError) as error:
            wrong = f"算不出来：{error}。多半是规则的话里有填不上的占位符，到“规则”里改。"
        return page(parts, request, "intake_ask.html", found, 400 if wrong or bad else 200, wrong=wrong, intent=intent,
                    day=day.isoformat(), fields=offered, answer=answer, missed=missed, labels=LABELS,
                    own={clause.id for clause in content.clauses})  # fmt: skip

    @door.post("/intake/<draft:str>/ask")
    @needs(RIGHT)
    async def asked_(request: Request, visitor: Visitor, draft: str) -> HTTPResponse:
        """Answer; or keep the answer that was shown as a case, or drop a case."""
        given = form(request)
        if given.get("act") not in ("keep", "delete"):
            return await answered(request, draft, given)
        found = await desk.drafts.get(draft)
        if given["act"] == "delete":
            number = whole_number(given.get("case", ""))
            cases = tuple(case for at, case in enumerate(found.content.cases) if at != number)
            changed = found.content.model_copy(update={"cases": cases})
        else:
            day = read_day(given.get("as_of", ""))
            if day is None or given.get("intent") not in parts.shelf.library.questions:
                raise PortalBadRequest("先问一遍，再说对不对。")
            try:
                library = await asyncio.to_thread(library_of, found, parts)
                facts, _ = read_form({}, given, day)
                region = found.content.document.region
                answer = compose(decide(given["intent"], facts, region, day, library), library)
            except (NotTogether, PolicyError) as error:
                return await answered(request, draft, given, f"没有存：{error}")
            title = str(library.questions[given["intent"]]["title"])
            case = case_of(answer, title, facts, day, found.content)
            changed = found.content.model_copy(update={"cases": (*found.content.cases, case)})
        await saved(parts, request, visitor, found, changed)
        return redirect(f"/intake/{draft}/ask#cases", status=303)

    return door


def case_of(answer: Answer, title: str, facts: Mapping[str, Any], day: date, content: DraftContent) -> DraftCase:
    """What was asked and came out, as a case: status, certainty and every plain value; cited are the draft's own."""
    said = "，".join(f"{LABELS[name]} {_short(value)}" for name, value in facts.items())
    values = {name: value for name, value in answer.values.items() if _plain(value) and name != "rule_version"}
    own = {clause.id for clause in content.clauses}
    name = f"{title}{'：' if said else ''}{said}（{day.isoformat()} 问）"
    return DraftCase(
        name=name, intent=answer.intent, as_of=day.isoformat(),
        facts=dict(facts), expect={"status": answer.status, "certainty": answer.certainty, **values},
        cites=tuple(dict.fromkeys(c.clause for c in answer.citations if c.clause in own)), said=answer.headline,
    )  # fmt: skip


def _plain(value: object) -> bool:
    if isinstance(value, list | tuple):
        return all(isinstance(one, str | int) for one in value)
    return isinstance(value, str | int | bool)


def _short(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
