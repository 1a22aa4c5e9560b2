"""Class groups: every format, a dry run, bad rows with reasons, nothing about children, keys sealed and masked."""

import html
import re
from io import BytesIO

import pytest
from openpyxl import load_workbook

from portal.errors import PortalBadRequest
from portal.school.reading import read_table
from portal.school.roster import read_roster
from portal.school.safe import CannotOpen, Safe
from tests.portal.running import Portal
from tests.portal.school_builders import BAD, HEAD, csv_bytes, import_groups, key, rows, upload, url, xls, xlsx

GOOD = rows(39)
FORMATS = {
    "xlsx": xlsx([*GOOD, *BAD]), "xls": xls([*GOOD, *BAD]), "gb18030": csv_bytes([*GOOD, *BAD], "gb18030"),
    "utf-8": csv_bytes([*GOOD, *BAD]), "tab": csv_bytes([*GOOD, *BAD]).replace(b",", b"\t"),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMATS)
def test_39_rows_are_taken_and_3_are_refused_with_number_and_reason(form: str) -> None:
    found = read_roster(read_table(FORMATS[form]))
    assert len(found.classes) == 39
    assert found.classes[0].head_count == 45
    assert [(b.row, b.reason[:6]) for b in found.bad] == [(41, "缺机器人地址"), (42, "机器人地址不"), (43, "和第 2 行")]


@pytest.mark.parametrize("column", ["学生姓名", "身份证号", "家长手机", "学籍号", "出生日期", "姓名"])
def test_a_table_about_children_is_refused_whole(column: str) -> None:
    with pytest.raises(PortalBadRequest, match=column):
        read_roster(read_table(xlsx([[*row, "x"] for row in GOOD], (*HEAD, column))))


def test_an_identity_number_in_a_row_is_refused_and_not_repeated() -> None:
    found = read_roster(read_table(xlsx([["一年级", "（1）班", "320106199005171231", url(1), "45"]])))
    assert "证件号" in found.bad[0].reason
    assert "320106199005171231" not in found.bad[0].shown


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"%PDF-1.7", b"PK\x03\x04broken", b""])
def test_what_is_no_table_is_said_in_words(content: bytes) -> None:
    with pytest.raises(PortalBadRequest):
        read_roster(read_table(content))


def test_the_dry_run_stores_nothing_and_the_second_import_changes_nothing(desk: Portal) -> None:
    teacher = desk.person("wang", "school", school="光华小学")
    page = upload(teacher, "/school/groups/import", FORMATS["gb18030"]).text
    assert "新增 39 · 有变化 0 · 不变 0 · 不能导入 3" in page
    assert "已登记 0 个" in page
    sealed = re.search(r'name="sealed" value="([^"]+)"', page)
    assert sealed
    assert teacher.post("/school/groups/confirm", sealed=sealed[1]).headers["location"].endswith("taken=39")
    assert teacher.post("/school/groups/confirm", sealed=sealed[1]).headers["location"].endswith("taken=0")
    again = upload(teacher, "/school/groups/import", FORMATS["xlsx"]).text
    assert "新增 0 · 有变化 0 · 不变 39 · 不能导入 3" in again
    assert "没有要改的" in again


def test_the_refused_rows_can_be_downloaded(desk: Portal) -> None:
    teacher = desk.person("wang", "school", school="光华小学")
    page = upload(teacher, "/school/groups/import", FORMATS["xlsx"]).text
    fields = {name: [html.unescape(v) for v in re.findall(rf'name="{name}" value="([^"]*)"', page)]
              for name in ("row", "shown", "reason")}  # fmt: skip
    answer = teacher.post("/school/groups/errors", **fields)
    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    assert [row[0] for row in sheet.iter_rows(min_row=3, values_only=True)] == [41, 42, 43]


def test_changed_rows_are_named_and_robots_may_be_swapped(desk: Portal) -> None:
    teacher = desk.person("wang", "school", school="光华小学")
    import_groups(teacher, rows(3))
    changed = rows(3)
    changed[0][3], changed[1][3] = changed[1][3], changed[0][3]
    changed[2][2] = "新群名"
    page = upload(teacher, "/school/groups/import", xlsx(changed)).text
    assert "有变化 3" in page
    assert "群名 3号家长群 → 新群名" in page
    import_groups(teacher, changed)
    assert "不变 3" in upload(teacher, "/school/groups/import", xlsx(changed)).text


def test_a_robot_of_another_class_is_refused(desk: Portal) -> None:
    teacher = desk.person("wang", "school", school="光华小学")
    import_groups(teacher, rows(1))
    page = upload(teacher, "/school/groups/import", xlsx([["二年级", "（1）班", "x", url(0), "45"]])).text
    assert "这个机器人已经登记给一年级（1）班" in page


def test_a_school_sees_and_changes_its_own_groups_only(desk: Portal) -> None:
    one, other = desk.person("wang", "school", school="光华小学"), desk.person("li", "school", school="其他小学")
    import_groups(one, rows(2))
    assert "已登记 0 个" in other.get("/school/groups").text
    group = re.findall(r'action="/school/groups/(\w{8})"', one.get("/school/groups").text)[0]
    assert other.post(f"/school/groups/{group}", act="pause").status_code == 404
    page = upload(one, "/school/groups/import", xlsx(rows(3))).text
    sealed = re.search(r'name="sealed" value="([^"]+)"', page)
    assert sealed
    assert other.post("/school/groups/confirm", sealed=sealed[1]).status_code == 400


def test_no_key_stands_in_a_page_an_export_the_database_or_the_log(desk: Portal, tmp_path: object) -> None:
    teacher = desk.person("wang", "school", school="光华小学")
    seen = [upload(teacher, "/school/groups/import", xlsx(rows(2))).content]
    import_groups(teacher, rows(2))
    seen += [teacher.get("/school/groups").content, teacher.get("/school/groups.xlsx").content]
    database = str(desk.parts.settings.database_url).split("///")[1]
    for suffix in ("", "-wal"):
        with open(database + suffix, "rb") as file:
            seen.append(file.read())
    for content in seen:
        for number in range(2):
            assert key(number).encode() not in content
    sheet = load_workbook(BytesIO(teacher.get("/school/groups.xlsx").content)).active
    assert sheet is not None
    assert "****0001" in str(list(sheet.values))
    first = _first(desk)
    assert desk.do(lambda: desk.parts.school.groups.key(first, "光华小学")).value == key(0)


def _first(desk: Portal) -> str:
    return desk.do(lambda: desk.parts.school.groups.of("光华小学"))[0].id


def test_an_agent_has_no_school_desk(desk: Portal) -> None:
    agent = desk.person("3021")
    for path in ("/school", "/school/groups", "/school/sheets/new", "/school/results", "/school/counts"):
        assert agent.get(path).status_code == 403
    assert "学校宣传台" not in agent.get("/desk").text


def test_what_one_data_key_sealed_another_does_not_open_and_rotation_works() -> None:
    sealed = Safe("old-key-of-the-tests").close("x")
    assert Safe("new-key-of-the-tests,old-key-of-the-tests").open(sealed) == "x"
    with pytest.raises(CannotOpen):
        Safe("new-key-of-the-tests").open(sealed)
