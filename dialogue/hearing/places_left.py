"""Where a child was enrolled before it came here."""

from __future__ import annotations

import re
from typing import Any

from dialogue.hearing.place_said import PlaceSaid
from policies import places

_PAID_THERE = re.compile(
    "(?:那边|老家)?(?:交|缴|参|买|上)(?:的|过|了)[^，,。；;！!？?]{0,8}(?:到|在|转|来|拿)?(?:这(?:边|里|儿|头)|本地|当地|过来)"
)
"""Behind a place: what was paid there is asked of here."""
_BACK = re.compile(
    "(?:又|现在|今年|如今|已经|最近|刚)[^，,。；;！!？?]{0,4}(?:回|转|搬|迁|在)|[回搬迁转]回?(?:到|来|了)"
)
"""Up to the end of a place: somebody went (back) there."""


def brought_here(place: PlaceSaid) -> bool:
    """“河南交的年头到这边还认吗”: what was paid in another province is asked of here."""
    return place.in_another_province and not place.told.corrects and place.followed_by(_PAID_THERE)


def left_before(place: PlaceSaid) -> bool:
    """“他18年就在烟台交了，年头能接上不” of a family that came from there: nobody went back."""
    if place.told.corrects or place.code == places.NATION:
        return False
    lives = place.state.region or str(place.state.facts.get("school_region") or "")
    known = place.state.facts.get("enrolled_elsewhere") or ()
    left = any(one.get("province") == _province(place.code) for one in known)
    went_back = _BACK.search(place.text[: place.mention.end]) is not None
    return left and bool(lives) and place.code[:2] != lives[:2] and not went_back


def enrolled_before(place: PlaceSaid) -> dict[str, Any] | None:
    """What is a fact of the rules: another province, which insurance, which years; None of the nation as a whole."""
    if place.code == places.NATION:
        return None
    here = (m.start for m in place.reading.of("insured") if m.start > place.mention.start)
    behind = min(here, default=len(place.text))
    said = [m for m in place.reading.of("paid_years", "enrolled_years") if m.said and m.start < behind]
    years = sorted({year for m in said for year in m.value})
    kind = "职工医保" if "职工" in place.text else "居民医保"
    return {"province": _province(place.code), "type": kind, "years": years}


def _province(code: str) -> str:
    return places.chain(code)[-2].name
