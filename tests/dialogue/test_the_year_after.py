"""The year after a birth, days that are varied, a stay elsewhere, what stands on a sheet, the tone of small talk."""

from dataclasses import replace
from datetime import date

import pytest

from dialogue.reading import Mention
from dialogue.words import words
from tests.dialogue.builders import HARBIN, NANJING, Talk, day, heard, place, years

WINTER, SPRING = date(2025, 12, 18), date(2026, 3, 2)
PERIOD, LATE, PREMIUM = "ask_payment_period", "ask_late_payment", "ask_premium"
LOUDI, SHANGHAI, JIANGXI = "431300", "310000", "360000"
BORN, LIMIT = "2025-11-28", "2026年2月25日"


def baby(region: str) -> Talk:
    return Talk(WINTER).knowing(region, birth_date=BORN)


def test_the_next_year_of_a_newborn_is_collected_as_everybodys() -> None:
    text = baby(LOUDI).hears(heard(PERIOD, says=(years("asked_year", 2026),), text="明年的交到几月几号"))
    assert "2026年1月31日" in text
    assert LIMIT not in text


def test_nobodys_newborn_limit_is_told_for_it_where_the_place_is_silent() -> None:
    text = baby("410100").hears(heard(PERIOD, says=(years("asked_year", 2026),), text="明年的交到几月几号"))
    assert LIMIT not in text
    assert "看当地" in text


@pytest.mark.parametrize("says", [(), (years("asked_year", 2025),)])
def test_the_year_of_its_birth_keeps_the_limit(says: tuple[Mention, ...]) -> None:
    assert LIMIT in baby(LOUDI).hears(heard(PERIOD, says=says, text="最晚哪天交"))


def test_where_a_text_takes_the_next_year_within_the_limit_it_stays() -> None:
    assert LIMIT in baby(NANJING).hears(heard(PERIOD, says=(years("asked_year", 2026),), text="明年的交到几月几号"))


def test_the_year_of_a_price_is_the_year_of_the_next_short_question() -> None:
    chat = baby(LOUDI)
    chat.hears(heard(PREMIUM, says=(years("asked_year", 2026),), text="那明年要好多钱"))
    assert "2026年1月31日" in chat.hears(heard(PERIOD, text="搞到么子时候为止"))
    assert "1100元" in chat.hears(heard(LATE, text="忘记交会何里样"))
    assert LIMIT in chat.hears(heard(PERIOD, says=(years("asked_year", 2025),), text="今年的呢"))


@pytest.mark.parametrize("year", [2024, 2025])
def test_a_price_of_another_year_than_is_collected_goes_on_nowhere(year: int) -> None:
    chat = Talk(WINTER).knowing(LOUDI, stage="小学")
    chat.hears(heard(PREMIUM, says=(years("asked_year", year),), text="那年多少钱"))
    assert "2026年1月31日" in chat.hears(heard(PERIOD, text="最晚哪天交"))


@pytest.mark.parametrize(("text", "year"), [("11月3号出生，明年的最晚几号交", True), ("11月3号出生 今年", False)])
def test_a_year_behind_a_birthday_is_another_one_only_if_it_is_later(text: str, year: bool) -> None:
    start = text.index("年") - 1
    said = 2026 if year else 2025
    chat = Talk(WINTER).knowing(LOUDI)
    chat.hears(
        heard(
            PERIOD, text=text,
            says=(
                Mention("day", "birth", "2025-11-03", "11月3号", start=0, end=5),
                Mention("years", "asked_year", [said], text[start : start + 2], start=start, end=start + 2),
            ),
        )
    )  # fmt: skip
    assert chat.state.standing is not None
    assert chat.state.standing.supposed.get("paid_years") == ([2026] if year else None)


def test_another_day_of_payment_is_no_birthday() -> None:
    chat = Talk(SPRING).knowing(LOUDI, paid_date="2026-01-20")
    chat.hears(heard("ask_benefit_year", text="算期内吧"))
    chat.hears(heard("inform", says=(Mention("day", "birth", "2026-02-10", "2.10"),), text="2.10呢"))
    assert "birth_date" not in chat.state.facts
    assert chat.state.standing is not None
    assert chat.state.standing.supposed == {"paid_date": "2026-02-10"}
    chat.hears(heard("inform", says=(Mention("day", "birth", "2026-01-05", "1.5"),), text="1.5"))
    assert chat.state.facts["birth_date"] == "2026-01-05"


