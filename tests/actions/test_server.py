"""The one action: from Rasa's tracker to a turn of the dialogue, and back to replies with the state they leave."""

import asyncio
import logging
from datetime import date
from typing import Any, cast

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions import server
from actions.server import NAME, READING, ConverseAction, read_turn
from common.second_reader.reader import SecondReader
from dialogue.bureau import Services
from dialogue.reading import Mention, Reading
from dialogue.state import DialogueState
from dialogue.words import words

AROUND = cast(Services, None)
"""No test here asks the bureau anything."""
NOBODY = SecondReader(None)


def tracker(reading: Reading | None, **about: Any) -> Tracker:
    """What Rasa sends: the latest message with its reading, and nothing of before."""
    entities = [{"entity": READING, "value": reading.as_json()}] if reading else []
    text = reading.text if reading else "没读过的话"
    latest = {"text": text, "intent": {"name": "any"}, "entities": entities, "metadata": about, "message_id": "r-1"}
    return Tracker("s-1", {}, latest, [], False, None, {}, None)


def converse(reading: Reading | None, **about: Any) -> dict[str, Any]:
    """What the action hands back to Rasa's channel."""
    dispatcher = CollectingDispatcher()
    events = asyncio.run(ConverseAction(AROUND, NOBODY).run(dispatcher, tracker(reading, **about), {}))
    assert events == []
    (message,) = dispatcher.messages
    return dict(message["custom"])


def test_everything_of_a_turn_travels_beside_the_message() -> None:
    told = Reading("那大的呢", ("follow",), (Mention("child", "about", "大的", "大的"),), (("follow", 0.9),))
    state, turn = read_turn(
        tracker(told, as_of="2026-11-26", conversation="k-1", message_id="n-1", queue="waiting",
                state={"region": "320100", "context": {"open": "ask_premium"}, "from_another_version": 1}),
        AROUND,
    )  # fmt: skip
    assert state == DialogueState(region="320100")
    assert (turn.conversation, turn.message_id, turn.today, turn.queue) == (
        "k-1", "n-1", date(2026, 11, 26), "waiting",
    )  # fmt: skip
    assert turn.reading == told
    assert turn.choice is None


def test_a_choice_and_a_message_that_was_not_read() -> None:
    picked = {"intent": "ask_premium", "facts": {"region": "371000"}}
    _, turn = read_turn(tracker(None, choice=picked, as_of="2026-11-26"), AROUND)
    assert turn.reading.labels == ("unsure",)
    assert turn.choice is not None
    assert (turn.choice.intent, turn.choice.facts) == ("ask_premium", {"region": "371000"})
    assert (turn.conversation, turn.message_id) == ("s-1", "r-1")


def test_the_replies_come_with_the_state_and_what_the_reader_needs_next() -> None:
    asks = Reading("有等待期吗", ("ask_waiting_period",), (), (("ask_waiting_period", 0.99),))
    found = converse(asks, as_of="2026-11-26", state={"region": "320100"})
    assert found["replies"][-1]["answer"]["intent"] == "ask_waiting_period"
    assert found["state"]["region"] == "320100"
    assert found["state"]["standing"]["intent"] == "ask_waiting_period"
    assert found["state"]["context"]["open"] == "ask_waiting_period"
    assert found["state"]["context"]["within"] == "320100"
    again = converse(Reading("那威海呢", ("follow",)), as_of="2026-11-26", state=found["state"])
    assert again["replies"]


def test_a_message_that_breaks_the_dialogue_gets_a_sentence_and_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    said = "孩子叫欧阳小宝"

    def broken(state: DialogueState, turn: Any) -> Any:
        raise KeyError(turn.reading.text)

    monkeypatch.setattr(server, "respond", broken)
    with caplog.at_level(logging.ERROR, "actions"):
        found = converse(Reading(said, ("follow",)), state={"region": "320100"}, as_of="2026-11-26")
    assert [reply["text"] for reply in found["replies"]] == [words("broken")]
    assert found["replies"][0]["noted"] == {"kind": "failed"}
    assert DialogueState.from_json(found["state"]) == DialogueState(region="320100")
    assert [said in record.getMessage() for record in caplog.records] == [False]


def test_there_is_one_action() -> None:
    assert ConverseAction(AROUND, NOBODY).name() == NAME
