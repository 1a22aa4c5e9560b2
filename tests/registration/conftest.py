"""A fresh service with a hand-turned clock for each test that asks for one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.apps import made_once  # noqa: F401  for every test
from tests.registration.builders import HandClock
from tests.registration.running import Service, service_in_thread


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def service(tmp_path: Path, clock: HandClock) -> Iterator[Service]:
    with service_in_thread(tmp_path, clock) as started:
        yield started
