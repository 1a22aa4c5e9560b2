"""Days as JioNLP, a reader by others, takes them: its answers stand in `date_oracle.tsv` (`tools/date_oracle.py`)."""

from datetime import date
from pathlib import Path

import pytest

from bot.nlu.days import find_days
from bot.nlu.text import read_text

ROWS = [line.split("\t") for line in (Path(__file__).parent / "date_oracle.tsv").read_text("utf-8").splitlines()[1:]]
KNOWN = [(as_of, said, day) for as_of, said, day in ROWS if day != "-"]
OTHERWISE: dict[str, str] = {
    "2025年除夕": "people say 2025年除夕 for the eve before the spring of 2025; the oracle takes the lunar year",
    "去年除夕": "the same",
    "去年清明": "清明 of 2023 was on 5 April: the oracle takes this year's",
}


def _of_expression(said: str) -> list[tuple[str, str]]:
    return [(as_of, day) for as_of, other, day in KNOWN if other == said]


@pytest.mark.parametrize("said", sorted({said for _, said, _ in KNOWN} - set(OTHERWISE)))
def test_a_day_is_what_the_oracle_takes_it_for(said: str) -> None:
    for as_of, day in _of_expression(said):
        found = find_days(read_text(said).plain, date.fromisoformat(as_of))
        assert len(found) == 1, said
        assert day in (*(one.isoformat() for one in found[0].options), *found[0].months), (as_of, day)


@pytest.mark.parametrize("said", OTHERWISE)
def test_where_we_differ_we_still_differ(said: str) -> None:
    """An entry that agrees again is taken off the list."""
    for as_of, day in _of_expression(said):
        found = find_days(read_text(said).plain, date.fromisoformat(as_of))
        assert day not in [one.isoformat() for one in found[0].options]


def test_the_oracle_knows_nearly_everything_it_was_asked() -> None:
    assert len(KNOWN) > 900
    assert len(KNOWN) / len(ROWS) > 0.95
