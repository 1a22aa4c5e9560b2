"""The school desk's pages over HTTP, without a script: from choosing questions to the results."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from openpyxl import load_workbook

from leaflets import printed
from policies.library import Library, default
from portal.library_cache import LibraryCache
from portal.school import counts as counting
from portal.school.campaign_pages import _said
from portal.school.counts import Count
from portal.school.desk import OFFICE
from portal.school.rhythm import suggestions
from portal.school.sheet_pages import local_host
from portal.school.workdays import next_moment
from tests.gateway.running import RedisServer
from tests.leaflets.builders import plan, reworded, squeezed, text_of
from tests.portal.builders import HandClock, settings
from tests.portal.running import Person, Portal, portal
from tests.portal.school_builders import (
    Platform,
    add_test_group,
    csv_bytes,
    group_ids,
    import_groups,
    key,
    make_campaign,
    make_sheet,
    platform,
    rows,
    upload,
    url,
    xlsx,
)

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Monday, 09:00 in Beijing."""


@pytest.fixture
def fake() -> Iterator[Platform]:
    with platform() as started:
        yield started


@pytest.fixture
def clock() -> HandClock:
    return HandClock(MORNING)


@pytest.fixture
def desk(tmp_path: Path, redis: RedisServer, clock: HandClock, fake: Platform) -> Iterator[Portal]:
    given = settings(tmp_path, redis.url, robot_base=fake.address, data_keys="data-key-of-the-tests", send_patience=60)
    with portal(given, clock) as started:
        yield started


@pytest.fixture
def teacher(desk: Portal) -> Person:
    return desk.person("wang", "school", school="光华小学")


def preview(page: str) -> str:
    """The text of the preview."""
    found = re.search(r'<article class="leaflet[^"]*".*?</article>', page, re.S)
    assert found
    return re.sub(r"<[^>]+>", "", found[0])


def test_what_is_previewed_is_what_is_printed(teacher: Person) -> None:
    wanted = (("南京市", "小学", "notice", ""), ("威海市", "初中", "poster", ""),
              ("黑龙江省", "小学", "notice", "2024"), ("昆山市", "新生儿", "letter", ""))  # fmt: skip
    for region, stage, form, year in wanted:
        fields = {"region": region, "stage": stage, "form": form, "year": year, "signature": "光华小学"}
        page = teacher.post("/school/sheets/new", act="preview", **fields).text
        paper = make_sheet(teacher, **fields)
        shown = teacher.get(f"/school/sheets/{paper}").text
        printed_text = squeezed(text_of(teacher.get(f"/school/sheets/{paper}/a4.pdf").content))
        assert squeezed(preview(page)) == squeezed(preview(shown)) == printed_text
        assert teacher.get(f"/school/sheets/{paper}/phone.png").headers["content-type"] == "image/png"


def test_another_region_or_stage_is_another_leaflet(teacher: Person) -> None:
    nanjing = preview(teacher.post("/school/sheets/new", act="preview", region="南京市", stage="小学").text)
    weihai = preview(teacher.post("/school/sheets/new", act="preview", region="威海市", stage="小学").text)
    baby = preview(teacher.post("/school/sheets/new", act="preview", region="南京市", stage="新生儿").text)
    assert "苏医保发〔2025〕26号" in nanjing
    assert "苏医保" not in weihai
    assert "威医保发〔2024〕20号" in weihai
    assert "出生医学证明" in baby


def test_the_byte_counter_counts_bytes(teacher: Person) -> None:
    page = teacher.post("/school/sheets/new", act="preview", region="南京市", form="message").text
    message = re.search(r'<pre id="message">(.*?)</pre>', page, re.S)
    shown = re.search(r"(\d+) / 2048 字节", page)
    assert message
    assert shown
    assert int(shown[1]) == len(message[1].encode())


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"greeting": "顺便买份学平险"}, "不得以任何形式强制或变相强制"),
        ({"signature": "光华小学 每人380元"}, "没有出处"),
        ({"greeting": "苏州的家长们"}, "别的地方"),
        ({"q": [], "asked": "1", "was": "320100/小学/2027/notice"}, "至少选一个"),
        ({"region": "火星"}, "火星"),
    ],
)
def test_what_must_not_be_printed_is_refused_with_the_reason(teacher: Person, fields: dict[str, Any], why: str) -> None:
    answer = teacher.post("/school/sheets/new", **({"act": "save", "region": "南京市", "stage": "小学"} | fields))
    assert answer.status_code == 400
    assert why in answer.text


