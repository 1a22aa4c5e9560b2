"""A way between two parts that can be slowed, cut, stalled, made deaf or broken while both go on living."""

import socket
import struct
import threading
import time
from contextlib import suppress

PASS, SLOW, CUT, STALL, DEAF, BROKEN = "pass", "slow", "cut", "stall", "deaf", "broken"
"""As it is; every request late; connections reset; nothing goes through; requests go, answers are lost; HTTP 500."""
FAILURE = (
    b"HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\n"
    b"Content-Length: 2\r\nConnection: close\r\n\r\n{}"
)


class Proxy:
    """Listens on a free loopback port and hands on to `target`."""

    def __init__(self, target: int, seconds: float = 3.0) -> None:
        self.mode = PASS
        self.seconds = seconds
        self._target = target
        self._listening = socket.socket()
        self._listening.bind(("127.0.0.1", 0))
        self._listening.listen(128)
        self.port: int = self._listening.getsockname()[1]
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        threading.Thread(target=self._accept, daemon=True, name=f"proxy-{target}").start()

    def set(self, mode: str) -> None:
        """Change what happens from now on; cutting and mending end the connections there are."""
        self.mode = mode
        for pair in list(self._pairs):
            for one in pair if mode == CUT else ():
                _reset(one)

    def close(self) -> None:
        self._listening.close()
        self.set(CUT)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        if self.mode == CUT:
            _reset(client)
            return
        try:
            server = socket.create_connection(("127.0.0.1", self._target), timeout=5)
        except OSError:
            _reset(client)
            return
        server.settimeout(None)
        pair = (client, server)
        self._pairs.add(pair)
        back = threading.Thread(target=self._pump, args=(server, client, False), daemon=True)
        back.start()
        self._pump(client, server, True)
        back.join()
        self._pairs.discard(pair)

    def _pump(self, source: socket.socket, sink: socket.socket, asking: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                if self.mode == BROKEN and asking:
                    source.sendall(FAILURE)
                    break
                if self.mode == SLOW and asking:
                    time.sleep(self.seconds)
                while self.mode == STALL:
                    time.sleep(0.02)
                if self.mode == CUT or (self.mode == DEAF and not asking):
                    break
                sink.sendall(data)
        for one in (source, sink):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            with suppress(OSError):
                one.close()


def _reset(one: socket.socket) -> None:
    """End a connection as a dead machine does: with a reset."""
    with suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        one.close()
