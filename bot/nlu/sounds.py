"""Pinyin without tone, as people of the south and a telephone hear it."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import Style, lazy_pinyin

_FUZZY = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))


@lru_cache(maxsize=16384)
def sound(character: str) -> str:
    """Its sound (zh as z, ng as n, l as n)."""
    found = lazy_pinyin(character, style=Style.NORMAL)[0]
    for long, short in _FUZZY:
        found = found.replace(long, short)
    return found.replace("l", "n") if found.startswith("l") else found