@pytest.mark.parametrize(
    ("text", "stays"),
    [
        ("寒假回江西生病咋办", True),
        ("国庆带她去江西，发烧了能报吗", True),
        ("过年在江西住院怎么报", True),
        ("江西的，在外地看病怎么报", False),
        ("寒假在江西交的医保，看病怎么报", False),
    ],
)
def test_a_stay_moves_nobody(text: str, stays: bool) -> None:
    start = text.index("江西")
    chat = Talk(WINTER).knowing(SHANGHAI)
    there = Mention("place", "insured", [JIANGXI], "江西", start=start, end=start + 2)
    chat.hears(heard("ask_remote_settlement", says=(there,), text=text))
    assert chat.state.standing is not None
    assert (chat.state.standing.region == SHANGHAI) is stays


def test_a_born_child_is_no_unborn_one() -> None:
    told = heard("inform", says=(place("insured", "441900"), day("birth", "2026-07-01")), text="东莞 7月1号出世")
    text = Talk(date(2026, 8, 19)).hears(replace(told, ranking=(("inform", 0.6), ("ask_unborn_enrollment", 0.25))))
    assert "2026年9月28日" in text
    assert "准新生儿" not in text


def test_what_is_asked_with_a_sheet_stands_on_it_and_stays() -> None:
    chat = Talk(date(2025, 9, 23)).knowing(HARBIN, stage="幼儿园")
    asked = heard("request_faq_sheet", says=(years("asked_year", 2026),), text="要发2026年的通知，一个孩子多少钱")
    text = chat.hears(replace(asked, ranking=(("request_faq_sheet", 0.6), (PREMIUM, 0.35))))
    assert "一年交多少钱" in text
    assert "您问的年度我们还没有收录" in text
    assert words("sheet_added") not in text
    again = heard("request_faq_sheet", text="缴费时间也加上")
    text = chat.hears(replace(again, ranking=(("request_faq_sheet", 0.6), (PERIOD, 0.3))))
    assert "一年交多少钱" in text
    assert words("sheet_added") in text


@pytest.mark.parametrize(
    ("text", "key"),
    [("今天降温了", "chitchat"), ("哈哈你真逗", "laughs"), ("好笑😂", "laughs"), ("啥子都要我一个人跑，恼火", "weary")],
)
def test_nobody_laughs_alone(text: str, key: str) -> None:
    assert Talk(SPRING).hears(heard("chitchat", text=text)) == words(key)


@pytest.mark.parametrize(("text", "key"), [("一个人带俩 真心累", "weary"), ("累了吧，谢谢你", "thank")])
def test_weariness_heard_as_thanks_is_no_thanks(text: str, key: str) -> None:
    assert Talk(SPRING).hears(heard("thank", text=text)) == words(key)


@pytest.mark.parametrize(
    ("text", "warned"), [("我把身份证号发你，帮我报上", True), ("身份证照片给你行吗", True), ("帮我报上", False)]
)
def test_no_number_belongs_into_the_chat(text: str, warned: bool) -> None:
    told = Talk(SPRING).knowing(NANJING, birth_date="2026-02-01").hears(heard("start_enrollment", text=text))
    assert (words("form_no_number") in told) is warned


@pytest.mark.parametrize("role", ["insured", "elsewhere"])
@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("我们江西的，孩子在上海读二年级，多少钱", False),
        ("我是江西人，娃在上海上幼儿园，多少钱", False),
        ("医保在江西，孩子在上海读二年级，多少钱", True),
    ],
)
def test_who_is_from_elsewhere_is_answered_where_the_child_goes_to_school(role: str, text: str, moved: bool) -> None:
    chat, there, school = Talk(WINTER), text.index("江西"), text.index("上海")
    says = (
        Mention("place", role if moved is False else "insured", [JIANGXI], "江西", start=there, end=there + 2),
        Mention("place", "school", [SHANGHAI], "上海", start=school, end=school + 2),
    )
    chat.hears(heard(PREMIUM, says=says, text=text))
    assert chat.state.standing is not None
    assert chat.state.standing.region == (JIANGXI if moved else SHANGHAI)
    assert (chat.state.facts.get("household_region") == JIANGXI) is not moved
