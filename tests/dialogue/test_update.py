"""Which facts a reading changes: only what is said to be so of a child of the family is kept."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dialogue.answering import asked_about
from dialogue.state import DialogueState, Standing
from dialogue.update import hear
from tests.dialogue.builders import HARBIN, JIANGSU, NANJING, SICHUAN, SUZHOU, TODAY, day, heard, place, word, years


def known(region: str | None = None, **facts: Any) -> DialogueState:
    return replace(DialogueState(), region=region).with_facts("", **facts)


def asking(intent: str, **more: Any) -> DialogueState:
    return replace(known(JIANGSU, **more), standing=Standing(intent, "", JIANGSU))


def test_each_role_of_a_day_becomes_its_own_fact() -> None:
    said = (
        day("birth", "2025-06-08"),
        day("paid", "2025-07-01"),
        day("registered", "2025-06-20"),
        day("visit", "2025-07-09"),
    )
    now = hear(DialogueState(), heard(says=said), TODAY).state
    assert now.facts == {
        "birth_date": "2025-06-08", "paid_date": "2025-07-01", "registered_date": "2025-06-20",
        "visit_date": "2025-07-09",
    }  # fmt: skip


@pytest.mark.parametrize("role", ["other", "deducted", "discharge", "hukou", "due"])
def test_other_days_are_no_fact_of_the_rules(role: str) -> None:
    assert hear(DialogueState(), heard(says=(day(role, "2025-07-01"),)), TODAY).state.facts == {}


@pytest.mark.parametrize("polarity", ["ask", "plan", "supp"])
def test_what_is_asked_planned_or_supposed_is_for_this_answer_alone(polarity: str) -> None:
    found = hear(
        asking("ask_waiting_period", birth_date="2025-06-08"),
        heard("follow", says=(day("paid", "2025-09-05", polarity=polarity),)),
        TODAY,
    )
    assert found.supposed == {"paid_date": "2025-09-05"}
    assert "paid_date" not in found.state.facts


def test_nobody_has_paid_tomorrow() -> None:
    found = hear(known(JIANGSU, birth_date="2025-06-08"), heard(says=(day("paid", "2025-08-09"),)), TODAY)
    assert found.supposed == {"paid_date": "2025-08-09"}
    assert "paid_date" not in found.state.facts


def test_what_is_denied_is_not_heard() -> None:
    found = hear(
        DialogueState(),
        heard(says=(day("birth", "2025-06-08", polarity="neg"), place("insured", NANJING, polarity="neg"))),
        TODAY,
    )
    assert found.state.facts == {}
    assert found.state.region is None


def test_only_the_place_the_child_is_insured_in_moves_the_region() -> None:
    for role in ("household", "school", "visited", "account", "former", "recognised", "elsewhere"):
        found = hear(known(JIANGSU), heard("ask_premium", says=(place(role, SICHUAN),)), TODAY)
        assert found.state.region == JIANGSU, role
    assert hear(known(JIANGSU), heard(says=(place("insured", SICHUAN),)), TODAY).state.region == SICHUAN


def test_a_wider_name_of_where_the_family_is_says_nothing_new() -> None:
    found = hear(known(SUZHOU), heard(says=(place("insured", JIANGSU),)), TODAY)
    assert found.state.region == SUZHOU
    assert not found.moved


def test_a_region_that_is_denied_is_forgotten() -> None:
    found = hear(known(NANJING), heard(says=(place("insured", JIANGSU, polarity="neg"),)), TODAY)
    assert found.state.region is None


def test_a_place_nobody_is_sure_of_is_asked_about_when_it_is_another_province() -> None:
    found = hear(known(JIANGSU), heard(says=(place("insured", SICHUAN, confidence=0.4),)), TODAY)
    assert found.unsure is not None
    assert found.state.region == JIANGSU


def test_a_name_several_places_share_is_narrowed_by_the_province_or_asked() -> None:
    gulou = ("320106", "350102")
    assert hear(known(NANJING), heard(says=(place("insured", *gulou),)), TODAY).state.region == "320106"
    assert hear(DialogueState(), heard(says=(place("insured", *gulou),)), TODAY).ambiguous == gulou


def test_a_former_place_in_another_province_is_a_fact_with_its_years() -> None:
    said = (
        place("former", HARBIN, start=0), years("paid_years", 2024, start=5), years("paid_years", 2025, start=9),
        place("insured", NANJING, start=20), years("paid_years", 2026, start=25),
    )  # fmt: skip
    facts = hear(DialogueState(), heard(says=said), date(2025, 11, 20)).state.facts
    assert facts["enrolled_elsewhere"] == [{"province": "黑龙江省", "type": "居民医保", "years": [2024, 2025]}]


def test_a_day_without_a_year_comes_after_the_birth() -> None:
    mention = day("paid", "2024-09-05", polarity="supp", options=("2024-09-05", "2025-09-05", "2026-09-05"))
    found = hear(
        asking("ask_waiting_period", birth_date="2025-06-08"), heard("follow", says=(mention,)), date(2025, 7, 20)
    )
    assert found.supposed["paid_date"] == "2025-09-05"


def test_a_day_of_a_month_told_before_is_that_day_or_impossible() -> None:
    month = hear(DialogueState(), heard(says=(replace(day("birth", "2025-06"), kind="month"),)), TODAY)
    assert month.month == ("birth_date", "2025-06")
    state = replace(month.state, expected="birth_date")
    twelfth = replace(day("birth", "2025-07-12"), day=12, options=("2025-06-12", "2025-07-12"))
    assert hear(state, heard(says=(twelfth,)), TODAY).state.facts["birth_date"] == "2025-06-12"
    none = replace(twelfth, day=31, value="2025-07-31")
    assert hear(state, heard(says=(none,)), TODAY).doubts == (("birth_date", "6月没有31号"),)


def test_facts_of_several_children_stay_apart() -> None:
    said = (word("stage", "小学", owner="大的"), day("birth", "2025-06-08", owner="小的"))
    state = hear(DialogueState(), heard(says=said), TODAY).state
    assert state.children["大的"] == {"stage": "小学"}
    assert state.children["小的"] == {"birth_date": "2025-06-08"}


def test_what_was_told_before_anybody_was_named_belongs_to_whom_it_fits() -> None:
    baby = known(JIANGSU, birth_date="2025-06-08")
    state = hear(baby, heard("follow", says=(word("about", "大的"),)), TODAY).state
    assert state.child == "大的"
    assert state.children == {"小的": {"birth_date": "2025-06-08"}, "大的": {}}


def test_the_second_of_two_is_the_small_one_and_of_three_not() -> None:
    two = hear(DialogueState(), heard(says=(day("birth", "2025-06-08", owner="老二"),)), TODAY).state
    assert set(two.children) == {"小的"}
    three = hear(
        DialogueState(),
        heard(says=(word("stage", "小学", owner="老三"), day("birth", "2019-06-08", owner="老二"))),
        TODAY,
    ).state
    assert set(three.children) == {"老三", "老二"}


def test_somebody_elses_child_gets_a_place_of_its_own() -> None:
    said = (day("birth", "2025-06-28", owner="他人"), place("elsewhere", SICHUAN, owner="他人"))
    found = hear(known(JIANGSU, birth_date="2025-06-08"), heard("ask_payment_period", says=said), TODAY)
    assert found.state.facts["birth_date"] == "2025-06-08"
    assert found.state.region == JIANGSU
    assert found.state.relative == {"facts": {"birth_date": "2025-06-28"}, "region": SICHUAN}


def test_the_parents_own_days_and_schools_are_nobodys() -> None:
    said = (
        day("birth", "1993-01-01", owner="家长"),
        word("stage", "大学", owner="家长"),
        word("change", "停职工医保", owner="家长"),
    )
    assert hear(DialogueState(), heard(says=said), TODAY).state.facts == {}


def test_years_paid_and_lapsed_exclude_each_other() -> None:
    state = hear(
        DialogueState(),
        heard(says=(years("paid_years", 2025), years("paid_years", 2026), years("lapse_years", 2027))),
        date(2027, 12, 1),
    ).state
    assert state.facts["enrolled_years"] == [2025, 2026]
    assert state.facts["lapse_years"] == [2027]
    mended = hear(state, heard(says=(years("paid_years", 2027, corrects=True),)), date(2027, 12, 1)).state
    assert mended.facts["enrolled_years"] == [2025, 2026, 2027]
    assert not mended.facts.get("lapse_years")


def test_one_year_with_a_claim_leaves_the_others_without() -> None:
    state = known(JIANGSU, enrolled_years=[2025, 2026, 2027])
    told = hear(state, heard(says=(years("claimed_years", 2026),), notes={"only_once": True}), date(2027, 8, 1)).state
    assert told.facts["zero_claim_years"] == [2025, 2027]


def test_a_year_nobody_can_have_paid_is_supposed() -> None:
    found = hear(
        known(JIANGSU, enrolled_years=[2025, 2026]),
        heard("follow", says=(years("paid_years", 2027),)),
        date(2026, 4, 1),
    )
    assert found.supposed["enrolled_years"] == [2025, 2026, 2027]
    assert found.state.facts["enrolled_years"] == [2025, 2026]


def test_a_hardship_that_was_lost_is_ordinary() -> None:
    state = hear(
        known(JIANGSU, category="低保对象"), heard(says=(word("category", "低保对象", polarity="neg"),)), TODAY
    ).state
    assert state.facts["category"] == "普通"


def test_the_next_caller_is_another_family() -> None:
    state = known(JIANGSU, birth_date="2025-06-08")
    found = hear(state, heard("ask_premium", says=(place("insured", HARBIN),), notes={"next_caller": True}), TODAY)
    assert found.state.facts == {}
    assert found.state.region == HARBIN


def test_a_payment_before_the_birth_is_a_doubt_and_not_kept() -> None:
    found = hear(known(JIANGSU, birth_date="2025-06-08"), heard(says=(day("paid", "2025-06-01"),)), TODAY)
    assert found.doubts
    assert "paid_date" not in found.state.facts


def test_a_corrected_birthday_drops_what_it_makes_impossible() -> None:
    state = known(JIANGSU, birth_date="2025-05-01", paid_date="2025-05-20")
    found = hear(state, heard(says=(day("birth", "2025-06-08", corrects=True),)), TODAY)
    assert found.state.facts == {"birth_date": "2025-06-08"}
    assert found.dropped == ("paid_date",)


def test_a_child_called_by_name_is_the_one_it_is_said_to_be() -> None:
    text = "小名叫安康的是老二，10月12出生"
    named, second = replace(word("about", "安康"), start=3, end=5), replace(word("about", "老二"), start=7, end=9)
    born = day("birth", "2025-06-08", owner="小的")
    found = hear(known(SUZHOU), heard("inform", says=(named, second, born), text=text), TODAY).state
    assert {name: facts for name, facts in found.children.items() if name} == {"小的": {"birth_date": "2025-06-08"}}
    later = hear(found, heard("ask_payment_period", says=(word("about", "安康"),), text="安康哪天前交"), TODAY)
    assert later.state.child == "小的"
    assert later.children == ("小的",)


def test_where_somebody_is_from_moves_no_family_that_has_told_where_it_is() -> None:
    text = "老家哈尔滨的"
    said = replace(place("insured", HARBIN), text="哈尔滨", start=2, end=5)
    told = replace(heard("inform", says=(said,)), text=text)
    assert hear(known(NANJING), told, TODAY).state.region == NANJING
    assert hear(known(), told, TODAY).state.region == HARBIN


def test_a_place_told_for_one_answer_stands_until_another_is_told() -> None:
    state = replace(known(), standing=Standing("ask_birth_expense", "", NANJING, {}, elsewhere=True))
    found = hear(state, heard("follow", says=(day("paid", "2025-07-01"),)), TODAY)
    assert asked_about(found.state, "ask_birth_expense", found).region == NANJING
    assert asked_about(found.state, "ask_premium", found).region == NANJING  # and the reply says so
    neighbours = replace(found.state, relative={"region": NANJING})
    assert asked_about(neighbours, "ask_premium", found).region is None
    own = replace(found, own=True)
    assert asked_about(found.state, "ask_birth_expense", own).region is None


def test_a_child_lives_where_it_goes_to_school_while_nobody_says_otherwise() -> None:
    found = hear(DialogueState(), heard("ask_premium", says=(place("school", SUZHOU),)), TODAY)
    assert asked_about(found.state, "ask_premium", found).region == SUZHOU
    assert asked_about(replace(found.state, region=NANJING), "ask_premium", found).region == NANJING


def test_between_two_places_that_are_weighed_the_answer_is_about_neither() -> None:
    weighed = (place("elsewhere", SUZHOU, polarity="supp"), place("elsewhere", HARBIN, polarity="supp"))
    found = hear(DialogueState(), heard("ask_nonlocal_enrollment", says=weighed), TODAY)
    assert (found.place, found.state.region) == (None, None)


def test_a_correction_without_an_event_puts_the_day_right_that_was_told_last() -> None:
    first = hear(known(JIANGSU, birth_date="2025-04-02"), heard(says=(day("paid", "2025-07-01"),)), TODAY).state
    told = replace(heard("follow", says=(day("birth", "2025-07-02"),)), text="说错了，是7月2号")
    assert hear(first, told, TODAY).state.facts == {"birth_date": "2025-04-02", "paid_date": "2025-07-02"}


def test_the_next_family_of_a_school_stays_in_its_place() -> None:
    state = known(JIANGSU, birth_date="2025-06-08")
    found = hear(state, heard("ask_premium", notes={"next_family": True}), TODAY)
    assert found.state.facts == {}
    assert found.state.region == JIANGSU


def test_never_lapsed_covers_this_year_and_the_one_before() -> None:
    told = heard(notes={"never_lapsed": True})
    assert hear(known(JIANGSU), told, TODAY).state.facts["enrolled_years"] == [2024, 2025]
    for state in (
        known(JIANGSU, enrolled_years=[2023]),
        known(JIANGSU, lapse_years=[2024]),
        known(JIANGSU, birth_date="2025-03-01"),
    ):
        assert hear(state, told, TODAY).state.facts.get("enrolled_years") == state.facts.get("enrolled_years")


@pytest.mark.parametrize(("before", "options", "mended"), [
    ("2024-07-26", ("2023-06-26", "2024-06-26", "2025-06-26", "2026-06-26"), "2024-06-26"),
    ("2024-12-30", ("2024-01-03", "2025-01-03", "2026-01-03"), "2025-01-03"),
    ("2025-07-20", ("2024-08-02", "2025-08-02", "2026-08-02"), "2025-08-02"),
])  # fmt: skip
def test_a_day_that_is_put_right_keeps_its_year(before: str, options: "tuple[str, ...]", mended: str) -> None:
    said = heard("inform", says=(day("birth", options[-2], options=options, corrects=True),))
    assert hear(known(JIANGSU, birth_date=before), said, TODAY).state.facts["birth_date"] == mended


def test_a_bare_day_that_puts_one_right_is_of_the_month_it_mends() -> None:
    options = ("2025-05-12", "2025-06-12", "2025-07-12")
    state = known(JIANGSU, birth_date="2025-01-02", paid_date="2025-01-10")
    said = heard("inform", says=(day("paid", "2025-07-12", options=options, day=12, corrects=True),))
    assert hear(state, said, TODAY).state.facts["paid_date"] == "2025-01-12"
    asked = heard("follow", says=(day("paid", "2025-07-14", options=options, day=14, polarity="supp"),))
    assert hear(state, asked, TODAY).supposed["paid_date"] == "2025-01-14"


def test_years_that_are_denied_leave_their_list() -> None:
    state = known(JIANGSU, lapse_years=[2024])
    says = (years("lapse_years", 2024, polarity="neg"), years("lapse_years", 2023))
    assert hear(state, heard(says=says), TODAY).state.facts["lapse_years"] == [2023]


def test_twins_share_the_birthday_told_before_their_names() -> None:
    state = hear(DialogueState(), heard(says=(day("birth", "2025-06-08"),), notes={"unwritten": "双胞胎"}), TODAY).state
    state = hear(state, heard(says=(word("about", "团团"), word("about", "圆圆"))), TODAY).state
    assert {name: facts.get("birth_date") for name, facts in state.children.items()} == {
        "团团": "2025-06-08", "圆圆": "2025-06-08",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "word_at", "others", "region"),
    [
        ("孩子7岁，5月8号户口从安徽迁到苏州", "苏州", (), SUZHOU),
        ("上个月户口刚转到了苏州", "苏州", (), SUZHOU),
        ("娃户口落在苏州", "苏州", (), None),
        ("上个月户口迁回苏州了", "苏州", (), None),
        ("孩子户口在苏州", "苏州", (), None),
        ("孩子2017年生，苏州户口，现在还能补交吗", "苏州", (), SUZHOU),
        ("娃苏州户籍，要等几个月", "苏州", (), SUZHOU),
        ("娃苏州户口，跟着我在外地打工，要等几个月", "苏州", (), None),
        ("苏州户口能在这边交吗", "苏州", (), None),
        ("苏州户口，他表弟在哈尔滨没断过", "苏州", (place("elsewhere", HARBIN, owner="他人"),), SUZHOU),
        ("苏州户口，孩子在哈尔滨念书", "苏州", (place("school", HARBIN),), None),
        ("户口迁到苏州了，人在哈尔滨住", "苏州", (place("elsewhere", HARBIN),), None),
    ],
)
def test_where_a_register_was_moved_is_where_the_family_is_when_nothing_else_is_told(
    text: str, word_at: str, others: tuple[Any, ...], region: str | None
) -> None:
    at = text.index(word_at)
    said = replace(place("household", SUZHOU), text=word_at, start=at, end=at + len(word_at))
    found = hear(DialogueState(), replace(heard("ask_waiting_period", says=(said, *others)), text=text), TODAY)
    assert (found.state.region, found.moved) == (region, region is not None)  # taken, it is said back
    assert found.state.facts["household_region"] == SUZHOU


def test_where_somebody_elses_family_comes_from_is_asked_about_by_over_there() -> None:
    text = "她同桌老家哈尔滨的，那边能让亲戚办不"
    said = replace(place("insured", HARBIN), text="哈尔滨", start=5, end=8)
    found = hear(known(NANJING), replace(heard("ask_proxy_enrollment", says=(said,)), text=text), TODAY)
    assert (found.state.region, found.place) == (NANJING, HARBIN)
    here = replace(found.state, region=NANJING)
    text = "老家哈尔滨的，这边要带什么？那边以前交过"
    said = replace(said, start=2, end=5)
    found = hear(here, replace(heard("ask_enrollment_materials", says=(said,)), text=text), TODAY)
    assert found.place is None


def test_a_birth_that_may_still_come_lies_ahead_and_is_only_supposed() -> None:
    waiting = asking("ask_unborn_enrollment", pregnancy_weeks=30)
    said = day("birth", "2025-01-10", options=("2024-01-10", "2025-01-10", "2026-01-10"))
    supposed = replace(heard("ask_payment_period", says=(said,)), text="万一早产，1月10号就生了")
    found = hear(waiting, supposed, TODAY)
    assert found.supposed == {"birth_date": "2026-01-10"}
    assert "birth_date" not in found.state.facts
    born = replace(heard("ask_payment_period", says=(said,)), text="1月10号生了")
    assert hear(waiting, born, TODAY).state.facts["birth_date"] == "2025-01-10"


def test_a_former_place_that_is_supposed_is_for_this_answer_alone() -> None:
    here = hear(known(SUZHOU), heard("ask_transfer", says=(place("former", NANJING),)), TODAY).state
    said = place("former", SICHUAN, polarity="supp")
    found = hear(here, replace(heard("follow", says=(said,)), text="要是从四川转来的呢"), TODAY)
    assert [one["province"] for one in found.supposed["enrolled_elsewhere"]] == ["四川省"]
    assert found.state.facts == here.facts
