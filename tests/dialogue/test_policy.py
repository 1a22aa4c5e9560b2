"""Which rule speaks: the open question first, positive evidence before anything is started, refused or handed over."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.policy import POLICY
from dialogue.reading import PARENT, Mention
from dialogue.state import DialogueState
from dialogue.turn import Choice
from dialogue.words import words
from policies.library import default
from tests.dialogue.builders import (
    HARBIN,
    HEILONGJIANG,
    JIANGSU,
    NANJING,
    SICHUAN,
    SUZHOU,
    Talk,
    day,
    heard,
    place,
    word,
    years,
)

BABY = {"birth_date": "2025-06-08", "paid_date": "2025-07-01"}


def newborn() -> Talk:
    """A talk about a newborn in 江苏 in which the waiting period was just answered."""
    talk = Talk().knowing(JIANGSU, **BABY)
    talk.hears(heard("ask_waiting_period"))
    return talk


def test_the_table_reads_in_order_and_every_rule_has_a_name_of_its_own() -> None:
    names = [rule.name for rule in POLICY]
    assert len(set(names)) == len(names)
    assert names[0] == "distress"
    assert names[-1] == "not understood"


def test_a_question_is_answered_for_the_child_with_its_sentence() -> None:
    talk = Talk().knowing(JIANGSU, **BABY)
    (reply,) = talk.says(heard("ask_waiting_period"))
    assert reply.card is not None
    assert reply.card.answer.status == "decided"
    assert "2025年6月8日" in reply.text()
    assert talk.state.standing is not None
    assert talk.state.standing.intent == "ask_waiting_period"


def test_a_supposition_is_computed_named_and_not_kept() -> None:
    talk = newborn()
    text = talk.hears(heard("follow", says=(day("paid", "2025-09-10", polarity="supp"),)))
    assert "假定缴费到账的日期2025年9月10日" in text
    assert default().hotline in text
    assert talk.state.facts["paid_date"] == "2025-07-01"


def test_a_correction_answers_the_standing_question_again_and_says_what_was_understood() -> None:
    talk = newborn()
    text = talk.hears(heard("inform", says=(day("birth", "2025-06-18", corrects=True),)))
    assert text.startswith("好，孩子的出生日期2025年6月18日")
    assert talk.rule == "the standing question again"


def test_the_same_asked_again_is_answered_shorter_with_the_sentence() -> None:
    talk = newborn()
    full = talk.hears(heard("ask_waiting_period"))
    assert full.startswith(words("same_again"))
    first = Talk().knowing(JIANGSU, **BABY).hears(heard("ask_waiting_period"))
    assert len(full) < len(first)


def test_a_fragment_that_changes_nothing_asks_its_own_question_when_that_has_an_answer() -> None:
    talk = Talk().knowing(JIANGSU)
    talk.hears(heard("ask_family_account_payment"))
    text = talk.hears(heard("follow", alone=(("ask_family_account_scope", 0.6),)))
    assert talk.state.standing is not None
    assert talk.state.standing.intent == "ask_family_account_scope"
    assert "定点" in text


def test_a_fragment_never_moves_to_a_question_without_an_answer() -> None:
    talk = Talk().knowing(SICHUAN)
    talk.hears(heard("ask_family_account_payment"))
    talk.hears(heard("follow", alone=(("ask_family_account_binding", 0.9),)))
    assert talk.state.standing is not None
    assert talk.state.standing.intent == "ask_family_account_payment"


def test_somebody_elses_place_does_not_become_ours() -> None:
    talk = newborn()
    said = (place("elsewhere", SICHUAN, owner="他人"), day("birth", "2025-06-28", owner="他人"))
    talk.hears(heard("follow", says=said))
    assert talk.state.region == JIANGSU
    assert talk.state.facts["birth_date"] == "2025-06-08"


def test_for_another_place_the_answer_is_that_places_own_and_the_region_stays() -> None:
    talk = Talk(today=date(2023, 11, 20)).knowing(HEILONGJIANG, stage="小学")
    talk.hears(heard("ask_premium"))
    (reply,) = talk.says(heard("follow", says=(place("insured", SICHUAN, polarity="ask"),)))
    assert reply.card is not None
    assert reply.card.answer.region["adcode"] == SICHUAN
    assert "380" not in reply.text()
    assert talk.state.region == HEILONGJIANG


@pytest.mark.parametrize("sure", [0.2, 0.45])
def test_an_enrollment_needs_positive_evidence_while_a_question_stands(sure: float) -> None:
    talk = newborn()
    talk.says(heard("start_enrollment", sure=sure))
    assert talk.state.form is None


def test_an_enrollment_asked_for_is_started() -> None:
    talk = newborn()
    text = talk.hears(heard("start_enrollment"))
    assert talk.state.form is not None
    assert words("form_start") in text


def test_a_person_is_called_only_when_one_is_surely_wanted() -> None:
    talk = newborn()
    (unsure,) = talk.says(heard("request_human", sure=0.3))
    assert unsure.handover is None
    assert default().hotline in unsure.text()
    (sure,) = talk.says(heard("request_human"))
    assert sure.handover


def test_while_a_person_is_waited_for_questions_are_answered_and_the_queue_can_be_left_in_any_words() -> None:
    talk = newborn()
    talk.queue = "waiting"
    (answer,) = talk.says(heard("ask_birth_expense"))
    assert answer.card is not None
    (left,) = talk.says(heard("leave_queue", text="算了人工那边不用啦"))
    assert left.left_queue


def test_out_of_scope_names_the_question_that_stands() -> None:
    talk = newborn()
    (reply,) = talk.says(heard("out_of_scope"))
    assert default().questions["ask_waiting_period"]["title"] in reply.text()
    assert reply.noted == {"kind": "unsure", "intent": "out_of_scope", "confidence": 0.9}
    assert talk.state.standing is not None


def test_not_understood_keeps_what_was_heard_offers_readings_and_then_a_person() -> None:
    talk = Talk()
    reading = replace(
        heard("unsure", says=(place("insured", NANJING),)), ranking=(("ask_premium", 0.15), ("ask_subsidy", 0.12))
    )
    talk.says(reading)
    assert talk.state.region == NANJING
    talk = Talk()
    (first,) = talk.says(replace(reading, mentions=()))
    assert [offer.intent for offer in first.offers][:2] == ["ask_premium", "ask_subsidy"]
    assert "1. " in first.text()
    assert first.noted is not None
    (second,) = talk.says(replace(reading, mentions=()))
    assert second.offers[0].intent == "request_human"


def test_an_offer_is_picked_by_its_place() -> None:
    talk = Talk()
    talk.says(replace(heard("unsure"), ranking=(("ask_premium", 0.15), ("ask_subsidy", 0.12))))
    (reply,) = talk.says(replace(heard("choose"), choice=1))
    assert reply.card is not None
    assert reply.card.answer.intent == "ask_subsidy"


def test_a_choice_is_no_sentence() -> None:
    talk = Talk()
    choice = Choice("ask_payment_period", {"region": JIANGSU, "stage": "小学"})
    (reply,) = talk.says(heard("choose", text="随便什么字"), choice)
    assert reply.card is not None
    assert (reply.card.answer.intent, reply.card.answer.region["adcode"]) == ("ask_payment_period", JIANGSU)


def test_our_own_question_word_for_word_is_that_question_also_long_after_it_was_offered() -> None:
    talk = Talk().knowing(JIANGSU)
    (reply,) = talk.says(heard("out_of_scope", text=str(default().questions["ask_premium"]["say"])))
    assert reply.card is not None
    assert reply.card.answer.intent == "ask_premium"


def test_several_questions_are_answered_in_order() -> None:
    replies = Talk().knowing(JIANGSU, **BABY).says(heard("ask_payment_period", "ask_premium", "ask_waiting_period"))
    assert [r.card.answer.intent for r in replies if r.card] == [
        "ask_payment_period",
        "ask_premium",
        "ask_waiting_period",
    ]
    assert all(not reply.offers for reply in replies[:-1])


def test_each_child_of_a_message_is_answered_by_name() -> None:
    said = (word("stage", "小学", owner="大的"), day("birth", "2025-06-08", owner="小的"), place("insured", JIANGSU))
    replies = Talk().says(heard("ask_payment_period", says=said))
    assert [reply.text().split("：")[0] for reply in replies] == ["小的", "大的"]


def test_a_childs_facts_are_its_own_when_the_talk_turns_to_the_other() -> None:
    talk = Talk()
    said = (word("stage", "小学", owner="大的"), day("birth", "2025-06-08", owner="小的"), place("insured", JIANGSU))
    talk.says(heard("ask_payment_period", says=said))
    text = talk.hears(heard("follow", says=(word("about", "大的"),)))
    assert "2025年9月" not in text
    assert talk.state.child == "大的"


def test_a_day_that_cannot_be_is_asked_about_and_the_next_message_works() -> None:
    talk = Talk().knowing(JIANGSU)
    wrong = replace(day("birth", "2025-06-30"), value=None, problem="9月没有31号")
    assert "9月没有31号" in talk.hears(heard("inform", says=(wrong,)))
    assert talk.says(heard("ask_premium"))


def test_a_question_asked_beside_an_impossible_day_is_answered_once_the_day_is_clear() -> None:
    talk = Talk().knowing(JIANGSU)
    wrong = replace(day("birth", "2025-06-30"), value=None, problem="9月没有31号")
    talk.says(heard("ask_waiting_period", says=(wrong,)))
    (reply,) = talk.says(heard("inform", says=(day("birth", "2025-06-30"), day("paid", "2025-07-10"))))
    assert reply.card is not None
    assert reply.card.answer.intent == "ask_waiting_period"


def test_a_month_is_asked_for_its_day_and_the_question_waits() -> None:
    talk = Talk().knowing(JIANGSU)
    month = replace(day("birth", "2025-06"), kind="month")
    assert "2025年6月" in talk.hears(heard("inform", says=(month,)))
    talk.says(heard("ask_payment_period"))
    assert talk.state.month == "2025-06"


def test_who_will_not_tell_is_not_asked_again() -> None:
    talk = Talk().knowing(JIANGSU)
    talk.says(heard("ask_waiting_period"))
    asked = talk.state.expected
    assert asked
    talk.says(heard("decline"))
    assert asked in talk.state.declined
    (reply,) = talk.says(heard("ask_waiting_period"))
    assert reply.card is not None
    assert asked not in reply.card.answer.ask_for


def test_years_in_a_list_decide_the_cap() -> None:
    talk = Talk(today=date(2028, 4, 10)).knowing(JIANGSU)
    said = tuple(years("paid_years", y) for y in (2025, 2026, 2027, 2028))
    text = talk.hears(heard("ask_critical_illness_cap", says=said))
    assert "500000" in text or "50万" in text
    more = talk.hears(heard("inform", says=(years("zero_claim_years", 2025), years("zero_claim_years", 2027))))
    assert "510000" in more or "51万" in more


@pytest.mark.parametrize(
    ("label", "key"),
    [("thank", "thank"), ("apologise", "apologise"), ("insult", "insult"), ("chitchat", "chitchat"), ("just_asking",
    "just_asking"),
     ("bot_challenge", "bot"), ("goodbye", "goodbye")],
)  # fmt: skip
def test_small_talk_gets_its_short_words_and_leaves_the_question_standing(label: str, key: str) -> None:
    talk = newborn()
    assert talk.hears(heard(label)) == words(key)
    assert talk.state.standing is not None


def test_thanks_with_a_question_is_a_question() -> None:
    (reply,) = newborn().says(heard("ask_birth_expense", "thank"))
    assert reply.card is not None


def test_a_complaint_beside_a_question_is_noted_and_the_question_answered() -> None:
    (reply,) = newborn().says(heard("ask_birth_expense", "complain"))
    assert reply.card is not None
    assert reply.noted == {"kind": "complaint"}


def test_distress_comes_before_everything() -> None:
    (reply,) = newborn().says(heard("distress"))
    assert reply.card is None
    assert reply.handover


def test_a_question_beside_distress_is_answered_after_it() -> None:
    first, second = newborn().says(heard("distress", "ask_premium"))
    assert (first.card, bool(first.handover)) == (None, True)
    assert second.card is not None


def test_privacy_is_answered_and_forgetting_forgets() -> None:
    talk = newborn()
    assert "忘掉" in talk.hears(heard("privacy"))
    talk.says(heard("forget"))
    assert talk.state.forgotten
    assert replace(talk.state, forgotten=False, offers=()) == DialogueState()


def test_what_cannot_be_undone_is_asked_first_where_it_is_not_sure() -> None:
    talk = newborn()
    (asked,) = talk.says(heard("forget", text="注销全省所有孩子的医保", sure=0.6))
    assert not talk.state.forgotten
    assert talk.state.facts
    assert [offer.intent for offer in asked.offers] == ["forget"]


def test_what_is_known_is_shown_child_by_child() -> None:
    talk = Talk()
    talk.says(heard("inform", says=(word("stage", "小学", owner="大的"), day("birth", "2025-06-08", owner="小的"))))
    text = talk.hears(heard("show_memory"))
    assert "大的：" in text
    assert "小的：孩子的出生日期 2025年6月8日" in text


def test_a_masked_number_sent_to_be_looked_up_is_never_looked_up() -> None:
    text = Talk().knowing(JIANGSU).hears(heard("ask_enrollment_status", notes={"look_up": True}))
    assert words("no_look_up") in text


def test_a_payment_that_is_not_shown_is_a_standing_question() -> None:
    talk = Talk().knowing(JIANGSU)
    talk.says(heard("report_payment_problem"))
    talk.hears(heard("follow", says=(day("deducted", "2025-08-01"),)))
    assert talk.state.standing is not None
    assert talk.state.standing.intent == "report_payment_problem"


def test_a_sheet_can_be_made_and_a_question_added() -> None:
    talk = Talk(today=date(2025, 9, 19)).knowing(JIANGSU, stage="初中")
    first = talk.hears(heard("request_faq_sheet"))
    assert "问：" in first
    added = talk.hears(
        replace(heard("follow", text="把外地户口的也加进去"), ranking=(("ask_nonlocal_enrollment", 0.6),))
    )
    assert "居住证" in added


def test_a_parents_work_makes_no_place_the_childs() -> None:
    talk = Talk(today=date(2026, 11, 26)).knowing("320900")
    says = (place("elsewhere", SUZHOU, owner=PARENT), place("insured", SUZHOU, polarity="ask"))
    answer = talk.hears(heard("ask_enrollment_channel", says=says, text="他爸厂子在苏州，能照苏州的办吗"))
    assert "居住证" in answer
    assert talk.state.region == "320900"
    assert talk.state.standing is not None
    assert talk.state.standing.intent == "ask_nonlocal_enrollment"


def test_a_school_in_another_province_asks_whether_it_may_be_enrolled_there() -> None:
    talk = Talk(today=date(2026, 11, 26)).knowing(JIANGSU)
    talk.hears(heard("ask_coverage_start"))
    answer = talk.hears(heard("inform", says=(place("school", "210100"),), text="其实在沈阳念书，也得在那边交？"))
    assert "沈阳" in answer or "辽宁" in answer
    assert talk.state.region == JIANGSU


@pytest.mark.parametrize("text", ["瞎说，去年贴的明明是2月28", "谁讲的，群里说的是3月15"])
def test_a_day_in_a_doubt_is_no_birthday(text: str) -> None:
    talk = Talk().knowing(JIANGSU)
    talk.hears(heard("ask_payment_period"))
    talk.hears(heard("challenge", says=(day("birth", "2025-02-28"),), text=text))
    assert "birth_date" not in talk.state.facts


def month(value: str, polarity: str = "supp") -> Mention:
    """A month of payment that is only supposed."""
    return replace(day("paid", value, polarity=polarity), kind="month")


def test_a_supposed_month_is_answered_at_once_when_all_its_days_are_alike() -> None:
    talk = Talk(today=date(2025, 9, 1)).knowing(JIANGSU, birth_date="2025-06-15")
    talk.hears(heard("ask_coverage_start"))
    answer = talk.hears(heard("follow", says=(month("2025-11"),), text="那要是拖到十一月呢"))
    assert "2025年11月里哪天到账都一样" in answer
    assert "没有等待期，从出生当天" not in answer.split("\n")[1]
    assert "paid_date" not in talk.state.facts


def test_a_supposed_month_with_the_limit_in_it_tells_the_limit_and_waits_for_the_day() -> None:
    talk = Talk(today=date(2025, 9, 1)).knowing(JIANGSU, birth_date="2025-06-15")
    talk.hears(heard("ask_coverage_start"))
    answer = talk.hears(heard("follow", says=(month("2025-09"),), text="九月里去交呢"))
    assert "2025年9月里哪天到账，结果不一样" in answer
    assert "2025年9月12日前" in answer
    assert talk.state.expected == "paid_date"


def test_the_same_day_supposed_again_is_the_same_day() -> None:
    days = tuple(f"2025-{m:02}-13" for m in range(7, 12))
    talk = Talk(today=date(2025, 9, 10)).knowing(JIANGSU, birth_date="2025-06-15")
    talk.hears(heard("ask_coverage_start"))
    for polarity in ("plan", "supp"):
        said = day("paid", "2025-09-13", polarity=polarity, options=days, day=13)
        assert "2025年9月13日" in talk.hears(heard("follow", says=(said,), text="13号交呢"))


def test_a_repetition_may_name_an_earlier_answer() -> None:
    talk = newborn()
    talk.hears(heard("ask_enrollment_materials"))
    answer = talk.hears(heard("repeat", text="刚才那个等待期的再说一遍"))
    assert "没有等待期" in answer
    assert talk.state.standing is not None
    assert talk.state.standing.intent == "ask_waiting_period"


@pytest.mark.parametrize(("text", "compares"), [
    ("凭什么要等", False), ("为什么这样算", False), ("为啥跟邻居家不一样", True), ("怎么人家那边就能", True),
    ("差几天咋就两种说法", False), ("早一天晚一天凭啥不一样", False),
])  # fmt: skip
def test_why_is_answered_by_the_ground_and_why_different_by_the_places(text: str, compares: bool) -> None:
    answer = newborn().hears(heard("compare", text=text))
    assert answer.startswith("因为各地按各地的文件办" if compares else words("because_written"))
    assert "苏医保发〔2025〕26号" in answer


def test_a_year_that_is_supposed_is_answered_by_which_year_counts() -> None:
    talk = Talk(today=date(2025, 11, 20)).knowing(JIANGSU, birth_date="2025-11-10")
    talk.hears(heard("ask_payment_period"))
    answer = talk.hears(heard("follow", says=(years("asked_year", 2025, polarity="ask"),), text="光交今年的中不"))
    assert "两年都要交" in answer


def test_who_introduces_themselves_is_asked_what_they_want() -> None:
    assert Talk().hears(heard("inform", text="我是班主任")).startswith(words("what_now"))


def test_what_holds_for_several_children_alike_is_told_once() -> None:
    talk = Talk(today=date(2023, 11, 20)).knowing(HEILONGJIANG)
    says = (word("category", "孤儿"), word("category", "低保对象"))
    answer = talk.hears(heard("ask_subsidy", says=says, text="一个孤儿两个低保，怎么报"))
    assert answer.count("由学校、幼儿园收集") <= 1


def test_a_wait_counted_from_the_payment_is_not_the_same_for_a_whole_month() -> None:
    talk = Talk(today=date(2024, 1, 15)).knowing(HEILONGJIANG, stage="小学")
    talk.hears(heard("ask_coverage_start"))
    answer = talk.hears(heard("follow", says=(month("2024-03"),), text="那要是三月份交呢"))
    assert "都一样" not in answer
    assert "结果不一样" in answer


@given(
    label=st.sampled_from(["request_human", "queue_status", "distress", "complain"]),
    sure=st.floats(0.01, 1.0),
    queue=st.sampled_from([None, "waiting"]),
    tapped=st.booleans(),
    before=st.sampled_from(["nothing", "an answer", "an enrollment"]),
)
@settings(max_examples=60, deadline=None)
def test_who_wants_a_person_is_handed_over_or_told_a_number(
    label: str, sure: float, queue: str | None, tapped: bool, before: str
) -> None:
    talk = newborn() if before == "an answer" else Talk()
    if before == "an enrollment":
        talk.says(heard("start_enrollment"))
    talk.queue = queue
    replies = talk.says(heard(label, sure=sure), Choice(label, {}) if tapped else None)
    numbers = (default().hotline, default().emergency)
    assert any(reply.handover or any(number in reply.text() for number in numbers) for reply in replies)


def test_how_to_enroll_goes_with_the_child_that_is_named() -> None:
    """After both were answered: the baby is no pupil, and the pupil no newborn."""
    talk = Talk().knowing(JIANGSU, child="小的", birth_date="2025-07-01").knowing(JIANGSU, child="大的", stage="小学")
    talk.says(heard("ask_student_enrollment", says=(word("about", "大的"),)))
    talk.says(heard("follow", says=(word("about", "小的"),), text="先说小的"))
    assert talk.state.standing is not None
    assert talk.state.standing.intent == "ask_newborn_enrollment"
    talk.says(heard("follow", says=(word("about", "大的"),), text="大的呢"))
    assert talk.state.standing.intent == "ask_student_enrollment"


def test_a_year_that_is_asked_about_was_not_paid() -> None:
    talk = newborn()
    talk.says(heard("ask_payment_period"))
    asked = years("asked_year", 2026, polarity="ask")
    talk.says(heard("follow", says=(asked,), text="只交明年的行不行", notes={"next_year_only": True}))
    assert "paid_years" not in talk.state.facts


def test_what_is_given_up_for_another_place_is_no_goodbye() -> None:
    talk = Talk().knowing(SUZHOU)
    talk.says(heard("ask_premium"))
    said = talk.hears(heard("stop", says=(place("insured", NANJING),), text="算了还是南京"))
    assert "按江苏省南京市" in said
    assert talk.state.standing is not None
    assert (talk.state.standing.intent, talk.state.standing.region) == ("ask_premium", NANJING)


def test_a_denial_that_says_what_is_right_is_not_asked_what_is() -> None:
    talk = Talk().knowing(SUZHOU, birth_date="2025-03-02")
    said = talk.hears(heard("deny", says=(day("birth", "2025-03-20", corrects=True),), text="不对 生日是3月20"))
    assert "哪里不对" not in said
    assert "2025年3月20日" in said
    assert talk.state.facts["birth_date"] == "2025-03-20"


@pytest.mark.parametrize("text", ["学校让11月前交是啥意思", "老师说的那个啥意思"])
def test_one_word_of_another_question_is_not_that_question_in_plain_words(text: str) -> None:
    talk = Talk().knowing(SUZHOU)
    talk.says(heard("ask_premium"))
    talk.says(heard("plainer", text=text))
    assert talk.state.standing is not None
    assert talk.state.standing.intent == "ask_premium"


@pytest.mark.parametrize("label", ["stop", "goodbye", "follow"])
def test_back_from_another_place_is_home_again(label: str) -> None:
    talk = Talk().knowing(SUZHOU)
    talk.says(heard("ask_premium"))
    talk.says(heard("follow", says=(place("elsewhere", HARBIN),), text="那哈尔滨呢"))
    assert talk.state.standing is not None
    assert talk.state.standing.elsewhere
    talk.says(heard(label, says=(place("insured", SUZHOU),), text="算了 还是说苏州"))
    assert (talk.state.standing.intent, talk.state.standing.region) == ("ask_premium", SUZHOU)
    assert not talk.state.standing.elsewhere
    talk.says(heard("follow", text="那呢"))
    assert talk.state.standing.region == SUZHOU


@pytest.mark.parametrize("text", ["你们电话多少", "打哪个号码", "有座机没得"])
def test_a_number_that_is_asked_for_is_told_and_nobody_called(text: str) -> None:
    (reply,) = newborn().says(heard("request_human", text=text))
    assert not reply.handover
    assert "12393" in reply.text()


@pytest.mark.parametrize("text", ["转人工", "帮我转电话给工作人员", "有人吗，给我回个电话", "找个人跟我说"])
def test_somebody_who_is_asked_for_is_called(text: str) -> None:
    (reply,) = newborn().says(heard("request_human", text=text))
    assert reply.handover


def test_the_next_caller_alone_calls_nobody_and_leaves_nothing_of_the_one_before() -> None:
    talk = newborn()
    (reply,) = talk.says(heard("request_human", text="转下一位", notes={"next_caller": True}))
    assert not reply.handover
    assert (talk.state.region, talk.state.children, talk.state.standing) == (None, {}, None)


def test_the_day_money_left_the_account_is_not_the_day_it_came() -> None:
    talk = Talk().knowing(JIANGSU, birth_date="2025-06-08", paid_date="2025-07-02")
    talk.says(heard("follow", says=(day("paid", "2025-06-29"),), text="她又说扣款是6.29"))
    assert talk.state.facts["paid_date"] == "2025-07-02"
    talk.says(heard("follow", says=(day("paid", "2025-06-30"),), text="看错了，6月30就到账了"))
    assert talk.state.facts["paid_date"] == "2025-06-30"


def test_the_only_place_ever_named_goes_on_into_the_next_question_and_is_said() -> None:
    talk = Talk()
    talk.says(heard("ask_newborn_enrollment", says=(place("elsewhere", SUZHOU),), text="阿拉囡囡苏州额，先办来赛伐"))
    said = talk.hears(heard("ask_payment_period", text="啥辰光截止"))
    assert said.startswith("还按江苏省苏州市说")
    assert talk.state.region is None
    assert "苏医保发〔2025〕26号" in said


def test_a_neighbours_place_does_not_go_on() -> None:
    talk = Talk()
    neighbour = Mention("stranger", "stranger", "邻居", "邻居", owner="他人")
    talk.says(heard("ask_premium", says=(neighbour, place("elsewhere", SUZHOU, owner="他人")), text="邻居在苏州交四百"))
    talk.says(heard("ask_payment_period", text="那我什么时候交", notes={"own_child": True}))
    assert talk.state.standing is not None
    assert talk.state.standing.region != SUZHOU


def test_where_the_answer_is_for_is_said_beside_what_was_told() -> None:
    talk = Talk()
    talk.says(heard("ask_premium", says=(place("elsewhere", SUZHOU),), text="苏州额，几钿"))
    said = talk.hears(heard("ask_payment_period", says=(day("birth", "2025-07-01"),), text="7月1号生的最晚哪天"))
    assert said.startswith("还按江苏省苏州市说")
    assert "2025年7月1日" in said
