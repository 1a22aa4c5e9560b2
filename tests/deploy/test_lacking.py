"""A half-done change is named: what an intent, a fact or a channel still lacks."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from pydantic import Field

from common.settings import Settings
from common.web.channels import ChannelInfo
from deploy import lacking
from policies.library import default
from tools import write_intents

ASKED = "ask_premium"


def test_nothing_is_half_done() -> None:
    assert [*lacking.intents(default()), *lacking.facts(), *lacking.channels()] == []


def test_the_lists_rasa_reads_are_those_of_the_vocabulary() -> None:
    assert {path: path.read_text("utf-8") for path in write_intents.FILES} == write_intents.FILES


def test_a_label_that_only_stands_in_the_vocabulary_lacks_everything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lacking, "INTENTS", (*lacking.INTENTS, "ask_new"))
    monkeypatch.setattr(lacking, "QUESTIONS", (*lacking.QUESTIONS, "ask_new"))
    found = list(lacking.intents(default()))
    assert len(found) == 5
    assert all(line.startswith("intent ask_new: ") for line in found)


def test_a_question_of_the_policies_that_nobody_understands_is_named() -> None:
    library = default()
    more = {**library.questions, "ask_new": library.questions[ASKED]}
    found = list(lacking.intents(replace(library, questions=more)))
    assert found == ["intent ask_new: has a title, and nobody understands it (dialogue/labels.yml)"]


def test_a_question_without_rule_and_fact_is_named() -> None:
    library = default()
    rules = {key: rules for key, rules in library.by_question.items() if key[1] != ASKED}
    told = {key: facts for key, facts in library.told.items() if key[1] != ASKED}
    assert list(lacking.intents(replace(library, by_question=rules, told=told))) == [
        f"intent {ASKED}: no rule and no fact answers it (policies/regions/, policies/digests/)"
    ]


def test_a_fact_that_only_stands_in_the_record_lacks_everything_else(monkeypatch: pytest.MonkeyPatch) -> None:
    known = lacking.Facts.model_fields
    monkeypatch.setattr(lacking, "Facts", SimpleNamespace(model_fields={**known, "glasses": None}))
    assert [line.split(": ")[1].split(",")[0].split(" (")[0] for line in lacking.facts()] == [
        "no label", "not in docs/contracts.md", "nobody tells it",
    ]  # fmt: skip


def test_a_label_of_no_fact_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lacking, "LABELS", {**lacking.LABELS, "glasses": "戴不戴眼镜"})
    assert list(lacking.facts()) == ["fact glasses: has a label, and is no fact (policies/facts.py)"]


def test_a_messenger_without_its_folder_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lacking, "MESSENGERS", (*lacking.MESSENGERS, ChannelInfo("ding", "钉钉", "/dingtalk")))
    assert list(lacking.channels()) == [
        "channel ding: no connect in gateway/dingtalk/messenger.py",
        "channel ding: no routes in gateway/dingtalk/messenger.py",
        "channel ding: no gateway/dingtalk/settings.py",
    ]


class CitySettings(Settings):
    """Of a channel whose variables do not begin as its folder is called."""

    token: str = Field(validation_alias="CITYAPP_TOKEN")


def test_a_channels_key_that_every_part_would_be_given_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "gateway" / "cityapp"
    folder.mkdir(parents=True)
    (folder / "messenger.py").write_text("def connect(): ...\ndef routes(): ...\n", "utf-8")
    (folder / "settings.py").write_text("", "utf-8")
    monkeypatch.setattr(lacking, "ROOT", tmp_path)
    monkeypatch.setattr(lacking, "MESSENGERS", (ChannelInfo("city", "城市App", "/cityapp"),))
    settings = SimpleNamespace(PREFIX="CITYAPP_", CLASSES=(CitySettings,))
    monkeypatch.setattr(lacking, "known", lambda: {"city": settings})
    (found,) = lacking.channels()
    assert "every part is given CITYAPP_TOKEN" in found
