"""What a candidate is, to whom, and whether it is so: role, owner, polarity and correction, learned from marked turns.

Linear SVMs over sparse features of the candidate in its message and its conversation, and the heads of the taught
encoder over its pieces; their log-probabilities are added. Trained by scikit-learn, served by numpy.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Dict, FrozenSet, List, Mapping, Optional, Tuple

import numpy as np

from bot.nlu import separators
from bot.nlu.days import DayMention
from bot.nlu.heads import Whole, heads
from bot.nlu.mentions import Candidate, find_mentions
from bot.nlu.separators import Separators
from bot.nlu.text import read_text
from bot.nlu.words import cut
from bot.turns import AnnotatedTurn, Mark
from dialogue.reading import PARENT, STRANGER
from dialogue.vocabulary import DATE_ROLES, OWNERS, PEOPLE_ROLES, PLACE_ROLES, POLARITIES, ROLES, WORD_ROLES, YEAR_ROLES

NAMED = "named"
"""The owner of a fact whose child is called by name: the nearest name before it."""
NONE = "none"
"""The role of a candidate that is no mention at all."""
_SIGNS = {"day": "☉", "month": "☽", "birth_year": "♈", "years": "✦", "age": "♘", "pregnancy": "♀", "place": "☷", "person": "♟",
          "child": "♙", "stranger": "♞", "stage": "✎", "category": "✚", "change": "↬", "permit": "▣"}  # fmt: skip
"""What stands for a candidate in the window of another."""
GROUPS = {"day": "time", "month": "time", "birth_year": "time", "years": "time", "age": "time", "pregnancy": "time",
          "place": "place", "person": "who", "child": "who", "stranger": "who"}  # fmt: skip
_UNIQUE = ("birth", "paid", "registered", "changed", "insured")
"""Roles that one message fills once for a child."""
_AND = ("", "、", "和", "跟", "与", "及", "还有")
_REACH = 12
_SIGNALS = tuple((name, re.compile(signs)) for name, signs in (
    ("if", "假如|如果|要是|万一|假设|假定|倘若|若是|打比方|比方说|比如说|就当|真要"), ("not", "不是|没有?|别|不要|不在"),
    ("will", "打算|准备|想|要|计划|过几天|等"), ("not_yet", "还没|没有|没|未"), ("was", "之前|以前|原来|原先|早先|从前"),
))  # fmt: skip
_TAILS = tuple((name, re.compile(signs)) for name, signs in (
    ("ne", "呢[？?]?$"), ("may", "行[不吗么]|可以[不吗么]|来得及|赶得上|[能可]不[能可]|成不"), ("if", "的话"),
))  # fmt: skip
_CLAUSE = re.compile("[，。；！？,;!?\\n、 ]")


CLASSES: Dict[str, str] = {
    **dict.fromkeys((*DATE_ROLES, *YEAR_ROLES, "age", "pregnant"), "time"), **dict.fromkeys(PLACE_ROLES, "place"),
    **dict.fromkeys(PEOPLE_ROLES, "who"), **dict.fromkeys(WORD_ROLES, "word"),
}  # fmt: skip
"""Role → what kind of candidate may have it."""


def group(kind: str) -> str:
    """time · place · who · word."""
    return GROUPS.get(kind, "word")


def gold(candidate: Candidate, marks: Sequence[Tuple[Tuple[int, int], Mark]]) -> Optional[Mark]:
    """The mark (with its span in the plain text) that says what a candidate is, or None when it is no mention."""
    best: Tuple[int, Optional[Mark]] = (0, None)
    for (start, end), mark in marks:
        shared = min(end, candidate.end) - max(start, candidate.start)
        if shared > 0 and shared >= best[0] and CLASSES[mark.role] == group(candidate.kind):
            best = (shared, mark)
    return best[1]


def concealed(text: str, candidates: Sequence[Candidate]) -> tuple[str, List[tuple[int, int]]]:
    """The text with one sign for each candidate, and where each candidate's sign stands."""
    out: List[str] = []
    spans: List[tuple[int, int]] = []
    done = 0
    for candidate in candidates:
        if candidate.start < done:  # inside another one
            spans.append(spans[-1])
            continue
        out.append(text[done : candidate.start])
        place = sum(map(len, out))
        sign = text[candidate.start : candidate.end] if candidate.bare else _SIGNS[candidate.kind]
        out.append(sign)
        spans.append((place, place + len(sign)))
        done = candidate.end
    out.append(text[done:])
    return "".join(out), spans


def features(text: str, candidates: Sequence[Candidate], context: Mapping[str, str]) -> List[Dict[str, float]]:
    """Feature name → weight, for every candidate of a message.

    Args:
        context: what stood before, as of `bot.turns` (open, expect, knows, form, kids …).
    """
    seen, spans = concealed(text, candidates)
    talk = _of_context(context)
    words = [word for word, _ in cut(seen)]
    groups = [GROUPS.get(c.kind, c.kind) for c in candidates]
    found = []
    for index, (candidate, (start, end)) in enumerate(zip(candidates, spans)):
        names = [*_of_itself(candidate, text, index, candidates, groups), *_window(seen, start, end)]
        names += [f"{name}·{candidate.kind}" for name in talk]
        names += [f"in:{word}" for word in words if len(word) > 1]
        alone = len(text) - (candidate.end - candidate.start)
        names += [f"alone{min(alone, 6) // 2}", *(f"alone·{name}" for name in talk if alone <= 4)]
        kind = candidate.kind
        found.append(dict.fromkeys((*names, *(f"{kind}|{name}" for name in names[:14])), 1.0))
    return found


def _of_context(context: Mapping[str, str]) -> List[str]:
    names = ["talk" if context.get("open") else "fresh"]
    names += [f"{key}={context[key]}" for key in ("open", "expect", "form", "queue") if context.get(key)]
    names += [f"knows={fact}" for fact in context.get("knows", "").split(",") if fact.strip()]
    return [name.replace(" ", "") for name in names]


def _of_itself(
    candidate: Candidate, text: str, index: int, all_of_them: Sequence[Candidate], groups: Sequence[str]
) -> List[str]:
    same = [i for i, group in enumerate(groups) if group == groups[index]]
    place = same.index(index)
    names = [f"k={candidate.kind}", f"nth={min(place, 3)}of{min(len(same), 4)}", f"t={candidate.text}"]
    thing = candidate.thing
    if isinstance(thing, DayMention):
        names += [
            f"bare={thing.bare}",
            f"fixed={thing.fixed}",
            f"lunar={thing.lunar}",
            f"wrong={thing.problem is not None}",
        ]
        names += [f"dayonly={thing.day is not None}"]
    elif candidate.kind == "place":
        names += [f"formal={thing.formal}", f"word={thing.word}", f"many={len(thing.adcodes) > 1}"]
        names += [f"tail={text[candidate.end - 1]}", f"{'p' if thing.adcodes[0].endswith('0000') else 'c'}level"]
    elif candidate.kind in ("person", "child", "stage", "category", "change"):
        names += [f"v={thing.value}"]
    for step, name in ((-1, "before"), (1, "after")):
        near = index + step
        if 0 <= near < len(all_of_them):
            names.append(f"{name}={all_of_them[near].kind}")
            a, b = sorted((all_of_them[near], candidate), key=lambda c: c.start)
            between = text[a.end : b.start]
            if len(between) <= 4:
                names.append(f"{name}~{between}")
    return names