def test_a_leaflet_keeps_its_words_and_tells_when_policy_changed(
    tmp_path: Path, redis: RedisServer, clock: HandClock
) -> None:
    newer = reworded(default(), "ask_lapse_penalty", plan())
    current: list[Library] = [default()]
    own = LibraryCache(lambda: current[0], lambda: date(2026, 11, 23))
    with portal(settings(tmp_path, redis.url), clock, own_shelf=own) as started:
        teacher = started.person("wang", "school", school="光华小学")
        paper = make_sheet(teacher)
        before = preview(teacher.get(f"/school/sheets/{paper}").text)
        assert "依据已更新" not in teacher.get(f"/school/sheets/{paper}").text
        current[0] = newer
        own.reload()
        page = teacher.get(f"/school/sheets/{paper}").text
        assert "本宣传单的依据已更新" in page
        assert "断保有什么影响" in page.split("本宣传单的依据已更新")[1].split("</p>")[0]
        assert preview(page) == before
        assert "依据已更新" in teacher.get("/school").text
        import_groups(teacher, rows(1))
        answer = teacher.post("/school/campaigns/new", sheet=paper, kind="text", groups=group_ids(teacher, paper))
        assert answer.status_code == 400
        assert "依据已更新" in answer.text


def test_a_school_sees_its_own_leaflets_a_supervisor_all(desk: Portal, teacher: Person) -> None:
    paper = make_sheet(teacher)
    other, boss = desk.person("li", "school", school="其他小学"), desk.person("zhao", "supervisor")
    assert other.get(f"/school/sheets/{paper}").status_code == 404
    assert boss.get(f"/school/sheets/{paper}").status_code == 200
    assert OFFICE in boss.get("/school").text


def submitted(teacher: Person, count: int = 3, **fields: str) -> str:
    """A campaign up to its approval."""
    paper = make_sheet(teacher)
    import_groups(teacher, rows(count))
    tests = add_test_group(teacher)
    groups = group_ids(teacher, paper)
    name = make_campaign(teacher, paper, groups, **fields)
    assert teacher.post(f"/school/campaigns/{name}/submit").status_code == 400
    assert teacher.post(f"/school/campaigns/{name}/test", group=tests).status_code == 303
    assert teacher.post(f"/school/campaigns/{name}/submit").status_code == 303
    return name


def test_test_approval_by_another_person_and_the_log(desk: Portal, teacher: Person, fake: Platform) -> None:
    name = submitted(teacher)
    assert fake.shown() == {key(900): 1}
    refused = teacher.post(f"/school/campaigns/{name}/approve")
    assert refused.status_code == 403
    assert "提交的人不能审核" in refused.text
    assert ("wang", "refused", f"approve {name}") in desk.audit()
    colleague = desk.person("li", "school", school="光华小学")
    assert colleague.post(f"/school/campaigns/{name}/approve").status_code == 303
    page = colleague.get(f"/school/campaigns/{name}").text
    for word in ("新建", "测试", "提交审核", "批准"):
        assert f"<b>{word}</b>" in page


def test_an_unapproved_draft_goes_to_no_class(desk: Portal, teacher: Person, fake: Platform) -> None:
    """Twenty presses for twenty classes: nothing goes out, and a class cannot be passed off as a place for tests."""
    paper = make_sheet(teacher)
    import_groups(teacher, rows(20))
    groups = group_ids(teacher, paper)
    name = make_campaign(teacher, paper, groups)
    assert "还没有测试群" in teacher.get(f"/school/campaigns/{name}").text
    for group in groups:
        answer = teacher.post(f"/school/campaigns/{name}/test", group=group)
        assert answer.status_code == 400
        assert "只能发到测试群" in answer.text
    assert teacher.post(f"/school/groups/{groups[0]}", act="test").status_code == 400
    assert fake.shown() == {}


