"""Everything the conversation says, by id, from `dialogue/words/*.yml`: text with {names}, and what can be tapped.

id: 一句话
id: {text: 一句话, options: [帮我办参保, {label: 新生儿参保, asks: ask_newborn_enrollment}]}
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dialogue.state import QuickReply
from policies.catalogue import Catalogue
from policies.catalogue import NoSuchWords as NoSuchWords
from policies.library import default

CATALOGUE = Catalogue(Path(__file__).parent / "words")
words = CATALOGUE.text


def catalogue() -> Mapping[str, Any]:
    """Id → what is said."""
    return CATALOGUE.entries


def options(key: str) -> tuple[QuickReply, ...]:
    """What can be tapped under the words of an id."""
    return tuple(_offer(one) for one in CATALOGUE.options(key))


def _offer(raw: Any) -> QuickReply:
    if isinstance(raw, str):
        return QuickReply(raw, raw)
    if "asks" in raw:
        question = default().questions[raw["asks"]]
        return QuickReply(str(raw.get("label") or question["title"]), str(question["say"]), raw["asks"])
    return QuickReply(
        str(raw["label"]), str(raw.get("send", raw["label"])), str(raw.get("does", "")), dict(raw.get("facts", {}))
    )


def question_offer(intent: str, label: str = "") -> QuickReply:
    """A question to tap."""
    question = default().questions[intent]
    return QuickReply(label or str(question["title"]), str(question["say"]), intent)
