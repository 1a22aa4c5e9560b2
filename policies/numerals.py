"""Numbers as official texts write them: 90天, 60%, 50万元, 第四季度, 2025年7月1日. For checking, never for deciding."""

import re

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")}


def numbers_in(text: str) -> frozenset[int]:
    """Every whole number a reader finds in the text; 50万 counts as 50 and as 500000."""
    found = {int(n) for n in re.findall(r"\d+", text)}
    found |= {int(n) * 10_000 for n in re.findall(r"(\d+)万", text)}
    found |= {_DIGITS[c] for c in re.findall(r"[一二三四五六七八九]", text)}
    return frozenset(found)


def dates_in(text: str) -> frozenset[str]:
    """ISO dates written out in full (2023年9月1日)."""
    found = re.findall(r"(\d{4})年(\d{1,2})月(\d{1,2})日", text)
    return frozenset(f"{y}-{int(m):02d}-{int(d):02d}" for y, m, d in found)


def reads_as(value: object, words: str) -> bool:
    """Can this value be read in these words? Quarters and recurring days are read as their months."""
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return value in numbers_in(words)
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return value in dates_in(words)
    if isinstance(value, str) and re.fullmatch(r"\d{2}-\d{2}", value):
        first = {"一": "01-01 03-31", "二": "04-01 06-30", "三": "07-01 09-30", "四": "10-01 12-31"}
        return any(value in days for number, days in first.items() if f"第{number}季度" in words)
    return True
