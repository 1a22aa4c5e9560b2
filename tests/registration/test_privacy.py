"""No identity value in the clear: not in the database, its journal, the audit trail, a log line or an answer."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from common.settings import SettingsError
from registration import keys, retention
from registration.store import Store
from registration.vault import Vault
from tests.registration import builders
from tests.registration.builders import HandClock, new_key
from tests.registration.running import Service, command, database_url, environment, service_in_thread, service_process

PATH = "/v1/applications"


def everything_in(folder: Path) -> bytes:
    return b"\n".join(file.read_bytes() for file in sorted(folder.iterdir()))


def assert_nothing_private(content: bytes) -> None:
    for value in builders.identity_values():
        for written in (value.encode(), value.encode("utf-16-le"), ascii(value).strip("'").encode()):
            assert written not in content


def whole_life(service: Service) -> str:
    """Every endpoint that sees identity data, well and badly."""
    number, token = service.start_draft("k-life")
    service.give_identity(number, token, telephone="not " + builders.TELEPHONE)
    service.give_identity(number, token, **{builders.GUARDIAN_NUMBER: "x"})
    service.give_identity("TB20261122AAAAAA", token)
    assert service.give_identity(number, token).status == 200
    service.call("POST", f"{PATH}/{number}/submit")
    wanted = {"conversation": "c-1", "purpose": "household_update"}
    link = service.call("POST", f"{PATH}/{number}/link", wanted, key="l").body["link"]["token"]
    assert service.call("POST", f"{PATH}/{number}/household-update", builders.household(link)).status == 200
    second, other = service.start_draft("k-second")
    assert service.give_identity(second, other).status == 409
    shown = service.call("GET", f"{PATH}/{number}").body
    assert_nothing_private(str(shown).encode())
    return number


def test_the_database_and_the_logs_hold_no_identity_value_nor_any_secret(tmp_path: Path) -> None:
    data, log, key = tmp_path / "data", tmp_path / "service.log", new_key()
    data.mkdir()
    with service_process(data, key, log) as service:
        number = whole_life(service)
        _, token = service.start_draft("k-other")
        service.call("GET", f"/v1/links/{token}")
        assert_nothing_private(everything_in(data))  # with the write-ahead log as it is while serving
    written = log.read_bytes()
    assert b'"route": "v1/links/<token:str>"' in written
    for content in (everything_in(data), written):
        assert_nothing_private(content)
        for secret in (token, builders.TOKEN, key):
            assert secret.encode() not in content
    assert b"c-1" not in written
    assert number.encode() not in written


def test_the_search_of_these_tests_does_find(tmp_path: Path) -> None:
    (tmp_path / "leak").write_text(f"... {builders.GUARDIAN_NAME} ...")
    with pytest.raises(AssertionError):
        assert_nothing_private(everything_in(tmp_path))


def test_the_audit_trail_says_who_what_and_when_and_nothing_else(tmp_path: Path, clock: HandClock) -> None:
    env = environment(tmp_path, new_key())
    with service_in_thread(tmp_path, clock) as service:
        number = whole_life(service)
        moved = command("sandbox", "advance", number, env=env)
        assert moved.out == f"{number}：已提交 → 已受理（submitted → accepted）\n"
        service.call("POST", f"{PATH}/{number}/cancel")
    trail = command("history", number, env=env).out.splitlines()
    assert [line.split("  ", 1)[1] for line in trail] == [
        "api  created",
        "api  link issued for identity",
        "link  identity given",
        "api  moved draft > submitted",
        "api  link issued for household_update",
        "link  household updated",
        "sandbox  moved submitted > accepted",
        "api  moved accepted > cancelled",
        "api  identity erased",
    ]
    assert_nothing_private("\n".join(trail).encode())


def test_expiry_is_audited_as_the_clocks_doing_and_erases(tmp_path: Path, clock: HandClock) -> None:
    key = new_key()
    with service_in_thread(tmp_path, clock, keys=(key,)) as service:
        number, token = service.start_draft()
        service.give_identity(number, token)
        clock.turn(days=30)
        assert service.state(number) == "expired"
        assert purge(tmp_path, clock) == 1
        assert purge(tmp_path, clock) == 0
    trail = command("history", number, env=environment(tmp_path, key)).out
    assert "clock  moved draft > expired" in trail
    assert "clock  identity erased" in trail
    with sqlite3.connect(tmp_path / "registration.sqlite3") as database:
        kept = database.execute("SELECT identity_sealed, child_index FROM registration_applications").fetchone()
    assert kept == (None, None)


def purge(folder: Path, clock: HandClock) -> int:
    """One run of the retention job; how many drafts expired."""

    async def work() -> int:
        store = Store(database_url(folder))
        try:
            return (await retention.purge(store, clock)).drafts_expired
        finally:
            await store.close()

    return asyncio.run(work())


def rotate(folder: Path, *data_keys: str) -> int:
    async def work() -> int:
        store = Store(database_url(folder))
        try:
            return await keys.rotate(store, Vault(data_keys), HandClock())
        finally:
            await store.close()

    return asyncio.run(work())


def duplicate(service: Service, key: str) -> str | None:
    number, token = service.start_draft(key)
    return service.give_identity(number, token).code


def test_keys_rotate_without_losing_a_child(tmp_path: Path, clock: HandClock) -> None:
    old, new = new_key(), new_key()
    with service_in_thread(tmp_path, clock, keys=(old,)) as service:
        number = service.submitted("k-1")
    with service_in_thread(tmp_path, clock, keys=(new, old)) as service:
        assert duplicate(service, "k-2") == "duplicate_child"
        assert service.start_draft("k-1")[0] == number  # the sealed answer of the old key is given again
    assert rotate(tmp_path, new, old) == 1
    with service_in_thread(tmp_path, clock, keys=(new,)) as service:
        assert duplicate(service, "k-3") == "duplicate_child"
        assert service.start_draft("k-1")[0] == number
    with pytest.raises(SettingsError, match="TONGBAO_DATA_KEY"), service_in_thread(tmp_path, clock, keys=(old,)):
        pass


def test_keys_rotate_by_command(tmp_path: Path, clock: HandClock) -> None:
    old, new = new_key(), new_key()
    with service_in_thread(tmp_path, clock, keys=(old,)) as service:
        service.submitted()
    done = command("rotate-keys", env=environment(tmp_path, f"{new},{old}"))
    assert (done.code, done.out[:11]) == (0, "已用最新的密钥重新加密")
    with service_in_thread(tmp_path, clock, keys=(new,)) as service:
        assert duplicate(service, "k-2") == "duplicate_child"
