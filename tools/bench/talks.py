"""Holds scripted conversations with a freshly started product and judges them.

    make evaluate-talks [FILE=dialogues.yml] [OUT=transcript.jsonl]
    python -m tools.bench.talks --show            what failed, and why

Without a file: the examination `data/exam/talks`, whose wording nobody who works on the language looks at (only its
figures). A file with a judge of its own beside it (`dialogue_check.py`) is judged by that. Starts everything on free
ports with the demo clock.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from ruamel.yaml import YAML

from deploy.stack import RASA_PYTHON, ROOT, Ports, Stack
from tools.bench.judging import JudgedTurn, hold, mistakes, report

EXAM = ROOT / "data" / "exam" / "talks"


@contextmanager
def started(folder: Path) -> Iterator[str]:
    """The address of a product started for the time of the block."""
    clock = {"TONGBAO_DEMO_CLOCK": "1", "RATE_PER_ADDRESS": "off"}
    stack = Stack(folder=folder, ports=Ports.free(), extra=clock, say=lambda line: None)
    stack.start()
    try:
        stack.wait_ready(180)
        yield stack.address
    finally:
        stack.stop()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.talks")
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--show", action="store_true", help="what failed; whoever looks, has looked")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tongbao-talks-") as folder:
        return _judged(args, Path(folder))


def _judged(args: argparse.Namespace, folder: Path) -> int:
    out = args.out or folder / "transcript.jsonl"
    judge = args.file.resolve().parent / "dialogue_check.py" if args.file else None
    if judge is not None and judge.exists():
        with started(folder) as address:
            command = [str(RASA_PYTHON), str(judge), "--file", str(args.file), "--chat", address, str(out)]
            return subprocess.run(command, check=False).returncode
    files = [args.file] if args.file else sorted(EXAM.glob("*.yml"))
    talks = {"dialogues": [one for file in files for one in YAML(typ="safe").load(file)["dialogues"]]}
    wrong = list(mistakes(talks))
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
        return 2
    with started(folder) as address:
        judged: list[JudgedTurn] = list(hold(talks, address))
    out.write_text("".join(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in judged), "utf-8")
    if args.show:
        for one in judged:
            if one.faults:
                print(f"{one.talk}.{one.number} {one.said[:40]}: {'; '.join(one.faults)}")
    print("\n".join(report(judged)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
