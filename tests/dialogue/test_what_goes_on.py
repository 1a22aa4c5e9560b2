"""What goes on into the next message: a place asked about, another's child, a supposed birth; and what is over."""

from datetime import date

import pytest

from dialogue.reading import Mention, Reading
from dialogue.state import DialogueState
from tests.dialogue.builders import HARBIN, NANJING, SUZHOU, Talk, day, heard, place, word, years

AUTUMN, SPRING = date(2025, 11, 20), date(2026, 3, 10)
PERIOD, STARTS, WAIT, NONLOCAL = (
    "ask_payment_period",
    "ask_coverage_start",
    "ask_waiting_period",
    "ask_nonlocal_enrollment",
)
CAP, LEVEL, SETTLE, EXPENSE = (
    "ask_critical_illness_cap",
    "ask_benefit_level",
    "ask_visit_settlement",
    "ask_birth_expense",
)
FUYANG, HENGYANG, WEIHAI = "341200", "430400", "371000"


def at(text: str, words: str, role: str, *codes: str, **more: object) -> Mention:
    start = text.index(words)
    return Mention("place", role, list(codes), words, start=start, end=start + len(words), **more)  # type: ignore[arg-type]


def bare(text: str, words: str, number: int, value: str, options: tuple[str, ...] = (), **more: object) -> Mention:
    start = text.index(words)
    return Mention(
        "day", "asked", value, words, start=start, end=start + len(words), day=number, options=options, **more
    )  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["四岁 安徽阜阳的户口", "孩子阜阳户籍，四岁", "阜阳户口，没上学"])
def test_a_register_elsewhere_does_not_move_who_asked_of_one_place(text: str) -> None:
    chat = Talk(today=AUTUMN)
    chat.hears(heard(NONLOCAL, says=(place("insured", SUZHOU, polarity="ask"),), text="外地小孩在苏州能不能交医保"))
    chat.hears(heard("inform", says=(at(text, "阜阳", "household", FUYANG),), text=text))
    assert chat.state.region != FUYANG
    assert "阜阳" not in chat.hears(heard(PERIOD, text="几号截止")).split("户口")[0]
    assert chat.state.standing is not None
    assert chat.state.standing.region == SUZHOU


def test_a_register_with_nothing_asked_before_is_where_they_are() -> None:
    chat = Talk(today=AUTUMN)
    chat.hears(
        heard(
            PERIOD,
            says=(at("淮安涟水户口，几号截止", "淮安涟水", "household", "320826"),),
            text="淮安涟水户口，几号截止",
        )
    )
    assert chat.state.region == "320826"


@pytest.mark.parametrize("text", ["张同学是黑龙江来的，户口没迁", "张同学黑龙江转来的", "张同学黑龙江户口"])
def test_where_a_pupil_came_from_is_no_place_to_answer_for(text: str) -> None:
    chat = Talk(today=AUTUMN, state=DialogueState(region=WEIHAI))
    chat.hears(heard(PERIOD, text="明年的什么时候截止"))
    about = Mention("child", "about", "张同学", "张同学", start=0, end=3)
    there = at(text, "黑龙江", "elsewhere", "230000", owner="他人")
    assert "黑龙江" not in chat.hears(heard("inform", says=(about, there), text=text))
    assert chat.state.facts["household_region"] == "230000"
    assert chat.state.standing is not None
    assert chat.state.standing.region == WEIHAI


def test_a_day_said_again_with_its_month_is_one_day() -> None:
    chat = Talk(today=date(2026, 8, 12), state=DialogueState(region="420100"))
    chat.hears(heard(EXPENSE, says=(day("birth", "2026-06-28"),), text="6月28早上生的，住院能报吗"))
    text = "哎呀打错了 是十八号 6月18"
    one = bare(text, "十八号", 18, "2026-07-18", corrects=True)
    full = Mention("day", "paid", "2026-06-18", "6月18", start=11, end=15, corrects=True, options=("2026-06-18",))
    chat.hears(heard("inform", says=(one, full), text=text))
    assert chat.state.facts["birth_date"] == "2026-06-18"
    assert "paid_date" not in chat.state.facts


def test_two_days_with_one_number_far_apart_are_two() -> None:
    chat = Talk(today=date(2026, 8, 12), state=DialogueState(region="420100"))
    text = "十八号交的钱，孩子是6月18生"
    paid = Mention("day", "paid", "2026-07-18", "十八号", start=0, end=3, day=18, options=("2026-07-18",))
    born = Mention("day", "birth", "2026-06-18", "6月18", start=10, end=14)
    chat.hears(heard(EXPENSE, says=(paid, born), text=text))
    assert chat.state.facts["paid_date"] == "2026-07-18"


