"""What a rule is: words in and around a candidate after which it cannot have some roles, or can have only one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Callable, FrozenSet, Optional

from bot.nlu.mentions import Candidate
from bot.nlu.role_names import LABELS

REACH = 20
"""Characters before a candidate in which a rule looks."""
EVERYTHING = frozenset(LABELS["role"])
"""Every role, and that a candidate is no mention at all."""


@dataclass(frozen=True)
class Spot:
    """A candidate in its message and its conversation.

    alone: it is the only place of the message. lapses: which years were not paid was asked for. placed: the
    conversation knows where the family is.
    """

    text: str
    candidate: Candidate
    alone: bool
    lapses: bool
    placed: bool

    def before(self, reach: int = REACH) -> str:
        """The characters right before the candidate."""
        return self.text[max(self.candidate.start - reach, 0) : self.candidate.start]


@dataclass(frozen=True)
class RoleRule:
    """One reason why a candidate cannot have some roles; it holds when everything it names does.

    why: the reason, with an example. bars: roles the candidate cannot have. only: instead, the roles it can have alone.
    before: ends right before the candidate. after: begins right behind it.
    itself: the whole of the candidate's own words. said, unsaid: stands, or stands not, anywhere in the message.
    alone, placed: as in `Spot`, where it matters. when: what no pattern can say.
    """

    why: str
    bars: FrozenSet[str] = frozenset()
    only: FrozenSet[str] = frozenset()
    before: Optional[re.Pattern[str]] = None
    after: Optional[re.Pattern[str]] = None
    itself: Optional[re.Pattern[str]] = None
    said: Optional[re.Pattern[str]] = None
    unsaid: Optional[re.Pattern[str]] = None
    alone: Optional[bool] = None
    placed: Optional[bool] = None
    when: Optional[Callable[[Spot], bool]] = None

    def holds(self, spot: Spot) -> bool:
        """Is it so of this candidate?"""
        text = spot.text
        return (
            self.alone in (None, spot.alone)
            and self.placed in (None, spot.placed)
            and (self.itself is None or self.itself.fullmatch(spot.candidate.text) is not None)
            and (self.before is None or self.before.search(spot.before()) is not None)
            and (self.after is None or self.after.match(text, spot.candidate.end) is not None)
            and (self.said is None or self.said.search(text) is not None)
            and (self.unsaid is None or self.unsaid.search(text) is None)
            and (self.when is None or self.when(spot))
        )

    @property
    def barred(self) -> FrozenSet[str]:
        """The roles a candidate cannot have where the rule holds."""
        return EVERYTHING - self.only if self.only else self.bars


def first(rules: Sequence[RoleRule], spot: Spot) -> FrozenSet[str]:
    """What the first rule that holds bars: a later one is tried only where no earlier one says what the words mean."""
    return next((rule.barred for rule in rules if rule.holds(spot)), frozenset())


def every(rules: Sequence[RoleRule], spot: Spot) -> FrozenSet[str]:
    """What all the rules that hold bar together."""
    return frozenset().union(*(rule.barred for rule in rules if rule.holds(spot)))
