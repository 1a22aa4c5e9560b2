"""In which year and month a day lies that was told without them, by what is known of the child and its day."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import replace
from datetime import date

from dialogue.children import days_apart
from dialogue.facts import FactMention
from dialogue.hearing.day_events import MONTHS, DayEvents
from dialogue.hearing.message import AFTER_BIRTH, DAY_FACTS, PUT_RIGHT
from dialogue.reading import ASSERTED, NEGATED, PARENT, STRANGER, Mention
from dialogue.state import FACTS

GROWN = 18
"""Years from which an age is no child's."""
NEWBORN = 100
"""Days after a birth in which what is told of it without a year is taken to have been that year."""
_MAY_COME = re.compile("万一|要是|如果|假如|假设|倘若|估计|可能|大概|的话")
_HAS_COME = re.compile("生了(?!的话|呢)|已经?生|出生了|生完|生下来")
_IS_BORN = re.compile("(?:号|日|那天)?(?:就|已经|提前|早产)?(?:出?生|剖|落地|下来)(?:的|了|下来)?(?=$|[，,。；; ])")
_IS_OVER = re.compile("(?:那天)?(?:就|才|刚|已经)?[^，。；,;！!？? ]{1,6}(?:了|的|过)(?=$|[，。；,;！!？? 现])")
"""Behind a day: something happened then."""
_TO_COME = re.compile("到时候?|即将|马上就?要|快要|将要|还没毕业|等毕业|要毕业|要退役|要停|要迁")
"""A change that is still ahead."""
_ANOTHER_CHILD = re.compile("还有|又|另|添|二[胎宝娃]|三[胎宝娃]|老[大二三]|[大小]的|刚出?生|新生|俩|两个|一个")
_BY_ITS_SEX = re.compile("儿子|女儿|闺女|丫头|小子|孙")
"""Behind an age of another message these may name another child."""
_NO_CHILDS_AGE = re.compile(
    "(?:[爸妈爹娘爷奶公婆姥]|老公|老婆|本人|我)[^，,。；;孩娃宝儿女孙]{0,4}$|(?:快|马上|不到|明年|下个?月|虚|将|没到|没满|不满|未满|差|等|到)[^，,。；;]{0,3}$"
)
_AGE_ENDS = re.compile(r"[了的半多大整]{0,3}(?:[，,。；;！!？?\s]|$|的|男|女|娃|孩|宝)")


