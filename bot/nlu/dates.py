"""Days people name: full dates, days without a year, “上个月15号”, “国庆那天”, “去年腊月二十三”, “45天大”.

Everything resolves against the day of asking. What cannot be a day (2月30日) is reported with its reason, and a
month without a day stays a month: no day is invented.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from borax.calendars.lunardate import LunarDate

from bot.nlu.numerals import NUMBER, number

N = NUMBER
_YEAR_WORD = "大前年|前年|去年|今年|明年|后年"
_YEAR_SHIFT = {"大前年": -3, "前年": -2, "去年": -1, "今年": 0, "明年": 1, "后年": 2}
_MONTH_SHIFT = {"上上个月": -2, "上上月": -2, "上个月": -1, "上月": -1, "这个月": 0, "本月": 0, "这月": 0, "当月": 0,
                "下个月": 1, "下月": 1}  # fmt: skip
_DAY_SHIFT = {"大前天": -3, "前天": -2, "昨天": -1, "昨日": -1, "昨晚": -1, "今天": 0, "今日": 0, "今早": 0, "今晚": 0,
              "刚刚": 0, "明天": 1, "明日": 1, "后天": 2, "大后天": 3}  # fmt: skip
_FEAST = {"元旦": (1, 1), "妇女节": (3, 8), "五一": (5, 1), "劳动节": (5, 1), "六一": (6, 1), "儿童节": (6, 1),
          "七一": (7, 1), "八一": (8, 1), "国庆": (10, 1), "十一": (10, 1), "双十一": (11, 11), "圣诞": (12, 25)}  # fmt: skip
_LUNAR_FEAST = {"春节": (1, 1), "大年初一": (1, 1), "元宵": (1, 15), "端午": (5, 5), "七夕": (7, 7), "中秋": (8, 15),
                "重阳": (9, 9), "腊八": (12, 8)}  # fmt: skip
_LUNAR_MONTH = {"正月": 1, "冬月": 11, "腊月": 12}


@dataclass(frozen=True)
class Day:
    """A day in a text: `value` the date, or None with `month` (“2024-07”: no day said) or `wrong` (why it is no day).

    `open_year`: no year was said, so another year may be meant.
    """

    start: int
    end: int
    text: str
    value: date | None = None
    month: str | None = None
    wrong: str | None = None
    open_year: bool = False


def _year(text: str) -> int | None:
    value = number(text)
    if value is None:
        return None
    return 2000 + value if value < 100 else value


def _exact(year: int, month: int, day: int) -> tuple[date | None, str | None]:
    try:
        return date(year, month, day), None
    except ValueError:
        return None, f"没有{month}月{day}日这一天"


def _shift_month(today: date, shift: int) -> tuple[int, int]:
    months = today.year * 12 + today.month - 1 + shift
    return months // 12, months % 12 + 1


def _last_of_month(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


Builder = Callable[["re.Match[str]", date], "Day | None"]
_PATTERNS: list[tuple[re.Pattern[str], Builder]] = []


def _pattern(expression: str) -> Callable[[Builder], Builder]:
    def register(build: Builder) -> Builder:
        _PATTERNS.append((re.compile(expression), build))
        return build

    return register


def _day(found: re.Match[str], value: date | None, wrong: str | None = None, *, open_year: bool = False) -> Day:
    return Day(found.start(), found.end(), found.group(), value, None, wrong, open_year)


def _lunar(year: int, month: int, day: int) -> tuple[date | None, str | None]:
    try:
        return LunarDate(year, month, day).to_solar_date(), None
    except ValueError:
        return None, f"农历没有{month}月{day}日这一天"


@_pattern(
    rf"(?:(?P<y>{_YEAR_WORD}|{N}年))?的?(?:农历|阴历|旧历)的?(?:(?P<y2>{_YEAR_WORD}|{N}年))?(?P<m>正月|冬月|腊月|{N}月)(?:初)?(?P<d>{N})[日号]?"
)
def _lunar_named(found: re.Match[str], today: date) -> Day | None:
    return _lunar_day(found, today)


@_pattern(rf"(?:(?P<y>{_YEAR_WORD}|{N}年))?的?(?P<m>正月|冬月|腊月)(?:初)?(?P<d>{N})[日号]?")
def _lunar_month(found: re.Match[str], today: date) -> Day | None:
    return _lunar_day(found, today)


def _lunar_day(found: re.Match[str], today: date) -> Day | None:
    parts = found.groupdict()
    said = parts.get("y") or parts.get("y2")
    month_text = parts["m"]
    month = _LUNAR_MONTH.get(month_text) or number(month_text.rstrip("月"))
    day = number(parts["d"])
    if month is None or day is None:
        return None
    if said is None:
        value, wrong = _lunar(today.year, month, day)
        if value is not None and value > today:
            value, wrong = _lunar(today.year - 1, month, day)
        return _day(found, value, wrong, open_year=True)
    year = today.year + _YEAR_SHIFT[said] if said in _YEAR_SHIFT else _year(said.rstrip("年"))
    return None if year is None else _day(found, *_lunar(year, month, day))


@_pattern(r"(?P<y>[12][0-9]{3})(?P<m>[01][0-9])(?P<d>[0-3][0-9])(?![0-9])")
def _compact(found: re.Match[str], today: date) -> Day | None:
    year, month = int(found["y"]), int(found["m"])
    if not 1990 <= year <= 2100 or not 1 <= month <= 12:
        return None
    return _day(found, *_exact(year, month, int(found["d"])))


@_pattern(rf"(?<![0-9])(?P<y>{N})\s*年的?\s*(?P<m>{N})\s*月份?的?\s*(?P<d>{N})\s*[日号]?")
def _full(found: re.Match[str], today: date) -> Day | None:
    year, month, day = _year(found["y"]), number(found["m"]), number(found["d"])
    if year is None or month is None or day is None or not 1990 <= year <= 2100:
        return None
    return _day(found, *_exact(year, month, day))


@_pattern(r"(?<![0-9.])(?P<y>(?:20)?[0-9]{2})\s*[-/.．]\s*(?P<m>[01]?[0-9])\s*[-/.．]\s*(?P<d>[0-3]?[0-9])(?![0-9])")
def _separated(found: re.Match[str], today: date) -> Day | None:
    return _day(found, *_exact(_year(found["y"]) or 0, int(found["m"]), int(found["d"])))


@_pattern(rf"(?P<y>{_YEAR_WORD})的?\s*(?P<m>{N})\s*月份?的?\s*(?P<d>{N})\s*[日号]?")
def _relative_year(found: re.Match[str], today: date) -> Day | None:
    month, day = number(found["m"]), number(found["d"])
    if month is None or day is None:
        return None
    return _day(found, *_exact(today.year + _YEAR_SHIFT[found["y"]], month, day))


@_pattern(
    rf"(?P<y>{_YEAR_WORD})?的?(?P<f>{'|'.join(sorted(_FEAST, key=len, reverse=True))})(?:节|那天|那日|当天|前后)*"
)
def _feast(found: re.Match[str], today: date) -> Day | None:
    numeral = found["f"] in ("十一", "五一", "六一", "七一", "八一")
    if numeral and not found["y"] and not re.search("节|天|日|当", found.group()):
        return None
    month, day = _FEAST[found["f"]]
    return _named(found, today, lambda year: _exact(year, month, day)[0])


@_pattern(
    rf"(?P<y>{_YEAR_WORD})?的?(?P<f>{'|'.join(sorted(_LUNAR_FEAST, key=len, reverse=True))})(?:节|那天|那日|当天)*"
)
def _lunar_feast(found: re.Match[str], today: date) -> Day | None:
    month, day = _LUNAR_FEAST[found["f"]]
    return _named(found, today, lambda year: _lunar(year, month, day)[0])


def _named(found: re.Match[str], today: date, on: Callable[[int], date | None]) -> Day | None:
    said = found["y"]
    if said:
        return _day(found, on(today.year + _YEAR_SHIFT[said]))
    this_year = on(today.year)
    value = this_year if this_year is not None and this_year <= today else on(today.year - 1)
    return _day(found, value, open_year=True)


@_pattern(rf"(?P<m>{'|'.join(_MONTH_SHIFT)})的?(?P<d>{N})\s*[日号]")
def _relative_month(found: re.Match[str], today: date) -> Day | None:
    day = number(found["d"])
    return None if day is None else _day(found, *_exact(*_shift_month(today, _MONTH_SHIFT[found["m"]]), day))


@_pattern(rf"(?P<m>{'|'.join(_MONTH_SHIFT)})?的?(?P<w>月底|月末|底)(?!薪)")
def _end_of_month(found: re.Match[str], today: date) -> Day | None:
    if found["m"] is None and found["w"] == "底":
        return None
    year, month = _shift_month(today, _MONTH_SHIFT.get(found["m"] or "这个月", 0))
    return Day(found.start(), found.end(), found.group(), None, f"{year}-{month:02d}")


@_pattern(rf"(?<![0-9年])(?P<m>{N})\s*月份?的?\s*(?P<d>{N})\s*[日号]?(?!个|年)")
def _month_day(found: re.Match[str], today: date) -> Day | None:
    month, day = number(found["m"]), number(found["d"])
    if month is None or day is None or not 1 <= month <= 12:
        return None
    value, wrong = _exact(today.year, month, day)
    if value is not None and value > today:
        value, wrong = _exact(today.year - 1, month, day)
    elif wrong and month == 2 and day == 29:
        years = (y for y in range(today.year, today.year - 5, -1) if _exact(y, 2, 29)[0])
        value, wrong = _exact(next(years), 2, 29)
    return _day(found, value, wrong, open_year=True)


@_pattern(r"(?<![0-9./-])(?P<m>1[0-2]|0?[1-9])[./](?P<d>[12][0-9]|3[01]|0?[1-9])(?![0-9./-]|[个周岁斤万元块%度])")
def _short(found: re.Match[str], today: date) -> Day | None:
    return _month_day(found, today)


@_pattern(rf"(?P<n>{N})\s*(?P<u>天|日|周|个?星期|个?礼拜)(?:以?前|之前)")
def _ago(found: re.Match[str], today: date) -> Day | None:
    count = number(found["n"])
    days = 1 if found["u"] in ("天", "日") else 7
    return None if count is None or count > 4000 else _day(found, today - timedelta(days=count * days))


@_pattern("(?P<w>上上个?|上个?|这个?|本|下个?)(?:周|星期|礼拜)(?P<d>[一二三四五六日天])")
def _weekday(found: re.Match[str], today: date) -> Day | None:
    weeks = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1}[found["w"].rstrip("个")]
    day = "一二三四五六日".index(found["d"].replace("天", "日"))
    return _day(found, today - timedelta(days=today.weekday()) + timedelta(days=7 * weeks + day))


@_pattern("|".join(sorted(_DAY_SHIFT, key=len, reverse=True)))
def _relative_day(found: re.Match[str], today: date) -> Day | None:
    return _day(found, today + timedelta(days=_DAY_SHIFT[found.group()]))


@_pattern(rf"(?:(?P<w>{_YEAR_WORD})|(?P<y>{N})年)的?(?P<m>{N})\s*月份?(?!{N}|底|初)")
def _month_of_year(found: re.Match[str], today: date) -> Day | None:
    year = today.year + _YEAR_SHIFT[found["w"]] if found["w"] else _year(found["y"])
    month = number(found["m"])
    if year is None or month is None or not 1 <= month <= 12 or not 1990 <= year <= 2100:
        return None
    return Day(found.start(), found.end(), found.group(), None, f"{year}-{month:02d}")


@_pattern(rf"(?<![0-9年个第.])(?P<m>{N})\s*月份?(?=生|出生|交|缴|出的|的时候|那会|登记|住院|毕业)")
def _month_alone(found: re.Match[str], today: date) -> Day | None:
    month = number(found["m"])
    if month is None or not 1 <= month <= 12:
        return None
    year = today.year if month <= today.month else today.year - 1
    return Day(found.start(), found.end(), found.group(), None, f"{year}-{month:02d}", open_year=True)


@_pattern(rf"(?<![0-9月第年.])(?P<d>{N})\s*号(?!线|楼|院|公告|文|码|称)")
def _day_of_month(found: re.Match[str], today: date) -> Day | None:
    day = number(found["d"])
    if day is None or not 1 <= day <= 31:
        return None
    for shift in (0, -1, -2):
        value, _ = _exact(*_shift_month(today, shift), day)
        if value is not None and value <= today:
            return _day(found, value, open_year=True)
    return None


def find_days(text: str, today: date) -> list[Day]:
    """All days in the text, left to right, without overlaps; a longer reading wins over a shorter one."""
    found: list[Day] = []
    for expression, build in _PATTERNS:
        for match in expression.finditer(text):
            if any(match.start() < day.end and day.start < match.end() for day in found):
                continue
            day = build(match, today)
            if day is not None:
                found.append(day)
    return sorted(found, key=lambda day: day.start)


def next_occurrence(day: date, after: date) -> date:
    """The same month and day in the first year in which it does not lie before `after`."""
    for year in range(after.year, after.year + 5):
        value, _ = _exact(year, day.month, day.day)
        if value is not None and value >= after:
            return value
    return day


def ages(text: str) -> Iterator[tuple[re.Match[str], int | None, int | None]]:
    """Ages said of the child: (match, exact days, months). “出生45天” is exact, “两个半月了” is months only."""
    for found in re.finditer(rf"(?:出生|生下来|生了|落地|满|才|刚)\s*(?P<n>{N})\s*天(?!内|之内|以内|前|后)", text):
        yield found, number(found["n"]), None
    for found in re.finditer(
        rf"(?P<n>{N}|半)\s*(?:个)?(?P<half>半)?(?:多)?(?P<u>个?月|周岁|岁)(?P<half2>半)?(?:多|大|了|的|宝|孩|娃|前)?",
        text,
    ):
        unit, count = found["u"], number(found["n"]) if found["n"] != "半" else 0
        if found["n"] == "半" and "岁" in unit:
            yield found, None, 6
            continue
        tail = text[found.start() : found.end()]
        if count is None or ("岁" not in unit and not re.search("个.?月|月大|月了", tail)) or tail.endswith("前"):
            continue
        yield found, None, count * 12 if "岁" in unit else count
    for found in re.finditer("刚?满月(?!酒)", text):
        yield found, None, 1
