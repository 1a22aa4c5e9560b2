"""Replay before release: what another version answers to the same masked turns.

    python -m tools.bench.replay record turns.jsonl [--turns 2000] [--seed 1] [--questions questions.csv]
    python -m tools.bench.replay compare turns.jsonl [--strict] [--out changes.jsonl]

`record` starts this tree's product and keeps every turn with the state before it and what was answered: talks of
`tools.bench.load` and mutated sentences, or last month's masked questions (`python -m common.casebook
export-questions`). `compare`, run in the other version's tree, answers every turn again from the same state and the
same day, and lists what changed, by kind. Exit 1 with `--strict` where anything but the wording did. The file holds
masked words only; keep it private.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import httpx

from common.privacy.masking import mask
from common.storage.files import private_file
from deploy.stack import Ports, Stack
from tools.bench.load import STORY
from tools.bench.mutations import GOOD, mutated, sentences
from tools.bench.replay_changes import WORDING, TurnChange, changes_of, summary

AT_ONCE = 4
SHOWN = 5
"""Turns shown of every kind of change."""
WIDE = 160
"""Characters shown of each side of a change; the file of `--out` has all."""
LENGTH = 20
"""Messages of a talk of mutated sentences; a plain question is the last."""


@dataclass(frozen=True)
class RecordedTurn:
    """One masked message, the state and day it was said in, and what was answered (`replay_changes.summary`)."""

    talk: str
    number: int
    as_of: str
    text: str
    state: dict[str, Any]
    answered: dict[str, Any]


class ReplayedDialogue:
    """The dialogue of a started product, asked as the gateway asks it."""

    def __init__(self, stack: Stack) -> None:
        made = stack.environment()
        self._client = httpx.Client(
            base_url=made["RASA_URL"], headers={"X-Tongbao-Secret": made["RASA_CHANNEL_SECRET"]}, timeout=30,
            trust_env=False,
        )  # fmt: skip

    def say(self, talk: str, number: int, text: str, as_of: str, state: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """The replies and the state after them. A failed turn is an answer too: `failed` with its status."""
        about = {"as_of": as_of, "conversation": talk, "message_id": f"{talk}-{number}", "state": state}
        name = f"{talk}-{number}"  # a sender of its own: Rasa answers one sender's messages one after the other
        body = {"sender": name, "message_id": name, "text": text, "metadata": about}
        answer = self._client.post("/webhooks/gateway/turn", json=body)
        if answer.status_code != 200:
            return [{"text": "", "answer": None, "noted": {"kind": f"failed {answer.status_code}"}}], state
        content = answer.json()
        return content["replies"], content["state"] or {}


@contextmanager
def dialogue() -> Iterator[ReplayedDialogue]:
    """This tree's product, started for the time of the block."""
    with tempfile.TemporaryDirectory(prefix="tongbao-replay-") as folder:
        stack = Stack(folder=Path(folder), ports=Ports.free(), say=lambda line: None)
        stack.start()
        try:
            stack.wait_ready(180)
            yield ReplayedDialogue(stack)
        finally:
            stack.stop()


def told(seed: int) -> Iterator[tuple[str, str, list[str], dict[str, Any]]]:
    """Endless talks: name, day, messages and the state they begin with. Every other one is the story."""
    chance, known = random.Random(seed), sentences()
    for number in range(1_000_000):
        day = date(2024 + number % 4, 1 + number % 12, 1 + number % 28)
        mixed = [*(mutated(chance, known) for _ in range(LENGTH - 1)), GOOD]
        yield f"replay-{seed}-{number}", day.isoformat(), mixed if number % 2 else list(STORY), {}


def asked(file: Path) -> Iterator[tuple[str, str, list[str], dict[str, Any]]]:
    """Talks of one message: the casebook's questions, in the place and on the day they were asked."""
    with file.open(encoding="utf-8-sig", newline="") as rows:
        for number, row in enumerate(csv.DictReader(rows)):
            state = {"region": row["region"]} if row.get("region") else {}
            yield f"asked-{number}", row["at"][:10], [row["text"]], state


