"""Lines said before an answer: whose it is and for where, what was told not to be done, what is written nowhere."""

from __future__ import annotations

import re

from dialogue.answering import region_name
from dialogue.question_groups import VISITS
from dialogue.reading import STRANGER
from dialogue.state import DialogueState, Standing
from dialogue.turn import Situation
from dialogue.words import words

NOT_YET = {"household": "not_yet_household", "paid": "not_yet_paid", "registered": "not_yet_registered"}
"""What was told not to be done yet → the words that say it back."""
_EACH_OR_ONE = re.compile("各(?:自|交|办|算|管|弄|是各)|合[成在一]|[一两]份|算一个|分开|一起[交办弄]|一人一|要不要都")


def not_yet(s: Situation) -> str:
    """What was told not to be done yet, said back where it is all that was told."""
    what = s.reading.notes.get("not_yet")
    return words(NOT_YET[what]) if what in NOT_YET and not s.heard.anything else ""


def unwritten(s: Situation) -> str:
    """That a situation the message tells of (“双胞胎”) is written of nowhere; empty where it tells of none."""
    what = s.reading.notes.get("unwritten")
    if not what and s.state.twins and s.before.standing is not None and _EACH_OR_ONE.search(s.reading.text):
        what = "双胞胎"  # “各交各的还是合一份”
    if what == "外籍":
        return words("unwritten_foreign")
    return words("unwritten", what=what) if what else ""


def not_enrolled(s: Situation, standing: Standing) -> str:
    """“一直没参保” – “现在去医院能用医保吗”: before what holds of those who are enrolled."""
    never = s.state.facts_of(standing.child).get("child_enrolled") is False
    return words("not_enrolled_yet") if never and standing.intent in VISITS else ""


def of_which_child(label: str, standing: Standing, state: DialogueState) -> str:
    """大的： or 大的（在山东省威海市）： where not all the children are in one place."""
    apart = standing.elsewhere or len(set(state.regions.values())) > 1
    there = apart and standing.region is not None
    return f"{label}（在{region_name(standing.region)}）：" if there else f"{label}："


def still_there(s: Situation, standing: Standing) -> str:
    """Where the answer is for, when the only place that was ever named goes on into another question."""
    carried = standing.elsewhere and s.state.region is None and s.heard.place is None and standing.region is not None
    return words("still_there", place=region_name(standing.region)) if carried else ""


def still_theirs(s: Situation, standing: Standing) -> str:
    """Whose child the answer is for, when another question goes on about somebody else's."""
    before = s.before.standing
    goes_on = standing.child == STRANGER and not s.heard.relative and before is not None and before.child == STRANGER
    return words("still_theirs") if goes_on and not s.heard.theirs else ""
