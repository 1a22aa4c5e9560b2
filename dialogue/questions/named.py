"""A question named by words of its title: one of the answers before, or any."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache

from dialogue.state import Standing
from policies.library import default

FEW = 3
"""Questions that may share two characters for these to tell which one is named."""
_ASKS_ONLY = re.compile("[是哪几什怎么多少我您你帮]")
"""Words of a question's title that name nothing."""


def answer_named(text: str, answers: Sequence[Standing]) -> Standing | None:
    """The one of these answers of whose question a message names most words; None when it names none of any."""
    pairs = _words_of_questions()
    counts = [
        sum(one.intent in pairs.get(text[at : at + 2], ()) for at in range(len(text) - 1)) for one in answers
    ]  # fmt: skip
    most = max(counts, default=0)
    return answers[counts.index(most)] if most else None


def question_named(text: str, standing: str, least: int = 1, besides: str = "") -> str:
    """The one question of which a message names at least so many words (“刚才说的材料”); empty when none, several, or
    the standing one. `besides`: a question that is not meant."""
    pairs, at = _words_of_questions(), 0
    found: set[str] = set()
    while at < len(text) - 1:  # pairs that overlap are one word
        known = text[at : at + 2] in pairs
        found |= {text[at : at + 2]} if known else set()
        at += 2 if known else 1
    if not found:
        return ""
    counts = Counter(intent for pair in found for intent in pairs[pair] if intent != besides)
    best = max(counts.values(), default=0)
    if best < max(least, 1):
        return ""
    first = [intent for intent, count in counts.items() if count == best]
    return first[0] if len(first) == 1 and first[0] != standing else ""


@lru_cache(maxsize=1)
def _words_of_questions() -> Mapping[str, tuple[str, ...]]:
    """Two characters in a row of a question's title → the questions that have them, where hardly any other has."""
    pairs: dict[str, set[str]] = {}
    for intent, question in default().questions.items():
        for text in (str(question["title"]), str(question["say"])):
            for part in re.split("[、，（）和的了吗能]", text):
                for start in range(len(part) - 1):
                    if not _ASKS_ONLY.search(part[start : start + 2]):
                        pairs.setdefault(part[start : start + 2], set()).add(intent)
    return {pair: tuple(sorted(intents)) for pair, intents in pairs.items() if len(intents) <= FEW}
