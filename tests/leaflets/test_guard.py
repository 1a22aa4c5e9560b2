"""What a school may write itself: no insurer, no number without a source, no other place or year, no identity."""

import pytest

from leaflets import SchoolWords, refusals
from policies.library import default


def reasons(greeting: str = "", **more: str) -> str:
    return " ".join(refusals(SchoolWords(greeting=greeting, **more), "320100", 2027, default()))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("另外推荐给孩子买学平险", "商业保险"),
        ("请联系平安保险业务员投保", "商业保险"),
        ("加购惠民保更放心", "商业保险"),
        ("今年每人380元", "没有出处"),
        ("三十天内办好", "没有出处"),
        ("报销百分之七十", "没有出处"),
        ("12月31日前交", "没有出处"),
        ("每人交４００元", "没有出处"),
        ("2025年的政策", "2025"),
        ("苏州的家长也一样", "苏州"),
        ("按黑龙江的办法", "黑龙江"),
        ("点 https://a.example.com 报名", "网址"),
        ("找13912345678办", "像证件号或手机号"),
        ("证号320106199005171231", "像证件号或手机号"),
        ("不交就不能上学", "政策的话"),
        ("好" * 161, "最多 160"),
    ],
)
def test_refused_with_the_reason(text: str, why: str) -> None:
    assert why in reasons(text)


def test_the_sentence_against_commercial_insurance_is_cited() -> None:
    said = reasons("学平险")
    assert "苏医保发〔2025〕26号" in said
    assert "不得以任何形式强制或变相强制学生购买商业保险产品" in said


@pytest.mark.parametrize(
    "text",
    [
        "三年级（2）班的家长们：大家好！",
        "尊敬的家长：请看下面几件事，有不明白的扫码问。",
        "南京市鼓楼区的家长请看",
        "2027年度的明白纸来了",
        "江苏的规定整理如下，请家长们抽空看一看",
    ],
)
def test_ordinary_words_pass(text: str) -> None:
    assert reasons(text) == ""


def test_a_contact_has_a_telephone_and_no_other_number() -> None:
    assert reasons(contact="王老师 025-84401234") == ""
    assert reasons(contact="校医务室 12393") == ""
    assert "只能是电话号码" in reasons(contact="王老师 每天9点到5点")


def test_every_field_is_named_in_its_refusal() -> None:
    assert reasons(signature="光华小学 380元").startswith("落款：")
