"""The table of routes is RulePolicy's own; the straight run of a graph gives what Dask gives."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from rasa.core.actions.action import RemoteAction
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.engine.constants import PLACEHOLDER_MESSAGE
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig
from ruamel.yaml import YAML

from bot import rasa_repairs
from bot.evaluate import MODEL
from bot.routes import NoRoute, routes_of
from bot.tracker_store import OneTurnTrackerStore

RULES = Path(__file__).parents[2] / "data" / "rules" / "routes.yml"


@pytest.fixture(scope="module")
def agent() -> Agent:
    return Agent.load(str(MODEL))


def written() -> "dict[str, str]":
    """Intent → action of the one rule."""
    (rule,) = YAML(typ="safe", pure=True).load(RULES.read_text("utf-8"))["rules"]
    either, then = rule["steps"]
    return {step["intent"]: then["action"] for step in either["or"]}


def predict(agent: Agent, *events: Any) -> str:
    tracker = DialogueStateTracker.from_events("s", [ActionExecuted("action_listen"), *events], agent.domain.slots)
    prediction = agent.processor._predict_next_with_tracker(tracker)
    return str(agent.domain.action_names_or_texts[prediction.max_confidence_index])


def test_every_intent_goes_where_its_rule_says_and_then_it_listens(agent: Agent) -> None:
    for intent, action in written().items():
        said = UserUttered("问", {"name": intent, "confidence": 1.0})
        assert predict(agent, said) == action, intent
        assert predict(agent, said, ActionExecuted(action)) == "action_listen", intent


def test_what_no_rule_knows_is_answered_all_the_same_and_rasas_own_commands_are_none(agent: Agent) -> None:
    for intent in ("restart", "back", "session_start", "made_up", None):
        assert predict(agent, UserUttered("/restart", {"name": intent, "confidence": 1.0})) == "action_converse"


def test_a_rule_that_needs_more_than_the_last_intent_is_refused() -> None:
    one = {"prev_action": {"action_name": "action_listen"}, "user": {"intent": "greet"}}
    after = {"prev_action": {"action_name": "action_answer"}, "user": {"intent": "greet"}}
    assert routes_of({json.dumps([one]): "action_answer", json.dumps([one, after]): "action_listen"}) == {
        "greet": "action_answer"
    }
    for states, action in (
        ([one, after], "action_person"),
        ([one, after, one], "action_answer"),
        ([{**one, "slots": {"region": (1.0,)}}], "action_answer"),
        ([after], "action_answer"),
    ):
        with pytest.raises(NoRoute):
            routes_of({json.dumps(states): action})


@pytest.mark.parametrize("text", ["宝宝没上户口能办医保吗", "7月10号生的", "今天天气怎么样", "👍"])
def test_the_straight_run_is_what_dask_does(agent: Agent, text: str) -> None:
    runner, about = agent.processor.graph_runner, agent.processor.model_metadata

    def heard(run: Any) -> Any:
        said = [UserMessage(text, metadata={"as_of": "2026-11-22"}, message_id="m-1")]
        return run(runner, {PLACEHOLDER_MESSAGE: said}, [about.nlu_target])[about.nlu_target][0].as_dict()

    rasa_repairs.install()
    assert heard(DaskGraphRunner.run) == heard(rasa_repairs.run_by_dask)


@pytest.fixture
def talk(agent: Agent) -> DialogueStateTracker:
    """A message with its reading and the state the gateway put beside it."""
    assert agent.domain is not None
    tracker = DialogueStateTracker("s-1", agent.domain.slots)
    reading = {"entity": "reading", "value": {"text": "有等待期吗", "labels": ["ask_waiting_period"]}}
    said = UserUttered("有等待期吗", {"name": "ask_waiting_period", "confidence": 1.0}, [reading],
                       metadata={"state": {"region": "320000"}, "as_of": "2026-11-22"})  # fmt: skip
    for event in (ActionExecuted("action_listen"), said):
        tracker.update(event, agent.domain)
    return tracker


def test_the_action_server_gets_all_but_the_history(talk: DialogueStateTracker, agent: Agent) -> None:
    action = RemoteAction("action_converse", EndpointConfig("http://actions.example", enable_selective_domain=True))
    wanted = rasa_repairs.call_with_history(action, talk, agent.domain)
    wanted["tracker"]["events"] = []
    rasa_repairs.install()
    sent = action._action_call_format(talk, agent.domain)
    assert sent == wanted
    assert sent["tracker"]["latest_message"]["metadata"]["state"] == {"region": "320000"}
    assert sent["tracker"]["latest_message"]["entities"][0]["entity"] == "reading"


def test_nothing_of_a_turn_is_there_in_the_next(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two messages of one talk through Rasa's own processor: the second begins from nothing."""
    monkeypatch.setattr(agent.processor, "tracker_store", OneTurnTrackerStore(agent.domain))

    async def play() -> None:
        processor = agent.processor
        for text in ("我在江苏", "有等待期吗"):
            tracker = await processor.fetch_tracker_and_update_session("s-2")
            assert [event for event in tracker.events if isinstance(event, UserUttered)] == []
            await processor.log_message(UserMessage(text, sender_id="s-2"))

    asyncio.run(play())
