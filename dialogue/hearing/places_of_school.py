"""Where a child goes to school: of whom that is told, and what it says of where the family is."""

from __future__ import annotations

import re

from dialogue.hearing.message import NEAR
from dialogue.hearing.place_said import IS_FROM, PlaceSaid
from dialogue.reading import ASSERTED, PARENT, STRANGER
from policies import places

_HOME = re.compile(r"(?:(?P<old>老家|原籍|籍贯|祖籍|来自|生源地)|家里?)(?:在|是|那边是)? ?$")
_TEACHES = re.compile("我是[^，,。；;！!？?]{0,14}(?:老师|班主任|教师|园长|校医|辅导员)")
_WENT_THERE = re.compile("[^，,。；;！!？?]{0,8}[读念上学]过")


def at_school_elsewhere(place: PlaceSaid) -> bool:
    """“我们江西的，孩子在闵行读二年级，没有户口能交上海医保吗”, “徐州上大学 老家山东 要交多少”: where they are from
    is not where it is insured."""
    if place.told.supposed or place.told.corrects or place.state.region is not None:
        return False
    if not _is_from_there(place) or place.text.count("老家") > 1:  # “老家河北，老家那边多少钱”
        return False
    schools = [m for m in place.reading.of("school") if m.said and m.polarity == ASSERTED and m.owner != STRANGER]
    once = place.text.count(place.mention.text) <= 1
    return once and any(len(m.value) == 1 and places.apart(place.code, str(m.value[0])) for m in schools)


def _is_from_there(place: PlaceSaid) -> bool:
    """Is it said to be where they are from, or the home of who is at college?"""
    home = _HOME.search(place.before)
    at_college = any(stage.value in ("大学", "高职") for stage in place.reading.of("stage"))
    from_there = IS_FROM.match(f"{place.text}，", place.mention.end) is not None
    return from_there or (home is not None and (bool(home["old"]) or at_college))


def went_to_school_there(place: PlaceSaid) -> bool:
    """“三年级在威海借读过”: that is over."""
    return place.told.name == "school_region" and place.followed_by(_WENT_THERE)


def pupil_there(place: PlaceSaid) -> str:
    """“一个在威海念二年级”: the label of the child whose year of school stands right behind it; empty for none."""
    if place.told.name != "school_region":
        return ""
    behind = (m for m in place.reading.of("stage") if 0 <= m.start - place.mention.end <= NEAR)
    return next((m.owner for m in behind if m.owner not in (STRANGER, PARENT)), "")


def a_teacher_is_there(place: PlaceSaid) -> bool:
    """“我是泰州幼儿园老师，小A…”: where the school is, all the pupils are that are asked for."""
    unknown = place.told.name == "school_region" and place.state.region is None
    return unknown and _TEACHES.search(place.text) is not None
