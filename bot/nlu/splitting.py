"""The parts of a message: those that may each be a question of their own, and the stretches a letter is read in."""

from __future__ import annotations

import re

_NUMBERED = re.compile(
    r"(?:[（(][1-9一二三四五六七八九][)）]|(?:^|[\s，,。；;\n])(?:[1-9一二三四五六七八九][、.．)）:：]|第[一二三四五六1-6](?:个问题|个|点|，|,|、))|[①-⑨])\s*"
)
_SENTENCES = re.compile(
    r"[？?。！!；;\n]+|(?<=[^说问想知什怎][不吗呢没嘛么])\s+(?=\S{4})|[，,、\s]{0,4}(?:还有(?:就是)?|另外|再问(?:一下|下)?|顺便(?:问)?|以及|第二(?:个问题)?|其次)[，,：:]?"
)
_CLAUSES = re.compile(r"[，,、]|\s+")
_ASKS = re.compile(
    "[不没](?=$|\\s)|吗|呢|么|怎么|咋|啥|什么|多少|几|哪|能不能|可不可以|是不是|有没有|要不要|行不行|可以|如何|多久|多长时间|[能可是]否|有无|[何几]时"
)
_STOPS = re.compile(r"[。！？；!?;\n]")
_PAUSES = re.compile(r"[，,、\s]")
LONG, STRETCH, CRUMB = 30, 40, 12
"""Characters: from which a message is read in stretches, those of a stretch, and of what is too little for one. Chosen
on the examination."""


_AND, _ASKED, _ENDS = re.compile("[与及和、/]"), re.compile("^(?:想?问|咨询|查)"), " ，,。；;？?"
NOUN, MOST_NOUNS = 6, 3
"""Characters of a noun, and how many of them."""


def stretches(plain: str) -> list[tuple[int, int]]:
    """Where the stretches of a long message begin and end: its sentences, long ones cut at a pause, crumbs joined to
    their neighbour. A short message is one stretch."""
    if len(plain) < LONG:
        return [(0, len(plain))]
    found: list[tuple[int, int]] = []
    begin = 0
    for end in [*(stop.end() for stop in _STOPS.finditer(plain)), len(plain)]:
        while end - begin > STRETCH * 3 // 2:
            pauses = [pause.end() for pause in _PAUSES.finditer(plain, begin + STRETCH // 2, begin + STRETCH)]
            cut = pauses[-1] if pauses else begin + STRETCH
            found.append((begin, cut))
            begin = cut
        if end > begin:
            found.append((begin, end))
            begin = end
    joined: list[tuple[int, int]] = []
    for begin, end in found:
        crumb = bool(joined) and (end - begin < CRUMB or joined[-1][1] - joined[-1][0] < CRUMB)
        if crumb and end - joined[-1][0] <= STRETCH * 3 // 2:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return joined


def asks_in(text: str) -> bool:
    """Does a text ask anything by its words?"""
    return _ASKS.search(text) is not None


def questions_in(text: str) -> list[str]:
    """The parts of a message that may each be a question of their own; one part when it is a single question."""
    numbered = [part.strip() for part in _NUMBERED.split(text) if len(part.strip()) >= 3]
    if len(numbered) > 1:
        return numbered
    parts = [part.strip() for part in _SENTENCES.split(text) if len(part.strip()) >= 3]
    asking: list[str] = []
    for part in parts:
        clauses = [c for c in _CLAUSES.split(part) if c.strip()]
        if len(clauses) > 1 and sum(1 for c in clauses if _ASKS.search(c)) > 1:
            asking += _joined(clauses)
        else:
            asking.append(part)
    return [part for part in asking if _ASKS.search(part)] if len(asking) > 1 else asking


def nouns_in(text: str) -> list[str]:
    """The nouns that notes end in, joined by “and” (“…，问最晚与起报日。”); the whole text when it ends otherwise."""
    last = re.split(r"[，,。；;：:\s]", text.rstrip(_ENDS))[-1]
    nouns = _AND.split(_ASKED.sub("", last, count=1))
    told = last != text.rstrip(_ENDS) and not _ASKS.search(last) and len(nouns) <= MOST_NOUNS
    return nouns if told and all(2 <= len(noun) <= NOUN for noun in nouns) else [text]


def _joined(clauses: list[str]) -> list[str]:
    """Clauses that ask, each with the telling clauses before it."""
    found: list[str] = []
    telling: list[str] = []
    for clause in clauses:
        telling.append(clause)
        if _ASKS.search(clause):
            found.append("，".join(telling))
            telling = []
    return found
