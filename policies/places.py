"""Places: GB/T 2260 codes, names and the chain county → city → province → nation.

Pure standard library and importable on Python 3.10, because the language components use it inside Rasa.
Which places have documents is not known here (see `library`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

NATION = "100000"
_FOLDER = Path(__file__).parent
_SUFFIXES = (
    "特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "自治州", "自治县", "自治旗",
    "地区", "林区", "新区", "矿区", "省", "市", "区", "县", "盟", "旗",
)  # fmt: skip
_PEOPLES = re.compile(
    "(满族|蒙古族|回族|藏族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族|侗族|瑶族|白族|土家族|哈尼族|哈萨克|傣族|黎族|傈僳族|佤族"
    "|畲族|拉祜族|水族|东乡族|纳西族|景颇族|柯尔克孜|土族|达斡尔族|仫佬族|羌族|布朗族|撒拉族|毛南族|仡佬族|锡伯|普米族"
    "|怒族|鄂温克族|鄂伦春|独龙族|裕固族|门巴族|珞巴族|塔吉克|俄罗斯族|保安族|德昂族|各族|蒙古)+$"
)


@dataclass(frozen=True)
class Place:
    """One administrative division. `level` is nation, province, city or county."""

    adcode: str
    name: str
    level: str

    @property
    def parent(self) -> str | None:
        if self.level == "nation":
            return None
        if self.level == "province":
            return NATION
        city = self.adcode[:4] + "00"
        return city if self.level == "county" and city in _table() else self.adcode[:2] + "0000"


def _level(adcode: str) -> str:
    if adcode == NATION:
        return "nation"
    if adcode.endswith("0000"):
        return "province"
    return "city" if adcode.endswith("00") else "county"


@lru_cache(maxsize=1)
def _table() -> dict[str, Place]:
    rows = (line.split("\t") for line in (_FOLDER / "places.tsv").read_text("utf-8").splitlines())
    return {code: Place(code, name, _level(code)) for code, name in rows}


def short_name(name: str) -> str:
    """苏州市 → 苏州, 延边朝鲜族自治州 → 延边. Two-character counties (丰县, 沛县) keep their full name."""
    for suffix in _SUFFIXES:
        if name.endswith(suffix):
            stem = name[: -len(suffix)]
            stem = _PEOPLES.sub("", stem) or stem
            return stem if len(stem) >= 2 else name
    return name


@lru_cache(maxsize=1)
def names() -> dict[str, tuple[str, ...]]:
    """Every name and short name a person may use → the codes it can mean, in code order."""
    found: dict[str, list[str]] = {}
    for place in _table().values():
        for name in {place.name, short_name(place.name)}:
            found.setdefault(name, []).append(place.adcode)
    for line in (_FOLDER / "place_aliases.tsv").read_text("utf-8").splitlines():
        alias, code = line.split("\t")
        found.setdefault(alias, []).append(code)
    return {name: tuple(sorted(set(codes))) for name, codes in found.items()}


def get(adcode: str) -> Place | None:
    """The place with this six-digit code, or None."""
    return _table().get(adcode)


def provinces() -> tuple[Place, ...]:
    """The provinces, in code order."""
    return tuple(place for place in _table().values() if place.level == "province")


def chain(adcode: str) -> tuple[Place, ...]:
    """The place and all above it, nearest first: 昆山 → 苏州 → 江苏 → 全国."""
    found: list[Place] = []
    current: str | None = adcode
    while current is not None:
        place = _table()[current]
        found.append(place)
        current = place.parent
    return tuple(found)


def apart(one: str, other: str) -> bool:
    """Are two places apart, neither of them within the other?"""
    return one not in {p.adcode for p in chain(other)} and other not in {p.adcode for p in chain(one)}


def full_name(adcode: str) -> str:
    """江苏省苏州市昆山市; the nation is 全国."""
    return "".join(p.name for p in reversed(chain(adcode)) if p.level != "nation") or _table()[NATION].name


def meanings(text: str, *, within: str | None = None) -> tuple[Place, ...]:
    """All places a name can mean, so that the caller asks instead of guessing (通州: Beijing or Nantong).

    A province's name means the province, a city's name hides only its own counties, and `within` narrows an
    ambiguous name to the province or city the speaker has already named.
    """
    codes = names().get(text.strip(), ())
    places = [_table()[code] for code in codes]
    if len(places) > 1 and within is not None:
        inside = [p for p in places if any(up.adcode == within for up in chain(p.adcode))]
        places = inside or places
    provinces = [p for p in places if p.level in ("nation", "province")]
    if provinces:
        return (provinces[0],)
    cities = {p.adcode[:4] for p in places if p.level == "city"}
    return tuple(p for p in places if p.level == "city" or p.adcode[:4] not in cities)
