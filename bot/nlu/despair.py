"""Words of somebody who may not want to live on. Heard whatever the models think: who says so gets a person."""

from __future__ import annotations

import re

_DESPAIR = re.compile(
    "不想活|不想再活|活不下去|活不成了|活够了|活着没(?:什么|啥)?(?:意思|意义|劲)|活着太累"
    "|(?:想|要|去|一起|一块儿?|不如|还是)死(?:了)?(?:算了|了之|得了)?(?=[吧啊呀了，,。！!…\\s]|$)|轻生|自杀|自尽|寻短见|了断自己"
    "|(?:想|要|去|就)跳(?:楼|河|江|桥)|从.{0,4}(?:楼|桥|窗|阳台).{0,4}跳|走投无路|(?:撑|熬|坚持)不下去|快?(?:要)?崩溃了|绝望"
)
_FIGURES = re.compile(
    "(?:急|烦|累|气|笑|困|热|吓|冤|恨|想)死(?:我|人|个人|你|他|她|了)|跳楼(?:价|机)|系统.{0,4}崩溃|网页?.{0,4}崩溃|崩溃了.{0,4}(?:系统|网|程序)"
)
"""Strong words about other things."""


def despairs(text: str) -> bool:
    """Does the text speak of despair, its figures of speech left out?"""
    return _DESPAIR.search(_FIGURES.sub("", text)) is not None
