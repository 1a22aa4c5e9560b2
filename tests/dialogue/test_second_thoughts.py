"""What comes second in a talk: a day asked about, an open window, one's own place beside hearsay, a sum's year."""

from dataclasses import replace
from datetime import date

import pytest

from dialogue.reading import Mention
from tests.dialogue.builders import NANJING, SUZHOU, Talk, day, heard, place, word, years
from tests.dialogue.test_misread import bare

AUTUMN, WINTER = date(2026, 11, 12), date(2027, 1, 18)
PERIOD, LATE, STARTS, PREMIUM, CODE = (
    "ask_payment_period", "ask_late_payment", "ask_coverage_start", "ask_premium", "ask_medical_code",
)  # fmt: skip
WEIHAI, SHANGHAI, CHANGSHA = "371000", "310000", "430100"


def asked(text: str, mention: Mention) -> Mention:
    start = text.index(mention.text) if mention.text in text else 0
    return replace(mention, start=start, end=start + len(mention.text))


def of_day(text: str, number: int, *, role: str = "birth", polarity: str = "asserted") -> Mention:
    said = replace(bare(role, number, "2026-10-26", AUTUMN.isoformat(), polarity=polarity), text=f"{number}号")
    return asked(text, said)


@pytest.mark.parametrize("role", ["birth", "other", "asked"])
@pytest.mark.parametrize("text", ["26号之后呢", "26号行不", "那26号再去呢", "26号前交来得及吧", "26号以后", "26号成吗"])
def test_a_day_that_is_asked_about_is_no_birth(text: str, role: str) -> None:
    chat = Talk(today=AUTUMN).knowing(SUZHOU)
    chat.hears(heard(PERIOD, text="啥时候截止"))
    said = chat.hears(heard("follow", says=(of_day(text, 26, role=role),), text=text))
    assert "birth_date" not in chat.state.facts
    assert "2026年11月2" in said
    assert "出生日期" not in said.split("⏎")[0].split("\n")[0]


@pytest.mark.parametrize(
    ("text", "polarity"), [("26号生的", "asserted"), ("26号", "asserted"), ("上个月26号", "asserted")]
)  # fmt: skip
def test_a_day_that_answers_is_a_birth(text: str, polarity: str) -> None:
    chat = Talk(today=AUTUMN).knowing(SUZHOU)
    chat.hears(heard(PERIOD, text="啥时候截止"))
    chat.hears(heard("inform", says=(of_day(text, 26, polarity=polarity),), text=text))
    assert chat.state.facts["birth_date"] == "2026-10-26"


def test_of_a_child_still_to_come_a_day_asked_about_may_be_its_birth() -> None:
    chat = Talk(today=AUTUMN).knowing(SUZHOU, pregnancy_months=8)
    chat.hears(heard(PERIOD, text="啥时候截止"))
    chat.hears(heard("follow", says=(day("birth", "2026-12-20", polarity="ask"),), text="12月20号呢"))
    assert "paid_date" not in (chat.state.standing.supposed if chat.state.standing else {})


def test_a_bare_day_is_the_one_the_answer_named() -> None:
    chat = Talk(today=date(2025, 11, 20)).knowing(SHANGHAI, stage="小学")
    assert "12月25日" in chat.hears(heard(PERIOD, text="几号截止"))
    text = "25号之后才交会怎样"
    late = asked(text, replace(bare("paid", 25, "2025-11-25", "2025-11-20"), text="25号"))
    assert "2025年12月26日" in chat.hears(heard(LATE, says=(late,), text=text))


@pytest.mark.parametrize("text", ["现在还能交吗", "忘了 这会儿来得及不", "漏交了 眼下补行吗", "还能交不"])
def test_an_open_window_is_not_missed(text: str) -> None:
    chat = Talk(today=AUTUMN).knowing(NANJING, stage="小学")
    said = chat.hears(heard(LATE, text=text))
    assert "2026年12月31日" in said
    assert chat.state.standing is not None


