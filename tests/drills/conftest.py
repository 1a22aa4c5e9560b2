"""One stack for all drills, every way between two parts through a proxy; at the end a table of what was seen."""

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from deploy.stack import MODEL, ROOT, Part, Ports, Stack
from tests.drills.proxy import PASS, Proxy

HERE = Path(__file__).parent
FAKETIME = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)
"""Turns the clock of a whole process (Debian: faketime). Without it the drills of that clock fail and say so."""


@dataclass
class Row:
    """What one drill showed: seconds until the user was told, and until the same message was answered."""

    drill: str
    told: str
    recovered: str
    result: str


ROWS: list[Row] = []


@dataclass
class Ground:
    """The stack with its breakable ways, and a second gateway whose clock can be turned."""

    stack: Stack
    ways: dict[str, Proxy]
    second: Part
    second_address: str
    clock: Path
    machine: Path
    rows: list[Row] = field(default_factory=lambda: ROWS)

    def mend(self) -> None:
        """All ways open, all parts running, a probe answered."""
        for way in self.ways.values():
            way.set(PASS)
        self.clock.write_text("0")
        self.machine.write_text("+0")
        self.stack.wait_ready(120, give_up_on_crash=False)


def _ways(ports: Ports) -> dict[str, Proxy]:
    return {
        "gateway>redis": Proxy(ports.redis), "gateway>rasa": Proxy(ports.rasa),
        "gateway>registration": Proxy(ports.registration),
        "rasa>actions": Proxy(ports.actions), "actions>registration": Proxy(ports.registration),
    }  # fmt: skip


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    assert MODEL.exists(), "no model: run make train"
    folder, ports = tmp_path_factory.mktemp("drills"), Ports.free()
    ways = _ways(ports)
    stack = Stack(
        folder=folder, ports=ports, say=lambda line: None,
        extra={"TONGBAO_DEMO_CLOCK": "1", "RATE_PER_ADDRESS": "off", "RATE_PER_CONVERSATION": "off"},
    )  # fmt: skip
    password = stack.environment()["REDIS_PASSWORD"]
    registration = f"http://127.0.0.1:{ways['gateway>registration'].port}"
    gateway = {
        "REDIS_URL": f"redis://:{password}@127.0.0.1:{ways['gateway>redis'].port}/0",
        "RASA_URL": f"http://127.0.0.1:{ways['gateway>rasa'].port}", "REGISTRATION_URL": registration,
    }  # fmt: skip
    stack.own = {
        "gateway": gateway,
        "rasa": {"ACTIONS_URL": f"http://127.0.0.1:{ways['rasa>actions'].port}/webhook"},
        "actions": {"REGISTRATION_URL": f"http://127.0.0.1:{ways['actions>registration'].port}"},
    }  # fmt: skip
    machine = folder / "machine-clock"
    machine.write_text("+0")
    if FAKETIME is not None:  # the clock of the machine on which the stores are
        turned = {
            "LD_PRELOAD": str(FAKETIME), "FAKETIME_TIMESTAMP_FILE": str(machine), "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }  # fmt: skip
        stack.own |= {"redis": turned, "registration": turned}
    spare = Ports.free()
    clock = folder / "clock"
    clock.write_text("0")
    stack.start()
    second = Part(
        "gateway-2", [sys.executable, "-m", "gateway", "serve", "--port", str(spare.gateway)],
        {**stack.environment(), **gateway, "METRICS_PORT": str(spare.metrics), "DRILL_CLOCK": str(clock),
         "PYTHONPATH": f"{HERE / 'clock'}:{stack.environment()['PYTHONPATH']}"},
        folder / "log" / "gateway-2.log",
    )  # fmt: skip
    second.start()
    stack.parts["gateway-2"] = second
    try:
        stack.wait_ready(180)
        yield Ground(stack, ways, second, f"http://127.0.0.1:{spare.gateway}", clock, machine)
    finally:
        second.stop()
        stack.stop()
        for way in ways.values():
            way.close()


@pytest.fixture
def drill(ground: Ground) -> Iterator[Ground]:
    """A whole ground before and after."""
    ground.mend()
    yield ground
    ground.mend()


@pytest.fixture
def accounts(ground: Ground) -> str:
    """The password of the account `drill`, new for each drill."""
    environment = {**ground.stack.environment(), "TONGBAO_ENV": ""}
    add = [sys.executable, "-m", "portal", "account", "add", "drill", "--role", "agent", "--password", "generate"]
    reset = [sys.executable, "-m", "portal", "account", "reset", "drill", "--password", "generate"]
    for line in (add, reset):
        done = subprocess.run(line, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return done.stdout.rsplit("密码 ", 1)[1].strip()
    raise AssertionError(done.stderr)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if not ROWS:
        return
    terminalreporter.write_line("")
    terminalreporter.write_line(f"{'drill':44}{'told after':>12}{'answered after':>16}  result")
    for row in ROWS:
        terminalreporter.write_line(f"{row.drill:44}{row.told:>12}{row.recovered:>16}  {row.result}")
    terminalreporter.write_line(time.strftime("%Y-%m-%d"))
