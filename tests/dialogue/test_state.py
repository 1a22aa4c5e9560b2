"""A state is plain data, small, and survives older and newer versions of itself."""

import json
from typing import Any

from dialogue.context import context_of
from dialogue.state import DialogueState, Form, QuickReply, Standing
from tests.dialogue.builders import JIANGSU, Talk, day, heard, place, word


def full() -> DialogueState:
    return DialogueState(
        children={"大的": {"stage": "小学"}, "小的": {"birth_date": "2025-06-08"}}, child="小的",
        family={"payer": "爸爸"},
        relative={"region": "330000", "facts": {"birth_date": "2025-06-28"}}, region=JIANGSU,
        standing=Standing("ask_waiting_period", "小的", JIANGSU, {"paid_date": "2025-09-01"}, True),
        expected="paid_date",
        offers=(QuickReply("一", "一句", "ask_premium", {"region": JIANGSU}),), declined=("stage",),
        form=Form("key", "2025-08-05", None, True, False, "parents", False), applications={"TB-1": "draft"}, missed=1,
        month="2025-06", sheet=("ask_premium",),
    )  # fmt: skip


def test_a_state_comes_back_as_it_went() -> None:
    assert DialogueState.from_json(json.loads(json.dumps(full().as_json(), ensure_ascii=False))) == full()
    assert DialogueState.from_json(None) == DialogueState()
    assert DialogueState().as_json() == {}


def test_names_of_another_version_are_left_out() -> None:
    raw: dict[str, Any] = {
        **full().as_json(),
        "question": "ask_premium",
        "standing": {"intent": "ask_premium", "old": 1},
    }
    found = DialogueState.from_json(raw)
    assert found.standing == Standing("ask_premium")
    assert found.region == JIANGSU


def test_the_state_does_not_grow_with_the_talk() -> None:
    talk = Talk()
    sizes = []
    for number in range(60):
        talk.says(
            heard(
                "ask_premium" if number % 2 else "ask_waiting_period",
                says=(place("insured", JIANGSU), day("birth", "2025-06-08")),
            )
        )
        sizes.append(len(json.dumps(talk.state.as_json())))
    assert max(sizes[4:]) <= max(sizes[:4]) + 50


def test_the_reader_is_told_what_stands_and_nothing_a_child_is_called_by_accident() -> None:
    talk = Talk()
    talk.says(
        heard(
            "ask_payment_period", says=(word("stage", "小学", owner="大的"), day("birth", "2025-06-08", owner="小的"))
        )
    )
    context = context_of(talk.state)
    assert context["open"] == "ask_payment_period"
    assert context["about"]
    assert set(context["kids"]) == {"大的", "小的"}
    assert context["expect"] == "region"
    assert context_of(DialogueState()) == {}
