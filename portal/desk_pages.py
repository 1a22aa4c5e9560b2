"""The hotline desk: search, the answer pane, the call record. What a page shows is the agent's open call.

Every form works as a plain POST that comes back to the page; htmx only fetches the part that changes.
"""

import asyncio
import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, redirect, text

from common.privacy.masking import mask
from policies import places
from policies.facts import LABELS
from policies.library import Library
from portal import starting
from portal.auth import needs
from portal.calls import LONGEST_NOTES, OUTCOMES, Call
from portal.clock import day_start
from portal.context import AppContext, Visitor, partial
from portal.errors import PortalBadRequest
from portal.fields import as_typed, read_form, usable
from portal.linking import Linked, look_up
from portal.nlu_client import ParsedCall, is_sentence
from portal.pane import Pane, PaneInput, arrange, fingerprint_of
from portal.regions import find_places, said_in
from portal.search import Found
from portal.search.entries import expired
from portal.typed import asked, form

RESULTS = 9
_NATION = places.NATION


@dataclass(frozen=True)
class Result:
    """One line of the result list: a question to open, or a clause to read in its document."""

    title: str
    hint: str
    intent: str = ""
    clause: str = ""
    doc: str = ""
    expired: str = ""


@dataclass(frozen=True)
class Understood:
    """A sentence as the language model understood it, in words; `intent` is None when it knew no question."""

    intent: str | None
    title: str
    words: str
    unclear: tuple[str, ...]


