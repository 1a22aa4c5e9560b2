"""Places a text may name, as candidates: names of GB/T 2260 that stand on word borders, joined from wide to narrow.

Whether a name is said as a place at all, and what the place is to the child, is for `roles` to judge: 资源, 平安 and 合作
are places and words. What cannot be one is left out here: a name across words (医保|定点), a street, a village.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Dict, FrozenSet, List, Optional, Sequence, Set, Tuple

from bot.nlu.sounds import sound
from bot.nlu.words import borders, tokenizer
from policies import places

_JOINT = re.compile("(?:省|市|区|县|州|的|下面的?|这边的?|，|,|、|\\s|-|/){0,3}")
_WAY = (
    "[东西南北中]{0,2}(?:[一二三四五六七八九十]|第[一二三])?"
    "(?:支?路(?![过费程途远由况读跑走来])|大?街(?!道办)|大道|道(?![歉理德听别具士教行])|巷|胡同|里弄|弄(?=[0-9里堂口]|$)|大桥)"
)
_ESTATE = (
    "[东西南北中新]?(?:广场|花[园苑]|[家嘉]园|苑|公寓|公馆|山庄|小区|新村|商[场城]|大厦|高速|地铁|号线|机场|(?:火车|高铁)站"
    "|[东西南北]站)"
)
_SCHOOL = (
    "(?:师范|医科|中?医药|财经|外国语|理工|农业|工业|科技|交通|民族|工程|职业|技术){0,3}大学(?![生城])|(?:师范|医)学院"
    "|师范|附[属中小]|(?:[二三四五六七八九十]|十[一二三四五六七八九])(?:中|小)(?![间午时年])|一(?:中|小)(?![间午时年学])"
)
_FIRM = (
    "(?:小吃|拉面|烤鸭|烧鸡|包子|米线|火锅|话(?!年)|菜(?!农)|人寿|财险|平安(?:保险|人寿|险)|联通|航空"
    "|(?:华润|农村?|商业?|工商|农业|建设|城市|村镇){0,2}(?:银行|商行|农信|信用社))"
)
_OF_ANOTHER_THING = re.compile(f"湾?(?:{_WAY}|{_ESTATE})|[寨屯]|村(?![里上口委])|{_SCHOOL}|{_FIRM}")
"""What makes a place's name the name of a street, an estate, a school, a bank, a village, a dish: the family is not there."""
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
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊"
    "金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段钱汤尹黎易常武乔贺赖龚文樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛韦毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左"
    "涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边"
)
_CALLED = re.compile(
    f"(?<![那这县市区镇乡村])(?<!地方|旮沓|以前|原来|后来)(?:[姓叫]|(?:大名|小名|学名|姓名|名字)[是叫:]?)[{_SURNAMES}]?$"
)
_CALLED_BY = re.compile("[的]?(?:医保局|社保局|那边|医院|窗口|社区|政府)")
"""“叫英德医保局的人来”: the bureau is called, nobody is named."""
_SIGNED = re.compile(
    "(?:^|[，,。.！!？?：: ]|我是|朋友|同学|邻居|同事)[王李张刘陈杨赵黄吴徐孙胡朱郭罗梁宋郑谢韩冯董曹袁邓许沈曾彭吕蒋蔡丁薛潘]$"
)
_SIGNED_AFTER = re.compile("来?问|想问|咨询|说|您好|你好")
"""“张南京问一下”: a surname and a place's name, and what only a person does."""
_BREAKS_A_WORD = re.compile("籍|人(?![民社才事寿工流均口家员数])|路过")
"""What ends a name although the dictionary takes both for one word (徐州人, 江苏籍, 南京路|过)."""
_OF_THERE = re.compile("滴(?=$|[，,。.；;！!？? ])")
"""“饿是天水滴”: 的 as it sounds; the dictionary knows 水滴."""
_AS_A_PLACE = re.compile("(?:[在住去到回来从是搬迁转归们家]|老家|户口|户籍|[省市州])$")
_AS_A_PLACE_AFTER = re.compile("[那这](?:边|里|头|儿|个?[县市区])")
_LIVING_IN = re.compile("(?:家|人|我们?|娃|住|老家|孩子)在$")
_SIGNS = "，,。.！!？?、 "
_FORMAL = "省市区县州旗盟"
_HEAD = 8
"""Characters before a name that say whether it is one."""
_FUNCTION = frozenset("你我他她它您咱的了不没去来在是哪那这太很都就也还有讲说走交办要给跟和咗嘅吗呢吧啊怎么啥咋几多少")
"""Characters of everyday talk: what holds one is no place misheard (你讲 is not 丽江)."""


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


