"""Benefit years, ages and weeks of pregnancy as candidates: numbers that stand for time and are no days."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Iterator, List, Optional, Tuple

from bot.nlu.days import find_days, years_paid_for
from bot.nlu.numerals import NUMBER, number

N = NUMBER
FIRST, BEYOND, IN_FULL = 1998, 3, 6
"""The first benefit year anybody paid for, and how many years ahead one may be meant: by two figures, by four."""
_SHIFT = {"头年": -1, "大大前年": -4, "大前年": -3, "前年": -2, "去年": -1, "上年": -1, "上一年度": -1, "旧年": -1, "今年": 0, "本年": 0, "当年": 0,
          "明年": 1, "来年": 1, "下年": 1, "下一年": 1, "次年": 1, "后年": 2, "大后年": 3}  # fmt: skip
_SAID = "|".join(sorted(_SHIFT, key=len, reverse=True))
_DIGITS = "零一二三四五六七八九"
_YEAR = rf"(?:20[0-4][0-9]|[1-4][0-9]|二零[零一二三四]?[{_DIGITS}]|[一二三]?[{_DIGITS}](?=年|[一二三]?[{_DIGITS}]年)|二[{_DIGITS}])"
_TAIL = "(?:年度|年份|那一年|那年|这一年|这年|年|度)?"
_MEASURE = r"(?!\s{0,3}(?:个|多|来|天|日|月|号|岁|周|次|家|人|元|块|毛|角|万|千|百|分|点|斤|克|度(?!的|医|交|缴)|楼|层|栋|室|班|届|级|倍|成|%|小时|钟|款|项|种|类|张|件|名|口|位|遍|趟|胎|[.:：/][0-9]|[0-9]))"
_RANGE = re.compile(
    rf"(?<![0-9.])(?P<a>{_YEAR}|{_SAID}){_TAIL}(?:开始)?(?:一直)?(?:到|至|-|~|—)(?P<b>{_YEAR}|{_SAID}|现在|如今|目前|这会儿){_TAIL}"
    rf"|(?<![0-9.])(?P<c>{_YEAR}|{_SAID}){_TAIL}(?:起|以来|以后)(?=.{{0,6}}(?:都|一直|没断|连续|年年))"
    rf"|(?<![0-9.])(?P<since>{_YEAR}年(?:度|份)?|{_SAID})(?:就|才)?开始(?=(?:一直|年年|每年|在)*(?:交|缴|参保|买|续))"
    rf"|(?<=[从打由自])(?P<till>{_YEAR}年?(?:度|份)?|{_SAID})(?:起|开始)?(?:就|便|一直|年年|每年|都){{1,3}}(?:在)?(?=保|参保|交|缴|续|买)"
)
_RATHER_A_DAY = re.compile("(?:0?[1-9]|1[0-2])[-~—](?:[12][0-9]|3[01])")
_SAID_OF_YEARS = re.compile("年|[都全]|每年|一直|没断|连")
"""“12-20已缴” is a day of December; “12-20都交过” are years."""
_BARE_LIST = re.compile(
    r"(?<![0-9.第年月\-:：/])2[0-9](?: 2[0-9]){1,4}(?=(?:都|全|也)?(?:没|断|漏|空|未|交|缴|参)(?!.{0,3}[号日]))"
)
"""“25 26没交”: years set apart by a space alone."""
_SLASHED = re.compile(r"(?<![0-9.:：/-])20[0-4][0-9](?:/20[0-4][0-9]){1,9}(?![0-9./])")
_LIST = rf"(?<![0-9.第年月\-:：/])(?:{_YEAR})(?:\s{{0,3}}[、，,和跟与]\s{{0,3}}(?:{_YEAR})){{1,9}}{_MEASURE}"
_PLAIN = re.compile(
    rf"(?<![0-9.第月])(?P<y>20[0-4][0-9]|[1-4][0-9]|二零[零一二三四]?[{_DIGITS}]|[一二廿][{_DIGITS}])(?:年度|年份|那一年|那年|这一年|这年|年|度(?=的|医|交|缴|费))(?![0-9]{{1,2}}月|[一二三四五六七八九十]{{1,2}}月|[前后多来半内]|年|龄|级|以?前|的?时间|左右|级)"
)
_WORD = re.compile(
    rf"(?![以之]?前年年(?![底末初头中]))(?:{_SAID})(?!的?[0-9一二三四五六七八九十]{{1,2}}月|年?(?:[底末头]|初(?![中一二三]))|的?(?:国庆|元旦|春节|中秋|端午|清明|农历|阴历|腊月|正月))(?:度|的)?"
)
_FOUR = re.compile(r"(?<![0-9.:/-])(?<!尾数|尾号|编号|号码)20[0-4][0-9](?![0-9.:/元块-])")
_SOME = re.compile(r"(?:前面?|头|之前那?|过去那?)(?P<n>[两二三四五六2-6])年(?!级)")
_SAID_SHORT = re.compile(
    rf"(?<![{_DIGITS}十百千月第廿初])(?:一[八九]|二[{_DIGITS}])"
    "(?=年?(?:也|都|就|又|全|才)?(?:没有?|未)?(?:交|缴|断(?!断)|漏|空着|补|接上|续|参保|停(?![经诊课电药水奶工学产业])|零报|人管|报过|用过)|那[年回次]|的也?(?:没|未)?(?:交|缴))"
)
"""“二四没交”: days are said 二十四, years figure by figure."""
_ANIMAL = re.compile("(?<!属)(?P<a>[鼠牛虎兔龙蛇马羊猴鸡狗猪])年(?:那年)?")
_SPELLED = re.compile(
    rf"(?<![{_DIGITS}十百千年月第])(?P<y>二零[零一二三四][{_DIGITS}])(?![{_DIGITS}十百元块])(?P<tail>年度|年份|那一?年|年(?![前后多来半内级龄]))?"
)
"""A year spelled out, figure by figure."""
_RUN = re.compile(
    rf"(?<![{_DIGITS}十百千年月第])(?:二[{_DIGITS}]){{2,6}}(?![二三四五六七八九十百元块室号栋]|零(?!报|理赔)|一(?![年次回天直个]))"
)
_ONE_YEAR = re.compile("20[0-9]{2}")
_MASHED = re.compile(
    r"(?<![0-9.:/-])(?:20)?(?:[12][0-9]){2,6}(?![0-9.:/元块])|(?<![0-9])(?:20[0-4][0-9]){2,4}(?![0-9])"
)
_BOTH = re.compile(
    "(?:前|头|这|近|最近|去今|今明|当年和?次年?|连着)?(?:两|二|2)(?:个年度|年度|年的?)(?=都|全|一起|一块|一并|各)"
)


@dataclass(frozen=True)
class Years:
    """Benefit years by their place in the plain text: `values` one year, or all of a range. `relative`: “两年都”, whose
    years depend on the birth."""

    start: int
    end: int
    text: str
    values: Tuple[int, ...]
    relative: bool = False


def find_years(text: str, today: date) -> List[Years]:
    """Every expression of one or more benefit years, left to right; each year of a list by itself."""
    text = years_paid_for(text, today)
    found: List[Years] = []
    taken = [False] * len(text)

    def keep(start: int, end: int, values: Tuple[int, ...], *, relative: bool = False) -> None:
        if (values or relative) and not any(taken[start:end]):
            taken[start:end] = [True] * (end - start)
            found.append(Years(start, end, text[start:end], values, relative))

    for match in _RANGE.finditer(text):
        if _RATHER_A_DAY.fullmatch(match.group()) and not _SAID_OF_YEARS.match(text, match.end()):
            continue
        first = _year(match["a"] or match["c"] or match["since"] or match["till"], today)
        last = (
            today.year
            if match["c"] or match["since"] or match["till"] or match["b"] in ("现在", "如今", "目前", "这会儿")
            else _year(match["b"], today)
        )
        if first is not None and last is not None and 0 < last - first <= 30:
            keep(*match.span(), tuple(range(first, last + 1)))
    for match in (*re.finditer(_LIST, text), *_SLASHED.finditer(text), *_BARE_LIST.finditer(text)):
        for year in re.finditer(_YEAR, match.group()):
            keep(match.start() + year.start(), match.start() + year.end(), _one(year.group(), today))
    for match in _SPELLED.finditer(text):
        if match["tail"] or match["y"] != "二零二一":  # “空了二零二一” is two years, as 二三二四 is
            keep(match.start("y"), match.end("y"), _one(match["y"], today))
    for match in _RUN.finditer(text):
        pairs = [match.group()[i : i + 2] for i in range(0, len(match.group()), 2)]
        years = [_one(pair, today) for pair in pairs]
        if all(years) and [y[0] for y in years] == sorted({y[0] for y in years}):
            for index, values in enumerate(years):
                keep(match.start() + 2 * index, match.start() + 2 * index + 2, values)
    for match in _MASHED.finditer(text):
        if _ONE_YEAR.fullmatch(match.group()) and not text.startswith("两年", match.end()):
            continue  # 2021 is one year; 2021两年 are two
        for start, end in _pairs(match.group(), match.start(), today):
            keep(start, end, _one(text[start:end], today))
    for match in _PLAIN.finditer(text):
        keep(*match.span(), _one(match["y"], today))
    for match in _SAID_SHORT.finditer(text):
        keep(*match.span(), _one(match.group(), today))
    for match in _FOUR.finditer(text):
        keep(*match.span(), _one(match.group(), today))
    for match in _SOME.finditer(text):
        count = number(match["n"])
        if count is not None and 1 < count <= 8:
            keep(*match.span(), tuple(range(today.year - count, today.year)))
    for match in _ANIMAL.finditer(text):
        animal = "鼠牛虎兔龙蛇马羊猴鸡狗猪".index(match["a"])
        keep(*match.span(), (max(y for y in range(today.year - 11, today.year + 1) if (y - 4) % 12 == animal),))
    for match in _WORD.finditer(text):
        keep(match.start(), match.start() + len(match.group().rstrip("的")), _one(match.group().rstrip("的度"), today))
    for match in _BOTH.finditer(text):
        keep(*match.span(), (), relative=True)
    return sorted(found, key=lambda years: years.start)


def _pairs(figures: str, at: int, today: date) -> List[Tuple[int, int]]:
    """The years run together in a number (2425, 20242025, 232425), when they follow one another; else nothing."""
    for size in (4, 2):
        if len(figures) % size:
            continue
        spans = [(at + i, at + i + size) for i in range(0, len(figures), size)]
        years = [_year(figures[a - at : b - at], today) for a, b in spans]
        steps = {abs(b - a) for a, b in itertools.pairwise(years) if a is not None and b is not None}
        if len(spans) > 1 and None not in years and steps <= {1, 2} and len(set(years)) == len(years):
            return spans
    return []


def _one(said: str, today: date) -> Tuple[int, ...]:
    year = _year(said, today)
    return (year,) if year is not None else ()


def _year(said: Optional[str], today: date) -> Optional[int]:
    if not said:
        return None
    if said in _SHIFT:
        return today.year + _SHIFT[said]
    value = number(re.sub("年[度份]?$", "", said))
    if value is None:
        return None
    ahead = BEYOND if value < 100 else IN_FULL
    value += 2000 if value < 100 else 0
    return value if FIRST <= value <= today.year + ahead else None


@dataclass(frozen=True)
class Age:
    """An age or a while: `birth` when it is exact to the day, else `months`. `since` a while since birth was said so."""

    start: int
    end: int
    text: str
    birth: Optional[date] = None
    months: Optional[int] = None


_COUNT = rf"(?<![0-9.点])(?<!老)(?P<n>{N})(?:[.点][0-9一二三四五六七八九]{{1,2}})?"
"""A count with what may stand behind its point: of 1.5岁 the 5 is no age."""
_DAYS = re.compile(
    rf"(?<![0-9.点])(?<!月)(?<!月零)(?<!月又)(?P<n>{N})\s{{0,3}}(?:来|多)?\s{{0,3}}天(?:大|了|整)*(?![宴酒照礼席]|内|之内|以内|前|以前|之前|后|之后|以后|期限|等待)"
)
_WEEKS = re.compile(rf"{_COUNT}\s{{0,3}}(?:个)?(?:周|星期|礼拜)(?:大|多|了)*(?!岁|[一二三四五六日天末]|内|前|后|[+加])")
_MONTHS = re.compile(
    rf"{_COUNT}\s{{0,3}}(?:个)?(?P<h>半)?(?:多|来)?\s{{0,3}}(?:个)?月(?P<h2>半)?(?:多|大|了|龄|的)*(?!内|之内|以内|前|以前|之前|后|之后|以后|份|[0-9一二三四五六七八九十]{{1,3}}[号日]|生|底|初|末)"
)
_AGED = re.compile(
    rf"(?:{_COUNT}|(?P<half>半))\s{{0,3}}(?:周)?岁(?:[零又加]?(?P<m>{N})\s{{0,3}}个多?月)?(?:半|多|大|了)*(?!以下|以内|以前|之前|前|以上)"
)
_APART = re.compile("比.{1,5}[大小]$|相?差了?$")
"""“姐姐比弟弟大三岁” is nobody's age."""
_FULL = re.compile(
    "(?:刚刚?|才|快|还没|要|马上)?(?:出了?)?(?:满月|月子里?)(?!酒|那天|宴|中心|嫂)|(?:刚刚?|才|快|今天)?(?:满)?百天(?!宴|酒|那天|照)|(?:一)?周岁(?!宴|酒)"
)
_MILESTONE = re.compile(
    rf"(?:(?P<w>今天|昨天|前天|明天|后天|大后天|今儿|明儿|昨儿|[上下这]个?(?:周|星期|礼拜)[一二三四五六日天])|(?:再过|还差|还有|差)(?P<in>{N})天)"
    rf"(?:就|刚好|正好|刚|才|是|满|的|第|出生|宝宝|孩子|娃|都|到){{0,4}}(?P<n>百|{N})天(?:大|了|整|的)*(?![内前后期宴酒照])"
)
"""A day by which so many days are full: “明天满90天”, “还差三天就满90天”, “下周一满100天”."""
_SINCE = re.compile(
    rf"(?:出生|生下来|生了?|落地|出世|到今天?|到现在)(?:才|刚|都|已经|有|到){{0,4}}(?P<n>{N})\s{{0,3}}天(?!内|之内|以内|前|后|之后)"
)