def desk_pages(parts: AppContext) -> Blueprint:
    """The routes of the desk."""
    door = Blueprint("desk")
    calls = parts.calls

    def library() -> Library:
        return parts.shelf.library

    def quick() -> tuple[str, ...]:
        """The regions offered in the region field before anything is typed: those with documents, and the nation."""
        return (*library().offered(), _NATION)

    def state_of(call: Call | None, kept: Any = None) -> PaneInput | None:
        """What the pane is computed from; `kept` is an earlier state of the same call."""
        if kept is not None:
            return PaneInput(kept["intent"], kept["region"], kept["facts"])
        if call is None or call.intent is None or call.intent not in library().questions:
            return None
        return PaneInput(call.intent, call.region, call.facts)

    def pane_of(call: Call | None, today: date, wrong: Any = None) -> Pane | None:
        state = state_of(call)
        before = state_of(call, call.before) if call and call.before else None
        return arrange(state, today, library(), before, wrong) if state else None

    def region_of(call: Call | None, visitor: Visitor) -> str:
        return call.region if call else visitor.region or _NATION

    async def whole(
        request: Request, visitor: Visitor, *, status: int = 200, results: tuple[Result, ...] | None = None,
        **more: Any,
    ) -> HTTPResponse:  # fmt: skip
        """The full page."""
        call = await calls.current(visitor.name)
        today = parts.today(request)
        pane = pane_of(call, today, more.pop("wrong", None))
        link = await look_up(call.link, parts.bureau, parts.casebook) if call and call.link else Linked()
        context = {
            "call": call, "pane": pane, "today": today, "region": region_of(call, visitor), "results": results,
            "query": call.query if call else "", "hot": await hot(today), "link": link, "quick": quick(), "heard": None,
            "more": False,
            "choices": (), "where": "", "waiting": await parts.casebook.waiting(), "missed": "",
            "now": parts.now(), "flash": asked(request, "done"), "ask_outcome": False, "nation": _NATION,
            "message_id": secrets.token_urlsafe(12), "started": None, "enroll_wrong": "",
        }  # fmt: skip
        return parts.page(request, "desk.html", status, **(context | more))

    async def changed(request: Request, visitor: Visitor, call: Call, **more: Any) -> HTTPResponse:
        """After a change: the pane with its neighbours for htmx, else back to the page."""
        if not partial(request):
            return await whole(request, visitor, **more) if more else redirect("/desk#pane", status=303)
        context = {"call": call, "pane": pane_of(call, parts.today(request), more.pop("wrong", None)),
                   "region": call.region, "quick": quick(), "choices": (), "where": "", "heard": None,
                   "today": parts.today(request), "now": parts.now()}  # fmt: skip
        return parts.page(request, "desk_changed.html", **(context | more))

    async def hot(today: date) -> list[tuple[str, str, int]]:
        """What was asked most today."""
        found = await calls.top(day_start(today), 4)
        known = library().questions
        return [(intent, known[intent]["title"], count) for intent, count in found if intent in known]

    async def open_answer(
        visitor: Visitor, request: Request, intent: str, **changes: Any
    ) -> tuple[Call, dict[str, tuple[str, str]]]:
        """Put a question (and what else is known) into the call, note which answer was told.

        What was said now may not fit what was said before: then the answer is of what can be true together, and the
        field left out says so.
        """
        call = await calls.current(visitor.name)
        region = changes.pop("region", None) or region_of(call, visitor)
        moved = call is not None and region != call.region
        last = {"last_region": call.region} if call is not None and moved else {}
        facts, wrong = usable({**(call.facts if call else {}), **changes.pop("facts", {})})
        state = PaneInput(intent, region, facts)
        answer, mark = fingerprint_of(state, parts.today(request), library())
        call = await calls.change(
            visitor.name, region, parts.now(), intent=intent, region=region, facts=facts, before=None,
            stamp=library().stamp, print=mark, **last, **changes,
        )  # fmt: skip
        await calls.looked_up(call.id, intent, region, answer.status, parts.now())
        return call, wrong

    async def moved_to(visitor: Visitor, request: Request, region: str) -> Call:
        """The call in another region; notes and facts stay, the answer is computed anew."""
        call = await calls.current(visitor.name)
        old = region_of(call, visitor)
        changes: dict[str, Any] = {"region": region, "last_region": old}
        if call is not None and call.intent in library().questions:
            state = PaneInput(str(call.intent), region, call.facts)
            answer, mark = fingerprint_of(state, parts.today(request), library())
            changes |= {"before": {"intent": call.intent, "region": old, "facts": dict(call.facts)},
                        "stamp": library().stamp, "print": mark}  # fmt: skip
            await calls.looked_up(call.id, str(call.intent), region, answer.status, parts.now())
        return await calls.change(visitor.name, region, parts.now(), **changes)

    @door.get("/desk")
    @needs("desk")
    async def desk(request: Request, visitor: Visitor) -> HTTPResponse:
        return await whole(request, visitor)

    # Search

    def search(query: str, region: str, today: date) -> tuple[Result, ...]:
        chain = [place.adcode for place in places.chain(region)]
        return tuple(_result(found, library(), today) for found in parts.shelf.index.find(query, chain, RESULTS))

    @door.post("/desk/search")
    @needs("desk")
    async def find(request: Request, visitor: Visitor) -> HTTPResponse:
        given = form(request)
        query = mask(given.get("q", "")[:200])[0].strip()
        today = parts.today(request)
        region = given.get("region") or _NATION
        if places.get(region) is None:
            raise PortalBadRequest
        named, rest = said_in(query)
        results = search(rest, named or region, today) if query else ()
        # While somebody types, the model is not asked at every key: the page asks again once the sentence rests.
        sentence, resting = is_sentence(query), given.get("whole") == "1" or not partial(request)
        heard = _in_words(await _hear(parts, query, today), library()) if sentence and resting else None
        context: dict[str, Any] = {"results": results, "query": query, "heard": heard, "more": sentence and not resting}
        if partial(request):
            return parts.page(request, "desk_results.html", **context)
        missed = ""
        if query and not results and heard is None:
            missed = await note_missing(visitor, query, region, None, "搜索没有结果")
        return await whole(request, visitor, missed=missed, **context)

    @door.post("/desk/open")
    @needs("desk")
    async def show(request: Request, visitor: Visitor) -> HTTPResponse:
        """Open a question: from the list, or as the language model understood the sentence."""
        given = form(request)
        query = mask(given.get("q", "")[:200])[0].strip()
        intent = given.get("open", "")
        named, _ = said_in(query)
        if intent == "heard":
            heard = await _hear(parts, query, parts.today(request))
            if heard is None or heard.intent is None:
                return await whole(request, visitor, query=query, missed="语言模型这会儿用不了，请从列表里选。")
            call, wrong = await open_answer(visitor, request, heard.intent, facts=dict(heard.facts),
                                            region=heard.region, query=query)  # fmt: skip
            told: dict[str, Any] = {"heard": _in_words(heard, library())} if heard.unclear else {}
            return await changed(request, visitor, call, **(told | ({"wrong": wrong} if wrong else {})))
        if intent not in library().questions:
            raise PortalBadRequest
        call, wrong = await open_answer(visitor, request, intent, region=named, query=query)
        return await changed(request, visitor, call, **({"wrong": wrong} if wrong else {}))

    # Facts and region

    @door.post("/desk/facts")
    @needs("desk")
    async def facts(request: Request, visitor: Visitor) -> HTTPResponse:
        call = await calls.current(visitor.name)
        if call is None or call.intent is None:
            raise PortalBadRequest
        known, wrong = read_form(call.facts, form(request), parts.today(request))
        state = PaneInput(call.intent, call.region, known)
        answer, mark = fingerprint_of(state, parts.today(request), library())
        before = {"intent": call.intent, "region": call.region, "facts": dict(call.facts)}
        if known != dict(call.facts):
            call = await calls.change(visitor.name, call.region, parts.now(), facts=known, before=before,
                                      stamp=library().stamp, print=mark)  # fmt: skip
            await calls.looked_up(call.id, call.intent or "", call.region, answer.status, parts.now())
        return await changed(request, visitor, call, **({"wrong": wrong} if wrong else {}))

    @door.post("/desk/region")
    @needs("desk")
    async def region(request: Request, visitor: Visitor) -> HTTPResponse:
        typed = form(request).get("where", "").strip()[:40]
        found = find_places(typed, library().regions())
        if len(found) != 1:
            call = await calls.current(visitor.name)
            note = f"没有找到“{typed}”，写省、市或区县的名字、拼音或首字母。" if not found else ""
            more: dict[str, Any] = {"choices": found[:8], "where": note}
            if call is None or not partial(request):
                return await whole(request, visitor, **more)
            return await changed(request, visitor, call, **more)
        return await changed(request, visitor, await moved_to(visitor, request, found[0]))

    @door.post("/desk/region/back")
    @needs("desk")
    async def region_back(request: Request, visitor: Visitor) -> HTTPResponse:
        """One key: between the last two regions."""
        call = await calls.current(visitor.name)
        last = call.last_region if call and call.last_region else visitor.region or _NATION
        return await changed(request, visitor, await moved_to(visitor, request, last))

    # The call record

    async def save(visitor: Visitor, given: dict[str, str]) -> tuple[Call, bool]:
        """Notes and outcome as they stand; (call, was something masked)."""
        notes, masked = mask(given.get("notes", "")[:LONGEST_NOTES])
        outcome = given.get("outcome") or None
        if outcome is not None and outcome not in OUTCOMES:
            raise PortalBadRequest
        call = await calls.current(visitor.name)
        where = region_of(call, visitor)
        saved = await calls.change(visitor.name, where, parts.now(), notes=notes, outcome=outcome, saved_at=parts.now())
        return saved, masked

    @door.post("/desk/save")
    @needs("desk")
    async def autosave(request: Request, visitor: Visitor) -> HTTPResponse:
        call, masked = await save(visitor, form(request))
        if partial(request):
            return parts.page(request, "desk_saved.html", call=call, masked=masked)
        return redirect("/desk#call", status=303)

    @door.post("/desk/link")
    @needs("desk")
    async def link(request: Request, visitor: Visitor) -> HTTPResponse:
        given = form(request)
        linked = await look_up(given.get("link", ""), parts.bureau, parts.casebook)
        call, _ = await save(visitor, given)
        if linked.keep:
            call = await calls.change(visitor.name, call.region, parts.now(), link=linked.number or None)
            if linked.kind == "application":
                await parts.audit.note(visitor.name, visitor.role, "application_seen", linked.number)
        if partial(request):
            return parts.page(request, "desk_link.html", link=linked)
        return await whole(request, visitor, link=linked)

    async def note_missing(visitor: Visitor, question: str, region: str, intent: str | None, reason: str) -> str:
        """Put a question nobody could answer on the supervisor's list; returns what to tell the agent."""
        if not await parts.sessions.once(f"missing:{visitor.name}:{question}", 3600):
            return f"“{question}”已经记过了。"
        await parts.casebook.note_question(
            "not_found", question, now=parts.now(), intent=intent, region=region, reason=reason
        )
        return f"已记为未解决：“{question}”，主管会看到。"

    @door.post("/desk/not-found")
    @needs("desk")
    async def not_found(request: Request, visitor: Visitor) -> HTTPResponse:
        given = form(request)
        question = mask(given.get("q", "")[:200])[0].strip() or mask(given.get("notes", "")[:200])[0].strip()
        by_itself = given.get("by_itself") == "1"
        call = await calls.current(visitor.name)
        if not question:
            missed = "先在搜索框写下问的是什么。"
        else:
            reason = "搜索没有结果" if by_itself else "坐席记为未解决"
            where = region_of(call, visitor)
            missed = await note_missing(
                visitor, question, where, None if by_itself or call is None else call.intent, reason
            )
        if partial(request):
            return text(missed)
        return await whole(request, visitor, missed=missed)

    @door.post("/desk/enroll")
    @needs("desk")
    async def enroll(request: Request, visitor: Visitor) -> HTTPResponse:
        """Start an application for the caller; its link is shown once, to be opened or sent, and kept nowhere here."""
        given, started, wrong = form(request), None, ""
        call = await calls.change(visitor.name, region_of(await calls.current(visitor.name), visitor), parts.now())
        try:
            wish = starting.wanted(given, parts.today(request), parts.board)
            started = await asyncio.to_thread(
                starting.start, parts.bureau, f"desk-call-{call.id}", wish, public_url=parts.settings.public_url,
                key=starting.once(call.id, given.get("message_id", "")[:40], wish),
            )  # fmt: skip
        except starting.NotStarted as error:
            wrong = str(error)
        if started is not None:
            await calls.change(visitor.name, call.region, parts.now(), link=started.number)
            await parts.audit.note(visitor.name, visitor.role, "application_started", started.number)
        status = 200 if started else 400
        if partial(request):  # htmx shows no answer that says it went wrong
            return parts.page(request, "desk_started.html", started=started, wrong=wrong)
        return await whole(request, visitor, status=status, started=started, enroll_wrong=wrong)

    @door.post("/desk/end")
    @needs("desk")
    async def end(request: Request, visitor: Visitor) -> HTTPResponse:
        given = form(request)
        if await calls.current(visitor.name) is None and not given.get("notes", "").strip():
            return redirect("/desk", status=303)
        call, _ = await save(visitor, given)
        if call.outcome is None:
            return await whole(request, visitor, status=400, ask_outcome=True)
        ended = await calls.end(visitor.name, call.outcome, parts.now())
        if ended is not None:
            await parts.audit.note(visitor.name, visitor.role, "call_ended", f"{ended.id} {ended.outcome}")
        return redirect("/desk?done=1", status=303)

    return door


