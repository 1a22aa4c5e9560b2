"""What others say of elsewhere moves nobody; a birthday without a year is of the age told; months, last days."""

from datetime import date

import pytest

from dialogue.reading import Mention
from dialogue.state import DialogueState, Standing
from tests.dialogue.builders import NANJING, SUZHOU, Talk, day, heard, place, word, years

TODAY = date(2025, 11, 28)
PERIOD, STARTS, NONLOCAL, CAP = (
    "ask_payment_period", "ask_coverage_start", "ask_nonlocal_enrollment", "ask_critical_illness_cap",
)  # fmt: skip
BEIJING, JIANGXI = "110000", "360000"


def at(region: str = SUZHOU, **facts: str) -> Talk:
    return Talk(today=TODAY, state=DialogueState(region=region, children={"": facts} if facts else {}))


@pytest.mark.parametrize(
    "text",
    [
        "我婆婆讲江西娘家那头三月都行",
        "我妈说江西老家那边过年还收",
        "我妈讲老家江西那边一年内都行",
        "听同事讲江西这会儿才开始",
        "群里说江西明年二月才截止",
    ],
)
def test_what_others_say_of_elsewhere_moves_nobody(text: str) -> None:
    chat = at()
    chat.hears(heard(PERIOD, text="几号截止"))
    there = place("insured", JIANGXI, start=text.index("江西"), end=text.index("江西") + 2, confidence=0.95)
    said = chat.hears(heard("challenge", says=(there,), text=text))
    assert chat.state.region == SUZHOU
    assert chat.state.standing is not None
    assert chat.state.standing.region == SUZHOU
    assert "苏州" in said


def test_another_province_heard_by_half_is_asked_about() -> None:
    chat = at()
    chat.hears(heard(PERIOD, text="几号截止"))
    chat.hears(heard("inform", says=(place("insured", JIANGXI, confidence=0.6),), text="江西"))
    assert chat.state.region == SUZHOU


@pytest.mark.parametrize(("confidence", "text"), [(0.95, "我们搬到江西了"), (0.95, "我是江西的")])
def test_a_family_that_says_where_it_is_is_there(confidence: float, text: str) -> None:
    chat = at()
    chat.hears(heard("inform", says=(place("insured", JIANGXI, confidence=confidence),), text=text))
    assert chat.state.region == JIANGXI


def test_where_somebody_quoted_lives_is_not_where_another_relatives_child_is() -> None:
    chat = at()
    chat.hears(heard(PERIOD, text="几号截止"))
    quoted = (place("elsewhere", BEIJING, owner="他人"), word("stranger", "她表姐"))
    chat.hears(heard("challenge", says=quoted, text="北京她表姐说一月就没了，真的假的"))
    mine = (word("stranger", "我妯娌"), word("category", "孤儿", owner="他人"))
    said = chat.hears(heard("ask_subsidy", says=mine, text="我妯娌家的孩子是孤儿，跟着我过，他要交吗"))
    assert "北京" not in said
    assert chat.state.standing is not None
    assert chat.state.standing.region == SUZHOU


def test_a_birthday_without_its_year_is_of_the_age_that_was_told() -> None:
    chat = at()
    chat.hears(heard(PERIOD, says=(word("age", {"months": 72, "stage": None}),), text="孩子6岁"))
    assert chat.state.ages == {"": 6}
    options = ("2023-10-08", "2024-10-08", "2025-10-08")
    chat.hears(heard("inform", says=(day("birth", "2025-10-08", options=options),), text="他生日10月8号"))
    assert chat.state.facts["birth_date"] == "2019-10-08"


def test_the_birthday_of_an_older_child_opens_no_newborns_question() -> None:
    chat = at()
    chat.hears(heard(PERIOD, says=(word("age", {"months": 72, "stage": None}),), text="孩子6岁，什么时候交"))
    options = ("2023-10-08", "2024-10-08", "2025-10-08")
    said = chat.hears(heard("inform", says=(day("birth", "2025-10-08", options=options),), text="他生日10月8号"))
    assert "2025年12月31日" in said
    assert "2020年" not in said


@pytest.mark.parametrize("text", ["还有个孙女10月8号生的", "老二生日是10月8号", "10月8号生的"])
def test_a_birthday_of_a_child_whose_age_nobody_told_is_the_last_one(text: str) -> None:
    chat = at()
    chat.hears(heard(PERIOD, says=(word("age", {"months": 72, "stage": None}),), text="孩子6岁"))
    options = ("2023-10-08", "2024-10-08", "2025-10-08")
    chat.hears(heard("inform", says=(day("birth", "2025-10-08", options=options),), text=text))
    assert chat.state.facts["birth_date"] == "2025-10-08"