def find_ages(text: str, today: date) -> Iterator[Age]:
    """Every age and while: “两岁”, “45天大”, “落地13天”, “明天满90天”, “刚满月”."""
    taken: List[Tuple[int, int]] = []

    def free(match: re.Match[str]) -> bool:
        if any(match.start() < end and start < match.end() for start, end in taken):
            return False
        taken.append(match.span())
        return True

    for match in _MILESTONE.finditer(text):
        count, full = 100 if match["n"] == "百" else number(match["n"]), _full_on(match, today)
        if count is not None and count <= 1000 and full is not None and free(match):
            yield _age(match, birth=full - timedelta(days=count))
    for match in _SINCE.finditer(text):
        count = number(match["n"])
        if count is not None and count <= 1000 and free(match):
            yield _age(match, birth=today - timedelta(days=count))
    for match in _DAYS.finditer(text):
        count = number(match["n"])
        if count is None or not 0 < count <= 1000 or not free(match):
            continue
        if "来" in match.group() or "多" in match.group():  # “八十多天” names no day
            yield _age(match, months=count // 30)
        else:
            yield _age(match, birth=today - timedelta(days=count))
    for match in _WEEKS.finditer(text):
        count = number(match["n"])
        if count is not None and 0 < count <= 60 and free(match):
            yield _age(match, months=count // 4)
    for match in _AGED.finditer(text):
        years = None if match["half"] else number(match["n"])
        if _APART.search(text[max(match.start() - 8, 0) : match.start()]):
            continue
        if (match["half"] or years is not None) and free(match):
            months = number(match["m"] or "0") or 0
            yield _age(match, months=6 if years is None else years * 12 + months)
    for match in _FULL.finditer(text):
        if free(match):
            yield _age(match, months=12 if "周岁" in match.group() else 3 if "百天" in match.group() else 1)
    for match in _MONTHS.finditer(text):
        count = number(match["n"])
        if (
            count is not None
            and 0 < count <= 60
            and ("个" in match.group() or "龄" in match.group() or "半" in match.group())
            and free(match)
        ):
            yield _age(match, months=count)


def _full_on(match: re.Match[str], today: date) -> Optional[date]:
    """The day of a milestone."""
    if match["w"]:
        days = find_days(match["w"], today)
        return days[0].options[0] if days and days[0].options else None
    ahead = number(match["in"])
    return today + timedelta(days=ahead) if ahead is not None and ahead <= 400 else None


def _age(match: re.Match[str], *, birth: Optional[date] = None, months: Optional[int] = None) -> Age:
    return Age(match.start(), match.end(), match.group(), birth, months)


def stage_of(months: int) -> Optional[str]:
    """The stage an age says, where it says one: between kindergarten and school ages differ, and none is said."""
    return "新生儿" if months <= 3 else "学龄前" if months < 72 else None


_PREGNANT_MONTHS = re.compile(
    rf"(?:怀孕|怀了?|孕|肚子|身孕|有了?)?[^，。,0-9]{{0,3}}?(?P<n>{N})\s{{0,3}}(?:个)?(?:多|来|半)?\s{{0,3}}(?:个)?月"
)
_WEEKS_SAID = re.compile(
    rf"(?:孕|怀孕|怀了?|已经|现在)?\s{{0,3}}(?<![+0-9])(?P<n>[1-4][0-9]|[5-9]|{N})(?:\s{{0,2}}\+\s{{0,2}}[0-6])?\s{{0,3}}周(?:岁)?(?:\s{{0,3}}[+加]\s{{0,3}}[0-6一二三四五六]天?|多|零.天)?了?(?!岁|[一二三四五六日末])"
)
_EXPECTING = re.compile("怀|孕|肚子|预产|产检|待产|胎|大夫说|医生说|还没生|没生|宫")


@dataclass(frozen=True)
class Pregnancy:
    """A pregnancy's length in months or weeks."""

    start: int
    end: int
    text: str
    months: Optional[int] = None
    weeks: Optional[int] = None


def find_pregnancies(text: str, *, expecting: bool = False) -> Iterator[Pregnancy]:
    """“怀孕7个月”, “29周加4天”. `expecting`: the conversation is about a child not yet born."""
    told = expecting or _EXPECTING.search(text) is not None
    for match in _WEEKS_SAID.finditer(text):
        weeks = number(match["n"])
        if (
            weeks is not None
            and 4 <= weeks <= 43
            and (told or "+" in match.group() or "加" in match.group() or "孕" in match.group())
        ):
            yield Pregnancy(match.start(), match.end(), match.group(), weeks=weeks)
    if not told:
        return
    for match in re.finditer(
        rf"(?P<lead>怀孕|怀了?|孕|肚子|身孕)?(?:已经|都|有|快|刚|满|才|了|到|得){{0,4}}(?P<n>{N})\s{{0,3}}(?:个)?(?:多|来|半)?\s{{0,3}}(?:个)?月(?!底|初|[0-9一二三四五六七八九十]{{1,3}}[号日])",
        text,
    ):
        months = number(match["n"])
        if (
            months is not None
            and 1 <= months <= 10
            and (match["lead"] or "个" in match.group() or "满" in match.group())
        ):
            yield Pregnancy(match.start(), match.end(), match.group(), months=months)
