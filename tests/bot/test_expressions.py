"""Two hundred ways parents say dates, ages, places and situations: nearly all are heard exactly.

A line of expressions.tsv: what is said, and the facts (name=value, `name?` when only supposed or planned; `month` and
`doubt` by their kind alone); `|` between readings a careful person may have.
"""

from datetime import date
from pathlib import Path
from typing import Any

from bot.nlu.conversation import Context
from dialogue.facts import told_in
from tests.bot.conftest import mostly

TODAY = date(2026, 11, 22)
FILE = Path(__file__).parent / "expressions.tsv"
NOTES = ("amount", "not_yet", "planned", "both_years", "next_year_only", "lapse_count", "consecutive_count")


def heard(reader: Any, text: str) -> "dict[str, str]":
    """What was found, as the file writes it; days and places without a role for the child are left out."""
    reading = reader.read(text, Context(), TODAY)
    found: dict[str, Any] = {}
    for told in told_in(reading):
        if told.mention is not None and told.mention.problem:
            continue
        if told.name.endswith("_date") and len(str(told.value)) == 7:
            found["month"] = ""
        elif told.name != "other_date":
            name = f"{told.name}?" if told.supposed else told.name
            value = sorted({*found.get(name, ()), *told.value}) if told.name.endswith("_years") else told.value
            if value not in ([], ()):
                found[name] = value
    found |= {"doubt": ""} if any(mention.problem for mention in reading.mentions) else {}
    found |= {name: reading.notes[name] for name in NOTES if name in reading.notes}
    return {name: _written(value) for name, value in found.items()}


def _written(value: Any) -> str:
    return ",".join(str(one) for one in value) if isinstance(value, list) else str(value)


def expected(told: str) -> "dict[str, str]":
    parts = [] if told == "none" else told.split(" ")
    return {part.partition("=")[0]: part.partition("=")[2] for part in parts}


def test_what_people_say_is_heard(reader: Any) -> None:
    rows = [line.split("\t") for line in FILE.read_text("utf-8").splitlines()]
    assert len(rows) >= 200
    right = [heard(reader, text) in [expected(one) for one in told.split("|")] for text, told in rows]
    missed = [f"{text} → {heard(reader, text)}，应为 {told}" for (text, told), ok in zip(rows, right) if not ok]
    mostly(right, 0.95, missed)
