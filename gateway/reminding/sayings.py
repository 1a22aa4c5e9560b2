"""What a reminder says on its day: the day as the rules have it now, and the document it rests on."""

from dataclasses import dataclass
from datetime import date

from common.casebook.reminder_book import Reminder, ReminderEnd
from gateway.delivery.channel import ReminderNotice
from gateway.words import words
from policies import places
from policies.counting import chinese_date
from policies.due_days import DueDay


@dataclass(frozen=True)
class Verdict:
    """What is to become of a reminder: `notice` is what to say, None for nothing; `end` how it ends when it was."""

    end: ReminderEnd
    reason: str | None
    notice: ReminderNotice | None


def judged(one: Reminder, now: DueDay | None, today: date) -> Verdict:
    """The reminder beside what the rules say today (`now`)."""
    where, was = places.full_name(one.region), chinese_date(one.due_day)
    if now is not None and (now.kind, now.day) == (one.kind, one.due_day):
        text = words("reminder", what=what(now.kind, now.day), place=where, source=now.source)
        return Verdict("sent", None, ReminderNotice(text, words(f"notice_{now.kind}"), now.day, now.source, one.id))
    if one.due_day <= today:  # too late to say anything; a platform that would not take it all the time is named
        return Verdict("refused" if one.reason else "cancelled", one.reason or "passed", None)
    if now is not None:
        text = words("reminder_changed", was=was, what=what(now.kind, now.day), place=where, source=now.source)
        short = words("changed_notice", what=words(f"notice_{now.kind}"))
        return Verdict("changed", "rule", ReminderNotice(text, short, now.day, now.source, one.id))
    text = words("reminder_withdrawn", was=was, place=where)
    notice = ReminderNotice(text, words("withdrawn_notice"), one.due_day, where, one.id)
    return Verdict("cancelled", "silent", notice)


def what(kind: str, day: date) -> str:
    """What is due, with its day."""
    return words(f"remind_of_{kind}", day=chinese_date(day))
