"""What a long story or a hurried fragment tells, as the dialogue takes it in: whose birthday it is, a birth to come,
a change within its limit, the place a child will be at, and an answer that stands and is asked about a part of it."""

from dataclasses import replace
from datetime import date

import pytest

from dialogue.reading import Mention
from dialogue.state import DialogueState
from tests.dialogue.builders import HEILONGJIANG, JIANGSU, SICHUAN, SUZHOU, Talk, day, heard, place, word, years

PERIOD, LATE = "ask_payment_period", "ask_late_payment"
STRANGER = "他人"
OPEN_YEAR = ("2024-08-20", "2025-08-20", "2026-08-20", "2027-08-20")


def talk(today: date, region: str = JIANGSU, **facts: object) -> Talk:
    return Talk(today=today, state=DialogueState(region=region).with_facts("", **facts))


# Whose birthday


def test_a_birthday_beside_somebody_elses_place_is_not_the_child_of_the_speaker() -> None:
    chat = talk(date(2025, 11, 20), SICHUAN, birth_date="2025-10-15")
    chat.hears(heard(PERIOD))
    theirs = (place("elsewhere", SUZHOU, owner=STRANGER), day("birth", "2025-11-01"))
    said = chat.hears(heard(PERIOD, says=theirs, text="我妹儿在苏州 娃儿11月1号生的 她最晚几号"))
    assert "那个孩子的出生日期2025年11月1日" in said
    assert chat.state.facts["birth_date"] == "2025-10-15"
    said = chat.hears(heard("follow", says=(word("about", "小的"),), text="那我的幺儿呢"))
    assert "2026年1月12日" in said


@pytest.mark.parametrize(
    ("mention", "text"),
    [
        (day("birth", "2025-11-01", corrects=True), "不对，是11月1号生的，她在苏州的表姐才是10月"),
        (day("birth", "2025-11-01"), "说错了，11月1号生的，我姐在苏州"),
        (day("birth", "2025-11-01"), "我妹在苏州医院上班，她查了系统，娃是11月1号生的"),
    ],
)
def test_a_birthday_put_right_is_the_speakers(mention: Mention, text: str) -> None:
    chat = talk(date(2025, 11, 20), SICHUAN, birth_date="2025-10-15")
    chat.hears(heard(PERIOD))
    chat.hears(heard("inform", says=(place("elsewhere", SUZHOU, owner=STRANGER), mention), text=text))
    assert chat.state.facts["birth_date"] == "2025-11-01"


# A birth still to come


def test_the_day_it_is_due_is_of_the_birth_that_is_to_come() -> None:
    chat = talk(date(2026, 6, 10), pregnancy_weeks=30)
    chat.hears(heard("ask_unborn_enrollment"))
    born = day("birth", "2025-08-20", options=OPEN_YEAR)
    said = chat.hears(heard(PERIOD, says=(born,), text="真按8.20生 最晚几号钱要到"))
    assert "2026年11月17日" in said
    assert "birth_date" not in chat.state.facts


def test_a_birth_of_last_month_has_been() -> None:
    chat = talk(date(2026, 9, 10), pregnancy_weeks=36)
    chat.hears(heard("ask_unborn_enrollment"))
    chat.hears(heard(PERIOD, says=(day("birth", "2026-08-20", options=OPEN_YEAR),), text="8月20生了 最晚几号"))
    assert chat.state.facts["birth_date"] == "2026-08-20"


# Within the limit of a change nothing is late


@pytest.mark.parametrize(("today", "ahead"), [(date(2026, 4, 20), True), (date(2026, 7, 20), False)])
def test_a_payment_after_a_change_is_late_only_behind_its_limit(today: date, ahead: bool) -> None:
    chat = talk(today, transition="迁户", transition_date="2026-03-16")
    said = chat.hears(heard(LATE, text="今年两边都没交医保 现在还能交吗"))
    assert ("2026年6月13日" in said) is ahead