def _window(seen: str, start: int, end: int) -> List[str]:
    left, right = seen[max(start - _REACH, 0) : start], seen[end : end + _REACH]
    names = [f"l{left[-size:]}" for size in (1, 2, 3, 4) if len(left) >= size]
    names += [f"r{right[:size]}" for size in (1, 2, 3, 4) if len(right) >= size]
    names.append(f"lr{left[-1:]}_{right[:1]}")
    names.append(f"lr{left[-2:]}_{right[:2]}")
    names += [f"sign:{name}" for name, signs in _SIGNALS if signs.search(seen[max(start - 24, 0) : start])]
    names += [f"tail:{name}" for name, signs in _TAILS if signs.search(right)]
    if not left:
        names.append("first")
    if not right:
        names.append("last")
    own_left = _CLAUSE.split(left)[-1]
    own_right = _CLAUSE.split(right, maxsplit=1)[0]
    names += [f"cl{own_left[i : i + 2]}" for i in range(len(own_left) - 1)]
    names += [f"cr{own_right[i : i + 2]}" for i in range(len(own_right) - 1)]
    names += [f"cl1{c}" for c in own_left] + [f"cr1{c}" for c in own_right]
    names += [f"wl{left[i : i + 2]}" for i in range(len(left) - 1)]
    names += [f"wr{right[i : i + 2]}" for i in range(len(right) - 1)]
    return names


STRENGTH, TEMPERATURE = 0.02, 0.4
"""Of the separators; chosen on the examination's log loss."""
TAUGHT_SHARE = {"role": 1.0, "polarity": 1.0, "owner": 1.0, "corrects": 1.0}
"""What the encoder counts beside the letters."""
SOME_DAY = date(2026, 11, 26)
"""The day annotated turns are read on: their candidates do not depend on it."""
LABELS: Dict[str, Tuple[str, ...]] = {
    "role": (NONE, *ROLES), "polarity": POLARITIES, "owner": ("", *OWNERS, NAMED), "corrects": ("no", "yes"),
}  # fmt: skip


_TAKEN_BACK = re.compile("(?<!是)(?:而|并)?不是(?:在)?$|[打写说看记听填选点录]成了?$")
"""Before anything said: it is the wrong one of two (“32周不是23周”, “26打成25了”)."""
_NEVER_CAME = re.compile(
    "(?:本来|原本|原先|原|本|当初|当时)(?:是|都|就|还)?(?:说好|打算|想着?(?!到)|计划|准备|约好|定)[^，。,；;]{0,10}$|没(?:打算|想着?(?!到)|准备)[^，。,]{0,4}$"
)
"""Before a day: it was meant to happen then, and did not (“原打算9月1号去交”)."""
_MEANT, _TO_DO = (
    re.compile("(?:本来|原本|原先)(?:是|说|说好)?(?:在|等)?$"),
    re.compile("(?:那天)?(?:就)?(?:要|想|打算|准备|计划|该|说好)"),
)
"""Around a day: the same (“本来国庆要去办，结果…”)."""
_WISHED = re.compile("[^，。,；;了过]{0,3}?(?:想|打算|准备|计划|恨不得)(?!到|起|来|不到|着)")
"""Behind a day: what is wished for then, and done by nobody yet (“今儿就想把它弄了”)."""
_EVENTS = ("paid", "registered", "hukou", "visit", "changed", "asked", "other")
_AT_A_COUNTER = ("paid", "registered", "hukou")
_GOES = re.compile("去|跑|想|准备|到(?:社区|村|镇|窗口|大厅|派出所)")
_ALREADY_DONE = re.compile("[登办交缴上弄](?:的|了|好|完|成)|登的记|成功")
_IN_VAIN = re.compile(
    "[没冇未](?:有)?(?:搞|弄|办|登|交|缴|上)(?:成|掂|得?了)|(?:办|登|弄|搞|交|缴|上)(?:不|唔)(?:了|成|上|掂)|搞唔掂"
    "|(?:说|讲|告诉)[^，。；！？,;!?]{0,6}(?:系统|网|先(?:得|要)?(?:有|上户|办)|缺|少|没带|不(?:给|让|能)[办登弄交缴])"
    "|(?:系统|网络?)(?:在?升级|坏了?|崩了?|断了?|瘫)"
)
_AFTER_ALL = re.compile(
    "(?:才|终于|又|后来|最后|总算|隔天|第二天|当天就|[是就]在窗口)[^，。；,;]{0,6}(?:成|好|办|登|交|上|缴|扣)"
)
"""“去登记，说系统升级”: what was tried that day came to nothing, unless it says that it did after all."""
_NOT_THERE = re.compile("(?:不|没|未)(?:住|待|呆)(?:在|过)?$|(?<!是)(?:不|没|没有|从没|未)在$")
"""Before a place: somebody is not there."""
_SUBJECT = re.compile("(?:一?家|他?们|那家|两口子|人)*(?:都|也|就|是|人)*(?:在|住在?|搬到了?|回了?|嫁到了?|的)")
_CORRECTS_ONLY = re.compile(
    "[不是对错看写打说记得了应该才哦啊啦呀哈的个那这刚前面下等会儿更正改成为漏字误搞混岔我你日期号给到、，。,.！!？? ]{2,40}"
)
"""What is left of a message that puts a day in another's place and names no event: “等下我看错了，不是…，是…”."""
_NO_EVENT = np.where([name in DATE_ROLES and name not in ("other", "asked") for name in LABELS["role"]], -20.0, 0.0)
_ONLY_OTHERS = np.where([name == STRANGER for name in ("", *OWNERS, NAMED)], 0.0, -20.0)
_OTHER_HOUSEHOLDS = ("舅舅", "姑姑", "叔叔", "阿姨", "大伯", "亲友")
_NOT_INSURED = np.where([name == "insured" for name in LABELS["role"]], -20.0, 0.0)
_ONLY_PLANNED = np.where([name == "plan" for name in POLARITIES], 0.0, -20.0)
_ONLY_ASKED = np.where([name == "ask" for name in POLARITIES], 0.0, -20.0)
_ONLY_NEGATED = np.where([name == "neg" for name in POLARITIES], 0.0, -20.0)


View = Tuple[Whole, Tuple[int, int]]
"""A message, or the stretch of it, as the encoder sees it, and the pieces of one candidate in it."""


@dataclass(frozen=True)
class RoleScore:
    """What a candidate was judged to be; `sure` is the probability of its role."""

    role: str
    polarity: str
    owner: str
    corrects: bool
    sure: float


