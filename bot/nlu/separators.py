"""One-vs-rest linear SVM over sparse features, with a temperature that makes its margins log-odds.

Training uses scikit-learn; a trained model is two plain files (JSON vocabulary, npz weights), never a pickle, and
predicting needs numpy alone.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

CLOSE_ENOUGH = 1e-2
"""Where the separators stop: moves margins by less than 0.01 and no decision, and takes a quarter less time."""
STEP = 1 / 32
"""Weights are rounded to multiples of this: decisions and log loss stay, and the stored model is a quarter as large."""
RARE = 2
"""A feature seen in fewer rows than this says nothing."""

Row = Mapping[str, float]
"""Feature name → weight."""


def log_softmax(odds: np.ndarray) -> np.ndarray:
    """Log-probabilities along the last axis."""
    shifted = odds - odds.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


class Separators:
    """Labels with their weights (feature × label). `temperature`: what margins are divided by to be log-odds."""

    def __init__(
        self, labels: Sequence[str], vocabulary: Mapping[str, int], idf: np.ndarray, weights: np.ndarray, bias: np.ndarray,
        temperature: float,
    ) -> None:  # fmt: skip
        self.labels = list(labels)
        self.vocabulary = dict(vocabulary)
        self.temperature = temperature
        self._idf, self._weights, self._bias = idf, weights, bias

    def margins(self, row: Row) -> np.ndarray:
        """One margin per label, in units of the margins' spread."""
        known = [(self.vocabulary[name], value) for name, value in row.items() if name in self.vocabulary]
        if not known:
            return self._bias
        columns = np.fromiter((c for c, _ in known), dtype=np.int64)
        values = np.fromiter((v for _, v in known), dtype=np.float32) * self._idf[columns]
        return np.asarray(values @ self._weights[columns].astype(np.float32) + self._bias)

    def weigh(self, row: Row) -> np.ndarray:
        """The log-probability of every label."""
        return log_softmax(self.margins(row) / self.temperature)

    def save(self, folder: Path, name: str) -> None:
        """Write the model as `name`.json and `name`.npz."""
        folder.mkdir(parents=True, exist_ok=True)
        names = sorted(self.vocabulary, key=self.vocabulary.__getitem__)
        about = {"labels": self.labels, "temperature": self.temperature, "vocabulary": names}
        (folder / f"{name}.json").write_text(json.dumps(about, ensure_ascii=False), "utf-8")
        np.savez_compressed(folder / f"{name}.npz", idf=self._idf, bias=self._bias, weights=self._weights)

    @classmethod
    def load(cls, folder: Path, name: str) -> Separators:
        """Read a saved model; anything but arrays in the npz is refused."""
        about = json.loads((folder / f"{name}.json").read_text("utf-8"))
        with np.load(folder / f"{name}.npz", allow_pickle=False) as arrays:
            idf, bias, weights = arrays["idf"], arrays["bias"], arrays["weights"]
        vocabulary = {feature: i for i, feature in enumerate(about["vocabulary"])}
        return cls(about["labels"], vocabulary, idf, weights, bias, float(about["temperature"]))


def train(rows: Sequence[Row], labels: Sequence[str], *, strength: float, temperature: float) -> Separators:
    """Fit the separators.

    Args:
        rows, labels: one label per row.
        strength: inverse regularisation.
    """
    vocabulary, idf, matrix = _matrix(rows)
    names = sorted(set(labels))
    places = {name: i for i, name in enumerate(names)}
    target = np.array([places[label] for label in labels])
    weights, bias = _separate(matrix, target, len(names), strength)
    rounded = (np.round(weights / STEP) * STEP).astype(np.float16)
    return Separators(names, vocabulary, idf, rounded, bias.astype(np.float32), temperature)


def _matrix(rows: Sequence[Row]) -> tuple[dict[str, int], np.ndarray, csr_matrix]:
    """The vocabulary of all rows, how telling each feature is, and the rows as one sparse matrix."""
    from scipy.sparse import csr_matrix

    names = list(chain.from_iterable(rows))
    count = Counter(names)
    vocabulary = {name: i for i, name in enumerate(sorted(n for n, c in count.items() if c >= RARE))}
    idf = np.array([np.sqrt(np.log(1 + len(rows) / count[name])) for name in vocabulary], dtype=np.float32)
    places = np.fromiter((vocabulary.get(name, -1) for name in names), dtype=np.int32, count=len(names))
    values = np.fromiter(chain.from_iterable(row.values() for row in rows), dtype=np.float64, count=len(names))
    owners = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    known = places >= 0
    ends = np.concatenate([[0], np.cumsum(np.bincount(owners[known], minlength=len(rows)))])
    places = places[known]
    weighted = values[known] * idf[places]
    return vocabulary, idf, csr_matrix((weighted, places, ends), shape=(len(rows), len(vocabulary)))


def _separate(matrix: csr_matrix, target: np.ndarray, classes: int, strength: float) -> tuple[np.ndarray, np.ndarray]:
    """Weights (feature × label) and bias, in units of the margins' spread; liblinear lets go of the lock, so cores share it."""
    if classes == 1:
        return np.zeros((matrix.shape[1], 1)), np.ones(1)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        parts = list(pool.map(lambda n: _one(matrix, target == n, strength), range(classes)))
    weights, bias = np.stack([w for w, _ in parts], axis=1), np.array([b for _, b in parts])
    spread = (matrix @ weights + bias).std()
    return weights / spread, bias / spread


def _one(matrix: csr_matrix, inside: np.ndarray, strength: float) -> tuple[np.ndarray, float]:
    from sklearn.svm import LinearSVC

    machine = LinearSVC(C=strength, random_state=0, tol=CLOSE_ENOUGH).fit(matrix, inside)
    return machine.coef_[0].astype(np.float32), float(machine.intercept_[0])
