"""One-vs-rest linear SVM over sparse features, with a temperature that makes its margins log-odds.

Training uses scikit-learn; a trained model is plain arrays (npz), never a pickle, and predicting needs numpy alone.
Feature names are kept as 64-bit hashes, weights as bytes: 420,000 names as Python strings were 90 MB of every process.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from xxhash import xxh3_64_intdigest

from bot.nlu.beside import Beside

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

CLOSE_ENOUGH = 3e-2
"""Where the separators stop: moves log-odds by 0.006 on average, and one decision of 1,037."""
STEP = 1 / 32
"""Weights are multiples of this, of at most 127 of them: decisions and log loss stay."""
MANY, SHARES = 16, 2
"""From so many labels on they are learned in shares, each in a process of its own."""
RARE = 2
"""A feature seen in fewer rows than this says nothing."""

Row = Mapping[str, float]
"""Feature name → weight."""


def log_softmax(odds: np.ndarray) -> np.ndarray:
    """Log-probabilities along the last axis."""
    shifted = odds - odds.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


class Vocabulary:
    """The known features: hashes of their names (uint64, ascending), and how telling each is (inverse frequency)."""

    def __init__(self, hashes: np.ndarray, idf: np.ndarray) -> None:
        self.hashes, self.idf = hashes, idf

    @classmethod
    def of(cls, names: Iterable[str], idf: Iterable[float]) -> Vocabulary:
        """Raises ValueError when two names have the same hash."""
        hashes = _hashed(names)
        order = np.argsort(hashes)
        if len(np.unique(hashes)) != len(hashes):
            raise ValueError("two features have the same hash")
        return cls(hashes[order], np.fromiter(idf, dtype=np.float32)[order])

    def __len__(self) -> int:
        return len(self.hashes)

    def places(self, names: Iterable[str]) -> np.ndarray:
        """The column of every name, -1 for one that is not known."""
        hashes = _hashed(names)
        if not len(self.hashes):
            return np.full(len(hashes), -1)
        found = np.minimum(np.searchsorted(self.hashes, hashes), len(self.hashes) - 1)
        return np.where(self.hashes[found] == hashes, found, -1)

    def seen(self, row: Row) -> tuple[np.ndarray, np.ndarray]:
        """The columns of a row's known features and their weighted values."""
        columns = self.places(row)
        known = columns >= 0
        columns = columns[known]
        values = np.fromiter(row.values(), dtype=np.float32, count=len(row))[known]
        return columns, values * self.idf[columns]


def _hashed(names: Iterable[str]) -> np.ndarray:
    return np.fromiter((xxh3_64_intdigest(name.encode(errors="replace")) for name in names), dtype=np.uint64)


class Separators:
    """Labels with their weights (feature × label, int8, in steps of `STEP`).

    vocabulary: may be shared by several separators. bias: one per label. temperature: what margins are divided by to be
    log-odds.
    """

    def __init__(
        self, labels: Sequence[str], vocabulary: Vocabulary, weights: np.ndarray, bias: np.ndarray, temperature: float
    ) -> None:
        self.labels = list(labels)
        self.vocabulary = vocabulary
        self.temperature = temperature
        self._weights, self._bias = weights, bias

    def margins(self, row: Row) -> np.ndarray:
        """One margin per label, in units of the margins' spread."""
        return self.margins_of(*self.vocabulary.seen(row))

    def margins_of(self, columns: np.ndarray, values: np.ndarray) -> np.ndarray:
        """The same of a row that the vocabulary has seen."""
        if not len(columns):
            return self._bias
        return np.asarray((values * STEP) @ self._weights[columns].astype(np.float32) + self._bias)

    def weigh(self, row: Row) -> np.ndarray:
        """The log-probability of every label."""
        return log_softmax(self.margins(row) / self.temperature)

    def as_arrays(self, name: str) -> dict[str, np.ndarray]:
        """What is stored of it, beside its vocabulary."""
        return {
            f"{name}.labels": np.array(self.labels), f"{name}.weights": self._weights, f"{name}.bias": self._bias,
            f"{name}.temperature": np.array(self.temperature),
        }  # fmt: skip


def save(folder: Path, name: str, parts: Mapping[str, Separators]) -> None:
    """Write separators that share one vocabulary as `name`.npz."""
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = next(iter(parts.values())).vocabulary
    arrays = [part.as_arrays(key).items() for key, part in parts.items()]
    np.savez_compressed(
        folder / f"{name}.npz", hashes=vocabulary.hashes, idf=vocabulary.idf, **dict(chain.from_iterable(arrays))
    )


