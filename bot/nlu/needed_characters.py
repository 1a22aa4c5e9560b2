"""Which characters a text must have for a pattern to match at all: most patterns for dates meet most messages in vain.

`needed` reads the pattern itself, so that nobody keeps a list: one of the returned characters stands in every match.
"""

from __future__ import annotations

import re
import sre_constants as sre
import sre_parse
from typing import Any, FrozenSet, Iterable, Optional

MOST = 200
"""Characters of a range that are still listed; a wider class (every Chinese character) rules nothing out."""


def needed(expression: re.Pattern[str]) -> Optional[FrozenSet[str]]:
    """The smallest set of characters of which every text that matches has at least one; None where none is known."""
    if expression.flags & re.IGNORECASE:
        return None
    return _of_sequence(sre_parse.parse(expression.pattern))


def _of_sequence(sequence: Iterable[Any]) -> Optional[FrozenSet[str]]:
    found = [one for kind, value in sequence if (one := _of_part(kind, value)) is not None]
    return min(found, key=len) if found else None


def _of_part(kind: Any, value: Any) -> Optional[FrozenSet[str]]:
    """Of one part that must be there; what may be left out, and what must not stand there, needs nothing."""
    if kind is sre.LITERAL:
        return frozenset(chr(value))
    if kind is sre.IN:
        return _of_class(value)
    if kind is sre.SUBPATTERN:
        return _of_sequence(value[3])
    if kind is sre.ASSERT:
        return _of_sequence(value[1])
    if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT):
        least, _, part = value
        return _of_sequence(part) if least else None
    if kind is sre.BRANCH:
        branches = [_of_sequence(branch) for branch in value[1]]
        return frozenset().union(*branches) if None not in branches else None  # type: ignore[arg-type]
    return None


def _of_class(members: Iterable[Any]) -> Optional[FrozenSet[str]]:
    listed = set()
    for kind, value in members:
        if kind is sre.LITERAL:
            listed.add(chr(value))
        elif kind is sre.RANGE and value[1] - value[0] < MOST:
            listed |= {chr(code) for code in range(value[0], value[1] + 1)}
        else:  # all but these, or a category
            return None
    return frozenset(listed)
