"""The intent model: one linear separator per intent over sparse features, with calibrated confidence.

Training uses scikit-learn; a trained model is two plain files (JSON vocabulary, npz weights), never a pickle, and
predicting needs numpy alone.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bot.nlu.features import read, views

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

HELD_OUT = 5
"""Every so many-th sentence is held out once, to calibrate the confidence."""
PLAIN_SHARE = 0.7
"""Share of the plain separator in the blend; the rest is the Bayes-weighted one. Chosen on held-out sentences."""
LETTER_SHARES = (0.2, 0.4, 0.4)
"""Whole, asking clauses and surest sentence of a letter; chosen on held-out sentences put into stories."""
NOWHERE = "out_of_scope"
SCOPE_LEAN = 0.4
"""How many temperatures none-of-our-business is favoured: chosen on our own sentences, training on some files and
testing on others, as the most with which not more than one in twenty questions of ours is sent away."""
CLOSE_ENOUGH = 1e-2
"""Where the separators stop: moves margins by less than 0.01 and no decision, and takes a quarter less time."""
RARE = 2
"""A feature seen in fewer texts than this says nothing."""


@dataclass(frozen=True)
class Guess:
    """One reading of a text."""

    intent: str
    confidence: float


class LinearModel:
    """Intents with their weights. `temperature` turns margins into calibrated probabilities."""

    def __init__(
        self, intents: list[str], vocabulary: dict[str, int], idf: np.ndarray, weights: np.ndarray, bias: np.ndarray,
        temperature: float,
    ) -> None:  # fmt: skip
        self.intents = intents
        self._vocabulary = vocabulary
        self._idf = idf
        self._weights = weights
        self._bias = bias
        self._temperature = temperature

    def guess(self, text: str) -> list[Guess]:
        """All intents, best first, with probabilities that sum to 1."""
        margins = self.weigh(text)
        likely = _softmax(margins / self._temperature)
        order = np.argsort(-likely)
        return [Guess(self.intents[i], float(likely[i])) for i in order]

    def weigh(self, text: str) -> np.ndarray:
        """The margin of every intent. Of a letter the asking clauses and its surest sentence count more than the story."""
        reading = read(text)
        whole = self._margins(reading.whole)
        if reading.question is reading.whole and not reading.sentences:
            return whole
        question = self._margins(reading.question)
        if not reading.sentences:
            return (whole + question) / 2
        each = [self._margins(sentence) for sentence in reading.sentences]
        surest = max(each, key=lambda margins: float(_softmax(margins / self._temperature).max()))
        return LETTER_SHARES[0] * whole + LETTER_SHARES[1] * question + LETTER_SHARES[2] * surest

    def knows(self, text: str) -> bool:
        """Does the text share more than single letters with the training data? (😀😀 and /restart do not)"""
        return any(
            len(name) > 2 and name[0] != "e" and "^" not in name and name in self._vocabulary
            for view in views(text)
            for name in view
        )

    def _margins(self, view: dict[str, float]) -> np.ndarray:
        known = [(self._vocabulary[name], value) for name, value in view.items() if name in self._vocabulary]
        if not known:
            return self._bias
        columns = np.fromiter((c for c, _ in known), dtype=np.int64)
        values = np.fromiter((v for _, v in known), dtype=np.float32) * self._idf[columns]
        return values @ self._weights[columns].astype(np.float32) + self._bias

    def save(self, folder: Path) -> None:
        """Write the model as JSON and npz."""
        folder.mkdir(parents=True, exist_ok=True)
        names = sorted(self._vocabulary, key=self._vocabulary.__getitem__)
        about = {"intents": self.intents, "temperature": self._temperature, "vocabulary": names}
        (folder / "model.json").write_text(json.dumps(about, ensure_ascii=False), "utf-8")
        np.savez_compressed(folder / "model.npz", idf=self._idf, bias=self._bias, weights=self._weights)

    @classmethod
    def load(cls, folder: Path) -> LinearModel:
        """Read a saved model; anything but arrays in the npz is refused."""
        about = json.loads((folder / "model.json").read_text("utf-8"))
        with np.load(folder / "model.npz", allow_pickle=False) as arrays:
            idf, bias, weights = arrays["idf"], arrays["bias"], arrays["weights"]
        vocabulary = {name: i for i, name in enumerate(about["vocabulary"])}
        return cls(about["intents"], vocabulary, idf, weights, bias, about["temperature"])


def _softmax(margins: np.ndarray) -> np.ndarray:
    exponent = np.exp(margins - margins.max(axis=-1, keepdims=True))
    return exponent / exponent.sum(axis=-1, keepdims=True)


def train(texts: Sequence[str], labels: Sequence[str], strength: float = 0.5) -> LinearModel:
    """Fit the separators and calibrate them on held-out sentences.

    Args:
        texts, labels: one intent per text.
        strength: inverse regularisation of the separators.
    """
    rows = [(view, number) for number, text in enumerate(texts) for view in views(text)]
    vocabulary, idf, matrix = _matrix([view for view, _ in rows])
    intents = sorted(set(labels))
    numbers = np.array([number for _, number in rows])
    target = np.array([intents.index(labels[number]) for number in numbers])
    held_out = numbers % HELD_OUT == 0
    temperature = 0.3
    if held_out.any() and set(target[~held_out]) == set(range(len(intents))):
        weights, bias = _separate(matrix[~held_out], target[~held_out], len(intents), strength)
        margins = matrix[held_out] @ weights + bias
        whose = numbers[held_out]
        texts_of = {number: whose == number for number in set(whose)}
        means = np.array([margins[those].mean(0) for those in texts_of.values()])
        temperature = _calibrate(means, np.array([intents.index(labels[number]) for number in texts_of]))
    weights, bias = _separate(matrix, target, len(intents), strength)
    weights = np.ascontiguousarray(weights.astype(np.float16))
    if NOWHERE in intents:
        bias[intents.index(NOWHERE)] += SCOPE_LEAN * temperature
    return LinearModel(intents, vocabulary, idf, weights, bias.astype(np.float32), temperature)


def _matrix(rows: list[dict[str, float]]) -> tuple[dict[str, int], np.ndarray, csr_matrix]:
    """The vocabulary of all rows, how telling each feature is, and the rows as one sparse matrix."""
    from scipy.sparse import csr_matrix

    count = Counter(name for view in rows for name in view)
    vocabulary = {name: i for i, name in enumerate(sorted(n for n, c in count.items() if c >= RARE))}
    idf = np.array([np.sqrt(np.log(1 + len(rows) / count[name])) for name in vocabulary], dtype=np.float32)
    columns: list[int] = []
    values: list[float] = []
    ends = [0]
    for view in rows:
        for name, value in view.items():
            column = vocabulary.get(name)
            if column is not None:
                columns.append(column)
                values.append(value)
        ends.append(len(columns))
    places = np.array(columns, dtype=np.int32)
    weighted = np.array(values) * idf[places]
    return vocabulary, idf, csr_matrix((weighted, places, np.array(ends)), shape=(len(rows), len(vocabulary)))


def _separate(matrix: csr_matrix, target: np.ndarray, classes: int, strength: float) -> tuple[np.ndarray, np.ndarray]:
    """Weights (feature × intent) and bias of the blended separator; liblinear lets go of the lock, so cores share it."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        plain = list(pool.map(lambda n: _one(matrix, target == n, strength), range(classes)))
        weighted = list(pool.map(lambda n: _one_weighted(matrix, target == n, strength), range(classes)))
    shared, offset = 0.0, 0.0
    for parts, share in ((plain, PLAIN_SHARE), (weighted, 1 - PLAIN_SHARE)):
        weights, bias = np.stack([w for w, _ in parts], axis=1), np.array([b for _, b in parts])
        scale = share / (matrix @ weights + bias).std()  # one scale: still one linear model, serving costs nothing more
        shared, offset = shared + weights * scale, offset + bias * scale
    return np.asarray(shared), np.asarray(offset)


