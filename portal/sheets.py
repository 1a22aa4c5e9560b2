"""Tables as .xlsx files. What is written is the table itself, so the numbers are those of the page."""

import asyncio
import re
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from urllib.parse import quote

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from sanic.response import HTTPResponse, raw

from portal.characters import clean
from portal.clock import beijing
from portal.figures import Table

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDEST = 60
_LONGEST_CELL = 32_767
"""UTF-16 units the format allows in one cell; a character takes one or two."""
_LONGEST_TAB = 31
_NO_TAB = re.compile(r"[\[\]:*?/\\\n\t]")


async def download(name: str, tables: Sequence[Table], now: datetime) -> HTTPResponse:
    """The tables as a file to download; written beside the loop, which goes on answering others."""
    content = await asyncio.to_thread(workbook, tables, f"{beijing(now):%Y-%m-%d %H:%M}")
    return raw(content, content_type=XLSX, headers={"Content-Disposition": named(name)})


def named(name: str, how: str = "attachment") -> str:
    """The header that gives a file its name, in Chinese too (RFC 6266); old programs get plain letters."""
    plain = name if name.isascii() else f"tongbao.{name.rpartition('.')[2]}"
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"


def workbook(tables: Sequence[Table], made: str) -> bytes:
    """One sheet a table: title and when it was made, the head, the rows. Numbers are numbers, any text survives."""
    book = Workbook()
    book.remove(book.active) if book.active else None
    for table in tables:
        sheet = book.create_sheet(_tab(table.title))
        _write(sheet, 1, [f"{table.title}（{made}）"], bold=True)
        _write(sheet, 2, table.head, bold=True)
        for number, row in enumerate(table.rows, 3):
            _write(sheet, number, row)
        for column in range(len(table.head)):
            texts = [str(table.head[column]), *(str(row[column]) for row in table.rows)]
            width = min(_WIDEST, 4 + 2 * max(len(text) for text in texts))
            sheet.column_dimensions[get_column_letter(column + 1)].width = width
        sheet.freeze_panes = "A3"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _write(sheet: Worksheet, number: int, row: Sequence[str | int], *, bold: bool = False) -> None:
    for column, value in enumerate(row, 1):
        cell = sheet.cell(number, column, _held(value))
        if isinstance(value, str):
            cell.data_type = "s"  # what a caller said may begin with “=”; it is never a formula
        if bold:
            cell.font = Font(bold=True)
        elif isinstance(value, str):
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def _tab(title: str) -> str:
    """A title as the name of a sheet: some characters may not stand there, none is too few, 31 are the most."""
    return _NO_TAB.sub("", clean(title)).strip("' ")[:_LONGEST_TAB].strip("' ") or "表"


def _held(value: str | int) -> str | int:
    """A value as a cell can hold it: without control characters, not longer than the format allows."""
    if not isinstance(value, str):
        return value
    return clean(value)[:_LONGEST_CELL].encode("utf-16-le")[: 2 * _LONGEST_CELL].decode("utf-16-le", "ignore")
