"""A wrong or missing variable stops the start with one line that names it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from common.settings import SettingsError
from gateway.settings import from_environment

ROOT = Path(__file__).parent.parent.parent
RIGHT = {
    "REDIS_URL": "redis://:geheim@127.0.0.1:6379/0",
    "RASA_URL": "http://127.0.0.1:5005/",
    "RASA_CHANNEL_SECRET": "s" * 16,
    "REGISTRATION_URL": "http://127.0.0.1:8092",
    "REGISTRATION_TOKEN": "t" * 16,
    "TONGBAO_DATA_KEY": "k" * 44,
    "PUBLIC_URL": "https://tongbao.example",
    "DATABASE_URL": "sqlite+aiosqlite:///var/tongbao.sqlite3",
}


@pytest.mark.parametrize("name", sorted(RIGHT))
def test_a_missing_variable_is_named(name: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name}：没有设置$"):
        from_environment({**RIGHT, name: " "})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REDIS_URL", "127.0.0.1:6379"), ("REDIS_URL", "http://127.0.0.1"), ("RASA_URL", "127.0.0.1:5005"),
        ("REGISTRATION_URL", "ftp://x"), ("PUBLIC_URL", "tongbao.example"), ("PUBLIC_URL", "https:tongbao"),
        ("RASA_CHANNEL_SECRET", "short"), ("REGISTRATION_TOKEN", "short"), ("TONGBAO_DATA_KEY", "short"),
        ("TONGBAO_DEMO_CLOCK", "yes"),
    ],
)  # fmt: skip
def test_a_wrong_variable_is_named_and_its_value_is_not_shown(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        from_environment({**RIGHT, name: value})
    assert str(refused.value).startswith(f"{name}：")
    assert value not in str(refused.value)


def test_the_demo_clock_is_refused_in_production() -> None:
    assert from_environment({**RIGHT, "TONGBAO_DEMO_CLOCK": "1"}).demo_clock
    with pytest.raises(SettingsError, match="TONGBAO_DEMO_CLOCK"):
        from_environment({**RIGHT, "TONGBAO_DEMO_CLOCK": "1", "TONGBAO_ENV": "production"})


def test_secrets_do_not_show_when_the_settings_are_printed() -> None:
    shown = repr(from_environment(RIGHT))
    assert not any(secret in shown for secret in ("geheim", "s" * 16, "t" * 16, "k" * 44))


def test_a_second_data_key_in_front_keeps_the_pseudonyms() -> None:
    rotated = from_environment({**RIGHT, "TONGBAO_DATA_KEY": "n" * 44 + "," + "k" * 44})
    assert rotated.key_secret == from_environment(RIGHT).key_secret


def test_the_command_ends_with_one_line_when_a_variable_is_missing() -> None:
    environment = {k: v for k, v in os.environ.items() if k not in RIGHT}
    line = [sys.executable, "-m", "gateway", "serve", "--port", "0"]
    done = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr == "REDIS_URL：没有设置\n"
