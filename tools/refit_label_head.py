"""Fits the label head of the taught encoder again with what was written since the encoder was taught; without PyTorch.

    git worktree add var/met COMMIT
    .venv-rasa/bin/python tools/refit_label_head.py bot/nlu/taught.npz OUT.npz --met var/met/data/nlu [--fold N]
    cp OUT.npz bot/nlu/taught.npz; make train

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
FOLDS = 2


@dataclass(frozen=True)
class Examples:
    """Views (examples × 769: the message as a whole, and a one), labels, and what each counts."""

    views: np.ndarray
    labels: list[str]
    counts: np.ndarray


def texts_of(data: Path) -> set[str]:
    """Every turn of a data/nlu."""
    return {turn.text for turn in turns.read(data / "turns")}


def read_all(met: set[str], *, without: int | None = None) -> Examples:
    """Every sentence and turn as the encoder sees it. without: a fold of the new files that is left out."""
    named, labels, views, counts = turns.titles(), [], [], []
    for sentence in lint.read():
        labels.append(turns.renamed(sentence.intent))
        views.append(view(turns.AnnotatedTurn(sentence.text, (labels[-1],)), named))
        counts.append(SENTENCE)
    for turn in [*turns.read(), *turns.read(turns.FOR_THE_ENCODER)]:
        if turn.text not in met and fold_of(turn) == without:
            continue
        labels.append(turn.primary)
        views.append(view(turn, named))
        counts.append(MET if turn.text in met else 1.0)
    return Examples(np.stack(views), labels, np.array(counts, np.float32))


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
    parser.add_argument("--fold", type=int, help=f"leave every {FOLDS}th new file out, to choose what things count")
    told = parser.parse_args()
    with np.load(told.taught, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    about = json.loads(str(arrays["about"]))
    examples = read_all(texts_of(told.met), without=told.fold)
    names = [*about["labels"], *sorted(set(examples.labels) - set(about["labels"]))]
    print(f"{len(examples.labels)} examples, {int((examples.counts == 1.0).sum())} of them new to the encoder")
    arrays = with_rows(arrays, about["labels"], names)
    head = refitted(np.column_stack([arrays["label.weight"], arrays["label.bias"]]).astype(np.float32), names, examples)
    arrays |= {"label.weight": head[:, :-1], "label.bias": head[:, -1]}
    arrays["about"] = np.array(json.dumps({**about, "labels": names}, ensure_ascii=False))
    np.savez_compressed(told.out, **arrays)
    return 0


if __name__ == "__main__":
    sys.exit(main())
