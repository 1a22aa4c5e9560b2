"""How a message was heard, as it is kept for a reviewer: small, plain, with what stood open before it."""

import json

from actions.heard import LIKELIEST, heard_of
from dialogue.reading import NEGATED, Mention, Reading
from dialogue.state import DialogueState, Standing
from dialogue.turn import Choice
from tests.actions.test_server import converse

ASKED = Reading(
    "那个好多钱", ("ask_premium",), (Mention("place", "insured", ["320100"], "南京", 0, 2),
    Mention("day", "birth", "2026-10-20", "10月20号", polarity=NEGATED, owner="老二")),
    tuple((f"label_{n}", 0.3333 - n / 10) for n in range(6)),
)  # fmt: skip


def test_the_reading_travels_with_the_replies() -> None:
    found = converse(ASKED, as_of="2026-11-26", state={"standing": {"intent": "ask_refund"}})["heard"]
    assert found["labels"] == ["ask_premium"]
    assert found["open"] == "ask_refund"
    assert found["ranking"] == [["label_0", 0.33], ["label_1", 0.23], ["label_2", 0.13]]
    assert found["mentions"] == [
        {"role": "insured", "text": "南京", "value": ["320100"]},
        {"role": "birth", "text": "10月20号", "value": "2026-10-20", "owner": "老二", "polarity": "neg"},
    ]
    assert len(found["ranking"]) == LIKELIEST
    assert len(json.dumps(found, ensure_ascii=False)) < 500


def test_what_was_known_afterwards_and_what_was_picked() -> None:
    from types import SimpleNamespace

    before = DialogueState(region="320100", standing=Standing("ask_refund"), expected="birth_date")
    after = before.with_facts("", birth_date="2026-10-20")
    picked = SimpleNamespace(reading=Reading("交多少", ("unsure",)), choice=Choice("ask_premium", {}))
    found = heard_of(before, picked, after)  # type: ignore[arg-type]
    assert found == {
        "labels": ["ask_premium"], "picked": True, "open": "ask_refund", "expect": "birth_date", "region": "320100",
        "facts": {"birth_date": "2026-10-20"},
    }  # fmt: skip
