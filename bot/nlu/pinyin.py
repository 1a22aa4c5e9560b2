"""Messages in pinyin (“yangzhou de baobao 1yue10hao sheng, yibao zenme ban”) as the characters they stand for.

Letters are cut into syllables, as few as possible; the likeliest row of characters of these syllables is found with the
counts of neighbouring characters that mend homophones. Cities and provinces are looked up, and only where one alone is
spelled so: 苏州 and 宿州 are both suzhou, and nobody's place is guessed. English stays as it is.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Dict, List, Optional, Tuple

from pypinyin import Style, lazy_pinyin, pinyin

from bot.nlu.features import ANY_DAY
from bot.nlu.homophones import LONGEST, HomophoneCorrector
from bot.nlu.normalise import ANY_PLACE
from policies import places

LEAST = 2
"""Syllables a message needs to be taken for pinyin."""
MOST, LONGEST_SYLLABLE = 80, 6
"""Syllables and signs of a message, letters of a syllable."""
_SHORT_FOR = {
    "bb": "宝宝", "yb": "医保", "hk": "户口", "wx": "微信", "zfb": "支付宝", "sfz": "身份证", "xse": "新生儿", "jf": "缴费",
}  # fmt: skip
"""Initials that parents write for what they speak of here; others are guessed from their neighbours."""
_UNITS = {"nian": "年", "yue": "月", "hao": "号", "ri": "日", "tian": "天", "sui": "岁", "kuai": "块", "yuan": "元"}
_COUNTED = re.compile(
    f"(?P<n>[0-9一二三四五六七八九十]) ?(?:(?P<months>ge ?yue)|(?P<unit>{'|'.join(_UNITS)}))(?![a-z])", re.I
)
_TOKENS = re.compile(r"(?P<word>[A-Za-züÜ]+)|(?P<day>[0-9]+(?:[年月日号./-][0-9]*)+)|(?P<other>[^\s'])")
_INITIALS = re.compile("[b-df-hj-np-tv-z](?:[b-df-hj-np-tv-z]{0,3}|[a-z]{1,2})")
"""yb, hk, jfd, xse: initials of words."""
_KEPT = frozenset("app vip qq ok id icu nicu pos atm wifi wechat alipay ct b2b".split())  # noqa: SIM905
"""What is written so in Chinese sentences as well."""
_CHINESE = re.compile("[\u4e00-\u9fff]")
_MOST_OF_A_PLACE = 4

SELDOM_READ = math.log(0.02)
"""Log-odds of a reading that is not the character's usual one."""

ONE_CITY, ONE_COUNTY = math.log(1 / 400), math.log(1 / 3000)
"""How likely a place that is said is this one."""
_MOST_PLACES = 3
_NEAR_A_COUNTY = frozenset(("de", "zai", "ren", "zhe", "shi"))
"""“kunshan de …”, “zai kunshan”: there are three thousand counties, and wanan is good night."""

Choice = List[Tuple[str, str, float]]
"""What may stand in one place: as the counts know it, as it is written, and its log-odds."""


@dataclass(frozen=True)
class Spelling:
    """A syllable with its characters, or a sign with none; `word`: the letters of the word that it begins. An initial alone may be any
    character that begins so."""

    letters: str
    characters: Dict[str, float] = field(default_factory=dict)
    word: str = ""
    of_initial: bool = False


def spelled(message: str, corrector: HomophoneCorrector) -> Optional[str]:
    """The message in characters; None when it is not in pinyin, or too long for it."""
    if len(message) > LONGEST or not re.search("[A-Za-z]{2}", message):
        return None
    counted = _COUNTED.sub(lambda m: m["n"] + ("个月" if m["months"] else _UNITS[m["unit"].lower()]), message)
    alphabet = characters_of(corrector)
    parts: List[Spelling] = []
    for token in _TOKENS.finditer(counted):
        word = token["word"] or ""
        letters = word.lower()
        kept = word.isupper() or letters in _KEPT
        syllables = [] if kept else _cut(letters, alphabet)
        if syllables:
            parts += [Spelling(one, alphabet[one], word=letters if at == 0 else "") for at, one in enumerate(syllables)]
        elif letters in _SHORT_FOR:
            parts += [Spelling(one) for one in _SHORT_FOR[letters]]
        elif not kept and _INITIALS.fullmatch(letters):
            parts += [Spelling(one, alphabet.get(f"{one}…", {}), of_initial=True) for one in letters]
        elif not word or kept:
            parts.append(Spelling(letters or token[0]))
        else:
            return None  # English
    several = sum(1 for part in parts if part.characters and not part.of_initial)
    if not LEAST <= several <= len(parts) <= MOST or len(_CHINESE.findall(counted)) > several:
        return counted if counted != message else None
    return _likeliest(parts, corrector)


