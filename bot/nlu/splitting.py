"""The parts of a message that may each be a question of their own."""

from __future__ import annotations

import re

_NUMBERED = re.compile(
    r"(?:[（(][1-9一二三四五六七八九][)）]|(?:^|[\s，,。；;\n])(?:[1-9一二三四五六七八九][、.．)）:：]|第[一二三四五六1-6](?:个问题|个|点|，|,|、))|[①-⑨])\s*"
)
_SENTENCES = re.compile(
    r"[？?。！!；;\n]+|[，,、\s]{0,4}(?:还有(?:就是)?|另外|再问(?:一下|下)?|顺便(?:问)?|以及|第二(?:个问题)?|其次)[，,：:]?"
)
_CLAUSES = re.compile("[，,]")
_ASKS = re.compile("吗|呢|么|怎么|咋|啥|什么|多少|几|哪|能不能|可不可以|是不是|有没有|要不要|行不行|可以|如何|多久")


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
