"""The launcher: crashed parts come back with a pause, secrets are made once, staleness is content."""

import asyncio
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from common.casebook import Casebook
from deploy import training
from deploy.migrate import migrate
from deploy.stack import ROOT, Part, Ports, Stack, keep_secrets, needed, wrong_setting


def part(folder: Path, code: str) -> Part:
    return Part("part", [sys.executable, "-c", code], {"PATH": "/usr/bin:/bin"}, folder / "part.log")


def test_a_crashed_part_is_restarted_after_a_growing_pause(tmp_path: Path) -> None:
    said: list[str] = []
    stack = Stack(folder=tmp_path, ports=Ports.free(), say=said.append)
    crashing = part(tmp_path, "raise SystemExit(1)")
    stack.parts["part"] = crashing
    crashing.start()
    until = time.monotonic() + 60
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
    until = time.monotonic() + 60
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


NOT_FOR = {
    "rasa": ("TONGBAO_DATA_KEY", "PORTAL_DATA_KEY", "TONGBAO_PSEUDONYM_KEY", "REGISTRATION_TOKEN", "DATABASE_URL",
             "REDIS_URL", "REDIS_PASSWORD", "WECHAT_APP_SECRET", "WECHAT_TOKEN", "WECOM_SECRET"),
    "actions": ("TONGBAO_DATA_KEY", "PORTAL_DATA_KEY", "TONGBAO_PSEUDONYM_KEY", "DATABASE_URL", "REDIS_URL",
                "RASA_CHANNEL_SECRET", "WECHAT_APP_SECRET"),
    "gateway": ("TONGBAO_DATA_KEY", "PORTAL_DATA_KEY", "ACTIONS_TOKEN"),
    "portal": ("TONGBAO_DATA_KEY", "TONGBAO_PSEUDONYM_KEY", "ACTIONS_TOKEN", "WECHAT_APP_SECRET", "WECOM_SECRET"),
    "sender": ("TONGBAO_DATA_KEY", "TONGBAO_PSEUDONYM_KEY", "ACTIONS_TOKEN", "WECHAT_APP_SECRET", "WECOM_SECRET"),
    "registration": ("PORTAL_DATA_KEY", "TONGBAO_PSEUDONYM_KEY", "ACTIONS_TOKEN", "REDIS_URL", "RASA_CHANNEL_SECRET"),
    "redis": ("TONGBAO_DATA_KEY", "DATABASE_URL", "REDIS_PASSWORD", "REGISTRATION_TOKEN"),
}  # fmt: skip


@pytest.mark.parametrize("part", NOT_FOR)
def test_a_part_gets_no_key_it_does_not_need(part: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WECHAT_TOKEN", "WECHAT_APP_SECRET", "WECOM_SECRET"):
        monkeypatch.setenv(name, "said")
    everything = Stack(folder=tmp_path, ports=Ports.free()).environment()
    mine = needed(part, everything)
    assert set(NOT_FOR[part]) <= everything.keys()
    assert not set(NOT_FOR[part]) & mine.keys()
    assert mine["PUBLIC_URL"] == everything["PUBLIC_URL"]


def test_the_messengers_variables_reach_the_gateway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"WECHAT_TOKEN": "t", "WECHAT_API_BASE": "http://127.0.0.1:1", "WECOM_SECRET": "s"}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert given.items() <= needed("gateway", Stack(folder=tmp_path, ports=Ports.free()).environment()).items()


async def used(url: str) -> None:
    book = Casebook(url)
    await book.prepare()
    await book.waiting()
    await book.close()


def test_what_is_written_can_be_read_by_its_owner_only(tmp_path: Path) -> None:
    """Logs, the database with what SQLite keeps beside it, Redis' folder and settings; also what was open before."""
    folder = tmp_path / "var"
    stack = Stack(folder=folder, ports=Ports.free())
    folder.mkdir(mode=0o755)
    (folder / "tongbao.sqlite3").touch(0o644)
    migrate(f"sqlite+aiosqlite:///{folder / 'tongbao.sqlite3'}")
    code = f"open({str(folder / 'made')!r}, 'w'); print('up', flush=True)"
    writing = Part("p", [sys.executable, "-c", code], dict(os.environ), folder / "log" / "p")
    writing.start()
    assert writing.process is not None
    assert writing.process.wait(20) == 0
    asyncio.run(used(f"sqlite+aiosqlite:///{folder / 'other.sqlite3'}"))
    stack.redis_settings()
    keep_secrets(folder)
    found = [folder, *folder.rglob("*")]
    assert {one.name for one in found} >= {
        "tongbao.sqlite3",
        "other.sqlite3",
        "p",
        "redis.conf",
        "secrets.json",
        "made",
    }
    assert [one for one in found if one.stat().st_mode & 0o077] == []


def test_a_missing_or_wrong_messenger_variable_stops_the_start_with_one_line() -> None:
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "WECHAT_TOKEN": "tokenOfTheTests"}
    line = [sys.executable, "-m", "deploy.stack"]
    done = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "WECHAT_APP_ID：没有设置\n")
    assert wrong_setting({}) is None
    assert wrong_setting({"TONGBAO_ENV": "prod"}) == "TONGBAO_ENV：只能是 production，或者不设"


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
