"""One spelling for features: width, traditional characters, emoji, repeated punctuation and filler words.

Only features see the result; facts keep the offsets of the text as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC

_EMOJI = re.compile("[\U0001f000-\U0001faff\U00002600-\U000027bf\ufe0f\u200d]|\\[[\u4e00-\u9fff]{1,3}\\]")
_REPEATED = re.compile(r"([^\w\s])\1+")
_SPACE = re.compile(r"\s+")
_BETWEEN_CHINESE = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_FILLER = re.compile(
    "(?:^|(?<=[，,。！？!?；;\\s]))(?:嗯+|呃+|额额+|哎呀|哎哟|哎|唉|那个啥|就是说|怎么说呢|话说|麻烦问一下|麻烦问下|请问一下|请问下|想问一下|想问下|问一下)"
    "[,，、…\\s]*"
)
_GREETING = re.compile(
    r"^(?:(?:尊敬的)?(?:领导|各位领导|书记|市长|局长|老师|客服|亲|医生)?(?:您好|你好|恁好|你们好)[呀啊哦吖]?|喂|哈喽|hello|hi)[,，。.!！:：、~\s]*"
)
_THANKS = re.compile(
    r"[,，。.!！、~\s]{0,8}(?:(?:非常|万分|十分|特别|实在|太|真的?|先|多多){0,4}(?:感谢|谢谢|谢了)|多谢|辛苦了)[你您啦了哈呀哦啊们]*[,，。.!！~\s]*$"
)
_ACKNOWLEDGED = re.compile(
    "(?:ok|好|嗯|行|中|得|哦|噢|对|是|收到|可以|我|都|知道|明白|清楚|懂|晓得|了解|原来|如此|这样|[了的滴啊呀哈吧嘞哒呢咧,，。.!！~ ])+"
)
"""“知道了，谢谢”: the thanks are what it says."""
_PLACE_CODE = re.compile(r"(?<![a-z0-9])[a-z]\d{0,2}(?:省|市|县|区|州|镇|乡|村|旗)")
ANY_PLACE = "☷"
"""Stands for a place in what features see: which town is said tells nothing about what is asked."""


@lru_cache(maxsize=1)
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


_ONLY_IN_WORDS = frozenset("瞭覆藉沈衹牴")
"""Characters that stay by themselves and are simplified in some words (瞭解, 答覆, 藉口)."""


@lru_cache(maxsize=1 << 14)
def _traditional(character: str) -> bool:
    """May a text with this character be simplified to another? Few messages hold one, and OpenCC parses each anew."""
    return character in _ONLY_IN_WORDS or _simplifier().convert(character) != character


_QIAN = re.compile("乾(?=[安县縣隆坤])")
"""The one character of places' names that is a traditional one (of 干) in other words: 乾县 and 乾安 keep theirs."""


@lru_cache(maxsize=64)
def simplify(text: str) -> str:
    """Traditional characters as simplified ones, character for character (offsets stay)."""
    if not any(map(_traditional, text)):
        return text
    plain: str = _simplifier().convert(text)
    if len(plain) != len(text):
        return text
    kept = {match.start() for match in _QIAN.finditer(text)}
    return "".join("乾" if place in kept else c for place, c in enumerate(plain)) if kept else plain


@lru_cache(maxsize=64)
def normalise(text: str) -> str:
    """The text as features see it. Never empty for a text that has any letter or digit."""
    text = simplify(unicodedata.normalize("NFKC", text)).lower()
    text = _EMOJI.sub("", text)
    text = _BETWEEN_CHINESE.sub("", _SPACE.sub(" ", text)).strip()
    text = _REPEATED.sub(r"\1", text)
    return _without_courtesy(_PLACE_CODE.sub(ANY_PLACE, text))


def _without_courtesy(text: str) -> str:
    """Without fillers, greeting and thanks around a message that has something else to say.

    “你好没用啊” is a complaint and “不了谢谢” a refusal; a greeting alone stays one, and so do thanks for what was understood.
    """
    for courtesy in (_FILLER, _GREETING, _THANKS):
        shorter = courtesy.sub("", text).strip()
        if sum(c.isalnum() for c in shorter) >= 2 and not (courtesy is _THANKS and _ACKNOWLEDGED.fullmatch(shorter)):
            text = shorter
    return text


LEAST_QUESTION = 12
"""Characters a question needs to be understood without the clause before it."""
_CLAUSE_END = re.compile(r"[。！？!?；;\n]|[,，](?=.{6,})")
_ASKING = re.compile(
    "吗|呢|么|怎么|咋|啥|什么(?!都|事都)|多少|(?<![前好十这那过])几(?!个部门|口人|趟)|哪|能不能|可不可以|是不是|有没有|要不要|行不行"
    "|可以.{0,6}$|如何|为何|为什么|是否|请问|求"
)
_QUESTION_MARKS = "？?"


LETTER = 36
"""Characters from which a text may be a story with a question in it."""


def question_part(text: str, shortest: int = LETTER, least: int = LEAST_QUESTION) -> str:
    """The clauses of a long letter that carry the question; a text under `shortest` characters comes back whole.

    A story before the question drowns it, and a polite end after it too. Kept are the last sentences that end with a
    question mark; of those, or of a letter without any, the last run of asking clauses. Where that has fewer than
    `least` characters (“即时生效？三个月？”) what stands before it says what is meant and is kept too.
    """
    if len(text) < shortest:
        return text
    asked = _asked_sentences(text, least)
    if asked is None:
        return _asking_clauses(text, least, ends_asking=False)
    return asked if len(asked) < shortest else _asking_clauses(asked, least, ends_asking=True)


def _asked_sentences(text: str, least: int) -> str | None:
    """The last run of sentences with a question mark, with what stands before a short one; None without any."""
    said = [part for part in _SENTENCE.findall(text) if any(c.isalnum() for c in part)]
    asking = [i for i, part in enumerate(said) if part[-1] in _QUESTION_MARKS]
    if not asking:
        return None
    last = first = asking[-1]
    while first > 0 and said[first - 1][-1] in _QUESTION_MARKS:
        first -= 1
    while first > 0 and sum(map(len, said[first : last + 1])) < least:
        first -= 1
    return "".join(said[first : last + 1])


def _asking_clauses(text: str, least: int, *, ends_asking: bool) -> str:
    clauses = [c for c in _CLAUSE_END.split(text) if c and c.strip()]
    asking = [i for i, clause in enumerate(clauses) if _ASKING.search(clause)]
    if ends_asking:
        asking = sorted({*asking, len(clauses) - 1})
    if not asking:
        return text
    first = last = asking[-1]
    while first - 1 in asking:
        first -= 1
    while first > 0 and sum(map(len, clauses[first : last + 1])) < least:
        first -= 1
    return ",".join(clauses[first : last + 1])


_SENTENCE = re.compile("[^。！!？?；;\n]*(?:[。！!？?；;\n]|$)")
_SENTENCE_END = re.compile("[。！!？?；;\n]")


def sentences(text: str) -> list[str]:
    """The sentences of a letter, each of which may be the question."""
    return [part for part in map(str.strip, _SENTENCE_END.split(text)) if sum(c.isalnum() for c in part) >= 2]
