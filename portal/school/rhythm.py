"""The school year's occasions: publicity month, payment window, newborns. Their dates come from the region's documents.

There is no date in this file: windows are decided by the rules, the publicity month is read from its cited sentence.
Only how long before an end one reminds is ours.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from leaflets import suggested
from policies import places
from policies.decisions import decide
from policies.library import Library
from policies.workdays import day_of

BEFORE_THE_END = (14, 3)
"""Days before the end of a payment window at which reminders are suggested."""
_PUBLICITY = re.compile(r"每年(\d{1,2})月开展.{0,80}宣传")


@dataclass(frozen=True)
class Suggestion:
    """One occasion: its suggested day (a working day), the leaflet to make, and the sentence it rests on."""

    key: str
    title: str
    day: date
    form: str
    stage: str
    year: int
    source: str
    over: bool = False


def suggestions(region: str, stage: str, today: date, library: Library) -> list[Suggestion]:
    """The occasions of this and the next season, by day; those that are over stay as a record of the year."""
    found: list[Suggestion] = []
    for year in (today.year, today.year + 1):
        window = _window(region, stage, year, today, library)
        if window is None:
            continue
        begins, ends, source = window
        month = _publicity(region, begins.year, library, today)
        if month is not None:
            found.append(_make("publicity", "集中宣传月：政策明白纸", month[0], "notice", stage, year, month[1], today))
        found.append(_make("opens", f"{year}年度开始缴费", begins, "notice", stage, year, source, today))
        for days in BEFORE_THE_END:
            title = f"{year}年度缴费还剩 {days} 天：提醒"
            found.append(
                _make(f"ends-{days}", title, ends - timedelta(days=days), "message", stage, year, source, today)
            )
        title = "缴费期里出生的孩子：换新的一封信（医院、接种点）"
        found.append(_make("newborn", title, begins, "letter", "新生儿", begins.year, source, today))
    return sorted({(s.key, s.year): s for s in found}.values(), key=lambda s: (s.over, s.day))


def _window(region: str, stage: str, year: int, today: date, library: Library) -> tuple[date, date, str] | None:
    facts = {"stage": stage, "paid_years": [year]}
    decision = decide("ask_payment_period", facts, region, today, library)
    window = decision.values.get("window")
    if decision.status != "decided" or not window or not decision.clauses:
        return None
    if decision.values.get("for_year", year) != year:
        return None
    sentence = library.sentences[decision.clauses[0]]
    begins, ends = (date.fromisoformat(one) if isinstance(one, str) else one for one in window)
    return begins, ends, f"{library.sources[sentence.doc].number}（{sentence.at}）：“{sentence.quote}”"


def _publicity(region: str, year: int, library: Library, today: date) -> tuple[date, str] | None:
    chain = [place.adcode for place in places.chain(region)]
    for sentence in library.sentences.values():
        source, found = library.sources[sentence.doc], _PUBLICITY.search(sentence.quote)
        if found and source.region in chain and sentence.known_from <= today:
            return date(year, int(found[1]), 1), f"{source.number}（{sentence.at}）：“{sentence.quote}”"
    return None


def _make(
    key: str, title: str, day: date, form: str, stage: str, year: int, source: str, today: date
) -> Suggestion:  # fmt: skip
    while not day_of(day).works:
        day += timedelta(days=1)
    return Suggestion(key, title, day, form, stage, year, source, over=day < today)


def questions(form: str, stage: str) -> tuple[str, ...]:
    """The questions a suggested leaflet starts with."""
    return suggested(stage)
