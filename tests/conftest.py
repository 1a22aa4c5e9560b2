"""Fixtures shared by all rooms: the really started stack, on free ports, with a folder of its own."""

import gc
import os
from collections.abc import Generator, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest

pytest.register_assert_rewrite("tests.journeys.player")
with suppress(ImportError):  # the language room has it not
    from hypothesis import settings

    # The same examples every day, so that a failure is of what was changed; others every night (`make nightly`).
    settings.register_profile("same", deadline=None, derandomize=True)
    settings.register_profile("random", deadline=None)
    settings.load_profile(os.environ.get("TONGBAO_PROPERTIES", "same"))


LONGEST = (
    "test_school_sending.py", "test_school_groups.py", "test_hotline_desk.py", "test_intake.py", "test_intake_pages.py",
    "test_sending_drill.py", "test_tasks.py", "test_wechat_load.py", "test_parts.py", "test_patterns.py",
    "test_school_pages.py", "test_wechat_delivery.py", "test_wechat_callback.py", "test_crowd.py", "test_digests.py",
)  # fmt: skip
"""Files that take the longest, most of them with few tests: they begin first, so that at the end no worker is alone
with one."""


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected stays to the end: nobody looks in it for what could be freed, neither now nor later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first; and every test of the started product stands in a file that says so by its own words,
    for only these are collected for it (deploy/checks.py)."""
    rank = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path.name, len(LONGEST)))
    unsaid = {item.path for item in items if item.get_closest_marker("stack")} - _with_the_mark()
    assert not unsaid, f"{unsaid}: the mark of the started product comes from elsewhere"


@cache
def _with_the_mark() -> frozenset[Path]:
    files = Path(__file__).parent.rglob("test_*.py")
    return frozenset(path for path in files if "mark.stack" in path.read_text("utf-8"))


@pytest.fixture(scope="session", autouse=True)
def trusted_once() -> Iterator[None]:
    """Every client of httpx reads the 140 authorities the web trusts: 40 ms of processor, which thousands of clients
    spend that speak to this machine without TLS. What they trust is read once, and again where the environment names
    others."""
    try:
        from httpx._transports import default
    except ImportError:  # the language room has it not
        yield
        return
    read, kept = default.create_ssl_context, dict[Any, Any]()

    def known(verify: Any = True, cert: Any = None, trust_env: bool = True) -> Any:
        if verify is not True or cert is not None:
            return read(verify, cert, trust_env)
        named = trust_env and tuple(os.environ.get(name) for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"))
        if named not in kept:
            kept[named] = read(verify, cert, trust_env)
        return kept[named]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(default, "create_ssl_context", known)
        yield


@pytest.fixture(scope="session")
def messengers() -> Iterator[Any]:
    """The platforms behind the stack's WeChat and WeCom accounts."""
    from tests.gateway.platform import fake_api

    with fake_api() as api:
        yield api


@pytest.fixture(scope="session")
def stack(messengers: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The whole product, started once for all tests that talk to it: by the web, by every messenger, with a browser.

    Only the environment says so, as with `make run`. The demo clock is on.
    """
    from deploy.stack import MODEL, Ports, Stack
    from tests.gateway.platform import accounts

    assert MODEL.exists(), "no model: run make train"
    folder: Path = tmp_path_factory.mktemp("stack")
    extra = {**accounts(messengers.address), "TONGBAO_DEMO_CLOCK": "1"}
    extra |= {"RATE_PER_ADDRESS": "off", "RATE_HANDOVERS": "off"}  # all parents of the tests have one address
    started = Stack(folder=folder, ports=Ports.free(), extra=extra, say=lambda line: None)
    started.start()
    try:
        started.wait_ready(180)
        yield started
    finally:
        started.stop()
