"""The life of an application: its states and the one table of allowed moves. No storage here."""

from enum import StrEnum

from registration.errors import MoveRefused


class State(StrEnum):
    draft = "draft"
    submitted = "submitted"
    accepted = "accepted"
    awaiting_payment = "awaiting_payment"
    insured = "insured"
    rejected = "rejected"
    cancelled = "cancelled"
    expired = "expired"


MOVES: dict[State, frozenset[State]] = {
    State.draft: frozenset({State.submitted, State.cancelled, State.expired}),
    State.submitted: frozenset({State.accepted, State.rejected, State.cancelled}),
    State.accepted: frozenset({State.awaiting_payment, State.rejected, State.cancelled}),
    State.awaiting_payment: frozenset({State.insured, State.cancelled}),
    State.insured: frozenset(),
    State.rejected: frozenset(),
    State.cancelled: frozenset(),
    State.expired: frozenset(),
}

# An application that is over no longer keeps the child from a new one.
OVER = frozenset({State.rejected, State.cancelled, State.expired})
# Given up before anything was decided: what was typed is of no further use and is erased.
GIVEN_UP = frozenset({State.cancelled, State.expired})
WITH_THE_BUREAU = frozenset({State.submitted, State.accepted, State.awaiting_payment, State.insured})

# What the bureau does next when all goes well; the sandbox follows it.
NEXT = {
    State.submitted: State.accepted,
    State.accepted: State.awaiting_payment,
    State.awaiting_payment: State.insured,
}

LABELS = {
    State.draft: "草稿",
    State.submitted: "已提交",
    State.accepted: "已受理",
    State.awaiting_payment: "待缴费",
    State.insured: "已参保",
    State.rejected: "未通过",
    State.cancelled: "已撤销",
    State.expired: "已过期",
}


def check_move(before: State, after: State) -> None:
    """Raises MoveRefused, in words a parent can read, when `before` does not lead to `after`."""
    if after not in MOVES[before]:
        raise MoveRefused(
            f"申请现在是“{LABELS[before]}”，不能变成“{LABELS[after]}”。", extra={"state": before.value}
        )  # fmt: skip
