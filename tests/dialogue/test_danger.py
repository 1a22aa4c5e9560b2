"""Words of danger: violence, a deed against oneself, an ambulance; and the same characters in everyday sentences."""

import pytest

from dialogue.danger import in_danger, in_need_of_an_ambulance
from dialogue.words import words
from policies.library import default
from tests.dialogue.builders import Talk, heard, place


@pytest.mark.parametrize("text", [
    "他昨晚又打我了", "孩子被他爸打得不敢回家", "婆婆老掐她脖子", "有人提着刀堵在门口", "姑娘在学校被猥亵",
    "她把遗书都写了", "手里攥着一把安眠药", "我在楼顶，站在楼顶了", "隔壁老公打老婆了",
])  # fmt: skip
def test_danger_is_heard(text: str) -> None:
    assert in_danger(text)


@pytest.mark.parametrize("text", [
    "有事打我电话", "给孩子打疫苗能报吗", "打孩子的预防针要钱吗", "把孩子名字打错了", "让他打我支付宝的钱",
    "老师打我电话说要交", "跳楼价的奶粉", "催我交费催死人了", "热死我了", "打12393没人接",
])  # fmt: skip
def test_everyday_sentences_are_none(text: str) -> None:
    assert not in_danger(text)


def test_the_emergency_numbers_come_before_the_answer_and_no_rule_is_lost() -> None:
    first, second = Talk().knowing("320000").says(heard("ask_benefit_level", text="家暴打伤的，医保给报吗"))
    assert default().emergency in first.text()
    assert second.card is not None
    assert second.card.answer.intent == "ask_benefit_level"


def test_without_a_question_nothing_is_asked_and_an_enrollment_waits() -> None:
    talk = Talk().knowing("320000")
    talk.hears(heard("start_enrollment", text="帮我给宝宝办参保"))
    before = talk.state.form
    (reply,) = talk.says(heard("inform", text="先别说了，他要打我"))
    assert reply.text() == words("danger")
    assert reply.handover is None
    assert talk.state.form == before


def test_what_was_told_beside_the_danger_is_kept() -> None:
    """“娃抽搐住院了，徐州的”: the next question is answered for Xuzhou."""
    talk = Talk()
    talk.hears(heard("inform", text="孩子正在抽搐，徐州的", says=(place("insured", "320300"),)))
    assert talk.state.region == "320300"


def test_a_bill_of_an_illness_that_is_over_is_a_question_like_others() -> None:
    assert in_need_of_an_ambulance("上周抽搐住院，能报多少")
    (reply,) = Talk().knowing("320000").says(heard("ask_benefit_level", text="上周抽搐住院，能报多少"))
    assert default().emergency not in reply.text()
    assert default().emergency in Talk().hears(heard("out_of_scope", text="孩子抽搐了怎么办"))


def test_half_a_wish_starts_no_enrollment() -> None:
    talk = Talk().knowing("320000")
    talk.hears(heard("start_enrollment", text="招代理，一单三十", sure=0.3))
    assert talk.state.form is None
    talk.hears(heard("start_enrollment", text="帮我给宝宝办参保", sure=0.6))
    assert talk.state.form is not None
