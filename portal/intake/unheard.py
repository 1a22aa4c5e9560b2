"""Rules that never get to speak: of all that was tried, another rule answered each time. Two rules for one question
look right one by one; which of them parents hear is decided by their order and by whom they are told to."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from policies.check_silence import children
from policies.decisions import Decision, decide
from policies.errors import PolicyError
from policies.facts import Facts
from policies.library import Library

Asked = tuple[str, dict[str, Any] | Facts, date]
"""A question with what was said and the day."""


def unheard(
    library: Library, rules: Iterable[str], region: str, cases: Sequence[Asked], days: Sequence[date]
) -> Iterator[tuple[str, str]]:
    """Each of these rules that never answered, and the rule that did instead (empty where none did).

    Tried are the draft's cases, every question of the rule on each day without facts, and the linter's children.
    """
    for key in rules:
        instead = ""
        for made in _tried(library, key, region, cases, days):
            heard = {made.rule_id, *(one.rule_id for one in made.beside)}
            if key in heard:
                break
            instead = instead or made.rule_id or ""
        else:
            yield key, instead


def _tried(library: Library, key: str, region: str, cases: Sequence[Asked], days: Sequence[date]) -> Iterator[Decision]:
    rule = library.rules[key]
    bare: list[Asked] = [(intent, {}, day) for intent in rule.intents for day in days]
    edges: Iterator[Asked] = ((intent, facts, day) for intent in rule.intents for facts, day in children(rule))
    for intent, facts, day in (*bare, *(one for one in cases if one[0] in rule.intents), *edges):
        with suppress(PolicyError, KeyError):
            yield decide(intent, facts, region, day, library)