def said(
    product: ReplayedDialogue, talk: str, as_of: str, messages: list[str], state: dict[str, Any]
) -> list[RecordedTurn]:
    """A talk, turn by turn. It ends where an application was begun: the bureau of the other version has not got it."""
    turns = []
    for number, message in enumerate(messages):
        text, _ = mask(message.removeprefix("/"))
        replies, after = product.say(talk, number, text, as_of, state)
        turns.append(RecordedTurn(talk, number, as_of, text, state, summary(replies, after)))
        state = {name: value for name, value in after.items() if name != "forgotten"}
        if state.get("applications"):
            break
    return turns


def record(file: Path, talks: Iterable[tuple[str, str, list[str], dict[str, Any]]], turns: int) -> int:
    """Write so many turns; how many there were."""
    found: list[RecordedTurn] = []
    source = iter(talks)
    with dialogue() as product, ThreadPoolExecutor(AT_ONCE) as parents:
        while len(found) < turns and (some := list(islice(source, 4 * AT_ONCE))):
            for one in parents.map(lambda talk: said(product, *talk), some):
                found += one
    kept = found[:turns]
    lines = (json.dumps(asdict(turn), ensure_ascii=False) for turn in kept)  # in their order: so are children answered
    private_file(file).write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return len(kept)


def compare(file: Path) -> tuple[int, list[TurnChange]]:
    """How many turns were answered again, and what changed."""
    turns = [RecordedTurn(**json.loads(line)) for line in file.read_text("utf-8").splitlines()]

    def again(turn: RecordedTurn) -> TurnChange | None:
        replies, after = product.say(turn.talk, turn.number, turn.text, turn.as_of, turn.state)
        kinds = changes_of(turn.answered, now := summary(replies, after))
        return TurnChange(turn.talk, turn.number, turn.text, kinds, turn.answered, now) if kinds else None

    with dialogue() as product, ThreadPoolExecutor(AT_ONCE) as parents:
        return len(turns), [change for change in parents.map(again, turns) if change is not None]


def report(turns: int, changes: list[TurnChange]) -> str:
    """Counts by kind, and some turns of each; a turn stands under every kind it changed in."""
    grouped = defaultdict(list)
    for change in changes:
        for kind in change.kinds:
            grouped[kind].append(change)
    lines = [f"{turns} turns answered again, {len(changes)} answered otherwise"]
    for kind, found in sorted(grouped.items(), key=lambda item: -len(item[1])):
        lines.append(f"\n{kind}: {len(found)}")
        for change in found[:SHOWN]:
            lines.append(f"  {change.talk} {change.number}: {change.text[:60]}")
            lines += (
                f"    {sign} {str(side.get(kind))[:WIDE]}" for sign, side in (("-", change.before), ("+", change.after))
            )
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.replay", description=__doc__.partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    keep = commands.add_parser("record")
    keep.add_argument("file", type=Path)
    keep.add_argument("--turns", type=int, default=2000)
    keep.add_argument("--seed", type=int, default=1)
    keep.add_argument("--questions", type=Path, help="the table python -m common.casebook export-questions wrote")
    again = commands.add_parser("compare")
    again.add_argument("file", type=Path)
    again.add_argument("--out", type=Path, help="every change as JSON, one a line")
    again.add_argument("--strict", action="store_true", help="exit 1 where more than the wording changed")
    args = parser.parse_args()
    if args.command == "record":
        talks = asked(args.questions) if args.questions else told(args.seed)
        print(f"{record(args.file, talks, args.turns)} turns in {args.file}")
        return 0
    turns, changes = compare(args.file)
    print(report(turns, changes))
    if args.out:
        lines = (json.dumps(asdict(change), ensure_ascii=False) for change in changes)
        private_file(args.out).write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return 1 if args.strict and any(set(change.kinds) != {WORDING} for change in changes) else 0


if __name__ == "__main__":
    sys.exit(main())
