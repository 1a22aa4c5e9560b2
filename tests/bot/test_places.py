"""Places as candidates: names on word borders, joined from wide to narrow; what cannot be a place is none."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from bot.nlu import places as finder
from bot.nlu.conversation import Context
from bot.nlu.places import NamedPlace, find_places
from bot.nlu.text import read_text
from policies import places
from tests.bot.conftest import mostly


def found(text: str, within: "str | None" = None) -> "list[NamedPlace]":
    return find_places(read_text(text).plain, within)


def codes(text: str) -> "list[str]":
    """What is meant where only one place can be."""
    return [place.adcodes[0] for place in found(text) if len(place.adcodes) == 1]


@pytest.mark.parametrize(
    "text",
    [
        "医保定点药店哪些能刷", "我们镇上有医保定点卫生院吗", "居民医保定额是多少",
        "城乡居民医保怎么交城里的和乡下的一样吗", "要提交城乡居民登记表不", "该交城乡的还是职工的",
        "媳妇生了对龙凤胎", "娃马上面临高考了", "临近高考还交不交", "满月照和生日照片要不要带", "孩子生日照样能办吧",
        "长治久安", "共济金额多少", "合作医疗现在叫啥", "新型农村合作医疗改名没", "东方航空公司给买的保险",
        "公安局那边开的证明", "平安夜生的", "普通门诊报多少",
        "方便面", "不大同意", "大同小异吧", "新建档的", "建档立卡户免不免",
    ],
)  # fmt: skip
def test_a_name_across_or_inside_words_is_no_place(text: str) -> None:
    assert [place.text for place in found(text) if not place.word] == []


@pytest.mark.parametrize(
    "text",
    [
        "国家医保服务平台怎么激活",
        "全国都一样吗",
        "国家规定的还是省里定的",
        "中国的医保能带去国外不",
        "全国联网没",
        "国家层面有没有文件",
    ],
)
def test_the_nation_is_no_place(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("我家住无锡市湖北路那块", ["320200"]), ("常州市北京路小学的", ["320400"]), ("南通市重庆大街12号", ["320600"]),
        ("家在扬州市江都路上", ["321000"]),
        ("镇江市南京路幼儿园", ["321100"]), ("住在上海花园三期", []), ("天津路小区的娃", []), ("广州大道旁边", []),
        ("深圳湾公寓", []),
        ("浙江商场楼上", []), ("四川火锅店里打工", []), ("兰州拉面", []), ("北京烤鸭店老板", []), ("安徽大厦", []),
        ("云南米线店", []),
        ("家住威海市青岛中路", ["371000"]), ("哈尔滨市辽宁街", ["230100"]),
    ],
)  # fmt: skip
def test_streets_estates_and_food_hold_no_place(text: str, left: "list[str]") -> None:
    assert codes(text) == left


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("想在苏州弄个医保", ["320500"]), ("在威海弄好了", ["371000"]), ("去年在徐州弄丢了卡", ["320300"]),
        ("常州弄错了名字", ["320400"]),
        ("江苏湖南两头跑", ["320000", "430000"]), ("安徽湖北交界", ["340000", "420000"]),
        ("从南京路过的时候生的", ["320100"]),
    ],
)  # fmt: skip
def test_a_verb_or_another_place_behind_a_name_makes_no_street_of_it(text: str, heard: "list[str]") -> None:
    assert codes(text) == heard


@pytest.mark.parametrize(
    "text",
    [
        "用浙江银行的卡扣的", "南京银行代扣", "刷的是北京银行信用卡", "上海银行存的", "江苏联通营业厅", "深圳航空",
        "中国平安保险", "平安人寿买的", "天津财险", "广东话", "四川话我听得懂",
    ],
)  # fmt: skip
def test_banks_firms_and_dialects_hold_no_place(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("我是徐州的，不是连云港的", ["320300", "320700"]), ("爷爷在山西，我们在泰州", ["140000", "321200"]),
        ("户口落在河北，人在宿迁上班", ["130000", "321300"]),
        ("以前在杭州参的保，今年回盐城", ["330100", "320900"]), ("天津户口，孩子在威海念书", ["120000", "371000"]),
        ("我姑在厦门，她家娃", ["350200"]),
        ("爸爸是湖南的，妈妈是湖北的", ["430000", "420000"]), ("奶奶在甘肃住", ["620000"]),
        ("从大连转来烟台的", ["210200", "370600"]),
        ("妈妈在苏州打工，孩子在淮安", ["320500", "320800"]),
    ],
)  # fmt: skip
def test_every_place_is_a_candidate_whoever_it_is_of(text: str, heard: "list[str]") -> None:
    assert codes(text) == heard


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("太仓，娃刚上小学", "320585"), ("靖江 三个月宝宝", "321282"), ("张家港、小学生", "320582"),
        ("启东，怎么交", "320681"), ("荣成 幼儿园大班", "371082"),
        ("乳山，孩子两岁", "371083"), ("江阴。生了俩", "320281"), ("邳州！孩子五岁", "320382"),
        ("宜兴（孩子一年级）", "320282"), ("高邮", "321084"),
        ("沭阳 新生儿", "321322"), ("盱眙，高中生", "320830"),
    ],
)  # fmt: skip
def test_the_short_name_of_a_county_is_heard_before_any_sign(text: str, code: str) -> None:
    assert codes(text) == [code]


@pytest.mark.parametrize(
    ("text", "code", "named"),
    [
        ("我在江苏省无锡市宜兴市", "320282", "江苏省无锡市宜兴市"), ("江苏盐城东台的", "320981", "江苏盐城东台"),
        ("泰州 兴化这边", "321281", "泰州 兴化"),
        ("黑龙江省哈尔滨市道里区", "230102", "黑龙江省哈尔滨市道里区"), ("威海的文登", "371003", "威海的文登"),
        ("连云港赣榆", "320707", "连云港赣榆"),
        ("南京，浦口", "320111", "南京,浦口"), ("青岛市南区", "370202", "青岛市南区"),
        ("内蒙呼和浩特", "150100", "内蒙呼和浩特"), ("重庆渝中", "500103", "重庆渝中"),
        ("辽宁朝阳", "211300", "辽宁朝阳"), ("北京朝阳区", "110105", "北京朝阳区"),
        ("苏州下面的常熟", "320581", "苏州下面的常熟"),
    ],
)  # fmt: skip
def test_names_are_joined_from_wide_to_narrow(text: str, code: str, named: str) -> None:
    (place,) = found(text)
    assert (place.adcodes, place.text) == ((code,), named)
    assert place.joined


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("陕西，山西都有亲戚", ["610000", "140000"]),
        ("先在无锡后在江苏", ["320200", "320000"]),
        ("徐州到南京", ["320300", "320100"]),
    ],
)
def test_two_places_side_by_side_stay_two(text: str, heard: "list[str]") -> None:
    assert codes(text) == heard


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("如皋市安定小学三年级", ["如皋市"]), ("江阴市澄江中心小学", ["江阴市"]), ("兴化市安丰镇的", ["兴化市"]),
        ("泰州高港中学", ["泰州高港"]), ("南京、安定都住过", ["南京", "安定"]),
        ("人在如皋，安定那边也有房", ["如皋", "安定"]),
    ],
)  # fmt: skip
def test_a_school_or_town_of_a_place_may_be_named_like_another(text: str, heard: "list[str]") -> None:
    assert [place.text for place in found(text)] == heard


def test_a_shared_name_keeps_its_meanings_until_something_narrows_it() -> None:
    (alone,) = found("我在鼓楼区")
    assert set(alone.adcodes) == {"320106", "320302", "350102", "410204"}
    assert found("鼓楼区", within="320100")[0].adcodes == ("320106",)
    assert found("我在南京上班，孩子户口在鼓楼")[-1].adcodes == ("320106",)
    assert set(found("通州的")[0].adcodes) == {"110112", "320612"}
    assert found("通州的", within="320000")[0].adcodes == ("320612",)


@pytest.mark.parametrize(
    ("text", "code"), [("齐齐哈而", "230200"), ("哈儿滨", "230100"), ("双丫山", "230500"), ("黑笼江", "230000")]
)
def test_a_long_name_is_known_by_its_sound(text: str, code: str) -> None:
    (place,) = found(text)
    assert (place.adcodes, place.fuzzy) == ((code,), True)


@pytest.mark.parametrize(
    ("text", "code"),
    [("保应县孩子一年级", "321023"), ("我在宝映县", "321023"), ("江苏保应县", "321023"), ("海按市的娃", "320685"),
     ("唐山市乐停县", "130225")],
)  # fmt: skip
def test_a_full_name_is_known_by_its_sound_and_not_cut_to_another_one(text: str, code: str) -> None:
    (place,) = found(text)
    assert (place.adcodes, place.fuzzy) == ((code,), True)


@pytest.mark.parametrize(
    ("text", "code"), [("兴化县的", "321281"), ("丹徒县人", "321112"), ("我们在义乌县", "330782"), ("姜堰市", "321204")]
)
def test_a_place_is_known_by_its_old_rank(text: str, code: str) -> None:
    assert found(text)[0].adcodes == (code,)


@pytest.mark.parametrize(
    ("text", "codes"), [("我们海南州", []), ("青海省海南州", ["630000"]), ("本溪市区的，不是本溪县", ["210500"])]
)
def test_what_is_no_county_never_had_another_rank(text: str, codes: list[str]) -> None:
    assert not {"460000"} & {code for place in found(text) for code in place.adcodes}
    assert [code for place in found(text) for code in place.adcodes] == codes


@pytest.mark.parametrize("text", ["我家乡县里怎么办", "家乡县", "邮箱区", "游戏县", "姜燕市"])
def test_an_everyday_word_before_a_rank_is_no_place_misheard(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("text", ["外县区", "我们小区", "哪个区", "全市的", "开发区", "是我们县", "外省市"])
def test_a_word_that_ends_like_a_place_is_none(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text", ["我姓徐，叫徐州", "孩子叫南京", "我叫王海门", "孩子叫李威海", "我叫刘江阴", "她叫陈泰州"]
)
def test_a_persons_name_is_no_place(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("孩子是安徽籍", "340000"),
        ("江苏籍的", "320000"),
        ("我们是河南籍贯", "410000"),
        ("我是苏州人", "320500"),
        ("盐城人，娃刚生", "320900"),
        ("老家在山东，是威海人", "371000"),
        ("孩子爸是哈尔滨人", "230100"),
        ("南京人", "320100"),
        ("泰州人", "321200"),
        ("我徐州人", "320300"),
        ("东北黑龙江那边", "230000"),
    ],
)
def test_where_somebody_is_from_is_a_place(text: str, code: str) -> None:
    assert codes(text)[-1:] == [code]


@pytest.mark.parametrize("text", ["黑龙江哈儿滨", "黑龙江，哈儿滨的", "黑龙江省齐齐哈而市", "我在山东，哈儿滨是老家"])
def test_a_name_by_its_sound_after_another_place_breaks_nothing(text: str) -> None:
    assert found(text)[0].adcodes[0][:2] in ("23", "37")


@pytest.mark.parametrize(
    "unit",
    ["省", "江苏", "南京市", "区", "江苏省南京市", "县的", "市，", "哈儿滨", "啊", "通道", "和县医院", "保定", " ", "1",
     "路", "叫"],
)  # fmt: skip
def test_five_thousand_hostile_characters_break_nothing(unit: str) -> None:
    text = (unit * 5000)[:5000]
    places = find_places(text)
    assert all(one.end <= other.start for one, other in pairwise(places))
    assert all(text[place.start : place.end] == place.text for place in places)


NANJING = Context(within="320100", knows=("region",))


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        ("words that are counties too", [
            "缴费通道什么时候开", "惠民政策有哪些", "报销比例和县里一样吗", "这个通道关了没", "有惠民保还要交吗",
            "费用和县医院的差不多吗", "方正的态度好点",
            "互助的那种保险", "普通话测试", "家庭共济互助怎么弄", "资源不够怎么办", "安全吗这个", "比如说孩子三岁",
            "平安险要买吗", "在新建小区住",
        ]),
        ("hospitals and schools", [
            "在市儿童医院看病怎么刷", "人民医院能不能直接报", "妇幼保健院让先交钱", "学校让统一交", "二小的老师说要交",
            "省中医院报几成", "区医院还是市医院好",
            "县医院报得多一点吧", "社区医院能用不", "民办幼儿园收不收", "中心小学通知的", "在医院出生的要等吗",
            "卫生院开的药报不报", "妈妈单位附近的医院", "定点医院在哪查",
        ]),
    ],
)  # fmt: skip
def test_nobody_moves_because_of_a_word(reader: Any, kind: str, texts: "list[str]") -> None:
    """The whole reader: of fifteen sentences without a place nearly all name none as the family's."""
    moved = [text for text in texts if reader.read(text, NANJING, date(2026, 11, 26)).of("insured")]
    mostly((text not in moved for text in texts), wrong=moved)


