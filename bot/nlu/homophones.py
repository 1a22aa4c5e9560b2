"""Voice input writes another character of the same sound (等带期 for 等待期, 抱销 for 报销): what was most likely said.

A noisy channel: a character is kept, or rarely replaced by one that sounds alike, and the likeliest row of characters
wins, judged by how often three stand together in the training sentences. Only the reading of the intent hears the
result; dates, places and names are never mended (陕西 must not become 山西), and facts are taken from what was written.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from bot.nlu.features import concealed, sound
from bot.nlu.words import borders

MISHEARD = math.log(0.01)
"""Log-odds that a character which stands alone was one certain other; this and the next chosen on held-out sentences."""
MISHEARD_IN_WORD = math.log(0.0005)
"""The same for a character inside a word jieba knows: hardly ever (递增, 揭阳)."""
SEEN = 5
"""A character seen this often beside each of its neighbours is not doubted: saves half the time, changes little."""
LEAST = 3
"""How often a character must be in our sentences to replace another."""
BEAMS = 12
"""Rows of characters followed at once."""
DISCOUNT = 0.75
"""Taken from every count for what was never seen (Kneser, Ney 1995)."""
LONGEST = 400
"""Characters up to which a message is mended: what is longer was hardly spoken, and no row may hold the process."""
_PARTICLES = frozenset("嘛啦呢吧啊哦呀哟噻咯哈呗哇嘞嗯呐啵")
"""Said for their tone, heard rightly and hardly ever in our sentences' rows: “咋整的啦嘛” must not become “那码”."""
_START, _END = "\u0002", "\u0003"
_NEVER = (0, 0, 0)


class HomophoneCorrector:
    """Counts of three neighbouring characters in the training sentences, and the choice they give."""

    def __init__(self, threes: dict[str, int]) -> None:
        self._threes = threes
        self._twos: dict[str, tuple[int, int, int]] = {}
        """Two characters: how often they end a row of three, how often they begin one, before how many kinds."""
        self._ones: Counter[str] = Counter()
        self._after_one: Counter[str] = Counter()
        for three, count in threes.items():
            ended, begun, kinds = self._twos.get(three[1:], _NEVER)
            self._twos[three[1:]] = (ended + count, begun, kinds)
            ended, begun, kinds = self._twos.get(three[:2], _NEVER)
            self._twos[three[:2]] = (ended, begun + count, kinds + 1)
            self._ones[three[2]] += count
            self._after_one[three[1]] += count
        self._kinds_after_one = Counter(two[0] for two, (ended, *_) in self._twos.items() if ended)
        self._all = sum(self._ones.values())
        self._alike: dict[str, list[str]] = defaultdict(list)
        for character, count in self._ones.items():
            if count >= LEAST and _chinese(character):
                self._alike[sound(character)].append(character)

    def mend(self, text: str) -> str:
        """The normalised text as it was most likely said: of the same length, dates and places untouched."""
        if len(text) > LONGEST:
            return text
        parts = concealed(text)
        seen = [_START, *(sign for _, sign in parts), _END]
        alone = _alone("".join(seen[1:-1]))
        choices = [
            [(sign, written, 0.0), *self._others(*seen[place : place + 3], alone=alone[place])]
            for place, (written, sign) in enumerate(parts)
        ]
        if all(len(choice) == 1 for choice in choices):
            return text
        return self.likeliest(choices)[1]

    def characters(self) -> list[str]:
        """The characters seen often enough to be what somebody said."""
        return [one for some in self._alike.values() for one in some]

    def likeliest(self, choices: Sequence[Sequence[tuple[str, str, float]]]) -> tuple[float, str]:
        """The likeliest row of one choice for each place (as counted, as written, log-odds): its log-odds, as written."""
        rows = {_START + _START: (0.0, "")}
        for choice in (*choices, [(_END, "", 0.0)]):
            longer: dict[str, tuple[float, str]] = {}
            for last, (worth, said) in rows.items():
                for sign, written, price in choice:
                    here = worth + price + self._likely(last, sign)
                    end = last[1] + sign
                    if end not in longer or longer[end][0] < here:
                        longer[end] = (here, said + written)
            rows = dict(sorted(longer.items(), key=lambda row: -row[1][0])[:BEAMS])
        return max(rows.values())

    def _others(self, before: str, character: str, after: str, *, alone: bool) -> list[tuple[str, str, float]]:
        """What may have been said instead: characters of its sound that were seen beside one of its neighbours."""
        if not _chinese(character) or character in _PARTICLES:
            return []
        if self._beside(before + character) >= SEEN and self._beside(character + after) >= SEEN:
            return []
        price = MISHEARD if alone else MISHEARD_IN_WORD
        return [
            (other, other, price)
            for other in self._alike.get(sound(character), ())
            if other != character and (self._beside(before + other) or self._beside(other + after))
        ]

    def _beside(self, two: str) -> int:
        return self._twos.get(two, _NEVER)[0]

    def _likely(self, last: str, character: str) -> float:
        """Log-probability of a character after two others, as far as they were seen together."""
        one = (self._ones.get(character, 0) + 0.1) / (self._all + 600)
        before = last[1]
        seen = self._after_one.get(before, 0)
        two = one
        if seen:
            rest = DISCOUNT * self._kinds_after_one[before] * one
            two = (max(self._beside(before + character) - DISCOUNT, 0.0) + rest) / seen
        _, seen, kinds = self._twos.get(last, _NEVER)
        if not seen:
            return math.log(two)
        rest = DISCOUNT * kinds * two
        return math.log((max(self._threes.get(last + character, 0) - DISCOUNT, 0.0) + rest) / seen)

    def save(self, folder: Path) -> None:
        """Write the counts as npz."""
        folder.mkdir(parents=True, exist_ok=True)
        names, counts = list(self._threes), list(self._threes.values())
        np.savez_compressed(folder / "ear.npz", threes=np.array(names), counts=np.array(counts, dtype=np.int32))

    @classmethod
    def load(cls, folder: Path) -> HomophoneCorrector:
        """Read saved counts; anything but arrays is refused."""
        with np.load(folder / "ear.npz", allow_pickle=False) as arrays:
            return cls(dict(zip(arrays["threes"].tolist(), arrays["counts"].tolist())))


def train(texts: Iterable[str]) -> HomophoneCorrector:
    """Count the training sentences, as they are `seen`."""
    threes: Counter[str] = Counter()
    for text in texts:
        row = f"{_START}{_START}{text}{_END}"
        threes.update(row[start : start + 3] for start in range(len(row) - 2))
    return HomophoneCorrector(dict(sorted(threes.items())))


def _alone(text: str) -> list[bool]:
    """Per character: is it a word by itself?"""
    edges = borders(text)
    return [place in edges and place + 1 in edges for place in range(len(text))]


@lru_cache(maxsize=8192)
def _chinese(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"
