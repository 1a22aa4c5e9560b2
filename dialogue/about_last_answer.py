"""Is a message about the last answer, and about which: that one said in another way, or one of those before it."""

from __future__ import annotations

import re
from dataclasses import replace

from dialogue import earlier_answers, last_answer
from dialogue.answering import asked_about, give
from dialogue.facts import PLACES
from dialogue.hearing.places_quoted import SAID_BY, SOMEBODY, their_word
from dialogue.last_answer import ABOUT
from dialogue.questions import asked, asked_for
from dialogue.questions.meant import SUMS
from dialogue.reading import STRANGER
from dialogue.reply import Result
from dialogue.talk.sheets import ATTACHED
from dialogue.talk.what_now import unsure, what_now
from dialogue.turn import Situation
from dialogue.words import words
from policies import places
from policies.library import default

DOUBTS = 0.75
"""Probability of both from which a relative's place is doubted or compared; below, the answer for there is asked."""
_SAYS = re.compile(f"(?:{SOMEBODY}|那边|嗰边)[^，,。；;！!？?]{{0,8}}(?:说|讲|话)(?!错)|听(?:说|讲|人)")
_OF_OURS = re.compile("孩子|宝|娃|崽|小孩|我们|我就|我在|咱|俺们|二胎|[大小]的")
"""What is told of one's own is no mere hearsay (“我婆婆在威海给孩子交了说不用再交”)."""


def asked_about_it(s: Situation) -> bool:
    """An operation on the last answer; before any answer, or for another place, it is a question of its own."""
    label = _operation(s)
    if label == "request_faq_sheet" and s.before.standing is not None and ATTACHED.search(s.reading.text):
        return True
    if asked_for.comes_home(s):
        return False
    if _is_hearsay(s):
        return True
    if label not in ABOUT or any(name.startswith("ask_") for name in s.reading.labels):
        return False
    asks = any(n in default().questions for n, p in s.reading.ranking if p >= asked.ASKS)
    if s.before.standing is None:
        return not asks
    if label == "about_validity" and s.before.standing.intent in SUMS and s.heard.supposed.get("paid_years"):
        return False  # “这是明年的吗”, of a sum: that year's is asked for
    if label in ("challenge", "verdict", "compare") and asked.asks_by_itself(s):
        return False
    if label in ("compare", "example") and (s.heard.supposed or s.heard.day):  # “明天到账差别大吗”: to be computed
        return False
    theirs = any(place.owner == STRANGER for place in s.reading.of(*PLACES))
    doubts = sum(p for name, p in s.reading.ranking if name in ("compare", "challenge"))
    if label in ("compare", "challenge") and theirs and doubts < DOUBTS:
        return False  # “我姐家的在盐城呢”: the same question for there
    there = s.heard.place is not None and not s.heard.own  # “她娘家那头才380，咱凭啥400” is of here
    return not (there or (s.heard.moved and label in ("about_source", "about_validity", "compare")))


def _operation(s: Situation) -> str:
    """The first label; of a message that is no question, what it surely asks of an answer when read alone."""
    label = s.reading.first
    alone = next(iter(s.reading.alone), ("", 0.0))
    again = label == "unsure" and alone[0] in earlier_answers.AGAIN and alone[1] >= asked.BY_ITSELF
    return alone[0] if again and not s.heard.moved and s.heard.place is None else label


def _is_hearsay(s: Situation) -> bool:
    """“我婆婆讲江西老家那边二月底都行”: nothing is asked and nothing told of the child; the answer for here stands."""
    standing = s.before.standing
    if standing is None or s.before.form is not None or s.heard.moved or s.heard.told or s.picked:
        return False
    here = standing.region or s.state.region
    text = s.reading.text
    elsewhere = here and any(
        m.kind == "place" and m.said and not m.corrects and len(m.value) == 1 and places.apart(str(m.value[0]), here)
        and (m.role == "elsewhere" or SAID_BY.search(text[: m.start]) or their_word(text, m))
        for m in s.reading.mentions
    )  # fmt: skip
    says = _SAYS.search(text) is not None and not asked.asks(text) and _OF_OURS.search(text) is None
    of_it = ("inform", "follow", "challenge", "compare", "deny", "unsure", "chitchat", "complain")
    return bool(elsewhere) and says and s.reading.first in of_it


def answer(s: Situation) -> Result:
    """The last answer said in the way that was asked for, or the one before it that is meant."""
    if _is_hearsay(s):
        heard = replace(s.heard, relative=False)  # told of there, meant of here
        return last_answer.about("challenge", replace(s.state, standing=s.before.standing), heard, s.reading, s.today)
    label = _operation(s) if _operation(s) in ABOUT else "about_link"
    if s.state.standing is None:
        return _before_any_answer(label, s)
    named = earlier_answers.asked_again(label, s)
    if named:
        return give(s.state, asked_about(s.state, named, s.heard), s.today, lead=words("again"))
    meant = earlier_answers.spoken_of(label, s)
    state = s.state.answered(meant) if meant else replace(s.state, standing=s.before.standing)
    return last_answer.about(label, state, s.heard, s.reading, s.today)


def _before_any_answer(label: str, s: Situation) -> Result:
    """Nothing was answered yet: a question of the rules in the middle of an enrollment, or a doubt that tells
    something."""
    if s.before.form is not None:
        return unsure(s)
    if label in ("challenge", "verdict", "press", "compare") and s.heard.anything:
        return what_now(s)
    return last_answer.without_answer(label, s.state)
