"""Facts as people state them, resolved against the day of asking: 2026-11-22 unless said otherwise."""

from datetime import date
from typing import Any

import pytest

from bot.nlu.conversation import Context
from bot.nlu.numerals import number
from dialogue.facts import told_in
from dialogue.reading import Mention, Reading
from tests.bot.conftest import mostly

TODAY = date(2026, 11, 22)


def facts(reader: Any, text: str, today: date = TODAY) -> "dict[str, Any]":
    """Name → value of what is said to be so."""
    return {told.name: told.value for told in told_in(reader.read(text, Context(), today)) if not told.supposed}


SAID: "list[tuple[str, dict[str, Any]]]" = [
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
    ("前天刚生的", {"birth_date": "2026-11-20"}),
    ("3号生的", {"birth_date": "2026-11-03"}),
    ("上周三生的", {"birth_date": "2026-11-11"}),
    ("这个礼拜天交的钱", {"paid_date": "2026-11-22"}),
    ("出生45天了", {"birth_date": "2026-10-08"}),
    ("7月10号生的，8月1号交的", {"birth_date": "2026-07-10", "paid_date": "2026-08-01"}),
    ("25年12月20号生的，1月5号缴的费", {"birth_date": "2025-12-20", "paid_date": "2026-01-05"}),
    ("8月1号交的钱，7月10号生的", {"birth_date": "2026-07-10", "paid_date": "2026-08-01"}),
    ("昨天刚缴费", {"paid_date": "2026-11-21"}),
    ("10月3号生的还没交", {"birth_date": "2026-10-03"}),
    ("停职工医保是3月1号，3月31号交的居民医保",
     {"transition": "停职工医保", "transition_date": "2026-03-01", "paid_date": "2026-03-31"}),
    ("预产期明年1月8号", {"due_date": "2027-01-08"}),
    ("怀孕32周了", {"pregnancy_weeks": 32}),
    ("怀孕七个多月", {"pregnancy_months": 7}),
    ("我家娃上二年级", {"stage": "小学"}),
    ("交的是2026年的", {"paid_years": [2026]}),
    ("用外公的医保卡给娃交", {"payer": "外公"}),
    ("用我医保卡里的钱给孩子交行不行", {"payer": "家长"}),
    ("奶奶能代办吗", {"proxy": "奶奶"}),
    ("我们是低保户", {"category": "低保对象"}),
    ("没有居住证", {"residence_permit": False}),
    ("断了三个月再交", {}),
    ("90天内办都行吗", {}),
    ("宝宝没上户口能办医保吗", {}),
    ("单位2号楼几层", {}),
]  # fmt: skip
FREE = ("stage", "use")
"""What an age or an account says besides may be left out."""


def test_what_is_said_is_heard_and_nothing_more(reader: Any) -> None:
    wrong, right = [], []
    for text, expected in SAID:
        heard = facts(reader, text)
        free = {name: value for name, value in heard.items() if name not in FREE or name in expected}
        right.append(free == expected)
        wrong += [] if free == expected else [f"{text} → {heard}"]
    mostly(right, 0.95, wrong)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("2月30号生的", "2月没有30号"), ("2025年6月31日出生", "6月没有31号"), ("2027年3月1号生的", "还没到"),
     ("9月31号交的", "9月没有31号"),
     ("四月三十一号出生", "4月没有31号")],
)  # fmt: skip
def test_a_day_that_cannot_be_comes_back_with_its_reason(reader: Any, text: str, reason: str) -> None:
    (mention,) = (m for m in reader.read(text, Context(), TODAY).mentions if m.problem)
    assert reason in mention.problem


def test_a_month_is_not_made_into_a_day(reader: Any) -> None:
    (mention,) = reader.read("24年7月生的", Context(), TODAY).mentions
    assert (mention.kind, mention.role, mention.value) == ("month", "birth", "2024-07")


def test_the_29th_of_february_means_the_last_leap_year(reader: Any) -> None:
    assert facts(reader, "2月29号生的") == {"birth_date": "2024-02-29"}


def test_dates_resolve_against_the_day_of_asking(reader: Any) -> None:
    assert facts(reader, "7月10号生的", date(2025, 8, 5)) == {"birth_date": "2025-07-10"}
    assert facts(reader, "昨天生的", date(2025, 3, 1))["birth_date"] == "2025-02-28"


