"""Another question than the one that stands: the one whose answer turns on what a message told, or that it asks."""

from __future__ import annotations

import re
from dataclasses import replace

from dialogue.answering import asked_about, same_as_before
from dialogue.children import is_baby
from dialogue.decided import decided_or_none
from dialogue.question_groups import BY_WHEN, COVERED_FROM, PAYMENTS, UNBORN
from dialogue.questions.asked import BY_ITSELF, PARAMETERS
from dialogue.questions.carried_over import goes_on_from_before
from dialogue.state import DialogueState, Standing
from dialogue.turn import Situation
from policies.answers import compose
from policies.library import default

OTHERWISE = 0.25
"""Probability of a question, read alone, from which a fragment that changes nothing asks it."""
HARDLY = 0.02
"""The same in the conversation."""


def told_for_another(s: Situation, standing: Standing) -> Standing | None:
    """The earlier question whose answer changes by what was told, when the standing one does not: “大宝我只交了27年的”.

    That is when a payment counts from, where an answer before was of payments; else the newest of those before that
    turns on it. None when no answer before does.
    """
    told = {name for name in s.heard.told if name.endswith(("_date", "_years"))} - {"visit_date"}
    if not told or s.before.expected in told or s.heard.moved or s.heard.place or s.heard.relative:
        return None
    unsaid = s.state.with_facts(s.state.child, **{n: s.before.facts_of(s.state.child).get(n) for n in told})
    of_year = standing.intent == BY_WHEN and "paid_years" in told and is_baby(s.state.facts, s.today)
    if not of_year and _turns(s, standing, unsaid):  # in time, but “只交了27的”: from when it counts is the news
        return None
    said = [one.intent for one in s.before.earlier if one.intent in default().questions]
    of_payments = {standing.intent, *said} & set(PAYMENTS) and told & {"paid_date", "paid_years"}
    for intent in dict.fromkeys([*([COVERED_FROM] if of_payments else []), *said]):
        other = goes_on_from_before(s, asked_about(s.state, intent, s.heard))
        made = decided_or_none(s.state, other, s.today)
        if intent != standing.intent and made is not None and made.status != "need_facts" and _turns(s, other, unsaid):
            return other
        if of_year:
            break
    return None


def _turns(s: Situation, standing: Standing, unsaid: DialogueState) -> bool:
    """Is the answer another than it would be had the message told nothing?"""
    now = decided_or_none(s.state, standing, s.today, silent=True)
    then = decided_or_none(unsaid, standing, s.today, silent=True)
    return now is None or then is None or (now.rule_id, now.key, now.values) != (then.rule_id, then.key, then.values)


def offered_and_turns_on_it(s: Situation) -> Standing | None:
    """The question offered beside the last answer that turns on the day just told, when the answer itself does not."""
    if not any(name.endswith("_date") for name in s.heard.told):
        return None
    if "birth_date" in s.heard.told and not is_baby(s.state.facts, s.today):
        return None  # on the birthday of an older child turns nothing but what holds for newborns
    for offer in s.before.offers:
        if offer.intent not in default().questions:
            continue
        other = goes_on_from_before(s, asked_about(s.state, offer.intent, s.heard))
        now = decided_or_none(s.state, other, s.today)
        if now is not None and not same_as_before(s.before, other, s.state, other, s.today):
            return other
    return None


def asked_otherwise(s: Situation) -> Standing | None:
    """The question a fragment asks that changes nothing in the standing one; None when no likely one has an answer."""
    assert s.before.standing is not None
    if any(mention.kind == "place" for mention in s.reading.mentions):
        return None  # “太仓自己有没有”: the same, of a place
    if _names_what_was_said(s, s.before.standing):
        return None  # “急诊呢”, after “急诊抢救视同已备案”
    for name in _likely(s, s.before.standing.intent):
        if name == s.before.standing.intent:
            continue
        if name == UNBORN and not s.reading.of("pregnant", "due") and not s.state.unborn:
            continue
        other = goes_on_from_before(s, asked_about(s.state, name, s.heard))
        if decided_or_none(s.state, other, s.today) is not None:
            return other
    return None


def _names_what_was_said(s: Situation, standing: Standing) -> bool:
    """Is a fragment but a word that the answer which stands speaks of itself?"""
    said = _OF_IT.fullmatch(s.reading.text.strip(" ？?。"))
    made = decided_or_none(s.state, standing, s.today) if said else None
    if said is None or made is None:
        return False
    answer = compose(replace(made, ask_for=()))
    return said["word"] in "\n".join((answer.headline, *answer.lines))


_OF_IT = re.compile("(?:那|那么)?(?P<word>[\u4e00-\u9fff]{2,4}?)(?:的|了)?(?:呢|咧|捏|怎么说)")


def _likely(s: Situation, standing: str) -> list[str]:
    """The questions a fragment may ask, likeliest first: those it is likely to ask when read alone, then those that are
    likelier in the conversation than the standing one, which is asked whenever a fragment leans on it."""
    known, here = default().questions, dict(s.reading.ranking)
    alone = [
        n for n, p in s.reading.alone
        if n in known and (p >= BY_ITSELF or (p >= OTHERWISE and here.get(n, 0.0) >= HARDLY / 4))
    ]  # fmt: skip
    varies = any(mention.kind in PARAMETERS for mention in s.reading.mentions)
    least = max(OTHERWISE if varies else HARDLY, here.get(standing, 0.0))
    return list(dict.fromkeys([*alone, *(n for n, p in s.reading.ranking if n in known and p > least)]))
