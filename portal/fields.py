"""The caller's facts as form fields: which ones matter for a question, how each is typed, and reading them back."""

import re
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import Any

from common.privacy.masking import mask
from policies import places
from policies.decisions import decide, reject_far_days
from policies.errors import FactError
from policies.facts import CATEGORIES, LABELS, Facts, read_facts
from policies.library import Library
from portal.dates import read_date
from portal.typed import whole_number

NAMES = tuple(Facts.model_fields)
SHOWN = 6
"""Fields shown at once; further ones wait under “更多情况”."""
_seen: ContextVar[set[str] | None] = ContextVar("seen", default=None)
_YES_NO = (("yes", "是"), ("no", "否"))
_USES = (("premium", "交保费"), ("medical", "看病买药"))
_SCHEMA = Facts.model_json_schema()["properties"]
_LISTED = ("category", "payer")
"""Facts of free text for the rules, of which the desk offers those that rules know."""
_PLACES = ("household_region", "school_region", "recognised_in", "place")
_LONGEST, _MOST_YEARS = 200, 30
"""Characters of one fact, and years in a list of years; more is no answer to any field."""
_YEARS = re.compile(r"[\s,，、;；]+")


@dataclass(frozen=True)
class Field:
    """One field. `kind`: date · years · number · choice · text. `asked`: this fact would make the answer exact."""

    name: str
    label: str
    kind: str
    value: str
    choices: tuple[tuple[str, str], ...] = ()
    asked: bool = False
    wrong: str | None = None


class _Watched(Facts):
    """Facts that note which of them a decision looked at."""

    def __getattribute__(self, name: str) -> Any:
        seen = _seen.get()
        if seen is not None and name in Facts.model_fields:
            seen.add(name)
        return super().__getattribute__(name)


def looked_at(intent: str, facts: Facts, region: str, today: date, library: Library) -> frozenset[str]:
    """The facts the rules of this question really ask for, given what is known: nobody keeps a list by hand."""
    seen: set[str] = set()
    watched = _Watched(**facts.model_dump())
    token = _seen.set(seen)
    try:
        decide(intent, watched, region, today, library)
    finally:
        _seen.reset(token)
    return frozenset(seen)


def fields(
    intent: str, facts: Facts, region: str, today: date, library: Library, *,
    asked: tuple[str, ...] = (), wrong: Mapping[str, tuple[str, str]] | None = None,
) -> list[Field]:  # fmt: skip
    """The fields of a question: what would make it exact first, then what else can change it, and all that was said.

    `wrong`: fields whose text could not be used, as (typed text, reason).
    """
    wrong = wrong or {}
    given = {name for name in NAMES if getattr(facts, name) is not None}
    wanted = looked_at(intent, facts, region, today, library) | given | set(asked) | set(wrong)
    order = sorted(wanted, key=lambda name: (name not in asked, NAMES.index(name)))
    made = []
    for name in order:
        typed, reason = wrong.get(name, (as_typed(name, getattr(facts, name)), None))
        made.append(Field(name, LABELS[name], kind(name), typed, tuple(_choices(name, region, library)),
                          name in asked, reason))  # fmt: skip
    return made


def kind(name: str) -> str:
    """How a fact is typed, from its type in the record: a new fact needs no line here."""
    if name in _LISTED:
        return "choice"
    types = [one for one in _SCHEMA[name]["anyOf"] if one["type"] != "null"]
    if any(one["type"] == "array" for one in types):
        return "years"
    (only,) = types
    if _is_yes_no(name) or "enum" in only:
        return "choice"
    return "number" if only["type"] == "integer" else str(only.get("format", "text"))


def _is_yes_no(name: str) -> bool:
    return any(one["type"] == "boolean" for one in _SCHEMA[name]["anyOf"])


def _choices(name: str, region: str, library: Library) -> Iterator[tuple[str, str]]:
    if name == "category":
        yield from ((one, one) for one in CATEGORIES)
    elif name == "use":
        yield from _USES
    elif name == "payer":
        chain = {place.adcode for place in places.chain(region)}
        named = [who for rule in library.rules.values() if rule.region in chain
                 for key in ("payers", "payers_by_reading") for who in rule.params.get(key, ())]  # fmt: skip
        yield from ((who, who) for who in dict.fromkeys([*named, "哥哥姐姐", "叔叔阿姨", "其他亲属"]))
    elif kind(name) == "choice":
        listed = [value for one in _SCHEMA[name]["anyOf"] for value in one.get("enum", ())]
        yield from ((value, value) for value in listed) if listed else _YES_NO


def as_typed(name: str, value: Any) -> str:
    """A fact as it stands in its field."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if name == "enrolled_elsewhere":
        return " ".join(str(year) for stay in value for year in stay.years)
    if isinstance(value, tuple | list):
        return " ".join(str(one) for one in value)
    if name in _PLACES and str(value).isdigit() and places.get(str(value)):
        return places.full_name(str(value))
    return str(value)


def read_form(
    known: Mapping[str, Any], form: Mapping[str, str], today: date
) -> tuple[dict[str, Any], dict[str, tuple[str, str]]]:
    """What was known, changed by what the form says: (facts as JSON data, fields that cannot be used).

    An emptied field forgets its fact. A field that is wrong by itself or contradicts another keeps its old value out.
    """
    facts, wrong = dict(known), dict[str, tuple[str, str]]()
    for name in NAMES:
        if name not in form:
            continue
        typed = form[name].strip()[:_LONGEST]
        facts.pop(name, None)
        if not typed:
            continue
        try:
            facts[name] = _read(name, typed, today)
        except ValueError as error:
            wrong[name] = (typed, str(error))
    facts, contradicting = usable(facts)
    return facts, wrong | contradicting


def usable(facts: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, tuple[str, str]]]:
    """The facts that can be true together, and those left out for it: as (typed text, reason)."""
    kept, wrong = dict(facts), dict[str, tuple[str, str]]()
    while True:
        try:
            reject_far_days(read_facts(kept))
        except FactError as error:
            if error.field not in kept:
                raise
            wrong[error.field] = (as_typed(error.field, kept.pop(error.field)), error.message)
        else:
            return kept, wrong


def _read(name: str, typed: str, today: date) -> Any:
    """One typed field as JSON data. Raises ValueError with a sentence."""
    how = kind(name)
    if how == "date":
        return read_date(typed, today, past=name == "birth_date").isoformat()
    if how == "years":
        said = [one for one in _YEARS.split(typed) if one]
        if not 0 < len(said) <= _MOST_YEARS or not all(one.isdecimal() and len(one) == 4 for one in said):
            raise ValueError("写四位年份，几年用空格分开，如 2025 2026")
        years = [int(one) for one in said]
        return [{"province": "外省", "years": years}] if name == "enrolled_elsewhere" else years
    if how == "number":
        number = whole_number(typed)
        if number is None:
            raise ValueError("写整数")
        return number
    if _is_yes_no(name):
        if typed not in ("yes", "no"):
            raise ValueError("选“是”或“否”")
        return typed == "yes"
    if name in _PLACES:
        found = places.meanings(typed) or tuple(p for p in (places.get(typed),) if p)
        return found[0].adcode if len(found) == 1 else typed
    return mask(typed)[0][:40]
