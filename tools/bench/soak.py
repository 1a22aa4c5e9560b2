"""`python -m tools.bench.soak --minutes 120`: hours of steady talk; memory stays flat, nothing is lost or doubled.

Every tenth message is sent twice at once, as platforms do. After each talk its history must hold every message once.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
import uuid
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import httpx

from deploy.stack import Ports, Stack
from tools.bench.load import STORY, UNLIMITED, memory

GROWTH = 1.15
"""Memory at the end, at most, against the end of the first fifth; caches are full by then."""


@dataclass
class Seen:
    """What went wrong, and how much went right."""

    turns: int = 0
    errors: list[str] = field(default_factory=list)
    lost: int = 0
    doubled: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def talk(client: httpx.Client, seen: Seen, pause: float) -> None:
    """One conversation through the whole story, then its history held against what was said."""
    conversation = uuid.uuid4().hex
    for number, text in enumerate(STORY):
        body = {"conversation": conversation, "message_id": f"m-{number}", "text": text}
        answers = [client.post("/api/chat", json=body) for _ in range(2 if number % 10 == 3 else 1)]
        bad = [str(answer.status_code) for answer in answers if answer.status_code != 200]
        with seen.lock:
            seen.turns += 1
            seen.errors += bad
            seen.doubled += any(answer.text != answers[0].text for answer in answers)
        time.sleep(pause)
    kept = client.get(f"/api/chat/{conversation}").json()["messages"]
    said = [bubble["text"] for bubble in kept if bubble["who"] == "parent"]
    with seen.lock:
        seen.lost += len(set(STORY) - set(said))
        seen.doubled += len(said) - len(set(said))


def soak(address: str, seconds: float, users: int, pause: float) -> Seen:
    """Parents at a steady pace until time is up; every talk that began is finished."""
    seen, until = Seen(), time.monotonic() + seconds

    def parent() -> None:
        with httpx.Client(base_url=address, timeout=20, trust_env=False) as client:
            while time.monotonic() < until:
                try:
                    talk(client, seen, pause)
                except httpx.HTTPError as error:
                    with seen.lock:
                        seen.errors.append(type(error).__name__)

    threads = [threading.Thread(target=parent) for _ in range(users)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--users", type=int, default=4)
    parser.add_argument("--pause", type=float, default=0.1, help="seconds a parent reads; 0.1 is about half load here")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tongbao-soak-") as folder:
        stack = Stack(folder=Path(folder), ports=Ports.free(), extra=UNLIMITED, say=lambda line: None)
        stack.start()
        try:
            stack.wait_ready()
            whole = args.minutes * 60
            parts = [soak(stack.address, whole * 0.2, args.users, args.pause)]
            early = memory(stack)
            parts.append(soak(stack.address, whole * 0.8, args.users, args.pause))
            late = memory(stack)
            died = [name for name, part in stack.parts.items() if not part.alive()]
        finally:
            stack.stop()
    errors, lost, doubled = (sum(x) for x in zip(*((len(s.errors), s.lost, s.doubled) for s in parts), strict=True))
    turns = sum(seen.turns for seen in parts)
    print(f"{date.today()}  {args.minutes:g} minutes, {args.users} users, {turns} turns ({turns / whole:.1f}/s)")
    print(f"errors {errors}, lost {lost}, doubled {doubled}, died {died or 0}")
    grown = {name: late[name] / early[name] for name in early if name in late}
    for name, share in grown.items():
        print(f"  {name:14s} {early[name]:7.0f} → {late[name]:7.0f} MB  ({share:.2f})")
    flat = all(share <= GROWTH for name, share in grown.items() if name not in ("redis", "launcher"))
    return 0 if flat and not (errors or lost or doubled or died) else 1


if __name__ == "__main__":
    sys.exit(main())