def test_a_bare_day_stays_a_day_with_every_year_it_may_mean(reader: Any) -> None:
    (mention,) = reader.read("8月3号", Context(), TODAY).mentions
    assert "2026-08-03" in mention.options
    assert "2025-08-03" in mention.options
    assert {told.name for told in told_in(reader.read("8月3号", Context(), TODAY))} <= {"other_date", "deadline_asked"}


def test_what_is_expected_gives_a_bare_day_its_meaning(reader: Any) -> None:
    texts = [
        "8月3号",
        "10.6",
        "9月20",
        "上个月8号",
        "国庆那天",
        "昨天",
        "2026年7月1日",
        "五月初八",
        "十月三号",
        "13号",
        "0903",
        "7-15",
    ]
    heard = {
        text: reader.read(text, Context(open="ask_coverage_start", about="从哪天能报", expect="birth_date"), TODAY)
        for text in texts
    }
    mostly(
        (bool(reading.of("birth", "other", "asked")) for reading in heard.values()),
        wrong=[f"{text} → {reading.mentions}" for text, reading in heard.items()],
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [("十", 10), ("二十三", 23), ("廿三", 23), ("二零二五", 2025), ("两", 2), ("１２", 12), ("一百八十", 180)],
)
def test_numerals(text: str, value: int) -> None:
    assert number(text) == value


def test_spans_point_into_the_text_as_it_was_written(reader: Any) -> None:
    text = "寶寶２０２５年７月１０日出生，在江蘇"
    reading = reader.read(text, Context(), TODAY)
    assert {text[m.start : m.end] for m in reading.mentions} == {"２０２５年７月１０日", "江蘇"}
    assert facts(reader, text) == {"birth_date": "2025-07-10", "region": ["320000"]}


# From a mention to a fact: pure


@pytest.mark.parametrize(
    ("mention", "told"),
    [
        (Mention("day", "birth", "2026-10-03", "10月3号"), [("birth_date", "2026-10-03", False)]),
        (Mention("day", "paid", "2026-12-20", "12月20", polarity="plan"), [("paid_date", "2026-12-20", True)]),
        (Mention("day", "asked", "2026-12-31", "12月31"), [("deadline_asked", "2026-12-31", True)]),
        (Mention("day", "paid", "2026-04-28", "4月28", polarity="neg"), []),
        (Mention("day", "birth", None, "2月30", problem="2月没有30号"), []),
        (Mention("day", "deducted", "2026-09-01", "9月1号"), [("other_date", "2026-09-01", False)]),
        (Mention("place", "insured", ["320100"], "南京"), [("region", ["320100"], False)]),
        (Mention("place", "insured", ["320100"], "南京", polarity="neg"), []),
        (Mention("place", "elsewhere", ["620000"], "甘肃"), [("other_region", ["620000"], False)]),
        (Mention("years", "lapse_years", [2024], "24年"), [("lapse_years", [2024], False)]),
        (Mention("permit", "permit", True, "居住证", polarity="neg"), [("residence_permit", False, False)]),
        (Mention("pregnancy", "pregnant", {"weeks": 32}, "32周"), [("pregnancy_weeks", 32, False)]),
        (Mention("age", "age", {"months": 2, "stage": "新生儿"}, "两个月"), [("stage", "新生儿", False)]),
        (Mention("age", "age", {"months": 100, "stage": None}, "八岁"), []),
        (Mention("person", "proxy", "奶奶", "奶奶"), [("proxy", "奶奶", False)]),
        (Mention("person", "payer", "爸爸", "爸爸", polarity="neg"), []),
        (Mention("child", "about", "小的", "老二"), []),
        (Mention("place", "visited", ["310000"], "上海"), [("visit_region", ["310000"], False)]),
    ],
)  # fmt: skip
def test_a_mention_tells_its_fact(mention: Mention, told: "list[Any]") -> None:
    reading = Reading(mention.text, ("inform",), (mention,))
    assert [(fact.name, fact.value, fact.supposed) for fact in told_in(reading)] == told


def test_notes_tell_facts_too() -> None:
    reading = Reading("", ("inform",), notes={"use": "premium", "child_enrolled": False, "amount": 380})
    assert {fact.name: fact.value for fact in told_in(reading)} == {"use": "premium", "child_enrolled": False}
