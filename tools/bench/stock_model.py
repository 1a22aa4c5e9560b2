"""Stock Rasa trained on this project's sentences, rules and domain: the other side of `make bench`.

python -m tools.bench.stock_model --epochs 100      # writes var/bench/turns/stock.tar.gz and says how long it took
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import time
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "var" / "bench" / "turns"
PYTHON = ROOT / ".venv-stock" / "bin" / "python"
MODEL = FOLDER / "stock.tar.gz"
STAMP = FOLDER / "stock.json"
STORIES, LONGEST = 120, 5
YML = YAML(typ="safe", pure=True)


def routes() -> list[tuple[str, str]]:
    """Intent and action of every rule of the product."""
    rules = YML.load((ROOT / "data" / "rules" / "routes.yml").read_text("utf-8"))["rules"]
    return [(either["intent"], then["action"]) for r in rules for first, then in [r["steps"]] for either in first["or"]]


def stories() -> str:
    """Talks over the same routes: TED learns from stories only, and the product needs none."""
    chance, known = random.Random(9), routes()
    lines = ['version: "3.1"', "stories:"]
    for number in range(STORIES):
        lines += [f"  - story: talk {number}", "    steps:"]
        for intent, action in chance.sample(known, chance.randint(2, LONGEST)):
            lines += [f"      - intent: {intent}", f"      - action: {action}"]
    return "\n".join(lines) + "\n"


def train(epochs: int) -> float:
    """Train and stamp; returns seconds. Its log is var/bench/turns/train.log."""
    data = FOLDER / "data"
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(ROOT / "data", data)
    (data / "stories.yml").write_text(stories(), "utf-8")
    config = FOLDER / "config.yml"
    text = (ROOT / "tools" / "bench" / "stock" / "turns.yml").read_text("utf-8")
    config.write_text(text.replace("epochs: 100", f"epochs: {epochs}"), "utf-8")
    quiet = {
        "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore",
        "ACTIONS_URL": "", "ACTIONS_TOKEN": "", "RASA_REDIS_HOST": "", "RASA_REDIS_PORT": "", "RASA_REDIS_PASSWORD": "",
    }  # fmt: skip
    command = [
        str(PYTHON), "-m", "rasa", "train", "--config", str(config),
        "--domain", str(ROOT / "bot" / "domain"), "--data", str(data), "--out", str(FOLDER),
        "--fixed-model-name", "stock",
        "--endpoints", str(ROOT / "tools" / "bench" / "stock" / "endpoints.yml"),
    ]  # fmt: skip
    begun = time.monotonic()
    with (FOLDER / "train.log").open("wb") as log:
        subprocess.run(command, cwd=FOLDER, env={**os.environ, **quiet}, stdout=log, stderr=log, check=True)
    seconds = time.monotonic() - begun
    STAMP.write_text(json.dumps({"epochs": epochs, "seconds": round(seconds, 1)}), "utf-8")
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.stock_model", description=__doc__)
    parser.add_argument("--epochs", type=int, default=100)
    epochs = parser.parse_args().epochs
    print(f"{train(epochs):.0f} s, {epochs} epochs, {MODEL}")


if __name__ == "__main__":
    main()
