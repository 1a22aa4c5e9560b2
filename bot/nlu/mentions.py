"""Everything in a message that can be a fact, as candidates with their spans: no roles, high recall.

Days and months (`days`), benefit years, ages and pregnancies (`years`), places (`places`), people, stages, hardship,
changes of status and permits (`lexicon`). What a candidate is, and to whom, is judged by `roles`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, List, Optional, Sequence

from bot.nlu.days import DayMention, find_days
from bot.nlu.lexicon import Word, find_words
from bot.nlu.places import NamedPlace, find_places
from bot.nlu.text import NormalizedText
from bot.nlu.years import Age, Pregnancy, Years, find_ages, find_pregnancies, find_years

NUMBERS = ("day", "month", "birth_year", "years", "age", "pregnancy")
MOST = 40
"""Mentions of one message; a list of a thousand dates is no message of a parent."""


@dataclass(frozen=True)
class Candidate:
    """One candidate by its place in the plain text.

    kind: day · month · birth_year · years · age · pregnancy · place · person · child · stranger · stage · category ·
    change · permit. thing: what the finder found.
    """

    kind: str
    start: int
    end: int
    text: str
    thing: Any

    @property
    def bare(self) -> bool:
        """A number without a sign of time: hardly ever a fact."""
        return isinstance(self.thing, DayMention) and self.thing.bare


def find_mentions(
    text: NormalizedText,
    today: date,
    *,
    within: Optional[str] = None,
    expecting: bool = False,
    names: Sequence[str] = (),
) -> List[Candidate]:
    """Every candidate of a message, left to right.

    Args:
        within: the province or city already known, which narrows names that several places share.
        expecting: the talk is about a child not yet born, so that weeks are weeks of pregnancy.
        names: children the conversation knows by name.
    """
    plain = text.plain
    pregnancies = [_pregnant(p) for p in find_pregnancies(plain, expecting=expecting)]
    days = [_day(day) for day in find_days(plain, today)]
    years = [_years(y) for y in find_years(plain, today)]
    ages = [_age(age) for age in find_ages(plain, today)]
    numbers = _settled([*pregnancies, *days, *years, *ages])
    places = [_place(p) for p in find_places(plain, within)]
    places = [
        p for p in places if not any(_overlap(p, other) and not other.bare for other in numbers)
    ]  # 二七年, 平安夜
    words = [_word(w) for w in find_words(plain, names)]
    taken = [*numbers, *places]
    words = [w for w in words if not any(_overlap(w, other) and not other.bare for other in taken)]
    return sorted([*numbers, *places, *words], key=lambda c: (c.start, -c.end))[:MOST]


def _settled(found: List[Candidate]) -> List[Candidate]:
    """Of overlapping readings of one number the surer, then the longer one."""
    order = {"pregnancy": 0, "age": 1, "day": 2, "month": 2, "birth_year": 2, "years": 3}
    kept: List[Candidate] = []
    for candidate in sorted(found, key=lambda c: (c.bare, c.start - c.end, order[c.kind])):
        if not any(_overlap(candidate, other) for other in kept):
            kept.append(candidate)
    return kept


def _overlap(one: Candidate, other: Candidate) -> bool:
    return one.start < other.end and other.start < one.end


def _day(day: DayMention) -> Candidate:
    kind = "month" if day.months else "birth_year" if day.year is not None else "day"
    return Candidate(kind, day.start, day.end, day.text, day)


def _years(years: Years) -> Candidate:
    return Candidate("years", years.start, years.end, years.text, years)


def _age(age: Age) -> Candidate:
    return Candidate("age", age.start, age.end, age.text, age)


def _pregnant(found: Pregnancy) -> Candidate:
    return Candidate("pregnancy", found.start, found.end, found.text, found)


def _place(place: NamedPlace) -> Candidate:
    return Candidate("place", place.start, place.end, place.text, place)


def _word(word: Word) -> Candidate:
    return Candidate(word.kind, word.start, word.end, word.text, word)
