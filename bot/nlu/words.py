"""Words: a private jieba with our own dictionary, so that no other code can change how text is cut."""

from __future__ import annotations

import logging
import tempfile
from functools import lru_cache
from pathlib import Path

import jieba

DICTIONARY = Path(__file__).parent / "dictionary.txt"


@lru_cache(maxsize=1)
def tokenizer() -> jieba.Tokenizer:
    """The process's own tokenizer, fully loaded (a lazy load would make the first parent wait)."""
    jieba.setLogLevel(logging.WARNING)
    private = jieba.Tokenizer()
    with tempfile.TemporaryDirectory(prefix="tongbao-jieba-") as folder:
        private.tmp_dir = folder
        private.initialize()
    with DICTIONARY.open("rb") as file:
        private.load_userdict(file)
    return private


@lru_cache(maxsize=64)
def cut(text: str) -> tuple[tuple[str, int], ...]:
    """The words of a text with their start offsets; white space is left out. Asked for more than once per message."""
    return tuple((word, start) for word, start, _ in tokenizer().tokenize(text) if word.strip())


@lru_cache(maxsize=64)
def borders(text: str) -> frozenset[int]:
    """The places between words: 0, the text's length and every border, by the dictionary alone (no guessed words)."""
    found = [0]
    for word in tokenizer().cut(text, HMM=False):
        found.append(found[-1] + len(word))
    return frozenset(found)