def _one(matrix: csr_matrix, inside: np.ndarray, strength: float) -> tuple[np.ndarray, float]:
    from sklearn.svm import LinearSVC

    machine = LinearSVC(C=strength, random_state=0, tol=CLOSE_ENOUGH).fit(matrix, inside)
    return machine.coef_[0].astype(np.float32), float(machine.intercept_[0])


def _one_weighted(matrix: csr_matrix, inside: np.ndarray, strength: float) -> tuple[np.ndarray, float]:
    """The same over features scaled by how much more (or less) often the intent uses them.

    Reads short fragments and letters better than the plain one, which is the better judge of long ordinary sentences.
    """
    from scipy.sparse import csr_matrix

    used = np.bincount(matrix[inside].indices, minlength=matrix.shape[1]) + 1.0
    other = np.bincount(matrix.indices, minlength=matrix.shape[1]) - used + 3.0
    ratio = np.abs(np.log((used / used.sum()) / (other / other.sum())))
    scaled = csr_matrix((matrix.data * ratio[matrix.indices], matrix.indices, matrix.indptr), shape=matrix.shape)
    weights, bias = _one(scaled, inside, strength)
    return (weights * ratio).astype(np.float32), bias


def _calibrate(margins: np.ndarray, truth: np.ndarray) -> float:
    """The temperature with the least log loss on held-out margins."""
    candidates = np.geomspace(0.03, 5.0, 80)
    losses = [
        -np.log(_softmax(margins / t)[np.arange(len(truth)), truth] + 1e-12).mean() for t in candidates
    ]  # fmt: skip
    return float(candidates[int(np.argmin(losses))])
