"""The question a fragment turns to, where the one that stands does not depend on what it tells: an ordered table."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from dialogue.children import is_baby
from dialogue.decided import decided_or_none
from dialogue.question_groups import (
    BY_WHEN,
    COVERAGE,
    COVERED_FROM,
    NONLOCAL,
    ON_PAPERS,
    PAID_TWICE,
    PAYMENTS,
    UNBORN,
    VISITS,
    WHICH_YEAR,
)
from dialogue.questions.asked import ASKING, tells_of_parents
from dialogue.questions.meant import IN_TIME
from dialogue.questions.other_answers import asked_otherwise, offered_and_turns_on_it
from dialogue.reading import NEGATED
from dialogue.state import Standing
from dialogue.turn import Situation

AT_BIRTH = "ask_birth_expense"
Rule = Callable[[Situation, Standing], Standing | None]
MAY_BE_ENROLLED_HERE = (NONLOCAL, "ask_student_enrollment")
"""Questions on whether a child may be enrolled here, of which one paid for elsewhere would be enrolled twice."""
_NOT_YET = re.compile("(?:没|未)(?:有)?(?:给)?[^，。；,; ]{0,4}(?:弄|办|上|参|买|交|缴)")
_ONLY = re.compile("[只光单]")
_NOT_ANY_MORE = re.compile("没|断|停|未|退")


def turned_to(s: Situation, standing: Standing, *, again: bool) -> tuple[Standing, date | None] | None:
    """The question a message turns to, with the day that was asked about where that is judged in its answer.

    Args:
        standing: the question that stands, with what has changed.
        again: would its answer be the same as before?
    """
    for rule, judges_the_day in (*_WHATEVER_ITS_ANSWER, *(_WHERE_ITS_ANSWER_IS_THE_SAME if again else ())):
        other = rule(s, standing)
        if other is not None:
            return other, s.heard.day if judges_the_day else None
    return None


def _paid_twice(s: Situation, standing: Standing) -> Standing | None:
    """“爸妈在老家已经给他交了26年的”, after whether a child may be enrolled here: then it would be twice."""
    if standing.intent not in MAY_BE_ENROLLED_HERE:
        return None
    here, told = s.state.region or (s.before.standing.region if s.before.standing else None), s.heard.told
    paid = "paid_years" in told or "enrolled_years" in told
    there = [
        m for m in s.reading.mentions if m.kind == "place" and m.said and m.polarity != NEGATED and len(m.value) == 1
    ]
    running = {*told.get("paid_years", ()), *told.get("enrolled_years", ())} & {s.today.year, s.today.year + 1}
    still = bool(running) and _NOT_ANY_MORE.search(s.reading.text) is None
    elsewhere = bool(here) and any(str(m.value[0])[:2] != str(here)[:2] for m in there)
    return replace(standing, intent=PAID_TWICE) if elsewhere and paid and still else None


def _born_early(s: Situation, standing: Standing) -> Standing | None:
    """“提前生了，31号落地的呢”, after what holds before a birth: then it is a newborn."""
    born = standing.intent == UNBORN and "birth_date" in s.heard.supposed
    return replace(standing, intent=BY_WHEN) if born else None


def _next_year_only(s: Situation, standing: Standing) -> Standing | None:
    """“光交明年的行不”, of a newborn, whatever was answered: from when that counts, with the year of birth left out."""
    born, years = str(s.state.facts.get("birth_date") or ""), s.heard.supposed.get("paid_years") or ()
    later = bool(born and years) and min(years) > int(born[:4])
    if not later or not is_baby(s.state.facts, s.today) or _ONLY.search(s.reading.text) is None:
        return None
    known = standing.intent in (COVERED_FROM, AT_BIRTH, WHICH_YEAR)
    return None if known else _if_decided(s, replace(standing, intent=COVERED_FROM))


def _newborn_not_enrolled(s: Situation, standing: Standing) -> Standing | None:
    """“镇江 11月28生的 还没弄医保”, after a bill: of a newborn nobody enrolled it turns on the days since the birth."""
    told = "birth_date" in s.heard.told and is_baby(s.state.facts, s.today)
    not_yet = s.reading.notes.get("not_yet") in ("registered", "paid") or _NOT_YET.search(s.reading.text)
    after_a_bill = standing.intent in ("ask_benefit_level", "ask_claim_process", "ask_medical_assistance")
    return _if_decided(s, replace(standing, intent=AT_BIRTH)) if told and not_yet and after_a_bill else None


def _done_by_then(s: Situation, standing: Standing) -> Standing | None:
    """A day of payment that is only supposed, after an answer on something else (papers): of the limit."""
    if standing.intent in PAYMENTS and standing.intent not in ON_PAPERS:
        return None
    done = s.heard.supposed.get("paid_date")
    if done is None and IN_TIME.search(s.reading.text):  # “五一以后回去办来得及不”: then paid as well
        done = s.heard.supposed.get("registered_date")
    return replace(standing, intent=BY_WHEN, supposed={**standing.supposed, "paid_date": done}) if done else None


def _cared_for(s: Situation, standing: Standing) -> Standing | None:
    """“8月底住过院”, after the papers: is that covered?"""
    cared_for = any(m.role == "visit" and m.said and m.polarity != NEGATED for m in s.reading.mentions)
    if not cared_for or standing.intent in (*VISITS, *COVERAGE):
        return None
    return _if_decided(s, replace(standing, intent=COVERED_FROM))


def _next_year_not_paid(s: Situation, standing: Standing) -> Standing | None:
    """“明年的还没交哎”, after how much is paid of a bill: until when it can be."""
    next_year = s.reading.notes.get("not_yet") == "paid" and "paid_years" in s.heard.supposed
    return replace(standing, intent=BY_WHEN) if next_year and standing.intent not in PAYMENTS else None


def _of_the_year(s: Situation, standing: Standing) -> Standing | None:
    """A year that is paid, where the answer does not turn on it: which year that is, or from when it counts."""
    paid = "paid_years" in {**s.heard.told, **s.heard.supposed}
    if not paid or standing.intent == WHICH_YEAR or standing.intent not in PAYMENTS:
        return None
    only = "只" in s.reading.text and is_baby(s.state.facts, s.today)  # “只交明年的会怎样”, of a newborn
    return _if_decided(s, replace(standing, intent=COVERED_FROM if only else WHICH_YEAR))


def _offered_or_asked(s: Situation, standing: Standing) -> Standing | None:
    """What was offered beside the answer and turns on the day just told; else what the fragment asks, where it does not
    only tell something."""
    if s.reading.notes.get("unwritten"):
        return None
    tells = (
        tells_of_parents(s)
        or "paid_years" in s.heard.supposed
        or (bool(s.heard.told) and not ASKING.search(s.reading.text))
    )
    return offered_and_turns_on_it(s) or (None if tells else asked_otherwise(s))


def _if_decided(s: Situation, standing: Standing) -> Standing | None:
    return standing if decided_or_none(s.state, standing, s.today) is not None else None


_WHATEVER_ITS_ANSWER: tuple[tuple[Rule, bool], ...] = (
    (_paid_twice, False),
    (_born_early, True),
    (_next_year_only, False),
    (_newborn_not_enrolled, False),
)
_WHERE_ITS_ANSWER_IS_THE_SAME: tuple[tuple[Rule, bool], ...] = (
    (_done_by_then, True),
    (_cared_for, True),
    (_next_year_not_paid, False),
    (_of_the_year, False),
    (_offered_or_asked, True),
)
"""Rules, each with whether the answer judges a day that was asked about; in an answer on a year there is none to be."""
