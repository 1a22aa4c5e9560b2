"""The published hostile messages (`messages/*.yml`), one file a kind, and what may stand in an entry.

A file: `about` (the kind in a line), `messages`, and what holds for all of them. An entry is a text, or a mapping:

    say         the message
    code        or the number of its one character, which no file may hold (half of a pair)
    times_over  the text repeated so often in one message
    times       the message sent so often
    after       said in a talk in which something stands: answered, form, queue (`SITUATIONS`)
    allows      what it may start, because it asks for it: person, enrollment, forgetting
    needs       what must be said: emergency
    lacks       regular expressions the replies must not match
    refused     refused by the door in words instead of answered
    known       it is answered with harm today, and why that is left so
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from policies.loading import YamlFile, plain

FOLDER = Path(__file__).parent / "messages"
SITUATIONS = {
    "": (),
    "answered": ("我在江苏，新生儿有没有等待期",),
    "form": ("我在南京", "帮我给宝宝办参保"),
    "queue": ("转人工",),
}
STARTS = ("person", "enrollment", "forgetting")
_OF_A_KIND = {"about", "allows", "needs", "lacks", "messages"}


@dataclass(frozen=True)
class Hostile:
    """One message with its kind and what must hold of the answer."""

    kind: str
    number: int
    say: str
    times_over: int = 1
    times: int = 1
    after: str = ""
    allows: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    refused: bool = False
    known: str = ""

    @property
    def text(self) -> str:
        return self.say * self.times_over


def hostile_messages() -> list[Hostile]:
    """All of them, in the order of the files."""
    return [message for path in sorted(FOLDER.glob("*.yml")) for message in _of(path)]


def _of(path: Path) -> Iterator[Hostile]:
    file = YamlFile(path)
    assert not file.problems, file.problems
    kind: dict[str, Any] = plain(file.data)
    assert set(kind) <= _OF_A_KIND, (path.name, set(kind) - _OF_A_KIND)
    for number, raw in enumerate(kind["messages"], 1):
        entry = {"say": raw} if isinstance(raw, str) else dict(raw)
        if "code" in entry:
            entry["say"] = chr(entry.pop("code"))
        assert set(entry) <= {field.name for field in fields(Hostile)}, (path.name, entry)
        lists = {name: (*kind.get(name, ()), *entry.pop(name, ())) for name in ("allows", "needs", "lacks")}
        yield Hostile(kind=path.stem, number=number, **lists, **entry)
