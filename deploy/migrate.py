"""`python -m deploy.migrate`: brings the tables of every room to this version, on SQLite and PostgreSQL.

A job of its own before the services start; run again it changes nothing. Several at once wait for each other.
"""

import sys
from pathlib import Path

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from common.settings import SettingsError
from common.settings.stores import Sql
from common.storage import WrongDatabase, migrations
from common.storage.files import private_file
from common.storage.migrations import NewerTables

LOCK = 7_421_209_001
"""Of PostgreSQL's advisory locks: one migration at a time."""


def migrate(url: str) -> dict[str, list[str]]:
    """Run what is missing; the revisions that ran, by room.

    Raises:
        RuntimeError: the database cannot be used or reached; one line that names DATABASE_URL.
    """
    try:
        if make_url(url).drivername.startswith("sqlite"):
            return _on_sqlite(url)
        import asyncio

        return asyncio.run(_on_postgres(url))
    except (NewerTables, WrongDatabase) as error:
        raise RuntimeError(str(error)) from None
    except ArgumentError:
        raise RuntimeError("DATABASE_URL：不是能用的数据库地址") from None
    except (SQLAlchemyError, OSError) as error:
        raise RuntimeError(f"DATABASE_URL：连不上数据库，或表改不了（{type(error).__name__}）") from None


def _on_sqlite(url: str) -> dict[str, list[str]]:
    file = make_url(url).database
    if file and file != ":memory:":
        private_file(Path(file))
    engine: Engine = create_engine(make_url(url).set(drivername="sqlite"), hide_parameters=True)
    event.listen(engine, "connect", lambda connection, _: setattr(connection, "isolation_level", None))
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.begin() as connection:
            return {room: migrations.upgrade(connection, room) for room in migrations.ROOMS}
    finally:
        engine.dispose()


async def _on_postgres(url: str) -> dict[str, list[str]]:
    from sqlalchemy.ext.asyncio import create_async_engine

    engine = create_async_engine(make_url(url).set(drivername="postgresql+asyncpg"), hide_parameters=True)
    try:
        async with engine.begin() as connection:
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
            return {room: await connection.run_sync(migrations.upgrade, room) for room in migrations.ROOMS}
    finally:
        await engine.dispose()


def main() -> int:
    try:
        done = migrate(Sql.read().database_url)
    except (SettingsError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 2
    for room, revisions in done.items():
        print(f"{room}：{'、'.join(revisions) if revisions else '已经是最新'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
