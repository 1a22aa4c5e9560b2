"""Which question is meant, by how things stand with the child: an ordered table; the first that fits answers."""

from __future__ import annotations

import re
from collections.abc import Callable

from dialogue.children import is_baby
from dialogue.question_groups import BY_WHEN, COVERED_FROM, HOW_TO_PAY, HOW_TO_REGISTER, NONLOCAL
from dialogue.state import DialogueState
from dialogue.turn import Situation

COLLEGE, LEVEL, AT_BIRTH, PREMIUM = "ask_college_enrollment", "ask_benefit_level", "ask_birth_expense", "ask_premium"
STATUS = "ask_status_change"
_ABOUT_PAYING = ("ask_subsidy", HOW_TO_PAY, "ask_enrollment_duty", "ask_family_account_payment")
_STUDENT = re.compile("大学|高校|大专|专科|本科|学院|大[一二三四]|研究生|高职|学籍|学校|毕业")
_WHETHER = re.compile(
    "[那这]?(?:些|个|笔|次)?(?:钱|费用|住院|医院)?(?:还)?能不?能?(?:给)?报(?:销)?(?:上)?[不吗么嘛没了啊呀？? ]{0,3}"
)
_WHERE = re.compile("(?:哪|啥地方|什么地方)(?:里|边|儿|块)?[^，。；,; ]{0,4}(?:参保|登记|办|上)")
_FREE = re.compile("免费|免不免|免交|不用交|不要钱|要不要(?:交)?钱|(?:还)?要(?:给.{0,3})?交钱[不吗么]|用不用交")
_UNINSURED = re.compile("(?:没|未)(?:有)?(?:参保|交|缴|买|上医?保|办)|断(?:了|交|保|缴)|自费")
_AT_SCHOOL = re.compile("[上读念](?:幼儿园|小学|初中|高中|[一二三四五六七八九]年级|初[一二三]|高[一二三])")
_REGISTER_BOOK = re.compile("户口[本簿]")
_PUPILS = ("幼儿园", "小学", "初中", "高中", "中职", "大学", "高职")

Meant = Callable[[str, DialogueState, Situation], str | None]


def meant_by_situation(intent: str, about: DialogueState, s: Situation) -> str:
    """The question that is meant by one that was heard.

    Args:
        intent: as it was heard.
        about: the state, talking of the child that is asked for.
    """
    if s.picked:
        return intent
    return next((meant for rule in _RULES if (meant := rule(intent, about, s)) is not None), intent)


def _registered_where(intent: str, about: DialogueState, s: Situation) -> str | None:
    """“徐州 娃4岁” – “在哪参保”: only of a student it is asked whether the school or the home enrolls it."""
    if intent != COLLEGE or _WHERE.search(s.reading.text) is None:
        return None
    student = _STUDENT.search(s.reading.text) or about.facts.get("stage") in ("大学", "高职")
    return None if student else HOW_TO_REGISTER


def _is_it_covered(intent: str, about: DialogueState, s: Situation) -> str | None:
    """“11月5号生 住保温箱” – “能报不”: of a newborn whether, not how much."""
    if intent != LEVEL or not is_baby(about.facts, s.today) or _WHETHER.fullmatch(s.reading.text.strip()) is None:
        return None
    standing = s.before.standing
    return AT_BIRTH if standing is not None and standing.intent == AT_BIRTH else COVERED_FROM


def _is_it_free(intent: str, about: DialogueState, s: Situation) -> str | None:
    """“新生儿是不是免费”, “要交钱吗”, of a newborn of no poor family: what is paid for it."""
    newborn = is_baby(about.facts, s.today) or about.facts.get("stage") == "新生儿" or "新生儿" in s.reading.text
    free = intent in _ABOUT_PAYING and newborn and _FREE.search(s.reading.text) is not None
    return PREMIUM if free and "category" not in about.facts and not s.reading.of("category") else None


def _after_a_change(intent: str, about: DialogueState, s: Situation) -> str | None:
    """“大学毕业了” – “几号前交”: whoever changes has a window of its own, answered by its day where that is known."""
    known = about.facts
    changed = known.get("transition") and "transition_date" not in known and not is_baby(known, s.today)
    return STATUS if intent == BY_WHEN and changed and "paid_years" not in s.heard.supposed else None


def _no_birth(intent: str, about: DialogueState, s: Situation) -> str | None:
    """“刚出院花了八千 没参保 上初中”: a pupil's bill is none of a birth; from when it would be covered is asked."""
    pupil = (
        about.facts.get("stage") in _PUPILS
        or (about.ages.get(about.child) or 0) > 0
        or _AT_SCHOOL.search(s.reading.text)
    )
    uninsured = _UNINSURED.search(s.reading.text) is not None and not is_baby(about.facts, s.today)
    return COVERED_FROM if intent == AT_BIRTH and pupil and uninsured else None


def _which_paper(intent: str, about: DialogueState, s: Situation) -> str | None:
    """“居住证过期了咋办”, “他爸不给户口本”: another paper than the certificate of birth."""
    if intent != "ask_missing_documents" or "出生" in s.reading.text:
        return None
    if "居住证" in s.reading.text:
        return NONLOCAL
    return "ask_enrollment_materials" if _REGISTER_BOOK.search(s.reading.text) else None


_RULES: tuple[Meant, ...] = (_registered_where, _is_it_covered, _is_it_free, _after_a_change, _no_birth, _which_paper)
