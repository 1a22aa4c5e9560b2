"""Where a family is from: its origin, and where its register is, which may or may not be where it lives."""

from __future__ import annotations

import re

from dialogue.facts import PLACES
from dialogue.hearing.place_said import HERE, MOVES_TO, MOVING, OVER_THERE, REGISTERED, PlaceSaid
from dialogue.hearing.places_asked_about import asked_of_another
from dialogue.hearing.places_quoted import their_word
from dialogue.reading import NEGATED, PARENT, PLANNED, STRANGER, Reading
from dialogue.state import DialogueState
from policies import places

_ORIGIN = re.compile("(?:老家|娘家|婆家|籍贯|祖籍)(?:是|在|就是)?$")
"""Before a place: somebody's origin."""
_ARE_FROM = re.compile("(?:我们?|俺们?|咱们?|孩子|娃)(?:家|老家)?(?:都|就)?是$")
_FROM_THERE = re.compile("的(?=$|[，,。；; ])|人(?=$|[，,。；; ])|过来的|来的")
"""Before and behind a place: “我们是黑龙江的”."""
_CLAUSE_BEGINS = re.compile("(?:^|[，,。；;！!？? ])$")
_OF_THERE = re.compile("[的嘞哩滴嘅](?=[，,。；;！!？? ]|$)")
"""Around a place: “南京的，媳妇怀了…” says first of all where they are."""
_WE_ARE_IN = re.compile("(?:可|但|不过|哦|那)?(?:我们?|咱们?|俺们?|孩子|娃)(?:家|人)?(?:是)?(?:在|住)")
_AWAY = re.compile(
    "老家|娘家|婆家|籍贯|外地|异地|在外|打工|上班|租房|跟着|过来|迁|落|转|挂|没回|回不去|这(?:边|里|儿)|本地|当地|住(?!院)"
)
"""A family may live elsewhere than where its child is registered."""
_BORN_THERE = re.compile("[^，,。；;！!？? ]{0,6}(?:生|产|剖|养)")
_PAID_OR_URGED = re.compile("(?:那边|老家)?(?:也|都|又|还|已经|就){0,3}(?:在)?(?:[交缴参买上](?:了|过|着|的|个)|催)")
"""Behind a place: something was paid there, or is asked for there."""
_PAID_AT_HOME = re.compile(
    "(?:老家|家乡|户口(?:那边|所在地))(?:那边|这边)?(?:已经|都|也|就)*(?:[交缴买办上]|参保)(?:了|过|的)(?!吗|没)"
)


def says_where_they_are(place: PlaceSaid) -> bool:
    """“南京的 媳妇怀了七个半月”: the one place of a message, in words of its own, and none is known."""
    if place.told.supposed or place.reading.of("stranger"):
        return False
    if place.reading.first == "change_region" and _WE_ARE_IN.fullmatch(place.before):
        return not place.text[place.mention.end :].strip("的了啊呀哦呢。，,！! ")  # “我在江苏”, whatever was known
    alone = len([m for m in place.reading.of(*PLACES) if m.said]) == 1
    unknown = alone and place.state.region is None and not their_word(place.text, place.mention)
    return unknown and place.preceded_by(_CLAUSE_BEGINS) and place.followed_by(_OF_THERE)


def from_there_only(place: PlaceSaid) -> bool:
    """“苏州能给外地孩子交吗” – “我们是黑龙江的”: where they are from, and another place is asked about."""
    if place.state.region is not None or place.told.corrects or not asked_of_another(place):
        return False
    says = place.preceded_by(_ARE_FROM) or not place.before.strip()
    return says and place.followed_by(_FROM_THERE)


def origin_of_who_learns_elsewhere(place: PlaceSaid) -> bool:
    """“老家河南” of who goes to college in 南京."""
    learns = place.state.facts.get("school_region") if place.state.region is None else None
    elsewhere = learns is not None and bool(learns) and places.apart(str(learns), place.code)
    return elsewhere and place.preceded_by(_ORIGIN) and "交" not in place.text


def origin_of_who_lives_elsewhere(place: PlaceSaid) -> bool:
    """“老家烟台的”, from a family that is elsewhere: where somebody is from is not where the family is."""
    return bool(place.state.region) and not place.told.corrects and place.preceded_by(_ORIGIN)


def asks_of_the_origin(place: PlaceSaid) -> bool:
    """“她同桌老家威海的，那边能让亲戚办不”."""
    there = OVER_THERE.search(place.text, place.mention.end) is not None
    return there and HERE.search(place.text) is None


def paid_at_its_register(place: PlaceSaid) -> bool:
    """“今年抚州交了，那边也在催，到底交哪边”: where the register is known to be, and the family is elsewhere."""
    if place.told.corrects or place.state.region in (None, place.code):
        return False
    its_register = place.state.facts.get("household_region") == place.code and not place.preceded_by(MOVING)
    return its_register and place.followed_by(_PAID_OR_URGED)


def paid_at_home_and_used_here(reading: Reading, state: DialogueState) -> str | None:
    """“老家交了这边能用吗” of a family that learns or works elsewhere: where its register is, which is asked about."""
    home = state.facts.get("household_region")
    used = reading.does("ask_remote_settlement") and _PAID_AT_HOME.search(reading.text) is not None
    named = bool(reading.of("insured")) or state.region not in (None, home)
    return str(home) if home and used and not named else None


def to_be_registered(place: PlaceSaid) -> bool:
    """“杭州生的，户口准备报淮安”: where the register will be is home, where only the birth is told elsewhere."""
    if place.told.name != "household_region" or place.mention.polarity != PLANNED or place.told.child:
        return False
    if place.state.region is not None or place.reading.of("insured", "school"):
        return False
    said = (m for m in place.reading.of(*PLACES) if m.polarity != NEGATED)
    others = (m for m in said if m.value[:1] != place.mention.value[:1])
    return all(_BORN_THERE.match(place.text, m.end) for m in others)


def lives_where_it_is_registered(place: PlaceSaid) -> bool:
    """Is the place of a child's register, with nothing told to the contrary, where the family is?"""
    if place.told.child or place.state.region is not None:
        return False
    return _moved_with_its_register(place) or _first_of_all_registered(place)


def _moved_with_its_register(place: PlaceSaid) -> bool:
    """“5月8号户口从安徽迁到扬州”: where the register went is where the child is, unless another place is told."""
    lives = [
        m
        for m in place.reading.of("insured", "school", "elsewhere")
        if m.polarity != NEGATED and m.owner not in (STRANGER, PARENT)
    ]
    return not lives and place.preceded_by(MOVES_TO)


def _first_of_all_registered(place: PlaceSaid) -> bool:
    """“2017年生，淮安涟水户口”: who says first of all what they are is there, unless they may live elsewhere.

    “户口在涟水” may as well be the half of “but we are not”: then it is asked where they are.
    """
    if _AWAY.search(place.text) or not place.followed_by(REGISTERED) or asked_of_another(place):
        return False
    if place.reading.does("ask_nonlocal_enrollment") or place.state.facts.get("school_region"):
        return False
    others = [m for m in place.reading.of(*PLACES, "permit") if m is not place.mention]
    return all(m.polarity == NEGATED or m.owner in (STRANGER, PARENT) for m in others)
