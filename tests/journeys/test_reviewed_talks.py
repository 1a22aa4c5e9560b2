"""Talks the review desk exported, against the started stack: what a person read in a message is what we read.

reviewed_talks.yaml (not .yml: those are journeys): name, as_of, turns of `say` and, where a person reviewed it, `meant`
with its label. A question is answered by its answer, out_of_scope by the words for it; the rest is at least understood.
"""

from pathlib import Path
from typing import Any

import pytest

from dialogue.vocabulary import LABELS, QUESTIONS
from policies.loading import YamlFile, plain
from tests.journeys.player import Talk
from tests.journeys.test_misread_talks import fixed

NOT_UNDERSTOOD = ("not_sure_end", "not_sure_about", "still_not_sure", "out_of_scope", "only_words")
"""Ids of words said to what was not understood."""

NOT_OURS = ("out_of_scope", "perhaps_ours")
"""Ids of words said to what is none of ours, for sure or perhaps."""


def talks() -> list[dict[str, Any]]:
    file = YamlFile(Path(__file__).parent / "reviewed_talks.yaml")
    assert not file.problems, file.problems
    return [dict(talk) for talk in plain(file.data) or ()]


def fault(meant: str, replies: list[dict[str, Any]]) -> str | None:
    """What is wrong with the replies to a message that means this."""
    text = "\n".join(reply["text"] for reply in replies)
    answered = {reply["answer"]["intent"] for reply in replies if reply["answer"]}
    if meant == "out_of_scope":
        sent_away = any(fixed(key) in text for key in NOT_OURS)
        return None if sent_away else f"没有说不归我们管：{text}"
    if meant in QUESTIONS:
        return None if meant in answered else f"没有答 {meant}，答的是{sorted(answered)}：{text}"
    return next((f"没听明白（{key}）：{text}" for key in NOT_UNDERSTOOD if fixed(key) in text), None)


def problems_of(talk: dict[str, Any]) -> list[str]:
    """What is not as a talk is written."""
    found = [f"没有 {name}" for name in ("name", "as_of", "turns") if not talk.get(name)]
    turns = talk.get("turns") or []
    found += [f"多了 {set(turn) - {'say', 'meant'}}" for turn in turns if set(turn) - {"say", "meant"}]
    found += [f"没有 {turn['meant']} 这个标签" for turn in turns if turn.get("meant", "help") not in LABELS]
    return found if any("meant" in turn for turn in turns) else [*found, "没有一句写了 meant"]


@pytest.mark.stack
@pytest.mark.parametrize("talk", talks(), ids=lambda talk: talk["name"])
def test_what_a_person_read_is_what_we_read(stack: Any, talk: dict[str, Any]) -> None:
    conversation = Talk(stack.address, talk["as_of"])
    for turn in talk["turns"]:
        replies = conversation.say(turn["say"])
        wrong = fault(turn["meant"], replies) if "meant" in turn else None
        assert wrong is None, f"{turn['say']} → {wrong}"


def test_every_talk_has_the_form_and_a_name_of_its_own() -> None:
    assert {talk["name"]: found for talk in talks() if (found := problems_of(talk))} == {}
    assert len({talk["name"] for talk in talks()}) == len(talks())


def test_each_kind_of_label_can_fail() -> None:
    answer = [{"text": "一年交400元", "answer": {"intent": "ask_premium"}}]
    elsewhere, unsure = (
        [{"text": fixed("out_of_scope"), "answer": None}],
        [{"text": fixed("still_not_sure"), "answer": None}],
    )
    assert fault("ask_premium", answer) is None
    assert "ask_refund" in str(fault("ask_refund", answer))
    assert fault("out_of_scope", elsewhere) is None
    assert fault("out_of_scope", answer)
    assert fault("repeat", answer) is None
    assert fault("repeat", unsure)
    assert problems_of({"name": "一", "as_of": "2026-11-26", "turns": [{"say": "好", "meant": "no_label"}]})
    assert problems_of({"name": "一", "as_of": "2026-11-26", "turns": [{"say": "好"}]})
