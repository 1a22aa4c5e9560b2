"""One embedded Redis for all tests of the portal, emptied before each; a portal with its own database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from portal import accounts
from tests.gateway.running import RedisServer, redis_server
from tests.policies.conftest import parsed_once  # noqa: F401  some tests copy the policies
from tests.portal.builders import HandClock, Told, settings
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
    """Hashing is slow on purpose; that it is, test_accounts asks of the product's own hasher."""
    quick = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "_HASHER", quick)
        patch.setattr(accounts, "_NOBODY", quick.hash("nobody"))
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
