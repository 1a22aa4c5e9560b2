"""What a message does, by its letters, by its sound (`separators`) and by the taught encoder (`heads`), in its conversation.

The letters know our words and where they stand; the sound hears them whichever character is written; the encoder knows
other ways to say the same, and what stood before. Their log-probabilities are added: where they disagree, the surer wins.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bot.nlu import homophones, sentence_encoder, separators
from bot.nlu.beside import LESS_URGENT, Beside
from bot.nlu.features import by_letters, by_sound, of_context, read, seen, views
from bot.nlu.heads import Whole, heads
from bot.nlu.late_labels import NOTHING_LATE, LateLabels
from bot.nlu.normalise import normalise
from bot.nlu.separators import Row, Separators, log_softmax
from dialogue.vocabulary import ON_AN_ANSWER

if TYPE_CHECKING:
    from bot.nlu.homophones import HomophoneCorrector

NOWHERE = "out_of_scope"
LETTER_STRENGTH, SOUND_STRENGTH = 0.5, 0.5
TEMPERATURE = 0.4
"""What margins are divided by to be log-odds: the least log loss on held-out sentences (0.40 … 0.43 over the folds)."""
LETTER_SHARES = (0.2, 0.4, 0.4)
"""Whole, asking clauses and surest sentence of a letter; chosen on held-out sentences put into stories."""
SHARES = {"letters": 0.7, "sounds": 0.15, "taught": 1.0}
"""What each reading counts without a conversation; chosen on the examination (`python -m tools.bench.reading`)."""
SHARES_IN_TALK = {"letters": 0.35, "sounds": 0.1, "taught": 1.0}
"""The same after something was said: the letters hardly know what a fragment leans on."""
FOLLOWS_LESS = 0.8
"""Log-odds taken from `follow` after an answer: our turns have more of it than talks have; chosen on the examination."""
SHARPNESS = 1.3
"""What the sum of all is divided by to be a probability: near the least log loss there."""
FEW = 24
"""Features that are looked up before the others: among so many one of an ordinary message is known."""
UNKNOWN = -14.0
"""Log-probability of a label that a reading never met."""


@dataclass(frozen=True)
class IntentScore:
    """One reading of a text."""

    intent: str
    confidence: float


class WrongEncoder(ValueError):
    """The model was trained beside another encoder than the one installed: train again."""


class IntentModel:
    """The readings by letters and by sound; `ear` mends what voice input misheard before they read."""

    def __init__(
        self, letters: Separators, sounds: Separators, ear: HomophoneCorrector, late: LateLabels = NOTHING_LATE
    ) -> None:
        self.letters, self.sounds, self.ear, self.late = letters, sounds, ear, late
        taught = [*heads().labels, *late.labels]
        self.labels = sorted({*letters.labels, *taught})
        self._follow = self.labels.index("follow") if "follow" in self.labels else None
        self._on_an_answer = [self.labels.index(name) for name in ON_AN_ANSWER if name in self.labels]
        self._of_letters, self._of_sounds, self._of_heads = (
            [self.labels.index(name) for name in names] for names in (letters.labels, sounds.labels, taught)
        )

    def guess(
        self, text: str, context: Mapping[str, str] | None = None, whole: Whole | None = None
    ) -> list[IntentScore]:
        """All labels, best first, with calibrated probabilities that sum to 1.

        Args:
            context: what stood before, as of `bot.turns`.
            whole: the encoder's view of the message in that context; without it letters and sounds read alone.
        """
        likely = np.exp(self.weigh(text, context, whole))
        order = np.argsort(-likely)
        return [IntentScore(self.labels[i], float(likely[i])) for i in order]

    def weigh(self, text: str, context: Mapping[str, str] | None = None, whole: Whole | None = None) -> np.ndarray:
        """The log-probability of every label, in the order of `labels`."""
        context = context or {}
        shares = SHARES_IN_TALK if context.get("open") or context.get("form") or context.get("expect") else SHARES
        said = self.ear.mend(normalise(text))
        told = of_context(context)
        odds = shares["letters"] * self._named(self._letters(said, told), self._of_letters)
        odds = odds + shares["sounds"] * self._named(
            self.sounds.weigh({**by_sound(seen(said)), **told}), self._of_sounds
        )
        if whole is not None:
            odds = odds + shares["taught"] * self._named(self.late.beside(heads().label(whole), whole), self._of_heads)
        odds = odds / SHARPNESS
        if context.get("open") and self._follow is not None:
            odds[self._follow] -= FOLLOWS_LESS
        if shares is SHARES:
            odds[self._on_an_answer] = UNKNOWN
        return log_softmax(odds)

    def _named(self, weights: np.ndarray, places: Sequence[int]) -> np.ndarray:
        """Weights of some labels as weights of all."""
        found = np.full(len(self.labels), UNKNOWN)
        found[places] = weights
        return found

    def _letters(self, text: str, told: Mapping[str, float]) -> np.ndarray:
        """By letters: of a letter the asking clauses and its surest sentence count more than the story."""
        reading = read(text, by_letters)
        whole = self.letters.margins({**reading.whole, **told})
        if reading.question is reading.whole and not reading.sentences:
            return log_softmax(whole / TEMPERATURE)
        question = self.letters.margins({**reading.question, **told})
        if not reading.sentences:
            return log_softmax((whole + question) / 2 / TEMPERATURE)
        each = [self.letters.margins({**sentence, **told}) for sentence in reading.sentences]
        surest = max(each, key=lambda margins: float(log_softmax(margins / TEMPERATURE).max()))
        return log_softmax(
            (LETTER_SHARES[0] * whole + LETTER_SHARES[1] * question + LETTER_SHARES[2] * surest) / TEMPERATURE
        )

    def knows(self, text: str) -> bool:
        """Does the text share more than single letters with the training data? (😀😀 and /restart do not)"""
        names = [
            name
            for view in views(seen(text), by_letters)
            for name in view
            if len(name) > 2 and "^" not in name and not name.startswith("§")
        ]
        few, rest = names[:FEW], names[FEW:]
        return any(bool((self.letters.vocabulary.places(part) >= 0).any()) for part in (few, rest) if part)

    def save(self, folder: Path) -> None:
        """Write the model as JSON and npz."""
        separators.save(folder, "letters", {"labels": self.letters})
        separators.save(folder, "sounds", {"labels": self.sounds})
        self.ear.save(folder)
        self.late.save(folder)
        (folder / "encoder.json").write_text(json.dumps({"encoder": sentence_encoder.fingerprint()}), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> IntentModel:
        """Read a saved model; anything but arrays in the npz is refused.

        Raises:
            WrongEncoder: it was trained beside another encoder.
        """
        about = json.loads((folder / "encoder.json").read_text("utf-8"))
        if about["encoder"] != sentence_encoder.fingerprint():
            raise WrongEncoder("the model was trained beside another encoder: train again (make train)")
        letters, sounds = (separators.load(folder, name)["labels"] for name in ("letters", "sounds"))
        return cls(letters, sounds, homophones.HomophoneCorrector.load(folder), LateLabels.load(folder))


def train(
    texts: Sequence[str],
    labels: Sequence[str],
    contexts: Sequence[Mapping[str, str]] | None = None,
    sentences: int | None = None,
    late: Callable[[], LateLabels] | None = None,
) -> IntentModel:
    """Learn the readings by letters and by sound.

    Args:
        texts, labels: one label per text.
        contexts: what stood before each text, as of `bot.turns`.
        sentences: how many texts, the first ones, the homophone corrector learns from; all of them if not said. Turns
            are full of voice text that stands for itself there: with them it took 等带期 for a word of ours.
        late: waits for the layer of the labels that the encoder never met; without it they are heard by letters alone.
    """
    before = contexts or [{}] * len(texts)
    told = [of_context(context) for context in before]
    plain = [seen(text) for text in texts]
    beside = Beside(partial(_by_sound, plain, labels, told, sentences), LESS_URGENT)
    try:
        letters = _by_letters(plain, labels, told)
        sounds, corrector = beside.take()
    finally:
        beside.end()
    return IntentModel(letters, sounds, corrector, late() if late else NOTHING_LATE)


def _by_letters(plain: Sequence[str], labels: Sequence[str], told: Sequence[Row]) -> Separators:
    """Every view of every text is a row."""
    rows = [
        ({**view, **stood}, label)
        for text, stood, label in zip(plain, told, labels)
        for view in views(text, by_letters)
    ]
    return _separators([row for row, _ in rows], [label for _, label in rows], LETTER_STRENGTH)


def _by_sound(
    plain: Sequence[str], labels: Sequence[str], told: Sequence[Row], sentences: int | None
) -> tuple[Separators, homophones.HomophoneCorrector]:
    rows = [{**by_sound(text), **stood} for text, stood in zip(plain, told)]
    return _separators(rows, labels, SOUND_STRENGTH), homophones.train(plain[:sentences])


def _separators(rows: Sequence[Row], labels: Sequence[str], strength: float) -> Separators:
    return separators.train(rows, {"labels": labels}, strength=strength, temperature=TEMPERATURE)["labels"]
