"""Whose question a message is, which supposition goes on, which earlier answer is spoken of: readings built by hand.

`stand` places a mention where its words stand in the message, as a reader does.
"""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dialogue.answering import asked_about
from dialogue.reading import Mention
from dialogue.state import DialogueState, Standing
from dialogue.update import StateUpdate, hear
from tests.dialogue.builders import HARBIN, HEILONGJIANG, JIANGSU, SUZHOU, TODAY, Talk, day, heard, place, word, years

STRANGER = "他人"
CAP, PERIOD, STARTS = "ask_critical_illness_cap", "ask_payment_period", "ask_coverage_start"


def stand(mention: Mention, words: str, text: str) -> Mention:
    at = text.index(words)
    return replace(mention, text=words, start=at, end=at + len(words))


def stranger(words: str, text: str) -> Mention:
    return stand(Mention("stranger", "stranger", "", words), words, text)


def told(text: str, *says: Mention, label: str = "ask_waiting_period", **more: Any) -> StateUpdate:
    return hear(DialogueState(region=SUZHOU), replace(heard(label, says=says), text=text), more.get("today", TODAY))


@pytest.mark.parametrize(
    ("text", "who", "there", "own"),
    [
        ("孩子2019年生的，断了24年，他表哥在哈尔滨没断过，现在补交等多久", "他表哥", "哈尔滨", True),
        ("娃2020年生，24年没交，我侄女在哈尔滨年年交，还能补吗", "我侄女", "哈尔滨", True),
        ("娃2020年生，24年没交，我侄女在哈尔滨年年交，她们家那孩子要等吗", "我侄女", "哈尔滨", False),
        ("我侄女在哈尔滨，2019年生的，断了24年，要等多久", "我侄女", "哈尔滨", False),
    ],
)
def test_a_child_told_of_before_somebody_elses_is_whom_the_question_is_of(
    text: str, who: str, there: str, own: bool
) -> None:
    year = stand(years("lapse_years", 2024), "24年", text)
    theirs = stand(place("elsewhere", HARBIN, owner=STRANGER), there, text)
    found = told(text, year, stranger(who, text), theirs)
    assert asked_about(found.state, "ask_waiting_period", found).region == (SUZHOU if own else HARBIN)


def test_a_pupil_of_the_family_is_not_imitated() -> None:
    text = "我那念小学外甥女只交2026的会怎样"
    theirs = years("paid_years", 2026, owner=STRANGER)
    assert told(text, stranger("外甥女", text), stand(theirs, "2026", text)).relative


@pytest.mark.parametrize("like", ["学", "像", "照着", "学着我"])
def test_what_somebody_else_does_is_supposed_of_ones_own(like: str) -> None:
    text = f"{like}表姐只交2026的会怎样"
    found = told(text, stranger("表姐", text), stand(years("paid_years", 2026, owner=STRANGER), "2026", text))
    assert (found.relative, found.supposed["paid_years"]) == (False, [2026])
    other = "表姐只交2026的会怎样"
    found = told(other, stranger("表姐", other), stand(years("paid_years", 2026, owner=STRANGER), "2026", other))
    assert found.relative


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("今年在阜阳交了的", False), ("阜阳今年交过", False), ("今年交了，人原来在阜阳", True), ("今年交了", True),
    ],
)  # fmt: skip
def test_a_year_paid_at_a_former_place_is_not_the_year_asked_for(text: str, kept: bool) -> None:
    says = [stand(years("paid_years", 2025), "今年", text)]
    if "阜阳" in text:
        says.append(stand(place("former", "341200"), "阜阳", text))
    assert (told(text, *says).state.facts.get("paid_years") == [2025]) is kept


@pytest.mark.parametrize(
    ("text", "month", "supposed"),
    [
        ("老大这个月转到这边交，元旦能用不", "2025-08", True), ("下个月交呢", "2025-09", True),
        ("这个月交的", "2025-08", False), ("上个月交，能用不", "2025-07", False),
    ],
)  # fmt: skip
def test_a_month_that_is_not_over_is_when_money_might_come(text: str, month: str, supposed: bool) -> None:
    paid = replace(day("paid", month), kind="month")
    found = told(text, paid, label=STARTS, today=date(2025, 8, 8))
    assert (found.supposed_month == month, found.month == ("paid_date", month)) == (supposed, not supposed)


def test_a_milestone_ahead_of_a_known_birthday_is_a_day_of_paying() -> None:
    text = "5月20号生的，等过了百天再办行不"
    says = (day("birth", "2025-05-20"), stand(day("birth", "2025-04-30", polarity="ask"), "百天", text))
    found = told(text, *says, label=PERIOD)
    assert (found.state.facts["birth_date"], found.supposed) == ("2025-05-20", {"paid_date": "2025-08-28"})


