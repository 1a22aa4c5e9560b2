"""What nobody understands in its conversation is read once more without it."""

from datetime import date
from typing import Any

import pytest

from bot.nlu.conversation import Context

DAY = date(2026, 11, 20)
LATE = Context("ask_late_payment", "错过时间怎么补缴", knows=("region",), within="330100")
ASKED = Context("ask_payment_period", "什么时候缴费", expect="birth_date", knows=("region",), within="320600")


@pytest.mark.parametrize("context", [LATE, ASKED])
@pytest.mark.parametrize(
    ("message", "label"),
    [
        ("金额", "ask_premium"), ("材料", "ask_enrollment_materials"), ("这四百是哪张纸上印的", "about_source"),
        ("妥 灶上还熬着汤 我先走了", "goodbye"), ("你怎么一问三不知", "insult"),
        ("给我弄一小段 我转群里", "request_faq_sheet"),
    ],
)  # fmt: skip
def test_what_is_plain_by_itself_is_heard_in_a_talk(reader: Any, context: Context, message: str, label: str) -> None:
    assert reader.read(message, context, DAY).labels[0] == label


@pytest.mark.parametrize(
    ("message", "context"),
    [
        ("9月3号", ASKED),
        ("没有", ASKED),
        ("不晓得", ASKED),
        ("三个月大", ASKED),
        ("保定呢 也这样？", LATE),
        ("小学", LATE),
    ],
)
def test_what_leans_on_its_talk_or_answers_stays_in_it(reader: Any, message: str, context: Context) -> None:
    heard = reader.read(message, context, DAY).labels[0]
    assert not heard.startswith("ask_") or heard == context.open


def test_a_step_of_an_enrollment_is_no_new_question(reader: Any) -> None:
    form = Context("ask_newborn_enrollment", "新生儿怎么参保", form="region")
    assert reader.read("金额", form, DAY).labels[0] in ("inform", "unsure", "ask_premium")
    assert reader.read("江宁那块", form, DAY).labels[0] not in ("ask_premium", "goodbye")
