"""Benefit years: paid, covered, lapsed, without a claim; what one says of another, and what is only supposed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from dialogue.children import BABY_DAYS, age_in_days
from dialogue.facts import YEARS, FactMention
from dialogue.hearing.message import NEAR, NEW_CLAUSE, Hearing
from dialogue.question_groups import CAPS, COVERAGE
from dialogue.reading import ASSERTED, NEGATED, PARENT, STRANGER, Mention
from dialogue.state import ONLY
from dialogue.vocabulary import QUESTIONS

SEASON = 9
"""The month from which next year may have been paid somewhere (the earliest collection window we know begins then)."""
SPRING = 4
"""The month until which “last year” may be said of last winter's collection. How people talk, no rule."""
_MISSED = re.compile("忘|没顾|没来得及|错过|漏|没赶上|晚了")
_NOT_YET = re.compile("[?？]|吗|呢|么|[行用要]不|是不是|[要得去想].{0,6}[交缴]|打算|准备")
OF_A_YEAR = ("ask_benefit_year", "ask_refund", "ask_enrollment_status", "report_payment_problem")
"""Questions about the very year that was paid."""
_NOW_TO_PAY = re.compile("(?:就|又|也|都)?(?:是|轮到|轮着|该|要|得|开始|可以|能){0,3}[交缴](?=[2二]|明年|下年|来年)")
"""Behind “今年”: when it is to be paid, not what for: “今年轮到交26的了”."""
_FOR_ALL = re.compile(
    "(?:俩|两个|仨|三个|几个)(?:娃|孩子|宝宝|小的)?(?:的)?(?:都|全|一起|一块|一并)(?:给|帮)?(?:[交缴参买断]|没[交缴参买])"
)
_WAS_BORN = re.compile("(?:那天|那日)?(?:(?:出?生|落地|落草|来)(?:的|嘞|哩|嘅|滴)?)?[，,、 ]{0,2}")
"""Between a birthday and the year it was in: “三月初三生的 今年”."""
_IS_PAID = re.compile("(?:的|也|就|还|要|该|得|都|没|才){0,3}[交缴参买]")
"""Behind a year: it is paid, whatever stands before it."""
HALF, _OF_PAYING = 0.5, re.compile("[交缴续断漏停参保买补空落欠报]")
STILL_PAID_FOR = 120
"""Days of age up to which the year of the birth may still be what is being paid. How people talk, no rule."""
LISTS = ("paid_years", "enrolled_years", "lapse_years", "zero_claim_years", "used_bonus_years")


