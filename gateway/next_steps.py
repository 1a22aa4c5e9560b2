"""What comes after an application: until which day to pay and how, from the rules; and its bubble in the chat."""

from datetime import date, datetime
from typing import Any

from gateway.words import words
from policies import places
from policies.answers import Answer, compose
from policies.decisions import decide
from policies.library import default
from registration.client import Application

BORN = (("next_pay_until", "ask_payment_period"), ("next_pay_how", "ask_payment_channel"))
"""What a family asks next, with the words of its heading on the page."""
UNBORN = (
    ("next_before_birth", "ask_unborn_enrollment"), ("next_after_birth", "ask_newborn_enrollment"),
    ("next_pay_how", "ask_payment_channel"),
)  # fmt: skip
"""The same of a child not yet born: its days are counted from the birth, never from today's collection window."""
_OVER = frozenset({"insured", "rejected", "cancelled", "expired"})
"""States in which nothing is to be paid any more."""


def next_steps(application: Application, today: date) -> tuple[tuple[str, dict[str, Any]], ...]:
    """The answers a family needs next, each with its heading, as replies a card can be drawn of; none when nothing is
    left to do."""
    if application.state in _OVER:
        return ()
    asked = BORN if application.birth_date else UNBORN
    answers = ((words(heading), _answer(application, intent, today)) for heading, intent in asked)
    return tuple((heading, {"text": "", "answer": answer.as_json(), "options": []}) for heading, answer in answers)


def submitted_bubble(application: Application, token: str, purpose: str, now: datetime) -> dict[str, Any]:
    """The chat's word that a form was handed in; `done` is the link it needed, which is over."""
    where, number = places.full_name(application.region), application.number
    if purpose == "household_update":
        text = words("household_updated", number=number, place=where)
    else:
        pay = _until(application, now.date())
        text = words("application_submitted", number=number, place=where, state=application.state_text, pay=pay)
    return {"id": f"e-{application.number}-{purpose}", "who": "system", "name": None, "text": text,
            "at": now.timestamp(), "done": f"/enroll/{token}"}  # fmt: skip


def _until(application: Application, today: date) -> str:
    """Until which day to pay; for a child not yet born, when that can be said."""
    if application.birth_date is None:
        return words("pay_after_birth")
    return words("pay_until", headline=_answer(application, BORN[0][1], today).headline)


def _answer(application: Application, intent: str, today: date) -> Answer:
    facts = {"birth_date": application.birth_date.isoformat()} if application.birth_date else {}
    return compose(decide(intent, facts, application.region, today), default())
