"""Benefit years, ages and pregnancies as candidates: numbers that stand for time and are no days."""

from datetime import date
from itertools import pairwise

import pytest

from bot.nlu.mentions import find_mentions
from bot.nlu.text import read_text
from bot.nlu.years import Age, Pregnancy, Years, find_ages, find_pregnancies, find_years, stage_of

TODAY = date(2026, 11, 26)


def years(text: str, today: date = TODAY) -> "list[int]":
    """Every benefit year of a message, and those that a bare number may be."""
    found: list[int] = []
    for candidate in find_mentions(read_text(text), today):
        if isinstance(candidate.thing, Years):
            found += candidate.thing.values
        elif candidate.bare and candidate.thing.day is not None:
            found.append(2000 + candidate.thing.day)
    return found


def ages(text: str, today: date = TODAY) -> "list[tuple[str, int | None]]":
    """(birth, months) of every age."""
    return [
        (c.thing.birth.isoformat() if c.thing.birth else "", c.thing.months)
        for c in find_mentions(read_text(text), today)
        if isinstance(c.thing, Age)
    ]


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("22、23都交了，24没交", [2022, 2023, 2024]), ("21、22、24年交的", [2021, 2022, 2024]),
        ("23和24两年断了", [2023, 2024]), ("24跟25都没报过销", [2024, 2025]),
        ("2023、2025交了，2024漏了", [2023, 2025, 2024]), ("23没交，24交了", [2023, 2024]),
        ("2324都交了", [2023, 2024]), ("20232024没断", [2023, 2024]),
        ("二三二四二五连着交", [2023, 2024, 2025]), ("222324年都没断", [2022, 2023, 2024]),
        ("26、27一起交了", [2026, 2027]), ("2025年和2026年的", [2025, 2026]),
    ],
)  # fmt: skip
def test_years_in_lists_are_single_years(text: str, heard: "list[int]") -> None:
    assert years(text) == heard


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("21到24年都交了", [2021, 2022, 2023, 2024]), ("2020年到2023年没断", [2020, 2021, 2022, 2023]),
        ("从22年起年年交", [2022, 2023, 2024, 2025, 2026]),
        ("23年开始到现在一直交", [2023, 2024, 2025, 2026]), ("前年到今年都交了", [2024, 2025, 2026]),
        ("22-25年", [2022, 2023, 2024, 2025]),
        ("前三年没交", [2023, 2024, 2025]), ("头两年断了", [2024, 2025]),
    ],
)  # fmt: skip
def test_a_range_holds_all_its_years(text: str, heard: "list[int]") -> None:
    assert years(text) == heard


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("去年没交", [2025]), ("今年的和明年的", [2026, 2027]), ("前年断过", [2024]), ("大前年交的", [2023]),
        ("来年再说", [2027]), ("次年的也交了", [2027]),
        ("2027年度的什么时候交", [2027]), ("二五年度没报过", [2025]), ("龙年没交", [2024]), ("23年断的", [2023]),
        ("交的是27年的", [2027]), ("2024那年没交", [2024]),
    ],
)  # fmt: skip
def test_a_year_in_any_words(text: str, heard: "list[int]") -> None:
    assert years(text) == heard


@pytest.mark.parametrize(
    ("text", "heard"),
    [("二零二三年断的", [2023]), ("二零二四年没交", [2024]), ("二〇二五年交了", [2025]),
     ("二零二二到二零二四都交了", [2022, 2023, 2024]), ("二零二一年度", [2021])],
)  # fmt: skip
def test_a_year_spelled_out_is_one_year(text: str, heard: "list[int]") -> None:
    assert years(text) == heard


@pytest.mark.parametrize(
    "text",
    [
        "交了3年", "断了两年", "第25年", "2025元", "25块钱", "报25%", "25号楼", "12393", "2024年3月5日生",
        "去年国庆生的", "25个人", "编号202425", "三年级", "二十五中",
    ],
)  # fmt: skip
def test_counts_sums_and_days_are_no_benefit_year(text: str) -> None:
    assert [c.thing.values for c in find_mentions(read_text(text), TODAY) if isinstance(c.thing, Years)] == []


@pytest.mark.parametrize("text", ["两年都交了", "这两年的都没断", "两个年度一起交的"])
def test_two_years_without_a_name_depend_on_the_birth(text: str) -> None:
    (found,) = (c.thing for c in find_mentions(read_text(text), TODAY) if isinstance(c.thing, Years))
    assert (found.values, found.relative) == ((), True)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2024年底生的", "2024-12"),
        ("25年初生的", "2025-01"),
        ("去年年底交的", "2025-12"),
        ("去年底生的", "2025-12"),
        ("今年年初办的", "2026-01"),
        ("前年末生", "2024-12"),
    ],
)
def test_the_end_of_a_year_is_a_month(text: str, month: str) -> None:
    (found,) = (c.thing for c in find_mentions(read_text(text), TODAY) if c.kind == "month")
    assert found.months == (month,)


@pytest.mark.parametrize(
    ("text", "birth"),
    [
        ("明天满80天", "2026-09-08"), ("昨天刚满百天", "2026-08-17"), ("今天正好30天", "2026-10-27"),
        ("后天就满60天了", "2026-09-29"), ("前天满45天", "2026-10-10"),
        ("大后天满90天", "2026-08-31"), ("落地17天了", "2026-11-09"), ("生下来都50天了", "2026-10-07"),
        ("出生到今天66天", "2026-09-21"), ("宝宝28天大", "2026-10-29"),
        ("娃才九天", "2026-11-17"),
    ],
)  # fmt: skip
def test_days_since_birth_and_milestones_give_the_birth(text: str, birth: str) -> None:
    assert ages(text) == [(birth, None)]


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("孩子两岁", 24), ("半岁", 6), ("五个月大", 5), ("八个半月", 8), ("九个多月了", 9), ("刚满月", 1),
        ("才出月子", 1), ("一周岁了", 12), ("6周大", 1),
        ("三岁多", 36), ("今年7岁", 84),
    ],
)  # fmt: skip
def test_ages_in_months(text: str, months: int) -> None:
    assert [m for birth, m in ages(text) if not birth] == [months]


