"""The hotline desk as an agent with one ear on the phone meets it: design/surfaces.md 4.2, points 1 to 12.

Point 9 is met as the house works: policy content is released by reviewed commits (docs/decisions/0007).
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Error, Request, expect
from ruamel.yaml import YAML

from deploy.stack import Stack
from policies.check import check
from tests.browser.conftest import ARGUMENTS, CHROMIUM, MEASURES, TODAY
from tests.browser.staff import Seat, accounts, end_calls, kill_browser, waiting_case
from tests.gateway.running import redis_server
from tests.portal.builders import PASSWORD, HandClock, settings, shelf
from tests.portal.running import portal
from tests.portal.test_figures import copied
from tests.portal.test_search import many

pytestmark = [
    pytest.mark.browser,
    pytest.mark.stack,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt-get install chromium fonts-noto-cjk)"),
]
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
SENTENCE = "南京 2026-10-20 出生 什么时候前要办"
Sit = Callable[..., Any]


@dataclass
class House:
    """The started product with its people."""

    stack: Stack
    passwords: dict[str, str]


@pytest.fixture(scope="module")
def house(stack: Stack) -> House:
    people = (("3021", "agent", "320100"), ("3022", "agent"), ("主管一", "supervisor"), ("管理员一", "admin"),
              ("学校一", "school", "示范小学"))  # fmt: skip
    return House(stack, accounts(stack.environment()["DATABASE_URL"], *people))


@pytest.fixture
def sit(browser: Browser, house: House) -> Iterator[Sit]:
    """Opens windows of staff: `with sit("3021") as seat:`. At the end no window may have seen a script error.

    Calls left open by a test are ended, so that the next one finds an empty desk.
    """

    @contextmanager
    def opened(name: str | None, width: int = 1366, height: int = 768, **options: Any) -> Iterator[Seat]:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN",
            permissions=["clipboard-read", "clipboard-write"], **options,
        )  # fmt: skip
        address = house.stack.portal_address
        context.add_cookies([{"name": "as_of", "value": TODAY, "url": address}])
        context.add_init_script(path=MEASURES)
        context.set_default_timeout(15_000)
        seat = Seat(context.new_page(), context, address)
        seat.notice()
        try:
            if name is not None:
                seat.login(name, house.passwords[name])
            yield seat
            assert seat.errors == []
            assert seat.hosts <= {address.split("//")[1]}
        finally:
            context.close()

    yield opened
    end_calls(house.stack, "3021", "3022")


# 1 - by keyboard alone


def test_a_call_from_question_to_end_by_keyboard_alone(sit: Sit, house: House) -> None:
    number = waiting_case(house.stack, "keyboard-1")
    with sit("3021") as seat:
        page = seat.page
        expect(page.locator("#q")).to_be_focused()
        assert seat.search("xse")[0] == "ask_newborn_enrollment"
        seat.keys("ArrowDown", "Enter")
        expect(page.locator(".pane-head h2")).to_have_text("什么时候缴费")
        expect(page.locator("#q")).to_be_focused()
        seat.keys("Alt+i", "20261020", "Tab")
        expect(page.locator(".headline")).to_contain_text("2027年1月17日")
        seat.keys("Alt+c")
        expect(page.locator("#status")).to_contain_text("已复制口播短句")
        assert "2027年1月17日" in seat.clipboard()
        seat.keys("Alt+k", "家长问期限，已说明")
        expect(page.locator("#saved")).to_contain_text("草稿已存")
        seat.keys("Alt+w", number, "Enter")
        expect(page.locator("#linked")).to_contain_text(f"会话 {number}：等待接手")
        seat.keys("Alt+o", "ArrowDown")
        expect(page.get_by_label("转办")).to_be_checked()
        seat.picture("desk-call")
        seat.keys("Alt+Enter")
        expect(page.locator(".done")).to_have_text("上一个通话已记录。")
        expect(page.locator("#notes")).to_have_value("")
        expect(page.locator("#q")).to_be_focused()
        seat.keys("Alt+h")
        keys = page.locator("#keys")
        expect(keys).to_be_visible()
        for words in ("到搜索框", "填来电人情况", "换地区", "复制口播短句", "看原文段落", "记为未解决", "结束通话"):
            expect(keys).to_contain_text(words)
        seat.picture("desk-keys")
        seat.keys("Escape")
        expect(keys).to_be_hidden()


def test_an_application_is_started_for_a_caller_and_its_link_is_the_parents_own_form(sit: Sit, house: House) -> None:
    with sit("3021") as seat:
        page = seat.page
        page.locator("#notes").fill("来电人不会上网，要帮他办")
        page.get_by_text("替来电人起参保申请").click()
        started = page.locator("#started")
        page.get_by_label("参保地").fill("江苏省南京市")
        page.get_by_label("出生日期", exact=True).last.fill("去年")
        page.get_by_role("button", name="起申请", exact=True).click()
        expect(started.get_by_role("alert")).to_be_visible()
        page.get_by_label("出生日期", exact=True).last.fill("2026-10-20")
        page.get_by_role("button", name="起申请", exact=True).click()
        expect(started).to_contain_text("起好了，受理号 TB")
        expect(page.locator("#notes")).to_have_value("来电人不会上网，要帮他办")
        assert seat.axe(AXE) == []
        link = started.get_by_role("link", name="打开表单替他填")
        form = seat.context.request.get(str(link.get_attribute("href")))
        assert form.status == 200
        assert "填写参保信息" in form.text()
        page.reload()
        expect(page.locator("#link")).to_have_value(re.compile("^TB"))
        expect(page.locator("#started")).to_be_empty()


def test_a_question_mark_lists_the_keys_and_single_keys_can_be_switched_off(sit: Sit) -> None:
    with sit("3021") as seat:
        page = seat.page
        page.locator("#pane").focus()
        seat.keys("?")
        expect(page.locator("#keys")).to_be_visible()
        page.locator("#single-keys").check()
        seat.keys("Escape")
        page.locator("#pane").focus()
        seat.keys("?", "/")
        expect(page.locator("#keys")).to_be_hidden()
        expect(page.locator("#pane")).to_be_focused()
        seat.keys("Alt+/")
        expect(page.locator("#q")).to_be_focused()


def test_every_control_is_reached_by_tab_in_reading_order_with_a_visible_focus(sit: Sit) -> None:
    with sit("3021") as seat:
        page = seat.page
        seat.search("等待期")
        seat.keys("Enter")
        expect(page.locator(".headline")).to_be_visible()
        page.locator(".skip").focus()
        reached = []
        for _ in range(80):
            seat.keys("Tab")
            focus = page.evaluate("desk.focus()")
            if focus is None or (reached and focus["what"] == reached[0]["what"]):
                break
            assert focus["outline"], focus
            assert focus["seen"], focus
            reached.append(focus)
        names = [focus["what"] for focus in reached]
        places = [
            names.index(name) for name in ("where-box", "q", "f-birth_date", "source-link", "notes", "link", "end")
        ]
        assert places == sorted(places)
        assert names.index("notes") - names.index("q") < 45


# 2 - finding


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("断保", "ask_lapse_penalty"), ("duanbao", "ask_lapse_penalty"), ("db", "ask_lapse_penalty"),
     ("学平显", "ask_commercial_insurance"), ("等待气", "ask_waiting_period"), ("繁體 參保", "ask_newborn_enrollment")],
)  # fmt: skip
def test_each_spelling_puts_the_right_entry_in_the_first_three(sit: Sit, typed: str, meant: str) -> None:
    with sit("3021") as seat:
        assert meant in seat.search(typed)[:3]
        expect(seat.page.locator("#q")).to_be_focused()
        expect(seat.page.locator("#q")).to_have_attribute("aria-activedescendant", re.compile("option-"))
        expect(seat.page.locator("#status")).to_contain_text("条结果")


def test_the_list_refreshes_within_150_ms_on_5000_entries(browser: Browser, tmp_path: Path) -> None:
    """The page's own clock, from the last key to the list of what was typed. Of nine searches the quickest counts: what
    else the machine does is not measured (`python -m tools.bench.desk` measures all of them)."""
    crowded = shelf().__class__(lambda: shelf().library, today=lambda: shelf()._day)
    crowded._index = many(5000)
    with redis_server(tmp_path) as redis, portal(settings(tmp_path, redis.url), HandClock(), own_shelf=crowded) as desk:
        desk.add("3021")
        context = browser.new_context(viewport={"width": 1366, "height": 768})
        page = context.new_page()
        Seat(page, context, desk.url).login("3021", PASSWORD)
        page.evaluate("""() => {
            window.took = [];
            const list = document.getElementById("results");
            document.getElementById("q").addEventListener("input", () => { window.typed = performance.now(); });
            new MutationObserver(() => {
                const of = list.querySelector("[data-q]");
                if (of && of.dataset.q === document.getElementById("q").value.trim())
                    window.took.push(performance.now() - window.typed);
            }).observe(list, {childList: true});
        }""")
        for number, typed in enumerate(("断保", "duanbao", "db", "学平显", "等待气", "參保", "断保", "xse", "共济"), 1):
            page.keyboard.press("Escape")
            page.keyboard.insert_text(typed)
            page.wait_for_function("n => window.took.length >= n", arg=number)
        took = sorted(page.evaluate("window.took"))
        context.close()
    assert took[0] <= 150, took


def test_late_results_of_an_earlier_word_never_replace_those_of_the_last(sit: Sit) -> None:
    with sit("3021") as seat:
        page = seat.page

        held: list[Any] = []

        def earlier(request: Request) -> bool:
            return parse_qs(request.post_data or "").get("q") == ["xse"]

        page.route("**/desk/search", lambda route: held.append(route) if earlier(route.request) else route.continue_())
        with page.expect_request(earlier):
            page.keyboard.type("xse")
        with page.expect_event("requestfailed", earlier):  # nobody waits for it any more
            assert seat.search("断保")[0] == "ask_lapse_penalty"
        for route in held:
            with suppress(Error):  # its request is gone
                route.continue_()
        assert seat.search("等待期")[0] == "ask_waiting_period"
        expect(page.locator("#list")).to_have_attribute("data-q", "等待期")
        page.unroute("**/desk/search")


def test_a_sentence_fills_region_date_and_question(sit: Sit) -> None:
    with sit("3022") as seat:
        page = seat.page
        expect(page.locator("#region")).to_have_text("全国")
        page.keyboard.type(SENTENCE)
        expect(page.locator(".option.heard")).to_contain_text("孩子的出生日期 2026-10-20")
        seat.picture("desk-search")
        seat.keys("Enter")
        expect(page.locator(".headline")).to_contain_text("2027年1月17日")
        expect(page.locator("#region")).to_have_text("江苏省南京市")
        expect(page.locator("#f-birth_date")).to_have_value("2026-10-20")
        seat.picture("desk-answer")


# 3 - dates


def test_the_dates_of_the_sketch_are_computed_with_their_counting(sit: Sit) -> None:
    with sit("3021") as seat:
        page = seat.page
        seat.search("什么时候缴费")
        seat.keys("Enter")
        expect(page.locator("#f-birth_date")).to_be_visible()
        seat.keys("Alt+i", "2026-10-20", "Tab")
        expect(page.locator(".headline")).to_contain_text("2027年1月17日")
        expect(page.locator(".steps")).to_contain_text("第90天是2027年1月17日")
        expect(page.locator(".told")).to_contain_text("要从2027年1月1日起才能报")
        expect(page.locator("#status")).to_contain_text("已重新计算")


def test_heilongjiang_2024_waits_ninety_days_and_warns_after_june(sit: Sit) -> None:
    with sit("3021") as seat:
        page = seat.page
        seat.search("从哪天开始能报销")
        seat.keys("Enter")
        expect(page.locator(".pane-head h2")).to_have_text("从哪天开始能报销")
        seat.keys("Alt+r", "hlj", "Enter")
        expect(page.locator("#region")).to_have_text("黑龙江省")
        expect(page.locator("#q")).to_be_focused()
        page.fill("#f-paid_date", "2024-03-01")
        seat.keys("Tab")
        expect(page.locator(".headline")).to_contain_text("2024年5月30日")
        expect(page.locator(".headline")).to_contain_text("自缴费之日90天起")
        expect(page.locator(".tags")).to_contain_text("2024年度")
        seat.search("错过时间怎么补缴")
        seat.keys("Enter")
        expect(page.locator(".pane-head h2")).to_have_text("错过时间怎么补缴")
        page.fill("#f-paid_date", "2024-07-01")
        seat.keys("Tab")
        expect(page.locator(".cited").first).to_contain_text("缴费时间晚于2024年6月30日的，须全额缴纳")


# 4 - regions


def test_one_key_switches_the_region_and_notes_remain(sit: Sit) -> None:
    with sit("3021") as seat:
        page = seat.page
        seat.keys("Alt+k", "家长在两地之间")
        expect(page.locator("#saved")).to_contain_text("草稿已存")
        seat.keys("Alt+/")
        expect(page.locator("#q")).to_be_focused()
        seat.search("封顶线")
        seat.keys("Enter")
        expect(page.locator(".pane-head h2")).to_have_text("大病保险封顶线")
        here, cited = seat.answer(), page.locator(".cited").first.inner_text()
        assert "50万" in here or "500000" in here or "万" in here
        seat.keys("Alt+r", "heilongjiang", "Enter")
        expect(page.locator("#region")).to_have_text("黑龙江省")
        there = seat.answer()
        assert there != here
        assert "苏医保发" not in page.locator("#pane").inner_text()
        expect(page.locator("#results")).not_to_contain_text("苏医保发")
        expect(page.locator("#pane mark").first).to_be_visible()
        seat.picture("desk-region")
        seat.keys("Alt+z")
        expect(page.locator("#region")).to_have_text("江苏省南京市")
        assert (seat.answer(), page.locator(".cited").first.inner_text()) == (here, cited)
        expect(page.locator("#notes")).to_have_value("家长在两地之间")


# 5 - sources


def test_the_source_opens_at_the_highlighted_paragraph_and_esc_leads_back(sit: Sit) -> None:
    with sit("3021") as seat:
        page = seat.page
        page.keyboard.type(SENTENCE)
        page.locator(".option.heard").wait_for()
        seat.keys("Enter")
        expect(page.locator("#source-link")).to_be_visible()
        quote = page.locator("blockquote").first.inner_text()
        seat.keys("Alt+s")
        page.wait_for_url("**/sources/js-2025-26?clause=JS25-2.4.1#here")
        expect(page.locator("#here mark")).to_have_text(quote)
        expect(page.locator("#here")).to_be_in_viewport()
        expect(page.locator("#here")).to_be_focused()
        for words in ("苏医保发〔2025〕26号", "江苏省医疗保障局", "2025年6月30日"):
            expect(page.locator(".stuck")).to_contain_text(words)
        expect(page.locator(".stuck")).to_be_in_viewport()
        seat.picture("desk-source")
        seat.keys("Escape")
        expect(page.locator(".headline")).to_contain_text("2027年1月17日")


# 6 - copying


def test_copies_are_plain_text_with_region_year_and_source(sit: Sit) -> None:
    with sit("3021") as seat:
        page = seat.page
        seat.search("等待期")
        seat.keys("Enter")
        expect(page.locator(".headline")).to_be_visible()
        texts = []
        for key, what in (("Alt+c", "口播短句"), ("Alt+a", "全文"), ("Alt+t", "短信版")):
            page.evaluate("navigator.clipboard.writeText('')")
            seat.keys(key)
            expect(page.locator("#status")).to_contain_text(f"已复制{what}")
            text = seat.clipboard()
            assert text.startswith("【江苏省南京市·2026年】")
            assert "苏医保发〔2025〕26号" in text
            assert seat.answer() in text
            assert not re.search(r"<[a-z/]|&[a-z]+;", text)
            kinds = page.evaluate("navigator.clipboard.read().then(all => all.flatMap(i => i.types))")
            assert kinds == ["text/plain"]
            texts.append(text)
        assert len(set(texts)) == 3


# 7 - a killed tab


def test_a_killed_tab_loses_neither_notes_nor_link(sit: Sit, house: House, browser: Browser) -> None:
    """A browser of its own is killed like by a power cut; another one takes the call up."""
    number = waiting_case(house.stack, "killed-1")
    marker = "--tongbao-to-be-killed"
    doomed = browser.browser_type.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, marker])
    page = doomed.new_page()
    page.set_default_timeout(15_000)
    seat = Seat(page, page.context, house.stack.portal_address).login("3021", house.passwords["3021"])
    seat.search("等待期")
    seat.keys("Enter")
    expect(page.locator(".headline")).to_be_visible()
    seat.keys("Alt+w", number, "Enter")
    expect(page.locator("#linked")).to_contain_text(number)
    written = quote("说到一半")
    with page.expect_response(lambda r: r.url.endswith("/desk/save") and written in (r.request.post_data or "")):
        seat.keys("Alt+k", "说到一半")
    kill_browser(marker)
    with sit("3021") as again:
        page = again.page
        expect(page.locator("#notes")).to_have_value("说到一半")
        expect(page.locator("#link")).to_have_value(number)
        expect(page.locator("#linked")).to_contain_text(f"会话 {number}")
        expect(page.locator(".pane-head h2")).to_have_text("有没有等待期")


def test_a_draft_is_never_sent_to_the_address_of_the_button_under_the_focus(sit: Sit) -> None:
    """htmx lets the focused button's address win over the form's: typing and tabbing on must not end the call."""
    with sit("3021") as seat:
        page = seat.page
        for button in ("#link-button", "#end"):
            sent: list[str] = []
            # Only what is sent: the browser fetches the page's icon when it likes.
            page.on("request", lambda r, sent=sent: r.method == "POST" and sent.append(r.url.rsplit("/", 1)[1]))
            page.locator("#notes").focus()
            with page.expect_response("**/desk/save"):
                seat.keys("字")
                page.locator(button).focus()
            assert set(sent) == {"save"}
        expect(page.locator("#notes")).to_have_value("字字")
        page.reload()
        expect(page.locator("#notes")).to_have_value("字字")


# 8 - two browsers, one case


def test_the_second_browser_sees_who_holds_the_case(sit: Sit, house: House) -> None:
    number = waiting_case(house.stack, "two-1")
    with sit("3021") as first, sit("3022") as second:
        for seat in (first, second):
            seat.open(f"/chats/{number}")
            expect(seat.page.locator("#holder")).to_contain_text("等待接手")
        first.picture("desk-chats")
        first.keys("Alt+j")
        expect(first.page.locator("#holder")).to_contain_text("您在处理")
        expect(second.page.locator("#holder")).to_contain_text("3021 在处理")
        second.page.evaluate("document.getElementById('main').focus()")
        expect(second.page.locator("#accept")).to_have_count(0)
        expect(second.page.locator("#reply")).to_have_count(0)
        first.page.locator("#text").fill("您好，我是坐席，这就帮您看")
        first.keys("Alt+Enter")
        expect(first.page.locator("#log")).to_contain_text("这就帮您看")
        expect(second.page.locator("#log")).to_contain_text("这就帮您看")
        first.picture("desk-chat")
        first.page.locator("#outcome").fill("已说明办理期限")
        first.page.get_by_role("button", name="结束会话").click()
        expect(second.page.locator("#holder")).to_contain_text("已结束")


def test_the_parents_chat_goes_on_with_a_person_and_then_with_the_assistant(sit: Sit, house: House) -> None:
    with sit("3021") as seat:
        parent = seat.context.new_page()
        parent.goto(house.stack.address)
        for said in ("我在南京，宝宝没上户口能办吗", "转人工"):
            parent.fill("#box", said)
            parent.press("#box", "Enter")
            expect(parent.locator("#log .me").last).to_contain_text(said)
            parent.locator("#log .bot").nth(0 if said != "转人工" else 1).wait_for()
        expect(parent.locator("#log")).to_contain_text(re.compile(r"编号 RG\d{12}"))
        found = re.search(r"RG\d{12}", parent.locator("#log").inner_text())
        assert found
        seat.open("/chats")
        seat.page.get_by_role("link", name=found[0]).click()
        expect(seat.page.locator(".log.before")).to_contain_text("宝宝没上户口能办吗")
        seat.keys("Alt+j")
        expect(seat.page.locator("#text")).to_be_focused()
        seat.keys("您好，我是坐席，凭出生医学证明就能办")
        seat.keys("Alt+Enter")
        expect(parent.locator("#log")).to_contain_text("凭出生医学证明就能办")
        parent.fill("#box", "好的，在哪个窗口？")
        parent.press("#box", "Enter")
        expect(seat.page.locator("#log")).to_contain_text("在哪个窗口")
        seat.page.locator("#outcome").fill("已说明窗口")
        seat.page.get_by_role("button", name="结束会话").click()
        expect(parent.locator("#log")).to_contain_text("已说明窗口")
        seat.hosts.discard(house.stack.address.split("//")[1])


# 9 - nobody approves his own entry


def test_a_draft_names_its_author_whom_the_linter_refuses_as_signer(sit: Sit, tmp_path: Path) -> None:
    with sit("3021") as agent:
        agent.search("量子医保怎么算才好")
        agent.keys("Alt+n")
        expect(agent.page.locator("#missed")).to_contain_text("已记为未解决")
    with sit("主管一") as seat:
        page = seat.open("/figures")
        with page.expect_download() as download:
            page.locator("#table-unanswered tbody tr", has_text="量子医保怎么算才好").get_by_role("button").click()
        entry = YAML(typ="safe").load(Path(download.value.path()).read_text("utf-8"))[0]
        assert entry["author"] == "主管一"
        expect(page.locator("#version")).to_contain_text(entry["policies"])
    root = copied(tmp_path)
    fixes = root / "sources" / "js-2025-26" / "fixes.yml"
    fixes.write_text(re.sub(r'reviewer: "[^"]+"', f'reviewer: "{entry["author"]}"', fixes.read_text("utf-8")), "utf-8")
    clauses = root / "regions" / "320000" / "clauses.yml"
    signed = re.sub(r"by: [\w-]+", f"by: {entry['author']}", clauses.read_text("utf-8"))
    clauses.write_text(signed, "utf-8")
    assert any(problem.code == "E16" for problem in check(root))


# 10 - what was not found


def test_a_search_without_result_reaches_the_supervisor_within_a_minute(sit: Sit) -> None:
    asked = "宠物医院急诊怎么走量子通道"
    with sit("3021") as agent:
        agent.page.keyboard.type("zzqqxx")
        expect(agent.page.locator("#results .nothing")).to_be_visible()
        expect(agent.page.locator("#missed")).to_contain_text("zzqqxx")
        agent.keys("Escape", asked)
        agent.keys("Alt+n")
        expect(agent.page.locator("#missed")).to_contain_text(asked)
    with sit("主管一") as seat:
        page = seat.open("/figures")
        row = page.locator("#table-unanswered tbody tr", has_text=asked)
        expect(row).to_contain_text("热线没找到")
        expect(page.locator("#table-unanswered")).to_contain_text("zzqqxx")
        seat.picture("desk-figures")
        with page.expect_download() as download:
            row.get_by_role("button").click()
        assert asked in Path(download.value.path()).read_text("utf-8")
        page.reload()
        expect(page.locator("#table-unanswered", has_text=asked)).to_have_count(0)


# 11 - figures


def test_chart_table_and_spreadsheet_show_the_same_numbers_and_print_in_grey(sit: Sit) -> None:
    with sit("3021") as agent:
        for typed in ("断保", "等待期", "断保"):
            agent.search(typed)
            agent.keys("Enter")
            expect(agent.page.locator(".headline")).to_be_visible()
            agent.keys("Alt+Enter")
            expect(agent.page.locator(".done")).to_be_visible()
    with sit("主管一") as seat:
        page = seat.open("/figures")
        for key in ("calls-by-hour", "calls-by-day", "top-questions", "unanswered-kinds"):
            tile = page.locator(f"section[aria-labelledby='t-{key}']")
            tile.locator("summary").click()
            cells = "all => all.map(r => [...r.children].map(c => c.textContent))"
            rows = tile.locator("tbody tr").evaluate_all(cells)
            with page.expect_download() as download:
                tile.get_by_role("link").click()
            content = BytesIO(Path(download.value.path()).read_bytes())
            sheet = load_workbook(content).worksheets[0]
            assert [[str(c.value) for c in row] for row in sheet.iter_rows(min_row=3)] == rows
            bars = len(tile.locator("rect[height='12']").all())
            drawn = tile.locator(".chart-value").all_text_contents()
            columns = bars // len(rows)
            assert drawn == [n for row in rows for n in row[1 : 1 + columns] if n != "0"]
        page.emulate_media(media="print")
        expect(page.locator("#table-calls-by-hour")).to_be_visible()
        expect(page.locator("#table-thumbs, #t-thumbs").first).to_be_visible()
        expect(page.locator(".top")).to_be_hidden()
        colour = "([one, what]) => getComputedStyle(document.querySelector(one))[what]"
        dark, pale = (page.evaluate(colour, [one, "fill"]) for one in (".bar-0", ".bar-1-back"))
        paper = page.evaluate(colour, ["body", "backgroundColor"])
        assert page.evaluate("([a, b]) => desk.contrast(a, b)", [dark, paper]) > 3
        assert page.evaluate("([a, b]) => desk.contrast(a, b)", [dark, pale]) > 3
        seat.picture("desk-figures-print")


# 12 - roles


def test_an_agent_opens_neither_figures_nor_accounts_and_the_try_is_logged(sit: Sit) -> None:
    with sit("3021") as agent:
        expect(agent.page.locator("header nav")).not_to_contain_text("统计")
        for path in ("/figures", "/accounts", "/audit"):
            answer = agent.context.request.get(agent.address + path)
            assert answer.status == 403
            assert "您的角色不能打开" in answer.text()
    with sit("学校一") as school:
        assert school.context.request.get(f"{school.address}/desk").status == 403
    with sit("管理员一") as admin:
        page = admin.open("/audit?who=3021")
        refused = page.locator("tr.refused")
        for path in ("/figures", "/accounts", "/audit"):
            expect(refused.filter(has_text=f"GET {path}").first).to_be_visible()


# For everybody, on every machine


@pytest.mark.parametrize(
    "path", ["/desk", "/chats", "/sources", "/sources/js-2025-26?clause=JS25-2.4.1#here", "/me", "/keys"]
)
def test_axe_finds_nothing_on_the_agents_pages(sit: Sit, house: House, path: str) -> None:
    waiting_case(house.stack, "axe-1")
    with sit("3021") as seat:
        if path == "/desk":
            seat.search("等待期")
            assert seat.axe(AXE) == []
            seat.keys("Enter")
            expect(seat.page.locator(".headline")).to_be_visible()
            page = seat.page
        else:
            page = seat.open(path)
        assert seat.axe(AXE) == []
        assert page.evaluate("desk.small()") == []


def test_axe_finds_nothing_on_a_chat_the_login_and_the_supervisors_pages(sit: Sit, house: House) -> None:
    number = waiting_case(house.stack, "axe-2")
    with sit("3021") as seat:
        seat.open(f"/chats/{number}")
        seat.keys("Alt+j")
        expect(seat.page.locator("#reply")).to_be_visible()
        assert seat.axe(AXE) == []
        seat.page.get_by_role("button", name="放回队列").click()
    with sit(None) as stranger:
        stranger.open("/login")
        assert stranger.axe(AXE) == []
    with sit("管理员一") as admin:
        for path in ("/figures", "/accounts", "/audit"):
            page = admin.open(path)
            assert admin.axe(AXE) == [], path
            assert page.evaluate("desk.small()") == [], path


def test_a_small_office_screen_needs_no_scrolling_of_the_page(sit: Sit) -> None:
    with sit("3021", width=1366, height=768) as seat:
        page = seat.page
        page.keyboard.type(SENTENCE)
        page.locator(".option.heard").wait_for()
        seat.keys("Enter")
        expect(page.locator(".headline")).to_be_visible()
        size = page.evaluate("[document.documentElement.scrollHeight, document.documentElement.scrollWidth]")
        assert size[0] <= 768
        assert size[1] <= 1366
        for name in ("#q", ".headline", ".copies", ".steps", "#notes", "#link", "#end", "#region"):
            expect(page.locator(name).first).to_be_in_viewport(ratio=1)


def test_at_200_percent_nothing_is_cut_and_nothing_scrolls_sideways(sit: Sit, house: House) -> None:
    number = waiting_case(house.stack, "zoom-1")
    with sit("3021", width=683, height=384) as seat:
        page = seat.page
        seat.search("等待期")
        seat.keys("Enter")
        expect(page.locator(".headline")).to_be_visible()
        source = "/sources/js-2025-26?clause=JS25-2.4.1#here"
        for path in (None, f"/chats/{number}", "/chats", "/sources", source, "/keys"):
            if path:
                seat.open(path)
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, path
        seat.open("/desk")
        page.locator("#end").scroll_into_view_if_needed()
        expect(page.locator("#end")).to_be_in_viewport(ratio=1)


def test_without_javascript_a_whole_call_works(sit: Sit) -> None:
    with sit("3022", java_script_enabled=False) as seat:
        page = seat.page
        page.fill("#q", "duanbao")
        page.get_by_role("button", name="查", exact=True).click()
        page.get_by_role("option", name="断保有什么影响").click()
        expect(page.locator(".pane-head h2")).to_have_text("断保有什么影响")
        page.fill("#where-box", "南京")
        page.get_by_role("button", name="换", exact=True).click()
        expect(page.locator("#region")).to_have_text("江苏省南京市")
        page.fill("#f-lapse_years", "2025")
        page.get_by_role("button", name="重新计算").click()
        expect(page.locator("#f-lapse_years")).to_have_value("2025")
        page.fill("#notes", "没有脚本也能记")
        page.get_by_role("button", name="存草稿").click()
        expect(page.locator("#notes")).to_have_value("没有脚本也能记")
        page.locator("#copied-texts summary").click()
        expect(page.locator("#spoken")).to_be_visible()
        page.get_by_role("button", name="结束通话").click()
        expect(page.locator(".done")).to_have_text("上一个通话已记录。")


@pytest.mark.parametrize("form", ["where", "open"])
def test_what_is_typed_while_an_answer_settles_is_not_typed_over(sit: Sit, form: str) -> None:
    """The pane settles some moments after it was put in: whoever goes on typing in the search keeps every character."""
    with sit("3022") as seat:
        page = seat.open("/desk")
        seat.keys("Escape", "什么时候")
        page.evaluate(
            """form => {
              document.getElementById(form).dispatchEvent(new CustomEvent("htmx:beforeRequest", {bubbles: true}));
              const target = document.getElementById("pane");
              target.dispatchEvent(new CustomEvent("htmx:afterSettle", {bubbles: true, detail: {target}}));
            }""",
            form,
        )
        seat.keys("缴费")
        expect(page.locator("#q")).to_have_value("什么时候缴费")
