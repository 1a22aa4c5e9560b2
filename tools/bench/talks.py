"""Holds scripted conversations with a freshly started product.

    make evaluate-talks FILE=dialogues.yml [OUT=transcript.jsonl]

Starts everything on free ports with the demo clock, and has the judge that stands beside the file (`dialogue_check.py`)
hold the talks and print pass rates by kind.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from deploy.stack import RASA_PYTHON, Ports, Stack


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.talks")
    parser.add_argument("file", type=Path)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    judge = args.file.resolve().parent / "dialogue_check.py"
    if not judge.exists():
        judge = args.file.resolve().parent.parent / "eval" / "dialogue_check.py"
    if not judge.exists():
        print(f"no dialogue_check.py beside {args.file}", file=sys.stderr)
        return 2
    folder = Path(tempfile.mkdtemp(prefix="tongbao-talks-"))
    out = args.out or folder / "transcript.jsonl"
    clock = {"TONGBAO_DEMO_CLOCK": "1", "RATE_PER_ADDRESS": "off"}
    stack = Stack(folder=folder, ports=Ports.free(), extra=clock, say=lambda line: None)
    stack.start()
    try:
        stack.wait_ready(180)
        command = [str(RASA_PYTHON), str(judge), "--file", str(args.file), "--chat", stack.address, str(out)]
        return subprocess.run(command, check=False).returncode
    finally:
        stack.stop()


if __name__ == "__main__":
    sys.exit(main())
