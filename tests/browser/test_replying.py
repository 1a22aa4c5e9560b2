"""The queue and the reply page as an agent meets them; the portal by itself, no language model needed."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.conftest import CHROMIUM, MEASURES, TODAY
from tests.browser.staff import Seat
from tests.gateway.running import redis_server
from tests.portal.builders import PASSWORD, HandClock, settings
from tests.portal.running import Portal, portal

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt-get install chromium fonts-noto-cjk)"),
]
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
Sit = Callable[..., Any]


@pytest.fixture(scope="module")
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, clock: HandClock) -> Iterator[Portal]:
    folder = tmp_path_factory.mktemp("desk")
    with redis_server(folder) as redis, portal(settings(folder, redis.url, demo_clock=True), clock) as started:
        for name, role in (("3021", "agent"), ("3022", "agent"), ("主管一", "supervisor"), ("管理员一", "admin")):
            started.add(name, role)
        started.add("王老师", "school", school="光华小学")
        yield started


@pytest.fixture
def sit(browser: Browser, desk: Portal) -> Sit:
    """Opens windows of staff: `with sit("3021") as seat:`. At the end no window may have seen a script error."""

    @contextmanager
    def opened(name: str, width: int = 1366, height: int = 768, **options: Any) -> Iterator[Seat]:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", **options)
        context.add_cookies([{"name": "as_of", "value": TODAY, "url": desk.url}])
        context.add_init_script(path=MEASURES)
        context.set_default_timeout(15_000)
        seat = Seat(context.new_page(), context, desk.url)
        seat.notice()
        try:
            yield seat.login(name, PASSWORD)
            assert seat.errors == []
        finally:
            context.close()

    return opened


def waiting(
    desk: Portal, clock: HandClock, name: str, question: str, region: str | None = "320100", ago: int = 5
) -> str:
    """A chat that was handed over some minutes ago; its number."""
    talk = [{"who": "parent", "text": question, "at": 1}, {"who": "bot", "text": "请看下面", "at": 2},
            {"who": "parent", "text": "转人工", "at": 3}]  # fmt: skip
    at = clock() - timedelta(minutes=ago)
    book = desk.parts.casebook
    return desk.do(lambda: book.open_case(name, "web", region, "家长要找人", talk, at)).number


def taken(seat: Seat, number: str) -> None:
    seat.open(f"/chats/{number}")
    seat.keys("Alt+j")
    expect(seat.page.locator("#text")).to_be_focused()
    seat.page.wait_for_load_state()  # the box has the focus before the scripts that hear the keys have run


# the queue


def test_the_queue_shows_what_is_asked_where_and_how_long_and_the_first_case_has_the_focus(
    sit: Sit, desk: Portal, clock: HandClock
) -> None:
    number = waiting(desk, clock, "q-1", "宝宝没户口能办医保吗", ago=4000)
    with sit("3021") as seat:
        page = seat.open("/chats")
        row = page.locator("#cases tbody tr", has_text=number)
        for words in ("宝宝没户口能办医保吗", "江苏省南京市", "2 天", "等待接手"):
            expect(row).to_contain_text(words)
        expect(row).not_to_contain_text("转人工")
        expect(row.get_by_role("link")).to_be_focused()
        seat.picture("desk-queue")
        seat.keys("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text(f"会话 {number}")


def test_the_queue_is_filtered_by_place_and_state_and_sorted(sit: Sit, desk: Portal, clock: HandClock) -> None:
    old = waiting(desk, clock, "f-1", "威海的孩子怎么交", "371000", ago=90)
    new = waiting(desk, clock, "f-2", "威海什么时候交", "371000", ago=1)
    nowhere = waiting(desk, clock, "f-3", "没说在哪里", None, ago=2)
    with sit("3021") as seat:
        page = seat.open("/chats")
        page.get_by_label("地区", exact=True).select_option("山东省威海市")
        page.get_by_role("button", name="筛选").click()
        rows = page.locator("#cases tbody tr")
        expect(rows).to_have_count(2)
        expect(rows.first).to_contain_text(old)
        page.get_by_label("排序", exact=True).select_option("新来的在前")
        page.get_by_role("button", name="筛选").click()
        expect(rows.first).to_contain_text(new)
        page.get_by_label("地区", exact=True).select_option("没说")
        page.get_by_role("button", name="筛选").click()
        expect(rows).to_have_count(1)
        expect(rows).to_contain_text(nowhere)
        page.get_by_label("看", exact=True).select_option("处理中")
        page.get_by_label("地区", exact=True).select_option("全部")
        page.get_by_role("button", name="筛选").click()
        expect(page.locator("#cases")).to_contain_text("现在没有等待的会话")


def test_a_new_chat_counts_in_the_title_and_rings_for_who_wants_it(sit: Sit, desk: Portal, clock: HandClock) -> None:
    with sit("3021") as seat:
        page = seat.open("/chats?sort=newest")
        expect(page).to_have_title(re.compile("转来的会话 · 童保"))
        before = page.title()
        ring = page.get_by_role("button", name="新会话响铃")
        ring.click()
        expect(ring).to_have_attribute("aria-pressed", "true")
        rung = page.evaluate_handle(
            "() => ({heard: new Promise(done => document.body.addEventListener('rung', () => done('rung')))})"
        )
        number = waiting(desk, clock, "ring-1", "刚来的问题", ago=0)
        assert rung.evaluate("it => it.heard") == "rung"
        expect(page.locator("#cases tbody tr").first).to_contain_text(number)
        assert page.title() != before
        expect(page).to_have_title(re.compile(r"^（\d+）"))
        expect(page.locator("#status")).to_contain_text("新会话")


# the reply


def test_answers_stand_beside_the_reply_and_go_in_at_the_cursor_by_key(
    sit: Sit, desk: Portal, clock: HandClock
) -> None:
    number = waiting(desk, clock, "r-1", "停了一年没交有什么影响")
    with sit("3021") as seat:
        page = seat.page
        taken(seat, number)
        expect(page.locator("#q")).to_have_value("停了一年没交有什么影响")
        expect(page.locator(".offer").first).to_be_visible()
        seat.keys("您好。")
        seat.keys("Alt+/")
        expect(page.locator("#q")).to_be_focused()
        seat.keys("duanbao")
        expect(page.locator(".offer h3").first).to_have_text("断保有什么影响")
        seat.keys("Enter")
        expect(page.locator("#text")).to_be_focused()
        expect(page.locator("#text")).to_have_value(re.compile(r"^您好。\n【江苏省南京市·.*依据：", re.S))
        seat.keys("谢谢")
        assert page.input_value("#text").endswith("谢谢")
        page.locator("#text").evaluate("box => box.setSelectionRange(0, 3)")
        page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', {code: 'Digit1', altKey: true}))")
        assert not page.input_value("#text").startswith("您好。")
        page.fill("#text", "")
        seat.keys("Alt+g")
        seat.keys("Enter")
        expect(page.locator("#text")).to_have_value("您好，我是人工坐席，刚才的聊天我看过了。")
        seat.picture("desk-reply")
        seat.keys("Alt+Enter")
        expect(page.locator("#log")).to_contain_text("我是人工坐席")
        expect(page.locator("#text")).to_have_value("")


def test_on_an_office_screen_the_send_button_is_in_view(sit: Sit, desk: Portal, clock: HandClock) -> None:
    number = waiting(desk, clock, "fold-1", "交重了能退吗" * 20)
    with sit("3021") as seat:
        page = seat.page
        taken(seat, number)
        for n in range(12):
            desk.do(lambda n=n: desk.parts.casebook.say(number, "parent", f"第{n}句" * 30, None, clock()))
        page.reload()
        for name in ("发送", "结束会话"):
            expect(page.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)
        expect(page.locator("#q")).to_be_in_viewport(ratio=1)
        assert page.evaluate("document.documentElement.scrollHeight") <= 768


def test_a_reply_not_sent_is_there_again_at_another_computer(sit: Sit, desk: Portal, clock: HandClock) -> None:
    number = waiting(desk, clock, "draft-1", "在哪里办")
    with sit("3021") as seat:
        taken(seat, number)
        seat.keys("写到一半")
        expect(seat.page.locator("#saved")).to_contain_text("草稿已存")
    with sit("3021") as seat:
        page = seat.open(f"/chats/{number}")
        expect(page.locator("#text")).to_have_value("写到一半")
        page.get_by_role("button", name="发送").click()
        expect(page.locator("#log")).to_contain_text("写到一半")
        expect(page.locator("#text")).to_have_value("")
        page.reload()
        expect(page.locator("#text")).to_have_value("")


@pytest.mark.parametrize("how", ["typing", "sending"])
def test_nothing_typed_is_lost_when_the_session_ends(sit: Sit, desk: Portal, clock: HandClock, how: str) -> None:
    number = waiting(desk, clock, f"ended-{how}", "要带什么材料")
    with sit("3021") as seat:
        page = seat.page
        taken(seat, number)
        token = next(one["value"] for one in seat.context.cookies() if one["name"] == "desk")
        desk.do(lambda: desk.parts.sessions.end(token))
        seat.keys("离开太久以前写的话")
        if how == "sending":
            seat.keys("Alt+Enter")
        page.wait_for_url(re.compile("/login"))
        expect(page.locator(".caution")).to_contain_text("没写完的还在")
        page.fill("#name", "3021")
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text(f"会话 {number}")
        expect(page.locator("#text")).to_have_value("离开太久以前写的话")
        seat.keys("Alt+Enter")
        expect(page.locator("#log")).to_contain_text("离开太久以前写的话")
        expect(page.locator("#text")).to_have_value("")
        seat.errors.clear()  # Chromium itself notes the 401


def test_what_one_agent_typed_is_never_shown_to_another(sit: Sit, desk: Portal, clock: HandClock) -> None:
    number = waiting(desk, clock, "other-1", "能报多少")
    with sit("3021") as seat:
        page = seat.page
        taken(seat, number)
        seat.keys("只给自己看的草稿")
        expect(page.locator("#saved")).to_contain_text("草稿已存")
        page.get_by_role("button", name="放回队列").click()
        page.get_by_role("button", name="退出").click()
        seat.login("3022", PASSWORD)
        taken(seat, number)
        expect(page.locator("#text")).to_have_value("")


@pytest.mark.parametrize(
    ("field", "where", "says"), [("#text", "#saved", "草稿已存"), ("#q", "#answers h3", "什么时候缴费")]
)
def test_what_is_typed_while_the_page_loads_is_saved_and_looked_up(
    sit: Sit, desk: Portal, clock: HandClock, field: str, where: str, says: str
) -> None:
    number = waiting(desk, clock, f"early-{field[1:]}", "要带什么材料")
    with sit("3021") as seat:
        page, held, loading = seat.page, list[Route](), True
        taken(seat, number)
        page.route(re.compile(r"\.js"), lambda route: held.append(route) if loading else route.continue_())
        page.goto(page.url, wait_until="commit")
        page.locator(field).fill("什么时候缴费")
        loading = False
        for route in held:
            route.continue_()
        expect(page.locator(where).first).to_contain_text(says)


def test_axe_finds_nothing_on_the_queue_and_the_reply_and_nothing_scrolls_sideways(
    sit: Sit, desk: Portal, clock: HandClock
) -> None:
    number = waiting(desk, clock, "axe-1", "怎么交")
    with sit("3021") as seat:
        page = seat.open("/chats")
        assert seat.axe(AXE) == []
        assert page.evaluate("desk.small()") == []
        taken(seat, number)
        expect(page.locator(".offer").first).to_be_visible()
        assert seat.axe(AXE) == []
        assert page.evaluate("desk.small()") == []
        for width in (683, 320):
            page.set_viewport_size({"width": width, "height": 568})
            for path in (f"/chats/{number}", "/chats"):
                seat.open(path)
                wide, out = page.evaluate("measure.sideways()")
                assert wide <= 0, (width, path, out)


# the desk


def test_no_old_answer_stays_under_a_new_question_that_could_not_be_opened(sit: Sit) -> None:
    with sit("3022") as seat:
        page = seat.open("/desk")
        seat.search("断保")
        seat.keys("Enter")
        expect(page.locator(".headline")).to_be_visible()
        page.route(
            "**/desk/open",
            lambda route: route.fulfill(status=503, body="系统这会儿有点忙", headers={"HX-Reswap": "innerHTML"}),
        )
        seat.search("等待期")
        seat.keys("Enter")
        expect(page.locator("#alert")).to_contain_text("有点忙")
        expect(page.locator(".headline")).to_have_count(0)
        expect(page.locator("#pane")).to_contain_text("没有打开新的答复")
        seat.errors.clear()  # Chromium itself notes the 503


def test_days_are_taken_as_they_are_typed_contradictions_are_said_at_their_field_and_read_out_with_exceptions(
    sit: Sit,
) -> None:
    with sit("3022", permissions=["clipboard-read", "clipboard-write"]) as seat:
        page = seat.open("/desk")
        seat.keys("Alt+r", "nanjing", "Enter")
        expect(page.locator("#region")).to_have_text("江苏省南京市")
        seat.search("什么时候缴费")
        seat.keys("Enter")
        expect(page.locator("#f-birth_date")).to_be_visible()
        page.fill("#f-birth_date", "10月20号")
        seat.keys("Tab")
        expect(page.locator("#f-birth_date")).to_have_value("2026-10-20")
        expect(page.locator(".headline")).to_contain_text("2027年1月17日")
        seat.keys("Alt+c")
        expect(page.locator("#status")).to_contain_text("已复制口播短句")
        for exception in ("如果只交2027年度", "要从2027年1月1日起", "两年都交"):
            assert exception in seat.clipboard()
        page.fill("#f-paid_date", "10月1号")
        seat.keys("Tab")
        expect(page.locator("#w-paid_date")).to_contain_text("早于出生日期")
        expect(page.locator(".headline")).to_contain_text("2027年1月17日")
        assert seat.axe(AXE) == []


# the supervisor, the administrator and the school


def test_the_supervisor_filters_grouped_questions_and_the_administrator_makes_an_account(
    sit: Sit, desk: Portal, clock: HandClock
) -> None:
    book = desk.parts.casebook
    for number, region in enumerate(("320100", "320100", "371000")):
        desk.do(
            lambda n=number, r=region: book.note_question(
                "thumb_down", f"退费问题{n}", now=clock(), intent="ask_refund", region=r
            )
        )
    with sit("主管一") as seat:
        page = seat.open("/figures")
        row = page.locator("#table-unanswered tbody tr", has_text="江苏省南京市")
        expect(row.locator(".number")).to_have_text("2")
        row.locator("summary").click()
        expect(row).to_contain_text("退费问题1")
        expect(page.locator("#table-unanswered")).not_to_contain_text("ask_")
        page.get_by_label("地区", exact=True).select_option("山东省威海市")
        page.get_by_role("button", name="筛选").click()
        expect(page.locator("#table-unanswered tbody tr")).to_have_count(1)
        assert seat.axe(AXE) == []
    with sit("管理员一") as seat:
        page = seat.open("/accounts")
        page.get_by_label("名字", exact=True).fill("5001")
        page.get_by_label("角色").select_option("坐席")
        page.get_by_role("button", name="新建账号").click()
        expect(page.locator("#made")).to_contain_text("5001")
        assert seat.axe(AXE) == []
        password = page.locator("#made code").inner_text()
        page.get_by_role("button", name="退出").click()
        seat.login("5001", password)
        expect(page.get_by_role("link", name="坐席 5001")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "paths"),
    [("主管一", ("/figures", "/chats", "/school", "/sources")), ("管理员一", ("/accounts", "/audit", "/me")),
     ("王老师", ("/school", "/school/sheets/new?region=南京", "/school/groups", "/school/campaigns/new",
                 "/school/results", "/school/counts"))],
)  # fmt: skip
def test_no_page_of_staff_runs_off_a_narrow_screen_and_axe_finds_nothing_there(
    sit: Sit, name: str, paths: tuple[str, ...]
) -> None:
    with sit(name, width=320, height=568) as seat:
        for path in paths:
            page = seat.open(path)
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, (path, page.evaluate("measure.sideways()"))
            assert seat.axe(AXE) == [], path
            expect(page).to_have_title(re.compile(r"^(?!童保).+ · 童保$"))


def test_every_error_page_has_words_of_its_own_and_a_title(sit: Sit) -> None:
    with sit("3021") as seat:
        for path, title in (("/nowhere", "没有这一页"), ("/figures", "这一页不归您的角色")):
            page = seat.open(path)
            expect(page.get_by_role("heading", level=1)).to_have_text(title)
            expect(page).to_have_title(f"{title} · 童保")
        seat.errors.clear()  # Chromium itself notes the 403 and 404
