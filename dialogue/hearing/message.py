"""A message being taken in: what is collected, which child is talked of, and what is kept of it.

What belongs to one kind of fact stands beside this module: `owners`, `places`, `days`, `years`; `dialogue.update` puts
them together.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

from dialogue.children import SECOND, SMALL, THIRD, age_in_days, canonical, is_baby, moved_to
from dialogue.question_groups import UNBORN
from dialogue.reading import Mention, Reading
from dialogue.state import ONLY, DialogueState
from policies.facts import LABELS

SLIPS = "手滑|手误|口误|[按点输敲发]错了|写错|说错|打错|弄错|记错|[记说写搞弄看]岔|搞错|更正|其实|看错"
"""Words for a slip, by which what was told before is put right."""
PUT_RIGHT = re.compile(
    f"{SLIPS}|报错|改口|(?:单子|出生证|证明|本子|病历|手环|腕带)上面?(?:写的?|印的?|登的?)?(?:就|却|明明)?是|不对|不是|改成|应该是"
)
"""What was told before is put right."""
BORN = re.compile("生|出世|落地|产|下来|抱|满月|百天|周岁|岁")
"""Words of a birth: without one nowhere, a day is hardly a birthday."""
DAY_FACTS = ("birth_date", "paid_date", "registered_date", "transition_date", "visit_date")
"""Facts that are days."""
AFTER_BIRTH = ("paid_date", "registered_date", "visit_date")
"""Days that cannot lie before the birth."""
ASKS = "吗|呢|没|么|多少|几|啥|什么|哪|咋|怎|[行能是算好可要会用]不"
"""Words of a question, in the last clause of a message."""
NEAR, NEW_CLAUSE = 6, re.compile("[，,。；;！!？?]")
"""Characters between a year and the place it was paid at, in one clause."""
FRAGMENT = 16
"""Characters of a fragment that leans on the answer before it."""


class Hearing:
    """One message being taken in, fact by fact."""

    def __init__(self, state: DialogueState, reading: Reading, today: date) -> None:
        self._reading, self._today, self._state = reading, today, state
        self._first = state
        self._told: dict[str, Any] = {}
        self._supposed: dict[str, Any] = {}
        self._children: list[str] = []
        self._doubts: list[tuple[str, str]] = []
        self._place: str | None = None
        self._moved = False
        self._ambiguous: tuple[str, ...] = ()
        self._month: tuple[str, str] | None = None
        self._supposed_month = ""
        self._day: date | None = None
        self._relative: dict[str, Any] = {}
        self._quoted = ""
        self._told_of_theirs: dict[str, Any] = {}
        self._unsure: Mention | None = None
        self._dropped: list[str] = []

    def _turn_to(self, label: str) -> str:
        """From here the talk is of this child."""
        label = canonical(self._state.names.get(label, label), self._labels())
        self._state = moved_to(self._state, label, self._today)
        self._children.append(label)
        return label

    def _in_order(self) -> tuple[str, ...]:
        """The labels the message speaks of, as it names them; what it only tells by facts comes last."""
        labels = self._labels()
        said = [canonical(self._state.names.get(str(m.value), str(m.value)), labels) for m in self._reading.of("about")]
        return tuple(dict.fromkeys([*(label for label in said if label in self._children), *self._children]))

    def _labels(self) -> set[str]:
        """Every label of the conversation, and those of the message that are more than one name for the same child."""
        called = {str(m.value) for m in self._reading.of("about")}
        said = called or {m.owner for m in self._reading.mentions}
        several = said & {SECOND, THIRD, SMALL}
        return {*self._state.children, *(several if len(several) > 1 else ())}

    def _birth(self, child: str) -> str | None:
        """The birthday that is known of a child, by its label or name; empty is the child talked of."""
        found = self._state.children.get(self._label(child), {}).get("birth_date")
        return str(found) if found else None

    def _label(self, child: str) -> str:
        """The label of a child that is called so; empty is the child talked of."""
        return canonical(self._state.names.get(child, child), self._labels()) if child else self._state.child

    def _keep(self, name: str, value: Any, child: str) -> None:
        """Add one fact; what it makes impossible is dropped rather than contradicted."""
        if child:
            self._turn_to(child)
        label = self._state.child
        before = self._state.facts_of(label)
        if name == "stage" and value not in ("新生儿", "学龄前") and is_baby(before, self._today) and label == ONLY:
            for gone in ("birth_date", "paid_date", "registered_date"):
                self._drop(label, gone)
        if name == "birth_date" and not self._unborn(label):
            for late in AFTER_BIRTH:
                if str(before.get(late, value)) < str(value):
                    self._drop(label, late)
            if before.get("stage") not in (None, "新生儿") and age_in_days(str(value), self._today) < 1000:
                self._drop(label, "stage")
        early = name == "paid_date" and before.get("birth_date", value) > value
        if early and not self._reading.of("birth") and not self._unborn(label):
            self._doubts.append((name, f"{LABELS[name]}比出生还早"))
            return
        if before.get(name) != value:
            self._told[name] = value
        if name in DAY_FACTS:
            self._state = replace(self._state, told_day=name)
        self._state = self._state.with_facts(label, **{name: value})

    def _unborn(self, label: str) -> bool:
        """Was this child told of before it was born? Then it may have been paid for before the birth."""
        standing = self._state.standing
        facts = self._state.facts_of(label)
        asked = self._reading.does(UNBORN) or (standing is not None and standing.intent == UNBORN)
        told = bool(self._reading.of("pregnant", "due")) or "pregnancy_months" in facts or "pregnancy_weeks" in facts
        return asked or told or label in self._state.unborn

    def _drop(self, label: str, name: str) -> None:
        if name in self._state.facts_of(label):
            self._dropped.append(name)
            self._state = self._state.with_facts(label, **{name: None})