def test_a_day_behind_a_supposed_birth_is_a_birth_near_it() -> None:
    chat = Talk(today=date(2026, 11, 9), state=DialogueState(region="321300", children={"": {"pregnancy_months": 8}}))
    early = day("birth", "2026-11-30", polarity="supp")
    chat.hears(heard(PERIOD, says=(early,), text="要是提前到十一月三十号生，最晚哪天"))
    text = "真在8号呢"
    said = chat.hears(
        heard(
            "follow",
            says=(bare(text, "8号", 8, "2026-11-08", ("2026-11-08", "2026-12-08"), polarity="ask"),),
            text=text,
        )
    )
    assert "2026年12月8日" in said
    assert "2027年3月7日" in said


def test_a_payment_behind_a_supposed_birth_is_a_payment() -> None:
    chat = Talk(today=date(2026, 11, 9), state=DialogueState(region="321300", children={"": {"pregnancy_months": 8}}))
    early = day("birth", "2026-11-30", polarity="supp")
    chat.hears(heard(PERIOD, says=(early,), text="要是提前到十一月三十号生，最晚哪天"))
    text = "25号先交钱呢"
    chat.hears(heard("follow", says=(bare(text, "25号", 25, "2026-11-25", polarity="ask"),), text=text))
    assert chat.state.standing is not None
    assert chat.state.standing.supposed.get("paid_date") == "2026-11-25"


@pytest.mark.parametrize("text", ["交了一月份就能用？", "缴完一月份起能报吗", "办好一月份能刷能用不"])
def test_a_month_from_which_it_is_used_is_no_month_of_payment(text: str) -> None:
    chat = Talk(today=AUTUMN, state=DialogueState(region="321200"))
    start = text.index("一月份")
    month = Mention("month", "asked", "2026-01", "一月份", start=start, end=start + 3, polarity="supp")
    said = chat.hears(heard(STARTS, says=(month,), text=text))
    assert "哪天到账都一样" not in said
    assert "假定缴费" not in said


def test_the_year_of_a_new_question_is_not_the_caps() -> None:
    chat = Talk(today=SPRING, state=DialogueState(region="321100"))
    chat.hears(
        heard(CAP, says=(years("paid_years", 2025), years("lapse_years", 2026)), text="去年交了今年忘了，上限多少")
    )
    said = chat.hears(heard(PERIOD, says=(years("asked_year", 2027),), text="明年的几月份交"))
    assert "2026年10月1日" in said
    assert "2025年度" not in said


def test_a_price_of_a_year_that_is_over_tells_no_payment() -> None:
    chat = Talk(today=date(2025, 11, 5), state=DialogueState(region=HARBIN, children={"": {"stage": "小学"}}))
    last, now = years("paid_years", 2024), years("asked_year", 2025)
    chat.hears(heard("ask_premium", says=(last, now), text="去年交四百 今年还四百不", notes={"amount": 400}))
    assert not chat.state.facts.keys() & {"paid_years", "enrolled_years", "lapse_years"}
    assert "2024参保年度" not in chat.hears(heard(STARTS, text="从哪天开始给报"))


def cousin() -> Talk:
    chat = Talk(today=date(2025, 11, 5), state=DialogueState(region=HARBIN, children={"": {"stage": "小学"}}))
    who = Mention("stranger", "stranger", "", "我弟媳", start=0, end=3)
    born = day("birth", "2025-09-20", owner="他人")
    chat.hears(heard(PERIOD, says=(who, born), text="我弟媳妇9月20号生了一个，她家最晚啥时候办"))
    return chat


def test_a_short_question_stays_with_the_child_of_the_last_answer() -> None:
    said = cousin().hears(heard(STARTS, text="从哪天开始给报"))
    assert "还说那个孩子" in said
    assert "2025年12月18日" in said


@pytest.mark.parametrize("text", ["我家的从哪天开始", "那俺家这个呢从哪天", "咱娃从哪天能报"])
def test_a_short_question_of_ones_own_does_not(text: str) -> None:
    chat = cousin()
    chat.hears(heard(STARTS, text=text))
    assert chat.state.standing is not None
    assert chat.state.standing.child == ""


def test_what_is_paid_late_is_told_with_a_day_behind_the_window() -> None:
    chat = Talk(today=date(2026, 1, 20), state=DialogueState(region=HENGYANG))
    chat.hears(heard(PERIOD, text="还能交吗"))
    late = day("paid", "2026-02-03", polarity="supp")
    assert "1100元" in chat.hears(heard("follow", says=(late,), text="要是2月3号才交呢"))


def test_a_newborn_is_not_told_what_is_paid_late() -> None:
    chat = Talk(
        today=date(2026, 1, 20), state=DialogueState(region=HENGYANG, children={"": {"birth_date": "2026-01-02"}})
    )
    chat.hears(heard(PERIOD, text="还能交吗"))
    late = day("paid", "2026-02-03", polarity="supp")
    assert "1100元" not in chat.hears(heard("follow", says=(late,), text="要是2月3号才交呢"))


def covered(today: date, region: str = SUZHOU, **facts: object) -> str:
    chat = Talk(today=today, state=DialogueState(region=region, children={"": facts}))
    return chat.hears(heard(WAIT, text="有等待期吗"))


