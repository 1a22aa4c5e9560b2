"""What a candidate is, to whom, and whether it is so: role, owner, polarity and correction, learned from marked turns.

Linear SVMs over sparse features of the candidate in its message and its conversation, and the heads of the taught
encoder over its pieces; their log-probabilities are added. Trained by scikit-learn, served by numpy.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Dict, List, Mapping, Optional, Tuple

import numpy as np

from bot.nlu import separators
from bot.nlu.barred_roles import cannot_be
from bot.nlu.heads import heads
from bot.nlu.joint_roles import judged_together
from bot.nlu.mention_owners import of_labels_named, of_last_named, settle_owner
from bot.nlu.mention_polarity import said_so, unless_in_vain
from bot.nlu.mentions import Candidate, find_mentions
from bot.nlu.role_features import features
from bot.nlu.role_names import CLASSES, LABELS, NAMED, NONE, RoleScore, View, group, is_pupil
from bot.nlu.separators import Separators
from bot.nlu.text import read_text
from bot.turns import AnnotatedTurn, Mark
from dialogue.vocabulary import DATE_ROLES, OWNERS, POLARITIES


def gold(candidate: Candidate, marks: Sequence[Tuple[Tuple[int, int], Mark]]) -> Optional[Mark]:
    """The mark (with its span in the plain text) that says what a candidate is, or None when it is no mention."""
    best: Tuple[int, Optional[Mark]] = (0, None)
    for (start, end), mark in marks:
        shared = min(end, candidate.end) - max(start, candidate.start)
        if shared > 0 and shared >= best[0] and CLASSES[mark.role] == group(candidate.kind):
            best = (shared, mark)
    return best[1]


STRENGTH, TEMPERATURE = 0.02, 0.4
"""Of the separators; chosen on the examination's log loss."""
TAUGHT_SHARE = {"role": 1.0, "polarity": 1.0, "owner": 1.0, "corrects": 1.0}
"""What the encoder counts beside the letters."""
SOME_DAY = date(2026, 11, 26)
"""The day annotated turns are read on: their candidates do not depend on it."""
_CORRECTS_ONLY = re.compile(
    "[不是对错看写打说记得了应该才哦啊啦呀哈的个那这刚前面下等会儿更正改成为漏字误搞混岔我你日期号给到、，。,.！!？? ]{2,40}"
)
"""What is left of a message that puts a day in another's place and names no event: “等下我看错了，不是…，是…”."""
_NO_EVENT = np.where([name in DATE_ROLES and name not in ("other", "asked") for name in LABELS["role"]], -20.0, 0.0)


