"""From a sheet to PDF (tagged, PDF/UA-1) and PNG by typst. The words go in as data; the template holds none of them.

Only the shipped typeface is used. A character it lacks is an error that names it, never an empty box.
"""

import json
from dataclasses import asdict
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import segno
import typst

from leaflets.errors import BrokenTemplate, MissingGlyph, TooLong
from leaflets.sheet import Sheet

ROOM = Path(__file__).parent
FONTS = ROOM / "fonts"
TEMPLATE = ROOM / "pages" / "leaflet.typ"
PAGES = {"standard": 1, "large": 2}
"""Pages a printed leaflet may have, by size; the phone's picture is one page of any height."""
PPI = {"standard": 150, "large": 150, "phone": 200}
LARGEST_PNG = 2 * 1024 * 1024


@cache
def covered() -> frozenset[str]:
    """The characters the shipped typeface has."""
    return frozenset((FONTS / "coverage.txt").read_text("utf-8"))


def check_glyphs(texts: str) -> None:
    """Raises MissingGlyph for the first character the typeface lacks."""
    for character in texts:
        if character not in covered():
            raise MissingGlyph(character)


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def qr_svg(url: str) -> str:
    """The code as SVG: medium correction, so that a fold or a stain does not lose it; quiet zone as the norm asks."""
    out = BytesIO()
    segno.make(url, error="m", micro=False).save(out, kind="svg", border=4, light="#fff", xmldecl=False, svgns=True)
    return out.getvalue().decode()


def _inputs(sheet: Sheet, size: str, tight: bool) -> dict[str, str]:
    check_glyphs("".join(sheet.texts()))
    data = asdict(sheet)
    data["items"] = [
        {**asdict(item), "basis": item.basis, "paragraph": item.paragraph, "footnote": item.footnote}
        for item in sheet.items
    ]
    del data["plan"]
    content = {**data, "form": sheet.plan.form, "qr": qr_svg(sheet.url)}
    return {"data": json.dumps(content, ensure_ascii=False), "size": size, "tight": "1" if tight else ""}


def _compile(sheet: Sheet, size: str, form: Literal["pdf", "png", "svg"], tight: bool = False) -> list[bytes]:
    ppi = float(PPI[size]) if form == "png" else None
    standards: Literal["ua-1"] | None = "ua-1" if form == "pdf" else None
    try:
        made, warnings = typst.compile_with_warnings(
            str(TEMPLATE), font_paths=_fonts(), sys_inputs=_inputs(sheet, size, tight), format=form, ppi=ppi,
            pdf_standards=standards,
        )  # fmt: skip
    except typst.TypstError as error:
        raise BrokenTemplate(str(error)) from None
    if warnings:
        raise BrokenTemplate(str(warnings[0]))
    found: Any = made
    return [bytes(page) for page in (found if isinstance(found, list) else [found])]


def _must_be_tight(sheet: Sheet, size: str) -> bool:
    """Does it need the narrower spacing? Type is never made smaller. Raises TooLong when that does not help either."""
    if size not in PAGES or len(_compile(sheet, size, "svg")) <= PAGES[size]:
        return False
    count = len(_compile(sheet, size, "svg", tight=True))
    if count > PAGES[size]:
        raise TooLong(count, PAGES[size])
    return True


def pdf(sheet: Sheet, size: str = "standard") -> bytes:
    """The leaflet on A4 (`standard` 12 pt on one page, `large` 17 pt on at most two).

    Raises:
        MissingGlyph, TooLong: it cannot be printed as it is.
    """
    return _compile(sheet, size, "pdf", _must_be_tight(sheet, size))[0]


def png(sheet: Sheet, size: str = "phone", page: int = 1) -> bytes:
    """A picture under 2 MB: `phone` is one long picture, `standard` and `large` a page of the print.

    Raises:
        MissingGlyph, TooLong: it cannot be drawn as it is.
    """
    found = _compile(sheet, size, "png", _must_be_tight(sheet, size))
    content = found[min(page, len(found)) - 1]
    if len(content) > LARGEST_PNG:
        raise TooLong(-(-len(content) // LARGEST_PNG), 1)
    return content


def pages(sheet: Sheet, size: str = "standard") -> int:
    """How many pages it takes. Raises TooLong when the form does not allow them."""
    return len(_compile(sheet, size, "svg", _must_be_tight(sheet, size)))
