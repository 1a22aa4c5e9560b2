"""The cleaned documents as pages: paragraphs, with the sentence in question highlighted where it stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from policies.library import Library
from policies.sources import FOLDER


@dataclass(frozen=True)
class Paragraph:
    """One paragraph in pieces of (text, is it the sought sentence)."""

    number: int
    pieces: tuple[tuple[str, bool], ...]

    @property
    def sought(self) -> bool:
        return any(marked for _, marked in self.pieces)


@lru_cache(maxsize=64)
def text_of(doc: str, stamp: str) -> str:
    """The clean text of a document of the loaded library (`stamp` keeps an old text from outliving a reload)."""
    return (FOLDER / doc / "text.txt").read_text("utf-8")


def paragraphs(doc: str, library: Library, clause: str | None = None) -> list[Paragraph]:
    """Every paragraph of a document; with `clause`, its sentence is marked. White space in quotes does not matter."""
    lines = text_of(doc, library.stamp).splitlines()
    spans = dict(_spans(lines, library.sentences[clause].quote)) if clause else {}
    made = []
    for number, line in enumerate(lines):
        start, end = spans.get(number, (0, 0))
        pieces = ((line[:start], False), (line[start:end], True), (line[end:], False))
        made.append(Paragraph(number + 1, tuple((text, marked) for text, marked in pieces if text)))
    return made


def _spans(lines: list[str], quote: str) -> Iterator[tuple[int, tuple[int, int]]]:
    """Where a quote stands, as (line, (start, end)) for every line it touches."""
    wanted = "".join(quote.split())
    places = [(n, column) for n, line in enumerate(lines) for column, sign in enumerate(line) if not sign.isspace()]
    squeezed = "".join(lines[n][column] for n, column in places)
    at = squeezed.find(wanted)
    if at < 0:
        return
    touched: dict[int, list[int]] = {}
    for n, column in places[at : at + len(wanted)]:
        touched.setdefault(n, []).append(column)
    for n, columns in touched.items():
        yield n, (columns[0], columns[-1] + 1)
