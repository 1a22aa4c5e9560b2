"""What a leaflet is about: region, stage, year, questions, form. Values only, no words of policy."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from policies.decisions import decide
from policies.library import Library, default
from policies.scene import STAGES as CODES
from policies.telling import collects_next

FORMS = {"notice": "明白纸", "letter": "一封信", "poster": "海报", "message": "群消息"}
"""Form → its name. The order is that of the two bits in the code: only ever add at the end."""
STAGES = tuple(CODES.values())


@dataclass(frozen=True)
class Plan:
    """One leaflet. `region` is an adcode, `stage` a value of the fact, `year` the benefit year it speaks for, `day`
    the day whose rules it tells; `questions` are intents."""

    region: str
    stage: str
    year: int
    questions: tuple[str, ...]
    form: str = "notice"
    day: date = date.min

    def ordered(self) -> "Plan":
        """The questions in the order they are printed, each once; what may not be printed is left out."""
        return replace(self, questions=tuple(topic for topic in topics() if topic in self.questions))


@dataclass(frozen=True)
class SchoolWords:
    """What the school writes itself; everything else on a leaflet comes from the documents."""

    greeting: str = ""
    signature: str = ""
    contact: str = ""


@cache
def topics() -> Mapping[str, int]:
    """The questions that may stand on a leaflet, in printing order → their number in the code."""
    questions = default().questions.items()
    return {intent: question["leaflet"] for intent, question in questions if question["leaflet"] is not None}


_FOR_NEWBORNS = ("ask_newborn_enrollment", "ask_enrollment_materials", "ask_waiting_period", "ask_birth_expense",
                 "ask_family_account_payment")  # fmt: skip
_FOR_PUPILS = ("ask_premium", "ask_payment_period", "ask_student_enrollment", "ask_payment_channel",
               "ask_lapse_penalty", "ask_family_account_payment")  # fmt: skip
_FOR_STUDENTS = ("ask_premium", "ask_payment_period", "ask_college_enrollment", "ask_lapse_penalty",
                 "ask_remote_settlement", "ask_status_change")  # fmt: skip


IN_A_LETTER = 3
"""Paragraphs a letter is read to the end with."""


def suggested(stage: str, form: str = "notice") -> tuple[str, ...]:
    """The questions parents of this stage ask first; a start to choose from. A letter has three, a poster one."""
    asked = _asked_first(stage)
    if form == "poster":
        return ("ask_payment_period",)
    return asked[:IN_A_LETTER] if form == "letter" else asked


def _asked_first(stage: str) -> tuple[str, ...]:
    if stage in ("新生儿", "学龄前"):
        return _FOR_NEWBORNS
    return _FOR_STUDENTS if stage in ("大学", "高职") else _FOR_PUPILS


def facts_of(plan: Plan) -> dict[str, object]:
    """The facts a leaflet's answers rest on: the stage, and the year that chooses annual rules."""
    return {"stage": plan.stage, "paid_years": [plan.year]}


def year_of(region: str, stage: str, day: date, library: Library) -> int:
    """The benefit year payments of this day are for, by the region's own payment rule; else the running year.

    In September, before a collection opens, that is the year it will be for: what is printed then is about it.
    """
    decision = decide("ask_payment_period", {"stage": stage}, region, day, library)
    found = decision.values.get("for_year")
    soon = decision.values.get("in_window") or collects_next(day)
    return int(found) if found is not None and soon else day.year
