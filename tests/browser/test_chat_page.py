"""The chat page as a parent with a cheap phone meets it: design/surfaces.md 4.1, points 1 to 7, 9 and 11."""

import json
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import CHROMIUM, Open, Visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.stack,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt-get install chromium fonts-noto-cjk)"),
]

SAMPLE = "宝宝10月20日出生, 医保要在什么时候前办?"
AUGUST = "宝宝8月1日出生, 医保要在什么时候前办?"
INSIDE = "e => measure.between(e)"


# 1 - the first look


def test_the_first_question_is_readable_without_scrolling_on_a_small_phone(visit: Open) -> None:
    with visit(width=360, height=740) as window:
        page = window.open().page
        greeting = page.locator("main .bubble").first
        assert "不是真人" in greeting.inner_text()
        starters = greeting.get_by_role("button")
        assert 1 <= starters.count() <= 6
        for shown in (greeting, starters.first, starters.last, page.locator(".region summary")):
            box = shown.bounding_box()
            assert box
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 360
            assert box["y"] + box["height"] <= 740
        assert greeting.evaluate(INSIDE)
        assert page.get_by_role("button", name="转人工").is_visible()
        assert page.evaluate("document.documentElement.scrollHeight") <= 740


def test_the_page_asks_no_other_host_and_weighs_less_than_60_kb(visit: Open, address: str) -> None:
    with visit() as window:
        page = window.open().page
        page.wait_for_load_state("networkidle")
        assert window.hosts == {address.split("//")[1]}
        loaded = set(page.evaluate("performance.getEntriesByType('resource').map(one => one.name)"))
        icon = str(page.locator("link[rel=icon]").evaluate("link => link.href"))
        size = 0 if icon in loaded else len(window.context.request.get(icon).body())  # no window around it, no icon
        assert 1_000 < window.weight + size < 60_000
        assert len(loaded | {icon}) == 3  # sheet, script, icon


# 2 - without JavaScript


def test_without_javascript_a_parent_asks_opens_the_source_changes_the_region_and_reaches_a_human(visit: Open) -> None:
    with visit(java_script_enabled=False) as window:
        page = window.open().page
        page.fill("#box", SAMPLE)
        page.get_by_role("button", name="发送").click()
        expect(page.locator("#log .headline")).to_be_visible()
        assert window.said() == [SAMPLE]

        source = page.locator("#log details.source").first
        expect(source.locator("blockquote").first).to_be_hidden()
        source.locator("summary").click()
        expect(source.locator("blockquote").first).to_contain_text("90天")

        page.locator(".region summary").click()
        page.locator(".region").get_by_role("button", name="江苏省").click()
        expect(page.locator("#region")).to_have_text("江苏省")
        expect(page.locator("#log .bot").last).to_contain_text("2027年1月17日")

        page.locator(".region summary").click()
        page.get_by_label("别的地方").fill("我在苏州昆山")
        page.get_by_role("button", name="换到这里").click()
        expect(page.locator("#region")).to_have_text("江苏省苏州市昆山市")

        page.get_by_role("button", name="转人工").first.click()
        human = page.locator("#log .bot").last
        expect(human).to_contain_text("人工")
        expect(human.locator("a[href='tel:12393']")).to_be_visible()


def test_without_javascript_the_sent_question_is_in_view_after_sending(visit: Open) -> None:
    with visit(java_script_enabled=False) as window:
        page = window.open().page
        for text in ("我在江苏省", SAMPLE):
            page.fill("#box", text)
            page.get_by_role("button", name="发送").click()
            expect(page.locator("#log .me").last).to_have_text(re.compile(re.escape(text)))
        assert page.locator("#log .me").last.evaluate(INSIDE)


def test_without_javascript_two_options_of_one_bubble_and_a_thumb_work(visit: Open) -> None:
    with visit(java_script_enabled=False) as window:
        page = window.open().page
        page.fill("#box", SAMPLE)
        page.get_by_role("button", name="发送").click()
        card = page.locator("#log .bot").first
        for option in ("江苏", "黑龙江"):
            card.get_by_role("button", name=option, exact=True).click()
            expect(page.locator("#region")).to_contain_text(option)
        card.get_by_role("button", name="有帮助").click()
        expect(card.get_by_role("button", name="有帮助")).to_have_attribute("aria-pressed", "true")
        assert window.said() == [SAMPLE, "我在江苏", "我在黑龙江"]