class RoleModel:
    """The judges of candidates."""

    def __init__(self, parts: Mapping[str, Separators]) -> None:
        self._parts = dict(parts)
        self._vocabulary = next(iter(parts.values())).vocabulary
        self._taught: Dict[str, List[str]] = {
            "role": heads().roles, "polarity": heads().polarities, "owner": heads().owners, "corrects": ["no", "yes"],
        }  # fmt: skip

    def judge(
        self, text: str, candidates: Sequence[Candidate], context: Mapping[str, str],
        seen: Sequence[Optional[View]] = (),
    ) -> List[RoleScore]:  # fmt: skip
        """What every candidate of a plain text is.

        Args:
            seen: the encoder's view of every candidate; without it the letters judge alone.
        """
        told: List[Dict[str, np.ndarray]] = []
        unnamed = _unnamed(candidates)
        eventless = not any(context.values()) and _says_no_event(text, candidates)
        for index, (candidate, row) in enumerate(zip(candidates, features(text, candidates, context))):
            view = seen[index] if seen else None
            taught = heads().mention(*view) if view is not None else {}
            known = self._vocabulary.seen(row)
            odds = {name: self._weigh(name, known, taught.get(name)) for name in LABELS}
            only = sum(c.kind == "place" for c in candidates) == 1
            odds["role"] = separators.log_softmax(odds["role"] + _barred(text, candidate, only=only))
            if candidate.kind == "day" and eventless:
                odds["role"] = separators.log_softmax(odds["role"] + _NO_EVENT)
            ahead = text[max(candidate.start - 6, 0) : candidate.start]
            role = LABELS["role"][int(np.argmax(odds["role"]))]
            event = role in _EVENTS
            meant = _MEANT.search(ahead) is not None and _TO_DO.match(text, candidate.end) is not None
            if event and (meant or _NEVER_CAME.search(text[max(candidate.start - 24, 0) : candidate.start])):
                odds["polarity"] = _ONLY_NEGATED
            elif event and (_WISHED.match(text, candidate.end) or _put_off(text, candidate)):
                odds["polarity"] = _ONLY_PLANNED
            if candidate.kind == "years" and _WHETHER_PAID.match(text, candidate.end):
                odds["polarity"] = _ONLY_ASKED
            if _TAKEN_BACK.search(ahead) or (candidate.kind == "place" and _NOT_THERE.search(ahead)):
                odds["polarity"] = _ONLY_NEGATED
            odds["owner"] = separators.log_softmax(odds["owner"] + _of_whom(text, candidates, told) + unnamed)
            if index and _lives_there(text, candidates[index - 1], candidate):
                if _another(told[-1]):
                    odds["owner"] = _ONLY_OTHERS
                elif _of_other_household(candidates[index - 1]):
                    odds["role"] = separators.log_softmax(odds["role"] + _NOT_INSURED)
                    if _THEIRS_TOO.search(text, candidate.end):  # …, and their child is spoken of
                        odds["owner"] = _ONLY_OTHERS
            told.append(odds)
        for index, odds in enumerate(told):
            odds["owner"] = _of_last_named(text, candidates, told, index)
            if _in_vain(text, candidates, told, index):
                odds["polarity"] = _ONLY_NEGATED
        _agree(text, candidates, told)
        judged = _once(text, [_best(odds) for odds in told], candidates, told)
        judged = _moved(text, judged, candidates)
        judged = _undecided(text, _at_one_school(text, judged, candidates), candidates)
        return [
            replace(one, role="about", owner="", sure=1.0) if is_pupil(candidate) else one
            for candidate, one in zip(candidates, judged)
        ]

    def _weigh(
        self, name: str, row: Tuple[np.ndarray, np.ndarray], taught: Optional[np.ndarray]
    ) -> np.ndarray:  # fmt: skip
        """Log-odds in the order of LABELS[name]."""
        part = self._parts[name]
        told = separators.log_softmax(part.margins_of(*row) / part.temperature)
        odds = _ordered(told, part.labels, LABELS[name])
        if taught is not None:
            odds = odds + TAUGHT_SHARE[name] * _ordered(taught, self._taught[name], LABELS[name])
        return odds

    def save(self, folder: Path) -> None:
        """Write the separators."""
        separators.save(folder, "roles", self._parts)

    @classmethod
    def load(cls, folder: Path) -> RoleModel:
        """Read them."""
        return cls(separators.load(folder, "roles"))


_LIVES = re.compile("(?:家|住|人)(?:就|都|也|是|在|到|于)*$")
"""Before a place: somebody lives there, whatever street or hall of the address follows."""
_HOME = re.compile("(?:家|住)(?:就|都|也|是|在|到|于)*$")
"""The same of a whole family: the only place of a message is where the child is, too."""
_KIN_HOME = re.compile("(?:爷爷|奶奶|外公|外婆|姥姥|姥爷|公婆|娘|婆|丈母娘)家(?:就|是|都)?(?:在|是)$")
_WE_ARE_IN = re.compile("(?:^|[，,。；; ]|我们?|全家|一家|娃|孩子)人(?:都|就|现在?|也)?在$")
_FAMILY_HOME = re.compile("(?:^|[，,。；; ])(?:我们|我|咱)?家(?:就|都|现在)?在$")
_ENDS_THERE = re.compile("$|[，,。；;！!？? ]")
_INSURED_SAID = re.compile("医保(?:都|也|就|还|一直)*在|参保|上学|念书|读书|学籍|跟我")
_BORN_THERE = re.compile("(?:市里头?|城里|那边|的?医院|妇幼|市区)?(?:出生(?!.{0,2}长大)|生的|剖的|顺产)")
"""Behind a place, beside another: a child was born there, which says not where it is insured."""
_REGISTER = re.compile("户口|户籍|落户")
"""“户口在安徽，人在江苏”: where the people are, beside a register elsewhere, is where the child is."""
_ADDRESS = re.compile("[^，。,；;！？!?]{0,12}?(?:路|街|道|巷|弄|村|号|栋|幢|苑|园|小区|大厦)")
_TEACHES = re.compile("(?:教|(?:楼下|对面|隔壁|旁边)(?:就)?(?:是|有)(?:个|所)?)了?$")
_NO_PUPIL = re.compile("(?:的|当)?(?:老师|教师|校长|班主任|门口|对面|旁边|那会儿?|那时候?)|毕业(?:就|后就|了就)")
"""Around a school somebody teaches at, lives beside or once went to: no child's stage."""
_MYSELF = re.compile("[我俺咱]|本人")
"""Who speaks is nobody else: “我自己家的9月5号生”."""
_UNBROKEN = re.compile(".{0,6}(?:都|也|从|一直|可)没有?(?:断|停)")
_UNBROKEN_BEFORE = re.compile("(?:没有?|未|不曾)断(?:过|保|缴|交|档)*[^断停漏]{0,4}$")
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


def _put_off(text: str, candidate: Candidate) -> bool:
    """“拖到10月跟老大一起交”: still to come; “拖到8月9号才交的” is over."""
    before = text[max(candidate.start - 6, 0) : candidate.start]
    return _PUT_OFF_TO.search(before) is not None and _IT_HAPPENED.match(text, candidate.end) is None


