"""What a text is about, as 100 numbers: the mean of its words' vectors, rare words counting more.

The vectors (word2vec of the Chinese Wikipedia, from the MIT-licensed package `synonyms` 3.10.2, made small by
tools/word_vectors.py) bring what our sentences do not: that 小孩 and 孩子, 缴付 and 缴费 are near each other.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

FILE = Path(__file__).parent / "vectors.npz"
_COMMON = 1e-3
"""Share of all words above which a word says little (的, 怎么); its share is estimated from its rank."""


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, int], np.ndarray]:
    with np.load(FILE, allow_pickle=False) as arrays:
        words, vectors = str(arrays["words"]).split("\n"), arrays["vectors"]
    return {word: rank for rank, word in enumerate(words)}, vectors


def meaning(words: list[str]) -> np.ndarray | None:
    """The direction of a text in the space of word vectors, of unit length; None when no word of it is known."""
    ranks, vectors = _table()
    known = [ranks[word] for word in words if word in ranks]
    if not known:
        return None
    places = np.array(known)
    shares = 0.1 / (places + 1)
    mean = (_COMMON / (_COMMON + shares)) @ vectors[places].astype(np.float32)
    length = float(np.linalg.norm(mean))
    return mean / length if length else None
