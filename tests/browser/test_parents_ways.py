"""Ways of a parent between the surfaces: to a person, from a messenger, from a paper, through the enrollment page.

design/surfaces.md 4.1, points 10 to 12, and what a page of its own per answer promises.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from deploy.stack import Stack
from gateway.conversations import pseudonym
from leaflets import Plan, compose_sheet
from policies.library import default
from tests.browser.conftest import CHROMIUM, MEASURES, TODAY, Open, Visit
from tests.browser.staff import Seat, account
from tests.browser.test_chat_comfort import axe
from tests.gateway.builders import FakeDialogue, settings
from tests.gateway.platform import Sender
from tests.gateway.running import gateway, redis_server
from tests.registration import builders
from tests.registration.builders import HandClock
from tests.registration.running import Service, service_in_thread

pytestmark = [
    pytest.mark.browser,
    pytest.mark.stack,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt-get install chromium fonts-noto-cjk)"),
]
NUMBER = "320106202610201234"


# 10 and 11 - to a person


@pytest.fixture(scope="module")
def agent(stack: Stack) -> str:
    """The password of an agent, 5100."""
    return account(stack, "5100", "agent")


def before(window: Visit, state: str) -> None:
    """The chat in a state a parent may leave for a person."""
    said = {
        "answered": ("我在南京，宝宝没上户口能办吗",), "asked back": ("宝宝有等待期吗",),
        "in the form": ("帮我给宝宝办参保", "我在南京"), "with a number": (f"孩子身份证{NUMBER}，有等待期吗",),
    }  # fmt: skip
    for text in said.get(state, ()):
        window.ask(text)


@pytest.mark.parametrize("state", ["just opened", "answered", "asked back", "in the form", "with a number"])
def test_one_tap_leads_to_a_person_from_any_state_and_the_desk_reads_all_of_the_talk(
    visit: Open, browser: Browser, stack: Stack, agent: str, state: str
) -> None:
    with visit() as window:
        window.open()
        before(window, state)
        said = [message["text"] for message in window.history() if message["who"] == "parent"]
        answered = window.page.locator("#log .bot").count()
        window.page.locator("header").get_by_role("button", name="转人工").click()
        window.page.locator("#log .bot").nth(answered).wait_for()
        told = window.last.inner_text()
        number = re.search(r"RG\d{12}", told)
        assert number
        assert "人工接待时间" in told
        expect(window.last.locator("a[href='tel:12393']")).to_be_visible()

        context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        seat = Seat(context.new_page(), context, stack.portal_address).login("5100", agent)
        page = seat.open(f"/chats/{number[0]}")
        expect(page.locator(".log.before .parent")).to_have_count(len(said) + 1)
        for text in said:
            expect(page.locator(".log.before")).to_contain_text(text)
        assert NUMBER not in page.content()
        assert NUMBER not in "".join(log.read_text("utf-8") for log in Path(stack.folder).rglob("*.log"))
        context.close()


def test_a_long_word_of_a_person_is_shown_from_its_beginning(
    visit: Open, browser: Browser, stack: Stack, agent: str
) -> None:
    with visit(height=480) as window:
        window.open()
        window.ask("我在南京，宝宝没上户口能办吗")
        window.press("转人工")
        number = re.search(r"RG\d{12}", window.last.inner_text())
        assert number
        context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        seat = Seat(context.new_page(), context, stack.portal_address).login("5100", agent)
        page = seat.open(f"/chats/{number[0]}")
        expect(page.locator("#accept")).to_be_focused()
        seat.keys("Enter")
        expect(page.locator("#text")).to_be_focused()
        page.fill("#text", "第一句。" + "后面的话很长。" * 60)
        seat.keys("Alt+Enter")
        staff = window.page.locator("#log .staff").last
        expect(staff).to_contain_text("第一句")
        assert staff.evaluate("e => Math.abs(e.getBoundingClientRect().top) < innerHeight / 2")
        context.close()


# 12 - from a messenger


def test_an_answer_in_wechat_has_links_to_tap_and_numbers_and_leads_to_its_page(visit: Open, stack: Stack) -> None:
    sender = Sender()
    with visit() as window, httpx.Client(base_url=stack.address, timeout=60) as platform:
        asked = sender.message("oBrowser1", "宝宝10月20日出生, 医保要在什么时候前办?")
        (said,) = [one for one in sender.talk(platform, asked) if one]
        assert re.search(r'1\. <a href="weixin://bizmsgmenu\?msgmenucontent=我在江苏&msgmenuid=1">', said)
        (said,) = [one for one in sender.talk(platform, sender.message("oBrowser1", "1")) if one]
        assert "江苏" in said
        link = re.search(r'<a href="(http[^"]+)">完整依据</a>', said)
        assert link
        page = window.page
        page.goto(window.address + httpx.URL(link[1]).raw_path.decode())
        expect(page.locator(".tags").first).to_contain_text("江苏省")
        expect(page.locator("blockquote").first).to_be_visible()
        assert page.locator("form, #box").count() == 0
        assert axe(page) == []


# A page of its own


def test_every_answer_of_a_paper_has_its_page_that_leads_to_the_chat_of_its_code(visit: Open) -> None:
    questions = ("ask_payment_period", "ask_lapse_penalty")
    plan = Plan("320100", "小学", 2027, questions, day=date.fromisoformat(TODAY))
    scene = compose_sheet(plan, default(), "https://example.org").scene
    with visit(width=320, height=568) as window:
        page = window.open(f"/s/{scene}/ask_lapse_penalty").page
        expect(page).to_have_title(re.compile(r"断保有什么影响（江苏省南京市，小学，.*年.*· 童保"))
        expect(page.locator("blockquote").first).to_be_visible()
        assert window.context.cookies(window.address)[0]["name"] == "as_of"
        assert axe(page) == []
        page.evaluate("document.documentElement.style.fontSize = '34px'")
        assert page.evaluate("measure.sideways()") == [0, []]
        page.get_by_role("link", name="什么时候缴费").click()
        expect(page.locator(".headline")).to_contain_text("2026年12月31日")
        page.get_by_role("link", name="问自己孩子的情况").click()
        expect(page.locator("#region")).to_have_text("江苏省南京市")
        expect(page.locator("#log .me").last).to_contain_text("小学")


# The enrollment page, with a bureau whose clock can be turned


@dataclass
class Bureau:
    """A gateway by itself and the registration service behind it."""

    service: Service
    clock: HandClock
    address: str

    def draft(self, page: Page, **child: Any) -> str:
        """An application that this browser's own chat has begun; the path of its form."""
        page.goto(self.address)
        chat = next(one["value"] for one in page.context.cookies() if one["name"] == "chat")
        _, token = self.service.start_draft(f"k-{chat}", conversation=pseudonym(settings().key_secret, chat), **child)
        return f"{self.address}/enroll/{token}"


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    clock = HandClock()
    with redis_server(tmp_path) as redis, service_in_thread(tmp_path, clock) as service:
        given = settings(redis.url, registration_url=service.url, registration_token=builders.TOKEN)
        with gateway(given, FakeDialogue()) as door:
            yield Bureau(service, clock, str(door.base_url).rstrip("/"))


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 360, "height": 640}, locale="zh-CN")
    context.add_init_script(path=MEASURES)
    yield context.new_page()
    context.close()


