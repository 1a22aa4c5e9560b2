"""Every pattern that meets what people type is linear: 30,000 hostile characters cost it no noticeable work.

Patterns are found, not listed: compiled ones in the modules of the rooms, and those written where they are used. Each
is fed what its own parts make likely to hurt. A quadratic pattern needs seconds for that, a cubic one hours; the limit
is of processor time, many times what a linear one needs, so that a busy machine changes nothing.
"""

import ast
import importlib
import pkgutil
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice, permutations
from pathlib import Path
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from dialogue import form

ROOT = Path(__file__).parent.parent
ROOMS = (
    "actions", "common", "dialogue", "gateway", "leaflets", "policies", "portal", "registration",
)  # fmt: skip
"""All but the language room: it runs on another Python, and what it makes of long messages is asked of the started
product (`tools.bench.mutations`)."""
OF_OPERATORS = (
    "policies/check.py", "policies/authoring.py", "policies/numerals.py", "policies/places.py", "policies/sources.py",
    "gateway/wechat/simulate.py",
)  # fmt: skip
"""Commands and tables that read our own files or our own answers, never a stranger's text."""
LENGTH = 30_000
PARTS = (3_000, 10_000, LENGTH)
"""Characters fed: more only where a part took so long that the whole, were it cubic, would not stay in bounds."""
REFUSED_BEFORE = {form._CONFIRMS.pattern: 16}
"""Patterns that are asked of so many characters at most."""
CPU_SECONDS = 1.0
"""For one text; a linear pattern needs a few hundredths, and what a busy host takes from the machine counts, too."""


class Held(Exception):
    """A pattern took more processor time than any linear one needs."""


@contextmanager
def bounded() -> Iterator[None]:
    """Ends what runs inside once it has used its processor time; the engine of `re` looks for signals."""

    def stop(*_: object) -> None:
        raise Held

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, CPU_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _compiled(value: Any) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield value
    elif isinstance(value, tuple | list | frozenset):
        for one in value:
            yield from _compiled(one)
    elif isinstance(value, dict):
        for one in (*value, *value.values()):
            yield from _compiled(one)


def _written(path: Path) -> Iterator[re.Pattern[str]]:
    """Patterns that stand in the arguments of `re.search(…)` and its like."""
    text = path.read_text("utf-8")
    for node in ast.walk(ast.parse(text)) if re.search(r"\bre\.[a-z]+\(", text) else ():
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        first = node.args[0]
        of_re = isinstance(node.func.value, ast.Name) and node.func.value.id == "re"
        if of_re and node.func.attr != "escape" and isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield re.compile(first.value)


def _found() -> dict[str, re.Pattern[str]]:
    found: dict[str, re.Pattern[str]] = {}
    for room in ROOMS:
        package = importlib.import_module(room)
        modules = [room, *(m.name for m in pkgutil.walk_packages(package.__path__, f"{room}."))]
        for name in modules:
            if name.rsplit(".", 1)[-1] == "__main__":
                continue
            module = importlib.import_module(name)
            path = Path(str(module.__file__))
            if str(path.relative_to(ROOT)) in OF_OPERATORS:
                continue
            mine = [one for value in vars(module).values() for one in _compiled(value)]
            for one in (*mine, *_written(path)):
                found.setdefault(f"{one.pattern}", one)
    return found


PATTERNS = _found()


def _of_class(members: Any) -> Iterator[str]:
    for kind, value in members:
        if kind is sre.LITERAL:
            yield chr(value)
        elif kind is sre.RANGE:
            yield chr(value[0])
        elif kind is sre.CATEGORY:
            yield {sre.CATEGORY_DIGIT: "1", sre.CATEGORY_SPACE: " ", sre.CATEGORY_WORD: "a"}.get(value, "-")


def _letters(tree: Any) -> Iterator[str]:
    """One character for each thing a pattern looks for."""
    for kind, value in tree:
        if kind is sre.LITERAL:
            yield chr(value)
        elif kind is sre.NOT_LITERAL or kind is sre.ANY:
            yield "a"
        elif kind is sre.IN:
            yield from islice(_of_class(value), 3)
        elif kind is sre.BRANCH:
            for branch in value[1]:
                yield from islice(_letters(branch), 2)
        elif kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            yield from _letters(value[2])
        elif kind is sre.SUBPATTERN:
            yield from _letters(value[3])
        elif kind in (sre.ASSERT, sre.ASSERT_NOT):
            yield from _letters(value[1])


def _example(tree: Any) -> str:
    """Something the pattern likes: every part once, or as often as it must stand."""
    made = ""
    for kind, value in tree:
        if kind is sre.LITERAL:
            made += chr(value)
        elif kind is sre.NOT_LITERAL or kind is sre.ANY:
            made += "a"
        elif kind is sre.IN:
            made += next(_of_class(value), "a")
        elif kind is sre.BRANCH:
            made += _example(value[1][0])
        elif kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            made += _example(value[2]) * max(1, min(int(value[0]), 40))
        elif kind is sre.SUBPATTERN:
            made += _example(value[3])
    return made


def hostile(pattern: re.Pattern[str]) -> Iterator[tuple[str, ...]]:
    """Texts, each as long as every one of `PARTS`: runs of what it looks for, mixtures of two, its own matches, nearly
    matched."""
    tree = parser.parse(pattern.pattern, pattern.flags)
    letters = list(dict.fromkeys((*_letters(tree), "1", "a", " ", "一", "\n")))
    seeds = [*letters, *("".join(pair) for pair in islice(permutations(letters[:8], 2), 40))]
    example = _example(tree)
    seeds += [example, example[:-1], example[1:], f"{example}\x00"]
    for seed in filter(None, seeds):
        texts = tuple((seed * (length // len(seed) + 1))[:length] for length in PARTS)
        yield texts
        yield tuple(f"{example[:-1]}{text}\x00" for text in texts)


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=[f"p{n}" for n in range(len(PATTERNS))])
def test_a_pattern_is_linear_in_whatever_is_typed(pattern: re.Pattern[str]) -> None:
    most = REFUSED_BEFORE.get(pattern.pattern, 2 * LENGTH)
    for texts in hostile(pattern):
        for part, text in zip(PARTS, texts, strict=True):
            begun = time.process_time()
            try:
                with bounded():
                    for _ in pattern.finditer(text[:most]):
                        pass
                    pattern.fullmatch(text[:most])
            except Held:
                pytest.fail(f"{pattern.pattern} is held by {text[:40]!r}…")
            if (time.process_time() - begun) * (LENGTH / part) ** 3 < CPU_SECONDS:
                break


def test_the_patterns_are_found() -> None:
    assert len(PATTERNS) > 60
    assert any("1[3-9]" in pattern for pattern in PATTERNS)


def test_a_pattern_that_is_not_linear_is_noticed() -> None:
    with pytest.raises(pytest.fail.Exception, match="is held by"):
        test_a_pattern_is_linear_in_whatever_is_typed(re.compile(r"\d+[.:]\d+"))
