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

from bot.nlu.conversation import Context
from bot.nlu.reader import UNSURE, MessageParser
from dialogue.reading import Reading

MODEL = Path(__file__).resolve().parent.parent / "models" / "tongbao.tar.gz"
NOWHERE = "out_of_scope"
TODAY = date(2026, 11, 26)
"""The day the sentences are read on; what they ask does not depend on it."""


def load_reader(archive: Path = MODEL) -> MessageParser:
    """The reader inside the archive Rasa serves."""
    with tarfile.open(archive) as packed, tempfile.TemporaryDirectory() as folder:
        members = [member for member in packed.getmembers() if member.isfile()]
        (home,) = (Path(member.name).parent for member in members if Path(member.name).name == "encoder.json")
        for member in members:
            if Path(member.name).parent == home:
                content = packed.extractfile(member)
                assert content is not None
                (Path(folder) / Path(member.name).name).write_bytes(content.read())
        return MessageParser.load(Path(folder))


OLD_NAMES = {
    "about_source": "ask_policy_source", "about_quote": "ask_policy_source", "about_link": "ask_policy_source",
    "about_validity": "ask_policy_source", "ask_benefit_year": "ask_payment_period", "insult": "complain",
    "chitchat": "out_of_scope", "apologise": "out_of_scope", "distress": "complain", "privacy": "out_of_scope", "forget": "inform",
    "show_memory": "inform", "just_asking": "deny", "decline": "inform", "follow": "inform", "resume": "affirm",
    "leave_queue": "stop", "queue_status": "request_human", "resend_link": "start_enrollment", "verdict": "help", "next_step": "help",
    "shorter": "help", "plainer": "help", "example": "help", "repeat": "help", "compare": "ask_policy_source",
    "challenge": "complain", "press": "deny", UNSURE: "nlu_fallback", "choose": "affirm",
}  # fmt: skip
"""Our label → the name of version 2 of the vocabulary, in which evaluation files are written."""


def named(reading: Reading) -> str:
    """What a message does under a name of version 2; where nobody should act, the likeliest all the same."""
    label = reading.labels[0]
    if label == UNSURE and reading.ranking:
        label = reading.ranking[0][0]
    if label == "inform" and any(m.role == "insured" for m in reading.mentions) and len(reading.mentions) == 1:
        label = "change_region"
    return OLD_NAMES.get(label, label)


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
    reader = load_reader()
    reader.read("预热：第一句要等编码器载入", Context(), TODAY)
    best, spent = [], []
    for row in rows:
        begun = time.perf_counter()
        best.append(reader.read(row["text"], Context(), TODAY))
        spent.append((time.perf_counter() - begun) * 1000)
    guesses = [named(reading) for reading in best]
    print("rows               n   strict  lenient  macro-F1  oos caught  in-scope refused")
    report(rows, guesses, "all")
    for style in sorted({row["style"] for row in rows if row.get("style")}):
        report(
            [r for r in rows if r["style"] == style], [g for r, g in zip(rows, guesses) if r["style"] == style], style
        )
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
            for row, reading, guess in zip(rows, best, guesses):
                said = [
                    {"role": m.role, "value": m.value, "text": m.text, "start": m.start, "end": m.end}
                    for m in reading.mentions
                ]
                writer.writerow([row["text"], guess, f"{reading.confidence:.4f}", json.dumps(said, ensure_ascii=False)])
    return 0


if __name__ == "__main__":
    sys.exit(main())
