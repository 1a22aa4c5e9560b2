"""The day a family must not miss, as the rules compute it today: by when to enroll a newborn, when a window opens or
closes.

Only days that a decision states are known here; nothing is counted anew. The same question asked again later, with the
same few facts, says whether the day still stands.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from policies.answers import cite
from policies.decisions import Decision, decide, grounds_of
from policies.errors import FactError
from policies.library import Fact, Library, default

QUESTION = "ask_payment_period"
"""The question whose answer holds every such day."""
NEEDED = ("birth_date", "stage")
"""The facts it is decided by; nobody has to remember more of a child."""
NEWBORN, WINDOW_OPENS, WINDOW_CLOSES = "newborn", "window_opens", "window_closes"
KINDS = (NEWBORN, WINDOW_OPENS, WINDOW_CLOSES)


@dataclass(frozen=True)
class DueDay:
    """What is due (one of `KINDS`), on which day, and the document that says so."""

    kind: str
    day: date
    source: str


def needed(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Of a child's facts those that are needed to ask again."""
    return {name: facts[name] for name in NEEDED if facts.get(name) is not None}


def due_day(facts: Mapping[str, Any], region: str, today: date, library: Library | None = None) -> DueDay | None:
    """The next day not to be missed, today or later; None when the documents name none, or it is over."""
    library = library or default()
    try:
        decision = decide(QUESTION, needed(facts), region, today, library)
    except FactError:
        return None
    if decision.status not in ("decided", "need_facts"):
        return None
    found = _stated(decision, library)
    if found is None or found[1] < today:
        return None
    kind, day, ground = found
    return DueDay(kind, day, cite(ground, library).document)


def _stated(decision: Decision, library: Library) -> tuple[str, date, str] | None:
    """Kind, day and ground of what a decision states."""
    values, grounds = decision.values, grounds_of(decision, library)
    if "deadline_safe" in values and grounds:
        return NEWBORN, date.fromisoformat(values["deadline_safe"]), grounds[0]
    if "window_from" in values and grounds:
        return *_window(values["window_from"], values["window_to"], decision.as_of), grounds[0]
    if decision.facts.birth_date is not None:
        return None  # a window that is told is for those already enrolled, a newborn's limit is another
    told = ((key, ground) for key in grounds if isinstance(ground := library.ground(key), Fact))
    return next(
        (
            (*_window(fact.values["from"], fact.values["to"], decision.as_of), key)
            for key, fact in told
            if _is_day(fact.values.get("from")) and _is_day(fact.values.get("to"))
        ),
        None,
    )


def _window(opens: str, closes: str, today: date) -> tuple[str, date]:
    first, last = date.fromisoformat(opens), date.fromisoformat(closes)
    return (WINDOW_OPENS, first) if today < first else (WINDOW_CLOSES, last)


def _is_day(value: object) -> bool:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return True