def test_groups_for_tests_are_few_are_changed_slowly_and_get_no_campaign(
    desk: Portal, teacher: Person, redis: RedisServer
) -> None:
    import_groups(teacher, [["教师", f"{n}群", "只有老师", url(900 + n), "5"] for n in range(4)])
    ids = [one.id for one in desk.do(lambda: desk.parts.school.groups.of("光华小学"))]

    def mark(number: int, act: str) -> int:
        return teacher.post(f"/school/groups/{ids[number]}", act=act).status_code

    def later() -> None:
        for name in redis.client().scan_iter("portal:once:*"):
            redis.client().delete(name)

    assert mark(0, "test") == 303
    assert mark(1, "test") == 400  # changed just now
    later()
    assert mark(1, "test") == 303
    later()
    assert mark(2, "test") == 400  # two are enough
    paper = make_sheet(teacher)
    assert sorted(group_ids(teacher, paper)) == sorted(ids[2:])
    with pytest.raises(AssertionError, match="测试群不能选进"):
        make_campaign(teacher, paper, ids[:1])
    later()
    assert mark(0, "class") == 303
    assert [line[1] for line in desk.audit()].count("group_marked") == 3


@pytest.mark.parametrize("submitter", ["wang", "li"])
def test_four_eyes_are_two_people(desk: Portal, teacher: Person, fake: Platform, submitter: str) -> None:
    """Who wrote the leaflet, made the campaign or submitted it approves nothing, whoever pressed the last button."""
    paper = make_sheet(teacher)
    import_groups(teacher, rows(2))
    tests = add_test_group(teacher)
    people = {"wang": teacher, "li": desk.person("li", "school", school="光华小学")}
    name = make_campaign(teacher, paper, group_ids(teacher, paper))
    people[submitter].post(f"/school/campaigns/{name}/test", group=tests)
    assert people[submitter].post(f"/school/campaigns/{name}/submit").status_code == 303
    for one in {"wang", submitter}:
        assert people[one].post(f"/school/campaigns/{name}/approve").status_code == 403
        assert people[one].post(f"/school/campaigns/{name}/return", why="x").status_code == 403
        assert "批准发送（要另一个人）" in people[one].get(f"/school/campaigns/{name}").text
    assert desk.person("chen", "school", school="光华小学").post(f"/school/campaigns/{name}/approve").status_code == 303


def test_who_wrote_the_leaflet_does_not_approve_a_campaign_somebody_else_made_of_it(
    desk: Portal, teacher: Person, fake: Platform
) -> None:
    paper = make_sheet(teacher)
    import_groups(teacher, rows(2))
    tests = add_test_group(teacher)
    other = desk.person("li", "school", school="光华小学")
    name = make_campaign(other, paper, group_ids(other, paper))
    other.post(f"/school/campaigns/{name}/test", group=tests)
    assert other.post(f"/school/campaigns/{name}/submit").status_code == 303
    assert teacher.post(f"/school/campaigns/{name}/approve").status_code == 403


def test_the_reviewer_sees_what_is_different_from_the_year_before(
    desk: Portal, teacher: Person, clock: HandClock
) -> None:
    make_sheet(teacher, year="2026")
    clock.forward(days=1)
    name = submitted(teacher)
    page = desk.person("zhao", "supervisor").get(f"/school/campaigns/{name}").text
    diff = re.search(r'<table class="diff".*?</table>', page, re.S)
    assert diff
    assert "和 2026 年度那份比" in page
    gone = re.findall(r'class="gone">.*?<td>([^<]+)</td></tr>', diff[0])
    added = re.findall(r'class="added">.*?<td>([^<]+)</td></tr>', diff[0])
    assert any("2026年度" in line for line in gone)
    assert any("2026年10月1日到2026年12月31日" in line for line in added)


