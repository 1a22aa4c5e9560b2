"""Two gateway processes on one Redis: every message delivered three times, answered once, in order, whatever dies.

The full size (1,000 messages) runs with TONGBAO_LOAD_MESSAGES=1000; by default fewer, so that it stays under a minute.
"""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from tests.gateway.builders import SECRET
from tests.gateway.platform import FakeApi, Sender, variables
from tests.gateway.running import RedisServer, free_port

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds the platform's side waits for an answer. The real one hangs up after five; here a machine that is busy with
other work would make this process drop answers that have arrived."""
MESSAGES = int(os.environ.get("TONGBAO_LOAD_MESSAGES", "150"))
EACH, MOST_USERS = 6, 50
"""Messages of one user at least, and users: nobody may write faster than the gateway's rate allows (what is too much is
not taken), and more connections than the client's pool holds cost this process minutes."""
SLOW_EVERY, SLOW_SECONDS, WINDOW = 20, 2.2, "1.5"
NOT_TAKEN = "没能收下"
SENDER = Sender("plain")


@dataclass
class FakeRasa:
    """Answers every turn with its text after a moment; every `slow_every`-th one takes longer than a request waits."""

    address: str = ""
    slow_every: int = SLOW_EVERY
    slow_seconds: float = SLOW_SECONDS
    heard: list[tuple[str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def say(self, body: dict[str, Any]) -> dict[str, Any]:
        text = str(body["text"])
        slow = sum(map(int, text.removeprefix("用户").split("第"))) % self.slow_every == self.slow_every - 1
        time.sleep(self.slow_seconds if slow else random.uniform(0.0, 0.03))
        with self.lock:
            self.heard.append((body["message_id"], text))
        return {"replies": [{"text": f"答：{text}", "answer": None, "options": []}], "state": None}


@contextmanager
def fake_rasa(**given: Any) -> Iterator[FakeRasa]:
    rasa = FakeRasa(**given)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            body = json.dumps(rasa.say(json.loads(raw))).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 256

        def handle_error(self, *_: Any) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    rasa.address = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield rasa
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Gateway:
    """One process of the real command."""

    address: str
    process: "subprocess.Popen[bytes]"
    log: Path


@contextmanager
def two_gateways(
    redis: RedisServer, api: FakeApi, rasa: FakeRasa, folder: Path, window: str = WINDOW
) -> Iterator[list[Gateway]]:
    environment = {
        **os.environ, **variables(api.address, "plain", WECHAT_PASSIVE_SECONDS=window), "REDIS_URL": redis.url,
        "RASA_URL": rasa.address, "RASA_CHANNEL_SECRET": SECRET, "REGISTRATION_URL": "http://127.0.0.1:1",
        "REGISTRATION_TOKEN": SECRET, "TONGBAO_DATA_KEY": SECRET, "PUBLIC_URL": "http://127.0.0.1:8080",
        "DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'book.sqlite3'}", "PYTHONPATH": str(ROOT),
        "TONGBAO_DEMO_CLOCK": "0",
    }  # fmt: skip
    found = []
    try:
        for n in range(2):
            port, log = free_port(), folder / f"gateway-{n}.log"
            line = [sys.executable, "-m", "gateway", "serve", "--port", str(port)]
            with log.open("wb") as out:
                process = subprocess.Popen(line, env=environment, cwd=ROOT, stdout=out, stderr=out)
            found.append(Gateway(f"http://127.0.0.1:{port}", process, log))
        for one in found:
            until = time.monotonic() + 30
            while True:
                try:
                    if httpx.get(f"{one.address}/healthz", trust_env=False).status_code == 200:
                        break
                except httpx.TransportError:
                    pass
                assert time.monotonic() < until, one.log.read_text()
                time.sleep(0.05)
        yield found
    finally:
        for one in found:
            if one.process.poll() is None:
                one.process.terminate()
                one.process.wait(10)


@dataclass
class Phone:
    """The platform's side of all users: what they sent, and what they read, in the order they read it."""

    gateways: list[Gateway]
    read: dict[str, list[str]] = field(default_factory=dict)
    sent: int = 0
    pushes: FakeApi | None = None
    """Users who wait here for the answer of one message before they write the next."""

    async def user(self, http: httpx.AsyncClient, name: str, texts: list[str]) -> None:
        for text in texts:
            while True:
                message = SENDER.message(name, text)
                said = await asyncio.gather(*(self.deliver(http, name, message, n) for n in range(3)))
                if not all(NOT_TAKEN in one for one in said):
                    break  # who reads that nothing was taken writes it again
            ends = time.monotonic() + PATIENCE
            while self.pushes and f"答：{text}" not in (*self.pushes.texts(name), *self.read.get(name, ())):
                assert time.monotonic() < ends, f"{name} never heard of {text}"
                await asyncio.sleep(0.02)
            self.sent += 1

    async def deliver(self, http: httpx.AsyncClient, name: str, message: dict[str, Any], n: int) -> str:
        """One delivery, and what it brought; what breaks is delivered again to the other gateway, as the platform does
        behind a balancer, unless the answer was read from another delivery by then: it repeats what is not answered."""
        for attempt in range(6):
            said = [line for text in self.read.get(name, ()) for line in text.split("\n\n")]
            if attempt and f"答：{message['Content']}" in said:
                return ""
            one = self.gateways[(n + attempt) % 2]
            if one.process.poll() is not None:
                continue
            query, body = SENDER.request(message)
            try:
                answer = await http.post(f"{one.address}/wechat", params=query, content=body.encode(), timeout=PATIENCE)
            except httpx.TransportError:
                continue
            assert answer.status_code == 200, answer.text
            said = SENDER.read(answer.text)
            if said is not None:
                self.read.setdefault(name, []).append(said)
            return said or ""
        return ""

    async def all(self, texts: dict[str, list[str]]) -> None:
        limits = httpx.Limits(max_connections=200, max_keepalive_connections=0)
        async with httpx.AsyncClient(trust_env=False, limits=limits) as http:
            await asyncio.gather(*(self.user(http, name, said) for name, said in texts.items()))


def conversations(messages: int = MESSAGES) -> dict[str, list[str]]:
    users = min(messages // EACH, MOST_USERS)
    return {f"user-{u}": [f"用户{u}第{n}" for n in range(messages // users)] for u in range(users)}


def answers(phone: Phone, api: FakeApi) -> Counter[str]:
    """How often each answer was read, over both ways."""
    read = [text for texts in phone.read.values() for text in texts] + [sent.text for sent in api.sent]
    return Counter(line for text in read for line in text.split("\n\n") if line.startswith("答："))


def pointers(api: FakeApi, phone: Phone) -> int:
    read = [text for texts in phone.read.values() for text in texts] + [sent.text for sent in api.sent]
    return sum("要是没收到" in text for text in read)


def wait_for_all(phone: Phone, api: FakeApi, expected: int, seconds: float) -> None:
    until = time.monotonic() + seconds
    while len(answers(phone, api)) + pointers(api, phone) < expected and time.monotonic() < until:
        time.sleep(0.1)


def test_every_message_delivered_three_times_is_one_turn_and_one_answer_in_order(
    redis: RedisServer, api: FakeApi, tmp_path: Path
) -> None:
    texts = conversations()
    total = sum(map(len, texts.values()))
    with fake_rasa() as rasa, two_gateways(redis, api, rasa, tmp_path) as both:
        phone, begun = Phone(both), time.monotonic()
        asyncio.run(phone.all(texts))
        wait_for_all(phone, api, total, 20)
        took = time.monotonic() - begun
    found = answers(phone, api)
    pushed = sum(sent.text.startswith("答：") for sent in api.sent)
    turns = len(rasa.heard)
    print(f"{total} messages x 3 in {took:.1f} s: {sum(found.values())} answers ({pushed} pushed), {turns} turns")
    assert len(found) == total
    assert set(found.values()) == {1}
    assert len(rasa.heard) == len({message for message, _ in rasa.heard}) == total
    for name, said in texts.items():
        own = name.replace("user-", "用户") + "第"
        assert [text for _, text in rasa.heard if text.startswith(own)] == said
        pushes = [text for text in api.texts(name) if text.startswith("答：")]
        assert pushes == sorted(pushes, key=lambda text: int(text.rsplit("第", 1)[1]))
    assert pushed > 0
    for one in both:
        log = one.log.read_text()
        assert not any(secret in log for secret in ("user-", "用户", api.current)), log


def test_a_gateway_killed_in_the_middle_loses_no_message_and_answers_none_twice(
    redis: RedisServer, api: FakeApi, tmp_path: Path
) -> None:
    texts = conversations()
    total = sum(map(len, texts.values()))
    with fake_rasa() as rasa, two_gateways(redis, api, rasa, tmp_path) as both:
        phone, begun = Phone(both), time.monotonic()

        async def main() -> None:
            running = asyncio.create_task(phone.all(texts))
            while phone.sent < total // 3:  # noqa: ASYNC110 - until a third is through
                await asyncio.sleep(0.01)
            os.kill(both[0].process.pid, signal.SIGKILL)
            both[0].process.wait(10)
            await running

        asyncio.run(main())
        wait_for_all(phone, api, total, 60)
        took = time.monotonic() - begun
    found, told = answers(phone, api), pointers(api, phone)
    twice = [text for text, count in found.items() if count > 1]
    print(f"{total} messages x 3, one of two gateways killed, {took:.1f} s: {len(found)} answers, {told} pointers")
    assert twice == []
    assert len(found) + told >= total, sorted({f"答：{t}" for said in texts.values() for t in said} - set(found))
    assert len({text for _, text in rasa.heard}) == total


def test_when_every_answer_is_late_each_is_pushed_once(redis: RedisServer, api: FakeApi, tmp_path: Path) -> None:
    texts = conversations(MESSAGES // 4)
    total = sum(map(len, texts.values()))
    late, window = {"slow_every": 1, "slow_seconds": 0.8}, "0.2"
    with fake_rasa(**late) as rasa, two_gateways(redis, api, rasa, tmp_path, window) as both:
        phone = Phone(both, pushes=api)
        asyncio.run(phone.all(texts))
    print(f"{total} messages x 3, none answered in time: {len(api.sent)} pushed")
    assert answers(phone, api) == Counter(f"答：{text}" for said in texts.values() for text in said)
    assert len(rasa.heard) == total
    assert api.sent