def _likeliest(parts: List[Spelling], corrector: HomophoneCorrector) -> str:
    """With every place that may be meant, and as if it were words: 户口 is likelier than 湖口."""
    taken: List[Tuple[int, int, str, float]] = []
    at = 0
    tried = 0
    while at < len(parts):
        found = _place_at(parts, at) if tried < 2 * _MOST_PLACES else None
        if found is None:
            at += 1
            continue
        tried += 1
        name, length, odds = found
        without = corrector.likeliest(_choices(parts, taken))
        place = (at, length, name, odds)
        meant = corrector.likeliest(_choices(parts, [*taken, place])) > without and len(taken) < _MOST_PLACES
        if meant:
            taken.append(place)
        at += length if meant else 1
    return corrector.likeliest(_choices(parts, taken))[1]


def _choices(parts: List[Spelling], taken: List[Tuple[int, int, str, float]]) -> List[Choice]:
    begun = {at: (length, name, odds) for at, length, name, odds in taken}
    found: List[Choice] = []
    at = 0
    while at < len(parts):
        length, name, odds = begun.get(at, (1, "", 0.0))
        letters, characters = parts[at].letters, parts[at].characters
        if name:
            found.append([(ANY_PLACE, name, odds)])
        elif characters:
            found.append([(one, one, price) for one, price in characters.items()])
        else:
            found.append([(ANY_DAY if len(letters) > 1 and letters[0].isdigit() else letters, letters, 0.0)])
        at += length
    return found


def _place_at(parts: List[Spelling], at: int) -> Optional[Tuple[str, int, float]]:
    """What is spelled here as one word, or a city in syllables: its name, how many syllables, how likely it is said.

    Where several places are spelled so it stays in letters.
    """
    for length in range(_MOST_OF_A_PLACE, 0, -1):
        some = parts[at : at + length]
        letters = "".join(part.letters for part in some)
        if len(some) < length or not all(part.characters and not part.of_initial for part in some):
            continue
        near = {part.letters for part in (*parts[max(0, at - 1) : at], *parts[at + length : at + length + 1])}
        whole = some[0].word == letters and letters in _places(False) and bool(near & _NEAR_A_COUNTY)
        if whole or (length > 1 and letters in _places(True)):
            of_cities = letters in _places(True)
            name = _places(True)[letters] if of_cities else _places(False)[letters]
            return name or letters, length, ONE_CITY if of_cities else ONE_COUNTY
    return None


def _cut(letters: str, alphabet: Dict[str, Dict[str, float]]) -> List[str]:
    """As few syllables as make these letters; none when they do not."""
    best: List[Optional[List[str]]] = [[]]
    for end in range(1, len(letters) + 1):
        ways = [
            [*before, letters[start:end]]
            for start in range(max(0, end - LONGEST_SYLLABLE), end)
            if (before := best[start]) is not None and letters[start:end] in alphabet
        ]
        best.append(min(ways, key=len) if ways else None)
    return best[-1] or []


@lru_cache(maxsize=2)
def characters_of(corrector: HomophoneCorrector) -> Dict[str, Dict[str, float]]:
    """Syllable without tone → the characters of our sentences that are read so, with the log-odds of that reading; “h…” → those
    that begin so."""
    found: Dict[str, Dict[str, float]] = defaultdict(dict)
    for character in corrector.characters():
        usual = lazy_pinyin(character)[0]
        for syllable in {usual, *pinyin(character, style=Style.NORMAL, heteronym=True)[0]}:
            found[syllable.replace("ü", "v")][character] = 0.0 if syllable == usual else SELDOM_READ
        found[f"{usual[:1]}…"][character] = 0.0
    return dict(found)


@lru_cache(maxsize=2)
def _places(cities: bool) -> Dict[str, str]:
    """Letters → the one place, or the one city or province, that is spelled so; empty where several are (苏州, 宿州)."""
    found: Dict[str, set[str]] = defaultdict(set)
    for name, codes in places.names().items():
        if 2 <= len(name) <= _MOST_OF_A_PLACE and (not cities or any(code.endswith("00") for code in codes)):
            found["".join(lazy_pinyin(name)).replace("ü", "v")].add(name)
    return {letters: names.pop() if len(names) == 1 else "" for letters, names in found.items()}
