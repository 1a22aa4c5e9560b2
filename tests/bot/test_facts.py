"""Facts as people state them, resolved against the day of asking: 2026-11-22 unless said otherwise."""

from datetime import date
from typing import Any

import pytest
from bot.nlu.facts import find_facts

from bot.nlu.numerals import number
from bot.nlu.places import find_places

TODAY = date(2026, 11, 22)


def facts(text: str, today: date = TODAY) -> "dict[str, Any]":
    return {f.name: f.value for f in find_facts(text, today)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("宝宝2025年7月10日出生", {"birth_date": "2025-07-10"}),
        ("25年7月10号生的", {"birth_date": "2025-07-10"}),
        ("二零二五年十月三日出生的", {"birth_date": "2025-10-03"}),
        ("娃是10月20号生的", {"birth_date": "2026-10-20"}),
        ("12月5号生的", {"birth_date": "2025-12-05"}),
        ("12.5生的", {"birth_date": "2025-12-05"}),
        ("出生日期20250710", {"birth_date": "2025-07-10"}),
        ("生日2025.7.10", {"birth_date": "2025-07-10"}),
        ("2025/07/10出生", {"birth_date": "2025-07-10"}),
        ("上个月15号生的", {"birth_date": "2026-10-15"}),
        ("国庆那天生的", {"birth_date": "2026-10-01"}),
        ("去年腊月二十三出生", {"birth_date": "2026-02-10"}),
        ("农历八月十五出生", {"birth_date": "2026-09-25"}),
        ("前天刚生的", {"birth_date": "2026-11-20", "stage": "新生儿"}),
        ("3号生的", {"birth_date": "2026-11-03"}),
        ("上周三生的", {"birth_date": "2026-11-11"}),
        ("这个礼拜天交的钱", {"paid_date": "2026-11-22"}),
        ("出生45天了", {"birth_date": "2026-10-08"}),
        ("7月10号生的，8月1号交的", {"birth_date": "2026-07-10", "paid_date": "2026-08-01"}),
        ("25年12月20号生的，1月5号缴的费", {"birth_date": "2025-12-20", "paid_date": "2026-01-05"}),
        ("8月1号交的钱，7月10号生的", {"birth_date": "2026-07-10", "paid_date": "2026-08-01"}),
        ("昨天刚缴费", {"paid_date": "2026-11-21"}),
        ("10月3号生的还没交", {"birth_date": "2026-10-03"}),
        (
            "停职工医保是3月1号，3月31号交的居民医保",
            {"transition": "停职工医保", "transition_date": "2026-03-01", "paid_date": "2026-03-31"},
        ),
        ("预产期明年1月8号", {"birth_date": "2027-01-08"}),
        ("怀孕32周了", {"pregnancy_weeks": 32}),
        ("怀孕七个多月", {"pregnancy_months": 7}),
        ("两个半月大的宝宝", {"stage": "新生儿"}),
        ("孩子7岁了", {"stage": "小学"}),
        ("我家娃上二年级", {"stage": "小学"}),
        ("刚满月", {"stage": "新生儿"}),
        ("交的是2026年的", {"paid_years": [2026]}),
        ("用外公的医保卡给娃交", {"payer": "外公"}),
        ("用我医保卡里的钱给孩子交行不行", {"payer": "家长"}),
        ("奶奶能代办吗", {"proxy": "奶奶"}),
        ("我们是低保户", {"category": "低保对象"}),
        ("没有居住证", {"residence_permit": False}),
        ("8月3号", {"date": "2026-08-03"}),
        ("断了三个月再交", {}),
        ("90天内办都行吗", {}),
        ("宝宝没上户口能办医保吗", {}),
        ("单位2号楼几层", {}),
    ],
)
def test_what_is_said_is_heard_and_nothing_more(text: str, expected: "dict[str, Any]") -> None:
    heard = {name: value for name, value in facts(text).items() if name not in ("use", "not_yet")}
    assert heard == expected


@pytest.mark.parametrize(
    ("text", "reason"), [("2月30号生的", "2月30日"), ("2025年6月31日出生", "6月31日"), ("2027年3月1号生的", "还没到")]
)
def test_a_day_that_cannot_be_comes_back_with_its_reason(text: str, reason: str) -> None:
    heard = facts(text)
    assert "birth_date" not in heard
    assert reason in heard["doubt"]["reason"]


def test_a_month_is_not_made_into_a_day() -> None:
    assert facts("24年7月生的") == {"month": {"fact": "birth_date", "month": "2024-07"}}


def test_the_29th_of_february_means_the_last_leap_year() -> None:
    assert facts("2月29号生的") == {"birth_date": "2024-02-29"}


def test_dates_resolve_against_the_day_of_asking() -> None:
    assert facts("7月10号生的", date(2025, 8, 5)) == {"birth_date": "2025-07-10"}
    assert facts("昨天生的", date(2025, 3, 1))["birth_date"] == "2025-02-28"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("我在江苏昆山", [("320583",)]),
        ("那黑龙江呢", [("230000",)]),
        ("南京鼓楼区", [("320106",)]),
        ("我们威海荣成", [("371082",)]),
        ("苏州工业园区", [("320500",)]),
        ("北京朝阳", [("110105",)]),
        ("不是江苏，是山东", [("320000",), ("370000",)]),
        ("我叫王海门", []),
        ("平安保险", []),
        ("合作医疗怎么交", []),
        ("和平区", [("120101", "210102")]),
    ],
)
def test_places_are_found_and_persons_and_words_are_not(text: str, codes: "list[tuple[str, ...]]") -> None:
    assert [place.adcodes for place in find_places(text)] == codes


def test_a_shared_name_keeps_all_its_meanings() -> None:
    assert set(find_places("我在通州")[0].adcodes) == {"110112", "320612"}


@pytest.mark.parametrize(
    ("text", "value"),
    [("十", 10), ("二十三", 23), ("廿三", 23), ("二零二五", 2025), ("两", 2), ("１２", 12), ("一百八十", 180)],
)
def test_numerals(text: str, value: int) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "😀",
        "\x00",
        "0" * 2000,
        "1" * 2000,
        "年月日" * 600,
        "年" * 2000,
        "初" * 500,
        "2" * 9 + "年",
        "啊" * 2000,
    ],
)
def test_no_text_breaks_the_extraction(text: str) -> None:
    find_facts(text, TODAY)
    find_places(text)


def test_spans_point_into_the_text_as_it_was_written() -> None:
    text = "寶寶２０２５年７月１０日出生，在江蘇"
    for fact in find_facts(text, TODAY):
        assert text[fact.start : fact.end]
    assert facts(text)["birth_date"] == "2025-07-10"
