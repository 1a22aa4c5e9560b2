"""Source documents: the raw capture, its reviewed repairs, and the clean text generated from both."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from policies.errors import LibraryError
from policies.schema import Fix

FOLDER = Path(__file__).parent / "sources"


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