def test_inside_the_window_what_is_certain_of_a_payment_today_is_told() -> None:
    moved = [{"province": "河南省", "type": "居民医保", "years": [2025]}]
    assert "从2026年1月1日" in covered(AUTUMN, enrolled_elsewhere=moved, enrolled_years=[2025], stage="小学")
    assert "从2026年1月1日起接着享受" in covered(AUTUMN, paid_years=[2025], stage="小学")


def test_outside_the_window_nothing_certain_is_told() -> None:
    assert "今天就交" not in covered(SPRING, paid_years=[2026], stage="小学")
    assert "今天就交" not in covered(AUTUMN, lapse_years=[2025], stage="小学")


@pytest.mark.parametrize(("years_old", "newborn"), [(6, False), (9, False), (None, True)])
def test_a_child_of_some_years_is_not_answered_as_a_newborn(years_old: int | None, newborn: bool) -> None:
    ages = {"": years_old} if years_old else {}
    chat = Talk(today=AUTUMN, state=DialogueState(region=NANJING, ages=ages))
    assert ("180天" in chat.hears(heard(SETTLE, text="看病怎么刷"))) is newborn


def test_whoever_tells_the_birthday_is_believed_before_the_age() -> None:
    state = DialogueState(region=NANJING, ages={"": 6}, children={"": {"birth_date": "2025-11-01"}})
    assert "凭孩子的医保码" in Talk(today=AUTUMN, state=state).hears(heard(SETTLE, text="看病怎么刷"))


def test_next_years_payment_not_made_yet_asks_until_when() -> None:
    chat = Talk(today=date(2026, 12, 6), state=DialogueState(region="321200"))
    chat.hears(heard(LEVEL, text="能报百分之几"))
    said = chat.hears(
        heard("inform", says=(years("asked_year", 2027),), text="明年的还没交哎", notes={"not_yet": "paid"})
    )
    assert "2026年12月31日" in said


def test_a_doubt_is_of_the_earlier_answer_it_is_about() -> None:
    chat = Talk(
        today=date(2026, 4, 10), state=DialogueState(region="320900", children={"": {"birth_date": "2026-01-17"}})
    )
    chat.hears(heard(EXPENSE, text="住院的钱能报吗"))
    chat.hears(heard(PERIOD, text="最晚哪天"))
    about = (("verdict", 0.43), (EXPENSE, 0.16))
    doubt = Reading("那一万三真有得报？", ("verdict",), (), about, ((EXPENSE, 0.57),))
    assert "从出生当天起能报" in chat.hears(doubt)
    limit = Reading("真到这天为止？", ("verdict",), (), (("verdict", 0.6), (PERIOD, 0.3)), ((PERIOD, 0.5),))
    chat.hears(heard(PERIOD, text="最晚哪天"))
    chat.hears(limit)
    assert chat.state.standing is not None
    assert chat.state.standing.intent == PERIOD


def test_a_question_beside_a_repetition_is_the_one_repeated() -> None:
    chat = Talk(
        today=date(2025, 12, 18), state=DialogueState(region="320600", children={"": {"birth_date": "2025-10-11"}})
    )
    chat.hears(heard("ask_premium", text="两年加起来几钿"))
    again = Reading("再理一遍，我该缴哪几年的", ("repeat",), (), (("repeat", 0.32), ("ask_benefit_year", 0.14)), ())
    assert "2026年" in chat.hears(again)
    assert chat.state.standing is not None
    assert chat.state.standing.intent == "ask_benefit_year"
    plain = Reading("再说一遍", ("repeat",), (), (("repeat", 0.97), (PERIOD, 0.1)), ())
    chat.hears(plain)
    assert chat.state.standing.intent == "ask_benefit_year"


def test_an_unsure_message_that_surely_asks_again_alone_is_a_repetition() -> None:
    chat = Talk(today=AUTUMN, state=DialogueState(region=NANJING))
    chat.hears(heard("ask_premium", text="一年多少钱"))
    chat.hears(
        Reading("耳朵背 再讲一回", ("unsure",), (), (("repeat", 0.2), ("ask_subsidy", 0.2)), (("repeat", 0.82),))
    )
    assert chat.rule == "about the last answer"


def test_what_twins_ask_of_one_or_two_is_told_to_be_written_nowhere() -> None:
    chat = Talk(today=date(2026, 8, 12), state=DialogueState(region="420100", twins=True))
    chat.hears(heard("ask_newborn_enrollment", text="双胞胎咋办"))
    assert "双胞胎另写规定" in chat.hears(heard("ask_premium", text="是各交各的还是合一份"))
    assert "双胞胎另写规定" not in chat.hears(heard("ask_premium", text="一年多少钱"))


def test_without_a_permit_it_is_told_who_may_ask_for_one() -> None:
    chat = Talk(today=AUTUMN, state=DialogueState(region=SUZHOU))
    said = chat.hears(heard(NONLOCAL, says=(word("permit", True, polarity="neg"),), text="居住证还没办，得住多久"))
    assert "半年" in said
