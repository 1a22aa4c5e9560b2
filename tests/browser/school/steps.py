"""What a teacher and a supervisor do at the school desk, step by step."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.staff import Seat

GROUPS = 39
Sit = Callable[..., Any]


def file(seat: Seat, path: str) -> bytes:
    return bytes(seat.context.request.get(seat.address + path).body())


def make(seat: Seat, region: str = "江苏南京", stage: str = "小学", form: str = "notice", year: str = "") -> str:
    """A leaflet as a teacher makes it; the path of its page."""
    page = seat.open("/school/sheets/new")
    page.fill("#region", region)
    page.locator("#region").blur()
    page.select_option("#stage", stage)
    page.select_option("#form", form)
    if year:
        page.fill("#year", year)
        page.locator("#year").blur()
    scope = page.locator(f".leaflet.{form} :is(.leaflet-scope, footer p:first-child)").first
    expect(scope).to_contain_text(f"{stage} · {year}" if year else stage)
    page.get_by_role("button", name="保存这份宣传单").click()
    page.wait_for_url(re.compile(r"/school/sheets/\w{8}$"))
    return page.url.removeprefix(seat.address)


def groups(seat: Seat, content: bytes) -> None:
    """Choose a file and look at the dry run."""
    page = seat.open("/school/groups")
    page.set_input_files("#file", {"name": "groups.xlsx", "mimeType": "application/octet-stream", "buffer": content})
    page.get_by_role("button", name="先预演").click()
    page.locator("#dry-run").wait_for()


def draft(seat: Seat, sheet: str, classes: int | None = None, **fields: str) -> str:
    """A campaign as a teacher sets it up, tested in one group; the path of its page."""
    page = seat.open(f"/school/campaigns/new?sheet={sheet.rsplit('/', 1)[1]}")
    given = {"day": "2026-10-09", "at": "09:00", "until": "2026-10-16", "until_at": "18:00"} | fields
    for name, value in given.items():
        page.fill(f"#{name}", value)
    if classes is not None:
        boxes = page.locator("input[name=groups]")
        for n in range(classes, boxes.count()):
            boxes.nth(n).uncheck()
    page.get_by_role("button", name="存为草稿").click()
    page.wait_for_url(re.compile(r"/school/campaigns/\w{8}$"))
    page.get_by_role("button", name="现在发到这个群").click()
    page.get_by_text("✓ 测试过了").wait_for()
    return page.url.removeprefix(seat.address)


def approve(sit: Sit, path: str, name: str = "赵主管") -> None:
    with sit(name) as boss:
        boss.open(path).get_by_role("button", name="批准发送").click()
        boss.page.locator(".state-approved, .state-done").first.wait_for()


def submit(seat: Seat) -> None:
    seat.page.get_by_role("button", name="提交，请另一个人审核").click()
    seat.page.locator(".state-submitted").first.wait_for()


def deliveries(page: Page) -> list[list[str]]:
    """The rows of the results: class, result, attempts, remark."""
    return [
        [c.strip() for c in row.split("\t")[1:5]]
        for row in page.locator("#table-deliveries tbody tr").all_inner_texts()
    ]
