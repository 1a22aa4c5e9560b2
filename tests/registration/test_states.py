"""The one table of moves."""

from itertools import product

import pytest

from registration.errors import MoveRefused
from registration.states import GIVEN_UP, LABELS, MOVES, NEXT, OVER, WITH_THE_BUREAU, ApplicationState, check_move
from tests.registration.contract import document

ALLOWED = {
    ("draft", "submitted"), ("draft", "cancelled"), ("draft", "expired"),
    ("submitted", "accepted"), ("submitted", "rejected"), ("submitted", "cancelled"),
    ("accepted", "awaiting_payment"), ("accepted", "rejected"), ("accepted", "cancelled"),
    ("awaiting_payment", "insured"), ("awaiting_payment", "cancelled"),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), list(product(ApplicationState, ApplicationState)))
def test_every_pair_of_states_is_allowed_or_refused_as_written_here(
    before: ApplicationState, after: ApplicationState
) -> None:
    if (before, after) in ALLOWED:
        check_move(before, after)
        return
    with pytest.raises(MoveRefused) as refused:
        check_move(before, after)
    assert refused.value.detail == f"申请现在是“{LABELS[before]}”，不能变成“{LABELS[after]}”。"
    assert refused.value.extra == {"state": before.value}


def test_every_state_is_reached_from_a_draft() -> None:
    reached, new = set(), {ApplicationState.draft}
    while new:
        reached |= new
        new = set().union(*(MOVES[state] for state in new)) - reached
    assert reached == set(ApplicationState)


def test_the_groups_fit_the_table() -> None:
    assert {state for state in ApplicationState if not MOVES[state]} == OVER | {ApplicationState.insured}
    assert GIVEN_UP < OVER
    assert not OVER & WITH_THE_BUREAU
    assert all(after in MOVES[before] for before, after in NEXT.items())
    assert set(MOVES) == set(LABELS) == set(ApplicationState)


def test_the_contract_names_the_same_states() -> None:
    assert document()["components"]["schemas"]["State"]["enum"] == [state.value for state in ApplicationState]