class RoleModel:
    """The judges of candidates."""

    def __init__(self, parts: Mapping[str, Separators]) -> None:
        self._parts = dict(parts)
        self._vocabulary = next(iter(parts.values())).vocabulary
        self._taught: Dict[str, List[str]] = {
            "role": heads().roles, "polarity": heads().polarities, "owner": heads().owners, "corrects": ["no", "yes"],
        }  # fmt: skip

    def judge(
        self, text: str, candidates: Sequence[Candidate], context: Mapping[str, str],
        seen: Sequence[Optional[View]] = (),
    ) -> List[RoleScore]:  # fmt: skip
        """What every candidate of a plain text is.

        Args:
            seen: the encoder's view of every candidate; without it the letters judge alone.
        """
        told: List[Dict[str, np.ndarray]] = []
        unnamed = of_labels_named(candidates)
        lapses = context.get("open") == "ask_lapse_penalty" or context.get("expect") == "lapse_years"
        eventless = not any(context.values()) and _says_no_event(text, candidates)
        for index, (candidate, row) in enumerate(zip(candidates, features(text, candidates, context))):
            view = seen[index] if seen else None
            taught = heads().mention(*view) if view is not None else {}
            known = self._vocabulary.seen(row)
            odds = {name: self._weigh(name, known, taught.get(name)) for name in LABELS}
            only = sum(c.kind == "place" for c in candidates) == 1
            barred = cannot_be(text, candidate, only=only, lapses=lapses, placed="region" in context.get("knows", ""))
            odds["role"] = separators.log_softmax(odds["role"] + barred)
            if candidate.kind == "day" and eventless:
                odds["role"] = separators.log_softmax(odds["role"] + _NO_EVENT)
            likeliest = LABELS["role"][int(np.argmax(odds["role"]))]
            odds["polarity"] = said_so(text, candidate, likeliest, odds["polarity"])
            settle_owner(text, candidates, told, odds, unnamed)
            told.append(odds)
        for index, odds in enumerate(told):
            odds["owner"] = of_last_named(text, candidates, told, index)
            odds["polarity"] = unless_in_vain(text, candidates, told, index)
        judged = judged_together(text, candidates, told)
        return [
            replace(one, role="about", owner="", sure=1.0) if is_pupil(candidate) else one
            for candidate, one in zip(candidates, judged)
        ]

    def _weigh(
        self, name: str, row: Tuple[np.ndarray, np.ndarray], taught: Optional[np.ndarray]
    ) -> np.ndarray:  # fmt: skip
        """Log-odds in the order of LABELS[name]."""
        part = self._parts[name]
        told = separators.log_softmax(part.margins_of(*row) / part.temperature)
        odds = _ordered(told, part.labels, LABELS[name])
        if taught is not None:
            odds = odds + TAUGHT_SHARE[name] * _ordered(taught, self._taught[name], LABELS[name])
        return odds

    def save(self, folder: Path) -> None:
        """Write the separators."""
        separators.save(folder, "roles", self._parts)

    @classmethod
    def load(cls, folder: Path) -> RoleModel:
        """Read them."""
        return cls(separators.load(folder, "roles"))


def _says_no_event(text: str, candidates: Sequence[Candidate]) -> bool:
    """Nothing stood before, and nothing but a correction stands around the days: nobody can know which event they are."""
    left, done = [], 0
    for candidate in candidates:
        left.append(text[done : candidate.start])
        done = max(done, candidate.end)
    rest = "".join((*left, text[done:]))
    return bool(candidates) and re.search("[错不更改]", rest) is not None and _CORRECTS_ONLY.fullmatch(rest) is not None


def _ordered(weights: np.ndarray, names: Sequence[str], wanted: Sequence[str]) -> np.ndarray:
    """Log-probabilities in another order; what a model does not know is very unlikely."""
    known = {name: float(weight) for name, weight in zip(names, weights)}
    return np.array([known.get(name, -12.0) for name in wanted])


def _marked(turn: AnnotatedTurn) -> List[Tuple[Dict[str, float], Dict[str, str]]]:
    """The features of every candidate of a turn, with what it was marked as."""
    text = read_text(turn.text)
    kids = [kid.strip() for kid in turn.context.get("kids", "").split(",") if kid.strip()]
    names = [kid for kid in kids if kid not in OWNERS]
    candidates = find_mentions(text, SOME_DAY, expecting="unborn" in turn.context.get("open", ""), names=names)
    marks = [(text.plain_span(mark.start, mark.end), mark) for mark in turn.marks]
    found = []
    for candidate, row in zip(candidates, features(text.plain, candidates, turn.context)):
        mark = gold(candidate, marks)
        told = {"role": NONE, "polarity": POLARITIES[0], "owner": "", "corrects": "no"}
        if mark is not None:
            owner = mark.owner if mark.owner in ("", *OWNERS) else NAMED
            corrects = "yes" if mark.corrects else "no"
            told = {"role": mark.role, "polarity": mark.polarity, "owner": owner, "corrects": corrects}
        found.append((row, told))
    return found


def train(turns: Sequence[AnnotatedTurn]) -> RoleModel:
    """Learn the separators from annotated turns."""
    marked = [one for turn in turns for one in _marked(turn)]
    rows = [row for row, _ in marked]
    told = {name: [said[name] for _, said in marked] for name in LABELS}
    return RoleModel(separators.train(rows, told, strength=STRENGTH, temperature=TEMPERATURE))
