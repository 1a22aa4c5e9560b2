"""Check and compare; hand over; read and sign by another person, which brings the change live; or send it back."""

import asyncio
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, redirect

from policies import places
from policies.errors import LibraryError
from portal.auth import needs
from portal.clock import beijing_day
from portal.context import AppContext, Visitor
from portal.errors import PortalBadRequest
from portal.intake.clause_pages import pieces
from portal.intake.complaints import complaints
from portal.intake.desk import RIGHT, another_person, days_of, only_in, onward, page, todo
from portal.intake.drafts import IntakeDraft
from portal.intake.files import UNSIGNED, files_of
from portal.intake.guesses import FORCES
from portal.intake.numbers import NumberUnknown
from portal.intake.since import since
from portal.intake.told import told
from portal.intake.trial import Trial
from portal.templates import CERTAINTY, STATUS
from portal.typed import form, whole_number

_LONGEST_REASON = 300
_SURE = re.compile(r"\[(\w+)/(\w+)\] ")


@dataclass(frozen=True)
class Signing:
    """A second signature being carried out: the draft as the signer saw it, and on what it may go live."""

    draft: IntakeDraft
    signer: Visitor
    files: dict[str, str]
    days: list[date]
    region: str
    stamp: str
    shown_on: str
    expected: str


