"""Too many messages are refused in words, per conversation, per user and per address; nobody else is."""

import asyncio
import ipaddress
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from common.settings import SettingsError
from gateway.delivery.channel import Address, Job
from gateway.delivery.ledger import Ledger
from gateway.errors import TooMany
from gateway.limits import Limits, Rate
from gateway.settings import from_environment
from tests.gateway.builders import SECRET, FakeDialogue, body, settings
from tests.gateway.running import RedisServer, gateway
from tests.gateway.test_gateway_settings import RIGHT


def send(client: httpx.Client, number: int, **changes: Any) -> httpx.Response:
    return client.post("/api/chat", json=body(message_id=f"m-{number}", **changes))


def test_a_conversation_that_floods_is_refused_in_words_and_others_are_not(redis: RedisServer) -> None:
    with gateway(settings(redis.url, rate_conversation=Rate(3, 600)), FakeDialogue()) as client:
        assert [send(client, n).status_code for n in range(3)] == [200] * 3
        refused = send(client, 4)
        assert refused.status_code == 429
        assert refused.json()["error"]["code"] == "too_many"
        assert "发得太快" in refused.json()["error"]["message"]
        assert 190 <= int(refused.headers["Retry-After"]) <= 200
        assert send(client, 5, conversation="c-2").status_code == 200


def test_a_refused_message_on_the_page_is_not_lost(redis: RedisServer) -> None:
    with gateway(settings(redis.url, rate_conversation=Rate(1, 600)), FakeDialogue()) as client:
        form = {"text": "有等待期吗", "message_id": "p-1"}
        assert client.post("/c/abcdefghij", data=form).status_code == 303
        again = client.post("/c/abcdefghij", data={"text": "那威海呢", "message_id": "p-2"})
        assert again.status_code == 429
        assert "那威海呢" in again.text
        assert "Retry-After" in again.headers


def test_an_address_that_floods_is_refused_whatever_conversations_it_invents(redis: RedisServer) -> None:
    with gateway(settings(redis.url, rate_address=Rate(3, 600)), FakeDialogue()) as client:
        assert [send(client, n, conversation=f"c-{n}").status_code for n in range(5)] == [200] * 3 + [429] * 2
        assert client.get("/enroll/some-token").status_code == 429
        assert client.get("/healthz").status_code == 200


def test_every_counter_ends_by_itself_and_holds_no_address(redis: RedisServer) -> None:
    """With rates whose counters live for minutes: those of the usual ones are over in a moment."""
    given = settings(redis.url, rate_conversation=Rate(3, 600), rate_address=Rate(5, 600))
    with gateway(given, FakeDialogue()) as client:
        send(client, 1)
    keys = list(redis.client().scan_iter("tb:rate:*"))
    assert len(keys) == 2
    assert all(0 < redis.client().pttl(key) <= 600_000 for key in keys)
    assert not any("127.0.0.1" in key or "c-1" in key for key in keys)


@pytest.mark.parametrize("ahead", [601, 7200, 2 * 86_400, 31 * 86_400])
def test_what_a_clock_that_was_ahead_left_behind_locks_nobody_out(redis: RedisServer, ahead: int) -> None:
    """Redis' clock stepped back by so many seconds since the counter was written."""
    given = settings(redis.url, rate_conversation=Rate(3, 600), rate_address=Rate(5, 600))
    with gateway(given, FakeDialogue()) as door:
        assert send(door, 1).status_code == 200
        client = redis.client()
        now = client.time()[0]
        keys = list(client.scan_iter("tb:rate:*"))
        assert len(keys) == 2
        for key in keys:
            client.set(key, (now + ahead + 600) * 1_000_000, px=(ahead + 600) * 1000)
        assert [send(door, n).status_code for n in range(2, 5)] == [200] * 3
        assert send(door, 5).status_code == 429
        assert all(0 < client.pttl(key) <= 600_000 for key in keys)


def test_two_gateways_count_together_and_exactly(redis: RedisServer) -> None:
    async def run() -> int:
        stores = [Redis.from_url(redis.url, decode_responses=True) for _ in range(2)]
        two = [Limits(s, str, conversation=Rate(20, 600), address=None, patience=60) for s in stores]

        async def ask(number: int) -> int:
            try:
                await two[number % 2].conversation("c-1")
            except TooMany:
                return 0
            return 1

        taken = sum(await asyncio.gather(*(ask(n) for n in range(60))))
        for store in stores:
            await store.aclose()
        return taken

    assert asyncio.run(run()) == 20


