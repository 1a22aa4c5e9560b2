"""Days as people at the desk type them: 10月20号, 10-20, 20261020, 昨天."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

_NEAR = {"今天": 0, "今日": 0, "昨天": -1, "昨日": -1, "前天": -2, "大前天": -3, "明天": 1, "后天": 2}
_FULL = re.compile(r"(\d{4}|\d{2}(?=\s*年))(?:\D{1,2})?(\d{1,2})(?:\D{1,2})?(\d{1,2})\s*[日号]?")
_NO_YEAR = re.compile(r"(?:(今年|去年|前年|明年)\s*的?)?(\d{1,2})\s*(?:月|[-/.])\s*(\d{1,2})\s*[日号]?")
_YEARS = {"今年": 0, "去年": -1, "前年": -2, "明年": 1}
HOW = "写成 2026-10-20、10月20号 这样的日期"


def read_date(typed: str, today: date, *, past: bool = False) -> date:
    """The day that was typed. Without a year it is the nearest such day, the last one for what is `past`.

    Raises:
        ValueError: no such day, or not a date, in a sentence.
    """
    text = typed.strip()
    if text in _NEAR:
        return today + timedelta(days=_NEAR[text])
    if full := _FULL.fullmatch(text):
        year, month, day = (int(part) for part in full.groups())
        return _real(2000 + year if len(full[1]) == 2 else year, month, day)
    if short := _NO_YEAR.fullmatch(text):
        said, month, day = short[1], int(short[2]), int(short[3])
        if said:
            return _real(today.year + _YEARS[said], month, day)
        known = [one for one in _around(today.year, month, day) if not past or one <= today]
        if not known:
            raise ValueError("没有这一天，请核对")
        return min(known, key=lambda one: abs(one - today))
    raise ValueError(HOW)


def _around(year: int, month: int, day: int) -> Iterator[date]:
    for one in range(year - 4, year + 2):  # as far back as the last 29 February
        try:
            yield date(one, month, day)
        except ValueError:
            continue


def _real(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError("没有这一天，请核对") from None