@pytest.mark.parametrize(
    ("text", "fact"),
    [("1月1号就能用呗", "visit_date"), ("1月1号起能报不", "visit_date"), ("1月1号去交呢", "paid_date")],
)
def test_a_day_something_is_used_from_is_no_day_of_payment(text: str, fact: str) -> None:
    asked = stand(day("asked", "2026-01-01", polarity="ask"), "1月1号", text)
    assert told(text, asked, label=STARTS).supposed == {fact: "2026-01-01"}


def test_the_day_told_of_a_child_is_meant_when_it_is_named_without_its_year() -> None:
    state = DialogueState(region=HEILONGJIANG, children={"张同学": {"paid_date": "2023-12-20"}}, child="张同学")
    options = tuple(f"{year}-12-20" for year in range(2022, 2027))
    said = day("paid", "2024-12-20", owner="张同学", options=options)
    assert hear(state, heard("follow", says=(said,)), TODAY).state.facts["paid_date"] == "2023-12-20"


def test_whom_somebody_is_compared_with_is_not_turned_to() -> None:
    text = "王同学妈妈问，她为什么比李同学多交"
    says = [stand(word("about", name), name, text) for name in ("王同学", "李同学")]
    assert told(text, *says, label="ask_premium").state.child == "王同学"


@pytest.mark.parametrize(
    ("text", "former"),
    [
        ("黑龙江交的年头到这边还认吗", True), ("黑龙江缴的那几年在这里算不", True), ("黑龙江交的话要多少", False),
        ("我们在黑龙江", False),
    ],
)  # fmt: skip
def test_what_was_paid_in_another_province_is_asked_of_here(text: str, former: bool) -> None:
    found = told(text, stand(place("insured", HEILONGJIANG), "黑龙江", text), label="ask_transfer")
    assert (found.state.region == SUZHOU, "enrolled_elsewhere" in found.state.facts) == (former, former)


def test_of_two_children_one_that_goes_to_school_in_another_province_is_answered_for_there() -> None:
    text = "一个在哈尔滨念二年级，一个6月1号在苏州生的，小的最迟几时"
    school = stand(place("school", HARBIN), "哈尔滨", text)
    grade = stand(word("stage", "小学"), "二年级", text)
    says = (
        school, replace(grade, owner="大的"), day("birth", "2025-06-01"), stand(place("insured", SUZHOU), "苏州", text),
        stand(word("about", "小的"), "小的", text),
    )  # fmt: skip
    chat = Talk(today=TODAY)
    said = chat.hears(replace(heard(PERIOD, says=says), text=text))
    assert "大的（在黑龙江省哈尔滨市）" in said
    assert chat.state.children["大的"]["school_region"] == HARBIN
    assert "school_region" not in chat.state.children["小的"]
    chat.hears(heard("follow", says=(word("about", "小的"),)))
    assert chat.state.standing is not None
    assert chat.state.standing.region == SUZHOU
    chat.hears(heard("follow", says=(word("about", "大的"),)))
    assert chat.state.standing.region == HARBIN


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("黑龙江那边多少钱", False), ("那黑龙江那边最晚几号", False), ("我们在黑龙江那边", True),
        ("搬到黑龙江那边了", True), ("黑龙江多少钱", True),
    ],
)  # fmt: skip
def test_over_there_is_not_where_the_family_is(text: str, moved: bool) -> None:
    found = told(text, stand(place("insured", HEILONGJIANG), "黑龙江", text), label="ask_premium")
    assert (found.state.region == HEILONGJIANG, found.place == HEILONGJIANG) == (moved, not moved)


@pytest.mark.parametrize(("text", "kept"), [("在哈尔滨他姑家借读过", False), ("在哈尔滨念三年级", True)])
def test_where_a_child_once_went_to_school_is_not_where_it_goes(text: str, kept: bool) -> None:
    found = told(text, stand(place("school", HARBIN), "哈尔滨", text))
    assert ("school_region" in found.state.facts) is kept


def test_a_doubt_about_elsewhere_is_answered_for_here_and_says_what_holds_there() -> None:
    chat = talk(birth_date="2025-06-01")
    chat.hears(heard(PERIOD))
    text = "黑龙江的亲戚说半年都行，真的吗"
    said = chat.hears(
        replace(
            heard("challenge", says=(stranger("亲戚", text), place("elsewhere", HEILONGJIANG, owner=STRANGER))),
            text=text,
        )
    )
    assert "江苏省这边" in said
    assert "2025年8月29日" in said
    assert chat.state.standing is not None
    assert chat.state.standing.region == JIANGSU


def test_whether_a_child_may_come_here_is_asked_of_here() -> None:
    children = {"大的": {"school_region": HARBIN}, "小的": {"birth_date": "2025-06-01"}}
    state = DialogueState(region=SUZHOU, children=children, child="大的")
    found = StateUpdate(state)
    assert asked_about(state, "ask_nonlocal_enrollment", found).region == SUZHOU
    assert asked_about(state, "ask_payment_period", found).region == HARBIN
    assert asked_about(replace(state, child="小的"), "ask_payment_period", found).region == SUZHOU