def sign_pages(parts: AppContext) -> Blueprint:
    """The routes of the check and of the signatures."""
    door = Blueprint("intake_sign")
    desk = parts.intake

    @door.get("/intake/<draft:str>/check")
    @needs(RIGHT)
    async def checked(request: Request, visitor: Visitor, draft: str) -> HTTPResponse:
        found = await desk.drafts.get(draft)
        return page(parts, request, "intake_check.html", found, **_told(found, parts))

    @door.post("/intake/<draft:str>/check")
    @needs(RIGHT)
    async def try_it(request: Request, visitor: Visitor, draft: str) -> HTTPResponse:
        """Build, check and compare on a copy; takes some seconds."""
        found = await desk.drafts.get(draft)
        lacking = next((words for step, words in todo(found).items() if words and step in ("document", "clauses")), "")
        if lacking:
            return page(parts, request, "intake_check.html", found, 400, **_told(found, parts),
                        wrong=f"还不能查：{lacking}。")  # fmt: skip
        try:
            await tried(request, found)
        except (NumberUnknown, LibraryError) as error:
            return page(parts, request, "intake_check.html", found, 400, **_told(found, parts), wrong=f"{error}。")
        return onward(request, f"/intake/{draft}/check")

    async def tried(request: Request, found: IntakeDraft) -> Trial:
        files = files_of(found.content, UNSIGNED, beijing_day(parts.now()))
        days = days_of(found, parts.today(request))
        result = await desk.bench.run(files, found.content.document.region, days, replaces=bool(found.replaces))
        await desk.drafts.keep_trial(found.id, found.content.print(), result, parts.now())
        return Trial.from_json(result)

    @door.post("/intake/<draft:str>/submit")
    @needs(RIGHT)
    async def submit(request: Request, visitor: Visitor, draft: str) -> HTTPResponse:
        """Hand it to another person: only what is checked, and green."""
        found = await desk.drafts.get(draft)
        only_in(found, "draft")
        if found.content.open_marks():
            raise PortalBadRequest("“原文”里还有没看过的可疑处，逐处看过再交。")
        if found.trial is None or found.trial.errors:
            raise PortalBadRequest("先在“检查和比较”里查一遍，没有要改的再交。改过任何一处都要重新查。")
        given, content, sent = form(request), found.content, found.content.sent_back
        if sent is not None:
            reply = given.get("reply", "").strip()[:_LONGEST_REASON]
            if content.unchanged and not reply:
                raise PortalBadRequest("退回以后一处没有改：照退回的理由改，或者写一句为什么不改，签的人才知道。")
            content = content.model_copy(update={"sent_back": sent.model_copy(update={"reply": reply})})
        version = whole_number(given.get("version", "")) or 0
        await desk.drafts.move(draft, version, "submitted", parts.now(), submitter=visitor.name, content=content)
        await parts.audit.note(visitor.name, visitor.role, "intake_submitted", f"{draft} {found.content.document.key}")
        return redirect(f"/intake/{draft}", status=303)

    @door.get("/intake/<draft:str>/sign")
    @needs(RIGHT)
    async def read(request: Request, visitor: Visitor, draft: str) -> HTTPResponse:
        return await shown(request, visitor, draft)

    async def shown(request: Request, visitor: Visitor, draft: str, status: int = 200, wrong: str = "") -> HTTPResponse:
        found = await desk.settled(await desk.drafts.get(draft), parts)
        kept = await desk.drafts.original(draft)
        titles = {key: str(one["title"]) for key, one in parts.shelf.library.questions.items()}
        return page(parts, request, "intake_sign.html", found, status, **_told(found, parts), wrong=wrong,
                    original=kept[0] if kept else "", paragraphs=pieces(found.content), forces=FORCES,
                    since=since(found.content, titles),
                    barred=visitor.name in found.barred, writable=desk.bench.writable)  # fmt: skip

    @door.post("/intake/<draft:str>/sign")
    @needs(RIGHT)
    async def sign(request: Request, visitor: Visitor, draft: str) -> HTTPResponse:
        """The second signature. Whatever changed since it was shown, the signer sees first."""
        found = await desk.drafts.get(draft)
        only_in(found, "submitted")
        another_person(found, visitor)
        given = form(request)
        version, stamp = whole_number(given.get("version", "")) or 0, given.get("stamp", "")
        if given.get("read") != "1":
            return await shown(request, visitor, draft, 400, "没有签：先逐条对过原文，勾上“我对过了”。")
        shown_on = found.trial.stamp if found.trial else ""
        files = files_of(found.content, visitor.name, beijing_day(parts.now()))
        days, region = days_of(found, parts.today(request)), found.content.document.region
        alive = desk.bench.writable
        expected = stamp if alive and stamp and stamp == shown_on and version == found.version else ""
        await _still_theirs(found)
        await desk.drafts.move(draft, version, "signing", parts.now(), signer=visitor.name)  # nobody else signs now
        signing = Signing(found, visitor, files, days, region, stamp, shown_on, expected)
        trial = await desk.through(finished(signing))  # to its end, whoever closes the page
        if trial.errors or trial.stamp != stamp or stamp != shown_on:
            why = "检查没有通过" if trial.errors else "您看的时候政策变了，下面是新的比较"
            return await shown(request, visitor, draft, 409, f"没有签：{why}。看过再签。")
        return onward(request, f"/intake/{draft}")

    async def _still_theirs(found: IntakeDraft) -> None:
        """Raises PortalBadRequest when the paper went live once more since this change of it was begun."""
        newest = await desk.drafts.live_of(found.content.document.key) if found.replaces else None
        if newest is not None and newest.updated_at > found.made_at:
            raise PortalBadRequest("这份文件在您改的时候又换过一版：从现在上线的那一版重新改。")

    async def finished(one: Signing) -> Trial:
        """Check once more and go live; the draft's state says afterwards what became of it."""
        draft, version = one.draft.id, one.draft.version + 1
        try:
            result = await desk.bench.run(one.files, one.region, one.days, one.expected, bool(one.draft.replaces))
        except Exception:
            await desk.settled(await desk.drafts.get(draft), parts, at_once=True)
            raise
        trial = Trial.from_json(result)
        if trial.errors or trial.stamp != one.stamp or one.stamp != one.shown_on:
            await desk.drafts.move(draft, version, "submitted", parts.now(), signer="")
            await desk.drafts.keep_trial(draft, one.draft.content.print(), result, parts.now())
            return trial
        await desk.drafts.move(draft, version, "live" if trial.live else "signed", parts.now())
        what = "intake_live" if trial.live else "intake_signed"
        said = f"{draft} {one.draft.content.document.key} {trial.stamp} → {trial.live or '—'}"
        await parts.audit.note(one.signer.name, one.signer.role, what, said)
        if trial.live:
            await asyncio.to_thread(parts.shelf.reload)
        return trial

    @door.post("/intake/<draft:str>/return")
    @needs(RIGHT)
    async def send_back(request: Request, visitor: Visitor, draft: str) -> HTTPResponse:
        """Back to who wrote it, with a reason; who handed it over may take it back."""
        found = await desk.drafts.get(draft)
        only_in(found, "submitted")
        given = form(request)
        own = visitor.name in found.hands
        reason = given.get("reason", "").strip()[:_LONGEST_REASON]
        if not own and not reason:
            return await shown(request, visitor, draft, 400, "退回要写为什么，写的人才知道改哪里。")
        version = whole_number(given.get("version", "")) or 0
        said = f"{visitor.name} 收回" if own else f"{visitor.name} 退回：{reason}"
        content = found.content if own else found.content.returned(visitor.name, reason)
        await desk.drafts.move(draft, version, "draft", parts.now(), reason=said, content=content)
        await parts.audit.note(visitor.name, visitor.role, "intake_returned", draft)
        return redirect(f"/intake/{draft}", status=303)

    return door


def _told(found: IntakeDraft, parts: AppContext) -> dict[str, Any]:
    """What a trial found, in words a page can show."""
    trial = found.trial
    titles = parts.shelf.library.questions
    problems = complaints(trial.problems, found.content, titles) if trial else []
    changes = [(places.full_name(one.region), str(titles[one.intent]["title"]), one, in_words(one.before),
                in_words(one.after)) for one in trial.changes if one.intent in titles] if trial else []  # fmt: skip
    elsewhere = sum(one.region != found.content.document.region for _, _, one, *_ in changes)
    return {
        "trial": trial,
        "problems": problems,
        "changes": changes,
        "elsewhere": elsewhere,
        "lines": told(found.content),
    }


def in_words(answer: str) -> str:
    """An answer of the comparison, with how sure it is in words."""
    found = _SURE.match(answer)
    if found is None:
        return answer
    return f"（{STATUS.get(found[1]) or CERTAINTY.get(found[2], found[2])}）{answer[found.end() :]}"