# The place a child will be at


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("他爹想明年把他接到昆山念书 那边医保咋搞", True),
        ("明年接到昆山念书 这边的怎么停", False),
        ("明年接到昆山念书 怎么转", False),
    ],
)
def test_there_is_where_it_will_go_to_school(text: str, there: bool) -> None:
    chat = talk(date(2026, 4, 20), HEILONGJIANG, stage="小学")
    chat.hears(heard("ask_lapse_penalty"))
    at = text.index("昆山")
    kunshan = replace(place("school", SUZHOU, polarity="plan"), text="昆山", start=at, end=at + 2)
    chat.hears(heard("ask_transfer", says=(kunshan,), text=text))
    assert chat.state.standing is not None
    assert (chat.state.standing.region == SUZHOU) is there
    assert chat.state.region == HEILONGJIANG


# A part of the answer that stands


def test_what_is_asked_of_a_part_comes_with_that_line() -> None:
    chat = talk(date(2026, 1, 12))
    chat.hears(heard("ask_continuity_incentive"))
    said = chat.hears(heard("follow", text="零报销的一次提多少，两项都占又是多少"))
    assert "1万元" in said
    assert "2025年开始累计" not in said
    said = chat.hears(heard("follow", text="以前的年限算不算"))
    assert "2025年开始累计" in said


@pytest.mark.parametrize("text", ["自何时起执行", "什么时候开始执行的", "从哪天起施行"])
def test_since_when_is_read_off_the_sentence(text: str) -> None:
    chat = talk(date(2026, 1, 12))
    chat.hears(heard("ask_critical_illness_cap"))
    assert "从2025年7月1日起" in chat.hears(heard("about_validity", text=text))


def test_since_when_is_of_the_sentence_the_answer_rests_on() -> None:
    """The cap of one's own years rests on the sentence of 2025-07-01; the bonus's does not name a day."""
    chat = talk(date(2026, 1, 12))
    chat.hears(heard("ask_continuity_incentive"))
    assert "7月1日起" not in chat.hears(heard("about_validity", text="自何时起执行"))


def test_a_paper_for_one_year_says_its_year() -> None:
    chat = talk(date(2024, 5, 6), HEILONGJIANG, stage="小学")
    chat.hears(heard("ask_premium"))
    for text in ("自何时起执行", "哪年的"):
        said = chat.hears(heard("about_validity", text=text))
        assert "没有写到哪天为止" not in said, said


def test_since_when_is_not_made_up() -> None:
    chat = talk(date(2026, 1, 12))
    chat.hears(heard("ask_waiting_period"))
    said = chat.hears(heard("about_validity", text="哪天起执行"))
    assert "没有写" in said


# What is put right, what is history, what is still open


def test_a_day_that_was_only_supposed_is_put_right_as_such() -> None:
    chat = talk(date(2026, 2, 10), birth_date="2025-12-02")
    chat.hears(heard(PERIOD))
    chat.hears(heard("follow", says=(day("asked", "2026-03-03", polarity="ask"),), text="那3月3号去 行不"))
    eve = day("other", "2026-02-15")
    written = day("birth", "2025-02-15", corrects=True, options=("2025-02-15", "2026-02-15", "2027-02-15"), day=None)
    said = chat.hears(heard("follow", says=(eve, written), text="说错了说错了 是年三十前一天去 2月15"))
    assert chat.state.facts["birth_date"] == "2025-12-02"
    assert "2026年2月15日" in said


def test_after_an_answer_that_supposed_nothing_the_birthday_is_put_right() -> None:
    chat = talk(date(2026, 2, 10), birth_date="2025-12-01")
    chat.says(heard("inform", says=(day("birth", "2025-12-01"),), text="12月1号生的"))
    chat.hears(heard(PERIOD))
    chat.hears(heard("inform", says=(day("birth", "2025-12-02", corrects=True),), text="说错了，是2号"))
    assert chat.state.facts["birth_date"] == "2025-12-02"


@pytest.mark.parametrize("paid", ["2025-12-20", "2024-12-20", ""])
def test_a_year_that_is_over_is_history(paid: str) -> None:
    chat = talk(date(2025, 12, 10))
    says = (years("paid_years", 2024), *((day("paid", paid, polarity="ask"),) if paid else ()))
    chat.hears(heard("ask_coverage_start", says=says, text="去年也交着 没断过 那这天交 啥时候开始算"))
    assert "paid_years" not in chat.state.facts
    assert chat.state.facts.get("enrolled_years") == [2024]
    assert chat.state.standing is not None
    assert ("paid_years" in chat.state.standing.supposed) is not (paid == "2025-12-20")
    chat.hears(heard("ask_premium", text="多少钱"))  # of the year that is collected now, not of that one
    assert chat.state.standing is not None
    assert "paid_years" not in chat.state.standing.supposed


