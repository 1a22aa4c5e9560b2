"""The database: engine, transactions and tables, the same for SQLite (WAL) and PostgreSQL. No rules here."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, DateTime, MetaData, event, inspect, text
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import ArgumentError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.types import TypeDecorator

# Below the callers' read timeouts: a busy database is answered as one, not as silence.
_PATIENCE_SECONDS = 2
_TRIES = 3
_OUT_OF_REACH = (OperationalError, InterfaceError, PoolTimeout, OSError)
T = TypeVar("T")


class NotReachable(Exception):
    """The database is away or busy for longer than anybody waits. Nothing was written."""


class WrongDatabase(Exception):
    """`DATABASE_URL` cannot be used; the text is one line that starts with its name."""


class Moment(TypeDecorator[datetime]):
    """An aware moment, stored as UTC (SQLite keeps no offset)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class Database:
    """The tables of one room in one database. Every session is one transaction.

    `create_with` is the command that makes the tables on PostgreSQL, for the message when they are missing.
    """

    def __init__(self, url: str, tables: MetaData, create_with: str) -> None:
        self._sqlite = url.startswith("sqlite")
        self._tables = tables
        self._create_with = create_with
        options: dict[str, Any] = {"hide_parameters": True, "pool_timeout": _PATIENCE_SECONDS}
        if not self._sqlite:
            options |= {"pool_pre_ping": True, "connect_args": {"timeout": _PATIENCE_SECONDS}}
        try:
            self._engine = create_async_engine(url, **options)
        except ModuleNotFoundError as error:
            raise WrongDatabase(f"DATABASE_URL：没有安装数据库驱动 {error.name}") from None
        except ArgumentError:  # also what an unknown dialect raises; its text would quote the address
            raise WrongDatabase("DATABASE_URL：不是能用的数据库地址") from None
        if self._sqlite:
            event.listen(self._engine.sync_engine, "connect", _set_up_sqlite)
            event.listen(self._engine.sync_engine, "begin", _begin_sqlite)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)
        # SQLite has one writer: queueing here keeps its busy handler for other processes.
        self._one_writer: AbstractAsyncContextManager[None] = asyncio.Lock() if self._sqlite else nullcontext()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session that only looks. Raises NotReachable."""
        with _as_not_reachable():
            async with self._sessions() as session:
                await session.connection(execution_options={"reading": True})
                yield session

    async def write(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        """Runs `work` in one transaction: all of it or nothing. Raises NotReachable.

        When another writer got there first (a unique constraint says so), it runs again and sees what is there.
        """
        with _as_not_reachable():
            for _ in range(_TRIES):
                try:
                    async with self._one_writer, self._sessions.begin() as session:
                        return await work(session)
                except IntegrityError:
                    continue
        raise NotReachable("同时写入的人太多，请稍后再试。")

    async def make_tables(self) -> None:
        with _as_not_reachable():
            async with self._engine.begin() as connection:
                await connection.run_sync(self._tables.create_all)

    async def prepare(self) -> None:
        """Tables ready: made on SQLite, required on PostgreSQL (several services may start at once there).

        Raises:
            WrongDatabase: PostgreSQL without the tables.
            NotReachable: the database cannot be reached.
        """
        if self._sqlite:
            await self.make_tables()
            return
        with _as_not_reachable():
            async with self._engine.connect() as connection:
                names = await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))
        if not names >= set(self._tables.tables):
            raise WrongDatabase(f"DATABASE_URL：数据库里还没有表，先运行 {self._create_with}")

    async def ping(self) -> None:
        """Are the tables there and readable? Raises NotReachable."""
        first = self._tables.sorted_tables[0].name
        async with self.reading() as session:
            await session.execute(text(f"SELECT 1 FROM {first} LIMIT 1"))  # noqa: S608 - a name of our own model

    async def close(self) -> None:
        await self._engine.dispose()


@contextmanager
def _as_not_reachable() -> Iterator[None]:
    """Turns the drivers' many ways to say “not now” into one; no driver text goes further."""
    try:
        yield
    except Exception as error:
        # While connecting, SQLAlchemy lets the driver's own errors through.
        if isinstance(error, _OUT_OF_REACH) or type(error).__module__.startswith("asyncpg"):
            raise NotReachable("数据库暂时用不了，请稍后再试。") from None
        raise


def _set_up_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # transactions are begun by `_begin_sqlite`, not by the driver
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={_PATIENCE_SECONDS * 1000}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: nobody changes what it has read before it writes.
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