def _in_vain(text: str, candidates: Sequence[Candidate], told: Sequence[Mapping[str, np.ndarray]], index: int) -> bool:
    """Did what was to be done on this day come to nothing, by what is told before the next day?"""
    if candidates[index].kind != "day" or not any(_is(told[index], role) for role in _AT_A_COUNTER):
        return False
    here = candidates[index].end
    days = (c.start for c, odds in zip(candidates, told) if c.kind in ("day", "month") and not _is(odds, NONE))
    following = next((start for start in days if start >= here), len(text))
    pauses = [pause.start() for pause in _PAUSE.finditer(text, here, following)]
    own = text[here : pauses[0] if pauses else following]
    if not _GOES.search(own) or _ALREADY_DONE.search(own):
        return False
    failed = _IN_VAIN.search(text, here, min(pauses[2] if len(pauses) > 2 else following, following, here + 40))
    return failed is not None and _AFTER_ALL.search(text, failed.end(), min(following, failed.end() + 30)) is None


def _of_whom(text: str, candidates: Sequence[Candidate], told: Sequence[Mapping[str, np.ndarray]]) -> np.ndarray:
    """Whose talk it is at the next candidate: after “同事家” rather theirs, after “我家” rather not."""
    here = candidates[len(told)]
    theirs = max((c.end for c, odds in zip(candidates, told) if _another(odds)), default=-1)
    siblings = [
        c.end for c in candidates[: len(told)]
        if c.kind == "place" and _SIBLING_IN.search(text, 0, c.start) and not _BORN_THERE.match(text, c.end)
    ]  # fmt: skip
    theirs = max([theirs, *siblings])
    others = _THEIRS_TOO if any(_of_other_household(c) for c in candidates[: len(told)]) else _THEIRS
    theirs = max((match.end() for match in others.finditer(text, 0, here.start)), default=theirs)
    own = theirs < 0 and _OUR_HOUSEHOLD.search(text, 0, here.start) is not None
    if (theirs < 0 and not own) or here.kind in ("stranger", "person", "child"):
        return np.zeros(len(LABELS["owner"]))
    ours = max((match.end() for match in _OURS.finditer(text, 0, here.start)), default=0 if own else -1)
    return np.where([name == STRANGER for name in LABELS["owner"]], _SCOPE if theirs > ours else -_SCOPE, 0.0)


_OWNERS_AT = {name: place for place, name in enumerate(LABELS["owner"])}
_LABELS = frozenset(OWNERS) - {STRANGER, PARENT}
"""What the children of a family are called by their order."""


def _unnamed(candidates: Sequence[Candidate]) -> np.ndarray:
    """Where a message calls a child by its label, nothing in it is of a child of another label."""
    named = {str(c.thing.value) for c in candidates if c.kind == "child"} & _LABELS
    return np.array([-_SCOPE if named and name in _LABELS and name not in named else 0.0 for name in LABELS["owner"]])


_OF_ALL = re.compile(
    "[俩仨]|[两二三几]个(?!多?月|半|星期|礼拜|学期)|家[在住]|一起|一块|双胞胎|龙凤胎|[他她我咱]们|姐弟|兄妹|姐妹|兄弟|全家|[我咱俺]家|每个"
)
"""In a clause: it is said of all the children, or of the family."""
_IN_PASSING = re.compile("[跟比和接送带像随给帮陪离与]$")
"""Before a child: it is only spoken of beside another (“接老大放学顺路交的”)."""
_MADE = ("paid", "registered", "deducted", "hukou")
_ALL_ALIKE = re.compile("都|同|一起")
_MYSELF_TOLD = re.compile("[我俺咱]自己(?!家)|本人")
"""From there on it is of the parent."""
_PAUSE = re.compile("[，。；！？,;!?\\n]")
_STOP = re.compile("[。；！？;!?\\n]")


def _of_last_named(
    text: str, candidates: Sequence[Candidate], told: Sequence[Mapping[str, np.ndarray]], index: int
) -> np.ndarray:
    """Where a message tells of one child after the other, what is nobody's is of the one named last.

    “老大2014年生，19到21都交过。老二去年生，12月1号交的钱”: no sentence but the first of each says whose it is.
    """
    here, odds = candidates[index], told[index]["owner"]
    if here.kind in ("child", "person", "stranger"):
        return odds
    children = [c for c, said in zip(candidates, told) if c.kind == "child" and not is_pupil(c) and _is(said, "about")]
    ends = {c.end for c in children}
    named = [
        c for c in children
        if c.end <= here.start and (c.start - 1 in ends or not _IN_PASSING.search(text, 0, c.start))
    ]  # fmt: skip
    if len({str(c.thing.value) for c in children}) < 2 or not named:
        return odds
    last = named[-1]
    joined = len(named) > 1 and text[named[-2].end : last.start] in _AND[1:]  # 安安和康康
    theirs = any(_is(said, "stranger") for c, said in zip(candidates, told) if last.end <= c.start < here.start)
    nobodys = _OWNERS_AT[""]
    between = [c.kind for c in candidates if last.end <= c.start < here.start and c.kind != "person"]
    if any(_is(told[index], role) for role in _MADE) and between and not {"day", "month", "years"} & {*between}:
        return odds  # “小宝8月15号生的，大宝七岁，10月10号我才去交的”: whose days are told is the other
    if joined and _ALL_ALIKE.search(text, last.end, here.start) and _STOP.search(text, last.end, here.start) is None:
        return _given(odds, odds.argmax(), nobodys)
    if joined or theirs or _MYSELF_TOLD.search(text, last.end, here.start):
        return odds
    begin = max((pause.end() for pause in _PAUSE.finditer(text, last.end, here.start)), default=last.end)
    end = next((pause.start() for pause in _PAUSE.finditer(text, here.end)), len(text))
    if _OF_ALL.search(text, begin, here.start) or _OF_ALL.search(text, here.end, end):
        return odds
    return _given(odds, nobodys, _OWNERS_AT.get(str(last.thing.value), _OWNERS_AT[NAMED]))


def _given(odds: np.ndarray, owner: int, other: int) -> np.ndarray:
    """What was likely to be the one's is the other's."""
    moved = odds.copy()
    moved[other] = np.logaddexp(odds[other], odds[owner]) if owner != other else odds[other]
    if owner != other:
        moved[owner] = -20.0
    return separators.log_softmax(moved)


def _is(odds: Mapping[str, np.ndarray], role: str) -> bool:
    return LABELS["role"][int(np.argmax(odds["role"]))] == role


def _says_no_event(text: str, candidates: Sequence[Candidate]) -> bool:
    """Nothing stood before, and nothing but a correction stands around the days: nobody can know which event they are."""
    left, done = [], 0
    for candidate in candidates:
        left.append(text[done : candidate.start])
        done = max(done, candidate.end)
    rest = "".join((*left, text[done:]))
    return bool(candidates) and re.search("[错不更改]", rest) is not None and _CORRECTS_ONLY.fullmatch(rest) is not None


def _another(odds: Mapping[str, np.ndarray]) -> bool:
    """Was that one judged to be of another family? A relative may also be the one who pays or goes."""
    return _is(odds, "stranger")


def is_pupil(candidate: Candidate) -> bool:
    """王同学, whom a teacher asks for: a child of the talk, nobody else's."""
    return candidate.kind == "child" and str(candidate.thing.value).endswith("同学")


def _of_other_household(candidate: Candidate) -> bool:
    return candidate.kind == "stranger" or (candidate.kind == "person" and candidate.thing.value in _OTHER_HOUSEHOLDS)


