"""The school desk as processes of its own: gateway, portal and sender on the started stack, with a fake platform.

They have a database of their own, so that the stack's sender never sees their outbox, and a clock that can be set.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from deploy.migrate import migrate
from deploy.stack import ROOT, Stack
from policies import library
from tests.browser.staff import accounts
from tests.gateway.running import free_port
from tests.portal.school_builders import Platform, platform

FRIDAY = "2026-10-09T09:00:00+08:00"
"""The Saturday after it is a workday of the official calendar."""
LEASE, PATIENCE = 6.0, 5.0
"""Whatever a killed sender held is free after a lease; no answer of the platform takes as long as the patience."""
KINDS = ("xlsx", "xls", "gb18030")
PEOPLE = (
    ("王老师", "school", "光华小学"), ("李老师", "school", "光华小学"), ("赵主管", "supervisor"),
    *((f"{kind}老师", "school", f"{kind}小学") for kind in KINDS),
)  # fmt: skip


@dataclass
class SchoolHouse:
    """The running parts, their addresses and people. `at` is what the clocks of portal and sender begin with."""

    folder: Path
    fake: Platform
    base: dict[str, str]
    gateway: str
    portal: str
    passwords: dict[str, str]
    running: "dict[str, subprocess.Popen[bytes]]" = field(default_factory=dict)
    begun: float = field(default_factory=time.monotonic)
    imported: bool = False
    moved: set[str] = field(default_factory=set)
    """Parts that run with other policies or at another time."""

    def environment(self, at: str = FRIDAY, tree: Path = ROOT) -> dict[str, str]:
        """A part started later is not behind those that run: its clock shows `at` plus what the house has lived."""
        moment = datetime.fromisoformat(at) + timedelta(seconds=time.monotonic() - self.begun)
        return self.base | {"PORTAL_DEMO_NOW": moment.isoformat(), "PYTHONPATH": str(tree)}

    def start(self, name: str, at: str = FRIDAY, tree: Path = ROOT) -> None:
        """Start a part; `tree` may be one with other policies (`older_policies`)."""
        (self.moved.add if (at, tree) != (FRIDAY, ROOT) else self.moved.discard)(name)
        ports = {"gateway": self.gateway, "portal": self.portal}
        line = [sys.executable, "-m", "portal", "sender"]
        if name in ports:
            line = [sys.executable, "-m", name, "serve", "--port", ports[name].rsplit(":", 1)[1]]
        with (self.folder / f"{name}.log").open("ab") as out:
            self.running[name] = subprocess.Popen(
                line, env=self.environment(at, tree), cwd=tree, stdout=out, stderr=out
            )
        if name in ports:
            _ready(ports[name], self.running[name], self.folder / f"{name}.log")

    def kill(self, name: str) -> None:
        """kill -9."""
        self.running[name].send_signal(signal.SIGKILL)
        self.running.pop(name).wait(10)

    def stop(self, name: str) -> None:
        """The sender finishes what it holds; the doors would wait for browsers that keep their connections."""
        if name in self.running:
            self.running[name].terminate() if name == "sender" else self.running[name].kill()
            self.running.pop(name).wait(20)

    def restore(self) -> None:
        """Portal and sender as every test finds them."""
        for name in ("portal", "sender"):
            if name in self.moved or name not in self.running:
                self.stop(name)
                self.start(name)

    def logs(self) -> str:
        return "".join(path.read_text("utf-8") for path in self.folder.glob("*.log"))


def older_policies(folder: Path, file: str, then: str, now: str) -> Path:
    """The product as it was when `file` of the policies said `then` where it says `now`."""
    for one in ROOT.iterdir():
        if one.name != "policies" and not one.name.startswith("."):
            (folder / one.name).symlink_to(one)
    shutil.copytree(ROOT / "policies", folder / "policies", ignore=shutil.ignore_patterns("compiled.json"))
    changed = folder / "policies" / file
    text = changed.read_text("utf-8")
    assert now in text
    changed.write_text(text.replace(now, then), "utf-8")
    library.build(folder / "policies")
    return folder


def _ready(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=10) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            pass
        assert process.poll() is None, log.read_text("utf-8")[-2000:]
        assert time.monotonic() < until, address
        time.sleep(0.1)


@contextmanager
def school_house(stack: Stack, folder: Path) -> Iterator[SchoolHouse]:
    """Started with gateway, portal and sender; people: 王老师 and 李老师 of 光华小学, 赵主管,
    and a school for every format of a list."""
    gateway, desk = f"http://127.0.0.1:{free_port()}", f"http://127.0.0.1:{free_port()}"
    with platform() as fake:
        base = dict(os.environ) | stack.environment() | {
            "DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'school.sqlite3'}", "PUBLIC_URL": gateway,
            "PORTAL_URL": desk, "WECOM_ROBOT_BASE": fake.address, "TONGBAO_DEMO_CLOCK": "1",
            "SENDER_LEASE_SECONDS": str(LEASE), "SENDER_PATIENCE_SECONDS": str(PATIENCE), "SENDER_PAUSE_SECONDS": "0.4",
            "SENDER_MINUTE_SECONDS": "1",
        }  # fmt: skip
        migrate(base["DATABASE_URL"])
        house = SchoolHouse(folder, fake, base, gateway, desk, accounts(base["DATABASE_URL"], *PEOPLE))
        try:
            for name in ("gateway", "portal"):
                house.start(name)
            house.start("sender")
            yield house
        finally:
            for name in list(house.running):
                house.stop(name)


def eventually(look: Any, what: str = "", seconds: float = 40) -> Any:
    """Ask until it is true."""
    until = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < until, what
        time.sleep(0.1)