class YearsHearing(Hearing):
    """Lists of benefit years."""

    def _years(self, facts: Iterable[FactMention]) -> None:
        """Benefit years: one list a fact; a year paid is no year lapsed, and what was supposed is for this answer."""
        said: dict[tuple[str, str, bool], set[int]] = {}
        for told in facts:
            if told.name in YEARS and told.value and told.child not in (STRANGER, PARENT):
                if self._last_collection(told) or self._only_compared_with(told):
                    continue
                if self._by_half(told):
                    continue
                born = self._birth(told.child)
                if born and max(told.value) < int(born[:4]):
                    continue  # “去年我们交了俩大人的”, of a child born this year
                if told.name == "lapse_years" and not told.supposed and min(told.value) > self._today.year:
                    continue  # “26年的没交” before that year begins: nothing lapsed yet
                name = "enrolled_years" if self._paid_elsewhere(told) or self._paid_in_the_past(told) else told.name
                if name != told.name and self._is_over(told) and self._asked_of_it(told):
                    said.setdefault(("paid_years", told.child, True), set()).update(told.value)
                said.setdefault((name, told.child, told.supposed), set()).update(told.value)
        self._taken_back()
        of_years = [m for m in self._reading.of("asked_year") if m.polarity != NEGATED and not self._no_benefit_year(m)]
        asked = {y for m in of_years for y in m.value}
        relative = any(m.kind == "years" and not m.value for m in self._reading.mentions)
        birth = self._birth("")
        young = birth is not None and age_in_days(birth, self._today) < BABY_DAYS
        if (relative or self._reading.notes.get("both_years")) and birth and young and not said:
            # “算了，今年明年一起交” is made up one's mind to, “要交两年的钱？” asked, “月底去交两年的” meant
            planned = self._reading.does("stop") or _NOT_YET.search(self._reading.text) is not None
            said[("paid_years", "", planned)] = {int(birth[:4]), int(birth[:4]) + 1}
        elif self._reading.notes.get("next_year_only") and birth and not said and not asked:
            said[("paid_years", "", False)] = {int(birth[:4]) + 1}
        count = self._reading.notes.get("lapse_count")
        if count and not any(name == "lapse_years" for name, _, _ in said) and "lapse_years" not in self._state.facts:
            lapsed = self._years_before_now(int(count), said)
            if not {*lapsed} & {*(self._state.facts.get("enrolled_years") or ())}:
                self._supposed["lapse_years"] = lapsed
        lists = ("paid_years", "enrolled_years", "lapse_years")
        if self._reading.notes.get("never_lapsed") and not any(name in lists for name, _, _ in said):
            self._never_lapsed(said)
        all_of_them = self._said_of_all()
        for (name, child, supposed), years in said.items():
            for label in all_of_them if all_of_them and not child else (child,):
                self._take_years(name, label, supposed, years)
        if not asked and (self._reading.does("follow") or self._reading.first in ("unsure", "just_asking")):
            asked = {y for m in self._reading.of("other_year") if m.polarity != NEGATED for y in m.value}
        standing = self._state.standing.intent if self._state.standing else ""
        questions = [label for label in self._reading.labels if label in QUESTIONS]
        cap = {*(questions or [standing])} & set(CAPS)  # “明年的几月份交” after a cap is no longer of it
        if asked and cap:
            self._supposed["service_year"] = max(asked)
            known = set(self._supposed.get("enrolled_years") or self._state.facts.get("enrolled_years") or ())
            gone = set(self._supposed.get("lapse_years") or self._state.facts.get("lapse_years") or ())
            ahead = set(range(max(known) + 1, max(asked) + 1)) - gone if known else set()
            if ahead and max(asked) > self._today.year:  # “29年接着交的话”: and every year until then
                self._supposed["enrolled_years"] = sorted(known | ahead)
        elif asked and "paid_years" not in self._supposed:
            self._supposed["paid_years"] = sorted(asked)[-1:]
        self._claims(said)

    def _by_half(self, told: FactMention) -> bool:
        """“可24年都翻篇了”: a year of which nobody says that it was paid or not."""
        unsure = told.mention is not None and told.mention.confidence < HALF and told.name in LISTS
        return unsure and self._state.expected not in LISTS and _OF_PAYING.search(self._reading.text) is None

    def _said_of_all(self) -> tuple[str, ...]:
        """“拿手机把俩都交了，是2027年度的”: the children of the talk, where something was done for all of them."""
        labels = tuple(label for label in self._state.children if label not in (ONLY, STRANGER))
        return labels if len(labels) > 1 and _FOR_ALL.search(self._reading.text) else ()

    def _no_benefit_year(self, year: Mention) -> bool:
        """“元宵节那天生的 今年”: the year of the birthday before it; “今年该交26的了”: when another is paid for."""
        others = [m for m in self._reading.mentions if m.kind == "years" and m.said and m is not year]
        if others and year.text.startswith("今年") and _NOW_TO_PAY.match(self._reading.text, year.end):
            return True
        if _IS_PAID.match(self._reading.text, year.end):
            return False
        births = [m for m in self._reading.of("birth") if m.said and m.end <= year.start]
        born = [m.value[:4] for m in births if isinstance(m.value, str)]
        if born and min(year.value) > int(max(born)):
            return False  # “11月3号出生，明年的最晚几号交”: nobody was born in the year after
        return any(_WAS_BORN.fullmatch(self._reading.text[m.end : year.start]) for m in births)

    def _paid_elsewhere(self, told: FactMention) -> bool:
        """“去年在阜阳交了的”: what was paid at a former place is not the year that is asked for here."""
        year = told.mention
        if told.name != "paid_years" or told.supposed or year is None:
            return False
        between = (
            self._reading.text[min(year.end, place.end) : max(year.start, place.start)]
            for place in self._reading.of("former") if place.said and place.polarity == ASSERTED
        )  # fmt: skip
        return any(len(text) <= NEAR and not NEW_CLAUSE.search(text) for text in between)

    def _paid_in_the_past(self, told: FactMention) -> bool:
        """“去年也交着，那12月20号交呢”: of a payment that comes after the year is over, it is history."""
        if told.name != "paid_years" or told.supposed or self._of_its_birth(told):
            return False
        return self._pays_after(told) or self._is_over(told)

    def _of_its_birth(self, told: FactMention) -> bool:
        """“12月20号生的，今天交26和27年”, in January: the year of the birth, paid for with the next."""
        birth = self._birth(told.child)
        young = birth is not None and age_in_days(birth, self._today) < STILL_PAID_FOR
        return birth is not None and young and max(told.value) == int(birth[:4])

    def _pays_after(self, told: FactMention) -> bool:
        """Does the message tell a day of payment behind the year?"""
        days = [str(m.value or "") for m in self._reading.of("paid", "asked") if m.kind == "day"]
        return any(int(day[:4]) > max(told.value) for day in days if day)

    def _asked_of_it(self, told: FactMention) -> bool:
        """“去年交的管到啥时候”: a year that is over is asked about all the same, for this answer; not beside another
        payment (“去年也交着，那12月20号交，啥时候开始算”)."""
        if self._pays_after(told):
            return False
        alone = all(m is told.mention for m in self._reading.mentions if m.kind == "years")
        return self._reading.does(*OF_A_YEAR) or (alone and self._reading.does(*COVERAGE))

    def _is_over(self, told: FactMention) -> bool:
        """Is the year paid one that nothing asked now can be of? Of a birth in it much is asked."""
        birth = self._birth(told.child)
        over = max(told.value) < self._today.year and not (birth and int(birth[:4]) <= max(told.value))
        return over and "paid_date" not in self._state.facts

    def _only_compared_with(self, told: FactMention) -> bool:
        """“去年交四百，今年还四百不”: whether the money was for that year or the next, nobody said."""
        compared = self._reading.notes.get("amount") and self._reading.of("asked_year")
        return told.name == "paid_years" and not told.supposed and bool(compared) and self._is_over(told)

    def _last_collection(self, told: FactMention) -> bool:
        """“去年忘交了，这会儿还让交不” in February: last year's collection is missed, which was for this year."""
        late = self._reading.does("ask_late_payment") and self._today.month < SPRING
        last = told.name == "lapse_years" and list(told.value) == [self._today.year - 1]
        said = told.mention.text if told.mention is not None else ""
        return late and last and said in ("去年", "上年") and _MISSED.search(self._reading.text) is not None

    def _never_lapsed(self, said: dict[tuple[str, str, bool], set[int]]) -> None:
        """“年年有保”: this year and the one before, unless years are known or the child is of this year."""
        birth, now = self._birth(""), self._today.year
        known = any(self._state.facts.get(name) for name in ("enrolled_years", "lapse_years"))
        others = any(m.role == "stranger" for m in self._reading.mentions)
        if not known and not others and (birth is None or int(birth[:4]) < now):
            said[("enrolled_years", "", False)] = {now - 1, now}

    def _taken_back(self) -> None:
        """“不是断了25，是断了24”: years that were told and are denied now leave the list they stand in."""
        for name in LISTS:
            denied = {y for m in self._reading.of(name) if m.polarity == NEGATED for y in m.value}
            known = set(self._state.facts.get(name) or ())
            if denied & known:
                left = sorted(known - denied)
                self._keep(name, left, "") if left else self._drop(self._state.child, name)

    def _years_before_now(self, count: int, said: Mapping[tuple[str, str, bool], set[int]]) -> list[int]:
        """“断了一年了，现在接着交”: the years before the one that is paid now."""
        paid = {y for (name, _, _), years in said.items() if name == "paid_years" for y in years}
        now = max(paid) if paid else self._today.year + (1 if self._today.month >= SEASON else 0)
        return list(range(now - min(count, 9), now))

    def _take_years(self, name: str, child: str, supposed: bool, years: set[int]) -> None:
        if child:
            self._turn_to(child)
        known = self._state.facts
        if name == "claimed_years":
            return
        latest = self._today.year + (1 if self._today.month >= SEASON else 0)
        if years and not supposed and name in ("paid_years", "enrolled_years", "lapse_years") and max(years) > latest:
            supposed = True  # nobody has paid that year yet
        lists = {key: set(known.get(key) or ()) for key in LISTS}
        if supposed:
            lists = {key: {*lists[key], *(self._supposed.get(key) or ())} for key in LISTS}
        history = name in ("paid_years", "enrolled_years") and (
            len(years) > 1 or name == "enrolled_years" or bool(lists["enrolled_years"])
        )
        if name == "paid_years":
            lists["paid_years"] = years if not history else {*lists["paid_years"], *years}
            lists["lapse_years"] -= years
            if history:
                lists["enrolled_years"] |= years
        elif name == "enrolled_years":
            lists["enrolled_years"] |= years
            lists["lapse_years"] -= years
        elif name == "lapse_years":
            lists["lapse_years"] |= years
            for key in ("paid_years", "enrolled_years", "zero_claim_years"):
                lists[key] -= years
        else:
            lists[name] |= years
        for key in LISTS:
            value = sorted(lists[key])
            if value != sorted(known.get(key) or ()):
                if supposed:
                    self._supposed[key] = value
                    if (
                        value
                        and max(value) > self._today.year
                        and key in ("paid_years", "enrolled_years", "lapse_years")
                    ):
                        self._supposed["service_year"] = max(self._supposed.get("service_year", 0), *value)
                else:
                    self._keep(key, value or None, "") if value else self._drop(self._state.child, key)

    def _claims(self, said: Mapping[tuple[str, str, bool], set[int]]) -> None:
        """Which years had no claim: those said, or all that were not said to have one when the message means all."""
        known = self._state.facts
        enrolled = set(known.get("enrolled_years") or known.get("paid_years") or ())
        claimed = {y for (name, _, _), years in said.items() if name == "claimed_years" for y in years}
        zero = {y for (name, _, _), years in said.items() if name == "zero_claim_years" for y in years}
        notes = self._reading.notes
        if notes.get("every_year_claimed") and enrolled:
            self._keep("zero_claim_years", [], "")
        elif claimed and not zero and enrolled:
            before = set(known.get("zero_claim_years") or ())
            rest = (before or (enrolled if notes.get("only_once") else before)) - claimed
            if rest or before:
                self._keep("zero_claim_years", sorted(rest), "")
        elif notes.get("never_claimed") and not enrolled and self._supposed.get("paid_years"):
            self._supposed["zero_claim_years"] = list(self._supposed["paid_years"])
        elif notes.get("never_claimed") and enrolled and not zero and not claimed and not notes.get("only_once"):
            self._keep("zero_claim_years", sorted(y for y in enrolled if y <= self._today.year), "")
