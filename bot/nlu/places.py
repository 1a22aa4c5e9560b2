"""Places a text may name, as candidates: names of GB/T 2260 that stand on word borders, joined from wide to narrow.

Whether a name is said as a place at all, and what the place is to the child, is for `roles` to judge: 资源, 平安 and 合作
are places and words. What cannot be one is left out here: a name across words (医保|定点), a street, a village.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Dict, FrozenSet, List, Optional, Tuple

from bot.nlu.sounds import sound
from bot.nlu.words import borders, tokenizer
from policies import places

LONGEST_NAME = 14
_JOINT = re.compile("(?:省|市|区|县|州|的|下面的?|这边的?|，|,|、|\\s|-|/){0,3}")
_STREET = re.compile(
    "(?:[东西南北中]?(?:[一二三四五六七八九十]?路|大?街|大道|巷|弄|胡同|里弄|桥|广场|花园|家园|苑|公寓|小区|新村|商场|大厦|高速|火车站|地铁|号线|湾|湖))"
)
_FOOD = re.compile("^(?:小吃|拉面|烤鸭|烧鸡|包子|米线|火锅|话|菜|人寿|财险|平安(?:保险|人寿|险)|联通|航空|银行)")
_SAID_BEFORE = re.compile("(?:在|是|住|回|到|来|去|从|老家|户口|人在|搁)$|^$")
_SAID_AFTER = re.compile("$|[，。,.！!？? ]|的|这|那|人|上|市|了|给|参|交|办")
_PLAIN = frozenset(
    (
        "的人",
        "这边",
        "那边",
        "本地",
        "城里",
        "乡下",
        "农村",
        "医保",
        "参保",
        "居民",
        "新农合",
        "老家",
        "户口",
        "孩子",
        "宝宝",
    )
)
_AMBIGUOUS_HEAD = re.compile("[姓叫]$")


@dataclass(frozen=True)
class NamedPlace:
    """A name in a text with every place it can mean.

    formal: said with its 省, 市, 区 or 县. word: an everyday word as well. joined: narrowed by the name before it.
    fuzzy: written as it sounds (哈儿滨).
    """

    start: int
    end: int
    text: str
    adcodes: Tuple[str, ...]
    formal: bool = False
    word: bool = False
    joined: bool = False
    fuzzy: bool = False


_WORDS: FrozenSet[str] = frozenset((Path(__file__).parent / "place_words.txt").read_text("utf-8").split())
"""Names that are everyday words, or parts of one, as well: they need more evidence than others."""


@lru_cache(maxsize=1)
def _by_sound() -> Dict[str, str]:
    """Sound of a name of three characters or more of a province or city → the name."""
    found: Dict[str, str] = {}
    for name in places.names():
        meaning = places.meanings(name)
        if len(name) >= 3 and meaning and meaning[0].level in ("province", "city") and name[-1] not in "省市区县州盟":
            found["-".join(sound(c) for c in name)] = name
    return found


@lru_cache(maxsize=1)
def _alike() -> Dict[str, Tuple[str, ...]]:
    """Sound of a name of two or three characters → the codes of the places that sound like it."""
    found: Dict[str, Dict[str, None]] = {}
    for name, codes in places.names().items():
        if 2 <= len(name) <= 3:
            found.setdefault("-".join(sound(c) for c in name), {}).update(dict.fromkeys(codes))
    return {key: tuple(codes) for key, codes in found.items()}


def _misheard_inside(before: NamedPlace, text: str, start: int, edges: FrozenSet[int]) -> Optional[Tuple[int, str]]:
    """“江苏台州”: what follows a province or city and lies elsewhere sounds like a place inside it → its end, its code."""
    wide = [code for code in before.adcodes if code.endswith("00")]
    if not wide or len(before.adcodes) > 1 or not _JOINT.fullmatch(text[before.end : start]):
        return None
    for length in (3, 2):
        name = text[start : start + length]
        if len(name) < length or start + length not in edges or name in _PLAIN or not _strange(name):
            continue
        inside = [
            code for code in _alike().get("-".join(sound(c) for c in name), ())
            if any(up.adcode in wide for up in places.chain(code)[1:])
        ]  # fmt: skip
        if len(inside) == 1:
            return start + length, inside[0]
    return None


def _strange(name: str) -> bool:
    """Is this no everyday word: the name of another place, or characters no dictionary puts together?"""
    return name in _known() or not tokenizer().FREQ.get(name)


def _misheard_city(text: str, start: int, edges: FrozenSet[int]) -> Optional[str]:
    """“我在真江”: two characters no dictionary knows, where a place is said, that sound like one city → its code."""
    name, before = text[start : start + 2], text[:start]
    if (
        len(name) < 2
        or start + 2 not in edges
        or not _SAID_BEFORE.search(before)
        or not _SAID_AFTER.match(text[start + 2 :])
    ):
        return None
    if not all("\u4e00" <= c <= "\u9fff" for c in name) or not _strange(name) or name in _known():
        return None
    cities = [code for code in _alike().get("-".join(sound(c) for c in name), ()) if code.endswith("00")]
    return cities[0] if len(cities) == 1 else None


def find_places(text: str, within: Optional[str] = None) -> List[NamedPlace]:
    """Every place the plain text may name, left to right, joined (江苏苏州 is one mention).

    Args:
        within: the code of a province or city already known, which narrows names that several places share.
    """
    edges = borders(text)
    found: List[NamedPlace] = []
    place = 0
    while place < len(text):
        named = _name_at(text, place, edges)
        inside = None
        if (
            found
            and place in edges
            and (named is None or not _narrowed(found[-1], named[0], text[found[-1].end : place]))
        ):
            inside = _misheard_inside(found[-1], text, place, edges)
        if inside is not None:
            start, (place, code) = found.pop().start, inside
            found.append(NamedPlace(start, place, text[start:place], (code,), formal=True, joined=True, fuzzy=True))
            continue
        if named is None:
            city = _misheard_city(text, place, edges) if place in edges else None
            if city is not None:
                found.append(NamedPlace(place, place + 2, text[place : place + 2], (city,), fuzzy=True))
                place += 1
            place += 1
            continue
        name, fuzzy = named
        end = place + len(name)
        joined = _narrowed(found[-1], name, text[found[-1].end : place]) if found else ()
        if joined:
            start = found.pop().start
            found.append(NamedPlace(start, end, text[start:end], joined, formal=True, joined=True))
        else:
            meanings = places.meanings(places_name(name, fuzzy), within=within)
            formal = any(name == p.name for p in meanings) and len(name) > 2
            found.append(
                NamedPlace(place, end, name, tuple(p.adcode for p in meanings), formal, name in _WORDS, fuzzy=fuzzy)
            )
        place = end
    return _with_context(found)


def places_name(name: str, fuzzy: bool) -> str:
    """The written name behind a spelling by sound."""
    return _by_sound()["-".join(sound(c) for c in name)] if fuzzy else name


def _name_at(text: str, start: int, edges: FrozenSet[int]) -> Optional[Tuple[str, bool]]:
    """The longest name that begins here and stands on word borders."""
    if start not in edges:
        return None
    for length in range(min(LONGEST_NAME, len(text) - start), 1, -1):
        name = text[start : start + length]
        if name in _known() and _stands(text, start, start + length, edges):
            if name[-1] == "市" and name[:-1] in _known() and _narrower(name[:-1], text[start + length - 1 :]):
                return name[:-1], False  # 青岛|市南区
            return name, False
    for length in (4, 3):
        name = text[start : start + length]
        if len(name) == length and "-".join(sound(c) for c in name) in _by_sound() and start + length in edges:
            return name, True
    return None


def _narrower(name: str, rest: str) -> bool:
    """Does a district of the place `name` begin right here (市南区, 市中区)?"""
    return any(
        any(up.adcode in places.names()[name] for up in places.chain(code)[1:])
        for code in places.names().get(rest[:3], ())
    )


@lru_cache(maxsize=1)
def _known() -> FrozenSet[str]:
    return frozenset(name for name in places.names() if len(name) > 1 and name not in ("全国", "国家", "中国"))


def _stands(text: str, start: int, end: int, edges: FrozenSet[int]) -> bool:
    after = text[end : end + 6]
    if end not in edges and not (text[start:end][-1] in "省市区县州旗盟" and end - start > 2):
        return False
    if _STREET.match(after) or _FOOD.match(after):
        return False
    return not _AMBIGUOUS_HEAD.search(text[:start]) or end - start > 3


def _narrowed(before: NamedPlace, name: str, between: str) -> Tuple[str, ...]:
    """The codes of `name` that lie inside the place named just before; empty when it is another place."""
    if not _JOINT.fullmatch(between):
        return ()
    inside = [
        p for p in (places.get(code) for code in places.names()[name]) if p is not None
        and any(up.adcode in before.adcodes for up in places.chain(p.adcode)[1:])
    ]  # fmt: skip
    cities = {p.adcode[:4] for p in inside if p.level == "city"}
    return tuple(p.adcode for p in inside if p.level == "city" or p.adcode[:4] not in cities)


def _with_context(found: List[NamedPlace]) -> List[NamedPlace]:
    """Names that several places share, narrowed by the other places of the message (南京…鼓楼)."""
    sure = [code for place in found if len(place.adcodes) == 1 for code in place.adcodes]
    made = []
    for place in found:
        if len(place.adcodes) > 1:
            inside = [c for c in place.adcodes if any(up.adcode in sure for up in places.chain(c)[1:])]
            if len(inside) == 1:
                place = NamedPlace(place.start, place.end, place.text, tuple(inside), place.formal, place.word)
        made.append(place)
    return made
