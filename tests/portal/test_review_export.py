"""From a misunderstood message to a sentence and a test: through the pages, then by the command, each once."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot import lint
from common.casebook import OpenQuestion, Review, ReviewedQuestion
from deploy import training
from portal.review.__main__ import main
from portal.review.export import SENTENCES, TALKS, change_of, write
from tests.journeys.test_reviewed_talks import problems_of
from tests.portal.builders import NOON, shelf
from tests.portal.running import Portal

LIBRARY = shelf().library
SAID = "俺家小崽儿那钱票子得掏几张出来哟"
"""Made up; stands in no file of data/nlu/."""


def reviewed(
    number: int, text: str, verdict: Any = "read_as", intent: str | None = "ask_premium", **heard: Any
) -> ReviewedQuestion:
    question = OpenQuestion(number, "unsure", text, None, 0.2, "320100", None, None, NOON, "new", heard or None)
    return ReviewedQuestion(question, Review(verdict, intent, "主管一", NOON, None))


def talks_in(root: Path) -> list[dict[str, Any]]:
    return list(YAML(typ="safe").load((root / TALKS).read_text("utf-8")))


def test_a_misunderstood_message_becomes_a_reviewed_sentence_and_a_test(
    desk: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The whole way: kept by the gateway, found on the page, two clicks, one command, accepted by the linter."""
    book = desk.parts.casebook
    number = desk.do(lambda: book.note_question("unsure", SAID, now=NOON, intent="ask_refund", region="320100")).id
    head = desk.person("主管一", "supervisor")
    assert SAID in head.get("/review").text
    assert head.post(f"/review/{number}", verdict="read_as", reading="一年交多少钱").status_code == 303

    checkout = tmp_path / "checkout"
    shutil.copytree(lint.DATA, checkout / "data" / "nlu", ignore=shutil.ignore_patterns("turns"))
    monkeypatch.setenv("DATABASE_URL", desk.parts.settings.database_url)
    assert main(["export", str(checkout)]) == 0
    assert "新写 1 句" in capsys.readouterr().out
    folder = checkout / "data" / "nlu"
    assert [(one.text, one.intent) for one in lint.read(folder) if one.file == "learned.yml"] == [(SAID, "ask_premium")]
    assert list(lint.headless(folder)) == list(lint.problems(lint.read(folder))) == []
    [talk] = talks_in(checkout)
    assert talk["turns"] == [{"say": SAID, "meant": "ask_premium"}]
    assert problems_of(talk) == []

    before = {path: path.read_bytes() for path in checkout.rglob("*") if path.is_file()}
    assert main(["export", str(checkout)]) == 0
    assert "新写 0 句，另 0 句" in capsys.readouterr().out
    assert {path: path.read_bytes() for path in checkout.rglob("*") if path.is_file()} == before
    assert ("命令行", "reviews_exported", "1 条") in desk.audit()
    assert SAID in head.get("/review?state=exported").text


def test_what_leans_on_a_conversation_becomes_a_talk_that_opens_it_and_no_sentence() -> None:
    change = change_of(
        [reviewed(7, "那个呢", open="ask_refund", region="320100"), reviewed(8, "那不就是没戏", intent="verdict"),
         reviewed(9, "养老金涨没涨", "not_ours", None)], LIBRARY,
    )  # fmt: skip
    assert change.sentences == {"out_of_scope": ("养老金涨没涨",)}
    first, second, third = change.talks
    assert first["turns"] == [
        {"say": "我在江苏省南京市"}, {"say": LIBRARY.questions["ask_refund"]["say"]},
        {"say": "那个呢", "meant": "ask_premium"},
    ]  # fmt: skip
    assert second["turns"] == [{"say": "那不就是没戏", "meant": "verdict"}]
    assert third["turns"][-1]["meant"] == "out_of_scope"
    assert (first["name"], first["as_of"]) == ("复核 7", "2026-11-22")


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("我〔姓名〕的娃要交多少", {}), ("证〔证件号已隐去〕交多少", {}), ("交多少[2026](paid)", {}), ("  ", {}),
        ("对", {"form": "birth_date"}), ("一年交多少钱", {"picked": True}), ("那个呢", {"open": "report_nothing"}),
    ],
)  # fmt: skip
def test_what_cannot_be_learned_from_is_counted_and_left_out(text: str, heard: dict[str, Any]) -> None:
    change = change_of([reviewed(1, text, **heard)], LIBRARY)
    assert (change.sentences, change.talks, change.unusable) == ({}, (), 1)


