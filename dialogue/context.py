"""The state as the reader needs it before the next message (`bot.nlu.conversation.Context`), plain data."""

from __future__ import annotations

from typing import Any

from dialogue.form import open_step
from dialogue.state import ONLY, DialogueState
from policies.library import default

STRANGER = "他人"


def context_of(state: DialogueState) -> dict[str, Any]:
    """What stands open, what was asked for, what is known; empty in a new conversation. Of an agent's other callers the
    same, each under its mark: a message that begins with one leans on that caller's talk."""
    found = _context_of_one(state)
    waiting = {mark: _context_of_one(DialogueState.from_json(told)) for mark, told in state.callers.items()}
    if state.caller:
        found |= {"callers": [state.caller, *waiting]}
    if any(waiting.values()):
        found["waiting"] = waiting
    return found


def _context_of_one(state: DialogueState) -> dict[str, Any]:
    """The context of one family."""
    step = open_step(state)
    standing = state.standing
    known = [name for name in ("birth_date", "paid_date") if name in state.facts]
    found: dict[str, Any] = {
        "open": standing.intent if standing else "",
        "about": default().questions[standing.intent]["title"] if standing else "",
        "expect": state.expected if state.expected not in ("cancel", *_STEPS) else "",
        "knows": [*(["region"] if state.region else []), *known],
        "kids": [*(label for label in state.children if label not in (ONLY, STRANGER)), *state.names],
        "form": step.name if step else "",
        "offered": [offer.send for offer in state.offers],
        "within": state.region or "",
    }
    return {name: value for name, value in found.items() if value}


_STEPS = ("household", "proxy", "confirm")
