"""A Word document (.docx): the paragraphs and tables of its body, read from its XML. Macros, links and entities do not
reach anything: only one part of the package is parsed, by a parser that refuses entities."""

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from portal.intake.paper import PaperMark, PaperRefused

LARGEST_PART = 16 * 1024 * 1024
"""Bytes of the unpacked text of a document; a hundred pages have about four million."""
MOST_PARTS = 3000
BODY = "word/document.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BROKEN = "这个 Word 文件打不开，可能没有下载完整。请用 Word 或 WPS 打开，另存为 .docx 或 PDF 再传。"


def parts_of(content: bytes) -> frozenset[str]:
    """The names of the parts of a package. Raises PaperRefused."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            if len(package.infolist()) > MOST_PARTS:
                raise PaperRefused(_BROKEN)
            return frozenset(package.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise PaperRefused(_BROKEN) from None


def read_word(content: bytes) -> tuple[list[str], list[PaperMark]]:
    """The lines and what is doubtful about them. Raises PaperRefused."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            if package.getinfo(BODY).file_size > LARGEST_PART:
                raise PaperRefused("这个 Word 文件太大了，没有读。请只留通知正文，另存一份再传。")
            with package.open(BODY) as part:
                xml = part.read(LARGEST_PART + 1)
        root = fromstring(xml, forbid_dtd=True)
    except (zipfile.BadZipFile, KeyError, OSError, EOFError, ValueError, RuntimeError, NotImplementedError, zlib.error,
            ParseError, DefusedXmlException):  # fmt: skip
        raise PaperRefused(_BROKEN) from None
    lines: list[str] = []
    marks: list[PaperMark] = []
    body = root.find(f"{_W}body")
    for text, doubt in _lines(body) if body is not None else ():
        for line in (one.strip() for one in text.split("\n")):
            if line:
                lines.append(line)
                if doubt:
                    marks.append(PaperMark(len(lines), "linebreak", line, doubt))
    return lines, marks


def _lines(body: Any) -> Iterator[tuple[str, str]]:
    for block in body:
        if block.tag == f"{_W}p":
            yield _text(block), _doubt(block)
        elif block.tag == f"{_W}tbl":
            for row in block.iter(f"{_W}tr"):
                cells = [" ".join(_text(one) for one in cell.iter(f"{_W}p")).strip() for cell in row.iter(f"{_W}tc")]
                yield "　".join(cell for cell in cells if cell), "这一行是表格里的，对照原件看"
        elif block.tag == f"{_W}sdt":
            content = block.find(f"{_W}sdtContent")
            yield from _lines(content) if content is not None else ()


def _text(paragraph: Any) -> str:
    """What one reads with all changes accepted: deleted words are gone."""
    words = []
    for node in paragraph.iter():
        if node.tag == f"{_W}t":
            words.append(node.text or "")
        elif node.tag == f"{_W}tab":
            words.append(" ")
        elif node.tag in (f"{_W}br", f"{_W}cr"):
            words.append("\n")
    return "".join(words)


def _doubt(paragraph: Any) -> str:
    if paragraph.find(f"{_W}pPr/{_W}numPr") is not None:
        return "这一段在 Word 里是自动编号，编号没有带进来，照原件补上"
    if paragraph.find(f".//{_W}ins") is not None or paragraph.find(f".//{_W}del") is not None:
        return "这一段有修订痕迹，按“全部接受”读的，对照定稿看"
    return ""