def test_redis_away_limits_nobody() -> None:
    async def run() -> None:
        store = Redis.from_url("redis://127.0.0.1:1/0", decode_responses=True)
        await Limits(store, str, conversation=Rate(1, 600), address=None).conversation("c-1")
        await store.aclose()

    asyncio.run(run())


def test_a_messengers_user_is_limited_but_not_by_the_platforms_repetitions(redis: RedisServer) -> None:
    async def run() -> list[bool]:
        store = Redis.from_url(redis.url, decode_responses=True)
        ledger, job = Ledger(store, SECRET.encode(), Rate(2, 600)), Job("wx-1", "2026-11-22", say="问")
        full = []
        for name in ("a", "a", "a", "b", "c", "b"):
            known = await ledger.register(name, "u", job, Address("wx", "o"), 1, 4.0, ledger.attempt())
            full.append(known.full)
        other = await ledger.register("d", "u2", job, Address("wx", "o2"), 1, 4.0, ledger.attempt())
        await store.aclose()
        return [*full, other.full]

    assert asyncio.run(run()) == [False, False, False, False, True, False, False]


def test_the_settings_are_read_and_a_wrong_one_is_named() -> None:
    given = from_environment({**RIGHT, "RATE_PER_ADDRESS": "off", "RATE_PER_CONVERSATION": "5/10"})
    assert (given.rate_address, given.rate_conversation) == (None, Rate(5, 10))
    given = from_environment({**RIGHT, "TRUSTED_PROXIES": "10.0.0.1"})
    assert given.proxies == (ipaddress.ip_network("10.0.0.1/32"),)
    for name, value in (("RATE_PER_CONVERSATION", "5"), ("RATE_PER_ADDRESS", "0/60"), ("TRUSTED_PROXIES", "nginx"),
                        ("METRICS_PORT", "0"), ("RASA_URL", "http://a:1,b:2")):  # fmt: skip
        with pytest.raises(SettingsError, match=f"^{name}："):
            from_environment({**RIGHT, name: value})


def test_a_form_on_somebody_elses_page_is_refused_and_ours_is_not(redis: RedisServer) -> None:
    with gateway(settings(redis.url), FakeDialogue()) as client:
        form = {"text": "有等待期吗", "message_id": "p-1"}
        foreign = client.post("/c/abcdefghij", data=form, headers={"Origin": "https://evil.example"})
        assert foreign.status_code == 403
        marked = client.post("/c/abcdefghij", data=form, headers={"Sec-Fetch-Site": "cross-site"})
        assert marked.status_code == 403
        own = client.post("/c/abcdefghij", data=form, headers={"Origin": str(client.base_url).rstrip("/")})
        assert own.status_code == 303
        # A browser that keeps its address to itself says null, and where the form stands in a header of its own.
        shy = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
        assert client.post("/c/abcdefghij", data=form, headers=shy).status_code == 303
        assert client.post("/c/abcdefghij", data=form, headers={"Origin": "null"}).status_code == 403


@pytest.mark.parametrize(("address", "said"), [("https://tongbao.example", True), ("http://127.0.0.1:8080", False)])
def test_a_secure_address_is_kept_secure_by_the_browser(redis: RedisServer, address: str, said: bool) -> None:
    with gateway(settings(redis.url, public_url=address), FakeDialogue()) as client:
        assert ("Strict-Transport-Security" in client.get("/healthz").headers) is said


def test_the_pseudonym_key_of_its_own_needs_no_data_key_and_its_default_keeps_conversations() -> None:
    without = {name: value for name, value in RIGHT.items() if name != "TONGBAO_DATA_KEY"}
    assert from_environment({**without, "TONGBAO_PSEUDONYM_KEY": "p" * 32}).key_secret == b"p" * 32
    old = from_environment(RIGHT).key_secret
    rotated = {**RIGHT, "TONGBAO_DATA_KEY": "n" * 44, "TONGBAO_PSEUDONYM_KEY": RIGHT["TONGBAO_DATA_KEY"]}
    assert from_environment(rotated).key_secret == old
