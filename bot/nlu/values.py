"""From a judged candidate to a mention with its value: the day, month, years, places or word that is meant.

A day without a year takes the one that fits what it is: births and payments lie behind, due dates and plans ahead, and
what is asked about or supposed is the nearest. The child's birth, where the message says it, bounds the rest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import List, Optional, Tuple

from bot.nlu.days import DayMention, choose, choose_month
from bot.nlu.joint_roles import listed
from bot.nlu.mentions import Candidate
from bot.nlu.role_names import NAMED, NONE, RoleScore, is_pupil
from bot.nlu.text import NormalizedText
from bot.nlu.years import Age, Pregnancy, Years, stage_of
from dialogue.reading import ASSERTED, NEGATED, PARENT, STRANGER, Mention
from dialogue.vocabulary import DATE_ROLES, OWNERS, YEAR_ROLES

_DONE = ("paid", "registered", "visit", "discharge", "hukou", "deducted", "changed")
"""Roles of days on which something was done."""
LONG_AGO, SOON_ENOUGH = 200, 100
"""Days since a date last came, and until it comes again, from which a word of planning decides between the two."""
_PLANS = re.compile("(?:准备|打算|计划|想|要|等|争取|预计|可能)(?:在|到|等)?$")
_BEFORE = re.compile("号?日?(?:之前|以前|前|才|再)")
_HINDERED = re.compile("号?日?(?:再|才(?!到|扣|交|缴|付|划|登|办|生|出|知|发现|收|拿|上|转|入))")
"""After a bare day: something else comes first (“13号才发工资”, “15号再交”), so the day lies ahead."""
SOON = 45
"""Days a due date may lie behind before it is next year's."""


def aim_of(role: str, polarity: str) -> str:
    """Where a day of this role lies, as `days.choose` wants it."""
    if role == "due":
        return "future"
    if polarity == "plan":
        return "plan"
    if polarity in ("ask", "supp") or role == "asked":
        return "near"
    if role == "other":
        return "nearest"
    return "past"


def mentions_of(
    text: NormalizedText, judged: Sequence[Tuple[Candidate, RoleScore]], today: date
) -> Tuple[Mention, ...]:
    """The mentions of a message; candidates that are none are left out."""
    real = [(candidate, told) for candidate, told in judged if told.role != NONE]
    births = {
        _owner(text.plain, real, i): day for i, (c, t) in enumerate(real) if (day := _birth(c, t, today)) is not None
    }
    found: List[Mention] = []
    for index, (candidate, told) in enumerate(real):
        owner = _owner(text.plain, real, index)
        birth = births.get(owner) or births.get("")
        mention = _mention(text, candidate, told, owner, birth, today)
        if mention is None:
            continue
        if mention.role == "other" and birth is not None and _before_birth(text.plain, real, index):
            mention = _before_the_birth(mention, birth, today)
        found.append(mention)
        if second := _said_besides(text.plain, candidate, told):
            found.append(replace(mention, role=second))
    return tuple(_asked_about(text, found, today))


_PRENATAL = re.compile("产检|唐筛|建[档卡]|大排畸|[Bb]超|糖耐|检查|保胎|怀|见红|住[进了]?院")


def _before_birth(text: str, real: Sequence[Tuple[Candidate, RoleScore]], index: int) -> bool:
    """Is it a day of the pregnancy, of a birth told of further on in the message?"""
    candidate, _ = real[index]
    near = _PRENATAL.search(text, max(candidate.start - 10, 0), min(candidate.end + 8, len(text)))
    return near is not None and any(told.role == "birth" and told.polarity == ASSERTED for _, told in real[index + 1 :])


def _before_the_birth(mention: Mention, birth: date, today: date) -> Mention:
    """“唐筛1月6号……7月9号生了”: what is told before a birth that was, and would lie ahead, came before it."""
    if mention.polarity != ASSERTED or not mention.value or mention.value <= today.isoformat():
        return mention
    earlier = [day for day in mention.options if day <= birth.isoformat()]
    return replace(mention, value=max(earlier)) if earlier else mention