_LISTED = (Path(__file__).parent / "place_words.txt").read_text("utf-8").split()
_WORDS: FrozenSet[str] = frozenset(word.lstrip("*") for word in _LISTED)
"""Names that are everyday words, or parts of one, as well: they need more evidence than others."""
_FIRST_A_WORD: FrozenSet[str] = frozenset(word[1:] for word in _LISTED if word.startswith("*"))
"""Those nobody takes for a place unless they are said as one (在平安, 资源县, 海东平安)."""


@lru_cache(maxsize=1)
def _longest() -> int:
    return max(map(len, places.names()))


@lru_cache(maxsize=1)
def _lengths() -> Dict[str, Tuple[int, ...]]:
    """First two characters → the lengths of the names that begin so, longest first: most places of a text begin none."""
    found: Dict[str, Set[int]] = {}
    for name in _known():
        found.setdefault(name[:2], set()).add(len(name))
    return {head: tuple(sorted(lengths, reverse=True)) for head, lengths in found.items()}


@lru_cache(maxsize=1)
def _around() -> Dict[str, FrozenSet[str]]:
    """Code → the codes of the places it lies in."""
    return {
        code: frozenset(up.adcode for up in places.chain(code)[1:])
        for codes in places.names().values() for code in codes
    }  # fmt: skip


def _inside(name: str, wide: Sequence[str]) -> List[str]:
    """The codes of a name that lie inside one of these places."""
    return [code for code in places.names().get(name, ()) if not _around()[code].isdisjoint(wide)]


@lru_cache(maxsize=1)
def _by_sound() -> Dict[str, str]:
    """Sound of a name of three characters or more of a province or city → the name."""
    found: Dict[str, str] = {}
    for name in places.names():
        meaning = places.meanings(name)
        if len(name) >= 3 and meaning and meaning[0].level in ("province", "city") and name[-1] not in "省市区县州盟":
            found[_sounds(name)] = name
    return found


@lru_cache(maxsize=1)
def _formal_by_sound() -> Dict[str, Tuple[str, ...]]:
    """Sound of a full name of three characters or more (宝应县) → the codes of the places that sound like it."""
    found: Dict[str, Dict[str, None]] = {}
    for name, codes in places.names().items():
        if len(name) >= 3 and name[-1] in _FORMAL:
            found.setdefault(_sounds(name), {}).update(dict.fromkeys(codes))
    return {key: tuple(codes) for key, codes in found.items()}


@lru_cache(maxsize=1)
def _first_sounds() -> FrozenSet[str]:
    """How the first two characters of all those names sound."""
    return frozenset("-".join(key.split("-")[:2]) for key in (*_by_sound(), *_formal_by_sound()))


def _sounds(text: str) -> str:
    return "-".join(sound(character) for character in text)


@lru_cache(maxsize=1)
def _alike() -> Dict[str, Tuple[str, ...]]:
    """Sound of a name of two or three characters → the codes of the places that sound like it."""
    found: Dict[str, Dict[str, None]] = {}
    for name, codes in places.names().items():
        if 2 <= len(name) <= 3:
            found.setdefault(_sounds(name), {}).update(dict.fromkeys(codes))
    return {key: tuple(codes) for key, codes in found.items()}


@lru_cache(maxsize=1)
def _every_first_sound() -> FrozenSet[str]:
    """How the first two characters of any name sound."""
    return _first_sounds() | {"-".join(key.split("-")[:2]) for key in _alike()}


