"""The examination: about every tenth of our sentences, picked by its own words, from which nothing is learned while measuring.

`python -m tools.bench.language` keeps them from both systems it compares. What is served learns from all sentences.
"""

from __future__ import annotations

import zlib

from bot.lint import bare

ONE_IN = 10


def examined(text: str) -> bool:
    """Does this sentence belong to the examination? Depends on nothing but its letters."""
    return zlib.crc32(bare(text).encode("utf-8")) % ONE_IN == 0
