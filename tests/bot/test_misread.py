"""Small inputs that were misread, each kind with variants of its own: days, places, school years.

A line of misread_*.tsv: kind, day of asking, context as `bot.turns` writes it, message, and what it tells:

    name=value          told as so of a child of the family; a/b=value under either name, name=x~y one of two values
    name?=value         only supposed, asked about or planned
    name@大的=value     of that child; 他人 and 家长 are nobody of ours
    asked=day           a day that is asked about under any name, and of nothing that has happened
    !name               not told and not supposed (`!place` no place at all, `!date` no day and no month)
    ~name=value         may be told

Days of birth, days of payment and regions that no token names must not be told as so. `|` stands between readings that
a careful person may have. The lunar days were worked out by hand and compared with two other calendars.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.nlu.conversation import Context
from bot.turns import parse_context
from dialogue.facts import PLACES, FactMention, told_in
from dialogue.reading import PARENT, STRANGER
from tests.bot.conftest import ROOT, mostly

FOLDER = Path(__file__).parent
FILES = ("dates", "places", "stages")
CRITICAL = ("region", "birth_date", "paid_date")
"""Facts that decide an answer: a wrong one must at least be asked about."""
ASKED = ("deadline_asked?", "paid_date?", "visit_date?", "registered_date?", "other_date", "other_date?")
STRANGERS = (STRANGER, PARENT)


@dataclass(frozen=True)
class Variant:
    """One line of a file."""

    kind: str
    as_of: str
    context: str
    message: str
    expected: str


def variants() -> Iterator[Variant]:
    """Every line of every file."""
    for name in FILES:
        for line in (FOLDER / f"misread_{name}.tsv").read_text("utf-8").splitlines()[1:]:
            yield Variant(*line.split("\t"))


VARIANTS = tuple(variants())
KINDS = tuple(dict.fromkeys(variant.kind for variant in VARIANTS))


@lru_cache(maxsize=1)
def titles() -> "dict[str, str]":
    """Question → its title, which the dialogue tells the reader."""
    found = yaml.safe_load((ROOT / "policies" / "questions.yml").read_text("utf-8"))
    return {intent: str(question["title"]) for intent, question in found.items()}


@lru_cache(maxsize=1)
def thresholds() -> "dict[str, float]":
    """Fact → the confidence from which the dialogue believes it; from its source, which needs a newer Python."""
    place, day = _constant("places", "SURE"), _constant("day_events", "HARDLY_SURE")
    return {"region": place, "birth_date": day, "paid_date": day}


def _constant(module: str, name: str) -> float:
    tree = ast.parse((ROOT / "dialogue" / "hearing" / f"{module}.py").read_text("utf-8"))
    constants = [node for node in tree.body if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)]
    found = {node.targets[0].id: node.value.value for node in constants if isinstance(node.targets[0], ast.Name)}
    return float(found[name])


def context_of(line: str) -> Context:
    """The context of a line, as the dialogue would send it."""
    told = parse_context(f"@ {line}") if line else {}
    lists = {
        name: tuple(part.strip() for part in told.get(name, "").split(",") if part.strip())
        for name in ("knows", "kids", "offered")
    }
    words = {name: told.get(name, "") for name in ("open", "expect", "form", "queue")}
    return Context(**words, **lists, about=titles().get(told.get("open", ""), ""))


_heard: "dict[Variant, list[FactMention]]" = {}


def heard(reader: Any, variant: Variant) -> "list[FactMention]":
    """What the message tells; days that cannot be are no facts. Each variant is read once."""
    if variant not in _heard:
        reading = reader.read(variant.message, context_of(variant.context), date.fromisoformat(variant.as_of))
        found = told_in(reading)
        _heard[variant] = [one for one in found if one.mention is None or one.mention.problem is None]
    return _heard[variant]


def written(value: Any) -> str:
    return ",".join(str(one) for one in value) if isinstance(value, list) else str(value)


def told_values(told: "list[FactMention]", name: str) -> "set[str]":
    """The values told under a name (`stage`, `paid_date?`, `stage@大的`); years of one name are one list."""
    plain, _, owner = name.rstrip("?").partition("@")
    found = [
        one for one in told if one.name == plain and one.supposed == name.endswith("?")
        and (one.child == owner if owner else one.child not in STRANGERS)
    ]  # fmt: skip
    if plain.endswith("_years"):
        years = sorted({year for one in found for year in one.value})
        return {written(years)} if years else set()
    return {written(one.value) for one in found}


def held(token: str, told: "list[FactMention]") -> bool:
    """Is what one token says so?"""
    if token.startswith("~"):
        return True
    if token == "!place":
        return not any(one.name in PLACES.values() for one in told)
    if token == "!date":
        return not any(one.name.endswith("_date") or one.name == "deadline_asked" for one in told)
    if token.startswith("!"):
        return not told_values(told, token[1:]) and not told_values(told, f"{token[1:]}?")
    names, _, values = token.partition("=")
    wanted = set(values.split("~"))
    options = ASKED if names == "asked" else names.split("/")
    return any(told_values(told, name) & wanted for name in options)


def allowed(expected: str, name: str) -> "set[str]":
    """The values of a fact that some token of any reading names."""
    found: set[str] = set()
    for token in expected.replace("|", " ").split():
        names, _, values = token.lstrip("~").partition("=")
        if name in {one.partition("@")[0].rstrip("?") for one in names.split("/")}:
            found |= set(values.split("~"))
    return found


def unasked(variant: Variant, told: "list[FactMention]", least: "dict[str, float] | None" = None) -> "list[str]":
    """Deciding facts told as so that the line does not name, where the reader was as sure as `least`."""
    wrong = []
    for one in told:
        if one.name not in CRITICAL or one.supposed or one.child in STRANGERS:
            continue
        vague = len(one.value) > 1 if one.name == "region" else len(str(one.value)) < 10
        sure = one.mention is None or least is None or one.mention.confidence >= least[one.name]
        if sure and not vague and written(one.value) not in allowed(variant.expected, one.name):
            wrong.append(f"{one.name}={written(one.value)}")
    return wrong


def right(variant: Variant, told: "list[FactMention]") -> bool:
    readings = [reading.split() for reading in variant.expected.split("|")]
    return not unasked(variant, told) and any(all(held(token, told) for token in tokens) for tokens in readings)


def shown(variant: Variant, told: "list[FactMention]") -> str:
    facts = [
        f"{one.name}{'@' + one.child if one.child else ''}{'?' if one.supposed else ''}={written(one.value)}"
        for one in told
    ]
    return f"{variant.as_of} {variant.message} → {' '.join(facts) or '无'}，应为 {variant.expected}"


STILL_MISREAD = frozenset(
    [
        "预产期是10月20，结果10月8号就发动了，生了个女儿",
        "说是12月中旬生，11月22号凌晨就来了",
        "迁户是4月14号办完的，4月29扣的款，孩子八岁",
        "娃三岁半，户口11月2号才转到徐州，11月16交的",
        "6月8号孩子户口转来镇江我婆家这边，四岁，6月28交的居民医保",
        "宝宝再过5天满90天",
        "宝宝后天就88天了",
        "我妈在镇江给我看着娃，我在南京上班",
        "娃以前在合肥交的医保，现在转学到南京",
        "孩子他爸张家港的，孩子他妈江阴的",
        "外婆年纪大三高，她账户的钱能给娃用不",
        "我这边是大庆，他那边是威海",
    ]
)
"""Variants that the learned roles do not hear yet (docs/language.md): taken off here as soon as one is heard."""


def test_what_is_said_to_be_misread_still_is(reader: Any) -> None:
    known = [variant for variant in VARIANTS if variant.message in STILL_MISREAD]
    assert {variant.message for variant in known} == STILL_MISREAD
    assert len(known) <= 0.05 * len(VARIANTS)
    assert [v.message for v in known if right(v, heard(reader, v))] == []


def test_every_kind_has_variants_of_its_own() -> None:
    assert len({variant.message for variant in VARIANTS}) == len(VARIANTS)
    for kind in KINDS:
        assert sum(variant.kind == kind for variant in VARIANTS) >= 15, kind


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_that_was_misread_is_heard(reader: Any, kind: str) -> None:
    chosen = [variant for variant in VARIANTS if variant.kind == kind and variant.message not in STILL_MISREAD]
    found = [right(variant, heard(reader, variant)) for variant in chosen]
    missed = [shown(v, heard(reader, v)) for v, ok in zip(chosen, found) if not ok]
    mostly(found, 0.95, missed)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_that_decides_is_wrong_without_asking(reader: Any, kind: str) -> None:
    chosen = [variant for variant in VARIANTS if variant.kind == kind and variant.message not in STILL_MISREAD]
    wrong = {v: unasked(v, heard(reader, v), thresholds()) for v in chosen}
    assert [f"{' '.join(found)}: {shown(v, heard(reader, v))}" for v, found in wrong.items() if found] == []
