"""Fifty agents searching at once: how long the list takes, through the real portal with the language model beside it.

python -m tools.bench.desk [--agents 50] [--seconds 20] [--pause 0.3]
"""

import argparse
import asyncio
import platform
import random
import re
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import psutil

from common.storage import Database
from deploy.stack import Ports, Stack
from portal import clock
from portal.accounts import Accounts
from portal.nlu_client import is_sentence
from portal.tables import PortalBase
from tools.bench.load import percentile

PASSWORD = "only-for-this-measurement"
TYPED = (
    "断保", "duanbao", "xse", "学平显", "等待气", "參保", "gongji", "黄疸", "db", "怎么缴费", "退费", "南京 封顶线",
    "医保码", "没上户口能办吗", "南京 2026-10-20 出生 什么时候前要办",
)  # fmt: skip


@dataclass
class Agent:
    """One agent with a browser; `times` are seconds from the sent keystroke to the whole list."""

    http: httpx.AsyncClient
    csrf: str = ""
    times: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    async def login(self, name: str) -> None:
        page = (await self.http.get("/login")).text
        token = re.search(r'name="form_token" value="([^"]+)"', page)
        assert token
        form = {"name": name, "password": PASSWORD, "form_token": token[1]}
        assert (await self.http.post("/login", data=form)).status_code == 303
        found = re.search(r'name="csrf" value="([^"]+)"', (await self.http.get("/me")).text)
        assert found
        self.csrf = found[1]

    async def look(self, query: str, whole: str = "0") -> None:
        """One search, as the page sends it after a keystroke, or after a sentence (`whole`)."""
        begun = time.perf_counter()
        answer = await self.http.post("/desk/search", data={"q": query, "region": "320100", "whole": whole},
                                      headers={"X-CSRF": self.csrf, "HX-Request": "true"})  # fmt: skip
        self.times.append(time.perf_counter() - begun)
        if answer.status_code != 200:
            self.failures.append(f"{answer.status_code} {answer.text[:80]}")

    async def type(self, until: float, pause: float, dice: random.Random) -> None:
        """Word after word, key by key, until time is up."""
        while time.monotonic() < until:
            word = dice.choice(TYPED)
            for end in range(1, len(word) + 1):
                await asyncio.sleep(pause * dice.uniform(0.5, 1.5))
                if time.monotonic() >= until:
                    return
                await self.look(word[:end])
            if is_sentence(word):
                await asyncio.sleep(0.25)
                await self.look(word, "1")


async def accounts(stack: Stack, count: int) -> None:
    database = Database(stack.environment()["DATABASE_URL"], PortalBase.metadata, "")
    await database.prepare()
    book = Accounts(database)
    for number in range(count):
        await book.add(f"agent-{number}", "agent", PASSWORD, clock.now())
    await database.close()


async def measure(stack: Stack, count: int, seconds: float, pause: float) -> tuple[list[Agent], list[float]]:
    """Agents who typed for that long, and the times of one burst in which all press a key in the same moment."""
    await accounts(stack, count)
    agents = [
        Agent(httpx.AsyncClient(base_url=stack.portal_address, timeout=15, trust_env=False)) for _ in range(count)
    ]
    for number, agent in enumerate(agents):
        await agent.login(f"agent-{number}")
    for word in TYPED:
        await agents[0].look(word)
    for agent in agents:
        agent.times.clear()
    until = time.monotonic() + seconds
    await asyncio.gather(*(a.type(until, pause, random.Random(n)) for n, a in enumerate(agents)))
    typed = [time for agent in agents for time in agent.times]
    burst: list[float] = []
    for word in ("断保", "xse", "等待气", "duanbao"):
        for agent in agents:
            agent.times.clear()
        await asyncio.gather(*(agent.look(word) for agent in agents))
        burst += [time for agent in agents for time in agent.times]
        await asyncio.sleep(0.5)
    for agent in agents:
        agent.times = []
        await agent.http.aclose()
    agents[0].times = typed
    return agents, burst


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.bench.desk")
    parser.add_argument("--agents", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--pause", type=float, default=0.3, help="seconds between two keystrokes of one agent")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tongbao-desk-") as folder:
        stack = Stack(folder=Path(folder), ports=Ports.free(), say=lambda line: None)
        stack.start()
        try:
            stack.wait_ready()
            busy = psutil.cpu_percent(1.0)
            agents, burst = asyncio.run(measure(stack, args.agents, args.seconds, args.pause))
            part = stack.parts["portal"].process
            used = psutil.Process(part.pid).memory_info().rss / 1e6 if part else 0.0
        finally:
            stack.stop()
    times = agents[0].times
    failures = [failure for agent in agents for failure in agent.failures]
    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    print(f"{now:%Y-%m-%d %H:%M}  {platform.machine()}  {psutil.cpu_count()} cores, {busy:.0f} % busy before")
    print(f"agents {args.agents}, a key every {args.pause} s each: searches {len(times)}, failures {len(failures)}")
    print(f"searches per second     {len(times) / args.seconds:8.1f}")
    for name, found in (("typing", times), ("all in one moment", burst)):
        print(f"{name:22s} p50 {statistics.median(found) * 1000:6.0f}   p95 {percentile(found, 0.95):6.0f}   "
              f"p99 {percentile(found, 0.99):6.0f} ms")  # fmt: skip
    print(f"portal                 {used:8.0f} MB")
    for failure in failures[:3]:
        print(f"failure: {failure}")
    return 1 if failures or percentile(times, 0.95) >= 200 else 0


if __name__ == "__main__":
    sys.exit(main())
