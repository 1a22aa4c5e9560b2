"""“那我该咋办” after an answer: what that answer leaves to be done, for the same child and place."""

from datetime import date

import pytest

from dialogue.words import words
from policies.library import default
from tests.dialogue.builders import HEILONGJIANG, JIANGSU, Talk, heard

TODAY = date(2026, 11, 27)


def after(intent: str, region: str | None = JIANGSU, **facts: str) -> Talk:
    talk = Talk(today=TODAY)
    talk = talk.knowing(region, **facts) if region else talk
    talk.says(heard(intent))
    return talk


@pytest.mark.parametrize("intent", sorted(default().questions))
def test_every_question_names_what_comes_after_it_or_says_it_itself(intent: str) -> None:
    following = default().questions[intent]["next"]
    assert following is None or (following in default().questions and following != intent)


@pytest.mark.parametrize(
    ("intent", "following"),
    [
        ("ask_family_account_payment", "ask_family_account_binding"),
        ("ask_enrollment_materials", "ask_enrollment_channel"),
        ("ask_payment_period", "ask_payment_channel"),
    ],
)
def test_the_next_thing_to_do_is_told_with_its_grounds(intent: str, following: str) -> None:
    talk = after(intent, stage="小学")
    text = talk.hears(heard("next_step"))
    assert text.startswith(words("then"))
    assert talk.state.standing is not None
    assert talk.state.standing.intent == following
    assert "依据" in text or "据" in text


def test_a_baby_is_registered_before_anything_is_paid() -> None:
    talk = after("ask_payment_period", birth_date="2026-11-01")
    talk.hears(heard("next_step"))
    assert talk.state.standing is not None
    assert talk.state.standing.intent == "ask_enrollment_channel"


def test_an_answer_that_says_what_to_do_itself_is_said_plainly() -> None:
    talk = after("ask_missing_documents")
    assert talk.hears(heard("next_step")).startswith("说白了：")


def test_the_place_stays_and_a_new_one_is_taken() -> None:
    talk = after("ask_payment_period", HEILONGJIANG)
    talk.hears(heard("next_step"))
    assert talk.state.standing is not None
    assert talk.state.standing.region == HEILONGJIANG


def test_before_any_answer_it_asks_for_help() -> None:
    assert words("help") in Talk(today=TODAY).hears(heard("next_step"))


def test_whoever_names_a_child_or_a_place_asks_the_same_for_it() -> None:
    """“那我这个呢” after a relative's answer, misheard for what to do now."""
    talk = after("ask_payment_period", birth_date="2026-11-01")
    talk.says(heard("next_step", text="那我这个呢", notes={"own_child": True}))
    assert talk.state.standing is not None
    assert talk.state.standing.intent == "ask_payment_period"


def test_who_speaks_of_themselves_names_no_other_child() -> None:
    talk = after("ask_payment_period", birth_date="2026-11-01")
    talk.says(heard("next_step", text="我现在该做什么"))
    assert talk.state.standing is not None
    assert talk.state.standing.intent == "ask_enrollment_channel"
