"""Whose a day or year of a message is: a teacher's pupils by surname, children by their labels; and small words beside
years and places that were misread."""

from datetime import date
from typing import Any

import pytest

from bot.nlu.conversation import Context
from bot.nlu.lexicon import find_words
from bot.nlu.notes import find_notes
from bot.nlu.years import find_years

DAY = date(2025, 9, 12)


def mentions(reader: Any, message: str, day: date = DAY, **context: Any) -> list[tuple[str, str, Any]]:
    return [(m.role, m.owner, m.value) for m in reader.read(message, Context(**context), day).mentions]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("班上王同学没交", ["王同学"]), ("同桌李同学交了", ["李同学"]), ("还有个张同学", ["张同学"]),
        ("小陈同学呢", ["小陈同学"]),
        ("甲同学和乙同学", ["甲同学", "乙同学"]), ("我同学家的", []), ("他同学呢", []), ("同学们都交了", []),
        ("各位同学", []), ("其余同学都交了", []),
        ("任何同学都要交吗", []), ("没交钱同学咋办", []), ("对于同学来说", []),
        ("王同学会不会等", ["王同学"]), ("她老同学", []),
    ],
)  # fmt: skip
def test_a_pupil_goes_by_the_surname(text: str, names: list[str]) -> None:
    assert [word.value for word in find_words(text) if word.kind == "child" and word.value.endswith("同学")] == names


def test_each_day_is_the_pupils_before_it(reader: Any) -> None:
    heard = mentions(
        reader,
        "我是虎林一小的班主任，班里赵同学2024年6月3日交的，孙同学拖到2024年8月9日才交，还有个钱同学2023年11月2日就交了",
    )
    assert {owner: value for role, owner, value in heard if role == "paid"} == {
        "赵同学": "2024-06-03", "孙同学": "2024-08-09", "钱同学": "2023-11-02",
    }  # fmt: skip
    assert not [role for role, _, _ in heard if role == "stranger"]


def test_a_pupil_may_stand_behind_its_day(reader: Any) -> None:
    heard = mentions(reader, "11月2号交的钱同学呢", open="ask_waiting_period", kids=("赵同学", "钱同学"))
    assert [owner for role, owner, _ in heard if role == "paid"] == ["钱同学"]


@pytest.mark.parametrize("label", ["老二", "小的", "大的", "老大"])
def test_where_a_child_is_named_nothing_is_of_another(reader: Any, label: str) -> None:
    heard = mentions(
        reader,
        f"去年也这么闹过，{label}2024年度的是24年9月18号才交的，从哪天算",
        open="ask_premium",
        kids=("大的", "小的"),
    )
    others = {"大的", "小的", "老二", "老三"} - {label} - ({"大的"} if label == "老大" else set())
    assert not {owner for _, owner, _ in heard} & others
    assert ("paid", "2024-09-18") in [(role, value) for role, _, value in heard]


@pytest.mark.parametrize(
    ("text", "values"),
    [("2022年以前年年都交", [2022]), ("之前年年交，2025没交", [2025]), ("前年断的", [2023]), ("前年年底断的", [])],
)
def test_before_every_year_is_no_year_before_last(text: str, values: list[int]) -> None:
    assert [value for found in find_years(text, DAY) for value in found.values] == values


@pytest.mark.parametrize("text", ["两年一次医保没报过", "一回都没报过", "一分钱也没报销过", "三年一次没报过"])
def test_not_once_is_no_once(text: str) -> None:
    found = find_notes(text)
    assert (found.get("never_claimed"), found.get("only_once")) == (True, None)


def test_once_beside_never_is_once() -> None:
    assert find_notes("就26年报过，其他年没报过").get("only_once") is True


@pytest.mark.parametrize(
    ("message", "role"),
    [
        ("娃户口4月8日从安徽宿州迁到苏州吴江，今年哪边都没交，现在参保要等吗", "household"),
        ("我们住苏州吴江，娃今年哪头也没交医保，现在交要等吗", "insured"),
    ],
)
def test_a_place_stands_where_both_are_denied(reader: Any, message: str, role: str) -> None:
    heard = mentions(reader, message, date(2026, 6, 15))
    assert [r for r, _, value in heard if value == ["320509"]] == [role]


@pytest.mark.parametrize(
    ("message", "day"),
    [
        ("9月20号钱到账，几号能用", "2025-09-20"), ("9月20号交上，那几号能报", "2025-09-20"),
        ("9月20号钱到账的，几号能用", "2024-09-20"),
    ],
)  # fmt: skip
def test_a_day_of_payment_asked_from_is_to_come(reader: Any, message: str, day: str) -> None:
    assert [value for role, _, value in mentions(reader, message, open="ask_coverage_start") if role == "paid"] == [day]


# A year that was not paid, a birth just told, one payment of two days


@pytest.mark.parametrize(
    ("text", "paid", "lapsed"),
    [
        ("1月6日缴了26年度的，没缴25年度", [2026], [2025]),
        ("没交25年的，交了26年的", [2026], [2025]),
        ("25年的没交只交了26年", [2026], [2025]),
        ("25年的没交26年的交了", [2026], [2025]),
        ("只交了2026年度，2025年度的没有交", [2026], [2025]),
        ("缴了25年度的，26年的没交", [2025], [2026]),
        ("如果27年我懒得交，28年再续上", [2028], [2027]),
        ("26年忘了交", [], [2026]),
        ("25年没顾得上交，26年交了", [2026], [2025]),
        ("25、26都交了", [2025, 2026], []),
        ("一直交到25年", [2025], []),
    ],
)
def test_a_year_said_not_to_be_paid_is_none(reader: Any, text: str, paid: list[int], lapsed: list[int]) -> None:
    heard = mentions(reader, text, date(2026, 3, 10))
    found = {
        role: sorted(y for r, _, value in heard if r == role for y in value) for role in ("paid_years", "lapse_years")
    }
    assert found == {"paid_years": paid, "lapse_years": lapsed}


