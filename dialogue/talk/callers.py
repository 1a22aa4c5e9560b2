"""Several callers in one talk: the next one at a hotline's desk, two relatives' households in one message."""

from __future__ import annotations

from dialogue.hearing.owners import tells_of_two_households
from dialogue.questions import asked
from dialogue.reply import Result, say
from dialogue.turn import Situation
from dialogue.words import words


def tells_of_two(s: Situation) -> bool:
    """Does a message tell of two relatives' children, outside an enrollment?"""
    return s.before.form is None and tells_of_two_households(s.reading)


def one_after_the_other(s: Situation) -> Result:
    """Two relatives' children at once: nothing is kept of either, and they are asked for one by one."""
    return s.before, [say(words("one_after_the_other"))]


def next_caller(s: Situation) -> Result:
    """At a desk: nothing of the caller before is left, and nothing was asked yet."""
    return s.state, [say(words("next_caller"))]


def only_the_next_caller(s: Situation) -> bool:
    """Is nothing said but that the next caller is on the line?"""
    return bool(s.reading.notes.get("next_caller")) and not asked.asked(s) and not s.heard.anything
