"""The same words give the same facts, values and citations in chat, form and desk: every question, place and child."""

from datetime import date
from typing import Any

import pytest

from dialogue.reading import Mention, Reading
from policies import places
from policies.answers import Answer, compose
from policies.decisions import decide
from policies.library import default
from portal import nlu_client
from tests.dialogue.builders import HARBIN, JIANGSU, NANJING, SICHUAN, Talk, day, heard, place, word, years

PLACES = (JIANGSU, NANJING, "371000", "230000", HARBIN, SICHUAN)
CHILDREN: dict[str, tuple[Mention, ...]] = {
    "nothing told": (),
    "a newborn, paid": (day("birth", "2025-06-08"), day("paid", "2025-07-01")),
    "a newborn, to be paid": (day("birth", "2025-06-08"), day("paid", "2025-09-10", polarity="supp")),
    "born in the window, next year only": (day("birth", "2024-10-20"), years("paid_years", 2025)),
    "a pupil": (word("stage", "小学"),),
    "a student": (word("stage", "大学"),),
    "a family in hardship": (word("stage", "小学"), word("category", "低保对象")),
    "years in a list": (years("paid_years", 2023), years("paid_years", 2024), years("lapse_years", 2022)),
    "a change": (word("change", "毕业"), day("changed", "2025-07-01"), day("paid", "2025-07-20")),
    "not yet born": (Mention("pregnancy", "pregnant", {"months": 8}, "8个月"),),
    "another's household": (place("household", SICHUAN), word("permit", True)),
    "an account": (word("payer", "舅舅"),),
}  # fmt: skip
DAYS = (date(2025, 8, 5), date(2026, 11, 20))
QUESTIONS = [
    intent for intent in default().questions if intent not in ("ask_enrollment_status", "report_payment_problem")
]


def essence(answer: Answer) -> tuple[Any, ...]:
    """What must not differ: status, certainty, values, headline and the sentences."""
    return (answer.intent, answer.status, answer.certainty, dict(answer.values), answer.headline,
            tuple(c.clause for c in answer.citations), answer.region["adcode"])  # fmt: skip


def in_chat(reading: Reading, today: date) -> Answer:
    card = Talk(today=today).says(reading)[0].card
    assert card is not None
    return card.answer


def at_the_desk(reading: Reading, today: date) -> Answer:
    found = nlu_client.read(Reading.from_json(reading.as_json()), default().questions, today)
    assert found.intent is not None
    return compose(decide(found.intent, found.facts, found.region or places.NATION, today))


@pytest.mark.parametrize("today", DAYS, ids=str)
@pytest.mark.parametrize("child", CHILDREN)
def test_chat_and_desk_answer_alike(child: str, today: date) -> None:
    for intent in QUESTIONS:
        for code in PLACES:
            reading = heard(intent, says=(place("insured", code), *CHILDREN[child]))
            assert essence(in_chat(reading, today)) == essence(at_the_desk(reading, today)), (intent, code)


@pytest.mark.parametrize("child", CHILDREN)
def test_the_form_takes_the_facts_the_chat_takes(child: str) -> None:
    today = DAYS[0]
    said = (place("insured", NANJING), *CHILDREN[child])
    chat, form = Talk(today=today), Talk(today=today)
    chat.says(heard("ask_premium", says=said))
    form.says(heard("start_enrollment", says=said))
    assert form.state.form is not None
    assert (form.state.children, form.state.family, form.state.region) == (
        chat.state.children,
        chat.state.family,
        chat.state.region,
    )


@pytest.mark.parametrize(
    ("intent", "text", "child", "today"),
    [
        ("ask_late_payment", "忘了交 现在还来得及不", "a pupil", date(2026, 11, 20)),
        ("ask_college_enrollment", "娃四岁 在哪参保", "nothing told", date(2026, 11, 20)),
        ("ask_missing_documents", "居住证过期了咋整", "a pupil", date(2026, 11, 20)),
    ],
)
def test_what_is_meant_is_the_same_at_the_desk(intent: str, text: str, child: str, today: date) -> None:
    reading = heard(intent, says=(place("insured", "320100"), *CHILDREN[child]), text=text)
    assert essence(in_chat(reading, today)) == essence(at_the_desk(reading, today))
    assert in_chat(reading, today).intent != intent
