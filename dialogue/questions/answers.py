"""The questions of a message answered, one or several, for one child or each of several."""

from __future__ import annotations

from collections.abc import Sequence

from dialogue import answering, part_of_month
from dialogue.answering import asked_about, give, noticed, same_as_before
from dialogue.children import is_baby
from dialogue.question_groups import BY_WHEN, COVERED_FROM
from dialogue.questions.asked import questions_in
from dialogue.questions.asked_for import children_asked_for
from dialogue.questions.carried_over import still_of_theirs, supposition_carried
from dialogue.questions.first_lines import not_enrolled, not_yet, of_which_child, still_theirs, still_there, unwritten
from dialogue.questions.meant import (
    HOW_TO_ENROLL,
    as_if_paid_now,
    in_the_open_window,
    meant_by_place,
    meant_of_baby,
    meant_of_child,
)
from dialogue.questions.meant_by_situation import meant_by_situation
from dialogue.questions.other_answers import told_for_another
from dialogue.reading import STRANGER
from dialogue.reply import Card, Reply, Result, say
from dialogue.state import DialogueState, Standing
from dialogue.turn import Situation
from dialogue.words import words


def answer_each(s: Situation) -> Result:
    """Every question for every child that was named, in the order of the message."""
    labels, intents = children_asked_for(s), questions_in(s)
    intents = _enrolled_once(intents) if labels else in_the_open_window(intents, s.state, s)
    alone, several = not labels and len(intents) == 1, len(labels) > 1
    state, replies = s.state, list[Reply]()
    for intent in intents:
        for label in labels or [state.child]:
            about = state.about(label)
            standing = _asked_of(s, intent, about, one_of_those_named=bool(labels))
            instead = _answered_instead(s, standing, about) if alone else None
            if instead is not None:
                return instead
            again = not s.picked and not labels
            again = again and same_as_before(s.before, s.before.standing, about, standing, s.today)
            own = of_which_child(label, standing, about) if several else words("same_again") if again else ""
            lead = _lead(s, standing, own or (_understood(s) if alone else ""), first=not replies, again=again)
            state, made = give(
                about, standing, s.today, lead=lead, brief=again or several, quote=again, ask=not several,
                day=s.heard.day, asked=s.reading.text if again else "",
            )  # fmt: skip
            replies += made
    if several and len(intents) == 1:
        replies = _with_shared(replies)
    if several and state.region is None:
        state, replies = answering.ask_region(state, replies)
    return state.about(s.state.child), replies


def _enrolled_once(intents: Sequence[str]) -> list[str]:
    """Asked of several children, how to enroll is one question, whichever child's it was heard as."""
    how = [intent for intent in intents if intent in HOW_TO_ENROLL.values()]
    return [intent for intent in intents if intent not in how[1:]]


def _asked_of(s: Situation, intent: str, about: DialogueState, *, one_of_those_named: bool) -> Standing:
    """What a question asks of the child talked of, with what goes on from the answer before."""
    meant = meant_of_child(intent, about.facts, s) if one_of_those_named else meant_by_place(intent, s)
    meant = meant_by_situation(meant_of_baby(meant, about, s), about, s)
    standing = still_of_theirs(s, asked_about(about, meant, s.heard))
    return as_if_paid_now(intent, supposition_carried(s, standing), s)


def _answered_instead(s: Situation, standing: Standing, about: DialogueState) -> Result | None:
    """The answer for a month told without its day, or of an earlier question that turns on what was told, where the one
    question of a message is better answered so."""
    month = part_of_month.supposed(s, standing) or part_of_month.born(s, standing)
    if month is not None:
        return month
    again_asked = s.before.standing is not None and questions_in(s) == [s.before.standing.intent]
    other = told_for_another(s, standing) if again_asked else None
    if other is None:
        return None
    return give(about, other, s.today, lead=_understood(s), day=s.heard.day)  # “说错了，是12号迁的，最晚变几号”


def _understood(s: Situation) -> str:
    """What was understood of the message, where it is not the first and its place is the family's."""
    return noticed(s.before, s.heard) if s.before.standing is not None or s.heard.place is not None else ""


def _lead(s: Situation, standing: Standing, own: str, *, first: bool, again: bool) -> str:
    """The lines before an answer. `own`: the last of them; `first`: is it the first answer to the message?"""
    there = (still_there(s, standing) or still_theirs(s, standing)) if first else ""
    lines = (there, unwritten(s), not_enrolled(s, standing), not_yet(s) if again else "", own)
    return "\n".join(line for line in lines if line)


def answer_for_each(s: Situation, labels: Sequence[str], intent: str) -> Result:
    """A question answered for several children, one by one, and what holds for all of them behind it."""
    state, replies = s.state, []
    for label in labels:
        about = state.about(label)
        of_child = asked_about(about, intent, s.heard)
        lead = of_which_child(label, of_child, about)
        state, made = give(about, of_child, s.today, lead=lead, brief=True, ask=False)
        replies += made
    return state.about(s.state.child), _with_shared(replies)


def _with_shared(replies: list[Reply]) -> list[Reply]:
    """After the result for each of several children, what holds for all of them, once."""
    answers = [part.answer for reply in replies for part in reply.parts if isinstance(part, Card)]
    shared = [line for line in answers[0].lines if all(line in one.lines for one in answers[1:])] if answers else []
    if len(answers) < 2 or not shared:
        return replies
    return [*replies, say("\n".join((words("for_all_of_them"), *shared)))]


def limit_of_newborn(s: Situation) -> Result | None:
    """The limit of a newborn whose place and birthday were told without a question: it cannot wait."""
    birth, place = s.heard.told.get("birth_date"), s.heard.moved
    if s.before.standing is not None or s.state.region is None or not (birth or place):
        return None
    if s.heard.relative and not (birth and place):
        return None  # of whom the rest was told, is not known; “替我同事问，他娃元宵节生的，在威海” tells both
    if not is_baby(s.state.facts, s.today):
        return None
    if paid := s.state.facts.get("paid_date"):  # “徐州 8.30生 昨天到账”: from when is it covered?
        told_now = birth and s.heard.told.get("paid_date") == paid
        of_it = asked_about(s.state, COVERED_FROM, s.heard)
        return give(s.state, of_it, s.today, lead=noticed(s.before, s.heard)) if told_now else None
    babies = {
        label: facts["birth_date"] for label, facts in s.state.children.items()
        if label not in ("", STRANGER) and "birth_date" in facts and "paid_date" not in facts
        and is_baby(s.state.facts_of(label), s.today)
    }  # fmt: skip
    apart = len(set(babies.values())) > 1 or len({s.state.about(label).region for label in babies}) > 1
    if apart and not s.heard.relative:  # twins on both sides of midnight, or in two places
        return answer_for_each(s, list(babies), BY_WHEN)
    return give(s.state, asked_about(s.state, BY_WHEN, s.heard), s.today, lead=noticed(s.before, s.heard))
