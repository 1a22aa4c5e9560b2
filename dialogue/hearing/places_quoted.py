"""Whose word a place is: somebody who is there, or speaks of it, is quoted, and nobody moved."""

from __future__ import annotations

import re

from dialogue.facts import PLACES
from dialogue.hearing.place_said import IS_OURS, MOVING, PlaceSaid
from dialogue.reading import Mention
from policies import places

SOMEBODY = (
    "[妈爸爷奶公婆姥姐妹哥弟姑姨舅叔伯嫂娭毑嗲娘]|同事|朋友|邻居|同学|亲戚|人家|他们|她们|别人|有人|佢|群里|网上|隔壁"
)
"""Who may be quoted."""
SAID_BY = re.compile(
    f"(?:{SOMEBODY}|工友|都)"
    "[^，,。；;！!？? ]{0,3}(?:讲|说|话|告诉我)(?:他们|她们|人家|那边|老家|娘家|婆家)?的?$"
    "|听(?:说|讲|人说|人讲|(?:同事|朋友|邻居|人家|别人)[说讲])(?:他们|她们|人家)?$"
)
"""Before a place: somebody else says something of it (“我婆婆讲江西二月底都行”)."""
_THEY_SAY = re.compile(
    "(?:个|的|嘅|那边的?|那里的?|那头的?|家的?)?[^，,。；;！!？? ]{0,3}"
    "(?:妈|爸|爷|奶|公|婆|姥|姐|妹|哥|弟|姑|姨|舅|叔|伯|嫂|娘|同事|工友|工头|朋友|邻居|同学|亲戚|老乡|月嫂|护士|网友|群友|家长|闺蜜|人家?)"
    "[^，,。；;！!？? ]{0,3}(?:说|讲|话|告诉)(?!错|岔)"
    "|(?:的|人|那边的)[，, ]{0,2}(?:她|他|佢|伊)(?:们)?(?:说|讲|话|告诉)(?!错|岔)"
)
"""Behind a place: somebody there says something (“江苏的同学说过了90天就没了”)."""
_NUMBER = "[0-9一二三四五六七八九十百千万]"
_SAID_OF_THERE = re.compile(
    "(?:那边|那头|那里)?的?(?:那个?|有个)(?:哥们|姐们|兄弟|朋友|同事|亲戚|邻居|同学|老乡|网友|人)"
    f"[^，,。；;！!？? ]{{0,6}}[交缴][^，,。；;！!？? ]{{0,3}}{_NUMBER}"
    f"|(?:那边|那头|那里)?(?:是|才|要|收){_NUMBER}+(?:块|元|个月|天|年)?(?:吧|啊|呀|嘛|呢|的|耶|[，, ]|$)"
)
"""Behind a place: what it is said to be there."""
_OUR = re.compile("(?:我们?|咱们?|俺们?|这边|这里)(?:家|是|在)?$")
"""Before a place: it is the speaker's own."""


def their_word(text: str, place: Mention) -> bool:
    """Does somebody who is at a place say something (“嘉善个小姑讲”, “月嫂江苏的，她说”)?"""
    before = text[: place.start]
    ours = IS_OURS.search(before) or MOVING.search(before)  # “我在苏州同事说”, “搬到苏州了同事说要重新交”
    return place.said and ours is None and _THEY_SAY.match(text, place.end) is not None


def only_quoted(place: PlaceSaid) -> bool:
    """“江苏的同学说过了90天就没了，我现在第几天”: whose word it is, is told; what is asked is of here."""
    if place.here is None or place.told.corrects or not places.apart(place.here, place.code):
        return False
    return _beside_our_own(place, place.here) or _pays_there(place) or their_word(place.text, place.mention)


def asks_what_holds_there(place: PlaceSaid) -> bool:
    """Of a place that is only quoted: is that doubted (“真的吗”), so that what holds there is told as well?"""
    if place.here is None or _beside_our_own(place, place.here):
        return False
    return _pays_there(place) or place.reading.does("challenge", "verdict", "compare")


def _beside_our_own(place: PlaceSaid, here: str) -> bool:
    """“江苏能，咱山东为啥不能”: a place held against the own one, which is asked of."""
    if place.preceded_by(_OUR):
        return False
    others = (m for m in place.reading.of(*PLACES) if m is not place.mention and m.value and len(m.value) == 1)
    return any(not places.apart(str(m.value[0]), here) and _OUR.search(place.text[: m.start]) for m in others)


def _pays_there(place: PlaceSaid) -> bool:
    """“烟台那哥们交四百啊”, “江苏是5000吧”: what it is said to be there, told by a family that is here."""
    return place.followed_by(_SAID_OF_THERE)
