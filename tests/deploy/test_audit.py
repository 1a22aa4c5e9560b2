"""The audit of what is installed: what it has not looked at it says, and that is a failure."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from deploy import audit

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 22)
BOTH = {"服务": {"sanic": "1", "redis": "2"}, "Rasa": {"rasa": "3"}}
Answer = Callable[[str], Any]


def test_both_environments_are_in_order_as_far_as_nobody_has_to_be_asked() -> None:
    found = audit.environments()
    assert "sanic" in found["服务"]
    assert "rasa" in found["Rasa"]
    assert "rasa" not in found["服务"]
    assert {where: audit.offline(TODAY, installed) for where, installed in found.items()} == {"服务": [], "Rasa": []}


def test_an_exception_ends() -> None:
    assert any("到期" in line for line in audit.offline(date(2030, 1, 1), {}))
    assert all(len(one.reason) > 20 for one in audit.exceptions())


def test_what_is_not_locked_or_forbidden_is_named() -> None:
    lines = audit.offline(TODAY, {"sanic": "0.0.1", "pycrypto": "0.0.1", "nobody-knows-it": "0.0.1"})
    assert any(line.startswith("sanic 0.0.1：不是") for line in lines)
    assert any(line.startswith("nobody-knows-it：没有进") for line in lines)
    assert any(line.startswith("pycrypto：决定了不装") for line in lines)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Callable[[Answer], None]:
    """What pip-audit prints about each package; or None: nothing it could print."""

    def tell(answer: Answer) -> None:
        def run(line: list[str], **_: Any) -> Any:
            assert line[1:3] == ["-m", "pip_audit"]
            names = [row.split("==")[0] for row in Path(line[line.index("--requirement") + 1]).read_text().split()]
            made = [answer(name) for name in names]
            text = "" if None in made else json.dumps({"dependencies": made, "fixes": []})
            return subprocess.CompletedProcess(line, 0, text, "")

        monkeypatch.setattr(audit, "environments", lambda: BOTH)
        monkeypatch.setattr(audit, "offline", lambda today, installed: [])
        monkeypatch.setattr(audit.subprocess, "run", run)
        monkeypatch.setattr(sys, "argv", ["audit"])

    return tell


def clean(name: str) -> dict[str, Any]:
    return {"name": name, "version": "1", "vulns": []}


def skipped(name: str) -> dict[str, Any]:
    return {"name": name, "skip_reason": "Dependency not found on PyPI and could not be audited"}


def hole(name: str) -> dict[str, Any]:
    return {**clean(name), "vulns": [{"id": "PYSEC-2026-1", "aliases": ["CVE-2026-1"], "fix_versions": ["2"]}]}


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        (clean, 0, ("服务环境：2 个包，查过 2 个", "Rasa环境：1 个包，查过 1 个")),
        (skipped, 1, ("服务环境：2 个包，查过 0 个", "有 2 个包漏洞库没有回答", "不算查过", "有 1 个包漏洞库没有回答")),
        (lambda name: skipped(name) if name == "redis" else clean(name), 1, ("有 1 个包漏洞库没有回答（redis",)),
        (lambda name: None, 1, ("服务环境：2 个包，一个也没有查成：漏洞库连不上", "Rasa环境：1 个包，一个也没有查成")),
        (lambda name: hole(name) if name == "rasa" else clean(name), 1, ("Rasa：rasa：PYSEC-2026-1，修复在 2",)),
    ],
)  # fmt: skip
def test_what_was_not_looked_at_fails_in_words(
    told: Callable[[Answer], None], capsys: pytest.CaptureFixture[str], answer: Answer, code: int, said: tuple[str, ...]
) -> None:
    told(answer)
    assert audit.main() == code
    out = capsys.readouterr().out
    assert all(words in out for words in said), out


def test_an_accepted_hole_is_no_failure(
    told: Callable[[Answer], None], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told(hole)
    accepted = audit.Accepted("CVE-2026-1", "redis", "not reachable here, as is written at length", date(2030, 1, 1))
    monkeypatch.setattr(audit, "exceptions", lambda: [accepted])
    assert audit.main() == 0
    assert "PYSEC" not in capsys.readouterr().out


def test_without_the_environment_of_rasa_the_audit_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audit, "RASA", ROOT / "no-such-environment" / "python")
    monkeypatch.setattr(sys, "argv", ["audit", "--offline"])
    assert audit.main() == 1
    assert ".venv-rasa" in capsys.readouterr().out


def test_the_offline_check_says_that_it_asked_nobody(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["audit", "--offline"])
    assert audit.main() == 0
    assert capsys.readouterr().out.count("没有查漏洞库") == 2


@pytest.mark.parametrize("how", ["--no-validate", pytest.param("--validate", marks=pytest.mark.nightly)])
def test_the_parts_list_names_every_part(tmp_path: Path, how: str) -> None:
    """Against its schema, which takes half a minute, at night."""
    program, target = Path(sys.executable).parent / "cyclonedx-py", tmp_path / "sbom.json"
    line = [str(program), "environment", how, "--output-file", str(target), sys.executable]
    subprocess.run(line, cwd=ROOT, check=True, capture_output=True, timeout=120)
    parts = {part["name"].lower() for part in json.loads(target.read_text())["components"]}
    assert {"sanic", "redis", "cryptography", "sqlalchemy"} <= parts
