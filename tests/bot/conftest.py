"""Runs in Rasa's environment (Python 3.10): `.venv-rasa/bin/python -m pytest tests/bot`."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))


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
def model() -> "object":
    """The intent model trained on the project's data, once."""
    from bot.nlu import intents

    data = examples()
    pairs = [(text, intent) for intent, texts in data.items() for text in texts]
    return intents.train([t for t, _ in pairs], [i for _, i in pairs])
