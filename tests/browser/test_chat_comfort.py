"""What makes the parents' pages pleasant: times, typing, copying and forwarding, dark, print, large text, keyboards."""

import re
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import CHROMIUM, Open, Visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.stack,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt-get install chromium fonts-noto-cjk)"),
]

SAMPLE = "我在南京，宝宝10月20日出生, 医保要在什么时候前办?"
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def axe(page: Page) -> list[str]:
    """What axe complains about, in short."""
    page.evaluate(AXE.read_text("utf-8"))
    found: Any = page.evaluate("tags => axe.run({runOnly: tags})", TAGS)
    return [f"{v['id']}: {[n['html'][:120] for n in v['nodes'][:3]]}" for v in found["violations"]]


def answered(visit: Any) -> Visit:
    """A chat with one answer."""
    window: Visit = visit.open()
    window.ask(SAMPLE)
    expect(window.last.locator(".headline")).to_be_visible()
    return window


def start_form(window: Visit) -> None:
    """To the enrollment page, through the chat."""
    for text in ("帮我给宝宝办参保", "我在南京", "昨天生的", "拿到了", "还没上", "爸爸妈妈", "确认"):
        window.ask(text)
    window.page.get_by_role("link", name="去填证件信息").last.click()
    expect(window.page.get_by_role("heading", name="填写参保信息")).to_be_visible()


def fill(window: Visit, guardian: str) -> None:
    page = window.page
    for label, value in {
        "孩子姓名": "欧阳小宝测试", "出生医学证明编号": f"T{time.time_ns() % 10**9:09d}", "监护人姓名": "欧阳大明测试",
        "监护人身份证号": guardian, "手机号": "13912345678", "户籍地": "江苏省南京市鼓楼区",
    }.items():  # fmt: skip
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_label("您是孩子的").select_option("父亲")
    page.get_by_role("checkbox").check()


def test_after_a_rating_one_more_question_is_answered_with_one_tap_and_never_asked_again(visit: Open) -> None:
    with visit() as window:
        answered(window)
        page = window.page
        window.last.get_by_role("button", name="有帮助").click()
        question = page.locator("#log .system").filter(has_text="本来会打电话问吗")
        expect(question).to_be_in_viewport()
        assert axe(page) == []
        question.get_by_role("button", name="不会", exact=True).click()
        expect(question).to_contain_text("记下了")
        page.reload()
        expect(question).to_contain_text("记下了")
        window.ask("要交多少")
        with page.expect_response("**/thumb"):
            window.last.get_by_role("button", name="有帮助").click()
        expect(question).to_have_count(1)


def test_a_thumb_down_shows_its_reasons_at_once_and_complains_of_nothing(visit: Open) -> None:
    with visit() as window:
        answered(window)
        window.last.get_by_role("button", name="没解决").click()
        window.last.get_by_role("button", name="看不懂").click()
        expect(window.last.locator(".reasons")).to_contain_text("记下了")
        expect(window.page.locator("#notice")).to_be_hidden()


def test_every_bubble_says_when_and_the_card_says_where_and_for_which_year(visit: Open) -> None:
    with visit() as window:
        answered(window)
        for bubble in window.page.locator("#log > .bubble").all():
            expect(bubble.locator("time")).to_have_text(re.compile(r"\d\d:\d\d"))
        expect(window.last.locator(".tags")).to_contain_text("江苏省南京市")
        expect(window.last.locator(".tags")).to_contain_text(re.compile(r"20\d\d年"))


def test_somebody_is_seen_typing_until_the_answer_is_there(visit: Open) -> None:
    with visit() as window:
        page = window.open().page
        held: list[Route] = []
        page.route("**/c/*", lambda route: held.append(route))
        page.fill("#box", SAMPLE)
        page.press("#box", "Enter")
        typing = page.get_by_text("正在输入")
        expect(typing).to_be_visible()
        held[0].continue_()
        expect(window.last.locator(".headline")).to_be_visible()
        expect(typing).to_be_hidden()
        assert "正在输入" not in "".join(window.bubbles())


def test_an_answer_is_copied_with_place_and_year_and_forwarded_as_a_page_of_its_own(visit: Open) -> None:
    with visit(permissions=["clipboard-read", "clipboard-write"]) as window, visit() as friend:
        page = answered(window).page
        headline = window.last.locator(".headline").inner_text()
        window.last.get_by_role("button", name="复制").click()
        expect(page.locator("#told")).to_contain_text("已复制")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith("【江苏省南京市·20")
        assert headline in copied
        assert "苏医保发〔2025〕26号" in copied

        page.evaluate("delete Navigator.prototype.share")
        window.last.get_by_role("link", name="转发").click()
        expect(page.locator("#told")).to_contain_text("已复制链接")
        passed = str(page.evaluate("navigator.clipboard.readText()")).splitlines()[-1]
        assert window.chat not in passed

        other = friend.page
        other.goto(passed)
        expect(other).to_have_title(re.compile(r"什么时候缴费（江苏省南京市，20\d\d年.*· 童保"))
        expect(other.locator(".headline")).to_have_text(headline)
        expect(other.locator("blockquote").first).to_be_visible()
        assert SAMPLE not in other.content()
        assert other.locator("#box").count() == 0


