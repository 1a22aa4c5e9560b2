"""Whose a mention is: another family's beside one's own, the child named last, the parent's own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Dict, Mapping

import numpy as np

from bot.nlu import separators
from bot.nlu.barred_roles import BORN_THERE, NEW_CHILD
from bot.nlu.mentions import Candidate
from bot.nlu.role_names import CHILD_LABELS, LABELS, LIST_WORDS, NAMED, PAUSE, STOP, is_pupil, is_role
from dialogue.reading import STRANGER
from dialogue.vocabulary import OWNERS

_SUBJECT = re.compile("(?:一?家|他?们|那家|两口子|人)*(?:都|也|就|是|人)*(?:在|住在?|搬到了?|回了?|嫁到了?|的)")
_ONLY_OTHERS = np.where([name == STRANGER for name in ("", *OWNERS, NAMED)], 0.0, -20.0)
_OTHER_HOUSEHOLDS = ("舅舅", "姑姑", "叔叔", "阿姨", "大伯", "亲友")
_NOT_INSURED = np.where([name == "insured" for name in LABELS["role"]], -20.0, 0.0)
_OURS = re.compile(
    "(?:我|咱|俺|我们|咱们)(?:家|自己家?)?(?:的|这|那)?(?:个|边)?(?:娃|孩子|宝宝|宝贝|儿子|女儿|闺女|丫头|小子|崽|大的|小的|老[大二三幺]|在|就|也|是|住|这)|我家"
)
_OUR_HOUSEHOLD = re.compile("[我俺咱]们?自己?家(?:的|这|那)")
_THEIRS = re.compile("(?:她|他|人|她们|他们)家(?:的|那|那个)?(?:娃|孩子|宝宝|儿子|女儿|闺女|丫头|小子|小孩)")
_THEIRS_TOO = re.compile("(?:她|他|人家)(?:家)?(?:的|那|那个)?(?:娃|孩子|宝宝|儿子|女儿|闺女|丫头|小子|小孩|崽)")
"""The same where somebody of another household stands before it: “我姐在宁波，她娃…”."""
_SIBLING_IN = re.compile(
    "[我俺](?:的|家)?(?:[大小二三四亲老])?(?:姐|妹|弟|哥|嫂|姑|姨|舅|叔|伯|婶)(?:儿|子|妹|姐|弟|哥)?(?:家|他们|她们)?(?:人|都|就|也|是|住)?在$"
)
"""Before a place, where the lexicon knows no such relative: “我妹儿在常州，娃儿11月1号生的”."""
_SCOPE = 4.0
"""What the last subject counts for whose something is, in log-odds; chosen on the examination."""


def _of_whom(text: str, candidates: Sequence[Candidate], told: Sequence[Mapping[str, np.ndarray]]) -> np.ndarray:
    """Whose talk it is at the next candidate: after “同事家” rather theirs, after “我家” rather not."""
    here = candidates[len(told)]
    theirs = max((c.end for c, odds in zip(candidates, told) if another(odds)), default=-1)
    siblings = [
        c.end for c in candidates[: len(told)]
        if c.kind == "place" and _SIBLING_IN.search(text[max(c.start - 12, 0) : c.start]) and not BORN_THERE.match(text, c.end)
    ]  # fmt: skip
    theirs = max([theirs, *siblings])
    others = _THEIRS_TOO if any(_of_other_household(c) for c in candidates[: len(told)]) else _THEIRS
    theirs = max((match.end() for match in others.finditer(text, 0, here.start)), default=theirs)
    own = theirs < 0 and _OUR_HOUSEHOLD.search(text, 0, here.start) is not None
    if (theirs < 0 and not own) or here.kind in ("stranger", "person", "child"):
        return np.zeros(len(LABELS["owner"]))
    ours = max((match.end() for match in _OURS.finditer(text, 0, here.start)), default=0 if own else -1)
    return np.where([name == STRANGER for name in LABELS["owner"]], _SCOPE if theirs > ours else -_SCOPE, 0.0)


BIG, SMALL = "大的", "小的"
_NEW_CHILD_BEFORE = re.compile(
    "又(?:添|生|得)了?(?:一?个)?(?:大?胖)?(?:儿子|女儿|闺女|小子|丫头|千金|娃|宝宝|孙子|孙女)[，, ]{0,2}$"
)
_OWNERS_AT = {name: place for place, name in enumerate(LABELS["owner"])}


def of_labels_named(candidates: Sequence[Candidate]) -> np.ndarray:
    """Where a message calls a child by its label, nothing in it is of a child of another label."""
    named = {str(c.thing.value) for c in candidates if c.kind == "child"} & CHILD_LABELS
    return np.array(
        [-_SCOPE if named and name in CHILD_LABELS and name not in named else 0.0 for name in LABELS["owner"]]
    )


_OF_ALL = re.compile(
    "[俩仨]|都在|都是|[两二三几]个(?!多?月|半|星期|礼拜|学期)|家[在住]|一起|一块|双胞胎|龙凤胎|[他她我咱]们|姐弟|兄妹|姐妹|兄弟|全家|[我咱俺]家|每个"
)
"""In a clause: it is said of all the children, or of the family."""
_IN_PASSING = re.compile("[跟比和接送带像随给帮陪离与]$")
"""Before a child: it is only spoken of beside another (“接老大放学顺路交的”)."""
_MADE = ("paid", "registered", "deducted", "hukou")
_ALL_ALIKE = re.compile("都|同|一起")
_MYSELF_TOLD = re.compile("[我俺咱]自己(?!家)|本人")
"""From there on it is of the parent."""


def of_last_named(
    text: str, candidates: Sequence[Candidate], told: Sequence[Mapping[str, np.ndarray]], index: int
) -> np.ndarray:
    """Where a message tells of one child after the other, what is nobody's is of the one named last.

    “老大2014年生，19到21都交过。老二去年生，12月1号交的钱”: no sentence but the first of each says whose it is.
    """
    here, odds = candidates[index], told[index]["owner"]
    if here.kind in ("child", "person", "stranger"):
        return odds
    if here.kind == "day" and (another := _born_then(text, candidates, here)):  # “8月22日又添了个儿子”
        return np.where([name == another for name in LABELS["owner"]], 0.0, -20.0)
    children = [
        c for c, said in zip(candidates, told) if c.kind == "child" and not is_pupil(c) and is_role(said, "about")
    ]
    ends = {c.end for c in children}
    named = [
        c for c in children
        if c.end <= here.start and (c.start - 1 in ends or not _IN_PASSING.search(text[max(c.start - 1, 0) : c.start]))
    ]  # fmt: skip
    if len({str(c.thing.value) for c in children}) < 2 or not named:
        return odds
    last = named[-1]
    joined = len(named) > 1 and text[named[-2].end : last.start] in LIST_WORDS[1:]  # 安安和康康
    theirs = any(is_role(said, "stranger") for c, said in zip(candidates, told) if last.end <= c.start < here.start)
    nobodys = _OWNERS_AT[""]
    between = [c.kind for c in candidates if last.end <= c.start < here.start and c.kind != "person"]
    if any(is_role(told[index], role) for role in _MADE) and between and not {"day", "month", "years"} & {*between}:
        return odds  # “小宝8月15号生的，大宝七岁，10月10号我才去交的”: whose days are told is the other
    if joined and _ALL_ALIKE.search(text, last.end, here.start) and STOP.search(text, last.end, here.start) is None:
        return _given(odds, odds.argmax(), nobodys)
    if joined or theirs or _MYSELF_TOLD.search(text, last.end, here.start):
        return odds
    begin = max((pause.end() for pause in PAUSE.finditer(text, last.end, here.start)), default=last.end)
    end = next((pause.start() for pause in PAUSE.finditer(text, here.end)), len(text))
    if _OF_ALL.search(text, begin, here.start) or _OF_ALL.search(text, here.end, end):
        return odds
    subject = _OWNERS_AT.get(str(last.thing.value), _OWNERS_AT[NAMED])
    moved = _given(odds, nobodys, subject)
    if any(here.end <= c.start < end for c in children):  # “大的上小学，10月20号又生了个小的”
        return moved
    for label in CHILD_LABELS:  # the judges often take one child for the other
        moved = _given(moved, _OWNERS_AT[label], subject)
    return moved


def _born_then(text: str, candidates: Sequence[Candidate], day: Candidate) -> str:
    """The label of the child that was born on this day beside an elder one; empty where none was."""
    labelled = {str(c.thing.value) for c in candidates if c.kind == "child"} & CHILD_LABELS
    if BIG not in labelled:
        return ""
    said = NEW_CHILD.match(text, day.end)
    end = said.end() if said else day.end
    inside = [str(c.thing.value) for c in candidates if c.kind == "child" and day.end <= c.start < end]
    told = said is not None or _NEW_CHILD_BEFORE.search(text[max(day.start - 14, 0) : day.start]) is not None
    return inside[0] if inside else SMALL if told and labelled == {BIG} else ""


def _given(odds: np.ndarray, owner: int, other: int) -> np.ndarray:
    """What was likely to be the one's is the other's."""
    moved = odds.copy()
    moved[other] = np.logaddexp(odds[other], odds[owner]) if owner != other else odds[other]
    if owner != other:
        moved[owner] = -20.0
    return separators.log_softmax(moved)


def another(odds: Mapping[str, np.ndarray]) -> bool:
    """Was that one judged to be of another family? A relative may also be the one who pays or goes."""
    return is_role(odds, "stranger")


def _of_other_household(candidate: Candidate) -> bool:
    return candidate.kind == "stranger" or (candidate.kind == "person" and candidate.thing.value in _OTHER_HOUSEHOLDS)


def _lives_there(text: str, who: Candidate, place: Candidate) -> bool:
    """“我姐在合肥”: the place right behind a relative or neighbour is where that one lives."""
    return place.kind == "place" and _SUBJECT.fullmatch(text[who.end : place.start]) is not None


def settle_owner(
    text: str, candidates: Sequence[Candidate], told: Sequence[Mapping[str, np.ndarray]], odds: Dict[str, np.ndarray],
    unnamed: np.ndarray,
) -> None:  # fmt: skip
    """Whose the next candidate is, by whose talk it is and who stands right before it (in place).

    Args:
        told: the log-odds of the candidates before it.
        odds: its own; where somebody of another household lives is not where the child is insured.
        unnamed: of `of_labels_named`, once a message.
    """
    here = candidates[len(told)]
    odds["owner"] = separators.log_softmax(odds["owner"] + _of_whom(text, candidates, told) + unnamed)
    if not told or not _lives_there(text, candidates[len(told) - 1], here):
        return
    if another(told[-1]):
        odds["owner"] = _ONLY_OTHERS
    elif _of_other_household(candidates[len(told) - 1]):
        odds["role"] = separators.log_softmax(odds["role"] + _NOT_INSURED)
        if _THEIRS_TOO.search(text, here.end):  # …, and their child is spoken of
            odds["owner"] = _ONLY_OTHERS
