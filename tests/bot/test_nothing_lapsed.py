"""“没断” is no lapse, “还没办” is no permit; an agent's formal words ask as well."""

from datetime import date
from typing import Any

import pytest

from bot.nlu.conversation import Context
from bot.nlu.splitting import questions_in
from tests.bot.test_letters import facts

DAY = date(2026, 5, 20)


def told(reader: Any, message: str, name: str) -> set[str]:
    return {value for one, value, _, supposed in facts(reader, message, DAY) if one == name and not supposed}


@pytest.mark.parametrize(
    "message",
    [
        "威海的，去年没断过", "去年没断，今年接着交了，要等吗", "淮安 25年没断保", "去年没有断交过，封顶多少",
        "去年没断缴 要等不", "去年不曾断，今年晚交几个月", "我们24年25年一直没停过", "去年没漏交", "2025年度没间断过",
        "去年也没落下，怎么还要等",
        "24没断过 25也没断过", "他去年没中断的", "去年娃的没断，今年转来的",
    ],
)  # fmt: skip
def test_what_was_not_left_out_is_no_lapse(reader: Any, message: str) -> None:
    assert not told(reader, message, "lapse_years")


@pytest.mark.parametrize(
    ("message", "year"),
    [
        ("去年没交，今年补行吗", "2025"), ("去年断了一年", "2025"), ("去年他也没断，今年忘交了", "2026"),
        ("去年没断，今年断了", "2026"), ("威海的，去年断过", "2025"), ("25年没续上", "2025"),
    ],
)  # fmt: skip
def test_what_was_left_out_is_one(reader: Any, message: str, year: str) -> None:
    assert year in "".join(told(reader, message, "lapse_years"))


@pytest.mark.parametrize(
    ("message", "has"),
    [
        ("居住证还没办，得住多久", "False"), ("居住证没下来能参保吗", "False"), ("居住证一直没去办，咋弄", "False"),
        ("居住证没有，行不行", "False"), ("居住证刚领，能参保吗", "True"), ("居住证没过期，能参保吗", "True"),
        ("居住证有，户口没迁", "True"), ("居住证办好了没多久", "True"),
    ],
)  # fmt: skip
def test_a_permit_that_is_not_there_yet_is_none(reader: Any, message: str, has: str) -> None:
    assert told(reader, message, "residence_permit") == {has}


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("问：能否在常参保、何时享受", 2), ("来电查：可否补缴、有无等待期", 2), ("是否需居住证、几时截止", 2),
        ("带身份证、户口本、照片行吗", 1), ("南京、苏州哪个高", 1), ("能否参保", 1),
    ],
)  # fmt: skip
def test_an_agents_list_of_questions_is_several(message: str, parts: int) -> None:
    assert len(questions_in(message)) == parts


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("株洲，6岁，26年未缴，金额与期限。", ("ask_premium", "ask_payment_period")),
        ("保定，上月20号生，问最晚与起报日", ("ask_payment_period", "ask_coverage_start")),
        ("盐城 三岁 缴费渠道/标准", ("ask_payment_channel", "ask_premium")),
        ("孩子跟爷爷奶奶和我住", ("inform",)), ("南京 大的和小的", ("inform",)), ("扬州，低保和残疾", ("inform",)),
        ("常州的，小学和初中", ("inform",)),
    ],
)  # fmt: skip
def test_notes_that_end_in_two_nouns_ask_two_questions(reader: Any, message: str, asked: tuple[str, ...]) -> None:
    assert reader.read(message, Context(), DAY).labels == asked


@pytest.mark.parametrize(
    ("message", "lapsed", "paid"),
    [
        ("断了2025和2026，27年交了的话封顶线多少", {2025, 2026}, {2027}),
        ("25年交了 26断了 27又交", {2026}, {2025, 2027}),
        ("28年断了29年再交呢", {2028}, {2029}), ("没断过 25 26都交了", set(), {2025, 2026}),
        ("交25的26的还是都交", set(), set()),
    ],
)  # fmt: skip
def test_which_years_broke_off(reader: Any, message: str, lapsed: set[int], paid: set[int]) -> None:
    heard = reader.read(message, Context(open="ask_critical_illness_cap", knows=("region",)), date(2027, 3, 1))
    assert {y for m in heard.of("lapse_years") if m.value for y in m.value} == lapsed
    assert {y for m in heard.of("paid_years", "enrolled_years") if m.value for y in m.value} == paid
