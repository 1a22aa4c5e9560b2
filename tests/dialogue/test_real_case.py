"""After a supposition the talk comes back to the child as it is, when the message says so and tells nothing new."""

from datetime import date

import pytest

from dialogue.reading import Reading
from dialogue.state import DialogueState
from tests.dialogue.builders import SUZHOU, Talk, day, heard

TODAY = date(2026, 4, 1)
PERIOD = "ask_payment_period"
REAL, SUPPOSED = "2026年6月4日前", "2026年6月14日前"


def supposing() -> Talk:
    chat = Talk(today=TODAY, state=DialogueState(region=SUZHOU).with_facts("", birth_date="2026-03-07"))
    assert REAL in chat.hears(heard(PERIOD, text="哪天到头"))
    later = day("birth", "2026-03-17", polarity="supp")
    assert SUPPOSED in chat.hears(heard("follow", says=(later,), text="假使她晚十天生 3.17 那就到哪天"))
    return chat


@pytest.mark.parametrize(
    "reading",
    [
        heard("chitchat", text="想多了哈哈，还是7号那个，我再确认下我的日子"),
        heard("unsure", text="不假比了，真的那个娃再报一道"),
        heard("example", text="我打个比方哈 自家这个还剩好多天"),
        heard("unsure", text="不打比方了，我家这个哪天"),
        heard("repeat", text="说回真的，最晚几号"),
    ],
)
def test_the_talk_comes_back_to_the_child_as_it_is(reading: Reading) -> None:
    said = supposing().hears(reading)
    assert REAL in said
    assert SUPPOSED not in said


@pytest.mark.parametrize(
    "reading",
    [
        heard("chitchat", text="今天天气不错"),
        heard("example", text="你给打个比方听听"),
        heard("follow", says=(day("birth", "2026-03-20", polarity="supp"),), text="不是，打个比方20号生的呢，那个几号"),
        heard("thank", text="谢谢"),
    ],
)
def test_what_does_not_say_so_does_not(reading: Reading) -> None:
    assert REAL not in supposing().hears(reading)


def test_without_a_supposition_nothing_changes() -> None:
    chat = Talk(today=TODAY, state=DialogueState(region=SUZHOU).with_facts("", birth_date="2026-03-07"))
    chat.hears(heard(PERIOD, text="哪天到头"))
    assert REAL not in chat.hears(heard("unsure", text="真的那个娃"))


def test_a_question_of_its_own_is_answered() -> None:
    said = supposing().hears(heard("ask_enrollment_materials", text="我家这个要带啥材料"))
    assert "出生医学证明" in said
