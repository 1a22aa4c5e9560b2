"""A month told without its day: the month of an event that is asked back for, or one that is only supposed."""

from __future__ import annotations

import re
from dataclasses import replace

from dialogue.facts import FactMention
from dialogue.hearing.day_events import MONTHS, USED_THEN, DayEvents
from dialogue.hearing.message import BORN
from dialogue.reading import STRANGER
from dialogue.state import FACTS
from policies import places

SOON = 2
"""Months ahead in which a month of payment without its year is the one to come."""
_PAID = re.compile("(?:交|缴|付|办|到账)[的了过完上好]|已|刚|才")
_TAKEN = re.compile("[扣划转打][的了走过]|到账|那次|那会儿|之前")


class MonthsHearing(DayEvents):
    """Months: one that was told is asked for its day, one that is only supposed is answered as a whole."""

    def _of_month(self, told: FactMention, name: str) -> None:
        """Take in a month of the message; a year alone says nothing."""
        assert told.mention is not None
        month = str(told.value)
        if name == "deadline_asked" and USED_THEN.match(self._reading.text, told.mention.end):
            return  # “交了一月份就能用？”
        ahead = self._month_ahead(told, name)
        if ahead:  # “12月交，一月就能刷吗”
            self._supposed_month = ahead
            return
        if len(month) != 7:
            return
        again = name == "birth_date" and self._birth(told.child) and not BORN.search(self._reading.text)
        planned = told.supposed or (name == "paid_date" and self._still_to_pay(month))
        if planned and (name in ("paid_date", "deadline_asked") or again):
            self._supposed_month = month
        elif not told.supposed and name in (*MONTHS, "other_date"):
            self._month_told(told, name)

    def _month_told(self, told: FactMention, name: str) -> None:
        """A month without its day: the day decides, and is asked for."""
        month = str(told.value)
        target = name if name in FACTS else self._role_of_bare_day(told) or "birth_date"
        if name == "paid_date" and self._paid_over_there():
            return  # “贵州那边9月份我妈刚给交了”: the day decides nothing here
        if name == "other_date" and self._state.expected not in MONTHS:
            return
        self._month = (target, month)
        born_in = month if target == "birth_date" else self._state.born_in
        self._state = replace(self._state, month=month, born_in=born_in)

    def _month_ahead(self, told: FactMention, name: str) -> str:
        """A month of payment that nobody says is over, and that comes soon: then it is not last year's."""
        value, now = str(told.value), self._today.isoformat()[:7]
        said = told.mention.text if told.mention is not None else ""
        over = _PAID.search(self._reading.text) or _TAKEN.search(self._reading.text) or "年" in said
        if name != "paid_date" or len(value) != 7 or value >= now or over:
            return ""
        next_time = f"{int(value[:4]) + 1}{value[4:]}"
        soon = (int(next_time[:4]) - self._today.year) * 12 + int(next_time[5:]) - self._today.month
        return next_time if 0 <= soon <= SOON else ""

    def _still_to_pay(self, month: str) -> bool:
        """“这个月转过来交，元旦能接上不”: a month that is not over, of a payment nobody says was made."""
        return month >= self._today.isoformat()[:7] and not _PAID.search(self._reading.text)

    def _paid_over_there(self) -> bool:
        """Is another place told of than the family's, as where it was paid?"""
        here = self._state.region
        told = self._reading.of("insured", "elsewhere", "former", "household")
        there = (m for m in told if m.said and m.owner != STRANGER and len(m.value) == 1)
        return here is not None and any(places.apart(str(m.value[0]), here) for m in there)
