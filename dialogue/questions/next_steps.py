"""“那我该咋办”: what an answer that stands leaves to be done."""

from __future__ import annotations

from dialogue import last_answer
from dialogue.answering import asked_about, give, noticed
from dialogue.children import is_baby
from dialogue.question_groups import HOW_TO_PAY, HOW_TO_REGISTER
from dialogue.questions.asked import asks_by_itself
from dialogue.questions.asked_for import names_somebody
from dialogue.questions.carried_over import goes_on_from_before
from dialogue.reply import Result
from dialogue.turn import Situation
from dialogue.words import words
from policies.library import default


def asks_what_to_do(s: Situation) -> bool:
    """“那我该咋办”: what an answer that stands leaves to be done."""
    stands = s.before.standing is not None and s.before.form is None
    return stands and s.reading.first == "next_step" and not names_somebody(s)


def what_to_do(s: Situation) -> Result:
    """The answer that says what to do after the one that stands; where its own says it, that in plain words."""
    assert s.before.standing is not None
    itself, known = asks_by_itself(s), default().questions
    after = itself or known[s.before.standing.intent]["next"]
    lead = noticed(s.before, s.heard)
    if not after:
        return last_answer.about("plainer", s.state, s.heard, s.reading, s.today)
    if after == HOW_TO_PAY and is_baby(s.state.facts, s.today):
        after = HOW_TO_REGISTER  # a baby is registered first
    lead = "\n".join(part for part in (lead, "" if itself else words("then")) if part)
    standing = goes_on_from_before(s, asked_about(s.state, after, s.heard))
    return give(s.state, standing, s.today, lead=lead, day=s.heard.day)
