"""Which version of an answer somebody was told, so that a later change can be seen.

The school desk keeps the same fingerprint with a printed sheet.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from policies.answers import Answer, compose
from policies.decisions import decide
from policies.library import Library


def fingerprint(answer: Answer) -> str:
    """A short hash of what an answer says and rests on; the day of asking itself is left out."""
    said = {name: value for name, value in answer.as_json().items() if name != "as_of"}
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]


def changed_since(told: str, intent: str, facts: Mapping[str, Any], region: str, as_of: date, library: Library) -> bool:
    """Would the same question, asked on the same day with the same facts, be answered differently now?"""
    return intent not in library.questions or told != fingerprint(
        compose(decide(intent, facts, region, as_of, library), library)
    )
