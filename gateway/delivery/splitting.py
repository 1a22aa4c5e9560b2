"""Cutting text into messages of so many bytes: at ends of sentences, never inside a character or a link."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

TEXT_LIMIT = 2048
"""Bytes of UTF-8 in one text message, passive or pushed, on both platforms."""
GAP = "\n\n"
_PIECE = re.compile(r"<a\s[^<>]*>[^<]*</a>|\n+|[^\n<]*?[。！？；…]+[”’』」）】]*|[^\n<。！？；…]+|<", re.S)
_CLAUSE = re.compile(r"[^，、：,\s]*[，、：,\s]*")
_JOINER, _SKIN, _FLAG, _TAG = "\u200d", range(0x1F3FB, 0x1F400), range(0x1F1E6, 0x1F200), range(0xE0020, 0xE0080)


def size(text: str) -> int:
    """Bytes in UTF-8."""
    return len(text.encode())


def split(text: str, limit: int = TEXT_LIMIT) -> tuple[str, ...]:
    """The text in pieces of at most `limit` bytes; nothing is lost but blanks where it is cut."""
    return tuple(_pack(_fitting(_PIECE.findall(text), limit), limit))


def join(texts: Iterable[str], limit: int = TEXT_LIMIT) -> tuple[str, ...]:
    """Texts, each within the limit, in as few messages as their order allows."""
    found: list[str] = []
    for text in texts:
        if found and size(found[-1]) + size(GAP) + size(text) <= limit:
            found[-1] += GAP + text
        else:
            found.append(text)
    return tuple(found)


def _pack(pieces: Iterable[str], limit: int) -> Iterator[str]:
    current = ""
    for piece in pieces:
        if current and size(current) + size(piece) > limit:
            if current.strip():
                yield current.strip()
            current = ""
        current += piece
    if current.strip():
        yield current.strip()


def _fitting(pieces: Iterable[str], limit: int) -> Iterator[str]:
    """Each piece, cut smaller where it alone is too long: at commas, then between characters."""
    for piece in pieces:
        if size(piece) <= limit:
            yield piece
        elif piece.startswith("<a"):
            yield from _fitting([re.sub(r"<[^<>]*>", "", piece)], limit)
        else:
            for clause in _CLAUSE.findall(piece):
                yield from ([clause] if size(clause) <= limit else _pack(_characters(clause), limit))


def _characters(text: str) -> Iterator[str]:
    """What a person sees as one character: a base with its marks, an emoji with what is joined to it, a flag."""
    current = ""
    for letter in text:
        if current and not _belongs(letter, current):
            yield current
            current = ""
        current += letter
    if current:
        yield current


def _belongs(letter: str, before: str) -> bool:
    code, last = ord(letter), before[-1]
    if letter == _JOINER or last == _JOINER or unicodedata.category(letter) in ("Mn", "Me", "Mc"):
        return True
    if code in _SKIN or code in _TAG:
        return True
    return code in _FLAG and len(before) == 1 and ord(before) in _FLAG
