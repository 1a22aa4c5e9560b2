"""Which of the answers before a message is about, by what it names: a question, a day, a sum."""

from __future__ import annotations

import re
from dataclasses import replace

from dialogue.answering import asked_about
from dialogue.decided import decided_or_none
from dialogue.question_groups import BY_WHEN, PAYMENTS
from dialogue.questions.named import answer_named, question_named
from dialogue.state import Standing
from dialogue.turn import Situation
from policies.answers import compose
from policies.library import default

AGAIN = ("repeat", "shorter", "plainer")
"""Operations that may name an earlier answer by what it was about."""
OF_GROUNDS = ("about_source", "about_quote", "about_link", "about_validity")
DOUBTS_OF = ("verdict", "press", "challenge")
HARDLY_OF_THE_LAST = 0.05
"""Below this a doubt is hardly about the last answer."""
HARDLY_AGAIN = 0.5
"""Probability below which a message hardly asks for a repetition."""
ASKS_BESIDE = 0.1
"""Probability from which it asks a question beside it."""
_A_DAY = re.compile("(?:那个?|那些|的|头一个|第一个|前面)(?:日子|日期|期限|时间)|日子|日期|最[晚迟]|截止|期限")
"""“小的那个日子再发我一下”: of the answers before, the one on days."""
_LIMIT = re.compile(
    "最[晚迟]|截止|期限|最后[那哪一是]{0,2}[天日]|最后(?:是)?几号|末了[那一]?[天日]|末[脚尾]?一?[天日]|最尾"
)
"""“俺孩儿末了那天 再说一遍”: of the limit."""
_SUM = re.compile("(?<![0-9.])[0-9]{1,4}(?:[.][0-9]{1,2})?(?:万|千|元)|(?<![0-9])[1-9][0-9]{2,5}(?![0-9年月日号天岁])")


def asked_again(label: str, s: Situation) -> str:
    """The question whose answer is to be said again, where one before the last is named (“刚才说的材料再讲一遍”); empty
    when it is the last answer, or the message asks for something else."""
    standing = s.before.standing
    if label not in AGAIN or standing is None:
        return ""
    said = [standing, *s.before.earlier]
    if label != "repeat":  # “学校让11月前交是啥意思” asks about no answer before: one word is not enough
        return question_named(s.reading.text, standing.intent, 2) or _on_the_limit(s, said)
    of_them = [one for one in said if one.child == s.state.child] if s.heard.children else said
    return (
        question_named(s.reading.text, standing.intent)
        or _on_days(s, of_them)
        or _on_the_limit(s, said)
        or _asked_beside(s, standing)
        or (next((one.intent for one in of_them), "") if s.heard.children else "")
    )


def _on_the_limit(s: Situation, said: list[Standing]) -> str:
    """“俺孩儿末了那天 再说一遍”: of the limit, where answers were on payments and the last does not tell it."""
    of_payments = any(one.intent in PAYMENTS for one in said)
    return BY_WHEN if of_payments and _LIMIT.search(s.reading.text) and not _tells_a_limit(s) else ""


def _on_days(s: Situation, said: list[Standing]) -> str:
    """“小的那个日子再发我一下”: of these answers, the one on days; “大的你刚刚讲几月份好用”: of that child."""
    if _A_DAY.search(s.reading.text) is None:
        return ""
    of_days = [one.intent for one in said if one.intent in PAYMENTS]
    by_when = BY_WHEN in of_days or (s.heard.children and _LIMIT.search(s.reading.text))
    return BY_WHEN if by_when else next(iter(of_days), "")


def _asked_beside(s: Situation, standing: Standing) -> str:
    """“再帮我理一遍，我该交哪几年的”: the question asked beside a repetition that is hardly one."""
    if s.reading.confidence >= HARDLY_AGAIN:
        return ""
    beside = next((n for n, p in s.reading.ranking if n in default().questions and p >= ASKS_BESIDE), "")
    return beside if beside != standing.intent else ""


def spoken_of(label: str, s: Situation) -> Standing | None:
    """The answer before the last one that an operation is about (“你先前说的共济是哪个文件”); None for the last one."""
    if s.before.standing is None:
        return None
    if label in DOUBTS_OF:
        return _doubted(s)
    if label not in OF_GROUNDS:
        return None
    of_sum = _in_which_stands(s)
    if of_sum is not None:
        return of_sum if of_sum is not s.before.standing else None
    found = answer_named(s.reading.text, (s.before.standing, *s.before.earlier))
    if found is None and (
        name := question_named(s.reading.text, s.before.standing.intent, besides="ask_policy_source")
    ):
        return asked_about(s.state, name, s.heard)  # an answer that is no longer kept, or none yet
    return found if found is not s.before.standing else None


def _doubted(s: Situation) -> Standing | None:
    """“那一万三真的有得报？” behind several answers: the earlier one it is about, not the last."""
    of_sum = _in_which_stands(s)
    if of_sum is not None:
        return of_sum if of_sum is not s.before.standing else None
    here, alone = dict(s.reading.ranking), dict(s.reading.alone)
    last = s.before.standing.intent if s.before.standing else ""
    if max(here.get(last, 0.0), alone.get(last, 0.0)) >= HARDLY_OF_THE_LAST:
        return None
    of_it = (
        one for one in s.before.earlier if min(here.get(one.intent, 0.0), alone.get(one.intent, 0.0)) >= ASKS_BESIDE
    )
    return max(of_it, key=lambda one: alone[one.intent], default=None)


def _in_which_stands(s: Situation) -> Standing | None:
    """“这50万是从哪天起的”: the newest answer with that sum; None when no answer has it."""
    said = _SUM.search(s.reading.text)
    if said is None:
        return None
    sums = {said.group().rstrip("元")}
    if said.group().endswith("万"):
        sums.add(str(round(float(said.group()[:-1]) * 10_000)))
    elif said.group().isdigit() and int(said.group()) % 10_000 == 0:
        sums.add(f"{int(said.group()) // 10_000}万")
    number = re.compile(rf"(?<![0-9.])(?:{'|'.join(map(re.escape, sorted(sums)))})")
    for standing in (s.before.standing, *s.before.earlier):
        made = decided_or_none(s.state, standing, s.today) if standing else None
        if made is None:
            continue
        told = compose(replace(made, ask_for=()))
        if number.search("\n".join((told.headline, *told.lines))):
            return standing
    return None


def _tells_a_limit(s: Situation) -> bool:
    """Does the last answer say by when, of the child and the place the message is about?"""
    standing = s.before.standing
    if standing is None or standing.supposed or standing.elsewhere:
        return False
    if standing.child != (s.state.child if s.heard.children or s.reading.notes.get("own_child") else standing.child):
        return False
    made = decided_or_none(s.state, standing, s.today)
    return made is not None and (standing.intent == BY_WHEN or "deadline" in made.values)
