"""The supervisor's list of what was not answered well: one line a question and place, with its count."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from common.casebook import OpenQuestion
from policies.library import Library
from portal.labels import title
from portal.search.folding import fold

PER_PAGE = 50


@dataclass(frozen=True)
class QuestionGroup:
    """One line: what it is about, where, how often, from which sources, and each time it was asked (newest first)."""

    name: str
    region: str | None
    asked: tuple[OpenQuestion, ...]

    @property
    def kinds(self) -> tuple[tuple[str, int], ...]:
        return tuple(Counter(one.kind for one in self.asked).most_common())

    @property
    def ids(self) -> str:
        return " ".join(str(one.id) for one in self.asked)


def grouped(questions: Iterable[OpenQuestion], library: Library) -> list[QuestionGroup]:
    """The most frequent first; what has no question of its own is one line per wording."""
    found: dict[tuple[str, str | None], list[OpenQuestion]] = {}
    for one in questions:
        known = one.intent in library.questions
        name = title(one.intent, library) if known else one.text
        found.setdefault((name if known else fold(name), one.region), []).append(one)
    groups = [
        QuestionGroup(title(asked[0].intent, library) if asked[0].intent in library.questions else asked[0].text,
                      region, tuple(asked)) for (_, region), asked in found.items()
    ]  # fmt: skip
    return sorted(groups, key=lambda one: (-len(one.asked), -one.asked[0].id))


def chosen(questions: Iterable[OpenQuestion], kind: str, region: str) -> list[OpenQuestion]:
    """Those of one source and one place (`none`: no place told); an empty word is every one."""
    return [one for one in questions
            if (not kind or one.kind == kind) and (not region or (one.region or "none") == region)]  # fmt: skip


def page_of(groups: Sequence[QuestionGroup], page: int) -> tuple[Sequence[QuestionGroup], int, int]:
    """The groups of a page, its number and how many there are."""
    pages = max(1, -(-len(groups) // PER_PAGE))
    here = min(max(1, page), pages)
    return groups[(here - 1) * PER_PAGE : here * PER_PAGE], here, pages
