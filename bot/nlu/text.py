"""One message in one spelling, with the way back: what every finder of mentions reads.

Full-width characters, traditional characters and spaces between characters are put aside once; `raw_span` leads from
the plain text back to what was typed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Tuple

from bot.nlu.normalise import simplify

LONGEST = 1000
"""Characters of a message that are read for mentions; the gateway lets no longer one in."""
_SPACED = re.compile(r"(?:[\u4e00-\u9fff0-9，。？！、,.?!][ \u3000]{1,4}){3,}[\u4e00-\u9fff0-9]")
_DIGIT = re.compile("[0-9]")
_LETTER_O = re.compile("(?<=[0-9])[oO](?=[0-9号日月年./\\-]|$)|(?<![A-Za-z0-9])[oO](?=[0-9][./月\\-])")
"""The letter typed for a nought among figures (8月1o号)."""
_CIRCLED = re.compile("[①-⑳]")
"""They number the parts of a message: as plain figures (①怎么办②…) they would run into its words."""
_SIGNS = str.maketrans({"〇": "零", "○": "零", "．": ".", "／": "/", "－": "-", "—": "-", "·": "·", "㊀": "一"})


@dataclass(frozen=True)
class NormalizedText:
    """`raw` as typed; `plain` as read; `origin[i]` is the place in `raw` of character i of `plain` (one more at the end)."""

    raw: str
    plain: str
    origin: Tuple[int, ...]

    def raw_span(self, start: int, end: int) -> Tuple[int, int]:
        """The span of `raw` behind characters start … end of `plain`."""
        if end <= start:
            return self.origin[start], self.origin[start]
        return self.origin[start], self.origin[end - 1] + 1

    def plain_span(self, start: int, end: int) -> Tuple[int, int]:
        """The characters of `plain` that lie inside start … end of `raw`."""
        inside = [i for i, place in enumerate(self.origin[:-1]) if start <= place < end]
        return (inside[0], inside[-1] + 1) if inside else (0, 0)


@lru_cache(maxsize=64)
def read_text(raw: str) -> NormalizedText:
    """A message made plain: simplified characters, half-width signs, no spaces inside spaced-out words."""
    raw = raw[:LONGEST]
    simple = simplify(raw)
    if len(simple) != len(raw):
        simple = raw
    simple = _LETTER_O.sub("0", simple)
    spaced = _spaced(simple)
    plain, origin = [], []
    for place, character in enumerate(simple):
        if character.isspace():
            between_digits = (
                0 < place < len(simple) - 1
                and simple[place + 1 : place + 2].isdigit()
                and simple[place - 1 : place].isdigit()
            )
            if spaced[place] or (not between_digits and _glued(simple, place)):
                continue
            character = " "
        plain.append(_narrow(character))
        origin.append(place)
    return NormalizedText(raw, "".join(plain), (*origin, len(raw)))


@lru_cache(maxsize=1 << 13)
def _narrow(character: str) -> str:
    """One character for one: what would become two (㎡, the small letter of İ) stays, so that positions hold."""
    if _CIRCLED.match(character):
        return character
    for made in (unicodedata.normalize("NFKC", character).translate(_SIGNS), character):
        if len(made) == len(made.lower()) == 1:
            return made.lower()
    return character


def _spaced(text: str) -> list[bool]:
    """Per character: does it stand in a run of characters that are all set apart by spaces?"""
    marks = [False] * len(text)
    for match in _SPACED.finditer(text):
        for place in range(match.start(), match.end()):
            marks[place] = True
    return marks


def _glued(text: str, place: int) -> bool:
    """A space between a Chinese character and a figure or another character: typing, no border."""
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    chinese = "\u4e00" <= before <= "\u9fff", "\u4e00" <= after <= "\u9fff"
    return (chinese[0] and bool(_DIGIT.match(after))) or (chinese[1] and bool(_DIGIT.match(before)))
