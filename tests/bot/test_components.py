"""The graph component keeps Rasa's contract: it reads every input in its conversation and carries one entity."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot import components, turns
from bot.components import READING, MessageReader
from bot.nlu.conversation import Context
from bot.nlu.reader import UNSURE
from dialogue.reading import Reading
from tests.bot.conftest import examples

STRANGE = ["", "   ", "😀😀", "/restart", "啊" * 2000, "ｗｉｄｅ　１２３", "\x00", "<script>", "？？？", "1"]


def context() -> ExecutionContext:
    return ExecutionContext(GraphSchema({}))


def message(text: str, **about: Any) -> Message:
    return Message(data={"text": text, "metadata": about or None})


def heard(component: MessageReader, said: Message) -> Reading:
    """What the component put into the message."""
    assert component.process([said]) == [said]
    (entity,) = said.get("entities")
    assert entity["entity"] == READING
    return Reading.from_json(entity["value"])


class Spy:
    """A reader that keeps the contexts it is given."""

    def __init__(self, reader: Any, seen: "list[Context]") -> None:
        self._reader, self._seen = reader, seen

    def read(self, text: str, context: Context, today: date) -> Reading:
        self._seen.append(context)
        return self._reader.read(text, context, today)  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> LocalModelStorage:
    return LocalModelStorage(Path(tmp_path_factory.mktemp("model")))


@pytest.fixture(scope="module")
def trained(storage: LocalModelStorage) -> MessageReader:
    """Trained on a hundredth of everything: enough to be a model."""
    few = {i: t[:25] for i, t in examples().items() if i in ("ask_waiting_period", "greet", "inform", "out_of_scope")}
    data = TrainingData([Message(data={"text": t, "intent": i}) for i, texts in few.items() for t in texts])
    annotated = turns.read()[::40]
    component = MessageReader.create({}, storage, Resource("reader"), context())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(turns, "read", lambda: annotated)
        component.train(data)
    return component


def test_a_loaded_reader_says_what_the_trained_one_said(trained: MessageReader, storage: LocalModelStorage) -> None:
    loaded = MessageReader.load({}, storage, Resource("reader"), context())
    for text in ("有等待期吗", "你好", "7月10号生的", "我在南京"):
        assert heard(trained, message(text)) == heard(loaded, message(text))


@pytest.mark.parametrize("text", STRANGE)
def test_strange_input_passes(trained: MessageReader, text: str) -> None:
    said = message(text)
    reading = heard(trained, said)
    assert said.get("intent")["name"] == reading.labels[0]
    assert said.get("intent")["confidence"] == pytest.approx(reading.confidence)


@pytest.mark.parametrize("text", ["😀😀", "/restart", ""])
def test_what_nobody_can_read_is_unsure(trained: MessageReader, text: str) -> None:
    assert heard(trained, message(text)).labels == (UNSURE,)


def test_days_are_resolved_on_the_asked_day(trained: MessageReader) -> None:
    for day, birth in (("2025-08-05", "2025-07-10"), ("2026-11-26", "2026-07-10")):
        (mention,) = heard(trained, message("宝宝7月10号生的", as_of=day)).mentions
        assert (mention.kind, mention.value) == ("day", birth)


def test_the_state_beside_the_message_is_its_conversation(trained: MessageReader, monkeypatch: Any) -> None:
    """Only the part made for the reader, with the queue the gateway knows of."""
    seen: list[Context] = []
    monkeypatch.setattr(trained, "_reader", Spy(trained._reader, seen))
    told = {"open": "ask_premium", "about": "交多少", "knows": ["region"], "offered": ["甲", "乙"]}
    state = {"children": {"": {"birth_date": "2026-10-03"}}, "context": told}
    heard(trained, message("那大的呢", state=state, queue="waiting"))
    heard(trained, message("你好"))
    assert (seen[0].open, seen[0].knows, seen[0].offered, seen[0].queue) == (
        "ask_premium", ("region",), ("甲", "乙"), "waiting",
    )  # fmt: skip
    assert (seen[1].open, seen[1].queue) == ("", "")


def test_an_offered_option_is_picked_from_the_state(trained: MessageReader) -> None:
    reading = heard(trained, message("2", state={"context": {"offered": ["有等待期吗", "转人工"]}}))
    assert (reading.labels, reading.choice) == (("choose",), 1)


def test_a_choice_is_not_read_at_all(trained: MessageReader) -> None:
    reading = heard(trained, message("我在南京，10月3号生的", choice={"intent": "ask_premium", "facts": {}}))
    assert (reading.labels, reading.mentions) == (("choose",), ())


def test_before_it_is_trained_nothing_is_understood(storage: LocalModelStorage) -> None:
    empty = MessageReader.create({}, storage, Resource("empty"), context())
    assert heard(empty, message("有等待期吗")).labels == (UNSURE,)


def test_a_changed_turn_retrains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = MessageReader.fingerprint_addon({})
    assert before == MessageReader.fingerprint_addon({})
    (tmp_path / "other.txt").write_text("你好 => greet\n", "utf-8")
    monkeypatch.setattr(components.turns, "FOLDER", tmp_path)
    assert MessageReader.fingerprint_addon({}) != before


def test_rasas_own_check_of_an_action_answer_stays_strict() -> None:
    from jsonschema import ValidationError
    from rasa.core.actions.action import RemoteAction

    from bot import rasa_repairs

    rasa_repairs.install()
    action = RemoteAction("action_converse", None)
    assert action._validate_action_result({"events": [], "responses": []})
    for wrong in ({"events": {}}, {"events": [{"no": "event"}]}, {"responses": ["text"]}):
        with pytest.raises(ValidationError):
            action._validate_action_result(wrong)
