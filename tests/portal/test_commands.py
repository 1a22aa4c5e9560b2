"""The command line: accounts without a browser, settings that stop the start in one line, vendored files untouched."""

import hashlib
import json
from pathlib import Path

import pytest

from common.settings import SettingsError
from portal.__main__ import DEMO, main
from portal.roles import ROLES
from portal.settings import PortalSettings
from tests.portal.builders import SECRET

ROOT = Path(__file__).parents[2]
GOOD = {
    "REDIS_URL": "redis://127.0.0.1:1/0", "DATABASE_URL": "sqlite+aiosqlite:///x.sqlite3",
    "RASA_URL": "http://127.0.0.1:1", "RASA_CHANNEL_SECRET": SECRET, "REGISTRATION_URL": "http://127.0.0.1:1",
    "REGISTRATION_TOKEN": SECRET, "PUBLIC_URL": "http://127.0.0.1:8080",
        "PORTAL_DATA_KEY": SECRET, "PORTAL_URL": "http://127.0.0.1:8081",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'portal.sqlite3'}")
    monkeypatch.delenv("TONGBAO_ENV", raising=False)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(arguments)
    said = capsys.readouterr()
    return code, said.out + said.err


def test_accounts_are_added_listed_disabled_and_reset(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = run(capsys, "account", "add", "3021", "--role", "agent", "--region", "南京", "--password", "generate")
    assert code == 0
    first = said.split("密码 ")[1].strip()
    assert len(first) == 19
    code, said = run(capsys, "account", "list")
    assert "3021\t坐席\t320100\t在用" in said
    assert "已停用" in run(capsys, "account", "disable", "3021")[1]
    assert "\t已停用" in run(capsys, "account", "list")[1]
    assert run(capsys, "account", "disable", "3021", "--undo")[0] == 0
    assert first not in run(capsys, "account", "reset", "3021", "--password", "generate")[1]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("account", "add", "a b", "--role", "agent"), "名字"),
        (("account", "add", "学校一", "--role", "school"), "--school"),
        (("account", "add", "3021", "--role", "agent", "--region", "火星"), "--region"),
        (("account", "disable", "nobody"), "nobody"), (("account", "reset", "nobody"), "nobody"),
    ],
)  # fmt: skip
def test_a_command_that_cannot_be_done_says_why_in_one_line(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], complaint: str
) -> None:
    code, said = run(capsys, *arguments)
    assert code == 2
    assert complaint in said
    assert said.count("\n") == 1


def test_a_name_is_taken_only_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "account", "add", "3021", "--role", "agent")[0] == 0
    code, said = run(capsys, "account", "add", "3021", "--role", "admin")
    assert (code, "已经有这个账号" in said) == (2, True)


def test_demo_accounts_come_once_and_one_per_role(capsys: pytest.CaptureFixture[str]) -> None:
    said = run(capsys, "account", "demo")[1]
    assert len(said.splitlines()) == len(DEMO)
    assert {role for _, role, _ in DEMO} == set(ROLES)
    assert run(capsys, "account", "demo") == (0, "")


def test_production_gets_no_demo_accounts(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGBAO_ENV", "production")
    assert run(capsys, "account", "demo")[0] == 2
    assert run(capsys, "account", "list") == (0, "")


@pytest.mark.parametrize("name", sorted(set(GOOD) - {"DATABASE_URL"}))
def test_a_missing_variable_stops_the_start_and_is_named(name: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name}："):
        PortalSettings.read({k: v for k, v in GOOD.items() if k != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REDIS_URL", "127.0.0.1"), ("DATABASE_URL", "mysql://x"), ("RASA_URL", "ftp://x"),
        ("RASA_CHANNEL_SECRET", "x"),
        ("PORTAL_URL", "desk"), ("TONGBAO_DEMO_CLOCK", "yes"), ("PORTAL_IDLE_MINUTES", "0"),
        ("PORTAL_IDLE_MINUTES", "abc"),
    ],
)  # fmt: skip
def test_a_wrong_variable_stops_the_start_and_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name}："):
        PortalSettings.read(GOOD | {name: value})


def test_production_needs_https_and_no_demo_clock() -> None:
    with pytest.raises(SettingsError, match=r"^PORTAL_URL："):
        PortalSettings.read(GOOD | {"TONGBAO_ENV": "production"})
    secure = GOOD | {"TONGBAO_ENV": "production", "PORTAL_URL": "https://desk.example"}
    assert PortalSettings.read(secure).secure
    with pytest.raises(SettingsError, match=r"^TONGBAO_DEMO_CLOCK："):
        PortalSettings.read(secure | {"TONGBAO_DEMO_CLOCK": "1"})


def test_secrets_do_not_show_in_the_settings() -> None:
    shown = repr(PortalSettings.read(GOOD))
    assert SECRET not in shown
    assert "x.sqlite3" not in shown


def test_vendored_files_are_those_that_were_fetched_and_carry_their_licence() -> None:
    for folder in (ROOT / "portal/static/vendor", ROOT / "tests/browser/vendor"):
        recorded = {}
        for package in json.loads((folder / "vendor.json").read_text("utf-8")):
            assert f"{package['name']}.LICENSE" in package["sha256"]
            recorded |= package["sha256"]
        found = {
            p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir() if p.name != "vendor.json"
        }
        assert found == recorded


@pytest.mark.parametrize(("name", "value"), [("METRICS_PORT", "0"), ("RASA_URL", "http://a:1,b:2")])
def test_a_wrong_address_or_port_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name}："):
        PortalSettings.read({**GOOD, name: value})
