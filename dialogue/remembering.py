"""“你记得我什么”, “忘掉”: what is known is shown in plain words and forgotten on request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from dialogue import reminding
from dialogue.answering import region_name
from dialogue.questions import asked
from dialogue.reply import Reply, Result, say
from dialogue.state import FACTS, ONLY, DialogueState, QuickReply
from dialogue.turn import Situation, StandingReminder
from dialogue.words import words
from policies import places
from policies.counting import chinese_date
from policies.facts import LABELS
from policies.library import default

HELP = QuickReply("你能做什么", "你能做什么", "help")
FORGET = QuickReply("都忘掉", "把这些都忘掉", "forget")
_MASKED = "已隐去"
"""Stands where a number was, in a message whose numbers were taken out."""
FORGETS = 0.8
"""Probability from which everything is forgotten at once: it cannot be undone, so below it is asked first."""


def shown(state: DialogueState, reminders: tuple[StandingReminder, ...] = ()) -> Reply:
    """Everything the conversation remembers, and what it will be reminded of."""
    known = [f"地区：{region_name(state.region)}"] if state.region is not None else []
    for label, facts in {**({"家里": state.family} if state.family else {}), **state.children}.items():
        known += [f"{label if label != ONLY else '孩子'}：{line}" for line in described(facts)]
    known += [f"{label or '孩子'}：{years}岁" for label, years in state.ages.items()]
    known += [f"{label}：在{region_name(code)}" for label, code in state.regions.items() if label and code]
    known += [f"其他来电：{'、'.join(state.callers)}"] if state.callers else []
    if state.relative:
        known += [f"别人家的孩子：{line}" for line in described(state.relative.get("facts", {}))]
    if state.standing is not None:
        known.append(f"正在问的事：{default().questions[state.standing.intent]['title']}")
    if state.form is not None:
        known.append("有一份参保申请正在填")
    known += [f"申请 {number}" for number in state.applications]
    known += reminding.listed(reminders)
    if not known:
        return say(words("nothing_known"), HELP)
    text = "\n".join([words("known_lead"), *(f"· {line}" for line in known), words("known_end")])
    return say(text, *reminding.cancellings(reminders), FORGET)


def sure_to_forget(s: Situation) -> bool:
    """Is it surely one's own that is to be forgotten (and not “注销全省孩子的医保”)?"""
    return s.reading.does("forget") and (s.picked or s.reading.confidence >= FORGETS)


def forget_or_not() -> Reply:
    return say(words("forget_or_not"), FORGET)


def forgotten() -> tuple[DialogueState, list[Reply]]:
    """A state without anything, marked so that the gateway deletes its part."""
    return DialogueState(forgotten=True), [say(words("forgotten"), QuickReply("重新开始问", "你能做什么", "help"))]


def described(facts: Mapping[str, Any]) -> list[str]:
    """Facts as a person would say them, in the order of the contract."""
    return [f"{LABELS.get(name, name)} {_said(facts[name])}" for name in FACTS if facts.get(name) is not None]


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return "、".join(
            f"{one.get('province')}{'、'.join(map(str, one.get('years', ())))}" if isinstance(one, dict) else str(one)
            for one in value
        )
    text = str(value)
    if len(text) == 10 and text[4] == text[7] == "-":
        return chinese_date(date.fromisoformat(text))
    return places.full_name(text) if text.isdigit() and len(text) == 6 else text


def asks_of_privacy(s: Situation) -> bool:
    """Is it asked what is kept, or was a number sent without a question or a form to fill in?"""
    sends_a_number = _MASKED in s.reading.text and not asked.asked(s) and s.before.form is None
    return s.reading.does("privacy") or sends_a_number


def privacy(s: Situation) -> Result:
    """What is kept, and that it can be forgotten."""
    key = "privacy_number" if _MASKED in s.reading.text else "privacy"
    return s.state, [say(words(key), FORGET)]
