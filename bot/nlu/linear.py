"""The intent model: one linear separator per intent over sparse features, with calibrated confidence.

Training uses scikit-learn; a trained model is two plain files (JSON vocabulary, npz weights), never a pickle, and
predicting needs numpy alone.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.nlu.features import views

FOLDS = 5
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
        margins = np.mean([self._margins(view) for view in views(text)], axis=0)
        likely = _softmax(margins / self._temperature)
        order = np.argsort(-likely)
        return [Guess(self.intents[i], float(likely[i])) for i in order]

    def knows(self, text: str) -> bool:
        """Does the text share more than single letters with the training data? (😀😀 and /restart do not)"""
        return any(
            len(name) > 2 and "^" not in name and name in self._vocabulary for view in views(text) for name in view
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
    """Fit the separators and calibrate them on held-out folds.

    Args:
        texts, labels: one intent per text.
        strength: inverse regularisation of the separators.
    """
    seen = [views(text) for text in texts]
    held_out, truth = [], []
    intents = sorted(set(labels))
    for fold in range(FOLDS):
        inside = [i for i in range(len(texts)) if i % FOLDS != fold]
        outside = [i for i in range(len(texts)) if i % FOLDS == fold]
        if len({labels[i] for i in inside}) < len(intents):
            continue
        part = _fit([seen[i] for i in inside], [labels[i] for i in inside], strength, 1.0)
        for i in outside:
            held_out.append(np.mean([part._margins(view) for view in seen[i]], axis=0))
            truth.append(intents.index(labels[i]))
    temperature = _calibrate(np.array(held_out), np.array(truth)) if truth else 0.3
    return _fit(seen, labels, strength, temperature)


def _fit(seen: list[list[dict[str, float]]], labels: Sequence[str], strength: float, temperature: float) -> LinearModel:
    from scipy.sparse import csr_matrix
    from sklearn.svm import LinearSVC

    rows = [(view, label) for text, label in zip(seen, labels) for view in text]
    count = Counter(name for view, _ in rows for name in view)
    vocabulary = {name: i for i, name in enumerate(sorted(n for n, c in count.items() if c >= RARE))}
    idf = np.array([np.sqrt(np.log(1 + len(rows) / count[name])) for name in vocabulary], dtype=np.float32)
    columns, values, ends = [], [], [0]
    for view, _ in rows:
        for name, value in view.items():
            column = vocabulary.get(name)
            if column is not None:
                columns.append(column)
                values.append(value * idf[column])
        ends.append(len(columns))
    matrix = csr_matrix((np.array(values, dtype=np.float32), columns, ends), shape=(len(rows), len(vocabulary)))
    intents = sorted(set(labels))
    target = np.array([intents.index(label) for _, label in rows])
    machine = LinearSVC(C=strength, random_state=0).fit(matrix, target)
    coefficients, bias = machine.coef_, machine.intercept_
    if len(intents) == 2:
        coefficients, bias = np.vstack([-coefficients, coefficients]), np.hstack([-bias, bias])
    weights = np.ascontiguousarray(coefficients.T.astype(np.float16))
    return LinearModel(intents, vocabulary, idf, weights, bias.astype(np.float32), temperature)


def _calibrate(margins: np.ndarray, truth: np.ndarray) -> float:
    """The temperature with the least log loss on held-out margins."""
    candidates = np.geomspace(0.03, 2.0, 60)
    losses = [
        -np.log(_softmax(margins / t)[np.arange(len(truth)), truth] + 1e-12).mean() for t in candidates
    ]  # fmt: skip
    return float(candidates[int(np.argmin(losses))])
