"""Callers by a letter, refusals by their words, years since then, leaving in few words, and what is no despair."""

from datetime import date
from typing import Any

import pytest

from bot.nlu.callers import called_by, without_caller
from bot.nlu.conversation import Context
from bot.nlu.places import find_places
from bot.nlu.signing_off import signs_off
from tests.bot.test_letters import facts

DAY = date(2026, 3, 12)


def told(reader: Any, message: str, name: str) -> set[str]:
    return {value for one, value, _, supposed in facts(reader, message, DAY) if one == name and not supposed}


@pytest.mark.parametrize(
    ("message", "who"),
    [
        ("A 到账截止哪天", "A"),
        ("B：泰州的，娃6岁", "B"),
        ("回C，限期再报", "C"),
        ("3号来电 徐州的", "3"),
        ("D补：低保", "D"),
    ],
)
def test_a_letter_before_a_message_is_a_caller(reader: Any, message: str, who: str) -> None:
    assert reader.read(message, Context(), DAY).notes.get("caller") == who
    said = without_caller(message, called_by(message, Context()))
    assert len(said) == len(message)
    assert not said.startswith(who)


@pytest.mark.parametrize(
    "message",
    [
        "B超做了能报吗",
        "B 超做了能报吗",
        "A股跌了",
        "C反应蛋白能报不",
        "D3能报吗",
        "A2奶粉报不报",
        "D二聚体",
        "3号交的",
        "南京A区的",
        "ABC",
        "A",
    ],
)
def test_other_letters_are_none(reader: Any, message: str) -> None:
    assert "caller" not in reader.read(message, Context(), DAY).notes
    assert called_by(message, Context()) is None


@pytest.mark.parametrize(
    "message", ["格么几钿", "上了当天就能用嗦", "打电话问了说没得交", "那二月底呢", "金额", "啥时候能使", "明天去行不"]
)
def test_what_refuses_nothing_is_no_refusal(reader: Any, message: str) -> None:
    asked = Context(open="ask_waiting_period", expect="paid_date", knows=("region",))
    assert reader.read(message, asked, DAY).labels[0] != "decline"


@pytest.mark.parametrize("message", ["不想说", "记不清了", "不知道哪天交的", "这个不方便讲", "忘了"])
def test_who_will_not_tell_or_does_not_know_is_heard(reader: Any, message: str) -> None:
    asked = Context(open="ask_waiting_period", expect="paid_date", knows=("region",))
    assert reader.read(message, asked, DAY).labels[0] == "decline"


@pytest.mark.parametrize("message", ["嗯呐 困了 眯会儿", "困死了 睡了", "累了 明天弄", "嗯 乏了 躺会儿"])
def test_tired_is_no_despair(reader: Any, message: str) -> None:
    talk = Context(open="ask_premium", knows=("region", "birth_date"))
    assert reader.read(message, talk, DAY).labels[0] not in ("distress", "request_human")


@pytest.mark.parametrize(
    ("message", "first", "last"),
    [
        ("无锡 从2021年就在保", "2021", "2026"),
        ("打2022年起一直交着", "2022", "2026"),
        ("自从23年就续着", "2023", "2026"),
    ],
)
def test_since_a_year_is_every_year_from_then(reader: Any, message: str, first: str, last: str) -> None:
    said = "".join(told(reader, message, "enrolled_years") | told(reader, message, "paid_years"))
    assert first in said
    assert last in said


@pytest.mark.parametrize(
    ("message", "lapsed"),
    [
        ("25年的交了 26年的没交", "2026"), ("南京 前年没断 去年断过", "2025"), ("交了26年的 没交25年的", "2025"),
        ("去年没断过奶", ""), ("去年没停过药", ""), ("去年没断网", ""),
    ],
)  # fmt: skip
def test_which_year_was_not_paid(reader: Any, message: str, lapsed: str) -> None:
    assert "".join(told(reader, message, "lapse_years")).strip("[]() ,") == lapsed


@pytest.mark.parametrize("message", ["去年没断过奶", "去年没停过药"])
def test_weaning_is_no_payment(reader: Any, message: str) -> None:
    assert not told(reader, message, "paid_years")


