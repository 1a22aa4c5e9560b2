"""Two hundred ways parents say dates, ages, places and situations: nearly all are heard exactly (issue 4)."""

from datetime import date
from pathlib import Path
from typing import Any

from bot.nlu.facts import find_facts

TODAY = date(2026, 11, 22)
FILE = Path(__file__).parent / "expressions.tsv"


def heard(text: str) -> "dict[str, str]":
    """What was found, as the file writes it; months and doubts by their kind alone."""
    return {f.name: "" if f.name in ("month", "doubt") else _written(f.value) for f in find_facts(text, TODAY)}


def _written(value: Any) -> str:
    return ",".join(str(one) for one in value) if isinstance(value, list) else str(value)


def expected(told: str) -> "dict[str, str]":
    parts = [] if told == "none" else told.split(" ")
    return {part.partition("=")[0]: part.partition("=")[2] for part in parts}


def test_what_people_say_is_heard() -> None:
    rows = [line.split("\t") for line in FILE.read_text("utf-8").splitlines()]
    assert len(rows) >= 200
    missed = [
        f"{text} → {heard(text)}，应为 {told}"
        for text, told in rows
        if heard(text) not in [expected(one) for one in told.split("|")]
    ]
    assert len(missed) <= 0.05 * len(rows), "\n".join(missed)
