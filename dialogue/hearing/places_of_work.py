"""Where parents work: a place that need not be where the child is insured."""

from __future__ import annotations

import re

from dialogue.facts import PLACES
from dialogue.hearing.place_said import IS_FROM, PlaceSaid
from dialogue.reading import ASSERTED, PARENT, STRANGER, Reading
from dialogue.vocabulary import KIN_THERE, WORKS_THERE

_THIS_PLACE = re.compile("这(?:边|里|儿|头|嘎达|达)|[挪转迁搬]过来|本地|当地|[咯呢搿格个即](?:里|边|度|搭)")
"""Behind a place: that is here."""
_ONE_PARENT_IN = re.compile("(?:爸|妈|爹|娘|老公|老婆|爱人|对象|先生|丈夫|媳妇)(?:人|一个人)?(?:在|搁|去|到)了?$")
"""Before a place: one of the parents is there."""


def here_is_where_they_work(reading: Reading) -> str | None:
    """“俺两口子阜阳的，在溧阳厂里干活，…在这边能参保不”: the code of where they work, named last: that is here."""
    named = [m for m in reading.of(*PLACES) if m.said and m.polarity == ASSERTED and m.owner != STRANGER]
    last = named[-1] if named else None
    works = last is not None and last.owner in (PARENT, "") and last.role == "elsewhere" and len(last.value) == 1
    if last is None or not works or not WORKS_THERE.match(reading.text, last.end):
        return None
    here = _THIS_PLACE.search(reading.text, last.end) is not None
    from_elsewhere = all(IS_FROM.match(reading.text, m.end) for m in named if m.role == "insured")
    return str(last.value[0]) if here and from_elsewhere else None


def they_work_there(place: PlaceSaid) -> bool:
    """“我们四川人，在苏州打工，娃医保买哪边”: may it be enrolled where they are, is asked of there."""
    others = [m for m in place.reading.of(*PLACES) if m is not place.mention and m.owner != STRANGER]
    from_elsewhere = bool(others) and all(IS_FROM.match(place.text, m.end) for m in others)
    return from_elsewhere and place.followed_by(WORKS_THERE)


def only_kin_are_there(place: PlaceSaid) -> bool:
    """“他爸在东莞上班”, “启东他爷爷也交了”: where one parent works, or kin are, says nothing of where the child is."""
    return place.followed_by(KIN_THERE) or (place.followed_by(WORKS_THERE) and place.preceded_by(_ONE_PARENT_IN))
