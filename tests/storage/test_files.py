"""Private files: closed to others, and never opened when they are there."""

import sqlite3
import subprocess
import sys
from pathlib import Path

from sqlalchemy import MetaData

from common.storage import Database
from common.storage.files import private_file, private_folder


def test_what_is_made_and_what_is_there_is_closed_to_others(tmp_path: Path) -> None:
    folder = private_folder(tmp_path / "one" / "two")
    made, there = private_file(folder / "made"), folder / "there"
    there.write_text("words")
    (folder / "there-wal").write_text("words")
    there.chmod(0o644)
    assert private_file(there).read_text() == "words"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in (made, there, folder / "there-wal")} == {0o600}


def test_a_database_in_use_keeps_its_locks(tmp_path: Path) -> None:
    """POSIX lets go of every lock of a process on a file as soon as the process closes the file anywhere."""
    file = tmp_path / "book.sqlite3"
    writer = sqlite3.connect(file, isolation_level=None)
    writer.execute("CREATE TABLE notes (text)")
    writer.execute("BEGIN EXCLUSIVE")
    private_file(file)
    other = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('BEGIN EXCLUSIVE')"
    done = subprocess.run([sys.executable, "-c", other, str(file)], capture_output=True, text=True, check=False)
    assert "database is locked" in done.stderr
    writer.close()


def test_the_folder_of_a_new_database_is_made_and_closed_to_others(tmp_path: Path) -> None:
    Database(f"sqlite+aiosqlite:///{tmp_path / 'new' / 'x.sqlite3'}", MetaData(), "casebook")
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0