_REGISTER_AND = re.compile(
    "(?:户口|户籍)(?:和|跟|、|与|还有|连)?(?:医保|参保)(?:都|全|也|就|一直)?(?:还)?在?$|(?:医保|参保)(?:和|跟|、|与)?(?:户口|户籍)(?:都|全|也|就|一直)?(?:还)?在?$"
)
_OF_KIN = re.compile(
    "(?:爷爷|奶奶|外公|外婆|姥姥|姥爷|阿公|阿婆|公公|婆婆|公婆|爸|妈|父母|老人|(?<!们)我|老公|老婆|爱人|先生|媳妇|侄女?|外甥女?)"
    "(?:的|[^。；！？;!?孩娃宝]{0,12}[，,])?$"
)
_REGISTERED_AND_PAID = re.compile(
    "[^，。；！？,;!?]{0,8}?登(?:的|了)?记?(?:的|了)?[，,、 ]?(?:就|也|并|顺便|当场|一起|同时|和|跟)?(?:把)?(?:钱|费)?(?:也)?(?:都|就)?"
    "(?:(?:交|缴)(?:费)?(?:了|完|上|好|清|过)(?!.{0,6}(?:材料|资料|表))|(?:交|缴)费的)"
)


_TOGETHER = {"insured": "household", "household": "insured", "registered": "paid", "paid": "registered"}
"""Roles one place or one day may have both."""


def _said_besides(text: str, candidate: Candidate, told: RoleScore) -> str:
    """What else a candidate is: “户口和医保都在单县” is both, “12月15登的记，缴了400” too; empty when nothing."""
    if told.polarity != ASSERTED:
        return ""
    other = _TOGETHER.get(told.role, "")
    if candidate.kind == "place" and other:
        before = text[max(candidate.start - 32, 0) : candidate.start]
        both = _REGISTER_AND.search(before)
        return other if both and not _OF_KIN.search(before[: both.start()]) else ""
    if candidate.kind == "day" and other:
        return other if _REGISTERED_AND_PAID.match(text, candidate.end) else ""
    return ""


_WHETHER = (
    "晚不晚|晚吗|迟不迟|迟吗|成吗|成不|行吗|行不|中不|踩线|来得及|来不来得及|赶得上|赶上没|算不算|还认|认不认|还收|收不收|还能[交办]|过期|超没超|超了没"
    "|误不误|要紧"
)
_IN_TIME, _IN_TIME_THEN = re.compile(_WHETHER), re.compile(f"(?:的话|那天|[交缴办去再])*[，, ]?(?:{_WHETHER})")
_THEN = re.compile("(?:到时候?|那天|那时候?)(?:再|才|就|会|我)*去?(?:交|缴|办|登记|弄)")
_NOT_BEFORE = re.compile("[^，。,；;]{0,8}?[才再]")


def _asked_about(text: NormalizedText, found: List[Mention], today: date) -> List[Mention]:
    """“12月20号才回得去，还来得及不”: the one day ahead that a message names without an event is the day asked about."""
    if any(m.role == "asked" or (m.role in ("paid", "registered") and m.polarity != ASSERTED) for m in found):
        return found
    ahead = [m for m in found if m.kind == "day" and m.role == "other" and m.value and m.value >= today.isoformat()]
    if len(ahead) != 1 or ahead[0].polarity == NEGATED or ahead[0].owner:
        return found
    end = text.plain_span(ahead[0].start, ahead[0].end)[1]
    late = _NOT_BEFORE.match(text.plain, end) and (_IN_TIME.search(text.plain, end) or _THEN.search(text.plain, end))
    if not late and not _IN_TIME_THEN.match(text.plain, end):
        return found
    return [replace(m, role="asked", polarity="ask") if m is ahead[0] else m for m in found]


def _owner(text: str, real: Sequence[Tuple[Candidate, RoleScore]], index: int) -> str:
    """The owner; of a child called by name its name, the nearest before the mention or else after it."""
    candidate, told = real[index]
    pupil = _pupil(text, real, index)
    if pupil:
        return pupil
    called = _called(real, _first_of_list(text, real, index))
    if called and told.owner not in (STRANGER, PARENT):
        return called
    if told.owner != NAMED:
        return told.owner
    names = [(abs(c.start - candidate.start) + (1000 if c.start > candidate.start else 0), str(c.thing.value))
             for c, _ in real if c.kind == "child"]  # fmt: skip
    return min(names)[1] if names else ""


_ITS = re.compile("[^，,。；;]{0,3}的")
_OF_PUPILS = ("day", "month", "years", "category")


