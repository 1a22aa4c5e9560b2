"""Leaflets: published answers of one region, stage and year on paper, as a picture and as a group message.

plan = Plan("320100", "小学", 2027, ("ask_payment_period", "ask_lapse_penalty"), day=date(2026, 11, 23))
sheet = compose_sheet(plan, library, "https://example.org", Words(signature="光华小学"))
content = pdf(sheet)
"""

from leaflets.code import Printed, printed
from leaflets.errors import ContentRefused, LeafletError, MissingGlyph, NothingToPrint, TooLong
from leaflets.guard import refusals
from leaflets.message import LIMIT, group_markdown, group_text
from leaflets.plan import FORMS, STAGES, Plan, SchoolWords, suggested, year_of
from leaflets.render import pdf, png
from leaflets.sheet import Sheet, SheetItem, SheetQuestion, compose_sheet, offers

__all__ = [
    "FORMS",
    "LIMIT",
    "STAGES",
    "ContentRefused",
    "LeafletError",
    "MissingGlyph",
    "NothingToPrint",
    "Plan",
    "Printed",
    "SchoolWords",
    "Sheet",
    "SheetItem",
    "SheetQuestion",
    "TooLong",
    "compose_sheet",
    "group_markdown",
    "group_text",
    "offers",
    "pdf",
    "png",
    "printed",
    "refusals",
    "suggested",
    "year_of",
]  # fmt: skip
