"""The catalogue of words: every id that is used exists, every id that exists is used, every name is filled."""

import re
from pathlib import Path

import pytest

from dialogue.words import NoSuchWords, catalogue, options, words

ROOM = Path(__file__).resolve().parents[2] / "dialogue"
CODE = "\n".join(path.read_text("utf-8") for path in [*ROOM.rglob("*.py"), *(ROOM.parent / "actions").glob("*.py")])
SENTENCE = re.compile("[\u4e00-\u9fff]")


def used() -> set[str]:
    """Ids named in code, in whatever call or table."""
    return {key for key in catalogue() if re.search(rf"[\"']{key}[\"']", CODE)}


def test_every_id_in_a_call_exists() -> None:
    called = set(re.findall(r'\b(?:words|options)\("(\w+)"', CODE))
    assert called <= set(catalogue())


def test_every_id_is_used() -> None:
    assert set(catalogue()) - used() == set()


def test_names_are_filled_and_only_known_ones_are_asked_for() -> None:
    for key, entry in catalogue().items():
        text = entry["text"] if isinstance(entry, dict) else entry
        names = {
            name: "X"
            for name in re.findall(r"\{(\w+)\}", str(text))
            if name not in ("hotline", "city_line", "emergency")
        }
        assert "{" not in words(key, **names)
        options(key)


def test_no_number_stands_in_the_words() -> None:
    """Numbers, days and rules come from policies/ alone; what remains are counts of options, formats and hotlines."""
    allowed = {"A4", "12345", "1.", "10月4号"}
    for key, entry in catalogue().items():
        text = str(entry["text"] if isinstance(entry, dict) else entry)
        for known in allowed:
            text = text.replace(known, "")
        assert not re.search("[0-9]", text), key


def test_unknown_words_are_an_error() -> None:
    with pytest.raises(NoSuchWords):
        words("no such id")