def _pupil(text: str, real: Sequence[Tuple[Candidate, RoleScore]], index: int) -> str:
    """“王同学7月5日才交，12月20号交的张同学”: whose, of a teacher's pupils; empty when none is spoken of."""
    candidate, _ = real[index]
    pupils = [c for c, _ in real if is_pupil(c)]
    if not pupils or candidate.kind not in _OF_PUPILS:
        return ""
    for c in pupils:
        if c.start >= candidate.end and _ITS.fullmatch(text, candidate.end, c.start):
            return str(c.thing.value)
    before = [c for c in pupils if c.end <= candidate.start]
    others = [c for c, told in real if c.kind in ("child", "stranger") and not is_pupil(c) and told.role != NONE]
    if not before or any(before[-1].end <= c.start < candidate.start for c in others):
        return ""
    return str(before[-1].thing.value)


def _first_of_list(text: str, real: Sequence[Tuple[Candidate, RoleScore]], index: int) -> int:
    """“小宝26、27两年都交了”: whose the first year of a list is, are the others."""
    while index > 0:
        (before, told), (one, now) = real[index - 1], real[index]
        if told.role != now.role or not listed(text, before, one):
            break
        index -= 1
    return index


def _called(real: Sequence[Tuple[Candidate, RoleScore]], index: int) -> str:
    """“老二幼儿园”, “老二交的26年”: the label right before a fact says whose it is; empty when none stands there."""
    candidate, _ = real[index]
    if index == 0 or candidate.kind not in ("stage", "age", "day", "birth_year", "category", "years"):
        return ""
    before, told = real[index - 1]
    if told.role != "about" or told.polarity == "neg" or before.thing.value not in OWNERS:
        return ""
    near = 2 if candidate.kind == "years" else 1
    return str(before.thing.value) if 0 <= candidate.start - before.end <= near else ""


def _birth(candidate: Candidate, told: RoleScore, today: date) -> Optional[date]:
    thing = candidate.thing
    if told.role == "age" and isinstance(thing, Age):
        return thing.birth
    if told.role != "birth" or told.polarity == "neg" or not isinstance(thing, DayMention) or not thing.options:
        return None
    return choose(thing.options, today, aim_of("birth", told.polarity))


def _mention(
    text: NormalizedText, candidate: Candidate, told: RoleScore, owner: str, birth: Optional[date], today: date
) -> Optional[Mention]:
    start, end = text.raw_span(candidate.start, candidate.end)

    def made(
        kind: str,
        value: object,
        role: str = told.role,
        options: Tuple[str, ...] = (),
        polarity: str = "",
        **more: object,
    ) -> Mention:
        return Mention(
            kind, role, value, text.raw[start:end], start, end, polarity or told.polarity, owner, told.corrects,
            round(told.sure, 3), options, **more,  # type: ignore[arg-type]
        )  # fmt: skip

    thing = candidate.thing
    if isinstance(thing, DayMention):
        if _lies_ahead(text.plain, candidate, thing, told, today):
            told = replace(told, polarity="plan")
        ahead = _supposed_ahead(text.plain, candidate, thing, told)
        return _day(thing, told, birth, today, made, ahead=ahead)
    if isinstance(thing, Years):
        if told.role in DATE_ROLES:  # “2019年的娃”
            return made("birth_year", str(thing.values[0])) if told.role == "birth" and thing.values else None
        return made("years", list(thing.values)) if told.role in YEAR_ROLES else None  # a year is no age, no pregnancy
    if isinstance(thing, Age):
        if told.role != "age":
            return None
        if thing.birth is not None:
            return made("day", thing.birth.isoformat(), "birth")
        stage = stage_of(thing.months or 0)
        return made("age", {"months": thing.months, "stage": stage})
    if isinstance(thing, Pregnancy):
        if told.role not in ("pregnant", "age"):
            return None
        return made("pregnancy", {"months": thing.months} if thing.months else {"weeks": thing.weeks}, "pregnant")
    if candidate.kind == "place":
        return made("place", list(thing.adcodes))
    return made(candidate.kind, thing.value)