@pytest.mark.parametrize(
    ("today", "text"),
    [(WINTER, "现在还能交吗"), (AUTUMN, "要是错过了还能补吗"), (AUTUMN, "过了集中期现在还能交吗"),
     (AUTUMN, "去年的现在还能补吗")],
)  # fmt: skip
def test_what_is_missed_or_supposed_to_be_stays_late(today: date, text: str) -> None:
    chat = Talk(today=today).knowing(NANJING, stage="小学")
    chat.hears(heard(LATE, text=text))
    assert chat.state.standing is not None
    assert chat.state.standing.intent == LATE


def test_the_one_place_a_family_tells_of_itself_is_where_it_asks() -> None:
    chat = Talk(today=AUTUMN)
    chat.hears(heard("inform", says=(place("elsewhere", NANJING),), text="孩子留在老家 老家南京"))
    assert chat.state.region == NANJING
    assert "哪个省市" not in chat.hears(heard(PERIOD, text="几时交"))


@pytest.mark.parametrize("text", ["我老家南京的", "俺是南京人 娃还小", "她爸南京人 娃还小", "就想了解下 南京"])
def test_where_somebody_is_from_is_not_where_the_child_is(text: str) -> None:
    chat = Talk(today=AUTUMN)
    chat.hears(heard("inform", says=(place("elsewhere", NANJING),), text=text))
    assert chat.state.region is None
    chat.hears(heard("inform", says=(place("school", SHANGHAI), word("stage", "小学")), text="孩子在上海念小学"))
    assert chat.state.region in (None, SHANGHAI)


def test_who_was_left_out_last_year_is_in_time_for_the_next() -> None:
    chat = Talk(today=AUTUMN).knowing(NANJING, stage="小学")
    said = chat.hears(heard(LATE, says=(years("lapse_years", 2025),), text="去年没交 今年还能交吗"))
    assert "2026年12月31日" in said.split("错过")[0]


def test_what_a_sister_tells_of_her_town_moves_nobody() -> None:
    text = "我姐在威海说能代办 我是苏州的"
    theirs = replace(place("elsewhere", WEIHAI, owner="他人"), text="威海", start=3, end=5)
    ours = replace(place("insured", SUZHOU), text="苏州", start=13, end=15)
    chat = Talk(today=AUTUMN)
    chat.hears(heard("ask_proxy_enrollment", says=(theirs, ours), text=text))
    said = chat.hears(heard("ask_proxy_enrollment", says=(word("proxy", "奶奶"),), text="奶奶能用那个办不"))
    assert chat.state.region == SUZHOU
    assert "威海" not in said


def test_a_sum_of_this_year_is_not_told_for_the_one_that_is_collected() -> None:
    chat = Talk(today=AUTUMN).knowing(SHANGHAI, stage="小学")
    said = chat.hears(heard(PREMIUM, text="交多少"))
    assert "这是2026年度的" in said
    assert "2027年度的还没有收录" in said
    said = chat.hears(heard("ask_benefit_year", says=(years("asked_year", 2027),), text="是2027的吗"))
    assert "还没有收录" in said
    spring = Talk(today=date(2026, 5, 12)).knowing(SHANGHAI, stage="小学")
    assert "还没有收录" not in spring.hears(heard(PREMIUM, text="交多少"))


@pytest.mark.parametrize("text", ["光交明年的行不", "只办下一年那份呢", "单交27的成不"])
def test_next_years_alone_is_asked_of_a_newborn_whatever_was_answered(text: str) -> None:
    chat = Talk(today=date(2026, 10, 20)).knowing(NANJING, birth_date="2026-10-08")
    chat.hears(heard(CODE, text="码怎么领"))
    said = chat.hears(heard("follow", says=(years("asked_year", 2027),), text=text))
    assert "2027年1月1日" in said


