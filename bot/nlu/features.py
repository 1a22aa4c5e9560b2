"""Features of one text by its letters: raw character n-grams, words, skip-grams and fuzzy pinyin, each of unit length.

Raw characters cross word borders (Rasa's own stop there); fuzzy pinyin hears 医宝 as 医保 and zhi as zi.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise

from pypinyin import Style, lazy_pinyin

from bot.nlu.dates import find_days
from bot.nlu.normalise import ANY_PLACE, LETTER, normalise, question_part, sentences
from bot.nlu.places import find_places
from bot.nlu.words import cut

VIEWS = {"c": 1.0, "w": 0.8, "s": 0.5, "p": 0.6}
"""View → weight: characters, words, skip-grams, pinyin."""

_EVERYWHERE = ("全国", "中国", "国家")
"""No place of anybody's: “全国通用” asks about reach, “国家规定” about the source."""
_ANY_DAY = date(2025, 1, 1)
_FUZZY = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))


@lru_cache(maxsize=8192)
def sound(character: str) -> str:
    """Its pinyin without tone, as people of the south and a telephone hear it (zh as z, ng as n, l as n)."""
    found = lazy_pinyin(character, style=Style.NORMAL)[0]
    for long, short in _FUZZY:
        found = found.replace(long, short)
    return found.replace("l", "n") if found.startswith("l") else found


def _characters(text: str) -> list[str]:
    padded = f"^{text}$"
    return [f"c{padded[start : start + size]}" for size in (1, 2, 3, 4) for start in range(len(padded) - size + 1)]


def _words(text: str) -> list[str]:
    words = [word for word, _ in cut(text) if any(c.isalnum() for c in word)]
    return [f"w{word}" for word in words] + [f"w{one} {two}" for one, two in pairwise(words)]


def _skips(text: str) -> list[str]:
    letters = [c for c in text if c.isalnum()]
    return [f"s{one}{two}" for gap in (2, 3) for one, two in zip(letters, letters[gap:])]


def _sounds(text: str) -> list[str]:
    sounds = [sound(c) for c in text if "\u4e00" <= c <= "\u9fff"]
    return ["p" + "-".join(sounds[start : start + size]) for size in (2, 3) for start in range(len(sounds) - size + 1)]


@lru_cache(maxsize=64)
def features(text: str) -> dict[str, float]:
    """Feature name → weight; every view has length `VIEWS[view]`. Not to be changed: the next reader gets the same one."""
    found: dict[str, float] = {}
    for view, names in (("c", _characters(text)), ("w", _words(text)), ("s", _skips(text)), ("p", _sounds(text))):
        counts = {name: 1.0 + math.log(n) for name, n in Counter(names).items()}
        length = math.sqrt(sum(v * v for v in counts.values())) or 1.0
        found.update({name: VIEWS[view] * value / length for name, value in counts.items()})
    return found


def concealed(text: str) -> list[tuple[str, str]]:
    """The text in pieces (as written, as seen): characters, and whole dates as ☉ and places as ☷."""
    spans = [(day.start, day.end, "☉") for day in find_days(text, _ANY_DAY)]
    spans += [(p.start, p.end, ANY_PLACE) for p in find_places(text) if text[p.start : p.end] not in _EVERYWHERE]
    pieces: list[tuple[str, str]] = []
    done = 0
    for start, end, sign in sorted(spans):
        pieces += [(c, c) for c in text[done:start]]
        pieces.append((text[start:end], sign))
        done = end
    return pieces + [(c, c) for c in text[done:]]


def conceal(text: str) -> str:
    """Without its dates and places: which day or town is said tells nothing about what is asked."""
    return "".join(sign for _, sign in concealed(text))


@dataclass(frozen=True)
class Reading:
    """One text as features: the whole, the clauses that ask, and each sentence of a letter (empty for a short text)."""

    whole: dict[str, float]
    question: dict[str, float]
    sentences: list[dict[str, float]]


def seen(raw: str) -> str:
    """A text as features see it: in one spelling, without its dates and places."""
    return conceal(normalise(raw))


def read(raw: str) -> Reading:
    """The features a text is understood by."""
    text = seen(raw)
    whole = features(text)
    if len(text) < LETTER:
        return Reading(whole, whole, [])
    focus = question_part(text)
    parts = sentences(text)
    question = whole if focus == text else features(focus)
    return Reading(whole, question, [features(part) for part in parts] if len(parts) > 1 else [])


def views(text: str) -> list[dict[str, float]]:
    """The features a text, as it is `seen`, is learned by: of the whole and, for a letter, of its question."""
    focus = question_part(text)
    return [features(text)] if focus == text else [features(text), features(focus)]
