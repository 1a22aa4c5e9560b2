"""`python -m deploy.backup create <folder>` and `restore <folder>`: SQL and Redis as they are, with checksums.

SQLite is copied by its own online backup, PostgreSQL by pg_dump; Redis key by key with its time to live, so that any
Redis can be the target. Not in it: keys and passwords (keep TONGBAO_DATA_KEY elsewhere), and of Redis what only holds
now: locks, heartbeats, rates, tokens, and messages waiting to be sent, which a later restore would send twice.
"""

import argparse
import base64
import hashlib
import json
import os
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import redis
from sqlalchemy.engine import URL, make_url

from common.settings import SettingsError
from common.settings.stores import Stores

PATTERNS = ("tb:*",)
LEFT_OUT = (
    "tb:lock:", "tb:rate:", "tb:token:", "tb:closed:", "tb:say:alive:", "tb:say:alone:", "tb:say:lead:",
    "tb:say:wait:", "tb:say:due", "tb:say:queue:", "tb:say:outbox:", "tb:say:grant:",
    "tb:say:leave:", "tb:say:notice:",
)  # fmt: skip
SQL, REDIS, MANIFEST = "sql.dump", "redis.jsonl", "manifest.json"
BATCH = 500


class BackupError(Exception):
    """One line about what could not be saved or restored."""


def create(folder: Path, stores: Stores) -> dict[str, Any]:
    """Save everything; the manifest. The folder must be new or empty, and only its owner can read what is in it.

    Raises:
        BackupError: something is away; what was written so far has no manifest and cannot be restored.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BackupError(f"{folder}：不是空的，备份要放进新的文件夹")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.umask(0o077)
    url = make_url(stores.database_url)
    _dump_sql(url, folder / SQL)
    keys = _dump_redis(stores.redis_url, folder / REDIS)
    manifest = {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"), "sql": url.get_backend_name(), "redis_keys": keys,
        "sha256": {name: _sha256(folder / name) for name in (SQL, REDIS)},
    }  # fmt: skip
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2), "utf-8")
    return manifest


def restore(folder: Path, stores: Stores, *, overwrite: bool = False) -> dict[str, Any]:
    """Bring everything back; the manifest. Stop the services first; afterwards run `python -m deploy.migrate`.

    Raises:
        BackupError: the backup is incomplete or damaged, the target is of another kind, or it is not empty.
    """
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        raise BackupError(f"{folder}：没有 {MANIFEST}，不是完整的备份") from None
    for name, wanted in manifest["sha256"].items():
        if not (folder / name).exists() or _sha256(folder / name) != wanted:
            raise BackupError(f"{name}：和备份时的校验值不一样，没有恢复")
    url = make_url(stores.database_url)
    if url.get_backend_name() != manifest["sql"]:
        raise BackupError(f"DATABASE_URL：备份是 {manifest['sql']} 的，这里是 {url.get_backend_name()}")
    client = _redis(stores.redis_url)
    if not overwrite and (_sql_exists(url) or _any_key(client)):
        raise BackupError("目标里已经有数据；确定要覆盖就加 --overwrite")
    _load_sql(url, folder / SQL)
    _load_redis(client, folder / REDIS)
    return manifest


def _redis(address: str) -> Any:
    return redis.Redis.from_url(address, socket_timeout=30, socket_connect_timeout=3)


def _dump_sql(url: URL, target: Path) -> None:
    if url.get_backend_name() == "sqlite":
        if not _sql_exists(url):
            raise BackupError("DATABASE_URL：没有这个数据库文件")
        source, copy = sqlite3.connect(f"file:{url.database}?mode=ro", uri=True), sqlite3.connect(target)
        try:
            source.backup(copy)
            if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise BackupError("数据库的副本没有通过检查")
        except sqlite3.Error as error:
            raise BackupError(f"DATABASE_URL：复制不了（{type(error).__name__}）") from None
        finally:
            source.close()
            copy.close()
        return
    _run(["pg_dump", "--format=custom", "--no-owner", f"--file={target}", _libpq(url)], url)


def _load_sql(url: URL, source: Path) -> None:
    if url.get_backend_name() == "sqlite":
        target = Path(str(url.database))
        target.parent.mkdir(parents=True, exist_ok=True)
        saved, live = sqlite3.connect(source), sqlite3.connect(target)
        try:
            saved.backup(live)
        except sqlite3.Error as error:
            raise BackupError(f"DATABASE_URL：写不进去（{type(error).__name__}），服务都停了吗") from None
        finally:
            saved.close()
            live.close()
        return
    _run(["pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction",
          f"--dbname={_libpq(url)}", str(source)], url)  # fmt: skip


def _libpq(url: URL) -> str:
    """The address without its password, which goes by the environment: command lines are seen by everybody."""
    return url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)


def _run(line: list[str], url: URL) -> None:
    environment = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    try:
        done = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise BackupError(f"{line[0]}：没有安装（Debian 软件包 postgresql-client）") from None
    if done.returncode != 0:
        raise BackupError(
            f"{line[0]}：没有成功（{done.stderr.strip().splitlines()[-1] if done.stderr else '没有说明'}）"
        )


def _sql_exists(url: URL) -> bool:
    if url.get_backend_name() != "sqlite":
        return False  # pg_restore replaces the tables it has; an empty PostgreSQL has none
    path = Path(str(url.database))
    return path.exists() and path.stat().st_size > 0


def _any_key(client: Any) -> bool:
    return any(True for pattern in PATTERNS for _ in client.scan_iter(pattern, count=10))


def _dump_redis(address: str, target: Path) -> int:
    client, count = _redis(address), 0
    try:
        with target.open("w", encoding="utf-8") as file:
            for pattern in PATTERNS:
                for key in client.scan_iter(pattern, count=BATCH):
                    if key.decode().startswith(LEFT_OUT):
                        continue
                    life, content = client.pttl(key), client.dump(key)
                    if content is None or life == -2:
                        continue  # ended meanwhile
                    row = {"key": key.decode(), "ends": life, "dump": base64.b64encode(content).decode()}
                    file.write(json.dumps(row) + "\n")
                    count += 1
    except redis.RedisError as error:
        raise BackupError(f"REDIS_URL：读不全（{type(error).__name__}）") from None
    return count


def _load_redis(client: Any, source: Path) -> None:
    try:
        with source.open(encoding="utf-8") as file, client.pipeline(transaction=False) as pipe:
            for number, line in enumerate(file, 1):
                row = json.loads(line)
                pipe.restore(row["key"], max(0, row["ends"]), base64.b64decode(row["dump"]), replace=True)
                if number % BATCH == 0:
                    pipe.execute()
            pipe.execute()
    except redis.RedisError as error:
        raise BackupError(f"REDIS_URL：写不全（{type(error).__name__}），请再恢复一次") from None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.backup", description=__doc__)
    parser.add_argument("command", choices=["create", "restore"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--overwrite", action="store_true", help="目标里已有数据也恢复")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.command == "create":
            made = create(chosen.folder, Stores.read())
            print(f"备份好了：{chosen.folder}（{made['sql']}，Redis {made['redis_keys']} 个键）")
        else:
            made = restore(chosen.folder, Stores.read(), overwrite=chosen.overwrite)
            print(f"恢复到 {made['made_at']} 的样子；现在运行 python -m deploy.migrate，再启动服务")
    except (SettingsError, BackupError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
