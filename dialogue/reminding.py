"""“到时提醒我”: offered under an answer with a day not to be missed, taken, listed and cancelled.

Only the day is known here. On which day and how the reminder comes, the door says that keeps and sends it: a reply
carries the mark `reminder` for it.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from dialogue.reading import STRANGER
from dialogue.reply import Choices, Reply, Result, say, with_offers
from dialogue.state import DialogueState, QuickReply
from dialogue.turn import Situation, StandingReminder
from dialogue.words import words
from policies.counting import chinese_date
from policies.due_days import NEEDED, NEWBORN, WINDOW_CLOSES, WINDOW_OPENS, DueDay, due_day, needed

REMIND, CANCEL = "remind", "cancel_reminder"
"""What the two taps mean; no message is read as one of them."""
SOONEST = timedelta(days=2)
"""A day that is nearer needs no reminder: there is no day left between the answer and it."""
_MEANS_IT = re.compile(
    "(?:好的?|行|可以|嗯|那|请|麻烦|你|您|能不能|到时候?|到期|到那天|快到了?的?时候?|提前|记得|帮我|给我|[，, ]){0,6}"
    "提醒(?:一下|下)?(?:我们?|俺|咱)(?:一下|下|一声|哦|啊|吧|呗|哈|谢谢|[。！!~，, ]){0,4}"
)
"""“到时候提醒我一下”: the tap in words. A question (会提醒我吗) is none."""
_NO_MORE = re.compile(
    "(?:[我把]|都|就|全部|那|请|麻烦){0,4}(?:取消|不用|别|不要|不需要)(?:再|了)?提醒(?:我|俺)?(?:了|吧){0,2}[。！!~]{0,3}"
)
_WORDS = {
    NEWBORN: ("due_newborn", "short_newborn"), WINDOW_OPENS: ("due_window_opens", "short_window_opens"),
    WINDOW_CLOSES: ("due_window_closes", "short_window_closes"),
}  # fmt: skip
"""What is due, as a sentence and as a word."""


def asked(s: Situation) -> bool:
    """Does the parent want to be reminded, where that can be done?"""
    return s.turn.reminds and (s.reading.does(REMIND) or _MEANS_IT.fullmatch(s.reading.text.strip()) is not None)


def take(s: Situation) -> Result:
    """One reminder for the answer that stands; while none are taken, that is said."""
    if s.no_reminders:
        return s.state, [say(words("reminders_off"))]
    due = _of_the_answer(s.state, s.today)
    if due is None or s.state.standing is None:
        return s.state, [say(words("nothing_to_remind"))]
    if due.day < s.today + SOONEST:
        return s.state, [say(words("too_near_to_remind", what=what(due.kind, due.day)))]
    facts = needed(s.state.facts_of(s.state.standing.child))
    kept = {"kind": due.kind, "day": due.day.isoformat(), "region": s.state.standing.region, "facts": facts}
    return s.state, [say(words("reminder_taken", what=what(due.kind, due.day)), _cancelling(due.kind, due.day),
                         reminder={"plan": kept})]  # fmt: skip


def cancels(s: Situation) -> bool:
    """Is a standing reminder cancelled, by its tap, word for word or in other words?"""
    return _meant(s) is not None or (s.turn.reminds and _NO_MORE.fullmatch(s.reading.text.strip()) is not None)


def cancel(s: Situation) -> Result:
    """That reminder will not come; which one, is asked where there are several, and said where there is none."""
    if not s.turn.reminders:
        return s.state, [say(words("no_reminders"))]
    one = _meant(s) or (s.turn.reminders[0] if len(s.turn.reminders) == 1 else None)
    if one is None:
        return s.state, [say(words("which_reminder"), *cancellings(s.turn.reminders))]
    return s.state, [say(words("reminder_cancelled", what=what(one.kind, one.due)), reminder={"cancel": one.id})]


def listed(reminders: tuple[StandingReminder, ...]) -> list[str]:
    """What will be reminded of, and when, a line each."""
    return [words("reminder_line", what=what(one.kind, one.due), on=chinese_date(one.on)) for one in reminders]


def cancellings(reminders: tuple[StandingReminder, ...]) -> tuple[QuickReply, ...]:
    """What is tapped to cancel each."""
    return tuple(_cancelling(one.kind, one.due) for one in reminders)


def offered(s: Situation, now: DialogueState, replies: list[Reply]) -> list[Reply]:
    """The replies with the choice to be reminded, when one of them told a day of that kind."""
    can = s.turn.reminds and not s.no_reminders
    due = _of_the_answer(now, s.today) if can and now.form is None and replies else None
    if due is None or due.day < s.today + SOONEST or not _told(due, replies):
        return replies
    if any((one.kind, one.due) == (due.kind, due.day) for one in s.turn.reminders):
        return replies
    *before, last = replies
    if any(part.listed for part in last.parts if isinstance(part, Choices)):
        return replies
    return [*before, with_offers(last, (*last.offers, QuickReply(words("remind_me"), words("remind_me"), REMIND)))]


def what(kind: str, day: date) -> str:
    """What is due, with its day."""
    return words(_WORDS[kind][0], day=chinese_date(day))


def _of_the_answer(state: DialogueState, today: date) -> DueDay | None:
    """The day not to be missed of the child and place the standing answer is about: nothing supposed, nobody else's."""
    standing = state.standing
    if standing is None or standing.region is None or standing.child == STRANGER:
        return None
    facts = state.facts_of(standing.child)
    if facts.get("paid_date") or any(name in standing.supposed for name in (*NEEDED, "paid_date", "paid_years")):
        return None
    return due_day(needed(facts), standing.region, today)


def _told(due: DueDay, replies: list[Reply]) -> bool:
    """Does one of the answers hold that day, whatever its value is called?"""
    cards = (reply.card for reply in replies)
    return any(due.day.isoformat() in str(dict(card.answer.values)) for card in cards if card is not None)


def _cancelling(kind: str, day: date) -> QuickReply:
    said = words("cancel_reminder", what=words(_WORDS[kind][1]), day=chinese_date(day))
    return QuickReply(said, said, CANCEL)


def _meant(s: Situation) -> StandingReminder | None:
    said = s.reading.text.strip()
    return next((one for one in s.turn.reminders if _cancelling(one.kind, one.due).send == said), None)
