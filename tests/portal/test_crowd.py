"""Two hundred people at their desks at once: every page is served."""

import asyncio
from collections import Counter

import httpx
import pytest

from storage import redis_client
from tests.portal.running import Portal

CROWD = 200


@pytest.fixture(autouse=True)
def _no_end_of_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """How long one waits for a connection and for Redis is for the machine; that everybody is served is not."""
    for name in ("IN_LINE", "ANSWER", "CONNECT"):
        monkeypatch.setattr(redis_client, name, 60.0)


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