def _lives_there(text: str, who: Candidate, place: Candidate) -> bool:
    """“我姐在合肥”: the place right behind a relative or neighbour is where that one lives."""
    return place.kind == "place" and _SUBJECT.fullmatch(text[who.end : place.start]) is not None


_LAPSED = re.compile(
    "(?:年度?)?(?:[、，,和跟](?:20)?[0-9]{2}年?){0,4}(?:[两三四五几]年|这[两三几]年)?的?(?:我们?|他|她|娃)?"
    "(?:都|全|也|就|还|[他她娃]?在[^，。；,;]{1,4}(?:就|也|都|又))?(?:断了|断保|断缴|断交|没有?交|没有?缴|漏了(?!.{0,6}补)|漏交|空着|空了|没(?:有)?人管)"
)
_NOT_PAID_SOON = re.compile("[^。；！？;!?]{0,8}?(?:没有?|未|不)(?:再)?(?:交|缴|续|参保)")
_NOT_PAID_THEN = re.compile(
    "(?:年度?)?(?:的)?(?:我们?|咱们?|俺们?|他|她|家里)?(?:要是|就|也|又|都|给)?"
    "(?:懒得|忘了?|忘记|没顾[上得]上?|没来得及|没舍得|舍不得|嫌.{1,3}没)(?:去|再|给他|给她)?(?:交|缴|续)(?!没|了?没有|过没)"
)
"""“27年我懒得交”: whatever the reason, that year was not paid."""
_NOT_PAID_BEFORE = re.compile("(?<![的年度])(?:没有?|未|漏|忘了?|忘记)(?:给[他她娃])?(?:交|缴|续|参保)(?:过|上|了)?$")
"""Before a year: “缴了26年度的，没缴25年度”."""
_PAID_BEFORE = re.compile("(?<![没未有忘了漏])(?:交|缴)(?:过|了)$")
_UNCLAIMED = re.compile(
    "(?:年度?|那年)?(?:[、，,和跟]?(?:20)?[0-9]{2}年?){0,4}[^，。；,;]{0,3}"
    "(?:(?:没有?|未|从未)(?:去)?(?:报(?:过|销)|看过?病|住过?院|用过|生过?病|去过医院)|一次(?:都|也)?没报)"
)
_PAID_THEN = re.compile(
    "(?:那天|当天|上午|下午|晚上)?(?:才|就|刚)?(?:到账|到的账|到的(?=[，,。！!]|$)|入账|扣的|扣款|交的|缴的|付的|划走|划的|登的)"
)
_PUT_OFF_TO = re.compile("(?:拖|等|挪|推|攒|熬|捱|延)(?:延|后|迟)?到了?$")
_IT_HAPPENED = re.compile("[^，。；！？,;!?]{0,10}?(?:才|了|的(?=$|[，。；！？,;!?]))")
_PUT_OFF = re.compile("拖拖?拉?拉?到了?$")
_LAST_DAY = re.compile("(?:截止(?:日期?|时间|到)?|最后一天|期限)[^，。；！？,;!?]{0,4}$")
_ENDS_THEN = re.compile("(?:号|日)?(?:就|才)?(?:截止|到期|结束)(?![^，。；！？,;!?]{0,8}生)")
"""Around a day: something ends then, nobody was born."""
_EXPECTED = re.compile("(?:原定|本来定|预产期(?:是|在|定在|本来是|写的是)?)$")
_BORN_THEN = re.compile(
    "(?:号|那天|凌晨|半夜|早上|晚上)?(?:就|提前|却|早早|倒)(?:就|给|自己)?(?:发动了?|破水了?)?[^，。]{0,4}?(?:生了|剖了|剖的|顺产|出来了|落地了)"
)
_DELIVERED = re.compile("(?:凌晨|早上|上午|下午|晚上|半夜)?(?:顺产|剖宫产|剖腹产|剖的|剖出来)")
_JUST_BORN = re.compile("(?:号|日|那天)?(?:才刚|刚刚|刚|才)(?:出生|生(?![病效气])|落地|落生|下地)")
_CHANGED_THEN = re.compile(
    "(?:那天|起|开始)?(?:单位|公司|厂里)?(?:就|给|把)*(?:停|断|退)(?:了|掉)?(?:我|我的)?(?:单位的?)?职工"
)
_AWAY = ("elsewhere", "account")


_EVERY_YEAR = re.compile("(?:每年|年年|往年|历年|一般)[^，。；！？,;!?\\s]{0,8}$")
_COMES_ROUND = re.compile("(?:就|都|才)?(?:开始)?(?:收|催|截止|集中|停)")
"""Before and behind a day: what comes every year is no payment of one's own."""
_OF_A_NOTICE = re.compile(
    "(?:年度?)?的?(?:城乡)?居民(?:基本)?医(?:疗)?保(?:险)?的?(?:集中)?(?:缴费|参保|征缴)[^，。；,;已我]{0,6}(?:将|于|至|期|工作|通知|时间|截止(?!前?我)|开始|启动|结束)"
)
"""Behind a year: the words of a notice, which says not that anybody paid."""
_COLLECTED_THEN = re.compile("(?:学校|村里|社区|园里|单位)?(?:收|交|缴)的?(?:就)?是(?:20)?[0-9]{2}年")
"""Behind “去年”: it is when something was paid, another year is which."""
_LACKS = re.compile(
    "没|未|断|漏|忘|停|空|落|缺|差|欠|懒|顾不|冇|唔|无|莫|不(?!是问)|补|弃|退|错过|误|迟|晚|跳|隔|脱|掉|白|拉下|国外|出国"
)
"""Around a year, in a whole message: without one of these nobody says it was not paid."""
_WHETHER_PAID = re.compile(
    "(?:年度?)?(?:的)?(?:到底)?(?:(?:交|缴)了?没有?(?:交|缴|(?=$|[，。；！？,;!? 我]|不知|记不))|(?:交|缴)没(?:交|缴)|(?:是否|有没有)(?:交|缴))"
)
_ON_THE_SPOT = re.compile(
    "[^。；;！？!?生剖产院]{0,14}?钱?(?:当场|当时|立马|马上|随即|一下子)(?:就)?(?:给)?(?:扣|交|缴|付|划)(?:了|走|掉|完|成)"
)
_NO_LONGER_PREGNANT = re.compile(
    "(?:[加+零]?[0-9一二三四五六]?天?)?(?:算|就|是|时|的时候)?(?:个)?(?:早产|生[的了]|剖|出来|破水)|(?:以后|以上|之后|后|起)(?:就)?(?:可以|才|能)(?:先|去)?(?:登|参|办|报)"
)
"""Behind weeks: of a child that is born, or of a rule."""
_LAST_PAID = re.compile("(?<![没未])(?:交|缴|参保|续|保|上)(?:费|着|的)?到了?$")
"""Before a year: it ends what was paid, and what follows is another list (“一直交到23年 24年25年都没交”)."""


def _not_paid(before: str, after: str) -> bool:
    """Is a year said not to be paid: “没缴25年度”, “25年的没交”; of “缴了26的没缴25的” only the second?"""
    if _NOT_PAID_BEFORE.search(before):
        return True
    return _LAPSED.match(after) is not None and _PAID_BEFORE.search(before) is None


