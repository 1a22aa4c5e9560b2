"""Children of one family in different places: each is answered for its own, and nobody is moved by a sibling."""

from datetime import date

import pytest

from dialogue.reading import Reading
from dialogue.state import DialogueState
from tests.dialogue.builders import HARBIN, JIANGSU, NANJING, SUZHOU, Talk, day, heard, place, word, years

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


# What goes with it: a limit repeated, a sum that is doubted, a parent's place of work


def test_the_limit_of_a_child_is_repeated_by_its_name() -> None:
    chat = Talk(today=TODAY, state=DialogueState(region=SUZHOU))
    chat.hears(heard(PERIOD, says=(SMALL, day("birth", "2025-11-25", owner="小的")), text="小的11月25生的，几号前"))
    chat.hears(heard("ask_waiting_period", says=(SMALL,), text="小的要等吗"))
    chat.hears(heard(PREMIUM, says=(BIG,), text="大的交多少"))
    said = chat.hears(heard("repeat", says=(SMALL,), text="小的截止再发我一遍"))
    assert "2026年2月22日前" in said


def test_two_places_are_told_each() -> None:
    said = apart().hears(heard("ask_continuity_incentive", text="两个地方连续交的奖励一样不"))
    assert "（在江苏省苏州市）：" in said
    assert "（在山东省威海市）：" in said


def test_a_sum_that_is_doubted_finds_the_answer_it_stands_in() -> None:
    chat = Talk(today=date(2025, 12, 10), state=DialogueState(region="430100"))
    chat.hears(heard(PERIOD, text="交到么子时候"))
    said = chat.hears(heard("challenge", text="隔壁讲迟了要收1100，是不是哄人的"))
    assert "1100元" in said
    assert "我只按文件说" in said


def test_a_sum_that_stands_nowhere_changes_nothing() -> None:
    chat = Talk(today=date(2025, 12, 10), state=DialogueState(region="430100"))
    before = chat.hears(heard(PERIOD, text="交到么子时候"))
    said = chat.hears(heard("challenge", text="隔壁讲要收1234，是不是哄人的"))
    assert "1234" not in said
    assert before.split("。")[0] in said


@pytest.mark.parametrize(
    ("text", "asks"), [("他爸在哈尔滨上班，我能给娃参保吗", True), ("我们在哈尔滨上班，能给娃参保吗", False)]
)
def test_where_one_parent_works_is_not_where_the_child_is(text: str, asks: bool) -> None:
    chat = Talk(today=TODAY, state=DialogueState())
    start = text.index("哈尔滨")
    there = place("elsewhere", HARBIN, start=start, end=start + 3)
    said = chat.hears(heard(BABY, says=(there,), text=text))
    assert ("哈尔滨" not in said) == asks


def test_a_birth_that_came_early_is_asked_of_a_newborn() -> None:
    chat = Talk(today=date(2026, 12, 5), state=DialogueState(region=SUZHOU).with_facts("", pregnancy_weeks=36))
    chat.hears(heard("ask_unborn_enrollment", text="没出来能先登记不"))
    born = day("birth", "2026-12-31", polarity="supp")
    said = chat.hears(heard("follow", says=(born,), text="提前卸货 31号落地的话"))
    assert "2027年3月30日前" in said


def test_a_day_of_payment_after_an_answer_on_papers_is_of_the_limit() -> None:
    chat = Talk(today=date(2025, 10, 20), state=DialogueState(region=SUZHOU).with_facts("", birth_date="2025-08-14"))
    chat.hears(heard("ask_missing_documents", text="没领出生证咋办"))
    late = day("paid", "2025-11-12", polarity="supp")
    said = chat.hears(heard("follow", says=(late,), text="11.12才发工资 卡那天行吗"))
    assert "正好是第90天" in said


def test_a_stay_told_after_an_answer_on_papers_is_asked_of_cover() -> None:
    chat = Talk(today=date(2025, 10, 20), state=DialogueState(region=SUZHOU).with_facts("", birth_date="2025-08-14"))
    chat.hears(heard("ask_missing_documents", text="没领出生证咋办"))
    stay = day("visit", "2025-08-28")
    assert "从出生当天起能报" in chat.hears(heard("follow", says=(stay,), text="8月28号住过院 肺炎"))


def test_a_child_born_and_registered_in_one_place_is_at_home_there() -> None:
    chat = Talk(today=TODAY, state=DialogueState())
    said = (
        BIG, place("insured", WEIHAI, owner="大的"), SMALL, place("elsewhere", SUZHOU, owner="小的"),
        place("household", SUZHOU, owner="小的"), day("birth", "2025-11-20", owner="小的"),
    )  # fmt: skip
    chat.hears(heard(PERIOD, says=said, text="大的在威海念书，小的11月20在苏州生的苏州户口，先问小的，哪天前办"))
    assert chat.state.regions["小的"] == SUZHOU


def at_school(chat: Talk) -> str:
    """“大的在威海上二年级，小的11月8号生在苏州”, and what the elder costs."""
    said = (
        BIG, place("school", WEIHAI, owner="大的"), SMALL, place("insured", SUZHOU, owner="小的"),
        day("birth", "2025-11-08", owner="小的"),
    )  # fmt: skip
    chat.hears(heard(PERIOD, says=said, text="大的在威海上二年级，小的11月8号生在苏州，几号前"))
    return chat.hears(heard(PREMIUM, says=(BIG,), text="大的交多少"))


