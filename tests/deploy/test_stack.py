"""The launcher: crashed parts come back with a pause, secrets are made once, staleness is content."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from deploy import training
from deploy.stack import ROOT, Part, Ports, Stack, keep_secrets, wrong_setting


def part(folder: Path, code: str) -> Part:
    return Part("part", [sys.executable, "-c", code], {"PATH": "/usr/bin:/bin"}, folder / "part.log")


def test_a_crashed_part_is_restarted_after_a_growing_pause(tmp_path: Path) -> None:
    said: list[str] = []
    stack = Stack(folder=tmp_path, ports=Ports.free(), say=said.append)
    crashing = part(tmp_path, "raise SystemExit(1)")
    stack.parts["part"] = crashing
    crashing.start()
    until = time.monotonic() + 20
    while crashing.failures < 3 and time.monotonic() < until:
        stack.tend()
        time.sleep(0.01)
    assert crashing.failures == 3
    assert [line.split("，")[1].split(" ")[0] for line in said] == ["0.5", "1", "2"]


def test_a_part_that_lives_is_left_alone_and_stops_when_asked(tmp_path: Path) -> None:
    stack = Stack(folder=tmp_path, ports=Ports.free(), say=lambda line: None)
    living = part(tmp_path, "import time; time.sleep(60)")
    stack.parts["part"] = living
    living.start()
    stack.tend()
    assert living.failures == 0
    living.stop()
    assert not living.alive()


def test_a_part_that_ignores_the_request_is_ended(tmp_path: Path) -> None:
    deaf = part(
        tmp_path,
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)",
    )
    deaf.start()
    until = time.monotonic() + 10
    while "up" not in deaf.log.read_text("utf-8") and time.monotonic() < until:
        time.sleep(0.01)
    deaf.stop(0.2)
    assert not deaf.alive()


def test_secrets_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    first = keep_secrets(tmp_path)
    assert first == keep_secrets(tmp_path)
    assert (tmp_path / "secrets.json").stat().st_mode & 0o077 == 0
    assert len(set(first.values())) == len(first)


def test_ports_are_distinct() -> None:
    ports = Ports.free()
    assert len(set(vars(ports).values())) == len(vars(ports))


def test_a_model_is_stale_by_content_not_by_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, stamp = tmp_path / "m.tar.gz", tmp_path / "m.stamp.json"
    monkeypatch.setattr(training, "MODEL", model)
    monkeypatch.setattr(training, "STAMP", stamp)
    assert training.stale()
    model.write_bytes(b"model")
    stamp.write_text(json.dumps({"fingerprint": training.fingerprint(), "sha256": training.sha256(model)}))
    assert not training.stale()
    model.write_bytes(b"another model")
    assert training.stale()
    model.write_bytes(b"model")
    stamp.write_text(json.dumps({"fingerprint": "other", "sha256": training.sha256(model)}))
    assert training.stale()


def test_the_messengers_variables_reach_every_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"WECHAT_TOKEN": "t", "WECHAT_API_BASE": "http://127.0.0.1:1", "WECOM_SECRET": "s"}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert given.items() <= Stack(folder=tmp_path, ports=Ports.free()).environment().items()


def test_a_missing_or_wrong_messenger_variable_stops_the_start_with_one_line() -> None:
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "WECHAT_TOKEN": "tokenOfTheTests"}
    line = [sys.executable, "-m", "deploy.stack"]
    done = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "WECHAT_APP_ID：没有设置\n")
    assert wrong_setting({}) is None


def test_demo_accounts_are_shown_once_and_never_in_production(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    stack = Stack(folder=tmp_path, ports=Ports.free(), say=lambda line: None)
    monkeypatch.setenv("TONGBAO_ENV", "production")
    assert stack.demo_accounts() == ""
    monkeypatch.delenv("TONGBAO_ENV")
    shown = stack.demo_accounts()
    assert all(role in shown for role in ("坐席", "学校", "主管", "管理员"))
    assert stack.demo_accounts() == ""


def test_the_staff_pages_are_a_part_with_their_own_address(tmp_path: Path) -> None:
    stack = Stack(folder=tmp_path, ports=Ports.free(), say=lambda line: None)
    assert stack.environment()["PORTAL_URL"] == f"http://127.0.0.1:{stack.ports.portal}"


def test_every_sentence_is_gathered_for_training(tmp_path: Path) -> None:
    training.gather(tmp_path / "gathered")
    gathered = YAML(typ="safe").load((tmp_path / "gathered" / "nlu.yml").read_text("utf-8"))["nlu"]
    each = [block for path in training.SENTENCES.glob("*.yml") for block in YAML(typ="safe").load(path)["nlu"]]
    assert sorted(map(str, gathered)) == sorted(map(str, each))
