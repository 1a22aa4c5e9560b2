"""Names the judges of mentions share: roles by kind of candidate, labels, the score of one mention, marks of pauses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Dict, Mapping, Tuple

import numpy as np

from bot.nlu.heads import Whole
from bot.nlu.mentions import Candidate
from dialogue.reading import PARENT, STRANGER
from dialogue.vocabulary import DATE_ROLES, OWNERS, PEOPLE_ROLES, PLACE_ROLES, POLARITIES, ROLES, WORD_ROLES, YEAR_ROLES

NAMED = "named"
"""The owner of a fact whose child is called by name: the nearest name before it."""
NONE = "none"
"""The role of a candidate that is no mention at all."""
GROUPS = {"day": "time", "month": "time", "birth_year": "time", "years": "time", "age": "time", "pregnancy": "time",
          "place": "place", "person": "who", "child": "who", "stranger": "who"}  # fmt: skip
LIST_WORDS = ("", "、", "和", "跟", "与", "及", "还有")
"""What stands between the members of a list."""
CLASSES: Dict[str, str] = {
    **dict.fromkeys((*DATE_ROLES, *YEAR_ROLES, "age", "pregnant"), "time"), **dict.fromkeys(PLACE_ROLES, "place"),
    **dict.fromkeys(PEOPLE_ROLES, "who"), **dict.fromkeys(WORD_ROLES, "word"),
}  # fmt: skip
"""Role → what kind of candidate may have it."""


def group(kind: str) -> str:
    """time · place · who · word."""
    return GROUPS.get(kind, "word")


LABELS: Dict[str, Tuple[str, ...]] = {
    "role": (NONE, *ROLES), "polarity": POLARITIES, "owner": ("", *OWNERS, NAMED), "corrects": ("no", "yes"),
}  # fmt: skip
EVENTS = ("paid", "registered", "hukou", "visit", "changed", "asked", "other")
"""Roles of days on which something was, or was to be, done."""
View = Tuple[Whole, Tuple[int, int]]
"""A message, or the stretch of it, as the encoder sees it, and the pieces of one candidate in it."""


@dataclass(frozen=True)
class RoleScore:
    """What a candidate was judged to be; `sure` is the probability of its role."""

    role: str
    polarity: str
    owner: str
    corrects: bool
    sure: float


CHILD_LABELS = frozenset(OWNERS) - {STRANGER, PARENT}
"""What the children of a family are called by their order."""
PAUSE, STOP = re.compile("[，。；！？,;!?\\n]"), re.compile("[。；！？;!?\\n]")
"""Ends of a clause and of a sentence."""


def is_role(odds: Mapping[str, np.ndarray], role: str) -> bool:
    """Is this the likeliest role, by log-odds in the order of `LABELS`?"""
    return LABELS["role"][int(np.argmax(odds["role"]))] == role


def is_pupil(candidate: Candidate) -> bool:
    """王同学 or 小A, whom a teacher asks for: a child of the talk, nobody else's."""
    return candidate.kind == "child" and _PUPIL.fullmatch(str(candidate.thing.value)) is not None


_PUPIL = re.compile(".+同学|(?:学生|小)[A-Ea-e]|学生[1-9]")


LAST_PAID = re.compile("(?<![没未])(?:交|缴|参保|续|保|上)(?:费|着|的)?到了?$")
"""Before a year: it ends what was paid, and what follows is another list (“一直交到23年 24年25年都没交”)."""