@pytest.mark.parametrize(
    "text",
    ["成 睡了", "ok 上高速了", "晓得了 烧夜饭去", "妥了老妹儿 我收拾行李去", "我先上课去了",
     "回病房了 护士叫我", "中 俺走了", "好 不说了",
     "ok 换班", "行 眯会儿"],
)  # fmt: skip
def test_who_leaves_in_few_words_leaves(text: str) -> None:
    assert signs_off(text)


@pytest.mark.parametrize(
    "text",
    [
        "好 他爸走了",
        "上课能用医保吗",
        "先走程序还是先交钱",
        "孩子上课去了医保卡丢了",
        "行 睡眠科能报吗",
        "我先交26年的",
    ],
)
def test_who_tells_or_asks_does_not(text: str) -> None:
    assert not signs_off(text)


@pytest.mark.parametrize(
    ("message", "never"),
    [
        ("泰州 6岁 从未参保 现在交要等吗", True), ("从来没参过保", True), ("一直没上过医保", True),
        ("没买过医保，能补吗", True),
        ("一直参着保的", False), ("今年没断保", False), ("没办户口 医保能办吗", False),
    ],
)  # fmt: skip
def test_who_was_never_enrolled_says_so(reader: Any, message: str, never: bool) -> None:
    assert (reader.read(message, Context(), DAY).notes.get("child_enrolled") is False) is never


@pytest.mark.parametrize(
    ("message", "who"), [("2 威海\n小学 明年交多少", "2"), ("4 泰州 外省搬来的", "4"), ("12、苏州 大病封顶", "12")]
)
def test_a_number_before_a_place_is_a_caller(reader: Any, message: str, who: str) -> None:
    heard = reader.read(message, Context(), DAY)
    assert heard.notes.get("caller") == who
    assert [m.role for m in heard.mentions if m.kind == "place"] == ["insured"]
    assert not [m for m in heard.mentions if m.kind == "day"]


@pytest.mark.parametrize("message", ["3号交的南京", "2 个娃 苏州的", "8 月生的", "2 年级 南京", "5", "1 资源够不够"])
def test_other_numbers_are_none(message: str) -> None:
    assert called_by(message, Context()) is None


@pytest.mark.parametrize(
    "context", [Context(offered=("什么时候缴费", "怎么缴费")), Context(expect="region"), Context(form="region")]
)
def test_a_number_may_answer_what_was_asked(context: Context) -> None:
    assert called_by("2 苏州的", context) is None


@pytest.mark.parametrize("message", ["饿是天水滴", "俺们天水滴，娃上小学", "在天水滴 咋交"])
def test_the_dictionary_swallows_no_town(message: str) -> None:
    assert [p.text for p in find_places(message)] == ["天水"]


@pytest.mark.parametrize("message", ["今天水滴筹", "那天水滴漏", "天水滴下来"])
def test_water_is_no_town(message: str) -> None:
    assert not find_places(message)


@pytest.mark.parametrize("message", ["今年轮到交26的了，我还没整", "该交27年度的了吧", "打算去交26年的"])
def test_a_year_that_is_to_be_paid_is_not_paid(reader: Any, message: str) -> None:
    told = [m for m in reader.read(message, Context(), DAY).mentions if m.role == "paid_years"]
    assert all(m.polarity != "asserted" for m in told)


@pytest.mark.parametrize(
    ("message", "who"),
    [("1 补 只缴27年", "1"), ("那2那个 27年的呢", "2"), ("3 追问 钱数", "3"), ("回1那位 再报死线", "1")],
)
def test_a_numbered_caller_is_found_again(reader: Any, message: str, who: str) -> None:
    assert reader.read(message, Context(expect="paid_date"), DAY).notes.get("caller") == who


@pytest.mark.parametrize("message", ["1 补缴要多少", "2补交行不", "那2个呢", "那个2岁的", "1那年的"])
def test_a_number_that_counts_is_no_caller(message: str) -> None:
    assert called_by(message, Context()) is None