def test_a_second_press_of_the_test_button_sends_nothing(teacher: Person, fake: Platform) -> None:
    paper = make_sheet(teacher)
    import_groups(teacher, rows(1))
    tests = add_test_group(teacher)
    name = make_campaign(teacher, paper, group_ids(teacher, paper))
    assert teacher.post(f"/school/campaigns/{name}/test", group=tests).status_code == 303
    assert teacher.post(f"/school/campaigns/{name}/test", group=tests).status_code == 400
    assert fake.shown() == {key(900): 1}


def test_a_test_that_fails_says_why_and_does_not_count(teacher: Person, fake: Platform) -> None:
    fake.plan = lambda robot, nth: 93000
    paper = make_sheet(teacher)
    import_groups(teacher, rows(1))
    tests = add_test_group(teacher)
    name = make_campaign(teacher, paper, group_ids(teacher, paper))
    answer = teacher.post(f"/school/campaigns/{name}/test", group=tests)
    assert answer.status_code == 400
    assert "移出群聊" in answer.text
    assert teacher.post(f"/school/campaigns/{name}/submit").status_code == 400


@pytest.mark.parametrize(
    ("fields", "why"),
    [({"until": "2026-11-22"}, "过期时间"), ({"groups": ""}, "班级群"), ({"day": "明天"}, "日期"),
     ({"kind": "voice"}, "没有这种发法")],
)  # fmt: skip
def test_what_cannot_be_sent_is_said_before_it_is_kept(teacher: Person, fields: dict[str, str], why: str) -> None:
    paper = make_sheet(teacher)
    import_groups(teacher, rows(1))
    given = {"sheet": paper, "kind": "text", "groups": group_ids(teacher, paper), "day": "2026-11-23", "at": "09:00",
             "until": "2026-11-30", "until_at": "18:00", "quiet_from": "20:00", "quiet_to": "08:00"}  # fmt: skip
    answer = teacher.post("/school/campaigns/new", **(given | fields))
    assert answer.status_code == 400
    assert why in answer.text


def test_the_page_says_when_it_will_really_go_out(teacher: Person) -> None:
    fields = {"day": "2026-11-23", "at": "21:00", "quiet_from": "20:00", "quiet_to": "08:00"}
    assert "将于次日（11月24日 周二）08:00 发送" in teacher.post("/school/campaigns/when", **fields).text
    fields["day"] = "2026-12-31"
    said = teacher.post("/school/campaigns/when", **fields).text
    assert "1月1日是元旦" in said
    assert "2027 年的调休安排还没有收录" in said
    wanted = datetime.fromisoformat("2026-10-10T10:00+08:00")
    assert _said(next_moment(wanted), wanted).startswith("将于今天（10月10日 周六）10:00 发送")


def test_results_by_class_are_the_same_on_the_page_and_in_the_table(desk: Portal, teacher: Person) -> None:
    paper = make_sheet(teacher)
    import_groups(teacher, rows(2))
    groups = group_ids(teacher, paper)
    leaflet = desk.do(lambda: desk.parts.school.papers.get(paper, None)).sheet.scene.rsplit(".", 1)[1]
    book = desk.parts.casebook
    for tag, intent in ((groups[0], None), (groups[0], None), (groups[0], "ask_premium"), ("zzzzzzzz", None)):
        desk.do(lambda tag=tag, intent=intent: book.count_scan(leaflet, tag, intent, date(2026, 11, 23)))  # type: ignore[misc]
    page = teacher.get("/school/results").text
    table = re.search(r'<table class="grid" id="table-by-class">.*?</table>', page, re.S)
    assert table
    shown = [re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row) for row in re.findall(r"<tr>.*?</tr>", table[0], re.S)]
    sheet = load_workbook(BytesIO(teacher.get("/school/results/by-class.xlsx").content)).active
    assert sheet is not None
    assert [[str(cell) for cell in row] for row in sheet.iter_rows(min_row=2, values_only=True)] == shown
    assert shown[1] == ["一年级（1）班", "0", "0", "2", "1", "0", "0"]
    assert "<svg" in page
    assert "3" in re.findall(r"小学明白纸 [^<]*</th><td[^>]*>(\d+)<", page)


