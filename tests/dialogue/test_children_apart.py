"""Children of one family in different places: each is answered for its own, and nobody is moved by a sibling."""

from datetime import date

import pytest

from dialogue.reading import Reading
from dialogue.state import DialogueState
from tests.dialogue.builders import HARBIN, JIANGSU, NANJING, SUZHOU, Talk, day, heard, place, word

TODAY = date(2025, 11, 28)
WEIHAI = "371000"
BABY, PUPIL, PERIOD, PREMIUM = "ask_newborn_enrollment", "ask_student_enrollment", "ask_payment_period", "ask_premium"
BIG, SMALL = word("about", "大的"), word("about", "小的")


def both(*labels: str) -> Reading:
    """“小的苏州11月25刚生，大的在威海上二年级，咋弄”."""
    said = (
        SMALL, place("insured", SUZHOU, owner="小的"), day("birth", "2025-11-25", owner="小的"),
        BIG, place("insured", WEIHAI, owner="大的"),
    )  # fmt: skip
    return heard(*(labels or (BABY,)), says=said, text="小的苏州11月25刚生，大的在威海上二年级，各咋弄")


def apart() -> Talk:
    chat = Talk(today=TODAY, state=DialogueState())
    chat.hears(both())
    return chat


def test_each_is_answered_for_its_own_place() -> None:
    said = Talk(today=TODAY, state=DialogueState()).hears(both())
    first, second = said.split("大的（")
    assert "小的（在江苏省苏州市）：" in first
    assert "威海" not in first
    assert second.startswith("在山东省威海市）：")
    assert "苏州" not in second


def test_the_next_questions_go_to_the_place_of_the_child_they_are_about() -> None:
    chat = apart()
    assert "苏州" in chat.hears(heard(PERIOD, says=(SMALL,), text="小的几号前交"))
    assert chat.state.region == SUZHOU
    said = chat.hears(heard("follow", says=(BIG,), text="大的呢"))
    assert "好，说大的（在山东省威海市）" in said
    assert chat.state.region == WEIHAI


def test_a_place_put_right_is_of_the_child_talked_of() -> None:
    chat = apart()
    chat.hears(heard(PERIOD, says=(SMALL,), text="小的几号前交"))
    chat.hears(heard("inform", says=(place("insured", NANJING, corrects=True),), text="不对，是南京"))
    assert chat.state.region == NANJING
    chat.hears(heard(PERIOD, says=(BIG,), text="大的几号前交"))
    assert chat.state.region == WEIHAI
    chat.hears(heard(PERIOD, says=(SMALL,), text="小的呢"))
    assert chat.state.region == NANJING


def test_a_child_who_is_elsewhere_takes_nobody_along() -> None:
    chat = Talk(today=TODAY, state=DialogueState(region=SUZHOU))
    chat.hears(heard(PERIOD, says=(SMALL, day("birth", "2025-10-08", owner="小的")), text="小的10月8号生的，几号前"))
    chat.hears(heard(PERIOD, says=(BIG, place("insured", WEIHAI, owner="大的")), text="大的医保在威海，几号前"))
    assert chat.state.region == WEIHAI
    assert "苏州" in chat.hears(heard("follow", says=(SMALL,), text="小的呢"))
    chat.hears(heard("inform", says=(word("about", "老三"),), text="还有个老三"))
    assert chat.state.region == SUZHOU  # of whom nothing was said is where the family is


def test_one_place_for_all_is_one_place() -> None:
    chat = Talk(today=TODAY, state=DialogueState())
    said = (BIG, place("insured", SUZHOU, owner="大的"), SMALL, day("birth", "2025-10-08", owner="小的"))
    chat.hears(heard(PERIOD, says=said, text="大的在苏州上学，小的10月8号生的，几号前"))
    assert chat.state.regions == {}
    chat.hears(heard("inform", says=(place("insured", NANJING),), text="我们搬到南京了"))
    for child in (BIG, SMALL):
        chat.hears(heard(PERIOD, says=(child,), text="几号前"))
        assert chat.state.region == NANJING


def test_a_birthplace_beside_a_siblings_home_is_asked_about() -> None:
    chat = Talk(today=TODAY, state=DialogueState())
    said = (SMALL, place("elsewhere", SUZHOU, owner="小的"), BIG, place("insured", WEIHAI, owner="大的"))
    told = chat.hears(heard("ask_late_payment", says=said, text="小的苏州生的，大的在威海上学，都没交"))
    assert "威海" not in told.split("大的（")[0]
    chat.hears(heard(PERIOD, says=(SMALL,), text="小的几号前"))
    assert chat.state.region is None
    chat.hears(heard("inform", says=(place("insured", SUZHOU),), text="小的就在苏州"))
    assert chat.state.region == SUZHOU
    chat.hears(heard(PERIOD, says=(BIG,), text="大的呢"))
    assert chat.state.region == WEIHAI


def test_the_only_child_moves_with_its_place() -> None:
    chat = Talk(today=TODAY, state=DialogueState(region=JIANGSU))
    chat.hears(heard(PREMIUM, says=(BIG, place("insured", HARBIN, owner="大的")), text="老大转到哈尔滨了，多少钱"))
    assert (chat.state.region, chat.state.regions) == (HARBIN, {})


@pytest.mark.parametrize("kept", [{"大的": WEIHAI, "": SUZHOU}, {"小的": ""}])
def test_a_state_with_places_survives_being_stored(kept: dict[str, str]) -> None:
    state = DialogueState(region=SUZHOU, regions=kept)
    assert DialogueState.from_json(state.as_json()) == state
