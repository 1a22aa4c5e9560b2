"""One call over HTTP: the token, the time limits, the second and third attempt. Knows no endpoint."""

import random
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests

from registration.client.errors import RegistrationUnavailable, from_problem

_AGAIN = frozenset({429, 502, 503, 504})
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_FIRST_PAUSE = 0.1
T = TypeVar("T")


class Transport:
    """Threads may share it; each has its own connection."""

    def __init__(
        self,
        base_url: str,
        token: str,
        connect_timeout: float,
        read_timeout: float,
        attempts: int,
        deadline: float,
        sleep: Callable[[float], None],
        headers: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        self._headers = headers
        self._base = base_url.rstrip("/")
        self._token = token
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._attempts = attempts
        self._deadline = deadline
        self._sleep = sleep
        self._threads = threading.local()

    def call(
        self,
        read: Callable[[Mapping[str, Any]], T],
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
        key: str | None = None,
    ) -> T:
        """The answer as `read` makes it. Raises the errors of the family."""
        until = time.monotonic() + self._deadline
        why = "no attempt"
        for attempt in range(self._attempts):
            left = until - time.monotonic()
            if left <= 0:
                break
            pause = random.uniform(0.5, 1.0) * _FIRST_PAUSE * 2**attempt  # noqa: S311 - spreads callers, hides nothing
            try:
                response = self._session().request(
                    method,
                    self._base + path,
                    json=body,
                    params=query,
                    headers={**self._headers(), **({"Idempotency-Key": key} if key else {})},
                    timeout=self._timeouts(left),
                    allow_redirects=False,
                )
            except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
                why = type(error).__name__
            except requests.RequestException as error:
                raise RegistrationUnavailable(type(error).__name__) from None
            else:
                if response.status_code not in _AGAIN:
                    return _answer(response, read)
                why = f"HTTP {response.status_code}"
                pause = max(pause, _retry_after(response.headers.get("Retry-After")))
            if attempt + 1 == self._attempts or pause >= until - time.monotonic():
                break
            self._sleep(pause)
        raise RegistrationUnavailable(why)

    def _timeouts(self, left: float) -> tuple[float, float]:
        """Connecting and reading share what is left, so that both together never pass the deadline."""
        connect = min(self._connect_timeout, left / 2)
        return connect, min(self._read_timeout, left - connect)

    def _session(self) -> requests.Session:
        # A session is not made for several threads; each thread keeps its own connection.
        session: requests.Session | None = getattr(self._threads, "session", None)
        if session is None:
            session = requests.Session()
            session.auth = self._authorize  # set so that a .netrc cannot replace the token
            session.trust_env = urlsplit(self._base).hostname not in _LOOPBACK  # no proxy to our own machine
            self._threads.session = session
        return session

    def _authorize(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _answer(response: requests.Response, read: Callable[[Mapping[str, Any]], T]) -> T:
    status = response.status_code
    try:
        content = response.json()
        if status in (200, 201):
            return read(content)
        error = from_problem(content) if 400 <= status < 500 else RegistrationUnavailable(f"HTTP {status}")
    except (ValueError, KeyError, TypeError, AttributeError):
        error = RegistrationUnavailable(f"HTTP {status} with an answer that is not the contract's")
    raise error


def _retry_after(text: str | None) -> float:
    """Seconds to wait, from either form of the header; 0 when there is none or it makes no sense."""
    if not text:
        return 0.0
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return 0.0
