"""Marks of callers before an agent's messages, and the numbers, letters and lists that are none."""

from datetime import date
from typing import Any

import pytest

from bot.nlu.callers import by_place, called_by, caller_of, known_caller, told_apart, without_caller
from bot.nlu.conversation import Context
from bot.nlu.notes import find_notes
from bot.nlu.places import find_places
from bot.nlu.text import read_text
from dialogue.reading import Reading

DAY = date(2026, 3, 12)
TWO = Context(open="ask_premium", callers=("2", "1"))


@pytest.mark.parametrize(
    ("message", "who"),
    [
        ("c1 徐州 大班 几号截止", "C1"), ("T2 泰州 刚生", "T2"), ("1) 无锡 低保", "1"), ("2）镇江 6岁 钱数", "2"),
        ("3# 绍兴 大一", "3"), ("#4 淮安 补交", "4"), ("（5）盐城 转学", "5"), ("[6] 宿迁", "6"),
        ("【7】杭州 断了一年", "7"),
        ("6号 黄石 初二 漏缴 现补", "6"),
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
        ("那给②说一句", "2"), ("1改 0912生", "1"), ("回①，身份证没带", "1"),
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
        "9号 苏州 生的", "9号 苏州生的 最晚哪天", "3号 徐州 出生 女孩 户口没上",
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
        "1岁补缴要多少", "①多少钱 ②到哪天", "2",
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


@pytest.mark.parametrize(
    ("message", "callers"),
    [
        ("1) 家长盐城 娃9月3号生 最晚几号 2) 家长大庆 初一 几时缴", ["1", "2"]),
        ("①淮安 刚生 ②威海 大三 退费", ["1", "2"]), ("A 南京家长 二年级 B 荣成家长 幼儿园", ["A", "B"]),
        ("1号家长 无锡 怀孕7个月；2号家长 烟台 多少钱；3号家长 河北 低保", ["1", "2", "3"]),
        ("三个来电：来电1 苏州 断保 来电2 哈尔滨 新生儿 来电3 长沙 大一", ["1", "2", "3"]),
        ("c1 泰州 高二 额，c2 镇江 刚生 死线", ["C1", "C2"]),
        ("尾号4417 南京 8月2生；尾号5090 大庆 9月3生", ["4417", "5090"]),
        ("来电1：无锡，刚生，最晚几号？来电2：哈尔滨，三年级，多少钱？", ["1", "2"]),
        ("甲（南通，10.3生）、乙（威海，9.2生）", ["甲", "乙"]), ("第一位泰州 第二位荣成 问断保", ["1", "2"]),
        ("1 宿迁 刚生 2 大庆 刚生 3 威海 刚生", ["1", "2", "3"]),
        ("1）南通 9.5生 死线 2）6岁 威海 额 3）大庆 断1年", ["1", "2", "3"]),
    ],
)  # fmt: skip
def test_callers_of_one_message_are_told_apart(message: str, callers: list[str]) -> None:
    told = told_apart(message)
    assert [who for who, _ in told] == callers
    assert all(find_places(read_text(rest).plain) for _, rest in told)


@pytest.mark.parametrize(
    "message",
    [
        "(1)多少钱 (2)几号止", "1、南京要多少 2、几号截止", "①怎么交②要啥材料", "老大苏州 老二威海", "1号生的，2号办的",
        "1. 苏州 2. 多少钱 3. 截止",
        "1. 南京交 2. 苏州交 哪个好", "A 南京 B 苏州 选哪边交",
        "A股跌了 B超能报吗", "1号南京交的 2号苏州住院", "第1个苏州，第2个南京", "",
        "1)" * 400, "1) 苏州 " * 300,
    ],
)  # fmt: skip
def test_one_speaker_is_not_several(message: str) -> None:
    assert told_apart(message) == []


def test_each_of_several_callers_is_read_by_itself(reader: Any) -> None:
    found = reader.read("1) 徐州 娃1月20号生 最晚哪天 2) 哈尔滨 三年级 补缴要多少", Context(), DAY)
    assert [part.notes["caller"] for part in found.parts] == ["1", "2"]
    assert [part.labels[0] for part in found.parts] == ["ask_payment_period", "ask_late_payment"]
    assert [m.value for m in found.parts[1].of("insured")] == [["230100"]]
    assert not found.mentions
    assert Reading.from_json(found.as_json()) == found


@pytest.mark.parametrize(
    ("message", "who"),
    [
        ("A最晚哪天", "A"), ("B那边能代办不", "B"), ("1最晚哪天", "1"), ("2号亲戚能代办吗", "2"),
        ("c3保温箱那个", "C3"),
        ("4号问全免吗", None), ("1号交的算不算", None), ("2号生的", None), ("1个月了", None), ("C罩", None),
    ],
)  # fmt: skip
def test_one_who_is_known_needs_no_gap_behind_the_mark(message: str, who: str | None) -> None:
    known = Context(callers=("B", "A", "2", "1", "C3"))
    found = called_by(message, known)
    assert (caller_of(found) if found else None) == who


@pytest.mark.parametrize(
    ("message", "who", "kept"),
    [
        ("更正：B不是四岁，是十四岁", "B", "更正"), ("补充一下，2号还有个小的", "2", "补充"),
        ("汇总前再确认：甲几号前", None, ""), ("小结：甲最晚哪天", "甲", "小结"),
        ("复核 C3 出生日期250912", "C3", "复核"),
        ("更正：不是四岁，是十四岁", None, ""), ("最后问一句 要带啥", None, ""), ("补充：1号生的", None, ""),
    ],
)  # fmt: skip
def test_a_known_caller_may_stand_behind_what_an_agent_does(message: str, who: str | None, kept: str) -> None:
    found = called_by(message, Context(callers=("B", "甲", "2", "C3")))
    assert (caller_of(found) if found else None) == who
    assert without_caller(message, found).strip().startswith(kept)
    assert len(without_caller(message, found)) == len(message)


@pytest.mark.parametrize("message", ["己：威海，八个月大", "庚 徐州 初一", "辛、哈尔滨，二胎"])
def test_the_stems_do_not_end_with_the_fifth(message: str) -> None:
    assert called_by(message, Context(callers=("甲", "乙"))) is not None


@pytest.mark.parametrize(
    ("who", "known", "meant"),
    [("1", ("C2", "C1"), "C1"), ("C1", ("2", "1"), "1"), ("1", ("1", "C1"), "1"), ("B1", ("C1",), "B1"),
     ("A", ("B",), "A")],
)  # fmt: skip
def test_a_caller_may_be_marked_in_another_way(who: str, known: tuple[str, ...], meant: str) -> None:
    assert known_caller(who, known) == meant


@pytest.mark.parametrize(
    ("message", "same"), [("也问这个", True), ("也能吗", True), ("也是问这个问题", True), ("也不知道", False)]
)
def test_also_asks_the_same(message: str, same: bool) -> None:
    assert bool(find_notes(message).get("same_question")) is same


@pytest.mark.parametrize(
    ("message", "who"),
    [
        ("甲女士 常州 刚生 几号止", "甲"), ("丁：海门外婆 要先绑吗", "丁"), ("乙 淮安 断了两年", "乙"),
        ("6713 荣成 三年级", "6713"), ("尾号0988的盐城 问钱", "0988"), ("值晚班，记尾号。5540：保定 没交", "5540"),
        ("甲流能报吗", None), ("乙肝疫苗 南京打的", None), ("丙类药报不", None), ("0911 盐城 刚生", None),
        ("2026 南京要交多少", None), ("1200元 苏州住院", None), ("甲同学 无锡的", None),
    ],
)  # fmt: skip
def test_a_caller_by_a_stem_or_the_tail_of_a_telephone(message: str, who: str | None) -> None:
    found = called_by(message, Context(offered=("什么时候缴费",)))
    assert (caller_of(found) if found else None) == who


@pytest.mark.parametrize(
    ("message", "who"),
    [
        ("绕回甲 她问钱", "甲"),
        ("甲又补一句 只缴今年", "甲"),
        ("5540改口了 是31号", "5540"),
        ("那让甲直接25年度", "甲"),
        ("甲流疫苗", None),
    ],
)
def test_a_stem_or_a_tail_that_is_known_needs_no_place(message: str, who: str | None) -> None:
    found = called_by(message, Context(callers=("乙", "甲", "5540")))
    assert (caller_of(found) if found else None) == who


def test_more_is_told_of_a_caller_further_on_in_the_message() -> None:
    told = told_apart("挂着俩。①荣成 ②大庆。①：9月8日生 问几号前弄完")
    assert told == [("1", "荣成 9月8日生 问几号前弄完"), ("2", "大庆")]


@pytest.mark.parametrize(
    ("message", "who"),
    [("刚才宿迁那个 他们只想交27年", "A"), ("头一个宿迁那边 落完户还来不", "A"), ("大庆那家 要退费", "B"),
     ("刚才宿迁说是3天", ""), ("宿迁交了能用吗", ""), ("刚才苏州那个", ""), ("那个怎么弄", "")],
)  # fmt: skip
def test_a_caller_may_be_meant_by_the_place(message: str, who: str) -> None:
    waiting = {"A": Context(within="321300"), "C": Context(within="320500"), "D": Context(within="320500")}
    assert by_place(message, Context(callers=("B", "A", "C", "D"), within="230600", waiting=waiting)) == who


@pytest.mark.parametrize(
    ("message", "first"),
    [
        ("1 宿迁 新生儿 2 哈尔滨 新生儿 都问没户口咋办", "宿迁 新生儿 都问没户口咋办"),
        ("甲 连云港 9月28到账；乙 淮安 9月30到账。能不能从出生报", "连云港 9月28到账 能不能从出生报"),
        ("第一位泰州 第二位威海 问断保一年啥后果", "泰州 问断保一年啥后果"),
        ("1) 苏州 几号止 2) 大庆 多少钱", "苏州 几号止"), ("甲 苏州 几号止；乙 大庆 一年级。要多少钱", "苏州 几号止"),
    ],
)  # fmt: skip
def test_what_is_asked_for_all_is_asked_for_each(message: str, first: str) -> None:
    assert told_apart(message)[0][1] == first


@pytest.mark.parametrize(
    ("message", "who"),
    [
        ("来电1 最晚几号", "1"),
        ("尾号0912 南京 断保", "0912"),
        ("0912是两年", "0912"),
        ("2号 能报不", "2"),
        ("0913 南京", None),
    ],
)
def test_an_explicit_mark_and_a_known_one_need_nothing_more(message: str, who: str | None) -> None:
    found = called_by(message, Context(callers=("2", "0912")))
    assert (caller_of(found) if found else None) == who
