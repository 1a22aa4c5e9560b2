"""A model archive that is not the one that was trained stops the start with one line."""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.start import refused
from deploy import stack as stacks
from deploy.stack import ROOT, Ports, Stack


def model(folder: Path, content: bytes = b"archive", stamp: str | None = None) -> Path:
    path = folder / "tongbao.tar.gz"
    path.write_bytes(content)
    said = stamp if stamp is not None else json.dumps({"sha256": hashlib.sha256(b"archive").hexdigest()})
    (folder / "tongbao.stamp.json").write_text(said)
    return path


def test_the_archive_that_was_trained_is_taken(tmp_path: Path) -> None:
    assert refused(model(tmp_path)) is None


@pytest.mark.parametrize(
    ("content", "stamp"),
    [(b"archivf", None), (b"", None), (b"archive", "{}"), (b"archive", "no json"), (b"archive", "[]")],
)
def test_any_other_is_refused_with_one_line(tmp_path: Path, content: bytes, stamp: str | None) -> None:
    line = refused(model(tmp_path, content, stamp))
    assert line
    assert "\n" not in line
    assert "make train" in line


def test_nothing_is_started_with_a_corrupt_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stacks, "MODEL", model(tmp_path, b"corrupt"))
    stack = Stack(folder=tmp_path / "var", ports=Ports.free(), say=lambda line: None)
    with pytest.raises(RuntimeError, match="校验值不一样"):
        stack.start()
    assert stack.parts == {}


def test_rasas_own_start_command_refuses_it_too(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    model(tmp_path / "models", b"corrupt")
    shutil.copytree(ROOT / "bot", tmp_path / "bot", ignore=shutil.ignore_patterns("nlu", "__pycache__"))
    line = [sys.executable, "-m", "bot.start"]
    done = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("tongbao.tar.gz：")
