"""Where: what each place of a message is to the family — its home, a register, a school, one left, one asked about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dialogue.facts import PLACES, FactMention, told_in
from dialogue.hearing.place_said import MOVING, REGISTERED, PlaceSaid, is_wider_than
from dialogue.hearing.places_asked_about import (
    asked_in_full,
    asks_of_over_there,
    over_there,
    same_of_there,
    stayed_at_for_a_while,
    then_asks_of_here,
    weighed,
)
from dialogue.hearing.places_left import brought_here, enrolled_before, left_before
from dialogue.hearing.places_of_each_child import PlacesOfEachChild
from dialogue.hearing.places_of_origin import (
    asks_of_the_origin,
    from_there_only,
    lives_where_it_is_registered,
    origin_of_who_learns_elsewhere,
    origin_of_who_lives_elsewhere,
    paid_at_home_and_used_here,
    paid_at_its_register,
    says_where_they_are,
    to_be_registered,
)
from dialogue.hearing.places_of_school import a_teacher_is_there, at_school_elsewhere, pupil_there, went_to_school_there
from dialogue.hearing.places_of_work import here_is_where_they_work, only_kin_are_there, they_work_there
from dialogue.hearing.places_quoted import asks_what_holds_there, only_quoted
from dialogue.reading import NEGATED, Mention
from policies import places

SURE = 0.5
"""Probability of a role from which a place or day is believed; below, it is asked about."""
SURE_TO_MOVE = 0.7
"""The same of a place in another province than the family's."""


