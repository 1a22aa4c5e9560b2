"""Average two teachings of the encoder: `python tools/average_taught.py ONE.npz OTHER.npz OUT.npz [--share 0.5]`.

A teaching that went on from another drifts towards what was taught last; the mean of both weights keeps what the two
agree on, and does better on sentences neither has seen (docs/language.md). A label only one of them knows (a row of a
head) is taken from that one; the order is OTHER's.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np

HEADS = {"label": "labels", "also": "labels", "role": "roles", "polarity": "polarities", "owner": "owners"}
"""Heads with a row for each label, and where their labels stand in `about`."""


def average(one: Path, other: Path, out: Path, share: float) -> None:
    """Write (1 − share) · one + share · other.

    Raises:
        ValueError: they are of other shapes.
    """
    first, second = np.load(one, allow_pickle=False), np.load(other, allow_pickle=False)
    known, wanted = json.loads(str(first["about"])), json.loads(str(second["about"]))
    made = {"about": second["about"]}
    for name in sorted({*second.files} - {"about"}):
        a, b = first[name].astype(np.float64), second[name].astype(np.float64)
        if key := HEADS.get(name.split(".")[0]):
            a = np.stack([a[known[key].index(label)] if label in known[key] else b[row]
                          for row, label in enumerate(wanted[key])])  # fmt: skip
        if a.shape != b.shape:
            raise ValueError(f"{name}: {a.shape} and {b.shape}")
        made[name] = ((1 - share) * a + share * b).astype(second[name].dtype)
    np.savez_compressed(out, **made)


def main() -> int:
    """Average the two files named."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("one", "other", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--share", type=float, default=0.5)
    told = parser.parse_args()
    average(told.one, told.other, told.out, told.share)
    return 0


if __name__ == "__main__":
    sys.exit(main())
