"""How a message was heard, small enough to be kept beside a question: for the person who reviews it later.

Nothing here is read by the dialogue again. Texts of mentions are pieces of the masked message.
"""

from __future__ import annotations

from typing import Any

from dialogue.context import context_of
from dialogue.reading import ASSERTED, Mention
from dialogue.state import DialogueState
from dialogue.turn import UserTurn

LIKELIEST = 3
"""Labels of the ranking that are kept: what a reviewer chooses from with one click."""


def heard_of(before: DialogueState, turn: UserTurn, after: DialogueState) -> dict[str, Any]:
    """The reading with what stood open before it and what was known after it; plain data without what is empty."""
    context, reading = context_of(before), turn.reading
    found: dict[str, Any] = {
        "labels": [turn.choice.intent] if turn.choice else list(reading.labels),
        "picked": turn.choice is not None or reading.choice is not None,
        "ranking": [[label, round(share, 2)] for label, share in reading.ranking[:LIKELIEST]],
        "mentions": [_mention(one) for part in (reading, *reading.parts) for one in part.mentions],
        "open": context.get("open"), "expect": context.get("expect"), "form": context.get("form"),
        "region": before.region, "facts": after.facts,
    }  # fmt: skip
    return {name: value for name, value in found.items() if value}


def _mention(one: Mention) -> dict[str, Any]:
    found = {"role": one.role, "text": one.text, "value": one.value, "owner": one.owner,
             "polarity": one.polarity if one.polarity != ASSERTED else ""}  # fmt: skip
    return {name: value for name, value in found.items() if value not in ("", None)}
