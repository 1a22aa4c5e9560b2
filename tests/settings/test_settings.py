"""How settings are read: from an environment and nowhere else, one line for the first mistake, no secret shown."""

from typing import Annotated

import pytest
from pydantic import Field

from common.settings import Settings, SettingsError
from common.settings.fields import (
    Networks,
    Port,
    Rate,
    RateOrOff,
    Seconds,
    Secret,
    Switch,
    Token,
    WebAddresses,
    written,
)
from common.settings.shared import DemoClock, Mode
from common.settings.stores import EMBEDDED, EmbeddedSql, Redis, Sql


class Some(Settings):
    token: Secret = Field(validation_alias="SOME_TOKEN", repr=False)
    port: Port | None = Field(None, validation_alias="SOME_PORT")
    rate: RateOrOff = Field(Rate(30, 60), validation_alias="SOME_RATE")
    proxies: Networks = Field((), validation_alias="SOME_PROXIES")
    addresses: WebAddresses = Field(("http://a",), validation_alias="SOME_URL")
    switch: Switch = Field(False, validation_alias="SOME_SWITCH")
    pause: Seconds = Field(1.0, validation_alias="SOME_SECONDS")
    header: Token | None = Field(None, validation_alias="SOME_HEADER", repr=False)
    odd: Annotated[int, Field(multiple_of=2), written("要是双数")] | None = Field(None, validation_alias="SOME_ODD")
    deadline: float = 8.0


RIGHT = {"SOME_TOKEN": "t" * 16}


def test_blank_is_unset_and_space_around_a_value_does_not_count() -> None:
    found = Some.read({"SOME_TOKEN": f" {'t' * 16} ", "SOME_PORT": " ", "SOME_RATE": ""})
    assert (found.token, found.port, found.rate) == ("t" * 16, None, Rate(30, 60))


def test_only_variables_are_read_and_only_from_the_environment_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_PORT", "80")
    assert Some.read({**RIGHT, "deadline": "1", "port": "81"}) == Some(token="t" * 16)
    assert Some.read(RIGHT, deadline=2.0).deadline == 2.0


@pytest.mark.parametrize(
    ("name", "said", "meant"),
    [
        ("SOME_RATE", "off", None), ("SOME_RATE", "5/10", Rate(5, 10)), ("SOME_SWITCH", "1", True),
        ("SOME_URL", "http://b/, http://a,http://b", ("http://b", "http://a")), ("SOME_SECONDS", "0.5", 0.5),
    ],
)  # fmt: skip
def test_what_is_written_and_what_it_means(name: str, said: str, meant: object) -> None:
    found = Some.read({**RIGHT, name: said})
    assert getattr(found, next(key for key, f in Some.model_fields.items() if f.validation_alias == name)) == meant


def test_a_network_may_be_written_by_any_address_in_it() -> None:
    assert [str(one) for one in Some.read({**RIGHT, "SOME_PROXIES": "10.1.2.3/8, ::1"}).proxies] == [
        "10.0.0.0/8", "::1/128",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("SOME_TOKEN", "short"), ("SOME_PORT", "0"), ("SOME_PORT", "http"), ("SOME_RATE", "30"), ("SOME_RATE", "0/60"),
        ("SOME_PROXIES", "proxy"), ("SOME_URL", "http://a,b:1"), ("SOME_URL", ","), ("SOME_SWITCH", "yes"),
        ("SOME_SECONDS", "nan"), ("SOME_SECONDS", "soon"), ("SOME_HEADER", "两个字两个字两个字两个字两个字"),
        ("SOME_ODD", "7"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_one_line_of_words_that_names_the_variable_and_not_the_value(name: str, said: str) -> None:
    with pytest.raises(SettingsError) as wrong:
        Some.read({**RIGHT, name: said})
    line = str(wrong.value)
    assert line.startswith(f"{name}：")
    assert "\n" not in line
    assert said not in line.removeprefix(f"{name}：").replace("30/60", "").replace("http://", "")
    assert "Input" not in line, "the library's own English"


def test_a_missing_one_is_named_with_its_prefix() -> None:
    with pytest.raises(SettingsError, match=r"^MY_SOME_TOKEN：没有设置$"):
        Some.read(RIGHT, "MY_")
    assert Some.read({"MY_SOME_TOKEN": "t" * 16}, "MY_").token == "t" * 16
    assert Some.read_if({}, "SOME_TOKEN") is None


def test_secrets_are_not_printed_and_nothing_is_changed_afterwards() -> None:
    found = Some.read(RIGHT)
    assert "t" * 16 not in f"{found} {found!r}"
    with pytest.raises(ValueError, match="frozen"):
        found.port = 1  # type: ignore[misc]


def test_production_is_written_in_one_way_and_has_no_demo_clock() -> None:
    assert not Mode.read({}).production
    assert Mode.read({"TONGBAO_ENV": "production"}).production
    with pytest.raises(SettingsError, match=r"^TONGBAO_ENV："):
        Mode.read({"TONGBAO_ENV": "Production"})
    with pytest.raises(SettingsError, match=r"^TONGBAO_DEMO_CLOCK：.*生产"):
        DemoClock.read({"TONGBAO_ENV": "production", "TONGBAO_DEMO_CLOCK": "1"})


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("postgres://u:p%40ss@db/x", "postgresql+asyncpg://u:p%40ss@db/x"),
        ("sqlite:///x.sqlite3", "sqlite+aiosqlite:///x.sqlite3"),
    ],
)
def test_a_database_gets_its_async_driver_and_keeps_its_password(said: str, meant: str) -> None:
    assert Sql.read({"DATABASE_URL": said}).database_url == meant


def test_the_embedded_file_and_a_redis_behind_a_socket() -> None:
    assert EmbeddedSql.read({}).database_url == EMBEDDED
    assert Redis.read({"REDIS_URL": "unix:///run/redis.sock"}).redis_url == "unix:///run/redis.sock"
    with pytest.raises(SettingsError, match=r"^REDIS_URL：要以 redis:// 或"):
        Redis.read({"REDIS_URL": "127.0.0.1:6379"})
