"""Which event a day is of: a birth, a payment, a registration, care, or what stood in the last answer."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from dialogue.children import days_apart
from dialogue.facts import FactMention
from dialogue.hearing.message import AFTER_BIRTH, BORN, DAY_FACTS, FRAGMENT, PUT_RIGHT, Hearing
from dialogue.question_groups import BY_WHEN, COVERAGE, PAYMENTS, VISITS
from dialogue.reading import ASSERTED, NEGATED, Mention

HARDLY_SURE = 0.35
"""Probability of its role below which it is asked what a day is: “9月1号是出生，还是缴费？”"""
MONTHS = ("birth_date", "paid_date", "transition_date")
"""Days whose month is asked back for, because the day decides."""
NEAR_PLAN = 45
"""Days by which a plan is put right; a day farther away is another one's."""
_EVENT = re.compile("生|出世|落地|满月|交|缴|到账|扣|付|登记|参保|办|住院|看病|门诊|迁|转|落户|上户")
USED_THEN = re.compile(
    "(?:当天|那天|这天|以后|之后|起|开始|就|也|才|那|能|可以|算|是不是|有没有){0,6}(?:能用|可用|用得|用上|能刷|刷得|能报|报销|报得|享受|生效|管用|有保|保上)"
)
"""“1月1号就能用呗”: a day from which something is used, not a day of payment."""
_INSISTS = re.compile("就是|当我没说|没记错|没错|确实|还是")
TOO_LATE = re.compile("(?:过了?|错过了?|超过了?|晚于|赶不上|误了)$")
"""Before a day: after it, that is too late."""
_MONEY_WENT = re.compile("[钱款](?:就|都|才|已经?|是)*(?:过去|到了|到账|进去|打过|划过|划走|转过|付)|到账|扣款|付款")
PAYING = re.compile("到账|交|缴|扣|付|登记")
_GOES_TO_DO_IT = re.compile("回[去来家老]|[去再才]办|登记|弄好|办好")


