"""Roles a candidate cannot have, by the words right around it: what was due is no birth, a notice pays nothing.

The rules are data, in the modules of their kinds: `places`, `days`, `years` and `others`; `engine` says what a rule is.
Of days, years, ages, people and stages the first rule that holds counts; of places all of them do, and so do those that
judge a sentence as a whole, beside the first.
"""

from __future__ import annotations

from typing import Mapping, Tuple

import numpy as np

from bot.nlu.barred_roles import days, others, places, years
from bot.nlu.barred_roles.days import NEW_CHILD
from bot.nlu.barred_roles.engine import RoleRule, Spot, every, first
from bot.nlu.barred_roles.places import BORN_THERE, KIN_IN
from bot.nlu.barred_roles.years import which_to_pay
from bot.nlu.mentions import Candidate
from bot.nlu.role_names import CLASSES, LABELS, NONE, group

__all__ = ["BORN_THERE", "KIN_IN", "NEW_CHILD", "cannot_be", "which_to_pay"]

FIRST: Mapping[str, Tuple[RoleRule, ...]] = {
    "day": days.RULES,
    "figures": (*years.OF_FIGURES, *days.RULES),
    "years": years.RULES,
    "age": others.OF_AGES,
    "pregnancy": others.OF_PREGNANCIES,
    "stage": others.OF_STAGES,
    "person": others.OF_PEOPLE,
}
"""Kind of candidate → rules of which the first counts; `figures` are a day that may be a year as well (“26”)."""
EVERY: Mapping[str, Tuple[RoleRule, ...]] = {
    "place": places.RULES,
    "day": days.OF_A_SEASON,
    "figures": days.OF_A_SEASON,
    "month": days.OF_A_SEASON,
    "years": years.OF_A_SENTENCE,
}
"""Kind of candidate → rules that all count."""


def kind_of(candidate: Candidate) -> str:
    """The kind of candidate under which its rules stand."""
    return "figures" if candidate.kind == "day" and candidate.bare else candidate.kind


def cannot_be(text: str, candidate: Candidate, *, only: bool, lapses: bool, placed: bool = False) -> np.ndarray:
    """Minus infinity for the roles a candidate cannot have: those of another kind, and none where somebody lives.

    Args:
        only: it is the only place of the message.
        lapses: which years were not paid was asked for, so that a year alone may say it.
        placed: the conversation knows where the family is.
    """
    spot = Spot(text, candidate, alone=only, lapses=lapses, placed=placed)
    kind = kind_of(candidate)
    barred = first(FIRST.get(kind, ()), spot) | every(EVERY.get(kind, ()), spot)
    its_own = {role for role in LABELS["role"] if role == NONE or CLASSES[role] == group(candidate.kind)}
    left = its_own - barred or its_own  # rules that together bar everything contradict each other
    return np.array([0.0 if role in left else -np.inf for role in LABELS["role"]])