WHOLE = 24
"""Characters from which a message stands by itself: a short one may only name the years it was asked for."""


def _lacks(text: str, candidate: Candidate) -> bool:
    """Does the sentence of a year, or what stands right before it, say that anything was not done?"""
    end = next((stop.start() for stop in _STOP.finditer(text, candidate.end)), len(text))
    return _LACKS.search(text, max(candidate.start - 20, 0), min(end, candidate.end + 40)) is not None


def _family_home(text: str, place: Candidate) -> bool:
    """“我家在洛阳，户口落在三门峡”: where the home is, where nothing says that the child is insured or learns elsewhere."""
    before = text[max(place.start - 8, 0) : place.start]
    ends = _ENDS_THERE.match(text, place.end) is not None
    return ends and _FAMILY_HOME.search(before) is not None and _INSURED_SAID.search(text) is None


def _barred(text: str, candidate: Candidate, *, only: bool) -> np.ndarray:
    """Minus infinity for the roles a candidate cannot have: those of another kind, and none where somebody lives."""
    barred = {role for role in LABELS["role"] if role != NONE and CLASSES[role] != group(candidate.kind)}
    before, after = text[max(candidate.start - 8, 0) : candidate.start], text[candidate.end : candidate.end + 16]
    if candidate.kind == "place":
        address = _ADDRESS.match(after) is not None
        lives = _LIVES.search(before) is not None or (not before and address)
        barred |= {NONE} if lives else set()
        barred |= {"insured"} if _KIN_HOME.search(before) else set()
        ours = _WE_ARE_IN.search(before) or _family_home(text, candidate)
        barred |= {NONE, *PLACE_ROLES} - {"insured"} if ours and _REGISTER.search(text) else set()
        barred |= {"insured"} if not only and _BORN_THERE.match(after) else set()
        barred |= {"insured", *_AWAY} if before.endswith("从") and _TRANSFERRED.match(after) else set()
        barred |= set(_AWAY) if only and (_HOME.search(before) or (lives and address)) else set()
    elif candidate.kind == "person" and _MYSELF.match(candidate.text):
        barred |= {"stranger"}
    elif candidate.kind == "stage" and (_TEACHES.search(before) or _NO_PUPIL.match(after)):
        barred |= set(ROLES)
    elif candidate.kind == "pregnancy" and _NO_LONGER_PREGNANT.match(after):
        barred |= {"pregnant"}
    elif candidate.kind == "years" and (_OF_A_NOTICE.match(text, candidate.end) or _COLLECTED_THEN.match(after)):
        barred |= {"paid_years", "enrolled_years", "lapse_years"}
    elif candidate.kind == "years" and _LAST_PAID.search(before):
        barred |= {"lapse_years"}
    elif candidate.kind == "years" and _NOT_PAID_THEN.match(after):
        barred |= {NONE, *ROLES} - {"lapse_years"}
    elif candidate.kind == "years" and _not_paid(before, after):
        barred |= {"paid_years", "enrolled_years"}
        barred |= (
            set() if "还" in before + after[:6] else {"asked_year", "other_year"}
        )  # “26年的还没交” is one that is still to come
    elif candidate.kind == "years" and (unclaimed := _UNCLAIMED.match(text, candidate.end)):
        lapsed = _NOT_PAID_SOON.match(text, unclaimed.end())
        barred |= {"claimed_years"} if lapsed else {"claimed_years", "lapse_years"}
    elif candidate.kind == "day" and candidate.text.startswith("今") and _PUT_OFF.search(before):
        barred |= {"paid", "registered", "birth"}
    elif candidate.kind == "day" and (_EXPECTED.search(before) or _LAST_DAY.search(before) or _ENDS_THEN.match(after)):
        barred |= {"birth"}
    elif candidate.kind == "day" and _JUST_BORN.match(after):
        barred |= {NONE, *ROLES} - {"birth"}
    elif candidate.kind == "day" and _DELIVERED.match(after):
        barred |= {NONE, "other"}
    elif candidate.kind == "day" and _BORN_THEN.match(after):
        barred |= {"due"}
    elif candidate.kind == "day" and _CHANGED_THEN.match(after):
        barred |= {NONE, *ROLES} - {"changed"}
    elif candidate.kind == "day" and _PAID_THEN.match(after):
        barred |= {"birth"}
    elif candidate.kind == "day" and _ON_THE_SPOT.match(text, candidate.end):
        barred |= {NONE, "other", "registered"}
    elif candidate.kind == "years" and (_UNBROKEN.match(after) or _UNBROKEN_BEFORE.search(before)):
        barred |= {"lapse_years"}
    every_year = _EVERY_YEAR.search(text[max(candidate.start - 16, 0) : candidate.start])
    if candidate.kind in ("day", "month") and every_year and _COMES_ROUND.match(text, candidate.end):
        barred |= {"paid", "registered", "deducted"}
    if candidate.kind == "years" and len(text) >= WHOLE and not _lacks(text, candidate):
        barred |= {"lapse_years"}
    return np.array([-np.inf if role in barred else 0.0 for role in LABELS["role"]])


def _best(odds: Mapping[str, np.ndarray]) -> RoleScore:
    role = int(np.argmax(odds["role"]))
    return RoleScore(
        LABELS["role"][role], LABELS["polarity"][int(np.argmax(odds["polarity"]))],
        LABELS["owner"][int(np.argmax(odds["owner"]))], bool(np.argmax(odds["corrects"])), float(np.exp(odds["role"][role])),
    )  # fmt: skip


def _agree(text: str, candidates: Sequence[Candidate], told: List[Dict[str, np.ndarray]]) -> None:
    """“25和27没报过账”: what is said of a list is said of all of it, so its members are judged together (in place)."""
    first = 0
    while first < len(candidates):
        last = first
        while last + 1 < len(candidates) and listed(text, candidates[last], candidates[last + 1]):
            last += 1
        if last > first:
            for name in LABELS:
                together = np.mean([odds[name] for odds in told[first : last + 1]], axis=0)
                for odds in told[first : last + 1]:
                    odds[name] = together
        first = last + 1
    for index, (one, other) in enumerate(itertools.pairwise(candidates)):
        if _contrasted(text, one, other, told, index):
            told[index]["role"] = told[index + 1]["role"] = (told[index]["role"] + told[index + 1]["role"]) / 2
        elif _parallel(text, candidates, index):
            told[index + 1]["role"] = told[_day_before(candidates, index)]["role"]
        elif _one_day(text, one, other):
            for name in ("role", "owner"):  # whichever name says it more surely
                told[index][name] = told[index + 1][name] = max(
                    told[index][name], told[index + 1][name], key=lambda odds: float(np.max(odds))
                )


_JUST_SO = re.compile("(?:的|是|那个|则是?|呢|，|, ){0,2}")
_ENDS = re.compile("(?:的|呢|号|了|吧|哈)?(?:[，,。；;！？!?、 ]|$)")


def _day_before(candidates: Sequence[Candidate], index: int) -> int:
    """The day before the child at `index`; -1 when something else stands there."""
    return index - 1 if index > 0 and candidates[index - 1].kind == candidates[index + 1].kind == "day" else -1


