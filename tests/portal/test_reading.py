"""Tables of any kind and size: read, or refused in words; never a failure, and never more than a child may use."""

import asyncio
import json
import struct
import subprocess
import sys
import zipfile
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook

from portal.errors import PortalBadRequest
from portal.school import reading
from portal.school.counts import read_counts
from portal.school.reading import MOST_ROWS, SpreadsheetReader, read_table
from portal.school.roster import read_roster
from tests.portal.running import Portal
from tests.portal.school_builders import HEAD, csv_bytes, rows, upload, url, xls, xlsx


def saved(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def far(cell: str) -> bytes:
    """A workbook with its list in the corner and one more cell far away: about five kilobytes."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (HEAD, *rows(2)):
        sheet.append(row)
    sheet[cell] = "x"
    return saved(book)


def packed(parts: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def changed(content: bytes, name: str, change: Any) -> bytes:
    """The same package with one of its parts changed."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        return packed({part: change(package.read(part)) if part == name else package.read(part)
                       for part in package.namelist()})  # fmt: skip


SHEET = "xl/worksheets/sheet1.xml"
PADDING = 400 << 20


def bomb() -> bytes:
    """Four hundred megabytes of spaces in four hundred kilobytes."""
    return changed(xlsx(rows(1)), SHEET, lambda xml: xml + b" " * PADDING)


def lying_bomb() -> bytes:
    """The same, but the package says that it is small."""
    content = bomb()
    with zipfile.ZipFile(BytesIO(content)) as package:
        real = struct.pack("<I", package.getinfo(SHEET).file_size)
    return content.replace(real, struct.pack("<I", 1000))


def far_xls() -> bytes:
    import xlwt

    book = xlwt.Workbook()
    for number in range(4):
        sheet = book.add_sheet(f"s{number}")
        sheet.write(0, 0, "年级")
        sheet.write(65_535, 255, "x")
    out = BytesIO()
    book.save(out)
    return out.getvalue()


HUGE = {
    "far": lambda: far("XFD1048576"), "long": lambda: far("AZ1048576"), "far xls": far_xls,
    "many parts": lambda: packed({"[Content_Types].xml": b"<x/>"} | {f"xl/{n}.xml": b"<x/>" for n in range(400)}),
}  # fmt: skip


@pytest.mark.parametrize("kind", HUGE)
def test_a_small_file_that_asks_for_much_is_refused_in_words(desk: Portal, kind: str) -> None:
    teacher = desk.person("wang", "school", school="光华小学")
    for path in ("/school/groups/import", "/school/counts"):
        answer = upload(teacher, path, HUGE[kind]())
        assert answer.status_code == 400
        assert "表格" in answer.text


@pytest.mark.parametrize("made", [bomb, lying_bomb])
def test_a_zip_bomb_is_refused_in_words(made: Any) -> None:
    with pytest.raises(PortalBadRequest, match="表格"):
        asyncio.run(SpreadsheetReader().table(made()))


def test_a_table_that_takes_too_long_ends_with_its_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "SECONDS", 0.01)
    with pytest.raises(PortalBadRequest, match="太复杂"):
        asyncio.run(SpreadsheetReader().table(xlsx(rows(3))))


def test_the_child_knows_no_secret_and_keeps_to_its_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_PASSWORD", "secret-of-the-tests")
    line = "import os, resource\nfrom portal.school import reading\n" \
           "reading.read_table = lambda content: [[os.environ.get('REDIS_PASSWORD', ''), " \
           "str(resource.getrlimit(resource.RLIMIT_AS)[0])]]\nreading.main()"  # fmt: skip
    real = subprocess.run

    def instead(command: list[str], **given: Any) -> Any:
        assert command[1:] == ["-m", "portal.school.reading"]
        return real([sys.executable, "-c", line], **given)

    monkeypatch.setattr(reading.subprocess, "run", instead)
    assert asyncio.run(SpreadsheetReader().table(b"x")) == [["", str(reading.MEMORY)]]


def test_what_a_child_reads_is_what_this_process_reads() -> None:
    for content in (xlsx(rows(40)), xls(rows(40)), csv_bytes(rows(40), "gb18030")):
        assert asyncio.run(SpreadsheetReader().table(content)) == read_table(content)


def test_more_rows_than_allowed_are_refused_in_every_format() -> None:
    for content in (xlsx(rows(MOST_ROWS + 1)), csv_bytes(rows(MOST_ROWS + 1))):
        with pytest.raises(PortalBadRequest, match=str(MOST_ROWS)):
            read_table(content)
    assert len(read_roster(read_table(csv_bytes(rows(MOST_ROWS)))).classes) == MOST_ROWS


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("mac", csv_bytes(rows(3)).replace(b"\r\n", b"\r")),
        ("unix", csv_bytes(rows(3)).replace(b"\r\n", b"\n")),
        ("title", csv_bytes([list(HEAD), *rows(3)], head=("光华小学各班家长群一览表", "", "", "", ""))),
        ("controls", csv_bytes([[f"\x1d{cell}\x0b" for cell in row] for row in rows(3)])),
    ],
)
def test_lists_as_they_come_are_read(name: str, content: bytes) -> None:
    found = read_roster(read_table(content))
    assert [(one.grade, one.name) for one in found.classes] == [(row[0], row[1]) for row in rows(3)], name


