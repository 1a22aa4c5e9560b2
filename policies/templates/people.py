"""Who may do it and whose money may pay: near relatives by name, guardians, and those who act for them."""

from policies.facts import Facts
from policies.kin import OTHER, relation
from policies.templates.outcome import DecisionQuery, Params, RuleOutcome


def account_may_pay(facts: Facts, params: Params, turn: DecisionQuery) -> RuleOutcome:
    """May this employee's medical account pay this for the child? (who, what, where)

    Sources: JS25-2.2.1/2.2.2/2.2.3, JS24-4.4, WH24-3.2.2, CN24-4.5, CN-38-F1. Where a text says 近亲属, 民法典1045
    names them (`near_relatives`): grandparents, brothers and sisters are inferred, an uncle is none of them. Elsewhere
    a relative or a use the text does not name is “not written”, never a no.
    """
    use = facts.use or ("premium" if turn.intent == "ask_family_account_payment" else None)
    if use == "goods":  # milk powder, nappies: no text names them
        return RuleOutcome("applies", "goods", {"allowed": "not_stated"}, status="not_in_documents")
    if use is not None and use not in params["uses"]:
        return RuleOutcome("applies", "use_not_named", {"allowed": "not_stated"}, status="not_in_documents")
    kin = relation(facts.payer)
    by_law = "near_relatives" in params and kin in params["near_relatives"] and facts.payer not in params["payers"]
    if facts.payer is not None and facts.payer not in params["payers"] and not by_law and kin != "父母":
        if "near_relatives" in params and kin == OTHER:
            return RuleOutcome("applies", "not_near", {"allowed": "no"}, certainty="inferred", adds=("near_relatives",))
        return RuleOutcome("applies", "payer_not_named", {"allowed": "not_stated"}, status="not_in_documents")
    if facts.cross_province:
        if params.get("cross_province") == "promoted":
            return RuleOutcome("applies", "cross_province", {"allowed": "depends_local"}, certainty="principle")
        return RuleOutcome("applies", "place_not_named", {"allowed": "not_stated"}, status="not_in_documents")
    if use == "medical" and facts.child_enrolled is False:
        return RuleOutcome("applies", "child_not_enrolled", {"allowed": "no"})
    if by_law and kin != "父母":
        allowed = params.get("allowed_by_law", "yes")
        return RuleOutcome(
            "applies", "payer_by_reading", {"allowed": allowed}, certainty="inferred", adds=("near_relatives",)
        )
    return RuleOutcome("applies", "applies" if use is None else use, {"allowed": params["allowed"]})


def acts_for_child(facts: Facts, params: Params, turn: DecisionQuery) -> RuleOutcome:
    """Who may handle it for the child: the parents as guardians; others only as authorised.

    Sources: CN-CC-23 and 17 (guardians act), CN-CC-27 (who becomes guardian), CN-REG-30 (authorised handling).
    """
    kin = relation(facts.proxy)
    if facts.proxy is None:
        return RuleOutcome("applies", "applies", {"allowed": "depends_local"})
    if kin == "父母":
        return RuleOutcome("applies", "parents", {"allowed": "yes"})
    key = "next_in_line" if kin in params["next_in_line"] else "others"
    return RuleOutcome("applies", key, {"allowed": "depends_local"}, certainty="principle")
