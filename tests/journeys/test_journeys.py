"""Every journey file, against the started stack."""

from typing import Any

import pytest

from dialogue.vocabulary import LABELS
from tests.journeys.player import journeys, play


@pytest.mark.stack
@pytest.mark.parametrize("journey", journeys(), ids=lambda j: f"{j['file']}: {j['name']}")
def test_journey(stack: Any, journey: dict[str, Any]) -> None:
    play(stack.address, journey)


def test_there_are_enough_stories_and_every_label_occurs() -> None:
    occurring = {
        name
        for journey in journeys()
        for turn in journey["turns"]
        for name in (turn.get("meant"), (turn.get("expect") or {}).get("intent"))
    }
    assert len(journeys()) >= 85
    assert set(LABELS) - occurring == set()
