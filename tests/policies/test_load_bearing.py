"""Every value of a computed rule carries weight: one more or one less, and a published case breaks."""

import copy
import inspect
import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import pytest

from policies.answers import compose
from policies.decisions import decide
from policies.errors import PolicyError
from policies.library import COMPILED, Library, default, freeze
from policies.loading import ROOT, YamlFile
from policies.schema import PolicyCase
from policies.templates import RESIDUAL, TEMPLATES, TOLD

default()  # compiles it first if the files have changed
TABLE: dict[str, Any] = json.loads(COMPILED.read_text("utf-8"))


@lru_cache(maxsize=1)
def published() -> list[tuple[PolicyCase, str]]:
    """Every published case with its region; read when the first test asks, for every worker imports this module."""
    return [
        (case, path.parent.name)
        for path in sorted((ROOT / "regions").glob("*/cases*.yml"))
        for _, case in YamlFile(path).read_list(PolicyCase)
    ]


def outcome(case: PolicyCase, region: str, library: Library) -> Any:
    try:
        made = decide(case.intent, case.facts, case.region or region, date.fromisoformat(case.as_of), library)
    except PolicyError as error:
        return str(error)
    answer = compose(made, library)
    return answer.status, answer.certainty, json.dumps(answer.values, sort_keys=True, ensure_ascii=False)


def as_tuple(value: Any) -> Any:
    return tuple(as_tuple(one) for one in value) if isinstance(value, list | tuple) else value


def holds(library: Library) -> bool:
    """Do all published expectations hold?"""
    for case, region in published():
        made = decide(case.intent, case.facts, case.region or region, date.fromisoformat(case.as_of), library)
        actual = {**made.values, "status": made.status, "certainty": made.certainty}
        for name, wanted in case.expect.model_dump(exclude_none=True).items():
            got = actual.get(name)
            if as_tuple(got) != as_tuple(wanted):
                return False
    return True


def computed(template: str, name: str) -> bool:
    """Does the template's module use this value, or does it only stand in the words (where the linter checks it)?"""
    return f'"{name}"' in inspect.getsource(inspect.getmodule(TEMPLATES[template]) or TEMPLATES)


def values() -> Iterator[tuple[int, str, Any]]:
    """Each number and date of a computed rule, with its neighbours."""
    for index, rule in enumerate(TABLE["rules"]):
        if rule["template"] in TOLD | RESIDUAL:
            continue
        for name, param in rule["params"].items():
            value = param["value"]
            a_date = isinstance(value, str) and len(value) == 10 and value[4] == "-"
            if not computed(rule["template"], name):
                continue
            if a_date or (isinstance(value, int) and name not in ("benefit_year", "base_wan")):
                yield index, name, value


def moved(value: Any, by: int) -> Any:
    if isinstance(value, int):
        return value + by
    return (date.fromisoformat(value) + timedelta(days=by)).isoformat()


def test_the_cases_hold_on_the_table_as_it_is() -> None:
    assert holds(freeze(TABLE))
    assert len(published()) > 350


@pytest.mark.parametrize(
    ("index", "name", "value"), [pytest.param(*v, id=f"{TABLE['rules'][v[0]]['id']}-{v[1]}") for v in values()]
)
def test_one_more_or_one_less_breaks_a_case(index: int, name: str, value: Any) -> None:
    broken = []
    for by in (1, -1):
        table = copy.deepcopy(TABLE)
        table["rules"][index]["params"][name]["value"] = moved(value, by)
        try:
            broken.append(not holds(freeze(table)))
        except (ValueError, PolicyError):
            broken.append(True)
    assert any(broken), f"{TABLE['rules'][index]['id']}: {name}={value} 没有案例管着"


def test_no_day_is_without_a_decision_or_with_an_unlisted_conflict() -> None:
    """Boundaries ±1, quarter starts and leap days: no crash, and only the conflict the documents really have."""
    library = freeze(TABLE)
    edges = {date(y, m, 1) for y in (2024, 2025, 2026) for m in (1, 4, 7, 10)} | {date(2024, 2, 29)}
    edges |= {date(2025, 6, 30), date(2024, 7, 1), date(2023, 12, 31), date(2024, 6, 30), date(2024, 12, 31)}
    days = sorted({day + timedelta(days=n) for day in edges for n in (-1, 0, 1)})
    conflicts = set()
    for birth in days:
        for wait in (0, 89, 90, 91):
            paid = birth + timedelta(days=wait)
            facts = {"birth_date": birth.isoformat(), "paid_date": paid.isoformat(), "paid_years": [birth.year]}
            for region in ("320000", "371000", "230000", "100000"):
                for intent in ("ask_waiting_period", "ask_coverage_start", "ask_birth_expense", "ask_payment_period"):
                    made = decide(intent, facts, region, date(2027, 5, 1), library)
                    if made.status == "conflict":
                        conflicts.add((region, made.rule_id))
    assert conflicts == {("230000", "hl.coverage.two_texts")}