def test_the_place_of_a_school_is_put_right_for_that_child_alone() -> None:
    chat = Talk(today=TODAY, state=DialogueState())
    assert "威海" in at_school(chat)
    chat.hears(heard("inform", says=(place("insured", HARBIN, corrects=True, start=4, end=7),), text="不对，是哈尔滨"))
    assert chat.state.children["大的"]["school_region"] == HARBIN
    assert "苏州" in chat.hears(heard(PERIOD, says=(SMALL,), text="小的截止"))


@pytest.mark.parametrize("text", ["我们搬到南京了", "全家都搬到南京了"])
def test_a_family_that_moves_takes_every_child_along(text: str) -> None:
    chat = Talk(today=TODAY, state=DialogueState())
    at_school(chat)
    start = text.index("南京")
    chat.hears(heard("inform", says=(place("insured", NANJING, start=start, end=start + 2),), text=text))
    for child in (BIG, SMALL):
        assert "威海" not in chat.hears(heard(PREMIUM, says=(child,), text="交多少"))
        assert chat.state.region == NANJING


def test_a_payment_that_is_in_progress_has_not_arrived() -> None:
    chat = Talk(today=TODAY, state=DialogueState(region=SUZHOU).with_facts("", birth_date="2025-11-08"))
    paid = day("paid", "2025-11-20")
    chat.hears(heard("ask_coverage_start", says=(paid,), text="11月20交的，一直显示处理中，能报了吗"))
    assert "paid_date" not in chat.state.facts
    chat.hears(heard("inform", says=(paid,), text="11月20到账的"))
    assert chat.state.facts["paid_date"] == "2025-11-20"


def test_a_birthplace_beside_a_siblings_school_moves_neither() -> None:
    chat = Talk(today=TODAY, state=DialogueState())
    said = (
        BIG, place("school", WEIHAI, owner="大的"), SMALL, place("elsewhere", SUZHOU, owner="小的"),
        day("birth", "2025-11-08", owner="小的"),
    )  # fmt: skip
    told = chat.hears(heard(PERIOD, says=said, text="大的在威海读小学，小的11月8号在苏州生的，小的哪天截止"))
    assert "大的（在江苏省苏州市）" not in told
    assert "威海" in chat.hears(heard(PREMIUM, says=(BIG,), text="大的多少钱"))
    assert "威海" not in chat.hears(heard(PERIOD, says=(SMALL,), text="小的呢"))


def test_a_school_put_right_is_said_back_as_such() -> None:
    chat = Talk(today=TODAY, state=DialogueState())
    at_school(chat)
    said = chat.hears(
        heard("inform", says=(place("insured", HARBIN, corrects=True, start=4, end=7),), text="不对，是哈尔滨")
    )
    assert "按江苏省苏州市" not in said


def test_money_that_arrived_after_all_has_arrived() -> None:
    chat = Talk(today=TODAY, state=DialogueState(region=SUZHOU).with_facts("", birth_date="2025-11-08"))
    text = "上礼拜还没到账，11月20到账了"
    start = text.index("11月20")
    chat.hears(heard("inform", says=(day("paid", "2025-11-20", start=start, end=start + 5),), text=text))
    assert chat.state.facts["paid_date"] == "2025-11-20"


def test_a_year_in_a_doubt_is_no_sum() -> None:
    chat = Talk(today=date(2025, 12, 10), state=DialogueState(region=SUZHOU))
    chat.hears(heard("ask_enrollment_materials", text="带啥"))
    said = chat.hears(heard("challenge", text="人家说2026的不用带，真的假的"))
    assert "出生医学证明" in said


def test_whether_one_year_is_enough_is_asked_of_the_years() -> None:
    chat = Talk(today=TODAY, state=DialogueState(region=SUZHOU).with_facts("", birth_date="2025-11-08"))
    said = chat.hears(heard(PREMIUM, says=(years("paid_years", 2026, polarity="supp"),), text="交26年一年的够不"))
    assert "2025" in said
    assert "两年" in said or "2026年1月1日" in said
    assert "400元" not in said


def test_what_is_told_of_a_sibling_is_said_back_as_the_siblings() -> None:
    chat = Talk(today=TODAY, state=DialogueState())
    said = (BIG, day("birth", "2017-05-20", owner="大的"), SMALL, word("stage", "新生儿", owner="小的"))
    reply = chat.hears(heard("inform", says=said, text="大的17年5月20生，小的刚满月"))
    assert "大的的出生日期2017年5月20日" in reply
    assert chat.state.child == "小的"


def test_what_is_remembered_of_each_child_is_shown() -> None:
    chat = apart()
    chat.hears(heard("inform", says=(word("age", {"months": 84, "stage": None}, owner="大的"),), text="大的7岁"))
    shown = chat.hears(heard("show_memory", text="你记得我什么"))
    assert "大的：7岁" in shown
    assert "大的：在山东省威海市" in shown
    assert "小的：在江苏省苏州市" in shown


def test_each_of_two_children_is_answered_for_where_it_is() -> None:
    """“大的在南京上小学，小的在威海跟奶奶，都没交，怎么交”."""
    chat = Talk(today=TODAY, state=DialogueState())
    said = (
        BIG, place("school", "320100", owner="大的"), SMALL, place("insured", WEIHAI, owner="小的"),
    )  # fmt: skip
    told = chat.hears(heard("ask_student_enrollment", says=said, text="大的在南京上小学，小的在威海跟奶奶，怎么交"))
    assert chat.state.regions["大的"] == "320100"
    assert chat.state.regions["小的"] == WEIHAI
    assert "大的（在江苏省南京市）" in told