def _parallel(text: str, candidates: Sequence[Candidate], index: int) -> bool:
    """“姐姐4号登的记，弟弟6号”: a child and a bare day, right behind another child's day, say the same of this one."""
    child, day = candidates[index], candidates[index + 1]
    before = _day_before(candidates, index)
    return (
        child.kind == "child"
        and before > 0
        and candidates[before - 1].kind == "child"
        and _JUST_SO.fullmatch(text[child.end : day.start]) is not None
        and child.start - candidates[before].end <= 6
        and _ENDS.match(text, day.end) is not None
    )


_BY_ANOTHER_NAME = re.compile(
    "(?:出?生的?|来的|落地|那天|去|来|办|交)?[，,（( ]?(?:也?就是|就|那天|晚上|凌晨|早上|阳历|阴历|农历|公历)?"
)


def _one_day(text: str, one: Candidate, other: Candidate) -> bool:
    """“24号平安夜生的”, “腊月廿八就是1月27号”: one day under two names is one event."""
    if one.kind != "day" or other.kind != "day" or _BY_ANOTHER_NAME.fullmatch(text[one.end : other.start]) is None:
        return False
    return not set(one.thing.options).isdisjoint(other.thing.options)


_CONTRAST = re.compile(
    "(?:才?(?:交|缴|付|扣|登|办|生|住|到账|出院|去)?的|号|那天|那边)?[，,。、 ]?(?:而|应该|其实|实际上?|现在)?(?:就|才|也)?是(?:在|的)?"
)


def _contrasted(
    text: str, one: Candidate, other: Candidate, told: Sequence[Mapping[str, np.ndarray]], index: int
) -> bool:
    """“不是10号，是12号”: what is put in place of a denied one is of the same role."""
    denied = int(np.argmax(told[index]["polarity"])) == POLARITIES.index("neg")
    return (
        denied
        and group(one.kind) == group(other.kind) != "word"
        and _CONTRAST.fullmatch(text[one.end : other.start]) is not None
    )


def listed(text: str, one: Candidate, other: Candidate) -> bool:
    """Are two benefit years members of one list (“25、26”, “25和26”)?"""
    if not one.kind == other.kind == "years" or text[one.end : other.start].strip() not in _AND:
        return False
    return _LAST_PAID.search(text[max(one.start - 6, 0) : one.start]) is None


_ARRIVES = re.compile("(?:那天|当天)?(?:才|就|能|会|钱)*(?:到账|到的账|入账|到$)")


def _once(
    text: str, judged: List[RoleScore], candidates: Sequence[Candidate], told: Sequence[Mapping[str, np.ndarray]]
) -> List[RoleScore]:
    """A child is born once and insured in one place: the less sure of two is something else, or somebody else's.

    Of two days of one payment (“今天交，后天才到账”) the day the money arrives is the one that counts.
    """
    present = _owners_in(candidates, told)
    for role in _UNIQUE:
        arrives = role == "paid" and any(
            one.role == role and _ARRIVES.match(text, c.end) for one, c in zip(judged, candidates)
        )
        counted = ("asserted", "supp", "plan") if arrives else ("asserted", "supp")
        holders = [
            i for i, one in enumerate(judged)
            if one.role == role and one.polarity in counted and not one.corrects and one.owner != NAMED
            and candidates[i].kind in ("day", "month", "place")
        ]  # fmt: skip
        for owner in sorted({judged[i].owner for i in holders}):
            mine = [i for i in holders if judged[i].owner == owner]
            counts = {
                i: (arrives and _ARRIVES.match(text, candidates[i].end) is not None, judged[i].sure) for i in mine
            }
            first, *rivals = sorted(mine, key=lambda i: counts[i], reverse=True)
            for i in rivals:
                if not _same(candidates[first], candidates[i]):
                    judged[i] = _other(told[i], role, owner, present)
    return judged


def _owners_in(candidates: Sequence[Candidate], told: Sequence[Mapping[str, np.ndarray]]) -> FrozenSet[str]:
    """Whose a fact of this message may be: the children it names, and others when it speaks of any.

    “来电的是一位妈妈，小孩…”: who only speaks for the child is no other family.
    """
    named = {str(c.thing.value) for c in candidates if c.kind == "child"}
    theirs = (c.kind == "stranger" or (c.kind == "person" and _another(odds)) for c, odds in zip(candidates, told))
    others = {STRANGER} if any(theirs) else set()
    return frozenset({"", *named, *others, *({NAMED} if named else ())})


_WHICH = re.compile(
    "跟谁|归谁|随谁|算哪|(?<![退停销])哪一?(?:边|头)(?![都也])|哪个(?:城市|地方|省|市)|选哪|放哪|落哪|哪(?:儿|里)?(?:交|办|参保|上)(?:好|划算|合适|合算|方便)"
    "|没(?:想好|定|决定)|(?:给|孩子|娃|宝宝)在?哪(?:儿|里)?(?:交|办|参保|上)"
)


_SCHOOLING = re.compile("学|园|班|读|念|寄宿|住校")


def _undecided(text: str, judged: List[RoleScore], candidates: Sequence[Candidate]) -> List[RoleScore]:
    """“我南京的，老公徐州的，孩子跟谁”: between two places that are asked about, none is where the child is insured."""
    if _WHICH.search(text) is None:
        return judged
    open_to = {"insured", "elsewhere", "account", "household", *(() if _SCHOOLING.search(text) else ("school",))}
    named = [
        i for i, one in enumerate(judged)
        if candidates[i].kind == "place" and one.role in open_to and one.polarity != "neg"
    ]  # fmt: skip
    if not any(not _same(candidates[i], candidates[k]) for i, k in itertools.combinations(named, 2)):
        return judged
    return [replace(one, role="elsewhere", polarity="supp") if i in named else one for i, one in enumerate(judged)]


_CAME_TO = re.compile(
    "(?<![没不])(?:搬|转学?|迁|接|送|带|调|回|来|到)(?:到|来|回|去|回到|进)?了?(?:我们|现在的?)?(?:老家|家乡|娘家|婆家|婆婆家)?的?$"
)
"""Before a place: somebody came to live there."""
_CAME_FROM = re.compile("(?:那边|那儿|老家)?(?:刚|才|新)?(?:转|迁|搬|调|回|过|接)(?:学|户口?|保)?(?:过|回)?来")
_TRANSFERRED = re.compile("(?:那边|那儿|老家)?(?:刚|才|新)?(?:转|迁)(?:学|户口?|保)?(?:过|回)?来")
"""Behind a former place: somebody came from there to here, wherever that is."""
_NOT_THE_CHILD = re.compile(
    "(?:爸|妈|爷|奶|公|婆|姥|老公|老婆|爱人|媳妇|姐|哥|妹|弟|舅|姑|姨|叔)(?:(?!我们|咱们|一家|全家|孩子|娃|宝宝)[^，。；！？,;!? ]){0,4}$"
)
"""Before the words that somebody came: who came is another than the child."""
_FOR_A_WHILE = re.compile("[^，。；！？,;!?]{0,6}?(?:住了|待了|住过|待过|玩|看病|住院|旁边|附近|隔壁|对面|帮)")
_HOLIDAYS = re.compile("暑假|寒假|过年|国庆|放假")
_STILL = re.compile("现在|如今|还(?!有|能|算|可以|要|需)|仍|也在|一直|没动|没转|没迁|留")
_ON_RECORD = re.compile("查|显示|系统|信息|那[几两三]年")
"""In the clause of a place: the child is insured there as before; or it is what a record of old says."""


