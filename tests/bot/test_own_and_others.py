"""Short messages with two children, two places or two families in them: which fact is whose, and what is no fact."""

from datetime import date
from typing import Any

import numpy as np
import pytest

from bot.nlu.barred_roles import cannot_be
from bot.nlu.conversation import Context
from bot.nlu.mentions import find_mentions
from bot.nlu.role_names import LABELS
from bot.nlu.text import read_text
from tests.bot.test_letters import facts

DAY = date(2025, 11, 28)
SAME = {"老大": "大的", "老二": "小的"}


def told(reader: Any, message: str) -> set[tuple[str, str, str]]:
    """Name, value and child of every fact that is not supposed."""
    said = facts(reader, message, DAY)
    return {(name, value, SAME.get(child, child)) for name, value, child, supposed in said if not supposed}


def of(reader: Any, message: str, name: str) -> set[str]:
    return {value for one, value, child in told(reader, message) if one == name and child != "他人"}


@pytest.mark.parametrize(
    ("message", "fact"),
    [
        ("老大在南京读初一，老二常州6月3号生的，两个怎么交", ("region", "3204", "小的")),
        ("老大在南京读初一，老二常州6月3号生的，两个怎么交", ("birth_date", "2025-06-03", "小的")),
        ("小的在南通11月20刚生，大的在文登外婆家念一年级，各怎么弄", ("region", "3206", "小的")),
        ("小的在南通11月20刚生，大的在文登外婆家念一年级，各怎么弄", ("stage", "小学", "大的")),
        ("大宝泰州上中班，二宝今年9月2号在无锡生的，都没交", ("birth_date", "2025-09-02", "小的")),
        ("弟弟10月8号才出生，姐姐五年级，在盐城", ("stage", "小学", "大的")),
        ("哥哥读初二，妹妹上大班，都在扬州", ("stage", "幼儿园", "小的")),
        ("老大2016年5月2号生，老二今年10月6号生", ("birth_date", "2025-10-06", "小的")),
        ("大的上小学，10月20号又生了个小的，小的怎么上医保", ("birth_date", "2025-10-20", "小的")),
        ("我大女儿在镇江念四年级，10月2日又添了个儿子，医保没办", ("birth_date", "2025-10-02", "小的")),
        ("大女儿6岁，9月18号得了个二宝", ("birth_date", "2025-09-18", "小的")),
        ("又添了个儿子，11月20号生的，苏州，老大6岁", ("birth_date", "2025-11-20", "小的")),
        ("双胞胎，老大9月29夜里11点40，老二30号零点5分，各自到哪天", ("birth_date", "2025-09-30", "小的")),
        ("龙凤胎 姐姐10.2晚上11点多 弟弟10.3凌晨1点 怎么算", ("birth_date", "2025-10-03", "小的")),
    ],
)
def test_a_fact_is_of_the_child_it_stands_behind(reader: Any, message: str, fact: tuple[str, str, str]) -> None:
    assert fact in told(reader, message), told(reader, message)


@pytest.mark.parametrize(
    ("message", "region"),
    [
        ("俺是商丘嘞，跟着闺女在太仓看外孙，孩儿户口在老家，搁这能办不", "3205"),
        ("我们是宿州的，来昆山带孙子，孩子医保在这能交吗", "3205"),
        ("在无锡打工的河南人，娃8月生的，在哪交", "3202"),
        ("常州上班的江西人，孩子读一年级，能在这参保吗", "3204"),
        ("我屋里崽10月生的 株洲 听说不要钱", "4302"),
        ("娃9月3号生，盐城，最晚几号", "3209"),
        ("宝宝在南通外婆家，10月2号生的", "3206"),
        ("俺是河南驻马店嘞，孙女跟她爸妈搁常熟，医保在那交中不", "3205"),
        ("我是安徽人，孩子现在住无锡，能在无锡参保吗", "3202"),
        ("我们在南京，我妈刚搬到合肥，宝11月6号生，截止哪天", "3201"),
        ("闺女跟盐城奶奶带着，在那上的户口", "3209"),
    ],
)
def test_where_the_child_is(reader: Any, message: str, region: str) -> None:
    assert of(reader, message, "region") == {region}, told(reader, message)


@pytest.mark.parametrize(
    "message",
    [
        "海门他爷爷也给交了一份，两边能用吗", "阜阳那边奶奶又交了一回，要紧不",
        "她姥姥在沧州，说那边便宜，沧州小孩交多少", "我同事在合肥，她家合肥不用等，真的假的",
        "他爸在东莞上班，医保买在那边", "孩子爸搬到郑州上班了，截止哪天",
    ],
)  # fmt: skip
def test_where_only_relatives_are_is_not_where_the_child_is(reader: Any, message: str) -> None:
    assert of(reader, message, "region") == set(), told(reader, message)


