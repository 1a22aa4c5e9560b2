"""What is installed is what is locked; exceptions are dated; the report of parts can be made."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from deploy import audit

ROOT = Path(__file__).parents[2]


def test_the_check_that_needs_no_network_finds_nothing() -> None:
    assert audit.offline(date(2026, 11, 22)) == []


def test_an_exception_ends() -> None:
    assert any("到期" in line for line in audit.offline(date(2030, 1, 1)))
    assert all(len(one.reason) > 20 for one in audit.exceptions())


def test_what_is_not_locked_or_forbidden_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Found:
        def __init__(self, name: str) -> None:
            self.metadata, self.version = {"Name": name}, "0.0.1"

    monkeypatch.setattr(audit, "distributions", lambda: [Found("Sanic"), Found("pycrypto"), Found("nobody-knows-it")])
    lines = audit.offline(date(2026, 11, 22))
    assert any(line.startswith("sanic 0.0.1：不是") for line in lines)
    assert any(line.startswith("nobody-knows-it：没有进") for line in lines)
    assert any(line.startswith("pycrypto：决定了不装") for line in lines)


def test_the_parts_list_names_every_part(tmp_path: Path) -> None:
    program, target = Path(sys.executable).parent / "cyclonedx-py", tmp_path / "sbom.json"
    line = [str(program), "environment", "--output-file", str(target), sys.executable]
    subprocess.run(line, cwd=ROOT, check=True, capture_output=True, timeout=120)
    parts = {part["name"].lower() for part in json.loads(target.read_text())["components"]}
    assert {"sanic", "redis", "cryptography", "sqlalchemy"} <= parts