def test_counts_by_class_against_the_target_of_the_region(teacher: Person) -> None:
    head = ("年级", "班级", "应参保", "已参保")
    table = [["一年级", "（1）班", "45", "43"], ["一年级", "（2）班", "40", "30"]]
    assert upload(teacher, "/school/counts", xlsx(table, head), region="320100").status_code == 303
    page = teacher.get("/school/counts?region=南京市").text
    assert "95%" in page
    assert "苏医保函〔2024〕60号" in page
    assert "力争到2024年底，95%以上新生儿在出生当年参保" in page
    assert "只作参考" in page
    assert "85.8%" in page
    assert "一年级（2）班：10 人（应参保 40，已参保 30）" in page
    weihai = teacher.get("/school/counts?region=威海市").text
    assert "80%" in weihai


@pytest.mark.parametrize("column", ["姓名", "身份证号", "证件号码"])
def test_counts_with_names_are_refused_and_nothing_is_kept(teacher: Person, column: str) -> None:
    head = ("年级", "班级", "应参保", "已参保", column)
    answer = upload(teacher, "/school/counts", csv_bytes([["一年级", "1班", "45", "43", "张三"]], head=head))
    assert answer.status_code == 400
    assert column in answer.text
    assert "张三" not in answer.text
    assert "还没有上传人数" in teacher.get("/school/counts").text


def test_counts_of_the_browser_are_checked(teacher: Person) -> None:
    good = '[["一年级","1班",45,43]]'
    assert upload(teacher, "/school/counts", b"", counted=good).status_code == 303
    for bad in (
        "x",
        "[[1,2]]",
        '[["一年级","1班",45,46]]',
        '[["一年级","1班",45,4],["一年级","1班",45,4]]',
        "{}",
        "[]",
    ):
        assert upload(teacher, "/school/counts", b"", counted=bad).status_code == 400


def test_a_share_is_cut_never_rounded_up() -> None:
    assert counting.rate(9496, 10000) == "94.9%"
    aim = counting.target("230000", default(), date(2026, 11, 23))
    assert aim is not None
    assert (aim.percent, aim.number) == (95, "黑医保发〔2023〕58号")
    table = counting.table([Count("一年级", "1班", 20, 19)], aim)
    assert table.rows[0][-1] == "已达到"


def test_the_years_occasions_come_from_the_documents() -> None:
    found = {(s.key, s.year): s for s in suggestions("320100", "小学", date(2026, 8, 20), default())}
    assert found["publicity", 2027].day == date(2026, 9, 1)
    assert "每年9月开展基本医保全民参保集中宣传活动" in found["publicity", 2027].source
    assert found["opens", 2027].day == date(2026, 10, 8)  # the first days of October are a holiday
    assert found["ends-14", 2027].day == date(2026, 12, 17)
    assert found["newborn", 2026].form == "letter"
    assert suggestions("371000", "小学", date(2026, 8, 20), default()) == []


def test_a_suggested_leaflet_is_one_click_away(teacher: Person) -> None:
    page = teacher.get("/school?region=南京市").text
    link = re.search(r'href="(/school/sheets/new\?[^"]+form=letter)"', page)
    assert link
    made = teacher.get(link[1].replace("&amp;", "&")).text
    assert "致新生儿家长的一封信" in made


def test_the_code_of_a_kept_leaflet_tells_what_it_is(desk: Portal, teacher: Person) -> None:
    paper = make_sheet(teacher)
    scene = desk.do(lambda: desk.parts.school.papers.get(paper, None)).sheet.scene
    found = printed(scene)
    assert found is not None
    assert (found.plan.region, found.plan.stage, found.plan.year) == ("320100", "小学", 2027)


