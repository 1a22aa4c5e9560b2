"""Who is only quoted moves nobody; parts of a month and days supposed again; what is certain of who is covered."""

from datetime import date

import pytest

from dialogue.facts import told_in
from dialogue.hearing.places_quoted import their_word
from dialogue.reading import Mention, Reading
from dialogue.state import DialogueState
from tests.dialogue.builders import NANJING, SUZHOU, Talk, day, heard, place, word, years

AUTUMN, SUMMER, SPRING = date(2025, 11, 20), date(2026, 7, 3), date(2026, 3, 10)
PERIOD, STARTS, WAIT, PREMIUM = "ask_payment_period", "ask_coverage_start", "ask_waiting_period", "ask_premium"
CAP, LEVEL = "ask_critical_illness_cap", "ask_benefit_level"
SHANGHAI, HENGYANG, CHANGZHOU = "310000", "430400", "320400"


def at(text: str, words: str, role: str, *codes: str, owner: str = "") -> Mention:
    start = text.index(words)
    return Mention("place", role, list(codes), words, start=start, end=start + len(words), owner=owner)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("江苏的同学说过了90天就没了", "江苏"), ("嘉善个小姑讲第三个月就好用了", "嘉善"),
        ("月嫂江苏的 她说只交明年", "江苏"),
        ("她常州的姐姐讲的", "常州"),
        ("威海那边的同事告诉我半年都行", "威海"), ("四川老乡说断一年多等一个月", "四川"),
    ],
)  # fmt: skip
def test_somebody_there_says_it(text: str, words: str) -> None:
    assert their_word(text, at(text, words, "elsewhere", "320000"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("苏州的孩子几号前交", "苏州"),
        ("我在南京 同事说不用交", "南京"),
        ("威海说错了，是烟台", "威海"),
        ("南通 爸妈都在这边", "南通"),
    ],
)
def test_nobody_there_says_it(text: str, words: str) -> None:
    assert not their_word(text, at(text, words, "insured", "320000"))


@pytest.mark.parametrize(
    ("text", "words", "code", "role"),
    [
        ("江苏的同学说过了90天就没了 我现在第几天", "江苏", "320000", "elsewhere"),
        ("月嫂江苏的 她说只交明年就行 咱这也那样？", "江苏", "320000", "elsewhere"),
        ("嘉善个小姑讲三个月就好用", "嘉善", "330421", "insured"),
        ("我表姐嘉兴的她说要等", "嘉兴", "330400", "insured"),
    ],
)
def test_where_somebody_quoted_is_moves_nobody(text: str, words: str, code: str, role: str) -> None:
    chat = Talk(today=AUTUMN, state=DialogueState(region=SHANGHAI, children={"": {"stage": "小学"}}))
    chat.hears(heard(PERIOD, text="几号截止"))
    chat.hears(heard("unsure", says=(at(text, words, role, code),), text=text))
    assert chat.state.region == SHANGHAI
    assert chat.state.standing is not None
    assert chat.state.standing.region == SHANGHAI


def test_a_relative_quoted_leaves_no_place_behind() -> None:
    chat = Talk(today=AUTUMN, state=DialogueState(region=SUZHOU))
    chat.hears(heard(PERIOD, text="几号截止"))
    text = "有家长说要满一年，她常州的姐姐讲的"
    chat.hears(heard("inform", says=(at(text, "常州", "elsewhere", CHANGZHOU, owner="他人"),), text=text))
    said = chat.hears(heard("ask_enrollment_materials", text="小B弟弟那个要什么证", notes={"over_there": True}))
    assert "常州" not in said


