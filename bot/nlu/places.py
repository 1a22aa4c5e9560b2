"""Places a text may name, as candidates: names of GB/T 2260 that stand on word borders, joined from wide to narrow.

Whether a name is said as a place at all, and what the place is to the child, is for `roles` to judge: 资源, 平安 and 合作
are places and words. What cannot be one is left out here: a name across words (医保|定点), a street, a village.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Dict, FrozenSet, List, Optional, Tuple

from bot.nlu.sounds import sound
from bot.nlu.words import borders
from policies import places

LONGEST_NAME = 14
_JOINT = re.compile("(?:省|市|区|县|州|的|下面的?|这边的?|，|,|、|\\s|-|/){0,3}")
_STREET = re.compile(
    "(?:[东西南北中]?(?:[一二三四五六七八九十]?路|大?街|大道|巷|弄|胡同|里弄|桥|广场|花园|家园|苑|公寓|小区|新村|商场|大厦|高速|火车站|地铁|号线|湾|湖))"
)
_FOOD = re.compile("^(?:小吃|拉面|烤鸭|烧鸡|包子|米线|火锅|话|菜|人寿|财险|平安(?:保险|人寿|险)|联通|航空|银行)")
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


_WORDS: FrozenSet[str] = frozenset(
    [
        "和平",
        "平安",
        "东方",
        "新华",
        "解放",
        "城关",
        "长安",
        "大安",
        "光明",
        "向阳",
        "建设",
        "红旗",
        "胜利",
        "文明",
        "新兴",
        "开发",
        "同心",
        "兴国",
        "永安",
        "安宁",
        "建华",
        "前进",
        "友好",
        "东风",
        "白云",
        "宝山",
        "金山",
        "青山",
        "南山",
        "石门",
        "城区",
        "郊区",
        "矿区",
        "市中",
        "大同",
        "吉安",
        "保安",
        "太平",
        "长乐",
        "安康",
        "大方",
        "大城",
        "新建",
        "新城",
        "河东",
        "河西",
        "江南",
        "江北",
        "城中",
        "城东",
        "城西",
        "城北",
        "南岸",
        "中原",
        "二七",
        "高明",
        "凤凰",
        "金湖",
        "望城",
        "新会",
        "兴隆",
        "集美",
        "大新",
        "灵通",
        "安居",
        "海安",
        "通海",
        "永和",
        "天全",
        "平定",
        "万安",
        "崇信",
        "武功",
        "合作",
        "龙井",
        "大化",
        "金安",
        "民和",
        "安定",
        "互助",
        "共和",
        "南部",
        "北关",
        "双清",
        "定安",
        "安平",
        "博爱",
        "万全",
        "高安",
        "都安",
        "新安",
        "民权",
        "新民",
        "平原",
        "文安",
        "安全",
        "万年",
        "三江",
        "大通",
        "孝感",
        "资源",
        "天水",
        "天门",
        "百色",
        "东山",
        "西湖",
        "长子",
        "长治",
        "久治",
        "公安",
        "富裕",
        "普通",
        "通道",
        "惠民",
        "比如",
        "当阳",
        "应城",
        "如东",
        "开平",
        "安化",
        "大关",
        "开化",
        "上林",
        "西和",
        "交城",
        "交口",
        "方正",
        "富源",
        "保康",
        "南北",
        "正定",
        "中方",
        "成安",
        "中卫",
        "中牟",
        "新河",
        "新余",
        "开封",
        "保定",
        "大理",
        "大冶",
        "大足",
        "大余",
        "永修",
        "高要",
        "四会",
        "三明",
        "三门",
        "三水",
        "三原",
        "五河",
        "五常",
        "九江",
        "八步",
        "宁远",
        "阳光",
        "仁和",
        "仁寿",
        "仁化",
        "仁怀",
        "长岭",
        "长寿",
        "长春",
        "长丰",
        "长兴",
        "长顺",
        "长阳",
        "长宁",
        "长海",
        "宽城",
        "双城",
        "双流",
        "全南",
        "全州",
        "和县",
        "大名",
        "应县",
        "理县",
        "成县",
        "和田",
        "兴和",
        "青年",
        "长安",
        "宁国",
        "宁化",
        "平和",
        "平顺",
        "平利",
        "平武",
        "平遥",
        "南通",
        "南充",
        "南平",
        "南华",
        "南康",
    ]
)
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
        if named is None:
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