def test_a_birthday_with_its_year_is_what_it_says() -> None:
    chat = at()
    chat.hears(heard(PERIOD, says=(word("age", {"months": 72, "stage": None}),), text="孩子6岁"))
    chat.hears(heard("inform", says=(day("birth", "2025-10-08"),), text="小的2025年10月8号生"))
    assert chat.state.facts["birth_date"] == "2025-10-08"


def test_a_doubt_leaves_what_was_supposed() -> None:
    chat = at(birth_date="2025-10-01")
    chat.hears(heard(STARTS, says=(day("paid", "2025-12-10", polarity="supp"),), text="12月10号交几号能用"))
    chat.hears(heard("challenge", says=(day("visit", "2025-12-20"),), text="20号看病呢，你确定"))
    assert chat.state.standing is not None
    assert chat.state.standing.supposed["paid_date"] == "2025-12-10"


def test_of_a_month_that_is_cut_by_the_limit_each_part_is_told() -> None:
    chat = at(birth_date="2025-09-15")
    chat.hears(heard(STARTS, text="几号能用"))
    month = Mention("month", "paid", "2025-12", "12月", polarity="supp")
    said = chat.hears(heard("follow", says=(month,), text="要是12月交呢"))
    assert "12月1日到" in said
    assert "12月14日" in said
    assert "到31日到账的：" in said


@pytest.mark.parametrize("text", ["最后那天再讲一遍", "俺孩子末了那天 重说一下", "末日复述", "截止日再报一遍"])
def test_a_last_day_repeated_is_the_limit_whatever_was_answered_between(text: str) -> None:
    chat = at(birth_date="2025-10-01")
    chat.hears(heard(PERIOD, text="几号前交"))
    chat.hears(heard("ask_subsidy", text="低保有优惠吗"))
    said = chat.hears(heard("repeat", text=text))
    assert "2025年12月29日" in said


def test_a_limit_repeated_where_none_was_told_is_of_the_answer_that_stands() -> None:
    chat = at()
    chat.hears(heard("ask_refund", text="退费最晚什么时候"))
    chat.hears(heard("repeat", text="截止日期再说一遍"))
    assert chat.state.standing is not None
    assert chat.state.standing.intent == "ask_refund"


@pytest.mark.parametrize(
    ("text", "intent"), [("那50万是哪天开始的规矩", CAP), ("这个500000从哪年起的", CAP), ("那是从哪天开始的", STARTS)]
)
def test_a_sum_names_the_answer_it_stands_in(text: str, intent: str) -> None:
    chat = at(NANJING, birth_date="2025-10-01")
    chat.hears(heard(CAP, text="大病封顶多少"))
    chat.hears(heard(STARTS, text="几号能用"))
    chat.hears(heard("about_validity", text=text))
    assert chat.state.standing is not None
    assert chat.state.standing.intent == intent


def test_paid_elsewhere_already_is_twice() -> None:
    chat = at()
    chat.hears(heard(NONLOCAL, text="外地孩子能在这交吗"))
    paid = years("paid_years", 2026)
    chat.hears(heard("inform", says=(place("former", "411400"), paid), text="爸妈在老家已经给他交了26年的"))
    assert chat.state.standing is not None
    assert chat.state.standing.intent == "ask_duplicate_enrollment"


def test_who_only_wants_to_ask_starts_nothing() -> None:
    chat = Talk(today=TODAY, state=DialogueState())
    chat.hears(heard("start_enrollment", says=(place("insured", SUZHOU),), text="想问下宝宝医保，苏州的", sure=0.5))
    assert chat.state.form is None
    chat.hears(heard("start_enrollment", text="想问下能帮我报名吗，帮我办", sure=0.95))
    assert chat.state.form is not None


def test_a_value_that_is_a_word_is_no_day_to_judge_by() -> None:
    chat = Talk(today=TODAY, state=DialogueState(region=SUZHOU, standing=Standing("ask_waiting_period", "", SUZHOU)))
    said = (day("visit", "2025-12-20"),)
    chat.hears(heard("inform", says=(word("category", "低保对象"),), text="刚评上低保", notes={"new_assistance": True}))
    assert chat.hears(heard("follow", says=said, text="12月20号去看病呢"))


@pytest.mark.parametrize(
    "text",
    [
        "我妈说江西老家那边12月底就不收了，你们到几号",
        "同事说江西那边一月才截止，我们几号截止",
        "我妈讲江西那边不收钱，我家要收多少",
    ],
)
def test_what_is_asked_behind_hearsay_is_of_here(text: str) -> None:
    chat = at()
    chat.hears(heard(PERIOD, text="几号截止"))
    chat.hears(heard(PERIOD, says=(there(text),), text=text))
    assert chat.state.standing is not None
    assert chat.state.standing.region == SUZHOU