async def _hear(parts: AppContext, query: str, today: date) -> ParsedCall | None:
    """The model's reading of a masked sentence; None when it has none to offer."""
    heard = await parts.ear.hear(query, today, parts.shelf.library.questions)
    if heard is None or (heard.intent is None and not heard.ranking):
        return None
    return heard


def _in_words(heard: ParsedCall | None, library: Library) -> Understood | None:
    if heard is None:
        return None
    title = library.questions[heard.intent]["title"] if heard.intent else ""
    known = [heard.child] if heard.child else []
    known += [places.full_name(heard.region)] if heard.region else []
    known += [f"{LABELS[name]} {as_typed(name, value)}" for name, value in heard.facts.items()]
    return Understood(heard.intent, title, " · ".join(known) or "没有听出地区和日期", heard.unclear)


def _result(found: Found, library: Library, today: date) -> Result:
    if found.clause is not None:
        sentence = library.sentences[found.clause]
        why = expired(sentence, library, today) or ""
        number = library.sources[sentence.doc].number
        # An expired sentence can be found, but its words are not shown where they could be read out.
        shown = sentence.at if why else sentence.quote[:60]
        return Result(f"{number} {sentence.at}", shown, clause=found.clause, doc=sentence.doc, expired=why)
    intent = str(found.intent)
    title = library.questions[intent]["title"]
    because = found.because.text
    hint = "" if found.because.kind in ("question", "word") else because[:40]
    return Result(title, hint if hint != title else "", intent=intent)
