"""The facts a reading tells, each with its name, value, child, and whether it is only supposed: pure, without a state.

Chat, form and desk take facts from here, and `make evaluate-facts` measures just these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dialogue.reading import ASKED, NEGATED, OPEN, Mention, Reading

DAYS = {
    "birth": "birth_date", "due": "due_date", "paid": "paid_date", "registered": "registered_date",
    "changed": "transition_date", "visit": "visit_date", "asked": "deadline_asked",
    "deducted": "other_date", "discharge": "other_date", "hukou": "other_date", "other": "other_date",
}  # fmt: skip
PLACES = {
    "insured": "region", "household": "household_region", "school": "school_region", "visited": "visit_region",
    "account": "account_region", "former": "former_region", "recognised": "recognised_in", "elsewhere": "other_region",
}  # fmt: skip
YEARS = ("paid_years", "enrolled_years", "lapse_years", "zero_claim_years", "claimed_years", "used_bonus_years")
WORDS = {"stage": "stage", "category": "category", "change": "transition"}


@dataclass(frozen=True)
class FactMention:
    """One fact of a message. `value` as the contract has it (a place is a list of codes it may mean)."""

    name: str
    value: Any
    child: str = ""
    supposed: bool = False
    corrects: bool = False
    mention: Mention | None = None


def told_in(reading: Reading) -> list[FactMention]:
    """Every fact of a message, in its order; what was denied is left out."""
    return [told for mention in reading.mentions for told in _told(mention, reading)] + list(_noted(reading))


def _told(mention: Mention, reading: Reading) -> Iterator[FactMention]:
    supposed = mention.polarity in OPEN
    denied = mention.polarity == NEGATED

    def fact(name: str, value: Any) -> FactMention:
        return FactMention(name, value, mention.owner, supposed, mention.corrects, mention)

    if mention.role in DAYS:
        mended = any(other.corrects for other in reading.mentions)
        if mention.value is None or (denied and (mended or mention.role != "other")):
            return
        name = DAYS[mention.role]
        yield FactMention(
            name, mention.value, mention.owner, supposed or name == "deadline_asked", mention.corrects, mention
        )
    elif mention.role in PLACES:
        if not denied:
            yield fact(PLACES[mention.role], list(mention.value))
    elif mention.role in YEARS:
        if not denied:
            yield fact(mention.role, list(mention.value))
    elif mention.role in WORDS:
        if not denied:
            yield fact(WORDS[mention.role], mention.value)
    elif mention.role == "permit" and mention.polarity != ASKED:  # “居住证怎么办” has none and lacks none
        yield FactMention("residence_permit", not denied, mention.owner, supposed, mention.corrects, mention)
    elif mention.role == "pregnant" and not denied:
        for unit in ("months", "weeks"):
            if mention.value.get(unit):
                yield fact(f"pregnancy_{unit}", mention.value[unit])
    elif mention.role == "age":
        if mention.value.get("stage") and not denied:
            yield fact("stage", mention.value["stage"])
    elif mention.role in ("payer", "proxy") and not denied:
        yield fact(mention.role, str(mention.value))


def _noted(reading: Reading) -> Iterator[FactMention]:
    if "for_whom" in reading.notes:  # who may not pay for whom is the same from both sides
        yield FactMention("payer", str(reading.notes["for_whom"]), supposed=True)
    for name in ("use", "cross_province", "new_assistance", "child_enrolled"):
        if name in reading.notes:
            yield FactMention(name, reading.notes[name], supposed=reading.notes[name] == "goods")
