"""One vocabulary: intents.yml, the domain, the routes, the training data and the policy questions agree."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bot import lint
from bot.lint import bare, bigrams
from tests.bot.conftest import ROOT, examples

YML = YAML(typ="safe")
VOCABULARY = YML.load((ROOT / "docs" / "intents.yml").read_text("utf-8"))
POLICY, SERVICES, TALK = (set(VOCABULARY[k]) for k in ("policy_questions", "services", "conversation"))
INTENTS = POLICY | SERVICES | TALK
SHARED = ROOT.parent / "shared"


def test_there_are_60_intents_and_the_domain_has_them_all() -> None:
    domain = YML.load((ROOT / "domain" / "intents.yml").read_text("utf-8"))["intents"]
    assert len(INTENTS) == 60
    assert set(domain) == INTENTS | {"nlu_fallback"}


def test_every_intent_has_exactly_one_route() -> None:
    rules = YML.load((ROOT / "data" / "rules" / "routes.yml").read_text("utf-8"))["rules"]
    routed = [step["intent"] for rule in rules for step in rule["steps"] if "intent" in step]
    assert sorted(routed) == sorted(INTENTS | {"nlu_fallback"})
    actions = {rule["steps"][1]["action"] for rule in rules if rule["steps"][0]["intent"] in POLICY}
    assert actions == {"action_answer"}


def test_every_policy_question_is_known_to_the_policies() -> None:
    assert set(YML.load((ROOT / "policies" / "questions.yml").read_text("utf-8"))) >= POLICY


def test_every_intent_has_at_least_25_examples() -> None:
    data = examples()
    assert set(data) == INTENTS
    assert {intent: len(texts) for intent, texts in data.items() if len(texts) < 25} == {}


def test_no_sentence_stands_twice_nearly_twice_or_under_two_intents() -> None:
    assert list(lint.problems(lint.read())) == []


def test_no_slot_decides_the_route() -> None:
    slots = YML.load((ROOT / "domain" / "memory.yml").read_text("utf-8"))["slots"]
    assert [name for name, slot in slots.items() if slot["influence_conversation"]] == []


def test_no_tensorflow_component_is_in_the_pipeline() -> None:
    config = YML.load((ROOT / "config.yml").read_text("utf-8"))
    assert all(part["name"].startswith("bot.components.") for part in config["pipeline"])
    assert [policy["name"] for policy in config["policies"]] == ["bot.routes.RoutePolicy"]


@pytest.mark.skipif(
    not (SHARED / "eval").is_dir(), reason="the evaluation sentences stand beside the project only in CI"
)
def test_no_evaluation_sentence_or_a_close_rewording_is_in_the_training_data() -> None:
    ours = [bare(text) for texts in examples().values() for text in texts]
    theirs = set()
    for path in Path(SHARED / "eval").glob("*.tsv"):
        theirs |= {bare(line.split("\t")[0]) for line in path.read_text("utf-8").splitlines()[1:]}
    assert {text for text in theirs & set(ours) if len(text) >= 3} == set()
    known = [(text, bigrams(text)) for text in theirs if len(text) >= 5]
    close = set()
    for text in ours:
        mine = bigrams(text)
        close |= {(text, other) for other, grams in known if len(mine & grams) >= 0.7 * len(mine | grams)}
    assert close == set()


@pytest.mark.skipif(not (SHARED / "design").is_dir(), reason="the design stands beside the project only in CI")
def test_our_copy_of_the_vocabulary_is_the_designs() -> None:
    assert YML.load((SHARED / "design" / "intents.yml").read_text("utf-8")) == VOCABULARY


def test_every_part_of_the_memory_has_its_slot() -> None:
    """A slot that is missing is only logged by Rasa, and the conversation forgets silently."""
    slots = set(YML.load((ROOT / "domain" / "memory.yml").read_text("utf-8"))["slots"])
    source = (ROOT / "actions" / "memory.py").read_text("utf-8")
    state = re.search(r"^STATE = \((.*?)\)", source, re.MULTILINE | re.DOTALL)
    assert state is not None
    names = set(re.findall(r'"(\w+)"', state[1]))
    assert len(names) > 8
    assert names - slots == set()
