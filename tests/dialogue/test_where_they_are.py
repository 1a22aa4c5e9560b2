"""Where a family is that tells where it is from and works, the other of two children, and years that are no payment."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dialogue.reading import Mention
from dialogue.state import DialogueState
from tests.dialogue.builders import NANJING, SUZHOU, Talk, day, heard, place, word, years

AUTUMN, SPRING = date(2025, 11, 5), date(2026, 4, 2)
PERIOD, NONLOCAL, SUBSIDY = "ask_payment_period", "ask_nonlocal_enrollment", "ask_subsidy"
HENAN, QUANZHOU, ANHUI = "410000", "350500", "340000"


def at(text: str, words: str, role: str, code: str, *, owner: str = "") -> Mention:
    start = text.index(words)
    return Mention("place", role, [code], words, start=start, end=start + len(words), owner=owner)


def years_at(text: str, words: str, role: str, *values: int, polarity: str = "asserted") -> Mention:
    start = text.index(words)
    return Mention("years", role, list(values), words, start=start, end=start + len(words), polarity=polarity)


@pytest.mark.parametrize("owner", ["", "家长"])
@pytest.mark.parametrize(
    "text",
    [
        "俺们河南嘞，在苏州工地上班，娃四岁，能搁这边交不",
        "河南的 在苏州厂里打工 小孩在这里能不能参保",
        "我们河南人，在苏州开店，娃这边能上医保吗",
    ],
)
def test_here_is_where_they_work(text: str, owner: str) -> None:
    chat = Talk(today=AUTUMN)
    told = (at(text, "河南", "insured", HENAN), at(text, "苏州", "elsewhere", SUZHOU, owner=owner))
    chat.hears(heard(NONLOCAL, says=told, text=text))
    assert chat.state.region == SUZHOU
    assert chat.state.facts.get("household_region") == HENAN


def test_home_is_where_the_question_is_of() -> None:
    chat = Talk(today=AUTUMN)
    text = "我们在河南，他爸在苏州上班，娃几号前交"
    told = (at(text, "河南", "insured", HENAN), at(text, "苏州", "elsewhere", SUZHOU, owner="家长"))
    chat.hears(heard(PERIOD, says=told, text=text))
    assert chat.state.region == HENAN


@pytest.mark.parametrize("text", ["南京的 媳妇怀了七个月 能先登记不", "想问下，南京的，娃刚上幼儿园怎么交"])
def test_who_says_first_where_they_are_is_there(text: str) -> None:
    chat = Talk(today=AUTUMN)
    chat.hears(heard("ask_enrollment_channel", says=(at(text, "南京", "elsewhere", NANJING),), text=text))
    assert chat.state.region == NANJING


@pytest.mark.parametrize(
    "text", ["邻居是南京的，她家怎么交", "我医保是南京的 能给娃交吗", "他爷爷南京人，用他的卡行吗"]
)
def test_whose_place_it_is_not_is_no_home(text: str) -> None:
    chat = Talk(today=AUTUMN)
    chat.hears(heard("ask_enrollment_channel", says=(at(text, "南京", "elsewhere", NANJING),), text=text))
    assert chat.state.region is None


def of_two() -> Talk:
    """A pupil in Nanjing, talked of, and a small one in Quanzhou."""
    children = {"小的": {"stage": "学龄前"}, "大的": {"school_region": NANJING, "stage": "小学"}}
    chat = Talk(today=AUTUMN, state=DialogueState(region=QUANZHOU, children=children, child="大的"))
    assert "10月1日" in chat.hears(heard(PERIOD, says=(word("about", "大的"),), text="大的几时缴"))
    return chat


@pytest.mark.parametrize("text", ["那另一个呢", "另外一个咧", "嗯，另一个呢", "剩下那个呢"])
def test_the_other_of_two_is_asked_for_its_own_place(text: str) -> None:
    chat = of_two()
    said = chat.hears(heard("follow", text=text))
    assert chat.state.child == "小的"
    assert "10月1日" not in said
    assert "泉州" in said


@pytest.mark.parametrize("text", ["另一个问题，能刷卡不", "另外问下"])
def test_another_question_is_no_other_child(text: str) -> None:
    chat = of_two()
    chat.hears(heard("ask_visit_settlement", text=text))
    assert chat.state.child == "大的"


def test_who_is_where_the_message_asks_about_is_talked_of() -> None:
    chat = of_two()
    text = "阿婆讲泉州那边免费"
    said = chat.hears(heard(SUBSIDY, says=(at(text, "泉州", "insured", QUANZHOU),), text=text))
    assert chat.state.child == "小的"
    assert "江苏" not in said


def test_a_place_of_neither_leaves_the_child() -> None:
    chat = of_two()
    text = "听说安徽免费"
    chat.hears(heard(SUBSIDY, says=(at(text, "安徽", "elsewhere", ANHUI),), text=text))
    assert chat.state.child == "大的"


def test_the_year_of_a_birthday_is_no_year_paid_for() -> None:
    chat = Talk(today=SPRING)
    text = "他娃二月二那天生的 今年 在潍坊"
    born = Mention("day", "birth", "2026-03-20", "二月二那天", start=2, end=7)
    told = (born, years_at(text, "今年", "asked_year", 2026), at(text, "潍坊", "insured", "370700"))
    said = chat.hears(heard("inform", says=told, text=text))
    assert "假定交的是" not in said
    assert "2026年6月17日" in said


def test_a_colleagues_newborn_told_in_full_hears_its_limit() -> None:
    chat = Talk(today=SPRING)
    who = Mention("stranger", "stranger", "", "我同事", start=1, end=4)
    told = (who, day("birth", "2026-03-03"), place("insured", "371000"))
    assert "2026年5月31日" in chat.hears(heard("inform", says=told, text="替我同事问 他娃3月3生的 在威海"))


@pytest.mark.parametrize("text", ["今年轮到交26的了 啥时候截止", "今年该交26的吧 到几号", "今年又要交26的 截止哪天"])
def test_this_year_is_when_and_the_other_what_for(text: str) -> None:
    chat = Talk(today=AUTUMN, state=DialogueState(region=SUZHOU, children={"": {"stage": "小学"}}))
    told = (years_at(text, "今年", "asked_year", 2025), years_at(text, "26", "asked_year", 2026))
    said = chat.hears(heard(PERIOD, says=told, text=text))
    assert "2025年10月1日到2025年12月31日" in said


def test_this_year_alone_is_a_benefit_year() -> None:
    chat = Talk(today=AUTUMN, state=DialogueState(region=SUZHOU, children={"": {"stage": "小学"}}))
    text = "今年该交的还能补不"
    chat.hears(heard("ask_late_payment", says=(years_at(text, "今年", "asked_year", 2025),), text=text))
    assert chat.state.standing is not None
    assert chat.state.standing.supposed.get("paid_years") == [2025]


def test_what_holds_for_both_is_told_once_behind_both() -> None:
    children = {"大的": {"birth_date": "2026-02-06"}, "小的": {"birth_date": "2026-02-06"}}
    chat = Talk(today=date(2026, 5, 3), state=DialogueState(region="371000", children=children, child="大的"))
    about = (word("about", "大的"), word("about", "小的"))
    chat.hears(heard(PERIOD, says=about, text="大的小的最晚哪天"))
    said = chat.hears(heard("follow", says=about, text="大的小的不是都有半年么"))
    assert said.count("威海2022年起：出生6个月内") == 1


@pytest.mark.parametrize("ahead", ["轮到交", "该交", "要缴", "准备交"])
def test_the_lapse_is_told_with_the_first_year_of_the_bonus(ahead: str) -> None:
    chat = Talk(today=date(2026, 12, 15), state=DialogueState(region="320300"))
    told = (years("enrolled_years", 2022, 2023, 2024, 2026), years("lapse_years", 2025))
    chat.hears(heard("inform", says=told, text="25断了 别的年份都有"))
    said = chat.hears(heard("ask_critical_illness_cap", text=f"大病封顶多少，{ahead}多少年才涨"))
    assert "497000元" in said
    assert "最早2030年开始提高" in said


def test_what_was_paid_at_the_register_moves_nobody() -> None:
    chat = Talk(today=AUTUMN, state=DialogueState(region="320400")).knowing("320400", household_region="361000")
    text = "今年抚州交了的，明年那边也在催，到底交哪边"
    chat.hears(heard("ask_duplicate_enrollment", says=(at(text, "抚州", "insured", "361000"),), text=text))
    assert chat.state.region == "320400"


def test_a_family_may_move_to_its_register() -> None:
    chat = Talk(today=AUTUMN, state=DialogueState(region="320400")).knowing("320400", household_region="361000")
    text = "我们搬到抚州了"
    chat.hears(heard("inform", says=(at(text, "抚州", "insured", "361000"),), text=text))
    assert chat.state.region == "361000"


@pytest.mark.parametrize("text", ["江苏干活的工友说 他们那儿封顶五十万 我们一样不", "河北的工头讲 交了就行 真的不"])
def test_where_a_workmate_works_is_not_home(text: str) -> None:
    words = text[:2]
    chat = Talk(today=AUTUMN, state=DialogueState(region="620500", children={"": {"stage": "小学"}}))
    chat.hears(heard(PERIOD, text="几号截止"))
    code = "320000" if words == "江苏" else "130000"
    chat.hears(heard("ask_critical_illness_cap", says=(at(text, words, "elsewhere", code),), text=text))
    assert chat.state.standing is not None
    assert chat.state.standing.region == "620500"


@pytest.mark.parametrize(
    "text", ["拿手机把俩都交了 是2027年度的", "两个娃都给交了 交的2027", "俩孩子一起交的，2027年度"]
)
def test_what_is_done_for_all_is_of_every_child(text: str) -> None:
    children = {"大的": {"birth_date": "2026-09-28"}, "小的": {"birth_date": "2026-09-28"}}
    chat = Talk(today=date(2026, 12, 20), state=DialogueState(region="321100", children=children, child="大的"))
    chat.hears(heard("inform", says=(years_at(text, "2027", "paid_years", 2027),), text=text))
    assert [chat.state.facts_of(label).get("paid_years") for label in children] == [[2027], [2027]]


def test_what_is_done_for_one_is_of_that_one() -> None:
    children = {"大的": {"birth_date": "2026-09-28"}, "小的": {"birth_date": "2026-09-28"}}
    chat = Talk(today=date(2026, 12, 20), state=DialogueState(region="321100", children=children, child="大的"))
    text = "这个交了 是2027年度的，俩娃户口都上了"
    chat.hears(heard("inform", says=(years_at(text, "2027", "paid_years", 2027),), text=text))
    assert "paid_years" not in chat.state.facts_of("小的")


def test_paid_and_born_told_in_one_breath_hears_from_when_it_holds() -> None:
    chat = Talk(today=date(2026, 12, 3))
    told = (place("insured", "320300"), day("birth", "2026-08-30"), day("paid", "2026-12-02"))
    said = chat.hears(heard("inform", says=told, text="徐州 今年8.30生 昨天才到账"))
    assert "现有文件没有写" in said
    assert "您想问什么" not in said


def test_a_child_that_came_early_counts_from_its_birth() -> None:
    chat = Talk(today=date(2025, 12, 28)).knowing(NANJING, birth_date="2025-11-18")
    told = (day("due", "2026-01-21"),)
    said = chat.hears(heard("ask_unborn_enrollment", says=told, text="预产期是1月21 90天按预产期还是按生下来"))
    assert "2026年2月15日" in said


def test_every_year_without_a_claim_is_supposed_with_the_years() -> None:
    chat = Talk(today=date(2026, 12, 3), state=DialogueState(region=SUZHOU))
    told = (years("paid_years", 2025, 2026, 2027, 2028), years("asked_year", 2029))
    said = chat.hears(
        heard(
            "ask_critical_illness_cap",
            says=told,
            text="25到28年年交 年年零报销 29年封顶",
            notes={"never_claimed": True},
        )
    )
    assert "525000" in said or "520000" in said


BOTH = "我妹家的在扬州 七月二十生 我弟家的在长沙 八月三十生 我来管"


def test_two_households_at_once_are_asked_for_one_by_one() -> None:
    chat = Talk(today=date(2026, 9, 28))
    told = (
        at(BOTH, "扬州", "elsewhere", "321000", owner="他人"), day("birth", "2026-07-20", owner="他人"),
        at(BOTH, "长沙", "elsewhere", "430100", owner="他人"), day("birth", "2026-08-30"),
    )  # fmt: skip
    assert "先说哪一家" in chat.hears(heard("inform", says=told, text=BOTH))
    assert chat.state.region is None
    assert not chat.state.children
    text = "先说扬州那个 七月二十生的 到哪天"
    one = (at(text, "扬州", "insured", "321000"), day("birth", "2026-07-20"))
    assert "2026年10月17日" in chat.hears(heard(PERIOD, says=one, text=text))


@pytest.mark.parametrize(
    "text",
    [
        "我妹家的在扬州 七月二十生 哪天截止",
        "大的扬州 七月二十生 小的长沙 八月三十生",
        "我妹家的七月二十生 我妹家在扬州",
    ],
)
def test_one_household_is_answered(text: str) -> None:
    chat = Talk(today=date(2026, 9, 28))
    told = (at(text, "扬州", "insured", "321000"), day("birth", "2026-07-20"), day("birth", "2026-08-30"))
    assert "先说哪一家" not in chat.hears(heard(PERIOD, says=told, text=text))


def test_care_in_the_others_town_turns_to_nobody() -> None:
    chat = of_two()
    text = "过年带他去泉州看病能报不"
    chat.hears(heard("ask_remote_settlement", says=(at(text, "泉州", "visited", QUANZHOU),), text=text))
    assert chat.state.child == "大的"


@pytest.mark.parametrize("intent", ["ask_waiting_period", "ask_coverage_start", "ask_visit_settlement"])
@pytest.mark.parametrize("pupil", ["王同学", "学生A", "学生2"])
def test_nobody_at_school_is_told_the_rule_of_newborns(pupil: str, intent: str) -> None:
    chat = Talk(today=date(2026, 11, 29), state=DialogueState(region="321100", children={pupil: {}}, child=pupil))
    said = chat.hears(heard(intent, says=(word("about", pupil),), text="那他要不要等"))
    assert "90天" not in said
    assert "180天" not in said


def test_a_pupil_of_any_school_is_told_of_all_schools() -> None:
    chat = Talk(today=date(2026, 11, 29), state=DialogueState(region="321100", children={"王同学": {}}, child="王同学"))
    said = chat.hears(heard("ask_student_enrollment", says=(word("about", "王同学"),), text="王同学怎么参保"))
    assert "高校" in said


@pytest.mark.parametrize(
    ("text", "stage", "there"),
    [
        ("大一新生 南京上学 老家河南", "大学", NANJING),
        ("南京念大专 家里是河南 要交多少", "高职", NANJING),
        ("大三 南京 河南人", "大学", NANJING),
        ("原籍河南，孩子在南京上小学，一年多少", "小学", NANJING),
        ("家在河南 孩子去南京念初三", "初中", HENAN),
        ("在南京上学，老家河南，老家那边多少钱", "大学", HENAN),
        ("大二在南京，要是回河南交呢", "大学", HENAN),
    ],
)
def test_where_a_student_is_from_is_not_where_it_is_insured(text: str, stage: str, there: str) -> None:
    chat = Talk(today=AUTUMN, state=DialogueState())
    supposed = "supp" if "要是" in text else "asserted"
    told = (
        at(text, "南京", "school", NANJING), word("stage", stage),
        replace(at(text, "河南", "elsewhere", HENAN), polarity=supposed),
    )  # fmt: skip
    chat.hears(heard("ask_premium", says=told, text=text))
    assert chat.state.standing is not None
    assert chat.state.standing.region == there


def _talk(**facts: Any) -> Talk:
    region = facts.pop("region", None)
    return Talk(today=date(2026, 11, 10), state=DialogueState(region=region, children={"": facts} if facts else {}))


def _said(text: str, *named: tuple[str, str, str]) -> tuple[Mention, ...]:
    """Places of a message: name, role, code."""
    return tuple(
        place(role, code, start=text.index(name), end=text.index(name) + len(name), confidence=0.95)
        for name, role, code in named
    )


def test_where_a_student_is_from_is_not_where_it_learns() -> None:
    chat, text = _talk(school_region="320100", stage="大学"), "老家河南"
    chat.hears(heard("inform", says=_said(text, ("河南", "insured", "410000")), text=text))
    assert chat.state.region is None
    assert chat.state.facts["household_region"] == "410000"
    assert "江苏" in chat.hears(heard("ask_premium", text="要交多少"))


@pytest.mark.parametrize(
    ("text", "moves"),
    [
        ("江苏能，咱山东为啥不能", False), ("江苏那哥们交四百", False), ("江苏是500吧 哪个多", False),
        ("江苏，搬过来了", True), ("我在江苏，不在山东", True),
    ],
)  # fmt: skip
def test_a_place_held_against_the_own_one_moves_nobody(text: str, moves: bool) -> None:
    chat = _talk(region="371000")
    chat.hears(heard("ask_premium", text="要交多少"))
    own = (("山东", "elsewhere", "370000"),) if "咱山东" in text else ()
    chat.hears(heard("compare" if own else "inform", says=_said(text, ("江苏", "insured", "320000"), *own), text=text))
    assert chat.state.region == ("320000" if moves else "371000")


@pytest.mark.parametrize(
    ("text", "at_home"), [("老家交了这边能用吗", True), ("老家交了吗这边", False), ("这边能用吗", False)]
)
def test_what_was_paid_at_home_is_asked_of_home(text: str, at_home: bool) -> None:
    chat = _talk(household_region="320900", school_region="310000", stage="幼儿园")
    chat.hears(heard("ask_remote_settlement", text=text))
    assert chat.state.standing is not None
    assert chat.state.standing.region == ("320900" if at_home else "310000")


@pytest.mark.parametrize(("month", "asks"), [("2026-03", False), ("2026-10", True), ("2026-08", True)])
def test_a_month_of_birth_that_is_long_over_needs_no_day(month: str, asks: bool) -> None:
    chat = _talk(region="320600")
    said = chat.hears(heard("inform", says=(day("birth", month),), text="那个月生的"))
    assert ("哪一天" in said) is asks
    assert ("期限已在2026年6月29日过去" in said) is not asks


def test_who_is_born_before_the_due_date_is_born() -> None:
    chat, text = _talk(region="320500"), "早产 5月2号生 预产期8月1"
    born = Mention("day", "birth", "2026-05-02", "5月2号", 3, 7, options=("2025-05-02", "2026-05-02", "2027-05-02"))
    due = Mention("day", "due", "2027-08-01", "8月1", 12, 15)
    said = chat.hears(heard("inform", says=(born, due), text=text))
    assert chat.state.facts["birth_date"] == "2026-05-02"
    assert "2026年7月31日过去" in said


@pytest.mark.parametrize(("text", "paid"), [("要是明天银行不到账呢", "2026-12-31"), ("要是明天到账呢", "2026-12-30")])
def test_money_that_does_not_arrive_arrives_later(text: str, paid: str) -> None:
    chat = Talk(today=date(2026, 12, 29), state=DialogueState(region="321100", children={"": {"stage": "初中"}}))
    chat.hears(heard("ask_payment_period", text="来得及吗"))
    then = Mention("day", "paid", "2026-12-30", "明天", 2, 4, "supp")
    chat.hears(heard("follow", says=(then,), text=text))
    assert chat.state.standing is not None
    assert chat.state.standing.supposed["paid_date"] == paid


def test_what_is_told_of_both_is_of_both() -> None:
    """“老大苏州 老二威海” – “都是8月10号生的”: each in the own place."""
    chat, text = Talk(today=date(2026, 9, 20), state=DialogueState()), "老大苏州 老二威海"
    named = (word("about", "大的"), word("about", "小的"))
    said = chat.hears(
        heard("inform", says=(*named, at(text, "苏州", "insured", "320500", owner="大的"),
                              at(text, "威海", "insured", "371000", owner="小的")), text=text)
    )  # fmt: skip
    assert "大的在江苏省苏州市" in said
    assert "小的在山东省威海市" in said
    text = "都是8月10号生的"
    born = Mention("day", "birth", "2026-08-10", "8月10号", 2, 7)
    said = chat.hears(heard("inform", says=(born,), text=text))
    assert {facts.get("birth_date") for facts in chat.state.children.values()} == {"2026-08-10"}
    assert "大的（在江苏省苏州市）" in said
    assert "小的（在山东省威海市）" in said


def test_a_month_of_payment_elsewhere_is_not_asked_for_its_day() -> None:
    chat = _talk(region="320581")
    there = place("elsewhere", "520000")
    said = chat.hears(heard("inform", says=(day("paid", "2026-09"), there), text="贵州那边9月份我妈刚给交了"))
    assert "哪一天" not in said


@pytest.mark.parametrize(("text", "unborn"), [("先给娃上医保行不", True), ("新生儿怎么办医保", False)])
def test_before_a_birth_it_is_asked_beforehand(text: str, unborn: bool) -> None:
    chat = _talk(region="320400", pregnancy_weeks=30)
    chat.hears(heard("ask_newborn_enrollment", text=text))
    assert chat.state.standing is not None
    assert (chat.state.standing.intent == "ask_unborn_enrollment") is unborn


@pytest.mark.parametrize(
    ("text", "label", "asked"),
    [
        ("医生叫转上海 先办什么", "next_step", "ask_remote_settlement"),
        ("报的时候听上海的还是这边的", "inform", "ask_remote_settlement"),
        ("昨天在上海住院了", "inform", "ask_premium"), ("上海转院要多少钱", "ask_benefit_level", "ask_benefit_level"),
    ],
)  # fmt: skip
def test_treatment_elsewhere_is_asked_of(text: str, label: str, asked: str) -> None:
    chat = _talk(region="321324")
    chat.hears(heard("ask_premium", text="要交多少"))
    chat.hears(heard(label, says=_said(text, ("上海", "visited", "310000")), text=text))
    assert chat.state.standing is not None
    assert chat.state.standing.intent == asked


def test_grave_news_is_met_in_words() -> None:
    chat = _talk(region="321324")
    said = chat.hears(heard("inform", says=(word("stage", "小学"),), text="上月确诊白血病", notes={"grave": True}))
    assert "先顾着孩子和自己" in said


@pytest.mark.parametrize(
    ("text", "moves"), [("我在江苏", True), ("我们家在江苏的", True), ("江苏那边呢", False), ("他姨在江苏", False)]
)
def test_who_says_where_they_are_is_there(text: str, moves: bool) -> None:
    chat = _talk(region="230000")
    chat.hears(heard("ask_commercial_insurance", text="可以不买吗"))
    chat.hears(heard("change_region", says=_said(text, ("江苏", "elsewhere", "320000")), text=text))
    assert chat.state.region == ("320000" if moves else "230000")


@pytest.mark.parametrize(("text", "of_it"), [("不买不让上学怎么办", True), ("医保必须交吗", False)])
def test_what_a_school_sells_is_no_duty(text: str, of_it: bool) -> None:
    chat = _talk(region="320600")
    chat.hears(heard("ask_commercial_insurance", text="学平险要买吗"))
    said = chat.hears(heard("ask_enrollment_duty", text=text))
    assert ("不得以任何形式强制" in said) is of_it


@pytest.mark.parametrize(("born", "kept"), [("2026-12-20", [2026, 2027]), ("2025-03-02", [2027])])
def test_the_year_of_a_birth_is_paid_for_in_january_too(born: str, kept: list[int]) -> None:
    chat = Talk(today=date(2027, 1, 5), state=DialogueState(region="320300", children={"": {"birth_date": born}}))
    said = (day("paid", "2027-01-05"), years("paid_years", 2026), years("paid_years", 2027))
    chat.hears(heard("ask_coverage_start", says=said, text="今天交了26和27年的"))
    assert chat.state.facts["paid_years"] == kept
