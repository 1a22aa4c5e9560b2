"""What of an answer is kept for a replay, and in which kinds two answers to one message differ."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

WORDING = "wording"
KINDS = ("question", "region", "figures", "citations", "refusal", "started", WORDING)
"""The question understood; the place; numbers and dates; what is cited; what was not answered, and why; a person called
an enrollment begun, all forgotten; the text. The wording counts only where nothing else differs."""
_OWN = re.compile(r"(?:TB|RG)\d+|https?://\S+|\d{1,2}:\d{2}")
"""Numbers, links and times of day that every run makes anew."""
_REFUSED = ("not_in_documents", "conflict")


@dataclass(frozen=True)
class TurnChange:
    """One turn that is answered otherwise."""

    talk: str
    number: int
    text: str
    kinds: tuple[str, ...]
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def summary(replies: Iterable[Mapping[str, Any]], after: Mapping[str, Any]) -> dict[str, Any]:
    """What was answered and the state after it, by kind, as plain JSON."""
    replies = list(replies)
    answers = [reply["answer"] for reply in replies if reply.get("answer")]
    noted = [reply["noted"]["kind"] for reply in replies if reply.get("noted")]
    refused = [answer["status"] for answer in answers if answer["status"] in _REFUSED]
    links = [part["url"] for reply in replies for part in reply.get("parts", ()) if part["kind"] == "link"]
    return {
        "question": [answer["intent"] for answer in answers],
        "region": [(answer.get("region") or {}).get("adcode") for answer in answers],
        "figures": [answer["values"] for answer in answers],
        "citations": [[citation["clause"] for citation in answer["citations"]] for answer in answers],
        "refusal": [*refused, *noted],
        "started": [
            *("person" for reply in replies if reply.get("handover")),
            *("link" for _ in links),
            *(one for one in ("form", "forgotten") if after.get(one)),
        ],
        WORDING: [_OWN.sub("…", reply["text"]) for reply in replies],
    }


def changes_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """The kinds in which two summaries differ. Of another question everything is another: it is the one kind named."""
    found = tuple(kind for kind in KINDS if before.get(kind) != after.get(kind))
    more = tuple(kind for kind in found if kind != WORDING)
    if "question" in more:
        return tuple(kind for kind in more if kind in ("question", "refusal", "started"))
    return more or found
