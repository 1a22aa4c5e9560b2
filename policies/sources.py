"""Source documents: the raw capture, its reviewed repairs, and the clean text generated from both."""

import functools
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from policies.errors import LibraryError
from policies.loading import ROOT
from policies.schema import Fix

FOLDER = ROOT / "sources"


def clean(raw: str, fixes: Sequence[Fix]) -> str:
    """The raw text with every repair applied, white space trimmed and empty lines dropped, one paragraph a line.

    Raises:
        LibraryError: a repair whose `before` does not stand exactly once in its line.
    """
    lines: list[str | None] = list(raw.replace("\xa0", " ").split("\n"))
    for fix in sorted(fixes, key=lambda f: -f.line):
        here = lines[fix.line - 1] if fix.line <= len(lines) else None
        if here is None:
            raise LibraryError(f"第{fix.line}行：原件没有这一行")
        if fix.drop_to is not None:
            lines[fix.line - 1 : fix.drop_to] = [None] * (fix.drop_to - fix.line + 1)
        elif fix.join is not None:
            rest = lines[fix.join - 1] or ""
            lines[fix.line - 1] = here.rstrip(" \u3000") + rest.lstrip(" \u3000")
            lines[fix.line : fix.join] = [None] * (fix.join - fix.line)
        else:
            before = (fix.before or "").replace("\xa0", " ")
            if here.count(before) != 1:
                raise LibraryError(f"第{fix.line}行：“{fix.before}”在原件这一行出现{here.count(before)}次，应恰好一次")
            lines[fix.line - 1] = here.replace(before, fix.after or "")
    kept = (line.strip(" \u3000\t\r") for line in lines if line is not None)
    return "\n".join(line for line in kept if line) + "\n"


def sha256(path: Path) -> str:
    """Hex digest of the file's bytes; the raw capture must never change."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def passage(document: str, quote: str) -> str:
    """The whole sentence a quoted part stands in, with the one before it, as the clean text of the document has it.

    Args:
        document: folder name of the source.
        quote: verbatim words of it; they come back alone where they run over paragraphs.
    """
    text = FOLDER / document / "text.txt"
    paragraph = next((line for line in _paragraphs(text, text.stat().st_mtime_ns) if quote in line), "")
    at = paragraph.find(quote)
    ends = [match.end() for match in re.finditer("。[”’」)）]?", paragraph)]
    before = [end for end in ends if end <= at]
    start = before[-2] if len(before) > 1 else 0
    stop = next((end for end in ends if end >= at + len(quote)), len(paragraph))
    return paragraph[start:stop].strip() or quote


@functools.lru_cache(maxsize=64)
def _paragraphs(text: Path, changed: int) -> tuple[str, ...]:
    """The lines of a clean text, read again when it has `changed`."""
    return tuple(text.read_text("utf-8").splitlines())
