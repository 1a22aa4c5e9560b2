"""How far two judges agree, and how exact a share is: Cohen's kappa and the Wilson score interval.

J. Cohen, A Coefficient of Agreement for Nominal Scales (1960); E. B. Wilson, Probable Inference (1927). Both are a line
of arithmetic; no package of the services brings them.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from common.casebook import SampledTurn

LEVEL = 0.95
"""Confidence of the interval, two-sided."""


def wilson(right: int, of: int, level: float = LEVEL) -> tuple[float, float]:
    """The Wilson score interval of a share: holds near 0 and 1, and for few. Nothing judged: from 0 to 1."""
    if of == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = right / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max(0.0, middle - half), min(1.0, middle + half)


def plain_agreement(pairs: Sequence[tuple[str, str]]) -> float | None:
    """The share of pairs that are the same; None without pairs."""
    return sum(one == other for one, other in pairs) / len(pairs) if pairs else None


def cohens_kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Agreement beyond chance; None where it has no meaning: without pairs, or where chance alone would agree always
    (both judges gave everything one and the same verdict)."""
    observed = plain_agreement(pairs)
    if observed is None:
        return None
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    chance = sum(first[verdict] * second[verdict] for verdict in first) / len(pairs) ** 2
    return None if chance == 1 else (observed - chance) / (1 - chance)


@dataclass(frozen=True)
class SampleResult:
    """What a week's sample says. Only turns with both judgments count; `right`: both said so."""

    drawn: int
    judged: int
    right: int
    wrong: int
    """Somebody said wrong."""
    agreement: float | None
    kappa: float | None

    @property
    def accuracy(self) -> float | None:
        """The accuracy in service: the share both judges found right."""
        return self.right / self.judged if self.judged else None

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.right, self.judged)


def result_of(turns: Iterable[SampledTurn]) -> SampleResult:
    """The result of a sample. The judges stand in the order of their names, the same in every pair."""
    drawn = list(turns)
    settled = [turn for turn in drawn if turn.settled]
    pairs = [_pair(turn) for turn in settled]
    return SampleResult(
        len(drawn), len(pairs), pairs.count(("right", "right")), sum("wrong" in pair for pair in pairs),
        plain_agreement(pairs), cohens_kappa(pairs),
    )  # fmt: skip


def _pair(turn: SampledTurn) -> tuple[str, str]:
    (_, one), (_, other) = sorted(turn.judgments.items())
    return one, other


def share(value: float | None) -> str:
    """92%, or — where there is none."""
    return "—" if value is None else f"{value:.0%}"