def fill(page: Page, **more: str) -> None:
    fields = {"孩子姓名": builders.CHILD_NAME, "监护人姓名": builders.GUARDIAN_NAME,
              "监护人身份证号": builders.GUARDIAN_NUMBER, "手机号": builders.TELEPHONE,
              "户籍地": "江苏省南京市鼓楼区"} | more  # fmt: skip
    for label, value in fields.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_label("您是孩子的").select_option("父亲")
    page.get_by_role("checkbox").check()


def test_what_was_typed_outlives_its_link_and_a_new_link_goes_on(bureau: Bureau, phone: Page) -> None:
    phone.goto(bureau.draft(phone))
    fill(phone, 出生医学证明编号=builders.CERTIFICATE)
    bureau.clock.turn(minutes=31)
    phone.get_by_role("button", name="提交申请").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("链接过期了")
    expect(phone).to_have_title("链接过期了 · 童保")
    expect(phone.locator("main")).to_contain_text("没有丢")
    assert axe(phone) == []
    phone.get_by_role("button", name="换一个新链接，接着填").click()
    expect(phone.get_by_role("status")).to_contain_text("带过来了")
    expect(phone.get_by_label("孩子姓名", exact=True)).to_have_value(builders.CHILD_NAME)
    expect(phone.get_by_label("监护人身份证号", exact=True)).to_have_value(builders.GUARDIAN_NUMBER)
    phone.get_by_role("checkbox").check()
    phone.get_by_role("button", name="提交申请").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("已提交")
    phone.reload()
    expect(phone.get_by_role("heading", level=1)).to_have_text("已提交")


def test_for_a_child_not_yet_born_the_last_page_says_what_comes_after_the_birth(bureau: Bureau, phone: Page) -> None:
    phone.goto(bureau.draft(phone, birth_date=..., due_month="2027-01"))
    expect(phone.get_by_label("出生医学证明编号")).to_have_count(0)
    fill(phone, 孩子姓名="某某之子")
    phone.get_by_role("button", name="提交申请").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("已提交")
    for heading in ("出生以前", "出生以后，交到哪天", "怎么交"):
        expect(phone.get_by_role("heading", name=heading)).to_be_visible()
    expect(phone.locator(".next")).to_contain_text("最晚交到哪天")
    assert "集中缴费期是" not in phone.locator("main").inner_text()
    assert axe(phone) == []
    assert phone.evaluate("measure.sideways()") == [0, []]
