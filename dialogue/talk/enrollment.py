"""Steering an enrollment: begun, stopped, gone on with, where it stands."""

from __future__ import annotations

import re

from dialogue import form
from dialogue.reply import Result, say
from dialogue.turn import Situation
from dialogue.words import words

ENROLL = 0.5
"""Probability from which an enrollment is started while a question stands; below it is offered."""
HARDLY_ENROLLS = 0.45
"""The same where none stands: nobody wants one by half (“我的直播间讲医保，帮忙推一下”)."""
SURELY_ENROLLS = 0.8
"""The same of somebody who says to have a question (“想问下宝宝医保”)."""
GOES_ON = 0.5
"""Probability from which “继续” in any words takes the enrollment up again."""
_WANTS_TO_ASK = re.compile("[问咨]|了解|打听|请教")
_WHERE = re.compile("哪步|哪一步|到哪|递上去|交上去|提交了|办成|成了没|好了没|进度")


def wants_enrollment(s: Situation) -> bool:
    """A request of the speaker; while a question stands it must be sure, and who only wants to ask requests nothing."""
    if not s.reading.does("start_enrollment"):
        return False
    if _WANTS_TO_ASK.search(s.reading.text) and s.reading.confidence < SURELY_ENROLLS and not s.picked:
        return False
    needed = HARDLY_ENROLLS if s.before.standing is None else ENROLL
    return s.picked or s.reading.confidence >= needed


def start(s: Situation) -> Result:
    """The first step of an enrollment."""
    return form.start(s.state, s.reading, s.today, s.turn.conversation, s.turn.message_id)


def enrollment_is_off(s: Situation) -> bool:
    """Is an enrollment to be begun or gone on with while that is switched off? Stopping one is always possible."""
    if not s.no_enrollment or stops_form(s) or confirms_a_cancellation(s):
        return False
    return wants_enrollment(s) or goes_on(s) or form.answers(s.before, s.reading, s.heard)


def no_enrollment(s: Situation) -> Result:
    """What was told stays; nothing is begun."""
    return s.state, [say(words("form_off"))]


def stops_form(s: Situation) -> bool:
    """Is the open enrollment given up? “取消” means it, where nothing was handed in."""
    if s.before.form is None:
        return False
    step = form.open_step(s.before)
    return s.reading.first == "stop" or (
        s.reading.first == "cancel_application" and not s.before.applications and step is not None
    )


def asks_where_form_is(s: Situation) -> bool:
    """“办到哪步了”, of an open enrollment."""
    return (
        s.before.form is not None
        and s.reading.does("resume", "check_application")
        and _WHERE.search(s.reading.text) is not None
    )


def goes_on(s: Situation) -> bool:
    """Take the enrollment up again; with everything confirmed (the bureau was away) a plain yes does it too."""
    if s.before.form is None:
        return False
    resumes = s.reading.does("resume", "next_step") and (
        s.picked or s.reading.confidence >= GOES_ON or len(s.reading.text) <= 4
    )
    return resumes or (form.open_step(s.before) is None and s.reading.does("affirm"))


def go_on(s: Situation) -> Result:
    """The next step; where everything was confirmed and the bureau was away, the draft once more."""
    if form.open_step(s.state) is None:
        return form.make_draft(s.state, s.today, s.turn.around, s.turn.conversation)
    return form.ask_next(s.state)


def form_answer(s: Situation) -> Result:
    """An answer to the step that is open."""
    return form.take(s.before, s.reading, s.heard, s.today, s.turn.around, s.turn.conversation)


def confirms_a_cancellation(s: Situation) -> bool:
    """Is it agreed that an application is cancelled, after that was asked?"""
    if s.before.expected != "cancel":
        return False
    agrees = s.reading.first in ("affirm", "stop") and "不撤" not in s.reading.text
    return s.reading.does("cancel_application") or form.says_yes(s.reading) or agrees
