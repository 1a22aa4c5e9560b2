"""The list of class groups as a school keeps it: rows of a table, good and bad. How files are read: `reading`.

Tables with a column about children are refused whole: we need groups, not pupils.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from common.wecom_robot import BadKey, Key
from portal.errors import PortalBadRequest

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
_DAY = re.compile(r"\d{4}[-/年]\d{1,2}[-/月]\d{1,2}日?|\d{1,2}月\d{1,2}日|\d{1,2}-[A-Z][a-z]{2}")
_TITLE_ROWS = 5
"""Rows among which the one with the names of the columns is looked for."""


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


def headed(table: Sequence[Sequence[str]], known: Mapping[str, str], needed: Sequence[str]) -> int:
    """Which row holds the names of the columns: the first of a few that has all that are needed, else the first row.

    Above it may stand a title.
    """
    for number, row in enumerate(table[:_TITLE_ROWS]):
        if set(needed) <= {known.get(_folded(name)) for name in row}:
            return number
    return 0


def _folded(name: str) -> str:
    return "".join(name.split()).lower()


def is_day(text: str) -> bool:
    """Did a spreadsheet make a day of a class like 3-1?"""
    return _DAY.fullmatch(text) is not None


def columns(head: Sequence[str], known: dict[str, str], needed: Sequence[str]) -> dict[str, int]:
    """Which column is which field.

    Raises:
        BadRequest: a column about children, or one that is needed is not there.
    """
    about_children = [name for name in head if _CHILDREN.search(name)]
    if about_children:
        raise PortalBadRequest(
            f"表里有“{'、'.join(about_children)}”列。这里不收学生和家长的姓名、证件号、电话，请删掉这些列再传；"
            "文件没有保存。"
        )
    found: dict[str, int] = {}
    for place, name in enumerate(head):
        fact = known.get(_folded(name))
        if fact:
            found.setdefault(fact, place)
    missing = [name for name in needed if name not in found]
    if missing:
        names = {field: heading for heading, field in reversed(known.items())}
        raise PortalBadRequest(f"最上面要有一行列名，里面要有：{'、'.join(names[one] for one in missing)}。")
    return found


def read_roster(table: Sequence[Sequence[str]]) -> Roster:
    """The groups of a table, with every row that cannot be taken and why.

    Raises:
        BadRequest: the table as a whole cannot be used.
    """
    if not any(map(any, table)):
        raise PortalBadRequest("这个表格是空的。")
    top = headed(table, _ALSO, _NEEDED)
    where = columns(table[top], _ALSO, _NEEDED)
    before = _Before()
    bad: list[Bad] = []
    for number, row in enumerate(table[top + 1 :], top + 2):
        if not any(row):
            continue
        given = {field: row[place].strip() if place < len(row) else "" for field, place in where.items()}
        reason, made = _read(number, given, " ".join(row), before)
        if made is not None:
            before.add(made)
        else:
            bad.append(Bad(number, _PERSON.sub("…", f"{given['grade']} {given['name']}".strip())[:40], reason))
    return Roster(tuple(before.by_class.values()), tuple(bad))


@dataclass
class _Before:
    """The classes read so far, by what no two may share."""

    by_class: dict[tuple[str, str], Class] = field(default_factory=dict)
    by_key: dict[Key, Class] = field(default_factory=dict)

    def add(self, one: Class) -> None:
        self.by_class[one.grade, one.name] = self.by_key[one.key] = one


def _read(number: int, given: dict[str, str], line: str, before: _Before) -> tuple[str, Class | None]:
    """(why not, the class)."""
    if _PERSON.search(" ".join(word for word in line.split() if "key=" not in word)):
        return "这一行里像有证件号或手机号，这里不收", None
    if not given["grade"] or not given["name"]:
        return "缺年级或班级", None
    if is_day(given["name"]) or is_day(given["grade"]):
        return "班级在表格里变成了日期，请把这一列设成“文本”再填，比如 3-1", None
    if len(given["grade"]) > 20 or len(given["name"]) > 40 or len(given.get("group_name", "")) > 60:
        return "年级、班级或群名太长", None
    if not given["url"]:
        return "缺机器人地址", None
    try:
        key = Key.of_url(given["url"])
    except BadKey:
        return "机器人地址不对，要整段复制，里面有 key=", None
    count = given.get("head_count", "")
    if count and not (count.isdecimal() and len(count) <= 3 and 0 < int(count) <= 200):
        return "人数要是 1 到 200 的整数", None
    same = before.by_class.get((given["grade"], given["name"]))
    if same is not None:
        return f"和第 {same.row} 行是同一个班", None
    shared = before.by_key.get(key)
    if shared is not None:
        return f"和第 {shared.row} 行是同一个机器人", None
    name = given.get("group_name") or f"{given['grade']}{given['name']}"
    return "", Class(number, given["grade"], given["name"], name, key, int(count) if count else None)
