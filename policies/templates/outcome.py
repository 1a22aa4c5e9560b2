"""What a template may say about one rule and one child. Templates are pure: (facts, params, turn) → Outcome."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

Params = Mapping[str, Any]
State = Literal["applies", "needs", "no", "dormant"]


@dataclass(frozen=True)
class DecisionQuery:
    """What is asked, and when: the question, the day of asking and the asked region's code.

    `in_reported_window`: the day of payment (the day of asking where none was said) lies in a collection window that is
    reported of the place. Nothing is computed from a report, and nothing that does not hold inside that window is told.
    """

    intent: str
    as_of: date
    adcode: str = "100000"
    in_reported_window: bool = False


@dataclass(frozen=True)
class RuleOutcome:
    """One rule's word on one child.

    `state`: applies · needs (would apply or not once the facts in `needs` are known) · no (does not apply) ·
    dormant (nothing was said that this rule is about). `key` picks the words, `adds` further words to append with
    their own clauses; `values` go into the answer.
    """

    state: State
    key: str = "applies"
    values: Mapping[str, Any] = field(default_factory=dict)
    steps: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    certainty: str | None = None
    status: str | None = None
    adds: tuple[str, ...] = ()


NO = RuleOutcome("no")
DORMANT = RuleOutcome("dormant")
