"""What changed between two renderings of an answer, marked for the eye and told for the ear."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from markupsafe import Markup, escape

_WORDS = re.compile(r"\d+年\d+月\d+日|\d+年|\d+|[a-zA-Z]+|.", re.S)
_OTHER_TEXT = 0.6
"""How alike two texts must be to be one text with changes; a less alike one is marked whole, which reads calmer."""


def marked(new: str, old: str | None) -> Markup:
    """`new` with everything that does not stand in `old` inside <mark>; dates and numbers are marked whole.

    Without `old` nothing is marked: a first answer is not a change.
    """
    if old is None or old == new:
        return escape(new)
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < _OTHER_TEXT:
        return Markup("<mark>{}</mark>").format(new)
    made = Markup()
    for what, _, _, start, end in matcher.get_opcodes():
        if start < end:
            piece = escape("".join(after[start:end]))
            made += piece if what == "equal" else Markup("<mark>{}</mark>").format(piece)
    return made


def marked_list(new: Sequence[str], old: Sequence[str] | None) -> list[Markup]:
    """Each line of `new` against its likeliest line of `old`."""
    if old is None:
        return [escape(line) for line in new]
    found = []
    for number, line in enumerate(new):
        if line in old:
            found.append(escape(line))
        else:
            found.append(marked(line, old[number] if number < len(old) else ""))
    return found
