"""The staff side's database: engine and transactions, the same for SQLite (WAL) and PostgreSQL. No rules here."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import Any, TypeVar

from sqlalchemy import Connection, event, inspect
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from portal.errors import SettingsError, Unavailable
from portal.tables import Base

_PATIENCE_SECONDS = 3
_TRIES = 3
_OUT_OF_REACH = (OperationalError, InterfaceError, PoolTimeout, OSError)
T = TypeVar("T")


class Database:
    """One database. Every session is one transaction."""

    def __init__(self, url: str) -> None:
        self._sqlite = url.startswith("sqlite")
        options: dict[str, Any] = {"hide_parameters": True, "pool_timeout": _PATIENCE_SECONDS}
        if not self._sqlite:
            options |= {"pool_pre_ping": True, "connect_args": {"timeout": _PATIENCE_SECONDS}}
        try:
            self._engine = create_async_engine(url, **options)
        except ModuleNotFoundError as error:
            raise SettingsError(f"DATABASE_URL：没有安装数据库驱动 {error.name}") from None
        if self._sqlite:
            event.listen(self._engine.sync_engine, "connect", _set_up_sqlite)
            event.listen(self._engine.sync_engine, "begin", _begin_sqlite)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)
        # SQLite has one writer: queueing here keeps its busy handler for other processes.
        self._one_writer: AbstractAsyncContextManager[None] = asyncio.Lock() if self._sqlite else nullcontext()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session that only looks.

        Raises:
            Unavailable: the database cannot be reached.
        """
        try:
            async with self._sessions() as session:
                await session.connection(execution_options={"reading": True})
                yield session
        except _OUT_OF_REACH:
            raise Unavailable from None

    async def write(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        """Run `work` in one transaction: all of it or nothing.

        When another writer got there first (a unique constraint says so), it runs again and sees what is there.

        Raises:
            Unavailable: the database cannot be reached, or others kept being first.
        """
        for _ in range(_TRIES):
            try:
                async with self._one_writer, self._sessions.begin() as session:
                    return await work(session)
            except IntegrityError:
                continue
            except _OUT_OF_REACH:
                raise Unavailable from None
        raise Unavailable

    async def create_tables(self) -> None:
        async with self._engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)

    async def prepare(self) -> None:
        """Tables ready: made on SQLite, required on PostgreSQL (several desks may start at once there).

        Raises:
            SettingsError: PostgreSQL without the tables.
        """
        if self._sqlite:
            await self.create_tables()
            return
        async with self._engine.connect() as connection:
            names = await connection.run_sync(lambda sync: set(inspect(sync).get_table_names()))
        if not names >= set(Base.metadata.tables):
            raise SettingsError("DATABASE_URL：数据库里还没有表，先运行 python -m portal create-tables")

    async def close(self) -> None:
        await self._engine.dispose()


def _set_up_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # transactions are begun by `_begin_sqlite`, not by the driver
    cursor = connection.cursor()
    for pragma in (f"busy_timeout={_PATIENCE_SECONDS * 1000}", "journal_mode=WAL", "synchronous=NORMAL",
                   "foreign_keys=ON"):  # fmt: skip
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: nobody changes what it has read before it writes.
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
