"""Fits the label head of the taught encoder again with what was written since the encoder was taught; without PyTorch.

    git worktree add var/met COMMIT     the last teaching, for what is fitted twice counts twice: 68ce144
    .venv-rasa/bin/python tools/refit_label_head.py var/met/bot/nlu/taught.npz OUT.npz --met var/met/data/nlu
    cp OUT.npz bot/nlu/taught.npz; make train

With `--fold 0` or `--fold 1` half of the new files is left out, and the head before and after is measured on it.

The encoder stays as it is: every example is read once (three minutes on one core), and the head moves away from what
it was only as far as the new examples ask for it. Those that the encoder was taught (what data/nlu held at COMMIT)
count little: it knows them by heart, and a head fitted to them would believe itself too sure. Labels the head never
had get a row. Decision 0065.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np
from scipy.optimize import minimize

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot import lint, turns  # noqa: E402
from bot.nlu.reader import heard_whole  # noqa: E402
from bot.nlu.text import read_text  # noqa: E402

MET, SENTENCE, ANCHOR = 0.05, 0.3, 0.01
"""What a turn that the encoder was taught counts beside a new one; what a single sentence does (they hold how a first
message is heard, of which the turns have few); how much the head holds on to what it was. Chosen by log loss on files
held out (`--fold`) and on the examination."""
STEPS = 80
UNHEARD = -5.0
"""Bias of a label that the head never had, before it learns."""
FOLDS, SHOWN = 2, 5000


@dataclass(frozen=True)
class Examples:
    """Views (examples × 769: the message as a whole, and a one), labels, and what each counts."""

    views: np.ndarray
    labels: list[str]
    counts: np.ndarray

    def of(self, chosen: np.ndarray) -> Examples:
        """Those that are chosen."""
        return Examples(self.views[chosen], [self.labels[i] for i in np.flatnonzero(chosen)], self.counts[chosen])


def turns_of(data: Path) -> set[str]:
    """Every turn of a data/nlu."""
    return {turn.text for turn in turns.read(data / "turns")}


def read_all(met: set[str], fold: int | None = None) -> tuple[Examples, np.ndarray]:
    """Every sentence and turn as the encoder sees it, and which of them are of the fold that is left out."""
    sentences = [turns.AnnotatedTurn(s.text, (turns.renamed(s.intent),)) for s in lint.read()]
    said = [*turns.read(), *turns.read(turns.FOR_THE_ENCODER)]
    counts = [*(SENTENCE for _ in sentences), *(MET if turn.text in met else 1.0 for turn in said)]
    left = [*(False for _ in sentences), *(turn.text not in met and fold_of(turn) == fold for turn in said)]
    named, views = turns.titles(), []
    for turn in (every := [*sentences, *said]):
        views.append(view(turn, named))
        if len(views) % SHOWN == 0:
            print(f"{len(views)} of {len(every)} read", flush=True)
    return Examples(np.stack(views), [t.primary for t in every], np.array(counts, np.float32)), np.array(left)


def fold_of(turn: turns.AnnotatedTurn) -> int:
    """Files are held out whole: the turns of one are by one hand."""
    return crc32(turn.source.split(":")[0].encode()) % FOLDS


def view(turn: turns.AnnotatedTurn, named: dict[str, str]) -> np.ndarray:
    """A message as a whole, and a one for the bias."""
    _, whole = heard_whole(turns.context_of(turn.context, named), read_text(turn.text).plain)
    return np.append(whole.vector, 1.0).astype(np.float32)


def refitted(head: np.ndarray, names: Sequence[str], examples: Examples) -> np.ndarray:
    """The head (labels × 769) that tells the examples apart best, held by `ANCHOR` to what it was."""
    wanted = np.array([names.index(label) for label in examples.labels])
    counts, rows, everything = examples.counts, np.arange(len(wanted)), float(examples.counts.sum())

    def loss(moved: np.ndarray) -> tuple[float, np.ndarray]:
        odds = examples.views @ (head + moved.reshape(head.shape).astype(np.float32)).T
        odds -= odds.max(1, keepdims=True)
        shares = np.exp(odds)
        sums = shares.sum(1, keepdims=True)
        told = float((counts * (np.log(sums[:, 0]) - odds[rows, wanted])).sum())
        shares /= sums
        shares[rows, wanted] -= 1.0
        slope = (shares * counts[:, None]).T @ examples.views
        return told / everything + ANCHOR / 2 * float((moved**2).sum()), slope.ravel() / everything + ANCHOR * moved

    found = minimize(loss, np.zeros(head.size), jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
    return np.asarray(head + found.x.reshape(head.shape), dtype=np.float32)


def measured(head: np.ndarray, names: Sequence[str], examples: Examples) -> str:
    """How many of the examples a head alone hears right, and its log loss."""
    odds = examples.views @ head.T
    odds -= odds.max(1, keepdims=True)
    told = odds - np.log(np.exp(odds).sum(1, keepdims=True))
    wanted = np.array([names.index(label) for label in examples.labels])
    loss = -told[np.arange(len(wanted)), wanted].mean()
    return f"{(odds.argmax(1) == wanted).mean():.3f} right, log loss {loss:.3f} of {len(wanted)}"


def with_rows(arrays: dict[str, np.ndarray], known: Sequence[str], names: Sequence[str]) -> dict[str, np.ndarray]:
    """The heads over labels with a row for every name, new ones last."""
    more = len(names) - len(known)
    made = dict(arrays)
    for head in ("label", "also"):
        weight, bias = arrays[f"{head}.weight"], arrays[f"{head}.bias"]
        made[f"{head}.weight"] = np.concatenate([weight, np.zeros((more, weight.shape[1]), weight.dtype)])
        made[f"{head}.bias"] = np.concatenate([bias, np.full(more, UNHEARD, bias.dtype)])
    return made


def main() -> int:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("taught", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--met", type=Path, required=True, help="the data/nlu the encoder was taught")
    parser.add_argument("--fold", type=int, help=f"leave out one of {FOLDS} shares of the new files, and measure on it")
    told = parser.parse_args()
    with np.load(told.taught, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    about = json.loads(str(arrays["about"]))
    every, left = read_all(turns_of(told.met), told.fold)
    names = [*about["labels"], *sorted(set(every.labels) - set(about["labels"]))]
    print(f"{len(every.labels)} examples, {int((every.counts == 1.0).sum())} of them new to the encoder")
    arrays = with_rows(arrays, about["labels"], names)
    before = np.column_stack([arrays["label.weight"], arrays["label.bias"]]).astype(np.float32)
    head = refitted(before, names, every.of(~left))
    if left.any():
        print("left out, before:", measured(before, names, every.of(left)))
        print("left out, after: ", measured(head, names, every.of(left)))
    arrays |= {"label.weight": head[:, :-1], "label.bias": head[:, -1]}
    arrays["about"] = np.array(json.dumps({**about, "labels": names}, ensure_ascii=False))
    np.savez_compressed(told.out, **arrays)
    return 0


if __name__ == "__main__":
    sys.exit(main())
