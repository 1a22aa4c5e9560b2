"""What a message does to the conversation is heard whatever the intent model makes of its words."""

import pytest
from bot.nlu.talk import find_signs

from bot.components import _SIGN_ROUTES


def routes(text: str) -> "set[str]":
    """Where signs alone send a message."""
    named = {sign.name for sign in find_signs(text)}
    return {route for sign, route in _SIGN_ROUTES if sign in named}


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("不方便说", "inform"), ("这个不想告诉你", "inform"), ("日子我记不清了", "inform"),
        ("要是双胞胎呢", "inform"), ("我家是龙凤胎", "inform"), ("那早产的呢？", "inform"),
        ("万一是早产儿怎么办", "inform"),
        ("［已隐去］这个是我身份证你查一下", "nlu_fallback"), ("帮我查 [已隐去]", "nlu_fallback"),
        ("我真的活不下去了", "complain"), ("忘掉我说的", "inform"),
    ],
)  # fmt: skip
def test_signs_decide(text: str, route: str) -> None:
    assert routes(text) == {route}


@pytest.mark.parametrize(
    "text",
    [
        "双胞胎怎么办医保呢", "早产住院的钱能报吗", "双胞胎两个都要交钱吗", "不想说了，转人工",
        "不清楚要带什么材料，能说说吗", "身份证丢了能办吗",
        "我的电话[已隐去]，孩子九月上学，老家交了医保又要在学校再交一遍，这样两边都交了的钱能不能退回来一份",
    ],
)  # fmt: skip
def test_a_question_stays_a_question(text: str) -> None:
    assert routes(text) == set()
