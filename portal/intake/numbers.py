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

from policies.numerals import dates_in, numbers_in, reads_as
from portal.intake.content import DraftClause, PickedNumber

_DAY = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日|\d{1,2}月\d{1,2}日")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_IN_CLAUSE = re.compile(
    r"\d{4}年\d{1,2}月\d{1,2}日|(?:次年|当年)?\d{1,2}月\d{1,2}日|\d+|[一二三四五六七八九](?=个?[年月天周]|[年月天周日])"
)
_AROUND = re.compile(r"[，。；：、,;:（）()“”\s]")
_PIECE = re.compile(r"(\{[^{}]*\})")
_UNITS = {"元": "yuan", "天": "days", "日": "days", "月": "months", "个": "months", "%": "percent", "％": "percent",
          "年": "year", "岁": "age", "周": "weeks"}  # fmt: skip


class NumberUnknown(Exception):
    """A sentence has a number that none of its clauses has; the message says which."""


@dataclass(frozen=True)
class NumberOffer:
    """A number of a clause that a parameter can take, with a line for the list to choose from."""

    picked: PickedNumber
    label: str

    @property
    def code(self) -> str:
        return f"{self.picked.clause}|{self.picked.value}|{self.picked.reads}"


def offers(clauses: Sequence[DraftClause], kind: str) -> list[NumberOffer]:
    """What the clauses have: `date` days, `number` whole numbers."""
    found: dict[str, NumberOffer] = {}
    for clause in clauses:
        for picked in _picked(clause):
            if isinstance(picked.value, str) == (kind == "date"):
                offer = NumberOffer(picked, f"{picked.value}　←“{picked.reads}”（{clause.id}）")
                found.setdefault(offer.code, offer)
    return list(found.values())


def chosen(code: str, clauses: Sequence[DraftClause], kind: str) -> PickedNumber | None:
    """The number a form's code means; None when the clauses no longer have it."""
    return next((offer.picked for offer in offers(clauses, kind) if offer.code == code), None)


def _picked(clause: DraftClause) -> Iterator[PickedNumber]:
    year = 0
    for found in _IN_CLAUSE.finditer(clause.quote):
        reads = _around(clause.quote, found.start(), found.end())
        days = dates_in(found.group())
        if days:
            year = int(min(days)[:4])
            yield PickedNumber(value=min(days), clause=clause.id, reads=found.group())
            continue
        if "月" in found.group() and "日" in found.group():
            yield from _day_of(year, found.group(), clause)
            continue
        for value in sorted(numbers_in(found.group())):
            if reads_as(value, reads):
                yield PickedNumber(value=value, clause=clause.id, reads=reads)


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
        NumberUnknown: a number that no clause has.
    """
    named: dict[str, PickedNumber] = dict(known)
    made: list[str] = []
    for piece in _PIECE.split(_narrow(sentence)):
        made.append(piece if piece.startswith("{") else _replaced(piece, clauses, annual_year, named))
    return "".join(made), {name: picked for name, picked in named.items() if name not in known}


def _narrow(text: str) -> str:
    """Full-width digits as digits; Chinese punctuation stays as it is."""
    return "".join(unicodedata.normalize("NFKC", c) if c.isdigit() or c == "％" else c for c in text)


def _replaced(
    text: str, clauses: Sequence[DraftClause], annual_year: int | None, named: dict[str, PickedNumber]
) -> str:
    made, last = "", 0
    for found in re.finditer(f"{_DAY.pattern}|{_NUMBER.pattern}", text):
        behind = text[found.end() : found.end() + 1]
        made += text[last : found.start()]
        last = found.end()
        if annual_year is not None and found.group() == str(annual_year):
            made += "{benefit_year}"
            continue
        picked = _find(found.group(), behind, clauses)
        if picked is None:
            raise NumberUnknown(
                f"“{found.group()}{behind}”在选的原句里没有：改成原句里的数，或者把有这个数的原句也选上"
            )
        made += "{" + _name(picked, behind, named) + "}"
    return made + text[last:]


def _find(said: str, behind: str, clauses: Sequence[DraftClause]) -> PickedNumber | None:
    """The place a typed number is read from; one with the same unit behind it goes first."""
    possible = [picked for clause in clauses for picked in _picked(clause) if _means(said, picked.value)]
    fitting = [picked for picked in possible if f"{said}{behind}" in picked.reads]
    return next(iter(fitting or possible), None)


def _means(said: str, value: int | str) -> bool:
    """Is this what was typed? A day may be typed without its year."""
    if "日" not in said:
        return said.isdigit() and value == int(said)
    month, day = (int(part) for part in _NUMBER.findall(said)[-2:])
    return isinstance(value, str) and (value in dates_in(said) or (
        "年" not in said and value.endswith(f"-{month:02d}-{day:02d}")))  # fmt: skip


def _name(picked: PickedNumber, behind: str, named: dict[str, PickedNumber]) -> str:
    """A name for a parameter by its unit; the same value from the same words keeps its name."""
    same = next((name for name, other in named.items() if other == picked), None)
    if same:
        return same
    first = "day" if isinstance(picked.value, str) else _UNITS.get(behind, "number")
    name = next(n for n in (first, *(f"{first}_{letter}" for letter in "bcdefghijklmnopqrstuvwxyz")) if n not in named)
    named[name] = picked
    return name
