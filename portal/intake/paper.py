"""A paper as it was read: its lines, the places somebody should look at, and what was left out. Plain data."""

from dataclasses import asdict, dataclass
from typing import Any

LARGEST_PAPER = 10 * 1024 * 1024
"""Bytes of an uploaded file."""
MOST_PAGES = 60
MOST_SCANNED = 12
"""Pages that are recognised: one takes five to fifteen seconds."""
LONGEST_PAPER = 200_000
"""Characters of a paper."""
MOST_LINES = 1500
"""Paragraphs of a paper: each is a form on its page."""


class PaperRefused(Exception):
    """The file cannot be read; the message says what to do."""


@dataclass(frozen=True)
class PaperMark:
    """A place to look at: in which line (from 1), what stands there, why. `kind`: of the repair it may become."""

    line: int
    kind: str
    before: str
    reason: str


@dataclass(frozen=True)
class ReadPaper:
    """`lines` are paragraphs where that is certain. `left_out`: page headers, footers and numbers."""

    kind: str
    pages: int
    lines: tuple[str, ...]
    marks: tuple[PaperMark, ...] = ()
    left_out: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> "ReadPaper":
        marks = tuple(PaperMark(**mark) for mark in raw["marks"])
        return cls(raw["kind"], raw["pages"], tuple(raw["lines"]), marks, tuple(raw["left_out"]))
