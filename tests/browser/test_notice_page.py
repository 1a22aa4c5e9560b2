"""The page on which a notice is allowed, in a real browser; the platform's script is played by a few lines."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from gateway.wechat.js_sdk import SCRIPT
from gateway.wechat.settings import read_accounts
from tests.browser.conftest import CHROMIUM
from tests.gateway.builders import FakeDialogue, settings
from tests.gateway.platform import APP_ID, fake_api, variables
from tests.gateway.running import gateway, redis_server

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt-get install chromium fonts-noto-cjk)"),
]

TEMPLATE = "template-of-the-tests"
PLAYED = """
window.wx = { error: function (told) { window.onWrong = told; }, config: function (given) { window.given = given; } };
"""


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A gateway with an Official Account that has a template."""
    with redis_server(tmp_path) as redis, fake_api() as api:
        accounts = read_accounts(variables(api.address, WECHAT_REMINDER_TEMPLATE=TEMPLATE))
        with gateway(settings(redis.url, wechat=accounts), FakeDialogue()) as client:
            yield str(client.base_url).rstrip("/")


@dataclass
class Inside:
    """A window of WeChat's browser."""

    page: Page
    errors: list[str]


@pytest.fixture
def inside(browser: Browser) -> Iterator[Inside]:
    context = browser.new_context(viewport={"width": 360, "height": 740}, user_agent="Mozilla/5.0 MicroMessenger/8.0")
    window = Inside(context.new_page(), [])
    window.page.on("pageerror", lambda error: window.errors.append(str(error)))
    window.page.on("console", lambda said: window.errors.append(said.text) if "Security Policy" in said.text else None)
    yield window
    context.close()
    assert window.errors == []


def test_the_component_is_asked_for_and_what_the_parent_answers_is_said(inside: Inside, address: str) -> None:
    inside.page.route(SCRIPT, lambda route: route.fulfill(body=PLAYED, content_type="text/javascript"))
    inside.page.goto(f"{address}/notices?from=singlemessage")
    given = inside.page.evaluate("window.given")
    assert (given["appId"], given["openTagList"], len(given["signature"])) == (APP_ID, ["wx-open-subscribe"], 40)
    expect(inside.page.locator("#broken")).to_be_hidden()
    for word, shown in (("reject", "没有允许"), ("accept", "好了，已经允许")):
        details = json.dumps({TEMPLATE: json.dumps({"status": word})})
        inside.page.evaluate(
            "said => document.getElementById('subscribe').dispatchEvent("
            "new CustomEvent('success', {detail: {errMsg: 'subscribe:ok', subscribeDetails: said}}))",
            details,
        )
        expect(inside.page.get_by_role("status").filter(visible=True)).to_contain_text(shown)
    inside.page.evaluate("document.dispatchEvent(new CustomEvent('WeixinOpenTagsError'))")
    expect(inside.page.get_by_role("alert").filter(visible=True)).to_contain_text("按钮出不来")
    assert inside.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_where_the_platforms_script_does_not_come_that_is_said(inside: Inside, address: str) -> None:
    inside.page.route(SCRIPT, lambda route: route.abort())
    inside.page.goto(f"{address}/notices")
    expect(inside.page.get_by_role("alert")).to_contain_text("按钮出不来")


def test_a_browser_outside_wechat_reads_how_to_open_it_there(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{address}/notices")
    expect(page.locator("main")).to_contain_text("文件传输助手")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") > 18
    context.close()
