"""Migrations of each room's tables by Alembic: one history and one version table per room, in one database or several.

A history is a folder `common/storage/versions/<room>`; its files are ordinary Alembic revisions.
"""

from collections.abc import Callable

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from alembic.script.revision import ResolutionError
from sqlalchemy import Connection, inspect

from common.storage.table_version import VERSIONS, table_name

ROOMS = tuple(sorted(path.name for path in VERSIONS.iterdir() if path.is_dir() and not path.name.startswith("_")))


def upgrade(connection: Connection, room: str) -> list[str]:
    """Bring the tables to this code's version, in the connection's transaction; the revisions that ran.

    Tables from before migrations were kept count as the first revision.

    Raises:
        NewerTables: they are of a version this code does not know.
    """
    scripts, context = _scripts(room), _context(connection, room)
    first = scripts.get_base()
    assert first
    before = context.get_current_revision()
    tables = inspect(connection).get_table_names()
    if before is None and any(name.startswith(f"{room}_") and name != table_name(room) for name in tables):
        context.stamp(scripts, first)
        before = first
    try:
        todo = list(reversed(list(scripts.iterate_revisions("head", before or "base"))))
    except ResolutionError:
        raise NewerTables(room, str(before)) from None
    for revision in todo:
        operations = Operations(context)
        run: Callable[[Operations], None] = revision.module.upgrade
        run(operations)
        context.stamp(scripts, revision.revision)
    return [revision.revision for revision in todo]


class NewerTables(Exception):
    """The tables are of a version that this code does not know."""

    def __init__(self, room: str, found: str) -> None:
        super().__init__(f"DATABASE_URL：{room} 的表是版本 {found}，这个程序不认识，请用更新的程序")


def _scripts(room: str) -> ScriptDirectory:
    return ScriptDirectory(str(VERSIONS), version_locations=[str(VERSIONS / room)])


def _context(connection: Connection, room: str) -> MigrationContext:
    return MigrationContext.configure(connection, opts={"version_table": table_name(room)})
