"""The real portal over real HTTP on a free loopback port, in a thread, and people who log in to it."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx

from common.web.protocol import PatientProtocol
from portal.app import create_app
from portal.context import AppContext
from portal.library_cache import LibraryCache
from portal.nlu_client import NluClient
from portal.settings import PortalSettings
from tests.portal.builders import PASSWORD, HandClock, shelf
from tests.serving import served

T = TypeVar("T")


@dataclass
class Person:
    """Somebody with a browser of their own."""

    http: httpx.Client
    csrf: str = ""

    def login(self, name: str, password: str = PASSWORD) -> httpx.Response:
        page = self.http.get("/login").text
        token = re.search(r'name="form_token" value="([^"]+)"', page)
        assert token
        answer = self.http.post("/login", data={"name": name, "password": password, "form_token": token[1]})
        if answer.status_code == 303:
            self.csrf = self.token(self.http.get("/me").text)
        return answer

    @staticmethod
    def token(page: str) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', page)
        assert found
        return found[1]

    def get(self, path: str) -> httpx.Response:
        return self.http.get(path)

    def post(self, path: str, *, partial: bool = False, **fields: Any) -> httpx.Response:
        headers = {"HX-Request": "true"} if partial else {}
        return self.http.post(path, data={"csrf": self.csrf, **fields}, headers=headers)

    def search(self, query: str, region: str = "100000") -> str:
        return self.post("/desk/search", partial=True, q=query, region=region, whole="1").text


@dataclass
class Portal:
    """A started portal. `do` runs a coroutine on its loop, for looking into its stores."""

    url: str
    parts: AppContext
    loop: asyncio.AbstractEventLoop
    people: list[httpx.Client] = field(default_factory=list)

    def do(self, work: Callable[[], Awaitable[T]]) -> T:
        async def run() -> T:
            return await work()

        return asyncio.run_coroutine_threadsafe(run(), self.loop).result(20)

    def add(self, name: str, role: str = "agent", **more: Any) -> None:
        parts = self.parts
        self.do(lambda: parts.accounts.add(name, role, PASSWORD, parts.clock(), **more))

    def stranger(self) -> Person:
        client = httpx.Client(base_url=self.url, trust_env=False, timeout=60)
        self.people.append(client)
        return Person(client)

    def person(self, name: str, role: str = "agent", **more: Any) -> Person:
        """A new account, logged in."""
        self.add(name, role, **more)
        made = self.stranger()
        assert made.login(name).status_code == 303
        return made

    def audit(self) -> list[tuple[str, str, str]]:
        return [(e.who, e.what, e.subject) for e in self.do(lambda: self.parts.audit.latest(1000))][::-1]


@contextmanager
def portal(
    settings: PortalSettings, clock: HandClock, ear: NluClient | None = None, own_shelf: LibraryCache | None = None
) -> Iterator[Portal]:
    """Started, and stopped at the end."""
    app = create_app(settings, clock=clock, shelf=own_shelf or shelf(), ear=ear)
    with served(app, protocol=PatientProtocol) as (address, loop):
        started = Portal(address, app.ctx.parts, loop)
        try:
            yield started
        finally:
            for client in started.people:
                client.close()
