"""When: which event a day is of, in which year it lies, whether it is told, planned, supposed or asked about."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from dialogue.children import age_in_days
from dialogue.facts import DAYS, FactMention
from dialogue.hearing.message import AFTER_BIRTH, BORN, DAY_FACTS, FRAGMENT, PUT_RIGHT, Hearing
from dialogue.question_groups import COVERAGE, LIMITS, PAYMENTS, VISITS
from dialogue.reading import ASSERTED, NEGATED, PARENT, STRANGER, Mention
from dialogue.state import FACTS, ONLY
from policies import places

HARDLY_SURE = 0.35
"""The same of a day: “9月1号是出生，还是缴费？”"""
_EVENT = re.compile("生|出世|落地|满月|交|缴|到账|扣|付|登记|参保|办|住院|看病|门诊|迁|转|落户|上户")
_USED_THEN = re.compile(
    "(?:当天|那天|这天|以后|之后|起|开始|就|也|才|那|能|可以|算|是不是|有没有){0,6}(?:能用|可用|用得|用上|能刷|刷得|能报|报销|报得|享受|生效|管用|有保|保上)"
)
"""“1月1号就能用呗”: a day from which something is used, not a day of payment."""
_MAY_COME = re.compile("万一|要是|如果|假如|假设|倘若|估计|可能|大概|的话")
_HAS_COME = re.compile("生了(?!的话|呢)|已经?生|出生了|生完|生下来")
_INSISTS = re.compile("就是|当我没说|没记错|没错|确实|还是")
_PAID = re.compile("(?:交|缴|付|办|到账)[的了过完上好]|已|刚|才")
_TAKEN = re.compile("[扣划转打][的了走过]|到账|那次|那会儿|之前")
_IN_PROGRESS = re.compile("(?:显示|状态|还是|一直|说是?)[^，。]{0,4}处理中|(?:还|一直)?(?:没|未)(?:有)?到账")
_ARRIVED = re.compile("(?:那天|当天)?(?:才|就|刚|已经|终于)?(?:到的?账|到了)")
_ANOTHER_CHILD = re.compile("还有|又|另|添|二[胎宝娃]|三[胎宝娃]|老[大二三]|[大小]的|刚出?生|新生|俩|两个|一个")
_BY_ITS_SEX = re.compile("儿子|女儿|闺女|丫头|小子|孙")
"""Behind an age of another message these may name another child."""
_NO_CHILDS_AGE = re.compile(
    "(?:[爸妈爹娘爷奶公婆姥]|老公|老婆|本人|我)[^，,。；;孩娃宝儿女孙]{0,4}$|(?:快|马上|不到|明年|下个?月|虚|将|没到|没满|不满|未满|差|等|到)[^，,。；;]{0,3}$"
)
_AGE_ENDS = re.compile(r"[了的半多大整]{0,3}(?:[，,。；;！!？?\s]|$|的|男|女|娃|孩|宝)")
GROWN = 18
"""Years from which an age is no child's."""
_IS_OVER = re.compile("(?:那天)?(?:就|才|刚|已经)?[^，。；,;！!？? ]{1,6}(?:了|的|过)(?=$|[，。；,;！!？? 现])")
"""Behind a day: something happened then."""
_TO_COME = re.compile("到时候?|即将|马上就?要|快要|将要|还没毕业|等毕业|要毕业|要退役|要停|要迁")
_GOES_TO_DO_IT = re.compile("回[去来家老]|[去再才]办|登记|弄好|办好")
_TOO_LATE = re.compile("(?:过了?|错过了?|超过了?|晚于|赶不上|误了)$")
_IS_BORN = re.compile("(?:号|日|那天)?(?:就|已经|提前|早产)?(?:出?生|剖|落地|下来)(?:的|了|下来)?(?=$|[，,。；; ])")
_ALL_OF_THEM = re.compile("(?:都|两个|俩|同一天|一样)(?:都|是|在|就){0,3}$")
_DOES_NOT_ARRIVE = re.compile("[^，,。；;！!？? ]{0,5}?(?:[没不未](?:能|会)?到账?(?!期)|到不了)")
_MONEY_WENT = re.compile("[钱款](?:就|都|才|已经?|是)*(?:过去|到了|到账|进去|打过|划过|划走|转过|付)|到账|扣款|付款")
_PAYING = re.compile("到账|交|缴|扣|付|登记")
MONTHS = ("birth_date", "paid_date", "transition_date")
"""Days whose month is asked back for, because the day decides."""
MILESTONES = (("百天", 100), ("百日", 100), ("满月", 30))
"""Words for a day of so many days of age."""
_LIMIT_ASKED = re.compile("最[晚迟]|期限|截止|之前|几号前|哪天前|多久之内|多少天(?:之?内)?")
NEWBORN = 100
SOON = 2
"""Months ahead in which a month of payment without its year is the one to come."""
NEAR_PLAN = 45
"""Days by which a plan is put right; a day farther away is another one's."""
"""Days after a birth in which what is told of it without a year is taken to have been that year."""


