"""Whole conversations are judged by what a turn must hold; the examination's file is sound."""

from typing import Any

import pytest
from ruamel.yaml import YAML

from tools.bench.judging import JudgedTurn, faults, holds, mistakes, normalised, report
from tools.bench.talks import EXAM

REPLY = "最晚 2025年7月10日 交，依据苏医保发[2025]26号，最多报 500,000 元。"


@pytest.mark.parametrize("entry", ["date:2025-07-10", "苏医保发〔2025〕26号", "re:500000元", "最多报500000"])
def test_an_entry_is_found_in_any_spelling(entry: str) -> None:
    assert holds(entry, normalised(REPLY))


@pytest.mark.parametrize("entry", ["date:2025-07-11", "date:2024-07-10", "re:^50万", "黑龙江"])
def test_what_is_not_there_is_not_found(entry: str) -> None:
    assert not holds(entry, normalised(REPLY))


def test_a_day_without_its_year_is_that_day() -> None:
    assert holds("date:2025-07-10", normalised("最晚7月10日"))
    assert not holds("date:2025-07-10", normalised("2024年7月10日"))


@pytest.mark.parametrize(
    ("turn", "wrong"),
    [
        ({"expect_all": ["date:2025-07-10", "90天"]}, "missing 90天"),
        ({"expect_any": ["90天", "九十天"]}, "none of 90天 · 九十天"),
        ({"must_not": ["re:苏医保发"]}, "forbidden re:苏医保发"),
        ({"expect_citation": "黑医保发〔2023〕58号"}, "not cited 黑医保发〔2023〕58号"),
        ({"expect_status": "need_facts"}, "status decided, expected need_facts"),
    ],
)
def test_every_fault_is_named(turn: dict[str, Any], wrong: str) -> None:
    assert faults(turn, REPLY, [], ["decided"]) == (wrong,)


def test_a_good_reply_has_no_fault() -> None:
    turn = {"expect_status": ["decided"], "expect_all": ["date:2025-07-10"], "must_not": ["威海"]}
    assert faults(turn, REPLY, ["苏医保发〔2025〕26号"], ["decided"]) == ()


def test_a_service_may_come_without_an_answer() -> None:
    assert faults({"expect_status": "service"}, "好的", [], []) == ()
    assert faults({"expect_status": "decided"}, "好的", [], []) != ()


def test_a_talk_passes_whole_when_every_turn_does() -> None:
    made = [JudgedTurn("A", 1, "question", "", "", ()), JudgedTurn("A", 2, "again", "", "", ("x",)),
            JudgedTurn("B", 1, "question", "", "", ())]  # fmt: skip
    assert list(report(made)) == [
        "turns passed 2/3; talks passed whole 1/2",
        "  again            0 of   1     0 %",
        "  question         2 of   2   100 %",
    ]


def test_mistakes_of_a_file_are_named() -> None:
    talk = {
        "id": "A",
        "as_of": "2025",
        "turns": [{"user": "问"}, {"user": "问", "kind": "again", "must_not": ["re:("]}],
    }
    found = list(mistakes({"dialogues": [talk]}))
    assert [one.split(":")[0] for one in found] == ["A", "A.1", "A.1", "A.2"]


def test_the_examination_is_sound() -> None:
    files = sorted(EXAM.glob("*.yml"))
    talks = [talk for file in files for talk in YAML(typ="safe").load(file)["dialogues"]]
    assert list(mistakes({"dialogues": talks})) == []
    assert sum(len(talk["turns"]) for talk in talks) >= 200
