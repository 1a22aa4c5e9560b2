"""The heartbeat of a gateway process, from a thread of its own.

Whoever has none is taken for dead, and what it held is given to others: an answer in its hands would be said a second
time. A process whose loop is busy for seconds lives all the same, and goes on saying so from here; one whose loop gives
no sign for longer than any work takes is dead to its users, and no longer says so.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread

from redis import Redis, RedisError

PAUSE = 1.0
"""Seconds between two beats."""
LONGEST_WORK = 60.0
"""Seconds without a sign of the loop after which nothing is said for it any more."""


class Heartbeat:
    """Sets a key that ends by itself, until it is stopped.

    Args:
        url: of the Redis all gateways share.
        key: what says that this process lives.
        life: seconds the key lives without another beat.
        clock: seconds that only go forward.
    """

    def __init__(
        self, url: str, key: str, life: float, pause: float = PAUSE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._url, self._key, self._life, self._pause, self._clock = url, key, life, pause, clock
        self._sign = clock()
        self._stopped = Event()
        self._thread = Thread(target=self._beat, name="heartbeat", daemon=True)

    def start(self) -> None:
        self._thread.start()

    async def sign(self) -> None:
        """The loop lives. To be called in it every second."""
        self._sign = self._clock()

    def stop(self) -> None:
        """No further beat; what is being said just then may still come."""
        self._stopped.set()

    def _beat(self) -> None:
        wait = self._life / 2
        with Redis.from_url(self._url, socket_timeout=wait, socket_connect_timeout=wait) as redis:
            while not self._stopped.is_set():
                with suppress(RedisError):
                    if self._clock() - self._sign < LONGEST_WORK:
                        redis.set(self._key, "1", px=int(self._life * 1000))
                self._stopped.wait(self._pause)
