"""Values outside a vocabulary are errors that name the allowed ones; several categories are a list."""

from typing import Any

import pytest

from policies.errors import FactError
from policies.facts import CATEGORIES, read_facts


@pytest.mark.parametrize(
    ("facts", "field", "names"),
    [
        ({"stage": "博士"}, "stage", "小学"),
        ({"transition": "换工作"}, "transition", "停职工医保"),
        ({"use": "看病"}, "use", "premium"),
        ({"category": "低保对象、残疾"}, "category", "列表"),
        ({"category": "贫困"}, "category", "脱贫人口"),
        ({"category": ["低保对象", "富裕"]}, "category", "孤儿"),
        ({"enrolled_elsewhere": [{"province": "浙江", "type": "学平险"}]}, "enrolled_elsewhere", "职工医保"),
        ({"repair_years": 99}, "repair_years", "0 到 30"),
        ({"repair_years": "两年"}, "repair_years", ""),
    ],
)
def test_a_value_outside_its_vocabulary_names_the_allowed_ones(facts: dict[str, Any], field: str, names: str) -> None:
    with pytest.raises(FactError) as refused:
        read_facts(facts)
    assert refused.value.field == field
    assert names in refused.value.message


def test_one_category_or_several() -> None:
    assert read_facts({"category": "低保对象"}).categories == ("低保对象",)
    assert read_facts({"category": ["低保", "孤儿", "低保对象"]}).categories == ("低保对象", "孤儿")
    assert read_facts({"category": ["普通", "残疾"]}).categories == ("残疾",)
    assert read_facts({}).categories == ()
    assert all(read_facts({"category": one}).categories == (one,) for one in CATEGORIES)


def test_repaired_years_are_a_number_or_a_list() -> None:
    assert read_facts({"repair_years": 2}).repaired == 2
    assert read_facts({"repair_years": [2025, 2026]}).repaired == 2
    assert read_facts({}).repaired == 0


def test_before_birth_a_child_can_be_registered_and_then_paid_for() -> None:
    born = {"birth_date": "2026-05-10"}
    assert read_facts({**born, "registered_date": "2026-04-01", "paid_date": "2026-04-02"}).paid_date
    assert read_facts({**born, "registered_date": "2026-04-01", "paid_date": "2026-05-20"}).paid_date
    for wrong in ({"paid_date": "2026-04-02"}, {"registered_date": "2025-01-01", "paid_date": "2025-01-02"}):
        with pytest.raises(FactError, match="早于出生日期"):
            read_facts({**born, **wrong})