def test_no_page_has_an_inline_script_or_style(desk: Portal, teacher: Person) -> None:
    name = submitted(teacher)
    paper = re.findall(r'/school/sheets/(\w{8})"', teacher.get("/school").text)[0]
    for path in ("/school", "/school/sheets/new", f"/school/sheets/{paper}", "/school/groups", "/school/campaigns/new",
                 f"/school/campaigns/{name}", "/school/results", "/school/counts"):  # fmt: skip
        answer = teacher.get(path)
        assert answer.status_code == 200
        assert " style=" not in answer.text
        assert not re.search(r"<script(?![^>]*\bsrc=)", answer.text)
        assert "unsafe" not in answer.headers["content-security-policy"]


def test_a_school_lands_on_its_desk_and_is_told_the_next_step_each_time(
    desk: Portal, teacher: Person, fake: Platform
) -> None:
    assert teacher.get("/").headers["location"] == "/school"

    def step() -> str:
        found = re.search(
            r'id="t-next">.*?<a class="button primary" href="([^"]+)">([^<]+)', teacher.get("/school").text, re.S
        )
        assert found
        return f"{found[2]} {found[1]}"

    assert step() == "做一份宣传单 /school/sheets/new"
    paper = make_sheet(teacher)
    assert step() == "导入班级群 /school/groups"
    import_groups(teacher, rows(2))
    assert step() == "标一个只有老师的测试群 /school/groups"
    tests = add_test_group(teacher)
    assert step() == f"发到班级群 /school/campaigns/new?sheet={paper}"
    name = make_campaign(teacher, paper, group_ids(teacher, paper))
    assert step() == f"把草稿测试、提交审核 /school/campaigns/{name}"
    page = teacher.get(f"/school/campaigns/{name}").text
    assert 'disabled aria-describedby="why-not"' in page
    assert "还不能提交：先在测试群里发一次" in page
    teacher.post(f"/school/campaigns/{name}/test", group=tests)
    teacher.post(f"/school/campaigns/{name}/submit")
    assert step() == f"请另一个人审核 /school/campaigns/{name}"
    boss = desk.person("zhao", "supervisor")
    boss.post(f"/school/campaigns/{name}/return", why="时间太晚")
    assert step() == f"改退回的发送 /school/campaigns/{name}/edit"
    assert "时间太晚" in teacher.get("/school").text


def test_a_campaign_sent_back_is_edited_and_its_test_counts_while_the_same_is_sent(
    desk: Portal, teacher: Person, fake: Platform
) -> None:
    name = submitted(teacher)
    given = {"kind": "text", "day": "2026-11-24", "at": "09:00", "until": "2026-11-30", "until_at": "18:00",
             "quiet_from": "20:00", "quiet_to": "08:00"}  # fmt: skip
    assert teacher.get(f"/school/campaigns/{name}/edit").status_code == 400
    campaigns = desk.parts.school.campaigns
    one = desk.do(lambda: campaigns.get(name, "光华小学"))
    group = desk.do(lambda: campaigns.deliveries(name))[0].group
    changed = {**given, "sheet": one.sheet, "groups": group}
    assert teacher.post(f"/school/campaigns/{name}/edit", **changed).status_code == 400
    desk.person("zhao", "supervisor").post(f"/school/campaigns/{name}/return", why="只发一个班")
    page = teacher.get(f"/school/campaigns/{name}/edit").text
    assert f'action="/school/campaigns/{name}/edit"' in page
    assert page.count(" checked") >= 4
    assert teacher.post(f"/school/campaigns/{name}/edit", **changed).status_code == 303
    now = desk.do(lambda: campaigns.get(name, "光华小学"))
    assert (now.state, now.reason, now.tested_at) == ("draft", None, one.tested_at)
    assert [d.group for d in desk.do(lambda: campaigns.deliveries(name))] == [group]
    teacher.post(f"/school/campaigns/{name}/edit", **changed | {"kind": "markdown"})
    assert desk.do(lambda: campaigns.get(name, "光华小学")).tested_at is None
    assert ("wang", "campaign_changed", name) in desk.audit()
    other = desk.person("li", "school", school="其他小学")
    assert other.get(f"/school/campaigns/{name}/edit").status_code == 404
    assert other.post(f"/school/campaigns/{name}/edit", **changed).status_code == 404


