"""What the encoder says of our training sentences, kept: `python -m bot.nlu.meanings` after sentences were added.

The encoder never changes, so neither does what it says of a sentence; asking it for all of them takes a minute of
every training. `meanings.npz` holds one row per text as the training sees it; what is missing there is asked.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from bot.nlu import context

FILE = Path(__file__).parent / "meanings.npz"


def _key(text: str) -> int:
    raw = text.encode("utf-8")
    return zlib.crc32(raw) << 32 | zlib.crc32(raw[::-1])


@lru_cache(maxsize=1)
def _kept() -> tuple[dict[int, int], np.ndarray]:
    """Key → row, and the rows in signed bytes; empty when there is none or it is another encoder's."""
    if not FILE.exists():
        return {}, np.empty((0, 384), np.int8)
    with np.load(FILE, allow_pickle=False) as arrays:
        if str(arrays["encoder"]) != context.fingerprint():
            return {}, np.empty((0, 384), np.int8)
        return {int(key): row for row, key in enumerate(arrays["keys"])}, arrays["rows"]


def directions(texts: Sequence[str]) -> np.ndarray:
    """The encoder's rows of unit length for these texts, kept ones looked up, the others asked and rounded alike."""
    places, rows = _kept()
    missing = [text for text in dict.fromkeys(texts) if _key(text) not in places]
    asked = dict(zip(missing, _small(context.Encoder(os.cpu_count() or 1).directions(missing)))) if missing else {}
    found = np.array([asked[text] if text in asked else rows[places[_key(text)]] for text in texts], dtype=np.float32)
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True))


def _small(rows: np.ndarray) -> np.ndarray:
    """Rows as signed bytes, each stretched to use them all."""
    return np.round(rows / np.abs(rows).max(axis=1, keepdims=True) * 127).astype(np.int8)


def main() -> int:
    """Ask for what is missing, forget what no sentence needs any more."""
    from bot import lint
    from bot.nlu.intents import learned_views

    texts = list(dict.fromkeys(view for sentence in lint.read() for view in learned_views(sentence.text)))
    before, _ = _kept()
    rows = _small(directions(texts))
    keys = np.array([_key(text) for text in texts], dtype=np.uint64)
    if len(set(keys.tolist())) != len(texts):
        raise SystemExit("two texts share a key: change _key")
    order = np.argsort(keys)
    np.savez_compressed(FILE, keys=keys[order], rows=rows[order], encoder=np.array(context.fingerprint()))
    new = sum(_key(text) not in before for text in texts)
    print(f"{len(texts)} 条（新 {new}），{FILE.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