def test_a_day_supposed_without_its_year_is_not_the_one_that_was() -> None:
    state = DialogueState(region=SUZHOU, children={"": {"paid_date": "2024-09-20"}})
    options = tuple(f"{year}-09-20" for year in range(2022, 2028))
    said = day("paid", "2025-09-20", options=options, polarity="supp")
    assert hear(state, heard("follow", says=(said,)), TODAY).supposed == {"paid_date": "2025-09-20"}


# What goes on, and what does not


def talk(**facts: Any) -> Talk:
    return Talk(today=TODAY, state=DialogueState(region=JIANGSU).with_facts("", **facts))


@pytest.mark.parametrize(
    ("text", "label", "late"),
    [
        ("刚才说最晚哪天来着", "follow", False), ("那最晚是几号", PERIOD, False), ("最迟得到几号", "follow", False),
        ("那咋办", "follow", True),
    ],
)  # fmt: skip
def test_a_limit_is_asked_of_what_is_and_not_of_what_was_supposed(text: str, label: str, late: bool) -> None:
    chat = talk(birth_date="2025-06-01")
    chat.hears(heard(PERIOD))
    assert "已超过90天" in chat.hears(heard("follow", says=(day("paid", "2025-09-20", polarity="supp"),)))
    assert ("已超过90天" in chat.hears(replace(heard(label), text=text))) is late


def test_a_day_of_care_is_asked_of_what_was_supposed_before() -> None:
    chat = talk(birth_date="2025-10-11")
    chat.today = date(2025, 12, 1)
    chat.hears(heard(STARTS))
    chat.hears(heard("follow", says=(years("paid_years", 2026, polarity="supp"),), text="只交明年的呢"))
    chat.hears(heard("follow", says=(day("visit", "2025-10-15"),), text="15号住过院，这笔呢"))
    assert chat.state.standing is not None
    assert chat.state.standing.supposed["paid_years"] == [2026]


def test_what_a_claim_makes_of_the_cap_is_asked_of_the_cap() -> None:
    chat = talk(enrolled_years=[2025, 2026], zero_claim_years=[2025, 2026], service_year=2027)
    chat.hears(heard(CAP))
    said = heard("ask_benefit_level", says=(years("claimed_years", 2026),), text="26年报过一回，变成多少", sure=0.9)
    chat.hears(said)
    assert chat.state.standing is not None
    assert (chat.state.standing.intent, chat.state.facts["zero_claim_years"]) == (CAP, [2025])
    chat.hears(heard("ask_waiting_period", says=(years("lapse_years", 2026),), text="26年断了，现在补要等多久"))
    assert chat.state.standing.intent == "ask_waiting_period"


# Earlier answers


def test_earlier_answers_are_kept_once_each_and_no_more_than_three() -> None:
    state = DialogueState()
    for intent in ("ask_premium", PERIOD, CAP, STARTS, PERIOD, "ask_subsidy"):
        state = state.answered(Standing(intent, "", JIANGSU))
    assert state.standing == Standing("ask_subsidy", "", JIANGSU)
    assert [one.intent for one in state.earlier] == [PERIOD, STARTS, CAP]
    assert DialogueState.from_json(state.as_json()) == state


def test_the_source_of_an_earlier_answer_is_told_when_its_question_is_named() -> None:
    chat = talk(birth_date="2025-06-01")
    chat.hears(heard("ask_waiting_period"))
    chat.hears(heard("ask_premium"))
    chat.hears(replace(heard("about_source"), text="前头说的等待是哪个文件"))
    assert chat.state.standing is not None
    assert chat.state.standing.intent == "ask_waiting_period"
    chat.hears(replace(heard("about_source"), text="这条是哪个文件"))
    assert chat.state.standing.intent == "ask_waiting_period"


@pytest.mark.parametrize(("text", "every"), [("前面那几条各是几号文", True), ("这条是几号文", False)])
def test_the_documents_of_every_answer_are_listed_when_all_are_asked_for(text: str, every: bool) -> None:
    chat = talk(birth_date="2025-06-01")
    chat.hears(heard("ask_waiting_period"))
    chat.hears(heard(CAP))
    said = chat.hears(replace(heard("about_source"), text=text))
    assert ("“有没有等待期”" in said) is every
    assert "苏医保发〔2025〕26号" in said


def test_the_day_that_is_to_be_said_again_is_the_one_of_an_answer_on_days() -> None:
    chat = talk(birth_date="2025-06-01")
    chat.hears(heard(PERIOD))
    chat.hears(heard("ask_enrollment_materials"))
    assert "2025年8月29日" in chat.hears(replace(heard("repeat"), text="那个日子再发我一下"))
