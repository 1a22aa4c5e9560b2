"""The shapes of rules that can be chosen in the portal, from `shapes.yml`: templates of `policies/templates` with what
each needs and a sentence to begin with. What fits none of them is a `statement`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from yaml import CSafeLoader, load

FILE = Path(__file__).parent / "shapes.yml"


@dataclass(frozen=True)
class ShapeParam:
    label: str
    kind: str


@dataclass(frozen=True)
class ShapeSentence:
    """What is said of one outcome: its name for people, and words to begin with.

    `rests_on`: the words of which a paper has at least one where it says anything of this outcome.
    """

    label: str
    text: str
    rests_on: Sequence[str] = ()


@dataclass(frozen=True)
class RuleShape:
    """One template as a form. `values`: the placeholders its sentences may use, in words."""

    name: str
    title: str
    when: str
    says: Mapping[str, ShapeSentence]
    params: Mapping[str, ShapeParam] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    questions: tuple[str, ...] = ()
    annual: bool = False
    newborn: bool = False


FOR_ALL: Mapping[str, str] = {
    "benefit_year": "这份文件的年", "annual_year": "只管的年", "document": "文号", "document_title": "文件标题",
}  # fmt: skip
"""Placeholders every sentence may use, in words."""
_BRACES = re.compile(r"\{([^{}]*)\}")


def in_chinese(sentence: str, shape: RuleShape) -> str:
    """Its placeholders by their words, as people read them: {window_from} is {第一天}."""
    return _named(sentence, {**FOR_ALL, **shape.values})


def from_chinese(sentence: str, shape: RuleShape) -> str:
    """The other way round; what is no word of this shape stays."""
    return _named(sentence, {label: name for name, label in {**FOR_ALL, **shape.values}.items()})


def _named(sentence: str, names: Mapping[str, str]) -> str:
    return _BRACES.sub(lambda found: f"{{{names.get(found.group(1).strip(), found.group(1))}}}", sentence)


@cache
def shapes() -> Mapping[str, RuleShape]:
    """Every shape by its template's name."""
    raw = load(FILE.read_text("utf-8"), CSafeLoader)
    return {
        name: RuleShape(
            name, one["title"], one["when"], {key: ShapeSentence(**said) for key, said in one["says"].items()},
            {key: ShapeParam(**param) for key, param in one.get("params", {}).items()}, one.get("values", {}),
            tuple(one.get("questions", ())), one.get("annual", False), one.get("newborn", False),
        )
        for name, one in raw.items()
    }  # fmt: skip
