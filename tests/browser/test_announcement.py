"""The emergency notice on the really started product: from the supervisor's form to a parent's chat and back down."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.sync_api import Browser, expect

from common.casebook import Casebook
from deploy.stack import Stack
from tests.browser.conftest import CHROMIUM, Open
from tests.browser.staff import Seat, account, apart
from tests.gateway.platform import SENDERS, FakeApi

pytestmark = [
    pytest.mark.browser,
    pytest.mark.stack,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt-get install chromium fonts-noto-cjk)"),
]
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
TEXT = "系统升级，今晚八点到十点不能网上起申请"


@pytest.fixture
def nothing_stays(stack: Stack) -> Iterator[None]:
    """Whatever became of the test, the next ones find an empty board."""
    yield

    async def clear() -> None:
        book, now = Casebook(stack.environment()["DATABASE_URL"]), datetime.now(UTC)
        await book.board().withdraw(now)
        await book.close()

    apart(clear)


@pytest.fixture
def head(browser: Browser, stack: Stack) -> Callable[[], Any]:
    """The supervisor's window."""

    @contextmanager
    def opened() -> Iterator[Seat]:
        password = account(stack, "公告主管", "supervisor")
        context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        context.set_default_timeout(15_000)
        seat = Seat(context.new_page(), context, stack.portal_address)
        seat.notice()
        try:
            yield seat.login("公告主管", password)
            assert seat.errors == []
        finally:
            context.close()

    return opened


def test_a_notice_goes_from_the_supervisors_form_into_every_chat_once_and_is_withdrawn(
    head: Callable[[], Any], visit: Open, stack: Stack, messengers: FakeApi, nothing_stays: None
) -> None:
    until = datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(days=1)
    with head() as seat, visit() as parent:
        parent.open().ask("新生儿参保有等待期吗")
        expect(parent.page.locator(".announced")).to_have_count(0)

        seat.page.get_by_role("link", name="公告", exact=True).click()
        seat.page.fill("#text", TEXT)
        seat.page.fill("#issuer", "南京市医保局")
        seat.page.fill("#day", f"{until:%Y-%m-%d}")
        seat.page.fill("#at", "18:00")
        seat.page.get_by_role("button", name="发布").click()
        said = f"【公告】{TEXT}（南京市医保局发布，到{until.year}年{until.month}月{until.day}日 18:00为止）"
        expect(seat.page.locator(".announced")).to_have_text(said)
        assert seat.axe(AXE) == []
        seat.picture("board")

        seen_by(parent, said)
        before = parent.page.locator("#log .bot").count()
        parent.ask("那什么时候交")
        expect(parent.page.locator("#log .bot").nth(before)).to_contain_text(said)
        parent.ask("要交多少钱")
        assert sum(said in bubble for bubble in parent.bubbles()) == 1

        user = "o-announced"
        with httpx.Client(base_url=stack.address, trust_env=False, timeout=60) as door:
            assert ask(door, messengers, user, "有等待期吗").splitlines()[0] == said
            assert said not in ask(door, messengers, user, "什么时候交")

        seat.page.get_by_role("button", name="撤下公告").click()
        expect(seat.page.locator(".announced")).to_have_count(0)
        gone_for(parent)
        assert [text for text in parent.said() if text] == ["新生儿参保有等待期吗", "那什么时候交", "要交多少钱"]


def seen_by(parent: Any, said: str) -> None:
    """The page is loaded again until the gateway has read the board."""
    while parent.page.locator("header .announced").count() == 0:
        parent.page.reload()
    expect(parent.page.locator("header .announced")).to_have_text(said)
    expect(parent.page.locator("header .announced")).to_be_in_viewport()
    parent.page.evaluate(AXE.read_text("utf-8"))
    found = parent.page.evaluate("() => axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
    assert [one["id"] for one in found["violations"]] == []


def gone_for(parent: Any) -> None:
    while parent.page.locator("header .announced").count():
        parent.page.reload()


def ask(door: httpx.Client, api: FakeApi, user: str, text: str) -> str:
    """The answer on WeChat, passive or pushed."""
    sender, before = SENDERS["plain"], len(api.texts(user))
    said = sender.post(door, sender.message(user, text))
    return said if said is not None else api.waits_for(user, before + 1)[before]