@pytest.mark.parametrize(
    "text",
    ["应该说江西", "忘了跟你说宝宝江西参保", "我老公说我们回江西交", "他爸说宝宝在江西办", "我们家已经搬江西去住了"],
)
def test_what_is_said_of_ones_own_place_is_no_hearsay(text: str) -> None:
    chat = at()
    chat.hears(heard(PERIOD, text="几号截止"))
    confidence = 0.6 if "搬" in text else 0.95
    chat.hears(heard("inform", says=(there(text, confidence),), text=text))
    assert chat.state.region == JIANGXI


@pytest.mark.parametrize(
    "text", ["我婆婆在江西给孩子交了说不用再交", "隔壁说江西能到2月28，我就在江西", "他奶奶说回江西生二胎"]
)
def test_what_is_told_of_ones_own_child_is_no_mere_hearsay(text: str) -> None:
    chat = at()
    chat.hears(heard(PERIOD, text="几号截止"))
    told = Mention("place", "elsewhere", [JIANGXI], "江西", text.index("江西"), text.index("江西") + 2)
    assert "用不上" not in chat.hears(heard("inform", says=(told,), text=text))


def there(text: str, confidence: float = 0.95) -> Mention:
    start = text.index("江西")
    return place("insured", JIANGXI, start=start, end=start + 2, confidence=confidence)


@pytest.mark.parametrize(
    ("text", "years", "age"),
    [
        ("爸爸35岁，宝宝生日10月8号", 35, "35岁"), ("我32岁，宝宝生日10月8号", 12, "32岁"),
        ("我家有个6岁的，还有个10月8号出生的", 6, "6岁"), ("儿子8岁，又添了个女儿，10月8号生日", 8, "8岁"),
        ("孩子马上满1岁，10月8号生日", 1, "满1岁"), ("宝宝明年1岁，10月8号生日", 1, "1岁"),
        ("孩子虚岁2岁，10月8号生日", 2, "2岁"),
        ("10月8号生日，6岁上小学前都能报吗", 6, "6岁"), ("孩子不到1岁，10月8号生的", 1, "1岁"),
    ],
)  # fmt: skip
def test_an_age_that_is_not_this_childs_or_not_reached_places_no_birthday(text: str, years: int, age: str) -> None:
    start = text.index(age)
    old = Mention("age", "age", {"months": years * 12, "stage": None}, age, start, start + len(age))
    options = ("2023-10-08", "2024-10-08", "2025-10-08")
    chat = at()
    chat.hears(heard(PERIOD, says=(old, day("birth", "2025-10-08", options=options)), text=text))
    assert chat.state.facts["birth_date"] == "2025-10-08"


@pytest.mark.parametrize("text", ["刚出生的女儿，生日10月8号", "女儿的生日是10月8号"])
def test_an_age_told_of_one_child_is_not_anothers(text: str) -> None:
    chat = at()
    chat.hears(heard(PERIOD, says=(word("age", {"months": 96, "stage": None}),), text="儿子8岁"))
    options = ("2023-10-08", "2024-10-08", "2025-10-08")
    chat.hears(heard(PERIOD, says=(day("birth", "2025-10-08", options=options),), text=text))
    assert chat.state.facts["birth_date"] == "2025-10-08"


@pytest.mark.parametrize(
    ("text", "paid"), [("河南那边24年25年都交过，26年还没交", (2024, 2025)), ("在河南交过2024年的", (2024,))]
)
def test_years_paid_elsewhere_before_are_no_second_enrollment(text: str, paid: tuple[int, ...]) -> None:
    chat = at()
    chat.hears(heard(NONLOCAL, text="河南户口能在苏州参保吗"))
    chat.hears(heard("inform", says=(place("former", "410000"), years("paid_years", *paid)), text=text))
    assert chat.state.standing is not None
    assert chat.state.standing.intent == NONLOCAL


def test_after_a_day_is_the_day_behind_it() -> None:
    chat = at(birth_date="2025-10-01")
    chat.hears(heard(STARTS, text="几号能用"))
    text = "要是过了12月30号呢"
    said = Mention("day", "paid", "2025-12-30", "12月30号", 4, 10, polarity="supp")
    chat.hears(heard("follow", says=(said,), text=text))
    assert chat.state.standing is not None
    assert chat.state.standing.supposed["paid_date"] == "2025-12-31"


def test_where_a_teacher_teaches_is_where_every_pupil_is() -> None:
    chat = Talk(today=TODAY, state=DialogueState())
    first = (place("school", SUZHOU), word("about", "王同学"), place("household", "340000"))
    chat.hears(heard(NONLOCAL, says=first, text="我是苏州幼儿园老师 王同学户口安徽 能在这边交吗"))
    chat.hears(heard("ask_enrollment_materials", says=(word("about", "李同学"),), text="李同学要带什么"))
    assert chat.state.standing is not None
    assert (chat.state.standing.child, chat.state.standing.region) == ("李同学", SUZHOU)


