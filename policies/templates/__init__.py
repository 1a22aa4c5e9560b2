"""The closed set of rule shapes. A provision that fits none is a `statement`: quoted, never computed."""

from collections.abc import Callable, Mapping
from typing import Final

from policies.facts import Facts
from policies.templates import coverage, money, newborns, people, periods, statements, visits, waits, years
from policies.templates.outcome import DORMANT, NO, DecisionQuery, Params, RuleOutcome

Template = Callable[[Facts, Params, DecisionQuery], RuleOutcome]

TEMPLATES: Final[Mapping[str, Template]] = {
    "newborn_grace": newborns.newborn_grace,
    "newborn_next_year_only": newborns.newborn_next_year_only,
    "newborn_late": newborns.newborn_late,
    "newborn_two_texts": newborns.newborn_two_texts,
    "exempt_if_paid_before": coverage.exempt_if_paid_before,
    "change_of_status": coverage.change_of_status,
    "paid_in_season": coverage.paid_in_season,
    "moved_inside": coverage.moved_inside,
    "wait_after_payment": coverage.wait_after_payment,
    "wait_in_months": waits.wait_in_months,
    "which_year": years.which_year,
    "window": periods.window,
    "deadline_from_birth": periods.deadline_from_birth,
    "deadline_from_change": periods.deadline_from_change,
    "done_in_working_days": periods.done_in_working_days,
    "premium": money.premium,
    "late_payment": money.late_payment,
    "cap_ladder": money.cap_ladder,
    "unborn": visits.unborn,
    "settle_by_code": visits.settle_by_code,
    "account_may_pay": people.account_may_pay,
    "acts_for_child": people.acts_for_child,
    "statement": statements.statement,
    "silent": statements.silent,
    "silent_before": statements.silent_before,
    "delegated": statements.delegated,
    "differing": statements.differing,
    "told_after": statements.told_after,
    "annual_document": statements.annual_document,
}
RESIDUAL: Final = frozenset({"delegated", "differing", "told_after", "annual_document"})
"""Apply only when no computed rule does."""

TOLD: Final = frozenset({"statement", "silent"})
"""Without `when`, these hold for everybody and give way to a computed rule."""

TELLING: Final = TOLD | RESIDUAL | {"newborn_late", "silent_before"}
"""Compute nothing for the child: only these may rest on a digest that was reported, not read."""

__all__ = [
    "DORMANT", "NO", "RESIDUAL", "TELLING", "TEMPLATES", "TOLD", "DecisionQuery", "Params", "RuleOutcome", "Template",
]  # fmt: skip
