"""The heartbeat of a gateway process, from a thread of its own.

Whoever has none is taken for dead, and what it held is given to others: an answer in its hands would be said a second
time. A process whose loop is busy for seconds lives all the same, and goes on saying so from here.
"""

from contextlib import suppress
from threading import Event, Thread

from redis import Redis, RedisError

PAUSE = 1.0
"""Seconds between two beats."""


class Heartbeat:
    """Sets a key that ends by itself, until it is stopped.

    Args:
        url: of the Redis all gateways share.
        key: what says that this process lives.
        life: seconds the key lives without another beat.
    """

    def __init__(self, url: str, key: str, life: float, pause: float = PAUSE) -> None:
        self._url, self._key, self._life, self._pause = url, key, life, pause
        self._stopped = Event()
        self._thread = Thread(target=self._beat, name="heartbeat", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """No further beat; what is being said just then may still come."""
        self._stopped.set()

    def _beat(self) -> None:
        wait = self._life / 2
        with Redis.from_url(self._url, socket_timeout=wait, socket_connect_timeout=wait) as redis:
            while not self._stopped.is_set():
                with suppress(RedisError):
                    redis.set(self._key, "1", px=int(self._life * 1000))
                self._stopped.wait(self._pause)
