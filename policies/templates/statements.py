"""Provisions that are told or quoted, not computed; what a text allows to whom; and where the texts are silent."""

from policies.facts import Facts
from policies.templates.outcome import DORMANT, Outcome, Params, Turn


def _matches(facts: Facts, params: Params) -> bool:
    """Do the facts said meet every condition of `when`?"""
    return all(
        getattr(facts, name) in (wanted if isinstance(wanted, tuple) else (wanted,))
        for name, wanted in params["when"].items()
    )


def statement(facts: Facts, params: Params, turn: Turn) -> Outcome:
    """A provision told as it stands; with `when`, only for those facts."""
    return Outcome("applies") if _matches(facts, params) else DORMANT


def silent(facts: Facts, params: Params, turn: Turn) -> Outcome:
    """The documents do not answer this; the nearest sentence is quoted so that nobody has to search it."""
    return Outcome("applies", status="not_in_documents") if _matches(facts, params) else DORMANT


def delegated(facts: Facts, params: Params, turn: Turn) -> Outcome:
    """What the text leaves to a regulation that is not in the library, once a fact in `after` was said. JS25-2.4.6."""
    if all(getattr(facts, name) is None for name in params["after"]):
        return DORMANT
    return Outcome("applies", "applies", {"waiting": "unknown", "coverage_start": "unknown"},
                   status="not_in_documents")  # fmt: skip


def annual_document(facts: Facts, params: Params, turn: Turn) -> Outcome:
    """The region's document speaks for one benefit year only; outside it nothing of it may be told (B-20).

    A newborn is left to the national principle instead.
    """
    if params.get("leave_newborns") and (facts.birth_date is not None or facts.stage == "新生儿"):
        return DORMANT
    return Outcome("applies", status="not_in_documents")


def account_may_pay(facts: Facts, params: Params, turn: Turn) -> Outcome:
    """May this employee's medical account pay this for the child? (who, what, where)

    Sources: JS25-2.2.1/2.2.2/2.2.3, JS24-4.4, WH24-3.2.2, CN24-4.5. Only what a text names is allowed; a relative or
    a use it does not name is “not written”, never a no.
    """
    use = facts.use or ("premium" if turn.intent == "ask_family_account_payment" else None)
    if use is not None and use not in params["uses"]:
        return Outcome("applies", "use_not_named", {"allowed": "not_stated"}, status="not_in_documents")
    by_reading = facts.payer in params.get("payers_by_reading", ())
    if facts.payer is not None and facts.payer not in params["payers"] and not by_reading:
        return Outcome("applies", "payer_not_named", {"allowed": "not_stated"}, status="not_in_documents")
    if facts.cross_province:
        if params.get("cross_province") == "promoted":
            return Outcome("applies", "cross_province", {"allowed": "depends_local"}, certainty="principle")
        return Outcome("applies", "place_not_named", {"allowed": "not_stated"}, status="not_in_documents")
    if use == "medical" and facts.child_enrolled is False:
        return Outcome("applies", "child_not_enrolled", {"allowed": "no"})
    if by_reading:
        return Outcome("applies", "payer_by_reading", {"allowed": "yes"}, certainty="inferred")
    key = "applies" if use is None else use
    return Outcome("applies", key, {"allowed": params["allowed"]})