@pytest.mark.parametrize(
    "message",
    [
        "婆婆说满百天再办也不迟，8月22日生的来得及吗", "奶奶讲等满月以后再去，10月9号生的，行不行",
        "都说过了百天再弄，他9月14出生的", "8月30生的，满百天前来不来得及",
    ],
)  # fmt: skip
def test_an_age_that_is_waited_for_is_no_birthday(reader: Any, message: str) -> None:
    assert len(of(reader, message, "birth_date")) == 1, told(reader, message)


@pytest.mark.parametrize(
    "message",
    ["娃拉肚子五天了 咋办", "发烧三天了要住院吗", "孩子咳了十天了，能报吗", "宝宝住院都8天了", "便秘有五天了"],
)  # fmt: skip
def test_how_long_something_goes_on_is_no_age(reader: Any, message: str) -> None:
    assert not of(reader, message, "birth_date"), told(reader, message)


@pytest.mark.parametrize("message", ["宝宝五天了 没上户口", "出生8天了", "娃才十天 住院了"])
def test_how_many_days_old_a_baby_is_is_one(reader: Any, message: str) -> None:
    assert of(reader, message, "birth_date"), told(reader, message)


def test_an_age_that_was_reached_is_one(reader: Any) -> None:
    assert of(reader, "娃满百天了才想起来没办医保", "birth_date") == {"2025-08-20"}


@pytest.mark.parametrize(
    ("message", "birth"),
    [
        ("闺女520生的，还没上医保", "2025-05-20"), ("我娃1018出生", "2025-10-18"),
        ("儿子921那天生的，最晚几号", "2025-09-21"), ("腊月里生的，阳历1月19", "2025-01-19"),
        ("十月里头生的，农历九月初三", "2025-10-23"),
    ],
)  # fmt: skip
def test_birthdays_run_together_or_told_twice(reader: Any, message: str, birth: str) -> None:
    assert of(reader, message, "birth_date") == {birth}, told(reader, message)


@pytest.mark.parametrize("message", ["生孩子花了520块，能报吗", "转了1314给他，娃的医保多少钱", "住院押金交了520"])
def test_a_sum_is_no_birthday(reader: Any, message: str) -> None:
    assert of(reader, message, "birth_date") == set(), told(reader, message)


@pytest.mark.parametrize(
    ("message", "name", "values"),
    [
        ("钱10-20已缴", "paid_date", {"2025-10-20"}),
        ("12-15年都交过", "paid_years", {"2012", "2013", "2014", "2015"}),
        ("19-22都交了", "paid_years", {"2019", "2020", "2021", "2022"}),
        ("孩子24 25没交，26想续", "lapse_years", {"2024", "2025"}),
        ("23 24都断了", "lapse_years", {"2023", "2024"}),
    ],
)
def test_days_and_years_of_two_figures(reader: Any, message: str, name: str, values: set[str]) -> None:
    assert of(reader, message, name) == values, told(reader, message)


@pytest.mark.parametrize("message", ["照蓝光花了三千多，是22号那几天", "他住院是10月3号那两天，花了不少"])
def test_several_days_are_no_birthday_and_no_payment(reader: Any, message: str) -> None:
    assert not {name for name, _, _ in told(reader, message)} & {"birth_date", "paid_date", "registered_date"}


@pytest.mark.parametrize(
    "message",
    [
        "我妈11月5号交了居民医保，宝宝10月11生还没交，南通", "孩子爸11月1号交的职工医保，宝10月8号生，截止哪天",
        "他妈10月20号才上的职工医保，娃9月30生的",
    ],
)  # fmt: skip
def test_what_a_parent_paid_for_themselves_is_no_payment_of_the_child(reader: Any, message: str) -> None:
    assert of(reader, message, "paid_date") == set(), told(reader, message)


def test_what_a_parent_paid_for_the_child_is_one(reader: Any) -> None:
    assert of(reader, "宝10月8号生的，他爸11月1号交的钱，从哪天能报", "paid_date") == {"2025-11-01"}


@pytest.mark.parametrize(
    "message", ["假比他是9月15生的，哪天到头", "假使她晚几天 10.17生，那就到几号", "假定11月3号到账，几时能报"]
)
def test_what_is_only_supposed_is_not_told(reader: Any, message: str) -> None:
    assert not {name for name, _, _ in told(reader, message)} & {"birth_date", "paid_date"}, told(reader, message)


@pytest.mark.parametrize("message", ["班里转来一个山西娃，怎么交", "我们班有个贵州学生，能在这参保吗"])
def test_a_pupil_from_elsewhere_does_not_move_the_class(reader: Any, message: str) -> None:
    assert of(reader, message, "region") == set(), told(reader, message)