@lru_cache(maxsize=1 << 13)
def _may_begin(pair: str) -> bool:
    """May a place's name begin with these two characters, as it is written or as it sounds? One pair in twelve does."""
    return pair in _lengths() or _sounds(pair) in _every_first_sound()


def _misheard_inside(before: NamedPlace, text: str, start: int, edges: FrozenSet[int]) -> Optional[NamedPlace]:
    """“江苏台州”: what follows a province or city and lies elsewhere sounds like a place inside it."""
    wide = [code for code in before.adcodes if code.endswith("00")]
    if not wide or len(before.adcodes) > 1 or not _JOINT.fullmatch(text[before.end : start]):
        return None
    for length in (3, 2):
        name = text[start : start + length]
        if len(name) < length or start + length not in edges or name in _PLAIN or not _strange(name):
            continue
        if _OF_ANOTHER_THING.match(text, start + length):
            continue
        inside = [
            code for code in _alike().get(_sounds(name), ())
            if any(up.adcode in wide for up in places.chain(code)[1:])
        ]  # fmt: skip
        if len(inside) == 1:
            return _join(before, text, start + length, (inside[0],), fuzzy=True)
    return None


def _strange(name: str) -> bool:
    """Is this no everyday word: the name of another place, or characters no dictionary puts together?"""
    return name in _known() or (not tokenizer().FREQ.get(name) and _FUNCTION.isdisjoint(name))


def _unheard(said: str) -> bool:
    """Is neither this nor what stands before its rank an everyday word (家乡县里 is not 嘉祥县)?"""
    return _strange(said) and not tokenizer().FREQ.get(said[:-1])


def _misheard_city(text: str, start: int, edges: FrozenSet[int]) -> Optional[NamedPlace]:
    """“我在真江”: two characters no dictionary knows, where a place is said, that sound like one city."""
    name, before = text[start : start + 2], text[max(start - _HEAD, 0) : start]
    if (
        len(name) < 2
        or start + 2 not in edges
        or not _SAID_BEFORE.search(before)
        or not _SAID_AFTER.match(text[start + 2 :])
    ):
        return None
    if not all("\u4e00" <= c <= "\u9fff" for c in name) or not _strange(name) or name in _known():
        return None
    cities = [code for code in _alike().get(_sounds(name), ()) if code.endswith("00")]
    return NamedPlace(start, start + 2, name, (cities[0],), fuzzy=True) if len(cities) == 1 else None


def find_places(text: str, within: Optional[str] = None) -> List[NamedPlace]:
    """Every place the plain text may name, left to right, joined (江苏苏州 is one mention).

    Args:
        within: the code of a province or city already known, which narrows names that several places share.
    """
    beginnings = [place for place in range(len(text) - 1) if _may_begin(text[place : place + 2])]
    if not beginnings:
        return []
    edges = borders(text)
    found: List[NamedPlace] = []
    done = 0
    for place in beginnings:
        if place < done:
            continue
        before = found[-1] if found else None
        named = _named_at(text, place, edges, before)
        if before is not None and place in edges and not (named and named.joined):
            named = _misheard_inside(before, text, place, edges) or named
        if named is None and place in edges:
            named = _misheard_city(text, place, edges)
            if named is not None:  # one that is misheard may begin a longer name
                found.append(named)
            continue
        if named is None:
            continue
        if before is not None and (_contradicts(before, named) or _lies_in(before, named, text)):
            done = named.end  # “湖南彬州”: the province counts, what follows was written wrong
            continue
        if named.joined:
            found.pop()
        elif not named.fuzzy:
            named = _meant(named, within)
        found.append(named)
        done = named.end
    return _with_context(found or _town_of_a_school(text, edges))


_NUMBERED = re.compile("第?[一二三四五六七八九十]{1,2}(?:小学?|中学?|幼儿?园?)(?![间午时年月岁])")