def test_a_relatives_child_told_with_a_bare_place_is_there() -> None:
    chat = Talk(today=AUTUMN, state=DialogueState(region="320900", children={"": {"stage": "学龄前"}}))
    text = "我弟的娃9月1号生的 南京 还没办 最晚哪天"
    who = Mention("stranger", "stranger", "", "我弟的娃", start=0, end=4)
    born = Mention("day", "birth", "2025-09-01", "9月1号", start=4, end=8, owner="他人")
    said = chat.hears(heard(PERIOD, says=(who, born, at(text, "南京", "insured", NANJING, owner="他人")), text=text))
    assert "2025年11月29日" in said
    assert chat.state.region == "320900"


def test_who_is_from_elsewhere_is_still_asked_of_the_place_asked_about() -> None:
    chat = Talk(today=AUTUMN)
    chat.hears(
        heard("ask_nonlocal_enrollment", says=(place("insured", SUZHOU, polarity="ask"),), text="苏州能给外地孩子交吗")
    )
    text = "我们是黑龙江的 小学"
    chat.hears(heard("inform", says=(at(text, "黑龙江", "insured", "230000"), word("stage", "小学")), text=text))
    assert "苏州" in chat.hears(heard(PERIOD, text="几号截止"))
    assert chat.state.region is None


def month(text: str, words: str, value: str, polarity: str = "supp") -> Mention:
    start = text.index(words)
    return Mention("month", "paid", value, words, start=start, end=start + len(words), polarity=polarity)


@pytest.mark.parametrize(
    ("text", "words", "told"),
    [
        ("那月底呢", "月底", "9月25日到30日"),
        ("要是下周呢", "下周", "9月14日到15日"),
        ("九月中旬呢", "九月中旬", "9月11日到15日"),
    ],
)
def test_a_part_of_a_month_is_answered_for_that_part(text: str, words: str, told: str) -> None:
    chat = Talk(
        today=date(2026, 9, 10), state=DialogueState(region=CHANGZHOU, children={"": {"birth_date": "2026-06-18"}})
    )
    chat.hears(heard(PERIOD, text="现在去缴晚没晚"))
    said = chat.hears(heard("follow", says=(month(text, words, "2026-09"),), text=text))
    assert told in said
    assert "9月1日到" not in said


@pytest.mark.parametrize("heard_as", ["paid", "birth", "other"])
def test_a_day_alone_varies_what_was_supposed(heard_as: str) -> None:
    state = DialogueState(region="320900", children={"": {"transition": "毕业", "transition_date": "2026-06-20"}})
    chat = Talk(today=SUMMER, state=state)
    chat.hears(heard(STARTS, says=(day("paid", "2026-09-25", polarity="supp"),), text="拖到中秋呢"))
    both = ("2025-09-17", "2026-09-17")
    alone = Mention("day", heard_as, both[0], "九月17", start=0, end=4, options=both)
    said = chat.hears(heard("inform", says=(alone,), text="九月17"))
    assert "2026年9月17日" in said
    assert not chat.state.facts.keys() & {"paid_date", "birth_date"}


def test_a_feast_and_its_date_are_one_day() -> None:
    chat = Talk(today=SUMMER, state=DialogueState(region="320900", children={"": {"transition_date": "2026-06-20"}}))
    feast = Mention("day", "paid", "2026-09-25", "中秋", start=2, end=4, polarity="plan")
    both = ("2025-09-25", "2026-09-25")
    date_of_it = Mention("day", "paid", both[0], "九月二十五", start=6, end=11, options=both)
    chat.hears(heard(STARTS, says=(feast, date_of_it), text="拖到中秋呢 九月二十五"))
    assert "paid_date" not in chat.state.facts


def test_a_birthday_on_a_paper_is_put_right() -> None:
    chat = Talk(today=date(2026, 9, 10), state=DialogueState(region=CHANGZHOU))
    chat.hears(heard(PERIOD, says=(day("birth", "2026-06-18"),), text="娃六月十八的 现在缴晚没晚"))
    paper = Mention("day", "registered", "2026-06-08", "6月8号", start=7, end=11, options=("2026-06-08",))
    chat.hears(heard("inform", says=(paper,), text="坏了 单子上是6月8号"))
    assert chat.state.facts["birth_date"] == "2026-06-08"


