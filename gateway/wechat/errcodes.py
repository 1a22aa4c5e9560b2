"""The platforms' error codes and what each means for us, as data. Sources: the pages "全局返回码" of both platforms."""

from dataclasses import dataclass
from enum import Enum

from gateway.words import words


class Treatment(Enum):
    """What to do about an error."""

    RETRY = "again soon, at most three times"
    RENEW = "drop this token, fetch once, try once more"
    STOP = "set up wrongly: alert, never loop"
    DAY = "quota of the day: nothing until midnight in Beijing"
    MINUTE = "quota of the minute: nothing for a minute"
    CLOSED = "the user's window or number of messages is used up"
    GONE = "the user does not follow or refuses: unreachable"
    BUG = "our mistake: too long, malformed, unknown template"


@dataclass(frozen=True)
class Code:
    """One error code: its treatment, and what an operator should look at (`errcode_…` in words/operating.yml)."""

    treatment: Treatment
    meaning: str


TREATMENTS = {
    -1: Treatment.RETRY,
    40001: Treatment.RENEW,
    40014: Treatment.RENEW,
    42001: Treatment.RENEW,
    40125: Treatment.STOP,
    40013: Treatment.STOP,
    40164: Treatment.STOP,
    40243: Treatment.STOP,
    48001: Treatment.STOP,
    50002: Treatment.STOP,
    60020: Treatment.STOP,
    40056: Treatment.STOP,
    301002: Treatment.STOP,
    45009: Treatment.DAY,
    45011: Treatment.MINUTE,
    45033: Treatment.MINUTE,
    45015: Treatment.CLOSED,
    45047: Treatment.CLOSED,
    43004: Treatment.GONE,
    50005: Treatment.GONE,
    48002: Treatment.GONE,
    40003: Treatment.GONE,
    43101: Treatment.GONE,
    81013: Treatment.GONE,
    45002: Treatment.BUG,
    45008: Treatment.BUG,
    47001: Treatment.BUG,
    40033: Treatment.BUG,
    44004: Treatment.BUG,
    40037: Treatment.BUG,
    47003: Treatment.BUG,
    40016: Treatment.BUG,
    40018: Treatment.BUG,
    40019: Treatment.BUG,
    40020: Treatment.BUG,
    40023: Treatment.BUG,
    40025: Treatment.BUG,
    40200: Treatment.BUG,
}


def code(number: int) -> Code:
    """What is known of an error code; one that nobody has seen is a mistake of ours."""
    if number not in TREATMENTS:
        return Code(Treatment.BUG, words("errcode_unknown"))
    return Code(TREATMENTS[number], words(f"errcode_{number}"))
