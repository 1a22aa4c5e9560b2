"""Numbers and days picked out of a clause's own words, and a typed sentence turned into one with placeholders.

An official types “2027年度每人交430元”; each number must stand in a clause the rule rests on, and becomes a parameter
read from those very words. So a wrong digit cannot be typed.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from policies.counting import chinese_date
from policies.numerals import dates_in, numbers_in
from portal.intake.content import DraftClause, PickedNumber

_CHINESE = "两俩仨半○" + "".join(c for c in map(chr, range(0x30000)) if c.isnumeric() and not c.isdigit())
"""What is a number and no digit: 四, 百, 廿, 壹, ㊿, ½."""


def _ranges(chars: str) -> str:
    """The inside of a class of these characters. Those beyond the first 65,536 are looked through one by one wherever a
    text is searched: as runs they are sixty instead of eight hundred."""
    runs: list[list[int]] = []
    for code in sorted(set(map(ord, chars))):
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return "".join(chr(first) if first == last else f"{chr(first)}-{chr(last)}" for first, last in runs)


_CLASS = _ranges(_CHINESE)
_DAY = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日|\d{1,2}月\d{1,2}日")
_NUMBER = re.compile(r"\d+(?:\s*[.,，．/／:：·]\s*\d+|\s+\d+)*")
"""A number as a whole: 1,430 and 70.5 are one each."""
_RUN = rf"(?<![\d{_CLASS}])[{_CLASS}]+(?:点[{_CLASS}]+)*"
_TYPED = re.compile(f"{_DAY.pattern}|{_NUMBER.pattern}|{_RUN}")
_CUT = re.compile(rf"(?<!\d)\d*[{_CLASS}]+(?:点[{_CLASS}]+)*")
_IN_CLAUSE = re.compile(
    r"\d{4}年\d{1,2}月\d{1,2}日|(?:次年|当年)?\d{1,2}月\d{1,2}日|"
    rf"{_NUMBER.pattern}|(?<![\d{_CLASS}])[一二三四五六七八九](?=个?[年月天周日])"
)
_AROUND = re.compile(r"[，。；：、,;:（）()“”\s]")
_PIECE = re.compile(r"(\{[^{}]*\})")
_TOUCHING = re.compile(rf"[\d{_CLASS}]\s*[.,．]?\s*\{{|\}}\s*[.,．]?\s*[\d{_CLASS}{{]")
_COUNTED = "个?工作日|个?季度|个百分点|个月|周岁|周年|年级|年度|人次|小时|分钟|[元圆块角天日月年%％‰岁周倍成折]"
_UNIT = re.compile(rf"\s*([{_CLASS}]*)\s*({_COUNTED}|[个人户次级档项种条页所家名件份期号点时分])?")
_LIKE = {"年度": "年", "周岁": "岁", "块": "元", "圆": "元", "％": "%", "个工作日": "工作日", "个季度": "季度"}
_NAMES = {"元": "yuan", "天": "days", "日": "days", "月": "months", "个月": "months", "%": "percent", "年": "year",
          "岁": "age", "周": "weeks"}  # fmt: skip
_SAYINGS = frozenset({"万一", "千万", "一一"})
_SAID = re.compile(rf"\{{(\w+)\}}|{_RUN}")
_A_YEAR = re.compile(
    r"(?:^|[，。；：、,;:（(]|每个?人|个人|孩子|学生|居民)(?P<year>一)年(?=[要得只各]?[交缴])"
    r"|每个?人(?P<each>一)年(?![后内以之度级])"
)
"""“每人一年430元”, “一年交430元”: what a paper calls 每年. 满一年, 一年后 are spans of time."""
_SPAN = re.compile(r"^[^日]{0,12}日(?=[内后以之起期])")
"""日 behind a number of days: 30日内, 自缴费之日起60日后."""
_FIXED = ("第一天", "同一天", "最后一天")
"""Words with a numeral in them that say no number of a paper."""


class NumberUnknown(Exception):
    """A sentence has numbers that none of its clauses has; the message says which. `lacking`: each with its unit."""

    def __init__(self, message: str, lacking: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.lacking = tuple(lacking)

    @classmethod
    def of(cls, lacking: Sequence[str]) -> "NumberUnknown":
        named = "".join(f"“{one}”" for one in dict.fromkeys(lacking))
        return cls(f"{named}在选的原句里没有：改成原句里的数（单位也要一样），或者把有这个数的原句也选上", lacking)


@dataclass(frozen=True)
class NumberOffer:
    """A number of a clause that a parameter can take, with a line for the list to choose from."""

    picked: PickedNumber
    label: str

    @property
    def code(self) -> str:
        return f"{self.picked.clause}|{self.picked.value}|{self.picked.reads}"


def offers(clauses: Sequence[DraftClause], kind: str) -> list[NumberOffer]:
    """What the clauses have: `date` days of the calendar, `days` how many days; a year or an amount counts none."""
    found: dict[str, NumberOffer] = {}
    for clause in clauses:
        for picked, unit in _picked(clause):
            if isinstance(picked.value, str) if kind == "date" else _counts_days(picked, unit, clause.quote):
                offer = NumberOffer(picked, f"{picked.value}　←“{picked.reads}”（{clause.id}）")
                found.setdefault(offer.code, offer)
    return list(found.values())


def _counts_days(picked: PickedNumber, unit: str, quote: str) -> bool:
    """Is it so many days (30天, 30日内), not a day of a month (每月25日前)?"""
    behind = quote[quote.find(picked.reads) :]
    return isinstance(picked.value, int) and (unit == "天" or (unit == "日" and _SPAN.search(behind) is not None))


def chosen(code: str, clauses: Sequence[DraftClause], kind: str) -> PickedNumber | None:
    """The number a form's code means; None when the clauses no longer have it."""
    return next((offer.picked for offer in offers(clauses, kind) if offer.code == code), None)