@pytest.mark.parametrize(
    ("text", "placed", "forced"),
    [
        ("细伢子11月生的 长沙 听讲今年的不要钱", False, True), ("细伢子11月生的 长沙 听讲今年的不要钱", True, False),
        ("我看群里讲的 合肥 不用等三个月 是不是", False, False),
    ],
)  # fmt: skip
def test_a_place_set_apart_is_home_only_where_no_home_is_known(text: str, placed: bool, forced: bool) -> None:
    found = next(c for c in find_mentions(read_text(text), DAY) if c.kind == "place")
    barred = cannot_be(text, found, only=True, lapses=False, placed=placed)
    assert bool(np.isinf(barred[LABELS["role"].index("elsewhere")])) == forced


def test_a_year_that_is_asked_about_is_not_paid(reader: Any) -> None:
    assert of(reader, "宝宝10月8号生的，只交26年一年的够不够", "paid_years") == set()
    assert of(reader, "小的交25年的就够吗", "paid_years") == set()
    assert of(reader, "26年的交够了，25年的没交", "paid_years") == {"2026"}


@pytest.mark.parametrize(
    ("message", "region"),
    [
        ("我系惠州嘅，bb 9月8号出世", "4413"), ("想问下宝宝医保，我哋系江门嘅", "4407"),
        ("俺是驻马店的 孩儿医保咋弄", "4117"),
        ("我们是黄冈的，在常熟打工，娃儿跟着我们在", "3205"), ("俺德州的，在江阴上班，孩子随我们住，还没上学", "3202"),
        ("我家毕节的，在太仓厂里打工，小孩跟到爸妈一起", "3205"),
    ],
)  # fmt: skip
def test_where_somebody_is_from_and_where_the_child_lives_with_them(reader: Any, message: str, region: str) -> None:
    assert of(reader, message, "region") == {region}, told(reader, message)


@pytest.mark.parametrize(
    "message",
    ["bb住咗7日先出院，使咗成万蚊", "在保温箱住了9日，花了一万多", "照光照了3日，能报吗", "前后拖咗10日先搞掂"],
)
def test_how_long_something_lasted_is_no_day(reader: Any, message: str) -> None:
    assert not any(len(value) == 10 for _, value, _ in told(reader, message)), told(reader, message)


@pytest.mark.parametrize(
    ("message", "fact"),
    [
        ("双胞胎，一个10月5日晚上11点58，一个10月6日0点9分生的，泰州", ("birth_date", "2025-10-05", "大的")),
        ("双胞胎，一个10月5日晚上11点58，一个10月6日0点9分生的，泰州", ("birth_date", "2025-10-06", "小的")),
        ("来电娃7月25出生，90天到哪天", ("birth_date", "2025-07-25", "")),
        ("热线记录：宝宝今年9月11日出世，南通", ("birth_date", "2025-09-11", "")),
        ("来电1 更正 出生250908", ("birth_date", "2025-09-08", "")),
        ("娃2022年11月28日出生今天正好三岁", ("birth_date", "2022-11-28", "")),
        ("来电1 如皋 女婴250820 未参 问截止", ("birth_date", "2025-08-20", "")),
        ("户口才办好，钱是前天转过去的", ("paid_date", "2025-11-26", "")),
        ("姓名略 出生日期：20250801 扬州", ("birth_date", "2025-08-01", "")),
        ("生日写错了，应该是9月21", ("birth_date", "2025-09-21", "")),
        ("来电2补 生日记错 应为250917", ("birth_date", "2025-09-17", "")),
        ("来电1 女 扬州 子250812生 未参", ("region", "3210", "")),
        ("小A今年8月19号生的，小B是9月1号", ("birth_date", "2025-08-19", "小A")),
    ],
)
def test_births_that_were_heard_as_something_else(reader: Any, message: str, fact: tuple[str, str, str]) -> None:
    assert fact in told(reader, message), told(reader, message)


@pytest.mark.parametrize(
    "message", ["12月18把费缴上 几号起能报", "12.20把钱交上 哪天能用", "12月10号把钱交了的话几号能用"]
)
def test_a_day_soon_that_is_paid_for_an_answer_lies_ahead(reader: Any, message: str) -> None:
    said = facts(reader, message, DAY)
    assert [(value[:4], supposed) for name, value, _, supposed in said if name == "paid_date"] == [("2025", True)]


@pytest.mark.parametrize(
    ("message", "values"),
    [
        ("我们22年就开始交了", {"2022", "2023", "2024", "2025"}), ("2023年开始参保的", {"2023", "2024", "2025"}),
        ("前年开始交的", {"2023", "2024", "2025"}),
    ],
)  # fmt: skip
def test_since_a_year_is_every_year_since(reader: Any, message: str, values: set[str]) -> None:
    found = {value for name, value, _ in told(reader, message) if name in ("paid_years", "enrolled_years")}
    assert found == values, told(reader, message)


