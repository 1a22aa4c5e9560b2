"""Days and months people name, as candidates: everything that can be a day, not yet decided which event it is.

A day without a year keeps every year it may mean (`options`); the role and what is known of the child choose one
(`choose`). What can be no day (2月30日) says so in `problem`; a month without a day stays a month. The calendar is the
Gregorian one; lunar days, feasts and solar terms are turned into it by borax.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Dict, FrozenSet, List, Optional, Tuple

from borax.calendars.lunardate import InvalidLunarDateError, LunarDate, TermUtils

from bot.nlu.needed_characters import needed
from bot.nlu.numerals import NUMBER, number

N = NUMBER
EARLIEST, LATEST = 1990, 2098
"""Years a day of ours may lie in; the lunar tables end with 2100."""

_YEAR_SHIFT = {"大大前年": -4, "大前年": -3, "前年": -2, "去年": -1, "上一年": -1, "上年": -1, "旧年": -1, "今年": 0,
               "本年": 0, "当年": 0, "明年": 1, "来年": 1, "下一年": 1, "后年": 2, "大后年": 3}  # fmt: skip
_YEAR_WORD = "|".join(sorted(_YEAR_SHIFT, key=len, reverse=True))
_MONTH_SHIFT = {"上上个月": -2, "上上月": -2, "上个月": -1, "上月": -1, "这个月": 0, "本月": 0, "这月": 0, "当月": 0,
                "下个月": 1, "下月": 1, "下下个月": 2, "下下月": 2}  # fmt: skip
_MONTH_WORD = "|".join(sorted(_MONTH_SHIFT, key=len, reverse=True))
_DAY_SHIFT = {"前天": -2, "前日": -2, "昨天": -1, "昨日": -1, "昨儿": -1, "昨儿个": -1, "昨晚": -1, "前晚": -2, "前夜": -2, "昨夜": -1, "昨个": -1,
              "琴日": -1, "今天": 0, "今日": 0, "今儿": 0, "今儿个": 0, "今早": 0, "今晚": 0, "今晨": 0, "今个": 0,
              "当下": 0, "明天": 1, "明日": 1, "明儿": 1, "明儿个": 1, "明早": 1, "明晚": 1, "听日": 1, "后天": 2,
              "后日": 2, "后儿": 2}  # fmt: skip
_DAY_WORD = "|".join(sorted(_DAY_SHIFT, key=len, reverse=True))
_FEAST = {"元旦": (1, 1), "新历年": (1, 1), "情人节": (2, 14), "三八节": (3, 8), "妇女节": (3, 8), "植树节": (3, 12),
          "愚人节": (4, 1), "五一": (5, 1), "劳动节": (5, 1), "五四": (5, 4), "青年节": (5, 4), "护士节": (5, 12),
          "六一": (6, 1), "儿童节": (6, 1), "七一": (7, 1), "八一": (8, 1), "建军节": (8, 1), "教师节": (9, 10),
          "国庆": (10, 1), "十一": (10, 1), "万圣节": (10, 31), "双十一": (11, 11), "双11": (11, 11), "光棍节": (11, 11),
          "双十二": (12, 12), "双12": (12, 12), "平安夜": (12, 24), "圣诞": (12, 25), "圣诞节": (12, 25),
          "跨年夜": (12, 31), "618": (6, 18), "五·一": (5, 1), "六·一": (6, 1),
          "七·一": (7, 1), "八·一": (8, 1), "十·一": (10, 1)}  # fmt: skip
_LUNAR_FEAST = {"春节": (1, 1), "大年初一": (1, 1), "年初一": (1, 1), "初一早上": (1, 1), "元宵": (1, 15), "元宵节": (1, 15),
                "龙抬头": (2, 2), "端午": (5, 5), "端阳": (5, 5), "端五": (5, 5), "五月节": (5, 5), "七夕": (7, 7),
                "中元": (7, 15), "七月半": (7, 15), "鬼节": (7, 15), "中秋": (8, 15), "八月节": (8, 15), "团圆节": (8, 15),
                "八月十五中秋": (8, 15), "重阳": (9, 9), "腊八": (12, 8), "小年": (12, 23)}  # fmt: skip
_TERMS = ("立春", "雨水", "惊蛰", "春分", "清明", "谷雨", "立夏", "小满", "芒种", "夏至", "小暑", "大暑", "立秋", "处暑", "白露",
          "秋分", "寒露", "霜降", "立冬", "小雪", "大雪", "冬至", "小寒", "大寒")  # fmt: skip
_EVE = ("除夕", "大年三十", "年三十", "大年夜", "三十晚上")
_NAMED = "|".join(sorted({*_FEAST, *_LUNAR_FEAST, *_TERMS, *_EVE}, key=len, reverse=True))
_ON_THE_DAY = "(?:节|那天|那日|当天|当日|那晚|晚上|早上|那会儿?)*"
_LUNAR_MONTH = {"正月": 1, "冬月": 11, "冬腊月": 12, "腊月": 12}
_LUNAR_SAID = "农历|阴历|老?黄历|旧历|老历|古历|夏历"
_SOLAR_SAID = "阳历|公历|新历"
_WEEK = "周|星期|礼拜"

Year = Callable[[int], Optional[date]]


@dataclass(frozen=True)
class DayMention:
    """A day or month in a text, by its place in the plain text.

    options: every day it may be, oldest first; one when the year was said. Empty for months and for what is no day.
    months: “2025-10” … for a month without a day, likewise.
    year: a year of birth alone (“2019年生人”).
    day: the day of the month where only that was said (“13号”).
    problem: why it is no day, in words for the parent.
    lunar: it was said in the lunar calendar.
    bare: nothing but a number: hardly ever a day unless the conversation asks for one.
    """

    start: int
    end: int
    text: str
    options: Tuple[date, ...] = ()
    months: Tuple[str, ...] = ()
    year: Optional[int] = None
    day: Optional[int] = None
    problem: Optional[str] = None
    lunar: bool = False
    bare: bool = False

    @property
    def fixed(self) -> bool:
        """Was it said exactly, with its year?"""
        return len(self.options) == 1 or len(self.months) == 1


FAR, LATELY, MONTHS_BEHIND = 300, 60, 2
"""Days ahead that nobody plans without naming the year, when the same day was so many days ago at most; the same in
months."""


def choose(options: Tuple[date, ...], today: date, aim: str, not_before: Optional[date] = None) -> date:
    """The day that is meant among those it may be.

    Args:
        options: not empty, oldest first.
        aim: `past` for what has happened, `future` for what is due, `plan` for what is planned, `near` for what is asked about or supposed,
            `nearest` for what may lie on either side.
        not_before: the child's birth: what happens to it lies behind it, when any option does.
    """
    possible = [day for day in options if not_before is None or day >= not_before] or list(options)
    behind = [day for day in possible if day <= today]
    ahead = [day for day in possible if day >= today]
    if aim == "past":
        return behind[-1] if behind else ahead[0]
    if aim == "future":
        return ahead[0] if ahead else behind[-1]
    if aim == "plan":
        soon = ahead and ((ahead[0] - today).days <= FAR or not behind or (today - behind[-1]).days > LATELY)
        return ahead[0] if soon else behind[-1]
    if aim == "nearest":
        return min(possible, key=lambda day: abs((day - today).days))
    return min(possible, key=lambda day: (day - today).days if day >= today else 2 * (today - day).days)


def choose_month(months: Tuple[str, ...], today: date, aim: str) -> str:
    """The month that is meant, as `choose`."""
    now = f"{today.year:04d}-{today.month:02d}"
    behind, ahead = [m for m in months if m <= now], [m for m in months if m >= now]
    if aim == "past":
        return behind[-1] if behind else ahead[0]
    if aim in ("near", "nearest"):  # “11月底住院那几天” in December was last month
        return min(months, key=lambda month: _months_away(month, now) if month >= now else 2 * _months_away(now, month))
    if aim == "plan" and ahead and behind and _months_away(ahead[0], now) * 30 > FAR:
        return behind[-1]  # “9月初又想去，没去成” in October
    return ahead[0] if ahead else behind[-1]


def _months_away(later: str, earlier: str) -> int:
    return (int(later[:4]) - int(earlier[:4])) * 12 + int(later[5:]) - int(earlier[5:])


@lru_cache(maxsize=4096)
def lunar(year: int, month: int, day: int, leap: bool = False) -> Optional[date]:
    """A lunar day as a date; None when that year has no such day."""
    try:
        found: date = LunarDate(year, month, day, 1 if leap else 0).to_solar_date()
    except (InvalidLunarDateError, ValueError, IndexError, KeyError):
        return None
    return found


@lru_cache(maxsize=512)
def _term(year: int, name: str) -> Optional[date]:
    try:
        found: date = TermUtils.day_start_from_term(year, name)
    except (ValueError, IndexError, KeyError):
        return None
    return found


def solar(year: int, month: int, day: int) -> Optional[date]:
    """The date, or None when there is none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _some_years(on: Year, today: date) -> Tuple[date, ...]:
    """The day in every year near today (three back, two ahead)."""
    years = range(max(today.year - 3, EARLIEST), min(today.year + 2, LATEST) + 1)
    return tuple(sorted(day for day in map(on, years) if day is not None))


