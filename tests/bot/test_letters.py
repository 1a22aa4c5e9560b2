"""Long messages: whose each fact is, where a family lives now, what was tried in vain, what a notice says."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.nlu.conversation import Context
from dialogue.facts import told_in

DAY = date(2025, 11, 8)
OURS = ("region", "household_region", "former_region")


def facts(reader: Any, message: str, day: date = DAY) -> list[tuple[str, str, str, bool]]:
    """Name, value, child and whether it is supposed, of every fact; places by their first four digits."""
    found: list[tuple[str, str, str, bool]] = []
    for told in told_in(reader.read(message, Context(), day)):
        value = told.value[0][:4] if told.name.endswith("region") or told.name == "recognised_in" else told.value
        values = value if isinstance(value, list) else [value]
        found += [(told.name, str(one), told.child, told.supposed) for one in values]
    return found


def of(reader: Any, message: str, *names: str, day: date = DAY) -> set[tuple[str, str]]:
    return {(name, value) for name, value, _, supposed in facts(reader, message, day) if name in names and not supposed}


def owners(reader: Any, message: str) -> dict[tuple[str, str], str]:
    same = {"老大": "大的", "老二": "小的"}
    return {(name, value): same.get(child, child) for name, value, child, _ in facts(reader, message)}


TWO = "大的2015年3月生，在我身边念四年级，医保一直交着。小的今年9月6号生的，户口10月上的，10月20登的记，11月3号交的钱"
UNLIKE = "姐姐初一，22、23两年没交，后来都续上了；弟弟两岁，身体弱老跑医院，24、25年交了，一次没断"
POOR = "姐姐初一，身体一直挺好，很少去医院，就是那两年家里困难，22、23没交；弟弟两岁"
APART = "哥哥在老家跟爷爷奶奶过，平时不太生病，人在阜阳上二年级；妹妹8月5号生的，跟我们住在太仓"
FOSHAN = (
    "我们一家原来在佛山，孩子20年到22年都在那边交的医保，去年家里老人生病我们回了老家衡阳，"
    "那一年没交。我就想问佛山那几年算不算"
)
SUZHOU = (
    "儿子之前在苏州上幼儿园，22年23年都在苏州交的，24年我们搬到滁州来安，小学统一交的。"
    "结果医院说查到的还是苏州的参保信息，怎么办"
)
CANTON = "孩子跟我在广州待到三岁，医保也在广州交的，后来送回老家信阳给奶奶带，现在在信阳上小班，广州那个还能用吗"


@pytest.mark.parametrize(
    ("message", "name", "value", "owner"),
    [
        (TWO, "paid_date", "2025-11-03", "小的"),
        (TWO, "registered_date", "2025-10-20", "小的"),
        (UNLIKE, "paid_years", "2025", "小的"),
        (POOR, "lapse_years", "2023", "大的"),
        (APART, "region", "3205", "小的"),
    ],
)  # fmt: skip
def test_a_fact_is_of_the_child_named_last(reader: Any, message: str, name: str, value: str, owner: str) -> None:
    found = owners(reader, message)
    assert found.get((name, value)) == owner, found


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("老大上初中，老二才三岁，我们一家都在徐州，想问两个一起交行不行", "region"),
        ("双胞胎圆圆和朵朵，都是9月12号生的，圆圆五斤，朵朵四斤二两", "birth_date"),
        ("大的8岁小的3岁，家在盐城，户口都没迁", "region"),
    ],
)
def test_what_is_said_of_all_is_of_no_single_child(reader: Any, message: str, name: str) -> None:
    assert {child for told, _, child, _ in facts(reader, message) if told == name} == {""}


def test_from_the_parents_own_on_nothing_is_the_childs(reader: Any) -> None:
    message = "姐姐六年级，25年没报过销，弟弟两岁，24、25都交了。我自己在厂里交职工的，23年断过"
    assert ("lapse_years", "2023") not in {
        (name, value) for name, value, child, _ in facts(reader, message) if child in ("大的", "小的", "老二")
    }


@pytest.mark.parametrize(
    ("message", "now", "former"),
    [
        (FOSHAN, "4304", "4406"),
        (SUZHOU, "3411", "3205"),
        (CANTON, "4115", "4401"),
        ("去年从南通调到徐州工作，孩子跟着转学到徐州，之前南通交的三年还算连续吗", "3203", "3206"),
        ("娃以前随我在惠州，医保交到23年，24年开春带回老家郴州，惠州那边还要不要去停", "4310", "4413"),
    ],
)  # fmt: skip
def test_where_a_family_came_to_is_where_it_is(reader: Any, message: str, now: str, former: str) -> None:
    found = of(reader, message, "region", "former_region")
    assert ("region", now) in found, found
    assert ("region", former) not in found, found


@pytest.mark.parametrize("message", [
    "我们从温州搬来嘉兴快两年了，娃的医保还在温州，今年的该在哪边交",
    "以前孩子在宿迁交，现在我们还住宿迁，就问今年多少钱",
])  # fmt: skip
def test_who_stays_or_weighs_has_left_nowhere(reader: Any, message: str) -> None:
    found = of(reader, message, *OURS)
    assert not {place for name, place in found if name == "region"} - {"3213"}, found


@pytest.mark.parametrize(
    ("message", "never", "done"),
    [
        ("我上周三去社区登记，人家说系统升级办不了，这周一又去才登上，徐州的", "2025-10-29", "2025-11-03"),
        ("10月9号他爸去登记，窗口3号柜员说要先有名字没办成，10月16号又去登的记", "2025-10-09", "2025-10-16"),
        ("9月2号去登记，说缺出生证，9月5号补了才登好", "2025-09-02", "2025-09-05"),
        ("本来国庆要去登记的，结果孩子发烧，10月14号才登的记", "2025-10-01", "2025-10-14"),
    ],
)
def test_what_was_tried_in_vain_did_not_happen(reader: Any, message: str, never: str, done: str) -> None:
    found = of(reader, message, "registered_date", "paid_date")
    assert ("registered_date", never) not in found, found
    assert ("registered_date", done) in found, found


@pytest.mark.parametrize("message", [
    "10月16号登的记，也没人说要带什么，当场就办好了，南通的",
    "10月16号登记了，系统卡了半天，后来总算登上了",
])  # fmt: skip
def test_what_came_right_in_the_end_did_happen(reader: Any, message: str) -> None:
    assert ("registered_date", "2025-10-16") in of(reader, message, "registered_date")


@pytest.mark.parametrize(
    ("message", "both"),
    [
        ("女儿两岁，户口和医保都在延吉，在长春住院能报吗", {("household_region", "2224"), ("region", "2224")}),
        ("孩子的医保跟户口都在荣成", {("household_region", "3710"), ("region", "3710")}),
        ("10月12号在社区登的记，缴了400", {("registered_date", "2025-10-12"), ("paid_date", "2025-10-12")}),
    ],
)
def test_one_day_or_place_may_be_two_things(reader: Any, message: str, both: set[tuple[str, str]]) -> None:
    assert both <= of(reader, message, "household_region", "region", "registered_date", "paid_date")


def test_the_grandparents_place_is_not_the_childs(reader: Any) -> None:
    assert not of(reader, "奶奶户口和医保都在贵州", "region")


@pytest.mark.parametrize("message", [
    "“各位家长：2026年度居民医保缴费将于12月25日结束，请尽快缴纳”学校这么发的，我们要交吗",
    "群里转的：2026年度城乡居民医疗保险集中缴费期延长至2026年1月31日，请相互转告。这是真的吗",
    "每年学校九月底收，去年收的是2026年度的，没断过，那今年还收不收",
])  # fmt: skip
def test_what_a_notice_says_nobody_paid(reader: Any, message: str) -> None:
    paid = of(reader, message, "paid_years", "paid_date", "lapse_years")
    assert not paid & {("paid_years", "2025"), ("paid_date", "2025-09")}, paid
    assert "每年" in message or not paid, paid


@pytest.mark.parametrize(
    ("message", "lapsed"),
    [
        ("老家那边22、23、24三年全空着，今年想接着交，南京的", "2022 2023 2024"),
        ("他24年在部队就没交居民的，今年九月才回来，连云港的", "2024"),
        ("24年我们搬到马鞍山，幼儿园统一交的，25年也是，现在要交26年的", ""),
        ("25年度我们没报过一分钱，24年也是，23年报过两次门诊，别把23算进去", ""),
        ("23、24、25年他一次医院没去过，24、25没看过病，能攒多少", ""),
    ],
)
def test_a_lapse_wants_a_word_of_it(reader: Any, message: str, lapsed: str) -> None:
    assert {value for _, value in of(reader, message, "lapse_years")} == set(lapsed.split())


def test_which_years_is_answered_by_years_alone(reader: Any) -> None:
    context = Context(open="ask_lapse_penalty", knows=("region",))
    heard = reader.read("就是22年和23年那两年，那会儿我们都在深圳打工，娃也小，跟着到处跑", context, DAY)
    assert {value for m in heard.mentions if m.role == "lapse_years" for value in m.value} == {2022, 2023}


@pytest.mark.parametrize(
    ("message", "paid"),
    [
        ("9月20号登记了，说先交钱后生效，22号交的400", "2025-09-22"),
        ("孩子9月20号登记的，他们让回去等，我22号又去交的400", "2025-09-22"),
        ("9月20号登记了，孩子他爸说不急，25号再交行不", ""),
    ],
)
def test_a_bare_day_of_a_story_is_of_its_month(reader: Any, message: str, paid: str) -> None:
    assert {value for _, value in of(reader, message, "paid_date")} == ({paid} if paid else set())


@pytest.mark.parametrize("message", [
    "怀了31周加2天就早产了，8月2号生的，在保温箱", "社区说怀孕七个月以后就可以先登记，是真的吗",
])  # fmt: skip
def test_weeks_of_one_that_is_born_or_of_a_rule_are_no_pregnancy(reader: Any, message: str) -> None:
    assert not of(reader, message, "pregnancy_weeks", "pregnancy_months")


def test_who_is_pregnant_still_is(reader: Any) -> None:
    assert ("pregnancy_weeks", "28") in of(reader, "社区说怀孕七个月以后可以先登记，我现在28周", "pregnancy_weeks")


def test_what_is_told_before_a_birth_came_before_it(reader: Any) -> None:
    found = of(
        reader, "产检卡是去年建的，唐筛2月6号做的，7月9号破水提前生了", "other_date", "birth_date", day=date(2025, 9, 3)
    )
    assert ("other_date", "2026-02-06") not in found
    assert ("birth_date", "2025-07-09") in found


def test_a_name_told_once_is_known_in_the_whole_message(reader: Any) -> None:
    found = owners(reader, "大的小名石头，小的叫豆豆，今年8月1号生的。石头在延吉读五年级，豆豆跟我在图们")
    assert found["school_region", "2224"] in ("石头", "大的")


@pytest.mark.parametrize("message", ["截止日我写12月31可以吧", "最后一天就是12月31号对吧", "通知上写12月31截止行吗"])
def test_an_end_is_no_birthday(reader: Any, message: str) -> None:
    heard = reader.read(message, Context(open="ask_payment_period", expect="birth_date", knows=("region",)), DAY)
    assert not [m for m in heard.mentions if m.role == "birth"]


def test_two_names_of_one_day_are_one_event(reader: Any) -> None:
    heard = reader.read("哈尔滨的 我家小子大年初一来的 2月17 这医保咋整啊", Context(), date(2026, 3, 20))
    assert [(m.role, m.value) for m in heard.mentions if m.kind == "day"] == [("birth", "2026-02-17")] * 2


@pytest.mark.parametrize(
    ("message", "polarity"), [("那老二也拖到10月跟老大一起交 省得跑两趟", "plan"), ("拖到8月9号才交的", "asserted")]
)
def test_what_is_put_off_is_still_to_come(reader: Any, message: str, polarity: str) -> None:
    context = Context(open="ask_nonlocal_enrollment", knows=("region", "birth_date"), kids=("大的", "小的"))
    heard = reader.read(message, context, date(2026, 9, 20))
    assert {m.polarity for m in heard.mentions if m.role == "paid"} == {polarity}


def _unharmed() -> list[tuple[str, str]]:
    lines = (Path(__file__).parent / "letters_unharmed.tsv").read_text("utf-8").splitlines()
    return [
        (wanted, text) for line in lines if line and not line.startswith("#") for wanted, text in [line.split("\t")]
    ]


@pytest.mark.parametrize(("wanted", "message"), _unharmed())
def test_what_a_story_tells_is_not_overruled_by_its_order(reader: Any, wanted: str, message: str) -> None:
    found = {f"{name}={value}" for name, value, _, _ in facts(reader, message)}
    must = {one for one in wanted.split() if not one.startswith("!")}
    never = {one[1:] for one in wanted.split() if one.startswith("!")}
    assert must <= found, found
    assert not never & found, found


@pytest.mark.parametrize(
    ("message", "owner"),
    [
        ("老二9月8号生的，接老大放学那天顺路，10月9号交的钱，户口在无锡", "小的"),
        ("小宝8月15号生的，大宝七岁，10月10号我才去交的", ""),
    ],
)
def test_a_child_named_in_passing_takes_no_payment(reader: Any, message: str, owner: str) -> None:
    found = {name: child for (name, _), child in owners(reader, message).items()}
    assert found["paid_date"] == owner
