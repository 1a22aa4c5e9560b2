"""What a long story or a hurried fragment tells, as the dialogue takes it in: whose birthday it is, a birth to come,
a change within its limit, the place a child will be at, and an answer that stands and is asked about a part of it."""

from dataclasses import replace
from datetime import date

import pytest

from dialogue.reading import Mention
from dialogue.state import DialogueState
from tests.dialogue.builders import HEILONGJIANG, JIANGSU, SICHUAN, SUZHOU, Talk, day, heard, place, word

PERIOD, LATE = "ask_payment_period", "ask_late_payment"
STRANGER = "他人"
OPEN_YEAR = ("2024-08-20", "2025-08-20", "2026-08-20", "2027-08-20")


def talk(today: date, region: str = JIANGSU, **facts: object) -> Talk:
    return Talk(today=today, state=DialogueState(region=region).with_facts("", **facts))


# Whose birthday


def test_a_birthday_beside_somebody_elses_place_is_not_the_child_of_the_speaker() -> None:
    chat = talk(date(2025, 11, 20), SICHUAN, birth_date="2025-10-15")
    chat.hears(heard(PERIOD))
    theirs = (place("elsewhere", SUZHOU, owner=STRANGER), day("birth", "2025-11-01"))
    said = chat.hears(heard(PERIOD, says=theirs, text="我妹儿在苏州 娃儿11月1号生的 她最晚几号"))
    assert "那个孩子的出生日期2025年11月1日" in said
    assert chat.state.facts["birth_date"] == "2025-10-15"
    said = chat.hears(heard("follow", says=(word("about", "小的"),), text="那我的幺儿呢"))
    assert "2026年1月12日" in said


@pytest.mark.parametrize(
    ("mention", "text"),
    [
        (day("birth", "2025-11-01", corrects=True), "不对，是11月1号生的，她在苏州的表姐才是10月"),
        (day("birth", "2025-11-01"), "说错了，11月1号生的，我姐在苏州"),
    ],
)
def test_a_birthday_put_right_is_the_speakers(mention: Mention, text: str) -> None:
    chat = talk(date(2025, 11, 20), SICHUAN, birth_date="2025-10-15")
    chat.hears(heard(PERIOD))
    chat.hears(heard("inform", says=(place("elsewhere", SUZHOU, owner=STRANGER), mention), text=text))
    assert chat.state.facts["birth_date"] == "2025-11-01"


# A birth still to come


def test_the_day_it_is_due_is_of_the_birth_that_is_to_come() -> None:
    chat = talk(date(2026, 6, 10), pregnancy_weeks=30)
    chat.hears(heard("ask_unborn_enrollment"))
    born = day("birth", "2025-08-20", options=OPEN_YEAR)
    said = chat.hears(heard(PERIOD, says=(born,), text="真按8.20生 最晚几号钱要到"))
    assert "2026年11月17日" in said
    assert "birth_date" not in chat.state.facts


def test_a_birth_of_last_month_has_been() -> None:
    chat = talk(date(2026, 9, 10), pregnancy_weeks=36)
    chat.hears(heard("ask_unborn_enrollment"))
    chat.hears(heard(PERIOD, says=(day("birth", "2026-08-20", options=OPEN_YEAR),), text="8月20生了 最晚几号"))
    assert chat.state.facts["birth_date"] == "2026-08-20"


# Within the limit of a change nothing is late


@pytest.mark.parametrize(("today", "ahead"), [(date(2026, 4, 20), True), (date(2026, 7, 20), False)])
def test_a_payment_after_a_change_is_late_only_behind_its_limit(today: date, ahead: bool) -> None:
    chat = talk(today, transition="迁户", transition_date="2026-03-16")
    said = chat.hears(heard(LATE, text="今年两边都没交医保 现在还能交吗"))
    assert ("2026年6月13日" in said) is ahead


# The place a child will be at


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("他爹想明年把他接到昆山念书 那边医保咋搞", True),
        ("明年接到昆山念书 这边的怎么停", False),
        ("明年接到昆山念书 怎么转", False),
    ],
)
def test_there_is_where_it_will_go_to_school(text: str, there: bool) -> None:
    chat = talk(date(2026, 4, 20), HEILONGJIANG, stage="小学")
    chat.hears(heard("ask_lapse_penalty"))
    at = text.index("昆山")
    kunshan = replace(place("school", SUZHOU, polarity="plan"), text="昆山", start=at, end=at + 2)
    chat.hears(heard("ask_transfer", says=(kunshan,), text=text))
    assert chat.state.standing is not None
    assert (chat.state.standing.region == SUZHOU) is there
    assert chat.state.region == HEILONGJIANG


# A part of the answer that stands


def test_what_is_asked_of_a_part_comes_with_that_line() -> None:
    chat = talk(date(2026, 1, 12))
    chat.hears(heard("ask_continuity_incentive"))
    said = chat.hears(heard("follow", text="零报销的一次提多少，两项都占又是多少"))
    assert "1万元" in said
    assert "2025年开始累计" not in said
    said = chat.hears(heard("follow", text="以前的年限算不算"))
    assert "2025年开始累计" in said


@pytest.mark.parametrize("text", ["自何时起执行", "什么时候开始执行的", "从哪天起施行"])
def test_since_when_is_read_off_the_sentence(text: str) -> None:
    chat = talk(date(2026, 1, 12))
    chat.hears(heard("ask_critical_illness_cap"))
    assert "从2025年7月1日起" in chat.hears(heard("about_validity", text=text))


def test_since_when_is_not_made_up() -> None:
    chat = talk(date(2026, 1, 12))
    chat.hears(heard("ask_waiting_period"))
    said = chat.hears(heard("about_validity", text="哪天起执行"))
    assert "没有写" in said
