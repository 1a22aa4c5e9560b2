"""What comes after an application: until which day to pay and how, from the rules; and its bubble in the chat."""

from datetime import date, datetime
from typing import Any

from policies import places
from policies.answers import Answer, compose
from policies.decisions import decide
from policies.library import default
from registration.client import Application

BORN = (("交到哪天", "ask_payment_period"), ("怎么交", "ask_payment_channel"))
"""What a family asks next, with its heading on the page."""
UNBORN = (
    ("出生以前", "ask_unborn_enrollment"), ("出生以后，交到哪天", "ask_newborn_enrollment"),
    ("怎么交", "ask_payment_channel"),
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
    answers = ((heading, _answer(application, intent, today)) for heading, intent in asked)
    return tuple((heading, {"text": "", "answer": answer.as_json(), "options": []}) for heading, answer in answers)


def submitted_bubble(application: Application, token: str, purpose: str, now: datetime) -> dict[str, Any]:
    """The chat's word that a form was handed in; `done` is the link it needed, which is over."""
    where, number = places.full_name(application.region), application.number
    if purpose == "household_update":
        text = f"您在页面上更新了户口信息（受理号 {number}，{where}）。"
    else:
        pay = _until(application, now.date())
        text = (f"您在页面上提交了参保申请：受理号 {number}（{where}），现在是“{application.state_text}”。\n"
                f"{pay}\n想知道办到哪一步，问“办到哪了”。")  # fmt: skip
    return {"id": f"e-{application.number}-{purpose}", "who": "system", "name": None, "text": text,
            "at": now.timestamp(), "done": f"/enroll/{token}"}  # fmt: skip


def _until(application: Application, today: date) -> str:
    """Until which day to pay; for a child not yet born, when that can be said."""
    if application.birth_date is None:
        return "孩子出生以后还要缴费才算办好：出生了告诉我是哪天，我就算出最晚交到哪天。"
    return f"还要缴费才算办好。{_answer(application, BORN[0][1], today).headline}"


def _answer(application: Application, intent: str, today: date) -> Answer:
    facts = {"birth_date": application.birth_date.isoformat()} if application.birth_date else {}
    return compose(decide(intent, facts, application.region, today), default())
