"""What training repeats no more gives what it gave."""

from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.importers import utils
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data import loading
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot import rasa_repairs, rasa_training, turns
from bot.nlu import reader, roles
from bot.nlu.conversation import Context


def said(text: str, intent: str = "greet") -> Message:
    return Message({"text": text, "intent": intent, "metadata": {"example": {"n": 1}}})


def data(*messages: Message) -> TrainingData:
    return TrainingData(
        list(messages), {"娃": "孩子"}, [{"name": "n", "pattern": r"\d"}], responses={"utter": [{"text": "好"}]}
    )


def told(merged: TrainingData) -> Any:
    return (
        [(one.data, one.output_properties) for one in merged.training_examples],
        merged.entity_synonyms, merged.regex_features, merged.lookup_tables, merged.responses,
    )  # fmt: skip


@pytest.mark.parametrize(
    "parts",
    [
        [data(said("你好")), data(said("再见", "goodbye"), said("你好"))],
        [TrainingData(), data(said("你好"), said("你好 "), said("你好", "thank")), None],
        [data(said("一"))],
    ],
)
def test_merged_data_is_what_rasa_merges(parts: "list[Any]") -> None:
    one, *others = deepcopy(parts)
    before = deepcopy(parts)
    merged = rasa_training._merge_lightly(parts[0], *parts[1:])
    assert told(merged) == told(rasa_training._merge_by_deep_copies(one, *others))
    for first in merged.training_examples:
        first.set(TEXT, "changed", add_to_output=True)
        first.set("intent", "changed", add_to_output=True)
    assert [told(part) for part in parts if part] == [told(part) for part in before if part]


def test_equal_sentences_have_one_fingerprint_and_others_another() -> None:
    sentences = [said("你好"), said("你好"), said("你好", "thank"), said("你好。")]
    found = [rasa_training._fingerprint_at_once(one) for one in sentences]
    assert found[0] == found[1]
    assert len(set(found)) == 3
    sentences[0].set("intent", "thank")
    assert rasa_training._fingerprint_at_once(sentences[0]) == found[2]


def test_a_sentence_with_features_is_left_to_rasa() -> None:
    rich = said("你好")
    rich.add_features(Features(np.ones((1, 2)), "sentence", TEXT, "test"))
    assert rasa_training._fingerprint_at_once(rich) == rasa_training._fingerprint_by_walking(rich)


def test_a_domain_is_empty_as_rasa_finds_it() -> None:
    for domain in (
        Domain.empty(),
        Domain.from_dict({"intents": ["greet"]}),
        Domain.from_dict({"responses": {"utter_a": [{"text": "b"}]}}),
    ):
        assert rasa_repairs._is_empty(domain) == (domain.as_dict() == Domain.empty().as_dict())


def test_judges_that_were_begun_are_the_ones_learned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begun before Rasa reads its files, in a process of its own; they read as those learned at once."""
    some = turns.read()[:400]
    sentences = [
        ("新生儿什么时候参保", "ask_newborn_enrollment"),
        ("一年交多少钱", "ask_premium"),
        ("你好", "greet"),
    ] * 3
    monkeypatch.setattr(turns, "read", lambda: some)
    reader.begin()
    monkeypatch.setattr(roles, "train", None)  # what is learned here and not there would fail
    begun = reader.train(sentences)
    monkeypatch.undo()
    at_once = reader.train(sentences, some)
    text, context, day = "娃9月1号在南京生的，12月交的", Context(), date(2025, 12, 20)
    first, second = (one.read(text, context, day).mentions for one in (begun, at_once))
    assert len(first) == 3
    assert first == second
    assert not reader._begun


def test_a_file_is_read_once_and_no_caller_changes_what_the_next_one_gets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "nlu.yml"
    file.write_text('version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - 你好\n    - 再见\n', "utf-8")
    monkeypatch.setattr(loading, "load_data", rasa_training._load_once)
    monkeypatch.setattr(TrainingData, "merge", rasa_training._merge_lightly)
    first = utils.training_data_from_paths([str(file)], "zh")
    file.unlink()
    second = utils.training_data_from_paths([str(file)], "zh")
    first.training_examples[0].set("text", "别的")
    assert [one.get("text") for one in second.training_examples] == ["你好", "再见"]
