"""Labels the taught encoder never met, heard by it all the same: one more layer over its view of a message.

A new intent stands in the data before the encoder is taught again (tools/teach_encoder.py takes an hour). Until then
`make train` shows the encoder its examples and some of every other label, and learns to tell them apart.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from zlib import crc32

import numpy as np

from bot import turns
from bot.nlu.heads import Whole, heads
from bot.nlu.sentence_encoder import Encoder
from bot.nlu.separators import log_softmax
from bot.nlu.text import read_text

OTHERS = 8
"""Examples of every label the encoder knows, to tell the new ones from."""
NEAR = 500
"""Examples besides, those most like the new ones by their letters: where the border runs."""
STRENGTH = 0.02
"""Inverse regularisation: some dozens of examples over 768 numbers; chosen on an invented intent of twenty examples."""
FILE = "late_labels.npz"


class LateLabels:
    """The layer: `labels` are the new ones; the first column of the weights is “none of them”."""

    def __init__(self, labels: Sequence[str], weights: np.ndarray, bias: np.ndarray) -> None:
        self.labels = list(labels)
        self._weights, self._bias = weights, bias

    def beside(self, known: np.ndarray, whole: Whole) -> np.ndarray:
        """Log-probabilities of the encoder's own labels and then of the new ones, given those of its own alone."""
        if not self.labels:
            return known
        told = log_softmax(self._weights @ whole.vector + self._bias)
        return np.concatenate([known + told[0], told[1:]])

    def save(self, folder: Path) -> None:
        """Write the layer as npz."""
        np.savez(folder / FILE, labels=np.array(self.labels, dtype="U64"), weights=self._weights, bias=self._bias)

    @classmethod
    def load(cls, folder: Path) -> LateLabels:
        """Read it; anything but arrays is refused."""
        with np.load(folder / FILE, allow_pickle=False) as arrays:
            return cls(arrays["labels"].tolist(), arrays["weights"], arrays["bias"])


NOTHING_LATE = LateLabels((), np.zeros((1, 0), np.float32), np.zeros(1, np.float32))


def train(
    texts: Sequence[str], labels: Sequence[str], contexts: Sequence[Mapping[str, str]], met: Sequence[str] | None = None
) -> LateLabels:
    """Learn the labels of the data that the encoder never met (`met`: those it did, its own heads'); none, no work."""
    met = heads().labels if met is None else met
    late = sorted(set(labels) - set(met))
    if not late:
        return NOTHING_LATE
    from sklearn.linear_model import LogisticRegression

    chosen = _chosen(texts, labels, late)
    encoder, titles = Encoder(), turns.titles()
    views = np.stack([_view(encoder, texts[row], contexts[row], titles) for row in chosen])
    wanted = [late.index(labels[row]) + 1 if labels[row] in late else 0 for row in chosen]
    counts = Counter(wanted)  # between as they come, which hears few, and balanced, which takes what leans on an answer
    weights = {one: (max(counts.values()) / count) ** 0.5 for one, count in counts.items()}
    model = LogisticRegression(C=STRENGTH, max_iter=300, class_weight=weights).fit(views, wanted)
    layer, bias = model.coef_.astype(np.float32), model.intercept_.astype(np.float32)
    if len(late) == 1:  # scikit-learn keeps one row for two classes
        layer, bias = np.concatenate([0 * layer, layer]), np.concatenate([0 * bias, bias])
    return LateLabels(late, layer, bias)


def _chosen(texts: Sequence[str], labels: Sequence[str], late: Sequence[str]) -> list[int]:
    """The rows to learn from: all of the new labels, some of every other, and what is most like the new ones."""
    rows: dict[str, list[int]] = defaultdict(list)
    for row in sorted(range(len(texts)), key=lambda i: crc32(texts[i].encode())):
        if labels[row] in late or len(rows[labels[row]]) < OTHERS:
            rows[labels[row]].append(row)
    found = [row for some in rows.values() for row in some]
    pairs = [{text[i : i + 2] for i in range(len(text) - 1)} for text in texts]
    all_of_them = Counter(pair for some in pairs for pair in some)
    new = Counter(pair for some, label in zip(pairs, labels) if label in late for pair in some)
    like = [sum(new[pair] / all_of_them[pair] for pair in some) / (len(some) + 4) for some in pairs]
    others = set(range(len(texts))) - set(found)
    return [*found, *sorted(others, key=lambda row: (-like[row], row))[:NEAR]]


def _view(encoder: Encoder, text: str, context: Mapping[str, str], titles: Mapping[str, str]) -> np.ndarray:
    fed = encoder.feed(turns.context_of(context, titles).words(), read_text(text).plain)
    return heads().whole(encoder.states(fed), fed).vector