def test_one_place_of_a_document_stands_once_and_the_hotline_once(visit: Open) -> None:
    with visit() as window:
        page = answered(window).page
        summaries = window.last.locator("details.source summary").all_inner_texts()
        assert len(summaries) == len(set(summaries))
        assert window.last.locator("blockquote").count() >= 2
        assert window.last.inner_text().count("12393") <= 1
        assert "12393" not in page.locator("footer").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_by_day_and_by_night(visit: Open, scheme: str) -> None:
    with visit(color_scheme=scheme) as window:
        page = answered(window).page
        window.last.get_by_role("button", name="没解决").click()
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        assert axe(page) == []
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (sum(map(int, re.findall(r"\d+", background)[:3])) < 150) == (scheme == "dark")
        own = window.last.locator(".share").get_attribute("href")
        for path in (own, "/enroll/nothing"):
            page.goto(window.address + str(path))
            assert axe(page) == []
        window.errors.clear()  # Chromium itself notes the 410


def test_printed_are_the_bubbles_with_their_grounds_and_no_bars(visit: Open) -> None:
    with visit() as window:
        page = answered(window).page
        page.emulate_media(media="print")
        for gone in ("header", "footer", ".thumbs", ".greeting"):
            expect(page.locator(gone).first).to_be_hidden()
        expect(window.last.locator("blockquote").first).to_be_visible()
        expect(window.last.locator(".headline")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(360, 640), (320, 568)])
def test_with_text_at_200_percent_the_bars_shrink_and_most_of_the_screen_is_left_to_read(
    visit: Open, width: int, height: int
) -> None:
    with visit(width=width, height=height) as window:
        page = answered(window).page
        page.evaluate("document.documentElement.style.fontSize = '34px'")
        page.wait_for_function("document.documentElement.classList.contains('tight')")
        left = page.evaluate("measure.edge('footer').top - measure.edge('header').bottom")
        assert left >= height * 0.65
        for control in (page.get_by_role("button", name="转人工").first, page.get_by_role("button", name="大字")):
            expect(control).to_be_in_viewport(ratio=1)
        expect(page.locator("#box")).to_be_in_viewport(ratio=1)
        assert page.evaluate("measure.sideways()") == [0, []]
        page.locator(".region summary").click()
        expect(page.get_by_role("button", name="黑龙江省")).to_be_visible()
        assert page.evaluate("measure.sideways()") == [0, []]


@pytest.mark.parametrize("height", [335, 250, 180])
def test_the_box_stays_above_a_keyboard_that_leaves_little(visit: Open, height: int) -> None:
    with visit(height=740) as window:
        page = answered(window).page
        page.set_viewport_size({"width": 360, "height": height})
        page.evaluate("window.scrollTo(0, 0)")
        page.focus("#box")
        expect(page.locator("#box")).to_be_in_viewport(ratio=1)
        assert page.evaluate("measure.edge('footer').height") <= height / 2


def test_the_page_has_an_icon_of_ours(visit: Open) -> None:
    with visit() as window:
        page = window.open().page
        icon = window.context.request.get(window.address + str(page.locator("link[rel=icon]").get_attribute("href")))
        assert icon.ok
        assert "svg" in icon.headers["content-type"]


def test_mistakes_are_listed_first_and_each_leads_to_its_field(visit: Open) -> None:
    with visit(day=time.strftime("%Y-%m-%d")) as window:
        page = window.open().page
        start_form(window)
        fill(window, "320106199005171232")
        page.get_by_label("手机号").fill("123")
        page.get_by_role("button", name="提交申请").click()
        expect(page).to_have_title(re.compile("^错误："))
        assert page.evaluate("document.activeElement.id") == "summary"
        links = page.locator("#summary a")
        expect(links).to_have_count(2)
        assert axe(page) == []
        links.last.click()
        assert page.evaluate("document.activeElement.id") == "telephone"
        window.errors.clear()  # Chromium itself notes the 422


def test_going_back_from_the_form_never_shows_a_browser_error(visit: Open) -> None:
    with visit(day=time.strftime("%Y-%m-%d")) as window:
        page = window.open().page
        start_form(window)
        form = page.url
        for guardian in ("1", "2", "320106199005171239"):
            fill(window, guardian)
            page.get_by_role("button", name="提交申请").click()
            expect(page.get_by_role("heading", name="已提交" if guardian[0] == "3" else "要改")).to_be_visible()
        expect(page.get_by_role("heading", name="交到哪天")).to_be_visible()
        assert axe(page) == []
        page.get_by_role("link", name="回到聊天").click()
        expect(page.locator("#log .system").last).to_contain_text("提交了参保申请")
        expect(page.get_by_text("已经填好")).to_be_visible()
        expect(page.get_by_role("link", name="去填证件信息")).to_have_count(0)
        chat = page.url
        page.go_back()
        assert page.url == form
        while page.url == form:
            expect(page.get_by_role("heading", name="已提交")).to_be_visible()
            page.go_back()
        assert page.url == chat
        expect(page.locator("#log .system").last).to_be_visible()
        window.errors.clear()  # Chromium itself notes the 422s
