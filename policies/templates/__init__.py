"""The closed set of rule shapes. A provision that fits none is a `statement`: quoted, never computed."""

from collections.abc import Callable, Mapping
from typing import Final

from policies.facts import Facts
from policies.templates import coverage, money, periods, statements, visits
from policies.templates.outcome import DORMANT, NO, Outcome, Params, Turn

Template = Callable[[Facts, Params, Turn], Outcome]

TEMPLATES: Final[Mapping[str, Template]] = {
    "newborn_grace": coverage.newborn_grace,
    "newborn_next_year_only": coverage.newborn_next_year_only,
    "newborn_two_texts": coverage.newborn_two_texts,
    "exempt_if_paid_before": coverage.exempt_if_paid_before,
    "change_of_status": coverage.change_of_status,
    "paid_in_season": coverage.paid_in_season,
    "wait_after_payment": coverage.wait_after_payment,
    "window": periods.window,
    "deadline_from_birth": periods.deadline_from_birth,
    "premium": money.premium,
    "late_payment": money.late_payment,
    "cap_ladder": money.cap_ladder,
    "unborn": visits.unborn,
    "settle_by_code": visits.settle_by_code,
    "account_may_pay": statements.account_may_pay,
    "statement": statements.statement,
    "silent": statements.silent,
    "delegated": statements.delegated,
    "annual_document": statements.annual_document,
}
RESIDUAL: Final = frozenset({"delegated", "annual_document"})
"""Apply only when no computed rule does."""

TOLD: Final = frozenset({"statement", "silent"})
"""Without `when`, these hold for everybody and give way to a computed rule."""

__all__ = ["DORMANT", "NO", "RESIDUAL", "TEMPLATES", "TOLD", "Outcome", "Params", "Template", "Turn"]
