"""Whether a mention is so: meant and not done, tried in vain, put off, wished, asked or taken back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Mapping

import numpy as np

from bot.nlu.mentions import Candidate
from bot.nlu.role_names import EVENTS, NONE, PAUSE, is_role
from dialogue.vocabulary import POLARITIES

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
_NO_PERMIT = re.compile(
    "(?:都|也|还|就|一直|目前|现在){0,2}(?:没|未|冇)(?:有)?(?:去|来得及)?(?:[办领拿弄搞整申批]|下来|到手|(?=$|[，。,; ]))"
)
"""Behind a permit: there is none yet (“居住证还没办”)."""
_COMING_PERMIT = re.compile("(?:都|也|还|正|现在){0,2}在办|办了[，, ]?(?:还|也)?没(?:拿|领|到|下|批)")
_ASKS_FOR_PERMIT = re.compile(
    "(?:要|得)?(?:怎么|咋|如何|去哪|在哪|哪里|哪儿|多久)(?:能|可以|里|儿)?(?:办|领|拿|弄|申请|搞)"
)
_ONLY_PLANNED = np.where([name == "plan" for name in POLARITIES], 0.0, -20.0)
_ONLY_ASKED = np.where([name == "ask" for name in POLARITIES], 0.0, -20.0)
_ONLY_NEGATED = np.where([name == "neg" for name in POLARITIES], 0.0, -20.0)


def _put_off(text: str, candidate: Candidate) -> bool:
    """“拖到10月跟老大一起交”, “最迟5日交”: still to come; “拖到8月9号才交的” is over."""
    before = text[max(candidate.start - 6, 0) : candidate.start]
    return _PUT_OFF_TO.search(before) is not None and _IT_HAPPENED.match(text, candidate.end) is None


def _in_vain(text: str, candidates: Sequence[Candidate], told: Sequence[Mapping[str, np.ndarray]], index: int) -> bool:
    """Did what was to be done on this day come to nothing, by what is told before the next day?"""
    if candidates[index].kind != "day" or not any(is_role(told[index], role) for role in _AT_A_COUNTER):
        return False
    here = candidates[index].end
    days = (c.start for c, odds in zip(candidates, told) if c.kind in ("day", "month") and not is_role(odds, NONE))
    following = next((start for start in days if start >= here), len(text))
    pauses = [pause.start() for pause in PAUSE.finditer(text, here, following)]
    own = text[here : pauses[0] if pauses else following]
    if not _GOES.search(own) or _ALREADY_DONE.search(own):
        return False
    failed = _IN_VAIN.search(text, here, min(pauses[2] if len(pauses) > 2 else following, following, here + 40))
    return failed is not None and _AFTER_ALL.search(text, failed.end(), min(following, failed.end() + 30)) is None


_SUPPOSED = re.compile("(?:比方说?|譬如说?|好比|就当|假比|假使|假如|假设|假定|设其)[^，。；！？,;!?]{0,7}$")
_ONLY_SUPPOSED = np.where([name == "supp" for name in POLARITIES], 0.0, -20.0)
_IN_CASE = re.compile("[^，。；！？,;!?说讲记没 ]{0,6}的话")
"""Behind a day: “12月10号交了的话”."""
_IS_IT_ENOUGH = re.compile("(?:一年|一个年度|一份|那份|年度)?的?(?:就)?够(?:不|么|吗|没)")
"""Behind a year: “交26年一年的够不” asks about a payment, it tells none."""
_TO_PAY = "(?:轮到|轮着|该|要|得|准备|打算|想)(?:去|再)?[交缴]"
_ITS_TURN, _THEN_DUE = re.compile(f"{_TO_PAY}$"), re.compile(f"(?:就|又|也|都)?{_TO_PAY}")
"""Before and behind a year: it is to be paid, then it is due (“今年轮到交26的了，还没整呢”)."""
_PUT_OFF_TO = re.compile("(?:(?:拖|等|挪|推|攒|熬|捱|延)(?:延|后|迟)?到了?|(?:最|至|顶)[迟晚](?:得|要|在|到)?)$")
_IT_HAPPENED = re.compile("[^，。；！？,;!?]{0,10}?(?:才|了|的(?=$|[，。；！？,;!?]))")
_WHETHER_PAID = re.compile(
    "(?:年度?)?(?:的)?(?:到底)?(?:(?:交|缴)了?没有?(?:交|缴|(?=$|[，。；！？,;!? 我]|不知|记不))|(?:交|缴)没(?:交|缴)|(?:是否|有没有)(?:交|缴))"
)


def said_so(text: str, candidate: Candidate, role: str, odds: np.ndarray) -> np.ndarray:
    """Log-odds of the polarity, forced where the words around a candidate leave no doubt.

    Args:
        role: the likeliest of the candidate.
        odds: what was judged.
    """
    ahead = text[max(candidate.start - 6, 0) : candidate.start]
    if _TAKEN_BACK.search(ahead) or (candidate.kind == "place" and _NOT_THERE.search(ahead)):
        return _ONLY_NEGATED
    if candidate.kind == "permit" and _ASKS_FOR_PERMIT.match(text, candidate.end):
        return _ONLY_ASKED
    missing = _NO_PERMIT.match(text, candidate.end) or _COMING_PERMIT.match(text, candidate.end)
    if candidate.kind == "permit" and missing:
        return _ONLY_NEGATED
    if candidate.kind == "years" and _WHETHER_PAID.match(text, candidate.end):
        return _ONLY_ASKED
    of_year = candidate.kind == "years" or role == "paid_years"  # “26” alone may be a day as well
    if of_year and (_ITS_TURN.search(ahead) or _THEN_DUE.match(text, candidate.end)):
        return _ONLY_PLANNED
    if candidate.kind == "years" and _IS_IT_ENOUGH.match(text, candidate.end):
        return _ONLY_SUPPOSED
    if candidate.kind == "day" and _SUPPOSED.search(text[max(candidate.start - 10, 0) : candidate.start]):
        return _ONLY_SUPPOSED
    if role not in EVENTS:
        return odds
    if candidate.kind == "day" and _IN_CASE.match(text, candidate.end):
        return _ONLY_SUPPOSED
    meant = _MEANT.search(ahead) is not None and _TO_DO.match(text, candidate.end) is not None
    if meant or _NEVER_CAME.search(text[max(candidate.start - 24, 0) : candidate.start]):
        return _ONLY_NEGATED
    if _WISHED.match(text, candidate.end) or _put_off(text, candidate):
        return _ONLY_PLANNED
    return odds


def unless_in_vain(
    text: str, candidates: Sequence[Candidate], told: Sequence[Mapping[str, np.ndarray]], index: int
) -> np.ndarray:
    """Log-odds of a candidate's polarity: what was tried that day and came to nothing did not happen."""
    return _ONLY_NEGATED if _in_vain(text, candidates, told, index) else told[index]["polarity"]
