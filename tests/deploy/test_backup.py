"""A backup brings back what was there, with what is left of its life; damaged or foreign ones are refused."""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from common.casebook import Casebook
from common.settings.stores import Stores
from deploy import backup
from deploy.backup import BackupError
from deploy.migrate import migrate
from tests.gateway.running import RedisServer, redis_server

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as found:
        yield found


@pytest.fixture
def environment(server: RedisServer, tmp_path: Path) -> dict[str, str]:
    """Two records in SQL and some keys in Redis."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'book.sqlite3'}"
    migrate(url)

    async def fill() -> None:
        book = Casebook(url)
        await book.note_question("unsure", "断保怎么办", now=datetime.now(UTC))
        await book.open_case("c" * 32, "web", None, "parent", [], datetime.now(UTC))
        await book.close()

    asyncio.run(fill())
    client = server.client()
    client.flushall()
    client.hset("tb:conv:a", mapping={"at": "3", "memory": '{"region": "320100"}'})
    client.expire("tb:conv:a", 1000)
    client.rpush("tb:history:a", "event", "另一个")
    client.expire("tb:history:a", 500)
    client.set("tb:lock:a", "held", ex=100)
    client.rpush("tb:say:outbox:u", "to be sent")
    client.set("foreign", "not ours")
    return {"REDIS_URL": server.url, "DATABASE_URL": url}


def questions(path: Path) -> list[str]:
    with sqlite3.connect(path) as connection:
        return [row[0] for row in connection.execute("SELECT text FROM casebook_questions")]


def test_what_was_there_is_there_again(environment: dict[str, str], server: RedisServer, tmp_path: Path) -> None:
    made = backup.create(tmp_path / "saved", Stores.read(environment))
    assert (made["sql"], made["redis_keys"]) == ("sqlite", 2)
    server.client().flushall()
    other = {**environment, "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'new' / 'book.sqlite3'}"}
    backup.restore(tmp_path / "saved", Stores.read(other))
    client = server.client()
    assert sorted(client.scan_iter()) == ["tb:conv:a", "tb:history:a"]
    assert client.hget("tb:conv:a", "memory") == '{"region": "320100"}'
    assert client.lrange("tb:history:a", 0, -1) == ["event", "另一个"]
    assert 900 < client.ttl("tb:conv:a") <= 1000
    assert questions(tmp_path / "new" / "book.sqlite3") == ["断保怎么办"]
    assert migrate(other["DATABASE_URL"])["casebook"] == []


def test_it_copies_while_somebody_writes(environment: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "book.sqlite3"
    writer = sqlite3.connect(path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE casebook_questions SET text = 'half written'")
    backup.create(tmp_path / "saved", Stores.read(environment))
    writer.rollback()
    writer.close()
    assert questions(tmp_path / "saved" / backup.SQL) == ["断保怎么办"]


def test_a_damaged_or_unfinished_backup_is_refused_and_nothing_is_touched(
    environment: dict[str, str], server: RedisServer, tmp_path: Path
) -> None:
    saved = tmp_path / "saved"
    backup.create(saved, Stores.read(environment))
    with (saved / backup.REDIS).open("a") as file:
        file.write("{}\n")
    before = sorted(server.client().scan_iter())
    with pytest.raises(BackupError, match=r"^redis\.jsonl："):
        backup.restore(saved, Stores.read(environment), overwrite=True)
    (saved / backup.MANIFEST).unlink()
    with pytest.raises(BackupError, match="不是完整的备份"):
        backup.restore(saved, Stores.read(environment), overwrite=True)
    assert sorted(server.client().scan_iter()) == before


def test_what_is_there_is_not_overwritten_unless_asked_to(environment: dict[str, str], tmp_path: Path) -> None:
    backup.create(tmp_path / "saved", Stores.read(environment))
    with pytest.raises(BackupError, match="--overwrite"):
        backup.restore(tmp_path / "saved", Stores.read(environment))
    with pytest.raises(BackupError, match="不是空的"):
        backup.create(tmp_path / "saved", Stores.read(environment))
    backup.restore(tmp_path / "saved", Stores.read(environment), overwrite=True)


def test_only_its_owner_reads_it_and_no_secret_is_in_it(environment: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    line = [sys.executable, "-m", "deploy.backup", "create", str(folder)]
    given = {**os.environ, **environment, "TONGBAO_DATA_KEY": "k" * 44, "RASA_CHANNEL_SECRET": "s" * 20}
    done = subprocess.run(line, cwd=ROOT, env=given, capture_output=True, text=True, check=True, timeout=60)
    assert "备份好了" in done.stdout
    for path in (folder, *folder.iterdir()):
        assert path.stat().st_mode & 0o077 == 0
    everything = b"".join(path.read_bytes() for path in folder.iterdir())
    assert b"k" * 44 not in everything
    assert b"s" * 20 not in everything
    assert json.loads((folder / backup.MANIFEST).read_text())["redis_keys"] == 2


def test_a_store_that_is_away_leaves_no_backup_that_looks_whole(environment: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(BackupError, match=r"^REDIS_URL："):
        backup.create(tmp_path / "saved", Stores.read({**environment, "REDIS_URL": "redis://127.0.0.1:1/0"}))
    with pytest.raises(BackupError, match="不是完整的备份"):
        backup.restore(tmp_path / "saved", Stores.read(environment))