def _town_of_a_school(text: str, edges: FrozenSet[int]) -> List[NamedPlace]:
    """“荣成一小的班主任”: where a message names no other place, a county's numbered school is in that county.

    A city's may be anywhere (南京一小 has schools of its name elsewhere), and beside a place it says nothing of it.
    """
    for start in sorted(edges):
        for length in _lengths().get(text[start : start + 2], ()):
            name = text[start : start + length]
            codes = (
                places.names().get(name, ()) if len(name) == length and _NUMBERED.match(text, start + length) else ()
            )
            if len(codes) == 1 and not codes[0].endswith("00") and name not in _WORDS:
                return [NamedPlace(start, start + length, name, codes)]
    return []


def _contradicts(before: NamedPlace, named: NamedPlace) -> bool:
    """Is this a city or county written right behind a province it does not lie in?"""
    if named.joined or before.end != named.start or len(before.adcodes) != 1 or not before.adcodes[0].endswith("0000"):
        return False
    codes = places.names().get(named.text, ())
    return bool(codes) and not any(code.endswith("0000") for code in codes)


_WITHIN = re.compile(
    "(?:第?[一二三四五六七八九十]{1,3})?(?:中心|实验|初级|高级)*(?:小学|中学|初中|高中|幼儿园|学校|医院|卫生院|社区|街道|镇(?![上里])|乡(?!下))"
)


def _lies_in(before: NamedPlace, named: NamedPlace, text: str) -> bool:
    """“如皋市安定小学”: right behind a place, what is named like another is a school, a town or a quarter in it."""
    return not named.joined and before.end == named.start and _WITHIN.match(text, named.end) is not None


def _meant(named: NamedPlace, within: Optional[str]) -> NamedPlace:
    """A name by itself, with what it can mean."""
    meanings = places.meanings(named.text, within=within)
    cities = [p for p in meanings if p.level == "city"]
    if len(cities) == 1 and len(meanings) > 1 and within is None:
        meanings = cities  # 中山 alone is the city, not a district of another
    formal = len(named.text) > 2 and any(named.text == p.name for p in meanings)
    return replace(named, adcodes=tuple(p.adcode for p in meanings), formal=formal, word=named.text in _WORDS)


def _named_at(text: str, start: int, edges: FrozenSet[int], before: Optional[NamedPlace]) -> Optional[NamedPlace]:
    """The longest name that begins here: on a word's border, or right behind the place it lies in (湖南|岳阳)."""
    follows = before is not None and before.end == start
    on_border = start in edges
    after_in = (
        not on_border and _LIVING_IN.search(text[max(start - 4, 0) : start]) is not None
    )  # 家在|于都, which a dictionary cuts 在于|都
    if not on_border and not follows and not after_in:
        return None
    for length in _lengths().get(text[start : start + 2], ()):
        end = start + length
        name = text[start:end]
        if len(name) < length or name not in _known() or not _stands(text, start, end, edges):
            continue
        if (
            name[-1] == "市"
            and name[:-1] in _known()
            and _begins_inside(places.names()[name[:-1]], text, end - 1, edges)
        ):
            name = name[:-1]  # 青岛|市南区
        joined = _narrowed(before, name, text[before.end : start]) if before else ()
        if before and joined:
            return _join(before, text, start + len(name), joined)
        if (on_border or after_in) and (name not in _FIRST_A_WORD or _said_as_a_place(text, start, end)):
            return NamedPlace(start, start + len(name), name, ())
    return _by_its_sound(text, start, edges, before) if on_border else None


def _join(before: NamedPlace, text: str, end: int, codes: Tuple[str, ...], *, fuzzy: bool = False) -> NamedPlace:
    return NamedPlace(before.start, end, text[before.start : end], codes, formal=True, joined=True, fuzzy=fuzzy)


