"""What a message tells or asks that the standing answer does not turn on; whose place the last words ask for; and the
positive evidence that “算了” and “取消” need."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dialogue.answering import asked_about
from dialogue.reading import PARENT, Mention
from dialogue.state import DialogueState, Standing
from dialogue.update import StateUpdate, hear
from tests.dialogue.builders import HARBIN, JIANGSU, SUZHOU, TODAY, Talk, day, heard, place, word, years

STRANGER = "他人"
PERIOD, STARTS, REMOTE, HUKOU = (
    "ask_payment_period", "ask_coverage_start", "ask_remote_settlement", "ask_hukou_update",
)  # fmt: skip
WINTER = date(2025, 11, 20)
MOVED = {"enrolled_elsewhere": [{"province": "河南省", "type": "居民医保", "years": [2025]}]}


def stand(mention: Mention, words: str, text: str) -> Mention:
    at = text.index(words)
    return replace(mention, text=words, start=at, end=at + len(words))


def talk(today: date = WINTER, **facts: Any) -> Talk:
    return Talk(today=today, state=DialogueState(region=JIANGSU).with_facts("", **facts))


def standing(chat: Talk) -> Standing:
    assert chat.state.standing is not None
    return chat.state.standing


# Told for another answer


@pytest.mark.parametrize(
    ("says", "of"),
    [
        ((years("paid_years", 2026),), STARTS),
        ((years("paid_years", 2025, 2026), day("paid", "2025-11-18")), STARTS),
        ((day("paid", "2025-11-18"),), PERIOD),  # from when it counts turns on the year besides
        ((), REMOTE),
    ],
)
def test_what_is_told_of_a_payment_after_another_question_is_told_for_the_one_of_payments(
    says: tuple[Mention, ...], of: str
) -> None:
    chat = talk(birth_date="2025-11-02")
    chat.hears(heard(PERIOD))
    chat.hears(heard(REMOTE))
    chat.hears(heard("inform", says=says, text="那个弄好了"))
    assert standing(chat).intent == of


def test_a_day_put_right_is_told_for_the_answer_that_turns_on_it() -> None:
    chat = talk(today=date(2026, 7, 20), transition="迁户", transition_date="2026-05-10", stage="小学")
    chat.hears(heard(PERIOD))
    chat.hears(heard(HUKOU))
    for label in ("inform", HUKOU):
        changed = "2026-05-12" if label == "inform" else "2026-05-15"
        said = chat.hears(heard(label, says=(day("changed", changed, corrects=True),), text="看错了，是那天迁的"))
        assert standing(chat).intent == PERIOD, label
        chat.hears(heard(HUKOU))
    assert "2026年8月12日" in said


def test_what_the_standing_answer_turns_on_stays_with_it() -> None:
    chat = talk(birth_date="2025-11-02")
    chat.hears(heard(STARTS))
    chat.hears(heard(PERIOD))
    said = chat.hears(heard("inform", says=(day("birth", "2025-11-09", corrects=True),), text="说错了，是9号生的"))
    assert standing(chat).intent == PERIOD
    assert "2026年2月6日" in said


@pytest.mark.parametrize(("paid", "of"), [((2026,), STARTS), ((2025, 2026), STARTS), ((), PERIOD)])
def test_which_year_was_paid_is_told_for_when_it_counts_from(paid: tuple[int, ...], of: str) -> None:
    """In time, and yet the birth is not paid for when only the next year was."""
    chat = talk(birth_date="2025-11-02")
    chat.hears(heard(PERIOD))
    says = (day("paid", "2025-11-18"), *([years("paid_years", *paid)] if paid else []))
    chat.hears(heard("inform", says=says, text="昨天到的账"))
    assert standing(chat).intent == of


def test_nothing_told_before_asks_nothing_for_it() -> None:
    chat = talk(birth_date="2025-11-02")
    chat.hears(heard(REMOTE))
    chat.hears(heard("inform", says=(day("paid", "2025-11-18"),), text="昨天到的账"))
    assert standing(chat).intent == REMOTE


@pytest.mark.parametrize(
    ("text", "of"),
    [
        ("亲友代办是哪个文件写的", "ask_proxy_enrollment"),
        ("等待期是哪份文件说的", "ask_waiting_period"),
        ("这条是哪个文件", PERIOD),
    ],
)
def test_the_source_of_what_is_named_is_told_whatever_stands(text: str, of: str) -> None:
    chat = talk()
    chat.hears(heard(PERIOD))
    chat.hears(replace(heard("about_source"), text=text))
    assert standing(chat).intent == of


# A day said again by its number


@pytest.mark.parametrize(("number", "found"), [(25, "2025-08-25"), (12, "2025-08-12")])
def test_a_day_is_the_one_with_its_number_that_an_earlier_answer_supposed(number: int, found: str) -> None:
    """The message says only the number; without anything before, the last one with it would be meant."""
    earlier = (Standing("ask_late_payment", "", JIANGSU, {"paid_date": "2025-08-25"}),)
    state = DialogueState(region=JIANGSU, standing=Standing("ask_premium", "", JIANGSU), earlier=earlier)
    options = tuple(f"2025-{month:02}-{number:02}" for month in (6, 7, 8, 9))
    value = f"2025-07-{number:02}" if number == 25 else "2025-08-12"
    said = day("paid", value, day=number, options=options, polarity="supp")
    assert hear(state, heard(STARTS, says=(said,)), TODAY).supposed["paid_date"] == found


# 算了, 取消


def test_giving_something_up_for_something_told_ends_no_talk() -> None:
    chat = talk(birth_date="2025-10-22")
    chat.hears(heard(PERIOD))
    chat.hears(heard("stop", says=(years("paid_years", 2025, 2026),), text="唉罢了，两年的都交上"))
    assert chat.rule == "the standing question again"
    chat.hears(heard("stop", text="唉罢了"))
    assert chat.rule == "small talk"
    chat.hears(heard("goodbye", says=(day("paid", "2025-11-21", polarity="plan"),), text="不问了，明天去交"))
    assert chat.rule == "small talk"


@pytest.mark.parametrize(
    ("says", "rule"),
    [((), "cancel an application"), ((place("former", HARBIN, start=2, end=4),), "facts without a question")],
)
def test_a_request_to_cancel_what_nobody_began_tells_of_nobody_else(says: tuple[Mention, ...], rule: str) -> None:
    chat = talk()
    chat.hears(heard("cancel_application", says=says, text="去哈尔滨念书的那个要取消登记"))
    assert (chat.rule == "cancel an application") is (rule == "cancel an application")


# Whose place


def asked_there(text: str, *says: Mention, label: str = "ask_continuity_incentive") -> str | None:
    found: StateUpdate = hear(DialogueState(region=SUZHOU), replace(heard(label, says=says), text=text), TODAY)
    return asked_about(found.state, label, found).region


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("我表嫂在哈尔滨，说没断过的有奖励，我们有没有", True),
        ("我表嫂在哈尔滨，说没断过的有奖励，那咱们这儿多少", True),
        ("我表嫂在哈尔滨，说没断过的有奖励，俺家娃算不算", True),
        ("我表嫂在哈尔滨，说没断过的有奖励，她家有没有", False),
        ("我表嫂在哈尔滨，没断过的有奖励吗", False),
        ("我表嫂在哈尔滨，我们想问她家奖多少", False),
    ],
)
def test_the_last_words_say_whose_the_question_is(text: str, ours: bool) -> None:
    who = stand(Mention("stranger", "stranger", "", ""), "我表嫂", text)
    there = stand(place("elsewhere", HARBIN, owner=STRANGER), "哈尔滨", text)
    assert asked_there(text, who, there) == (SUZHOU if ours else HARBIN)


def test_ones_own_place_behind_those_of_others_is_asked_for() -> None:
    text = "我表姐哈尔滨的，说奖三千。我们苏州到底多少"
    who = stand(Mention("stranger", "stranger", "", ""), "我表姐", text)
    there = stand(place("elsewhere", HARBIN, owner=STRANGER), "哈尔滨", text)
    assert asked_there(text, who, there, stand(place("insured", SUZHOU), "苏州", text)) == SUZHOU


@pytest.mark.parametrize(
    ("text", "here"),
    [
        ("俺两口子哈尔滨的，在苏州厂里干活，娃4岁，在这边能上不", SUZHOU),
        ("我们哈尔滨人，在苏州打工，这里给娃参保行吗", SUZHOU),
        ("俺两口子哈尔滨的，在苏州厂里干活，娃4岁，能上不", HARBIN),
        ("我们住哈尔滨，他爸在苏州打工，这里给娃参保行吗", HARBIN),
    ],
)
def test_here_is_where_a_family_from_elsewhere_works(text: str, here: str) -> None:
    says = (
        stand(place("insured", HARBIN), "哈尔滨", text),
        stand(place("elsewhere", SUZHOU, owner=PARENT), "苏州", text),
    )
    found = hear(DialogueState(), replace(heard("ask_nonlocal_enrollment", says=says), text=text), TODAY)
    assert found.state.region == here


# Days of a birth that is still to come, and of the mother


@pytest.mark.parametrize(("text", "asks"), [("照预产期最晚哪天交", True), ("预产期那天要带啥去", False)])
def test_the_limit_of_a_child_that_is_due_is_computed_from_that_day(text: str, asks: bool) -> None:
    found = hear(
        DialogueState(region=JIANGSU), replace(heard(PERIOD, says=(day("due", "2025-09-20"),)), text=text), TODAY
    )
    assert (found.supposed.get("birth_date") == "2025-09-20") is asks


def test_a_stay_before_the_birth_is_the_mothers() -> None:
    stay = day("visit", "2025-07-03", options=("2024-07-03", "2025-07-03", "2026-07-03"))
    says = (stay, day("birth", "2025-07-06"))
    found = hear(DialogueState(region=JIANGSU), heard("ask_birth_expense", says=says), TODAY)
    assert found.state.facts == {"birth_date": "2025-07-06"}
    assert found.day is None


def test_a_child_by_its_label_keeps_the_others_in_the_list() -> None:
    state = DialogueState(region=JIANGSU, children={"大的": {}, "小的": {}})
    says = (word("about", "小的"), years("paid_years", 2025, owner="小的"), years("paid_years", 2026, owner="小的"))
    found = hear(state, heard("inform", says=says), WINTER)
    assert found.told["paid_years"] == [2025, 2026]


# Newborns


@pytest.mark.parametrize(("label", "told"), [("stop", False), ("inform", True)])
def test_two_years_one_makes_up_ones_mind_to_pay_are_not_paid_yet(label: str, told: bool) -> None:
    chat = talk(birth_date="2025-11-02")
    chat.hears(heard(STARTS))
    said = chat.hears(heard(label, text="算了，两年一起交", notes={"both_years": True}))
    assert ("假定" in said) is not told
    assert ("paid_years" in chat.state.facts) is told


def test_where_and_when_are_told_and_nothing_is_asked_the_limit_cannot_wait() -> None:
    chat = Talk(today=WINTER)
    assert "您想问什么" in chat.hears(heard("inform", says=(place("insured", JIANGSU),)))
    assert "2026年1月30日" in chat.hears(heard("inform", says=(day("birth", "2025-11-02"),)))
    assert standing(chat).intent == PERIOD


def test_an_older_child_is_asked_what_about() -> None:
    chat = Talk(today=WINTER)
    says = (place("insured", JIANGSU), day("birth", "2019-11-02"))
    assert "您想问什么" in chat.hears(heard("inform", says=says))


@pytest.mark.parametrize(
    ("asks", "text", "of"),
    [
        ("ask_late_payment", "现在补还来得及不", PERIOD), ("ask_late_payment", "现在补今年的还行吗", PERIOD),
        ("ask_late_payment", "补交要多少", "ask_late_payment"),
        ("ask_payment_channel", "上哪疙瘩整", "ask_enrollment_channel"),
        ("ask_payment_channel", "上哪儿交", "ask_payment_channel"),
    ],
)  # fmt: skip
def test_nothing_is_late_for_a_newborn_in_time_and_a_baby_is_registered_first(asks: str, text: str, of: str) -> None:
    chat = talk(birth_date="2025-11-02")
    chat.hears(heard(asks, text=text))
    assert standing(chat).intent == of


def test_a_year_left_out_is_asked_of_today_when_another_was_paid() -> None:
    chat = talk(today=date(2026, 1, 20), birth_date="2025-11-02", paid_date="2026-01-05", paid_years=[2026])
    said = chat.hears(
        heard("ask_late_payment", says=(years("asked_year", 2025, polarity="ask"),), text="25年的还能补不")
    )
    assert "2026年1月20日是出生第79天" in said


def test_a_payment_that_was_only_a_registration_is_taken_back() -> None:
    chat = talk(birth_date="2025-11-02", paid_date="2025-11-12", paid_years=[2026])
    chat.hears(heard(STARTS))
    says = (day("registered", "2025-11-12"),)
    chat.hears(heard("inform", says=says, text="讲岔了，那天只登记没交钱", notes={"not_yet": "paid"}))
    assert chat.state.facts == {"birth_date": "2025-11-02", "registered_date": "2025-11-12"}


# In the middle of an enrollment


def test_what_is_told_besides_is_said_back_and_the_step_asked_again() -> None:
    chat = talk(stage="学龄前")
    chat.hears(heard("start_enrollment"))
    moved = stand(day("hukou", "2025-11-12"), "12号", "户口12号才从哈尔滨迁来")
    said = chat.hears(heard("inform", says=(moved,), text="户口12号才从哈尔滨迁来"))
    assert "2025年11月12日" in said
    assert "哪天出生" in said
    assert "还没回答过" not in chat.hears(heard("plainer", text="是照生日算，还是照迁户口那天算"))


@pytest.mark.parametrize(
    ("text", "there"), [("我们哈尔滨人 在苏州打工 医保买哪边", SUZHOU), ("我们哈尔滨 她苏州 医保买哪边", None)]
)
def test_between_where_they_are_from_and_where_they_work_it_is_asked_of_the_latter(
    text: str, there: str | None
) -> None:
    says = (
        stand(place("elsewhere", HARBIN, polarity="supp"), "哈尔滨", text),
        stand(place("elsewhere", SUZHOU, polarity="supp"), "苏州", text),
    )
    found = hear(DialogueState(), replace(heard("ask_nonlocal_enrollment", says=says), text=text), TODAY)
    assert found.place == there


def test_a_register_elsewhere_is_no_place_that_is_denied() -> None:
    for text, role, kept in (
        ("我们不是江苏户口", "household", True),
        ("我们不是江苏户籍", "insured", True),
        ("我们不是江苏的", "insured", False),
    ):
        no = stand(place(role, JIANGSU, polarity="neg"), "江苏", text)
        found = hear(DialogueState(region=JIANGSU), replace(heard("inform", says=(no,)), text=text), TODAY)
        assert (found.state.region == JIANGSU) is kept, text


def test_a_day_put_right_is_no_question_of_the_paper_it_stands_on() -> None:
    chat = talk(birth_date="2025-11-02")
    chat.hears(heard(PERIOD))
    mended = day("birth", "2025-10-28", corrects=True)
    said = chat.hears(heard("ask_missing_documents", says=(mended,), text="翻了出生证，是28号的，弄错了"))
    assert standing(chat).intent == PERIOD
    assert "2026年1月25日" in said
    chat.hears(heard("ask_missing_documents", says=(mended,), text="出生证写28号，弄错了能改吗"))
    assert standing(chat).intent == "ask_missing_documents"


@pytest.mark.parametrize(
    ("text", "ours"), [("哈尔滨那头才380，咱凭啥收400", True), ("哈尔滨那头才380，凭啥他们少", False)]
)
def test_ours_is_asked_of_here_though_only_a_place_of_others_is_named(text: str, ours: bool) -> None:
    there = stand(place("elsewhere", HARBIN, owner=STRANGER), "哈尔滨", text)
    assert asked_there(text, there, label="ask_premium") == (SUZHOU if ours else HARBIN)


def test_what_was_said_of_a_child_is_said_again_of_that_child() -> None:
    children = {"大的": {"stage": "小学"}, "小的": {"birth_date": "2025-11-02"}}
    chat = Talk(today=WINTER, state=DialogueState(region=JIANGSU, children=children, child="大的"))
    chat.hears(heard("ask_waiting_period"))
    chat.hears(heard(PERIOD, says=(word("about", "小的"),)))
    chat.hears(heard("repeat", says=(word("about", "大的"),), text="大的刚才咋说的"))
    assert (standing(chat).intent, standing(chat).child) == ("ask_waiting_period", "大的")


@pytest.mark.parametrize(("text", "ours"), [("那我们最晚几号交", False), ("那我们家娃要不要等", True)])
def test_we_may_be_with_whom_it_is_asked_for(text: str, ours: bool) -> None:
    text = f"帮我侄女问的，她8月3号交的，在哈尔滨，{text}"
    says = (
        stand(Mention("stranger", "stranger", "", ""), "我侄女", text),
        stand(day("paid", "2025-08-03", owner=STRANGER), "8月3号", text),
        stand(place("insured", HARBIN, owner=STRANGER), "哈尔滨", text),
    )
    assert asked_there(text, *says, label="ask_waiting_period") == (SUZHOU if ours else HARBIN)


@pytest.mark.parametrize(
    ("text", "here"), [("王同学爸妈在哈尔滨打工，不在这边交了", True), ("我侄子在哈尔滨打工，他娃几号截止", False)]
)
def test_where_a_pupils_parents_work_is_nobodys_place(text: str, here: bool) -> None:
    who = word("about", "王同学") if here else stand(Mention("stranger", "stranger", "", ""), "我侄子", text)
    there = stand(place("elsewhere", HARBIN, owner=STRANGER), "哈尔滨", text)
    assert asked_there(text, who, there, label=PERIOD) == (SUZHOU if here else HARBIN)


@pytest.mark.parametrize(
    ("text", "facts", "of"),
    [
        ("中间会不会断档", MOVED, "ask_transfer"),
        ("断一年扣多少", MOVED, "ask_lapse_penalty"),
        ("中间会不会断档", {}, "ask_lapse_penalty"),
    ],
)
def test_a_gap_after_a_move_is_asked_of_the_move(text: str, facts: dict[str, Any], of: str) -> None:
    chat = talk(stage="小学", **facts)
    chat.hears(heard("ask_lapse_penalty", text=text))
    assert standing(chat).intent == of
