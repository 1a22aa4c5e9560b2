"""Where each of several children is, where they are not all in one place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from dialogue.facts import FactMention
from dialogue.hearing.message import Hearing
from dialogue.hearing.place_said import PlaceSaid
from dialogue.reading import NEGATED, STRANGER
from dialogue.state import ONLY

_ALL_MOVED = re.compile(
    "(?:我们|咱们|俺们|咱|全家|一家(?:人|子)?)(?:都|全家|一家|现在|已经|刚|要){0,3}(?:搬|迁|回|转)(?:到|来|回|去|家){0,2}了?$"
)


class PlacesOfEachChild(Hearing):
    """Moves one child of several, or all of them."""

    def _siblings(self, child: str) -> set[str]:
        """The other children the conversation and the message tell apart."""
        said = {self._label(str(m.value)) for m in self._reading.of("about") if m.value}
        return {label for label in (*self._state.children, *said) if label} - {child, STRANGER}

    def _move_there(self, place: PlaceSaid, child: str) -> None:
        """To where a child is, or all of them are: “我们搬到苏州了” says that where one learned before is over."""
        self._moved = self._moved or place.code != self._state.region
        if not child and place.preceded_by(_ALL_MOVED):
            children = {
                label: {name: value for name, value in facts.items() if name != "school_region"}
                for label, facts in self._state.children.items()
            }
            self._state = replace(self._state, regions={}, children=children)
        self._state = self._state.in_place(place.code, child, self._siblings(child))

    def _of_its_school(self, place: PlaceSaid) -> bool:
        """“不对，是洛阳” of a child that learns in another province than its siblings are: of where it learns."""
        child, standing = self._state.child, self._state.standing
        school = self._state.children.get(child, {}).get("school_region")
        if not place.told.corrects or not school or standing is None:
            return False
        apart = child in self._state.regions
        if (standing.child, standing.region) != (child, school) or not (standing.elsewhere or apart):
            return False
        self._keep("school_region", place.code, "")
        if apart:
            self._state = self._state.in_place(place.code, "", ())
        return True

    def _unplaced(self, facts: Iterable[FactMention]) -> None:
        """“小的苏州生的，大的在荣成上学”: a child with a place of its own that may be or not be its home is not where
        its sibling is; it is asked."""
        told_of = [(self._label(t.child), t) for t in facts if t.child and not t.supposed and t.value]
        homes = {child: str(told.value[0]) for child, told in told_of if told.name in ("region", "school_region")}
        if len(set(homes.values())) > 1 and not homes.keys() <= self._state.regions.keys():
            self._place_apart(homes, {})  # “大的在南京上学，小的在威海”
        for child, told in told_of:
            beside = told.name == "other_region" and homes.keys() - {child}
            if not beside or child in homes or child in self._state.regions:
                continue
            own = str(told.value[0]) if self._registered_there(told) else ""
            self._place_apart(homes, {child: own})
            self._place = None if self._place == str(told.value[0]) else self._place

    def _place_apart(self, homes: Mapping[str, str], own: Mapping[str, str]) -> None:
        """Each child in its home: as known before, else as told; `own`: of one, whatever else is known."""
        kept = {ONLY: self._state.region or "", **homes, **self._state.regions, **own}
        self._state = replace(self._state, regions=kept).about(self._state.child)

    def _registered_there(self, told: FactMention) -> bool:
        """“儿子在无锡生的，无锡户口”: born and registered in one place is at home there."""
        registers = (m for m in self._reading.of("household") if m.polarity != NEGATED)
        return any(m.value[:1] == list(told.value)[:1] for m in registers)
