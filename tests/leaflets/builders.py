"""Builders for the tests of the leaflets: plans of places with documents, sheets, and what a PDF and a picture say."""

import re
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pypdf
import pypdfium2
import zxingcpp
from PIL import Image

from leaflets import Plan, SchoolWords, Sheet, compose_sheet, offers, suggested
from leaflets.plan import facts_of
from policies.decisions import decide
from policies.library import Library, default

DAY = date(2026, 11, 23)
PUBLIC = "https://yibao.example.cn"


def plan(region: str = "320100", stage: str = "小学", year: int = 2027, **more: Any) -> Plan:
    """The suggested questions of a stage that can be printed there."""
    given = {"form": "notice", "day": DAY, **more}
    questions = given.pop("questions", None)
    blank = Plan(region, stage, year, (), **given)
    possible = [o.intent for o in offers(blank, default()) if not o.reason and o.intent in suggested(stage)]
    return Plan(region, stage, year, questions or tuple(possible), **given).ordered()


def sheet(given: Plan | None = None, library: Library | None = None, **words: str) -> Sheet:
    return compose_sheet(given or plan(), library or default(), PUBLIC, SchoolWords(**words))


def text_of(pdf: bytes) -> str:
    """The selectable text of all pages, in reading order."""
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def squeezed(text: str) -> str:
    """Without the breaks and blanks a page needs."""
    return re.sub(r"[\s\u00a0\u3000\ufffe]", "", text)


def sizes_of(reader: pypdf.PdfReader, words: str) -> set[float]:
    """In what sizes, in points, text with these words in it is set."""
    found: set[float] = set()

    def note(text: str, cm: object, tm: list[float], font: object, size: float) -> None:
        if words[:2] in text:
            found.add(round(size * abs(tm[0]), 1))

    for page in reader.pages:
        page.extract_text(visitor_text=note)
    return found


def codes(png: bytes) -> list[str]:
    """What the QR codes in a picture say. Of all kinds of codes, lines of print now and then look like one."""
    picture = Image.open(BytesIO(png)).convert("RGB")
    return [found.text for found in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)]


def reworded(library: Library, intent: str, given: Plan) -> Library:
    """The library after an official changed the answer to one question."""
    rule_id = decide(intent, facts_of(given), given.region, given.day, library).rule_id
    assert rule_id is not None
    say = {key: {**words, "headline": f"{words['headline']}（新规）"} if words.get("headline") else words
           for key, words in library.rules[rule_id].say.items()}  # fmt: skip
    rules = {name: replace(rule, say=say) if name == rule_id else rule for name, rule in library.rules.items()}
    by_question = {key: tuple(rules[r.id] for r in found) for key, found in library.by_question.items()}
    return replace(library, stamp="newer0123456789a", rules=rules, by_question=by_question)
