"""Tables as schools send them (.xlsx, .xls, CSV in UTF-8 or GB18030) as rows of texts, read in a process of its own.

A file of a kilobyte can ask for hundreds of gigabytes: what it states is refused first (unpacked size, farthest cell),
and what it hides ends with the child, which has little memory and little time and knows no secret.
"""

import asyncio
import csv
import json
import re
import resource
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from io import BytesIO, StringIO
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from portal.characters import clean
from portal.errors import PortalBadRequest

ROOT = Path(__file__).resolve().parent.parent.parent
MOST_ROWS = 2000
MOST_COLUMNS = 200
MOST_CELLS = 1_000_000
"""Cells between the first and the farthest one of a sheet: a reader keeps a place for each."""
LARGEST_UNPACKED = 16 * 1024 * 1024
MOST_PARTS = 300
"""Files inside a workbook."""
LONGEST_CELL = 1000
LARGEST_TABLE = 2 * 1024 * 1024
"""Characters of all cells together."""
MEMORY = 192 * 1024 * 1024
SECONDS = 10
"""What the child may use; an ordinary list needs a tenth of either."""
SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_FILLED = re.compile(rb'<c [^<>]{0,60}?\br="([A-Z]{1,3})([0-9]{1,7})"[^<>]{0,60}(?<!/)>')
"""A cell with something in it; empty ones with a format alone end with a slash."""
_UNREADABLE = "这个表格打不开，请另存为 .xlsx 或 CSV 再试。"
_TOO_MUCH = "这个表格太大或太复杂，没有读。请把班级那几列复制到一张新表，另存为 .xlsx 或 CSV 再传。"


class SpreadsheetReader:
    """Reads tables beside the loop, at most two at the same time; further ones wait in line."""

    def __init__(self) -> None:
        self._line = ThreadPoolExecutor(max_workers=2, thread_name_prefix="tables")

    async def table(self, content: bytes) -> list[list[str]]:
        """The first visible sheet, or the CSV. Raises BadRequest in words, whatever the file is."""
        return await asyncio.get_running_loop().run_in_executor(self._line, _in_a_child, content)


def _in_a_child(content: bytes) -> list[list[str]]:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "portal.school.reading"], input=content, capture_output=True, cwd=ROOT,
            env={"PYTHONPATH": str(ROOT)}, timeout=SECONDS, check=False,
        )  # fmt: skip
        answer = json.loads(done.stdout) if done.returncode == 0 else {"refused": _TOO_MUCH}
    except (subprocess.TimeoutExpired, ValueError):
        answer = {"refused": _TOO_MUCH}
    if "refused" in answer:
        raise PortalBadRequest(str(answer["refused"]))
    return [[str(cell) for cell in row] for row in answer["rows"]]


def read_table(content: bytes) -> list[list[str]]:
    """The first visible sheet of a workbook, or a CSV, as rows of texts; what stands in a merged cell stands in each.

    Raises:
        BadRequest: it is none of these, or more than a list of classes can be.
    """
    table = _workbook(content) if content.startswith(SPREADSHEETS) else _csv(content)
    if len(table) > MOST_ROWS + 1:
        raise PortalBadRequest(f"一次最多 {MOST_ROWS} 行。")
    if max(map(len, table), default=0) > MOST_COLUMNS:
        raise PortalBadRequest(f"一行最多 {MOST_COLUMNS} 格。")
    if sum(len(cell) for row in table for cell in row) > LARGEST_TABLE:
        raise PortalBadRequest(_TOO_MUCH)
    return table


def _workbook(content: bytes) -> list[list[str]]:
    if content.startswith(SPREADSHEETS[0]):
        _refuse_too_large(content)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        shown = [number for number, sheet in enumerate(book.sheets_metadata)
                 if sheet.visible is SheetVisibleEnum.Visible and sheet.typ is SheetTypeEnum.WorkSheet]  # fmt: skip
        if not shown:
            raise PortalBadRequest("这个表格里没有能看见的工作表，请取消隐藏或另存再传。")
        sheet = book.get_sheet_by_index(shown[0])
        rows = sheet.to_python(skip_empty_area=False, nrows=MOST_ROWS + 2)
        table = [[_text(cell) for cell in row] for row in rows]
        _spread(sheet, table)
    except (CalamineError, IndexError, ValueError, OSError):
        raise PortalBadRequest(_UNREADABLE) from None
    return table


def _refuse_too_large(content: bytes) -> None:
    """By what the package states, before anybody unpacks it. Raises BadRequest."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            parts = package.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
                raise PortalBadRequest(_TOO_MUCH)
            for part in parts:
                if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml"):
                    _refuse_far_cells(package.read(part))
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError, zlib.error):
        raise PortalBadRequest(_UNREADABLE) from None


def _refuse_far_cells(sheet: bytes) -> None:
    farthest, lowest = 0, 0
    for letters, number in _FILLED.findall(sheet):
        farthest, lowest = max(farthest, _column(letters)), max(lowest, int(number))
    if farthest * lowest > MOST_CELLS:
        raise PortalBadRequest(
            f"表格里有内容的格子一直到第 {lowest} 行、第 {farthest} 列，中间几乎全是空的。"
            "请把班级那几列复制到一张新表再传。"
        )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _spread(sheet: CalamineSheet, table: list[list[str]]) -> None:
    """A grade that is written once over its classes belongs to each of them."""
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if top >= len(table) or left >= len(table[top]) or right - left >= MOST_COLUMNS:
            continue
        said = table[top][left]
        for row in table[top : bottom + 1]:
            for place in range(left, min(right + 1, len(row))):
                row[place] = row[place] or said


def _text(cell: object) -> str:
    """A number typed into a sheet is 45, not 45.0; a day stays a day, so that “3-1” that became one is noticed."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    return clean(str(cell)).strip()[:LONGEST_CELL]


def _csv(content: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return list(_lines(clean(text)))
    raise PortalBadRequest("这个文件认不出来：请用 .xlsx、.xls，或 UTF-8、GB18030 编码的 CSV。")


def _lines(text: str) -> Iterator[list[str]]:
    head = text.split("\n", 1)[0]
    separator = max(",，\t;", key=head.count) if any(one in head for one in ",，\t;") else ","
    reader = csv.reader(StringIO(text), delimiter=separator)
    try:
        for row in reader:
            if reader.line_num > 2 * MOST_ROWS:
                raise PortalBadRequest(f"一次最多 {MOST_ROWS} 行。")
            yield [cell.strip()[:LONGEST_CELL] for cell in row]
    except csv.Error:
        raise PortalBadRequest(f"CSV 第 {reader.line_num} 行读不懂：可能少了一个引号。") from None


def _give(answer: dict[str, str | Sequence[Sequence[str]]]) -> None:
    sys.stdout.write(json.dumps(answer))


def main() -> None:
    """The child: limits first, then the table on standard input as JSON on standard output."""
    for limit, value in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_FSIZE, 0),
                         (resource.RLIMIT_CORE, 0)):  # fmt: skip
        resource.setrlimit(limit, (value, value))
    try:
        _give({"rows": read_table(sys.stdin.buffer.read())})
    except PortalBadRequest as error:
        _give({"refused": str(error)})
    except MemoryError:
        _give({"refused": _TOO_MUCH})


if __name__ == "__main__":
    main()
