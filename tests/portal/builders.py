"""Builders for the tests of the portal: settings, a hand-turned clock, an ear that hears what it is told, people."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher

from dialogue.reading import Mention, Reading
from portal import accounts
from portal.library_cache import LibraryCache
from portal.nlu_client import NluClient
from portal.settings import PortalSettings

SECRET = "secret-of-the-tests-0001"
TODAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 4, 2, tzinfo=UTC)
"""12:02 in Beijing."""
PASSWORD = "correct-horse-battery"
NUMBER = "320106199005171231"


def settings(folder: Path, redis_url: str = "redis://127.0.0.1:1/0", **changes: Any) -> PortalSettings:
    """Nothing behind the portal is reachable unless a test says so."""
    given: dict[str, Any] = {
        "redis_url": redis_url, "database_url": f"sqlite+aiosqlite:///{folder / 'portal.sqlite3'}",
        "rasa_urls": ("http://127.0.0.1:1",), "rasa_secret": SECRET, "registration_url": "http://127.0.0.1:1",
        "registration_token": SECRET, "portal_url": "http://127.0.0.1:8081",
        "public_url": "http://127.0.0.1:8080", "demo_clock": False, "data_keys": SECRET,
    }  # fmt: skip
    return PortalSettings(**(given | changes))


@contextmanager
def hashed_quickly() -> Iterator[None]:
    """Hashing is slow on purpose; that it is, test_accounts asks of the product's own hasher."""
    quick = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "_HASHER", quick)
        patch.setattr(accounts, "_NOBODY", quick.hash("nobody"))
        yield


@dataclass
class HandClock:
    """A clock that only moves when told."""

    moment: datetime = NOON

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **given: float) -> None:
        self.moment += timedelta(**given)


@dataclass
class Told:
    """What the language model is to answer, and what it was asked."""

    answer: dict[str, Any] | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)

    def ear(self, given: PortalSettings) -> NluClient:
        """An ear on this model; without an answer the model is away."""

        def reply(request: httpx.Request) -> httpx.Response:
            self.asked.append({"secret": request.headers.get("x-tongbao-secret"), **json.loads(request.content)})
            if self.answer is None:
                raise httpx.ConnectError("away")
            return httpx.Response(200, json=self.answer)

        return NluClient(given, httpx.MockTransport(reply))


def parsed(label: str | None, *mentions: Mention, **notes: Any) -> dict[str, Any]:
    """A reading as the channel gives it: one label with what was mentioned and noted."""
    ranking = ((label, 0.9),) if label else ()
    return {"reading": Reading("一句话", (label or "unsure",), mentions, ranking, notes=notes).as_json()}


def day(role: str, value: str, **more: Any) -> Mention:
    """A day said exactly."""
    return Mention("day", role, value, value, **more)


def place(role: str, *codes: str, **more: Any) -> Mention:
    """A place by the codes it may mean."""
    return Mention("place", role, list(codes), "某地", **more)


@cache
def shelf() -> LibraryCache:
    """The product's policies as of `TODAY`, indexed once for all tests."""
    return LibraryCache(today=lambda: TODAY)