def test_a_doubt_that_names_a_sum_is_of_the_answer_with_that_sum() -> None:
    chat = Talk(today=AUTUMN, state=DialogueState(region=NANJING))
    chat.hears(heard(CAP, text="大病封顶多少"))
    chat.hears(heard(PERIOD, text="几月交"))
    assert "50万" in chat.hears(heard("challenge", text="50万真的假的"))


def test_an_example_with_a_day_of_its_own_is_a_supposition() -> None:
    state = DialogueState(region="320900", children={"": {"transition": "毕业", "transition_date": "2026-06-20"}})
    chat = Talk(today=SUMMER, state=state)
    chat.hears(heard(STARTS, text="他交上哪天能看病"))
    said = chat.hears(heard("example", says=(day("paid", "2026-08-03", polarity="supp"),), text="比方8月3号钱到"))
    assert "假如有个孩子" not in said
    assert "2026年8月4日" in said


def test_thanks_with_a_child_told_of_are_no_end() -> None:
    chat = Talk(today=SUMMER)
    says = (place("insured", "440600"), day("birth", "2026-05-30"))
    assert "2026年8月27日" in chat.hears(heard("thank", says=says, text="唔该晒 想问BB医保 佛山 5月30出世"))


def test_what_is_certain_of_who_is_covered_goes_with_two_texts() -> None:
    chat = Talk(today=AUTUMN, state=DialogueState(region=NANJING, children={"": {"stage": "小学"}}))
    assert "要是2025年一直在保，赶在集中缴费期里、今天就交" in chat.hears(heard(STARTS, text="现在交啥时候能用"))
    said = chat.hears(heard("follow", says=(day("paid", "2025-12-31", polarity="supp"),), text="那12月31号交呢"))
    assert "从2026年1月1日起接着享受" in said
    late = chat.hears(heard("follow", says=(day("paid", "2026-01-05", polarity="supp"),), text="1月5号交呢"))
    assert "接着享受" not in late


def test_who_lapsed_is_told_nothing_certain() -> None:
    lapsed = {"": {"stage": "小学", "lapse_years": [2025]}}
    chat = Talk(today=AUTUMN, state=DialogueState(region=NANJING, children=lapsed))
    assert "接着享受" not in chat.hears(heard(STARTS, text="现在交啥时候能用"))


def test_a_year_that_has_not_begun_has_not_lapsed() -> None:
    chat = Talk(today=AUTUMN, state=DialogueState(region=NANJING))
    says = (years("paid_years", 2025), years("lapse_years", 2026))
    chat.hears(heard(STARTS, says=says, text="25年的交了 26年的没交 12月住院能报不"))
    assert "lapse_years" not in chat.state.facts


def test_years_between_the_last_told_and_the_one_asked_go_on() -> None:
    chat = Talk(today=date(2026, 11, 20), state=DialogueState(region="320300"))
    says = (years("paid_years", 2024), years("paid_years", 2025), years("asked_year", 2027))
    assert "497000" not in chat.hears(heard(CAP, says=says, text="24年25年没断 27年封顶线多少"))


def test_asked_how_to_get_a_permit_tells_nothing_of_having_one() -> None:
    asked = Reading("居住证怎么办", ("ask_nonlocal_enrollment",), (word("permit", True, polarity="ask"),), ())
    assert not [told for told in told_in(asked) if told.name == "residence_permit"]


def test_a_month_paid_that_is_all_one_is_answered_without_its_day() -> None:
    facts = {"": {"stage": "小学", "enrolled_years": [2025]}}
    chat = Talk(today=date(2026, 1, 8), state=DialogueState(region=NANJING, children=facts))
    chat.hears(heard(WAIT, text="要等吗"))
    text = "阿哥12月初缴好了"
    said = chat.hears(heard("inform", says=(month(text, "12月初", "2025-12", "asserted"),), text=text))
    assert "2026年1月1日" in said


