"""A place that is only asked about, or stayed at for a while: the family is not there."""

from __future__ import annotations

import re

from dialogue.hearing.message import ASKS
from dialogue.hearing.place_said import HERE, IS_OURS, MOVES_TO, OVER_THERE, PlaceSaid
from dialogue.hearing.places_quoted import SAID_BY
from dialogue.question_groups import VISITS
from dialogue.reading import ASSERTED, SUPPOSED
from dialogue.vocabulary import QUESTIONS
from policies import places

_ASKS_OF_HERE = re.compile(f"(?:我们?|咱|俺|你们|这[边里儿])(?![说讲])[^，,。；;！!？?]{{0,16}}(?:{ASKS}|要不要|还要)")
_BEFORE = re.compile("以前|原来|之前|原先|当时|那时|从")
"""A place that was left."""
_FOR_A_WHILE = re.compile(
    "(?:[寒暑春秋]?假期?|过年|年[前后底]|国庆|元旦|春节|周末|五一|清明|端午|中秋|过节|[几两]天).{0,8}(?:[回去到在上]|回到?|带.{0,3}[回去到])$"
)
"""Before a place: a stay that ends."""
_INSURED_THERE = re.compile("[^，,。]{0,4}(?:参保|[交缴投入买]的?(?:医保|社保|保险)|[交缴]的)")
"""Behind a place: it is insured there."""


_THERE_AS_WELL = re.compile("呢|那边|那儿|那里|一样|也有|也行|也能")


def over_there(place: PlaceSaid) -> bool:
    """“北京那边多少钱”: who says so is not there; where the family moved to is."""
    if not place.in_another_province or place.told.corrects or place.told.child:
        return False
    if place.preceded_by(SAID_BY) and place.mention.polarity == ASSERTED:
        return True  # whose word it is, is not told; where the family is, was
    ours = HERE.search(place.text) or place.preceded_by(MOVES_TO) or place.preceded_by(IS_OURS)
    return place.followed_by(OVER_THERE) and not ours


def then_asks_of_here(place: PlaceSaid) -> bool:
    """“我妈说烟台那边12月底截止，我们几号截止”: what is asked behind it is of here."""
    clauses = re.split("[，,。；;！!？? ]", place.text[place.mention.end :].rstrip("？?。！! "))
    quoted = len(clauses) > 1 and place.preceded_by(SAID_BY)
    return quoted and _ASKS_OF_HERE.search(clauses[-1]) is not None


def asks_of_over_there(place: PlaceSaid) -> bool:
    """“明年接他到昆山念书，那边医保咋办”: of where it will be."""
    end = place.mention.end
    there = OVER_THERE.search(place.text, end) is not None and HERE.search(place.text, end) is None
    return there and place.reading.does(*QUESTIONS)


def asked_in_full(place: PlaceSaid) -> bool:
    """A question in full about another place: “徐州那边断过一年的话等多久”; of one left behind only supposed."""
    if not place.reading.does(*QUESTIONS):
        return False
    if place.told.name == "former_region" and (not place.told.supposed or _BEFORE.search(place.text)):
        return False
    if HERE.search(place.text) or place.reading.does(*VISITS, "ask_transfer"):
        return False  # of the family's own place: where a child is cared for or comes from does not pay
    return place.followed_by(OVER_THERE) and not place.reading.of("insured")


def same_of_there(place: PlaceSaid) -> bool:
    """A fragment that names but a place: “大连呢”, “她娘家在潍坊，那边也有吗”."""
    return place.reading.does("follow") and _THERE_AS_WELL.search(place.text) is not None


def weighed(place: PlaceSaid) -> bool:
    """“放苏州还是放上海”: of two places that are weighed, the answer is about neither."""
    supposed = (m for m in place.reading.of("insured", "elsewhere") if m.polarity == SUPPOSED and m.value)
    return any(place.code not in m.value for m in supposed)


def asked_of_another(place: PlaceSaid) -> bool:
    """“外地小孩在苏州能不能交医保” – “四岁，安徽阜阳的户口”: the only place asked about is where they are."""
    standing = place.state.standing
    asked = standing.region if standing is not None and standing.elsewhere else None
    return asked is not None and places.apart(asked, str(place.told.value[0]))


def stayed_at_for_a_while(place: PlaceSaid) -> bool:
    """“寒假回江西 生毛病哪能办” of a child at school elsewhere: who falls ill there is insured where it was."""
    treated = place.reading.first == "ask_remote_settlement" and not place.told.corrects
    stays = place.preceded_by(_FOR_A_WHILE) and not place.followed_by(_INSURED_THERE)
    return place.here is not None and treated and stays
