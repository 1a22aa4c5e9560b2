"""What the mentions of one message are together: a child is born once and insured in one place, lists agree, a place that
was left is not where the child is."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Dict, FrozenSet, List, Mapping

import numpy as np

from bot.nlu import separators
from bot.nlu.barred_roles import KIN_IN
from bot.nlu.days import told_behind
from bot.nlu.mention_owners import another
from bot.nlu.mentions import Candidate
from bot.nlu.role_names import CHILD_LABELS, LABELS, LAST_PAID, LIST_WORDS, NAMED, NONE, PAUSE, RoleScore, group
from dialogue.reading import STRANGER
from dialogue.vocabulary import POLARITIES

_UNIQUE = ("birth", "paid", "registered", "changed", "insured")
"""Roles that one message fills once for a child."""


def _best(odds: Mapping[str, np.ndarray]) -> RoleScore:
    role = int(np.argmax(odds["role"]))
    return RoleScore(
        LABELS["role"][role], LABELS["polarity"][int(np.argmax(odds["polarity"]))],
        LABELS["owner"][int(np.argmax(odds["owner"]))], bool(np.argmax(odds["corrects"])), float(np.exp(odds["role"][role])),
    )  # fmt: skip


def _agree(text: str, candidates: Sequence[Candidate], told: List[Dict[str, np.ndarray]]) -> None:
    """“25和27没报过账”: what is said of a list is said of all of it, so its members are judged together (in place)."""
    for index, one in enumerate(candidates):
        behind = next((k for k, c in enumerate(candidates[index + 1 :], index + 1) if c.kind == "day"), index)
        if one.kind == "month" and behind > index and _of_that_month(text, one, candidates[behind]):
            told[behind]["role"], told[index]["role"] = told[index]["role"], _NOTHING
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
        elif _one_each(text, one, other):
            told[index]["role"] = told[index + 1]["role"] = max(
                told[index]["role"], told[index + 1]["role"], key=lambda odds: float(odds[_BIRTH])
            )
            elder_first = _is_before(one, other)
            told[index]["owner"] = _ELDER if elder_first else _YOUNGER
            told[index + 1]["owner"] = _YOUNGER if elder_first else _ELDER
        elif _parallel(text, candidates, index):
            told[index + 1]["role"] = told[_day_before(candidates, index)]["role"]
        elif _more_exactly(text, one, other):
            told[index + 1]["role"], told[index]["role"] = told[index]["role"], _NOTHING
        elif _one_day(text, one, other):
            for name in ("role", "owner"):  # whichever name says it more surely
                told[index][name] = told[index + 1][name] = max(
                    told[index][name], told[index + 1][name], key=lambda odds: float(np.max(odds))
                )


_JUST_SO = re.compile("(?:的|是|那个|则是?|呢|，|, ){0,2}")
_OF_THE_CLOCK = (
    "(?:凌晨|半夜|夜里|清晨|早上|上午|中午|下午|傍晚|晚上)?"
    "(?:[零一二两三四五六七八九十0-9]{1,3}[点时:：](?:[零一二三四五六七八九十0-9]{1,3}分?|半|整|多)?)?"
)
_ENDS = re.compile(f"(?:号|日)?{_OF_THE_CLOCK}(?:的|呢|了|吧|哈)?(?:[，,。；;！？!?、 ]|$)")
_NEXT_CHILD = re.compile(f"(?:号|日)?{_OF_THE_CLOCK}(?:出?生的?|的)?[，,。；; ]{{0,2}}")


_TWO = re.compile("双胞胎|双胎|龙凤胎|双生|两个|俩|二胎")
_ONE = re.compile("一个(?:是|在)?$")
_AND_ONE = re.compile(f"(?:号|日)?{_OF_THE_CLOCK}(?:出?生的?|的)?[，,。；; ]{{0,2}}(?:另)?一个(?:是|在)?")
_BORN = re.compile(f"(?:号|日)?{_OF_THE_CLOCK}(?:出?生|出世|落地|剖)")
_BIRTH = LABELS["role"].index("birth")
_ELDER, _YOUNGER = (np.where([name == who for name in LABELS["owner"]], 0.0, -20.0) for who in ("大的", "小的"))


def _one_each(text: str, one: Candidate, other: Candidate) -> bool:
    """“双胞胎，一个11月30晚上11点50，一个12月1号0点12生的”: two births, the elder first."""
    return (
        one.kind == other.kind == "day"
        and _TWO.search(text) is not None
        and _ONE.search(text[: one.start]) is not None
        and _AND_ONE.fullmatch(text[one.end : other.start]) is not None
        and _BORN.match(text, other.end) is not None
    )


def _is_before(one: Candidate, other: Candidate) -> bool:
    """Is the one day before the other, in the years in which they are next to each other?"""
    pairs = itertools.product(one.thing.options[:9], other.thing.options[:9])
    first, second = min(pairs, key=lambda pair: abs((pair[0] - pair[1]).days), default=(0, 0))
    return bool(first <= second)


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
        and (
            child.start - candidates[before].end <= 6
            or _NEXT_CHILD.fullmatch(text[candidates[before].end : child.start]) is not None
        )
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


_CALENDAR = re.compile("阳历|公历|新历|国历|农历|阴历|老历")
_IN_THAT_MONTH = re.compile("份?(?:里头?|间|头)?(?:出?生的?|来的|落地|剖的?)?[，,（( ]{0,2}")
_NOTHING = np.where([name == NONE for name in LABELS["role"]], 0.0, -20.0)


def _more_exactly(text: str, one: Candidate, other: Candidate) -> bool:
    """“腊月里生的，阳历一月十九”: a month, and its day right behind by a named calendar, are one event."""
    behind = _IN_THAT_MONTH.fullmatch(text[one.end : other.start]) is not None
    return one.kind == "month" and other.kind == "day" and behind and _CALENDAR.match(other.text) is not None


def _of_that_month(text: str, month: Candidate, day: Candidate) -> bool:
    """“上个月在扬州生的 19号”: the day of what happened in the month."""
    days = day.thing.options
    inside = bool(days) and all(f"{option:%Y-%m}" in month.thing.months for option in days)
    return inside and told_behind(text, month.end, day.start, day.end)


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
    if not one.kind == other.kind == "years" or text[one.end : other.start].strip() not in LIST_WORDS:
        return False
    return LAST_PAID.search(text[max(one.start - 6, 0) : one.start]) is None


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
    theirs = (c.kind == "stranger" or (c.kind == "person" and another(odds)) for c, odds in zip(candidates, told))
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
        if c.kind == "place" and judged[i].owner in ("", *CHILD_LABELS, NAMED) and judged[i].polarity == "asserted"
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
    before = text[max(place.start - 28, 0) : place.start]
    came = _CAME_TO.search(before)
    if came is None or _FOR_A_WHILE.match(text, place.end):
        return False
    clause = before[max(came.start() - 12, 0) : came.start()]
    return _NOT_THE_CHILD.search(clause) is None and _HOLIDAYS.search(clause) is None


def _clause(text: str, candidate: Candidate) -> str:
    """The clause a candidate stands in."""
    begin = max((pause.end() for pause in PAUSE.finditer(text, 0, candidate.start)), default=0)
    end = next((pause.start() for pause in PAUSE.finditer(text, candidate.end)), len(text))
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


def _still_theirs(text: str, candidates: Sequence[Candidate], judged: List[RoleScore]) -> List[RoleScore]:
    """“她爷爷在烟台，…烟台小孩多少”: the place of somebody else, named once more, is no place of the family's."""
    made = list(judged)
    for i, k in itertools.combinations(range(len(judged)), 2):
        kin = judged[i].owner == STRANGER or KIN_IN.search(text[max(candidates[i].start - 6, 0) : candidates[i].start])
        theirs = candidates[i].kind == "place" and judged[i].role == "elsewhere" and kin
        if theirs and candidates[k].text == candidates[i].text and judged[k].role == "insured" and not judged[k].owner:
            made[k] = replace(judged[k], role="elsewhere", owner=STRANGER)
    return made


def judged_together(text: str, candidates: Sequence[Candidate], told: List[Dict[str, np.ndarray]]) -> List[RoleScore]:
    """What the candidates of one message are, seen together.

    Args:
        told: the log-odds of each; lists and the same day twice are made to agree (in place).
    """
    _agree(text, candidates, told)
    judged = _still_theirs(text, candidates, [_best(odds) for odds in told])
    judged = _moved(text, _once(text, judged, candidates, told), candidates)
    return _undecided(text, _at_one_school(text, judged, candidates), candidates)
