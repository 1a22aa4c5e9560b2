"""What must be clear first, and is asked: a day that cannot be, a place several share, a month without its day."""

from __future__ import annotations

import re
from dataclasses import replace

from dialogue import form
from dialogue.answering import place_offers, region_name
from dialogue.questions.asked_for import over_there
from dialogue.questions.follow_ups import same_all_month
from dialogue.reply import QuestionPart, Reply, Result, say
from dialogue.state import QuickReply, Standing
from dialogue.turn import Situation
from dialogue.words import words
from policies.facts import LABELS
from policies.library import default

DECLINES = 0.4
"""Probability from which a fact is refused: who asks something short is not told “不说也没关系”."""
_WHY = re.compile("为[啥什何]|咋不|怎么不|凭[啥什]|你.{0,3}不(?:知道|晓得|懂|会|清楚)|[你您]也不")


def impossible_day(s: Situation) -> Result:
    """A day that cannot be: why, and which it is."""
    fact, reason = s.heard.doubts[0]
    label = LABELS.get(fact, "日期")
    text = words("impossible_day", reason=reason, label=label, example=f"{s.today.year}年{s.today.month}月1号")
    standing = s.state.standing or standing_of(s)
    return replace(s.state, expected=fact if fact in LABELS else s.state.expected, standing=standing), [
        Reply((QuestionPart(text),))
    ]


def which_place(s: Situation) -> Result:
    """A name that several places share: which one it is."""
    now = replace(s.state, standing=standing_of(s) or s.state.standing, expected="region")
    return now, [say("", *place_offers(s.heard.ambiguous), ask=words("which_place"))]


def is_it_so(s: Situation) -> Result:
    """A place or day nobody stated for sure is asked about, never taken."""
    mention = s.heard.unsure
    assert mention is not None
    now = replace(s.state, standing=standing_of(s) or s.state.standing)
    if mention.kind == "day":
        born = QuickReply("出生", f"{mention.text}出生的", "inform", {"birth_date": mention.value})
        paid = QuickReply("缴费到账", f"{mention.text}缴费到账的", "inform", {"paid_date": mention.value})
        other = QuickReply("别的事", "是别的事", "deny")
        return now, [say("", born, paid, other, ask=words("what_is_that_day", day=mention.text))]
    there, home = str(mention.value[0]), s.state.region
    moved = QuickReply(f"在{region_name(there)}", f"我在{region_name(there)}", "inform", {"region": there})
    stayed = QuickReply(f"还在{region_name(home)}", f"我在{region_name(home)}", "inform", {"region": home})
    asks = words("is_it_there", place=mention.text, region=region_name(home))
    return replace(now, expected="region"), [say("", moved, stayed, ask=asks)]


def which_day(s: Situation) -> Result:
    """A month without its day: the answer, where the day makes no difference, else which day it is."""
    alike = same_all_month(s)
    if alike is not None:
        return alike
    fact, month = s.heard.month or ("birth_date", "")
    label = LABELS.get(fact, "日期")
    text = words("which_day", month=f"{month[:4]}年{int(month[5:])}月", label=label)
    return replace(s.state, expected=fact, standing=s.state.standing or standing_of(s), missed=0), [
        Reply((QuestionPart(text),))
    ]


def standing_of(s: Situation) -> Standing | None:
    """The question the message asked beside what was unclear, so that it is answered once that is clear."""
    intent = next((label for label in s.reading.labels if label in default().questions), None)
    return Standing(intent, s.state.child, s.state.region) if intent else None


def will_not_tell(s: Situation) -> bool:
    """Was the fact that was asked for refused?"""
    wonders = _WHY.search(s.reading.text) is not None  # “为啥不告诉我数”
    refuses = declines(s) and not wonders and not over_there(s)
    return refuses and s.before.expected is not None


def declines(s: Situation) -> bool:
    """Is it surely said that something will not be told?"""
    sure = s.reading.first != "decline" or s.reading.confidence >= DECLINES
    return s.reading.does("decline") and sure


def declined(s: Situation) -> Result:
    """Not telling is fine: the general answer stands, and this is not asked again."""
    fact = s.before.expected or ""
    text = words("declined", fact=LABELS[fact]) if fact in LABELS else words("declined_plain")
    if s.before.form is not None:
        step = form.resume_line(s.state)
        return s.state, [say(words("declined_plain")), *([step] if step else [])]
    return replace(s.state, declined=(*s.state.declined, fact), expected=None), [say(text)]