# 3 - the sample


def test_the_sample_is_answered_with_deadline_days_calculation_source_and_exception(visit: Open) -> None:
    with visit() as window:
        page = window.open().page
        window.choose_region("江苏省")
        expect(page.locator("#region")).to_have_text("江苏省")
        window.ask(SAMPLE)
        card = window.last
        expect(card.locator(".headline")).to_contain_text("2027年1月17日")
        expect(card.locator(".headline")).to_contain_text("56天")
        expect(card).to_contain_text("只交2027年度")
        expect(card).to_contain_text("2027年1月1日起")

        how = card.locator("details", has_text="怎么算的")
        how.locator("summary").click()
        expect(how).to_contain_text("第90天是2027年1月17日")
        expect(how.locator("p").first).to_be_visible()

        sources = card.locator("details.source")
        expect(sources.first.locator("summary")).to_contain_text("苏医保发〔2025〕26号")
        quotes = []
        for n in range(sources.count()):
            sources.nth(n).locator("summary").click()
            expect(sources.nth(n).locator("blockquote").first).to_be_visible()
            quotes += sources.nth(n).locator("blockquote").all_inner_texts()
        assert any("90天内" in quote and "自出生之日起" in quote for quote in quotes)
        assert any("集中参保缴费期出生的新生儿" in quote and "1月1日起" in quote for quote in quotes)

        before = card.inner_text()
        window.choose_region("黑龙江省")
        expect(page.locator("#region")).to_have_text("黑龙江省")
        there = window.last
        expect(there).to_contain_text("黑龙江省")
        assert there.inner_text() != before
        assert "苏医保发" not in there.inner_text()
        expect(there).to_contain_text(re.compile("没有收录|文件没有写明"))


def test_a_child_born_in_august_has_no_exception_line(visit: Open) -> None:
    with visit() as window:
        window.open()
        window.choose_region("江苏省")
        window.ask(AUGUST)
        expect(window.last.locator(".headline")).to_be_visible()
        text = window.last.inner_text()
        assert "只交" not in text
        assert "2027年1月1日" not in text


# 4 - coming back


def test_reload_and_a_second_browser_show_the_same_bubbles_thumbs_and_working_options(visit: Open) -> None:
    with visit() as window, visit(width=1200, height=800) as other:
        page = window.open().page
        window.ask(SAMPLE)
        window.last.get_by_role("button", name="没解决").click()
        expect(window.last.get_by_role("button", name="没解决")).to_have_attribute("aria-pressed", "true")
        before = window.bubbles()
        assert len(before) == 2

        page.reload()
        assert window.bubbles() == before
        expect(window.last.get_by_role("button", name="没解决")).to_have_attribute("aria-pressed", "true")

        other.open(window.chat)
        assert other.bubbles() == before
        expect(other.last.get_by_role("button", name="没解决")).to_have_attribute("aria-pressed", "true")
        expect(other.last.get_by_role("button", name="有帮助")).to_have_attribute("aria-pressed", "false")
        other.press("江苏")
        expect(other.page.locator("#region")).to_contain_text("江苏省")

        page.reload()
        assert window.bubbles() == other.bubbles()
        expect(page.locator("#region")).to_contain_text("江苏省")


def test_the_bubbles_shown_at_once_are_those_of_a_reload(visit: Open) -> None:
    with visit() as window:
        window.open()
        window.ask("我在江苏省")
        window.ask(SAMPLE)
        window.press("转人工")
        shown = window.bubbles()
        window.page.reload()
        assert window.bubbles() == shown


def test_what_was_being_typed_outlives_a_reload_and_the_change_to_large_letters(visit: Open) -> None:
    with visit() as window:
        page = window.open().page
        page.locator("#box").press_sequentially("宝宝还没上户口")
        page.reload()
        expect(page.locator("#box")).to_have_value("宝宝还没上户口")
        page.get_by_role("button", name="大字").click()
        expect(page.get_by_role("button", name="标准字")).to_be_visible()
        expect(page.locator("#box")).to_have_value("宝宝还没上户口")
        window.ask("宝宝还没上户口能办医保吗")
        page.reload()
        expect(page.locator("#box")).to_have_value("")


# 5 - a bad network


