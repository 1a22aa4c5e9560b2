"""Where the stores are: the addresses of SQL and Redis. Apart, for who has no store need not load SQLAlchemy."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from common.settings.base import Settings
from common.settings.fields import address_of, written

EMBEDDED = f"sqlite+aiosqlite:///{Path(__file__).parents[2] / 'var' / 'tongbao.sqlite3'}"
"""The one SQL file of the embedded default; every room has its own tables in it."""
CONNECTIONS = 64
"""To Redis, of one process. Redis allows 10,000 in all, unless it is told otherwise."""
_DRIVERS = {
    "sqlite": "sqlite+aiosqlite", "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg", "postgresql": "postgresql+asyncpg", "postgresql+asyncpg": "postgresql+asyncpg",
}  # fmt: skip


def _with_driver(text: str) -> str:
    try:
        url = make_url(text)
        driver = _DRIVERS[url.drivername]
    except (ArgumentError, ValueError, KeyError):
        raise ValueError("要写成 sqlite+aiosqlite:///文件 或 postgresql+asyncpg://…") from None
    return url.set(drivername=driver).render_as_string(hide_password=False)


DatabaseAddress = Annotated[str, AfterValidator(_with_driver)]
"""Of SQLite or PostgreSQL, with its async driver."""
RedisAddress = Annotated[str, address_of("redis", "rediss", "unix")]
Connections = Annotated[int, Field(ge=4, le=1000), written("要写 4 到 1000 的整数")]


class Sql(Settings):
    """The database, without which this process does nothing."""

    database_url: DatabaseAddress = Field(
        validation_alias="DATABASE_URL", repr=False,
        description="数据库：`postgresql+asyncpg://…`，或 `sqlite+aiosqlite:///文件`",
    )  # fmt: skip


class EmbeddedSql(Sql):
    """The database; unset, the file of the embedded default."""

    database_url: DatabaseAddress = Field(EMBEDDED, validation_alias="DATABASE_URL", repr=False)


class Redis(Settings):
    """Where Redis is."""

    redis_url: RedisAddress = Field(
        validation_alias="REDIS_URL", repr=False,
        description="Redis：`redis://:密码@主机:6379/0`，也可以是 `rediss://`、`unix://`",
    )  # fmt: skip


class Stores(Sql, Redis):
    """Both, for a command that looks at everything."""


class MaybeRedis(Settings):
    """Redis for a command that goes on without it."""

    redis_url: RedisAddress | None = Field(None, validation_alias="REDIS_URL", repr=False)


class RedisPool(Redis):
    """Redis for a process that asks it all the time."""

    redis_connections: Connections = Field(
        CONNECTIONS, validation_alias="REDIS_CONNECTIONS",
        description="一个进程最多几个 Redis 连接（4 到 1000）；没有空闲的最多等三秒",
    )  # fmt: skip
