"""Marks of callers before an agent's messages, and the numbers, letters and lists that are none."""

from datetime import date
from typing import Any

import pytest

from bot.nlu.callers import called_by, caller_of, without_caller
from bot.nlu.conversation import Context
from bot.nlu.notes import find_notes

DAY = date(2026, 3, 12)
TWO = Context(open="ask_premium", callers=("2", "1"))


@pytest.mark.parametrize(
    ("message", "who"),
    [
        ("c1 徐州 大班 几号截止", "C1"), ("T2 泰州 刚生", "T2"), ("1) 无锡 低保", "1"), ("2）镇江 6岁 钱数", "2"),
        ("3# 绍兴 大一", "3"), ("#4 淮安 补交", "4"), ("（5）盐城 转学", "5"), ("[6] 宿迁", "6"),
        ("【7】杭州 断了一年", "7"),
        ("⑧合肥 居住证", "8"), ("No.9 扬州", "9"), ("(b) 南京 出生证", "B"), ("b) 苏州 备案", "B"), ("⑫ 重庆", "12"),
    ],
)  # fmt: skip
def test_a_mark_before_a_place_is_a_caller(message: str, who: str) -> None:
    found = called_by(message, Context())
    assert found is not None
    assert caller_of(found) == who
    said = without_caller(message, found)
    assert len(said) == len(message)
    assert said.strip() == message[found.end() :].strip()


@pytest.mark.parametrize(
    ("message", "who"),
    [
        ("1)钱呢", "1"), ("②要带啥", "2"), ("3)没上户口的", "3"), ("#1 生日报错了", "1"), ("1补 还有个小的", "1"),
        ("2追 到账晚一天", "2"), ("回2 年份改27", "2"), ("回到1 再念", "1"), ("3 新来的 三岁", "3"),
        ("那给②说一句", None), ("1改 0912生", "1"), ("回①，身份证没带", "1"),
    ],
)  # fmt: skip
def test_where_callers_are_known_a_mark_is_enough(message: str, who: str | None) -> None:
    found = called_by(message, TWO)
    assert (caller_of(found) if found else None) == who


@pytest.mark.parametrize(
    "message",
    [
        "1)交多少", "①怎么交", "2、要带什么", "D3能报吗", "d3 能报不", "B1 打几针", "5# 楼有人收吗",
        "(1)多少钱 (2)几号止", "①多少钱②到哪天", "1、南京要多少 2、几号截止",
        "1.5岁 南京的", "3#楼 交过了", "no.1 是谁", "A2 奶粉能报吗",
        "g60 高速",
    ],
)  # fmt: skip
def test_without_callers_or_a_place_it_is_none(message: str) -> None:
    assert called_by(message, Context()) is None


@pytest.mark.parametrize(
    "message",
    [
        "2个娃都要交吗", "3月交的", "5 岁了", "1年多少", "2 号到账", "9 新来的", "d3 能报不", "B1 打几针", "2.10交的",
        "1补缴要多少", "①多少钱 ②到哪天", "2",
    ],
)  # fmt: skip
def test_what_counts_or_asks_is_none_where_callers_are_known_either(message: str) -> None:
    assert called_by(message, TWO) is None


@pytest.mark.parametrize(
    "context", [Context(offered=("什么时候缴费",)), Context(expect="region"), Context(form="region")]
)
def test_a_number_may_answer_what_was_asked(context: Context) -> None:
    assert called_by("2) 苏州的", context) is None


@pytest.mark.parametrize("message", ["#" * 5000, "1)" * 3000, "①" * 4000, "回" * 4000, "c1 " * 2000])
def test_hostile_marks_are_read_at_once(message: str) -> None:
    called_by(message, TWO)


def test_the_same_family_by_any_mark(reader: Any) -> None:
    """“来电2 …”, then “2追 …”, then “②…”."""
    said = [("来电2 威海 6岁 问钱", Context()), ("2追 几号止", TWO), ("②要啥材料", TWO)]
    assert {reader.read(text, context, DAY).notes.get("caller") for text, context in said} == {"2"}


@pytest.mark.parametrize(
    ("message", "same"),
    [
        ("益阳 同问", True), ("安庆的，问的一样", True), ("蚌埠 同", True), ("同上", True),
        ("跟我同一个单位", False), ("同学家的", False), ("合同没了", False), ("他们不同", False), ("意见不同", False),
    ],
)  # fmt: skip
def test_who_asks_the_same_says_so(message: str, same: bool) -> None:
    assert bool(find_notes(message).get("same_question")) is same


WAITING: dict[str, Any] = {
    "open": "ask_waiting_period", "about": "生效和等待期", "expect": "lapse_years", "within": "230100",
    "callers": ["2", "1"],
    "waiting": {"1": {"open": "ask_premium", "about": "交多少钱", "expect": "paid_date", "within": "320500"}},
}  # fmt: skip


@pytest.mark.parametrize(
    ("mark", "expect", "within"),
    [("1", "paid_date", "320500"), ("2", "lapse_years", "230100"), ("3", "", None)],
)
def test_each_caller_goes_on_where_the_own_talk_stopped(mark: str, expect: str, within: str | None) -> None:
    found = Context.from_json(WAITING).of_caller(mark)
    assert (found.expect, found.within) == (expect, within)


@pytest.mark.parametrize("said", ["1补 3月5号", "回1 那要是3月5号才到账", "①没断过 3.5到的账"])
def test_a_caller_who_waited_is_heard_in_the_own_talk(reader: Any, said: str) -> None:
    """And not beside what the other one is being asked."""
    context = Context.from_json(WAITING)
    own = Context.from_json({**WAITING["waiting"]["1"], "callers": ["1"]})
    found, alone = reader.read(said, context, DAY), reader.read(said, own, DAY)
    assert (found.labels, found.mentions, found.ranking) == (alone.labels, alone.mentions, alone.ranking)


@pytest.mark.parametrize(
    ("message", "label"),
    [
        ("徐州 三岁 钱", "ask_premium"), ("来电4 扬州 中班 截止", "ask_payment_period"),
        ("盐城 一年级 9月交了", "inform"), ("连云港 刚满月", "inform"),
    ],
)  # fmt: skip
def test_notes_may_ask_in_their_last_word(reader: Any, message: str, label: str) -> None:
    assert reader.read(message, Context(), DAY).labels[0] == label
