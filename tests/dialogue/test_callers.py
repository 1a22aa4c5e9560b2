"""Callers of an agent: nothing of one is told of the next, and what is asked alike is answered for each."""

from dataclasses import replace
from datetime import date

import pytest

from dialogue.context import context_of
from dialogue.state import DialogueState
from tests.dialogue.builders import Talk, day, heard, place, years

SUZHOU, HARBIN = "320500", "230100"
TODAY = date(2025, 11, 20)


@pytest.fixture
def chat() -> Talk:
    return Talk(today=TODAY, state=DialogueState())


def test_another_caller_asks_the_same(chat: Talk) -> None:
    first = (place("insured", SUZHOU), day("birth", "2025-10-01"))
    chat.hears(heard("ask_premium", says=first, text="c1 苏州 1001生 钱", notes={"caller": "C1"}))
    said = {"caller": "C2", "same_question": True}
    chat.hears(heard("change_region", says=(place("insured", HARBIN),), text="c2 哈市 同问", notes=said))
    assert chat.state.standing is not None
    assert (chat.state.standing.intent, chat.state.region) == ("ask_premium", HARBIN)
    assert "birth_date" not in chat.state.facts
    assert context_of(chat.state)["callers"] == ["C2", "C1"]


def test_whoever_asks_first_asks_like_nobody(chat: Talk) -> None:
    said = {"caller": "C1", "same_question": True}
    chat.hears(heard("inform", says=(place("insured", SUZHOU),), text="c1 苏州 同问", notes=said))
    assert chat.state.standing is None


def test_the_next_year_paid_behind_its_window_costs_what_everybody_pays() -> None:
    """A child born this year; Hunan collects until January, and writes what is paid and waited for behind it."""
    chat = Talk(today=TODAY, state=DialogueState(region="430100", children={"": {"birth_date": "2025-09-20"}}))
    chat.hears(heard("ask_benefit_year", says=(years("asked_year", 2026),), text="明年的怎么交"))
    march = replace(day("paid", "2026-03", polarity="plan"), kind="month")
    late = chat.hears(heard("follow", says=(march,), text="拖到3月呢"))
    assert "1100元" in late
    assert "3个月" in late


def test_what_each_caller_was_asked_is_told_to_the_reader(chat: Talk) -> None:
    chat.hears(heard("ask_premium", says=(place("insured", SUZHOU),), text="c1 苏州 钱", notes={"caller": "C1"}))
    chat.hears(heard("ask_payment_period", text="c2 几号截止", notes={"caller": "C2"}))
    context = context_of(chat.state)
    assert (context["expect"], context.get("within")) == ("region", None)
    assert {name: context["waiting"]["C1"][name] for name in ("open", "within")} == {
        "open": "ask_premium",
        "within": SUZHOU,
    }
    assert "waiting" not in context["waiting"]["C1"]
    chat.hears(heard("inform", text="c1 补", notes={"caller": "C1"}))
    assert context_of(chat.state)["waiting"].keys() == {"C2"}
    assert context_of(chat.state)["open"] == "ask_premium"


def test_who_has_no_callers_waits_for_none(chat: Talk) -> None:
    chat.hears(heard("ask_premium", says=(place("insured", SUZHOU),), text="苏州 钱"))
    assert not {"callers", "waiting"} & context_of(chat.state).keys()


def test_each_caller_of_one_message_is_answered_in_the_own_place(chat: Talk) -> None:
    parts = (
        heard("ask_payment_period", says=(place("insured", SUZHOU),), notes={"caller": "1"}),
        heard("ask_payment_period", says=(place("insured", HARBIN),), notes={"caller": "2"}),
    )
    said = chat.hears(heard("ask_payment_period", text="1) 苏州 几号 2) 哈尔滨 几号", parts=parts))
    first, second = said.split("来电2：")
    assert first.startswith("来电1：")
    assert "2025年12月31日" in first
    assert "2025年12月31日" not in second
    assert (chat.state.caller, chat.state.region) == ("2", HARBIN)
    chat.hears(heard("ask_premium", text="1钱呢", notes={"caller": "1"}))
    assert chat.state.region == SUZHOU


@pytest.mark.parametrize("of_a_class", [True, False])
def test_in_a_class_nobody_is_a_newborn(of_a_class: bool) -> None:
    chat = Talk(today=TODAY, state=DialogueState())
    notes = {"class": True} if of_a_class else {}
    said = chat.hears(heard("ask_payment_period", says=(place("insured", SUZHOU),), text="我们班的几号止", notes=notes))
    assert ("刚出生的另算" in said) is not of_a_class
