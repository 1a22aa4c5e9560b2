"""Conversations stay with their Rasa; one that cannot be reached is passed over, and nothing is said twice."""

import asyncio
from collections.abc import Callable

import httpx
import pytest

from gateway.dialogue import Dialogue, order
from gateway.errors import Unavailable
from tests.gateway.builders import settings

THREE = ("http://rasa-0:5005", "http://rasa-1:5005", "http://rasa-2:5005")
Answer = Callable[[httpx.Request], httpx.Response]


def said(conversation: str, answer: Answer, times: int = 1) -> list[str]:
    """Say something; the hosts that were asked, in order. Raises what the dialogue raises."""
    asked: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(f"http://{request.url.netloc.decode()}")
        return answer(request)

    async def run() -> None:
        talk = Dialogue(settings(rasa_url=",".join(THREE)), httpx.MockTransport(handle))
        for _ in range(times):
            await talk.say("s-1", "m-1", "有等待期吗", {"conversation": conversation})
        await talk.close()

    asyncio.run(run())
    return asked


def fine(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json={"replies": [{"text": "好"}], "memory": None})


def test_a_conversation_always_goes_to_the_same_rasa_and_all_get_their_share() -> None:
    assert said("c-7", fine, 3) == [order(THREE, "c-7")[0]] * 3
    shares = [sum(order(THREE, f"c-{n}")[0] == address for n in range(3000)) for address in THREE]
    assert all(850 < share < 1150 for share in shares)


def test_when_one_goes_only_its_conversations_move() -> None:
    moved = [n for n in range(2000) if order(THREE, f"c-{n}")[0] != order(THREE[:2], f"c-{n}")[0]]
    assert moved
    assert all(order(THREE, f"c-{n}")[0] == THREE[2] for n in moved)


def test_one_that_cannot_be_reached_is_passed_over_and_then_left_alone_for_a_while() -> None:
    own, second, _ = order(THREE, "c-7")

    def answer(request: httpx.Request) -> httpx.Response:
        if f"http://{request.url.netloc.decode()}" == own:
            raise httpx.ConnectError("refused")
        return fine(request)

    assert said("c-7", answer, 2) == [own, second, second]


@pytest.mark.parametrize("failure", [httpx.ReadTimeout("slow"), httpx.ReadError("cut"), httpx.RemoteProtocolError("x")])
def test_one_that_may_have_heard_the_message_is_not_passed_over(failure: Exception) -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        raise failure

    with pytest.raises(Unavailable):
        said("c-7", answer)
    assert len(asked) == 1


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(200, json=[]), httpx.Response(200, json={"replies": []}), httpx.Response(200, text="<html>"),
        httpx.Response(502, json={"error": "silence"}), httpx.Response(500, json={"replies": [1]}),
        httpx.Response(200, json=None),
    ],
)  # fmt: skip
def test_silence_and_nonsense_are_failures(response: httpx.Response) -> None:
    with pytest.raises(Unavailable):
        said("c-7", lambda request: response)


def test_all_of_them_away_is_said_to_be() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(Unavailable):
        said("c-7", answer)
