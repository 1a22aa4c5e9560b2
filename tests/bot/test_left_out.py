"""Rasa runs without what nothing here uses; what would need it is refused by name."""

import importlib
import re
import sys
from importlib.machinery import PathFinder
from importlib.metadata import distributions
from pathlib import Path
from typing import Any, Optional

import pytest
from rasa.core.channels.slack import SlackBot
from rasa.engine.exceptions import GraphSchemaValidationException
from rasa.engine.graph import SchemaNode
from rasa.engine.recipes.default_components import DEFAULT_COMPONENTS

from bot import components, left_out, rasa_training, routes

ROOT = Path(__file__).parents[2]
NEED_TENSORFLOW = {
    "DIETClassifier", "ResponseSelector", "TEDPolicy", "UnexpecTEDIntentPolicy", "ConveRTFeaturizer",
    "LanguageModelFeaturizer",
}  # fmt: skip


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def overridden() -> "set[str]":
    return set(re.findall(r'"([a-z-]+); python_version < \'0\'"', (ROOT / "pyproject.toml").read_text("utf-8")))


def test_the_components_that_need_tensorflow_are_known_by_what_they_import() -> None:
    assert {one.__name__ for one in DEFAULT_COMPONENTS if left_out.needed_by(one)} == NEED_TENSORFLOW
    assert [left_out.needed_by(one) for one in (components.MessageReader, routes.RoutePolicy)] == [[], []]


@pytest.mark.parametrize("one", [one for one in DEFAULT_COMPONENTS if one.__name__ in NEED_TENSORFLOW])
def test_a_pipeline_that_asks_for_one_is_refused_with_its_name(one: Any) -> None:
    node = SchemaNode(needs={}, uses=one, constructor_name="create", fn="train", config={})
    with pytest.raises(GraphSchemaValidationException, match=f"{one.__name__} needs .*tensorflow"):
        rasa_training._refuse_what_cannot_work(node)


def test_what_rasa_itself_finds_missing_is_still_said() -> None:
    (crf,) = (one for one in DEFAULT_COMPONENTS if one.__name__ == "CRFEntityExtractor")
    with pytest.raises(GraphSchemaValidationException, match="sklearn_crfsuite"):
        rasa_training._refuse_what_cannot_work(SchemaNode({}, crf, "create", "train", {}))


def test_one_can_name_inherit_annotate_and_catch_but_not_call() -> None:
    layers = importlib.import_module("tensorflow.keras").layers

    class Mine(layers.Layer):  # type: ignore[misc, name-defined]
        def told(self, tensor: Optional[layers.Tensor] = layers.NOTHING) -> dict[str, layers.Tensor]: ...  # noqa: UP045

    with pytest.raises(left_out.LeftOut, match="Mine needs tensorflow"):
        Mine()
    with pytest.raises(left_out.LeftOut, match="slack_sdk"):
        SlackBot("token", "channel")
    try:
        int("no number")
    except layers.SomeError:
        pytest.fail("not its error")
    except ValueError:
        pass


def test_elsewhere_a_missing_package_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "rasa")
    monkeypatch.delitem(sys.modules, "matplotlib", raising=False)
    assert importlib.util.find_spec("matplotlib") is None


def test_nothing_that_is_left_out_is_installed() -> None:
    installed = {plain(one.metadata["Name"]) for one in distributions() if one.metadata["Name"]}
    assert len(overridden()) > 20
    assert overridden() & installed == set()
    assert {name for name in left_out.NAMES if PathFinder.find_spec(name)} <= {"google"}
