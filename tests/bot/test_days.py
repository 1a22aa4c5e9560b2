"""Days and months as candidates: what can be a day, with every year it may mean, and what only looks like one."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from bot.nlu.days import EARLIEST, LATEST, DayMention, choose, choose_month, find_days
from bot.nlu.mentions import MOST, find_mentions
from bot.nlu.text import read_text

TODAY = date(2026, 11, 26)
"""A Thursday."""


def found(text: str, today: date = TODAY) -> "list[DayMention]":
    """Days and months of a message that are more than a bare number."""
    return [c.thing for c in find_mentions(read_text(text), today) if isinstance(c.thing, DayMention) and not c.bare]


def past(text: str, today: date = TODAY) -> "list[str]":
    """What its days are when they lie behind: (iso day, month, or the problem)."""
    said = []
    for day in found(text, today):
        if day.problem:
            said.append(day.problem)
        elif day.months:
            said.append(choose_month(day.months, today, "past"))
        elif day.options:
            said.append(choose(day.options, today, "past").isoformat())
    return said


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("儿子8月6号生最后哪天办", ["2026-08-06"]), ("娃9月12生能不能不交", ["2026-09-12"]),
        ("闺女五月二十生怎么办医保", ["2026-05-20"]),
        ("小家伙7/19生要带啥", ["2026-07-19"]), ("宝宝3月2日生多久能报", ["2026-03-02"]),
        ("孩子十一月九号生在哪交", ["2026-11-09"]),
        ("12月8号生去哪儿登记", ["2025-12-08"]), ("2025年12月30生的算哪年", ["2025-12-30"]),
    ],
)  # fmt: skip
def test_a_day_ends_before_the_birth_whatever_follows(text: str, days: "list[str]") -> None:
    assert past(text)[:1] == days


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("8月20号落地，9月2号出的院", ["2026-08-20", "2026-09-02"]),
        ("5月4日生，5月30登记，6月11钱到", ["2026-05-04", "2026-05-30", "2026-06-11"]),
        ("7月1号上的户口，6月9号生的", ["2026-07-01", "2026-06-09"]),
        ("早产，10月11就生了，本来预产期11月20号", ["2026-10-11", "2026-11-20"]),
        ("3月8号生，昨天钱才到", ["2026-03-08", "2026-11-25"]),
        ("去年12月20生，今年1月15扣的钱", ["2025-12-20", "2026-01-15"]),
        ("9月9日迁来常州，10月8日缴的", ["2026-09-09", "2026-10-08"]),
        ("2026-06-01出生2026-07-02缴费", ["2026-06-01", "2026-07-02"]),
    ],
)  # fmt: skip
def test_several_days_are_several_candidates_in_their_order(text: str, days: "list[str]") -> None:
    assert past(text) == days


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("1月15号之前办行吗", "2027-01-15"), ("12月20号去交来得及吗", "2026-12-20"),
        ("2月28号以前都能交吧", "2027-02-28"),
        ("年前12.31交可以不", "2026-12-31"), ("1月1号交行吗", "2027-01-01"), ("12月5日缴还算数不", "2026-12-05"),
    ],
)  # fmt: skip
def test_a_coming_day_keeps_this_year_and_the_next_among_its_options(text: str, asked: str) -> None:
    (day,) = (
        c.thing for c in find_mentions(read_text(text), TODAY) if isinstance(c.thing, DayMention) and c.thing.options
    )
    assert date.fromisoformat(asked) in day.options
    assert choose(day.options, TODAY, "near").isoformat() == asked
    assert choose(day.options, TODAY, "future").isoformat() == asked


def test_a_day_takes_the_year_that_fits_what_is_known() -> None:
    """Born on June 8th, asked on July 20th: “要是9月5号才到账” is this September, “8月1号到的” behind the birth."""
    today, birth = date(2026, 7, 20), date(2026, 6, 8)
    (september,) = found("要是9月5号才到账", today)
    assert choose(september.options, today, "near", birth) == date(2026, 9, 5)
    (july,) = found("7月1号到的账", today)
    assert choose(july.options, today, "past", birth) == date(2026, 7, 1)
    (may,) = found("5月30号交的", today)
    assert choose(may.options, today, "past", birth) == date(2027, 5, 30)  # impossible behind; the dialogue asks back
    (day,) = found("13号到的", today)
    assert day.day == 13
    assert choose(day.options, today, "past", birth) == date(2026, 7, 13)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("2月30号生的", "2月没有30号"), ("4月31号出生", "4月没有31号"), ("六月三十一号生", "6月没有31号"),
        ("2026年11月31日生的", "2026年11月没有31号"),
        ("2025年2月29号出生", "2025年2月没有29号"), ("250229生的", "2025年2月没有29号"),
        ("9月31交的钱", "9月没有31号"),
    ],
)  # fmt: skip
def test_a_day_that_cannot_be_says_why(text: str, problem: str) -> None:
    (day,) = found(text)
    assert (day.options, day.problem) == ((), problem)


@pytest.mark.parametrize("text", ["13月5号生的", "0月3号", "25月", "第三条第二款", "2月35号"])
def test_what_no_calendar_has_is_no_date_of_that_month(text: str) -> None:
    assert [day.months or [o.month for o in day.options] for day in found(text) if day.day is None] == []


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("娃9月中旬生的", ["2026-09"]), ("八月底生的", ["2026-08"]), ("今年3月初出生", ["2026-03"]),
        ("上个月末交的", ["2026-10"]),
        ("去年12月底生", ["2025-12"]), ("7月下旬办的", ["2026-07"]), ("5月份生的", ["2026-05"]),
        ("腊月生的", ["2025-12"]),
        ("月初刚生", ["2026-11"]), ("2024年6月生的", ["2024-06"]), ("二五年十月出生", ["2025-10"]),
        ("正月里生的", ["2026-01"]),
    ],
)  # fmt: skip
def test_a_month_without_its_day_stays_a_month(text: str, days: "list[str]") -> None:
    assert past(text) == days


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("宝宝9月，30号", ["2026-09-30"]), ("宝宝8月，6号", ["2026-08-06"]), ("5月的9号生", ["2026-05-09"]),
        ("去年11月，20号生的", ["2025-11-20"]),
        ("6月，31号", ["6月没有31号"]),
    ],
)  # fmt: skip
def test_a_day_right_after_its_month_belongs_to_it(text: str, days: "list[str]") -> None:
    assert past(text)[-1:] == days


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("孩子是八月初九生的", "2026-09-19"), ("四月初一生的", "2026-05-17"), ("五月廿二落地", "2026-07-06"),
        ("老历八月廿三", "2026-10-03"), ("旧历六月初十生的", "2026-07-23"), ("古历三月十八", "2026-05-04"),
        ("夏历正月二十", "2026-03-08"),
        ("阴历十月十二", "2026-11-20"), ("冬月十一生的", "2025-12-30"), ("腊月廿四生", "2026-02-11"),
        ("去年闰六月十八生", "2025-08-11"),
        ("去年农历闰六月初一", "2025-07-25"), ("农历去年五月十三", "2025-06-08"), ("2024年农历九月初十", "2024-10-12"),
    ],
)  # fmt: skip
def test_lunar_days_are_turned_into_the_calendar(text: str, day: str) -> None:
    assert past(text) == [day]


def test_a_leap_month_is_only_in_its_year() -> None:
    (day,) = found("今年闰六月初三生的")
    assert day.problem
    (any_year,) = found("闰六月初三生的")
    assert any_year.options == (date(2025, 7, 27),)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("国庆前两天出生", "2026-09-29"), ("国庆第二天生的", "2026-10-02"), ("劳动节后三天生", "2026-05-04"),
        ("元旦前一天交的", "2025-12-31"),
        ("中秋当天生的", "2026-09-25"), ("端午节前一天落地", "2026-06-18"), ("七夕生的", "2026-08-19"),
        ("大年初四生", "2026-02-20"),
        ("年初六生的", "2026-02-22"), ("大年三十晚上生的", "2026-02-16"), ("除夕那天生", "2026-02-16"),
        ("平安夜出生", "2025-12-24"),
        ("双十二扣的钱", "2025-12-12"), ("冬至那天生的", "2025-12-21"), ("清明当天生的", "2026-04-05"),
        ("教师节生的", "2026-09-10"),
        ("去年重阳生的", "2025-10-29"), ("国庆过后头一个周一交的", "2026-10-05"), ("六一儿童节生的", "2026-06-01"),
    ],
)  # fmt: skip
def test_feasts_terms_and_new_years_days(text: str, day: str) -> None:
    assert past(text) == [day]


@pytest.mark.parametrize(("feast", "month"), [("五一", 5), ("六一", 6), ("八一", 8), ("十一", 10)])
@pytest.mark.parametrize("frame", ["{}生的", "娃{}生", "今年{}出生", "宝宝生日是{}", "去年{}落地的"])
def test_a_feast_of_two_figures_is_one_at_the_edges_of_a_text_too(feast: str, month: int, frame: str) -> None:
    (day,) = found(frame.format(feast))
    assert {(option.month, option.day) for option in day.options} == {(month, 1)}


@pytest.mark.parametrize(
    "text", ["五一百块", "十一个月了", "六一班", "三十一岁", "二十一天", "八一八", "第十一条", "十一万"]
)
def test_two_figures_that_count_are_no_feast(text: str) -> None:
    days = {(option.month, option.day) for day in found(text) for option in day.options}
    assert not days & {(5, 1), (6, 1), (8, 1), (10, 1)}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("大大前天生的", "2026-11-22"), ("大前天交的", "2026-11-23"), ("大后天去办", "2026-11-29"),
        ("大大后天交", "2026-11-30"),
        ("下下周三去", "2026-12-09"), ("上上周五生的", "2026-11-13"), ("上上个礼拜一", "2026-11-09"),
        ("下下个星期天", "2026-12-13"),
        ("上上个月8号", "2026-09-08"), ("下下个月2号", "2027-01-02"), ("上礼拜天", "2026-11-22"),
        ("这周一", "2026-11-23"),
    ],
)  # fmt: skip
def test_doubled_words_count_twice(text: str, day: str) -> None:
    (one,) = found(text)
    assert one.options == (date.fromisoformat(day),)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("9·8生的", "2026-09-08"), ("9/8生的", "2026-09-08"), ("9.8生的", "2026-09-08"),
        ("2026、9、8生的", "2026-09-08"), ("2026·9·8", "2026-09-08"),
        ("2026.09.08", "2026-09-08"), ("2026_9_8", "2026-09-08"), ("2026\\9\\8", "2026-09-08"),
        ("2026 - 9 - 8", "2026-09-08"),
        ("玖月捌日", "2026-09-08"), ("拾月贰拾日", "2026-10-20"), ("壹月拾伍号", "2026-01-15"),
        ("260908生", "2026-09-08"),
        ("20260908", "2026-09-08"), ("26年9月8", "2026-09-08"), ("二六年九月八号", "2026-09-08"),
        ("２６．９．８", "2026-09-08"),
    ],
)  # fmt: skip
def test_every_separator_and_figure_of_a_date(text: str, day: str) -> None:
    days = [
        choose(c.thing.options, TODAY, "past").isoformat()
        for c in find_mentions(read_text(text), TODAY)
        if isinstance(c.thing, DayMention) and c.thing.options
    ]
    assert days == [day]


@pytest.mark.parametrize(
    "text",
    [
        "出生时2.95公斤", "奶粉喝了3.5勺", "体温38.2度", "黄疸值12.6", "花了1.2万", "报了7.8成", "涨了3.5%",
        "一斤8.5元", "2.5倍", "重3.2kg",
        "身高5.1尺", "住3号楼", "1号线地铁口", "苏医保发〔2025〕26号文", "8号公告", "取号12号窗口", "编号0912",
        "尾号0611", "12393", "5楼3室",
        "8:30开门", "1.5个月", "三点十五", "房号0815",
    ],
)  # fmt: skip
def test_figures_of_other_things_are_no_days(text: str) -> None:
    assert [day.text for day in found(text)] == []


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("三天前生的", ["2026-11-23"]), ("两个礼拜前交的", ["2026-11-12"]), ("半个月前", []), ("90天前办好", []),
        ("三个月前交的", ["2026-08"]), ("俩月前生的", ["2026-09"]), ("学校让9月前交", ["2026-09"]),
        ("十月之前弄完", ["2026-10"]), ("去年今天生的", ["2025-11-26"]), ("上个月的今天交的", ["2026-10-26"]),
        ("上个月最后一天交的", ["2026-10-31"]), ("去年最后一天落地", ["2025-12-31"]),
        ("2024年2月最后一天", ["2024-02-29"]),
        ("8月最后一天到账", ["2026-08-31"]), ("七月半生的", ["2026-08-27"]), ("八月节那天生的", ["2026-09-25"]),
        ("团圆节生的", ["2026-09-25"]), ("五月节生的", ["2026-06-19"]),
        ("再过五天去交", ["2026-12-01"]), ("10天后出院", ["2026-12-06"]), ("昨儿个到的账", ["2026-11-25"]),
        ("琴日交咗", ["2026-11-25"]),
        ("听日去交", ["2026-11-27"]), ("今早刚生", ["2026-11-26"]), ("上周六生的", ["2026-11-21"]),
        ("刚刚生了", ["2026-11-26"]),
    ],
)  # fmt: skip
def test_days_counted_from_today(text: str, days: "list[str]") -> None:
    assert past(text) == days


@pytest.mark.parametrize(
    ("text", "day"),
    [("九越六号", "2026-09-06"), ("八月而十号", "2026-08-20"), ("十月散号", "2026-10-03"), ("五月十久号", "2026-05-19"),
     ("六月二十好", "2026-06-20"), ("七约八号", "2026-07-08")],
)  # fmt: skip
def test_what_voice_input_made_of_a_date(text: str, day: str) -> None:
    assert past(text) == [day]


@pytest.mark.parametrize("text", ["娃7.19生", "10.6生的宝宝", "9-8出生", "0815生的", "孩子3号生日是12"])
def test_a_number_without_a_sign_of_time_is_a_bare_candidate(text: str) -> None:
    """A weight as well as a day: whether it is one is for the judges."""
    assert any(c.bare for c in find_mentions(read_text(text), TODAY))


@pytest.mark.parametrize("text", ["实时到账", "是月好", "久月久好", "吧月吧号", "酒时期号"])
def test_words_that_only_sound_like_figures_are_no_date(text: str) -> None:
    assert past(text) == []


@pytest.mark.parametrize(
    ("text", "year"),
    [("2019年生人", 2019), ("18年的娃", 2018), ("一九年属猪", 2019), ("08后", 2008), ("二零二零年生人", 2020)],
)
def test_a_year_of_birth_alone(text: str, year: int) -> None:
    (day,) = found(text)
    assert (day.year, day.options) == (year, ())


def test_the_29th_of_february_is_in_leap_years_only() -> None:
    (day,) = found("2月29号生的")
    assert choose(day.options, TODAY, "past") == date(2024, 2, 29)
    assert choose(day.options, TODAY, "future") == date(2028, 2, 29)
    (far,) = found("2月29号生的", date(2097, 12, 31))
    assert choose(far.options, date(2097, 12, 31), "past") == date(2096, 2, 29)


FAR = [
    date(2020, 1, 1),
    date(2024, 2, 29),
    date(2026, 12, 31),
    date(2060, 6, 15),
    date(2096, 2, 29),
    date(2097, 12, 31),
]
SAID = [
    "9999年12月31日生的", "9999-12-31", "99991231", "1年1月1日", "0001-01-01", "9999年腊月三十", "2099年闰八月十五",
    "2100年2月29号",
    "去年闰六月三十", "大年初一", "除夕生的", "冬至前一天", "2月29号", "30号", "31号", "上上个月31号", "下下周日",
    "廿九", "正月三十",
    "1500天前", "400天后", "大大大大大前年3月1号", "后年12月31号", "九千九百九十九年十二月三十一", "国庆后第一个周日",
    "明天满999天", "前年除夕",
]  # fmt: skip


@pytest.mark.parametrize("today", FAR)
@pytest.mark.parametrize("text", SAID)
def test_far_dates_break_nothing(text: str, today: date) -> None:
    for day in found(text, today):
        assert all(EARLIEST <= option.year <= LATEST + 2 for option in day.options)
        assert day.options or day.months or day.problem or day.year is not None
        if day.options:
            assert choose(day.options, today, "past") in day.options


@pytest.mark.parametrize("back", range(0, 800, 23))
def test_days_named_by_today_are_right_all_year_round(back: int) -> None:
    today = TODAY - timedelta(days=back)
    for text, shift in (
        ("昨天生的", -1),
        ("前天交的", -2),
        ("大前天交的", -3),
        ("明天去", 1),
        ("大后天去", 3),
        ("十天前", -10),
    ):
        (day,) = found(text, today)
        assert day.options == (today + timedelta(days=shift),), text
    (sunday,) = found("这周日", today)
    assert sunday.options[0].weekday() == 6
    assert 0 <= (sunday.options[0] - today).days <= 6


HOSTILE = [
    "0", "1", "12", "1.", "1-", "1、", "2025-", "25，", "年月日", "月", "初", "十", "一二", "大", "上", "下下",
    "农历正月初", "闰", "国庆", "去年",
    "周", "廿", "年初", "年的", "、", "过", "天前", "拾月", "二是月", " 1", "1 月", "号", "前天", "月的", "零",
]  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE)
def test_five_thousand_hostile_characters_end_soon_and_yield_few(unit: str) -> None:
    """The whole text for the finder alone, its bounded beginning for the reader."""
    text = (unit * 5000)[:5000]
    days = find_days(text, TODAY)
    assert days == sorted(days, key=lambda day: day.start)
    assert all(one.end <= other.start for one, other in pairwise(days))
    assert len(find_mentions(read_text(text), TODAY)) <= MOST


def test_every_span_is_the_text_it_names() -> None:
    for text in (
        "宝宝去年农历八月初三生的，今年国庆前一天交的钱，下下周一出院，9月30",
        "明天满90天，10月底办的，2025/7/8生",
    ):
        for day in find_days(text, TODAY):
            assert text[day.start : day.end] == day.text


def test_options_are_sorted_and_a_year_that_was_said_leaves_one() -> None:
    every: Any = [day for text in ("8月3号", "15号", "中秋", "去年8月3号", "周三", "腊月初八") for day in found(text)]
    for day in every:
        assert list(day.options) == sorted(day.options)
    assert [day.fixed for day in every] == [False, False, False, True, False, False]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("去年头一回交", []), ("6月初中毕业", ["6月"]), ("七月中风了", ["七月"]), ("9月一起交", ["9月"]),
        ("下月十八桌酒", ["下月"]), ("上个月初三生的", ["上个月初三"]),
        ("9月一号交", ["9月一号"]), ("下月十八", ["下月十八"]),
    ],
)  # fmt: skip
def test_a_word_behind_a_month_is_not_part_of_it(text: str, wanted: "list[str]") -> None:
    assert [day.text for day in find_days(text, date(2026, 11, 26))] == wanted


@pytest.mark.parametrize(
    ("text", "months"), [("上周交的", ("2026-11",)), ("下礼拜开刀", ("2026-11", "2026-12")), ("这周岁数", ())]
)
def test_a_week_is_some_day_of_its_month(text: str, months: "tuple[str, ...]") -> None:
    found = find_days(text, date(2026, 11, 26))
    assert tuple(month for day in found for month in day.months) == months
    assert not any(day.options for day in found)


@pytest.mark.parametrize(("text", "day"), [("元月15号生的", (1, 15)), ("2025年元月3号交的", (1, 3))])
def test_january_has_a_formal_name(text: str, day: "tuple[int, int]") -> None:
    (found,) = find_days(text, date(2026, 11, 26))
    assert {(option.month, option.day) for option in found.options} == {day}


@pytest.mark.parametrize("text", ["每单元月租六百", "交了三百八十元月底才知道"])
def test_a_sum_before_a_month_is_no_january(text: str) -> None:
    assert not [found for found in find_days(text, date(2026, 11, 26)) if found.options]


def test_two_months_in_a_row_are_no_day_of_the_first() -> None:
    found = find_days("25年2月25年6月都交了", date(2026, 11, 26))
    assert [one.months for one in found] == [("2025-02",), ("2025-06",)]


def test_the_number_of_an_application_is_no_day() -> None:
    assert find_days("申请号130725", date(2026, 11, 26)) == []


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("能等到过年再交吗", "2027-02"),
        ("打算年后交", "2027-02"),
        ("过完年再说", "2027-02"),
        ("明年过年前后", "2027-02"),
    ],
)
def test_the_new_year_people_wait_for_is_the_month_it_falls_in(text: str, month: str) -> None:
    (day,) = found(text)
    assert choose_month(day.months, TODAY, "ahead") == month


@pytest.mark.parametrize(
    "text", ["三年后呢", "成年后还能用吗", "2026年后", "半年后报的", "断了几年后", "没有过年礼", "一个老年后勤"]
)
def test_years_that_go_by_are_no_new_year(text: str) -> None:
    assert [day.text for day in found(text) if day.months] == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("老三九月二十六生的", (9, 26)),
        ("收了四百十月十七到账", (10, 17)), ("8月1o号生的", (8, 10)),
        ("2026o9o8生的", (9, 8)),
        ("时月二十七出声的", (10, 27)), ("九月十九二十号都去过", (9, 19)),
    ],
)  # fmt: skip
def test_figures_that_run_on_or_are_misheard_are_told_apart(text: str, day: "tuple[int, int]") -> None:
    first = found(text)[0]
    assert {(option.month, option.day) for option in first.options} == {day}


def test_a_leap_month_written_by_its_homophone_is_one() -> None:
    (day,) = found("润六月十二生的")
    assert day.options == (date(2025, 8, 5),)
    assert day.text == "润六月十二"


@pytest.mark.parametrize("text", ["八月十五那天生的", "去年八月十五生", "2025年八月十五"])
def test_the_fifteenth_of_the_eighth_is_asked_about(text: str) -> None:
    """Mid-Autumn to most, 15 August to some: a guess moves the last day by weeks."""
    (day,) = found(text)
    assert day.problem is not None


@pytest.mark.parametrize(
    ("text", "on"),
    [("农历八月十五生", (2025, 10, 6)), ("八月十五中秋生的", (2025, 10, 6)), ("八月十五号交的", (2025, 8, 15)),
     ("阳历八月十五", (2025, 8, 15))],
)  # fmt: skip
def test_with_its_calendar_said_it_is_a_day(text: str, on: "tuple[int, int, int]") -> None:
    (day,) = found(text)
    assert date(*on) in day.options


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("他26年的11月就交了", (11, None)),
        ("26年12月20到账", (12, 20)),
        ("交的2026年的12月3号扣的", (12, 3)),
        ("26年的10月缴的", (10, None)),
    ],
)
def test_the_year_that_was_paid_for_is_not_the_year_of_a_payment_behind_us(
    text: str, said: "tuple[int, int | None]"
) -> None:
    (day,) = [day for day in find_days(text, date(2025, 12, 28)) if day.options or day.months]
    months = {(int(m[:4]), int(m[5:])) for m in day.months} | {(d.year, d.month) for d in day.options}
    assert (2025, said[0]) in months
    assert said[1] is None or {d.day for d in day.options} == {said[1]}


@pytest.mark.parametrize(
    "text", ["26年3月1号交", "2026年6月交", "26年的3月交行吗", "26年的1月再缴", "26年8月10号生", "预产期2026年的11月"]
)
def test_a_year_that_is_meant_stays(text: str) -> None:
    (day,) = find_days(text, date(2025, 12, 28))
    assert {m[:4] for m in day.months} | {str(d.year) for d in day.options} == {"2026"}


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("去年在绥化是3月5号才交的", {2024}),
        ("前年在老家那边6月1号交过", {2023}),
        ("去年断了，3月5号补的", {2022, 2023, 2024, 2025, 2026, 2027}),
        ("明年的医保12月5号交", {2022, 2023, 2024, 2025, 2026, 2027}),
    ],
)
def test_a_year_said_earlier_in_the_clause_is_the_year_of_its_day(text: str, years: "set[int]") -> None:
    day = next(day for day in find_days(text, date(2025, 11, 25)) if day.options)
    assert {option.year for option in day.options} <= years
    assert len(day.options) == 1 or len(years) > 1
