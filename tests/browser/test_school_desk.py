"""The school desk as a teacher meets it: design/surfaces.md 4.3, points 1 to 12, on the really started product."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
import pytest
from openpyxl import load_workbook
from PIL import Image, ImageFilter, ImageOps
from playwright.sync_api import Browser, Page, expect

from deploy.stack import Stack
from tests.browser.conftest import CHROMIUM, MEASURES, TODAY
from tests.browser.school import FRIDAY, KINDS, SchoolHouse, codes, eventually, older_policies, school_house, squeezed
from tests.browser.staff import SCREENSHOTS, Seat
from tests.leaflets.builders import sizes_of
from tests.portal.school_builders import BAD, TEST_GROUP, csv_bytes, key, rows, xls, xlsx

pytestmark = [
    pytest.mark.browser,
    pytest.mark.stack,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt-get install chromium fonts-noto-cjk)"),
]
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
GROUPS = 39
Sit = Callable[..., Any]


@pytest.fixture(scope="module")
def house(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SchoolHouse]:
    with school_house(stack, tmp_path_factory.mktemp("school")) as started:
        yield started


@pytest.fixture
def sit(browser: Browser, house: SchoolHouse) -> Sit:
    """Opens windows: `with sit("王老师") as seat:`. At the end no window may have seen a script error."""

    @contextmanager
    def opened(name: str | None, width: int = 1366, height: int = 900, **options: Any) -> Iterator[Seat]:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", accept_downloads=True,
            permissions=["clipboard-read", "clipboard-write"], **options,
        )  # fmt: skip
        context.add_init_script(path=MEASURES)
        context.set_default_timeout(15_000)
        seat = Seat(context.new_page(), context, house.portal)
        seat.notice()
        try:
            if name is not None:
                seat.login(name, house.passwords[name])
            yield seat
            assert seat.errors == []
        finally:
            context.close()

    return opened


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


@pytest.fixture
def imported(sit: Sit, house: SchoolHouse) -> None:
    """Every class of the school has its group."""
    if house.imported:
        return
    house.imported = True
    with sit("王老师") as seat:
        groups(seat, xlsx([*rows(GROUPS), TEST_GROUP]))
        button = seat.page.get_by_role("button", name="确认导入")
        if button.count():
            button.click()
            seat.page.get_by_text("导入完成").wait_for()
        seat.page.get_by_role("button", name="设为测试群 教师测试群").click()
        seat.page.get_by_role("button", name="不再当测试群 教师测试群").wait_for()


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


# 1 - another region or stage is another leaflet; the preview is the print


def test_title_amounts_dates_source_and_code_follow_region_and_stage(sit: Sit, house: SchoolHouse) -> None:
    seen = []
    with sit("王老师") as seat:
        for region, stage, year, says in (
            ("江苏南京", "小学", "", "苏医保发〔2025〕26号"), ("威海", "小学", "", "威医保发〔2024〕20号"),
            ("黑龙江", "小学", "2024", "380元"), ("昆山", "新生儿", "", "出生医学证明"),
        ):  # fmt: skip
            path = make(seat, region, stage, year=year)
            text = str(seat.page.locator("#leaflet").text_content())
            assert says in text
            pdf = pypdfium2.PdfDocument(file(seat, f"{path}/a4.pdf"))
            assert squeezed("".join(p.get_textpage().get_text_range() for p in pdf)) == squeezed(text)
            (target,) = codes(file(seat, f"{path}/phone.png"))
            assert seat.page.get_by_role("link", name=target).count() == 1
            seen.append((text, target))
    assert len({target for _, target in seen}) == len({text for text, _ in seen}) == 4


def test_the_preview_follows_what_is_typed_and_refuses_what_must_not_be_printed(sit: Sit) -> None:
    with sit("王老师") as seat:
        page = seat.open("/school/sheets/new?region=南京")
        page.fill("#greeting", "各位家长，")
        expect(page.locator(".leaflet")).to_contain_text("各位家长，")
        before = str(page.locator("#bytes").inner_text())
        page.fill("#greeting", "各位家长，请抽空看一看。")
        expect(page.locator("#bytes")).not_to_have_text(before)
        expect(page.locator("#greeting")).to_be_focused()
        page.fill("#greeting", "请给孩子买学平险")
        expect(page.locator(".notice")).to_contain_text("不得以任何形式强制或变相强制学生购买商业保险产品")
        expect(page.locator(".notice").first).to_be_in_viewport()
        expect(page.locator("#greeting")).to_be_in_viewport()
        seat.picture("school-refused")


# 2 - one A4, large print on two


def test_one_a4_readable_in_grey_and_large_print_on_two_pages(sit: Sit) -> None:
    with sit("王老师") as seat:
        path = make(seat)
        standard, large = (pypdf.PdfReader(BytesIO(file(seat, f"{path}/{name}.pdf"))) for name in ("a4", "large"))
        assert (len(standard.pages), len(large.pages)) == (1, 2)
        assert all(abs(float(p.mediabox.width) - 595.28) < 1 and abs(float(p.mediabox.height) - 841.89) < 1
                   for p in (*standard.pages, *large.pages))  # fmt: skip
        assert sizes_of(standard, "通过税务部门") == {12.0}
        for reader in (standard, large):
            assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
            assert "StructTreeRoot" in str(reader.trailer["/Root"].keys())
            assert squeezed("断保有什么影响") in squeezed("".join(p.extract_text() for p in reader.pages))
        first = squeezed(large.pages[0].extract_text())
        assert not re.search(r"\d[^？]{2,20}？$", first), "a heading without its answer"
        grey = pypdfium2.PdfDocument(file(seat, f"{path}/a4.pdf"))[0].render(scale=300 / 72).to_pil().convert("L")
        out = BytesIO()
        ImageOps.autocontrast(grey).save(out, "PNG")
        assert len(codes(out.getvalue())) == 1
        if SCREENSHOTS:
            grey.resize((grey.width // 3, grey.height // 3)).save(Path(SCREENSHOTS) / "school-grey-print.png")


# 3 - the code opens the chat


def test_the_code_scanned_from_screen_and_from_paper_opens_the_chat(
    sit: Sit, browser: Browser, house: SchoolHouse
) -> None:
    with sit("王老师") as seat:
        path = make(seat)
        picture = file(seat, f"{path}/phone.png")
        assert len(picture) < 2 * 1024 * 1024
        page300 = pypdfium2.PdfDocument(file(seat, f"{path}/a4.pdf"))[0].render(scale=300 / 72).to_pil()
        photo = BytesIO()
        page300.rotate(4, fillcolor="white").filter(ImageFilter.GaussianBlur(1.5)).save(photo, "PNG")
        screen = seat.page.locator(".picture img").screenshot()
        (target,) = {*codes(picture), *codes(photo.getvalue()), *codes(screen)}
        seat.page.evaluate("scrollTo(0, 0)")
        seat.picture("school-sheet")
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    context.add_cookies([{"name": "as_of", "value": TODAY, "url": house.gateway}])
    phone = context.new_page()
    phone.goto(target)
    expect(phone.locator("#region")).to_have_text("江苏省南京市")
    expect(phone.locator("#log .me").last).to_contain_text("孩子是小学")
    expect(phone.locator("#log .headline").last).to_contain_text("2026年10月1日到2026年12月31日")
    expect(phone.locator("#log")).to_contain_text("纸上的其他问题")
    assert "已经不对" not in phone.locator("#log").inner_text()
    phone.get_by_role("button", name="断保有什么影响").first.click()
    expect(phone.locator("#log .headline").last).to_contain_text("封顶线")
    if SCREENSHOTS:
        phone.screenshot(path=str(Path(SCREENSHOTS) / "school-phone-chat.png"))
        phone.set_content(f'<img src="data:image/png;base64,{_base64(picture)}" width="390">')
        phone.screenshot(path=str(Path(SCREENSHOTS) / "school-phone-picture.png"), full_page=True)
    context.close()


def _base64(content: bytes) -> str:
    from base64 import b64encode

    return b64encode(content).decode()


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


# What is printed


@pytest.mark.parametrize(
    ("form", "words"), [("letter", ("致小学家长的一封信", "此致", "敬礼！")), ("poster", ("集中缴费期到",))]
)
def test_a_letter_and_a_poster_are_one_page_each_with_the_words_of_their_preview(
    sit: Sit, form: str, words: tuple[str, ...]
) -> None:
    with sit("王老师") as seat:
        path = make(seat, form=form)
        text = squeezed(str(seat.page.locator("#leaflet").text_content()))
        content = file(seat, f"{path}/a4.pdf")
        pdf = pypdfium2.PdfDocument(content)
        assert len(pdf) == 1
        assert squeezed(pdf[0].get_textpage().get_text_range()) == text
        for one in words:
            assert squeezed(one) in text
        assert "政策版本" not in text
        sizes = {n for page in pypdf.PdfReader(BytesIO(content)).pages for n in _sizes(page)}
        assert (max(sizes) > 40) == (form == "poster")
        if SCREENSHOTS:
            pdf[0].render(scale=1).to_pil().save(Path(SCREENSHOTS) / f"paper-{form}.png")


def _sizes(page: pypdf.PageObject) -> set[float]:
    """Every size of letters on a page, in points."""
    found: set[float] = set()

    def seen(text: str, cm: Any, tm: Any, font: Any, size: float) -> None:
        if text.strip():
            found.add(round(size * abs(tm[3]) * abs(cm[3]), 1))

    page.extract_text(visitor_text=seen)
    return found


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


# What else a teacher and an official meet


def test_a_sheet_asked_for_in_the_chat_comes_as_picture_and_paper(browser: Browser, house: SchoolHouse) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    context.add_cookies([{"name": "as_of", "value": TODAY, "url": house.gateway}])
    phone = context.new_page()
    phone.goto(house.gateway)
    for text in ("我们在江苏南京", "我是小学老师，给我一份可以发家长群的医保问答"):
        before = phone.locator("#log .bot").count()
        phone.fill("#box", text)
        phone.press("#box", "Enter")
        phone.locator("#log .bot").nth(before).wait_for()
    answer = phone.locator("#log .bot").last
    expect(answer).to_contain_text("江苏省南京市儿童医保常见问答")
    picture = answer.locator("img").first
    picture.scroll_into_view_if_needed()
    eventually(lambda: picture.evaluate("img => img.complete && img.naturalWidth") >= 800, "the picture is there")
    address = str(picture.get_attribute("src"))
    drawn = context.request.get(house.gateway + address.removeprefix(house.gateway))
    (target,) = codes(drawn.body())
    assert target.startswith(f"{house.gateway}/s/t1.320100.")
    paper = answer.locator("a[href$='.pdf']").first.get_attribute("href")
    printed = context.request.get(house.gateway + str(paper).removeprefix(house.gateway))
    assert printed.body()[:5] == b"%PDF-"
    context.close()


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


def test_a_suggested_occasion_becomes_a_letter(sit: Sit) -> None:
    with sit("王老师") as seat:
        page = seat.open("/school?region=南京")
        expect(page.locator("#table-year")).to_contain_text("每年9月开展基本医保全民参保集中宣传活动")
        seat.picture("school-start")
        page.get_by_role("link", name=re.compile("做一封信")).first.click()
        expect(page.locator(".leaflet-title")).to_have_text("致新生儿家长的一封信")


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


def test_the_picture_of_a_leaflet_is_what_its_page_says(sit: Sit) -> None:
    with sit("王老师") as seat:
        path = make(seat)
        picture = Image.open(BytesIO(file(seat, f"{path}/phone.png")))
        assert picture.width >= 800
        assert picture.height > picture.width
        assert FRIDAY[:10] == "2026-10-09"
        expect(seat.page.locator("#leaflet")).to_contain_text("按2026年10月9日的规定整理")
