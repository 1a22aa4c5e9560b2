"""What an agent can put into a reply: answers of the rules found by a search, and ready-made lines (canned.tsv)."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from common.casebook import HandoverCase, Note
from policies import places
from policies.answers import compose
from policies.decisions import decide
from policies.library import Library
from portal import copies
from portal.fields import usable
from portal.nlu_client import ParsedCall
from portal.regions import said_in
from portal.search import Index

CANNED = Path(__file__).parent / "canned.tsv"
MOST = 5
"""Answers offered at once: as many as have a key."""
_PERSON_WANTED = re.compile(r"人工|真人|客服|坐席")
_SHORT = 12
"""A message of so many characters that names a person is a wish for one, not the question."""


@dataclass(frozen=True)
class Snippet:
    """Something to insert."""

    title: str
    text: str


@cache
def canned(hotline: str) -> tuple[Snippet, ...]:
    """The ready-made lines; none says anything of the rules."""
    with CANNED.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return tuple(Snippet(row["名称"], row["话"].replace("{hotline}", hotline)) for row in rows)


def question_of(case: HandoverCase, notes: Iterable[Note] = ()) -> str:
    """What the parent last asked about, in their own words; empty when nothing was asked."""
    said = [str(one["text"]) for one in case.transcript if one["who"] == "parent"]
    said += [note.text for note in notes if note.who == "parent"]
    asked = [text for text in said if not (len(text) <= _SHORT and _PERSON_WANTED.search(text))]
    return asked[-1] if asked else ""


def answers(
    query: str, region: str | None, today: date, library: Library, index: Index, heard: ParsedCall | None = None
) -> tuple[Snippet, ...]:
    """Answers to what was searched, in this region or the one named in the search; `heard` first, with its facts."""
    named, rest = said_in(query)
    where = named or region or places.NATION
    chain = [place.adcode for place in places.chain(where)]
    intents = [found.intent for found in index.find(rest, chain) if found.intent is not None]
    facts = {}
    if heard is not None and heard.intent is not None:
        intents.insert(0, heard.intent)
        facts, where = usable(heard.facts)[0], heard.region or where
    return tuple(_offer(intent, facts, where, today, library) for intent in list(dict.fromkeys(intents))[:MOST])


def _offer(intent: str, facts: dict[str, object], region: str, today: date, library: Library) -> Snippet:
    answer = compose(decide(intent, facts, region, today, library), library)
    return Snippet(library.questions[intent]["title"], copies.message(answer, library))
