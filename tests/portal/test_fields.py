"""The caller's facts as fields: which ones matter, how they are typed, what cannot be used."""

from datetime import date

import pytest

from policies.facts import read_facts
from portal.fields import NAMES, fields, kind, looked_at, read_form
from tests.portal.builders import NUMBER, TODAY, shelf


def names(intent: str, region: str, **facts: object) -> list[str]:
    return [f.name for f in fields(intent, read_facts(facts), region, TODAY, shelf().library)]


def test_only_facts_the_rules_look_at_become_fields() -> None:
    assert names("ask_payment_period", "320100") == [
        "birth_date", "stage", "paid_date", "paid_years", "transition_date",
    ]  # fmt: skip
    assert "payer" in names("ask_family_account_scope", "320100")
    assert names("ask_refund", "320100") == []


def test_a_fact_makes_the_next_one_matter() -> None:
    assert "paid_years" not in names("ask_birth_expense", "320100")
    assert "paid_years" in names("ask_birth_expense", "320100", birth_date="2026-10-20", paid_date="2026-11-01")


def test_what_was_said_stays_a_field_even_where_no_rule_needs_it() -> None:
    assert names("ask_refund", "320100", birth_date="2026-10-20") == ["birth_date"]


def test_what_the_decision_asks_for_comes_first_and_is_marked() -> None:
    found = fields("ask_waiting_period", read_facts({}), "320100", TODAY, shelf().library, asked=("paid_date",))
    assert (found[0].name, found[0].asked) == ("paid_date", True)
    assert not any(f.asked for f in found[1:])


def test_watching_leaves_the_decision_alone() -> None:
    facts = read_facts({"birth_date": "2026-10-20"})
    looked_at("ask_payment_period", facts, "320100", TODAY, shelf().library)
    assert facts == read_facts({"birth_date": "2026-10-20"})


def test_every_fact_has_a_way_to_be_typed() -> None:
    kinds = {name: kind(name) for name in NAMES}
    assert {kinds[n] for n in NAMES if n.endswith("_date")} == {"date"}
    assert kinds["residence_permit"] == kinds["stage"] == kinds["payer"] == "choice"
    assert kinds["paid_years"] == "years"
    assert kinds["proxy"] == "text"


@pytest.mark.parametrize("typed", ["2026-10-20", "20261020", "2026.10.20", "2026年10月20日", " 2026/10/20 "])
def test_a_date_may_be_typed_in_many_ways(typed: str) -> None:
    assert read_form({}, {"birth_date": typed}, TODAY) == ({"birth_date": "2026-10-20"}, {})


@pytest.mark.parametrize(
    ("name", "typed"), [("birth_date", "9999-12-31"), ("paid_date", "0001-01-01"), ("service_year", "0"),
                        ("service_year", "12345678")],
)  # fmt: skip
def test_a_day_or_year_nobody_can_mean_is_said_and_not_used(name: str, typed: str) -> None:
    facts, wrong = read_form({}, {name: typed}, TODAY)
    assert facts == {}
    assert "请核对" in wrong[name][1]


@pytest.mark.parametrize("typed", ["2026-02-30", "十月", "26-1", "2026", "2026-10"])
def test_an_impossible_date_is_said_and_not_used(typed: str) -> None:
    facts, wrong = read_form({"birth_date": "2026-01-01"}, {"birth_date": typed}, TODAY)
    assert facts == {}
    assert wrong["birth_date"][0] == typed.strip()


def test_two_dates_that_contradict_each_other_are_said_at_the_later_one() -> None:
    facts, wrong = read_form({}, {"birth_date": "2026-10-20", "paid_date": "2026-10-01"}, TODAY)
    assert facts == {"birth_date": "2026-10-20"}
    assert "早于出生日期" in wrong["paid_date"][1]


def test_an_emptied_field_forgets_and_an_absent_one_does_not() -> None:
    known = {"birth_date": "2026-10-20", "stage": "新生儿"}
    assert read_form(known, {"birth_date": ""}, TODAY) == ({"stage": "新生儿"}, {})
    assert read_form(known, {}, TODAY) == (known, {})


def test_years_yes_and_no_numbers_and_places_are_read() -> None:
    facts, wrong = read_form({}, {
        "paid_years": "2025、2026", "residence_permit": "yes", "pregnancy_months": "7", "household_region": "南京",
        "enrolled_elsewhere": "2024", "cross_province": "no",
    }, TODAY)  # fmt: skip
    assert wrong == {}
    assert facts == {
        "paid_years": [2025, 2026], "residence_permit": True, "pregnancy_months": 7, "household_region": "320100",
        "enrolled_elsewhere": [{"province": "外省", "years": [2024]}], "cross_province": False,
    }  # fmt: skip


def test_an_identity_number_in_a_field_is_masked() -> None:
    facts, _ = read_form({}, {"proxy": f"奶奶 {NUMBER}"}, TODAY)
    assert NUMBER not in str(facts)
    assert "已隐去" in facts["proxy"]


def test_a_choice_nobody_offers_is_refused() -> None:
    facts, wrong = read_form({}, {"stage": "研究生"}, TODAY)
    assert facts == {}
    assert "stage" in wrong


def test_a_caller_who_lapsed_is_asked_which_years_were_paid_extra() -> None:
    """The rule of variable waits looks at them; without a label the desk had no page for this caller."""
    lapsed = read_facts({"paid_date": "2028-02-01", "paid_years": [2028], "lapse_years": [2025, 2026, 2027]})
    shown = {one.name: one for one in fields("ask_waiting_period", lapsed, "100000", date(2028, 2, 2), shelf().library)}
    assert (shown["repair_years"].label, shown["repair_years"].kind) == ("多交了断掉的哪几年", "years")
