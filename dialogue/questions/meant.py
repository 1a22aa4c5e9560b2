"""Which question is meant, by what is known of the child and of the place it was asked of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dialogue.answering import asked_about
from dialogue.children import is_baby
from dialogue.decided import decided_or_none
from dialogue.question_groups import (
    BY_WHEN,
    HOW_TO_PAY,
    HOW_TO_REGISTER,
    NEWBORN,
    NONLOCAL,
    PAID_LATE,
    UNBORN,
    WHICH_YEAR,
)
from dialogue.questions.asked import ASKING, OF_MONEY
from dialogue.reading import NEGATED, PARENT
from dialogue.state import DialogueState, Standing
from dialogue.turn import Situation
from policies.facts import Facts
from policies.library import default
from policies.telling import in_reported_window

HOW_TO_ENROLL = {
    "新生儿": NEWBORN, "大学": "ask_college_enrollment", "高职": "ask_college_enrollment",
    **dict.fromkeys(("幼儿园", "小学", "初中", "高中", "中职"), "ask_student_enrollment"),
}  # fmt: skip
"""Stage of a child → the question that asks how it is enrolled."""
ENROLLING = (
    "ask_newborn_enrollment", "ask_student_enrollment", "ask_college_enrollment", "ask_enrollment_channel",
    "ask_payment_channel", "ask_payment_period", "ask_coverage_start", "ask_waiting_period",
)  # fmt: skip
"""Questions that become “may it be enrolled there at all” of a place where only a parent works or the child learns."""
SUMS = ("ask_premium", "ask_late_payment")
"""Questions whose answer is a sum of one year."""
DUTY, COMMERCIAL = "ask_enrollment_duty", "ask_commercial_insurance"
_BOUGHT = re.compile("买(?!医保|居民)")
_GAP = re.compile("中间|当中|断档|空档|空窗|无缝|接得?上|续得上")
_CERTIFIED = re.compile("(?<!没)(?:有|拿着|凭|拿到)[了张个]?(?:一张)?出生(?:医学)?证")
_NOW = re.compile("现在|眼下|今天|这会儿|这时候|还能|来得及|赶得上|赶趟|来不来得及|忘|漏")
_IF_MISSED = re.compile(
    "要是|如果|万一|假如|过了|错过|逾期|超期|过期|没赶上|赶不上|晚了|迟了|(?:去年|前年|20[12][0-9]年?|[12][0-9]年)度?的|期外|罚|滞纳"
)
_LEFT_OUT = re.compile("断(?!奶)|停保|漏|没续|落下")
_BEFOREHAND = re.compile("先|提前|早点|趁早|现在")
_ENOUGH = re.compile("够(?:不|么|吗|没)|(?:只|光|单|就)(?:交|缴|买|出|掏)[^，。；,;]{0,8}(?:够|行|成|中|省|得了)")
"""“交26年一年的够不”, “只交明年的就够了 省一份钱”."""
_DOING = re.compile("[整弄办搞登]")
IN_TIME = re.compile("[来赶]不?[得的]?[及上趟]|晚不晚|晚[了吗么没]|迟[了吗么没]|还[能行]|补得|能补|赶趟")


def meant_by_place(intent: str, s: Situation) -> str:
    """What is asked of where a child belongs.

    “老公单位在南京，能照南京的办吗”: a parent's work makes no place the child's; may it be enrolled there?
    “只有出生证，没户口”: a child that is registered nowhere yet is a newborn to be enrolled.
    """
    before = s.before.standing
    if intent == WHICH_YEAR and before is not None and before.intent in SUMS and not OF_MONEY.search(s.reading.text):
        return before.intent  # “是2027的吗”, “去年的还是今年的”, of a sum
    if intent == DUTY and before is not None and before.intent == COMMERCIAL and _BOUGHT.search(s.reading.text):
        return COMMERCIAL  # “不买不让上学怎么办”, of the insurance a school sells
    if intent == "ask_lapse_penalty" and s.state.facts.get("enrolled_elsewhere") and _GAP.search(s.reading.text):
        return "ask_transfer"  # “老家一直交着，转过来中间断不断档”
    registered_nowhere = s.reading.notes.get("not_yet") == "household"
    if registered_nowhere and intent == NONLOCAL and not any(m.kind == "place" for m in s.reading.mentions):
        return NEWBORN  # “没落户能不能先办”: not registered yet, and nowhere else
    if registered_nowhere and intent == "ask_missing_documents" and _CERTIFIED.search(s.reading.text):
        return NEWBORN
    if intent not in ENROLLING or s.heard.place is None:
        return intent
    works = [m.value for m in s.reading.mentions if m.kind == "place" and m.owner == PARENT and m.polarity != NEGATED]
    return NONLOCAL if any(s.heard.place in codes for codes in works) else intent


def meant_of_baby(intent: str, about: DialogueState, s: Situation) -> str:
    """What is asked of a newborn.

    “现在补上还来得及不” before its limit is over: nothing is late yet, that limit is asked for. “上哪旮旯整”, without a
    word of money: a baby is registered first. “交26年一年的够不” asks which years, not what they cost.
    """
    born = str(about.facts_of(about.child).get("birth_date") or "")
    if intent == UNBORN and s.reading.of("due") and "" < born <= s.today.isoformat():
        return BY_WHEN  # “预产期是1月21，按预产期还是按生下来”, of a child that came early
    expecting = {"pregnancy_months", "pregnancy_weeks"} & about.facts.keys() and not born
    if expecting and intent == NEWBORN and _BEFOREHAND.search(s.reading.text):
        return UNBORN  # “怀孕30周” – “先给娃上医保行不”
    if not is_baby(about.facts, s.today) or intent not in (PAID_LATE, HOW_TO_PAY, "ask_premium"):
        return intent
    if intent == "ask_premium":
        return WHICH_YEAR if "paid_years" in s.heard.supposed and _ENOUGH.search(s.reading.text) else intent
    if intent == HOW_TO_PAY:
        return HOW_TO_REGISTER if _is_to_be_registered(about, s.reading.text) else intent
    return BY_WHEN if IN_TIME.search(s.reading.text) and _still_in_time(about, s) else intent


def in_the_open_window(intents: Sequence[str], about: DialogueState, s: Situation) -> list[str]:
    """“现在还能交吗”, “忘了交 来得及吗”, while the next year is collected: nothing is late, its window is asked for.

    Of a child that was left out before, what that means is told behind it. What would be if the window were missed is
    asked of a window that is open, too, and stays what it is.
    """
    text = s.reading.text
    supposes = "paid_date" in s.heard.supposed or _IF_MISSED.search(text) is not None or s.picked
    child = about.facts_of(about.child)
    if PAID_LATE not in intents or supposes or is_baby(child, s.today) or child.get("stage") == "新生儿":
        return list(intents)
    if not _NOW.search(text) or not _collected_now(about, s):
        return list(intents)
    lapsed = bool(child.get("lapse_years")) or _LEFT_OUT.search(text) is not None
    found = [BY_WHEN if intent == PAID_LATE else intent for intent in intents]
    return list(dict.fromkeys([*found, *([PAID_LATE] if lapsed else [])]))


def _collected_now(about: DialogueState, s: Situation) -> bool:
    """Does the collection of the next year go on today where the child is?"""
    asked = asked_about(about, BY_WHEN, s.heard)
    made = decided_or_none(about, asked, s.today)
    place = asked.region
    reported = place is not None and in_reported_window(default(), place, Facts(), s.today)
    return made is not None and (bool(made.values.get("in_window")) or reported)


def _is_to_be_registered(about: DialogueState, text: str) -> bool:
    """Is something to be done for a child that is neither registered nor paid for, and no money spoken of?"""
    known = about.facts_of(about.child)
    begun = known.get("registered_date") or known.get("paid_date")
    return not begun and OF_MONEY.search(text) is None and _DOING.search(text) is not None


def _still_in_time(about: DialogueState, s: Situation) -> bool:
    """Does the limit of the child talked of lie ahead?"""
    limit = decided_or_none(about, asked_about(about, BY_WHEN, s.heard), s.today)
    return limit is not None and bool(limit.values.get("deadline_safe", "") >= s.today.isoformat())


def meant_of_child(intent: str, facts: Mapping[str, Any], s: Situation) -> str:
    """How this very child is enrolled, when several are told apart: a baby, a pupil and a student have other rules."""
    if intent not in HOW_TO_ENROLL.values():
        return intent
    return NEWBORN if is_baby(facts, s.today) else HOW_TO_ENROLL.get(str(facts.get("stage")), intent)


def as_if_paid_now(asks: str, standing: Standing, s: Situation) -> Standing:
    """“现在把25年度补上还来得及不”, where another year was paid on a day we know: that year would be paid today."""
    paid = s.state.facts_of(standing.child).get("paid_date")
    if asks != PAID_LATE or standing.intent != BY_WHEN or not paid or "paid_date" in standing.supposed:
        return standing
    return replace(standing, supposed={**standing.supposed, "paid_date": s.today.isoformat()})


def asked_of_its_school(s: Situation) -> Standing | None:
    """“大的其实在沈阳上学，也得在那边交？”: asked of the place of a school in another province than the family's."""
    school = str(s.heard.told.get("school_region") or "")
    here = s.state.region
    if not school or here is None or school[:2] == here[:2] or not ASKING.search(s.reading.text):
        return None
    standing = s.before.standing
    if standing is None or standing.intent not in ENROLLING:
        return None
    return replace(asked_about(s.state, NONLOCAL, s.heard), region=school, elsewhere=True)