_THAT_DAY_FIRST = re.compile(
    "[^。；;！!？?了过]{1,8}[，, ]{0,2}(?:到|等)?那[天日时](?:再|才|去|就)+[^。；;了过]{0,4}(?:交|缴|办|弄|搞)"
)
"""“12月5号发工资，那天再去交”: something else comes first, and the payment then."""
_PAYS_AND_ASKS = re.compile(
    "(?:把[钱费]|钱|才|再|就|能|去)*(?:到账|交|缴)(?:上|到|完)?[，,]?[^，,。；;的了过]{0,4}(?:几号|哪天|什么时候|啥时候|多久|还收|还能|还行|来得及|晚不晚)"
)
"""“6月20号钱到账，几号能用”: nothing of it has happened."""


def _lies_ahead(text: str, candidate: Candidate, thing: DayMention, told: RoleScore, today: date) -> bool:
    """“准备12月18交”, “12.20之前办完”: a day without a year that is soon, and was last so long ago that nobody means that."""
    if told.polarity != "asserted" or told.role not in _DONE or thing.fixed or len(thing.options) < 2:
        return False
    if thing.day is not None and _HINDERED.match(text, candidate.end):
        return True
    behind, ahead = choose(thing.options, today, "past"), choose(thing.options, today, "future")
    soon = (today - behind).days > LONG_AGO and 0 <= (ahead - today).days <= SOON_ENOUGH
    before, after = text[max(candidate.start - 8, 0) : candidate.start], text[candidate.end : candidate.end + 4]
    planned = (
        _THAT_DAY_FIRST.match(text, candidate.end)
        or _PLANS.search(before)
        or _BEFORE.match(after)
        or _PAYS_AND_ASKS.match(text, candidate.end)
    )
    return soon and planned is not None


_PUT_OFF_TILL = re.compile("(?:拖|等|挨|熬|捱|推|延|攒)(?:到|至|过)?$")
_ONLY_THEN = re.compile("号?日?(?:再|才|去)(?![^，,。；;？?！!]{0,8}(?:了|[交缴办弄登]的))")


_ON_THAT_DAY = re.compile("那天(?:再|才|就|去)*[交缴办](?![的了过])")
"""“5号那天交算不算”: nobody has paid."""


def _supposed_ahead(text: str, candidate: Candidate, thing: DayMention, told: RoleScore) -> bool:
    """“我要是28号才凑够钱呢”: a day of the month that is supposed and put off is the next one, however near the last."""
    if told.role not in _DONE or thing.day is None or thing.fixed:
        return False
    if told.polarity == "ask":
        return _ON_THAT_DAY.match(text, candidate.end) is not None
    if told.polarity != "supp":
        return False
    before = text[max(candidate.start - 6, 0) : candidate.start]
    return _PUT_OFF_TILL.search(before) is not None or _ONLY_THEN.match(text, candidate.end) is not None


def _day(
    thing: DayMention, told: RoleScore, birth: Optional[date], today: date, made: object, *, ahead: bool = False
) -> Optional[Mention]:
    assert callable(made)
    if told.role in YEAR_ROLES:
        number = thing.day if thing.day is not None and thing.bare else None
        year = (
            thing.year
            or (int(thing.months[0][:4]) if thing.fixed and thing.months else None)
            or (2000 + number if number else None)
        )
        return made("years", [year]) if year is not None and 1998 <= year <= today.year + 3 else None
    if told.role not in DATE_ROLES:
        return None
    aim = "plan" if ahead else aim_of(told.role, told.polarity)
    if thing.problem is not None:
        return made("day", None, problem=thing.problem)
    if thing.year is not None:
        return made("birth_year", str(thing.year))
    if thing.months:
        return made("month", choose_month(thing.months, today, aim), options=() if thing.fixed else thing.months)
    bound = None if told.role in ("birth", "due", "other", "changed") else birth
    since = today - timedelta(days=SOON) if told.role == "due" else today
    value = choose(thing.options, since, aim, bound)
    options = () if thing.fixed else tuple(day.isoformat() for day in thing.options)
    problem = None
    if told.role == "birth" and told.polarity == "asserted" and value > today:
        problem = f"{value.year}年{value.month}月{value.day}日还没到"
    return made(
        "day", value.isoformat(), options=options, day=thing.day, problem=problem, polarity=_so(told, value, today)
    )


def _so(told: RoleScore, value: date, today: date) -> str:
    """Nobody plans what lies behind, and nobody has done what lies ahead; empty when it may be as it was judged."""
    if told.polarity == "plan" and value < today:
        return "asserted"
    if told.polarity == "asserted" and value > today and told.role in _DONE:
        return "plan"
    return ""
