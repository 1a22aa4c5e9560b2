"""One embedded Redis for all tests of the gateway, emptied before each."""

from collections.abc import Iterator

import pytest

from tests.apps import made_once  # noqa: F401  for every test
from tests.gateway.platform import FakeApi, fake_api
from tests.gateway.running import RedisServer, redis_server


@pytest.fixture(scope="session")
def _redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def redis(_redis: RedisServer) -> RedisServer:
    _redis.client().flushall()
    return _redis


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with fake_api() as found:
        yield found
