"""Tables come to this version by migrations, from nothing and from before there were any; nothing starts on others."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, inspect

from common.casebook import Casebook
from common.storage import WrongDatabase, migrations, table_version
from deploy import migrate as job
from tools.new_migration import tables_of

ROOT = Path(__file__).parents[2]


def urls(folder: Path) -> tuple[str, str]:
    return f"sqlite+aiosqlite:///{folder / 'book.sqlite3'}", f"sqlite:///{folder / 'book.sqlite3'}"


def differences(url: str, room: str) -> list[object]:
    """What the models have and the migrated tables have not, or the other way round."""

    def ours(item: object, name: str | None, kind: str, *_: object) -> bool:
        return kind != "table" or (str(name).startswith(f"{room}_") and name != f"{room}_version")

    with create_engine(url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours, "compare_type": True})
        return list(compare_metadata(context, tables_of(room)))


@pytest.mark.parametrize("room", migrations.ROOMS)
def test_the_migrations_make_exactly_the_tables_of_the_models(room: str, tmp_path: Path) -> None:
    given, plain = urls(tmp_path)
    ran = job.migrate(given)
    assert len(ran[room]) >= 1
    assert differences(plain, room) == []
    assert job.migrate(given) == {name: [] for name in migrations.ROOMS}


@pytest.mark.parametrize("room", migrations.ROOMS)
def test_the_newest_revision_is_read_without_alembic_as_alembic_reads_it(room: str, tmp_path: Path) -> None:
    assert table_version.head(room) == migrations._scripts(room).get_current_head()
    with create_engine(urls(tmp_path)[1]).begin() as connection:
        assert table_version.version(connection, room) is None
        table_version.stamp(connection, room)
        context = MigrationContext.configure(connection, opts={"version_table": table_version.table_name(room)})
        assert table_version.version(connection, room) == context.get_current_revision() == table_version.head(room)


def test_a_service_does_not_load_alembic() -> None:
    loaded = (
        "import sys, common.casebook, portal.app, gateway.app, registration.service; sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize("room", migrations.ROOMS)
def test_tables_from_before_there_were_migrations_are_taken_over(room: str, tmp_path: Path) -> None:
    given, plain = urls(tmp_path)
    engine = create_engine(plain)
    with engine.begin() as connection:
        scripts = migrations._scripts(room)
        first = scripts.get_revision(str(scripts.get_base()))
        assert first
        first.module.upgrade(Operations(MigrationContext.configure(connection)))
    job.migrate(given)
    assert differences(plain, room) == []
    with engine.connect() as connection:
        assert table_version.current(connection, room)


def test_a_service_refuses_tables_of_another_version_with_the_command_to_run(tmp_path: Path) -> None:
    given, plain = urls(tmp_path)
    job.migrate(given)
    with create_engine(plain).begin() as connection:
        connection.exec_driver_sql("UPDATE casebook_version SET version_num = 'c0000'")

    async def start() -> None:
        book = Casebook(given)
        try:
            await book.prepare()
        finally:
            await book.close()

    with pytest.raises(WrongDatabase, match=r"^DATABASE_URL：.*python -m deploy\.migrate$"):
        asyncio.run(start())


def test_tables_newer_than_the_program_are_left_alone(tmp_path: Path) -> None:
    given, plain = urls(tmp_path)
    job.migrate(given)
    with create_engine(plain).begin() as connection:
        connection.exec_driver_sql("UPDATE casebook_version SET version_num = 'c9999'")
    with pytest.raises(RuntimeError, match="c9999"):
        job.migrate(given)


def test_an_empty_sqlite_file_needs_no_command(tmp_path: Path) -> None:
    given, plain = urls(tmp_path)

    async def start() -> None:
        book = Casebook(given)
        await book.prepare()
        await book.prepare()
        await book.close()

    asyncio.run(start())
    with create_engine(plain).connect() as connection:
        assert table_version.current(connection, "casebook")
        assert "registration_applications" not in inspect(connection).get_table_names()


def test_the_command_says_what_it_did_and_names_a_missing_variable(tmp_path: Path) -> None:
    line = [sys.executable, "-m", "deploy.migrate"]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (2, "DATABASE_URL：没有设置\n")
    environment["DATABASE_URL"] = urls(tmp_path)[0]
    done = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0
    assert "registration：r0001、r0002" in done.stdout