def load(folder: Path, name: str) -> dict[str, Separators]:
    """Read saved separators; anything but arrays in the npz is refused."""
    with np.load(folder / f"{name}.npz", allow_pickle=False) as arrays:
        vocabulary = Vocabulary(arrays["hashes"], arrays["idf"])
        keys = [key.removesuffix(".weights") for key in arrays.files if key.endswith(".weights")]
        return {
            key: Separators(
                arrays[f"{key}.labels"].tolist(), vocabulary, arrays[f"{key}.weights"], arrays[f"{key}.bias"],
                float(arrays[f"{key}.temperature"]),
            )
            for key in keys
        }  # fmt: skip


def train(
    rows: Sequence[Row], labels: Mapping[str, Sequence[str]], *, strength: float, temperature: float
) -> dict[str, Separators]:
    """Fit separators for each set of labels over the same rows.

    Args:
        rows, labels: by a name for each set, one label per row.
        strength: inverse regularisation.
    """
    vocabulary, matrix = _matrix(rows)
    return {name: _fitted(vocabulary, matrix, told, strength, temperature) for name, told in labels.items()}


def _fitted(
    vocabulary: Vocabulary, matrix: csr_matrix, labels: Sequence[str], strength: float, temperature: float
) -> Separators:
    names = sorted(set(labels))
    places = {name: i for i, name in enumerate(names)}
    target = np.array([places[label] for label in labels])
    weights, bias = _separate(matrix, target, len(names), strength)
    rounded = np.clip(np.round(weights / STEP), -127, 127).astype(np.int8)
    return Separators(names, vocabulary, rounded, bias.astype(np.float32), temperature)


def _matrix(rows: Sequence[Row]) -> tuple[Vocabulary, csr_matrix]:
    """The vocabulary of all rows, and the rows as one sparse matrix over it."""
    from scipy.sparse import csr_matrix

    names = list(chain.from_iterable(rows))
    count = Counter(names)
    known = {name: n for name, n in count.items() if n >= RARE}
    vocabulary = Vocabulary.of(known, (float(np.sqrt(np.log(1 + len(rows) / n))) for n in known.values()))
    column = dict(zip(known, vocabulary.places(known).tolist()))
    places = np.fromiter((column.get(name, -1) for name in names), dtype=np.int32, count=len(names))
    values = np.fromiter(chain.from_iterable(row.values() for row in rows), dtype=np.float64, count=len(names))
    owners = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    inside = places >= 0
    ends = np.concatenate([[0], np.cumsum(np.bincount(owners[inside], minlength=len(rows)))])
    places = places[inside]
    weighted = values[inside] * vocabulary.idf[places]
    return vocabulary, csr_matrix((weighted, places, ends), shape=(len(rows), len(vocabulary)))


def _separate(matrix: csr_matrix, target: np.ndarray, classes: int, strength: float) -> tuple[np.ndarray, np.ndarray]:
    """Weights (feature × label) and bias, in units of the margins' spread.

    Features that stand in many rows are put beside each other, where the processor's cache holds them: the weights are
    the same, a sixth sooner. Many labels are shared out, in as many shares on every machine: what is learned is the same.
    """
    if classes == 1:
        return np.zeros((matrix.shape[1], 1)), np.ones(1)
    order = np.argsort(-np.bincount(matrix.indices, minlength=matrix.shape[1]), kind="stable")
    by_count = matrix[:, order]
    by_count.sort_indices()
    first, *others = np.array_split(np.arange(classes), SHARES if classes >= MANY else 1)
    beside = [Beside(partial(_fit, by_count, target, share, strength)) for share in others]
    try:
        parts = [_fit(by_count, target, first, strength), *(share.take() for share in beside)]
    finally:
        for share in beside:
            share.end()
    weights = np.empty((matrix.shape[1], classes), np.float32)
    weights[order] = np.concatenate([told for told, _ in parts]).T
    bias = np.concatenate([told for _, told in parts])
    spread = (matrix @ weights + bias).std()
    return weights / spread, bias / spread


def _fit(matrix: csr_matrix, target: np.ndarray, share: np.ndarray, strength: float) -> tuple[np.ndarray, np.ndarray]:
    """Weights (label × feature) and bias of some neighbouring labels, each against all rows of the others: one fit, for
    liblinear copies the matrix each time. The labels of other shares are one more, which is thrown away."""
    from sklearn.svm import LinearSVC

    mine = np.clip(target - share[0], -1, len(share))
    mine[mine == len(share)] = -1
    machine = LinearSVC(C=strength, random_state=0, tol=CLOSE_ENOUGH).fit(matrix, mine)
    weights, bias = machine.coef_, machine.intercept_
    if len(machine.classes_) == 2:  # scikit-learn keeps one row for two labels
        weights, bias = np.concatenate([-weights, weights]), np.concatenate([-bias, bias])
    real = machine.classes_ >= 0
    return weights[real], bias[real]
