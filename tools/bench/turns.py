"""`make bench`: whole turns of this product and of stock Rasa, one after the other, on this machine, under one load.

Stock is jieba, count vectors, DIET and TED with Redis tracker and lock stores and the same action server, spoken to by
its own REST channel; ours includes its gateway, the only door it has. Measured: turns per second with p95 under 300 ms,
CPU per turn of all processes, memory, start, training, and what a turn costs late in a long conversation.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil

from deploy.migrate import migrate
from deploy.stack import ROOT, Part, Ports, Stack
from tools.bench import stock_model
from tools.bench.load import STORY, UNLIMITED, percentile

GOAL = 300.0
"""Milliseconds that 95 of 100 turns must stay under."""
CHECKPOINTS = (10, 50, 100, 200, 400, 1000, 2000, 5000)
Say = Callable[[httpx.Client, str, str], bool]


@dataclass
class Figures:
    """What was measured of one side. `loads`: users → (turns/s, p50, p95, failures); `lengths`: turn → median ms."""

    name: str
    start: float = 0.0
    loads: dict[int, tuple[float, float, float, int]] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)
    lengths: dict[int, float] = field(default_factory=dict)

    @property
    def per_core(self) -> float:
        """Turns a second of CPU answers, all processes together."""
        return 1000 / sum(self.cpu.values())

    @property
    def best(self) -> float:
        """Most turns a second with p95 under the goal; 0 when no load kept it."""
        return max((rate for rate, _, p95, failures in self.loads.values() if p95 < GOAL and not failures), default=0.0)


def ours(client: httpx.Client, conversation: str, text: str) -> bool:
    body = {"conversation": conversation, "message_id": uuid.uuid4().hex, "text": text}
    return client.post("/api/chat", json=body).status_code == 200


def stock(client: httpx.Client, conversation: str, text: str) -> bool:
    """Stock answers 200 and an empty list when it fails."""
    answer = client.post("/webhooks/rest/webhook", json={"sender": conversation, "message": text})
    return answer.status_code == 200 and bool(answer.json())


@contextmanager
def our_side(folder: Path) -> Iterator[tuple[dict[str, Part], str, float]]:
    stack = Stack(folder=folder, ports=Ports.free(), extra=UNLIMITED, say=lambda line: None)
    stack.start()
    try:
        ready = stack.wait_ready()
        answering = {name: part for name, part in stack.parts.items() if name not in ("portal", "sender")}
        yield answering, stack.address, ready
    finally:
        stack.stop()


def stores(redis_url: str) -> dict[str, str]:
    """Where stock keeps trackers and locks, as its endpoints.yml names it; ours keeps nothing there."""
    redis = urlsplit(redis_url)
    return {
        "RASA_REDIS_HOST": str(redis.hostname),
        "RASA_REDIS_PORT": str(redis.port),
        "RASA_REDIS_PASSWORD": redis.password or "",
    }


@contextmanager
def stock_side(folder: Path) -> Iterator[tuple[dict[str, Part], str, float]]:
    """The same Redis, registration service and action server; Rasa as it ships."""
    stack = Stack(folder=folder, ports=Ports.free(), extra=UNLIMITED, say=lambda line: None)
    environment = stack.environment()
    migrate(environment["DATABASE_URL"])
    environment |= stores(environment["REDIS_URL"])
    bench = ROOT / "tools" / "bench" / "stock"
    rasa = [
        str(stock_model.PYTHON), "-m", "rasa", "run", "--model", str(stock_model.MODEL), "--endpoints",
        str(bench / "endpoints.yml"), "--credentials", str(bench / "credentials.yml"), "--port",
        str(stack.ports.rasa), "--interface", "127.0.0.1",
    ]  # fmt: skip
    commands = {name: stack._command(name) for name in ("redis", "registration", "actions")} | {"rasa": rasa}
    begun = time.monotonic()
    parts = {name: Part(name, line, environment, folder / f"{name}.log") for name, line in commands.items()}
    for part in parts.values():
        part.start()
    address = f"http://127.0.0.1:{stack.ports.rasa}"
    try:
        with httpx.Client(base_url=address, timeout=30, trust_env=False) as client:
            while not _answers(client):
                if time.monotonic() - begun > 300:
                    raise RuntimeError(f"stock Rasa does not answer, see {folder / 'rasa.log'}")
                time.sleep(0.25)
        yield parts, address, time.monotonic() - begun
    finally:
        for part in reversed(parts.values()):
            part.stop()


def _answers(client: httpx.Client) -> bool:
    try:
        return stock(client, "probe", "你好")
    except (httpx.HTTPError, ValueError):
        return False


def load(address: str, say: Say, users: int, seconds: float) -> tuple[float, float, float, int]:
    """Parents who each play the story again and again in new conversations."""
    times: list[float] = []
    failures: list[str] = []
    until = time.monotonic() + seconds

    def parent() -> None:
        with httpx.Client(base_url=address, timeout=30, trust_env=False) as client:
            while True:
                conversation = uuid.uuid4().hex
                for text in STORY:
                    if time.monotonic() >= until:
                        return
                    begun = time.perf_counter()
                    if not say(client, conversation, text):
                        failures.append(text)
                    times.append(time.perf_counter() - begun)

    threads = [threading.Thread(target=parent) for _ in range(users)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(times) / seconds, statistics.median(times) * 1000, percentile(times, 0.95), len(failures)


def _cpu(parts: dict[str, Part]) -> dict[str, float]:
    found = {}
    for name, part in parts.items():
        assert part.process
        whole = psutil.Process(part.process.pid)
        used = [one.cpu_times() for one in [whole, *whole.children(recursive=True)]]
        found[name] = sum(one.user + one.system for one in used)
    return found


def _memory(parts: dict[str, Part]) -> dict[str, float]:
    return {
        name: psutil.Process(part.process.pid).memory_info().rss / 1e6 for name, part in parts.items() if part.process
    }


def length(address: str, say: Say, most: int) -> dict[int, float]:
    """Median of the last ten turns at each checkpoint of one conversation."""
    found, recent, conversation = {}, [], uuid.uuid4().hex
    with httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
        for turn in range(1, most + 1):
            begun = time.perf_counter()
            say(client, conversation, STORY[turn % len(STORY)])
            recent.append((time.perf_counter() - begun) * 1000)
            if turn in CHECKPOINTS:
                found[turn] = statistics.median(recent[-10:])
    return found


def measure(
    name: str, side: Callable[..., object], say: Say, users: list[int], seconds: float, longest: int
) -> Figures:
    figures = Figures(name)
    with (
        tempfile.TemporaryDirectory(prefix="tongbao-bench-") as folder,
        side(Path(folder)) as (parts, address, figures.start),
    ):
        load(address, say, 2, 3)  # warm
        before, turns = _cpu(parts), 0.0
        for count in users:
            figures.loads[count] = load(address, say, count, seconds)
            turns += figures.loads[count][0] * seconds
        after = _cpu(parts)
        figures.cpu = {part: (after[part] - before[part]) * 1000 / turns for part in parts}
        figures.memory = _memory(parts)
        figures.lengths = length(address, say, longest)
    return figures


def show(one: Figures, two: Figures | None) -> None:
    both = [one, *([two] if two else [])]
    print(
        f"{date.today()}  {platform.machine()}  {os.cpu_count()} cores  {psutil.virtual_memory().total / 2**30:.0f} GiB"
    )
    print(f"{'':38}" + "".join(f"{side.name:>14}" for side in both))

    def row(title: str, values: list[str]) -> None:
        print(f"{title:38}" + "".join(f"{value:>14}" for value in values))

    for users in one.loads:
        rates = [side.loads.get(users, (0.0, 0.0, 0.0, 0)) for side in both]
        row(f"{users} users: turns/s", [f"{rate[0]:.1f}" for rate in rates])
        row(f"{users} users: p50 / p95 ms", [f"{rate[1]:.0f} / {rate[2]:.0f}" for rate in rates])
        row(f"{users} users: failures", [str(rate[3]) for rate in rates])
    row(f"most turns/s with p95 < {GOAL:.0f} ms", [f"{side.best:.1f}" for side in both])
    row("CPU ms per turn, all processes", [f"{sum(side.cpu.values()):.1f}" for side in both])
    row("turns/s per core (of CPU)", [f"{side.per_core:.1f}" for side in both])
    for part in one.cpu:
        row(f"  CPU ms per turn: {part}", [f"{side.cpu.get(part, 0.0):.1f}" for side in both])
    for part in one.memory:
        row(f"  memory MB: {part}", [f"{side.memory.get(part, 0.0):.0f}" for side in both])
    row("start to first answer s", [f"{side.start:.1f}" for side in both])
    for turn in CHECKPOINTS:
        row(
            f"turn {turn} of one conversation, ms",
            [f"{side.lengths[turn]:.0f}" if turn in side.lengths else "-" for side in both],
        )
    if two:
        print(f"turns/s per core: {one.per_core / two.per_core:.1f} times stock; "
              f"memory of Rasa: {one.memory['rasa'] / two.memory['rasa']:.0%} of stock")  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.turns", description=__doc__)
    parser.add_argument("--epochs", type=int, default=100, help="of the stock model, when it has to be trained")
    parser.add_argument("--seconds", type=float, default=12)
    parser.add_argument("--users", default="1,4,8")
    parser.add_argument("--length", type=int, default=5000, help="turns of the long conversation on our side")
    parser.add_argument("--stock-length", type=int, default=200, help="the same on the stock side")
    parser.add_argument("--only", choices=["ours"], help="leave stock out")
    args = parser.parse_args()
    users = [int(count) for count in args.users.split(",")]
    one = measure("tongbao", our_side, ours, users, args.seconds, args.length)
    two = None
    if args.only is None:
        if not stock_model.MODEL.exists():
            print(f"training stock Rasa, {args.epochs} epochs …", flush=True)
            stock_model.train(args.epochs)
        two = measure("stock", stock_side, stock, users, args.seconds, args.stock_length)
    show(one, two)
    if two:
        stamp = json.loads(stock_model.STAMP.read_text("utf-8"))
        print(f"stock was trained in {stamp['seconds']} s with {stamp['epochs']} epochs; ours: make train says it")
    return 0


if __name__ == "__main__":
    sys.exit(main())
