"""People as candidates: relatives and their children, children by name, and syllables that name nobody."""

import pytest

from bot.nlu.lexicon import find_words


def kinds(text: str) -> "list[tuple[str, str]]":
    """(kind, text) of every word found."""
    return [(word.kind, word.text) for word in find_words(text)]


@pytest.mark.parametrize("text", ["连襟家的老大", "我二姨家的老二", "发小的娃", "俺大姐家", "师傅家的孩子"])
def test_a_relatives_child_is_not_ours(text: str) -> None:
    assert [kind for kind, _ in kinds(f"{text}在盐城上学")] == ["stranger"]


@pytest.mark.parametrize("text", ["啰啰嗦嗦讲半天", "清清楚楚写着的", "没有有效证件"])
def test_a_doubled_syllable_inside_a_word_names_no_child(text: str) -> None:
    assert not [word for word in kinds(text) if word[0] == "child"]


def test_a_doubled_syllable_by_itself_names_a_child() -> None:
    assert ("child", "糖糖") in kinds("糖糖发烧了")