def _year(said: Optional[str], today: date) -> Optional[int]:
    """The year of “去年”, “2025年”, “25年”, “二五年”; None when none was said."""
    if not said:
        return None
    said = said.strip("的 ")
    if said in _YEAR_SHIFT:
        return today.year + _YEAR_SHIFT[said]
    value = number(said.rstrip("年"))
    if value is None:
        return None
    return 2000 + value if value < 70 else 1900 + value if value < 100 else value


Match = re.Match
Build = Callable[["re.Match[str]", date], Optional[DayMention]]
_PATTERNS: List[Tuple[re.Pattern[str], Optional[FrozenSet[str]], Build]] = []
"""Each pattern with the characters of which a text has one where it matches."""


def _builder(pattern: str) -> Callable[[Build], Build]:
    expression = re.compile(pattern)

    def register(build: Build) -> Build:
        _PATTERNS.append((expression, needed(expression), build))
        return build

    return register


def _made(found: Match[str], **parts: object) -> DayMention:
    return DayMention(found.start(), found.end(), found.group(), **parts)  # type: ignore[arg-type]


def _on(
    found: Match[str], today: date, year: Optional[int], on: Year, what: str, *, is_lunar: bool = False
) -> Optional[DayMention]:
    """A day whose year was said, or may be any."""
    if year is not None:
        if not EARLIEST <= year <= LATEST:
            return None
        day = on(year)
        if day is None:
            return _made(found, problem=f"没有{what}这一天", lunar=is_lunar)
        return _made(found, options=(day,), lunar=is_lunar)
    options = _some_years(on, today)
    if not options:
        return _made(found, problem=f"没有{what}这一天", lunar=is_lunar)
    return _made(found, options=options, lunar=is_lunar)


def _lunar_day(found: Match[str], today: date) -> Optional[DayMention]:
    parts = found.groupdict()
    said = parts.get("y") or parts.get("y2")
    text = parts["m"]
    leap = bool(parts.get("leap"))
    month = _LUNAR_MONTH.get(text) or number(text.rstrip("月").rstrip("份"))
    day = number(parts["d"])
    if month is None or day is None or not 1 <= month <= 12 or not 1 <= day <= 30:
        return None
    name = f"农历{'闰' if leap else ''}{month}月{day}"
    return _on(found, today, _year(said, today), lambda y: lunar(y, month, day, leap), name, is_lunar=True)


_DAY = (
    "(?:[0-9]{1,2}|三十一|三十(?!一)|二十[一二三四五六七八九]|二十(?![一二三四五六七八九])|十[一二三四五六七八九]"
    "|十(?![一二三四五六七八九])|廿[一二三四五六七八九]?|卅|[一二三四五六七八九](?!十))"
)
"""A day of a month and not a figure more: “九月十九二十九周” is the 19th."""
_Y = rf"(?:(?P<y>{_YEAR_WORD}|(?<![0-9]){N}年)的?)?"
_builder(
    rf"{_Y}\s{{0,3}}(?:{_LUNAR_SAID})的?\s{{0,3}}(?:(?P<y2>{_YEAR_WORD}|{N}年)的?)?(?P<leap>闰)?(?P<m>正月|冬月|腊月|{N}月份?)(?:初)?(?P<d>{N})[日号]?"
)(_lunar_day)
_builder(rf"{_Y}(?P<leap>闰)(?P<m>{N}月)(?:初)?(?P<d>{N})[日号]?")(_lunar_day)
_builder(rf"{_Y}(?P<m>正月|冬月|腊月)(?:初)?(?P<d>{N})[日号]?")(_lunar_day)
_builder(rf"{_Y}(?P<m>{N}月)(?:初(?P<d>[一二三四五六七八九十]))(?![0-9中高])")(_lunar_day)
_builder(rf"{_Y}(?P<m>{N}月)(?P<d>廿[一二三四五六七八九]?|卅)")(_lunar_day)


