"""What keeps a conversation right: several children, several questions, suppositions, refusals, memory on request."""

from actions.memory import Memory

from actions import answering, remembering, services
from tests.actions.builders import TODAY, memory, turn


def test_facts_are_kept_child_by_child() -> None:
    now = memory().hear(turn("老大上小学，小的10月20号生", child="大的", stage="小学"))
    now = now.hear(turn("小的10月20号生", child="小的", birth_date="2026-10-20"))
    assert (now.child, now.facts) == ("小的", {"birth_date": "2026-10-20"})
    assert now.others == {"大的": {"stage": "小学"}}
    back = now.hear(turn("大的呢", child="大的"))
    assert back.facts == {"stage": "小学"}


def test_a_baby_told_of_before_is_the_small_one_and_family_facts_are_shared() -> None:
    now = memory(birth_date="2026-10-20", category="低保对象").hear(turn("大的那个上小学", child="大的", stage="小学"))
    assert now.others == {"小的": {"birth_date": "2026-10-20"}}
    assert now.facts == {"category": "低保对象", "stage": "小学"}
    same = memory(birth_date="2026-10-20").hear(turn("小的没上户口", child="小的"))
    assert (same.child, same.facts, same.others) == ("小的", {"birth_date": "2026-10-20"}, None)


def test_one_question_about_two_children_is_answered_for_each() -> None:
    said = turn("老大上小学，小的10月20号出生，什么时候交", "ask_payment_period")
    entities = [("child", "大的"), ("stage", "小学"), ("child", "小的"), ("birth_date", "2026-10-20")]
    heard = type(said)(**{**vars(said), "said": tuple({"entity": n, "value": v} for n, v in entities)})
    now, replies = answering.on_question(heard, memory())
    assert [reply["text"].split("：")[0] for reply in replies] == ["大的", "小的"]
    assert replies[1]["answer"]["values"]["deadline_safe"] == "2027-01-17"
    assert now.question == "ask_payment_period"


def test_two_questions_are_answered_in_their_order() -> None:
    asked = turn("要交多少钱，在哪里交", "ask_premium", questions=["ask_premium", "ask_payment_channel"])
    now, replies = answering.on_question(asked, memory())
    assert [reply["answer"]["intent"] for reply in replies] == ["ask_premium", "ask_payment_channel"]
    assert now.question == "ask_payment_channel"
    assert replies[0]["options"] == []


def test_a_supposition_is_answered_and_not_kept() -> None:
    standing, _ = answering.on_question(turn("有等待期吗", "ask_waiting_period"), memory(birth_date="2026-07-10"))
    now, [reply] = answering.on_information(turn("那超过90天呢", elapsed=91), standing)
    assert reply["answer"]["status"] == "not_in_documents"
    assert reply["text"].startswith("假如出生后第91天")
    assert now == standing
    _, [inside] = answering.on_information(turn("那第30天呢", elapsed=30), standing)
    assert inside["answer"]["values"]["waiting"] == "none"


def test_what_no_document_distinguishes_is_said() -> None:
    standing, _ = answering.on_question(turn("有等待期吗", "ask_waiting_period"), memory())
    _, [reply] = answering.on_information(turn("要是双胞胎呢", unwritten="双胞胎"), standing)
    assert reply["text"].startswith("文件没有为双胞胎另写规定")
    assert reply["answer"]["intent"] == "ask_waiting_period"


def test_a_refusal_is_accepted_and_not_asked_again() -> None:
    standing, [reply] = answering.on_question(turn("从哪天能报", "ask_coverage_start"), memory())
    assert reply["answer"]["ask_for"] == ("birth_date",)
    now, [accepted] = answering.on_information(turn("不想说", "deny", declined=True), standing)
    assert "不说也没关系" in accepted["text"]
    _, [again] = answering.on_question(turn("从哪天能报", "ask_coverage_start"), now)
    assert "birth_date" not in again["answer"]["ask_for"]


def test_the_second_misunderstanding_offers_a_person() -> None:
    odd = turn("那个啥来着咋弄", "nlu_fallback")
    ranked = type(odd)(**{**vars(odd), "ranking": ("ask_premium", "ask_refund")})
    now, [first] = answering.on_unclear(ranked, memory())
    assert "您是想问" in first["text"]
    now, [second] = answering.on_unclear(ranked, now)
    assert "转人工" in second["text"]
    assert "您是想问" not in second["text"]
    answered, _ = answering.on_question(turn("有等待期吗", "ask_waiting_period"), now)
    assert answered.unclear is None


def test_what_is_known_is_shown_and_forgotten_on_request() -> None:
    now = Memory(facts={"birth_date": "2026-10-20"}, region="320000", child="小的", others={"大的": {"stage": "小学"}})
    shown = remembering.respond(turn("你记得我什么", remember="show"), now)
    assert shown is not None
    for part in ("江苏省", "2026年10月20日", "大的：", "小学"):
        assert part in shown[1][0]["text"]
    forgotten = remembering.respond(turn("忘掉", remember="forget"), now)
    assert forgotten is not None
    assert forgotten[0] == Memory(forgotten=True)
    assert forgotten[0].carried()["forgotten"]
    assert remembering.respond(turn("有等待期吗"), now) is None


def test_despair_gets_a_person_and_no_rules() -> None:
    [reply] = services.calm(turn("不想活了", "complain", distress=True))
    assert reply["handover"]
    assert reply["answer"] is None
    assert "12393" not in reply["text"]


def test_agreement_and_denial_after_an_answer_do_not_start_it_again() -> None:
    standing, _ = answering.on_question(turn("有等待期吗", "ask_waiting_period"), memory())
    for text, intent in (("好的", "affirm"), ("不用了", "deny"), ("先这样", "stop")):
        _, [reply] = answering.on_information(turn(text, intent), standing)
        assert reply["answer"] is None
    _, [asked] = answering.on_information(turn("不对", "deny"), standing)
    assert "哪里不对" in asked["text"]
    assert TODAY.year == 2026


def test_home_is_the_household_register_told_before() -> None:
    now = memory(region="320500", household_region="230000")
    assert now.hear(turn("那老家那边呢")).region == "230000"
    assert now.hear(turn("老家在河南", household_region=["410000"])).region == "320500"
    assert memory(region="320500").hear(turn("那老家那边呢")).region == "320500"
