"""Of whom and of where a message asks: of which children, of the family's own place or of another."""

from __future__ import annotations

import re

from dialogue.questions.asked import questions_in
from dialogue.reading import NEGATED
from dialogue.turn import Situation
from policies import places

BARE = 8
"""Characters of a fragment that names nothing but whose it is."""
_EACH = ("各", "分别", "每个", "都")
"""Words by which all the children are meant."""
_SAME_DAY = re.compile("同一天|同一日|同天|一个日子")
_BOTH_PLACES = re.compile("[两俩]个?(?:地方|地|边|头|处|省|市)")
"""“两个地方奖励一样不”, of children who are in two places: what holds in each."""


def children_asked_for(s: Situation) -> list[str]:
    """The labels to answer for: those told apart in this message, when it asks for all of them."""
    named = [label for label in s.heard.children if label in s.state.children]
    everyone = [label for label in s.state.children if label]
    if len(everyone) > 1 and _SAME_DAY.search(s.reading.text):  # “最晚日子是同一天伐”, of twins born on two days
        return everyone
    if len(named) > 1 and (len(set(named)) > 2 or not _aliases(s, named)):
        return named
    if len(everyone) > 1 and not named and any(word in s.reading.text for word in _EACH):
        return everyone
    if not named and not s.heard.moved and s.heard.place is None and _BOTH_PLACES.search(s.reading.text):
        there = {place: label for label, place in s.state.regions.items() if label and place}
        return list(there.values()) if len(there) > 1 else []
    return []


def _aliases(s: Situation, named: list[str]) -> bool:
    """Is one of two labels only the other's name (“小名叫安康的是老二”)?"""
    unknown = (label for label in named if not s.state.children.get(label) and label not in s.state.regions)
    return any(unknown) and not any(word in s.reading.text for word in _EACH)


def names_somebody(s: Situation) -> bool:
    """Does it name a child or a place? Then it asks the same for that one (“那我这个呢”)."""
    own = bool(s.reading.notes.get("own_child"))
    return own or s.heard.relative or bool(s.heard.children) or s.heard.place is not None


def comes_home(s: Situation) -> bool:
    """“那我这边呢” after an answer for somewhere else: the same for the family's own place."""
    away = s.before.standing is not None and s.before.standing.elsewhere and s.state.region is not None
    own = bool(s.reading.notes.get("own_child")) and len(s.reading.text) <= BARE and not s.reading.mentions
    return away and own and not questions_in(s)


def over_there(s: Situation) -> bool:
    """“她那边呢”: the same again of somebody else's place."""
    return bool(s.reading.notes.get("over_there")) and bool(s.heard.place or s.heard.relative or s.before.relative)


def names_home(s: Situation) -> bool:
    """Is the family's own place named again, or what it lies in?"""
    home = {place.adcode for place in places.chain(s.state.region)} - {places.NATION} if s.state.region else set()
    named = {code for m in s.reading.mentions if m.kind == "place" and m.polarity != NEGATED for code in m.value}
    return bool(home & named)
