"""A part dies in mid-conversation: the parent is told in words, nothing is lost, and it goes on by itself."""

import os
import signal
import time
from typing import Any

import pytest

from tests.journeys.player import Talk

pytestmark = pytest.mark.stack


def _until_answered(stack: Any, talk: Talk, text: str, message_id: str, seconds: float = 60.0) -> list[dict[str, Any]]:
    """Ask again as an impatient page does: it may be told to ask less often, and nothing else than that or to wait."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        stack.tend()
        status, content = talk.send(text, message_id)
        if status == 200:
            return content["replies"]
        assert status in (429, 503), content
        time.sleep(0.25)
    raise AssertionError(f"not answered within {seconds} s")


@pytest.mark.parametrize("part", ["actions", "redis"])
def test_a_part_killed_between_two_turns(stack: Any, part: str) -> None:
    talk = Talk(stack.address, "2025-08-05")
    talk.say("我在江苏，宝宝7月10号生的，有等待期吗")
    process = stack.parts[part].process
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)
    status, content = talk.send("8月1号交的", "m-after")
    assert status == 503
    assert "没有丢" in content["error"]["message"]
    assert "12393" in content["error"]["message"]
    replies = _until_answered(stack, talk, "8月1号交的", "m-after")
    answer = replies[0]["answer"]
    assert answer["status"] == "decided"
    assert answer["values"]["coverage_start"] == "2025-07-10"