@_builder(rf"(?P<m>{_MONTH_WORD})的?(?P<d>廿[一二三四五六七八九]?|卅)")
def _dialect_day(found: Match[str], today: date) -> Optional[DayMention]:
    """“上月廿一” is the 21st of last month: nobody counts lunar months from this one."""
    return _of_month(found, today)


@_builder(rf"(?:(?P<y>{_YEAR_WORD})|(?P<m>{_MONTH_WORD}))的?今[天日儿](?!年)")
def _this_day_of_another(found: Match[str], today: date) -> Optional[DayMention]:
    """“去年今天”, “上个月的今天”."""
    if found["y"]:
        return _exact(found, today.year + _YEAR_SHIFT[found["y"]], today.month, today.day)
    return _exact(found, *shift_month(today, _MONTH_SHIFT[found["m"]]), today.day)


@_builder(
    rf"(?:(?P<w>{_MONTH_WORD})|(?:(?P<y>{_YEAR_WORD}|(?<![0-9]){N}年)的?)?(?<![0-9])(?P<m>{N})月份?|(?P<end>{_YEAR_WORD}))的?最后(?:一天|那天|1天)"
)
def _last_day(found: Match[str], today: date) -> Optional[DayMention]:
    """“上个月最后一天”, “3月的最后一天”, “去年最后一天”."""
    if found["end"]:
        return _exact(found, today.year + _YEAR_SHIFT[found["end"]], 12, 31)
    if found["w"]:
        year, month = shift_month(today, _MONTH_SHIFT[found["w"]])
        return _exact(found, year, month, monthrange(year, month)[1])
    month = number(found["m"]) or 0
    if not 1 <= month <= 12:
        return None
    said = _year(found["y"], today)
    return _on(found, today, said, lambda y: solar(y, month, monthrange(y, month)[1]), f"{month}月最后一天")


@_builder(r"(?<![0-9])(?P<y>(?:19|20)[0-9]{2})(?P<m>[01][0-9])(?P<d>[0-3][0-9])(?![0-9])")
def _eight_figures(found: Match[str], today: date) -> Optional[DayMention]:
    return _exact(found, int(found["y"]), int(found["m"]), int(found["d"]))


@_builder(r"(?<![0-9.号码])(?P<y>[12][0-9])(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12][0-9]|3[01])(?![0-9元块万.])")
def _six_figures(found: Match[str], today: date) -> Optional[DayMention]:
    return _exact(found, 2000 + int(found["y"]), int(found["m"]), int(found["d"]))


@_builder(
    r"(?<![0-9.号码尾退付花金费收报赔剩共])(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12][0-9]|3[01])(?![0-9元块万.室房号楼栋])"
)
def _four_figures(found: Match[str], today: date) -> Optional[DayMention]:
    day = _any_year(found, today, int(found["m"]), int(found["d"]))
    return replace(day, bare=True) if day else None


@_builder(
    r"(?<![0-9.年])(?P<m>[1-9])(?P<d>0[1-9]|[12][0-9]|3[01])(?=(?:号|那天|当天)?(?:刚|才)?(?:出生|落地|生的|生[，,。 ]|剖的))"
)
def _three_figures(found: Match[str], today: date) -> Optional[DayMention]:
    """“520生的”: month and day run together, where a birth is spoken of."""
    return _any_year(found, today, int(found["m"]), int(found["d"]))


_SPOKEN = "零一二三四五六七八九"


@_builder(
    r"(?<![零一二三四五六七八九十年月])(?P<m>零[一二三四五六七八九]|一[零一二])(?P<d>零[一二三四五六七八九]|[一二][零一二三四五六七八九]|三[零一])"
    r"(?![零一二三四五六七八九十年月])(?=[号日]?(?:出?生|落地|交|缴|到账|扣|付|登|办|住|出院|那天))[号日]?"
)
def _four_spoken_figures(found: Match[str], today: date) -> Optional[DayMention]:
    """“零八零二出生”: month and day read out figure by figure, before the event."""
    month, day = (int("".join(str(_SPOKEN.index(c)) for c in found[part])) for part in ("m", "d"))
    return _any_year(found, today, month, day)


def _exact(found: Match[str], year: int, month: int, day: int) -> Optional[DayMention]:
    if not 1 <= month <= 12 or not EARLIEST <= year <= LATEST or not 1 <= day <= 31:
        return None
    value = solar(year, month, day)
    return _made(found, options=(value,)) if value else _made(found, problem=f"{year}年{month}月没有{day}号")


def _any_year(found: Match[str], today: date, month: int, day: int) -> Optional[DayMention]:
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        return None
    options = _some_years(lambda year: solar(year, month, day), today)
    if options:
        return _made(found, options=options)
    if (month, day) == (2, 29):
        leap = [value for year in range(today.year - 8, today.year + 9) if (value := solar(year, 2, 29))]
        return _made(found, options=tuple(d for d in leap if abs(d.year - today.year) <= 4))
    return _made(found, problem=f"{month}月没有{day}号")


@_builder(
    rf"(?:(?:{_YEAR_WORD}|{N}年)的?)?(?<![历零一二三四五六七八九十])八月十五(?![号日]|中秋|[零一二三四五六七八九十个])"
)
def _mid_autumn_or_not(found: Match[str], today: date) -> Optional[DayMention]:
    """“八月十五” is the Mid-Autumn feast to most people and 15 August to some: weeks apart, so nobody guesses."""
    return _made(found, problem="“八月十五”没说是农历（中秋）还是阳历")


@_builder(
    rf"(?:{_SOLAR_SAID})?(?<![0-9])(?P<y>{N})\s{{0,3}}年\s{{0,3}}的?\s{{0,3}}(?P<m>{N})\s{{0,3}}月份?的?\s{{0,3}}(?P<d>{N})(?:\s{{0,3}}[日号]|(?![0-9一二三四五六七八九十]))(?!个|年|天)"
)
def _full(found: Match[str], today: date) -> Optional[DayMention]:
    year, month, day = _year(found["y"], today), number(found["m"]), number(found["d"])
    return None if None in (year, month, day) else _exact(found, year or 0, month or 0, day or 0)


