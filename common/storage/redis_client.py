"""Redis for the doors: one way to open it. So many connections and no more; who finds none free waits in line."""

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff

from common.settings.stores import CONNECTIONS

IN_LINE = 3.0
"""Seconds one waits for a connection to become free; less than a message may take, so that it is told in time."""
ANSWER, CONNECT = 2.0, 1.0
"""Seconds one waits for an answer, and for a connection to be made."""
KEEPS = "noeviction"
"""The only eviction policy under which nothing that was promised is lost."""


def open_redis(url: str, most: int = CONNECTIONS) -> Redis:
    """A client with at most `most` connections; `aclose` ends them.

    A lost answer is asked for once more. Its calls raise redis.exceptions.RedisError, also when no connection became
    free in time.
    """
    pool = BlockingConnectionPool.from_url(
        url, max_connections=most, timeout=IN_LINE, decode_responses=True, socket_timeout=ANSWER,
        socket_connect_timeout=CONNECT, retry=Retry(ConstantBackoff(0.1), 1),
    )  # fmt: skip
    return Redis.from_pool(pool)


async def forgets_under_pressure(client: Redis) -> str:
    """The eviction policy of a Redis that throws keys away when it is full, else nothing.

    Sessions, locks and drafts are no cache: a full Redis must refuse, not forget. Raises redis.exceptions.RedisError.
    """
    policy = str((await client.info("memory")).get("maxmemory_policy", KEEPS))
    return "" if policy == KEEPS else policy