_IF_THEN = re.compile(r"[^\u4e00-\u9fff]{0,6}那?(?:要是|如果|假如|假设|假使|万一|倘若|若是?|比如|换成)(?:是|换成)? ?")
"""Nothing else stands before a day: another birthday is supposed."""


class DaysHearing(Hearing):
    """Days and months."""

    def _of_day(self, told: FactMention) -> None:
        if self._of_the_month_of_birth(told):
            told = replace(told, name="birth_date")
        assert told.mention is not None
        name = self._put_right(told) or told.name
        if len(str(told.value)) < 10:  # a month or a year alone
            again = name == "birth_date" and self._birth(told.child) and not BORN.search(self._reading.text)
            if name == "deadline_asked" and _USED_THEN.match(self._reading.text, told.mention.end):
                return  # “交了一月份就能用？”
            ahead = self._month_ahead(told, name)
            if ahead:  # “12月交，一月就能刷吗”
                self._supposed_month = ahead
                return
            planned = told.supposed or (name == "paid_date" and self._still_to_pay(str(told.value)))
            if planned and len(str(told.value)) == 7 and (name in ("paid_date", "deadline_asked") or again):
                self._supposed_month = str(told.value)
            elif not told.supposed and len(str(told.value)) == 7 and name in (*MONTHS, "other_date"):
                target = name if name in FACTS else self._role_of_bare_day(told) or "birth_date"
                if name == "paid_date" and self._paid_over_there():
                    return  # “贵州那边9月份我妈刚给交了”: the day decides nothing here
                if name != "other_date" or self._state.expected in MONTHS:
                    self._month = (target, str(told.value))
                    born_in = str(told.value) if target == "birth_date" else self._state.born_in
                    self._state = replace(self._state, month=str(told.value), born_in=born_in)
            return
        if name == "due_date":
            self._born_when_due(told)
            return
        told, name = self._as_supposed_before(told, name)
        value = self._fitting(told, name)
        if value is None:
            return
        if name == "paid_date" and (self._taken_from_the_account(told, value) or self._in_progress(told)):
            return
        if self._rather_birth(told, name, value):
            name, value = "birth_date", str(told.value)
        elif name in AFTER_BIRTH and value > self._today.isoformat():
            told = replace(told, supposed=True)  # nobody has paid tomorrow
        if name == "paid_date" and told.supposed and self._rather_care():
            name = "visit_date"
        if name == "other_date" and self._leans(told.mention):
            name, told = "deadline_asked", replace(told, supposed=True)
        if name in ("deadline_asked", "other_date"):
            bare = self._role_of_bare_day(told)
            if bare is not None:
                name = bare
            elif name == "other_date":
                return
        if name == "birth_date" and told.supposed and (after := self._after_so_many_days(told)):
            name, value = "paid_date", after
        if name == "birth_date" and value > self._today.isoformat() and self._may_be_born(told):
            told = replace(told, supposed=True)
        if name == "birth_date" and told.mention and _IF_THEN.fullmatch(self._reading.text[: told.mention.start]):
            told = replace(told, supposed=True)  # “若0601”
        if name == "birth_date" and not told.supposed and self._of_a_claim():
            return
        if name == "birth_date" and not told.supposed and self._rather_told_last(told, value):
            assert self._state.told_day is not None
            name = self._state.told_day
        elif name in ("birth_date", "paid_date") and not told.supposed and self._doubtful(told):
            self._unsure = told.mention
            return
        if name == "birth_date" and not told.supposed and value > self._today.isoformat():
            born = date.fromisoformat(value)
            self._doubts.append((name, f"{born.year}年{born.month}月{born.day}日还没到"))
        elif name == "deadline_asked" or (told.supposed and name in AFTER_BIRTH):
            if told.mention is not None and (self._passed(told.mention) or self._not_there_by(told.mention)):
                value = (date.fromisoformat(value) + timedelta(days=1)).isoformat()  # “要是过了12月30号呢”
            self._day = date.fromisoformat(value)
            self._supposed[self._asked_fact() if name == "deadline_asked" else name] = value
        elif told.supposed:
            self._supposed[name] = value
        else:
            if told.corrects and told.mention is not None and told.mention.kind == "day":
                self._state = replace(self._state, month=None)
            for label in self._all_of_them(told) if name == "birth_date" else ():
                self._state = self._state.with_facts(label, birth_date=value)
            if name == "visit_date":
                self._day = date.fromisoformat(value)  # whether that day is covered is what it is told for
            self._keep(name, value, told.child)

    def _as_supposed_before(self, told: FactMention, name: str) -> tuple[FactMention, str]:
        """“九月17” alone, after “拖到中秋呢”: what was supposed is varied, whatever it is heard as; nothing is told."""
        day, standing = told.mention, self._state.standing
        assert day is not None
        if name == "birth_date" and self._another_payment(told):
            paid = str(self._known(told.child)["paid_date"])
            value = min(day.options or (str(told.value),), key=lambda one: abs(_apart(paid, one)))
            return replace(told, name="paid_date", supposed=True, value=value), "paid_date"
        before = standing.supposed if standing else {}
        fact = next((one for one in AFTER_BIRTH if str(before.get(one) or "") > self._today.isoformat()), "")
        alone = len(self._reading.text) - len(day.text) <= 3 and self._state.expected not in (name, fact)
        said = name in (fact, "birth_date", "other_date", "deadline_asked") and not BORN.search(self._reading.text)
        if not fact or not alone or not said or told.corrects:
            return told, name
        to_come = (one for one in day.options or (str(told.value),) if one >= self._today.isoformat())
        ahead = [one for one in to_come if abs(_apart(str(before[fact]), one)) <= NEAR_PLAN]
        return (replace(told, name=fact, supposed=True, value=ahead[0]), fact) if ahead else (told, name)

    def _paid_over_there(self) -> bool:
        """Is another place told of than the family's, as where it was paid?"""
        here = self._state.region
        told = self._reading.of("insured", "elsewhere", "former", "household")
        there = (m for m in told if m.said and m.owner != STRANGER and len(m.value) == 1)
        return here is not None and any(places.apart(str(m.value[0]), here) for m in there)

    def _all_of_them(self, told: FactMention) -> tuple[str, ...]:
        """“都是8月10号生的”: the birthday of every child of the talk."""
        labels = tuple(label for label in self._state.children if label not in (ONLY, STRANGER))
        before = self._reading.text[: told.mention.start] if told.mention else ""
        others = tuple(label for label in labels if label != self._state.child)
        return others if not told.child and len(labels) > 1 and _ALL_OF_THEM.search(before) else ()

    def _of_the_month_of_birth(self, told: FactMention) -> bool:
        """“2.25” alone, after “上个月出世的”, whatever was answered in between."""
        day, month = told.mention, self._state.month
        alone = day is not None and len(self._reading.text) - len(day.text) <= 3
        unasked = self._state.expected in (None, "birth_date") and not self._birth(told.child)
        return bool(alone and month and unasked and str(told.value).startswith(month) and len(str(told.value)) == 10)

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

    def _born_when_due(self, told: FactMention) -> None:
        """“预产期7月2号，照这天最晚哪天交”: the limit for a child that is born when it is due."""
        asks = self._reading.does(*LIMITS) and _LIMIT_ASKED.search(self._reading.text) is not None
        if asks and not self._birth(told.child) and str(told.value) >= self._today.isoformat():
            self._supposed["birth_date"] = str(told.value)

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

    def _rather_birth(self, told: FactMention, name: str, value: str) -> bool:
        """“写错了，6月18” after a birthday of July, when a payment was asked for: the birthday is put right."""
        assert told.mention is not None
        said = str(told.value)
        ahead = value > self._today.isoformat() >= said
        early = name in AFTER_BIRTH and ahead and said < (self._birth(told.child) or said)
        corrects = told.corrects or PUT_RIGHT.search(self._reading.text) is not None
        if self._planned_day():  # what was only supposed is put right
            return False
        return early and corrects and not told.supposed and not _PAYING.search(self._reading.text)

    def _after_so_many_days(self, told: FactMention) -> str | None:
        """“等过了百天再办” of a child whose birthday is known: the day it would be done."""
        birth = self._birth(told.child)
        milestone = next((days for word, days in MILESTONES if told.mention and word in told.mention.text), None)
        if milestone is None or not birth or birth == told.value:
            return None
        return (date.fromisoformat(birth) + timedelta(days=milestone)).isoformat()

    def _rather_care(self) -> bool:
        """“明天再去呢” after an answer on a day of care: of care, unless money is spoken of."""
        standing = self._state.standing
        return standing is not None and standing.intent in VISITS and not _PAYING.search(self._reading.text)

    def _of_a_claim(self) -> bool:
        """“去年墙上贴的明明是2月28”: a day in a doubt is what somebody else says, unless a birth is spoken of."""
        return self._reading.labels[:1] == ("challenge",) and BORN.search(self._reading.text) is None

    def _doubtful(self, told: FactMention) -> bool:
        """Is nobody sure which event this day is of, where it would decide an answer?"""
        mention = told.mention
        asked = self._state.expected == told.name or self._state.form is not None
        if mention is None or asked:
            return False
        return (mention.confidence < HARDLY_SURE and not mention.corrects) or self._overwrites_birth(told)

    def _taken_from_the_account(self, told: FactMention, value: str) -> bool:
        """“扣款是9月29” after the day the money came: it left the account before, and that day decides nothing."""
        known = self._state.facts_of(told.child or self._state.child).get("paid_date")
        text = self._reading.text
        return bool(known and value < str(known) and "扣" in text and not re.search("到账|交|缴|登记", text))

    def _in_progress(self, told: FactMention) -> bool:
        """“9月30日交的，显示处理中”: the money has not arrived, and only that counts."""
        if told.supposed or (told.mention is not None and _ARRIVED.match(self._reading.text, told.mention.end)):
            return False
        return _IN_PROGRESS.search(self._reading.text) is not None

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

    def _asked_fact(self) -> str:
        """What would happen on a day that is only asked about: what the last supposition was, else care or payment."""
        standing = self._state.standing
        asked = next((m for m in self._reading.of("asked")), None)
        if asked is not None and _USED_THEN.match(self._reading.text, asked.end):
            return "visit_date"
        passed = (_TOO_LATE.search(self._reading.text[: m.start]) for m in self._reading.mentions if m.kind == "day")
        if standing is None or any(passed):  # “万一过了31号呢”, whatever was answered
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
        return str(born) if born and not _PAYING.search(self._reading.text) else None

    def _impossible(self) -> None:
        """Days that cannot be: said to be impossible, for whatever was asked or they were said of."""
        for mention in self._reading.mentions:
            if mention.problem is None or mention.owner in (STRANGER, PARENT) or mention.polarity == NEGATED:
                continue
            name = DAYS.get(mention.role, "")
            if name not in FACTS:
                name = self._state.expected if self._state.expected in DAY_FACTS else "birth_date"
            self._doubts.append((name, mention.problem))

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
            mended = min(passed, key=lambda day: abs(_apart(before, day)), default=None)
        early = target in AFTER_BIRTH and mended is not None and mended < (self._birth(told.child) or mended)
        return None if early else mended  # what lies before the birth may put the birthday right: `_rather_birth`

    def _fitting(self, told: FactMention, name: str) -> str | None:
        """The day with the year and month that fit what is known; None when a month was told that has no such day."""
        mention = told.mention
        assert mention is not None
        value = str(told.value)
        of_month = name in (*MONTHS, "other_date", "deadline_asked") and self._mended(told, name) is None
        if mention.day is not None and self._state.month and of_month:
            year, month = int(self._state.month[:4]), int(self._state.month[5:])
            try:
                fixed = date(year, month, mention.day)
            except ValueError:
                self._doubts.append((self._state.expected or "birth_date", f"{month}月没有{mention.day}号"))
                return None
            return fixed.isoformat()
        birth = None if self._unborn(told.child or self._state.child) else self._birth(told.child)
        if name == "birth_date" and self._may_be_born(told):
            ahead = [day for day in mention.options or () if day >= self._today.isoformat()]
            return ahead[0] if ahead else value  # “万一早产，1月10号就生了”
        mended = self._mended(told, name) or (self._by_age(told) if name == "birth_date" else None)
        if mended is not None:
            return mended
        known = self._day_of_before(name, mention.day) if mention.day is not None and not told.corrects else None
        if known is not None:  # “还是说我的，10号交的几号开始” after “我打算10号去交”, whatever was talked of between
            return known
        near = self._day_before(name) if mention.day is not None and mention.options else None
        if near is not None:  # “14号呢” after “10月13号到账”: of the same month, or the next
            far = {day: abs(_apart(near, day)) for day in {*_around(near, mention.day or 0), *mention.options}}
            said = (
                told.supposed and near not in (self._state.standing.supposed if self._state.standing else {}).values()
            )
            other = (day for day in far if not said or day != near)
            return min(other, key=lambda day: (far[day], day < near))
        planned = self._planned_payment() if name == "visit_date" else None
        behind = [day for day in mention.options or () if planned is not None and day >= planned]
        if behind:  # what is cared for after a payment that is planned lies behind it
            return behind[0]
        known = str(self._state.facts_of(told.child).get(name, "")) if told.child and not told.supposed else ""
        if known in mention.options:  # “12月20号交的张同学”: the day that was told of it
            return known
        if name == "transition_date" and not told.supposed and self._has_changed(mention):
            return max((day for day in mention.options if day <= self._today.isoformat()), default=value)
        if name == "transition_date" and _TO_COME.search(self._reading.text):
            return min((day for day in mention.options if day >= self._today.isoformat()), default=value)
        if not mention.options or birth is None or name in ("birth_date", "transition_date"):
            return value
        after = [day for day in mention.options if day >= birth]
        if after and self._told_with_birth() and not told.supposed and _apart(birth, after[0]) <= NEWBORN:
            return after[0]
        if value >= birth or not after:
            return value
        behind = [day for day in after if day <= self._today.isoformat()]
        if name == "visit_date" and not behind and not told.supposed and _apart(value, birth) <= NEWBORN:
            return None  # “1月8日我住进医院，1月11日生下”: the mother's
        return behind[-1] if behind and not told.supposed else after[0]

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
        near = name and any(len(day) == 10 and abs(_apart(day, str(supposed[name]))) <= NEAR_PLAN for day in said)
        return name if near else None

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

    def _passed(self, mention: Mention) -> bool:
        """“要是过了12月30号呢”: after that day; what is done when an age is reached is done on that day."""
        milestone = any(word in mention.text for word, _ in MILESTONES)
        return not milestone and _TOO_LATE.search(self._reading.text[: mention.start]) is not None

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


def _around(near: str, day: int) -> list[str]:
    """That day of the month of another day, of the one before it and of the one after."""
    months = int(near[:4]) * 12 + int(near[5:7]) - 1
    found = [divmod(months + shift, 12) for shift in (-1, 0, 1)]
    return [date(y, m + 1, day).isoformat() for y, m in found if 1 <= day <= monthrange(y, m + 1)[1]]


def _apart(birth: str, day: str) -> int:
    return age_in_days(birth, date.fromisoformat(day))