def _moved(text: str, judged: List[RoleScore], candidates: Sequence[Candidate]) -> List[RoleScore]:
    """“原来在佛山交的，后来回了老家衡阳，佛山那几年还算吗”: a place a family left is not where the child is insured.

    Where the child came to last is where it is now, unless another place is said to be; what it left is former, unless
    it is said to be there still.
    """
    places = [
        i for i, c in enumerate(candidates)
        if c.kind == "place" and judged[i].owner in ("", *_LABELS, NAMED) and judged[i].polarity == "asserted"
    ]  # fmt: skip
    left = [i for i in places if judged[i].role == "former"]
    came = [i for i in places if judged[i].role != "visited" and _came_to(text, candidates[i])]

    def among(i: int, some: Sequence[int]) -> bool:
        return any(_same(candidates[i], candidates[k]) and judged[i].owner == judged[k].owner for k in some)

    last = came[-1:]
    hither = any(_CAME_FROM.match(text, candidates[i].end) for i in left)
    if not left or not (last or hither):
        return judged
    made = list(judged)
    for i in places:
        gone = among(i, left) and not among(i, last)
        clause = _clause(text, candidates[i])
        still = _STILL.search(clause) is not None and _ON_RECORD.search(clause) is None
        if gone and judged[i].role in ("insured", "school") and not still:
            made[i] = replace(judged[i], role="former")
    if not any(made[i].role == "insured" and not among(i, last) for i in places):
        for i in last:
            if made[i].role in (NONE, "elsewhere", "former"):
                made[i] = replace(made[i], role="insured")
    return made


def _came_to(text: str, place: Candidate) -> bool:
    """Did the child, or the family, come to live at this place?"""
    came = _CAME_TO.search(text, 0, place.start)
    if came is None or _FOR_A_WHILE.match(text, place.end):
        return False
    clause = text[max(came.start() - 12, 0) : came.start()]
    return _NOT_THE_CHILD.search(clause) is None and _HOLIDAYS.search(clause) is None


def _clause(text: str, candidate: Candidate) -> str:
    """The clause a candidate stands in."""
    begin = max((pause.end() for pause in _PAUSE.finditer(text, 0, candidate.start)), default=0)
    end = next((pause.start() for pause in _PAUSE.finditer(text, candidate.end)), len(text))
    return text[begin:end]


_SCHOOLS = ("学龄前", "幼儿园", "小学", "初中", "高中", "大学")
_SEVERAL = re.compile("两个|俩|[二三仨]个|一个.{1,30}一个|双胞胎|二胎|三胎|龙凤胎|们[家的]?[娃孩]|家长|班[里上]")


def _at_one_school(text: str, judged: List[RoleScore], candidates: Sequence[Candidate]) -> List[RoleScore]:
    """“高中三年都交了，今年上大一”: of two schools of one child the higher is where it is now, the other is past."""
    if _SEVERAL.search(text) or any(c.kind in ("child", "stranger") for c in candidates):
        return judged
    at = [
        i for i, one in enumerate(judged)
        if one.role == "stage" and one.polarity == "asserted" and not one.owner and candidates[i].thing.value in _SCHOOLS
    ]  # fmt: skip
    now = max((_SCHOOLS.index(candidates[i].thing.value) for i in at), default=0)
    past = [i for i in at if _SCHOOLS.index(candidates[i].thing.value) < now]
    return [replace(one, role=NONE) if i in past else one for i, one in enumerate(judged)]


def _same(one: Candidate, other: Candidate) -> bool:
    """Two names of one thing: the same day twice, a city and its province."""
    if one.text == other.text:
        return True
    if one.kind == other.kind == "day":
        return not set(one.thing.options).isdisjoint(other.thing.options)
    if one.kind != "place" or other.kind != "place":
        return False
    return any(
        wide.rstrip("0") == "" or narrow.startswith(wide[:2] if wide.endswith("0000") else wide[:4] if wide.endswith("00") else wide)
        for a in one.thing.adcodes for b in other.thing.adcodes for wide, narrow in ((a, b), (b, a))
    )  # fmt: skip


def _other(odds: Mapping[str, np.ndarray], role: str, owner: str, present: Collection[str]) -> RoleScore:
    """The likeliest of another role, or of the same role for somebody else of those `present`."""
    barred = np.where([name == role for name in LABELS["role"]], -np.inf, odds["role"])
    barred_owner = [name in (owner, NAMED) or name not in present for name in LABELS["owner"]]
    elsewhere = np.where(barred_owner, -np.inf, odds["owner"])
    as_other = float(np.max(barred)) + float(np.max(separators.log_softmax(odds["owner"])))
    at_place = LABELS["role"].index(role)
    as_another = float(odds["role"][at_place]) + float(
        np.max(np.where(np.isinf(elsewhere), -np.inf, separators.log_softmax(odds["owner"])))
    )
    if as_another > as_other:
        return _best({**odds, "owner": elsewhere})
    return _best({**odds, "role": separators.log_softmax(barred)})


def _ordered(weights: np.ndarray, names: Sequence[str], wanted: Sequence[str]) -> np.ndarray:
    """Log-probabilities in another order; what a model does not know is very unlikely."""
    known = {name: float(weight) for name, weight in zip(names, weights)}
    return np.array([known.get(name, -12.0) for name in wanted])


def _marked(turn: AnnotatedTurn) -> List[Tuple[Dict[str, float], Dict[str, str]]]:
    """The features of every candidate of a turn, with what it was marked as."""
    text = read_text(turn.text)
    kids = [kid.strip() for kid in turn.context.get("kids", "").split(",") if kid.strip()]
    names = [kid for kid in kids if kid not in OWNERS]
    candidates = find_mentions(text, SOME_DAY, expecting="unborn" in turn.context.get("open", ""), names=names)
    marks = [(text.plain_span(mark.start, mark.end), mark) for mark in turn.marks]
    found = []
    for candidate, row in zip(candidates, features(text.plain, candidates, turn.context)):
        mark = gold(candidate, marks)
        told = {"role": NONE, "polarity": POLARITIES[0], "owner": "", "corrects": "no"}
        if mark is not None:
            owner = mark.owner if mark.owner in ("", *OWNERS) else NAMED
            corrects = "yes" if mark.corrects else "no"
            told = {"role": mark.role, "polarity": mark.polarity, "owner": owner, "corrects": corrects}
        found.append((row, told))
    return found


def train(turns: Sequence[AnnotatedTurn]) -> RoleModel:
    """Learn the separators from annotated turns."""
    marked = [one for turn in turns for one in _marked(turn)]
    rows = [row for row, _ in marked]
    told = {name: [said[name] for _, said in marked] for name in LABELS}
    return RoleModel(separators.train(rows, told, strength=STRENGTH, temperature=TEMPERATURE))
