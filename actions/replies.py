"""Replies of the contract: complete text for a plain channel, the structured answer, and options to tap."""

from typing import Any

from policies.answers import Answer, as_text, ask_line
from policies.library import default

Option = dict[str, str]
Reply = dict[str, Any]

REGIONS = ("江苏", "威海", "黑龙江")
"""Offered first when nobody said where they are: the places with documents of their own."""


def option(label: str, send: str | None = None) -> Option:
    """One thing to tap: what it says, and what is sent as if typed."""
    return {"label": label, "send": send or label}


def plain(text: str, *options: Option, handover: str | None = None, noted: dict[str, Any] | None = None) -> Reply:
    """A reply without an answer card.

    Two marks are for the gateway alone, which takes them off: `handover` is why a person is wanted, `noted` a
    question to keep for the supervisor: its kind, and how it was understood (casebook).
    """
    marks = {"handover": handover, "noted": noted}
    return {"text": text, "answer": None, "options": list(options), **{k: v for k, v in marks.items() if v}}


def related(answer: Answer) -> list[Option]:
    """What parents ask next, in their own words."""
    questions = default().questions
    return [option(questions[i]["title"], questions[i]["say"]) for i in answer.related]


def answered(answer: Answer, *, region_known: bool, note: str | None = None) -> Reply:
    """The card with its complete text. At most one question back: the region first, else the fact it lacks."""
    text = as_text(answer)
    options = related(answer)
    if not region_known:
        ask = ask_line(answer)
        text = text.removesuffix(f"\n{ask}") if ask else text
        text += "\n您在哪个省市？选一下，我按当地的文件说。"
        options = [option(name, f"我在{name}") for name in REGIONS] + options[:2]
    if note:
        text = f"{note}\n{text}"
    return {"text": text, "answer": answer.as_json(), "options": options}
