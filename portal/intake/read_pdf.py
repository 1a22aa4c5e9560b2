"""A PDF by PDFium: the text layer as lines with their places; a page without one as a picture."""

import ctypes
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from portal.intake.layout import LayoutLine
from portal.intake.paper import MOST_PAGES, MOST_SCANNED, PaperRefused

_LEAST = 8
"""Characters of a page below which it counts as one without a text layer."""
_UNKNOWN = frozenset({0, 0xFFFD, 0xFFFE, 0xFFFF})
_SCALE = 200 / 72
_GAP, _WIDE_GAP = 0.8, 2.5
"""Widths of a character between two pieces of a line: a space; what makes it look like a table."""
_Sign = tuple[str, float, float, float, float]
"""A character with its left, right, bottom and top edge."""
_LONGEST_SIDE = 4000


class PdfPaper:
    """An opened PDF. Raises PaperRefused: it is locked, broken or too long."""

    def __init__(self, content: bytes) -> None:
        try:
            self._document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            if "password" in str(error).lower():
                raise PaperRefused("这个 PDF 设了打开密码。请打开后另存（或打印成 PDF）一份没有密码的再传。") from None
            raise PaperRefused("这个 PDF 打不开，可能没有下载完整。请重新下载，或打开后另存一份再传。") from None
        self.pages = len(self._document)
        if self.pages > MOST_PAGES:
            raise PaperRefused(f"这个 PDF 有 {self.pages} 页，一次最多 {MOST_PAGES} 页。请只留通知正文那几页再传。")

    def lines(self) -> tuple[list[LayoutLine], list[int]]:
        """The lines of all pages in order, and the numbers (from 0) of the pages that have no text layer."""
        found: list[LayoutLine] = []
        bare: list[int] = []
        for number in range(self.pages):
            page = self._document[number]
            here = list(_lines_of(page, number))
            text = "".join(line.text for line in here)
            strange = sum(ord(sign) in _UNKNOWN or 0xE000 <= ord(sign) <= 0xF8FF for sign in text)
            readable = len("".join(text.split())) - strange
            if (readable < _LEAST or strange > len(text) // 10) and any(page.get_objects(max_depth=3)):
                bare.append(number)
            else:
                found += here
            page.close()
        return found, bare

    def pictures(self, numbers: list[int]) -> Iterator[tuple[int, Any]]:
        """Pages as pictures for the recognition, with their numbers."""
        if len(numbers) > MOST_SCANNED:
            raise PaperRefused(f"扫描的有 {len(numbers)} 页，一次最多认 {MOST_SCANNED} 页。请只留通知正文那几页再传。")
        for number in numbers:
            page = self._document[number]
            scale = min(_SCALE, _LONGEST_SIDE / max(*page.get_size(), 1.0))
            yield number, page.render(scale=scale).to_numpy()[:, :, :3]
            page.close()


def _lines_of(page: Any, number: int) -> Iterator[LayoutLine]:
    text = page.get_textpage()
    height = page.get_height()
    box = pdfium.FS_RECTF()
    signs: list[_Sign] = []
    for index in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text.raw, index)
        if code in (10, 13):
            if signs:
                yield _line(signs, number, height)
            signs = []
            continue
        if pdfium.FPDFText_IsGenerated(text.raw, index) == 1:  # a space PDFium guessed
            signs += [(" ", *signs[-1][1:])] if signs else []
            continue
        if code == 0:
            continue
        pdfium.FPDFText_GetLooseCharBox(text.raw, index, ctypes.byref(box))  # with the white of a comma
        sign = chr(code) if code < 0x110000 else "\ufffd"
        signs.append((sign, box.left, box.right, box.bottom, box.top))
    if signs:
        yield _line(signs, number, height)
    text.close()


def _line(signs: list[_Sign], number: int, height: float) -> LayoutLine:
    """One line. Spaces stay between Latin words only, where they were typed or guessed; elsewhere a gap is one."""
    inked = [sign for sign in signs if not sign[0].isspace()] or signs
    widths = sorted(right - left for sign, left, right, *_ in inked if ord(sign) > 0x2E7F)
    em = max(widths[len(widths) // 2] if widths else 2 * (inked[0][2] - inked[0][1]), 1.0)
    text, torn, spaced, last = "", False, False, inked[0][1]
    for sign, left, right, *_ in signs:
        if sign.isspace():
            spaced = True
            continue
        gap = left - last
        if text and gap > _GAP * em:
            text, torn = text + "　", torn or gap > _WIDE_GAP * em
        elif spaced and text[-1:].isascii() and sign.isascii():
            text += " "
        text, spaced, last = text + sign, False, right
    return LayoutLine(
        text, number, min(s[1] for s in inked), max(s[2] for s in inked), height - max(s[4] for s in inked),
        height - min(s[3] for s in inked), None, torn,
    )  # fmt: skip


def picture_of(content: bytes) -> Any:
    """A PNG or JPG as pixels. Raises PaperRefused."""
    import numpy
    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = 40_000_000
    try:
        with Image.open(BytesIO(content), formats=("PNG", "JPEG")) as found:
            found.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
            upright = ImageOps.exif_transpose(found).convert("RGB")
            upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
            return numpy.asarray(upright)
    except Image.DecompressionBombError:
        raise PaperRefused("这张图片太大了。请把长边缩到 4000 像素以内再传。") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise PaperRefused("这张图片打不开。请重新扫描或拍照，存成 JPG 或 PNG 再传。") from None