def _by_its_sound(text: str, start: int, edges: FrozenSet[int], before: Optional[NamedPlace]) -> Optional[NamedPlace]:
    """A long name that is written as it sounds (哈儿滨), or a full one (保应县, which is not 应县)."""
    if _sounds(text[start : start + 2]) not in _first_sounds():
        return None
    for end in (start + 4, start + 3):
        said = text[start:end]
        if end <= len(text) and end in edges and said[-1] in _FORMAL and said[:-1] not in _known() and _unheard(said):
            codes = _formal_by_sound().get(_sounds(said), ())
            if not {*_alike().get(_sounds(said[:-1]), ())} <= {*codes}:
                codes = ()  # 姜燕市 may be 姜堰, a district by now, as well as 简阳市
            if codes and not _OF_ANOTHER_THING.match(text, end):
                inside = [code for code in codes if before and not _around()[code].isdisjoint(before.adcodes)]
                if before and inside and _JOINT.fullmatch(text[before.end : start]):
                    return _join(before, text, end, tuple(inside), fuzzy=True)
                return NamedPlace(start, end, said, codes, formal=True, fuzzy=True)
        name = _by_sound().get(_sounds(said)) if end <= len(text) and end in edges else None
        if name is None or _OF_ANOTHER_THING.match(text, end):
            continue
        joined = _narrowed(before, name, text[before.end : start]) if before else ()
        if before and joined:
            return _join(before, text, end, joined, fuzzy=True)
        return NamedPlace(start, end, said, tuple(p.adcode for p in places.meanings(name)), fuzzy=True)
    return None


def _begins_inside(wide: Sequence[str], text: str, start: int, edges: FrozenSet[int]) -> bool:
    """Does the name of a place inside one of these begin right here (湖南|岳阳, 青岛|市南区)?"""
    return any(
        (end in edges or text[end - 1] in _FORMAL) and _inside(text[start:end], wide)
        for end in range(start + 2, min(start + _longest(), len(text)) + 1)
    )


@lru_cache(maxsize=1)
def _known() -> FrozenSet[str]:
    return frozenset(name for name in places.names() if len(name) > 1 and name not in ("全国", "国家", "中国"))


def _stands(text: str, start: int, end: int, edges: FrozenSet[int]) -> bool:
    """Does a name end here, and is it no part of a longer name of something or somebody?"""
    name = text[start:end]
    inner = _begins_inside(places.names()[name], text, end, edges)
    ranked = text[end : end + 1] in ("市", "县") and end + 1 in edges and name not in _WORDS and _was_ranked(name)
    whole = end in edges or inner or ranked or (name[-1] in _FORMAL and len(name) > 2)
    ends = _BREAKS_A_WORD.match(text, end) if name not in _WORDS else None
    if not (whole or ends or _OF_THERE.match(text, end)):
        return False
    return (inner or not _OF_ANOTHER_THING.match(text, end)) and not _of_a_person(text, start, end)


def _was_ranked(name: str) -> bool:
    """May an old rank follow this name (兴化县, a city by now)? Only a county's: 海南州 is not 海南, 本溪县 not 本溪."""
    return not any(code.endswith("00") for code in places.names()[name])


def _of_a_person(text: str, start: int, end: int) -> bool:
    """“我叫王海门”, “孩子叫南京”; no person is called 江苏省."""
    if end - start > 3:
        return False
    head = text[max(start - _HEAD, 0) : start]
    if _CALLED.search(head):
        return not _CALLED_BY.match(text, end)
    return bool(_SIGNED.search(head) and _SIGNED_AFTER.match(text, end))


def _said_as_a_place(text: str, start: int, end: int) -> bool:
    said = _AS_A_PLACE.search(text[max(start - _HEAD, 0) : start]) or _AS_A_PLACE_AFTER.match(text, end)
    alone = (start == 0 or text[start - 1] in _SIGNS) and text[end : end + 1] in ("", "的", *_SIGNS)
    return bool(said) or (alone and text[start:end] != "比如")


def _narrowed(before: NamedPlace, name: str, between: str) -> Tuple[str, ...]:
    """The codes of `name` that lie inside the place named just before; empty when it is another place."""
    if not _JOINT.fullmatch(between):
        return ()
    inside = _inside(name, before.adcodes)
    cities = {code[:4] for code in inside if code.endswith("00")}
    return tuple(code for code in inside if code.endswith("00") or code[:4] not in cities)


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
