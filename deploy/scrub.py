"""`python -m deploy.scrub`: what was deleted leaves the files too, not only the tables: SQLite's WAL, Redis' AOF.

A deleted row still stands in the write-ahead log until it is emptied, a deleted key in the append-only file until it is
rewritten. Run by `deploy.privacy forget` and once a day after `deploy.retention`.
"""

import sqlite3
import sys
import time
from pathlib import Path

import redis
from sqlalchemy.engine import make_url

from common.settings import SettingsError
from common.settings.stores import MaybeRedis, Sql, Stores

PATIENCE = 60.0
"""Seconds the rewriting of Redis' file is waited for."""


class Files(Sql, MaybeRedis):
    """Whose files are emptied."""


def scrub(stores: Stores | Files) -> list[str]:
    """Empty the logs of both stores; what was done and what not, line by line. What fails is said, not raised."""
    return [_sql(stores.database_url), _redis(stores.redis_url)]


def _sql(address: str) -> str:
    url = make_url(address)
    if url.get_backend_name() != "sqlite":
        return "PostgreSQL：删掉的行由 autovacuum 清走；归档的 WAL 和备份按您的保留期留着"
    if not url.database or not Path(url.database).exists():
        return "SQLite：没有这个文件"
    connection = sqlite3.connect(url.database, timeout=10)
    try:
        busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.Error as error:
        return f"SQLite：日志没有清空（{type(error).__name__}），请再运行一次"
    finally:
        connection.close()
    return "SQLite：日志有人在读，没有清空，请再运行一次" if busy else "SQLite：日志已清空"


def _redis(address: str | None) -> str:
    if not address:
        return "Redis：REDIS_URL 没有设置，AOF 没有重写"
    client = redis.Redis.from_url(address, socket_timeout=10, socket_connect_timeout=3)
    try:
        if not client.info("persistence").get("aof_enabled"):
            return "Redis：没有开 AOF，没有要重写的"
        client.bgrewriteaof()
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            state = client.info("persistence")
            if not state["aof_rewrite_in_progress"] and not state.get("aof_rewrite_scheduled"):
                good = state.get("aof_last_bgrewrite_status") == "ok"
                return "Redis：AOF 已重写" if good else "Redis：AOF 重写没有成功，请看 Redis 的日志"
            time.sleep(0.05)
    except redis.RedisError as error:
        return f"Redis：AOF 没有重写（{type(error).__name__}）"
    finally:
        client.close()
    return "Redis：AOF 还在重写，过一会儿就好"


def main() -> int:
    try:
        for line in scrub(Files.read()):
            print(line)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
