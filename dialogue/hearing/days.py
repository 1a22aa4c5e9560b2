"""When: each day of a message by its event and year, whether it is told, planned, supposed or asked about."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from dialogue.decided import days_named
from dialogue.facts import DAYS, FactMention
from dialogue.hearing.day_events import PAYING, TOO_LATE
from dialogue.hearing.day_years import DayYears, days_around
from dialogue.hearing.message import AFTER_BIRTH, BORN, DAY_FACTS, PUT_RIGHT
from dialogue.hearing.months import MonthsHearing
from dialogue.question_groups import LIMITS
from dialogue.reading import NEGATED, PARENT, STRANGER, Mention
from dialogue.state import FACTS, ONLY

MILESTONES = (("百天", 100), ("百日", 100), ("满月", 30))
"""Words for a day of so many days of age."""
_ALL_OF_THEM = re.compile("(?:都|两个|俩|同一天|一样)(?:都|是|在|就){0,3}$")
_DOES_NOT_ARRIVE = re.compile("[^，,。；;！!？? ]{0,5}?(?:[没不未](?:能|会)?到账?(?!期)|到不了)")
_LIMIT_ASKED = re.compile("最[晚迟]|期限|截止|之前|几号前|哪天前|多久之内|多少天(?:之?内)?")
_IF_THEN = re.compile(r"[^\u4e00-\u9fff]{0,6}那?(?:要是|如果|假如|假设|假使|万一|倘若|若是?|比如|换成)(?:是|换成)? ?")
"""Nothing else stands before a day: another birthday is supposed."""
_IN_PROGRESS = re.compile("(?:显示|状态|还是|一直|说是?)[^，。]{0,4}处理中|(?:还|一直)?(?:没|未)(?:有)?到账")
_COMES = re.compile("到账|交|缴|登记")
"""Money comes, or something is done: not only taken from an account."""
_ASKS_OF = re.compile(
    "(?:号|日|底)?(?:那天|当天)?(?:(?:之|以)?[前后]|再|才|去|来){0,2}(?:交|缴|付|办|弄|登记)?(?:钱|费)?"
    "(?:就|还|也)?(?:[呢咧捏]|[行成中可][不吗么吧]|行不行|可以[吗不么]|来得及|赶得上|(?:之|以)[前后]$|后$)"
)
"""Behind a day: what would be on it is asked."""
_WILL_PAY = re.compile("(?:号|日)?(?:再|去|来|就|才)?(?:交|缴)(?:钱|费)?(?:$|[，,。！!吧])")
"""Behind a day: “30号交”."""
_LATER = re.compile("(?:号|日)?(?:之|以)?后(?:面)?(?!天)")
"""Behind a day: “25号之后才交”."""
_ARRIVED = re.compile("(?:那天|当天)?(?:才|就|刚|已经|终于)?(?:到的?账|到了)")


class _Day(NamedTuple):
    """A day being taken in: the fact it is told as, the event it is taken for, and the day with its year."""

    told: FactMention
    name: str
    value: str


class DaysHearing(MonthsHearing, DayYears):
    """Days, and by way of `MonthsHearing` months: each is placed, then kept, supposed or asked about."""

    def _of_day(self, told: FactMention) -> None:
        """Take in one day or month of the message."""
        if self._of_the_month_of_birth(told):
            told = replace(told, name="birth_date")
        told = self._as_asked(told)
        name = self._put_right(told) or told.name
        if len(str(told.value)) < 10:  # a month or a year alone
            self._of_month(told, name)
        elif name == "due_date":
            self._born_when_due(told)
        else:
            told, name = self._as_supposed_before(told, name)
            value = self._fitting(told, name)
            if value is None or (name == "paid_date" and self._is_no_payment(told, value)):
                return
            day = self._event(_Day(told, name, value))
            if day is not None and day.name == "birth_date":
                day = self._birthday_or_another(day)
            elif day is not None and day.name == "paid_date":
                day = self._if_sure(day)
            if day is not None:
                self._take_day(day)

    def _as_asked(self, told: FactMention) -> FactMention:
        """“25号之后呢”, “下月1号呢”, “28号前交就行吧”, after an answer: a day on which something would be done.

        Nobody answers “when was it born” with a question.
        """
        mention, unasked = told.mention, self._state.expected in (None, "birth_date")
        if mention is None or self._state.standing is None or told.corrects or not unasked:
            return told
        asks = told.supposed or told.name == "deadline_asked" or self._passed(mention) or self._asks_of(mention)
        if BORN.search(self._reading.text) or (told.name == "birth_date" and (not asks or self._of_a_birth(told))):
            return told
        if told.name == "birth_date":
            to_come = [day for day in mention.options if day >= self._today.isoformat()]
            value = min(to_come, default=str(told.value))
            fixed = replace(mention, value=value, options=())
            told = replace(told, name="paid_date", value=value, supposed=True, mention=fixed)
        planned = told.name == "paid_date" and _WILL_PAY.match(self._reading.text, mention.end) is not None
        day = self._bare_day_meant(told, asks=asks or planned)
        if day is None:
            return told
        name = told.name if told.name != "other_date" else "paid_date" if self._passed(mention) else "deadline_asked"
        fixed = replace(mention, value=day, day=None, options=())
        return replace(told, name=name, value=day, supposed=True, mention=fixed)

    def _of_a_birth(self, told: FactMention) -> bool:
        """May another birthday be asked about: of a child whose own is known, or that is still to come?"""
        return bool(self._birth(told.child) or self._supposed_birth() or self._unborn(told.child or self._state.child))

    def _bare_day_meant(self, told: FactMention, *, asks: bool) -> str | None:
        """The day without a month (“25号”) that the last answer named, or else the next one to come.

        None when it is one that was told before, or is told as over.
        """
        mention, standing = told.mention, self._state.standing
        if mention is None or mention.day is None or standing is None or self._state.month:
            return None
        named = [day for day in days_named(self._state, standing, self._today) if day.day == mention.day]
        if self._day_before(told.name) is not None or not (asks or (named and told.name == "other_date")):
            return None
        to_come = [date.fromisoformat(day) for day in days_around(self._today.isoformat(), mention.day)]
        ahead = [day for day in (*named, *to_come) if day >= self._today] or named
        return ahead[0].isoformat() if ahead else None

    def _asks_of(self, mention: Mention) -> bool:
        """Is it asked what would be on a day: “12月20号呢”, “12月10号行不”, “25号之后”?"""
        behind = self._reading.text[mention.end :]
        return _ASKS_OF.match(behind) is not None

    def _event(self, day: _Day) -> _Day | None:
        """The day with the event it is of; None where it is of none that matters."""
        told, name, value = day
        if self._rather_birth(told, name, value):
            name, value = "birth_date", str(told.value)
        elif name in AFTER_BIRTH and value > self._today.isoformat():
            told = replace(told, supposed=True)  # nobody has paid tomorrow
        if name == "paid_date" and told.supposed and self._rather_care():
            name = "visit_date"
        if name == "other_date" and self._leans(told.mention):
            name, told = "deadline_asked", replace(told, supposed=True)
        if name in ("deadline_asked", "other_date"):
            name = self._role_of_bare_day(told) or name
        return None if name == "other_date" else _Day(told, name, value)

    def _birthday_or_another(self, day: _Day) -> _Day | None:
        """A day heard as a birthday: is it one that is supposed, the day of a payment, or only a claim's?"""
        told, name, value = day
        assert told.mention is not None
        before = self._reading.text[: told.mention.start]
        if told.supposed and (after := self._after_so_many_days(told)):
            return _Day(told, "paid_date", after)
        if value > self._today.isoformat() and self._may_be_born(told):
            told = replace(told, supposed=True)
        if _IF_THEN.fullmatch(before):
            told = replace(told, supposed=True)  # “若0601”
        if told.supposed:
            return _Day(told, name, value)
        if self._of_a_claim():
            return None
        if self._rather_told_last(told, value):
            assert self._state.told_day is not None
            return _Day(told, self._state.told_day, value)
        return self._if_sure(day)

    def _if_sure(self, day: _Day) -> _Day | None:
        """The day; None where nobody is sure which event it is of, and it is asked."""
        if day.told.supposed or not self._doubtful(day.told):
            return day
        self._unsure = day.told.mention
        return None

    def _take_day(self, day: _Day) -> None:
        """Keep what is so, suppose what may be; a birth that is told before its day cannot be."""
        told, name, value = day
        if name == "birth_date" and not told.supposed and value > self._today.isoformat():
            born = date.fromisoformat(value)
            self._doubts.append((name, f"{born.year}年{born.month}月{born.day}日还没到"))
        elif name == "deadline_asked" or (told.supposed and name in AFTER_BIRTH):
            self._ask_of_day(day)
        elif told.supposed:
            self._supposed[name] = value
        else:
            self._keep_day(day)

    def _ask_of_day(self, day: _Day) -> None:
        """What would be on that day is asked; “要是过了12月30号呢” is of the day after it."""
        told, name, value = day
        if told.mention is not None and (self._passed(told.mention) or self._not_there_by(told.mention)):
            value = (date.fromisoformat(value) + timedelta(days=1)).isoformat()
        self._day = date.fromisoformat(value)
        self._supposed[self._asked_fact() if name == "deadline_asked" else name] = value

    def _keep_day(self, day: _Day) -> None:
        """A day that is told of the child talked of, or of all of them."""
        told, name, value = day
        if told.corrects and told.mention is not None and told.mention.kind == "day":
            self._state = replace(self._state, month=None)
        for label in self._all_of_them(told) if name == "birth_date" else ():
            self._state = self._state.with_facts(label, birth_date=value)
        if name == "visit_date":
            self._day = date.fromisoformat(value)  # whether that day is covered is what it is told for
        self._keep(name, value, told.child)

    def _all_of_them(self, told: FactMention) -> tuple[str, ...]:
        """“都是8月10号生的”: the birthday of every child of the talk."""
        labels = tuple(label for label in self._state.children if label not in (ONLY, STRANGER))
        before = self._reading.text[: told.mention.start] if told.mention else ""
        others = tuple(label for label in labels if label != self._state.child)
        return others if not told.child and len(labels) > 1 and _ALL_OF_THEM.search(before) else ()

    def _born_when_due(self, told: FactMention) -> None:
        """“预产期7月2号，照这天最晚哪天交”: the limit for a child that is born when it is due."""
        asks = self._reading.does(*LIMITS) and _LIMIT_ASKED.search(self._reading.text) is not None
        if asks and not self._birth(told.child) and str(told.value) >= self._today.isoformat():
            self._supposed["birth_date"] = str(told.value)

    def _after_so_many_days(self, told: FactMention) -> str | None:
        """“等过了百天再办” of a child whose birthday is known: the day it would be done."""
        birth = self._birth(told.child)
        milestone = next((days for word, days in MILESTONES if told.mention and word in told.mention.text), None)
        if milestone is None or not birth or birth == told.value:
            return None
        return (date.fromisoformat(birth) + timedelta(days=milestone)).isoformat()

    def _is_no_payment(self, told: FactMention, value: str) -> bool:
        """Is a day heard as a payment's one on which no money came?"""
        return self._taken_from_the_account(told, value) or self._in_progress(told)

    def _taken_from_the_account(self, told: FactMention, value: str) -> bool:
        """“扣款是9月29” after the day the money came: it left the account before, and that day decides nothing."""
        known = self._state.facts_of(told.child or self._state.child).get("paid_date")
        text = self._reading.text
        return bool(known and value < str(known) and "扣" in text and not _COMES.search(text))

    def _in_progress(self, told: FactMention) -> bool:
        """“9月30日交的，显示处理中”: the money has not arrived, and only that counts."""
        if told.supposed or (told.mention is not None and _ARRIVED.match(self._reading.text, told.mention.end)):
            return False
        return _IN_PROGRESS.search(self._reading.text) is not None

    def _passed(self, mention: Mention) -> bool:
        """“要是过了12月30号呢”: after that day; what is done when an age is reached is done on that day."""
        milestone = any(word in mention.text for word, _ in MILESTONES)
        before, behind = self._reading.text[: mention.start], self._reading.text[mention.end :]
        later = _LATER.match(behind) is not None and PAYING.search(behind) is not None
        return not milestone and (later or TOO_LATE.search(before) is not None)

    def _not_there_by(self, mention: Mention) -> bool:
        """“要是明天银行不到账呢”: then it comes later than that day."""
        return mention.role == "paid" and _DOES_NOT_ARRIVE.match(self._reading.text, mention.end) is not None

    def _days_old(self) -> None:
        """“那超过90天呢”: the payment came so many days after the birth, for this answer."""
        if self._reading.elapsed is None or "paid_date" in self._supposed:
            return
        birth = self._birth("")
        born = date.fromisoformat(birth) if birth else self._today - timedelta(days=self._reading.elapsed)
        if not birth:
            self._supposed["birth_date"] = born.isoformat()
        self._supposed["paid_date"] = (born + timedelta(days=self._reading.elapsed)).isoformat()

    def _registered(self) -> None:
        """Paid for before the birth, so registered by then: nobody can pay for who is not."""
        label = self._state.child
        facts = self._state.facts_of(label)
        paid, birth = facts.get("paid_date"), facts.get("birth_date")
        if label in self._state.unborn and paid and birth and paid <= birth and "registered_date" not in facts:
            self._state = self._state.with_facts(label, registered_date=paid)

    def _not_paid_after_all(self) -> None:
        """“讲岔了，那天只做了登记，钱没交”: what was told of a payment is taken back."""
        facts = self._state.facts
        paid = [m for m in self._reading.of("paid") if m.polarity != NEGATED]
        if self._reading.notes.get("not_yet") != "paid" or "paid_date" not in facts or paid:
            return
        if facts["paid_date"] == self._told.get("registered_date") or PUT_RIGHT.search(self._reading.text):
            self._state = self._state.with_facts(self._state.child, paid_date=None, paid_years=None)

    def _impossible(self) -> None:
        """Days that cannot be: said to be impossible, for whatever was asked or they were said of."""
        for mention in self._reading.mentions:
            if mention.problem is None or mention.owner in (STRANGER, PARENT) or mention.polarity == NEGATED:
                continue
            name = DAYS.get(mention.role, "")
            if name not in FACTS:
                name = self._state.expected if self._state.expected in DAY_FACTS else "birth_date"
            self._doubts.append((name, mention.problem))
