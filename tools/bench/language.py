"""This language part and stock Rasa (jieba, count vectors, DIET), trained on the same sentences, side by side.

`make bench-language [FILE=questions.tsv] [EPOCHS=100]` holds out the examination (bot/exam.py), trains both
on the rest, and measures both on the held-out sentences, on their variants (homophones, letters …) and on FILE.
Stock training takes half an hour on two cores; its progress is in var/bench/*.log.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import time
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from bot import lint
from bot.evaluate import read_rows, right
from bot.exam import examined
from tools.bench.variants import VARIANTS

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "var" / "bench"
DATA = FOLDER / "data"
SYSTEMS = {"tongbao": ROOT / "config.yml", "stock": ROOT / "tools" / "bench" / "stock" / "config.yml"}
PYTHONS = {"tongbao": sys.executable, "stock": str(ROOT / ".venv-stock" / "bin" / "python")}


def split() -> list[dict[str, str]]:
    """Write the shared training data; return the examination, held out from both."""
    train: dict[str, list[str]] = {}
    rows = []
    for sentence in lint.read():
        if examined(sentence.text):
            rows.append({"text": sentence.text, "intent": sentence.intent})
        else:
            train.setdefault(sentence.intent, []).append(sentence.text)
    blocks = []
    for intent, texts in sorted(train.items()):
        examples = "\n".join(f"    - {text}" for text in texts)
        blocks.append(f"- intent: {intent}\n  examples: |\n{examples}")
    DATA.mkdir(parents=True, exist_ok=True)
    (DATA / "nlu.yml").write_text('version: "3.1"\nnlu:\n' + "\n".join(blocks) + "\n", "utf-8")
    return rows


def train(name: str, epochs: int) -> float:
    """Train one system; returns seconds. Stock Rasa is not trained again on the very same sentences and settings."""
    config, stamp = FOLDER / f"{name}.yml", FOLDER / f"{name}.stamp.json"
    text = SYSTEMS[name].read_text("utf-8").replace("epochs: 100", f"epochs: {epochs}")
    config.write_text(text, "utf-8")
    made_of = sha256(config.read_bytes() + (DATA / "nlu.yml").read_bytes()).hexdigest()
    kept = json.loads(stamp.read_text("utf-8")) if stamp.exists() else {}
    if name == "stock" and kept.get("made_of") == made_of:
        return float(kept["seconds"])
    shutil.rmtree(FOLDER / ".rasa", ignore_errors=True)
    begun = time.monotonic()
    rasa = "bot.rasa_training" if name == "tongbao" else "rasa"  # each as it is trained
    command = [PYTHONS[name], "-m", rasa, "train", "nlu", "--config", str(config), "--nlu", str(DATA),
               "--out", str(FOLDER), "--fixed-model-name", name]  # fmt: skip
    with (FOLDER / f"{name}.log").open("wb") as log:
        subprocess.run(command, cwd=FOLDER, env=_quiet(), stdout=log, stderr=log, check=True)
    seconds = time.monotonic() - begun
    stamp.write_text(json.dumps({"made_of": made_of, "seconds": seconds}), "utf-8")
    return seconds


def _quiet() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3",
            "PYTHONWARNINGS": "ignore"}  # fmt: skip


def measure(name: str, sets: Path) -> dict[str, Any]:
    """Load one model in a process of its own and read every set; accuracy, p50 in ms, MB in memory."""
    model = FOLDER / f"{name}.tar.gz"
    command = [PYTHONS[name], "-m", "tools.bench.parsing", str(model), str(sets)]
    done = subprocess.run(command, cwd=ROOT, env=_quiet(), capture_output=True, check=True)
    heard = json.loads(done.stdout.decode().strip().splitlines()[-1])
    found = {"load": heard["load"], "memory": heard["memory"], "model": model.stat().st_size / 2**20, "sets": {}}
    for title, rows in json.loads(sets.read_text("utf-8")).items():
        guesses = heard["guesses"][title]
        found["sets"][title] = {
            "rows": len(rows), "p50": statistics.median(heard["seconds"][title]) * 1000,
            "strict": statistics.mean(right(row, guess, lenient=False) for row, guess in zip(rows, guesses)),
            "lenient": statistics.mean(right(row, guess, lenient=True) for row, guess in zip(rows, guesses)),
        }  # fmt: skip
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.language", description=__doc__)
    parser.add_argument("--file", type=Path, help="a TSV of real questions (text, intent, alt_intent)")
    parser.add_argument("--epochs", type=int, default=100)
    chosen = parser.parse_args()
    held_out = split()
    chance = random.Random(7)
    sets = {f"held out: {name}": [{**row, "text": change(row["text"], chance)} for row in held_out]
            for name, change in VARIANTS.items()}  # fmt: skip
    if chosen.file:
        rows = read_rows(chosen.file)
        sets["file"] = rows
        short = [row for row in rows if len(row["text"]) <= 40]
        for name in ("homophones", "letters"):
            sets[f"file: {name}"] = [{**row, "text": VARIANTS[name](row["text"], chance)} for row in short]
    path = FOLDER / "sets.json"
    path.write_text(json.dumps(sets, ensure_ascii=False), "utf-8")
    taken = {name: train(name, chosen.epochs) for name in SYSTEMS}
    found = {name: measure(name, path) for name in SYSTEMS}
    print(f"{date.today()}, {os.cpu_count()} cores, {platform.machine()}, stock epochs {chosen.epochs}")
    print(f"{'':28}{'rows':>6}{'tongbao':>10}{'stock':>10}{'errors':>10}")
    for title in sets:
        one, two = found["tongbao"]["sets"][title], found["stock"]["sets"][title]
        ratio = (1 - one["strict"]) / max(1 - two["strict"], 1e-9)
        print(f"{title:28}{one['rows']:>6}{one['strict']:>10.3f}{two['strict']:>10.3f}{ratio:>10.2f}")
    for title, key, unit in (("model", "model", "MB"), ("load", "load", "s"), ("peak memory", "memory", "MB")):
        print(f"{title + ' ' + unit:34}{found['tongbao'][key]:>10.1f}{found['stock'][key]:>10.1f}")
    p50 = [found[name]["sets"]["held out: as written"]["p50"] for name in SYSTEMS]
    print(f"{'parse p50 ms':34}{p50[0]:>10.2f}{p50[1]:>10.2f}")
    print(f"{'training s':34}{taken['tongbao']:>10.1f}{taken['stock']:>10.1f}")
    (FOLDER / "language.json").write_text(json.dumps({"taken": taken, **found}), "utf-8")


if __name__ == "__main__":
    main()
