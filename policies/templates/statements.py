"""Provisions that are told or quoted, not computed; where the texts are silent, and where they disagree."""

from policies.facts import Facts
from policies.templates.outcome import DORMANT, DecisionQuery, Params, RuleOutcome


def _matches(facts: Facts, params: Params) -> bool:
    """Do the facts said meet every condition of `when`?"""
    return all(
        getattr(facts, name) in (wanted if isinstance(wanted, tuple) else (wanted,))
        for name, wanted in params["when"].items()
    )


def statement(facts: Facts, params: Params, turn: DecisionQuery) -> RuleOutcome:
    """A provision told as it stands; with `when`, only for those facts."""
    return RuleOutcome("applies") if _matches(facts, params) else DORMANT


def silent(facts: Facts, params: Params, turn: DecisionQuery) -> RuleOutcome:
    """The documents do not answer this; the nearest sentence is quoted so that nobody has to search it."""
    return RuleOutcome("applies", status="not_in_documents") if _matches(facts, params) else DORMANT


def silent_before(facts: Facts, params: Params, turn: DecisionQuery) -> RuleOutcome:
    """Care was given before a text began to speak: what held then is not written."""
    said = facts.service_date is not None or facts.service_year is not None
    return RuleOutcome("applies", status="not_in_documents") if said else DORMANT


def delegated(facts: Facts, params: Params, turn: DecisionQuery) -> RuleOutcome:
    """What the text leaves to a regulation that is not in the library, once a fact in `after` was said. JS25-2.4.6."""
    if all(getattr(facts, name) is None for name in params["after"]):
        return DORMANT
    return RuleOutcome("applies", "applies", {"waiting": "unknown", "coverage_start": "unknown"},
                   status="not_in_documents")  # fmt: skip


def _about_the_child(facts: Facts, params: Params, turn: DecisionQuery) -> bool:
    """Was one of `after` said (where given), of a child older than `not_for_newborns` days (where given)?"""
    if "after" in params and all(getattr(facts, name) is None for name in params["after"]):
        return False
    limit = params.get("not_for_newborns")
    if limit is None:
        return True
    if facts.birth_date is not None:
        return bool(((facts.paid_date or turn.as_of) - facts.birth_date).days > limit)
    return bool(facts.stage != "新生儿")


def differing(facts: Facts, params: Params, turn: DecisionQuery) -> RuleOutcome:
    """Grounds that cannot be reconciled, once a fact in `after` was said: both told with their dates, none chosen."""
    if not _about_the_child(facts, params, turn):
        return DORMANT
    return RuleOutcome("applies", "applies", {"waiting": "unknown", "coverage_start": "unknown"}, status="conflict")


def told_after(facts: Facts, params: Params, turn: DecisionQuery) -> RuleOutcome:
    """A provision told as it stands to a child of whom a fact in `after` was said; nothing is computed from it."""
    return RuleOutcome("applies") if _about_the_child(facts, params, turn) else DORMANT


def annual_document(facts: Facts, params: Params, turn: DecisionQuery) -> RuleOutcome:
    """The region's document speaks for one benefit year only; outside it nothing of it may be told (B-20).

    A newborn is left to the national principle instead.
    """
    if params.get("leave_newborns") and (facts.birth_date is not None or facts.stage == "新生儿"):
        return DORMANT
    return RuleOutcome("applies", status="not_in_documents")