@pytest.mark.parametrize(
    ("text", "told"),
    [("要交两年的钱？", False), ("两年一起交行不", False), ("两年的都交了", True), ("两年一起交过了", True)],
)
def test_two_years_asked_about_are_not_paid(text: str, told: bool) -> None:
    chat = at(birth_date="2025-10-01")
    chat.hears(heard("ask_benefit_year", text=text, notes={"both_years": True}))
    assert ("paid_years" in chat.state.facts) is told


def test_a_newborn_that_is_paid_for_within_the_limit_has_missed_nothing() -> None:
    chat = at(birth_date="2025-10-01")
    chat.hears(heard("ask_late_payment", text="错过时间怎么补"))
    said = chat.hears(heard("follow", says=(day("paid", "2025-12-10", polarity="supp"),), text="12月10号交呢"))
    assert "还没错过" in said
    assert "3个月" not in said


def test_a_day_of_going_home_after_the_account_is_a_day_of_paying() -> None:
    chat = at(birth_date="2025-10-01")
    chat.hears(heard("ask_family_account_payment", text="用我卡里的钱行不"))
    text = "我要是元旦才回去办呢"
    said = Mention("day", "asked", "2026-01-01", "元旦", 3, 5, polarity="supp")
    reply = chat.hears(heard("follow", says=(said,), text=text))
    assert "看病" not in reply
    assert "2026年1月1日" in reply


def test_a_birthday_put_right_after_a_day_of_care_is_the_birthday() -> None:
    chat = at(birth_date="2025-09-30")
    chat.hears(heard("ask_birth_expense", says=(day("visit", "2025-10-15"),), text="10月15住过院，能报吗"))
    chat.hears(heard("deny", says=(day("birth", "2025-09-20", corrects=True),), text="不对不对，他爸说是9月20"))
    assert chat.state.facts["birth_date"] == "2025-09-20"


@pytest.mark.parametrize("text", ["我们两口子都交了居民医保", "我自己没参保，老公有职工医保"])
def test_what_parents_have_is_no_question_of_its_own(text: str) -> None:
    chat = at(birth_date="2025-10-01")
    chat.hears(heard("ask_premium", text="宝宝要交多少"))
    chat.hears(heard("ask_duplicate_enrollment", text=text, sure=0.6))
    assert chat.state.standing is not None
    assert chat.state.standing.intent == "ask_premium"
    chat.hears(heard("ask_family_account_payment", text=f"{text}能刷不", sure=0.6))
    assert chat.state.standing is not None
    assert chat.state.standing.intent == "ask_family_account_payment"


def test_a_doubt_about_how_long_hears_how_long() -> None:
    chat = at()
    chat.hears(heard("ask_newborn_enrollment", text="宝宝医保咋办"))
    assert "90天内" in chat.hears(heard("challenge", text="我婆婆说必须三十天内办，真的假的"))


def test_a_newborn_paid_for_another_year_alone_is_not_told_that_nothing_is_missed() -> None:
    chat = at(birth_date="2025-09-05", paid_date="2025-11-10")
    chat.hears(heard("inform", says=(years("paid_years", 2026),), text="交的26年的"))
    assert "没有等待期，从出生当天" not in chat.hears(heard("ask_late_payment", text="错过了咋补"))


def test_a_caller_by_number_is_another_family_and_is_found_again() -> None:
    chat = Talk(today=TODAY, state=DialogueState())
    first = (place("insured", SUZHOU), day("birth", "2025-10-01"), place("household", "340000"))
    chat.hears(heard(PERIOD, says=first, text="来电1 苏州 户口安徽 婴251001 问截止", notes={"caller": "1"}))
    twins = {"caller": "2", "unwritten": "双胞胎"}
    said = chat.hears(heard("ask_premium", text="来电2 双胞胎 问多少钱", notes=twins))
    assert (chat.state.region, dict(chat.state.children), chat.state.family) == (None, {}, {})
    assert "苏州" not in said
    chat.hears(heard("inform", says=(day("birth", "2025-10-11", corrects=True),), text="来电1 更正 251011",
                     notes={"caller": "1"}))  # fmt: skip
    assert (chat.state.region, chat.state.facts["birth_date"]) == (SUZHOU, "2025-10-11")
    assert chat.state.standing is not None
    assert chat.state.standing.intent == PERIOD
    assert not chat.state.twins


def test_no_more_callers_wait_than_are_kept() -> None:
    state = DialogueState()
    for number in range(1, 13):
        state = state.of_caller(f"{number}")
        state = state.with_facts("", birth_date="2025-10-01")
    assert state.caller == "12"
    assert list(state.callers) == [str(number) for number in range(4, 12)]
    assert DialogueState.from_json(state.as_json()) == state
