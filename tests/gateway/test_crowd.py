"""Hundreds at once: everybody is answered, or told in words; nobody is turned away for want of a connection."""

import asyncio
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from common.settings import SettingsError
from gateway.settings import from_environment
from gateway.wechat import calls
from gateway.wechat.settings import read_accounts
from gateway.words import words
from tests.gateway.builders import FakeDialogue, body, settings
from tests.gateway.platform import FakeApi, Sender, variables
from tests.gateway.running import RedisServer, endless_lines, gateway, redis_server, settled
from tests.gateway.test_gateway_settings import RIGHT

CROWD = 200


def at_once(address: Any, count: int, ask: Any) -> list[Any]:
    """So many requests at the same time, each on a connection of its own; what each came to."""

    async def run() -> list[Any]:
        limits = httpx.Limits(max_connections=count)
        async with httpx.AsyncClient(base_url=str(address), limits=limits, timeout=120, trust_env=False) as client:
            return await asyncio.gather(*(ask(client, number) for number in range(count)))

    return asyncio.run(run())


async def chat(client: httpx.AsyncClient, number: int) -> tuple[int, str]:
    answer = await client.post("/api/chat", json=body(conversation=f"c-{number}", text=f"问{number}"))
    return answer.status_code, answer.text


@pytest.mark.parametrize("pool", [4, 64])
def test_two_hundred_conversations_at_once_are_all_answered(
    redis: RedisServer, pool: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless_lines(monkeypatch)
    given = settings(redis.url, redis_connections=pool, rate_address=None, deadline=60.0)
    with gateway(given, FakeDialogue()) as door:
        answers = at_once(door.base_url, CROWD, chat)
    assert Counter(status for status, _ in answers) == {200: CROWD}
    assert all(f"答：问{number}" in text for number, (_, text) in enumerate(answers))


@contextmanager
def messenger(redis: RedisServer, api: FakeApi, seconds: float) -> Iterator[Callable[[], list[str | None]]]:
    """A gateway for an account whose platform waits so many seconds; called, so many users say something at once."""
    sender = Sender("plain")
    accounts = tuple(
        account.model_copy(update={"passive_seconds": seconds})
        for account in read_accounts(variables(api.address, "plain"))
    )

    async def ask(client: httpx.AsyncClient, number: int) -> str | None:
        query, content = sender.request(sender.message(f"u{number}", f"问{number}"))
        answer = await client.post(sender.path, params=query, content=content.encode())
        return sender.read(answer.text)

    patient = settings(redis.url, wechat=accounts, deadline=max(8.0, 2 * seconds))  # 200 take long on a busy machine
    with gateway(patient, FakeDialogue()) as door:
        yield lambda: at_once(door.base_url, CROWD, ask)


def test_two_hundred_users_of_a_messenger_at_once_are_all_answered(
    redis: RedisServer, api: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that is there takes them all: nobody is told that a message was not taken."""
    endless_lines(monkeypatch)
    with messenger(redis, api, 600.0) as all_ask:
        assert all_ask() == [f"答：问{number}" for number in range(CROWD)]
        settled(redis)
    assert api.sent == []


@pytest.mark.parametrize("seconds", [0.05, 0.5, 4.0])
def test_whatever_a_platform_waits_everybody_is_answered_once_or_told_that_nothing_was_taken(
    redis: RedisServer, api: FakeApi, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How many are answered in time is for the machine; a push waits for its answer, as the platform may be slow."""
    endless_lines(monkeypatch)
    monkeypatch.setattr(calls, "TIMEOUT", httpx.Timeout(60.0))
    with messenger(redis, api, seconds) as all_ask:
        told = all_ask()
        settled(redis)
        pushed = [
            [text for text in api.texts(f"u{number}") if text != words("busy_pushing")] for number in range(CROWD)
        ]
    answers = [f"答：问{number}" for number in range(CROWD)]
    assert {text for text, answer in zip(told, answers, strict=True) if text != answer} <= {
        None, words("busy_pushing"), words("not_taken"),
    }  # fmt: skip
    assert pushed == [
        [] if text in (answer, words("not_taken")) else [answer] for text, answer in zip(told, answers, strict=True)
    ]


def test_a_crowd_before_a_redis_that_stands_still_is_told_in_words(tmp_path: Path) -> None:
    with redis_server(tmp_path) as server, gateway(
        settings(server.url, redis_connections=4, rate_address=None), FakeDialogue()
    ) as door:  # fmt: skip
        server.process.send_signal(signal.SIGSTOP)
        try:
            answers = at_once(door.base_url, 60, chat)
        finally:
            server.process.send_signal(signal.SIGCONT)
        assert Counter(status for status, _ in answers) == {503: 60}
        assert all("没有丢" in text for _, text in answers)
        assert at_once(door.base_url, 60, chat)[59][0] == 200


def test_the_pool_has_the_size_that_was_set(redis: RedisServer) -> None:
    assert from_environment({**RIGHT, "REDIS_CONNECTIONS": "7"}).redis_connections == 7
    assert from_environment(RIGHT) == from_environment({**RIGHT, "REDIS_CONNECTIONS": "64"})
    for wrong in ("0", "3", "x", "5000", "1e3"):
        with pytest.raises(SettingsError, match=r"^REDIS_CONNECTIONS："):
            from_environment({**RIGHT, "REDIS_CONNECTIONS": wrong})
