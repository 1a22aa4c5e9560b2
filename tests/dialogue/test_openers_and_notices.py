"""What is said first without a question, fear for a baby, and a short notice for a class."""

from dataclasses import replace
from datetime import date

import pytest

from dialogue.reading import Reading
from dialogue.state import DialogueState
from tests.dialogue.builders import SUZHOU, Talk, day, heard, place, word, years

TODAY = date(2025, 9, 18)


def new() -> Talk:
    return Talk(today=TODAY, state=DialogueState())


@pytest.mark.parametrize(("year", "answered"), [(2025, True), (2023, False)])
def test_who_tells_that_this_year_was_missed_asks_what_now(year: int, answered: bool) -> None:
    chat = new()
    told = (place("insured", SUZHOU), word("stage", "小学"), years("lapse_years", year))
    chat.hears(heard("inform", says=told, text="苏州的 上二年级 这年的落下没交"))
    standing = chat.state.standing
    assert (standing is not None and standing.intent == "ask_late_payment") is answered


def test_fear_for_a_baby_is_met_and_not_sent_away() -> None:
    said = new().hears(heard("out_of_scope", text="生早了 在箱子里 我慌得很", notes={"unwritten": "早产"}))
    assert "别着急" in said
    assert "帮不上" not in said


@pytest.mark.parametrize(
    ("text", "notes"),
    [("我腰疼得睡不着 难受死了 挂哪个科", {}), ("双胞胎婴儿车买哪种好", {"unwritten": "双胞胎"})],
)
def test_other_business_is_still_sent_where_it_belongs(text: str, notes: dict[str, str]) -> None:
    said = new().hears(strange(text, 0.99, notes))
    assert "帮不上" in said
    assert "要问的是这个" not in said


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("分开过了 娃判给我 户口还在那头", 0.995), ("村上来催过好几回了", 0.99), ("上班那家把我停了", 0.83),
        ("要开刀 家里拿不出", 0.8), ("没什么 就是心里堵", 0.99), ("这算哪门子事嘛 能有理吗", 0.7),
    ],
)  # fmt: skip
def test_a_first_message_is_sent_away_on_evidence_only(text: str, sure: float) -> None:
    said = new().hears(strange(text, sure, {}))
    assert said.startswith("我只懂孩子的医保")
    assert "要问的是这个" in said
    assert "12393" in said


@pytest.mark.parametrize("text", ["睡没 有点事", "在吗 夜里睡不着", "喂 有人在不", "打扰了 心里乱"])
def test_who_only_calls_is_greeted(text: str) -> None:
    assert new().hears(strange(text, 0.95, {})).startswith("您好")


def test_what_may_have_been_meant_is_offered_with_what_was_told() -> None:
    chat = new()
    reading = heard("out_of_scope", text="苏州 出生证丢了", says=(place("insured", SUZHOU),))
    likely = (("out_of_scope", 0.72), ("ask_missing_documents", 0.26))
    said = chat.hears(replace(reading, ranking=likely))
    assert "苏州" in said
    assert [offer.intent for offer in chat.state.offers][:1] == ["ask_missing_documents"]


def strange(text: str, sure: float, notes: dict[str, str]) -> Reading:
    """A message that is heard as none of ours, this surely."""
    return replace(heard("out_of_scope", text=text, notes=notes), ranking=(("out_of_scope", sure),))


@pytest.mark.parametrize("text", ["徐州 小学 忘了交", "高中 年底没赶上", "五岁了 漏交了", "初二 错过了"])
def test_what_was_missed_asks_what_it_means_to_be_late(text: str) -> None:
    chat = new()
    chat.hears(heard("inform", says=(place("insured", SUZHOU), word("stage", "小学")), text=text))
    assert chat.state.standing is not None
    assert chat.state.standing.intent == "ask_late_payment"


def test_what_is_not_paid_yet_asks_until_when() -> None:
    chat = new()
    told = (place("insured", SUZHOU), word("stage", "小学"))
    chat.hears(heard("inform", says=told, text="小学 还没交", notes={"not_yet": "paid"}))
    assert chat.state.standing is not None
    assert chat.state.standing.intent == "ask_payment_period"


