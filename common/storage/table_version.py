"""Which migration the tables of a room stand at, by plain SQL: what a service asks when it starts.

The table and the revisions are Alembic's (`common.storage.migrations`), which no service needs in memory.
"""

from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    delete,
    insert,
    inspect,
    select,
)

VERSIONS = Path(__file__).parent / "versions"


def head(room: str) -> str:
    """The revision this code was written for: the newest file of the room's history is named after it."""
    return max(path.name.split("_")[0] for path in (VERSIONS / room).glob("*_*.py") if not path.name.startswith("_"))


def version(connection: Connection, room: str) -> str | None:
    """The revision the tables have; None when nobody ever noted one."""
    table = _table(room)
    if not inspect(connection).has_table(table.name):
        return None
    return connection.scalar(select(table.c.version_num))


def current(connection: Connection, room: str) -> bool:
    """Are the tables those of this code?"""
    return version(connection, room) == head(room)


def stamp(connection: Connection, room: str) -> None:
    """Note that the tables are those of this code, without touching them."""
    table = _table(room)
    table.create(connection, checkfirst=True)
    connection.execute(delete(table))
    connection.execute(insert(table).values(version_num=head(room)))


def table_name(room: str) -> str:
    """The table in which a room's revision is noted."""
    return f"{room}_version"


def _table(room: str) -> Table:
    name = table_name(room)
    key = PrimaryKeyConstraint("version_num", name=f"{name}_pkc")
    return Table(name, MetaData(), Column("version_num", String(32), nullable=False), key)
