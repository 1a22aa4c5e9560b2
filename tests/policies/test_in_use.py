"""A running process takes up a newly compiled library by itself; a broken one never replaces a good one."""

import json
from pathlib import Path

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


def test_whoever_asks_sets_it_off_and_does_not_wait(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = held(file)
    assert one.get() == "first"
    started: list[str] = []

    class Started:
        def __init__(self, **given: object) -> None:
            started.append(str(given["name"]))

        def start(self) -> None:
            """Beside whoever asks; here never."""

    monkeypatch.setattr(in_use, "Thread", Started)
    monkeypatch.setattr(in_use, "EVERY", 1000.0)
    assert one.get() == "first"
    assert started == []  # nothing has changed
    file.write_text(json.dumps("the second"), "utf-8")
    one._look_at = 0.0
    assert one.get() == "first"
    assert one.get() == "first"
    assert started == ["policies"]  # looked at once


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
