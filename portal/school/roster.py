"""The list of class groups as a school keeps it: .xlsx, .xls or CSV (UTF-8, GB18030) read into rows, good and bad.

Tables with a column about children are refused whole: we need groups, not pupils.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO

from python_calamine import CalamineError, CalamineWorkbook

from portal.errors import BadRequest
from wecom_robot import BadKey, Key

COLUMNS = {"grade": "年级", "name": "班级", "group_name": "群名", "url": "机器人地址", "head_count": "人数"}
"""Field → the column's heading. The first four are needed."""
_ALSO = {
    "年级": "grade", "班级": "name", "班": "name", "班级名称": "name", "群名": "group_name", "群名称": "group_name",
    "班级群": "group_name", "机器人地址": "url", "机器人": "url", "webhook": "url", "webhook地址": "url",
    "robot": "url",
    "人数": "head_count", "班级人数": "head_count", "学生人数": "head_count", "总人数": "head_count",
}  # fmt: skip
_NEEDED = ("grade", "name", "url")
_CHILDREN = re.compile(
    "姓名|名字|学生名|身份证|证件号|证件号码|学籍号|出生日期|生日|性别|家长|监护人|手机|联系电话|住址"
)
_PERSON = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)1[3-9]\d{9}(?!\d)")
MOST_ROWS = 2000
SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True)
class Class:
    """One class's group as read. `row` is its line in the file, the heading being line 1."""

    row: int
    grade: str
    name: str
    group_name: str
    key: Key
    head_count: int | None


@dataclass(frozen=True)
class Bad:
    """A row that cannot be taken. `shown` is what may be repeated of it: never the robot's address."""

    row: int
    shown: str
    reason: str


@dataclass(frozen=True)
class Roster:
    """What a file holds."""

    classes: tuple[Class, ...]
    bad: tuple[Bad, ...]


def read_table(content: bytes) -> list[list[str]]:
    """The first sheet of a workbook, or a CSV, as rows of texts.

    Raises:
        BadRequest: it is none of these.
    """
    if content.startswith(SPREADSHEETS):
        try:
            sheet = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0)
            rows: Iterable[Sequence[object]] = sheet.to_python(skip_empty_area=False, nrows=MOST_ROWS + 2)
        except (CalamineError, IndexError, ValueError, OSError):
            raise BadRequest("这个表格打不开，请另存为 .xlsx 或 CSV 再试。") from None
        return [[_text(cell) for cell in row] for row in rows]
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        head = text.split("\n", 1)[0]
        separator = max(",，\t;", key=head.count) if any(one in head for one in ",，\t;") else ","
        return [[cell.strip() for cell in row] for row in csv.reader(StringIO(text), delimiter=separator)]
    raise BadRequest("这个文件认不出来：请用 .xlsx、.xls，或 UTF-8、GB18030 编码的 CSV。")


def _text(cell: object) -> str:
    """A number typed into a sheet is 45, not 45.0."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def columns(head: Sequence[str], known: dict[str, str], needed: Sequence[str]) -> dict[str, int]:
    """Which column is which field.

    Raises:
        BadRequest: a column about children, or one that is needed is not there.
    """
    about_children = [name for name in head if _CHILDREN.search(name)]
    if about_children:
        raise BadRequest(
            f"表里有“{'、'.join(about_children)}”列。这里不收学生和家长的姓名、证件号、电话，请删掉这些列再传；"
            "文件没有保存。"
        )
    found: dict[str, int] = {}
    for place, name in enumerate(head):
        field = known.get(re.sub(r"\s", "", name).lower())
        if field:
            found.setdefault(field, place)
    missing = [name for name in needed if name not in found]
    if missing:
        names = {field: heading for heading, field in reversed(known.items())}
        raise BadRequest(f"第 1 行要有这些列：{'、'.join(names[one] for one in missing)}。")
    return found


def read_roster(content: bytes) -> Roster:
    """The groups of a file, with every row that cannot be taken and why.

    Raises:
        BadRequest: the file as a whole cannot be used.
    """
    table = read_table(content)
    if not table or not any(table[0]):
        raise BadRequest("这个表格是空的。")
    if len(table) > MOST_ROWS + 1:
        raise BadRequest(f"一次最多 {MOST_ROWS} 行。")
    where = columns(table[0], _ALSO, _NEEDED)
    classes: list[Class] = []
    bad: list[Bad] = []
    for number, row in enumerate(table[1:], 2):
        if not any(row):
            continue
        given = {field: row[place].strip() if place < len(row) else "" for field, place in where.items()}
        reason, made = _read(number, given, " ".join(row), classes)
        if made is not None:
            classes.append(made)
        else:
            bad.append(Bad(number, _PERSON.sub("…", f"{given['grade']} {given['name']}".strip())[:40], reason))
    return Roster(tuple(classes), tuple(bad))


def _read(number: int, given: dict[str, str], line: str, before: list[Class]) -> tuple[str, Class | None]:
    """(why not, the class)."""
    if _PERSON.search(" ".join(word for word in line.split() if "key=" not in word)):
        return "这一行里像有证件号或手机号，这里不收", None
    if not given["grade"] or not given["name"]:
        return "缺年级或班级", None
    if len(given["grade"]) > 20 or len(given["name"]) > 40 or len(given.get("group_name", "")) > 60:
        return "年级、班级或群名太长", None
    if not given["url"]:
        return "缺机器人地址", None
    try:
        key = Key.of_url(given["url"])
    except BadKey:
        return "机器人地址不对，要整段复制，里面有 key=", None
    count = given.get("head_count", "")
    if count and not (count.isdecimal() and 0 < int(count) <= 200):
        return "人数要是 1 到 200 的整数", None
    for other in before:
        if (other.grade, other.name) == (given["grade"], given["name"]):
            return f"和第 {other.row} 行是同一个班", None
        if other.key == key:
            return f"和第 {other.row} 行是同一个机器人", None
    name = given.get("group_name") or f"{given['grade']}{given['name']}"
    return "", Class(number, given["grade"], given["name"], name, key, int(count) if count else None)
