"""One vocabulary: the labels, the guide, the domain, the one rule, the training data and the policy questions agree."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bot import lint, turns
from bot.lint import bare, bigrams
from bot.nlu.reader import UNSURE
from dialogue.vocabulary import ACTS, LABELS, QUESTIONS, ROLES, SERVICES
from tests.bot.conftest import ROOT, examples

YML = YAML(typ="safe")
INTENTS = {*LABELS, "choose", UNSURE}
"""What a message may be read as: the labels, a picked option, and nothing anybody should act on."""
SHARED = ROOT.parent / "shared"
TAUGHT = Counter(
    [label for turn in turns.read() for label in turn.labels]
    + [turns.renamed(intent) for intent, texts in examples().items() for _ in texts]
)


def test_the_domain_has_every_label_a_choice_and_doubt() -> None:
    domain = YML.load((ROOT / "bot" / "domain" / "intents.yml").read_text("utf-8"))["intents"]
    assert len(set(domain)) == len(domain)
    assert set(domain) == INTENTS
    assert len(set(LABELS)) == len(LABELS)


def test_one_rule_sends_every_intent_to_the_one_action() -> None:
    (rule,) = YML.load((ROOT / "data" / "rules" / "routes.yml").read_text("utf-8"))["rules"]
    either, then = rule["steps"]
    assert sorted(step["intent"] for step in either["or"]) == sorted(INTENTS)
    assert then == {"action": "action_converse"}
    domain = YML.load((ROOT / "bot" / "domain" / "conversation.yml").read_text("utf-8"))
    assert domain["actions"] == ["action_converse"]


def test_every_question_is_known_to_the_policies() -> None:
    assert set(YML.load((ROOT / "policies" / "questions.yml").read_text("utf-8"))) >= set(QUESTIONS)


@pytest.mark.parametrize("label", LABELS)
def test_every_label_is_taught(label: str) -> None:
    assert TAUGHT[label] >= 20


def test_only_labels_are_taught() -> None:
    assert set(TAUGHT) <= set(LABELS)


def test_the_guides_name_every_label_and_role() -> None:
    meant = YML.load((ROOT / "dialogue" / "labels.yml").read_text("utf-8"))
    assert {group: tuple(labels) for group, labels in meant.items()} == {
        "questions": QUESTIONS, "services": SERVICES, "acts": ACTS,
    }  # fmt: skip
    assert [name for group in meant.values() for name, about in group.items() if not about["is"]] == []
    guide = (ROOT / "docs" / "annotation.md").read_text("utf-8")
    assert [name for name in ROLES if f"`{name}`" not in guide and f"({name})" not in guide] == []


def test_no_sentence_stands_twice_nearly_twice_or_under_two_intents() -> None:
    assert list(lint.problems(lint.read())) == []


def test_rasa_keeps_nothing_of_a_talk() -> None:
    """No slot, no response, one entity: the state travels with the message."""
    for path in (ROOT / "bot" / "domain").glob("*.yml"):
        domain = YML.load(path.read_text("utf-8"))
        assert {"slots", "responses", "forms"} & set(domain) == set(), path.name
    assert YML.load((ROOT / "bot" / "domain" / "conversation.yml").read_text("utf-8"))["entities"] == ["reading"]


def test_no_tensorflow_component_is_in_the_pipeline() -> None:
    config = YML.load((ROOT / "config.yml").read_text("utf-8"))
    assert [part["name"] for part in config["pipeline"]] == ["bot.components.MessageReader"]
    assert [policy["name"] for policy in config["policies"]] == ["bot.routes.RoutePolicy"]


@pytest.mark.skipif(
    not (SHARED / "eval").is_dir(), reason="the evaluation sentences stand beside the project only in CI"
)
@pytest.mark.parametrize(("kind", "shortest"), [("sentences", 3), ("turns", 8)])
def test_no_evaluation_sentence_or_a_close_rewording_is_in_the_training_data(kind: str, shortest: int) -> None:
    """Short fragments of a talk (再短点, 那大的呢) are the same by chance."""
    if kind == "sentences":
        ours = {bare(sentence.text) for sentence in lint.read()}
        theirs = {bare(text) for text in _questions(SHARED / "eval")}
    else:
        ours = {bare(turn.text) for turn in turns.read()}
        theirs = {bare(text) for text in (*_questions(SHARED / "eval"), *_messages(SHARED / "eval"))}
    assert {text for text in theirs & ours if len(text) >= shortest} == set()
    assert list(_close(ours, {text for text in theirs if len(text) >= max(shortest, 5)})) == []


def _close(ours: "set[str]", theirs: "set[str]") -> "Iterator[tuple[str, str]]":
    """Pairs that have seven tenths of their bigrams in common."""
    known = [(text, bigrams(text)) for text in theirs]
    holds: dict[str, list[int]] = {}
    for place, (_, grams) in enumerate(known):
        for gram in grams:
            holds.setdefault(gram, []).append(place)
    for text in ours:
        mine = bigrams(text)
        for place, shared in Counter(place for gram in mine for place in holds.get(gram, ())).items():
            other, grams = known[place]
            if shared >= 0.7 * (len(mine) + len(grams) - shared):
                yield text, other


def _questions(folder: Path) -> Iterator[str]:
    for path in folder.glob("*.tsv"):
        yield from (line.split("\t")[0] for line in path.read_text("utf-8").splitlines()[1:])


def _messages(folder: Path) -> Iterator[str]:
    """Single messages with their facts, and the turns of whole talks."""
    yield from (item["text"] for item in YML.load((folder / "facts_dev.yml").read_text("utf-8"))["items"])
    for talk in YML.load((folder / "dialogues_dev.yml").read_text("utf-8"))["dialogues"]:
        yield from (turn["user"] for turn in talk["turns"])