class DayYears(DayEvents):
    """Finds the year and the month of a day."""

    def _fitting(self, told: FactMention, name: str) -> str | None:
        """The day with the year and month that fit what is known; None when a month was told that has no such day."""
        mention, value = told.mention, str(told.value)
        assert mention is not None
        of_month = name in (*MONTHS, "other_date", "deadline_asked") and self._mended(told, name) is None
        if mention.day is not None and self._state.month and of_month:
            return self._in_the_month_told(self._state.month, mention.day)
        if name == "birth_date" and self._may_be_born(told):  # “万一早产，1月10号就生了”
            return next((day for day in mention.options or () if day >= self._today.isoformat()), value)
        mended = self._mended(told, name) or (self._by_age(told) if name == "birth_date" else None)
        if mended is not None:
            return mended
        return self._as_before(told, mention, name) or self._after_the_birth(told, mention, name)

    def _in_the_month_told(self, month: str, day: int) -> str | None:
        """A day of the month (“2026-09”) that was told before; a month without such a day is doubted."""
        try:
            return date(int(month[:4]), int(month[5:]), day).isoformat()
        except ValueError:
            self._doubts.append((self._state.expected or "birth_date", f"{int(month[5:])}月没有{day}号"))
            return None

    def _as_before(self, told: FactMention, mention: Mention, name: str) -> str | None:
        """The day by the one that was told or supposed of the same event before; None when there is none."""
        if mention.day is not None and not told.corrects:
            # “还是说我的，10号交的几号开始” after “我打算10号去交”, whatever was talked of between
            known = self._day_of_before(name, mention.day)
            if known is not None:
                return known
        near = self._day_before(name) if mention.day is not None and mention.options else None
        if near is not None:
            return self._next_to(near, told, mention)
        planned = self._planned_payment() if name == "visit_date" else None
        behind = [day for day in mention.options or () if planned is not None and day >= planned]
        if behind:  # what is cared for after a payment that is planned lies behind it
            return behind[0]
        known = str(self._state.facts_of(told.child).get(name, "")) if told.child and not told.supposed else ""
        return known if known in mention.options else None  # “12月20号交的张同学”: the day that was told of it

    def _next_to(self, near: str, told: FactMention, mention: Mention) -> str:
        """“14号呢” after “10月13号到账”: of the same month, or the next."""
        far = {day: abs(days_apart(near, day)) for day in {*days_around(near, mention.day or 0), *mention.options}}
        supposed = self._state.standing.supposed if self._state.standing else {}
        said = told.supposed and near not in supposed.values()
        other = (day for day in far if not said or day != near)
        return min(other, key=lambda day: (far[day], day < near))

    def _after_the_birth(self, told: FactMention, mention: Mention, name: str) -> str | None:
        """The day in the year in which it lies after the birth; None of a day of care before it, the mother's."""
        value, today = str(told.value), self._today.isoformat()
        birth = None if self._unborn(told.child or self._state.child) else self._birth(told.child)
        if name == "transition_date":
            return self._day_of_change(told, mention)
        if not mention.options or birth is None or name == "birth_date":
            return value
        after = [day for day in mention.options if day >= birth]
        if after and self._told_with_birth() and not told.supposed and days_apart(birth, after[0]) <= NEWBORN:
            return after[0]
        if value >= birth or not after:
            return value
        behind = [day for day in after if day <= today]
        if name == "visit_date" and not behind and not told.supposed and days_apart(value, birth) <= NEWBORN:
            return None  # “1月8日我住进医院，1月11日生下”: the mother's
        return behind[-1] if behind and not told.supposed else after[0]

    def _day_of_change(self, told: FactMention, mention: Mention) -> str:
        """The last such day of a change that is over, the next of one to come."""
        value, today = str(told.value), self._today.isoformat()
        if not told.supposed and self._has_changed(mention):
            return max((day for day in mention.options if day <= today), default=value)
        if _TO_COME.search(self._reading.text):
            return min((day for day in mention.options if day >= today), default=value)
        return value

    def _mended(self, told: FactMention, name: str) -> str | None:
        """“看错了，是10月26号” after a birthday of last year: of the years it may be, the one nearest to that; a day
        without a month is of the month it mends."""
        assert told.mention is not None
        target = name if name in FACTS else self._role_of_bare_day(told)
        before = self._state.facts_of(told.child or self._state.child).get(target or "")
        corrects = told.corrects or (target == "birth_date" and PUT_RIGHT.search(self._reading.text) is not None)
        if not corrects or not isinstance(before, str) or len(before) != 10 or told.supposed:
            return None
        if told.mention.day is not None:
            year, month = int(before[:4]), int(before[5:7])
            fits = told.mention.day <= monthrange(year, month)[1]
            mended = date(year, month, told.mention.day).isoformat() if fits else None
        else:
            passed = [day for day in told.mention.options if day <= self._today.isoformat()]
            mended = min(passed, key=lambda day: abs(days_apart(before, day)), default=None)
        early = target in AFTER_BIRTH and mended is not None and mended < (self._birth(told.child) or mended)
        return None if early else mended  # what lies before the birth may put the birthday right: `_rather_birth`

    def _has_changed(self, day: Mention) -> bool:
        """“去年6月毕业，7月1号停的”: the day of a change that is over, by its own words or its month's."""
        months = [str(m.value) for m in self._reading.of("changed") if m.kind == "month" and m.polarity == ASSERTED]
        over = any(month < self._today.isoformat()[:7] for month in months)
        return over or _IS_OVER.match(self._reading.text, day.end) is not None

    def _may_be_born(self, told: FactMention) -> bool:
        """Is the birth of a child still to come supposed? “真按8.20生” in June is of this August, not of the last."""
        if not self._unborn(told.child or self._state.child):
            return False
        mention = told.mention
        early = mention is not None and mention.said and self._reading.of("due")
        if mention is not None and early and _IS_BORN.match(self._reading.text, mention.end):
            return False  # “早产，5月2号生，预产期8月1”
        return _MAY_COME.search(self._reading.text) is not None or self._nearer_ahead(told)

    def _nearer_ahead(self, told: FactMention) -> bool:
        """A day whose year is open: does it come sooner than it was last?"""
        options = told.mention.options if told.mention else ()
        if _HAS_COME.search(self._reading.text):
            return False
        ahead = [date.fromisoformat(day) for day in options if day > self._today.isoformat()]
        behind = [date.fromisoformat(day) for day in options if day <= self._today.isoformat()]
        return bool(ahead and behind) and min(ahead) - self._today < self._today - max(behind)

    def _planned_payment(self) -> str | None:
        """The day of payment the standing answer supposes, when it is still to come."""
        standing = self._state.standing
        day = standing.supposed.get("paid_date") if standing else None
        return str(day) if day and day > self._today.isoformat() else None

    def _told_with_birth(self) -> bool:
        """Does the message tell the birth with its year? “2025年7月10号生的，8月1号交的” goes on in that year."""
        births = [m for m in self._reading.of("birth") if m.polarity != NEGATED]
        return len(births) == 1 and not births[0].options

    def _day_before(self, name: str) -> str | None:
        """The day that was supposed or told of the same event before."""
        standing = self._state.standing
        supposed = next((d for n in AFTER_BIRTH if (d := standing.supposed.get(n))), None) if standing else None
        supposed = supposed or self._supposed_birth()
        found = supposed or self._state.facts.get(name if name in DAY_FACTS else "paid_date" if standing else "")
        return str(found) if found else None

    def _day_of_before(self, name: str, day: int) -> str | None:
        """The day with this number that an earlier answer supposed of the same event, the newest first."""
        said = (one.supposed.get(name) for one in self._state.earlier if one.child == self._state.child)
        return next((str(one) for one in said if one and int(str(one)[8:]) == day), None)

    def _ages(self) -> None:
        """How old children are said to be, in whole years."""
        for mention in self._reading.of("age"):
            years = int(mention.value.get("months") or 0) // 12 if mention.kind == "age" else 0
            before, after = self._reading.text[: mention.start], self._reading.text[mention.end :]
            plain = _NO_CHILDS_AGE.search(before) is None and _AGE_ENDS.match(after) is not None
            of_ours = mention.owner not in (STRANGER, PARENT) and mention.polarity == ASSERTED
            if plain and of_ours and 0 < years <= GROWN:
                label = self._label(mention.owner)
                self._state = replace(self._state, ages={**self._state.ages, label: years})

    def _by_age(self, told: FactMention) -> str | None:
        """“他生日是10月8号” of a child of six: the birthday of six years ago, not the last one."""
        assert told.mention is not None
        years = self._state.ages.get(self._label(told.child))
        if not years or not told.mention.options:
            return None
        text, owner = self._reading.text, told.mention.owner
        together = any(m.kind == "age" and m.owner == owner for m in self._reading.of("age"))
        if not owner and (_ANOTHER_CHILD.search(text) or "新生儿" in {m.value for m in self._reading.of("stage")}):
            return None  # “还有个孙女10.7生的” is a child nobody told the age of
        if not together and (self._birth(told.child) or "生日" not in text or _BY_ITS_SEX.search(text)):
            return None
        month, day = int(str(told.value)[5:7]), int(str(told.value)[8:10])
        passed = (month, day) <= (self._today.month, self._today.day)
        try:
            return date(self._today.year - years - (not passed), month, day).isoformat()
        except ValueError:  # 29 February
            return None


def days_around(near: str, day: int) -> list[str]:
    """That day of the month of another day, of the one before it and of the one after."""
    months = int(near[:4]) * 12 + int(near[5:7]) - 1
    found = [divmod(months + shift, 12) for shift in (-1, 0, 1)]
    return [date(y, m + 1, day).isoformat() for y, m in found if 1 <= day <= monthrange(y, m + 1)[1]]
