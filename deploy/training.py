"""Train the language model when it is stale: by the content it is made of, never by dates."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from deploy.stack import MODEL, RASA_PYTHON, ROOT, STAMP

MADE_OF = ("config.yml", "bot/domain", "data/nlu", "data/rules", "bot/components.py", "bot/turns.py", "bot/nlu",
           "uv.lock",
           "policies/places.py", "policies/places.tsv", "policies/place_aliases.tsv")  # fmt: skip
_KINDS = (".yml", ".py", ".txt", ".tsv", ".lock", ".npz")
SENTENCES = ROOT / "data" / "nlu"
GATHERED = ROOT / "var" / "train"


def fingerprint() -> str:
    """The content hash of everything the model depends on."""
    digest = hashlib.sha256()
    for name in MADE_OF:
        root = ROOT / name
        files = [root] if root.is_file() else sorted(p for p in root.rglob("*") if p.suffix in _KINDS)
        for path in files:
            digest.update(path.relative_to(ROOT).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def stale() -> bool:
    """Is there no model, another content, or an archive that is not the one that was trained?"""
    if not MODEL.exists() or not STAMP.exists():
        return True
    stamp = json.loads(STAMP.read_text("utf-8"))
    return bool(stamp.get("fingerprint") != fingerprint() or stamp.get("sha256") != sha256(MODEL))


def gather(folder: Path) -> None:
    """All sentences in one file: with each further file Rasa copies and hashes everything it has read before.

    A file that has none yet (learned.yml) is no fault.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    texts = [path.read_text("utf-8") for path in sorted(SENTENCES.glob("*.yml"))]
    heads, bodies = zip(*(text.split("\nnlu:\n") for text in texts if "- intent: " in text))
    (folder / "nlu.yml").write_text(f"{heads[0]}\nnlu:\n" + "\n".join(bodies), "utf-8")


def train() -> float:
    """Train and stamp; returns the seconds it took.

    Raises:
        RuntimeError: training failed; the message names the log.
    """
    log = ROOT / "var" / "log" / "train.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    gather(GATHERED)
    wanted, begun = fingerprint(), time.monotonic()
    quiet = {
        "RASA_TELEMETRY_ENABLED": "false", "PYTHONWARNINGS": "ignore", "OMP_NUM_THREADS": "1",
        "PYTHONPATH": str(ROOT), "ACTIONS_URL": "", "ACTIONS_TOKEN": "",
    }  # fmt: skip
    command = [
        str(RASA_PYTHON), "-m", "bot.rasa_training", "train", "--config", "config.yml", "--domain", "bot/domain",
        "--data", str(GATHERED), "data/rules",
        "--endpoints", "endpoints.yml", "--skip-validation",
        "--out", "models", "--fixed-model-name", MODEL.name.removesuffix(".tar.gz"),
    ]  # fmt: skip
    with log.open("wb") as out:
        process = subprocess.Popen(command, env={**os.environ, **quiet}, stdout=out, stderr=subprocess.STDOUT, cwd=ROOT)
        while process.poll() is None:
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                print(f"  训练中… {time.monotonic() - begun:.0f} 秒", flush=True)
    if process.returncode != 0:
        raise RuntimeError(f"训练没有成功，请看 {log}")
    STAMP.write_text(json.dumps({"fingerprint": wanted, "sha256": sha256(MODEL)}), "utf-8")
    return time.monotonic() - begun


def main() -> int:
    if not stale():
        return 0
    print("语言模型要训练一次（约一分钟）……", flush=True)
    try:
        seconds = train()
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"训练好了（{seconds:.0f} 秒，{MODEL.stat().st_size / 1e6:.1f} MB）", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
