"""A fragment after an answer: does it lean on the question that stands; that question again with what has changed."""

from __future__ import annotations

from dataclasses import replace

from dialogue import answering, part_of_month
from dialogue.answering import asked_about, give, noticed, same_as_before
from dialogue.last_answer import ABOUT
from dialogue.question_groups import BY_WHEN, PAYMENTS
from dialogue.questions.answers import answer_for_each
from dialogue.questions.asked import (
    BY_ITSELF,
    PARAMETERS,
    answers_instead,
    asks_by_itself,
    likeliest,
    questions_in,
    rather_follows,
)
from dialogue.questions.asked_for import children_asked_for, comes_home, names_home, names_somebody, over_there
from dialogue.questions.carried_over import goes_on_from_before
from dialogue.questions.first_lines import not_yet, unwritten
from dialogue.questions.meant import asked_of_its_school, meant_by_place, meant_of_baby, meant_of_child
from dialogue.questions.other_answers import asked_otherwise, told_for_another
from dialogue.questions.turned_to import turned_to
from dialogue.reply import Result
from dialogue.state import Standing
from dialogue.turn import Situation
from dialogue.words import words

FOLLOWING = ("follow", "inform", "change_region", "affirm", "deny", "choose")
"""Labels under which a message that told something re-answers the question that stands."""
TALKING = (*FOLLOWING, "unsure", "out_of_scope", "decline", "just_asking")
"""The same, and those of a message nobody is sure of."""
STRANGE = 0.85
"""Probability from which a message is of something else, unless it tells more than what it may tell in passing."""
IN_PASSING = {"residence_permit", "stage", "category", "proxy", "payer"}
"""Facts that are told in passing of something else."""
A_SENTENCE = 20
"""Characters of a message that tells of a situation nothing is written of, and hardly asks something else."""


def follows(s: Situation) -> bool:
    """Does the message ask the standing question again, or tell something it depends on?"""
    first = s.reading.first
    if s.before.standing is None:
        return first in ("follow", *ABOUT) and bool(likeliest(s))
    if comes_home(s) or first in ABOUT:  # of another place: see `about_last_answer`
        return True
    if s.reading.does("follow") or answers_instead(s) or (questions_in(s) and rather_follows(s)):
        return True
    if first == "next_step" and names_somebody(s):
        return True
    if s.reading.notes.get("unwritten") and len(s.reading.text) <= A_SENTENCE:
        return True
    if _gives_up_a_thought(s, s.before.standing) or _leans_on_a_question(s, s.before.standing):
        return True
    talking = first in TALKING and not s.reading.does("thank", "goodbye")
    return talking and not _is_of_something_else(s) and _tells_something(s)


def _gives_up_a_thought(s: Situation, standing: Standing) -> bool:
    """“算了还是姜堰”, “唉算了，两年都交吧”: given up is what was thought of before."""
    if not s.reading.does("stop", "goodbye") or s.before.form is not None:
        return False
    back = s.heard.moved or (standing.elsewhere and names_home(s))
    decides = s.reading.does("stop") and bool(s.heard.told or "paid_years" in s.heard.supposed)
    return back or decides


def _leans_on_a_question(s: Situation, standing: Standing) -> bool:
    """“我婆婆非说得回户口那儿交”: tells nothing we keep, and leans on a question."""
    if s.reading.first != "inform" or s.reading.mentions or s.before.form is not None:
        return False
    alone = next(iter(s.reading.alone), ("", 0.0))
    same = alone[0] == standing.intent and alone[1] >= BY_ITSELF  # “我退休卡里头的喃”
    return same or asked_otherwise(s) is not None


def _is_of_something_else(s: Situation) -> bool:
    """“居住证积分不够，以后中考咋整”."""
    strange = s.reading.first == "out_of_scope" and s.reading.confidence >= STRANGE
    return strange and not (set(s.heard.told) - IN_PASSING or s.heard.supposed or s.heard.place or s.heard.moved)


def _tells_something(s: Situation) -> bool:
    """Was anything told, or named, that may change the answer?"""
    first = s.reading.first
    varies = first in ("unsure", "just_asking") and any(m.kind in PARAMETERS for m in s.reading.mentions)
    named = bool(s.reading.mentions) and first in ("inform", "follow")
    told = s.picked or s.heard.anything or bool(s.reading.notes.get("not_yet"))
    return told or named or varies or over_there(s)


def follow(s: Situation) -> Result:
    """The standing question once more, with what has changed; what changes nothing asks something else, if anything."""
    before, state, day = s.before.standing, s.state, s.heard.day
    lead = "\n".join(part for part in (unwritten(s), not_yet(s), noticed(s.before, s.heard)) if part)
    if before is None:
        return give(state, asked_about(state, likeliest(s), s.heard), s.today, lead=lead, day=day)
    itself = asks_by_itself(s) if s.reading.first in ABOUT else ""
    if itself:
        of_it = goes_on_from_before(s, asked_about(state, itself, s.heard))
        return give(state, of_it, s.today, lead=words("i_go_by_the_document"))
    school = asked_of_its_school(s)
    if school is not None:
        return give(state, school, s.today, lead=lead)
    labels = children_asked_for(s)
    if len(labels) > 1:
        return answer_for_each(s, labels, before.intent)
    standing = _with_what_changed(s, before)
    month = _of_a_month(s, standing)
    if month is not None:
        return month
    other = told_for_another(s, standing)
    if other is not None:
        return give(state, other, s.today, lead=lead, day=day)
    again = same_as_before(s.before, before, state, standing, s.today) and not _judged(s, standing)
    turned = turned_to(s, standing, again=again)
    if turned is not None:
        return give(state, turned[0], s.today, lead=lead, day=turned[1])
    if again and not s.reading.notes.get("unwritten"):
        lead = lead or words("same_again")
        return give(state, standing, s.today, lead=lead, brief=True, quote=True, day=day, asked=s.reading.text)
    return give(state, standing, s.today, lead=lead, brief=again, day=day)


def _with_what_changed(s: Situation, before: Standing) -> Standing:
    """The question that stands, of whom and of where the message asks, with what is supposed."""
    intent = meant_of_baby(meant_by_place(before.intent, s), s.state, s)
    if s.heard.children:
        intent = meant_of_child(intent, s.state.facts, s)
    return goes_on_from_before(s, asked_about(s.state, intent, s.heard))


def _of_a_month(s: Situation, standing: Standing) -> Result | None:
    """The answer for a month of payment that is only supposed; of the limit, where the question is not on payment."""
    month = part_of_month.supposed(s, standing)
    if month is None and standing.intent not in PAYMENTS and s.heard.supposed_month:  # “能等到过年不”, after the papers
        return part_of_month.supposed(s, replace(standing, intent=BY_WHEN))
    return month


def _judged(s: Situation, standing: Standing) -> bool:
    """Can the standing answer say of the day in the message whether it lies before or after what was computed?"""
    return bool(s.heard.day and answering.judged(s.state, standing, s.heard.day, s.today))


def same_all_month(s: Situation) -> Result | None:
    """“阿哥12月初交好了”: the answer to a payment told without its day, where the day makes no difference."""
    before = s.before.standing
    if s.before.form is not None or s.before.expected == "paid_date":
        return None
    of_birth = part_of_month.born(s, asked_about(s.state, before.intent if before else BY_WHEN, s.heard))
    if before is None or of_birth is not None:
        return of_birth
    return part_of_month.told(s, goes_on_from_before(s, asked_about(s.state, before.intent, s.heard)))
