"""A running process takes up a newly compiled library by itself; a broken one never replaces a good one."""

import json
import threading
from pathlib import Path
from threading import Event

import pytest

from policies import in_use
from policies.in_use import InUse


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "compiled.json"
    made.write_text(json.dumps("first"), "utf-8")
    return made


def held(file: Path) -> "InUse[str]":
    def read() -> str:
        return str(json.loads(file.read_text("utf-8")))

    return InUse(file, read, read)


def test_the_same_value_is_given_until_the_file_changes(file: Path) -> None:
    one = held(file)
    assert one.get() == "first"
    one.take_up()
    assert one.get() == "first"
    file.write_text(json.dumps("the second"), "utf-8")
    one.take_up()
    assert one.get() == "the second"


def test_one_thread_looks_by_itself_whether_anybody_asks_or_not(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = Event()
    monkeypatch.setattr(in_use, "EVERY", 0.001)
    monkeypatch.setattr(InUse, "take_up", lambda _: looked.set())
    started = threads()
    one = held(file)
    assert threads() == started  # who never asks needs none
    one.get()
    one.read_anew()
    assert threads() == started + 1
    assert looked.wait(20)


def threads() -> int:
    return sum(thread.name == "policies" for thread in threading.enumerate())


def test_a_broken_file_never_replaces_a_good_one(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    one = held(file)
    assert one.get() == "first"
    file.write_text("{", "utf-8")
    one.take_up()
    file.unlink()
    one.take_up()
    assert one.get() == "first"
    assert "not taken up" in caplog.text
    file.write_text(json.dumps("third"), "utf-8")
    one.take_up()
    assert one.get() == "third"


def test_what_is_wanted_anew_is_read_at_once(file: Path) -> None:
    one = held(file)
    assert one.get() == "first"
    file.write_text(json.dumps("second"), "utf-8")
    assert one.read_anew() == "second"