def test_two_messages_sent_offline_are_each_sent_once_in_order_when_the_network_is_back(visit: Open) -> None:
    with visit() as window:
        page = window.open().page
        window.context.set_offline(True)
        for text in ("我在江苏省", SAMPLE):
            page.fill("#box", text)
            page.press("#box", "Enter")
        expect(page.get_by_role("button", name="未发送，点此重试")).to_have_count(2)
        expect(page.locator("#notice")).to_contain_text("网络不通")
        window.context.set_offline(False)
        expect(page.locator("#log .headline")).to_be_visible()
        expect(page.get_by_role("button", name="未发送，点此重试")).to_have_count(0)
        expect(page.locator("#notice")).to_be_hidden()
        assert window.said() == ["我在江苏省", SAMPLE]


def test_messages_typed_faster_than_they_are_answered_go_one_after_another(visit: Open) -> None:
    with visit() as window:
        page = window.open().page
        held: list[Route] = []
        page.route("**/c/*", lambda route: held.append(route))
        for text in ("我在江苏省", SAMPLE, "那黑龙江呢"):
            page.fill("#box", text)
            page.press("#box", "Enter")
        for sent in range(3):
            _until(lambda sent=sent: len(held) > sent, page)
            assert len(held) == sent + 1
            held[sent].continue_()
            expect(page.locator("#log .sending")).to_have_count(2 - sent)
        assert window.said() == ["我在江苏省", SAMPLE, "那黑龙江呢"]
        assert [bubble[:2] for bubble in window.bubbles()] == ["u-", "b-"] * 3


def test_the_retry_button_sends_what_failed_once_and_what_came_after_it(visit: Open) -> None:
    with visit() as window:
        page = window.open().page
        away: Callable[[Route], None] = lambda route: route.abort("internetdisconnected")  # noqa: E731
        page.route("**/c/*", away)
        page.fill("#box", "我在江苏省")
        page.press("#box", "Enter")
        again = page.get_by_role("button", name="未发送，点此重试")
        expect(again).to_have_count(1)
        page.unroute("**/c/*", away)
        again.click()
        expect(page.locator("#log .bot")).to_have_count(1)
        expect(again).to_have_count(0)
        assert window.said() == ["我在江苏省"]


def test_an_answer_lost_on_its_way_is_found_again_and_not_asked_twice(visit: Open) -> None:
    with visit() as window:
        page = window.open().page

        def lose(route: Route) -> None:
            route.fetch()
            route.abort("internetdisconnected")

        page.route("**/c/*", lose)
        page.fill("#box", SAMPLE)
        page.press("#box", "Enter")
        expect(page.get_by_role("button", name="未发送，点此重试")).to_be_visible()
        page.unroute("**/c/*", lose)
        page.reload()  # the page comes back with the answer, and with the message still waiting
        expect(page.get_by_role("button", name="未发送，点此重试")).to_have_count(0)
        expect(page.locator("#log > .me")).to_have_count(1)
        expect(page.locator("#log > .bot")).to_have_count(1)
        assert window.said() == [SAMPLE]


def test_a_refused_text_comes_back_into_the_box_with_the_reason(visit: Open) -> None:
    with visit() as window:
        page = window.open().page
        page.locator("#box").evaluate("box => { box.removeAttribute('maxlength'); box.value = '啊'.repeat(2001); }")
        page.press("#box", "Enter")
        expect(page.locator("#notice")).to_contain_text("2000")
        assert len(page.input_value("#box")) == 2001
        expect(page.locator("#log > .bubble")).to_have_count(0)
        assert window.errors
        window.errors.clear()  # Chromium itself notes the 413


# 6 - reading while an answer arrives


def test_an_answer_arriving_while_one_reads_above_does_not_move_the_page(visit: Open) -> None:
    with visit() as window:
        page = window.open().page
        window.ask("我在江苏省")
        window.ask(SAMPLE)
        held: list[Route] = []
        page.route("**/c/*", lambda route: held.append(route))
        page.fill("#box", "有等待期吗")
        page.press("#box", "Enter")
        page.wait_for_function("document.querySelectorAll('#log .sending').length == 1")
        page.evaluate("window.scrollTo(0, 0)")
        page.wait_for_function("window.scrollY == 0")
        _until(lambda: held, page)
        held[0].continue_()
        pill = page.get_by_role("button", name="有新消息")
        expect(pill).to_be_visible()
        assert page.evaluate("window.scrollY") == 0
        pill.click()
        expect(pill).to_be_hidden()
        assert window.last.evaluate("e => e.getBoundingClientRect().bottom <= window.innerHeight")


