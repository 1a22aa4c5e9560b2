"""The weekly sample: each of two people judges the same turns alone; afterwards both see both, and what it comes to."""

from urllib.parse import urlencode

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, redirect

from common.casebook.sampling import VERDICTS, JudgedByOthers, NotToJudge
from portal.auth import needs
from portal.context import AppContext, Visitor
from portal.errors import PortalBadRequest, StaffPageNotFound
from portal.review import words
from portal.review.agreement import result_of, share
from portal.review.numbers import numbered
from portal.review.understanding import understood
from portal.typed import asked, form, whole_number

PER_PAGE = 10


def sample_pages(parts: AppContext) -> Blueprint:
    """The routes of the weekly sample."""
    door = Blueprint("sample")

    @door.get("/review/sample")
    @needs("review")
    async def shown(request: Request, visitor: Visitor) -> HTTPResponse:
        """One week: what is still to be judged by the visitor, or all of it."""
        weeks = await parts.sample.weeks(parts.now())
        week = next((one for one in weeks if one == asked(request, "week")), weeks[0] if weeks else "")
        turns = (await parts.sample.drawn([week]))[week] if week else []
        whole = asked(request, "show") == "all"
        mine = sum(visitor.name in turn.judgments for turn in turns)
        listed = turns if whole else [turn for turn in turns if visitor.name not in turn.judgments]
        pages = max(1, -(-len(listed) // PER_PAGE))
        page = min(max(1, whole_number(asked(request, "page")) or 1), pages)
        here = listed[(page - 1) * PER_PAGE : page * PER_PAGE]
        judges = {who for turn in turns for who in turn.judgments}
        await parts.audit.note(visitor.name, visitor.role, "sample_seen", week)
        return parts.page(
            request, "review_sample.html", weeks=weeks, week=week, whole=whole, page=page, pages=pages, mine=mine,
            many=len(turns), others=len(judges - {visitor.name}) >= 2, result=result_of(turns), share=share,
            lines=[(turn, understood(turn.heard, parts.shelf.library), turn.seen_by(visitor.name)) for turn in here],
            gone=[who for who in sorted(judges) if await absent(who)], verdicts=words.VERDICTS,
            week_name=words.week_name, address=_address(week, whole),
        )  # fmt: skip

    async def absent(judge: str) -> bool:
        """Is this a judge who cannot come back to it?"""
        account = await parts.accounts.get(judge)
        return account is None or account.disabled

    @door.post("/review/sample/leave")
    @needs("review")
    async def left(request: Request, visitor: Visitor) -> HTTPResponse:
        """The visitor's own place among a week's judges, or that of somebody who is gone, is free for another."""
        given = form(request)
        week, judge = given.get("week", ""), given.get("judge", "")
        if judge != visitor.name and not await absent(judge):
            raise PortalBadRequest("只能让出自己的；别人的，要那个账号停用了才行。")
        many = await parts.sample.leave(week, judge)
        await parts.audit.note(visitor.name, visitor.role, "sample_left", f"{week[:8]} {judge} {many} 条")
        return redirect(_address(week, False), status=303)

    @door.post(r"/review/sample/<said:str>")
    @needs("review")
    async def judged(request: Request, visitor: Visitor, said: str) -> HTTPResponse:
        """One judgment. The log says that there was one, not which: the other person must not learn it there."""
        given, number = form(request), numbered(said)
        verdict = next((one for one in VERDICTS if one == given.get("verdict")), None)
        if verdict is None:
            raise PortalBadRequest("没有存：点“对”“部分对”“错”里的一个。")
        try:
            await parts.sample.judge(number, visitor.name, verdict, parts.now())
        except NotToJudge:
            raise StaffPageNotFound("没有这一条：还没抽到，或者家长已经让我们忘掉了。") from None
        except JudgedByOthers:
            raise PortalBadRequest("没有存：这一周已经由另外两位在判，或者两位都判完了这一条。") from None
        await parts.audit.note(visitor.name, visitor.role, "turn_judged", str(number))
        page = whole_number(given.get("page", "")) or 1
        back = f"{_address(given.get('week', ''), given.get('show') == 'all')}&page={page}"
        return redirect(back, status=303)

    return door


def _address(week: str, whole: bool) -> str:
    return "/review/sample?" + urlencode({"week": week[:8], "show": "all" if whole else "left"})
