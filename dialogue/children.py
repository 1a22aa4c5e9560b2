"""Telling the children of a family apart: labels, and whose the facts are that were told before anybody was named."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from dialogue.question_groups import PAYMENTS, VISITS
from dialogue.state import ONLY, DialogueState

BIG, SMALL, SECOND, THIRD = "大的", "小的", "老二", "老三"
KINDS = (BIG, SMALL, SECOND, THIRD)
"""Labels that say which child of the family it is."""
BABY_DAYS = 366
"""Days of age below which a child is in its first year."""
_PUPIL, _AT_SCHOOL = re.compile(".{1,8}同学|学生[1-9A-Ea-e]"), 7
_USUALLY = ((3, "学龄前"), (7, "幼儿园"), (13, "小学"), (16, "初中"))
"""Below so many years of age → where children of that age usually are. An assumption."""


def age_in_days(birth: str, today: date) -> int:
    """Days since a birth (“2025-11-02”); the day of birth is 0."""
    return (today - date.fromisoformat(birth)).days


def days_apart(first: str, second: str) -> int:
    """Days from one day to another (“2025-11-02”); negative when the second is the earlier one."""
    return age_in_days(first, date.fromisoformat(second))


def is_baby(facts: Mapping[str, Any], today: date) -> bool:
    """Is a child with these facts known to be in its first year?"""
    birth = facts.get("birth_date")
    return birth is not None and age_in_days(str(birth), today) < BABY_DAYS


def canonical(label: str, known: Collection[str]) -> str:
    """The label a child already goes by: 老二 of two is the small one, of three the one between.

    Args:
        known: the labels of the conversation and of the message.
    """
    others = set(known) - {label}
    if label == SECOND and SECOND not in known and THIRD not in others:
        return SMALL
    if label == THIRD and THIRD not in known and SECOND in known and SMALL in known:
        return SMALL
    return label


def moved_to(state: DialogueState, label: str, today: date) -> DialogueState:
    """The same talk about this child. What was told before any name was given belongs to whom it fits."""
    if label == state.child:
        return state
    children = {name: dict(facts) for name, facts in state.children.items()}
    nameless = children.pop(ONLY, None)
    if nameless:
        owner = _whose(nameless, label, today)
        children[owner] = {**nameless, **children.get(owner, {})}
    children.setdefault(label, {})
    if state.twins and "birth_date" not in children[label]:
        born = next((facts["birth_date"] for facts in children.values() if "birth_date" in facts), None)
        children[label] |= {"birth_date": born} if born else {}
    return replace(state.about(label), children=children, month=None, born_in=None)


def _whose(facts: Mapping[str, Any], label: str, today: date) -> str:
    """A baby is the small one, a pupil the big one; when that is the child now named, its facts stay its own."""
    birth, stage = facts.get("birth_date"), facts.get("stage")
    baby = stage == "新生儿" or any(name in facts for name in ("pregnancy_months", "pregnancy_weeks"))
    if birth is not None:
        baby = is_baby(facts, today)
    known = birth is not None or stage is not None or baby
    if not known:
        return label
    owner = SMALL if baby else BIG
    if label not in KINDS:  # called by name: nobody knows which
        return label
    return owner


def years_of_pupil(label: str, intent: str, of_a_class: str) -> int | None:
    """An age for a pupil a teacher asks for (王同学, 学生A, one of a class).

    It only matters that nobody at school is a newborn. Which school it is decides other questions: nothing is assumed.
    """
    pupil = of_a_class or _PUPIL.fullmatch(label)
    return _AT_SCHOOL if pupil and intent in (*PAYMENTS, *VISITS) else None


def with_usual_stage(facts: Mapping[str, Any], years: int | None) -> dict[str, Any]:
    """The facts of a child of whom nothing but its age is told, with the stage children of that age usually are at.

    A child of six is no newborn: that much is certain of it, and the very stage decides hardly anything. Whoever tells
    the stage or the birthday is believed. The desk shows it in its field, where it can be changed.
    """
    if not years or facts.keys() & {"stage", "birth_date"}:
        return dict(facts)
    return {**facts, "stage": next((stage for below, stage in _USUALLY if years < below), "高中")}