@pytest.mark.parametrize(
    ("message", "region"),
    [
        ("我们在苏州打工，孩子不跟我们住，在安徽老家，什么时候交", "3400"),
        ("孩子没跟我们来，我们在苏州打工，孩子在威海，什么时候交", "3710"),
        ("孩子没法跟我们在一起，我们在苏州上班，孩子在哈尔滨，几号截止", "2301"),
    ],
)
def test_a_child_that_does_not_live_with_them_is_not_where_they_work(reader: Any, message: str, region: str) -> None:
    assert of(reader, message, "region") == {region}, told(reader, message)


@pytest.mark.parametrize("message", ["我们是安徽人，要居住证吗", "我们是河南的，外地户口能交吗", "我是江西人"])
def test_where_somebody_is_from_moves_no_family_that_is_elsewhere(message: str) -> None:
    text = read_text(message).plain
    found = next(c for c in find_mentions(read_text(message), DAY) if c.kind == "place")
    barred = cannot_be(text, found, only=True, lapses=False, placed=True)
    assert not np.isinf(barred[LABELS["role"].index("elsewhere")])


def test_of_twins_the_earlier_day_is_the_elders_whichever_is_said_first(reader: Any) -> None:
    said = told(reader, "双胞胎，一个10月6日0点9分，一个10月5日晚上11点58生的，泰州")
    assert {("birth_date", "2025-10-05", "大的"), ("birth_date", "2025-10-06", "小的")} <= said


@pytest.mark.parametrize(
    "message", ["两个娃，一个10月20号，一个8月2号生的，最晚哪天", "俩宝，一个8月2号，一个10月20号生的"]
)
def test_of_two_children_the_one_born_earlier_is_the_elder(reader: Any, message: str) -> None:
    born = {("birth_date", "2025-08-02", "大的"), ("birth_date", "2025-10-20", "小的")}
    assert born <= told(reader, message)


def test_an_age_without_its_word_is_no_birthday(reader: Any) -> None:
    assert of(reader, "6月30号毕业，8月9号缴的费，孩子22了", "birth_date") == set()


@pytest.mark.parametrize("message", ["等下5日去交行吗", "最迟5日交"])
def test_a_day_by_which_it_is_done_is_a_day(reader: Any, message: str) -> None:
    heard = reader.read(message, Context(open="ask_payment_period"), DAY)
    assert [m.value for m in heard.mentions if m.kind == "day"] == ["2025-12-05"]


@pytest.mark.parametrize("message", ["学生3人没交", "来电1次没人接", "维生素小D要吃吗", "小B超能报吗"])
def test_what_is_no_pupil_and_no_caller(message: str) -> None:
    assert not [c for c in find_mentions(read_text(message), DAY) if c.kind == "child"]


@pytest.mark.parametrize("message", ["小B今年6月3号转来的", "9月1号转学过来的，几号前交", "他10月8号插班的，医保咋办"])
def test_the_day_a_pupil_came_is_no_payment(reader: Any, message: str) -> None:
    assert not {name for name, _, _ in told(reader, message)} & {"paid_date", "registered_date", "birth_date"}


@pytest.mark.parametrize(
    ("message", "value"),
    [
        ("我要是20号才凑够钱呢", "2025-12-20"), ("万一拖到15号再去交呢", "2025-12-15"),
        ("假如等到22号才发工资再交呢", "2025-12-22"),
        ("要是20号才交的呢", "2025-11-20"), ("要是25号就交了呢", "2025-11-25"),
    ],
)  # fmt: skip
def test_a_day_of_the_month_that_is_supposed_and_put_off_lies_ahead(reader: Any, message: str, value: str) -> None:
    stands = Context(open="ask_payment_period", about="什么时候缴费", knows=("region", "birth_date"))
    assert [m.value for m in reader.read(message, stands, DAY).mentions if m.kind == "day"] == [value]


@pytest.mark.parametrize(
    ("message", "there", "insured"),
    [
        ("徐州交的 杭州能用不", "330100", ["320300"]), ("医保在扬州买的，到南京看病能报吗", "320100", ["321000"]),
        ("老家交了上海能刷吗", "310000", []),
        ("钱交了 苏州能刷医保码了吗", None, ["320500"]), ("南通交过了 苏州还要交不", None, ["320500"]),
    ],
)  # fmt: skip
def test_where_it_would_be_used_is_not_where_it_was_paid(
    reader: Any, message: str, there: str | None, insured: list[str]
) -> None:
    heard = reader.read(message, Context(), DAY)
    assert [m.value[0] for m in heard.of("visited")] == ([there] if there else [])
    assert [m.value[0] for m in heard.of("insured")] == insured