class DayEvents(Hearing):
    """Finds the event of a day; keeps nothing."""

    def _of_the_month_of_birth(self, told: FactMention) -> bool:
        """“2.25” alone, after “上个月出世的”, whatever was answered in between."""
        day, month = told.mention, self._state.month
        alone = day is not None and len(self._reading.text) - len(day.text) <= 3
        unasked = self._state.expected in (None, "birth_date") and not self._birth(told.child)
        return bool(alone and month and unasked and str(told.value).startswith(month) and len(str(told.value)) == 10)

    def _put_right(self, told: FactMention) -> str | None:
        """“说错了，是29号” names no event: it is the day that was told last."""
        text, last = self._reading.text, self._planned_day() or self._state.told_day
        days = {str(m.value) for m in self._reading.mentions if m.kind == "day" and m.polarity != NEGATED}
        if last is None or told.supposed or not PUT_RIGHT.search(text) or _EVENT.search(text):
            return None
        born = self._birth(told.child)
        before = told.name == "birth_date" and born is not None and str(told.value) < born
        if before and last in AFTER_BIRTH and not self._planned_day():
            return None  # “不对，小的是9月20” after a day of care: nobody is cared for before the birth
        return last if len(days) == 1 or last == self._planned_day() else None

    def _planned_day(self) -> str | None:
        """The event of the day the standing answer only supposes; None when it supposes none, or one far from this."""
        supposed = self._state.standing.supposed if self._state.standing else {}
        name = next((one for one in AFTER_BIRTH if supposed.get(one)), None)
        said = {day for m in self._reading.mentions if m.kind == "day" for day in (m.options or (str(m.value),))}
        near = name and any(len(day) == 10 and abs(days_apart(day, str(supposed[name]))) <= NEAR_PLAN for day in said)
        return name if near else None

    def _as_supposed_before(self, told: FactMention, name: str) -> tuple[FactMention, str]:
        """“九月17” alone, after “拖到中秋呢”: what was supposed is varied, whatever it is heard as; nothing is told."""
        day, standing = told.mention, self._state.standing
        assert day is not None
        if name == "birth_date" and self._another_payment(told):
            paid = str(self._known(told.child)["paid_date"])
            value = min(day.options or (str(told.value),), key=lambda one: abs(days_apart(paid, one)))
            return replace(told, name="paid_date", supposed=True, value=value), "paid_date"
        before = standing.supposed if standing else {}
        fact = next((one for one in AFTER_BIRTH if str(before.get(one) or "") > self._today.isoformat()), "")
        alone = len(self._reading.text) - len(day.text) <= 3 and self._state.expected not in (name, fact)
        said = name in (fact, "birth_date", "other_date", "deadline_asked") and not BORN.search(self._reading.text)
        if not fact or not alone or not said or told.corrects:
            return told, name
        to_come = (one for one in day.options or (str(told.value),) if one >= self._today.isoformat())
        ahead = [one for one in to_come if abs(days_apart(str(before[fact]), one)) <= NEAR_PLAN]
        return (replace(told, name=fact, supposed=True, value=ahead[0]), fact) if ahead else (told, name)

    def _another_payment(self, told: FactMention) -> bool:
        """“2.10呢” of a caller who told when was paid and never of a birth: if that had been the day."""
        day, text = told.mention, self._reading.text.rstrip("？?。")
        known = self._known(told.child)
        alone = day is not None and text.endswith("呢") and len(text) - len(day.text) <= 3
        return alone and "paid_date" in known and "birth_date" not in known and not told.corrects

    def _known(self, child: str) -> dict[str, Any]:
        """What stands of a child: what was told, and what the standing answer supposes."""
        standing = self._state.standing
        return {**self._state.facts_of(child or self._state.child), **(standing.supposed if standing else {})}

    def _rather_birth(self, told: FactMention, name: str, value: str) -> bool:
        """“写错了，6月18” after a birthday of July, when a payment was asked for: the birthday is put right."""
        assert told.mention is not None
        said = str(told.value)
        ahead = value > self._today.isoformat() >= said
        early = name in AFTER_BIRTH and ahead and said < (self._birth(told.child) or said)
        corrects = told.corrects or PUT_RIGHT.search(self._reading.text) is not None
        if self._planned_day():  # what was only supposed is put right
            return False
        return early and corrects and not told.supposed and not PAYING.search(self._reading.text)

    def _rather_care(self) -> bool:
        """“明天再去呢” after an answer on a day of care: of care, unless money is spoken of."""
        standing = self._state.standing
        return standing is not None and standing.intent in VISITS and not PAYING.search(self._reading.text)

    def _of_a_claim(self) -> bool:
        """“去年墙上贴的明明是2月28”: a day in a doubt is what somebody else says, unless a birth is spoken of."""
        return self._reading.first == "challenge" and BORN.search(self._reading.text) is None

    def _doubtful(self, told: FactMention) -> bool:
        """Is nobody sure which event this day is of, where it would decide an answer?"""
        mention = told.mention
        asked = self._state.expected == told.name or self._state.form is not None
        if mention is None or asked:
            return False
        return (mention.confidence < HARDLY_SURE and not mention.corrects) or self._overwrites_birth(told)

    def _overwrites_birth(self, told: FactMention) -> bool:
        """Would a day with no word of a birth near it take the place of a known birthday?"""
        known = self._birth(told.child)
        assert told.mention is not None
        if told.name != "birth_date" or known is None or known == told.value or told.corrects or told.mention.corrects:
            return False
        return not BORN.search(self._reading.text) and not PUT_RIGHT.search(self._reading.text)

    def _rather_told_last(self, told: FactMention, value: str) -> bool:
        """“就是9月10，上一句当我没说” after a day of payment: that day once more, not another birthday."""
        known = self._birth(told.child)
        late = self._state.told_day in AFTER_BIRTH and known is not None and value >= known
        return late and self._overwrites_birth(told) and _INSISTS.search(self._reading.text) is not None

    def _leans(self, mention: Mention | None) -> bool:
        """Is this the one day of a fragment after an answer: “明天再去呢”, “我叫柜台加急，明天到呢”?"""
        if mention is None:
            return False
        days = [m for m in self._reading.mentions if m.kind == "day"]
        asks = self._reading.does("follow") and (
            mention.polarity != ASSERTED or self._reading.text.rstrip("？?。").endswith(("呢", "行不", "行吗", "吗"))
        )
        supposes = mention.polarity == "supp" and self._reading.does("follow")
        short = len(self._reading.text) <= (FRAGMENT if not supposes else 2 * FRAGMENT)
        return len(days) == 1 and short and asks and self._state.standing is not None

    def _role_of_bare_day(self, told: FactMention) -> str | None:
        """What a day without an event answers or corrects: the fact asked for, or the day told last."""
        if told.supposed and told.name != "other_date":
            return None
        expected = self._state.expected
        if expected in DAY_FACTS and (told.mention is None or told.mention.role in ("other", "asked")):
            if told.mention is None:
                return expected
            alone = len(self._reading.text) - len(told.mention.text) <= 6
            return expected if alone or told.mention.role == "asked" else None
        if told.corrects and told.mention is not None and told.mention.role == "other":
            known = [n for n in ("paid_date", "birth_date", "visit_date") if n in self._state.facts]
            return known[0] if known else None
        return None

    def _asked_fact(self) -> str:
        """What would happen on a day that is only asked about: what the last supposition was, else care or payment."""
        standing = self._state.standing
        asked = next((m for m in self._reading.of("asked")), None)
        if asked is not None and USED_THEN.match(self._reading.text, asked.end):
            return "visit_date"
        passed = (TOO_LATE.search(self._reading.text[: m.start]) for m in self._reading.mentions if m.kind == "day")
        if standing is None or any(passed):  # “万一过了31号呢”, whatever was answered
            return "paid_date"
        if self._reading.does(BY_WHEN) and "paid_date" not in self._state.facts:  # “25号之前行不行”
            return "paid_date"
        for name in AFTER_BIRTH:
            if name in standing.supposed:
                return name
        if self._supposed_birth():
            return "birth_date"
        if _MONEY_WENT.search(self._reading.text):
            return "paid_date"
        covered = standing.intent in COVERAGE and "paid_date" in self._state.facts
        if covered or standing.intent in VISITS:
            return "visit_date"
        goes = _GOES_TO_DO_IT.search(self._reading.text) is not None  # “我要是五一才回去呢”, after the account
        return "paid_date" if standing.intent in PAYMENTS or goes else "visit_date"

    def _supposed_birth(self) -> str | None:
        """“要是11月30号就生呢” – “真在8号呢”: the birthday the standing answer supposes of a child still to come."""
        standing = self._state.standing
        born = standing.supposed.get("birth_date") if standing and self._unborn(self._state.child) else None
        return str(born) if born and not PAYING.search(self._reading.text) else None
