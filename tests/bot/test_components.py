"""The graph components keep Rasa's contract: they add, never remove, and survive every input."""

from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components import UNSURE, FactExtractor, QuestionClassifier, ScopeGate
from tests.bot.conftest import examples

STRANGE = ["", "   ", "😀😀", "/restart", "啊" * 2000, "ｗｉｄｅ　１２３", "\x00", "<script>", "？？？", "1"]


def context() -> ExecutionContext:
    return ExecutionContext(GraphSchema({}))


def message(text: str, as_of: "str | None" = None) -> Message:
    return Message(data={"text": text, "metadata": {"as_of": as_of} if as_of else None})


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> LocalModelStorage:
    return LocalModelStorage(Path(tmp_path_factory.mktemp("model")))


@pytest.fixture(scope="module")
def trained(storage: LocalModelStorage) -> Any:
    few = {i: t[:25] for i, t in examples().items() if i in ("ask_waiting_period", "greet", "inform", "out_of_scope")}
    data = TrainingData([Message(data={"text": t, "intent": i}) for i, texts in few.items() for t in texts])
    config = {**QuestionClassifier.get_default_config()}
    component = QuestionClassifier.create(config, storage, Resource("classifier"), context())
    component.train(data)
    return component


def test_a_loaded_classifier_says_what_the_trained_one_said(trained: Any, storage: LocalModelStorage) -> None:
    loaded = QuestionClassifier.load(
        QuestionClassifier.get_default_config(), storage, Resource("classifier"), context()
    )
    for text in ("有等待期吗", "你好", "7月10号生的"):
        one, two = message(text), message(text)
        trained.process([one])
        loaded.process([two])
        assert one.get("intent")["name"] == two.get("intent")["name"]
        assert one.get("intent_ranking")[0]["confidence"] == pytest.approx(
            two.get("intent_ranking")[0]["confidence"], abs=1e-6
        )


@pytest.mark.parametrize("text", STRANGE)
def test_strange_input_passes_every_component(trained: Any, text: str) -> None:
    said = message(text)
    for component in (FactExtractor.create({}, None, None, context()), trained,
                      ScopeGate.create(ScopeGate.get_default_config(), None, None, context())):  # fmt: skip
        component.process([said])
    assert said.get("intent")["name"]


@pytest.mark.parametrize("text", ["😀😀", "/restart", ""])
def test_what_nobody_can_read_is_unsure(trained: Any, text: str) -> None:
    said = message(text)
    trained.process([said])
    ScopeGate.create(ScopeGate.get_default_config(), None, None, context()).process([said])
    assert said.get("intent")["name"] == UNSURE


def test_facts_are_added_beside_others_and_resolved_on_the_asked_day() -> None:
    said = message("7月10号生的", "2025-08-05")
    said.set("entities", [{"entity": "other", "value": 1, "start": 0, "end": 1}])
    FactExtractor.create({}, None, None, context()).process([said])
    assert [e["entity"] for e in said.get("entities")] == ["other", "birth_date"]
    assert said.get("entities")[1]["value"] == "2025-07-10"


def test_a_changed_dictionary_retrains() -> None:
    before = QuestionClassifier.fingerprint_addon({})
    assert before
    assert before == QuestionClassifier.fingerprint_addon({})


def test_rasas_own_check_of_an_action_answer_stays_strict() -> None:
    from jsonschema import ValidationError
    from rasa.core.actions.action import RemoteAction

    from bot import rasa_repairs

    rasa_repairs.install()
    action = RemoteAction("action_answer", None)
    assert action._validate_action_result({"events": [], "responses": []})
    for wrong in ({"events": {}}, {"events": [{"no": "event"}]}, {"responses": ["text"]}):
        with pytest.raises(ValidationError):
            action._validate_action_result(wrong)
