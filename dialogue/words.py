"""Everything the conversation says, by id, from `dialogue/words/*.yml`: text with {names}, and what can be tapped.

id: 一句话
id: {text: 一句话, options: [帮我办参保, {label: 新生儿参保, asks: ask_newborn_enrollment}]}
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from dialogue.state import Offer
from policies.library import default

FOLDER = Path(__file__).parent / "words"


class NoSuchWords(KeyError):
    """An id that no file has."""


@lru_cache(maxsize=1)
def catalogue() -> dict[str, Any]:
    """Id → what is said. Raises ValueError for an id that two files have."""
    found: dict[str, Any] = {}
    for path in sorted(FOLDER.glob("*.yml")):
        for key, value in (YAML(typ="safe").load(path.read_text("utf-8")) or {}).items():
            if key in found:
                raise ValueError(f"{path.name}: {key} is said twice")
            found[key] = value
    return found


def words(key: str, **names: Any) -> str:
    """The text of an id with its names put in; {hotline}, {city_line} and {emergency} are always known."""
    try:
        entry = catalogue()[key]
    except KeyError:
        raise NoSuchWords(key) from None
    text = entry["text"] if isinstance(entry, dict) else entry
    library = default()
    known = {"hotline": library.hotline, "city_line": library.city_line, "emergency": library.emergency}
    return str(text).strip().format(**known, **names)


def options(key: str) -> tuple[Offer, ...]:
    """What can be tapped under the words of an id."""
    entry = catalogue()[key]
    return tuple(_offer(one) for one in entry.get("options", ())) if isinstance(entry, dict) else ()


def _offer(raw: Any) -> Offer:
    if isinstance(raw, str):
        return Offer(raw, raw)
    if "asks" in raw:
        question = default().questions[raw["asks"]]
        return Offer(str(raw.get("label") or question["title"]), str(question["say"]), raw["asks"])
    return Offer(
        str(raw["label"]), str(raw.get("send", raw["label"])), str(raw.get("does", "")), dict(raw.get("facts", {}))
    )


def question_offer(intent: str, label: str = "") -> Offer:
    """A question to tap."""
    question = default().questions[intent]
    return Offer(label or str(question["title"]), str(question["say"]), intent)
