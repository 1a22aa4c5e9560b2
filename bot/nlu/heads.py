"""What the taught encoder says of a message and of its mentions: linear heads over its states, in numpy.

Learned together with the encoder (tools/teach_encoder.py) and kept beside it in `taught.npz`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Dict, List, Tuple

import numpy as np

from bot.nlu.sentence_encoder import TAUGHT, Fed
from bot.nlu.separators import log_softmax


@dataclass(frozen=True)
class Whole:
    """A message seen as a whole: its pieces by attention, and their mean (2 × 384 numbers)."""

    states: np.ndarray
    vector: np.ndarray


class Heads:
    """The heads with the names of what they tell apart."""

    def __init__(self) -> None:
        with np.load(TAUGHT, allow_pickle=False) as arrays:
            about = json.loads(str(arrays["about"]))
            self._weights = {key: arrays[key].astype(np.float32) for key in arrays.files if not key.startswith("layers")
                             and key != "about"}  # fmt: skip
        self.labels: List[str] = about["labels"]
        self.roles: List[str] = about["roles"]
        self.polarities: List[str] = about["polarities"]
        self.owners: List[str] = about["owners"]

    def whole(self, states: np.ndarray, fed: Fed) -> Whole:
        """The message (without what stood before it) as one vector."""
        said = states[fed.begin :]
        gaze = said @ self._weights["gaze.weight"][0] + self._weights["gaze.bias"][0]
        share = np.exp(gaze - gaze.max())
        return Whole(states, np.concatenate([share @ said / share.sum(), said.mean(0)]))

    def label(self, whole: Whole) -> np.ndarray:
        """The log-probability of every label being what the message does first of all."""
        return log_softmax(self._linear("label", whole.vector))

    def also(self, whole: Whole) -> np.ndarray:
        """The probability of every label being among what the message does."""
        return np.asarray(1.0 / (1.0 + np.exp(-self._linear("also", whole.vector))))

    def mention(self, whole: Whole, span: Tuple[int, int]) -> Dict[str, np.ndarray]:
        """Log-probabilities of role, polarity and owner of the pieces first … behind last, and of a correction (2)."""
        seen = np.concatenate([whole.states[span[0] : span[1]].mean(0), whole.vector])
        corrects = float(self._linear("corrects", seen)[0])
        return {
            "role": log_softmax(self._linear("role", seen)), "polarity": log_softmax(self._linear("polarity", seen)),
            "owner": log_softmax(self._linear("owner", seen)), "corrects": log_softmax(np.array([0.0, corrects])),
        }  # fmt: skip

    def _linear(self, name: str, vector: np.ndarray) -> np.ndarray:
        return np.asarray(self._weights[f"{name}.weight"] @ vector + self._weights[f"{name}.bias"])


@lru_cache(maxsize=1)
def heads() -> Heads:
    """The process's own, loaded once."""
    return Heads()
