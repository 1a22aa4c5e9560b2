"""What a rule will say, line by line, beside the paper: the quote each number was found in, and the lines that no
ticked quote writes.

That a number stands in the quotes is checked when a sentence is kept. That it is the right one of two (who pays 420 and
who gets 210) only eyes see: so both stand side by side before anybody signs.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from policies.counting import chinese_date
from portal.intake.content import DraftClause, DraftContent, DraftRule, PickedNumber
from portal.intake.files import worded
from portal.intake.numbers import NumberUnknown, numbers_said
from portal.intake.shapes import FOR_ALL, shapes

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_AROUND = 24
"""Characters of the quote shown on either side of a number."""
_PIECES = re.compile(r"[，。；：、！？,;:!?（）()“”\s]+")
_HAN = re.compile("[\u4e00-\u9fff]")
_SHORTEST = 4
"""Fewer Chinese characters between two commas say nothing of law."""


@dataclass(frozen=True)
class NumberBeside:
    """A number as it is said, and the quote it was found in, parted for a page; `clause` is empty for no quote."""

    said: str
    clause: str
    before: str
    found: str
    behind: str = ""


@dataclass(frozen=True)
class ToldLine:
    """One sentence of a rule. `unwritten`: what of it no ticked quote writes, in words; empty where nothing."""

    label: str
    text: str
    numbers: tuple[NumberBeside, ...]
    unwritten: str


def told(content: DraftContent) -> dict[str, list[ToldLine]]:
    """Each rule's lines by its id."""
    aloud = read_aloud(content)
    return {rule.id: _lines(rule, content, aloud[rule.id]) for rule in content.rules}


def _lines(rule: DraftRule, content: DraftContent, aloud: dict[str, str]) -> list[ToldLine]:
    basis = [clause for clause in content.clauses if clause.id in rule.clauses]
    try:
        says, params = worded(rule, content)
    except NumberUnknown:  # a clause was changed since: the check names it
        says, params = {}, {}
    labels = shapes()[rule.shape].says
    return [
        ToldLine(labels[key].label if key in labels and len(labels) > 1 else "", text,
                 tuple(_beside(says.get(key, ""), basis, params)), unwritten(rule, key, basis))
        for key, text in aloud.items()
    ]  # fmt: skip


def _beside(sentence: str, basis: Sequence[DraftClause], params: dict[str, Any]) -> list[NumberBeside]:
    year = params.get("benefit_year")
    picked = {name: one for name, one in params.items() if isinstance(one, PickedNumber)}
    quotes = {clause.id: clause.quote for clause in basis}
    made = []
    if isinstance(year, dict) and "{benefit_year}" in sentence:
        said, clause = f"{year['value']}年", year.get("clause", "")
        made.append(NumberBeside(said, clause, "", year.get("reads") or year.get("assumption", "")))
    for said, number in numbers_said(sentence, basis, picked):
        before, found, behind = quotes.get(number.clause, "").partition(number.reads)
        made.append(NumberBeside(said, number.clause, before[-_AROUND:], found or number.reads, behind[:_AROUND]))
    return list(dict.fromkeys(made))


def unwritten(rule: DraftRule, outcome: str, basis: Sequence[DraftClause]) -> str:
    """What of a line no ticked quote writes: the whole case it speaks of, or pieces without a word in common."""
    quotes = "".join("".join(clause.quote.split()) for clause in basis)
    known = shapes()[rule.shape].says.get(outcome)
    if known is not None and known.rests_on and not any(word in quotes for word in known.rests_on):
        return f"选的原句里没有“{'、'.join(known.rests_on)}”这样的话"
    own = set(_PIECES.split(known.text)) if known is not None else set()
    said = _PIECES.split(rule.says.get(outcome, ""))
    strange = [piece for piece in said if piece not in own and _is_strange(piece, quotes)]
    return f"选的原句里没有“{'”“'.join(strange)}”这样的话" if strange else ""


def _is_strange(piece: str, quotes: str) -> bool:
    """Words without a number (those are looked for one by one) and without two characters in a row of any quote."""
    if any(c.isnumeric() or c in "{}" for c in piece) or len(_HAN.findall(piece)) < _SHORTEST:
        return False
    return not any(piece[at : at + 2] in quotes for at in range(len(piece) - 1))


def read_aloud(content: DraftContent) -> dict[str, dict[str, str]]:
    """Each rule's sentences for people: its numbers put in, what will be computed named in 〔〕."""
    return {rule.id: {key: _PLACEHOLDER.sub(partial(_filled, rule, content), said) for key, said in rule.says.items()}
            for rule in content.rules}  # fmt: skip


def _filled(rule: DraftRule, content: DraftContent, found: re.Match[str]) -> str:
    name = found.group(1)
    if name == "benefit_year" and content.document.annual_year:
        return str(content.document.annual_year)
    if name in rule.picked:
        value = rule.picked[name].value
        return chinese_date(date.fromisoformat(value)) if isinstance(value, str) else str(value)
    return f"〔{shapes()[rule.shape].values.get(name) or FOR_ALL.get(name, name)}〕"
