"""Annotated turns (`data/nlu/turns/*.txt`): the parser of their form, which docs/annotation.md describes.

`python3 -m bot.turns check FILE…` prints every mistake of form with file and line. Needs the standard library alone.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, Iterator, List, Mapping, Tuple

from bot.nlu.conversation import Context
from dialogue.vocabulary import COURTESIES, LABELS, POLARITIES, QUESTIONS, ROLES, SERVICES

FOLDER = Path(__file__).resolve().parent.parent / "data" / "nlu" / "turns"
TITLES = Path(__file__).resolve().parent.parent / "policies" / "questions.yml"
EXAM = FOLDER.parent.parent / "exam" / "turns"
LETTERS = FOLDER.parent.parent / "exam" / "letters"
"""Long messages of the examination."""
"""Turns that are never learned from."""
FOR_THE_ENCODER = FOLDER.parent / "for_the_encoder"
"""Turns whose labels only the encoder can learn, when it is taught next: by letters alone they move other fragments."""

RENAMED = {"ask_policy_source": "about_source"}
"""Names of version 2 of the vocabulary → ours."""


def renamed(intent: str) -> str:
    """The label of an intent of the sentences in data/nlu/*.yml."""
    return RENAMED.get(intent, intent)


CONTEXT_KEYS = ("open", "last", "expect", "knows", "kids", "form", "queue", "offered")
FORM_STEPS = ("region", "birth_date", "certificate", "household", "proxy", "confirm")
QUEUE = ("waiting", "joined")


class TurnError(ValueError):
    """A line that has not the form of the guide. The message says what is wrong."""


@dataclass(frozen=True)
class Mark:
    """One marked span: characters start … end of the text, and what it is."""

    start: int
    end: int
    role: str
    owner: str = ""
    polarity: str = "asserted"
    corrects: bool = False


@dataclass(frozen=True)
class AnnotatedTurn:
    """One annotated message: `context` as written, the plain `text`, its `marks` and `labels` in order."""

    text: str
    labels: Tuple[str, ...]
    marks: Tuple[Mark, ...] = ()
    context: Dict[str, str] = field(default_factory=dict)
    source: str = ""

    @property
    def primary(self) -> str:
        """What the message does first of all: its first label that is more than a courtesy."""
        return next((label for label in self.labels if label not in COURTESIES), self.labels[0])


_MARK = re.compile(r"\[([^\[\]]+)\]\(([^()]*)\)")


def parse_text(marked: str) -> Tuple[str, Tuple[Mark, ...]]:
    """A message with marks as plain text and spans.

    Raises TurnError for an unknown role, owner or polarity.
    """
    plain, marks, done = "", [], 0
    for match in _MARK.finditer(marked):
        plain += marked[done : match.start()]
        start = len(plain)
        plain += match[1]
        marks.append(_mark(start, len(plain), match[2]))
        done = match.end()
    return plain + marked[done:], tuple(marks)


def _mark(start: int, end: int, told: str) -> Mark:
    role, owner, polarity, corrects = "", "", "asserted", False
    for word in told.split():
        if word.startswith("@"):
            owner = word[1:]
        elif word == "corr":
            corrects = True
        elif word in POLARITIES:
            polarity = word
        elif word in ROLES and not role:
            role = word
        else:
            raise TurnError(f"“{word}” is no role, owner or polarity")
    if not role:
        raise TurnError(f"“({told})” names no role")
    return Mark(start, end, role, owner, polarity, corrects)


def titles() -> Dict[str, str]:
    """Question → its title for people (policies/questions.yml)."""
    return dict(re.findall(r"^(\w+): \{title: ([^,]+),", TITLES.read_text("utf-8"), re.M))


def context_of(written: Mapping[str, str], named: Mapping[str, str]) -> Context:
    """A written context as the reader gets it; `named`: the titles of questions."""
    many = {key: tuple(one.strip() for one in written.get(key, "").split(",") if one.strip())
            for key in ("knows", "kids", "offered")}  # fmt: skip
    said = {key: written.get(key, "") for key in ("open", "expect", "form", "queue")}
    return Context(about=named.get(said["open"], ""), **said, **many)


def parse_context(line: str) -> Dict[str, str]:
    """The context of a line that begins with `@`. Raises TurnError for an unknown key or value."""
    found: Dict[str, str] = {}
    for part in filter(None, (p.strip() for p in line[1:].split(";"))):
        key, _, value = (piece.strip() for piece in part.partition("="))
        if key not in CONTEXT_KEYS or not value:
            raise TurnError(f"context “{part}”")
        if key == "open" and value not in QUESTIONS and value not in SERVICES:
            raise TurnError(f"open question “{value}”")
        if key == "form" and value not in FORM_STEPS:
            raise TurnError(f"form step “{value}”")
        if key == "queue" and value not in QUEUE:
            raise TurnError(f"queue “{value}”")
        found[key] = value
    return found


def parse(lines: List[str], source: str) -> Iterator[Tuple[int, AnnotatedTurn | TurnError]]:
    """Every message of a file with its line number, or what is wrong with the line."""
    context: Dict[str, str] = {}
    for number, raw in enumerate(lines, 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        try:
            if line.startswith("@"):
                context = parse_context(line)
                continue
            marked, arrow, labels = (part.strip() for part in line.rpartition(" => "))
            if not arrow or not marked:
                raise TurnError("no “ => labels” at its end")
            named = tuple(labels.split())
            unknown = [label for label in named if label not in LABELS]
            if unknown or not named:
                raise TurnError(f"label {unknown or 'missing'}")
            text, marks = parse_text(marked)
            yield number, AnnotatedTurn(text, named, marks, context, f"{source}:{number}")
        except TurnError as error:
            yield number, error


def read(folder: Path = FOLDER) -> List[AnnotatedTurn]:
    """Every turn of every file, in order of the files' names. Raises TurnError with file and line."""
    found = []
    for path in sorted(folder.glob("*.txt")):
        for number, item in parse(path.read_text("utf-8").splitlines(), path.name):
            if isinstance(item, TurnError):
                raise TurnError(f"{path.name}:{number}: {item}")
            found.append(item)
    return found


def main() -> int:
    """`check FILE…`: mistakes of form, and counts."""
    if sys.argv[1:2] != ["check"]:
        print("python3 -m bot.turns check FILE…", file=sys.stderr)
        return 2
    wrong = 0
    for path in map(Path, sys.argv[2:]):
        turns, marks, contexts = 0, 0, 0
        for number, item in parse(path.read_text("utf-8").splitlines(), path.name):
            if isinstance(item, TurnError):
                wrong += 1
                print(f"{path}:{number}: {item}")
            else:
                turns, marks, contexts = turns + 1, marks + len(item.marks), contexts + bool(item.context)
        print(f"{path}: {turns} messages, {contexts} in context, {marks} marks")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