@pytest.mark.parametrize("question", ["ask_benefit_year", "ask_refund"])
def test_a_year_that_is_over_may_be_asked_about(question: str) -> None:
    chat = talk(date(2025, 12, 10))
    chat.hears(heard(question, says=(years("paid_years", 2024),), text="去年交的管到啥时候"))
    assert chat.state.standing is not None
    assert chat.state.standing.supposed["paid_years"] == [2024]


@pytest.mark.parametrize(
    ("today", "text", "lapsed"),
    [
        (date(2026, 2, 10), "孩子去年忘交了 这会儿还让交不", False),
        (date(2026, 6, 10), "孩子去年忘交了 这会儿还让交不", True),
        (date(2026, 2, 10), "孩子去年断了 今年还能交不", True),
    ],
)
def test_what_was_forgotten_last_winter_is_this_year(today: date, text: str, lapsed: bool) -> None:
    chat = talk(today)
    forgotten = replace(years("lapse_years", today.year - 1), text="去年")
    chat.hears(heard(LATE, says=(forgotten,), text=text))
    assert bool(chat.state.facts.get("lapse_years")) is lapsed


@pytest.mark.parametrize(
    ("text", "here"),
    [
        ("他2018年就在烟台交了 连续参保那个年头能接上不", True),
        ("我们现在又搬回烟台了 今年在哪交", False),
    ],
)
def test_a_place_one_came_from_is_gone_back_to_only_in_so_many_words(text: str, here: bool) -> None:
    chat = talk(date(2025, 12, 1), enrolled_elsewhere=[{"province": "山东省", "type": "居民医保", "years": [2024]}])
    chat.hears(heard("ask_transfer"))
    at = text.index("烟台")
    yantai = replace(place("insured", "370600"), text="烟台", start=at, end=at + 2)
    chat.hears(heard("ask_transfer", says=(yantai,), text=text))
    assert (chat.state.region == JIANGSU) is here


def test_what_is_of_something_else_is_not_the_last_answer_again() -> None:
    chat = talk(date(2025, 12, 10), stage="小学")
    chat.hears(heard("ask_remote_settlement"))
    text = "再问一个哈 居住证积分不够以后中考咋整"
    chat.hears(heard("out_of_scope", says=(Mention("permit", "permit", True, "居住证"),), text=text))
    assert chat.rule == "nothing of ours"


@pytest.mark.parametrize("text", ["一个人带俩 真心累", "烦死了怎么这么麻烦😤"])
def test_nobody_jokes_with_the_weary(text: str) -> None:
    chat = talk(date(2025, 12, 10))
    assert "辛苦" in chat.hears(heard("chitchat", text=text))
    assert "辛苦" not in chat.hears(heard("chitchat", text="你吃饭了没"))


def test_whether_it_is_the_same_day_is_asked_of_both() -> None:
    chat = talk(date(2026, 1, 10))
    chat.state = chat.state.with_facts("大的", birth_date="2025-12-31").with_facts("小的", birth_date="2026-01-01")
    chat.state = replace(chat.state, child="大的", twins=True)
    chat.hears(heard(PERIOD))
    said = chat.hears(heard(PERIOD, says=(word("about", "大的"),), text="最晚日子是同一天伐 先出来的是哥哥"))
    assert "2026年3月30日" in said
    assert "2026年3月31日" in said


@pytest.mark.parametrize("label", ["unsure", "verdict", "next_step", "follow"])
def test_one_comes_home_from_somebody_elses_place(label: str) -> None:
    chat = talk(date(2025, 11, 25), birth_date="2025-09-06")
    chat.hears(heard(PERIOD))
    friends = Mention("stranger", "stranger", "闺蜜", "闺蜜", owner=STRANGER)
    chat.hears(heard(PERIOD, says=(friends, place("elsewhere", "340200", owner=STRANGER)), text="我闺蜜在芜湖 那边呢"))
    assert chat.state.standing is not None
    assert chat.state.standing.region == "340200"
    said = chat.hears(heard(label, text="那我这边呢", notes={"own_child": True}))
    assert chat.state.standing.region == JIANGSU
    assert "2025年12月4日" in said
