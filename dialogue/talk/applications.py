"""Requests about an application that was handed in, or about what is on record for a child."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from dialogue import form, services
from dialogue.answering import asked_about, give
from dialogue.question_groups import COVERED_FROM
from dialogue.questions.first_lines import not_yet
from dialogue.reply import Result, say
from dialogue.state import Standing
from dialogue.turn import Situation
from dialogue.words import words

APPLICATION = 0.8
"""Probability from which a request about an application is believed where none was started here."""
_LOOKS_UP = re.compile("有没有|查|看看|看下")


def of_an_application(label: str) -> Callable[[Situation], bool]:
    """A request about an application; where none was started here, a sure one (“那个咋整的来着” is none) that tells of
    no place or child (“有个学生转学去山东，要取消这边的登记” asks about the rules)."""

    def condition(s: Situation) -> bool:
        started = bool(s.before.applications) or s.before.form is not None
        sure = s.reading.confidence >= APPLICATION and not any(m.said for m in s.reading.mentions)
        return s.reading.does(label) and (started or s.picked or sure)

    return condition


def link(s: Situation) -> Result:
    """The link of the open application once more."""
    found = services.another_link(s.state, s.reading, s.turn.around, s.turn.conversation)
    return found if found is not None else (s.state, [say(words("no_open_application"), services.ENROLL)])


def check(s: Situation) -> Result:
    """Where the open enrollment stands, else the application that was handed in."""
    if s.before.form is not None:
        return form.where(s.state)
    return services.check(s.state, s.reading, s.turn.around, s.turn.conversation)


def cancel(s: Situation) -> Result:
    """The application is cancelled, or it is asked whether it shall be."""
    return services.cancel(s.state, s.reading, s.turn.around, s.turn.conversation)


def coverage(s: Situation) -> Result:
    """Whether a child is covered, as far as that is on record."""
    told_not_yet = not_yet(s) if not _LOOKS_UP.search(s.reading.text) else ""
    if told_not_yet:  # “登记了没交钱，算参保吗”: a question of the rule, not of a record
        return give(s.state, asked_about(s.state, COVERED_FROM, s.heard), s.today, lead=told_not_yet)
    return services.coverage(s.state, s.reading, s.today, s.turn.around, s.turn.conversation)


def payment_problem(s: Situation) -> Result:
    """Paid, and not shown: what can be looked up, and that it is the question that stands now."""
    now, replies = services.payment_problem(s.state, s.today)
    return replace(now, standing=Standing("report_payment_problem", now.child, now.region)), replies
