"""The officials' intake on a really started product with policies of its own: a made-up city's PDF becomes a live,
cited answer in the chat by the portal's pages alone; one person writes it up, another signs."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from deploy.stack import MODEL, Ports, Stack
from policies import loading
from policies.library import build
from tests.browser.conftest import CHROMIUM, MEASURES, TODAY, Visit
from tests.browser.staff import Seat, account
from tests.portal import papers

pytestmark = [
    pytest.mark.browser,
    pytest.mark.stack,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt-get install chromium fonts-noto-cjk)"),
]
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
Window = Callable[..., AbstractContextManager[Seat]]
SENTENCES = {
    "2027年度城乡居民基本医疗保险个人缴费标准为每人每年430元": "2027年度孩子个人交430元。",
    "2027年度集中参保缴费期为2026年9月1日至2026年12月31日": "到12月31日。",
    "新生儿出生后90天内由监护人办理参保登记并缴费的，自出生之日起享受医保待遇": (
        "孩子出生后90天内参保缴费，从出生当天起能报。"
    ),
    "参保人可以通过微信城市服务、银行柜台或者办税服务厅缴纳保险费": "在微信城市服务、银行柜台或者办税服务厅交。",
}
"""What is taken over, and what the assistant is to say of it; what is computed has sentences to begin with."""


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The product with a copy of the policies: what goes live here must not answer other tests."""
    assert MODEL.exists(), "no model: run make train"
    root = tmp_path_factory.mktemp("city") / "policies"
    shutil.copytree(loading.ROOT, root, ignore=shutil.ignore_patterns("__pycache__", "*.py", "templates"))
    build(root)
    extra = {"TONGBAO_DEMO_CLOCK": "1", "POLICIES_FOLDER": str(root), "RATE_PER_ADDRESS": "off"}
    started = Stack(folder=tmp_path_factory.mktemp("intake"), ports=Ports.free(), extra=extra, say=lambda line: None)
    started.start()
    try:
        started.wait_ready(180)
        yield started
    finally:
        started.stop()


@pytest.fixture
def window(browser: Browser, city: Stack) -> Window:
    """A staff member's own window."""

    @contextmanager
    def opened(name: str, role: str, width: int = 1366) -> Iterator[Seat]:
        context = browser.new_context(viewport={"width": width, "height": 768}, locale="zh-CN")
        context.add_cookies([{"name": "as_of", "value": TODAY, "url": city.portal_address}])
        context.set_default_timeout(20_000)
        seat = Seat(context.new_page(), context, city.portal_address)
        seat.notice()
        try:
            yield seat.login(name, account(city, name, role))
            assert seat.errors == []
        finally:
            context.close()

    return opened


