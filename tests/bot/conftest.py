"""Runs in Rasa's environment (Python 3.10): `.venv-rasa/bin/python -m pytest tests/bot`. Needs a trained model."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import bot  # noqa: E402, F401  before any test imports Rasa


def examples() -> "dict[str, list[str]]":
    """Intent → its training sentences, read as plain text so that the tests do not depend on Rasa's reader."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        intent = ""
        for line in path.read_text("utf-8").splitlines():
            if line.startswith("- intent: "):
                intent = line.removeprefix("- intent: ").strip()
                found.setdefault(intent, [])
            elif line.startswith("    - "):
                found[intent].append(line.removeprefix("    - ").strip())
    return found


@pytest.fixture(scope="session")
def reader() -> Any:
    """The reader that is served: of the archive `make train` made."""
    from bot.evaluate import load_reader

    return load_reader()


@pytest.fixture(scope="session")
def model(reader: Any) -> Any:
    """Its model of labels."""
    return reader.labels


@pytest.fixture(scope="session")
def saved(reader: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder a reader was saved in, as training does it."""
    folder = tmp_path_factory.mktemp("reader")
    reader.save(folder)
    return folder


@pytest.fixture(scope="session")
def again(saved: Path) -> Any:
    """The reader of that folder."""
    from bot.nlu.reader import MessageParser

    return MessageParser.load(saved)


def mostly(right: Iterable[bool], share: float = 0.9, wrong: Iterable[str] = ()) -> None:
    """What is learned is right in at least this share of the variants; the wrong ones are named when it is not."""
    found = list(right)
    assert sum(found) >= share * len(found), f"{sum(found)} of {len(found)}\n" + "\n".join(wrong)