@_builder(
    r"(?<![0-9.])(?P<y>(?:(?:19|20)[0-9]{2}|[12][0-9]))\s{0,3}[-/.·、，,年\\_](?:\s{0,3})(?P<m>1[0-2]|0?[1-9])\s{0,3}[-/.·、，,月\\_]\s{0,3}(?P<d>3[01]|[12][0-9]|0?[1-9])[日号]?(?![0-9.年])"
)
@_builder(r"(?<![0-9.])(?P<y>20[0-9]{2})[ 。](?P<m>1[0-2]|0?[1-9])[ 。](?P<d>3[01]|[12][0-9]|0?[1-9])[日号]?(?![0-9.])")
def _separated(found: Match[str], today: date) -> Optional[DayMention]:
    if re.search("[、，,]", found.group()) and len(found["y"]) == 2:
        return None  # 25、6、7 is a list
    return _exact(found, _year(found["y"], today) or 0, int(found["m"]), int(found["d"]))


@_builder(
    rf"(?P<y>{_YEAR_WORD})的?\s{{0,3}}(?:{_SOLAR_SAID})?(?P<m>{N})\s{{0,3}}月份?的?\s{{0,3}}(?P<d>{_DAY})\s{{0,3}}[日号]?(?!个|回|年|天)"
)
def _in_relative_year(found: Match[str], today: date) -> Optional[DayMention]:
    month, day = number(found["m"]), number(found["d"])
    return None if month is None or day is None else _exact(found, today.year + _YEAR_SHIFT[found["y"]], month, day)


_OFFSET = r"(?:(?P<side>前|后)(?P<n>一|两|二|三|四|五|六|七|[1-9])(?:天|日)|(?:的)?(?P<next>次日|隔天|隔日|转天|头一天|前夕|前夜)|(?:的)?第(?P<nth>[二三四五六七2-7])天)"


@_builder(
    rf"(?:(?P<y>{_YEAR_WORD}|{N}年)的?)?(?:大年|正月|(?<![今去前明后本来旧上])年)初(?P<d>[一二三四五六七八九十])"
    rf"|(?P<y2>{_YEAR_WORD})的?初(?P<d2>[一二三四五六七八九十])(?=那天|生|出生|落地|晚上|早上|当天|出的?院)"
)
def _first_days(found: Match[str], today: date) -> Optional[DayMention]:
    """“年初六”, “去年初六生的”; “今年初三” alone is the last year of a middle school."""
    said = found["d"] or found["d2"]
    day, year = number(said), _year(found["y"] or found["y2"], today)
    return _on(found, today, year, lambda y: lunar(y, 1, day or 0), f"正月初{said}", is_lunar=True)


_FIGURES_OF_IT = "(?:[五六七八十]一|三八|五四)(?=劳动|儿童|建军|国庆|妇女|青年)"


@_builder(
    rf"(?:(?P<y>{_YEAR_WORD}|{N}年)的?)?(?:{_FIGURES_OF_IT}|中秋(?=国庆))?(?P<f>{_NAMED}){_ON_THE_DAY}(?:的)?(?:{_OFFSET})?"
)
def _feast(found: Match[str], today: date) -> Optional[DayMention]:
    name = found["f"]
    if name in ("十一", "五一", "六一", "七一", "八一", "五四") and not _is_feast(found):
        return None
    if name == "七月半" and re.match("[个月年天]", found.string[found.end("f") :]):
        return None
    if name in ("小满", "大雪", "小雪", "雨水", "小年", "七一", "618") and not re.search(
        "节|那天|那日|当天|前|后|夜", found.group()
    ):
        return None
    shift = 0
    if found["side"]:
        shift = (number(found["n"]) or 0) * (-1 if found["side"] == "前" else 1)
    elif found["next"]:
        shift = -1 if found["next"] in ("头一天", "前夕", "前夜") else 1
    elif found["nth"]:
        shift = (number(found["nth"]) or 1) - 1

    def on(year: int) -> Optional[date]:
        day = _named_day(name, year)
        return day + timedelta(days=shift) if day else None

    return _on(found, today, _year(found["y"], today), on, name)


_COUNTED = re.compile(
    "[0-9一二三四五六七八九十百千万亿个岁月年天号日周点楼层栋室床块元毛角分斤克度倍折成%家口位人名条款项种类张件次趟遍回届级班期份样码届]"
    "|[到至-][0-9一二三四五六七八九十]|公斤|小时|星期|礼拜|大?[路街道]|广场|[中小]学?(?:$|[^秋午间])|大学|医院|小区|桥"
)
_COUNTING = re.compile("[第初一二三四五六七八九十百千零月号年0-9]")


def _is_feast(found: Match[str]) -> bool:
    """“五一” is a feast beside words of time and by itself, and no count (五一百, 十一个) or name (八一路)."""
    if re.search("节|天|日|当|晚|前|后|夜|早|会", found.string[found.end("f") : found.end()]):
        return True
    return not _COUNTED.match(found.string, found.end()) and not _COUNTING.search(
        found.string[max(found.start() - 1, 0) : found.start()]
    )


def _named_day(name: str, year: int) -> Optional[date]:
    if name in _FEAST:
        return solar(year, *_FEAST[name])
    if name in _LUNAR_FEAST:
        return lunar(year, *_LUNAR_FEAST[name])
    if (
        name in _EVE
    ):  # the day before the next lunar year begins, in the year people give it: that of the new one's January
        first = lunar(year, 1, 1)
        return first - timedelta(days=1) if first else None
    return _term(year, name)


def _of_month(found: Match[str], today: date) -> Optional[DayMention]:
    day = number(found["d"])
    if day is None or not 1 <= day <= 31:
        return None
    year, month = shift_month(today, _MONTH_SHIFT[found["m"]])
    return _exact(found, year, month, day)


_builder(
    rf"(?P<m>{_MONTH_WORD})的?(?P<d>{N})\s{{0,3}}[日号]?(?![0-9一二三四五六七八九十个天周年岁月桌块元次家]|(?<=一)(?:起|般|直|共|定|边|旦|样))"
)(_of_month)


def shift_month(today: date, shift: int) -> Tuple[int, int]:
    """Year and month, so many months from today's."""
    months = today.year * 12 + today.month - 1 + shift
    return months // 12, months % 12 + 1


_NO_WORD = "(?![旬秋午间心考学招风奖毒暑专])"
_NO_SCHOOL = "(?![一二三四五六七八九十中高级])"
"""Behind 初: “上个月初三” is a day, “6月初中毕业” a school."""
_PART = f"底|末|初{_NO_SCHOOL}|中旬|上旬|下旬|月底|月末|月初{_NO_SCHOOL}|中{_NO_WORD}"


