"""The real service over real HTTP on a free loopback port: in a thread with a hand-turned clock, or as a process.

Every answer is held against the contract on its way to the test.
"""

import io
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import requests
from sanic import Sanic

from registration.__main__ import main
from registration.client import RegistrationClient
from registration.clock import Clock
from registration.service import create_app
from registration.settings import RegistrationSettings
from tests.registration import builders, contract
from tests.serving import served

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def code(self) -> str | None:
        return self.body.get("code") if isinstance(self.body, dict) else None


class Service:
    """A started service and the short ways of talking to it."""

    def __init__(self, url: str, app: Sanic[Any, Any] | None = None) -> None:
        self.url = url
        self.app = app
        self.seen: set[tuple[str, str, int]] = set()

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        query: dict[str, str] | None = None,
        token: str | None = builders.TOKEN,
        raw: bytes | None = None,
        content_type: str | None = "application/json",
    ) -> Answer:
        data = raw if raw is not None else (None if body is None else json.dumps(body).encode())
        headers = {
            "Authorization": f"Bearer {token}" if token else None,
            "Idempotency-Key": key,
            "Content-Type": content_type if data is not None else None,
        }
        given = {name: value for name, value in headers.items() if value is not None}
        got = requests.request(method, self.url + path, data=data, params=query, headers=given, timeout=10)
        kind = got.headers.get("content-type", "")
        content: Any = got.json() if "json" in kind else got.text
        contract.check_answer(method, path, got.status_code, kind, content)
        operation = contract.operation_of(method, path)
        if operation:
            self.seen.add((*operation, got.status_code))
        if got.status_code >= 400:
            assert content["status"] == got.status_code
            assert content["type"] == f"urn:tongbao:problem:{content['code']}"
        return Answer(got.status_code, got.headers, content)

    def start_draft(self, key: str = "k-1", **changes: Any) -> tuple[str, str]:
        """(number, link token) of a new draft."""
        made = self.call("POST", "/v1/applications", builders.draft(**changes), key=key)
        assert made.status in (200, 201), made
        return made.body["number"], made.body["link"]["token"]

    def give_identity(self, number: str, link_token: str, **changes: Any) -> Answer:
        return self.call("POST", f"/v1/applications/{number}/identity", builders.identity(link_token, **changes))

    def submitted(self, key: str = "k-1", certificate: str = builders.CERTIFICATE, **changes: Any) -> str:
        """The number of an application that is with the bureau."""
        number, token = self.start_draft(key, **changes)
        assert self.give_identity(number, token, birth_certificate_number=certificate).status == 200
        assert self.call("POST", f"/v1/applications/{number}/submit").status == 200
        return number

    def state(self, number: str) -> str:
        state: str = self.call("GET", f"/v1/applications/{number}").body["state"]
        return state

    def client(self) -> RegistrationClient:
        return RegistrationClient(self.url, builders.TOKEN)


def database_url(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'registration.sqlite3'}"


def free_socket() -> socket.socket:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    return listening


@contextmanager
def service_in_thread(
    folder: Path, clock: Clock, *, keys: tuple[str, ...] | None = None, url: str | None = None
) -> Iterator[Service]:
    """A service of this process, so that its clock can be turned and its parts broken."""
    given = RegistrationSettings(
        database_url=url or database_url(folder), token=builders.TOKEN, data_keys=keys or (builders.new_key(),)
    )
    app = create_app(given, clock)
    with served(app) as (address, _):
        yield Service(address, app)


def environment(folder: Path, key: str) -> dict[str, str]:
    mine = {"REGISTRATION_TOKEN": builders.TOKEN, "DATABASE_URL": database_url(folder), "TONGBAO_DATA_KEY": key}
    return {**os.environ, **mine}


@dataclass(frozen=True)
class Ended:
    """How a command ended and what it wrote."""

    code: int
    out: str
    error: str


def command(*arguments: str, env: dict[str, str]) -> Ended:
    """`python -m registration …` as its `main`, in this process."""
    out, error = io.StringIO(), io.StringIO()
    with mock.patch.dict(os.environ, env), redirect_stdout(out), redirect_stderr(error):
        code = main(arguments)
    return Ended(code, out.getvalue(), error.getvalue())


def command_process(*arguments: str, env: dict[str, str]) -> Ended:
    """`python -m registration …` as a process of its own, run to its end."""
    line = [sys.executable, "-m", "registration", *arguments]
    done = subprocess.run(line, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)
    return Ended(done.returncode, done.stdout, done.stderr)


@contextmanager
def service_process(folder: Path, key: str, log: Path) -> Iterator[Service]:
    """`python -m registration serve` as it is run in earnest; what it writes goes to `log`."""
    with free_socket() as probe:
        port = probe.getsockname()[1]
    line = [sys.executable, "-m", "registration", "serve", "--port", str(port)]
    with log.open("ab") as out:
        process = subprocess.Popen(line, cwd=ROOT, env=environment(folder, key), stdout=out, stderr=out)
    service = Service(f"http://127.0.0.1:{port}")
    try:
        _wait_until_ready(service, process, log)
        yield service
    finally:
        process.terminate()
        process.wait(20)


def _wait_until_ready(service: Service, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        assert process.poll() is None, log.read_text()
        try:
            if requests.get(f"{service.url}/readyz", timeout=5).status_code == 200:
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.05)
    raise AssertionError(f"not ready: {log.read_text()}")
