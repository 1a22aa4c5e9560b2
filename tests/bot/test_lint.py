"""The linter of the sentences finds what it should, and labelled questions come in only when they are new."""

from pathlib import Path

import pytest

from bot import lint, turns
from bot.lint import Example

FIRST = Example("新生儿怎么办医保", "ask_newborn_enrollment", "a.yml")


@pytest.mark.parametrize(
    ("text", "intent", "words"),
    [
        ("新生儿，怎么办医保？", "ask_newborn_enrollment", "重复"),
        ("新生儿怎么办医保", "ask_premium", "两个意图"),
        ("新生儿怎么办医保呢", "ask_newborn_enrollment", "几乎一样"),
    ],
)
def test_the_same_nearly_the_same_and_two_labels_are_found(text: str, intent: str, words: str) -> None:
    [found] = lint.problems([FIRST, Example(text, intent, "b.yml")])
    assert words in found
    assert "b.yml" in found


def test_different_sentences_are_fine_and_a_flood_is_not() -> None:
    assert list(lint.problems([FIRST, Example("医保什么时候交", "ask_payment_period", "a.yml")])) == []
    flood = [
        Example(f"第{n}种完全不同的说法{chr(0x4E00 + 7 * n)}{chr(0x5E00 + 3 * n)}", "greet", "a.yml") for n in range(40)
    ]
    rest = [Example(f"别的{n}{chr(0x6E00 + n)}", f"intent_{n}", "a.yml") for n in range(9)]
    assert any("太多" in found for found in lint.problems([*flood, *rest]))


def test_labelled_questions_are_taken_once_and_refusals_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(
        'version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - 你好呀小助手\n- intent: ask_premium\n'
        "  examples: |\n    - 一年交多少\n", "utf-8",
    )  # fmt: skip
    table = tmp_path / "labelled.csv"
    table.write_text(
        "text,intent,kind\n娃儿医保好多钱嘛,ask_premium,unsure\n一年交多少？,ask_premium,unsure\n随便,no_such,unsure\n没标的,,unsure\n",
        "utf-8-sig",
    )
    number, refused = lint.add(table, tmp_path)
    assert number == 1
    assert [line[:4] for line in refused] == ["第3行：", "第4行："]
    assert "    - 娃儿医保好多钱嘛" in (tmp_path / "learned.yml").read_text("utf-8")
    again, refused = lint.add(table, tmp_path)
    assert again == 0
    assert len(refused) == 3
    assert len([s for s in lint.read(tmp_path) if s.file == "learned.yml"]) == 1


def test_one_message_has_one_reading_in_one_conversation() -> None:
    told = {"open": "ask_premium", "knows": "region, birth_date"}
    first = turns.AnnotatedTurn("大的呢", ("follow",), context=told, source="a.txt:1")
    assert list(lint.turn_problems([first, turns.AnnotatedTurn("大的呢", ("follow",), source="a.txt:2")])) == []
    again = turns.AnnotatedTurn(
        "大的呢？", ("follow",), context={**told, "knows": "birth_date,region"}, source="a.txt:3"
    )
    other = turns.AnnotatedTurn("大的呢", ("inform",), context=told, source="b.txt:1")
    assert [found.split("”")[1][:2] for found in lint.turn_problems([first, again, other])] == ["重复", "有两"]


def test_the_turns_we_keep_have_no_problem() -> None:
    assert list(lint.turn_problems([*turns.read(), *turns.read(turns.FOR_THE_ENCODER)])) == []
