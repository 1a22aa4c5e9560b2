"""The comparison of two versions' answers: every kind of change is named, what every run makes anew is none."""

import json
from pathlib import Path
from typing import Any

import pytest

from tools.bench import replay
from tools.bench.replay_changes import KINDS, WORDING, changes_of, summary


def answered(**other: Any) -> dict[str, Any]:
    """One reply with an answer, as the dialogue gives it."""
    answer = {
        "intent": "ask_premium", "status": "decided", "region": {"adcode": "320000"}, "values": {"months": 3},
        "citations": [{"clause": "JS-1"}], **other,
    }  # fmt: skip
    return {"text": "等3个月", "answer": answer, "parts": [], "options": []}


BEFORE = summary([answered()], {})


@pytest.mark.parametrize(("other", "kinds"), [
    ({"region": {"adcode": "230000"}}, ("region",)),
    ({"values": {"months": 6}}, ("figures",)),
    ({"citations": [{"clause": "JS-2"}]}, ("citations",)),
    ({"status": "not_in_documents", "values": {}}, ("figures", "refusal")),
    ({"intent": "ask_refund", "values": {}, "citations": []}, ("question",)),
    ({"intent": "ask_refund", "status": "not_in_documents"}, ("question", "refusal")),
])  # fmt: skip
def test_what_changed_is_named(other: dict[str, Any], kinds: tuple[str, ...]) -> None:
    assert changes_of(BEFORE, summary([answered(**other)], {})) == kinds


def test_a_person_called_a_link_and_the_wording_alone() -> None:
    said = answered()
    assert changes_of(BEFORE, summary([{**said, "handover": "家长要找人"}], {})) == ("started",)
    link = {"kind": "link", "text": "填", "url": "https://x.example/enroll/a"}
    assert changes_of(BEFORE, summary([{**said, "parts": [link]}], {})) == ("started",)
    assert changes_of(BEFORE, summary([said], {"form": {"key": "k"}})) == ("started",)
    assert changes_of(BEFORE, summary([said], {"forgotten": True})) == ("started",)
    assert changes_of(BEFORE, summary([{**said, "text": "要等3个月"}], {})) == (WORDING,)
    assert changes_of(BEFORE, summary([{**said, "noted": {"kind": "unsure"}}], {})) == ("refusal",)


def test_what_every_run_makes_anew_is_no_change() -> None:
    one = {**answered(), "text": "受理号 TB20260101000001，请在09:30前点 https://a.example/enroll/x"}
    other = {**answered(), "text": "受理号 TB20260101000777，请在10:05前点 https://a.example/enroll/y"}
    assert changes_of(summary([one], {}), summary([other], {})) == ()
    assert json.loads(json.dumps(BEFORE)) == BEFORE
    assert set(BEFORE) == set(KINDS)


class Product:
    """A dialogue that answers from a table; what it was asked is kept."""

    def __init__(self, months: int) -> None:
        self.months, self.heard = months, list[tuple[str, dict[str, Any]]]()

    def say(self, talk: str, number: int, text: str, as_of: str, state: dict[str, Any]) -> Any:
        self.heard.append((text, state))
        return [answered(values={"months": self.months})], {"region": "320000", "turns": number}


def test_a_talk_is_kept_masked_with_the_state_before_every_turn() -> None:
    product: Any = Product(3)
    turns = replay.said(product, "t", "2026-11-26", ["我电话13912340077", "/restart"], {})
    assert [turn.text for turn in turns] == ["我电话〔电话已隐去〕", "restart"]
    assert [turn.state for turn in turns] == [{}, {"region": "320000", "turns": 0}]


def test_recorded_questions_begin_in_their_place_on_their_day(tmp_path: Path) -> None:
    file = tmp_path / "questions.csv"
    file.write_text(
        "text,intent,region,at\n要等吗,,320100,2026-10-03T08:00:00\n怎么交,,,2026-10-04T08:00:00\n", "utf-8-sig"
    )
    talks = list(replay.asked(file))
    assert [(day, said, state) for _, day, said, state in talks] == [
        ("2026-10-03", ["要等吗"], {"region": "320100"}), ("2026-10-04", ["怎么交"], {}),
    ]  # fmt: skip


@pytest.mark.stack
def test_the_same_version_answers_the_same_and_another_is_told(
    stack: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the started product; the other version is a record whose figures were others."""
    from contextlib import nullcontext

    monkeypatch.setattr(replay, "dialogue", lambda: nullcontext(replay.ReplayedDialogue(stack)))
    file = tmp_path / "turns.jsonl"
    assert replay.record(file, replay.told(7), 60) == 60
    turns, changes = replay.compare(file)
    assert (turns, changes) == (60, [])
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    changed = next(line for line in lines if line["answered"]["figures"])
    changed["answered"]["figures"] = [{"months": 99}]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    _, changes = replay.compare(file)
    assert [(change.talk, change.number, change.kinds) for change in changes] == [
        (changed["talk"], changed["number"], ("figures",))
    ]
    assert "figures: 1" in replay.report(60, changes)