@pytest.mark.parametrize("text", ["没交25年的，交了26年的", "还没交26年的"])
def test_a_year_is_no_number_of_years(text: str) -> None:
    assert "lapse_count" not in find_notes(text)
    assert find_notes("没交3年")["lapse_count"] == 3


@pytest.mark.parametrize(
    "text",
    [
        "家在射阳老大上一年级老二4月2号刚生老二医保啥时候截止",
        "泰州的，小的4月2号才生，医保最晚几号",
        "4月2号刚落地，海安的，啥时候截止",
    ],
)
def test_a_day_somebody_was_just_born_is_a_birth(reader: Any, text: str) -> None:
    assert [value for role, _, value in mentions(reader, text, date(2026, 5, 20)) if role == "birth"] == ["2026-04-02"]


def test_of_two_days_of_one_payment_none_is_another_familys(reader: Any) -> None:
    heard = mentions(
        reader,
        "来电的是兴化一位妈妈，小孩2026年8月20号生，10月9号交的款10月12号入账，问住院那段能不能报",
        date(2026, 11, 2),
    )
    assert [value for role, _, value in heard if role == "paid"] == ["2026-10-12"]
    assert not [owner for _, owner, _ in heard if owner == "他人"]


def test_a_list_of_years_is_of_the_child_before_it(reader: Any) -> None:
    context = {"open": "ask_remote_settlement", "kids": ("大的", "小的")}
    heard = mentions(reader, "小宝26、27两年都交了，昨天到的账", date(2026, 10, 28), **context)
    assert [(owner, value) for role, owner, value in heard if role == "paid_years" and value] == [
        ("小的", [2026]), ("小的", [2027]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("你直接帮我查，我把她身份证号发你", True), ("发你身份证，看看交上没", True), ("帮我查查，身份证报给你", True),
        ("身份证还没办，能查吗", False), ("查参保要带身份证吗", False),
    ],
)  # fmt: skip
def test_a_number_is_declined_before_it_is_sent(text: str, offered: bool) -> None:
    assert bool(find_notes(text).get("look_up")) is offered


@pytest.mark.parametrize(
    ("text", "named"),
    [("我是一小的老师", []), ("附小的班主任", []), ("小的那个呢", ["小的"]), ("就小的没交", ["小的"])],
)
def test_a_school_is_no_child(text: str, named: list[str]) -> None:
    assert [word.value for word in find_words(text) if word.kind == "child"] == named


@pytest.mark.parametrize(
    "text", ["我自己家的9月5号生，也是这天？", "我自己的娃9月5号生的呢", "俺自家那个9月5号生，一样不"]
)
def test_ones_own_is_nobody_elses(reader: Any, text: str) -> None:
    heard = mentions(reader, text, date(2026, 11, 20), open="ask_payment_period", knows=("region",))
    assert [(role, owner) for role, owner, _ in heard if role in ("birth", "stranger")] == [("birth", "")]


@pytest.mark.parametrize(
    ("message", "born"),
    [
        ("上个月在扬州生的 19号", "2025-10-19"), ("这个月刚生的 3号 要赶几号前", "2025-11-03"),
        ("上月生的，8号，几号前交", "2025-10-08"),
        ("上个月交的钱 19号住的院", None), ("上个月生的 后来19号去登记的", None),
    ],
)  # fmt: skip
def test_a_day_told_behind_its_month_is_of_that_month(reader: Any, message: str, born: str | None) -> None:
    heard = mentions(reader, message, date(2025, 11, 25))
    assert [v for role, _, v in heard if role == "birth" and len(str(v)) == 10] == ([born] if born else [])


@pytest.mark.parametrize(
    "message",
    ["你上次说12月4号", "按三个月就是11月12", "他爸算的12月5号", "去年是10月20号开始吧", "那我15号那天再去？"],
)
def test_a_day_that_is_computed_or_planned_is_no_birthday(reader: Any, message: str) -> None:
    stands = {"open": "ask_payment_period", "knows": ("region",)}
    assert "birth" not in [role for role, _, _ in mentions(reader, message, date(2025, 11, 25), **stands)]


@pytest.mark.parametrize("message", ["10月21生", "10.21号出生", "10月21日生的"])
def test_a_birth_is_one_whatever_was_asked_for(reader: Any, message: str) -> None:
    stands = {"open": "ask_birth_expense", "expect": "paid_date", "knows": ("region",)}
    heard = mentions(reader, message, date(2025, 11, 25), **stands)
    assert [role for role, _, v in heard if str(v).endswith("10-21")] == ["birth"]


@pytest.mark.parametrize(("message", "value"), [("5号那天交算不算", "2025-12-05"), ("5号交的算不算", "2025-11-05")])
def test_what_is_paid_on_that_day_is_not_paid_yet(reader: Any, message: str, value: str) -> None:
    stands = {"open": "ask_payment_period", "knows": ("region", "birth_date")}
    assert value in [v for _, _, v in mentions(reader, message, date(2025, 11, 10), **stands)]