def test_other_findings_teach_nothing() -> None:
    rest = [reviewed(1, "交多少", "read_well", None), reviewed(2, "啊啊", "no_use", None)]
    change = change_of([*rest, ReviewedQuestion(rest[0].question, None)], LIBRARY)
    assert (change.sentences, change.talks, change.unusable) == ({}, (), 0)


def test_what_stands_there_stays_and_nothing_is_said_twice(tmp_path: Path) -> None:
    assert write(change_of([reviewed(1, "交几多：钱？")], LIBRARY), tmp_path) == 1
    assert write(change_of([reviewed(1, "交几多：钱？"), reviewed(2, "“交几多钱”")], LIBRARY), tmp_path) == 0
    assert write(change_of([reviewed(3, "退得了不", intent="ask_refund")], LIBRARY), tmp_path) == 1
    found = lint.read(tmp_path / "data" / "nlu")
    assert [(one.intent, one.text) for one in found] == [("ask_premium", "交几多：钱？"), ("ask_refund", "退得了不")]
    assert [talk["name"] for talk in talks_in(tmp_path)] == ["复核 1", "复核 2", "复核 3"]


def test_a_line_of_several_is_one_sentence_and_cannot_break_the_file(tmp_path: Path) -> None:
    write(change_of([reviewed(1, "交多少\n- intent: greet\n  examples: |\n    - 坏")], LIBRARY), tmp_path)
    [one] = lint.read(tmp_path / "data" / "nlu")
    assert (one.intent, one.text) == ("ask_premium", "交多少 - intent: greet examples: | - 坏")
    assert talks_in(tmp_path)[0]["turns"][0]["say"] == one.text


def test_sentences_exported_elsewhere_are_taken_in_by_the_linter(tmp_path: Path) -> None:
    (tmp_path / "nlu").mkdir()
    (tmp_path / "nlu" / "a.yml").write_text(
        'version: "3.1"\nnlu:\n- intent: ask_premium\n  examples: |\n    - 一年要交多少钱呢\n', "utf-8"
    )
    write(change_of([reviewed(1, SAID), reviewed(2, "一年要交多少钱呢？")], LIBRARY), tmp_path / "out")
    taken, refused = lint.add(tmp_path / "out" / SENTENCES, tmp_path / "nlu")
    assert (taken, len(refused)) == (1, 1)
    assert "重复" in refused[0]


def test_a_file_without_sentences_is_no_fault_and_one_without_its_head_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "nlu"
    write(change_of([reviewed(1, SAID)], LIBRARY), tmp_path)
    (tmp_path / "data" / "nlu").rename(folder)
    for empty in ("", 'version: "3.1"\n# nothing yet\nnlu:\n', "# nothing yet\n"):
        (folder / "empty.yml").write_text(empty, "utf-8")
        assert list(lint.headless(folder)) == []
        monkeypatch.setattr(training, "SENTENCES", folder)
        training.gather(tmp_path / "gathered")
        assert SAID in (tmp_path / "gathered" / "nlu.yml").read_text("utf-8")
    (folder / "empty.yml").write_text("- intent: greet\n  examples: |\n    - 你好呀\n", "utf-8")
    assert list(lint.headless(folder)) == ["empty.yml：句子前面没有 nlu: 一行"]


def test_what_could_not_be_written_is_said_and_not_marked(
    desk: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    book, reviews = desk.parts.casebook, desk.parts.reviews
    number = desk.do(lambda: book.note_question("unsure", SAID, now=NOON)).id
    desk.do(lambda: reviews.save(number, "read_as", "ask_premium", "主管一", NOON))
    monkeypatch.setenv("DATABASE_URL", desk.parts.settings.database_url)
    no_folder = tmp_path / "file"
    no_folder.write_text("", "utf-8")
    assert main(["export", str(no_folder)]) == 2
    assert "写不进去" in capsys.readouterr().err
    assert desk.do(lambda: reviews.count(("misunderstood",), "reviewed")) == 1
    monkeypatch.setenv("DATABASE_URL", "postgresql+nosuchdriver://localhost/x")
    assert main(["export", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith("DATABASE_URL：")
