"""Facts of messages: `make evaluate-facts FILE=facts.yml [OUT=predictions.jsonl]`.

Reads every message alone, writes one JSON a line ({"id", "facts"}), and has them judged by the scorer beside the file.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any, Dict, List

import yaml

from bot.evaluate import load_reader
from bot.nlu.conversation import Context
from dialogue.facts import told_in
from dialogue.reading import PARENT, STRANGER, Reading


def facts_of(reading: Reading) -> List[Dict[str, Any]]:
    """The facts of a message under the scorer's names; years of one fact and child together."""
    found: List[Dict[str, Any]] = []
    together: Dict[Any, Dict[str, Any]] = {}
    for told in told_in(reading):
        name, value = told.name, told.value
        if told.child == PARENT and name not in ("transition_date", "transition", "payer", "proxy"):
            if name == "birth_date":
                name = "other_date"
            elif name in ("stage", "category", "residence_permit"):
                continue
            elif name in ("household_region", "school_region", "region"):
                name = "other_region"
        if told.child == STRANGER:
            if name.endswith("_date") or name == "deadline_asked":
                name = "other_date"
            elif name.endswith("region"):
                name = "other_region"
            else:
                continue
        if name == "claimed_years":
            continue
        if name.endswith("_region") or name in ("region", "recognised_in"):
            value = value[0] if len(value) == 1 else value
        fact: Dict[str, Any] = {"name": name, "value": value}
        if told.child not in ("", STRANGER, PARENT):
            fact["child"] = told.child
        if told.supposed and not name.startswith("other"):
            fact["hypothetical"] = True
        if told.corrects:
            fact["corrects"] = True
        if name.endswith("_years"):
            key = (name, fact.get("child"), fact.get("hypothetical"))
            if key in together:
                together[key]["value"] = sorted({*together[key]["value"], *value})
                continue
            together[key] = fact
        if fact not in found:
            found.append(fact)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bot.evaluate_facts")
    parser.add_argument("file", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--show", type=int, default=0)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return _judged(args, args.out or Path(folder) / "predictions.jsonl")


def _judged(args: argparse.Namespace, out: Path) -> int:
    reader = load_reader()
    items = yaml.safe_load(args.file.read_text("utf-8"))["items"]
    with out.open("w", encoding="utf-8") as file:
        for item in items:
            heard = reader.read(item["text"], Context(), date.fromisoformat(str(item["as_of"])))
            print(json.dumps({"id": item["id"], "facts": facts_of(heard)}, ensure_ascii=False), file=file)
    scorer = args.file.resolve().parent / "score_facts.py"
    if not scorer.exists():
        print(f"{len(items)} messages read; no scorer beside {args.file}")
        return 0
    command = [
        sys.executable,
        str(scorer),
        str(args.file),
        str(out),
        *(["--show", str(args.show)] if args.show else []),
    ]
    return subprocess.run(command, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main())
