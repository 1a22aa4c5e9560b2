"""What a message tells besides its mentions, by rule; and the parts of a message that ask."""

from datetime import date
from typing import Any

import pytest

from bot.nlu.amounts import find_amounts
from bot.nlu.conversation import Context
from bot.nlu.notes import find_notes
from bot.nlu.splitting import LONG, STRETCH, questions_in, stretches
from bot.nlu.text import read_text


def notes(text: str) -> "dict[str, Any]":
    return find_notes(read_text(text).plain)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("那超过90天呢", 91), ("要是过了60天呢", 61), ("第91天呢", 91), ("那满90天那天呢", 90), ("不到90天呢", 89),
        ("刚好第90天行吗", 90),
        ("那第三十天呢", 30), ("如果晚于三个月呢", 91), ("没到28天的话", 27), ("正好60天咋办", 60),
    ],
)  # fmt: skip
def test_a_supposed_while_since_the_birth(text: str, days: int) -> None:
    assert notes(text)["elapsed"] == days


@pytest.mark.parametrize(
    "text",
    [
        "超过90天要等吗，我家孩子去年出生的一直没顾上办这个事情",
        "孩子出生第20天办的医保",
        "第3天发的短信我没收到",
        "过了500天呢",
        "错过了1月31日怎么办",
        "过了12月31日呢",
        "那过了31日呢",
        "那过了三月呢",
    ],
)
def test_a_whole_sentence_or_an_impossible_while_supposes_nothing(text: str) -> None:
    assert "elapsed" not in notes(text)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("要是双胞胎呢", "双胞胎"), ("我家是龙凤胎", "双胞胎"), ("那早产的呢？", "早产"),
        ("万一是早产儿怎么办", "早产"), ("试管的也一样吗", "试管"),
        ("单亲家庭呢", "单亲"), ("超生的娃呢", "超生"), ("三胞胎呢", "双胞胎"),
    ],
)  # fmt: skip
def test_what_no_document_distinguishes_is_named(text: str, what: str) -> None:
    assert notes(text)["unwritten"] == what


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("［已隐去］这个是我身份证你查一下", True), ("帮我查 [已隐去]", True), ("孩子证件号[已隐去]看看交了没", True),
        ("我的电话[已隐去]，有消息叫我", False),
        ("身份证丢了能办吗", False), ("帮我查一下交了没", False),
    ],
)  # fmt: skip
def test_a_number_that_was_taken_out_is_to_be_looked_up_only_when_that_is_asked(text: str, asked: bool) -> None:
    assert ("look_up" in notes(text)) == asked


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("转下一个，无锡的", "next_caller", True),
        ("下一位家长", "next_family", True), ("换下一位", "next_caller", True), ("另外一位家长问", "next_family", True),
        ("换下面一个来电", "next_caller", True),
        ("换一位，这位是兴化的", "next_caller", True), ("好，换位市民：泰兴的", "next_caller", True),
        ("又来一通电话，沛县的", "next_caller", True),
        ("第二个家长问", "next_family", True), ("两年都交了", "both_years", True),
        ("今年和明年一起交的", "both_years", True), ("只交了明年的", "next_year_only", True),
        ("年年都报过", "every_year_claimed", True),
        ("从没报销过", "never_claimed", True), ("就23年报过一次", "only_once", True),
        ("来电2 荣成 男6岁 问多少钱", "caller", "2"), ("个案b：泰州，问材料", "caller", "B"),
        ("俺自己的呢", "own_child", True), ("咱家的几号", "own_child", True),
        ("说回我家这个", "own_child", True), ("她那边也一样吗", "over_there", True),
        ("账户是跨省的", "cross_province", True), ("刚评上低保", "new_assistance", True),
        ("孩子还没参保呢", "child_enrolled", False),
        ("用爸爸医保卡里的钱给娃交医保", "use", "premium"), ("奶奶的卡能给他买药吗", "use", "medical"),
        ("共济账户看病能用不", "use", "medical"),
    ],
)  # fmt: skip
def test_flags_of_a_message(text: str, name: str, value: Any) -> None:
    assert notes(text)[name] == value


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("一年交了380块", "amount", 380), ("住院花了3.4万", "amount", 34000), ("一共两万六", "amount", 26000),
        ("扣了四百二", "amount", 420),
        ("户口还没上", "not_yet", "household"), ("还没登记呢", "not_yet", "registered"), ("没交钱", "not_yet", "paid"),
        ("打算月底去缴", "planned", "paid"),
        ("准备下周去登记", "planned", "registered"), ("断了三年", "lapse_count", 3), ("中断过两年", "lapse_count", 2),
        ("连续交了七年", "consecutive_count", 7),
    ],
)  # fmt: skip
def test_sums_counts_omissions_and_plans(text: str, name: str, value: Any) -> None:
    assert {said: what for said, what, _, _ in find_amounts(text)}[name] == value
    assert notes(text)[name] == value


