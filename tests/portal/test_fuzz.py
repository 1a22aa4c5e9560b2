"""Hostile requests to every address of the portal, by every role: words or a refusal, never a 5xx; the next one works.

`PORTAL_REQUESTS=2000 pytest -s tests/portal/test_fuzz.py` asks so many in all and says how long the slowest took; the
tests of every day ask fewer.
"""

import os
import random
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sanic import Sanic

from portal.app import create_app
from tests.gateway.running import RedisServer
from tests.portal.builders import HandClock, Told, settings, shelf
from tests.portal.running import Person, Portal, portal

ROLES = ("agent", "supervisor", "admin", "school", "")
"""The last one is a stranger."""
REQUESTS = int(os.environ.get("PORTAL_REQUESTS", "300")) // len(ROLES)
VALUES = (
    "",
    "0",
    "-1",
    "1e999",
    "NaN",
    "９９９９",
    "9" * 5000,
    "a" * 3000,
    "\x00",
    "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
    "‮123",
    "'; drop table accounts; --",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "%00%ff",
    "320000",
    "999999",
    "2025-02-30",
    "9999-12-31",
    "0000-00-00",
    "1" * 200 + "a",
    "{" * 800,
    "[" * 2000,
    "=1+1",
    "\n" * 300,
    "🙂" * 400,
    "南京",
    "ask_premium",
)
NAMES = (
    "q",
    "region",
    "whole",
    "name",
    "role",
    "password",
    "csrf",
    "text",
    "intent",
    "page",
    "from",
    "to",
    "day",
    "greeting",
    "link",
    "notes",
    "birth_date",
    "paid_date",
    "key",
    "id",
    "group",
    "note",
    "sort",
    "kind",
    "city",
    "year",
    "token",
    "grade",
)


@pytest.fixture(scope="module")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@pytest.fixture(scope="module")
def addresses(_folder: Path, _redis: RedisServer) -> list[tuple[str, str]]:
    """Every method and path the portal answers, with its parameters still open."""
    app = create_app(settings(_folder / "listed", _redis.url), clock=HandClock(), shelf=shelf())
    found = sorted(
        {(method, f"/{route.path}") for route in app.router.routes for method in route.methods & {"GET", "POST"}}
    )
    Sanic.unregister_app(app)
    return found


@pytest.fixture(scope="module")
def fuzzed(addresses: list[tuple[str, str]], _folder: Path, _redis: RedisServer) -> Iterator[Portal]:
    """A portal of its own: one app of a name at a time, so `addresses` comes first."""
    given, told = settings(_folder, _redis.url), Told()
    with portal(given, HandClock(), told.ear(given)) as started:
        yield started


def _ask(person: Person, method: str, path: str, chance: random.Random) -> int:
    """One request with hostile parts; its status."""
    path = re.sub("<[^>]+>", lambda _: chance.choice(("1", "x" * 300, "%E5%8D%97", "..", "0", "a-b", "9" * 40)), path)
    fields = {chance.choice(NAMES): chance.choice(VALUES) for _ in range(chance.randint(0, 5))}
    if method == "GET":
        return person.http.get(path, params={name: value[:2000] for name, value in fields.items()}).status_code
    if chance.random() < 0.7:
        fields["csrf"] = person.csrf
    if chance.random() < 0.2:
        files = {"file": ("班级.xlsx", chance.choice((b"", b"PK\x03\x04" + b"\x00" * 50, "姓名\n".encode() * 50)))}
        return person.http.post(path, data=fields, files=files).status_code
    return person.http.post(path, data=fields).status_code


@pytest.mark.parametrize("role", ROLES)
def test_hostile_requests_get_words_and_never_a_5xx(
    fuzzed: Portal, addresses: list[tuple[str, str]], role: str
) -> None:
    chance = random.Random(role)
    more = {"school": "南京市第一小学", "region": "320100"} if role == "school" else {}
    person = fuzzed.person(f"{role}-1", role, **more) if role else fuzzed.stranger()
    asked = [one for one in addresses if "logout" not in one[1]]
    slowest = 0.0
    for number in range(REQUESTS):
        method, path = asked[number % len(asked)] if number < len(asked) else chance.choice(asked)
        began = time.monotonic()
        status = _ask(person, method, path, chance)
        slowest = max(slowest, time.monotonic() - began)
        assert status < 500 or (status == 503 and path == "/readyz"), (method, path, status)
    assert person.http.get("/healthz").status_code == 200
    print(f"{role or 'stranger'}: {REQUESTS} requests, the slowest {slowest:.2f} s")
