"""Five-fold cross-validation of the language model, its robustness, and the price of catching strangers.

`make language-report [FILE=questions.tsv]` prints the tables of docs/language.md and draws docs/language/scope.svg.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np

from bot import lint
from bot.evaluate import macro_f1, read_rows
from bot.nlu import intents
from tools.bench.variants import VARIANTS

ROOT = Path(__file__).resolve().parents[2]
PICTURE = ROOT / "docs" / "language" / "scope.svg"
FOLDS = 5
NOWHERE = intents.NOWHERE
LEANS = (-2.0, -1.0, -0.5, 0.0, 0.4, 0.8, 1.2, 1.6, 2.0, 3.0)
FOREIGN = (
    ("petitions.yml", "letters.yml"),
    ("street.yml", "passing.yml", "clippings.yml"),
    ("clauses.yml", "neighbours.yml"),
)


def group(intent: str) -> str:
    if intent == NOWHERE:
        return "out of scope"
    if intent.startswith("ask_"):
        return "policy questions"
    services = ("start_", "check_", "cancel_", "change_", "request_", "report_", "complain")
    return "services" if intent.startswith(services) else "conversation"


def cross_validate() -> None:
    """Train on four fifths, test on one, five times; the variants are made of the tested fifth."""
    sentences = lint.read()
    random.Random(3).shuffle(sentences)
    guesses: dict[str, list[str]] = {name: [] for name in VARIANTS}
    truth: list[str] = []
    sure: list[float] = []
    chance = random.Random(5)
    for fold in range(FOLDS):
        train = [s for n, s in enumerate(sentences) if n % FOLDS != fold]
        test = [s for n, s in enumerate(sentences) if n % FOLDS == fold]
        model = intents.train([s.text for s in train], [s.intent for s in train])
        truth += [s.intent for s in test]
        for name, change in VARIANTS.items():
            best = [model.guess(change(s.text, chance))[0] for s in test]
            guesses[name] += [guess.intent for guess in best]
            if name == "as written":
                sure += [guess.confidence for guess in best]
    print(f"{date.today()}, {len(sentences)} sentences, {FOLDS} folds")
    for name, found in guesses.items():
        hits = np.mean([a == b for a, b in zip(truth, found)])
        print(f"{name:18}{hits:8.3f}  macro-F1 {macro_f1(truth, found):.3f}")
    plain = guesses["as written"]
    hits_at = np.array([a == b for a, b in zip(truth, plain)])
    print(f"confidence is off by {off(np.array(sure), hits_at):.3f} on average (expected calibration error)")
    for name in ("policy questions", "services", "conversation", "out of scope"):
        pairs = [(a, b) for a, b in zip(truth, plain) if group(a) == name]
        print(f"{name:18}{np.mean([a == b for a, b in pairs]):8.3f}  ({len(pairs)})")


def off(sure: np.ndarray, right: np.ndarray) -> float:
    """Expected calibration error over ten equal steps of confidence."""
    step = np.minimum((sure * 10).astype(int), 9)
    return float(sum(abs(sure[step == n].mean() - right[step == n].mean()) * (step == n).mean() for n in set(step)))


def foreign() -> None:
    """Train without some files, test on them: as foreign as parents are. Chose the constants of `intents`."""
    everything = lint.read()
    for files in FOREIGN:
        test = [s for s in everything if s.file in files]
        rest = [s for s in everything if s.file not in files]
        model = intents.train([s.text for s in rest], [s.intent for s in rest])
        guesses = [model.guess(s.text)[0].intent for s in test]
        hits = np.mean([s.intent == g for s, g in zip(test, guesses)])
        away = np.mean([g == NOWHERE for s, g in zip(test, guesses) if s.intent != NOWHERE])
        print(f"without {', '.join(files):36} {len(test):5} sentences {hits:8.3f}, ours sent away {away:.3f}")


def curve(rows: Sequence[dict[str, str]]) -> list[tuple[float, float, float]]:
    """How many strangers are caught and how many of our questions are sent away, as the lean goes up."""
    sentences = lint.read()
    model = intents.train([s.text for s in sentences], [s.intent for s in sentences])
    odds = np.array([model.weigh(row["text"]) for row in rows])
    place = model.intents.index(NOWHERE)
    strange = np.array([row["intent"] == NOWHERE for row in rows])
    points = []
    for lean in LEANS:
        leaning = odds.copy()
        leaning[:, place] += lean - intents.SCOPE_LEAN
        sent_away = leaning.argmax(1) == place
        points.append((lean, float(sent_away[strange].mean()), float(sent_away[~strange].mean())))
        print(f"lean {lean:5.1f}: caught {points[-1][1]:.3f}, refused {points[-1][2]:.3f}")
    return points


def draw(points: list[tuple[float, float, float]]) -> None:
    """The curve as a picture of its own, readable in grey."""
    widest = 0.15

    def at(refused: float, caught: float) -> tuple[float, float]:
        return 60 + min(refused, widest) / widest * 500, 320 - caught * 280

    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(r, c) for _, c, r in points))
    dots = "".join(
        f'<circle cx="{at(r, c)[0]:.1f}" cy="{at(r, c)[1]:.1f}" r="{6 if lean == intents.SCOPE_LEAN else 3}"/>'
        for lean, c, r in points
    )
    ticks = "".join(
        f'<text x="{at(r, 0)[0]:.0f}" y="338" text-anchor="middle">{r:.0%}</text>' for r in (0, 0.05, 0.1, 0.15)
    ) + "".join(f'<text x="52" y="{at(0, c)[1] + 4:.0f}" text-anchor="end">{c:.0%}</text>' for c in (0, 0.5, 1))
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 370" font-family="sans-serif" font-size="12"'
        ' role="img">'
        "<title>Strangers caught against our own questions sent away</title>"
        '<path d="M60 40V320H560" fill="none" stroke="#555"/>'
        f'<polyline points="{line}" fill="none" stroke="#018942" stroke-width="2"/><g fill="#018942">{dots}</g>{ticks}'
        '<text x="310" y="362" text-anchor="middle">questions of ours sent away (large dot: as served)</text>'
        '<text x="66" y="32">out-of-scope questions caught</text></svg>\n',
        "utf-8",
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.language_report", description=__doc__)
    parser.add_argument("--file", type=Path, help="a TSV of real questions for the scope curve")
    chosen = parser.parse_args()
    cross_validate()
    foreign()
    if chosen.file:
        draw(curve(read_rows(chosen.file)))


if __name__ == "__main__":
    main()