def test_no_city_is_taken_for_granted(desk: Portal, teacher: Person) -> None:
    page = teacher.get("/school/sheets/new").text
    assert "先写孩子在哪里参保" in page
    assert 'name="year" value=""' in page
    told = teacher.post("/school/sheets/new", act="preview", region="南京", year="").text
    assert 'name="year" value="2027"' in told
    assert "南京市" not in page.replace("如 南京", "")
    assert "先写地区" in teacher.get("/school").text
    known = desk.person("zhang", "school", school="威海小学", region="371000")
    assert 'value="山东省威海市"' in known.get("/school/sheets/new").text


def test_the_empty_list_can_be_downloaded_filled_in_and_imported(teacher: Person) -> None:
    answer = teacher.get("/school/groups/template.xlsx")
    assert unquote(answer.headers["content-disposition"].split("UTF-8''")[1]) == "班级群名单-空表.xlsx"
    book = load_workbook(BytesIO(answer.content))
    book.active.append(["一年级", "1班", "一年级1班家长群", url(1), 40])
    out = BytesIO()
    book.save(out)
    assert "新增 1 " in upload(teacher, "/school/groups/import", out.getvalue()).text


def test_files_are_named_for_what_they_are(teacher: Person) -> None:
    paper = make_sheet(teacher)
    for file, name in (
        ("a4.pdf", "南京-小学-明白纸-2027年度-A4.pdf"),
        ("phone.png", "南京-小学-明白纸-2027年度-手机图片.png"),
    ):
        header = teacher.get(f"/school/sheets/{paper}/{file}").headers["content-disposition"]
        assert unquote(header.split("UTF-8''")[1]) == name


def test_a_code_that_opens_on_this_machine_alone_is_said(teacher: Person) -> None:
    assert "只有这台电脑打得开" in teacher.get(f"/school/sheets/{make_sheet(teacher)}").text
    assert "只有这台电脑打得开" in teacher.get("/school/sheets/new").text
    for local in ("http://127.0.0.1:8080", "http://localhost", "http://[::1]:8080", "http://127.1.2.3"):
        assert local_host(local)
    for public in ("https://yibao.example.cn", "https://10.1.2.3", "http://localhost.example.cn"):
        assert not local_host(public)


@pytest.mark.parametrize(
    ("form", "questions", "words"), [("poster", 2, "海报只说一件事"), ("letter", 4, "一封信最多 3 段")]
)
def test_a_poster_says_one_thing_and_a_letter_three(teacher: Person, form: str, questions: int, words: str) -> None:
    fields = {"region": "南京市", "stage": "小学", "form": form, "year": "2027", "signature": "光华小学"}
    page = teacher.post("/school/sheets/new", act="preview", **fields).text
    assert words not in page
    many = ["ask_payment_period", "ask_payment_channel", "ask_student_enrollment", "ask_lapse_penalty"][:questions]
    again = {"act": "save", "asked": "1", "was": f"320100/小学/2027/{form}", "q": many}
    answer = teacher.post("/school/sheets/new", **fields | again)
    assert answer.status_code == 400
    assert words in answer.text


def test_percentages_of_all_classes_stand_on_one_scale(teacher: Person) -> None:
    upload(teacher, "/school/counts", b"", counted='[["一年级","1班",40,30],["一年级","2班",4,4]]', region="江苏省")
    page = teacher.get("/school/counts?region=江苏省").text
    assert re.findall(r'<rect x="158" y="\d+" width="([\d.]+)"', page) == ["202.5", "270.0", "208.4"]
