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
