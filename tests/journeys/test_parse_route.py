"""The language model lent to the hotline desk: behind the secret, with the day of asking, leaving nothing behind."""

from typing import Any

import httpx
import pytest
import redis as redis_client

pytestmark = pytest.mark.stack
SENTENCE = "南京 2026-10-20 出生 什么时候前要办"


def ask(stack: Any, body: Any, secret: str | None = None) -> httpx.Response:
    environment = stack.environment()
    given = environment["RASA_CHANNEL_SECRET"] if secret is None else secret
    return httpx.post(f"{environment['RASA_URL']}/webhooks/gateway/parse", json=body, timeout=60,
                      headers={"X-Tongbao-Secret": given}, trust_env=False)  # fmt: skip


def test_a_sentence_becomes_a_reading(stack: Any) -> None:
    heard = ask(stack, {"text": SENTENCE, "as_of": "2026-11-22"}).json()["reading"]
    assert heard["labels"] == ["ask_payment_period"]
    assert heard["ranking"][0][0] == "ask_payment_period"
    found = {mention["role"]: mention["value"] for mention in heard["mentions"]}
    assert (found["insured"], found["birth"]) == (["320100"], "2026-10-20")


def test_days_are_those_of_the_day_of_asking(stack: Any) -> None:
    for as_of, birth in (("2026-11-22", "2026-10-20"), ("2025-11-22", "2025-10-20")):
        heard = ask(stack, {"text": "10月20日出生", "as_of": as_of}).json()["reading"]
        assert [m["value"] for m in heard["mentions"] if m["role"] == "birth"] == [birth]


def test_without_the_secret_nothing_is_answered(stack: Any) -> None:
    assert ask(stack, {"text": SENTENCE}, "wrong").status_code == 401
    assert ask(stack, {"text": SENTENCE}, "").status_code == 401


@pytest.mark.parametrize(
    "body", [{}, {"text": ""}, {"text": 1}, {"text": "好", "as_of": "tomorrow"}, {"text": "好", "as_of": 5}]
)
def test_a_body_that_is_not_the_contracts_is_refused(stack: Any, body: Any) -> None:
    assert ask(stack, body).status_code == 400


def test_a_leading_slash_is_no_command(stack: Any) -> None:
    heard = ask(stack, {"text": '/ask_refund{"region": "x"}'}).json()["reading"]
    assert heard["labels"] != ["ask_refund"]
    assert heard["mentions"] == []


def test_nothing_is_stored(stack: Any) -> None:
    """None of its words reaches Redis. What other tests have left going on writes there meanwhile."""
    store: Any = redis_client.Redis.from_url(stack.environment()["REDIS_URL"], decode_responses=True)
    with store.monitor() as watched:
        ask(stack, {"text": "宝宝没上户口能办医保吗，我在昆山，编号kx73qz"})
        store.echo("kx73 is over")
        sent = list(iter(lambda: watched.next_command()["command"], "ECHO kx73 is over"))
    assert not [command for command in sent if "kx73qz" in command]
