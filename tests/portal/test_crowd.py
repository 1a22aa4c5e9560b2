"""Two hundred people at their desks at once: every page is served."""

import asyncio
from collections import Counter

import httpx
import pytest

from tests.gateway.running import endless_lines
from tests.portal.running import Portal

CROWD = 200


@pytest.fixture(autouse=True)
def _endless(monkeypatch: pytest.MonkeyPatch) -> None:
    endless_lines(monkeypatch)


@pytest.mark.parametrize("path", ["/me", "/desk", "/chats"])
def test_two_hundred_pages_at_once_are_all_served(desk: Portal, path: str) -> None:
    agent = desk.person("3021")

    async def run() -> list[int]:
        limits = httpx.Limits(max_connections=CROWD)
        async with httpx.AsyncClient(
            base_url=desk.url, cookies=dict(agent.http.cookies), limits=limits, timeout=60, trust_env=False
        ) as client:
            return [one.status_code for one in await asyncio.gather(*(client.get(path) for _ in range(CROWD)))]

    assert Counter(asyncio.run(run())) == {200: CROWD}
