"""Which values a template cannot do without: a rule that lacks one answers nothing, and the linter names it."""

from collections.abc import Collection
from typing import Final

_WINDOW: Final = ("window_from", "window_to")
_SEASON: Final = ("season_from", "season_to")
IN_A_WINDOW: Final = frozenset({"window", "which_year", "paid_in_season"})
"""These count with one year's window or, without it, with the season of every year."""

REQUIRED: Final[dict[str, tuple[str, ...]]] = {
    "newborn_grace": ("limit_days",),
    "newborn_next_year_only": ("limit_days", *_SEASON),
    "newborn_late": ("limit_days", "newborn_days"),
    "newborn_two_texts": ("benefit_year", "window_to", "wait_days", "newborn_days"),
    "exempt_if_paid_before": ("before",),
    "change_of_status": ("limit_days",),
    "paid_in_season": ("who",),
    "wait_after_payment": ("benefit_year", "window_to", "wait_days", "newborn_days"),
    "wait_in_months": ("fixed", "first_year", "per_year", "cut", "long_lapse", "floor", "newborn_days"),
    "deadline_from_birth": ("limit_days",),
    "deadline_from_change": ("limit_days", *_SEASON),
    "done_in_working_days": ("working_days",),
    "premium": (
        "benefit_year", "standard", "last_ordinary_day", "whole_groups", "part_groups", "part_share", "home",
    ),
    "late_payment": ("standard", "last_ordinary_day"),
    "cap_ladder": ("first_year", "base", "step", "lapse_step", "limit_share", "continuous_years"),
    "unborn": ("months",),
    "settle_by_code": ("settle_days",),
    "account_may_pay": ("uses", "payers", "allowed"),
    "acts_for_child": ("next_in_line",),
    "delegated": ("after",),
    "annual_document": ("benefit_year",),
}  # fmt: skip


def lacking(template: str, version_by: str, params: Collection[str]) -> tuple[str, ...]:
    """The names of the values a rule would need and does not have."""
    needed = list(REQUIRED.get(template, ()))
    if version_by == "benefit_year":
        needed.insert(0, "benefit_year")
    if template in IN_A_WINDOW:
        needed += _SEASON if _SEASON[0] in params and _WINDOW[0] not in params else _WINDOW
    if template == "which_year" and "limit_days" in params:
        needed += _SEASON
    if template == "exempt_if_paid_before" and "newborn_days" in params:
        needed.append("newborn_until")
    if template != "newborn_next_year_only" and _SEASON[0] in params:
        needed += _SEASON
    return tuple(name for name in dict.fromkeys(needed) if name not in params)
