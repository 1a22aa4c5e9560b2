"""A message that asks nothing, or is not understood: what was understood of it, and what could be asked."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from typing import Any

from dialogue import form, services
from dialogue.answering import asked_about, give, noticed
from dialogue.children import is_baby
from dialogue.question_groups import BY_WHEN, PAID_LATE, UNBORN
from dialogue.questions.answers import limit_of_newborn
from dialogue.questions.asked import ASKS
from dialogue.questions.follow_ups import follow
from dialogue.remembering import HELP
from dialogue.reply import Choices, QuestionPart, Reply, Result, say
from dialogue.state import QuickReply
from dialogue.talk.person import PERSON
from dialogue.turn import Situation
from dialogue.words import question_offer, words
from policies.library import default

PATIENCE = 2
"""Messages in a row that are not understood before a person is offered instead of readings."""
TELLS = 0.6
"""Probability from which a first message that asks nothing tells something all the same."""
_CHINESE = re.compile("[\u4e00-\u9fff]")
_MISSED = re.compile(
    "(?:没赶上|错过|误了|过了期|过了时间)(?!.?(?:车|班|饭|飞机))|(?:忘了?|忘记|漏了?|落下)(?:没|去)?(?:交|缴|续)"
)
_A_CHILD_OR_WHO_MINDS_IT = re.compile("孩|娃|宝|崽|孙|儿子|女儿|闺女|小学|幼儿园|初中|高中|奶奶|爷爷|外公|外婆|姥")
_FROM_THERE = re.compile(
    "(?:我|我们|俺|俺们|咱|他爸|她爸|他妈|她妈|老公|老婆|媳妇)(?:家)?(?:是|的)?(?:老家|户口)?(?:是|在)?"
    "[\u4e00-\u9fff]{2,8}(?:的|人|嘞|滴|那边的)(?=$|[，,。；; ])"
)
"""“我老家安徽的”: where somebody is from."""
AFTER_BAD_NEWS = ("ask_critical_illness_cap", "ask_medical_assistance", "ask_remote_settlement")
"""Questions whose answers may help where an illness was told."""


def tells_without_asking(s: Situation) -> bool:
    """Facts, or who is speaking (“我是班主任”), and no question yet."""
    first = s.reading.first == "inform" and s.before.standing is None
    introduces = first and (s.reading.confidence >= TELLS or "not_yet" in s.reading.notes)
    return s.before.form is None and (s.heard.anything or introduces)


def what_now(s: Situation) -> Result:
    """Facts came without a question: what was understood, and what could be asked."""
    s = _at_home_there(s)
    born = str(s.state.facts.get("birth_date") or "9999") <= s.today.isoformat()
    known = (n for n, p in s.reading.ranking if n in default().questions and p >= 0.2)
    guess = next((n for n in known if not (born and n == UNBORN)), None)
    if s.today.year in (s.heard.told.get("lapse_years") or ()):  # “今年这钱落下没交”: what now?
        guess = PAID_LATE
    if guess is None and not is_baby(s.state.facts, s.today) and s.before.standing is None:
        guess = _of_what_was_not_paid(s)
    if guess is not None and s.before.standing is None:
        return follow(replace(s, turn=replace(s.turn, reading=replace(s.reading, ranking=((guess, 1.0),)))))
    limit = limit_of_newborn(s)
    if limit is not None:
        return limit
    if s.reading.notes.get("grave"):  # what may help comes before “what would you like to ask”
        told = noticed(s.before, s.heard, everything=True)
        offers = tuple(question_offer(one) for one in AFTER_BAD_NEWS)
        return replace(s.state, missed=0), [say(f"{words('grave')}\n{told}".strip(), *offers)]
    noted = noticed(s.before, s.heard, everything=True)
    lead = words("noted_what", known=f"{noted[:-1]}，") if noted else words("what_now")
    return replace(s.state, missed=0), [say(lead, *starters(), services.ENROLL)]


def _at_home_there(s: Situation) -> Situation:
    """“我们在外打工 孩子留老家 老家徐州”, “我是奶奶 南京”: the one place a family tells of itself, before anything was
    asked, is where the next question is asked of. Where the speaker is from (“我老家安徽的”) is no place of a child."""
    place, text = s.heard.place, s.reading.text
    if place is None or s.state.region is not None or s.heard.relative or s.state.relative or s.heard.ambiguous:
        return s
    if _A_CHILD_OR_WHO_MINDS_IT.search(text) is None or _FROM_THERE.search(text) is not None:
        return s
    state = s.state.in_place(place, "", ())
    return replace(s, heard=replace(s.heard, state=state, place=None, moved=True))


def _of_what_was_not_paid(s: Situation) -> str | None:
    """“小学三年级 忘了交”, “高中 12月没赶上”: what it means to be late; of what is only not paid yet, until when."""
    if s.heard.told.get("lapse_years"):  # of a year long over nothing is to be done
        return None
    if _MISSED.search(s.reading.text):
        return PAID_LATE
    return BY_WHEN if s.reading.notes.get("not_yet") == "paid" else None


def starters() -> tuple[QuickReply, ...]:
    """Questions to begin with."""
    return tuple(question_offer(i) for i in ("ask_newborn_enrollment", "ask_payment_period", "ask_waiting_period"))


def unsure(s: Situation) -> Result:
    """Not understood: what was heard is kept, two or three readings are offered, then a person."""
    likeliest = s.reading.ranking[0][0] if s.reading.ranking else None
    noted = {"kind": "unsure", "intent": likeliest, "confidence": s.reading.confidence}
    in_form = _unsure_in_form(s, noted) if s.before.form is not None else None
    if in_form is not None:
        return in_form
    now = replace(s.state, missed=s.state.missed + 1)
    if not _CHINESE.search(s.reading.text):
        return now, [say(words("only_words"), HELP, PERSON)]
    if now.missed >= PATIENCE:
        return now, [say(words("still_not_sure"), PERSON, HELP, noted=noted)]
    lead, offers = _readings(s)
    reply = say(lead, *(offers or starters()), listed=True, noted=noted)
    reply = replace(reply, parts=(*reply.parts, QuestionPart(words("not_sure_end")), Choices((PERSON,))))
    return now, [reply]


def _unsure_in_form(s: Situation, noted: dict[str, Any]) -> Result | None:
    """In the middle of an enrollment: the question it may ask, else its open step again; None when none is open."""
    step = form.open_step(s.before)
    guess = next((n for n, p in s.reading.ranking if n in default().questions and p >= ASKS), None)
    if guess is not None:
        now, replies = give(s.state, asked_about(s.state, guess, s.heard), s.today, day=s.heard.day)
        resume = form.resume_line(now)
        return now, [*replies, resume] if resume else replies
    if step is None:
        return None
    told = noticed(s.before, s.heard, everything=True).removesuffix("：")
    said = words("form_noted_besides", known=told, ask=step.ask) if told else ""
    ask = QuestionPart(said or words("form_not_heard", ask=step.ask))
    return s.state, [Reply((ask, Choices((*step.offers, form.STOP))), noted=noted)]


def _readings(s: Situation) -> tuple[str, tuple[QuickReply, ...]]:
    """What it may have asked, likeliest first behind the question that stands, and the line before it."""
    known, standing = default().questions, s.before.standing
    named = (n for n, _ in s.reading.ranking if n in known and (standing is None or n != standing.intent))
    offers = tuple(question_offer(name) for name in islice(named, 3))
    if standing is None:
        return words("not_sure", known=noticed(s.before, s.heard)), offers
    title = str(known[standing.intent]["title"])
    return words("not_sure_about", title=title), (question_offer(standing.intent), *offers[:2])