def test_an_answer_longer_than_the_screen_is_shown_from_its_beginning(visit: Open) -> None:
    with visit(height=480) as window:
        window.open()
        window.ask("我在江苏省")
        window.ask(SAMPLE)
        assert window.page.locator("#log .me").last.evaluate(INSIDE)
        assert window.last.locator(".headline").evaluate(INSIDE)


# 7 - keyboard only


@pytest.mark.parametrize(("width", "height", "large"), [(360, 740, False), (1200, 800, False), (360, 740, True)])
def test_every_control_is_reached_by_tab_with_visible_focus_never_behind_the_bars(
    visit: Open, width: int, height: int, large: bool
) -> None:
    with visit(width=width, height=height) as window:
        page = window.open().page
        if large:
            page.get_by_role("button", name="大字").click()
        window.ask(SAMPLE)
        window.choose_region("江苏省")
        page.reload()
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        controls = page.evaluate("measure.number()")
        assert controls > 20
        reached = set()
        for _ in range(controls + 5):
            page.keyboard.press("Tab")
            focused = page.evaluate("measure.focus()")
            if focused is None:
                break
            assert focused["outline"], focused
            assert focused["clear"], focused
            assert focused["seen"], focused
            reached.add(focused["what"])
        assert {str(n) for n in range(1, controls + 1)} <= reached
        assert "skip" in reached


def test_a_parent_asks_and_answers_with_the_keyboard_alone(visit: Open) -> None:
    with visit() as window:
        page = window.open().page
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")  # the skip link
        page.keyboard.press("Tab")
        page.keyboard.press("Shift+Tab")
        _tab_to(window, "#box")
        page.keyboard.type("我在江苏省")
        page.keyboard.press("Enter")
        expect(page.locator("#log .bot")).to_have_count(1)
        assert page.evaluate("document.activeElement.id") == "box"
        page.keyboard.type(SAMPLE)
        page.keyboard.press("Enter")
        expect(page.locator("#log .headline")).to_be_visible()
        assert page.evaluate("document.activeElement.id") == "box"
        page.keyboard.type("那威海呢")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")  # on the button
        expect(page.locator("#log .bot")).to_have_count(3)
        assert page.evaluate("document.activeElement.id") == "box"
        _tab_to(window, "#log details.source summary", back=True)
        page.keyboard.press("Enter")
        expect(page.locator("#log details.source[open] > :not(summary)").first).to_be_visible()
        _tab_to(window, ".region summary", back=True)
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#log .bot")).to_have_count(4)
        assert page.evaluate("document.activeElement.closest('.region') !== null")


def test_shift_enter_makes_a_new_line_and_enter_while_composing_sends_nothing(visit: Open) -> None:
    with visit() as window:
        page = window.open().page
        page.locator("#box").press_sequentially("第一行")
        page.press("#box", "Shift+Enter")
        page.locator("#box").press_sequentially("第二行")
        page.locator("#box").evaluate(
            "box => box.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
        )
        assert page.input_value("#box") == "第一行\n第二行"
        expect(page.locator("#log > .bubble")).to_have_count(0)


# 8 - a screen reader


def test_only_the_new_answer_is_announced_politely(visit: Open) -> None:
    with visit() as window:
        page = window.open().page
        log = page.get_by_role("log")
        expect(log).to_have_attribute("aria-live", "polite")
        log.evaluate(
            """log => { window.told = []; new MutationObserver(all => all.forEach(m => m.addedNodes.forEach(n => {
               if (n.nodeType === 1 && n.getAttribute('aria-live') !== 'off') window.told.push(n.className); })))
               .observe(log, {childList: true, subtree: true}); }"""
        )
        window.ask(SAMPLE)
        assert page.evaluate("window.told.filter(name => name.includes('bubble'))") == ["bubble bot"]


# 9 - large letters and zoom


