"""The database: engine, transactions and tables, the same for SQLite (WAL) and PostgreSQL. No rules here."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, MetaData, event, inspect, text
from sqlalchemy.exc import ArgumentError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from common.storage import table_version
from common.storage.files import private_file

# Below the callers' read timeouts: a busy database is answered as one, not as silence.
_PATIENCE_SECONDS = 2
_TRIES = 3
_OUT_OF_REACH = (OperationalError, InterfaceError, PoolTimeout, OSError)
MIGRATE = "python -m deploy.migrate"
T = TypeVar("T")


class NotReachable(Exception):
    """The database is away or busy for longer than anybody waits. Nothing was written."""


class WrongDatabase(Exception):
    """`DATABASE_URL` cannot be used; the text is one line that starts with its name."""


class Database:
    """The tables of one room in one database. Every session is one transaction.

    `room` names the migrations of these tables (`common.storage.migrations`).
    """

    def __init__(self, url: str, tables: MetaData, room: str) -> None:
        self._room = room
        self._sqlite = url.startswith("sqlite")
        self._tables = tables
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
            _make_folder(self._engine.url.database)
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
        """The tables as they are today, in a database that has none of them. Raises NotReachable, WrongDatabase."""
        with _as_not_reachable():
            async with self._engine.begin() as connection:
                await connection.run_sync(self._make)

    def _make(self, connection: Connection) -> None:
        if not set(self._tables.tables) & set(inspect(connection).get_table_names()):
            self._tables.create_all(connection)
            table_version.stamp(connection, self._room)
        self._check(connection)

    def _check(self, connection: Connection) -> None:
        if not table_version.current(connection, self._room):
            raise WrongDatabase(f"DATABASE_URL：数据库的表还没有建，或不是这个版本的，先运行 {MIGRATE}")

    async def prepare(self) -> None:
        """Tables ready: made in an empty SQLite file, else required, in the version of this code.

        Raises:
            WrongDatabase: no tables on PostgreSQL, or tables of another version; the line names the command.
            NotReachable: the database cannot be reached.
        """
        if self._sqlite:
            await self.make_tables()
            return
        with _as_not_reachable():
            async with self._engine.connect() as connection:
                await connection.run_sync(self._check)

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


def _make_folder(file: str | None) -> None:
    """The folder of a SQLite file, closed to others when it is made here."""
    if file and file != ":memory:":
        Path(file).parent.mkdir(mode=0o700, parents=True, exist_ok=True)


def _set_up_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # transactions are begun by `_begin_sqlite`, not by the driver
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout={_PATIENCE_SECONDS * 1000}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",  # what is deleted is overwritten, not only unlinked
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.execute("PRAGMA database_list")
    for _, _, file in cursor.fetchall():
        if file:
            private_file(Path(file))
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: nobody changes what it has read before it writes.
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
