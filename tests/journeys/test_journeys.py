"""Every journey file, against the started stack."""

from typing import Any

import pytest

from tests.journeys.player import journeys, play


@pytest.mark.stack
@pytest.mark.parametrize("journey", journeys(), ids=lambda j: f"{j['file']}: {j['name']}")
def test_journey(stack: Any, journey: dict[str, Any]) -> None:
    play(stack.address, journey)
