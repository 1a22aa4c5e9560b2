"""A missing or wrong setting stops the start with one line that names it."""

from pathlib import Path

import pytest

from common.settings import SettingsError
from registration.settings import RegistrationSettings
from tests.registration.builders import TOKEN, HandClock, new_key
from tests.registration.running import command_process, environment, service_in_thread


def good(tmp_path: Path) -> dict[str, str]:
    return {
        "REGISTRATION_TOKEN": TOKEN,
        "TONGBAO_DATA_KEY": f"{new_key()}, {new_key()}",
        "DATABASE_URL": f"sqlite:///{tmp_path}/new/r.sqlite3",
    }


def test_settings_are_read_and_keep_their_secrets(tmp_path: Path) -> None:
    given = good(tmp_path)
    settings = RegistrationSettings.read(given)
    assert settings.database_url == f"sqlite+aiosqlite:///{tmp_path}/new/r.sqlite3"
    assert len(settings.data_keys) == 2
    assert TOKEN not in repr(settings)
    assert settings.data_keys[0] not in repr(settings)


def test_postgresql_gets_its_async_driver_and_keeps_its_password(tmp_path: Path) -> None:
    settings = RegistrationSettings.read(good(tmp_path) | {"DATABASE_URL": "postgres://u:p%40ss@db/tongbao"})
    assert settings.database_url == "postgresql+asyncpg://u:p%40ss@db/tongbao"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REGISTRATION_TOKEN", ""),
        ("REGISTRATION_TOKEN", "too short"),
        ("REGISTRATION_TOKEN", "令牌令牌令牌令牌令牌令牌令牌令牌"),
        ("TONGBAO_DATA_KEY", ""),
        ("TONGBAO_DATA_KEY", "not-a-key"),
        ("DATABASE_URL", "mysql://db/tongbao"),
        ("DATABASE_URL", "somewhere"),
    ],
)
def test_a_wrong_value_is_named_in_one_line_and_not_repeated(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError) as wrong:
        RegistrationSettings.read(good(tmp_path) | {name: value})
    text = str(wrong.value)
    assert text.startswith(f"{name}：")
    assert "\n" not in text
    assert not value or value not in text


def test_the_process_ends_with_one_line_when_a_setting_is_missing(tmp_path: Path) -> None:
    ended = command_process("serve", env=environment(tmp_path, new_key()) | {"REGISTRATION_TOKEN": ""})
    assert ended.code == 2
    assert ended.error == "REGISTRATION_TOKEN：没有设置（调用接口的令牌）\n"


def test_keys_that_do_not_open_the_data_stop_the_start(tmp_path: Path, clock: HandClock) -> None:
    with service_in_thread(tmp_path, clock) as service:
        service.start_draft()
    ended = command_process("serve", "--port", "0", env=environment(tmp_path, new_key()))
    assert ended.code == 2
    assert ended.error.startswith("TONGBAO_DATA_KEY：")
    assert ended.error.count("\n") == 1