def _picked(clause: DraftClause) -> Iterator[tuple[PickedNumber, str]]:
    """The clause's days and whole numbers, each with its unit. A part of a number is none."""
    year = 0
    for found in _IN_CLAUSE.finditer(clause.quote):
        days = dates_in(found.group())
        if days:
            year = int(min(days)[:4])
            yield PickedNumber(value=min(days), clause=clause.id, reads=found.group()), ""
        elif "月" in found.group():
            yield from ((picked, "") for picked in _day_of(year, found.group(), clause))
        elif _is_whole(clause.quote, found):
            reads = _around(clause.quote, found.start(), found.end())
            for value in sorted(numbers_in(found.group())):
                yield PickedNumber(value=value, clause=clause.id, reads=reads), _unit(clause.quote, found)


def _is_whole(text: str, found: re.Match[str]) -> bool:
    """A whole number without a comma, a leading zero or a Chinese numeral before it."""
    said, before = found.group(), text[: found.start()].rstrip()[-1:]
    plain = len(said) == 1 or (said.isdecimal() and int(said[0]) > 0)
    return plain and not (before and before in _CHINESE)


def cuts_number(text: str, at: int) -> bool:
    """Would a cut here part a number: 4|30元, 1,|430元, 70.|5%, 二十|五日, 百分之|70, 9月|1日?"""
    if text[:at].endswith(("第", "分之")):
        return True
    spans = (found.span() for pattern in (_NUMBER, _CUT, _DAY) for found in pattern.finditer(text))
    return any(start < at < end for start, end in spans)


def _unit(text: str, found: re.Match[str]) -> str:
    """What the number counts: 元, 万元, 第…天, 百分之…; empty where nobody knows."""
    before = "".join(text[: found.start()].split())
    first = "第" if before.endswith("第") else before[-3:] if before.endswith("分之") else ""
    behind = _UNIT.match(text, found.end())
    times, unit = (behind.group(1), behind.group(2) or "") if behind else ("", "")
    return first + times + _LIKE.get(unit, unit)


def _day_of(year: int, words: str, clause: DraftClause) -> Iterator[PickedNumber]:
    """A day whose year stands further left: “2026年9月1日至12月31日”."""
    month, day = (int(part) for part in _NUMBER.findall(words))
    with suppress(ValueError):
        said = date(year + words.startswith("次年"), month, day)
        yield PickedNumber(value=said.isoformat(), clause=clause.id, reads=words,
                           assumption=f"年份接前面写的{year}年")  # fmt: skip


def _around(quote: str, start: int, end: int) -> str:
    """The words a number stands in: up to six before it and three behind, not over a comma."""
    before = _AROUND.split(quote[max(start - 6, 0) : start])[-1]
    behind = _AROUND.split(quote[end : end + 3])[0]
    return before + quote[start:end] + behind


def with_placeholders(
    sentence: str, clauses: Sequence[DraftClause], annual_year: int | None, known: Mapping[str, PickedNumber]
) -> tuple[str, dict[str, PickedNumber]]:
    """The sentence with each number as {name}, and what each new name stands for. What is in braces stays.

    Raises:
        NumberUnknown: numbers that no clause has, all of them at once.
    """
    named: dict[str, PickedNumber] = dict(known)
    made: list[str] = []
    lacking: list[str] = []
    narrow = _narrow(sentence)
    if _TOUCHING.search(narrow):
        raise NumberUnknown("大括号旁边不能紧挨着数：它们连起来读成另一个数")
    for piece in _PIECE.split(narrow):
        made.append(piece if piece.startswith("{") else _replaced(piece, clauses, annual_year, named, lacking))
    if lacking:
        raise NumberUnknown.of(lacking)
    return "".join(made), {name: picked for name, picked in named.items() if name not in known}


