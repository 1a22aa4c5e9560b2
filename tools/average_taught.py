"""Average two teachings of the encoder: `python tools/average_taught.py ONE.npz OTHER.npz OUT.npz [--share 0.5]`.

A teaching that went on from another drifts towards what was taught last; the mean of both weights keeps what the two
agree on, and does better on sentences neither has seen (docs/language.md). Both must have the same labels and shapes.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np


def average(one: Path, other: Path, out: Path, share: float) -> None:
    """Write (1 − share) · one + share · other.

    Raises:
        ValueError: they were taught other labels, or have other shapes.
    """
    first, second = np.load(one, allow_pickle=False), np.load(other, allow_pickle=False)
    if set(first.files) != set(second.files) or str(first["about"]) != str(second["about"]):
        raise ValueError("these two teachings are of different labels")
    made = {}
    for name in first.files:
        a, b = first[name], second[name]
        if a.shape != b.shape:
            raise ValueError(f"{name}: {a.shape} and {b.shape}")
        mean = (1 - share) * a.astype(np.float64) + share * b.astype(np.float64) if a.dtype.kind == "f" else a
        made[name] = mean.astype(a.dtype)
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