@pytest.mark.parametrize(("months", "told"), [(5, True), (60, False)])
def test_a_baby_before_its_first_birthday_keeps_the_180_days(months: int, told: bool) -> None:
    age = Mention("age", "age", {"months": months, "stage": "学龄前"}, "五个月", start=2, end=5)
    chat = Talk(today=AUTUMN, state=DialogueState(region=NANJING))
    assert ("180天" in chat.hears(heard("ask_visit_settlement", says=(age,), text="南京五个月 能刷吗"))) is told


def test_a_month_soon_to_come_is_not_last_years() -> None:
    chat = Talk(today=AUTUMN, state=DialogueState(region=NANJING, children={"": {"stage": "小学"}}))
    text = "12月交 一月就能刷吗"
    said = chat.hears(heard(STARTS, says=(month(text, "12月", "2024-12", "asserted"),), text=text))
    assert "2025年12月" in said


@pytest.mark.parametrize(("text", "fact"), [("要是24号钱就过去了呢", "paid_date"), ("要是24号再去呢", "visit_date")])
def test_a_supposed_day_with_money_in_it_is_of_the_payment(text: str, fact: str) -> None:
    children = {"": {"birth_date": "2025-08-29", "paid_date": "2025-11-30"}}
    chat = Talk(today=date(2025, 12, 3), state=DialogueState(region="320723", children=children))
    chat.hears(heard(WAIT, text="那超了的得等几天"))
    other = Mention("day", "other", "2025-11-24", "24号", start=2, end=5, polarity="supp")
    chat.hears(heard("follow", says=(other,), text=text))
    assert chat.state.standing is not None
    assert chat.state.standing.supposed.get(fact) == "2025-11-24"


def test_who_was_never_enrolled_is_not_told_what_goes_on() -> None:
    never = {"": {"stage": "小学", "child_enrolled": False}}
    chat = Talk(today=AUTUMN, state=DialogueState(region=NANJING, children=never))
    assert "年一直在保" not in chat.hears(heard(WAIT, text="现在交要等吗"))


def test_a_year_before_the_birth_is_not_the_childs() -> None:
    chat = Talk(today=AUTUMN, state=DialogueState(region="321300"))
    says = (day("birth", "2025-10-03"), years("paid_years", 2024))
    chat.hears(heard(PREMIUM, says=says, text="娃10月3号生的 去年我们交了俩大人的 多少钱"))
    assert not chat.state.facts.keys() & {"paid_years", "enrolled_years"}


def test_paid_inside_the_window_before_the_new_year_and_asked_in_it() -> None:
    paid = {"": {"stage": "小学", "paid_date": "2025-12-20"}}
    chat = Talk(today=date(2026, 1, 8), state=DialogueState(region=NANJING, children=paid))
    said = chat.hears(heard(STARTS, text="现在能用了吧"))
    assert "要是2025年一直在保" in said
    assert "从2026年1月1日起接着享受" in said


@pytest.mark.parametrize("text", ["我们搬到苏州了同事说要重新交", "我在苏州同事说不用交", "刚搬苏州了邻居说要等"])
def test_who_is_there_themselves_is_there_whatever_somebody_says(text: str) -> None:
    assert not their_word(text, at(text, "苏州", "insured", SUZHOU))


@pytest.mark.parametrize("text", ["12月扣的钱 现在能用吗", "12月划走的 能刷吗"])
def test_a_month_in_which_money_went_is_over(text: str) -> None:
    chat = Talk(today=AUTUMN, state=DialogueState(region=NANJING, children={"": {"stage": "小学"}}))
    assert "哪天到账都一样" not in chat.hears(
        heard(STARTS, says=(month(text, "12月", "2024-12", "asserted"),), text=text)
    )