def test_an_age_says_a_stage_only_where_it_is_sure() -> None:
    assert [stage_of(months) for months in (0, 3, 4, 40, 71, 72, 100, 180)] == ["新生儿"] * 2 + ["学龄前"] * 3 + [
        None
    ] * 3


@pytest.mark.parametrize(
    "text", ["90天内办", "28天之内交", "三十天以前要办好", "满月酒那天", "百日宴", "百天宴在周末", "周岁宴", "60岁以上"]
)
def test_limits_and_feasts_are_no_age(text: str) -> None:
    assert ages(text) == []


@pytest.mark.parametrize("text", ["蓝光照了3.5天", "住了6.5天院", "保温箱2.5天", "发烧1.5天了", "打了0.5天吊针"])
def test_half_days_are_no_age(text: str) -> None:
    assert ages(text) == []


@pytest.mark.parametrize(
    ("text", "months"), [("宝宝1.5个月", 1), ("孩子3.5个月了", 3), ("2.5岁的娃", 24), ("娃1.5岁", 12)]
)
def test_an_age_with_a_half_in_figures(text: str, months: int) -> None:
    assert [found for _, found in ages(text)] == [months]


@pytest.mark.parametrize(
    ("text", "weeks", "months"),
    [
        ("怀孕27周", 27, None), ("孕34周+2", 34, None), ("31周加5", 31, None), ("怀孕8个月了", None, 8),
        ("肚子七个多月", None, 7), ("已经怀了五个月", None, 5),
        ("产检说36周了", 36, None), ("有四个月身孕", None, 4),
    ],
)  # fmt: skip
def test_how_far_a_pregnancy_is(text: str, weeks: "int | None", months: "int | None") -> None:
    (found,) = (c.thing for c in find_mentions(read_text(text), TODAY) if isinstance(c.thing, Pregnancy))
    assert (found.weeks, found.months) == (weeks, months)


def test_weeks_are_of_a_pregnancy_where_the_talk_is_of_one() -> None:
    (child,) = find_mentions(read_text("28周了"), TODAY)
    (unborn,) = find_mentions(read_text("28周了"), TODAY, expecting=True)
    assert (child.kind, unborn.kind) == ("age", "pregnancy")


@pytest.mark.parametrize("today", [date(2020, 1, 1), date(2024, 2, 29), date(2060, 6, 15), date(2097, 12, 31)])
@pytest.mark.parametrize(
    "text",
    [
        "9999年交了",
        "1年到9999年",
        "前九年",
        "999天",
        "1000天大",
        "0天",
        "0个月",
        "99岁",
        "鼠年断了",
        "明天满1000天",
        "二零二零年",
        "2099、2100都交",
        "0000年",
    ],
)
def test_far_years_break_nothing(text: str, today: date) -> None:
    for candidate in find_mentions(read_text(text), today):
        assert candidate.text
    assert all(1998 <= year <= today.year + 3 for found in find_years(text, today) for year in found.values)


@pytest.mark.parametrize(
    "unit",
    ["1", "20", "2025", "25、", "二三", "年", "去年", "前年", "到", "天", "12天", "周", "个月", "岁", "满", "怀孕",
     "孕12周", "两年", "刚刚", "龙年", "21-", "都"],
)  # fmt: skip
def test_five_thousand_hostile_characters_break_nothing(unit: str) -> None:
    text = (unit * 5000)[:5000]
    found = find_years(text, TODAY)
    assert all(one.end <= other.start for one, other in pairwise(found))
    for one in (*found, *find_ages(text, TODAY), *find_pregnancies(text, expecting=True)):
        assert text[one.start : one.end] == one.text


def test_the_third_child_of_six_months_is_not_three_dozen_months_old() -> None:
    assert [months for _, months in ages("老三六个月了")] == [6]
    assert [months for _, months in ages("老大两岁了")] == [24]


@pytest.mark.parametrize(
    ("text", "years"),
    [("二四没交", [2024]), ("一九没交二零交了", [2019, 2020]), ("二三都没交", [2023]), ("廿四年没交", [2024])],
)
def test_years_said_figure_by_figure_need_no_word(text: str, years: "list[int]") -> None:
    assert [year for one in find_years(text, TODAY) for year in one.values] == years


@pytest.mark.parametrize("text", ["二十四没交", "一二三班", "十二交的", "第二三天交"])
def test_figures_that_are_no_year_are_none(text: str) -> None:
    assert find_years(text, TODAY) == []


@pytest.mark.parametrize("text", ["二八停经了", "二六停课", "初二一停药", "住二一二三室", "二一二二号楼"])
def test_two_figures_before_another_thing_are_no_year(text: str) -> None:
    assert years(text) == []


def test_a_year_that_was_paid_for_stands_beside_the_month_it_was_paid_in() -> None:
    for text in ("26年12月20到账", "他26年的11月就交了"):
        assert [years.values for years in find_years(text, date(2025, 12, 28))] == [(2026,)]
    assert find_years("26年3月1号交", date(2025, 12, 28)) == []
