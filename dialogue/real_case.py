"""Back from a supposition to the child as it is: “不假比了，真的那个再报一道”, “还是7号那个，我再确认下日子”."""

from __future__ import annotations

import re
from dataclasses import replace

from dialogue.answering import give
from dialogue.question_groups import BY_WHEN, PAYMENTS
from dialogue.reply import Reply
from dialogue.state import DialogueState
from dialogue.turn import Situation
from dialogue.words import words
from policies.library import default

_BACK = re.compile(
    "不(?:再)?(?:假|打)比|不假设|不(?:瞎|乱)想|想多了"
    "|(?:我|刚才|前面)?(?:打|举)(?:个|的)?(?:比方|例子)(?:哈|而已|罢了|的|呢)?[，, ]"
    "|(?:真的|实际|原来|自家|自己家?|我家|我屋里)的?(?:那|这)个|说回(?:真|来|我)"
    "|还是(?:原来|刚才|先前|[0-9一二三四五六七八九十]{1,3}号)的?那个"
)
_OF_DAYS = re.compile("日子|几[天号日时]|哪[天日]|最[晚迟]|截止|期限|还剩|剩[几多好]|来得及|到头")
_FOR_EXAMPLE = re.compile(
    "(?:给我?|帮我?|你)(?:来|打|举)|(?:打|举)(?:个|一个)?(?:比方|例子)(?:听|讲|说|看|行不|吧|呗|嘛)"
)


def comes_back(s: Situation) -> bool:
    """Was something supposed in the last answer, and does the message leave that without telling anything new?"""
    standing = s.before.standing
    if standing is None or not standing.supposed or _FOR_EXAMPLE.search(s.reading.text):
        return False
    known = s.before.facts_of(s.state.child)
    new = {name for name, value in s.heard.told.items() if known.get(name) != value}
    asks = any(label in default().questions and label != standing.intent for label in s.reading.labels)
    return not (asks or new or s.heard.supposed or s.heard.place) and _BACK.search(s.reading.text) is not None


def as_it_is(s: Situation) -> tuple[DialogueState, list[Reply]]:
    """The standing answer without what was supposed; asked for days, the limit."""
    assert s.before.standing is not None
    standing = replace(s.before.standing, supposed={}, child=s.state.child)
    if _OF_DAYS.search(s.reading.text) and standing.intent not in PAYMENTS:
        standing = replace(standing, intent=BY_WHEN)
    return give(s.state, standing, s.today, lead=words("again"))
