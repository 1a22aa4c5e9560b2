"""The facts a message states, each with its span and value, under the names of the contract (docs/contracts.md).

Only what was said: an age gives a stage, not a birth date; a month gives no day. A value that cannot be right comes
back as a `doubt` with the reason, so that the conversation can ask instead of deciding on it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.nlu.amounts import find_amounts
from bot.nlu.dates import Day, ages, find_days, next_occurrence
from bot.nlu.normalise import simplify
from bot.nlu.numerals import NUMBER, number
from bot.nlu.places import find_places

_WIDE = {ord("０") + i: ord("0") + i for i in range(10)} | {
    ord("．"): ord("."),
    ord("／"): ord("/"),
    ord("－"): ord("-"),
}


@dataclass(frozen=True)
class Found:
    """One fact in a text. `name` is a fact of the contract, or `date` (no role said), `region`, `doubt`."""

    name: str
    value: Any
    start: int
    end: int
    text: str


_EVENT_BIRTH = (
    "出生|生于|生(?=[，,。；;\\s]|$)|生的|生日|生下|生了|降生|出世|落地|生娃|生孩子|生宝宝|预产期|刚生|卸货|顺产|剖"
)
_EVENT_CHANGE = "停保|停的职工|停职工|离职|辞职|毕业|退役|退伍|转业|迁户|迁过来|迁入|刑满|出狱|断的职工"
_ROLES: tuple[tuple[str, str], ...] = (
    ("birth_date", _EVENT_BIRTH),
    ("transition_date", _EVENT_CHANGE),
    ("registered_date", "登记|办的?参保|参的保|报的名|申请的"),
    ("paid_date", "缴|交|付|到账|扣款|扣的|充的|补的|打款|转账|买的医保"),
    ("visit_date", "看病|住院|就诊|门诊|看的"),
)
_ROLE = re.compile("|".join(f"(?P<{name}>{words})" for name, words in _ROLES))
_NOT_YET = re.compile("(还没|没有|没|未|尚未|忘了|忘记)[去给]?(缴|交|付|登记|办)")


def find_facts(text: str, today: date) -> list[Found]:
    """Every fact stated in the text, left to right. `today` is the day of asking."""
    plain = simplify(text).translate(_WIDE)
    if len(plain) != len(text):
        plain = text
    found = [*_dates(plain, today), *_ages(plain, today), *_words(plain), *_years(plain, today), *_places(plain)]
    found += [Found(name, value, start, end, plain[start:end]) for name, value, start, end in find_amounts(plain)]
    days = [(f.start, f.end) for f in found if f.name.endswith("date") or f.name in ("month", "doubt")]
    inside = [f for f in found if f.name == "stage" and any(a <= f.start < b for a, b in days)]
    return sorted((f for f in found if f not in inside), key=lambda f: (f.start, f.name))


def _dates(text: str, today: date) -> list[Found]:
    days = find_days(text, today)
    roles = _assign_roles(text, days)
    births = [d.value for d, role in zip(days, roles) if role == "birth_date" and d.value is not None]
    found: list[Found] = []
    for day, role in zip(days, roles):
        name = role or "date"
        if day.wrong is not None:
            found.append(Found("doubt", {"fact": name, "reason": day.wrong}, day.start, day.end, day.text))
            continue
        if day.value is None:
            found.append(Found("month", {"fact": name, "month": day.month}, day.start, day.end, day.text))
            continue
        value = day.value
        around = text[max(day.start - 8, 0) : day.start] + text[day.end : day.end + 4]
        if day.open_year and re.search("预产期|打算|准备|计划|明年", around):
            value = next_occurrence(value, today)
        elif (day.open_year and name != "birth_date" and births and value < births[0]) or (
            day.open_year and name != "birth_date" and births and next_occurrence(value, births[0]) <= today
        ):
            value = next_occurrence(value, births[0])
        if name == "birth_date" and value > today and "预产" not in text and "快生" not in text:
            reason = f"出生日期{value.isoformat()}还没到"
            found.append(Found("doubt", {"fact": name, "reason": reason}, day.start, day.end, day.text))
            continue
        found.append(Found(name, value.isoformat(), day.start, day.end, day.text))
    return found


def _assign_roles(text: str, days: list[Day]) -> list[str | None]:
    """Which event each day belongs to: the nearest cue between its neighbours, a cue after it counting more."""
    roles: list[str | None] = []
    for index, day in enumerate(days):
        left = days[index - 1].end if index else 0
        right = days[index + 1].start if index + 1 < len(days) else len(text)
        best: tuple[float, str] | None = None
        for cue in _ROLE.finditer(text, left, right):
            name = str(cue.lastgroup)
            if cue.start() >= day.end:
                gap = text[day.end : cue.start()]
                distance = len(gap) + 6.0 * len(re.findall("[，。；;,！!？?\n]", gap))
            elif cue.end() <= day.start:
                gap = text[cue.end() : day.start]
                distance = 1.5 * len(gap) + 3.0 + 6.0 * len(re.findall("[，。；;,！!？?\n]", gap))
            else:
                continue
            if gap[-1:] == "等" or distance > 14:
                continue
            if best is None or distance < best[0]:
                best = (distance, name)
        role = best[1] if best else None
        if role == "paid_date" and _NOT_YET.search(text[day.end : right]):
            role = "birth_date" if re.search("出生|生的|生", text[day.end : right][:3]) else None
        roles.append(role)
    return roles


def _ages(text: str, today: date) -> list[Found]:
    found: list[Found] = []
    for match, days, months in ages(text):
        if re.match("[了的]?(才|再|后)?(交|缴|办|登记|到账)", text[match.end() :]):
            continue
        before = text[max(match.start() - 8, 0) : match.start()]
        if re.search("怀孕|孕|怀了|怀", before + match.group()[:1]) or re.search(
            "断|等|交了|停|差|晚|还有|过了", before[-3:]
        ):
            continue
        if days is not None:
            value: Any = (today - timedelta(days=days)).isoformat()
            found.append(Found("birth_date", value, match.start(), match.end(), match.group()))
        elif months is not None and re.search(
            "岁|大|了|的|宝|孩|娃|满月", match.group() + text[match.end() : match.end() + 1]
        ):
            stage = "新生儿" if months <= 3 else "学龄前" if months < 72 else "小学" if months < 144 else None
            if stage is not None:
                found.append(Found("stage", stage, match.start(), match.end(), match.group()))
    for match in re.finditer(
        rf"(?:怀孕|孕|怀了?|肚子)[^，。0-9]{{0,4}}?(?P<n>{NUMBER})\s*(?:个)?(?:多|来)?(?P<u>周|个?月)", text
    ):
        count = number(match["n"])
        name = "pregnancy_weeks" if match["u"] == "周" else "pregnancy_months"
        if count is not None and count <= (43 if name == "pregnancy_weeks" else 10):
            found.append(Found(name, count, match.start(), match.end(), match.group()))
    return found


_WORD_FACTS: tuple[tuple[str, Any, str], ...] = (
    ("stage", "新生儿", "新生儿|刚出生|刚生(?!病)|才出生|刚落地|月子|初生"),
    ("stage", "幼儿园", "幼儿园|小班|中班|大班|幼小"),
    ("stage", "小学", "小学|[一二三四五六123456]年级"),
    ("stage", "初中", "初中|初[一二三]|[七八九789]年级"),
    ("stage", "高中", "高中(?!生毕业)|高[一二三]"),
    ("stage", "中职", "中职|中专|技校|职高"),
    ("stage", "高职", "高职|大专|职业学院"),
    ("stage", "大学", "大学|大[一二三四]|本科|研究生"),
    ("transition", "停职工医保", "停了?职工|职工医保停|单位.{0,3}停保|离职|辞职|失业|断了职工"),
    ("transition", "毕业", "(?<!没)毕业(?!班|照|典礼)了?"),
    ("transition", "退役", "退役|退伍|转业|复员"),
    ("transition", "迁户", "迁户|户口迁|迁了户|户口转"),
    ("transition", "刑满", "刑满|出狱|释放"),
    ("category", "低保对象", "低保"),
    ("category", "特困供养人员", "特困|五保"),
    ("category", "孤儿", "孤儿"),
    ("category", "事实无人抚养儿童", "事实无人抚养"),
    ("category", "返贫致贫人口", "返贫"),
    ("category", "脱贫人口", "脱贫|建档立卡|贫困户"),
    ("category", "监测对象", "监测户|监测对象"),
    ("category", "残疾", "残疾|残联"),
    ("residence_permit", False, "没有?居住证|没办居住证|无居住证"),
    ("residence_permit", True, "有居住证|办了居住证|持居住证|居住证办|居住证(我们|我|也|都|是)?有"),
    ("cross_province", True, "跨省|外省的?账户|不在一个省"),
    ("new_assistance", True, "(刚|新)(评上|认定|批下|纳入).{0,4}(低保|救助|特困)|新增.{0,2}救助"),
    ("child_enrolled", False, "孩子(还)?没参保|没给(孩子|宝宝|娃)参保"),
)
_WORD_PATTERNS = tuple((name, value, re.compile(words)) for name, value, words in _WORD_FACTS)
_RELATIVE = "爸爸|妈妈|爷爷|奶奶|外公|外婆|姥姥|姥爷|孩子爸|孩子妈|老公|老婆|父母|家长|舅舅|姑姑|叔叔|阿姨|姨妈|姨|大伯"
_SAME = {
    "孩子爸": "爸爸",
    "孩子妈": "妈妈",
    "老公": "爸爸",
    "老婆": "妈妈",
    "我": "家长",
    "我们": "家长",
    "自己": "家长",
}
_PAYER = re.compile(
    rf"(?:(?:用|刷|从|拿)(?P<who>{_RELATIVE}|我们|我|自己)(?:的|自己|本人|职工)*(?:医保|社保|个人账户|个账|卡|账户))"
    rf"|(?P<whose>{_RELATIVE}|我)的?(?:职工)?(?:医保卡|医保|社保卡|个账|账户|个人账户).{{0,6}}(?:给|帮|替|交|缴|付)"
)
_PROXY = re.compile(
    r"(?P<who>爷爷|奶奶|外公|外婆|姥姥|姥爷|舅舅|姑姑|叔叔|阿姨|姨妈|亲戚|亲友(?!代办))(?:能|可以|可不可以|去|帮|来|代|替|给)"
)
_MEDICAL_USE = re.compile("(看病|买药|住院|门诊|购药)")
_PREMIUM_USE = re.compile("(交|缴|付).{0,6}(医保|保费|费|合作医疗)")


def _words(text: str) -> list[Found]:
    found: list[Found] = []
    seen: set[str] = set()
    for name, value, pattern in _WORD_PATTERNS:
        match = pattern.search(text)
        if match and name not in seen:
            seen.add(name)
            found.append(Found(name, value, match.start(), match.end(), match.group()))
    for name, pattern in (("payer", _PAYER), ("proxy", _PROXY)):
        match = pattern.search(text)
        if match:
            group = "who" if match["who"] else "whose"
            who = match[group]
            found.append(Found(name, _SAME.get(who, who), match.start(group), match.end(group), who))
    if re.search("共济|个人账户|个账|医保卡里|卡里的钱|账户", text):
        use = _MEDICAL_USE.search(text) or _PREMIUM_USE.search(text)
        if use:
            value = "medical" if use.re is _MEDICAL_USE else "premium"
            found.append(Found("use", value, use.start(), use.end(), use.group()))
    return found


def _years(text: str, today: date) -> list[Found]:
    """Benefit years paid: “交的是2026年的”, “两年都交了” is left to the conversation, which knows the birth year."""
    found: list[Found] = []
    years: list[int] = []
    span: tuple[int, int] | None = None
    pattern = re.compile(
        r"(?P<y>20[0-9]{2}|[12][0-9]|今|明|去)(?:年(?:度|和|、|的|医保|这一年)|(?=[和、](?:20[0-9]{2}|[12][0-9])年))"
    )
    for match in pattern.finditer(text):
        around = text[max(match.start() - 8, 0) : match.end() + 8]
        if not re.search("交|缴|买|付|医保", around) or re.match("[0-9]{1,2}月", text[match.end() - 1 :]):
            continue
        said = match["y"]
        shift = {"今": 0, "明": 1, "去": -1}
        year = today.year + shift[said] if said in shift else int(said) + (2000 if len(said) == 2 else 0)
        years.append(year)
        span = (span[0] if span else match.start(), match.end())
    if span and years and re.search("交的?是|只?[交缴]了?|缴的是|[交缴]的", text):
        found.append(Found("paid_years", sorted(set(years)), span[0], span[1], text[span[0] : span[1]]))
    both = re.search("两年(?:的)?都(?:交|缴)|两个年度都|当年和(?:明年|下一?年)的?都?(?:交|缴)?", text)
    if both:
        found.append(Found("both_years", True, both.start(), both.end(), both.group()))
    next_only = re.search("只(?:交|缴)了?(?:明年|下一?年度?|来年)", text)
    if next_only:
        found.append(Found("next_year_only", True, next_only.start(), next_only.end(), next_only.group()))
    return found


def _places(text: str) -> list[Found]:
    """Places by what they are said for: household register, school, or simply where the family is."""
    found: list[Found] = []
    for place in find_places(text):
        before, after = text[max(place.start - 6, 0) : place.start], text[place.end : place.end + 4]
        if re.search("户口|户籍|老家", before + after[:3]) and not re.match("医保|参保", after):
            name = "household_region"
        elif re.search("^(上学|读书|念书|的?学校)", after):
            name = "school_region"
        else:
            name = "region"
        found.append(Found(name, list(place.adcodes), place.start, place.end, place.text))
    return found
