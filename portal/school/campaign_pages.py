"""A campaign: whom, when, test, approval with the comparison, progress, each delivery, the log."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from redis.exceptions import RedisError
from sanic import Blueprint, Request
from sanic.response import HTTPResponse, redirect

from common.casebook.board import SCHOOL_SENDING
from common.wecom_robot import RobotError
from leaflets import LeafletError
from leaflets.render_queue import PRESS
from policies.counting import BEIJING
from portal.auth import needs
from portal.clock import beijing
from portal.context import AppContext, Visitor, partial
from portal.errors import PortalBadRequest, PortalError, RoleRefused, StaffPageNotFound
from portal.figures import Table
from portal.roles import may
from portal.school import content, workdays
from portal.school.campaigns import DELIVERIES, EDITABLE, KINDS, LOG_WORDS, OPEN, Campaign, Delivery, Wish
from portal.school.desk import own, seen
from portal.school.groups import ClassGroup
from portal.school.papers import StoredLeaflet, outdated
from portal.school.safe import CannotOpen
from portal.school.sheet_pages import compared
from portal.sheets import download
from portal.typed import asked, form, lists, read_day, whole_number

_TEST_PAUSE = 15
"""Seconds in which a second press of the test button sends nothing."""


@dataclass(frozen=True)
class Progress:
    """How far a campaign is. `settled` of `all` are decided one way or another."""

    all: int
    settled: int
    states: dict[str, int]
    next_try: datetime | None


def campaign_pages(parts: AppContext) -> Blueprint:
    """The routes of the campaigns."""
    door = Blueprint("campaigns")
    school = parts.school

    @door.get("/school/campaigns/new")
    @needs("sheets")
    async def begin(request: Request, visitor: Visitor) -> HTTPResponse:
        return await ask(request, visitor, {})

    async def ask(
        request: Request, visitor: Visitor, given: dict[str, Any], wrong: str = "", status: int = 200,
        editing: str = "",
    ) -> HTTPResponse:  # fmt: skip
        papers = await school.papers.of(own(visitor))
        chosen = str(given.get("sheet") or asked(request, "sheet") or (papers[0].id if papers else ""))
        groups = [group for group in await school.groups.of(own(visitor)) if not group.for_tests]
        now = beijing(parts.now())
        day = str(given.get("day") or now.date())
        defaults = {
            "sheet": chosen, "kind": "text", "day": day, "at": f"{now:%H:%M}", "quiet_from": workdays.QUIET_FROM,
            "quiet_to": workdays.QUIET_TO, "until": str(now.date() + timedelta(days=7)), "until_at": "18:00",
            "staged": "1", "groups": [g.id for g in groups if not g.paused],
        } | given  # fmt: skip
        return parts.page(
            request, "school_campaign_new.html", status, papers=papers, grades=_by_grade(groups), given=defaults,
            wrong=wrong, when=_when(defaults, parts.now()), count=len(groups), editing=editing,
        )  # fmt: skip

    @door.post("/school/campaigns/when")
    @needs("sheets")
    async def when(request: Request, visitor: Visitor) -> HTTPResponse:
        """The sentence that says when it will really go out."""
        return parts.page(request, "school_when.html", when=_when(form(request), parts.now()))

    @door.post("/school/campaigns/new")
    @needs("sheets")
    async def make(request: Request, visitor: Visitor) -> HTTPResponse:
        return await taken(request, visitor)

    async def taken(request: Request, visitor: Visitor, editing: str = "") -> HTTPResponse:
        """Make the campaign the form asks for, or change the one that is edited."""
        given: dict[str, Any] = form(request) | {"groups": lists(request).get("groups", [])}
        given.setdefault("staged", "")
        try:
            wish, now = await wished(given, visitor), parts.now()
            if editing:
                made = await school.campaigns.revise(editing, own(visitor), visitor.name, wish, now)
            else:
                made = await school.campaigns.draft(own(visitor), visitor.name, wish, now)
        except LeafletError as error:
            return await ask(request, visitor, given, str(error), 400, editing)
        except StaffPageNotFound:
            raise
        except PortalError as error:
            return await ask(request, visitor, given, str(error), error.status, editing)
        what = "campaign_changed" if editing else "campaign_made"
        await parts.audit.note(visitor.name, visitor.role, what, made.id)
        return redirect(f"/school/campaigns/{made.id}", status=303)

    async def wished(given: dict[str, Any], visitor: Visitor) -> Wish:
        """The form as a wish. Raises LeafletError, BadRequest, NotFound."""
        paper = await school.papers.get(str(given.get("sheet", "")), own(visitor))
        if outdated(paper, parts.shelf.library):
            raise PortalBadRequest("这份宣传单的依据已更新，请先重做一份再发。")
        await PRESS.do(content.message, paper.sheet, _kind(given), "x" * 8)
        return Wish(
            sheet=paper.id, kind=_kind(given), groups=given["groups"], staged=given["staged"] == "1",
            wanted_at=_moment(given, "day", "at"), expires_at=_moment(given, "until", "until_at"),
            quiet_from=_clock(given, "quiet_from"), quiet_to=_clock(given, "quiet_to"),
        )  # fmt: skip

    @door.get("/school/campaigns/<name:str>/edit")
    @needs("sheets")
    async def edit(request: Request, visitor: Visitor, name: str) -> HTTPResponse:
        """A draft, or one sent back: the same form with what was chosen."""
        one = await school.campaigns.get(name, own(visitor))
        if one.state not in EDITABLE:
            raise PortalBadRequest("这次发送已经提交，不能再改。")
        wanted, ends = beijing(one.wanted_at), beijing(one.expires_at)
        given = {
            "sheet": one.sheet, "kind": one.kind, "day": f"{wanted:%Y-%m-%d}", "at": f"{wanted:%H:%M}",
            "quiet_from": one.quiet_from, "quiet_to": one.quiet_to, "until": f"{ends:%Y-%m-%d}",
            "until_at": f"{ends:%H:%M}", "staged": "1" if one.staged else "",
            "groups": [d.group for d in await school.campaigns.deliveries(name)],
        }  # fmt: skip
        return await ask(request, visitor, given, editing=name)

    @door.post("/school/campaigns/<name:str>/edit")
    @needs("sheets")
    async def revise(request: Request, visitor: Visitor, name: str) -> HTTPResponse:
        return await taken(request, visitor, name)

    @door.get("/school/campaigns/<name:str>")
    @needs("sheets")
    async def shown(request: Request, visitor: Visitor, name: str) -> HTTPResponse:
        return await page(request, visitor, name)

    async def page(request: Request, visitor: Visitor, name: str, status: int = 200, wrong: str = "") -> HTTPResponse:
        one = await school.campaigns.get(name, seen(visitor))
        paper = await school.papers.get(one.sheet, None)
        before = await school.papers.before(paper)
        deliveries = await school.campaigns.deliveries(name)
        return parts.page(
            request, "school_campaign.html", status, one=one, paper=paper, before=before, deliveries=deliveries,
            changes=compared(before.sheet, paper.sheet) if before else [], progress=_progress(deliveries), wrong=wrong,
            when=_will_go(one, parts.now()), log=await school.campaigns.log(name), now=parts.now(),
            may_decide=visitor.name not in (one.author, one.submitter, paper.author),
            mine=one.school == own(visitor), example=_example(paper, one),
            old=outdated(paper, parts.shelf.library), kinds=KINDS, all_seen=may(visitor.role, "figures"),
            test_groups=[group for group in await school.groups.of(one.school) if group.for_tests],
        )  # fmt: skip

    @door.get("/school/campaigns/<name:str>/progress")
    @needs("sheets")
    async def progress(request: Request, visitor: Visitor, name: str) -> HTTPResponse:
        """What changes while it is sent; htmx asks every two seconds."""
        if not partial(request):
            return redirect(f"/school/campaigns/{name}", status=303)
        one = await school.campaigns.get(name, seen(visitor))
        deliveries = await school.campaigns.deliveries(name)
        found = parts.page(
            request, "school_progress.html", one=one, deliveries=deliveries, progress=_progress(deliveries)
        )
        if one.state != "approved":
            found.headers["HX-Refresh"] = "true"  # the state, what can be done now and the log stand outside of it
        return found

    @door.post("/school/campaigns/<name:str>/test")
    @needs("sheets")
    async def test(request: Request, visitor: Visitor, name: str) -> HTTPResponse:
        """Send it to a group for tests now, whatever the hour: somebody stands beside it."""
        one = await school.campaigns.get(name, own(visitor))
        group = await school.groups.get(form(request).get("group", ""), own(visitor))
        if one.state not in ("draft", "returned"):
            raise PortalBadRequest("提交以后不能再测试。")
        if not group.for_tests:
            return await page(request, visitor, name, 400, "只能发到测试群。请先在“班级群”里标一个只有老师的群。")
        if SCHOOL_SENDING in parts.board.off:
            return await page(request, visitor, name, 400, "发到班级群现在停用，测试也不发；恢复请找主管。")
        if not await parts.sessions.once(f"test {name}", _TEST_PAUSE):
            return await page(request, visitor, name, 400, "刚刚发过测试，请先看群里，过十几秒再试。")
        paper = await school.papers.get(one.sheet, own(visitor))
        note, good = "接口已接受，请到群里看一眼", True
        try:
            robot = school.line.robot(await school.groups.key(group.id, own(visitor)))
            await robot.send(await PRESS.do(content.message, paper.sheet, one.kind, group.id))
        except (RobotError, LeafletError) as error:
            note, good = str(error), False
        except CannotOpen:
            note, good = "机器人密钥打不开，请重新导入这个群", False
        except RedisError:
            note, good = "系统这会儿有点忙，没有发出去，请再试", False
        await school.campaigns.tested(
            name, own(visitor), visitor.name, group.id, f"{group.label}：{note}", good, parts.now()
        )
        await parts.audit.note(visitor.name, visitor.role, "campaign_tested", f"{name} {group.label}")
        if not good:
            return await page(request, visitor, name, 400, f"测试没有成功：{note}")
        return redirect(f"/school/campaigns/{name}", status=303)

    @door.post("/school/campaigns/<name:str>/<act:str>")
    @needs("sheets")
    async def act(request: Request, visitor: Visitor, name: str, act: str) -> HTTPResponse:
        """Submit, approve, return, pause, resume, stop, or settle one delivery."""
        given, now, campaigns = form(request), parts.now(), school.campaigns
        noted = {"submit": "campaign_submitted", "approve": "campaign_approved", "return": "campaign_returned",
                 "pause": "campaign_held", "resume": "campaign_held", "stop": "campaign_held",
                 "there": "delivery_settled", "again": "delivery_settled"}  # fmt: skip
        if act not in noted:
            raise PortalBadRequest
        try:
            if act == "submit":
                await campaigns.submit(name, own(visitor), visitor.name, now)
            elif act in ("approve", "return"):
                one = await campaigns.get(name, seen(visitor))
                paper = await school.papers.get(one.sheet, None)
                if act == "approve" and outdated(paper, parts.shelf.library):
                    raise PortalBadRequest("这份宣传单的依据已更新，不能批准；请退回重做。")
                await campaigns.decide(name, seen(visitor), visitor.name, now, approve=act == "approve",
                                       why=given.get("why", ""))  # fmt: skip
            elif act in ("pause", "resume", "stop"):
                await campaigns.hold(name, seen(visitor), visitor.name, now, act)
            else:
                number = whole_number(given.get("delivery", ""))
                if number is None:
                    raise PortalBadRequest
                await campaigns.settle(name, seen(visitor), number, visitor.name, now, act)
        except RoleRefused as error:
            await parts.audit.note(visitor.name, visitor.role, "refused", f"{act} {name}")
            return await page(request, visitor, name, error.status, str(error))
        except PortalBadRequest as error:
            return await page(request, visitor, name, error.status, str(error))
        await parts.audit.note(visitor.name, visitor.role, noted[act], f"{name} {act}")
        return redirect(f"/school/campaigns/{name}", status=303)

    @door.get("/school/campaigns/<name:str>/log.xlsx")
    @needs("sheets")
    async def exported(request: Request, visitor: Visitor, name: str) -> HTTPResponse:
        one = await school.campaigns.get(name, seen(visitor))
        deliveries = await school.campaigns.deliveries(name)
        tables = [_deliveries_table(deliveries), _log_table(await school.campaigns.log(name))]
        await parts.audit.note(visitor.name, visitor.role, "exported", f"{one.id}.xlsx")
        paper = await school.papers.get(one.sheet, None)
        name = f"发送记录-{paper.sheet.title}-{beijing(one.made_at):%Y%m%d}.xlsx"
        return await download(name, tables, parts.now())

    return door


def _by_grade(groups: list[ClassGroup]) -> dict[str, list[ClassGroup]]:
    found: dict[str, list[ClassGroup]] = {}
    for group in groups:
        found.setdefault(group.grade, []).append(group)
    return found


def _kind(given: dict[str, Any]) -> str:
    return str(given.get("kind", "text"))


def _moment(given: dict[str, Any], day: str, at: str) -> datetime:
    """Date and time of a form, in Beijing. Raises BadRequest."""
    chosen = read_day(str(given.get(day, "")))
    try:
        if chosen is None:
            raise ValueError
        return datetime.combine(chosen, time.fromisoformat(str(given.get(at, ""))), tzinfo=BEIJING)
    except ValueError:
        raise PortalBadRequest("日期写成 2026-11-24，时间写成 16:30。") from None


def _clock(given: dict[str, Any], name: str) -> str:
    try:
        return time.fromisoformat(str(given.get(name, ""))).strftime("%H:%M")
    except ValueError:
        raise PortalBadRequest("安静时段写成 20:00 和 08:00 这样。") from None


def _when(given: dict[str, Any], now: datetime) -> str:
    """将于……发送, with every reason why it is not the moment that was asked for."""
    try:
        wanted = max(_moment(given, "day", "at"), now)
        return _said(workdays.next_moment(wanted, _clock(given, "quiet_from"), _clock(given, "quiet_to")), now)
    except PortalBadRequest as error:
        return str(error)


def _will_go(one: Campaign, now: datetime) -> str:
    wanted = max(one.wanted_at, now) if one.state != "approved" else max(one.not_before, now)
    return _said(workdays.next_moment(wanted, one.quiet_from, one.quiet_to), now)


def _said(found: workdays.When, now: datetime) -> str:
    why = f"（{'，'.join(found.why)}）" if found.why else ""
    known = ""
    if found.unknown_year:
        known = f"注意：{found.unknown_year} 年的调休安排还没有收录，法定节假日和周末不发，调休的日子请自己核对。"
    return f"将于{workdays.in_words(found.moment, now)} 发送{why}。{known}"


def _progress(deliveries: list[Delivery]) -> Progress:
    states: dict[str, int] = {}
    for one in deliveries:
        states[one.state] = states.get(one.state, 0) + 1
    waiting = [d.not_before for d in deliveries if d.state == "waiting" and d.attempts > 0]
    left = sum(states.get(state, 0) for state in OPEN)
    return Progress(len(deliveries), len(deliveries) - left, states, min(waiting) if waiting else None)


def _example(paper: StoredLeaflet, one: Campaign) -> str:
    """What stands in a group, for the reviewer; pictures are shown as the leaflet itself."""
    try:
        sent = content.message(paper.sheet, one.kind, "x" * 8) if one.kind != "image" else None
    except LeafletError as error:
        return str(error)
    shown: Any = sent.payload() if sent is not None else {}
    return str(shown.get("text", shown.get("markdown", {})).get("content", ""))


def _deliveries_table(deliveries: list[Delivery]) -> Table:
    rows = tuple(
        (d.stage + 1, d.label, DELIVERIES[d.state], d.attempts, d.reason or "",
         f"{beijing(d.settled_at):%Y-%m-%d %H:%M:%S}" if d.settled_at else "") for d in deliveries
    )  # fmt: skip
    return Table("deliveries", "发送记录", ("批次", "班级", "结果", "次数", "说明", "时间"), rows)


def _log_table(lines: list[Any]) -> Table:
    rows = tuple((f"{beijing(n.at):%Y-%m-%d %H:%M:%S}", n.label, LOG_WORDS.get(n.what, n.what), n.who or "", n.note)
                 for n in lines)  # fmt: skip
    return Table("log", "发送日志", ("时间", "班级", "事情", "谁", "说明"), rows)
