"""Sums of money, counts of years, what was not done yet and what is only planned."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.nlu.numerals import NUMBER, number

Stated = tuple[str, Any, int, int]
"""Name, value, start, end: `amount` in yuan, `lapse_count` and `consecutive_count` in years, `not_yet` and `planned`
with what is meant (paid · registered · household)."""

_MONEY = re.compile(
    r"(?P<verb>花了?|交了?|缴了?|扣了?|付了?|收了?|每年|一年|一共|总共|大概|退了?|押金|欠了?)?[要了]?"
    rf"(?P<n>[0-9]+(?:\.[0-9]+)?|{NUMBER})(?P<w>万)?(?P<t>千)?(?P<r>[一二三四五六七八九])?(?P<u>多?(?:元|块钱?|圆))?"
    r"(?![0-9.个天日月年号岁周次%点多]|分之)"
)
_SMALLEST = 30
"""Yuan: a bare number below this beside a verb is more likely a count or a day."""
_DOES = (("paid", "交|缴|付"), ("registered", "登记|参保|办"), ("household", "上户|落户|上户口"))
_NOT_YET = re.compile(
    "(?:还没有?|没有?|尚未|未|没来得及|忘了?)[去给]?(?P<what>交|缴|付|登记|参保|办|上户|落户)(?!过|完|有)"
)
_NO_HOUSEHOLD = re.compile(
    "(?:户口|户籍)(?:都|也)?(?:还没有?|没有?|尚未|未)(?:去)?(?:上|落|报|办)(?!.{0,4}[吗呢能可怎])"
    "|(?:还没有?|没有?|尚未|未)(?:上户口?|落户口?|入户|户口)(?!了?[吗么])"
)
_PLANNED = re.compile(
    "(?:打算|准备|计划|想(?!问|知道|了解|咨询)|决定|到时候|过几天).{0,6}?(?P<what>交|缴|付|登记|参保|办|上户|落户)"
)
_A_YEAR = 20
"""“没交25年的” names a year; nobody was insured, or was not, for so many years as a child."""
_LAPSE = re.compile(rf"(?:断保?|断缴|断交|中断|停保?|停交|停缴|没交|漏交|漏缴)[过了]?(?P<n>{NUMBER})年")
_UNBROKEN = re.compile(rf"(?:连续|连着|一直|接连|不间断).{{0,4}}?(?:交|缴|参保|参|投)了?(?P<n>{NUMBER})年")


def find_amounts(text: str) -> Iterator[Stated]:
    """Every sum, count, omission and plan in the text."""
    for match in _MONEY.finditer(text):
        value = _yuan(match)
        if value is not None:
            start = match.start("n")
            yield "amount", value, start, match.end()
    for name, pattern in (("lapse_count", _LAPSE), ("consecutive_count", _UNBROKEN)):
        for match in pattern.finditer(text):
            count = number(match["n"])
            if count is not None and 0 < count < _A_YEAR:
                yield name, count, match.start(), match.end()
    for match in _NO_HOUSEHOLD.finditer(text):
        yield "not_yet", "household", match.start(), match.end()
    for name, pattern in (("planned", _PLANNED), ("not_yet", _NOT_YET)):
        for match in pattern.finditer(text):
            what = next(kind for kind, words in _DOES if re.match(words, match["what"]))
            yield name, what, match.start(), match.end()


def _yuan(match: re.Match[str]) -> int | None:
    """Whole yuan, or None when the number is no money: a unit says so, or a verb of paying before a larger number."""
    said = match["n"]
    count = float(said) if re.fullmatch(r"[0-9.]+", said) else number(said)
    if count is None or not (match["u"] or match["w"] or match["verb"]):
        return None
    scale = 10_000 if match["w"] else 1
    scale *= 1000 if match["t"] else 1
    value = count * scale
    digits = "零一二三四五六七八九"
    if match["r"] and scale > 1:  # 两万三 is 23000
        value += digits.index(match["r"]) * scale / 10
    elif scale == 1 and re.fullmatch("[一二三四五六七八九]百[一二三四五六七八九]", said):  # 三百八 is 380
        value += digits.index(said[-1]) * 9
    if not match["u"] and not match["w"] and (value < _SMALLEST or 1990 <= value <= 2100):
        return None  # a count, a day, a year
    return round(value)
