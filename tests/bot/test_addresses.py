"""Two thousand addresses as people type them: the family is where the line begins, whatever the street is named after.

A line of addresses.tsv: a postal address or “我家住…”, and the code of the place it begins with. The places are of
every province with counties; streets, estates, schools, hospitals and banks are named after other places (南京路,
长春花园, 北京儿童医院分院, 江苏银行支行).
"""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.nlu.conversation import Context
from bot.nlu.places import find_places
from bot.nlu.text import read_text
from dialogue.facts import told_in
from dialogue.reading import PARENT, STRANGER
from policies import places
from tests.bot.conftest import mostly

TODAY = date(2026, 11, 26)
ROWS = [line.split("\t") for line in (Path(__file__).parent / "addresses.tsv").read_text("utf-8").splitlines()]
SHARE = 0.999


def inside(codes: "list[str]", code: str) -> bool:
    """Is it one place, and this one or a narrower one in it?"""
    return len(codes) == 1 and any(up.adcode == code for up in places.chain(codes[0]))


def named(codes: "list[str]") -> str:
    return "/".join(places.full_name(code) for code in codes) or "无"


def test_the_addresses_are_two_thousand_of_every_province() -> None:
    assert len({text for text, _ in ROWS}) == len(ROWS) == 2000
    everywhere = {p.adcode for p in places.provinces()} - {"710000", "810000", "820000"}
    assert {f"{code[:2]}0000" for _, code in ROWS} == everywhere


def test_the_place_an_address_begins_with_is_found_first() -> None:
    first = {text: next(iter(find_places(read_text(text).plain)), None) for text, _ in ROWS}
    codes = {text: list(place.adcodes) if place else [] for text, place in first.items()}
    right = [inside(codes[text], code) for text, code in ROWS]
    missed = [
        f"{text} → {named(codes[text])}，应为 {places.full_name(code)}"
        for (text, code), ok in zip(ROWS, right)
        if not ok
    ]
    mostly(right, SHARE, missed)


@pytest.mark.parametrize("rows", [pytest.param(ROWS, marks=pytest.mark.nightly), ROWS[::8]], ids=["all", "an eighth"])
def test_the_family_is_there_and_nowhere_else(reader: Any, rows: "list[list[str]]") -> None:
    right, missed = [], []
    for text, code in rows:
        told = told_in(reader.read(text, Context(), TODAY))
        regions = [t.value for t in told if t.name == "region" and t.child not in (STRANGER, PARENT)]
        right.append(bool(regions) and all(inside(region, code) for region in regions))
        missed += [] if right[-1] else [f"{text} → {' 和 '.join(map(named, regions)) or '无'}，应为 {code}"]
    mostly(right, SHARE, missed)
