"""What was paid, left out or reported in a benefit year, and which year is only asked about."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.nlu.barred_roles.engine import RoleRule, Spot
from bot.nlu.role_names import LAST_PAID, NONE, STOP

_LAPSED_THEN = frozenset({"lapse_years"})
_PAID_THEN = frozenset({"paid_years", "enrolled_years"})
_ASKED = frozenset({"asked_year", "other_year"})

_WHICH_TO_PAY = re.compile("(?:还是|或者|或是)(?:说)?(?:都|两[年个]|一起|只|先)?(?:得|要|该)?[交缴]?(?!了|过|的)")
_PAID_SAID = re.compile("[交缴][了过]|已经|都[交缴]的")
_NOT_PAID_BEFORE = re.compile("(?<![的年度])(?:没有?|未|漏|忘了?|忘记)(?:给[他她娃])?(?:交|缴|续|参保)(?:过|上|了)?$")
_PAID_BEFORE = re.compile("(?<![没未有忘了漏])(?:交|缴)(?:过|了)$")
_OF_THE_YEAR_BEFORE = re.compile("(?:年(?:度|份)?|[0-9])的?(?:都|也|已经)?(?:交|缴)(?:过|了)$")
_LAPSED = re.compile(
    "(?:年度?)?(?:[、，,和跟](?:20)?[0-9]{2}年?){0,4}(?:[两三四五几]年|这[两三几]年)?的?(?:我们?|他|她|娃)?"
    "(?:都|全|也|就|还|[他她娃]?在[^，。；,;]{1,4}(?:就|也|都|又))?"
    "(?:断了|断过|断保|断缴|断交|没有?交|没有?缴|没有?续|漏了(?!.{0,6}补)|漏交|空着|空了|没(?:有)?人管)"
)
_UNCLAIMED = re.compile(
    "(?:年度?|那年)?(?:[、，,和跟]?(?:20)?[0-9]{2}年?){0,4}[^，。；,;]{0,3}"
    "(?:(?:没有?|未|从未)(?:去)?(?:报(?:过|销)|看过?病|住过?院|用过|生过?病|去过医院)|一次(?:都|也)?没报)"
)
_NOT_PAID_SOON = re.compile("[^。；！？;!?]{0,8}?(?:没有?|未|不)(?:再)?(?:交|缴|续|参保)")
_LACKS = re.compile(
    "没|未|断|漏|忘|停|空|落|缺|差|欠|懒|顾不|冇|唔|无|莫|不(?!是问)|补|弃|退|错过|误|迟|晚|跳|隔|脱|掉|白|拉下|国外|出国"
)
_SHORT, _MORE = 24, 4
"""Characters of a message that only asks which year; those beside a year that are more than its name."""


def which_to_pay(text: str) -> bool:
    """Is it asked which of several years is to be paid: “交24的25的还是都交啊”?"""
    asks = len(text) < _SHORT and _WHICH_TO_PAY.search(text) is not None and ("交" in text or "缴" in text)
    return asks and _PAID_SAID.search(text) is None


def _asks_which(spot: Spot) -> bool:
    return which_to_pay(spot.text)


def _not_paid(spot: Spot) -> bool:
    """“没缴25年度”, “25年的没交”; of “缴了26的没缴25的” only the second, of “25年的交了，26年的没交” as well."""
    before = spot.before()
    if _NOT_PAID_BEFORE.search(before):
        return True
    paid = _PAID_BEFORE.search(before) is not None and _OF_THE_YEAR_BEFORE.search(before) is None
    return _LAPSED.match(spot.text, spot.candidate.end) is not None and not paid


def _not_paid_yet(spot: Spot) -> bool:
    end = spot.candidate.end
    return "还" in spot.before(8) + spot.text[end : end + 6] and _not_paid(spot)


def _neither_claimed_nor_paid(spot: Spot) -> bool:
    unclaimed = _UNCLAIMED.match(spot.text, spot.candidate.end)
    return unclaimed is not None and _NOT_PAID_SOON.match(spot.text, unclaimed.end()) is not None


def _nothing_lacks(spot: Spot) -> bool:
    """Nothing in the sentence of a year, nor right before it, says that anything was not done."""
    here, text = spot.candidate, spot.text
    if spot.lapses or len(text) - len(here.text) <= _MORE:
        return False
    end = next((stop.start() for stop in STOP.finditer(text, here.end)), len(text))
    return _LACKS.search(text, max(here.start - 20, 0), min(end, here.end + 40)) is None


_AGAIN = RoleRule(
    "“26断了 27又交”: a year in which it was paid again did not lapse",
    bars=_LAPSED_THEN,
    after=re.compile("(?:年度?)?(?:那年)?(?:再|又|接着|继续|重新|才)(?:去|来)?(?:交|缴|续|参保|接上)"),
)
_BROKEN_OFF = RoleRule(
    "“断了2025和2026”: each year of the list lapsed",
    only=_LAPSED_THEN,
    before=re.compile("(?<!没)(?<!未)(?:断|漏|空|落下)(?:了|过|掉|缴|保|的是){1,2}(?:(?:20)?[0-9]{2}年?[、和跟与])*$"),
)
_WHICH = RoleRule(
    "“交24年的还是25年的”: which year is to be paid is asked",
    only=frozenset({"asked_year"}),
    when=_asks_which,
)
_WHICH_FIGURES = replace(
    _WHICH,
    why="“交24的25的还是都交啊”: so is of figures, which are years before the word for “of”",
    after=re.compile("的"),
)
UNBROKEN = RoleRule(
    "“去年没断过”: nothing was left out in that year",
    bars=frozenset({NONE, "lapse_years", "asked_year", "other_year"}),
    after=re.compile(
        "(?:年度?)?[^，。；,;断停漏没未冇]{0,6}(?:没有?|没曾|未曾?|不曾|冇)(?:怎么)?"
        "(?:断|停|漏|落下|缺|空|间断|中断)"
        "(?:(?:过|掉)?(?:$|[，。；,; 哈啊呀哦的])|(?:过)?(?:保|缴|交|参保|医保|档)"
        "|(?:过|掉)(?![奶药课学电网水粮货氧针过]))"
    ),
)

OF_FIGURES = (_AGAIN, _BROKEN_OFF, _WHICH_FIGURES)
"""Of figures that may be a year as well as a day (“26”); the first counts."""
RULES = (
    RoleRule(
        "“26年度城乡居民医保集中缴费期将于…”: the words of a notice say not that anybody paid",
        bars=_PAID_THEN | _LAPSED_THEN,
        after=re.compile(
            "(?:年度?)?的?(?:城乡)?居民(?:基本)?医(?:疗)?保(?:险)?的?(?:集中)?(?:缴费|参保|征缴)"
            "[^，。；,;已我]{0,6}(?:将|于|至|期|工作|通知|时间|截止(?!前?我)|开始|启动|结束)"
        ),
    ),
    RoleRule(
        "“去年没断过奶”: what was broken off, or not, is no cover",
        bars=_PAID_THEN | _LAPSED_THEN,
        after=re.compile("[^，。；,; ]{0,6}(?:断|停)(?:过|掉|了)?(?:奶|药|课|学|电|网|水|粮|货|氧|针)"),
    ),
    RoleRule(
        "“去年学校收的是26年的”: last year is when it was paid, another year is which",
        bars=_PAID_THEN | _LAPSED_THEN,
        after=re.compile("(?:学校|村里|社区|园里|单位)?(?:收|交|缴)的?(?:就)?是(?:20)?[0-9]{2}年"),
    ),
    _AGAIN,
    _BROKEN_OFF,
    _WHICH,
    UNBROKEN,
    RoleRule(
        "“一直交到23年 24年25年都没交”: the year up to which it was paid did not lapse",
        bars=_LAPSED_THEN,
        before=LAST_PAID,
    ),
    RoleRule(
        "“27年我懒得交”: whatever the reason, that year was not paid",
        only=_LAPSED_THEN,
        after=re.compile(
            "(?:年度?)?(?:的)?(?:我们?|咱们?|俺们?|他|她|家里)?(?:要是|就|也|又|都|给)?"
            "(?:懒得|忘了?|忘记|没顾[上得]上?|没来得及|没舍得|舍不得|嫌.{1,3}没)(?:去|再|给他|给她)?"
            "(?:交|缴|续)(?!没|了?没有|过没)"
        ),
    ),
    RoleRule(
        "“26年的还没交”: not paid, but it may still be; then it is the year that is asked about",
        bars=_PAID_THEN,
        when=_not_paid_yet,
    ),
    RoleRule(
        "“25年的没交”: not paid",
        bars=_PAID_THEN | _ASKED,
        when=_not_paid,
    ),
    RoleRule(
        "“25年没看过病，也没交”: neither claimed nor paid",
        bars=frozenset({"claimed_years"}),
        when=_neither_claimed_nor_paid,
    ),
    RoleRule(
        "“25年没报过账”: nothing was claimed, which says not that it lapsed",
        bars=frozenset({"claimed_years"}) | _LAPSED_THEN,
        after=_UNCLAIMED,
    ),
    RoleRule(
        "“一直没断过 22到25年”: nothing was left out in those years",
        bars=_LAPSED_THEN,
        before=re.compile("(?:没有?|未|不曾)断(?:过|保|缴|交|档)*[^断停漏，。；,; ]{0,4}$"),
    ),
)
"""The first counts."""
OF_A_SENTENCE = (
    RoleRule(
        "“25年的什么时候能用”: nothing in the sentence says that anything was not done, and nobody asked for it",
        bars=_LAPSED_THEN,
        when=_nothing_lacks,
    ),
)
"""They count beside the first."""
