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
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.nlu.features import views

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

HELD_OUT = 5
"""Every so many-th sentence is held out once, to calibrate the confidence."""
PLAIN_SHARE = 0.7
"""Share of the plain separator in the blend; the rest is the Bayes-weighted one. Chosen on held-out sentences."""
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
    """Fit the separators and calibrate them on held-out sentences.

    Args:
        texts, labels: one intent per text.
        strength: inverse regularisation of the separators.
    """
    seen = [views(text) for text in texts]
    intents = sorted(set(labels))
    inside = [i for i in range(len(texts)) if i % HELD_OUT]
    outside = [i for i in range(len(texts)) if i % HELD_OUT == 0]
    temperature = 0.3
    if outside and {labels[i] for i in inside} == set(intents):
        part = _fit([seen[i] for i in inside], [labels[i] for i in inside], strength, 1.0)
        margins = [np.mean([part._margins(view) for view in seen[i]], axis=0) for i in outside]
        temperature = _calibrate(np.array(margins), np.array([intents.index(labels[i]) for i in outside]))
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
    plain = LinearSVC(C=strength, random_state=0).fit(matrix, target)
    one, one_bias = plain.coef_, plain.intercept_
    if len(intents) == 2:
        one, one_bias = np.vstack([-one, one]), np.hstack([-one_bias, one_bias])
    two, two_bias = _bayes_weighted(matrix, target, len(intents), strength)
    weights, bias = _blend(matrix, (one, one_bias, PLAIN_SHARE), (two, two_bias, 1 - PLAIN_SHARE))
    weights = np.ascontiguousarray(weights.T.astype(np.float16))
    return LinearModel(intents, vocabulary, idf, weights, bias.astype(np.float32), temperature)


def _bayes_weighted(matrix: csr_matrix, target: np.ndarray, classes: int, strength: float) -> tuple[Any, Any]:
    """One separator per intent over features scaled by how much more (or less) often the intent uses them.

    Reads short fragments and letters better than the plain one, which is the better judge of long ordinary sentences.
    """
    from scipy.sparse import diags
    from sklearn.svm import LinearSVC

    present = (matrix > 0).astype(np.float32)
    whole = np.asarray(present.sum(0)).ravel()
    weights, bias = np.zeros((classes, matrix.shape[1]), dtype=np.float32), np.zeros(classes, dtype=np.float32)
    for number in range(classes):
        inside = np.asarray(present[target == number].sum(0)).ravel() + 1
        outside = whole - inside + 2
        ratio = np.abs(np.log((inside / inside.sum()) / (outside / outside.sum()))).astype(np.float32)
        machine = LinearSVC(C=strength, random_state=0).fit(matrix @ diags(ratio), target == number)
        weights[number], bias[number] = machine.coef_[0] * ratio, machine.intercept_[0]
    return weights, bias


def _blend(matrix: csr_matrix, *parts: tuple[Any, Any, float]) -> tuple[Any, Any]:
    """The weighted sum of separators brought to one scale: still one linear model, so serving costs nothing more."""
    weights, bias = 0.0, 0.0
    for coefficients, intercept, share in parts:
        margins = matrix @ coefficients.T + intercept
        weights = weights + share * coefficients / margins.std()
        bias = bias + share * intercept / margins.std()
    return weights, bias


def _calibrate(margins: np.ndarray, truth: np.ndarray) -> float:
    """The temperature with the least log loss on held-out margins."""
    candidates = np.geomspace(0.03, 5.0, 80)
    losses = [
        -np.log(_softmax(margins / t)[np.arange(len(truth)), truth] + 1e-12).mean() for t in candidates
    ]  # fmt: skip
    return float(candidates[int(np.argmin(losses))])
