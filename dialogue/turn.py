"""One turn of a conversation as the policy sees it, and what picking an option means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from dialogue.bureau import Services
from dialogue.reading import Mention, Reading
from dialogue.state import FACTS, DialogueState
from dialogue.update import StateUpdate
from policies import places
from policies.library import default


@dataclass(frozen=True)
class Choice:
    """What a tap, a menu, a leaflet's code or a sent location means: an intent (or `inform`) with facts."""

    intent: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class StandingReminder:
    """A reminder that was asked for and has not come yet: what is due and when, and the day it comes `on`."""

    id: int
    kind: str
    due: date
    on: date


@dataclass(frozen=True)
class UserTurn:
    """One message: `queue` is `waiting` when a person was asked for and has not come yet; `off` is what the operator
    has switched off (`enrollment`, `reminding`); `reminds` says that the channel can bring a reminder later."""

    conversation: str
    message_id: str
    reading: Reading
    today: date
    around: Services
    queue: str | None = None
    choice: Choice | None = None
    off: tuple[str, ...] = ()
    reminds: bool = False
    reminders: tuple[StandingReminder, ...] = ()


@dataclass(frozen=True)
class Situation:
    """A turn with the state before it and what was heard. `state`: with what the message told."""

    before: DialogueState
    turn: UserTurn
    heard: StateUpdate
    picked: bool = False

    @property
    def state(self) -> DialogueState:
        return self.heard.state

    @property
    def reading(self) -> Reading:
        return self.turn.reading

    @property
    def no_enrollment(self) -> bool:
        """Is starting an enrollment switched off?"""
        return "enrollment" in self.turn.off

    @property
    def no_reminders(self) -> bool:
        """Are reminders switched off, so that none is taken? Those that stand may be cancelled."""
        return "reminding" in self.turn.off

    @property
    def today(self) -> date:
        return self.turn.today


def chosen(state: DialogueState, turn: UserTurn) -> tuple[DialogueState, Reading, bool]:
    """The state with the facts of what was picked, the reading it stands for, and whether anything was picked.

    A text that is one of our questions word for word is picked too, also when it was offered long ago.
    """
    reading, choice = turn.reading, turn.choice
    if choice is None and reading.choice is not None and reading.choice < len(state.offers):
        offer = state.offers[reading.choice]
        choice = Choice(offer.intent, offer.facts) if offer.intent else None
        if choice is None:
            return state, replace(reading, labels=("affirm",), text=offer.send, choice=None), True
        reading = replace(reading, text=offer.send)
    if choice is None:
        same = next((i for i, q in default().questions.items() if reading.text.strip() in (q["say"], q["title"])), None)
        if same is None:
            return state, reading, False
        choice = Choice(same, {})
    state, places_told = _with(state, choice.facts)
    picked = Reading(reading.text, (choice.intent,), places_told, choice=None, ranking=((choice.intent, 1.0),))
    return state, picked, True


def _with(state: DialogueState, facts: Mapping[str, Any]) -> tuple[DialogueState, tuple[Mention, ...]]:
    """The state with the facts of a choice, and its place as if it had been said: what moves a family is told back."""
    region = facts.get("region")
    said: tuple[Mention, ...] = ()
    if isinstance(region, str) and places.get(region):
        said = (Mention("place", "insured", [region], places.full_name(region), confidence=1.0),)
    own = {name: value for name, value in facts.items() if name in FACTS}
    return (state.with_facts(state.child, **own) if own else state), said
