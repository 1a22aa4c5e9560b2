"""Fixtures shared by all rooms: the really started stack, on free ports, with a folder of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.register_assert_rewrite("tests.journeys.player")


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator["object"]:
    """The whole product, started once for all tests that talk to it, with the demo clock on."""
    from deploy.stack import MODEL, Ports, Stack

    assert MODEL.exists(), "no model: run make train"
    folder: Path = tmp_path_factory.mktemp("stack")
    started = Stack(
        folder=folder,
        ports=Ports.free(),
        extra={"TONGBAO_DEMO_CLOCK": "1", "RATE_PER_ADDRESS": "off"},
        say=lambda line: None,
    )
    started.start()
    try:
        started.wait_ready(180)
        yield started
    finally:
        started.stop()
