"""A reading by letters or by sound: one linear separator per intent over sparse features.

Training uses scikit-learn; a trained model is two plain files (JSON vocabulary, npz weights), never a pickle, and
predicting needs numpy alone.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bot.nlu.features import Features, Reading, by_letters, read, seen, views

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

TEMPERATURE = 0.4
"""What margins are divided by to be log-odds: the least log loss on held-out sentences (0.40 … 0.43 over the folds)."""
LETTER_SHARES = (0.2, 0.4, 0.4)
"""Whole, asking clauses and surest sentence of a letter; chosen on held-out sentences put into stories."""
CLOSE_ENOUGH = 1e-2
"""Where the separators stop: moves margins by less than 0.01 and no decision, and takes a quarter less time."""
STEP = 1 / 32
"""Weights are rounded to multiples of this: decisions and log loss stay, and the stored model is a quarter as large."""
RARE = 2
"""A feature seen in fewer texts than this says nothing."""


class LinearModel:
    """Intents with their weights (feature × intent) over what `features` sees in a text."""

    def __init__(
        self, intents: list[str], vocabulary: dict[str, int], idf: np.ndarray, weights: np.ndarray, bias: np.ndarray,
        features: Features = by_letters,
    ) -> None:  # fmt: skip
        self.intents = intents
        self._features = features
        self._vocabulary = vocabulary
        self._idf = idf
        self._weights = weights
        self._bias = bias

    def weigh(self, text: str) -> np.ndarray:
        """The log-probability of every intent. Of a letter the asking clauses and its surest sentence count more than
        the story."""
        return log_softmax(self._blend(read(text, self._features)) / TEMPERATURE)

    def _blend(self, reading: Reading) -> np.ndarray:
        whole = self._margins(reading.whole)
        if reading.question is reading.whole and not reading.sentences:
            return whole
        question = self._margins(reading.question)
        if not reading.sentences:
            return (whole + question) / 2
        each = [self._margins(sentence) for sentence in reading.sentences]
        surest = max(each, key=lambda margins: float(log_softmax(margins / TEMPERATURE).max()))
        return LETTER_SHARES[0] * whole + LETTER_SHARES[1] * question + LETTER_SHARES[2] * surest

    def knows(self, text: str) -> bool:
        """Does the text share more than single letters with the training data? (😀😀 and /restart do not)"""
        return any(
            len(name) > 2 and "^" not in name and name in self._vocabulary
            for view in views(seen(text), self._features)
            for name in view
        )

    def _margins(self, view: dict[str, float]) -> np.ndarray:
        known = [(self._vocabulary[name], value) for name, value in view.items() if name in self._vocabulary]
        if not known:
            return self._bias
        columns = np.fromiter((c for c, _ in known), dtype=np.int64)
        values = np.fromiter((v for _, v in known), dtype=np.float32) * self._idf[columns]
        return values @ self._weights[columns].astype(np.float32) + self._bias

    def save(self, folder: Path, name: str) -> None:
        """Write the model as `name`.json and `name`.npz."""
        folder.mkdir(parents=True, exist_ok=True)
        names = sorted(self._vocabulary, key=self._vocabulary.__getitem__)
        about = {"intents": self.intents, "vocabulary": names}
        (folder / f"{name}.json").write_text(json.dumps(about, ensure_ascii=False), "utf-8")
        np.savez_compressed(folder / f"{name}.npz", idf=self._idf, bias=self._bias, weights=self._weights)

    @classmethod
    def load(cls, folder: Path, name: str, features: Features = by_letters) -> LinearModel:
        """Read a saved model; anything but arrays in the npz is refused."""
        about = json.loads((folder / f"{name}.json").read_text("utf-8"))
        with np.load(folder / f"{name}.npz", allow_pickle=False) as arrays:
            idf, bias, weights = arrays["idf"], arrays["bias"], arrays["weights"]
        vocabulary = {name: i for i, name in enumerate(about["vocabulary"])}
        return cls(about["intents"], vocabulary, idf, weights, bias, features)


def log_softmax(odds: np.ndarray) -> np.ndarray:
    """Log-probabilities along the last axis."""
    shifted = odds - odds.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


def train(
    texts: Sequence[str],
    labels: Sequence[str],
    strength: float = 0.5,
    features: Features = by_letters,
) -> LinearModel:
    """Fit the separators.

    Args:
        texts, labels: one intent per text; the texts as they are `seen`.
        strength: inverse regularisation of the separators.
        features: what is seen in a text.
    """
    rows = [(view, number) for number, text in enumerate(texts) for view in views(text, features)]
    vocabulary, idf, matrix = _matrix([view for view, _ in rows])
    intents = sorted(set(labels))
    target = np.array([intents.index(labels[number]) for _, number in rows])
    weights, bias = _separate(matrix, target, len(intents), strength)
    rounded = (np.round(weights / STEP) * STEP).astype(np.float16)
    return LinearModel(intents, vocabulary, idf, rounded, bias.astype(np.float32), features)


def _matrix(rows: list[dict[str, float]]) -> tuple[dict[str, int], np.ndarray, csr_matrix]:
    """The vocabulary of all rows, how telling each feature is, and the rows as one sparse matrix."""
    from scipy.sparse import csr_matrix

    names = list(chain.from_iterable(rows))
    count = Counter(names)
    vocabulary = {name: i for i, name in enumerate(sorted(n for n, c in count.items() if c >= RARE))}
    idf = np.array([np.sqrt(np.log(1 + len(rows) / count[name])) for name in vocabulary], dtype=np.float32)
    places = np.fromiter((vocabulary.get(name, -1) for name in names), dtype=np.int32, count=len(names))
    values = np.fromiter(chain.from_iterable(view.values() for view in rows), dtype=np.float64, count=len(names))
    owners = np.repeat(np.arange(len(rows)), [len(view) for view in rows])
    known = places >= 0
    ends = np.concatenate([[0], np.cumsum(np.bincount(owners[known], minlength=len(rows)))])
    places = places[known]
    weighted = values[known] * idf[places]
    return vocabulary, idf, csr_matrix((weighted, places, ends), shape=(len(rows), len(vocabulary)))


def _separate(matrix: csr_matrix, target: np.ndarray, classes: int, strength: float) -> tuple[np.ndarray, np.ndarray]:
    """Weights (feature × intent) and bias, in units of the margins' spread; liblinear lets go of the lock, so cores share it."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        parts = list(pool.map(lambda n: _one(matrix, target == n, strength), range(classes)))
    weights, bias = np.stack([w for w, _ in parts], axis=1), np.array([b for _, b in parts])
    spread = (matrix @ weights + bias).std()
    return weights / spread, bias / spread


def _one(matrix: csr_matrix, inside: np.ndarray, strength: float) -> tuple[np.ndarray, float]:
    from sklearn.svm import LinearSVC

    machine = LinearSVC(C=strength, random_state=0, tol=CLOSE_ENOUGH).fit(matrix, inside)
    return machine.coef_[0].astype(np.float32), float(machine.intercept_[0])
