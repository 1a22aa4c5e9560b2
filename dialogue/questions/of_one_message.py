"""The question one message asks by itself, as the chat takes it: for the desk, which has no conversation."""

from __future__ import annotations

from datetime import date
from typing import cast

from dialogue.bureau import RegistrationClient, Services
from dialogue.questions.meant import in_the_open_window, meant_by_place, meant_of_baby
from dialogue.questions.meant_by_situation import meant_by_situation
from dialogue.reading import Reading
from dialogue.state import DialogueState
from dialogue.turn import Situation, UserTurn
from dialogue.update import StateUpdate


def meant_alone(intent: str, reading: Reading, heard: StateUpdate, today: date) -> str:
    """The question that is meant by the one that was heard.

    Args:
        heard: what the message told, taken into an empty state.
    """
    nobody = Services(cast(RegistrationClient, None), "")  # what a question means is asked of no bureau
    turn = UserTurn("", "", reading, today, nobody)
    s = Situation(DialogueState(), turn, heard)
    first = in_the_open_window([intent], s.state, s)[0]
    return meant_by_situation(meant_of_baby(meant_by_place(first, s), s.state, s), s.state, s)