@pytest.mark.parametrize("text", ["交到2026年", "第5天", "报了80%", "12393", "25号", "3个月", "孩子6岁"])
def test_other_figures_are_no_money(text: str) -> None:
    assert "amount" not in notes(text)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1、几号截止 2、交多少钱 3、在哪交", 3), ("①怎么办理②要什么材料", 2),
        ("第一个问题，新生儿咋参保；第二个问题，多少钱", 2), ("要交多少钱？在哪里交？", 2),
        ("多少钱一年，另外到哪里交", 2), ("有等待期吗", 1), ("孩子三岁，户口没上，怎么参保", 1),
        ("我在南京，怎么交，交多少", 2), ("怎么交？怎么报？报多少？", 3),
        ("你好。宝宝出生了。怎么办医保？", 1), ("", 0),
    ],
)  # fmt: skip
def test_the_parts_of_a_message_that_ask(text: str, parts: int) -> None:
    assert len(questions_in(text)) == parts


def test_telling_clauses_go_with_the_question_behind_them() -> None:
    assert questions_in("孩子10月生的，啥时候交，户口没上，要啥材料") == [
        "孩子10月生的，啥时候交",
        "户口没上，要啥材料",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "", "宝宝9月1号生的", "。" * 80, "，" * 300, "没有一个停顿" * 40, "娃9月1号生的。" * 20, "交" * (LONG - 1),
        "交" * LONG,
        "孩子在合肥出生，户口在阜阳，奶奶带着在老家，医保一直没交，听邻居说过了三个月就不给报了。是真的吗？那我这个月还来得及不？谢谢",
    ],
)  # fmt: skip
def test_the_stretches_of_a_message_are_the_message_and_none_is_long(text: str) -> None:
    found = stretches(text)
    assert "".join(text[begin:end] for begin, end in found) == text
    assert all(end - begin <= STRETCH * 3 // 2 for begin, end in found)


def test_a_letter_is_cut_at_its_sentences() -> None:
    letter = "孩子是今年三月在合肥生的，户口跟我落在阜阳。我妈说要先去社区登记再交钱。请问现在交还来得及吗？"
    assert [letter[begin:end][-1] for begin, end in stretches(letter)] == ["。", "？"]


@pytest.mark.parametrize(("text", "never"), [
    ("孩子三年级，年年有保", True), ("从小就参保，没漏过", True), ("每年都交的，去年没看病", True),
    ("从来没断过", True), ("一直没交", False), ("没断过吗", False), ("要是一直没断呢", False), ("每年都要交吗", False),
    ("年年交的钱不一样", False),
    ("还没断奶", False), ("一直没断奶", False), ("每年都交多少钱", False),
])  # fmt: skip
def test_a_child_that_never_lapsed(text: str, never: bool) -> None:
    assert notes(text).get("never_lapsed", False) is never


@pytest.mark.parametrize("unit", ["1、", "①", "？", "，", "还有", "第一个", "满", "交", "断", "户口", "过", "一"])
def test_five_thousand_hostile_characters_break_nothing(unit: str) -> None:
    text = (unit * 5000)[:5000]
    find_notes(text)
    questions_in(text)
    stretches(text)


@pytest.mark.parametrize(
    "text",
    [
        "有个娃是低保的，另一个爸妈离了",
        "下一个年度呢",
        "另一个孩子多大",
        "后一个月再交",
        "第二个孩子",
        "下一位数是几",
        "换下一个月再交",
        "换一位医生看能报吗",
        "换一通说法行不",
    ],
)
def test_another_child_or_year_is_no_other_caller(text: str) -> None:
    assert not {"next_caller", "next_family"} & set(notes(text))


@pytest.mark.parametrize(
    ("text", "note", "value"),
    [
        ("查出先天性心脏病", "grave", True), ("上周确诊淋巴瘤", "grave", True),
        ("得了川崎病住着院", "grave", True),
        ("癌症筛查要钱吗", "grave", None), ("感冒确诊不了", "grave", None),
        ("我们班有三个外地的", "class", True), ("全班都催着交", "class", True),
        ("坐班车去", "class", None), ("我们班车晚点", "class", None),
        ("我卡里的钱给侄女用行不", "for_whom", "侄女"), ("给婆婆交行吗", "for_whom", "婆婆"),
        ("外甥算不算", "for_whom", "外甥"),
        ("帮朋友问一下", "for_whom", None), ("给孩子交", "for_whom", None), ("让婆婆去交", "for_whom", None),
        ("孩子是加拿大国籍", "unwritten", "外籍"), ("学籍在这边", "unwritten", None),
        ("户籍没迁", "unwritten", None),
    ],
)  # fmt: skip
def test_what_is_noted_by_its_words(text: str, note: str, value: object) -> None:
    assert find_notes(text).get(note) == value


@pytest.mark.parametrize(
    ("text", "school"),
    [
        ("您好 我是涟水一个小学的班主任", "小学"), ("我是幼儿园老师 想发个群通知", "幼儿园"),
        ("我在初中当班主任", "初中"),
        ("我们是大学辅导员", "大学"), ("我带的高二班", "高中"), ("班主任一枚 初二", "初中"), ("我是老师", True),
        ("孩子班主任让交", None), ("老师说小学要交", None), ("我是小学老师 我家娃刚生", None), ("我家三年级", None),
        ("我儿子的班主任是个小伙子", None), ("她是幼儿园老师", None),
    ],
)  # fmt: skip
def test_a_teacher_tells_of_which_school(reader: Any, text: str, school: Any) -> None:
    assert reader.read(text, Context(), date(2026, 9, 22)).notes.get("class") == school
