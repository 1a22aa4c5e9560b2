"""What conversations were misread by: numbered questions, spaced characters, false starts, being sent away, which year.

Each kind of the list in `docs/language.md` has its own sentences here; picked options, agreement to a summary and facts
that swallow a question have theirs in `test_reader` and `tests/dialogue/test_form`.
"""

from datetime import date
from typing import Any

import pytest

from bot.nlu.conversation import Context
from bot.nlu.reader import UNSURE
from dialogue.facts import told_in
from tests.bot.conftest import mostly

TODAY = date(2026, 11, 26)
SURE = 0.5
"""Probability from which the dialogue starts something or calls a person (`dialogue.talk`)."""
NOTHING = Context()
NEWBORN = Context(
    open="ask_newborn_enrollment", about="新生儿怎么参保", knows=("region", "birth_date"), within="320100"
)
ANSWERED = Context(open="ask_payment_period", about="什么时候缴费", knows=("region",), within="320100")


def test_numbered_questions_are_all_heard(reader: Any) -> None:
    rows = {
        "1、新生儿怎么参保 2、一年交多少钱 3、断保有什么影响": 3,
        "想问三件事：①要带什么材料②在哪里交钱③有没有等待期": 3,
        "第一，外地户口能不能参保；第二，交重了能退吗": 2, "(1)医保码怎么领 (2)没有卡怎么看病结算": 2,
        "一、错过时间还能补缴吗？二、从哪天开始能报销？": 2, "1.大病保险封顶线是多少 2.连续参保有什么奖励": 2,
    }  # fmt: skip
    heard = {text: reader.read(text, NOTHING, TODAY).labels for text in rows}
    wrong = [f"{text} → {labels}" for text, labels in heard.items() if len(labels) != rows[text]]
    mostly((len(heard[text]) == count for text, count in rows.items()), wrong=wrong)


@pytest.mark.parametrize(("text", "place", "birth"), [
    ("我 在 镇 江 ， 娃 9 月 1 2 号 生", "321100", "2026-09-12"),
    ("宝 宝 8 月 6 日 出 生 ， 在 泰 州", "321200", "2026-08-06"),
    ("徐 州 的 孩 子 1 1 月 2 号 生 的", "320300", "2026-11-02"),
    ("坐 标 盐 城 ， 1 0 月 1 5 日 出 生", "320900", "2026-10-15"),
    ("苏 州 宝 宝 ， 7 月 2 8 日 生", "320500", "2026-07-28"),
])  # fmt: skip
def test_spaces_between_characters_change_nothing(reader: Any, text: str, place: str, birth: str) -> None:
    told = {fact.name: fact.value for fact in told_in(reader.read(text, NOTHING, TODAY))}
    assert told.get("region") == [place], told
    assert told.get("birth_date") == birth, told


def test_nothing_is_started_that_was_not_asked_for(reader: Any) -> None:
    texts = [
        "网址给我发一下呗", "那个小程序的链接有没有", "产科那边给登过了，我还用弄吗",
        "社区医院说已经录了，还得再办一遍？",
        "医保局几点上班", "办事大厅的号码是多少",
        "得了我自己打电话问吧", "不麻烦你了，我去窗口问", "仨孩子一共一千二对不",
        "两口子加娃九百够不够", "要办的话都填些啥", "真办起来麻烦不", "你们能代办吗还是得我去", "先打听打听，不着急办",
    ]  # fmt: skip
    begun = {"start_enrollment", "request_human", "resend_link", "cancel_application", "goodbye"}
    sure = {text: reader.read(text, ANSWERED, TODAY) for text in texts}
    wrong = [
        f"{t} → {r.labels} {r.confidence}" for t, r in sure.items() if r.labels[0] in begun and r.confidence >= 0.5
    ]
    mostly((not (r.labels[0] in begun and r.confidence >= 0.5) for r in sure.values()), wrong=wrong)


def test_nobody_with_a_question_of_ours_is_sent_away(reader: Any) -> None:
    texts = [
        "娃10月9号落地的，几号以前得弄好", "扬州，娃念初一", "五百多太肉疼了，不交行不", "出生证要下礼拜才打得出来呢",
        "闺女上大班，园里没吭声", "户口本在老家拿不回来", "人在外地，手机上弄得成不", "三百八涨到四百，凭啥年年涨",
        "孩子还没起名呢", "去年在深圳，今年回来了", "小学二年级，宿迁", "刚出院，单子一堆",
    ]  # fmt: skip
    heard = {text: reader.read(text, NOTHING, TODAY).labels[0] for text in texts}
    wrong = [f"{text} → {label}" for text, label in heard.items() if label in ("out_of_scope", UNSURE)]
    mostly((label not in ("out_of_scope", UNSURE) for label in heard.values()), share=0.8, wrong=wrong)


def test_which_year_is_asked_of_the_child_that_was_spoken_of(reader: Any) -> None:
    texts = [
        "那现在交算26的还是27的", "这会儿缴的是哪一年的呀", "我交的这是今年的还是明年的",
        "那得先交26年的吧还是直接27年",
        "眼下收的是哪年的钱",
        "所以交今年的还是来年的",
    ]  # fmt: skip
    heard = {text: reader.read(text, NEWBORN, TODAY).labels[0] for text in texts}
    right = ("ask_benefit_year", "follow")
    mostly(
        (label in right for label in heard.values()),
        share=0.8,
        wrong=[f"{t} → {h}" for t, h in heard.items() if h not in right],
    )


def test_a_sum_or_another_insurance_is_a_question_of_its_own(reader: Any) -> None:
    rows = {
        "照蓝光花了六千多": ("ask_birth_expense", "ask_benefit_level", "inform", "follow"),
        "住院押金交了一万": ("ask_birth_expense", "ask_benefit_level", "ask_visit_settlement", "inform", "follow"),
        "少儿重疾要不要买": ("ask_commercial_insurance", "out_of_scope"),
        "学平险呢": ("ask_commercial_insurance", "follow"),
        "惠民保是这个吗": ("ask_commercial_insurance", "ask_scheme_basics", "out_of_scope"),
        "缴了两千八能拿回来多少": ("ask_benefit_level", "ask_refund", "ask_claim_process"),
    }  # fmt: skip
    heard = {text: reader.read(text, NEWBORN, TODAY).labels[0] for text in rows}
    mostly(
        (heard[t] in right for t, right in rows.items()),
        share=0.8,
        wrong=[f"{t} → {heard[t]}" for t, r in rows.items() if heard[t] not in r],
    )
