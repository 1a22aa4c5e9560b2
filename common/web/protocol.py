"""Clients that take their time: a request is there in so many seconds after its first byte, or the connection ends."""

from enum import Enum, auto
from time import monotonic
from typing import Any

from sanic import Sanic
from sanic.exceptions import RequestTimeout
from sanic.http import Stage
from sanic.server.protocols.http_protocol import HttpProtocol

WHOLE = 10
"""Seconds for a request, head and body, from its first byte."""
IDLE = 75
"""Seconds a connection is kept for another request. nginx drops its own after 60: it must be the one to begin."""
ANSWER = 60
"""Seconds for everything together, until the answer is written."""


class _Part(Enum):
    """A body is read while the handler waits for it, and also, to be thrown away, after an answer without it."""

    HEAD = auto()
    BODY = auto()


class PatientProtocol(HttpProtocol):
    """HTTP/1.1 as Sanic speaks it; but with Sanic each byte buys the whole time anew, and a body has none at all."""

    __slots__ = ()

    def data_received(self, data: bytes) -> None:
        """Bytes of a request that has begun are no new beginning."""
        begun = self._time if self._reading() else None
        super().data_received(data)
        if begun is not None:
            self._time = begun

    def check_timeouts(self) -> None:
        """Called again and again while the connection lives."""
        http = self.http
        if self._task and http and self._reading() is _Part.BODY and monotonic() - self._time > self.request_timeout:
            http.exception = RequestTimeout("Request Timeout")
            http.request_body = None  # or Sanic would go on to wait for the rest, to throw it away
            self._task.cancel()
            return
        super().check_timeouts()  # type: ignore[no-untyped-call]

    def _reading(self) -> "_Part | None":
        """What of a request is still to come; None when none has begun, or it is there."""
        http = self.http
        if http is None or not hasattr(http, "request_body"):  # the connection is being set up
            return None
        if http.request_body:
            return _Part.BODY
        return _Part.HEAD if http.stage is Stage.REQUEST else None


def be_patient(app: Sanic[Any, Any], whole: float | None = None) -> None:
    """Set the times. The application must be run with `protocol=PatientProtocol`."""
    app.config.REQUEST_TIMEOUT = WHOLE if whole is None else whole
    app.config.RESPONSE_TIMEOUT = ANSWER
    app.config.KEEP_ALIVE_TIMEOUT = IDLE
