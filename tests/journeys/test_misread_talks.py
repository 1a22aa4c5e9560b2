"""Short talks of the kinds that went wrong, each with its own variants, against the started stack.

misread_talks.yaml (not .yml: those are journeys): kind, name, as_of, turns, and `ends`, one turn after shared ones.
What a turn expects, all of it optional:

    has, lacks   regular expressions that the replies match, or do not
    never        words (ids of dialogue/words) that must not be said
    answers      for each list an answer to one of these questions
    documents    numbers of documents that are cited
    status       of the first answer, one of these
    region       the place of the first answer
    options      what can be tapped
    silent       characters at most, where no document has an answer
"""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from dialogue.words import catalogue
from policies.loading import YamlFile, plain
from tests.journeys.player import Talk

TODAY = "2026-11-26"
KEYS = {"say", "has", "lacks", "never", "answers", "documents", "status", "region", "options", "silent"}
LEAST = 5
"""Talks of every kind."""


def talks() -> list[dict[str, Any]]:
    file = YamlFile(Path(__file__).parent / "misread_talks.yaml")
    assert not file.problems, file.problems
    return [dict(talk) for talk in plain(file.data)]


def fixed(key: str) -> str:
    """The longest piece of what an id says that does not depend on anything."""
    entry = catalogue()[key]
    text = str(entry["text"] if isinstance(entry, dict) else entry)
    return max(re.split(r"\{\w+\}|\n", text), key=len).strip()


def faults(turn: dict[str, Any], replies: list[dict[str, Any]]) -> list[str]:
    """What is not as the turn expects."""
    text = "\n".join(reply["text"] for reply in replies)
    answers = [reply["answer"] for reply in replies if reply["answer"]]
    first = answers[0] if answers else {}
    labels = [option["label"] for reply in replies for option in reply["options"]]
    documents = [citation["document"] for answer in answers for citation in answer["citations"]]
    found = [f"没有“{words}”" for words in turn.get("has", ()) if not re.search(words, text)]
    found += [f"不该有“{words}”" for words in turn.get("lacks", ()) if re.search(words, text)]
    found += [f"不该说“{fixed(key)}”" for key in turn.get("never", ()) if fixed(key) in text]
    asked = {answer["intent"] for answer in answers}
    found += [f"没有答{wanted}，答的是{sorted(asked)}" for wanted in turn.get("answers", ()) if not asked & set(wanted)]
    found += [f"没有引{number}" for number in turn.get("documents", ()) if number not in documents]
    found += [f"没有选项{label}" for label in turn.get("options", ()) if label not in labels]
    if "status" in turn and first.get("status") not in turn["status"]:
        found.append(f"结论是{first.get('status')}")
    if "region" in turn and (first.get("region") or {}).get("adcode") != turn["region"]:
        found.append(f"地方是{first.get('region')}")
    if "silent" in turn and first.get("status") == "not_in_documents" and len(text) > turn["silent"]:
        found.append(f"没写的说了{len(text)}个字")
    return [f"{turn['say']} → {text}\n  {fault}" for fault in found]


@pytest.mark.stack
@pytest.mark.parametrize("talk", talks(), ids=lambda talk: f"{talk['kind']}: {talk['name']}")
def test_a_talk_that_went_wrong_goes_right(stack: Any, talk: dict[str, Any]) -> None:
    conversation = Talk(stack.address, talk.get("as_of", TODAY))
    for turn in (*talk["turns"], *([talk["ends"]] if "ends" in talk else ())):
        wrong = faults(turn, conversation.say(turn["say"]))
        assert not wrong, "\n".join(wrong)


def test_every_kind_has_talks_of_its_own_in_a_form_that_is_checked() -> None:
    kinds = Counter(talk["kind"] for talk in talks())
    assert len(kinds) == 9
    assert min(kinds.values()) >= LEAST
    for talk in talks():
        assert set(talk) <= {"kind", "name", "as_of", "turns", "ends"}
        for turn in (*talk["turns"], *([talk["ends"]] if "ends" in talk else ())):
            assert set(turn) <= KEYS, turn
            for words in (*turn.get("has", ()), *turn.get("lacks", ())):
                re.compile(words)
            assert all(fixed(key) for key in turn.get("never", ()))
