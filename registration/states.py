"""The life of an application: its states and the one table of allowed moves. No storage here."""

from enum import StrEnum

from registration.errors import MoveRefused


class ApplicationState(StrEnum):
    draft = "draft"
    submitted = "submitted"
    accepted = "accepted"
    awaiting_payment = "awaiting_payment"
    insured = "insured"
    rejected = "rejected"
    cancelled = "cancelled"
    expired = "expired"


MOVES: dict[ApplicationState, frozenset[ApplicationState]] = {
    ApplicationState.draft: frozenset(
        {ApplicationState.submitted, ApplicationState.cancelled, ApplicationState.expired}
    ),
    ApplicationState.submitted: frozenset(
        {ApplicationState.accepted, ApplicationState.rejected, ApplicationState.cancelled}
    ),
    ApplicationState.accepted: frozenset(
        {ApplicationState.awaiting_payment, ApplicationState.rejected, ApplicationState.cancelled}
    ),
    ApplicationState.awaiting_payment: frozenset({ApplicationState.insured, ApplicationState.cancelled}),
    ApplicationState.insured: frozenset(),
    ApplicationState.rejected: frozenset(),
    ApplicationState.cancelled: frozenset(),
    ApplicationState.expired: frozenset(),
}

# An application that is over no longer keeps the child from a new one.
OVER = frozenset({ApplicationState.rejected, ApplicationState.cancelled, ApplicationState.expired})
# Given up before anything was decided: what was typed is of no further use and is erased.
GIVEN_UP = frozenset({ApplicationState.cancelled, ApplicationState.expired})
WITH_THE_BUREAU = frozenset(
    {ApplicationState.submitted, ApplicationState.accepted, ApplicationState.awaiting_payment, ApplicationState.insured}
)

# What the bureau does next when all goes well; the sandbox follows it.
NEXT = {
    ApplicationState.submitted: ApplicationState.accepted,
    ApplicationState.accepted: ApplicationState.awaiting_payment,
    ApplicationState.awaiting_payment: ApplicationState.insured,
}

LABELS = {
    ApplicationState.draft: "草稿",
    ApplicationState.submitted: "已提交",
    ApplicationState.accepted: "已受理",
    ApplicationState.awaiting_payment: "待缴费",
    ApplicationState.insured: "已参保",
    ApplicationState.rejected: "未通过",
    ApplicationState.cancelled: "已撤销",
    ApplicationState.expired: "已过期",
}


def check_move(before: ApplicationState, after: ApplicationState) -> None:
    """Raises MoveRefused, in words a parent can read, when `before` does not lead to `after`."""
    if after not in MOVES[before]:
        raise MoveRefused(
            f"申请现在是“{LABELS[before]}”，不能变成“{LABELS[after]}”。", extra={"state": before.value}
        )  # fmt: skip
