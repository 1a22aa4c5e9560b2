"""Which intent a text is, read by its letters (`linear`), by its sound (`linear`) and by what it means (`context`).

The letters know our words and where they stand; the sound hears them whichever character is written; the meaning knows
the other ways people say the same. Their log-probabilities are added: where they disagree, the surer one wins.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bot.nlu import context, linear, meanings, mishearing
from bot.nlu.features import by_letters, by_sound, seen
from bot.nlu.linear import log_softmax
from bot.nlu.normalise import normalise, question_part

if TYPE_CHECKING:
    from bot.nlu.context import Encoder
    from bot.nlu.linear import LinearModel
    from bot.nlu.mishearing import Ear

NOWHERE = "out_of_scope"
MEANING_SHARE = 0.7
"""What the meaning counts beside the letters; chosen by training on some files of ours
and testing on others (petitions, street talk, clauses), which are as foreign to each other as parents are to us."""
SOUND_SHARE = 0.2
"""What the sound counts beside the letters; chosen, like SURE, on the examination (`bot.exam`)."""
SHARPNESS = 1.5
"""What the sum of all is divided by to be a probability: near the least log loss there."""
SCOPE_LEAN = 0.0
"""By how much log-odds none-of-our-business is favoured: more sends more of ours away and hardly catches another stranger."""
SURE = 0.99
"""Probability by the letters alone from which nothing else is asked. A misheard text may look as sure as 0.98."""
SURE_MENDED = 0.9
"""The same once the ear has listened: from here the meaning changes nothing and would cost most of the time."""
STORY = 18
"""Characters from which a text may tell before it asks (“…7月2号出生，9月28号交的费，要等吗”); the letters need it longer."""
BARE = 2
"""Characters a story's question needs to be read by itself: the story is read beside it anyway."""
LEARNED_LENGTH = 60
"""Characters up to which the meaning is learned: a letter's question says it, its story would only cost time."""
STRENGTH = 0.17
"""Inverse regularisation of what is learned over the meaning; chosen on held-out sentences."""


@dataclass(frozen=True)
class Guess:
    """One reading of a text."""

    intent: str
    confidence: float


class WrongEncoder(ValueError):
    """The model was trained over another encoder than the one installed: train again."""


