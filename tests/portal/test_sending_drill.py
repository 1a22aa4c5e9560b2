"""The drill: real sender processes, a platform that says 45009, hangs and cuts, and kill -9 twice.

TONGBAO_DRILL_GROUPS=200 runs it at full size; without it the same drill is small enough for every day.
"""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.stack import ROOT
from portal.school.campaigns import Delivery
from tests.gateway.running import RedisServer
from tests.portal.school_builders import Platform, key, platform
from tests.portal.test_outbox import World

GROUPS = int(os.environ.get("TONGBAO_DRILL_GROUPS", "28"))
LEASE, PATIENCE = 4.0, 2.5
AT_ONCE = 8
Start = Callable[[dict[str, str], Path], "subprocess.Popen[bytes]"]


def behaviour(robot: str, nth: int) -> Any:
    """Of ten groups one is told 45009 twice, one hangs, one is cut after and one before the request was read."""
    number = int(robot[:8])
    match number % 10:
        case 1:
            return 45009 if nth <= 2 else 0
        case 3 if number % 20 == 3:
            return "hang"
        case 5 if number % 20 == 5:
            return "cut"
        case 7:
            return -1 if nth <= 2 else 0
    return 0


def environment(
    folder: Path, redis: RedisServer, address: str, lease: float = LEASE, patience: float = PATIENCE
) -> dict[str, str]:
    secret = "secret-of-the-tests-0001"
    return os.environ | {
        "REDIS_URL": redis.url, "DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'school.sqlite3'}",
        "RASA_URL": "http://127.0.0.1:1", "RASA_CHANNEL_SECRET": secret, "REGISTRATION_URL": "http://127.0.0.1:1",
        "REGISTRATION_TOKEN": secret, "PORTAL_URL": "http://127.0.0.1:1", "PUBLIC_URL": "http://127.0.0.1:1",
        "PORTAL_DATA_KEY": "data-key-of-the-tests", "TONGBAO_DEMO_CLOCK": "1", "WECOM_ROBOT_BASE": address,
        "PORTAL_DEMO_NOW": "2026-11-23T09:00:00+08:00", "SENDER_LEASE_SECONDS": str(lease),
        "SENDER_PATIENCE_SECONDS": str(patience), "SENDER_PAUSE_SECONDS": "0.3", "SENDER_MINUTE_SECONDS": "1",
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts senders; whatever a failed test leaves running is ended."""
    running: list[subprocess.Popen[bytes]] = []

    def started(environ: dict[str, str], log: Path) -> "subprocess.Popen[bytes]":
        with log.open("ab") as out:
            line = [sys.executable, "-m", "portal", "sender"]
            running.append(subprocess.Popen(line, env=environ, cwd=ROOT, stdout=out, stderr=out))
        return running[-1]

    yield started
    for process in running:
        process.kill()
        process.wait(10)


def wait_for(fake: Platform, calls: int, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while sum(fake.calls.values()) < calls:
        assert time.monotonic() < until, fake.calls
        time.sleep(0.01)


def wait_ready(log: Path, seconds: float = 30) -> None:
    """Until then the process still starts, and SIGTERM ends it the short way."""
    until = time.monotonic() + seconds
    while "sender_ready" not in log.read_text():
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.05)


def test_killed_twice_each_group_gets_it_once_or_is_marked_unknown(
    tmp_path: Path, redis: RedisServer, start: Start
) -> None:
    begun = time.monotonic()
    with platform(plan=behaviour, delay=0.02) as fake:
        environ = environment(tmp_path, redis, fake.address)

        async def prepare() -> str:
            world = World(tmp_path, redis, fake.address)
            made = await world.prepare(GROUPS)
            await world.database.close()
            await world.store.aclose()
            return made.id

        name = asyncio.run(prepare())
        for share in (0.3, 0.7):
            running = start(environ, tmp_path / "sender.log")
            wait_for(fake, int(GROUPS * share))
            running.send_signal(signal.SIGKILL)
            running.wait(10)
        last = start(environ, tmp_path / "sender.log")
        try:
            deliveries, log = _until_done(tmp_path, redis, name)
        finally:
            last.terminate()
            assert last.wait(20) == 0
        shown, states = fake.shown(), {d.label: d for d in deliveries}
        by_key = {d.group: d for d in deliveries}

        # Never twice, and nothing is called sent that is not there.
        assert max(shown.values()) == 1
        count = Counter(d.state for d in deliveries)
        assert set(count) <= {"sent", "unknown"}
        silent = sum(behaviour(key(n), 1) in ("hang", "cut") for n in range(GROUPS))
        assert silent <= count["unknown"] <= silent + 2 * AT_ONCE
        missing = GROUPS - len(shown)
        assert missing <= count["unknown"] - silent

        # Stages keep their order.
        stage_of = {d.group: d.stage for d in deliveries}
        tags = [(when, stage_of[body["text"]["content"].split("?g=")[1][:8]]) for when, _, body in sorted(
            fake.taken, key=lambda one: one[0])]  # fmt: skip
        assert [stage for _, stage in tags] == sorted(stage for _, stage in tags)

        # The log tells how every group ended, and of every 45009.
        ended = Counter(line.group for line in log if line.what in ("sent", "unknown"))
        assert set(ended) == set(by_key)
        assert max(ended.values()) == 1
        assert len(states) == GROUPS
        retried = Counter(line.group for line in log if line.what == "retry" and "45009" in line.note)
        assert len(retried) >= sum(behaviour(key(n), 1) == 45009 for n in range(GROUPS)) - 2 * AT_ONCE
        assert log[-1].what == "done"
        assert key(0) not in (tmp_path / "sender.log").read_text("utf-8")
        print(f"\ndrill: {GROUPS} groups, {dict(count)}, shown once {len(shown)}, calls {sum(fake.calls.values())}, "
              f"{time.monotonic() - begun:.1f} s")  # fmt: skip


def _until_done(folder: Path, redis: RedisServer, name: str) -> tuple[list[Delivery], list[Any]]:
    async def look() -> tuple[list[Delivery], list[Any]]:
        world = World(folder, redis, "http://127.0.0.1:1")
        try:
            until = time.monotonic() + 30 + GROUPS
            while (await world.campaigns.get(name, None)).state != "done":
                assert time.monotonic() < until, Counter(await world.states(name))
                await asyncio.sleep(0.2)
            return await world.campaigns.deliveries(name), await world.campaigns.log(name)
        finally:
            await world.database.close()
            await world.store.aclose()

    return asyncio.run(look())


def test_two_senders_and_one_of_them_stopped_politely_lose_and_double_nothing(
    tmp_path: Path, redis: RedisServer, start: Start
) -> None:
    with platform(delay=0.02) as fake:
        # Nobody is killed and nothing hangs: what a busy machine is late with is neither taken over nor given up.
        environ = environment(tmp_path, redis, fake.address, lease=120, patience=60)

        async def prepare() -> str:
            world = World(tmp_path, redis, fake.address)
            made = await world.prepare(14)
            await world.database.close()
            await world.store.aclose()
            return made.id

        name = asyncio.run(prepare())
        senders = [start(environ, tmp_path / f"sender{n}.log") for n in range(2)]
        wait_for(fake, 4)
        wait_ready(tmp_path / "sender0.log")
        senders[0].terminate()
        assert senders[0].wait(20) == 0
        try:
            deliveries, _ = _until_done(tmp_path, redis, name)
        finally:
            senders[1].terminate()
            senders[1].wait(20)
        assert {d.state for d in deliveries} == {"sent"}
        assert set(fake.shown().values()) == {1}
        assert len(fake.shown()) == 14