def entities(xml: bytes) -> bytes:
    """A billion laughs in front of a sheet."""
    nested = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 90}">' for n in range(6))
    return f'<!DOCTYPE x [<!ENTITY a "{"x" * 9000}">{nested}]>'.encode() + xml.replace(b">45<", b">&g;<")


def cell(content: str) -> bytes:
    """A list whose count of pupils is this."""
    return changed(xlsx(rows(1)), SHEET, lambda xml: xml.replace(b"<v>45</v>", f"<v>{content}</v>".encode()))


ODD = {
    "quotes": b'"' * 200_000, "wide": csv_bytes([["x" * 200_000] * 2]), "open quote": b'a,"b\n' * 9, "nul": b"a\x00b",
    "surrogate": "年级\ud800".encode("utf-8", "surrogatepass"), "ff": b"\xff" * 1000,
    "zip": b"PK\x03\x04" + b"\x00" * 500,
    "ole": b"\xd0\xcf\x11\xe0" + b"\xff" * 2000, "empty zip": packed({}), "other zip": packed({"a": b"b"}),
    "cut": changed(xlsx(rows(1)), SHEET, lambda xml: xml[:200]),
    "1e999": cell("1e999"), "digits": cell("9" * 5000), "nan": cell("NaN"),
    "texts": csv_bytes([["1e999", "（1）班", "群", url(1), "9" * 300]]),
}  # fmt: skip


@pytest.mark.parametrize("kind", ODD)
def test_whatever_is_sent_is_refused_in_words_as_a_whole_or_by_row(kind: str) -> None:
    try:
        said = [one.reason for one in read_roster(asyncio.run(SpreadsheetReader().table(ODD[kind]))).bad]
    except PortalBadRequest as error:
        said = [str(error)]
    assert said
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in one) for one in said)


def test_entities_are_not_unfolded() -> None:
    found = read_roster(asyncio.run(SpreadsheetReader().table(changed(xlsx(rows(1)), SHEET, entities))))
    assert [(one.grade, one.head_count) for one in found.classes] == [("一年级", None)]


def test_a_class_that_became_a_day_is_named_with_its_row() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEAD)
    sheet.append(["三年级", date(2026, 3, 1), "群", url(1), 45])
    roster = read_roster(read_table(saved(book)))
    assert [(one.row, "变成了日期" in one.reason) for one in roster.bad] == [(2, True)]
    counted, bad = read_counts([["年级", "班级", "应参保", "已参保"], ["三年级", "3月1日", "45", "40"]])
    assert (counted, [one.row for one in bad]) == ([], [2])


def test_a_grade_written_once_over_its_classes_belongs_to_each() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (HEAD, *rows(3)):
        sheet.append(row)
    sheet.merge_cells("A2:A4")
    assert [one.grade for one in read_roster(read_table(saved(book))).classes] == ["一年级"] * 3


def test_a_hidden_first_sheet_is_passed_over_and_nothing_visible_is_said() -> None:
    book = Workbook()
    hidden, shown = book.active, book.create_sheet("群")
    assert hidden is not None
    hidden.append(["学生姓名"])
    hidden.sheet_state = "hidden"
    for row in (HEAD, *rows(2)):
        shown.append(row)
    assert len(read_roster(read_table(saved(book))).classes) == 2


COUNTED = (
    '[["一年级","1班",1e999,1]]', '[["一年级","1班",NaN,1]]', "[" * 100_000, '{"a":' * 50_000,
    '[["一年级","1班",1.5,1]]',
    '[["一年级","\\ud800",1,1]]', f'[["一年级","1班",{"9" * 5000},1]]', '[["一年级","\\u001d",1,1]]',
    '[["一年级","1班",true,1]]', '[["一年级","1班","4","3"]]',
    json.dumps([["一", str(n), 4, 3] for n in range(MOST_ROWS + 1)]),
)  # fmt: skip


@pytest.mark.parametrize("counted", COUNTED, ids=range(len(COUNTED)))
def test_counts_no_browser_of_ours_sends_are_refused_in_words(desk: Portal, counted: str) -> None:
    teacher = desk.person("wang", "school", school="光华小学")
    answer = upload(teacher, "/school/counts", b"", counted=counted)
    assert answer.status_code == 400
    assert "人数" in answer.text


def test_a_controlled_name_is_kept_without_the_control(desk: Portal) -> None:
    teacher = desk.person("wang", "school", school="光华小学")
    assert upload(teacher, "/school/counts", b"", counted='[["一年级","1\\u001d班",4,3]]').status_code == 303
    assert teacher.get("/school/counts.xlsx").status_code == 200
