"""Features of one text: by its letters (raw character n-grams, words, skip-grams, fuzzy pinyin) and by its sound alone.

Raw characters cross word borders (Rasa's own stop there); fuzzy pinyin hears 医宝 as 医保 and zhi as zi.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise

from bot.nlu.days import find_days
from bot.nlu.normalise import ANY_PLACE, LETTER, normalise, question_part, sentences
from bot.nlu.places import find_places
from bot.nlu.sounds import sound
from bot.nlu.words import cut

Features = Callable[[str], dict[str, float]]
"""A text, as it is `seen`, to feature name → weight."""

VIEWS = {"c": 1.0, "w": 0.8, "s": 0.5, "p": 0.6}
"""View → weight: characters, words, skip-grams, pinyin."""

_SOME_DAY = date(2025, 1, 1)
ANY_DAY = "☉"
CONCEALED = (ANY_DAY, ANY_PLACE)
"""What stands for every date and every place."""


def _chinese(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"


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
    sounds = [sound(c) for c in text if _chinese(c)]
    return ["p" + "-".join(sounds[start : start + size]) for size in (2, 3) for start in range(len(sounds) - size + 1)]


def _of_length(length: float, names: Iterable[str]) -> dict[str, float]:
    counts = Counter(names)
    values = [1.0 if n == 1 else 1.0 + math.log(n) for n in counts.values()]
    share = length / (math.sqrt(sum([v * v for v in values])) or 1.0)
    return dict(zip(counts, [share * value for value in values]))


@lru_cache(maxsize=64)
def by_letters(text: str) -> dict[str, float]:
    """Feature name → weight; every view has length `VIEWS[view]`. Not to be changed: the next reader gets the same one."""
    views = (("c", _characters(text)), ("w", _words(text)), ("s", _skips(text)), ("p", _sounds(text)))
    found: dict[str, float] = {}
    for view, names in views:
        found.update(_of_length(VIEWS[view], names))
    return found


def by_sound(text: str) -> dict[str, float]:
    """The same of nothing but its sounds, one to three in a row: whichever character of a sound is written."""
    row = ["^", *(sound(c) if _chinese(c) else c for c in text if c.isalnum() or c in CONCEALED), "$"]
    return _of_length(
        1.0, ("-".join(row[start : start + size]) for size in (1, 2, 3) for start in range(len(row) - size + 1))
    )


TALK_WEIGHT = 0.35
"""Of one thing that stood before a message, beside the letters' weight of about 1.4."""


def of_context(context: Mapping[str, str]) -> dict[str, float]:
    """What stood before a message as features: the open question, what was asked for, the form's step, the queue."""
    names = [f"§{key}={context[key]}" for key in ("expect", "form", "queue") if context.get(key)]
    if context.get("open"):
        names += ["§talk", f"§open={context['open']}"]
    return dict.fromkeys(names, TALK_WEIGHT)


@lru_cache(maxsize=64)
def concealed(text: str) -> list[tuple[str, str]]:
    """The text in pieces (as written, as seen): characters, and whole dates as ☉ and places as ☷. Not to be changed:
    every reader of a text asks for them."""
    spans = [(day.start, day.end, ANY_DAY) for day in find_days(text, _SOME_DAY) if not day.bare]
    taken = [(a, b) for a, b, _ in spans]
    spans += [
        (p.start, p.end, ANY_PLACE) for p in find_places(text)
        if not p.word and not any(p.start < b and a < p.end for a, b in taken)
    ]  # fmt: skip
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
class FeaturedText:
    """One text as features: the whole, the clauses that ask, and each sentence of a letter (empty for a short text)."""

    whole: dict[str, float]
    question: dict[str, float]
    sentences: list[dict[str, float]]


@lru_cache(maxsize=64)
def seen(raw: str) -> str:
    """A text as features see it: in one spelling, without its dates and places."""
    return conceal(normalise(raw))


def read(raw: str, features: Features = by_letters) -> FeaturedText:
    """The features a text is understood by."""
    text = seen(raw)
    whole = features(text)
    if len(text) < LETTER:
        return FeaturedText(whole, whole, [])
    focus = question_part(text)
    parts = sentences(text)
    question = whole if focus == text else features(focus)
    return FeaturedText(whole, question, [features(part) for part in parts] if len(parts) > 1 else [])


def views(text: str, features: Features = by_letters) -> list[dict[str, float]]:
    """The features a text, as it is `seen`, is learned by: of the whole and, for a letter, of its question."""
    focus = question_part(text)
    return [features(text)] if focus == text else [features(text), features(focus)]