@pytest.mark.parametrize(
    ("label", "text", "facts", "meant"),
    [
        ("ask_college_enrollment", "在哪里参保", {"stage": "学龄前"}, "ask_enrollment_channel"),
        ("ask_college_enrollment", "在哪里参保", {"stage": "大学"}, "ask_college_enrollment"),
        ("ask_college_enrollment", "大学在哪参保", {}, "ask_college_enrollment"),
        ("ask_benefit_level", "能报不", {"birth_date": "2026-11-02"}, STARTS),
        ("ask_benefit_level", "能报多少", {"birth_date": "2026-11-02"}, "ask_benefit_level"),
        ("ask_benefit_level", "能报不", {"stage": "小学"}, "ask_benefit_level"),
        ("ask_subsidy", "要不要交钱", {"birth_date": "2026-11-02"}, PREMIUM),
        ("ask_subsidy", "低保免费不", {"birth_date": "2026-11-02", "category": "低保"}, "ask_subsidy"),
        ("ask_payment_channel", "还要给他交钱不", {"birth_date": "2026-11-02"}, PREMIUM),
        ("ask_missing_documents", "居住证到期了咋办", {"stage": "小学"}, "ask_nonlocal_enrollment"),
        ("ask_missing_documents", "户口簿在前夫那要不来", {"stage": "小学"}, "ask_enrollment_materials"),
        ("ask_missing_documents", "出生证和户口本都没了", {"stage": "小学"}, "ask_missing_documents"),
        (PERIOD, "几号前交", {"transition": "毕业", "stage": "大学"}, "ask_status_change"),
        (PERIOD, "几号前交", {"stage": "大学"}, PERIOD),
        ("ask_birth_expense", "刚出院 没参保 能报吗", {"stage": "初中"}, STARTS),
        ("ask_birth_expense", "刚出院 没参保 能报吗", {"birth_date": "2026-11-02"}, "ask_birth_expense"),
    ],
)  # fmt: skip
def test_which_question_is_meant_by_how_things_stand(label: str, text: str, facts: dict[str, str], meant: str) -> None:
    chat = Talk(today=AUTUMN).knowing(CHANGSHA if meant == PREMIUM else NANJING, **facts)
    chat.hears(heard(label, text=text))
    assert chat.state.standing is not None
    assert chat.state.standing.intent == meant


@pytest.mark.parametrize(("label", "text"), [(PERIOD, "90天是怎么数的"), ("press", "超了几天啊"), (PERIOD, "还剩几天")])
def test_the_way_of_counting_is_told(label: str, text: str) -> None:
    chat = Talk(today=AUTUMN).knowing(NANJING, birth_date="2026-08-10")
    chat.hears(heard(PERIOD, text="最晚哪天"))
    said = chat.hears(heard(label, text=text))
    assert "怎么算的" in said
    assert "第94天" in said
    assert "通融" not in said


def test_of_a_newborn_nobody_enrolled_a_bill_turns_on_its_days() -> None:
    chat = Talk(today=date(2026, 1, 22))
    chat.hears(heard("ask_benefit_level", text="出院结账六千多 全自费"))
    says = (place("insured", NANJING), day("birth", "2025-11-28"))
    said = chat.hears(heard("inform", says=says, text="南京 11月28生 没来得及办"))
    assert "2026年2月25日" in said


@pytest.mark.parametrize(("text", "same"), [("急诊呢", True), ("那急诊怎么说", True), ("门诊慢病呢", False)])
def test_a_word_of_the_answer_is_about_the_answer(text: str, same: bool) -> None:
    chat = Talk(today=AUTUMN).knowing(NANJING, stage="小学")
    chat.hears(heard("ask_remote_settlement", text="在外地要备案不"))
    reading = replace(heard("follow", text=text), alone=(("ask_benefit_level", 0.7),))
    chat.hears(reading)
    assert chat.state.standing is not None
    assert (chat.state.standing.intent == "ask_remote_settlement") is same


def test_what_is_not_paid_yet_needs_no_other_fact() -> None:
    chat = Talk(today=AUTUMN)
    chat.hears(heard("greet", text="打听个事"))
    chat.hears(heard("inform", text="我家还没交呢", sure=0.38, notes={"not_yet": "paid"}))
    assert chat.state.standing is not None
    assert chat.state.standing.intent == PERIOD


def test_a_limit_told_besides_is_not_of_a_day_that_was_supposed_before() -> None:
    chat = Talk(today=AUTUMN).knowing(NANJING, birth_date="2026-11-02")
    chat.hears(heard(PERIOD, text="最晚哪天"))
    chat.hears(heard("follow", says=(day("paid", "2027-02-15", polarity="supp"),), text="要是2月15号才交呢"))
    said = chat.hears(heard("ask_newborn_enrollment", text="户口没上咋弄"))
    assert "2027年1月30日" in said
