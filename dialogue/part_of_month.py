"""Payments in a month without a day: the answer every day of it makes, else which days make which.

Of “月底”, “中旬”, “下周” those days alone.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta

from dialogue.answering import give
from dialogue.decided import decided_or_none
from dialogue.question_groups import PAYMENTS
from dialogue.reply import Result
from dialogue.state import Standing
from dialogue.turn import Situation
from dialogue.words import words
from policies.answers import compose
from policies.counting import chinese_date
from policies.decisions import Decision

MOST_PARTS = 3
"""Stretches of a month that are told one by one."""
MIDDLE = (10, 20)
"""The last days of the first and of the second third of a month."""
MONTHS_END = 5
"""Days before the last that are the end of a month."""
_NEXT_WEEK = re.compile("下个?(?:周|星期|礼拜)")


def supposed(s: Situation, standing: Standing) -> Result | None:
    """“要是十月份交呢”: where every day of it makes the same answer, that; else until when, and which day?"""
    if not s.heard.supposed_month or s.heard.supposed or standing.intent not in PAYMENTS:
        return None
    days = _days_meant(s, s.heard.supposed_month)
    first, last = (_on(s, standing, day, silent=True) for day in days)
    whole = days[0].day == 1 and days[1].day > MIDDLE[1]
    said = f"{days[0].year}年" + (f"{days[0].month}月" if whole else _from_to(*days))
    if first is not None and last is not None and alike(first, last):
        return _answer(s, standing, days[0], said)
    lead = "\n".join([words("depends_on_day", month=said), *_parts(s, standing, days)])
    state, replies = give(s.state, standing, s.today, lead=lead, ask=False)
    return replace(state, expected="paid_date", month=s.heard.supposed_month), replies


def told(s: Situation, standing: Standing) -> Result | None:
    """“阿哥12月初交好了”: the answer, where the day of it makes no difference; None where it has to be asked for."""
    if s.heard.month is None or s.heard.month[0] != "paid_date" or standing.intent not in PAYMENTS:
        return None
    days = _days_meant(s, s.heard.month[1])
    first, last = (_on(s, standing, day) for day in days)
    if first is None or last is None or first.status != "decided" or not alike(first, last):
        return None
    return _answer(s, standing, days[0], f"{days[0].year}年{_from_to(*days)}")


def born(s: Situation, standing: Standing) -> Result | None:
    """“今年三月生的” in November: the answer, where it is the same for whoever was born in that month and another than
    for who is born today; None where the day has to be asked for."""
    month, known = s.state.born_in, {**s.state.facts_of(standing.child), **standing.supposed}
    if month is None or "birth_date" in known or standing.child != s.state.child or s.state.region is None:
        return None
    days = (*_days_meant(s, month), s.today)
    first, last, newborn = (decided_or_none(s.state, _born_on(standing, day), s.today) for day in days)
    if first is None or last is None or newborn is None or days[1] >= s.today:
        return None
    if (first.rule_id, first.key) != (last.rule_id, last.key) or last.key == newborn.key:
        return None
    lead = words("born_at_its_end", day=chinese_date(days[1]))
    return give(s.state, _born_on(standing, days[1]), s.today, lead=lead)


def _born_on(standing: Standing, day: date) -> Standing:
    return replace(standing, supposed={**standing.supposed, "birth_date": day.isoformat()})


def alike(one: Decision, other: Decision) -> bool:
    """Is the result the same but for the count of days? A wait counted from the payment ends on another day."""
    results = [{n: v for n, v in d.values.items() if n not in ("day_number", "readings")} for d in (one, other)]
    return (one.rule_id, one.key) == (other.rule_id, other.key) and results[0] == results[1]


def _answer(s: Situation, standing: Standing, day: date, said: str) -> Result:
    lead = words("whole_month", month=said, day=chinese_date(day))
    return give(s.state, _paid_on(standing, day), s.today, lead=lead)


def _paid_on(standing: Standing, day: date) -> Standing:
    return replace(standing, supposed={**standing.supposed, "paid_date": day.isoformat()})


def _on(s: Situation, standing: Standing, day: date, *, silent: bool = False) -> Decision | None:
    return decided_or_none(s.state, _paid_on(standing, day), s.today, silent=silent)


def _parts(s: Situation, standing: Standing, days: tuple[date, date]) -> list[str]:
    """From which day to which the answer is the same, and what it is; nothing where it changes often."""
    parts: list[tuple[date, date, Decision]] = []
    for number in range(days[0].day, days[1].day + 1):
        day = days[0].replace(day=number)
        made = _on(s, standing, day, silent=True)
        if made is None:
            return []
        if parts and alike(parts[-1][2], made):
            parts[-1] = (parts[-1][0], day, parts[-1][2])
        else:
            parts.append((day, day, made))
        if len(parts) > MOST_PARTS:
            return []
    texts = [(begin, end, compose(replace(made, ask_for=())).headline) for begin, end, made in parts]
    if len({headline for _, _, headline in texts}) < 2:
        return []
    return [words("part_of_month", days=_from_to(begin, end), text=headline) for begin, end, headline in texts]


def _days_meant(s: Situation, value: str) -> tuple[date, date]:
    """The first and last day of a month (“2026-09”) as it was said: its end (“月底”), a third of it, next week, all."""
    year, month = (int(part) for part in value.split("-"))
    first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
    said = next((m.text for m in s.reading.mentions if m.kind == "month" and m.value == value), "")
    if _NEXT_WEEK.search(said):
        monday = s.today + timedelta(days=7 - s.today.weekday())
        return (monday, min(monday + timedelta(days=6), last)) if first <= monday <= last else (first, last)
    if "底" in said or "末" in said:
        return last - timedelta(days=MONTHS_END), last
    if "初" in said or "上旬" in said:
        return first, first.replace(day=MIDDLE[0])
    if "中" in said:
        return first.replace(day=MIDDLE[0] + 1), first.replace(day=MIDDLE[1])
    return (first.replace(day=MIDDLE[1] + 1), last) if "下旬" in said else (first, last)


def _from_to(begin: date, end: date) -> str:
    return f"{begin.month}月{begin.day}日" + ("" if begin == end else f"到{end.day}日")
