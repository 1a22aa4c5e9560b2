"""Language evaluation of a TSV: `make evaluate FILE=questions.tsv [OUT=predictions.tsv]`.

Columns: text, intent, alt_intent (others also right, separated by |), source_kind, more are ignored. Measures the model that
was trained for serving; never used for training or for setting a threshold to single rows.
"""

from __future__ import annotations

import argparse
import csv
import json
import statistics
import sys
import tarfile
import tempfile
import time
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Dict, List, Sequence

from bot.nlu.facts import find_facts
from bot.nlu.intents import IntentModel

MODEL = Path(__file__).resolve().parent.parent / "models" / "tongbao.tar.gz"
NOWHERE = "out_of_scope"


def load_served_model(archive: Path = MODEL) -> IntentModel:
    """The intent model inside the archive Rasa serves."""
    with tarfile.open(archive) as packed, tempfile.TemporaryDirectory() as folder:
        members = [member for member in packed.getmembers() if member.isfile()]
        (home,) = (Path(member.name).parent for member in members if Path(member.name).name == "meaning.npz")
        for member in members:
            if Path(member.name).parent == home:
                content = packed.extractfile(member)
                assert content is not None
                (Path(folder) / Path(member.name).name).write_bytes(content.read())
        return IntentModel.load(Path(folder))


def read_rows(path: Path) -> List[Dict[str, str]]:
    """The rows of the TSV as dictionaries."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def right(row: Dict[str, str], guess: str, *, lenient: bool) -> bool:
    return guess == row["intent"] or (lenient and guess in (row.get("alt_intent") or "").split("|"))


def macro_f1(truth: Sequence[str], guesses: Sequence[str]) -> float:
    """The mean of the F1 of every intent that occurs in the truth."""
    scores = []
    for intent in set(truth):
        hits = sum(t == g == intent for t, g in zip(truth, guesses))
        found, real = sum(g == intent for g in guesses), sum(t == intent for t in truth)
        scores.append(2 * hits / (found + real) if hits else 0.0)
    return sum(scores) / len(scores) if scores else 0.0


def report(rows: List[Dict[str, str]], guesses: List[str], title: str) -> None:
    """One line of figures for these rows."""
    if not rows:
        return
    strict = sum(right(r, g, lenient=False) for r, g in zip(rows, guesses)) / len(rows)
    lenient = sum(right(r, g, lenient=True) for r, g in zip(rows, guesses)) / len(rows)
    strangers = [g for r, g in zip(rows, guesses) if r["intent"] == NOWHERE]
    ours = [g for r, g in zip(rows, guesses) if NOWHERE not in (r["intent"], *(r.get("alt_intent") or "").split("|"))]
    caught = f"{sum(g == NOWHERE for g in strangers) / len(strangers):.3f}" if strangers else "  –  "
    refused = f"{sum(g == NOWHERE for g in ours) / len(ours):.3f}" if ours else "  –  "
    f1 = macro_f1([r["intent"] for r in rows], guesses)
    print(f"{title:16s} {len(rows):5d}   {strict:.3f}   {lenient:.3f}   {f1:.3f}   {caught}      {refused}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bot.evaluate")
    parser.add_argument("file", type=Path)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    rows = [row for row in read_rows(args.file) if row.get("text")]
    if not rows or "intent" not in rows[0]:
        print(f"{args.file}: needs the columns text and intent", file=sys.stderr)
        return 2
    model = load_served_model()
    model.guess("预热：第一句要等编码器载入")
    best, spent = [], []
    for row in rows:
        begun = time.perf_counter()
        best.append(model.guess(row["text"])[0])
        spent.append((time.perf_counter() - begun) * 1000)
    guesses = [g.intent for g in best]
    print("rows               n   strict  lenient  macro-F1  oos caught  in-scope refused")
    report(rows, guesses, "all")
    kinds = [row.get("source_kind") or "" for row in rows]
    for title, keep in (("without dev-faq", lambda k: k != "dev-faq"), ("dev-faq", lambda k: k == "dev-faq")):
        chosen = [i for i, kind in enumerate(kinds) if keep(kind)]
        if 0 < len(chosen) < len(rows):
            report([rows[i] for i in chosen], [guesses[i] for i in chosen], title)
    wrong = Counter((r["intent"], g) for r, g in zip(rows, guesses) if not right(r, g, lenient=True))
    middle, average = statistics.median(spent), statistics.mean(spent)
    print(
        f"A sentence takes {middle:.1f} ms in the middle, {average:.1f} on average. The worst confusions (expected → heard):"
    )
    for (expected, heard), count in wrong.most_common(12):
        print(f"  {count:3d}  {expected} → {heard}")
    if args.out:
        with args.out.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter="\t", quoting=csv.QUOTE_NONE, escapechar="\\", quotechar=None)
            writer.writerow(["text", "intent", "confidence", "entities"])
            for row, guess in zip(rows, best):
                facts = [
                    {"entity": f.name, "value": f.value, "start": f.start, "end": f.end, "text": f.text}
                    for f in find_facts(row["text"], date.today())  # noqa: DTZ011
                ]
                writer.writerow(
                    [row["text"], guess.intent, f"{guess.confidence:.4f}", json.dumps(facts, ensure_ascii=False)]
                )
    return 0


if __name__ == "__main__":
    sys.exit(main())
