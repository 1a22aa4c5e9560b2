"""What the pages of the intake share: its parts, a draft shown on a page, and saved from one."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar

from sanic import Request
from sanic.response import HTTPResponse, redirect, text

from common.storage import Database, NotReachable
from policies.errors import LibraryError
from policies.library import Library
from portal.clock import beijing_day
from portal.context import AppContext, Visitor, partial
from portal.errors import PortalBadRequest, RoleRefused
from portal.intake.content import DraftContent, TextMark
from portal.intake.drafts import STATES, IntakeDraft, IntakeDrafts
from portal.intake.files import UNSIGNED, files_of
from portal.intake.guesses import document_of
from portal.intake.numbers import NumberUnknown
from portal.intake.overlay import NotTogether, with_draft
from portal.intake.paper import PaperRefused
from portal.intake.reading_paper import PaperReader
from portal.intake.trial import TrialBench
from portal.typed import form, whole_number

RIGHT = "policies"
T = TypeVar("T")
CUT_OFF = timedelta(minutes=3)
"""After this a signing that has no end was cut off (the portal was restarted): longer than any takes."""
AT_ONCE = 6.0
"""Seconds a page waits for a paper to be read before it says that it is being read."""


@dataclass
class IntakeDesk:
    """The intake's own parts."""

    drafts: IntakeDrafts
    reader: PaperReader
    bench: TrialBench
    reading: set[asyncio.Task[None]] = field(default_factory=set)
    signing: set[asyncio.Task[Any]] = field(default_factory=set)

    async def read(self, draft: str, name: str, content: bytes, parts: AppContext) -> None:
        """Read an uploaded file into its draft; wait a moment for it, and let it go on behind the page."""

        async def work() -> None:
            try:
                found = await self.reader.read(content)
            except PaperRefused as error:
                await self.drafts.read(draft, parts.now(), None, str(error))
                return
            marks = tuple(TextMark.of(mark) for mark in found.marks)
            read = DraftContent(read_from=name, lines=found.lines, left_out=found.left_out, marks=marks,
                                document=document_of(found.lines))  # fmt: skip
            await self.drafts.read(draft, parts.now(), read)

        task = asyncio.create_task(work())
        self.reading.add(task)
        task.add_done_callback(self._done)
        await asyncio.wait({task}, timeout=AT_ONCE)

    def _done(self, task: asyncio.Task[None]) -> None:
        self.reading.discard(task)
        if not task.cancelled() and isinstance(task.exception(), NotReachable):
            return  # the database is away: the draft stays “being read”, and its page offers to read it again

    async def through(self, work: Coroutine[Any, Any, T]) -> T:
        """The outcome of what must come to its end even when whoever asked for it has gone."""
        task = asyncio.create_task(work)
        self.signing.add(task)
        task.add_done_callback(self.signing.discard)
        return await asyncio.shield(task)

    async def settled(self, found: IntakeDraft, parts: AppContext, at_once: bool = False) -> IntakeDraft:
        """A draft whose signing was cut off is what its files say: live where they stand, else still to be signed."""
        cut_off = found.state == "signing" and (at_once or parts.now() - found.updated_at > CUT_OFF)
        if not cut_off:
            return found
        day = beijing_day(found.updated_at)
        live = await asyncio.to_thread(self.bench.stands, files_of(found.content, found.signer or UNSIGNED, day))
        state, signer = ("live", None) if live else ("submitted", "")
        await self.drafts.move(found.id, found.version, state, parts.now(), signer=signer)
        await parts.audit.note(
            found.signer or "?", "", f"intake_{'live' if live else 'not_live'}", f"{found.id} （中断后核对）"
        )
        return await self.drafts.get(found.id)

    async def close(self) -> None:
        """What is being read is given up; its draft says so."""
        for task in tuple(self.reading):
            task.cancel()
        await asyncio.gather(*self.reading, *self.signing, return_exceptions=True)


def intake_desk(database: Database) -> IntakeDesk:
    return IntakeDesk(IntakeDrafts(database), PaperReader(), TrialBench())


