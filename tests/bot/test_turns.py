"""The form of annotated turns: what the parser takes, what it refuses, and that every turn we keep is sound."""

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from bot import turns
from bot.nlu.mentions import find_mentions
from bot.nlu.role_names import CLASSES
from bot.nlu.roles import SOME_DAY, gold
from bot.nlu.text import read_text
from bot.turns import AnnotatedTurn, Mark, TurnError
from dialogue import vocabulary
from tests.bot.conftest import ROOT

EXAM = turns.read(turns.EXAM)
EVERY = [*turns.read(), *turns.read(turns.FOR_THE_ENCODER), *EXAM]


def parsed(*lines: str) -> "list[AnnotatedTurn | TurnError]":
    return [item for _, item in turns.parse(list(lines), "a.txt")]


def test_a_message_with_marks_is_plain_text_with_spans() -> None:
    text, marks = turns.parse_text(
        "我在[苏州](insured)，[老二](about)[9月4号](birth @小的 corr)生，[12月20](paid plan)去交"
    )
    assert text == "我在苏州，老二9月4号生，12月20去交"
    assert [(text[m.start : m.end], m.role) for m in marks] == [
        ("苏州", "insured"), ("老二", "about"), ("9月4号", "birth"), ("12月20", "paid"),
    ]  # fmt: skip
    assert marks[2] == Mark(7, 11, "birth", "小的", "asserted", True)
    assert (marks[3].polarity, marks[3].corrects) == ("plan", False)


def test_a_context_holds_until_the_next_one() -> None:
    first, second, third = parsed(
        "# a comment", "@ open=ask_premium; expect=region; knows=birth_date, region", "那[威海](insured)呢 => follow",
        "", "谢谢 => thank", "@", "你好 => greet",
    )  # fmt: skip
    assert isinstance(first, AnnotatedTurn)
    assert isinstance(second, AnnotatedTurn)
    assert isinstance(third, AnnotatedTurn)
    assert first.context == second.context == {"open": "ask_premium", "expect": "region", "knows": "birth_date, region"}
    assert third.context == {}
    assert (first.source, third.source) == ("a.txt:3", "a.txt:7")


def test_the_first_label_that_is_more_than_a_courtesy_comes_first() -> None:
    (one,) = parsed("谢谢，那[大的](about)呢 => thank follow")
    (two,) = parsed("谢谢啦 => thank")
    assert isinstance(one, AnnotatedTurn)
    assert isinstance(two, AnnotatedTurn)
    assert (one.primary, two.primary) == ("follow", "thank")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("在哪交", "=> labels"), ("=> ask_premium", "=> labels"), ("在哪交 => ", "=> labels"),
        ("在哪交 => ask_nothing", "label"),
        ("[苏州](town)的 => inform", "role"), ("[苏州](insured 也许)的 => inform", "role"),
        ("[苏州]()的 => inform", "no role"),
        ("[苏州](@小的)的 => inform", "no role"), ("@ open=ask_nothing", "open question"),
        ("@ form=payment", "form step"), ("@ queue=soon", "queue"),
        ("@ weather=fine", "context"), ("@ open=", "context"),
    ],
)  # fmt: skip
def test_what_has_not_the_form_is_refused_with_its_reason(line: str, words: str) -> None:
    (error,) = parsed(line)
    assert isinstance(error, TurnError)
    assert words in str(error)


def test_reading_a_folder_names_file_and_line_and_checking_counts(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("你好 => greet\n你好 => grete\n", "utf-8")
    with pytest.raises(TurnError, match=r"b\.txt:2"):
        turns.read(tmp_path)
    command = [sys.executable, "-m", "bot.turns", "check", str(tmp_path / "b.txt")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "b.txt:2" in done.stdout
    assert "1 messages" in done.stdout


def test_every_turn_we_keep_is_sound() -> None:
    """Marks inside their message, not across one another, no bracket left, one meaning for each fact."""
    for turn in EVERY:
        assert turn.text.strip(), turn.source
        assert "](" not in turn.text, turn.source
        spans = [(mark.start, mark.end) for mark in turn.marks]
        assert spans == sorted(spans), turn.source
        assert all(a[1] <= b[0] for a, b in pairwise(spans)), turn.source
        assert len(set(turn.labels)) == len(turn.labels), turn.source


def test_the_examination_is_not_taught() -> None:
    taught = {(turn.text, tuple(sorted(turn.context.items()))) for turn in turns.read()}
    assert [turn.source for turn in EXAM if (turn.text, tuple(sorted(turn.context.items()))) in taught] == []


@pytest.mark.parametrize(("kind", "share"), [("time", 0.9), ("place", 0.95), ("who", 0.7), ("word", 0.85)])
def test_the_finders_find_what_people_marked(kind: str, share: float) -> None:
    """What is no candidate can never be heard. Of people many stay a bare 我, 他 or a name, which no word list has."""
    marked = found = 0
    missed: list[str] = []
    for turn in EXAM:
        text = read_text(turn.text)
        names = [kid.strip() for kid in turn.context.get("kids", "").split(",") if kid.strip()]
        candidates = find_mentions(text, SOME_DAY, expecting="unborn" in turn.context.get("open", ""),
                                   names=[name for name in names if name not in vocabulary.OWNERS])  # fmt: skip
        for mark in turn.marks:
            if CLASSES[mark.role] != kind:
                continue
            span = text.plain_span(mark.start, mark.end)
            marked += 1
            if any(gold(candidate, [(span, mark)]) for candidate in candidates):
                found += 1
            else:
                missed.append(f"{turn.source}: {turn.text[mark.start : mark.end]}")
    assert found >= share * marked, f"{found} of {marked}\n" + "\n".join(missed)