@pytest.mark.parametrize("text", ["我是苏州一小学老师", "常州一中学的班主任", "镇江一小学门口"])
def test_some_school_of_a_town_is_in_that_town(text: str) -> None:
    """“苏州一小学” is a school there; “南京一小” is the name of one that may be anywhere."""
    town = text[: text.index("一")][-2:]
    assert [found.text for found in find_places(read_text(text).plain)] == [town]


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("我是荣成一小的班主任", ["荣成"]), ("虎林一小 二年级", ["虎林"]), ("娃在仪征三中", ["仪征"]),
        ("海门二幼中班", ["海门"]), ("南京一小的", []), ("我家在龙岩，娃读荣成二小", ["龙岩"]), ("大一中不中", []),
    ],
)  # fmt: skip
def test_the_numbered_school_of_a_county_says_where_if_nothing_else_does(text: str, heard: "list[str]") -> None:
    assert [place.text for place in found(text)] == heard


def test_no_name_and_nothing_that_sounds_like_one_is_passed_over() -> None:
    """`find_places` looks only where a name may begin: at the first two characters of every name, however written."""
    every = [name for name in places.names() if len(name) > 1]
    assert len(every) > 3_000
    assert all(finder._may_begin(name[:2]) for name in every if name in finder._known())
    sounds = {*finder._by_sound(), *finder._formal_by_sound(), *finder._alike()}
    assert {"-".join(key.split("-")[:2]) for key in sounds} <= finder._every_first_sound()
    assert not finder._may_begin("怎么")