def page(parts: AppContext, request: Request, template: str, draft: IntakeDraft, status: int = 200,
         **context: Any) -> HTTPResponse:  # fmt: skip
    """A page about one draft. htmx puts a refused form in the place of the one that was sent."""
    known = {"draft": draft, "content": draft.content, "states": STATES, "todo": todo(draft), "wrong": "",
             "questions": parts.shelf.library.questions, "mine": _is_mine(draft, request)}  # fmt: skip
    return parts.page(request, template, 200 if partial(request) else status, **(known | context))


def _is_mine(draft: IntakeDraft, request: Request) -> bool:
    """May who looks at it take it back?"""
    visitor: Visitor | None = request.ctx.visitor
    return visitor is not None and visitor.name in draft.hands


def todo(draft: IntakeDraft) -> dict[str, str]:
    """What each step still lacks, in a few words; empty when it is done."""
    content = draft.content
    marks, paper = len(content.open_marks()), content.document
    lacking = [word for word, value in (("文号", paper.number), ("标题", paper.title), ("地区", paper.region),
                                        ("机关", paper.issuers)) if not value]  # fmt: skip
    open_questions = content.unanswered()
    return {
        "text": f"{marks} 处要看" if marks else "",
        "document": f"缺{'、'.join(lacking)}" if lacking else "" if paper.key else "还没对",
        "clauses": "" if content.clauses else "还没抄",
        "rules": f"{len(open_questions)} 个问题没写" if open_questions else "" if content.rules else "还没写",
        "ask": "",
        "check": "" if draft.trial and not draft.trial.errors else "没查" if not draft.trial else "有要改的",
        "sign": "",
    }


async def saved(
    parts: AppContext, request: Request, visitor: Visitor, draft: IntakeDraft, content: DraftContent
) -> None:
    """Keep what a form changed, if nobody else did meanwhile. Raises DraftChanged, PortalBadRequest."""
    version = whole_number(form(request).get("version", "")) or 0
    await parts.intake.drafts.change(draft.id, version, visitor.name, content, parts.now())


def onward(request: Request, address: str) -> HTTPResponse:
    """On to another page, whoever sent the form."""
    return text("", headers={"HX-Redirect": address}) if partial(request) else redirect(address, status=303)


def only_in(draft: IntakeDraft, *states: str) -> None:
    """Raises PortalBadRequest in every other state."""
    if draft.state not in states:
        raise PortalBadRequest(f"这份稿子现在是“{STATES[draft.state]}”，不能这样做。请回到它的页面看下一步。")


def library_of(draft: IntakeDraft, parts: AppContext) -> Library:
    """The library with the draft over it. Raises NotTogether in words."""
    if not draft.content.document.key or not draft.content.document.region:
        raise NotTogether("先把“文件信息”填全。")
    try:
        return with_draft(files_of(draft.content, UNSIGNED, beijing_day(parts.now())))
    except NumberUnknown as error:
        raise NotTogether(f"先改规则里的话：{error}。") from None
    except LibraryError as error:
        raise NotTogether(f"先改“原文”里的修复：{error}。") from None


def days_of(draft: IntakeDraft, today: date) -> list[date]:
    """The days on which answers are compared: today, and inside what the paper speaks of."""
    paper = draft.content.document
    days = [today]
    if paper.annual_from and date.fromisoformat(paper.annual_from) > today:
        days.append(date.fromisoformat(paper.annual_from))
    if paper.annual_year and date(paper.annual_year, 3, 1) > today:
        days.append(date(paper.annual_year, 3, 1))
    if paper.effective and date.fromisoformat(paper.effective) > today:
        days.append(date.fromisoformat(paper.effective) + timedelta(days=1))
    return days


def first_day(draft: IntakeDraft, today: date) -> date:
    """The day a question is first tried on: today, or the first day the paper holds when that lies ahead."""
    paper = draft.content.document
    begins = paper.annual_from if paper.annual_year else paper.effective
    return max(today, date.fromisoformat(begins)) if begins else today


def another_person(draft: IntakeDraft, visitor: Visitor) -> None:
    """Raises RoleRefused in words."""
    if visitor.name in draft.barred:
        raise RoleRefused("写过这份稿子的人不能签它：请另一位有权限的同事签。")
