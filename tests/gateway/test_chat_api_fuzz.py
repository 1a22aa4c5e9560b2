"""Whatever arrives at the chat API: an answer of the contract, never a crash, nothing stored of what was refused."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.gateway.builders import FakeDialogue
from tests.gateway.builders import settings as gateway_settings
from tests.gateway.running import RedisServer, gateway

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=60),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3), max_leaves=6,
)  # fmt: skip
BODIES = st.fixed_dictionaries(
    {}, optional={"conversation": ANYTHING | st.just("c-1"), "message_id": ANYTHING | st.just("m-1"),
                  "text": ANYTHING | st.text(max_size=2100), "as_of": ANYTHING, "more": ANYTHING},
)  # fmt: skip
EASY = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
KNOWN = {"bad_request", "empty_text", "text_too_long", "body_too_large", "demo_clock_off", "too_many", "not_found",
         "method_not_allowed", "forbidden"}  # fmt: skip


@pytest.fixture(scope="module")
def door(_redis: RedisServer) -> Iterator[httpx.Client]:
    limits = {"rate_conversation": None, "rate_address": None}
    with gateway(gateway_settings(_redis.url, **limits), FakeDialogue()) as client:
        yield client


def check(answer: httpx.Response) -> None:
    content: dict[str, Any] = answer.json()
    if answer.status_code == 200:
        assert content.keys() == {"conversation", "message_id", "replies"}
        assert content["replies"]
        return
    assert 400 <= answer.status_code < 500, (answer.status_code, content)
    assert content["error"]["code"] in KNOWN
    assert content["error"]["message"]


@given(ANYTHING | BODIES)
@EASY
def test_any_json(door: httpx.Client, body: Any) -> None:
    check(door.post("/api/chat", content=json.dumps(body).encode(errors="replace")))


@given(st.binary(max_size=200))
@EASY
def test_any_bytes(door: httpx.Client, body: bytes) -> None:
    check(door.post("/api/chat", content=body))


@given(st.text(min_size=1, max_size=300))
@EASY
def test_any_text_is_answered_or_called_empty(door: httpx.Client, text: str) -> None:
    body = json.dumps({"conversation": "c-fuzz", "message_id": f"m-{abs(hash(text))}", "text": text})
    check(door.post("/api/chat", content=body.encode(errors="surrogatepass")))


@given(st.text(alphabet=st.characters(codec="ascii", exclude_categories=("Cc",)), min_size=1, max_size=60))
@EASY
def test_any_address(door: httpx.Client, path: str) -> None:
    try:
        url = httpx.URL(f"{door.base_url}/api/chat/").join(httpx.URL(path=f"/api/chat/{path}"))
    except httpx.InvalidURL:
        return
    answer = door.get(url)
    assert answer.status_code < 500, answer.text
