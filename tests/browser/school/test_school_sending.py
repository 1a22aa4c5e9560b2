"""What the school desk's sender does, and the results: design/surfaces.md 4.3, points 7 to 10 and 12."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, expect

from tests.browser.conftest import CHROMIUM, TODAY
from tests.browser.school.house import SchoolHouse, eventually, older_policies
from tests.browser.school.steps import GROUPS, Sit, approve, deliveries, draft, file, make, submit
from tests.browser.staff import SCREENSHOTS
from tests.leaflets.builders import codes
from tests.portal.school_builders import key

pytestmark = [
    pytest.mark.browser,
    pytest.mark.stack,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt-get install chromium fonts-noto-cjk)"),
]


# 7 - killed in the middle


def test_a_sender_killed_in_the_middle_sends_every_group_once(sit: Sit, house: SchoolHouse, imported: None) -> None:
    house.stop("sender")
    house.fake.delay = 0.15
    try:
        with sit("王老师") as seat:
            path = draft(seat, make(seat))
            submit(seat)
            approve(sit, path)
            before = house.fake.shown()
            house.start("sender")
            eventually(lambda: sum((house.fake.shown() - before).values()) >= 12, "sending began")
            house.kill("sender")
            page = seat.open(path)
            expect(page.locator("#bar")).to_have_attribute("max", str(GROUPS))
            house.start("sender")
            expect(page.locator(".log-lines, #progress").first).to_be_visible()
            expect(page.locator("#bar")).to_have_attribute("value", str(GROUPS), timeout=60_000)
            expect(page.locator("h1 .state-done")).to_be_visible(timeout=10_000)
            seat.picture("school-progress")
            states = [row[1] for row in deliveries(page)]
            unknown = sum("结果未知" in state for state in states)
            assert sum("接口已接受" in state for state in states) == GROUPS - unknown
            assert unknown <= 8
            now = house.fake.shown() - before
            assert max(now.values()) == 1
            assert len(now) >= GROUPS - unknown
    finally:
        house.fake.delay = 0.0


# 8 - refusals


def test_45009_is_tried_again_and_a_permanent_error_stops_with_its_reason(
    sit: Sit, house: SchoolHouse, imported: None
) -> None:
    with sit("王老师") as seat:
        path = draft(seat, make(seat), 4)
        submit(seat)
        calls = house.fake.calls.copy()

        def told(robot: str, nth: int) -> Any:
            again = nth - calls[robot]
            return {key(1): 45009 if again <= 2 else 0, key(2): 93000, key(3): 45009}.get(robot, 0)

        house.fake.plan = told
        try:
            approve(sit, path)
            page = seat.open(path)
            waits = page.locator("#table-deliveries tr", has_text="（4）班")
            expect(waits).to_contain_text("再试", timeout=30_000)
            expect(waits).to_contain_text("45009")
            seat.picture("school-retry")
            expect(page.locator("h1 .state-done")).to_be_visible(timeout=60_000)
            found = {row[0]: row for row in deliveries(page)}
            assert found["一年级（1）班"][1:3] == ["接口已接受", "1"]
            assert found["一年级（2）班"][1:3] == ["接口已接受", "3"]
            assert found["一年级（3）班"][1:3] == ["失败", "1"]
            assert "移出群聊" in found["一年级（3）班"][3]
            assert found["一年级（4）班"][1:3] == ["失败", "6"]
            assert "试了 6 次，不再试" in found["一年级（4）班"][3]
            assert house.fake.calls[key(3)] - calls[key(3)] == 6
            expect(page.locator("#log-lines")).to_contain_text("45009")
        finally:
            house.fake.plan = lambda robot, nth: 0
        page = seat.open("/school/groups")
        row = page.locator("#table-groups tr", has_text="停用")
        expect(row).to_contain_text("（3）班")
        row.get_by_role("button", name="恢复").click()


def test_an_unknown_result_is_shown_and_settled_by_a_person(sit: Sit, house: SchoolHouse, imported: None) -> None:
    with sit("王老师") as seat:
        path = draft(seat, make(seat), 2)
        submit(seat)
        house.fake.plan = lambda robot, nth: "cut" if robot == key(1) else 0
        try:
            approve(sit, path)
            page = seat.open(path)
            row = page.locator("#table-deliveries tr", has_text="结果未知，请在群里核对")
            row.wait_for(timeout=30_000)
            seat.picture("school-unknown")
        finally:
            house.fake.plan = lambda robot, nth: 0
        row.get_by_role("button", name="群里有了").click()
        expect(page.locator("#table-deliveries")).to_contain_text("王老师 在群里看到了")


# 9 - too late


def test_a_sender_started_after_the_end_sends_nothing(sit: Sit, house: SchoolHouse, imported: None) -> None:
    house.stop("sender")
    with sit("王老师") as seat:
        path = draft(seat, make(seat), 3)
        submit(seat)
        approve(sit, path)
        before = house.fake.shown()
        house.start("sender", "2026-10-20T09:00:00+08:00")
        try:
            page = seat.open(path)
            eventually(lambda: page.reload() and page.locator(".state-expired").count(), "expired")
            assert {row[1] for row in deliveries(page)} == {"过期未发"}
            assert house.fake.shown() == before
        finally:
            house.restore()


# 10 - a paused group


def test_a_paused_group_is_skipped_by_later_campaigns_and_it_is_said(
    sit: Sit, house: SchoolHouse, imported: None
) -> None:
    with sit("王老师") as seat:
        page = seat.open("/school/groups")
        page.get_by_role("button", name="暂停 一年级（2）班").click()
        path = draft(seat, make(seat), 1)
        page = seat.open(f"/school/campaigns/new?sheet={make(seat).rsplit('/', 1)[1]}")
        expect(page.locator("label", has_text="（2）班（停用，会跳过）").first).to_be_visible()
        boxes = page.locator("input[name=groups]")
        for n in range(boxes.count()):
            boxes.nth(n).set_checked(n < 2)
        page.get_by_role("button", name="存为草稿").click()
        page.wait_for_url(re.compile(r"/school/campaigns/\w{8}$"))
        path = page.url.removeprefix(seat.address)
        page.get_by_role("button", name="现在发到这个群").click()
        submit(seat)
        approve(sit, path)
        page = seat.open(path)
        eventually(lambda: page.reload() and page.locator(".state-done").count(), "done")
        found = {row[0]: row for row in deliveries(page)}
        assert found["一年级（2）班"][1] == "跳过"
        assert "该群已停：王老师 暂停" in found["一年级（2）班"][3]
        assert found["一年级（1）班"][1] == "接口已接受"
        seat.open("/school/groups").get_by_role("button", name="恢复 一年级（2）班").click()


# 12 - the results


def test_results_by_class_as_chart_table_and_the_same_spreadsheet(
    sit: Sit, browser: Browser, house: SchoolHouse, imported: None
) -> None:
    with sit("王老师") as seat:
        sheet = make(seat, stage="初中")
        path = draft(seat, sheet, 2)
        submit(seat)
        approve(sit, path)
        page = seat.open(path)
        eventually(lambda: page.reload() and page.locator(".state-done").count(), "done")
        sent = [body["text"]["content"] for _, robot, body in house.fake.taken if robot == key(1)][-1]
        link = re.search(r"看全文、提问：(\S+\?g=\w{8})", sent)
        assert link
        for _ in range(2):
            context = browser.new_context(locale="zh-CN")
            context.add_cookies([{"name": "as_of", "value": TODAY, "url": house.gateway}])
            context.new_page().goto(link[1])
            context.close()

        def scanned() -> list[str]:
            shown = seat.open("/school/results").locator("#table-by-class tbody tr").nth(1)
            return str(shown.evaluate("row => [...row.cells].map(c => c.textContent).join('|')")).split("|")

        row = eventually(lambda: (lambda r: r if r[3] == "2" else None)(scanned()), "two scans")
        assert row[0] == "一年级（2）班"
        assert int(row[4]) >= 2
        page = seat.page
        expect(page.locator("section:has(#t-by-class) svg")).to_be_visible()
        table = page.locator("#table-by-class").evaluate(
            "t => [...t.rows].map(r => [...r.cells].map(c => c.textContent))"
        )
        saved = load_workbook(BytesIO(file(seat, "/school/results/by-class.xlsx"))).active
        assert saved is not None
        assert [[str(c) for c in line] for line in saved.iter_rows(min_row=2, values_only=True)] == table
        seat.picture("school-results")


# After the policies changed


def test_when_policy_changes_the_leaflet_is_flagged_the_code_tells_and_nothing_more_goes_out(
    sit: Sit, browser: Browser, house: SchoolHouse, imported: None, tmp_path: Path
) -> None:
    """The sheet is made and sent while the payment window ended a month earlier; then the documents say otherwise."""
    then = older_policies(tmp_path, "regions/320000/rules.yml", "11-30", "12-31")
    for part in ("portal", "sender"):
        house.stop(part)
    try:
        house.start("portal", tree=then)
        house.start("sender", tree=then)
        with sit("王老师") as seat:
            sheet = make(seat)
            expect(seat.page.locator("#leaflet")).to_contain_text("2026年11月30日")
            (target,) = codes(file(seat, f"{sheet}/phone.png"))
            sent = draft(seat, sheet, 1)
            submit(seat)
            approve(sit, sent)
            eventually(lambda: seat.open(sent).locator("h1 .state-done").count(), "sent")
            house.stop("sender")
            approved = draft(seat, sheet, 2)
            submit(seat)
            approve(sit, approved)
            waiting = draft(seat, sheet, 2)
            submit(seat)
            house.stop("portal")
            house.start("portal")
            before = house.fake.shown()
            house.start("sender")

            page = seat.open(sheet)
            expect(page.locator("#outdated")).to_contain_text("本宣传单的依据已更新")
            expect(page.locator("#outdated")).to_contain_text("什么时候")
            expect(page.locator("#leaflet")).to_contain_text("2026年11月30日")
            seat.picture("school-outdated")
            expect(seat.open("/school").locator("body")).to_contain_text("依据已更新")
            eventually(lambda: seat.open(approved).locator("h1 .state-paused").count(), "paused")
            expect(seat.page.locator("#progress")).to_contain_text("审核以后政策有更新")
            assert house.fake.shown() == before
        with sit("赵主管") as boss:
            boss.open(waiting).get_by_role("button", name="批准发送").click()
            expect(boss.page.locator(".notice").first).to_contain_text("不能批准")
            boss.errors.clear()  # the refusal itself is a 400 in the console
    finally:
        house.restore()
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    context.add_cookies([{"name": "as_of", "value": TODAY, "url": house.gateway}])
    phone = context.new_page()
    phone.goto(target)
    expect(phone.locator("#log")).to_contain_text("纸上的说法可能已经不对了。请以这里的新答案为准")
    expect(phone.locator("#log .headline").last).to_contain_text("2026年10月1日到2026年12月31日")
    if SCREENSHOTS:
        phone.screenshot(path=str(Path(SCREENSHOTS) / "school-phone-outdated.png"))
    context.close()