@_builder(
    rf"(?:(?P<y>{_YEAR_WORD}|{N}年)的?)?(?<![0-9第])(?P<m>{N})\s{{0,3}}月份?的?(?P<p>底|末|初{_NO_SCHOOL}|中旬|上旬|下旬|头(?![一个])|中{_NO_WORD})"
)
def _part_of_month(found: Match[str], today: date) -> Optional[DayMention]:
    return _month(found, today, number(found["m"]), _year(found["y"], today))


@_builder(
    rf"(?P<m>{_MONTH_WORD})的?(?:{_PART}|初[一二三四五六七八九十](?![中高班年级]))?(?![0-9一二三四五六七八九十廿]{{1,3}}[号日])"
)
def _relative_month(found: Match[str], today: date) -> Optional[DayMention]:
    """“上个月底”; of “上个月初三” nobody knows which calendar it counts in."""
    year, month = shift_month(today, _MONTH_SHIFT[found["m"]])
    return _made(found, months=(f"{year:04d}-{month:02d}",))


@_builder(f"(?<![年个0-9一二三四五六七八九十])(?:月底|月末|月初{_NO_SCHOOL}|月中{_NO_WORD})")
def _this_month(found: Match[str], today: date) -> Optional[DayMention]:
    return _made(found, months=(f"{today.year:04d}-{today.month:02d}",))


_SAID_YEAR = "(?:(?:19|20)[0-9]{2}|[0-4][0-9]|[零一二三四五六七八九]{4}|[零一二三四][零一二三四五六七八九])年"
_NO_DAY_OF_IT = "(?![一二三四五六七八九十中级0-9])"


@_builder(
    rf"(?:(?P<y>{_YEAR_WORD}|(?<![0-9零一二三四五六七八九十第]){_SAID_YEAR})的?(?P<e>年?[底末]|年?初{_NO_DAY_OF_IT}|年头(?![上一]))"
    rf"|(?<![0-9零一二两三四五六七八九十几])(?P<w>年底|年末|年初{_NO_DAY_OF_IT}|(?<![的些])年头(?!上|一|接|连|算|攒|长|多|都|全|能)))"
)
def _part_of_year(found: Match[str], today: date) -> Optional[DayMention]:
    """“去年底”, “24年初”, “今年年末”."""
    year = _year(found["y"], today)
    if year is not None and not EARLIEST <= year <= LATEST:
        return None
    month = 12 if (found["e"] or found["w"])[-1] in "底末" else 1
    years = (year,) if year is not None else (today.year - 1, today.year, today.year + 1)
    return _made(found, months=tuple(f"{y:04d}-{month:02d}" for y in years))


@_builder(
    rf"(?:(?P<y>{_YEAR_WORD})(?:的)?)?(?:过完年|过了年|过年|(?<![0-9零一二两三四五六七八九十几百多半成学每来些今明去当往前老])年后)"
    "(?!勤|轻|龄|费|货|红包|[的用]?钱|饭|礼|假)"
)
def _around_new_year(found: Match[str], today: date) -> Optional[DayMention]:
    """“过年”, “年后”: the month the lunar year begins in, and the one a week after that; people mean no day of it."""
    year = _year(found["y"], today)
    firsts = [lunar(y, 1, 1) for y in ((year,) if year else (today.year - 1, today.year, today.year + 1))]
    later = timedelta(days=0 if found.group().endswith("过年") else 7)
    return _made(found, months=tuple(f"{first + later:%Y-%m}" for first in firsts if first))


_MISHEARD_MONTH, _MISHEARD_DAY = "[月越约粤]", "[号好豪耗毫]"
_HEARD_FIGURES = {"而": "二", "儿": "二", "是": "十", "事": "十", "实": "十", "时": "十", "散": "三", "伞": "三", "思": "四",
                  "吴": "五", "溜": "六", "气": "七", "期": "七", "吧": "八", "巴": "八", "久": "九", "酒": "九"}  # fmt: skip
_MISHEARD_MONTHS = {**dict.fromkeys("时石实事", 10), **dict.fromkeys("死似饲", 4), **dict.fromkeys("久酒", 9)}
_HEARD = f"[零一二三四五六七八九十{''.join(_HEARD_FIGURES)}]"
_MISHEARD_FIGURE = f"{_HEARD}{{0,2}}[{''.join(_HEARD_FIGURES)}]"
"""“五月十|久号” is no 10th: see `_misheard`."""


@_builder(
    rf"(?:{_SOLAR_SAID})?(?<![0-9年])(?P<m>{N})\s{{0,3}}月份?的?\s{{0,3}}(?P<d>{_DAY})\s{{0,3}}[日号]?(?!个|回|年|月|天|岁|周|块|元|斤|点(?![钟多上下])|[0-9.]|{_MISHEARD_FIGURE}号|(?<=一)(?:起|般|直|共|定|次|边|旦|样|路|趟|家|胎))"
)
def _month_day(found: Match[str], today: date) -> Optional[DayMention]:
    month, day = number(found["m"]), number(found["d"])
    return None if month is None or day is None else _any_year(found, today, month, day)


@_builder(
    r"(?<![0-9./·\\第-])(?P<m>1[0-2]|0?[1-9])\s?[./·\\-](?P<d>3[01]|[12][0-9]|0?[1-9])(?:[号日])?(?![0-9./%]|[个周岁斤万千元块度点米公倍级分天两升克%℃寸kmKM])"
)
def _short(found: Match[str], today: date) -> Optional[DayMention]:
    day = _any_year(found, today, int(found["m"]), int(found["d"]))
    return replace(day, bare="." in found.group() or "-" in found.group()) if day and day.options else None


@_builder(r"(?<![0-9])(?P<m>1[0-2]|[1-9])[、，,。~～](?P<d>3[01]|[12][0-9]|[1-9])(?=生|出生|到账|交的|缴的|那天|落地)")
def _short_list(found: Match[str], today: date) -> Optional[DayMention]:
    return _any_year(found, today, int(found["m"]), int(found["d"]))


