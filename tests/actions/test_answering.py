"""The standing question: answered at once, again with every fact, correction and region, never on a doubtful date."""

from dataclasses import replace
from datetime import date

from actions.memory import Memory

from actions import answering
from tests.actions.builders import TODAY, memory, turn


def test_without_a_region_the_nations_principle_is_told_and_the_region_asked() -> None:
    now, replies = answering.on_question(turn("没上户口能办吗", "ask_newborn_enrollment"), memory(region=None))
    assert replies[0]["answer"]["region"]["adcode"] == "100000"
    assert "哪个省市" in replies[0]["text"]
    assert [o["label"] for o in replies[0]["options"]][:3] == ["江苏", "威海", "黑龙江"]
    assert now.question == "ask_newborn_enrollment"


def test_a_region_given_later_answers_the_question_again() -> None:
    asked = replace(memory(region=None), question="ask_newborn_enrollment")
    now, replies = answering.on_information(turn("威海", "change_region", region=["371000"]), asked)
    assert now.region == "371000"
    assert replies[0]["answer"]["certainty"] == "explicit"


def test_at_most_one_question_is_asked_back() -> None:
    _, replies = answering.on_question(turn("有等待期吗", "ask_waiting_period"), memory())
    assert replies[0]["text"].count("告诉我") == 1


def test_a_bare_date_fills_what_was_asked() -> None:
    asked = replace(memory(), question="ask_waiting_period", asked="birth_date")
    now, _ = answering.on_information(turn("10月20号", date="2026-10-20"), asked)
    assert now.facts == {"birth_date": "2026-10-20"}
    then, _ = answering.on_information(turn("11月20号", date="2026-11-20"), now)
    assert then.facts["paid_date"] == "2026-11-20"


def test_a_correction_without_a_role_corrects_the_last_date() -> None:
    told = replace(
        memory(birth_date="2026-07-10", paid_date="2026-08-01"), question="ask_waiting_period", last_fact="paid_date"
    )
    now, replies = answering.on_information(turn("不对，是8月3号", "deny", date="2026-08-03"), told)
    assert now.facts["paid_date"] == "2026-08-03"
    assert replies[0]["answer"]["values"]["day_number"] == 24


def test_a_payment_before_the_corrected_birth_is_dropped_and_said() -> None:
    told = replace(memory(birth_date="2026-07-10", paid_date="2026-08-01"), question="ask_waiting_period")
    now, replies = answering.on_information(turn("是8月3号生的", birth_date="2026-08-03"), told)
    assert "paid_date" not in now.facts
    assert "早于出生" in replies[0]["text"]


def test_both_years_are_counted_from_the_birth_year() -> None:
    told = replace(memory(birth_date="2026-10-20", paid_date="2026-11-20"), question="ask_coverage_start")
    now, replies = answering.on_information(turn("两年都交了", both_years=True), told)
    assert now.facts["paid_years"] == [2026, 2027]
    assert replies[0]["answer"]["values"]["coverage_start"] == "2026-10-20"


def test_a_day_that_cannot_be_is_asked_again_and_decides_nothing() -> None:
    told = replace(memory(), question="ask_waiting_period")
    doubt = {"fact": "birth_date", "reason": "没有2月30日这一天"}
    now, replies = answering.on_information(turn("2月30号生的", doubt=doubt), told)
    assert replies[0]["answer"] is None
    assert "没有2月30日" in replies[0]["text"]
    assert now.asked == "birth_date"


def test_a_shared_place_name_is_asked_back_with_its_meanings() -> None:
    _, replies = answering.on_question(
        turn("通州能办吗", "ask_newborn_enrollment", region=["110112", "320612"]), memory(None)
    )
    assert [o["label"] for o in replies[0]["options"]] == ["北京市通州区", "江苏省南通市通州区"]


def test_a_month_asks_for_the_day() -> None:
    told = replace(memory(), question="ask_waiting_period", asked="birth_date")
    _, replies = answering.on_information(turn("七月生的", month={"fact": "birth_date", "month": "2026-07"}), told)
    assert "具体是哪一天" in replies[0]["text"]


def test_a_number_picks_what_was_offered() -> None:
    unclear = turn("那个咋整", "nlu_fallback")
    unclear = replace(unclear, ranking=("ask_premium", "ask_refund", "greet"))
    now, replies = answering.on_unclear(unclear, memory())
    assert now.offered == ["ask_premium", "ask_refund"]
    assert "1. " in replies[0]["text"]
    then, answers = answering.on_unclear(turn("2", "nlu_fallback"), now)
    assert then.question == "ask_refund"
    assert answers[0]["answer"]["intent"] == "ask_refund"


def test_memory_survives_a_new_session_and_a_forgotten_fact_is_emptied() -> None:
    told = replace(memory(birth_date="2026-10-20"), question="ask_waiting_period")
    carried = Memory.load({"begun": None}, told.carried())
    assert carried == told
    slots = carried.with_facts(birth_date=None).slots()
    assert slots["birth_date"] is None
    assert slots["begun"] is True


def test_the_answer_depends_on_the_day_of_asking() -> None:
    _, before = answering.on_question(turn("多少钱", "ask_premium", date(2024, 5, 1)), memory("230000"))
    _, after = answering.on_question(turn("多少钱", "ask_premium", TODAY), memory("230000"))
    assert before[0]["answer"]["values"]["premium"] == 380
    assert "380" not in after[0]["text"]
