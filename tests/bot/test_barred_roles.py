"""The rules that say what a candidate cannot be: each holds in the example it is explained with."""

import re
from datetime import date

import pytest

from bot.nlu.barred_roles import EVERY, FIRST, cannot_be, kind_of
from bot.nlu.barred_roles.engine import RoleRule, Spot, first
from bot.nlu.mentions import find_mentions
from bot.nlu.text import read_text

DAY = date(2026, 11, 26)
RULES = {rule.why: rule for table in (FIRST, EVERY) for rules in table.values() for rule in rules}


def spots(message: str) -> list[Spot]:
    """Every candidate of a message, where nothing stood before."""
    text = read_text(message)
    found = find_mentions(text, DAY)
    alone = sum(candidate.kind == "place" for candidate in found) == 1
    return [Spot(text.plain, candidate, alone=alone, lapses=False, placed=False) for candidate in found]


def counts(rule: RoleRule, spot: Spot) -> bool:
    """Does the rule hold, and none before it that would count in its stead?"""
    kind = kind_of(spot.candidate)
    if rule in EVERY.get(kind, ()):
        return rule.holds(spot)
    return next((one for one in FIRST.get(kind, ()) if one.holds(spot)), None) is rule


@pytest.mark.parametrize("rule", RULES.values(), ids=[f"r{n}" for n in range(len(RULES))])
def test_a_rule_counts_in_its_own_example(rule: RoleRule) -> None:
    example = re.findall("“([^”]+)”", rule.why)
    assert example, f"{rule.why} has no example"
    assert any(counts(rule, spot) for spot in spots(example[0])), rule.why


def test_a_rule_says_what_is_barred_or_what_alone_is_not() -> None:
    for rule in RULES.values():
        assert bool(rule.bars) != bool(rule.only), rule.why


def test_no_two_rules_are_explained_alike() -> None:
    rules = {id(rule) for table in (FIRST, EVERY) for several in table.values() for rule in several}
    assert len(rules) == len(RULES)


def test_rules_that_contradict_each_other_leave_a_place_its_roles() -> None:
    message = "我在大连，媳妇在老家五常带孩子"  # relatives are there, and the child is minded there
    place = next(spot.candidate for spot in spots(message) if spot.candidate.text == "五常")
    assert (cannot_be(message, place, only=False, lapses=False) == 0).any()


def test_what_no_rule_speaks_of_is_barred_by_none() -> None:
    (spot,) = spots("南京")
    assert first((), spot) == frozenset()
