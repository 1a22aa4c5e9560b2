"""Slow clients over real connections: bytes that trickle in buy no time, and nobody sees a failure of ours."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sanic import Request, Sanic
from sanic.response import HTTPResponse, text

from common.web.protocol import IDLE, WHOLE, be_patient
from tests.gateway.running import serving

HEAD = b"POST /words HTTP/1.1\r\nHost: test\r\n"
MOST = 400
"""Bytes a client sends one by one before it is sure that nobody cuts it off."""


@contextmanager
def server(whole: float) -> Iterator[int]:
    """Its port. It waits so many seconds for a request, and 0.6 s for another."""
    app: Sanic[Any, Any] = Sanic("patience", configure_logging=False)
    be_patient(app, whole=whole)
    app.config.KEEP_ALIVE_TIMEOUT = 0.6

    @app.post("/words")
    async def words(request: Request) -> HTTPResponse:
        return text(f"{len(request.body)}")

    with serving(app) as client:
        yield int(client.base_url.port or 0)


def heard(port: int, first: bytes, drip: bytes) -> bytes | None:
    """What a client gets that sends something small again and again; None when it is never cut off."""
    answer = b""
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(first)
        line.settimeout(0.02)
        for _ in range(MOST):
            try:
                line.sendall(drip)
                more = line.recv(65_536)
            except TimeoutError:
                continue
            except ConnectionError:
                return answer
            if not more:
                return answer
            answer += more
    return None


@pytest.mark.parametrize(
    ("first", "drip", "status"),
    [
        (HEAD + b"X: ", b"a", b"408"),
        (HEAD, b"", b"408"),
        (HEAD + b"Content-Length: 9000\r\n\r\n", b"a", b"408"),
        (HEAD + b"Content-Length: 9000\r\n\r\n", b"", b"408"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n", b"408"),
        (HEAD.replace(b"/words", b"/nothing") + b"Content-Length: 9000\r\n\r\n", b"a", b"404"),
        (b"", b"", None),
        (HEAD + b"Content-Length: 1\r\n\r\na", b"", b"200"),
    ],
    ids=["head", "silent head", "body", "silent body", "chunks", "unwanted body", "nothing", "idle"],
)
def test_who_takes_too_long_is_cut_off(first: bytes, drip: bytes, status: bytes | None) -> None:
    with server(whole=0.3) as port:
        answer = heard(port, first, drip)
    assert answer is not None
    assert answer.split(b" ")[1:2] == ([status] if status else [])
    assert answer.count(b"HTTP/1.1") == (1 if status else 0)


def test_a_request_in_pieces_is_answered_and_so_are_the_next_ones() -> None:
    with server(whole=WHOLE) as port, socket.create_connection(("127.0.0.1", port)) as line:
        line.settimeout(WHOLE)
        for _ in range(3):
            for piece in (HEAD[:9], HEAD[9:], b"Content-Length: 3\r\n", b"\r\na", b"b", b"c"):
                line.sendall(piece)
            assert line.recv(65_536).endswith(b"3")


def test_the_times_are_those_of_the_proxy_in_front() -> None:
    assert WHOLE <= 10 < 60 < IDLE
