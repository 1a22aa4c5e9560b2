"""Conversations stay with their Rasa; one that cannot be reached is passed over, and nothing is said twice."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

import pytest

from gateway.dialogue import Dialogue, RasaReply, order
from gateway.errors import TurnUnavailable
from tests.gateway.builders import settings
from tests.gateway.running import free_port

THREE = ("http://rasa-0:5005", "http://rasa-1:5005", "http://rasa-2:5005")
CUT, SILENT = "cut", "silent"
"""A Rasa that hangs up after it has heard, and one that never answers."""


def http(status: int, content: Any) -> bytes:
    text = content if isinstance(content, str) else json.dumps(content)
    body = text.encode()
    return f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


STATE = {"region": "320100"}
FINE = http(200, {"replies": [{"text": "好"}], "state": STATE})


class Peer:
    """Something on a port that hears whole requests and answers each with `answer`; not there at all for None."""

    def __init__(self, answer: bytes | str | None) -> None:
        self.answer = answer
        self.heard: list[dict[str, Any]] = []
        self.address = f"http://127.0.0.1:{free_port()}"

    async def start(self, until: AsyncExitStack) -> None:
        if self.answer is not None:
            server = await asyncio.start_server(self._serve, "127.0.0.1", int(self.address.rsplit(":", 1)[1]))
            until.callback(server.close)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readline():
            length = 0
            while (line := await reader.readline()).strip():
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            assert head.startswith(b"POST /webhooks/gateway/turn ")
            self.heard.append(json.loads(await reader.readexactly(length)))
            if self.answer == SILENT:
                await asyncio.sleep(5)
            if not isinstance(self.answer, bytes):
                break
            writer.write(self.answer)
        writer.close()


def said(answers: Sequence[bytes | str | None], times: int = 1, deadline: float = 5.0) -> list[int]:
    """Say something `times` times to Rasas of which the conversation's own gives the first answer, the next in its
    order the second …; how often each heard it. Raises what the dialogue raises, with that as its `args`."""
    peers = [Peer(None) for _ in answers]
    in_order = sorted(peers, key=lambda peer: order([p.address for p in peers], "c-7").index(peer.address))
    for peer, answer in zip(in_order, answers):
        peer.answer = answer

    async def run() -> None:
        async with AsyncExitStack() as until:
            for peer in peers:
                await peer.start(until)
            talk = Dialogue(settings(rasa_urls=tuple(peer.address for peer in peers), deadline=deadline))
            until.push_async_callback(talk.close)
            for _ in range(times):
                spoken = await talk.say("s-1", "m-1", "有等待期吗", {"conversation": "c-7"})
                assert spoken == RasaReply([{"text": "好"}], STATE)

    try:
        asyncio.run(run())
    except TurnUnavailable as failure:
        failure.args = ([len(peer.heard) for peer in in_order],)
        raise
    for peer in peers:
        assert all(turn["text"] == "有等待期吗" and turn["message_id"] == "m-1" for turn in peer.heard)
    return [len(peer.heard) for peer in in_order]


def test_a_conversation_always_goes_to_the_same_rasa_and_all_get_their_share() -> None:
    assert said([FINE, FINE, FINE], times=3) == [3, 0, 0]
    shares = [sum(order(THREE, f"c-{n}")[0] == address for n in range(3000)) for address in THREE]
    assert all(850 < share < 1150 for share in shares)


def test_when_one_goes_only_its_conversations_move() -> None:
    moved = [n for n in range(2000) if order(THREE, f"c-{n}")[0] != order(THREE[:2], f"c-{n}")[0]]
    assert moved
    assert all(order(THREE, f"c-{n}")[0] == THREE[2] for n in moved)


def test_one_that_cannot_be_reached_is_passed_over_and_then_left_alone_for_a_while() -> None:
    assert said([None, FINE, FINE], times=2) == [0, 2, 0]


@pytest.mark.parametrize(
    "failure", [CUT, SILENT, b"no HTTP at all\r\n\r\n", b"HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\n{"]
)
def test_one_that_may_have_heard_the_message_is_not_passed_over(failure: bytes | str) -> None:
    with pytest.raises(TurnUnavailable) as told:
        said([failure, FINE, FINE], deadline=0.5)
    assert told.value.args == ([1, 0, 0],)


@pytest.mark.parametrize(
    "answer",
    [
        http(200, []), http(200, {"replies": []}), http(200, "<html>"), http(502, {"error": "silence"}),
        http(500, {"replies": [1]}), http(200, None), http(302, {"replies": [1]}), http(200, "{"),
    ],
)  # fmt: skip
def test_silence_and_nonsense_are_failures(answer: bytes) -> None:
    with pytest.raises(TurnUnavailable):
        said([answer, FINE, FINE])


def test_all_of_them_away_is_said_to_be() -> None:
    with pytest.raises(TurnUnavailable):
        said([None, None, None])


def test_what_the_gateway_knows_goes_along_beside_the_message() -> None:
    """State, choice and queue travel in the metadata; Rasa keeps nothing."""
    peer = Peer(FINE)
    about = {"conversation": "c-7", "state": STATE, "choice": {"intent": "ask_premium"}, "queue": "waiting"}

    async def run() -> None:
        async with AsyncExitStack() as until:
            await peer.start(until)
            talk = Dialogue(settings(rasa_urls=(peer.address,)))
            until.push_async_callback(talk.close)
            await talk.say("s-1", "m-1", "有等待期吗", about)

    asyncio.run(run())
    assert peer.heard[0]["metadata"].items() >= about.items()


def test_a_connection_rasa_has_closed_is_not_used_again() -> None:
    """Many turns over connections that the other side ends after each answer, as a restarted Rasa does."""
    ending = FINE.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)
    assert said([ending, FINE, FINE], times=20) == [20, 0, 0]