class IntentModel:
    """The readers. `weights` (384 × intent) and `bias` turn a meaning into log-odds of the intents; `ear` mends what
    voice input misheard before it is read again."""

    def __init__(
        self, letters: LinearModel, sounds: LinearModel, ear: Ear, weights: np.ndarray, bias: np.ndarray
    ) -> None:
        self.letters = letters
        self.sounds = sounds
        self.ear = ear
        self.intents = letters.intents
        self._weights = weights
        self._bias = bias
        self._lean = np.array([SCOPE_LEAN if intent == NOWHERE else 0.0 for intent in self.intents])

    def guess(self, text: str) -> list[Guess]:
        """All intents, best first, with calibrated probabilities that sum to 1."""
        likely = np.exp(self.weigh(text))
        order = np.argsort(-likely)
        return [Guess(self.intents[i], float(likely[i])) for i in order]

    def weigh(self, text: str) -> np.ndarray:
        """The log-probability of every intent."""
        letters = self.letters.weigh(text)
        if letters.max() >= np.log(SURE):
            return log_softmax(letters + self._lean)
        plain = normalise(text)
        said = self.ear.mend(plain)
        if said != plain:
            letters = self.letters.weigh(said)
        if letters.max() >= np.log(SURE_MENDED):
            return log_softmax(letters + self._lean)
        beside = MEANING_SHARE * self.meaning(said) + SOUND_SHARE * self.sounds.weigh(said)
        return log_softmax((letters + beside) / SHARPNESS + self._lean)

    def meaning(self, plain: str) -> np.ndarray:
        """Log-probabilities by the meaning alone of a normalised text: of the whole and, of a story, as much of its
        question."""
        heard = dict.fromkeys((plain, question_part(plain, STORY, BARE)))
        odds = _encoder().directions(list(heard)) @ self._weights + self._bias
        return np.asarray(log_softmax(odds).mean(0))

    def knows(self, text: str) -> bool:
        """Does the text share more than single letters with the training data? (😀😀 and /restart do not)"""
        return self.letters.knows(text)

    def save(self, folder: Path) -> None:
        """Write the model as JSON and npz."""
        self.letters.save(folder, "letters")
        self.sounds.save(folder, "sounds")
        self.ear.save(folder)
        np.savez_compressed(folder / "meaning.npz", weights=self._weights, bias=self._bias)
        (folder / "meaning.json").write_text(json.dumps({"encoder": context.fingerprint()}), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> IntentModel:
        """Read a saved model; anything but arrays in the npz is refused.

        Raises:
            WrongEncoder: it was learned over another encoder.
        """
        about = json.loads((folder / "meaning.json").read_text("utf-8"))
        if about["encoder"] != context.fingerprint():
            raise WrongEncoder("the model was trained over another bot/nlu/encoder.npz: train again (make train)")
        with np.load(folder / "meaning.npz", allow_pickle=False) as arrays:
            weights, bias = arrays["weights"], arrays["bias"]
        letters = linear.LinearModel.load(folder, "letters", by_letters)
        sounds = linear.LinearModel.load(folder, "sounds", by_sound)
        return cls(letters, sounds, mishearing.Ear.load(folder), weights, bias)


def train(texts: Sequence[str], labels: Sequence[str], strength: float = 0.5) -> IntentModel:
    """Learn all readings.

    Args:
        texts, labels: one intent per text.
        strength: inverse regularisation of the readings by letters and by sound.
    """
    import sklearn.linear_model
    import sklearn.svm  # noqa: F401  both before the threads, which would find each other's halves of it

    with ThreadPoolExecutor(1) as beside:  # numpy and scikit-learn let go of the lock: a core each
        meaning = beside.submit(_learn_meaning, texts, labels, sorted(set(labels)))
        plain = [seen(text) for text in texts]
        sounds = beside.submit(linear.train, plain, labels, strength, by_sound)
        ear = beside.submit(mishearing.train, plain)
        letters = linear.train(plain, labels, strength)
        weights, bias = meaning.result()
    return IntentModel(letters, sounds.result(), ear.result(), weights, bias)


def _learn_meaning(
    texts: Sequence[str], labels: Sequence[str], intents: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Multinomial logistic regression over the directions, centred and scaled (folded back into the weights)."""
    from sklearn.linear_model import LogisticRegression

    pairs = dict.fromkeys((view, label) for text, label in zip(texts, labels) for view in learned_views(text))
    rows = meanings.directions([view for view, _ in pairs])
    middle = rows.mean(0)
    spread = float((rows - middle).std())
    machine = LogisticRegression(C=STRENGTH, max_iter=60, tol=1e-3)
    machine.fit((rows - middle) / spread, [intents.index(label) for _, label in pairs])
    weights = np.zeros((rows.shape[1], len(intents)), dtype=np.float32)
    bias = np.full(len(intents), machine.intercept_.min(), dtype=np.float32)  # of an intent with nothing but letters
    weights[:, machine.classes_] = machine.coef_.T / spread
    bias[machine.classes_] = machine.intercept_
    return weights, np.asarray(bias - middle @ weights, dtype=np.float32)


def learned_views(text: str) -> list[str]:
    """What the meaning is learned from: the text and, of a story, its question with what it rests on, unless long."""
    plain = normalise(text)
    views = dict.fromkeys((plain, question_part(plain, STORY)))
    return [view for view in views if len(view) <= LEARNED_LENGTH]


@lru_cache(maxsize=1)
def _encoder() -> Encoder:
    return context.Encoder()
