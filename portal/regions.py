"""Places as an agent types them: name, pinyin or initials; and a place said at the head of a search."""

import re
from collections.abc import Collection
from functools import cache, lru_cache

from policies import places
from portal.search.folding import fold, initials, sounds, sounds_of_letters

LONGEST = 40
"""Characters of what is taken for a place at all: the longest, with all those above it, has half as many."""
_HEAD = 7
"""Characters of the longest place name looked for at the head of a search."""


def find_places(typed: str, documented: Collection[str] = ()) -> list[str]:
    """The codes a typed place can mean: 南京, nanjing, nj, 320100, 江苏省南京市.

    Of several, those in the `documented` regions stand first (nj is Nanjing before Neijiang where Jiangsu has texts).
    """
    found = _meanings(typed)
    return sorted(found, key=lambda code: not any(up.adcode in documented for up in places.chain(code)[:-1]))


def _meanings(typed: str) -> list[str]:
    text = fold(typed[:LONGEST]).replace(" ", "")
    if not text:
        return []
    if text in ("全国", "国家", "qg"):
        return [places.NATION]
    if text.isdigit():
        return [text] if places.get(text) else []
    if re.fullmatch("[a-z]+", text):
        return list(_spelled().get(text) or _spelled().get("".join(sounds_of_letters(text))) or ())
    named = [place.adcode for place in places.meanings(text)]
    return named or _joined(text)


@lru_cache(maxsize=4096)  # a name of several places would else be followed through each of them, again and again
def _joined(text: str) -> list[str]:
    """江苏昆山, 江苏省苏州市: a place with those above it said before it."""
    for cut in range(len(text) - 1, 1, -1):
        for outer in places.meanings(text[:cut]):
            inner = places.meanings(text[cut:], within=outer.adcode)
            found = [p.adcode for p in inner if any(up.adcode == outer.adcode for up in places.chain(p.adcode))]
            if found:
                return found
            deeper = [code for code in _joined(text[cut:]) if code[:2] == outer.adcode[:2]] if cut < len(text) else []
            if deeper:
                return deeper
    return []


def said_in(query: str) -> tuple[str | None, str]:
    """A province or city at the head of a search, and the rest: 南京 xse → (320100, xse).

    Only a name that means one place counts, and only when something is left to search for.
    """
    text = fold(query)
    for length in range(min(_HEAD, len(text) - 1), 1, -1):
        rest = text[length:].strip()
        found = places.meanings(text[:length])
        if rest and len(found) == 1 and found[0].level in ("province", "city"):
            return found[0].adcode, rest
    return None, query


@cache
def _spelled() -> dict[str, tuple[str, ...]]:
    """Pinyin and initials of provinces and cities → codes, those with shorter codes (provinces) first."""
    made: dict[str, list[str]] = {}
    for name, codes in sorted(places.names().items()):
        for code in codes:
            place = places.get(code)
            if place is None or place.level not in ("province", "city") or places.short_name(place.name) != name:
                continue
            for spelling in {"".join(sounds(name)), initials(name)}:
                made.setdefault(spelling, []).append(code)
    return {spelling: tuple(dict.fromkeys(codes)) for spelling, codes in made.items()}
