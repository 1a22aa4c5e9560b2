"""The review desk on the really started product: from a parent's message to a sentence and a test, by keyboard alone;
and a week's sample judged by two people."""

import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot import lint
from common.casebook import AnsweredTurn, Casebook
from deploy.stack import ROOT, Stack
from policies.loading import YamlFile, plain
from portal.review.export import TALKS
from tests.browser.conftest import CHROMIUM, Open
from tests.browser.staff import Seat, account, apart
from tests.journeys.test_reviewed_talks import problems_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.stack,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt-get install chromium fonts-noto-cjk)"),
]
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
SAID = "公积金贷款批下来要等好几个月不"
OPENED = "一年交多少钱"
Window = Callable[[str], AbstractContextManager[Seat]]


@pytest.fixture
def window(browser: Browser, stack: Stack) -> Window:
    """A supervisor's own window."""

    @contextmanager
    def opened(name: str) -> Iterator[Seat]:
        context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        context.set_default_timeout(15_000)
        seat = Seat(context.new_page(), context, stack.portal_address)
        seat.notice()
        try:
            yield seat.login(name, account(stack, name, "supervisor"))
            assert seat.errors == []
        finally:
            context.close()

    return opened


def test_a_message_becomes_a_reviewed_sentence_and_a_test_by_keyboard(
    window: Window, visit: Open, stack: Stack, tmp_path: Path
) -> None:
    with window("复核主管") as seat, visit() as parent:
        parent.open().ask(OPENED)
        parent.ask(SAID)

        page = seat.open("/review?source=refused")
        turn = page.locator("article", has_text=SAID)
        expect(turn).to_contain_text("当时在说")
        expect(turn).to_contain_text(OPENED)
        expect(turn).to_contain_text("说了别的事")
        assert seat.axe(AXE) == []
        seat.picture("desk-review")
        turn.get_by_label("应当读成").focus()
        seat.keys("能不能退费", "Enter")
        expect(page.get_by_role("status")).to_contain_text(["应当读成：能不能退费"])
        page.get_by_role("link", name="要改").press("Enter")
        again = page.locator("article", has_text=SAID)
        again.get_by_role("button", name="不归我们管").press("Enter")
        expect(page.get_by_role("status")).to_contain_text(["不归我们管"])

        line = [sys.executable, "-m", "portal.review", "export", str(tmp_path)]
        done = subprocess.run(line, env=stack.environment(), cwd=ROOT, capture_output=True, text=True, check=True)
        assert "1 段对话" in done.stdout
        [talk] = plain(YamlFile(tmp_path / TALKS).data)
        assert list(talk["turns"])[-2:] == [{"say": OPENED}, {"say": SAID, "meant": "out_of_scope"}]
        assert problems_of(talk) == []
        assert not (tmp_path / "data").exists() or not lint.read(tmp_path / "data" / "nlu")  # it leaned on a question
        page.goto(f"{seat.address}/review?state=exported")
        expect(page.locator("article", has_text=SAID)).to_contain_text("导出")
        assert seat.errors == []


def test_two_people_judge_the_sample_and_then_see_how_right_we_are(window: Window, stack: Stack) -> None:
    """Ten made-up turns of last week: nine judged right by both, on one they differ."""
    asked = [f"第{n}个人问的交多少钱" for n in range(10)]

    async def offered() -> None:
        book = Casebook(stack.environment()["DATABASE_URL"])
        await book.prepare()
        sample, last_week = book.sample(50), datetime.now(UTC) - timedelta(days=7)
        for text in asked:
            await sample.offer(AnsweredTurn(
                f"{uuid.uuid4().hex}:m", last_week, text, {"labels": ["ask_premium"], "open": "ask_refund"}, "320100",
                "ask_premium", "decided", "2026年度孩子个人交400元。",
            ))  # fmt: skip
        await book.close()

    apart(offered)
    with window("抽样主管一") as one, window("抽样主管二") as other:
        for seat, words in ((one, "对"), (other, "部分对")):
            page = seat.open("/review/sample")
            for n in range(10):
                said = words if n == 9 else "对"
                page.get_by_role("button", name=said, exact=True).first.press("Enter")
                expect(page.get_by_role("status").first).to_have_text(f"您判了 {n + 1} / 10")
        result = other.page.locator("section", has_text="的结果")
        expect(result).to_contain_text("90%（9 条两位都判对；95% 区间 60% 到 98%）")
        expect(result).to_contain_text("kappa 0.00")
        other.open("/review/sample?show=all")
        expect(other.page.locator("article").first).to_contain_text("抽样主管一判")
        assert other.axe(AXE) == []
        other.picture("desk-sample")
        other.open("/figures")
        expect(other.page.locator("#table-accuracy")).to_contain_text("60% 到 98%")
        assert other.axe(AXE) == []