class PlacesHearing(PlacesOfEachChild):
    """Places, each by its role, in the order in which they decide."""

    def _of_place(self, told: FactMention) -> None:
        """Take in one place a message tells; where somebody was treated says nothing of where the family is."""
        code = self._one_place(told)
        if code is None or told.name == "visit_region":
            return
        place = PlaceSaid(told, code, self._reading, self._state)
        if told.name == "other_region" and says_where_they_are(place):
            place = replace(place, told=replace(told, name="region"))
        name = place.told.name
        if name in ("region", "other_region"):
            self._of_home_or_elsewhere(place)
        elif name in ("household_region", "school_region", "recognised_in"):
            self._of_register_or_school(place)
        elif name == "account_region":
            home = self._state.region
            if home and home != places.NATION:
                self._keep("cross_province", code[:2] != home[:2], told.child)
        elif name == "former_region" and asked_in_full(place):
            self._place = code
        elif name == "former_region":
            self._was_enrolled(place)

    def _one_place(self, told: FactMention) -> str | None:
        """The code of a place, of several of one name that in the family's province; None when it may be several."""
        codes = list(told.value)
        if len(codes) > 1 and self._state.region:
            near = [c for c in codes if c[:2] == self._state.region[:2]]
            codes = near or codes
        if len(codes) == 1:
            return str(codes[0])
        if told.name == "region" and not told.supposed:
            self._ambiguous = tuple(codes)
        return None

    def _of_home_or_elsewhere(self, place: PlaceSaid) -> None:
        """A place of the family or one named beside it."""
        is_home = place.told.name == "region"
        work = here_is_where_they_work(self._reading) if is_home else None
        if work is not None and work != place.code:
            self._keep("household_region", place.code, "")
            place = replace(place, code=work, state=self._state)
        if at_school_elsewhere(place):
            self._keep("household_region", place.code, "")
        elif only_quoted(place):
            self._place = place.code if asks_what_holds_there(place) else self._place
        elif stayed_at_for_a_while(place):
            return
        elif is_home:
            self._of_home(place)
        else:
            self._of_elsewhere(place)

    def _of_home(self, place: PlaceSaid) -> None:
        """Where the family is said to be, unless the words around it say that it is not."""
        told, code = place.told, place.code
        if told.supposed:
            self._place = None if weighed(place) else code
        elif over_there(place):
            self._place = None if then_asks_of_here(place) else code
        elif from_there_only(place):
            self._keep("household_region", code, told.child)
        elif brought_here(place) or left_before(place):
            self._was_enrolled(place)
        elif paid_at_its_register(place):
            return
        elif origin_of_who_learns_elsewhere(place):
            self._keep("household_region", code, "")
        elif origin_of_who_lives_elsewhere(place):
            self._place = code if asks_of_the_origin(place) else self._place
        elif self._hardly_moved(place):
            self._unsure = place.mention
        else:
            self._believe(place)

    def _hardly_moved(self, place: PlaceSaid) -> bool:
        """Is nobody sure that the family is in another province now?"""
        sure = place.mention.confidence >= SURE_TO_MOVE
        sure = sure or (place.mention.confidence >= SURE and place.preceded_by(MOVING))
        return place.in_another_province and not (sure or place.told.corrects or self._state.expected == "region")

    def _believe(self, place: PlaceSaid) -> None:
        """Believed: the family, or the child it is said of, is there."""
        told = place.told
        apart = told.child and (self._state.children or self._siblings(told.child))
        child = self._turn_to(told.child) if apart else ""
        if is_wider_than(place.code, self._state.region):  # 江苏 after 苏州 says nothing new
            if self._reading.does("follow") and not told.corrects:
                self._place = place.code  # “省里有没有”: asked of the province itself
        elif child or not self._of_its_school(place):
            self._move_there(place, child)

    def _of_elsewhere(self, place: PlaceSaid) -> None:
        """A place of which nobody says that it is the family's: the answer may be about it."""
        standing = self._state.standing
        of_hardship = standing is not None and standing.intent == "ask_subsidy"
        asked = place.told.supposed or self._reading.of("stranger") or same_of_there(place) or asked_in_full(place)
        unknown = self._state.region is None
        if of_hardship and self._reading.does("follow", "ask_subsidy"):
            self._supposed["recognised_in"] = place.code
        elif weighed(place):
            self._place = place.code if unknown and they_work_there(place) else self._place
        elif asked:
            self._place = place.code
        elif unknown and not only_kin_are_there(place):
            self._place = self._place or place.code

    def _of_register_or_school(self, place: PlaceSaid) -> None:
        """Where a child is registered, learns, or is recognised as poor; that may be where the family is, too."""
        told, code = place.told, place.code
        if went_to_school_there(place):
            return
        if a_teacher_is_there(place) or (told.supposed and to_be_registered(place)):
            self._make_home(code)
        elif told.supposed:
            self._supposed[told.name] = code
            if told.name == "school_region" and asks_of_over_there(place):
                self._place = code
        else:
            self._keep(told.name, code, told.child or pupil_there(place))
            if told.name == "household_region" and lives_where_it_is_registered(replace(place, state=self._state)):
                self._make_home(code)

    def _make_home(self, code: str) -> None:
        self._moved = True
        self._state = replace(self._state, region=code)

    def _was_enrolled(self, place: PlaceSaid) -> None:
        """Enrolled elsewhere before: another province is a fact of the rules, the same province is not."""
        before = enrolled_before(place)
        if before is None:
            return
        if place.told.supposed:  # “要是从上海转来的呢”: for this answer, and from nowhere else
            self._supposed["enrolled_elsewhere"] = [before]
            return
        known = self._state.facts.get("enrolled_elsewhere") or ()
        others = [dict(one) for one in known if one.get("province") != before["province"]]
        self._keep("enrolled_elsewhere", [*others, before], place.told.child)

    def _paid_at_home(self) -> None:
        """“老家交了这边能用吗”: asked of where the register is, where no other place is asked about."""
        if self._place is None:
            self._place = paid_at_home_and_used_here(self._reading, self._state)

    def _denied(self) -> list[Mention]:
        """Places said not to be the family's; “俺不是烟台户口” says that of a register alone."""
        denied = (m for m in self._reading.of(*PLACES) if m.polarity == NEGATED and m.role != "household")
        return [m for m in denied if not (m.end and REGISTERED.match(self._reading.text, m.end))]

    def _forget_denied(self, denied: Iterable[str]) -> None:
        """“我不是江苏的”: the region is not that, and which it is must be asked."""
        region = self._state.region
        stated = self._moved or any(t.name == "region" for t in told_in(self._reading))
        if region and not stated and any(up.adcode in denied for up in places.chain(region)):
            self._state = replace(self._state, region=None)
            self._moved = True