@pytest.mark.parametrize("text", ["小学 错过班车了", "过年过了再说"])
def test_what_else_is_missed_asks_nothing(text: str) -> None:
    chat = new()
    chat.hears(heard("inform", says=(place("insured", SUZHOU), word("stage", "小学")), text=text))
    assert chat.state.standing is None


@pytest.mark.parametrize("text", ["帮我拟个通知 八十个字", "写短一点发群", "给我写一句话的通知"])
@pytest.mark.parametrize("label", ["shorter", "inform", "request_faq_sheet"])
def test_a_short_notice_says_until_when_and_whom_to_ask(text: str, label: str) -> None:
    chat = Talk(today=date(2025, 10, 24), state=DialogueState(region=SUZHOU, children={"": {"stage": "初中"}}))
    chat.hears(heard("request_faq_sheet", text="要发个群通知"))
    chat.hears(heard("ask_premium", text="一年多少钱"))
    said = chat.hears(heard(label, text=text))
    assert said.startswith("各位家长：江苏省苏州市")
    assert "2025年12月31日" in said
    assert "12393" in said
    assert "\n" not in said
    assert chat.state.sheet


def test_without_a_sheet_the_last_answer_is_shortened() -> None:
    chat = Talk(today=TODAY, state=DialogueState(region=SUZHOU))
    chat.hears(heard("ask_newborn_enrollment", says=(day("birth", "2025-09-01"),), text="宝宝9月1号生的 咋办"))
    assert "【" not in chat.hears(heard("shorter", text="写短一点"))


def test_twins_on_both_sides_of_midnight_are_each_told_their_day() -> None:
    """The place comes behind: the one whose day is earlier must not hear the other's alone."""
    chat = new()
    born = (day("birth", "2025-08-31", owner="大的"), day("birth", "2025-09-01", owner="小的"))
    noted = chat.hears(heard("inform", says=born, text="一个8月31半夜 一个9月1号凌晨", notes={"unwritten": "双胞胎"}))
    assert "8月31日" in noted
    assert "9月1日" in noted
    limits = chat.hears(heard("inform", says=(place("insured", SUZHOU),), text="苏州"))
    assert "2025年11月28日" in limits
    assert "2025年11月29日" in limits


def test_a_twin_that_is_paid_for_is_told_no_limit() -> None:
    chat = new()
    told = (
        day("birth", "2025-08-31", owner="大的"), day("birth", "2025-09-01", owner="小的"),
        day("paid", "2025-09-10", owner="大的"),
    )  # fmt: skip
    chat.hears(heard("inform", says=told, text="一个8月31一个9月1号 大的9月10号交了", notes={"unwritten": "双胞胎"}))
    limits = chat.hears(heard("inform", says=(place("insured", SUZHOU),), text="苏州"))
    assert "2025年11月28日" not in limits


def test_a_birthday_that_is_known_is_not_said_back_when_another_child_is_told_of() -> None:
    """Told of a child without a name, it is the younger one's as soon as there is an older one: nothing new."""
    chat = new()
    chat.hears(heard("ask_birth_expense", says=(place("insured", SUZHOU), day("birth", "2025-09-01")), text="9月1号生"))
    about = (word("about", "大的"), replace(years("lapse_years", 2025), owner="大的"))
    said = chat.hears(heard("ask_late_payment", says=about, text="老大今年的没交咋办"))
    assert "出生日期2025年9月1日" not in said


@pytest.mark.parametrize(
    ("school", "says", "not_this"), [("小学", "上学的孩子", "新生儿"), ("大学", "大学生", "新生儿怎么办医保")]
)
def test_a_teachers_sheet_is_of_the_pupils(school: str, says: str, not_this: str) -> None:
    chat = Talk(today=date(2026, 9, 22), state=DialogueState())
    told = (place("insured", SUZHOU),)
    text = f"我是{school}的班主任 要发个通知"
    said = chat.hears(heard("request_faq_sheet", says=told, text=text, notes={"class": school}))
    assert says in said
    assert not_this not in said
    assert "2027年度" in said  # what is sent in September is of the collection that is about to begin
    short = chat.hears(heard("shorter", text="两句话就够"))
    assert short.startswith("各位家长")
    assert "2026年10月1日到2026年12月31日" in short
    assert DialogueState.from_json({"of_a_class": True}).of_a_class == "小学"
