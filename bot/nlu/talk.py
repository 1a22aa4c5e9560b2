"""What a message does to the conversation itself: which child is meant, “忘掉”, “不想说”, “那超过90天呢”, despair.

These are not facts about a child and not questions about insurance; the dialogue acts on them before anything else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bot.nlu.numerals import NUMBER, number


@dataclass(frozen=True)
class Sign:
    """One sign: `child` (大的 · 小的 · 老三), `remember` (show · forget), `declined`, `elapsed` and `days_old` (days),
    `unwritten` (a situation no document names), `case` (nothing but such a situation: “要是双胞胎呢”), `look_up` (a
    number sent to be looked up), `distress`."""

    name: str
    value: Any
    start: int
    end: int


_NOT_OF_THINGS = r"(?=那个|这个|孩子|娃|儿子|女儿|上|读|在|呢|是|已经|今年|明年|刚|才|还|没|也|要|生|交|办|能|可以|怎么|咋|三|四|五|六|七|八|九|十|\d|[，,？?、：:]|$)"
_CHILDREN = (
    ("大的", rf"老大|大宝|大娃|大孩子?|大儿子|大女儿|大闺女|大崽|哥哥(?=上|读|在|呢|也)|姐姐(?=上|读|在|呢|也)|(?<!最)大的{_NOT_OF_THINGS}"),
    ("小的", rf"老二|二宝|二娃|二胎|小儿子|小女儿|小闺女|老幺|(?<![我他她你])(?:弟弟|妹妹)(?=上|读|在|呢|也|刚|才|还|是|出生|[0-9一二三四五六七八九十])|(?<!最)小的{_NOT_OF_THINGS}"),
    ("老三", "老三|三宝|三娃|三胎"),
)  # fmt: skip
_CHILD = re.compile("|".join(f"(?P<c{n}>{words})" for n, (_, words) in enumerate(_CHILDREN)))

_SHOW = re.compile(
    r"(你|您|童保)?(还|都)?(记得|记住|记了|记着|知道|存了|保存了|掌握)(了|我|我们|我家|孩子|娃|关于我)*(的)?(哪些|什么|啥|多少|几样)"
    r"|(我|刚才)(都)?(跟你|和你|给你)?(说过|告诉过?你)(了)?(哪些|什么|啥)"
)
_FORGET = re.compile(
    r"^(请|麻烦|帮我|你|您|给我|把)*(忘掉|忘了我|忘记我|都忘了|全忘|清空|清除|删除|删掉|抹掉|抹去|不要记|别记|把.{0,8}(忘掉|忘了|忘记|删了|删掉|删除|清空|清掉))"
)
_NOT_FORGET = re.compile("交|缴|申请|受理|参保|办|绑定|账户|登记")
_DECLINE = re.compile(
    "(不想|不愿意?|不方便|不便|不能|不太想)(说|讲|透露|告诉|提供|填|回答)|不告诉你|保密|隐私|(不知道|不清楚|不记得|记不清|记不得|忘了|说不准|不晓得|没数)(了|啊|呀|哦|欸|诶)?[。.!！]?$"
)
_ASKS_FOR_MORE = re.compile("怎么|咋|什么|吗|呢|？|\\?|人工|客服|真人|投诉")
_FOLLOW = re.compile("^(那|那么|要是|如果|假如|万一|倘若|要|若)|(呢|咧|捏|的话|咋办|怎么办|怎么算)[？?。!！]*$")
_ELAPSED = re.compile(
    rf"(?P<how>超过了?|超了|过了|多于|晚于|满了?|不到|不满|没到|刚好|正好|第)(?P<n>{NUMBER})(?P<u>天|日|个?月)(?P<exact>那天|当天)?"
)
_DAYS_OLD = re.compile(f"(?:不对|说错|错了|应该|不是|改).{{0,8}}?是?(?P<n>{NUMBER})天")
_UNWRITTEN = (("双胞胎", "双胞胎|龙凤胎|多胞胎|三胞胎"), ("早产", "早产"), ("试管", "试管"))
_CASE = re.compile(
    "(那|那么|要是|如果|假如|万一|倘若|若|要)?(我|我们|我家|家里|孩子|宝宝|娃|生)?(的|了|是|有|怀的|怀了|生的|生了)*(对)?"
    "(双胞胎|龙凤胎|多胞胎|三胞胎|早产儿?|早产的|试管(婴儿)?)(呢|咧|捏|的话|的话呢|咋办|怎么办|怎么算)?[？?。!！]*"
)
_LOOK_UP = re.compile("查|看看|看下|看一下|身份证|证件")
_MASKED = "已隐去"
"""Stands for a number the gateway took out of the message."""
_DISTRESS = re.compile(
    "不想活|活不下去|活着没意思|想死|去死算了|轻生|自杀|跳楼|走投无路|撑不下去|熬不下去|快崩溃了|要崩溃了|绝望"
)
_SHORT = 16
"""Characters of a fragment that leans on the question before it."""


def find_signs(text: str) -> list[Sign]:
    """Every sign in the text, left to right."""
    found: list[Sign] = []
    for match in _CHILD.finditer(text):
        label = next(label for n, (label, _) in enumerate(_CHILDREN) if match[f"c{n}"])
        found.append(Sign("child", label, match.start(), match.end()))
    if len(text) <= 24:
        show, forget = _SHOW.search(text), _FORGET.search(text)
        if forget and not _NOT_FORGET.search(text):
            found.append(Sign("remember", "forget", *forget.span()))
        elif show:
            found.append(Sign("remember", "show", *show.span()))
    if len(text) <= 20 and (declined := _DECLINE.search(text)) and not _ASKS_FOR_MORE.search(text):
        found.append(Sign("declined", True, *declined.span()))
    elapsed = _ELAPSED.search(text) if len(text) <= _SHORT and _FOLLOW.search(text) else None
    if elapsed and (days := _days(elapsed)) is not None:
        found.append(Sign("elapsed", days, *elapsed.span()))
    corrected = _DAYS_OLD.search(text) if len(text) <= _SHORT else None
    if corrected and (age := number(corrected["n"])) is not None and 0 < age < 366:
        found.append(Sign("days_old", age, *corrected.span()))
    for name, words in _UNWRITTEN:
        if match := re.search(words, text):
            found.append(Sign("unwritten", name, *match.span()))
    if match := _CASE.fullmatch(text.strip()):
        found.append(Sign("case", True, *match.span()))
    if len(text) <= 40 and _MASKED in text and (match := _LOOK_UP.search(text)):
        found.append(Sign("look_up", True, *match.span()))
    if match := _DISTRESS.search(text):
        found.append(Sign("distress", True, *match.span()))
    return sorted(found, key=lambda sign: sign.start)


def _days(match: re.Match[str]) -> int | None:
    """How many days after birth are meant: “超过90天” the first day beyond, “不到90天” the last day before."""
    count = number(match["n"])
    if count is None or not 0 < count <= 400:
        return None
    days = count if match["u"] in ("天", "日") else count * 30
    how = match["how"]
    if match["exact"] or how.startswith(("满", "第", "刚好", "正好")):
        return days
    return days - 1 if how.startswith(("不", "没")) else days + 1


def leans_on_question(text: str) -> bool:
    """Is this a fragment that only means something after the question before it? (“那黑龙江呢”, “要是双胞胎呢”)"""
    return len(text) <= _SHORT and _FOLLOW.search(text) is not None


_SENTENCES = re.compile(
    r"[？?。！!；;\n]+|[，,、\s]*(?:还有(?:就是)?|另外|再问(?:一下|下)?|顺便(?:问)?|以及|第二(?:个问题)?|其次)[，,：:]?"
)
_CLAUSES = re.compile("[，,]")
_ASKS = re.compile("吗|呢|么|怎么|咋|啥|什么|多少|几|哪|能不能|可不可以|是不是|有没有|要不要|行不行|可以|如何|多久")


def questions_in(text: str) -> list[str]:
    """The parts of a message that may each be a question of their own; one part when it is a single question."""
    parts = [part.strip() for part in _SENTENCES.split(text) if len(part.strip()) >= 3]
    asking: list[str] = []
    for part in parts:
        clauses = [c for c in _CLAUSES.split(part) if c.strip()]
        if len(clauses) > 1 and sum(1 for c in clauses if _ASKS.search(c)) > 1:
            asking += _joined(clauses)
        else:
            asking.append(part)
    return [part for part in asking if _ASKS.search(part)] if len(asking) > 1 else asking


def _joined(clauses: list[str]) -> list[str]:
    """Clauses that ask, each with the telling clauses before it."""
    found: list[str] = []
    telling: list[str] = []
    for clause in clauses:
        telling.append(clause)
        if _ASKS.search(clause):
            found.append("，".join(telling))
            telling = []
    return found