@pytest.mark.parametrize("width", [360, 320, 160])
def test_large_letters_and_200_percent_zoom_need_no_sideways_scrolling(visit: Open, width: int) -> None:
    """A 320 px window at 200 % is 160 px wide for the page."""
    with visit(width=width, height=width * 2, device_scale_factor=2) as window:
        page = window.open().page
        page.get_by_role("button", name="大字").click()
        expect(page.get_by_role("button", name="标准字")).to_be_visible()
        assert page.evaluate("getComputedStyle(document.body).fontSize") == "22px"
        assert page.evaluate("parseFloat(getComputedStyle(document.body).lineHeight) / 22") >= 1.5
        window.ask(SAMPLE)
        window.choose_region("江苏省")
        for summary in window.last.locator("summary").all():
            summary.click()
        page.locator(".region summary").click()
        too_wide, out = page.evaluate("measure.sideways()")
        assert (too_wide, out) == (0, [])
        assert page.evaluate("document.getElementById('box').clientWidth") >= 100


def test_controls_are_large_enough_for_a_thumb(visit: Open) -> None:
    with visit() as window:
        window.open()
        window.ask(SAMPLE)
        small = window.page.evaluate("measure.small()")
        assert small == []


# 11 - what people type


@pytest.mark.parametrize(
    "text", ["<script>window.hacked = 1</script>", "<img src=x onerror='window.hacked = 1'>", "{{7*7}} &lt;b&gt; \"'"]
)
def test_markup_is_shown_as_text_at_once_and_after_a_reload(visit: Open, text: str) -> None:
    with visit() as window:
        page = window.open().page
        window.ask(text)
        for _ in range(2):
            expect(page.locator("#log .me p")).to_have_text(text)
            assert page.evaluate("window.hacked") is None
            page.reload()


def test_emoji_and_2000_characters_are_taken(visit: Open) -> None:
    with visit() as window:
        window.open()
        for text in ("👶🍼😀", "宝宝有等待期吗" + "啊" * 1993):
            window.ask(text)
        too_wide, _ = window.page.evaluate("measure.sideways()")
        assert too_wide == 0


def test_an_identity_number_is_hidden_on_the_page_at_once(visit: Open) -> None:
    with visit() as window:
        window.open()
        window.ask("孩子身份证320106202610201234，有等待期吗")
        assert "320106202610201234" not in window.page.content()
        expect(window.page.locator("#log .me")).to_contain_text("证件号已隐去")
        expect(window.last).to_contain_text("隐去")
        assert "320106202610201234" not in json.dumps(window.history())
        assert window.page.evaluate("JSON.stringify(localStorage)") == "{}"


# The way to the enrollment


def test_an_enrollment_goes_from_the_chat_to_the_form_and_back(visit: Open) -> None:
    with visit(day=time.strftime("%Y-%m-%d")) as window:
        page = window.open().page
        for text in ("帮我给宝宝办参保", "我在南京", "昨天生的", "没上，出生证拿到了", "爸爸妈妈", "确认"):
            window.ask(text)
        chat = window.chat
        page.get_by_role("link", name="去填证件信息").click()
        expect(page.get_by_role("heading", name="填写参保信息")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        fields: dict[str, Any] = {
            "孩子姓名": "欧阳小宝测试", "出生医学证明编号": f"T{time.time_ns() % 10**9:09d}",
            "监护人姓名": "欧阳大明测试", "监护人身份证号": "320106199005171232",
            "手机号": "13912345678", "户籍地": "江苏省南京市鼓楼区",
        }  # fmt: skip
        for label, value in fields.items():
            page.get_by_label(label, exact=True).fill(value)
        page.get_by_label("您是孩子的").select_option("父亲")
        page.get_by_role("checkbox").check()
        page.get_by_role("button", name="提交申请").click()

        expect(page.locator("#guardian_id_number-wrong")).to_contain_text("校验位")
        assert page.evaluate("document.activeElement.id") == "summary"
        expect(page.get_by_label("孩子姓名", exact=True)).to_have_value("欧阳小宝测试")
        expect(page.get_by_label("您是孩子的")).to_have_value("父亲")
        assert window.errors
        window.errors.clear()  # Chromium itself notes the 422
        page.get_by_label("监护人身份证号", exact=True).fill("320106199005171239")
        page.get_by_role("button", name="提交申请").click()
        expect(page.get_by_role("heading", name="已提交")).to_be_visible()
        page.get_by_role("link", name="回到聊天").click()
        assert window.chat == chat


def _tab_to(window: Visit, selector: str, *, back: bool = False) -> None:
    for _ in range(60):
        if window.page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        window.page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"{selector} not reached by Tab")


def _until(found: Callable[[], Any], window: Any) -> None:
    for _ in range(500):
        if found():
            return
        window.wait_for_timeout(10)
    raise AssertionError("did not happen")
