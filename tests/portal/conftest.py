"""One embedded Redis for all tests of the portal, emptied before each; a portal with its own database."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from policies.library import stamp
from portal import accounts
from portal.intake import trial
from tests.apps import made_once  # noqa: F401  for every test
from tests.gateway.running import RedisServer, redis_server
from tests.policies.conftest import parsed_once  # noqa: F401  some tests copy the policies
from tests.portal.builders import HandClock, Told, hashed_quickly, settings
from tests.portal.running import Portal, portal

OWN_HASHER = accounts._HASHER


@pytest.fixture(scope="session")
def _redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def redis(_redis: RedisServer) -> RedisServer:
    _redis.client().flushall()
    return _redis


@pytest.fixture(scope="session", autouse=True)
def _hashed_quickly() -> Iterator[None]:
    with hashed_quickly():
        yield


@pytest.fixture(scope="session", autouse=True)
def tried_once() -> Iterator[None]:
    """The same draft tried on the same policies is the same: three seconds in a child, which a dozen tests begin with.
    What is to go live is always done, for it writes."""
    child, kept = trial._in_a_child, dict[tuple[str, str], str]()

    def tried(job: str) -> dict[str, Any]:
        asked = json.loads(job)
        root = Path(asked.pop("root"))
        if asked["expected"]:
            return child(job)
        key = stamp(root), json.dumps(asked, sort_keys=True)
        if key not in kept:
            kept[key] = json.dumps(child(job))
        return dict(json.loads(kept[key]))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trial, "_in_a_child", tried)
        yield


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def desk(tmp_path: Path, redis: RedisServer, clock: HandClock, told: Told) -> Iterator[Portal]:
    given = settings(tmp_path, redis.url)
    with portal(given, clock, told.ear(given)) as started:
        yield started