_FIGURE = {"壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9, "拾": 10}
_CAPITAL = "[壹贰叁肆伍陆柒捌玖拾]{1,3}"


@_builder(rf"(?P<m>{_CAPITAL})月(?P<d>{_CAPITAL})[日号]?")
def _capitals(found: Match[str], today: date) -> Optional[DayMention]:
    return _any_year(found, today, _capital(found["m"]), _capital(found["d"]))


def _capital(text: str) -> int:
    plain = "".join("零一二三四五六七八九十"[_FIGURE[c]] for c in text)
    return number(plain) or 0


@_builder(rf"(?P<m>{_HEARD}{{1,2}})(?P<mm>{_MISHEARD_MONTH})(?P<d>{_HEARD}{{1,3}})(?P<dd>{_MISHEARD_DAY})")
def _misheard(found: Match[str], today: date) -> Optional[DayMention]:
    """What voice input made of a date (八月而是二号, 十越三号): at most the figures or one of the signs is misheard."""
    figures = found["m"] + found["d"]
    wrong = sum(c in _HEARD_FIGURES for c in figures)
    signs = (found["mm"] != "月") + (found["dd"] != "号")
    if not wrong + signs or signs > 1 or (wrong and signs) or (wrong and wrong == len(figures)):
        return None
    month, day = (number("".join(_HEARD_FIGURES.get(c, c) for c in found[part])) for part in ("m", "d"))
    return None if month is None or day is None else _any_year(found, today, month, day)


@_builder(
    f"(?<![^，。！？、；,!? 在是生了的到娃宝孩])(?P<m>[时石实事死似饲久酒])月(?P<d>{_DAY}|初[一二三四五六七八九十])[日号]?(?=[生出声交缴叫娃的，。,]|$)"
)
def _misheard_month(found: Match[str], today: date) -> Optional[DayMention]:
    """“时月二十七” by voice: the tenth, as “死月” is the fourth; a month that could be either is asked about."""
    month = _MISHEARD_MONTHS[found["m"]]
    day = number(found["d"].removeprefix("初"))
    if found["d"].startswith("初"):
        return _on(found, today, None, lambda y: lunar(y, month, day or 0), f"{month}月{found['d']}", is_lunar=True)
    return None if day is None else _any_year(found, today, month, day)


@_builder(rf"(?<![0-9.])(?P<n>{N}|半)\s{{0,3}}(?:来|多)?(?P<u>天|日|周|个?星期|个?礼拜|个?月)(?P<w>以?前|之前)(?!前)")
def _ago(found: Match[str], today: date) -> Optional[DayMention]:
    """“三天前”, “两月前”; “90天前办好” is a limit, not a day, and “九月前” is before September."""
    if found["u"] == "月" and found["n"] not in ("两", "俩", "半"):
        return None
    count = number(found["n"])
    limit = re.match(".{0,3}(?:办|交|缴|登记|完成|生的?都)", found.string[found.end() :])
    if count is None or count > 1500 or (limit and count >= 28):
        return None
    if "月" in found["u"]:
        year, month = shift_month(today, -count)
        return _made(found, months=(f"{year:04d}-{month:02d}",))
    days = count * (1 if found["u"] in ("天", "日") else 7)
    return _made(found, options=(today - timedelta(days=days),))


@_builder(
    rf"(?:再)?过(?P<n>{N})(?P<u>天|周|个?星期|个?礼拜)|(?<![0-9.])(?P<n2>{N})(?P<u2>天|周|个?星期|个?礼拜)(?:以|之)?后(?!头|面)"
)
def _ahead(found: Match[str], today: date) -> Optional[DayMention]:
    count, unit = number(found["n"] or found["n2"]), found["u"] or found["u2"]
    if count is None or count > 400:
        return None
    return _made(found, options=(today + timedelta(days=count * (1 if unit == "天" else 7)),))


@_builder(rf"(?P<w>上{{1,3}}个?|下{{1,3}}个?|这个?|本)(?:{_WEEK})(?P<d>[一二三四五六日天末1-7])")
def _weekday(found: Match[str], today: date) -> Optional[DayMention]:
    word = found["w"].rstrip("个")
    weeks = -len(word) if word[0] == "上" else len(word) if word[0] == "下" else 0
    return _made(found, options=(_of_week(today, weeks, found["d"]),))


def _of_week(today: date, weeks: int, said: str) -> date:
    day = "一二三四五六日".index(said.replace("天", "日").replace("末", "六")) if not said.isdigit() else int(said) - 1
    return today - timedelta(days=today.weekday()) + timedelta(days=7 * weeks + day)


@_builder(rf"(?P<w>上{{1,2}}|下{{1,2}}|这|本)个?(?:{_WEEK})(?![一二三四五六日天末1-7岁年边围转期])")
def _week(found: Match[str], today: date) -> Optional[DayMention]:
    """“上周交的”: some day of one month, or of the two it lies in."""
    weeks = -len(found["w"]) if found["w"][0] == "上" else len(found["w"]) if found["w"][0] == "下" else 0
    ends = (_of_week(today, weeks, "一"), _of_week(today, weeks, "日"))
    return _made(found, months=tuple(dict.fromkeys(f"{day.year:04d}-{day.month:02d}" for day in ends)))


@_builder(rf"(?<![上下这本个一每两])(?:{_WEEK})(?P<d>[一二三四五六日天])(?![0-9至到])")
def _some_weekday(found: Match[str], today: date) -> Optional[DayMention]:
    """“周五出的院”: of this week, or the one before or after."""
    return _made(found, options=tuple(_of_week(today, weeks, found["d"]) for weeks in (-1, 0, 1)))


@_builder(
    rf"(?P<f>元旦|国庆|春节|中秋|过年)(?:后头|之后|以后|后|过后)(?:的)?(?:头一个|第一个)(?:{_WEEK})(?P<d>[一二三四五六日天])"
)
def _weekday_after(found: Match[str], today: date) -> Optional[DayMention]:
    def on(year: int) -> Optional[date]:
        day = _named_day("春节" if found["f"] == "过年" else found["f"], year)
        if day is None:
            return None
        wanted = "一二三四五六日".index(found["d"].replace("天", "日"))
        return day + timedelta(days=(wanted - day.weekday() - 1) % 7 + 1)

    return _on(found, today, None, on, found.group())


_PATTERNS.insert(0, _PATTERNS.pop())  # before the feast alone


@_builder(r"(?P<far>大{1,5})(?P<w>前天|后天)")
def _far_day(found: Match[str], today: date) -> Optional[DayMention]:
    shift = (2 + len(found["far"])) * (-1 if found["w"] == "前天" else 1)
    return _made(found, options=(today + timedelta(days=shift),))


@_builder(_DAY_WORD)
def _relative_day(found: Match[str], today: date) -> Optional[DayMention]:
    return _made(found, options=(today + timedelta(days=_DAY_SHIFT[found.group()]),))


@_builder("(?:刚刚|刚才|方才)(?=.{0,3}(?:生|交|缴|到账|出生|登记|扣))")
def _just_now(found: Match[str], today: date) -> Optional[DayMention]:
    return _made(found, options=(today,))


@_builder(rf"(?:(?P<y>{_YEAR_WORD}|(?<![0-9]){N}年)的?)(?P<m>正|冬|腊|{N})\s{{0,3}}月份?(?!{N}[号日])")
def _month_of_year(found: Match[str], today: date) -> Optional[DayMention]:
    said = {"正": 1, "冬": 11, "腊": 12}.get(found["m"])
    return _month(found, today, said or number(found["m"]), _year(found["y"], today))


@_builder(
    rf"(?<![0-9年个第.满过])(?P<m>正|冬|腊|{N})\s{{0,3}}月份?(?![0-9]|龄|经|子|饼|嫂|份证|大|薪|票|租|费|卡|均|收入|度|怀胎)"
)
def _month_alone(found: Match[str], today: date) -> Optional[DayMention]:
    if found["m"] in ("两", "俩"):
        return None  # 断了俩月
    said = {"正": 1, "冬": 11, "腊": 12}.get(found["m"])
    return _month(found, today, said or number(found["m"]), None)


def _month(found: Match[str], today: date, month: Optional[int], year: Optional[int]) -> Optional[DayMention]:
    if month is None or not 1 <= month <= 12 or (year is not None and not EARLIEST <= year <= LATEST):
        return None
    years = (year,) if year is not None else (today.year - 1, today.year, today.year + 1)
    return _made(found, months=tuple(f"{y:04d}-{month:02d}" for y in years))


_LASTED = re.compile(
    "(?:(?:住|花|用|留|关|隔|瞓|照|烧|病|剩|满|足|共|还有|仲有)(?:院|了|咗|左|够|足|番|返|下)*|(?:等|拖|晚|迟|差)(?:了|咗|左|够|足))日$"
)
"""“住咗5日保温箱”: how long it lasted, no day."""


@_builder(
    rf"(?<![0-9月第年.])(?P<d>{N})\s{{0,3}}[号日](?!线|楼|院|公告|文|码|称|铺|门|桌|店|厅|窗|柜|诊室|病房|病床|床|房|子|令|元)"
)
def _day_of_month(found: Match[str], today: date) -> Optional[DayMention]:
    day = number(found["d"])
    if (
        day is None
        or not 1 <= day <= 31
        or _LASTED.search(found.string[: found.start()] + found.string[found.end() - 1])
    ):
        return None
    months = [shift_month(today, shift) for shift in (-3, -2, -1, 0, 1, 2, 3)]
    options = tuple(value for year, month in months if (value := solar(year, month, day)))
    return _made(found, options=options, day=day)


@_builder(r"(?:初)(?P<d>[一二三四五六七八九十])(?=那天|生|出生|落地|晚上|早上|当天|出的?院)")
def _new_year_day(found: Match[str], today: date) -> Optional[DayMention]:
    """“初七出的院”: of the first lunar month, where nothing else is said; 初三 of a school is no day."""
    day = number(found["d"])
    return _on(found, today, None, lambda y: lunar(y, 1, day or 0), f"正月初{found['d']}", is_lunar=True)


@_builder(
    r"(?<![0-9.a-z第])(?P<y>19[5-9][0-9]|20[0-4][0-9]|[5-9][0-9]|[0-2][0-9]|[一二][零一二三四五六七八九]{3}|[零一二三四五六七八九]{2})年?(?=生人|年生|年出生|的娃|年的娃|年的孩子|后$|年属|属[鼠牛虎兔龙蛇马羊猴鸡狗猪])"
)
def _birth_year(found: Match[str], today: date) -> Optional[DayMention]:
    year = _year(found["y"], today)
    return _made(found, year=year) if year is not None and 1930 <= year <= today.year else None


@_builder(
    r"(?<![月年第])(?P<d>二十[一二三四五六七八九]|三十一?|十[一二三四五六七八九])(?=凌晨|早上|晚上|夜里|上午|下午|生的|出生|那天|当天|落地)"
)
def _figure_of_month(found: Match[str], today: date) -> Optional[DayMention]:
    return _day_of_month(found, today)


@_builder(r"(?<![月年第大])(?P<d>初[一二三四五六七八九十]|廿[一二三四五六七八九])(?![中高班年级0-9那])")
def _lunar_day_alone(found: Match[str], today: date) -> Optional[DayMention]:
    """“廿八”, “初八”: of a lunar month near today; 初三 may be a school year and is a bare figure."""
    day = number(found["d"].removeprefix("初"))
    if day is None:
        return None
    nearby = [lunar(year, month, day) for year in (today.year - 1, today.year) for month in range(1, 13)]
    options = tuple(sorted(d for d in nearby if d is not None and abs((d - today).days) <= 95))
    return _made(found, options=options, lunar=True, bare=day in (1, 2, 3) and "初" in found["d"]) if options else None


@_builder(
    r"(?<![0-9.a-z第/·:：点-])(?P<d>3[01]|[12][0-9]|[1-9])(?![0-9.a-z/·:：\-]|\s{0,3}(?:个|多|来|天|日|月|年|号|岁|周|次|家|人|元|块|毛|角|万|千|百|分|点|斤|公斤|克|度|楼|层|栋|室|班|届|级|份|期|倍|折|成|%|％|小时|钟|条|款|项|种|类|张|件|名|口|位|遍|趟|胎|娃|孩|宝|到|至|-))"
)
def _bare_number(found: Match[str], today: date) -> Optional[DayMention]:
    day = int(found["d"])
    months = [shift_month(today, shift) for shift in (-3, -2, -1, 0, 1, 2, 3)]
    options = tuple(value for year, month in months if (value := solar(year, month, day)))
    return _made(found, options=options, day=day, bare=True)


_MONTH_IN_WORDS = "(?:正|冬|腊|十[一二]?|[一二三四五六七八九])月"
_SPELLINGS = (
    (re.compile("(?<![单公多美欧日港百千万0-9一二三四五六七八九十])元月"), "一月"),
    (re.compile(f"润(?={_MONTH_IN_WORDS})"), "闰"),
    (re.compile(f"(?<=老)[二三四五六七八](?={_MONTH_IN_WORDS})|[百俩两](?={_MONTH_IN_WORDS})"), "＊"),
)
"""One spelling for another of the same length, before anything is looked for: “老三九月” is no 39th month, and 元月 is
January in formal and southern speech."""
_YEAR_PAID_FOR = re.compile(
    rf"(?<![0-9.])(?P<y>(?:20)?[0-9]{{2}}|二[零一二三四五六七八九])年(?P<gap>的?)\s{{0,2}}(?P<m>{N})月份?(?:{_DAY}[号日]?)?"
    "(?=(?:那天|里|就|才|已经|都|刚|也|钱){0,3}(?:[交缴扣付划](?:了|上了|的(?!话))|到账|登记了))"
)
"""“26年的11月就交了”, said in December 2025: the year that was paid for, and a month behind us."""
_SAID_OF_THE_CLAUSE = re.compile(f"(?P<y>{_YEAR_WORD})(?!度|的)[^，,。；;！？?! 0-9一二三四五六七八九十年月]{{1,8}}$")
"""“去年在老家是3月5号才交”: the year of a day that stands further on in its clause."""


def find_days(text: str, today: date) -> List[DayMention]:
    """Every day and month in a plain text, left to right, without overlaps; a pattern that says more goes first."""
    typed = text
    for spelling, plain in _SPELLINGS:
        text = spelling.sub(plain, text)
    text = _YEAR_PAID_FOR.sub(lambda said: " " * (behind := _paid_for(said, today)) + said.group()[behind:], text)
    taken = [False] * len(text)
    found: List[DayMention] = []
    characters = frozenset(text)
    for expression, letters, build in _PATTERNS:
        if letters is not None and letters.isdisjoint(characters):
            continue
        for match in expression.finditer(text):
            if match.end() == match.start() or any(taken[match.start() : match.end()]):
                continue
            day = build(match, today)
            if day is not None:
                found.append(day)
                taken[day.start : day.end] = [True] * (day.end - day.start)
    found = [replace(day, text=typed[day.start : day.end]) for day in found]
    return _joined(sorted(found, key=lambda day: day.start), text, today)


def years_paid_for(text: str, today: date) -> str:
    """The same text with blanks for the months behind a year that was paid for in them (“26年12月20到账”)."""
    return _YEAR_PAID_FOR.sub(
        lambda said: (
            said.group()[:behind].ljust(len(said.group())) if (behind := _paid_for(said, today)) else said.group()
        ),
        text,
    )


def _paid_for(said: re.Match[str], today: date) -> int:
    """How many characters say the year that was paid for; 0 when it is the year of the month, which lies behind us or
    is meant (“27年3月交”)."""
    year, month = _year(f"{said['y']}年", today), number(said["m"])
    if year is None or month is None or not 1 <= month <= 12 or (year, month) <= (today.year, today.month):
        return 0
    ahead = 12 * (year - today.year) + month - today.month
    if not said["gap"] and not 12 - MONTHS_BEHIND <= ahead <= 12:
        return 0
    return said.end("gap") - said.start()


_COMING = re.compile("(?:之|以)?前|截止|到期|再|才?能|去|要|交(?!了|的|过)")


_LATER = re.compile("月子|满月|百天|个多?月|半个?月|保温箱|[以之]后|后来|才有空|过了")
_OF_THE_CLOCK = re.compile(
    "(?:凌晨|半夜|夜里|早上|上午|中午|下午|傍晚|晚上)?[零一二两三四五六七八九十0-9]{1,3}[点时](?:[零一二三四五六七八九十0-9]{1,3}分?|半|多)?"
)
_BIRTH_THEN = re.compile("(?:号|日|那天|凌晨|早上|晚上)?(?:就|才|刚)?(?:出生|生[的了]?|剖|顺产|落地)")
"""Between two days of a story: time went by, or the first is a birth, after which months may pass."""
_DONE_THEN = re.compile("[^，。；！？,;!?去]{0,8}?(?:的|了|才|又)")


def _same_breath(before: DayMention, day: DayMention, text: str) -> bool:
    """“10月14号住进去，16号生的”: of the month just named, unless it is still to come. Further on in a story only what
    was done: “9月20号登记了，说先交钱后生效，22号交的”."""
    months = {option.month for option in before.options}
    named = len(months) == 1 and not before.lunar and re.search("[0-9月]", before.text)
    if not named or _COMING.match(text, day.end):
        return False
    between = _OF_THE_CLOCK.sub("", text[before.end : day.start])
    if len(between) <= 8:
        return True
    goes_on = _DONE_THEN.match(text, day.end) is not None and _LATER.search(between) is None
    return len(between) <= 24 and goes_on and _BIRTH_THEN.match(between) is None


def _of_its_clause(day: DayMention, between: str, today: date) -> DayMention:
    """The day with the year that was said before it in its clause, where nothing else was said of its year."""
    said = _SAID_OF_THE_CLAUSE.search(between[-16:]) if len(day.options) > 1 else None
    year = _year(said["y"], today) if said else None
    options = tuple(option for option in day.options if option.year == year)
    return replace(day, options=options) if options else day


_MONTHS_EVENT = re.compile(
    "份?[^，。；！？,;!?0-9]{0,12}?(?:出?生|落地|剖|来|[交缴办]|到账|登记|参保|上[户保])(?:出来|下来|好)?[的了]+[，,、 ]{0,2}(?:是|就是)?"
)
_ENDS_THERE = re.compile(r"[的呢哈吧啊呀]?\s*(?:[，,。；;！？!?、 ]|$)")


def told_behind(text: str, month_end: int, day_start: int, day_end: int) -> bool:
    """“上个月在扬州生的 19号”: is the day told behind what happened in the month?"""
    there = _MONTHS_EVENT.fullmatch(text, month_end, day_start) is not None
    return there and _ENDS_THERE.match(text, day_end) is not None


def _joined(days: List[DayMention], text: str, today: date) -> List[DayMention]:
    """Days that lean on one another: “20号” after “9月10号生” is of a month near it; “8月3号到5号”."""
    made: Dict[int, DayMention] = {}
    for index, day in enumerate(days):
        before = days[index - 1] if index else None
        day = _of_its_clause(day, text[before.end if before else 0 : day.start], today)
        if before and day.day and not day.bare and before.months and text[before.end : day.start].strip(" ，,的") == "":
            options = tuple(
                value for month in before.months if (value := solar(int(month[:4]), int(month[5:]), day.day))
            )
            problem = None if options else f"{int(before.months[0][5:])}月没有{day.day}号"
            made.pop(index - 1, None)
            day = DayMention(before.start, day.end, text[before.start : day.end], options, problem=problem)
        elif (
            before and day.day and not day.bare and before.months and told_behind(text, before.end, day.start, day.end)
        ):
            options = tuple(option for option in day.options if f"{option:%Y-%m}" in before.months)
            day = replace(day, options=options) if options else day
        elif before and day.day and _same_breath(made.get(index - 1, before), day, text):
            before = made.get(index - 1, before)
            first = before.options[0].day
            options = tuple(value for old in before.options if (value := solar(old.year, old.month, day.day or 0)))
            day = replace(day, options=options) if day.day > first and options else day
        made[index] = day
    return [made[index] for index in sorted(made)]
