"""What comes after an application: until which day to pay and how, from the rules; and its bubble in the chat."""

from datetime import date, datetime
from typing import Any

from policies import places
from policies.answers import Answer, compose
from policies.decisions import decide
from policies.library import default
from registration.client import Application

AFTERWARDS = ("ask_payment_period", "ask_payment_channel")
_OVER = frozenset({"insured", "rejected", "cancelled", "expired"})
"""States in which nothing is to be paid any more."""


def next_steps(application: Application, today: date) -> tuple[dict[str, Any], ...]:
    """The answers a family needs next, as replies a card can be drawn of; none when nothing is left to do."""
    if application.state in _OVER:
        return ()
    return tuple({"text": answer.headline, "answer": answer.as_json(), "options": []}
                 for answer in (_answer(application, intent, today) for intent in AFTERWARDS))  # fmt: skip


def submitted_bubble(application: Application, token: str, purpose: str, now: datetime) -> dict[str, Any]:
    """The chat's word that a form was handed in; `done` is the link it needed, which is over."""
    where, number = places.full_name(application.region), application.number
    if purpose == "household_update":
        text = f"您在页面上更新了户口信息（受理号 {number}，{where}）。"
    else:
        pay = _answer(application, AFTERWARDS[0], now.date()).headline
        text = (f"您在页面上提交了参保申请：受理号 {number}（{where}），现在是“{application.state_text}”。\n"
                f"还要缴费才算办好。{pay}\n想知道办到哪一步，问“办到哪了”。")  # fmt: skip
    return {"id": f"e-{application.number}-{purpose}", "who": "system", "name": None, "text": text,
            "at": now.timestamp(), "done": f"/enroll/{token}"}  # fmt: skip


def _answer(application: Application, intent: str, today: date) -> Answer:
    facts = {"birth_date": application.birth_date.isoformat()} if application.birth_date else {}
    return compose(decide(intent, facts, application.region, today), default())
