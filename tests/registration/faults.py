"""A small HTTP server that misbehaves by script: each request takes the next fault, the last one stays."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Fault = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "FaultyServer"

    def _take(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        with self.server.lock:
            self.server.calls.append((self.command, self.path, dict(self.headers), json.loads(body) if body else None))
            fault = self.server.faults[min(len(self.server.calls), len(self.server.faults)) - 1]
        fault(self)

    do_GET = do_POST = _take

    def log_message(self, *_: object) -> None:
        pass


class FaultyServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.faults = faults
        self.calls: list[tuple[str, str, dict[str, str], Any]] = []
        self.lock = threading.Lock()
        self.release = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def faulty(*faults: Fault) -> Iterator[FaultyServer]:
    server = FaultyServer(faults)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.release.set()
        server.shutdown()
        server.server_close()
        thread.join(10)


def answer(status: int, body: Any, **headers: str) -> Fault:
    """A whole answer; `body` may be text that is no JSON."""
    data = body.encode() if isinstance(body, str) else json.dumps(body).encode()

    def send(handler: Handler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(data)

    return send


def cut(handler: Handler) -> None:
    """The connection ends without an answer."""
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def cut_in_the_middle(handler: Handler) -> None:
    """The connection ends in the middle of the answer."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"number": ')
    handler.wfile.flush()
    cut(handler)


def silence(handler: Handler) -> None:
    """No answer until the test is over."""
    handler.server.release.wait(30)
    cut(handler)