@contextmanager
def parent(browser: Browser, city: Stack) -> Iterator[Visit]:
    """A parent in the chat."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN")
    context.add_cookies([{"name": "as_of", "value": TODAY, "url": city.address}])
    context.add_init_script(path=MEASURES)
    context.set_default_timeout(20_000)
    yield Visit(context.new_page(), context, city.address)
    context.close()


def take(page: Page, sentence: str) -> None:
    """One sentence out of the text, as it is proposed."""
    page.get_by_role("link", name=sentence).first.click()
    expect(page.get_by_label("原句（一字不差）")).to_have_value(sentence)
    page.get_by_role("button", name="存这一条").click()
    expect(page.get_by_role("region", name="原文").get_by_role("link", name=f"✓{sentence}")).to_be_visible()


def word(page: Page, sentence: str, says: str) -> None:
    """One rule for the next question that has none: said in a sentence, or computed as it is proposed."""
    page.locator("section", has_text="还没写的问题").get_by_role("link").first.click()
    quoted = page.locator("fieldset", has_text="依据哪几条原句").locator("label", has_text=sentence[:24])
    expect(quoted.get_by_role("checkbox")).to_be_checked()
    if says:
        page.get_by_label("助手说的第一句").fill(says)
    page.get_by_role("button", name="存这条规则").click()
    page.wait_for_url("**/rules#kept")


def ask(page: Page, question: str, day: str, answer: str, **facts: str) -> None:
    """As a parent does; the answer is right and becomes a case."""
    page.get_by_label("问题", exact=True).select_option(label=question)
    page.get_by_label("哪天问").fill(day)
    for name, value in facts.items():
        page.get_by_label(name, exact=True).fill(value)
    page.get_by_role("button", name="问", exact=True).click()
    expect(page.locator("#answer")).to_contain_text(answer)


def test_a_city_paper_becomes_a_live_cited_answer(
    window: Window, browser: Browser, city: Stack, tmp_path: Path
) -> None:
    paper = tmp_path / "芜湖通知.pdf"
    paper.write_bytes(papers.pdf())
    with parent(browser, city) as before:
        before.open().ask("我在芜湖，一年交多少钱")
        expect(before.last).not_to_contain_text("430")

    with window("写稿主管", "supervisor") as seat:
        page = seat.open("/intake")
        assert seat.axe(AXE) == []
        page.get_by_label("文件：PDF").set_input_files(paper)
        page.get_by_role("button", name="读出来").click()
        page.get_by_role("heading", name="下一步").wait_for()
        draft = page.url.rsplit("/", 1)[1]
        seat.picture("desk-intake-draft")
        page.get_by_role("link", name="1 原文").click()
        assert seat.axe(AXE) == []
        page.get_by_role("button", name="接上下一段").first.press("Enter")
        expect(page.get_by_text("没有要看的可疑处了")).to_be_visible()
        page.get_by_role("link", name="下一步：文件信息").click()
        expect(page.get_by_label("管哪个地区")).to_have_value("安徽省芜湖市")
        page.get_by_label("成文日期").fill("2026-08-20")
        expect(page.get_by_label("哪个年度")).to_have_value("2027")
        assert seat.axe(AXE) == []
        page.get_by_role("button", name="存，下一步抄原句").click()
        for sentence in SENTENCES:
            take(page, sentence)
        assert seat.axe(AXE) == []
        seat.picture("desk-intake-clauses")
        page.get_by_role("link", name="下一步：规则").click()
        order = {"一年交多少钱": 0, "什么时候缴费": 1, "怎么缴费": 3}
        computed = ("什么时候缴费", "有没有等待期")
        while page.locator("section", has_text="还没写的问题").locator(".para").get_by_role("link").count():
            title = page.locator("section", has_text="还没写的问题").get_by_role("link").first.inner_text()
            sentence = list(SENTENCES)[order.get(title, 2)]
            word(page, sentence, "" if title in computed else SENTENCES[sentence])
        expect(page.get_by_role("heading", name="写了 5 条")).to_be_visible()
        assert seat.axe(AXE) == []
        page.get_by_role("link", name="下一步：试问").click()
        ask(page, "什么时候缴费", "2026-11-22", "现在就能交")
        assert seat.axe(AXE) == []
        page.get_by_role("button", name="这样答是对的").click()
        expect(page.get_by_role("heading", name="案例 1 个")).to_be_visible()
        ask(
            page,
            "有没有等待期",
            "2027-03-10",
            "从出生当天（2027年2月1日）起能报",
            孩子的出生日期="2027-02-01",
            缴费到账的日期="2027-03-01",
        )
        page.get_by_role("button", name="这样答是对的").click()
        expect(page.get_by_role("heading", name="案例 2 个")).to_be_visible()
        page.get_by_role("link", name="下一步：检查和比较").click()
        page.get_by_role("button", name="查一遍").click()
        expect(page.get_by_role("heading", name="✓ 没有要改的")).to_be_visible(timeout=60_000)
        expect(page.locator("#table-changes")).to_contain_text("2027年度孩子个人交430元。")
        assert seat.axe(AXE) == []
        seat.picture("desk-intake-check")
        page.get_by_role("button", name="交给另一个人签").click()
        expect(page.get_by_text("写过它、改过原文的人不能签")).to_be_visible()

    with window("签字主管", "supervisor", width=390) as seat, parent(browser, city) as asking:
        page = seat.open(f"/intake/{draft}/sign")
        assert seat.axe(AXE) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_label("我对着原件逐条看过").check()
        page.get_by_role("button", name="签字，上线").click()
        expect(page.get_by_text("家长、热线、学校的答案都已经照它说")).to_be_visible(timeout=90_000)
        # The chat takes it up by itself within a second or two, and nobody has to ask first: no service was restarted.
        asking.open()
        for _ in range(20):
            asking.ask("我在芜湖，一年交多少钱")
            if "430" in asking.last.inner_text():
                break
        expect(asking.last).to_contain_text("2027年度孩子个人交430元")
        expect(asking.last).to_contain_text(papers.NUMBER)
        seat.open("/sources")
        expect(page.get_by_text(papers.NUMBER)).to_be_visible()
