"""A person is wanted or needed: distress, danger, the queue for a person, a complaint."""

from __future__ import annotations

import re

from dialogue import danger as dangers
from dialogue.questions import asked
from dialogue.questions.answers import answer_each
from dialogue.reply import Result, say
from dialogue.state import QuickReply
from dialogue.turn import Situation
from dialogue.words import words

HAND_OVER = 0.5
"""Probability from which a person is called; below, the number is told and a person offered."""
ASKS_OF_QUEUE = 0.5
"""Probability from which a message that mentions something is about the queue all the same."""
PERSON = QuickReply("转人工", "转人工", "request_human")
LEAVE = QuickReply("不等了，继续问机器人", "结束人工", "leave_queue")
_A_NUMBER = re.compile("电话|热线|号码|座机|拨几|拨哪")
_SOMEBODY = re.compile(
    "人工|真人|客服|坐席|工作人员|专人|接线|找个?人|有人|活人|转|打给我|回电|回我|联系我|接我|叫.{0,4}人"
)
"""Somebody is wanted, not a number."""
_PHONE_BUSY = re.compile("打不通|没人接|占线|一直忙|打了.{0,6}(?:没|不)通")


def distress(s: Situation) -> Result:
    """Somebody at the end of their strength: a person, and help at once where life is in danger; then the answer, where
    one was asked for (a bill nobody can pay is despaired of, and is a question all the same)."""
    first = say(words("distress"), handover="家长情绪激动，请尽快接")
    if not asked.asked(s):
        return s.before, [first]
    now, replies = answer_each(s)
    return now, [first, *replies]


def in_danger(s: Situation) -> bool:
    """Is somebody in danger now? Bills of an illness that is over are asked about in the same words, so not these."""
    text = s.reading.text
    return dangers.in_danger(text) or (dangers.in_need_of_an_ambulance(text) and not asked.asked(s))


def danger(s: Situation) -> Result:
    """The emergency numbers before anything else; a question of the rules beside it is answered after them."""
    first = say(words("danger"), PERSON)
    if not asked.asked(s):
        return s.state, [first]
    now, replies = answer_each(s)
    return now, [first, *replies]


def person(s: Situation) -> Result:
    """A person was asked for. The gateway opens the case and puts number and hours before these words.

    Without positive evidence the number is told, and a person offered; so it is where a number was asked for
    (“你们电话多少”).
    """
    if s.turn.queue == "waiting":
        return s.state, [say(words("queue_status"), LEAVE, in_queue=True)]
    if not s.picked and s.reading.confidence < HAND_OVER:
        return s.state, [say(words("person"), PERSON)]
    if not s.picked and _A_NUMBER.search(s.reading.text) and not _SOMEBODY.search(s.reading.text):
        return s.state, [say(words("number_to_call"), PERSON)]
    return s.state, [say(words("person"), handover="家长要找人")]


def leave_queue(s: Situation) -> Result:
    """Nobody is waited for any more."""
    if s.turn.queue is None:
        return s.state, [say(words("no_queue"))]
    return s.state, [say(words("left_queue"), left_queue=True)]


def asks_of_queue(s: Situation) -> bool:
    """Is it the queue that is asked about, and not, while it is waited for, a day or place of the question before?"""
    return s.reading.does("queue_status") and (s.reading.confidence >= ASKS_OF_QUEUE or not s.reading.mentions)


def queue_status(s: Situation) -> Result:
    """How the queue stands; the gateway puts the place in it before these words."""
    if s.turn.queue is None:
        return s.state, [say(words("person"), PERSON)]
    return s.state, [say(words("queue_status"), LEAVE, in_queue=True)]


def complaint(s: Situation) -> Result:
    """Acknowledged, without arguing, kept for the supervisor, with where it can be followed up."""
    if _PHONE_BUSY.search(s.reading.text):
        return s.state, [say(words("hotline_busy"), PERSON, noted={"kind": "complaint"})]
    return s.state, [say(words("complaint"), PERSON, noted={"kind": "complaint"})]
