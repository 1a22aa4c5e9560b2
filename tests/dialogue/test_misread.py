"""Days that were misread because of what the conversation knows: each kind with a table of its own.

The readings are built by hand; a day without a year carries the year a reader gives it that knows nothing of the child,
and every other one it may mean.
"""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dialogue.reading import Mention, Reading
from dialogue.state import DialogueState, Standing
from dialogue.update import StateUpdate, hear
from tests.dialogue.builders import JIANGSU, NANJING, SUZHOU, Talk, day, heard, place, word

BIRTH, PAID = "birth_date", "paid_date"


def known(**facts: Any) -> DialogueState:
    return replace(DialogueState(), region=JIANGSU).with_facts("", **facts)


def yearless(role: str, month_day: str, guess: int, today: str, polarity: str = "asserted", **more: Any) -> Mention:
    """“9月5号”: `guess` is the year of a reader that knows nothing; it may be of any year near today."""
    year = int(today[:4])
    options = tuple(f"{y}-{month_day}" for y in range(year - 3, year + 3))
    return day(role, f"{guess}-{month_day}", polarity=polarity, options=options, **more)


def bare(role: str, number: int, guess: str, today: str, **more: Any) -> Mention:
    """“28号”: of any month near today; `guess` is the one a reader takes that knows nothing."""
    first = date.fromisoformat(today)
    options = []
    for shift in range(-3, 4):
        months = first.year * 12 + first.month - 1 + shift
        try:
            options.append(date(months // 12, months % 12 + 1, number).isoformat())
        except ValueError:
            continue
    return day(role, guess, options=tuple(options), day=number, **more)


def month(role: str, value: str, **more: Any) -> Mention:
    """“10月底”: a month without its day."""
    return replace(day(role, value, **more), kind="month")


# A bare day fits what is known


def asks(intent: str, **facts: Any) -> DialogueState:
    return replace(known(**facts), standing=Standing(intent, "", JIANGSU))


WAITING, PERIOD, COVERED = "ask_waiting_period", "ask_payment_period", "ask_coverage_start"
FITTING: list[tuple[str, str, DialogueState, Reading, str, str, bool]] = [
    # what is said, today, what is known, the reading, the fact, its day, only supposed?
    (
        "假如11月2号钱才到", "2026-09-30", asks(WAITING, birth_date="2026-08-12"),
        heard("follow", says=(yearless("paid", "11-02", 2025, "2026-09-30", "supp"),)), PAID, "2026-11-02", True,
    ),
    (
        "我2月22去缴行不行", "2026-02-20", asks(PERIOD, birth_date="2025-11-25"),
        heard("follow", says=(yearless("paid", "02-22", 2025, "2026-02-20", "ask"),)), PAID, "2026-02-22", True,
    ),
    (
        "打算1月8号发了工资交", "2025-12-20", asks(PERIOD, birth_date="2025-10-30"),
        heard("follow", says=(yearless("paid", "01-08", 2025, "2025-12-20", "plan"),)), PAID, "2026-01-08", True,
    ),
    (
        "9月10号带去看病，刷得了吗", "2026-06-01", asks("ask_visit_settlement", birth_date="2026-03-05"),
        heard("follow", says=(yearless("visit", "09-10", 2025, "2026-06-01", "ask"),)),
        "visit_date", "2026-09-10", True,
    ),
    (
        "12月5号交的（还没到那天）", "2026-11-26", asks(PERIOD, birth_date="2026-10-20"),
        heard("inform", says=(yearless("paid", "12-05", 2025, "2026-11-26"),)), PAID, "2026-12-05", True,
    ),
    (
        "6月6号生的，拖到9月3号到账呢", "2026-07-15", replace(known(), standing=Standing(WAITING, "", JIANGSU)),
        heard("follow", says=(
            yearless("birth", "06-06", 2026, "2026-07-15"), yearless("paid", "09-03", 2025, "2026-07-15", "supp"),
        )), PAID, "2026-09-03", True,
    ),
    (
        "那1月5号呢", "2026-11-26", asks(PERIOD, birth_date="2026-10-28"),
        heard("follow", says=(yearless("asked", "01-05", 2026, "2026-11-26", "ask"),), text="那1月5号呢"),
        PAID, "2027-01-05", True,
    ),
    (
        "不对，1月18号才到账", "2026-02-01", known(birth_date="2025-11-05", paid_date="2025-12-18"),
        heard("inform", says=(yearless("paid", "01-18", 2025, "2026-02-01", corrects=True),)),
        PAID, "2026-01-18", False,
    ),
    (
        "1月6号到账的", "2026-03-10", known(birth_date="2025-12-28"),
        heard("inform", says=(yearless("paid", "01-06", 2025, "2026-03-10"),)), PAID, "2026-01-06", False,
    ),
    (
        "2月3号登记的", "2026-04-02", known(birth_date="2026-01-19"),
        heard("inform", says=(yearless("registered", "02-03", 2025, "2026-04-02"),)),
        "registered_date", "2026-02-03", False,
    ),
    (
        "小的要是12月1号才缴上", "2026-10-12",
        replace(known(), standing=Standing(WAITING, "小的", JIANGSU)).with_facts("小的", birth_date="2026-09-09"),
        heard("follow", says=(yearless("paid", "12-01", 2025, "2026-10-12", "supp", owner="小的"),)),
        PAID, "2026-12-01", True,
    ),
    (
        "上回住院是1月9号", "2026-02-25", known(birth_date="2025-12-30"),
        heard("inform", says=(yearless("visit", "01-09", 2025, "2026-02-25"),)), "visit_date", "2026-01-09", False,
    ),
    (
        "要是拖到来年，2月14才到呢", "2026-12-01", asks(COVERED, birth_date="2026-11-18"),
        heard("follow", says=(yearless("paid", "02-14", 2026, "2026-12-01", "supp"),)), PAID, "2027-02-14", True,
    ),
    (
        "答到账日：1月30", "2026-02-05", replace(known(birth_date="2025-11-20"), expected=PAID),
        heard("inform", says=(yearless("other", "01-30", 2025, "2026-02-05"),), text="1月30"),
        PAID, "2026-01-30", False,
    ),
    (
        "问到账日，答：3号", "2026-01-08", replace(known(birth_date="2025-12-06"), expected=PAID),
        heard("inform", says=(bare("other", 3, "2026-01-03", "2026-01-08"),), text="3号"), PAID, "2026-01-03", False,
    ),
    (
        "先问了12月25，又问28号", "2026-11-26",
        replace(known(birth_date="2026-10-02"), standing=Standing(PERIOD, "", JIANGSU, {PAID: "2026-12-25"})),
        heard("follow", says=(bare("asked", 28, "2026-11-28", "2026-11-26", polarity="ask"),), text="那28号呢"),
        PAID, "2026-12-28", True,
    ),
    (
        "万一10月20号才报上", "2025-08-30", asks(WAITING, birth_date="2025-07-25"),
        heard("follow", says=(yearless("paid", "10-20", 2024, "2025-08-30", "supp"),)), PAID, "2025-10-20", True,
    ),
]  # fmt: skip


@pytest.mark.parametrize("row", FITTING, ids=lambda row: row[0])
def test_a_bare_day_fits_what_is_known(row: tuple[str, str, DialogueState, Reading, str, str, bool]) -> None:
    _, today, state, reading, name, value, supposed = row
    found = hear(state, reading, date.fromisoformat(today))
    assert found.doubts == ()
    assert found.unsure is None
    if supposed:
        assert found.supposed.get(name) == value
        assert found.state.facts.get(name) in (None, state.facts.get(name))
    else:
        assert found.state.facts.get(name) == value
    assert found.state.facts.get(BIRTH, "") <= value


# Impossible and future days


IMPOSSIBLE: list[tuple[str, str, int, str]] = [
    # today, the month of birth told before, the day of the month told now, why it is none
    ("2026-11-26", "2026-06", 31, "6月没有31号"),
    ("2026-11-26", "2026-02", 30, "2月没有30号"),
    ("2026-11-26", "2026-02", 29, "2月没有29号"),
    ("2026-11-26", "2025-11", 31, "11月没有31号"),
    ("2026-05-20", "2026-04", 31, "4月没有31号"),
    ("2026-03-10", "2026-02", 31, "2月没有31号"),
    ("2025-10-08", "2025-09", 31, "9月没有31号"),
    ("2027-03-05", "2027-02", 29, "2月没有29号"),
    ("2026-11-26", "2026-11", 27, "还没到"),
    ("2026-11-26", "2026-11", 29, "还没到"),
    ("2026-09-10", "2026-09", 25, "还没到"),
    ("2026-09-10", "2026-09", 11, "还没到"),
    ("2025-12-15", "2025-12", 31, "还没到"),
    ("2026-01-02", "2026-01", 20, "还没到"),
    ("2027-02-10", "2027-02", 28, "还没到"),
    ("2026-06-01", "2026-06", 18, "还没到"),
]


def guess(number: int, today: str) -> str:
    """The last day of that number that lies behind, else before today's month: what a reader takes for “31号”."""
    now = date.fromisoformat(today)
    behind = []
    for shift in range(4):
        months = now.year * 12 + now.month - 1 - shift
        try:
            behind.append(date(months // 12, months % 12 + 1, number))
        except ValueError:
            continue
    return max(found for found in behind if found <= now).isoformat()


def after_month(told: str, number: int, today: str, role: str = "birth") -> StateUpdate:
    """A month of birth, then only the day of it."""
    now = date.fromisoformat(today)
    first = hear(known(), heard(PERIOD, says=(month("birth", told),)), now)
    assert first.month == (BIRTH, told)
    state = replace(first.state, expected=BIRTH, standing=Standing(PERIOD, "", JIANGSU))
    return hear(
        state, heard("inform", says=(bare(role, number, guess(number, today), today),), text=f"{number}号"), now
    )


@pytest.mark.parametrize("role", ["birth", "other"])
@pytest.mark.parametrize(("today", "told", "number", "why"), IMPOSSIBLE)
def test_a_day_that_cannot_be_is_asked_about_again(today: str, told: str, number: int, why: str, role: str) -> None:
    found = after_month(told, number, today, role)
    assert [name for name, _ in found.doubts] == [BIRTH]
    assert why in found.doubts[0][1]
    assert BIRTH not in found.state.facts


@pytest.mark.parametrize(("today", "told", "number", "why"), IMPOSSIBLE)
def test_the_talk_goes_on_after_a_day_that_cannot_be(today: str, told: str, number: int, why: str) -> None:
    """Said in words, asked again, and the right day is taken: never an error that stays."""
    talk = Talk(today=date.fromisoformat(today)).knowing(NANJING)
    talk.hears(heard(PERIOD, says=(month("birth", told),), text=f"宝宝{int(told[5:])}月生的，最晚哪天交"))
    wrong = bare("birth", number, guess(number, today), today)
    for _ in range(2):
        said = talk.hears(heard("inform", says=(wrong,), text=f"{number}号"))
        assert why in said
        assert talk.state.facts.get(BIRTH) is None
    talk.hears(heard("inform", says=(bare("birth", 1, guess(1, today), today),), text="1号"))
    assert talk.state.facts.get(BIRTH) == f"{told}-01"


@pytest.mark.parametrize(
    ("today", "value"),
    [
        ("2026-11-26", "2026-12-08"), ("2026-11-26", "2026-11-27"), ("2026-11-26", "2027-03-01"),
        ("2025-09-05", "2025-09-30"), ("2026-01-10", "2026-10-01"),
    ],
)  # fmt: skip
def test_a_birthday_said_with_its_year_that_is_to_come_is_no_birthday(today: str, value: str) -> None:
    """Whether or not the reader noticed it."""
    found = hear(known(), heard(PERIOD, says=(day("birth", value),)), date.fromisoformat(today))
    assert BIRTH not in found.state.facts
    assert [name for name, _ in found.doubts] == [BIRTH]


# End and beginning of a named month


NAMED_MONTH: list[tuple[str, str, str, int, str, str]] = [
    # today, the event, its month (底, 初), the day told next, what a reader without the month takes, the right day
    ("2026-11-26", "birth", "2026-09", 29, "2026-10-29", "2026-09-29"),
    ("2026-11-26", "birth", "2026-10", 31, "2026-10-31", "2026-10-31"),
    ("2026-11-26", "birth", "2026-08", 26, "2026-11-26", "2026-08-26"),
    ("2026-11-26", "birth", "2026-11", 2, "2026-11-02", "2026-11-02"),
    ("2026-11-26", "birth", "2026-10", 3, "2026-11-03", "2026-10-03"),
    ("2026-11-26", "birth", "2026-07", 15, "2026-11-15", "2026-07-15"),
    ("2026-11-26", "birth", "2025-12", 30, "2026-10-30", "2025-12-30"),
    ("2026-03-05", "birth", "2026-02", 27, "2026-02-27", "2026-02-27"),
    ("2026-01-10", "birth", "2025-12", 1, "2026-01-01", "2025-12-01"),
    ("2026-01-10", "birth", "2025-11", 9, "2026-01-09", "2025-11-09"),
    ("2025-07-15", "birth", "2025-06", 28, "2025-06-28", "2025-06-28"),
    ("2026-11-26", "paid", "2026-10", 28, "2026-11-28", "2026-10-28"),
    ("2026-11-26", "paid", "2026-09", 4, "2026-11-04", "2026-09-04"),
    ("2026-02-20", "paid", "2026-01", 5, "2026-02-05", "2026-01-05"),
    ("2026-11-26", "changed", "2026-09", 25, "2026-11-25", "2026-09-25"),
    ("2026-11-26", "changed", "2026-06", 30, "2026-10-30", "2026-06-30"),
]
FACT = {"birth": BIRTH, "paid": PAID, "changed": "transition_date"}


@pytest.mark.parametrize(("today", "role", "told", "number", "alone", "right"), NAMED_MONTH)
def test_a_day_after_the_end_or_beginning_of_a_month_is_of_that_month(
    today: str, role: str, told: str, number: int, alone: str, right: str
) -> None:
    now, name = date.fromisoformat(today), FACT[role]
    before = known(birth_date="2025-08-01") if role == "paid" else known()
    state = hear(before, heard("inform", says=(month(role, told),)), now).state
    state = replace(state, expected=name)
    for answer in (role, "other"):
        reading = heard("inform", says=(bare(answer, number, alone, today),), text=f"{number}号")
        found = hear(state, reading, now)
        assert found.doubts == (), answer
        assert found.state.facts.get(name) == right, answer


# Paid before birth


PREGNANT = (replace(word("pregnant", {"months": 8}), kind="pregnancy"),)
WEEKS = (replace(word("pregnant", {"weeks": 33}), kind="pregnancy"),)
UNBORN: list[tuple[str, str, DialogueState, tuple[Reading, ...], str, str]] = [
    # what is said, today, what is known, the messages, the day of birth, the day of payment or registration
    (
        "怀孕八个月交的，8月20号；9月6号生了", "2026-09-15", known(),
        (heard(PERIOD, says=(*PREGNANT, day("paid", "2026-08-20"), day("birth", "2026-09-06"))),),
        "2026-09-06", "2026-08-20",
    ),
    (
        "孕33周缴的费，生在后头", "2026-10-20", known(),
        (heard(WAITING, says=(day("paid", "2026-08-31"), *WEEKS, day("birth", "2026-10-15"))),),
        "2026-10-15", "2026-08-31",
    ),
    (
        "先说生日，再说怀着的时候就交了", "2026-11-26", known(birth_date="2026-11-08"),
        (heard("inform", says=(*PREGNANT, day("paid", "2026-10-12"))),), "2026-11-08", "2026-10-12",
    ),
    (
        "怀孕几个月是先前说的", "2026-11-26", known(pregnancy_months=7),
        (heard("inform", says=(day("paid", "2026-09-18"),)), heard("inform", says=(day("birth", "2026-11-20"),))),
        "2026-11-20", "2026-09-18",
    ),
    (
        "孕周是先前说的，生日和缴费一句话", "2026-06-12", known(pregnancy_weeks=30),
        (heard(COVERED, says=(day("birth", "2026-06-01"), day("paid", "2026-04-02"))),), "2026-06-01", "2026-04-02",
    ),
    (
        "问的是准新生儿，接着说", "2026-11-26", asks("ask_unborn_enrollment"),
        (heard("follow", says=(day("paid", "2026-10-28"), day("birth", "2026-11-24"))),), "2026-11-24", "2026-10-28",
    ),
    (
        "一句里就问准新生儿", "2026-11-26", known(),
        (heard("ask_unborn_enrollment", says=(day("paid", "2026-10-09"), day("birth", "2026-11-19"))),),
        "2026-11-19", "2026-10-09",
    ),
    (
        "预产期前交的，说了预产期", "2026-03-20", known(),
        (heard(WAITING, says=(day("due", "2026-03-25"), day("paid", "2026-02-10"), day("birth", "2026-03-18"))),),
        "2026-03-18", "2026-02-10",
    ),
    (
        "先报了预产期，生了再来说", "2026-12-20", known(),
        (heard("inform", says=(day("due", "2026-12-25"), day("paid", "2026-11-28"))),
         heard(PERIOD, says=(day("birth", "2026-12-17"),))), "2026-12-17", "2026-11-28",
    ),
    (
        "南京，肚里就缴了，昨天生", "2026-11-26", known(),
        (heard(COVERED, says=(place("insured", NANJING), *PREGNANT, day("paid", "2026-10-30"),
                              day("birth", "2026-11-25"))),), "2026-11-25", "2026-10-30",
    ),
    (
        "跨年：去年底怀着交的，今年1月生", "2026-01-30", known(),
        (heard(PERIOD, says=(*WEEKS, day("paid", "2025-12-22"), day("birth", "2026-01-26"))),),
        "2026-01-26", "2025-12-22",
    ),
    (
        "苏州，第36周缴的，到账和出生差三天", "2026-09-20", replace(known(), region=SUZHOU),
        (heard(WAITING, says=(replace(word("pregnant", {"weeks": 36}), kind="pregnancy"), day("paid", "2026-09-12"),
                              day("birth", "2026-09-15"))),), "2026-09-15", "2026-09-12",
    ),
    (
        "小的是怀着的时候交的", "2026-11-26", known(),
        (heard(PERIOD, says=(replace(PREGNANT[0], owner="小的"), day("paid", "2026-09-25", owner="小的"),
                             day("birth", "2026-11-03", owner="小的"))),), "2026-11-03", "2026-09-25",
    ),
    (
        "怀孕9个月那会儿办的，前天生", "2025-10-20", known(),
        (heard(PERIOD, says=(replace(word("pregnant", {"months": 9}), kind="pregnancy"), day("paid", "2025-10-02"))),
         heard("inform", says=(day("birth", "2025-10-18"),))), "2025-10-18", "2025-10-02",
    ),
    (
        "准新生儿登记答完，问钱什么时候生效", "2026-05-10", asks("ask_unborn_enrollment", pregnancy_months=8),
        (heard(COVERED, says=(day("paid", "2026-04-11"),)), heard("follow", says=(day("birth", "2026-05-07"),))),
        "2026-05-07", "2026-04-11",
    ),
]  # fmt: skip


@pytest.mark.parametrize("row", UNBORN, ids=lambda row: row[0])
def test_a_payment_before_the_birth_of_a_child_told_unborn_is_right(
    row: tuple[str, str, DialogueState, tuple[Reading, ...], str, str],
) -> None:
    """Neither doubted nor dropped: whoever paid during the pregnancy has paid."""
    _, today, state, readings, birth, paid = row
    for reading in readings:
        found = hear(state, reading, date.fromisoformat(today))
        assert found.doubts == ()
        assert PAID not in found.dropped
        state = found.state
    assert (state.facts.get(BIRTH), state.facts.get(PAID)) == (birth, paid)


@pytest.mark.parametrize(
    ("birth", "paid"),
    [
        ("2026-11-08", "2026-11-01"),
        ("2026-10-20", "2026-06-30"),
        ("2026-09-01", "2025-12-15"),
        ("2026-08-10", "2026-08-09"),
    ],
)
def test_without_a_word_of_a_pregnancy_the_two_days_are_checked(birth: str, paid: str) -> None:
    found = hear(known(birth_date=birth), heard("inform", says=(day("paid", paid),)), date(2026, 11, 26))
    assert [name for name, _ in found.doubts] == [PAID]
    assert PAID not in found.state.facts
