"""The first sentence on a day that was asked about: whether it lies before or after what the rule computed.

Only compares; every day in it was computed by a rule or named by the parent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from dialogue.words import words
from policies.counting import chinese_date
from policies.decisions import Decision

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
"""A value may also be a word: `unknown`, `not_stated`."""


def verdict_on(decision: Decision, day: date, today: date, facts: Mapping[str, Any]) -> str:
    """One sentence on a day of care, or nothing where the rule itself speaks of the day."""
    asked = decision.facts.visit_date
    start = decision.values.get("coverage_start")
    if asked != day or not isinstance(start, str) or not _ISO.fullmatch(start):
        return ""
    begins = date.fromisoformat(start)
    starts = [str(one["coverage_start"]) for one in decision.values.get("readings") or () if "coverage_start" in one]
    if decision.certainty in ("ambiguous", "reported") or len({one <= day.isoformat() for one in (start, *starts)}) > 1:
        return ""  # nobody can say it of this very day: the answer shows the readings
    covered = {*(decision.facts.paid_years or ()), *(decision.facts.enrolled_years or ())}
    if day < begins and day.year < begins.year and day.year in covered:
        return ""  # of a year before, which was paid for, too
    if day.year > begins.year and day.year not in covered:
        key = "day_of_another_year"
    elif decision.certainty == "principle":
        key = "day_is_covered_in_principle" if day >= begins else "day_is_not_covered_in_principle"
    else:
        key = "day_is_covered" if day >= begins else "day_is_not_covered"
    return words(key, day=chinese_date(day), start=chinese_date(begins))
