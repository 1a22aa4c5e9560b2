"""The school desk's lists, and campaigns up to their approval: design/surfaces.md 4.3, points 4 to 6 and 11."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.browser.conftest import CHROMIUM
from tests.browser.school.house import KINDS, SchoolHouse, eventually
from tests.browser.school.steps import GROUPS, Sit, approve, deliveries, draft, file, groups, make, submit
from tests.portal.school_builders import BAD, csv_bytes, key, rows, xls, xlsx

pytestmark = [
    pytest.mark.browser,
    pytest.mark.stack,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt-get install chromium fonts-noto-cjk)"),
]
AXE = Path(__file__).parents[1] / "vendor" / "axe.min.js"


# 4 - importing


@pytest.mark.parametrize("kind", KINDS)
def test_39_of_42_rows_are_taken_and_a_second_import_changes_nothing(kind: str, sit: Sit) -> None:
    table = [*rows(39), *BAD]
    content = {"xlsx": xlsx(table), "xls": xls(table), "gb18030": csv_bytes(table, "gb18030")}[kind]
    with sit(f"{kind}老师") as seat:
        groups(seat, content)
        expect(seat.page.locator("#dry-run")).to_contain_text("新增 39 · 有变化 0 · 不变 0 · 不能导入 3")
        bad = [row.split("\t") for row in seat.page.locator("#table-bad tbody tr").all_inner_texts()]
        assert [row[0] for row in bad] == ["41", "42", "43"]
        for row, why in zip(bad, ("缺机器人地址", "机器人地址不对", "和第 2 行是同一个班"), strict=True):
            assert why in row[2]
        seat.picture(f"school-import-{kind}")
        with seat.page.expect_download() as download:
            seat.page.get_by_role("button", name="下载这些行").click()
        saved = load_workbook(BytesIO(Path(download.value.path()).read_bytes())).active
        assert saved is not None
        assert [row[:1] + row[2:] for row in saved.iter_rows(min_row=3, values_only=True)] == [
            (int(row[0]), row[2]) for row in bad
        ]
        seat.page.get_by_role("button", name="确认导入").click()
        seat.page.get_by_text("已登记 39 个").wait_for()
        groups(seat, content)
        expect(seat.page.locator("#dry-run")).to_contain_text("新增 0 · 有变化 0 · 不变 39 · 不能导入 3")
        expect(seat.page.locator("#dry-run")).to_contain_text("没有要改的")


# 5 - a second person approves


def test_the_author_cannot_approve_and_the_reviewer_sees_last_years_leaflet(
    sit: Sit, house: SchoolHouse, imported: None
) -> None:
    with sit("王老师") as seat:
        make(seat, year="2026")
        path = draft(seat, make(seat), 2)
        submit(seat)
        expect(seat.page.get_by_role("button", name="要另一个人")).to_be_disabled()
        token = str(seat.page.locator("input[name=csrf]").first.get_attribute("value"))
        answer = seat.context.request.post(f"{seat.address}{path}/approve", form={"csrf": token})
        assert answer.status == 403
    with sit("李老师") as other:
        page = other.open(path)
        expect(page.locator("#review")).to_contain_text("和 2026 年度那份比")
        expect(page.locator("#diff .gone").first).to_contain_text("2026年度")
        expect(page.locator("#diff .added").first).to_contain_text("2027年度")
        other.picture("school-review")
        page.get_by_role("button", name="退回修改").click()
        page.fill("#why", "落款要写全")
        page.get_by_role("button", name="退回修改").click()
        expect(page.locator(".state-returned").first).to_be_visible()


def test_a_draft_sent_back_is_the_next_step_and_is_changed_and_submitted_again(
    sit: Sit, house: SchoolHouse, imported: None
) -> None:
    with sit("王老师") as seat:
        path = draft(seat, make(seat), 2)
        submit(seat)
        with sit("李老师") as other:
            page = other.open(path)
            page.get_by_role("button", name="退回修改").click()
            page.fill("#why", "只发一个班")
            page.get_by_role("button", name="退回修改").click()
            expect(page.locator(".state-returned").first).to_be_visible()
        page = seat.open("/")
        assert page.url.endswith("/school")
        step = page.locator(".next-step")
        expect(step).to_contain_text("只发一个班")
        step.get_by_role("link", name="改退回的发送").click()
        expect(page.locator("input[name=groups]:checked")).to_have_count(2)
        page.locator("input[name=groups]:checked").last.uncheck()
        page.get_by_role("button", name="保存修改").click()
        page.get_by_text("✓ 测试过了").wait_for()
        submit(seat)
        page.get_by_role("button", name="停止，没发的不再发").click()
        expect(page.locator("h1 .state-stopped")).to_be_visible()


# 6 - quiet hours and the calendar


def test_what_is_set_for_the_night_goes_out_in_the_morning_and_a_moved_workday_counts(sit: Sit, imported: None) -> None:
    with sit("王老师") as seat:
        sheet = make(seat)
        page = seat.open(f"/school/campaigns/new?sheet={sheet.rsplit('/', 1)[1]}")
        when = page.locator("#when")
        for day, at, says in (
            ("2026-10-10", "10:00", "将于次日（10月10日 周六）10:00 发送"),
            ("2026-10-11", "10:00", "将于10月12日 周一 08:00 发送（10月11日是周末）"),
            ("2026-10-19", "21:00", "将于10月20日 周二 08:00 发送（20:00–08:00 是安静时段）"),
            ("2026-12-31", "21:00", "1月1日是元旦"),
            ("2026-10-09", "21:00", "将于次日（10月10日 周六）08:00 发送"),
        ):
            page.fill("#day", day)
            page.fill("#at", at)
            expect(when).to_contain_text(says)
        seat.picture("school-campaign")
        path = draft(seat, sheet, 2, at="21:00")
        expect(seat.page.locator("#when")).to_contain_text("将于次日（10月10日 周六）08:00 发送")
        submit(seat)
        approve(sit, path)
        page = seat.open(path)
        expect(page.locator("h1")).to_contain_text("已批准，到时间自动发")
        expect(page.locator("#when")).to_contain_text("将于次日（10月10日 周六）08:00 发送")
        page.get_by_role("button", name="停止，没发的不再发").click()
        expect(page.locator("h1 .state-stopped")).to_be_visible()


# 11 - the key is nowhere


def test_no_robots_key_stands_in_a_page_an_export_or_a_log(sit: Sit, house: SchoolHouse, imported: None) -> None:
    with sit("王老师") as seat:
        path = draft(seat, make(seat), 2)
        groups(seat, xlsx(rows(GROUPS)))
        seen = [seat.page.content()]
        for one in ("/school", "/school/groups", "/school/campaigns/new", path, "/school/results"):
            seen.append(seat.open(one).content())
        for one in ("/school/groups.xlsx", f"{path}/log.xlsx", "/school/results/all.xlsx"):
            book = load_workbook(BytesIO(file(seat, one)))
            seen.append(str([row for sheet in book for row in sheet.values]))
        assert "****0001" in "".join(seen)
        for number in range(GROUPS):
            assert key(number) not in "".join(seen)
            assert key(number) not in house.logs()


# What else a teacher meets


def test_lists_are_compared_in_the_browser_and_only_counts_leave_it(sit: Sit, house: SchoolHouse) -> None:
    numbers = [f"32010620190{n:03d}1234" for n in range(100, 140)]
    roster = "年级,班级,姓名,证件号\n" + "\n".join(
        f"一年级,{1 + n // 20}班,小朋友{n},{one}" for n, one in enumerate(numbers)
    )
    paid = "证件号\n" + "\n".join(numbers[:35])
    with sit("王老师") as seat:
        sent: list[bytes] = []
        seat.page.on("request", lambda request: sent.append(request.post_data_buffer or b""))
        page = seat.open("/school/counts")
        page.fill("#passphrase", "约好的口令 12345")
        for name, text in (("roster", roster), ("enrolled", paid)):
            page.set_input_files(
                f"#{name}", {"name": f"{name}.csv", "mimeType": "text/csv", "buffer": text.encode("gb18030")}
            )
        page.get_by_role("button", name="比对", exact=True).click()
        expect(page.locator("#compare-result")).to_contain_text("2 个班，应参保 40 人，已参保 35 人")
        with page.expect_download() as download:
            page.get_by_role("button", name="只做散列文件").click()
        hashes = Path(download.value.path()).read_text("utf-8")
        assert "小朋友" not in hashes
        assert numbers[0] not in hashes
        page.get_by_role("button", name="保存比对出的人数").click()
        expect(page.locator("#table-enrollment")).to_contain_text("87.5%")
        expect(page.locator("#t-aim + p")).to_contain_text("95%")
        seat.picture("school-counts")
        everything = b"".join(sent)
        assert "小朋友".encode() not in everything
        assert not any(one.encode() in everything for one in numbers)
        assert re.search(rb"[0-9a-f]{64}", everything) is None


def test_everything_is_done_without_a_script(sit: Sit, house: SchoolHouse, imported: None) -> None:
    with sit("王老师", java_script_enabled=False) as seat:
        page = seat.open("/school/sheets/new")
        page.fill("#region", "威海")
        page.get_by_role("button", name="更新预览").click()
        expect(page.locator(".leaflet-scope")).to_contain_text("威海市")
        page.get_by_role("button", name="保存这份宣传单").click()
        sheet = page.url.removeprefix(seat.address)
        path = draft(seat, sheet, 1)
        submit(seat)
    with sit("李老师", java_script_enabled=False) as other:
        other.open(path).get_by_role("button", name="批准发送").click()
        page = other.page
        page.locator(".state-approved, .state-done").first.wait_for()  # a page under way can't be loaded again
        eventually(lambda: page.reload() and page.locator(".state-done").count(), "done")
        assert deliveries(page)[0][1] == "接口已接受"


@pytest.mark.parametrize("width", [1366, 390])
def test_axe_finds_nothing_and_nothing_runs_off_a_phone(width: int, sit: Sit, imported: None) -> None:
    with sit("王老师", width=width, height=844) as seat:
        sheet = make(seat)
        path = draft(seat, sheet, 2)
        for one in ("/school", "/school/sheets/new", sheet, "/school/groups", "/school/campaigns/new", path,
                    "/school/results", "/school/counts"):  # fmt: skip
            page = seat.open(one)
            assert seat.axe(AXE) == [], one
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), one
            if width == 390:
                seat.picture(f"school-phone{one.rstrip('/').replace('/', '-')[:20]}")