def _narrow(text: str) -> str:
    """Full-width digits as digits, without what nobody sees; Chinese punctuation stays as it is."""
    seen = (c for c in text if unicodedata.category(c) != "Cf")
    return "".join(unicodedata.normalize("NFKC", c) if c.isdigit() or c == "％" else c for c in seen)


def _replaced(
    text: str, clauses: Sequence[DraftClause], annual_year: int | None, named: dict[str, PickedNumber],
    lacking: list[str],
) -> str:  # fmt: skip
    """The text between braces with its numbers replaced; what no clause has is added to `lacking`."""
    made, last = "", 0
    for found in _TYPED.finditer(text):
        said, unit = found.group(), _unit(text, found)
        made += text[last : found.start()]
        last = found.end()
        if said[0] in _CHINESE:
            if _counts(text, found) and _in_numerals(text, found, clauses) is None:
                lacking.append(_with_unit(said, text[last:]))
            made += said
        elif annual_year is not None and (said, unit) == (str(annual_year), "年") and _is_whole(text, found):
            made += "{benefit_year}"
        else:
            whole = "月" in said or _is_whole(text, found)
            picked = _find(said, unit, clauses) if whole else None
            if picked is None:
                lacking.append(_with_unit(said, text[last:]))
            else:
                made += "{" + _name(picked, unit, named) + "}"
    return made + text[last:]


def _with_unit(said: str, behind: str) -> str:
    found = _UNIT.match(behind)
    return said + (found.group() if found else "")


def numbers_said(
    worded: str, clauses: Sequence[DraftClause], params: Mapping[str, PickedNumber]
) -> Iterator[tuple[str, PickedNumber]]:
    """Each number of a sentence with placeholders, as it is read with its unit, and where it was found."""
    for found in _SAID.finditer(worded):
        picked, said = params.get(found.group(1) or ""), found.group()
        if picked is not None:
            said = (
                chinese_date(date.fromisoformat(picked.value)) if isinstance(picked.value, str) else f"{picked.value}"
            )
        elif not said.startswith("{") and _counts(worded, found):
            picked = _in_numerals(worded, found, clauses)
        if picked is not None:
            yield (
                said
                if isinstance(picked.value, str) and picked.value[:1].isdigit()
                else _with_unit(said, worded[found.end() :]),
                picked,
            )


def _in_numerals(text: str, found: re.Match[str], clauses: Sequence[DraftClause]) -> PickedNumber | None:
    """Where a number typed in Chinese numerals stands in the same characters with its unit; 一年 as 每年, too."""
    said, unit = found.group(), _unit(text, found)
    for clause in clauses:
        for run in re.finditer(_RUN, clause.quote):
            if (run.group(), _unit(clause.quote, run)) == (said, unit):
                return PickedNumber(value=said, clause=clause.id, reads=_around(clause.quote, run.start(), run.end()))
    if (said, unit) == ("一", "年") and any(
        found.start() in (one.start("year"), one.start("each")) for one in _A_YEAR.finditer(text)
    ):
        each = next((clause for clause in clauses if "每年" in clause.quote), None)
        if each is not None:
            return PickedNumber(value=said, clause=each.id, reads="每年")
    return None


def _counts(text: str, found: re.Match[str]) -> bool:
    """Does this run of Chinese numerals say a number of something: 四百八十元, 百分之九, 廿, not 一定?"""
    said, behind = found.group(), text[found.end() :].lstrip()
    if text[: found.end() + 1].endswith(_FIXED):
        return False
    counted = re.match(_COUNTED, behind) is not None or text[: found.start()].endswith("分之")
    odd = any(unicodedata.category(c) != "Lo" and c not in "〇○" for c in said)
    return counted or odd or (len(said) > 1 and said not in _SAYINGS)


def _find(said: str, unit: str, clauses: Sequence[DraftClause]) -> PickedNumber | None:
    """The place a typed number is read from: the same number of the same unit."""
    found = (picked for clause in clauses for picked, own in _picked(clause)
             if _means(said, picked.value) and ("月" in said or unit == own))  # fmt: skip
    return next(found, None)


def _means(said: str, value: int | str) -> bool:
    """Is this what was typed? A day may be typed without its year."""
    if "日" not in said:
        return value == int(said)
    month, day = (int(part) for part in _NUMBER.findall(said)[-2:])
    return isinstance(value, str) and (value in dates_in(said) or (
        "年" not in said and value.endswith(f"-{month:02d}-{day:02d}")))  # fmt: skip


def _name(picked: PickedNumber, unit: str, named: dict[str, PickedNumber]) -> str:
    """A name for a parameter by its unit; the same value from the same words keeps its name."""
    same = next((name for name, other in named.items() if other == picked), None)
    if same:
        return same
    first = "day" if isinstance(picked.value, str) else _NAMES.get(unit, "number")
    name = next(n for n in (first, *(f"{first}_{letter}" for letter in "bcdefghijklmnopqrstuvwxyz")) if n not in named)
    named[name] = picked
    return name
