"""What a standing question is decided to be, computed again: the decision, and the days its answer names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from dialogue.children import with_usual_stage, years_of_pupil
from dialogue.question_groups import BY_WHEN
from dialogue.state import FACTS, DialogueState, Standing
from policies import places
from policies.answers import compose
from policies.decisions import Decision, decide
from policies.errors import FactError
from policies.facts import read_facts

_DAY_SAID = re.compile("(?:(?P<year>[0-9]{4})年)?(?P<month>[0-9]{1,2})月(?P<day>[0-9]{1,2})日")


def decided(state: DialogueState, standing: Standing, today: date) -> Decision:
    """The decision a standing answer rests on, computed again.

    Raises:
        FactError: what is known and what is supposed cannot both be true.
    """
    known = state.facts_of(standing.child)
    if standing.child == "他人":
        known = dict((state.relative or {}).get("facts", {}))
    facts = {name: value for name, value in {**known, **standing.supposed}.items() if name in FACTS}
    years = state.ages.get(standing.child) or years_of_pupil(standing.child, standing.intent, state.of_a_class)
    facts = with_usual_stage(facts, years)
    if standing.intent == BY_WHEN and "paid_date" not in standing.supposed and _of_another_year(known, standing):
        facts.pop("paid_date", None)
    return decide(standing.intent, read_facts(facts), standing.region or places.NATION, today)


def _of_another_year(known: Mapping[str, Any], standing: Standing) -> bool:
    """“今年的交了，明年的也这时候交吗”: the day on which this year's was paid says nothing of the other's."""
    paid, asked = known.get("paid_years"), standing.supposed.get("paid_years")
    return bool(paid and asked) and set(paid or ()).isdisjoint(asked or ())


def decided_or_none(state: DialogueState, standing: Standing, today: date, *, silent: bool = False) -> Decision | None:
    """The decision when the facts fit together and (unless `silent` will do) the documents say anything, else None."""
    try:
        decision = decided(state, standing, today)
    except FactError:
        return None
    return None if decision.status == "not_in_documents" and not silent else decision


def days_named(state: DialogueState, standing: Standing, today: date) -> list[date]:
    """The days that the standing answer names: its limit, its window, the day from which it holds."""
    decision = decided_or_none(state, standing, today)
    if decision is None:
        return []
    answer = compose(replace(decision, ask_for=()))
    found, year = list[date](), today.year
    for said in _DAY_SAID.finditer("\n".join((answer.headline, *answer.lines))):
        year = int(said["year"] or year)  # “2024年11月1日到12月25日”
        found.append(date(year, int(said["month"]), int(said["day"])))
    return list(dict.fromkeys(found))
