"""Answer cards: a question decided for a child, a place and what is supposed, with a line of what was understood."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

from dialogue.decided import decided, decided_or_none
from dialogue.question_groups import COVERAGE, VISITS
from dialogue.reply import Card, Choices, Part, QuestionPart, Reply
from dialogue.state import ONLY, DialogueState, QuickReply, Standing
from dialogue.update import StateUpdate
from dialogue.verdicts import verdict_on
from dialogue.words import question_offer, words
from policies import places
from policies.answers import Answer, Citation, compose
from policies.counting import chinese_date
from policies.decisions import Decision
from policies.errors import FactError
from policies.facts import LABELS
from policies.library import default
from policies.sources import passage


def region_name(adcode: str | None) -> str:
    """江苏省苏州市 for people; nothing known is 全国."""
    return places.full_name(adcode or places.NATION)


ASK_OF_HERE = ("ask_nonlocal_enrollment", "ask_transfer")
"""Questions on whether a child of elsewhere may come here: asked of the family's place wherever it goes to school."""
WORDS_OF_A_CHILD = ("stage", "category", "transition")
"""Facts that are told by their word alone: 孤儿, 小学."""


def region_offers() -> tuple[QuickReply, ...]:
    """The places to tap when nobody said where they are."""
    return tuple(_place_offer(code) for code in default().offered())


def _place_offer(code: str) -> QuickReply:
    place = places.get(code)
    name = places.short_name(place.name) if place else code
    return QuickReply(name, f"我在{name}", "inform", {"region": code})


def place_offers(codes: tuple[str, ...]) -> tuple[QuickReply, ...]:
    """Places that share a name, to choose from."""
    return tuple(QuickReply(region_name(c), f"我在{region_name(c)}", "inform", {"region": c}) for c in codes[:6])


def judged(state: DialogueState, standing: Standing, day: date, today: date) -> str:
    """One sentence on whether a day of care is covered, or nothing where the rule computes no day for it."""
    try:
        decision = decided(state, standing, today)
    except FactError:
        return ""
    return verdict_on(decision, day, today, state.facts_of(standing.child))


def asked_about(state: DialogueState, intent: str, heard: StateUpdate) -> Standing:
    """What a question is about: the child now talked of or somebody else's, the family's place or another, and what is
    supposed in it."""
    supposed = dict(heard.supposed)
    region, elsewhere = state.region, False
    child = state.child
    if heard.relative and not heard.own and (state.relative or heard.place):
        relative = state.relative or {}
        region = heard.place or relative.get("region") or region
        elsewhere = region != state.region
        child = "他人" if relative.get("facts") or relative.get("of") else child
    elif heard.place is not None and not (heard.relative and heard.own):
        region, elsewhere = heard.place, heard.place != state.region
    elif region is None and not heard.own and (state.relative or {}).get("region") and not any(state.children.values()):
        region, elsewhere = (state.relative or {})["region"], True  # nobody but that family was ever spoken of
        child = "他人" if (state.relative or {}).get("facts") else child
    elif (
        intent not in ASK_OF_HERE
        and (heard.children or not heard.moved)  # no place was named for this very question
        and (there := _of_another_household(state, child)) is not None
    ):
        region, elsewhere = there, True
    elif region is None:  # a child lives where it goes to school, as long as nobody says otherwise
        region = state.facts_of(child).get("school_region")
    before = state.standing
    if before is not None and before.child == child and region is None and not heard.own and not state.relative:
        # The one place ever named, and nobody else's: the next question is about it too, and says so (`still_there`).
        region, elsewhere = before.region, before.elsewhere
    return Standing(intent, child, region, supposed, elsewhere)


def _of_another_household(state: DialogueState, child: str) -> str | None:
    """“一个在威海念二年级，一个在常州”: of several children, one that goes to school in another province is there."""
    school, here = state.children.get(child, {}).get("school_region"), state.region
    several = sum(bool(facts) for facts in state.children.values()) > 1
    return str(school) if several and school and here and school[:2] != here[:2] else None


def give(
    state: DialogueState, standing: Standing, today: date, *, lead: str = "", brief: bool = False, quote: bool = False,
    ask: bool = True, day: date | None = None, asked: str = "",
) -> tuple[DialogueState, list[Reply]]:  # fmt: skip
    """The answer to a standing question.

    Args:
        lead: a line before it.
        brief: the result alone, because the whole was just said.
        quote: with the very sentence, and that nothing else is written.
        asked: the words of a question the same answer answers again: with the line of it that is about them.
        ask: may one question follow?
        day: the day that was asked about, for a first sentence on it.
    """
    try:
        decision = decided(state, standing, today)
    except FactError as error:
        return _impossible(state, standing, error, today)
    wanted = next((fact for fact in decision.ask_for if _worth_asking(fact, state, standing)), None) if ask else None
    asking = replace(decision, ask_for=(wanted,) if wanted else ())
    answer = compose(asking)
    first = verdict_on(decision, day, today, state.facts_of(standing.child)) if day else ""
    if day and not first and standing.intent in VISITS:  # is that day covered at all, before what is paid of it
        first = judged(state, replace(standing, intent="ask_coverage_start"), day, today)
    card = Card(answer, "\n".join(line for line in (lead, first) if line))
    until = _deadline(state, standing, today)
    if brief:
        lines = [brief_text(asking, quote=quote, asked=asked), *([until.headline] if until and not quote else [])]
        card = replace(card, text="\n".join(lines))
    parts: list[Part] = [card]
    unplaced = standing.region is None and ask
    offers = tuple(question_offer(intent) for intent in answer.related)
    if unplaced:
        parts = [replace(card, ask=False), QuestionPart(words("which_region"))]
        offers = (*region_offers(), *offers[:2])
        wanted = "region"
    parts.append(Choices(offers))
    now = replace(state.answered(standing), expected=wanted, missed=0, unsettled=None)
    replies = [Reply(tuple(parts))]
    behind = _too_late(now, decision, standing, today)
    if not brief or "paid_date" in standing.supposed:
        behind = behind or _today(now, decision, standing, today)
    behind = (_until(until, standing) if not brief else None) or behind
    if behind is not None:
        replies = [replace(replies[0], parts=tuple(p for p in parts if not isinstance(p, Choices))), behind]
    return now, replies


def ask_region(state: DialogueState, replies: list[Reply]) -> tuple[DialogueState, list[Reply]]:
    """After several answers for nowhere: where they are, once."""
    *before, last = replies
    kept = tuple(part for part in last.parts if not isinstance(part, Choices))
    asking = replace(last, parts=(*kept, QuestionPart(words("which_region")), Choices(region_offers())))
    return replace(state, expected="region"), [*before, asking]


def brief_text(decision: Decision, *, quote: bool = False, asked: str = "") -> str:
    """The result in one or two sentences, with where it stands and whom to ask.

    Args:
        quote: with the very sentence, and that the documents say no more.
        asked: words of a question; the line of the whole answer that shares most with them comes along.
    """
    answer = compose(replace(decision, ask_for=()))
    source = f"（{answer.citations[0].document}）" if answer.citations and answer.status != "not_in_documents" else ""
    lines = [f"{answer.headline}{source}"]
    if answer.limits and answer.status == "decided":
        lines.append(answer.limits[0])
    lines += _counted(decision) if COUNTS.search(asked) else _about_them(asked, answer)
    if quote and answer.citations:
        lines.append(quoted(answer.citations[0]))
    if quote:
        lines.append(words("no_more_is_written"))
    elif answer.refer and answer.refer not in answer.headline:
        lines.append(words("ask_the_office"))
    return "\n".join(lines)


def _counted(decision: Decision) -> list[str]:
    """How the days were counted, and how many it is today from the birth."""
    born = decision.facts.birth_date
    days = (
        [words("days_since_birth", count=(decision.as_of - born).days, day=chinese_date(decision.as_of))]
        if born
        else []
    )
    return [*(words("counted_so", steps="；".join(decision.steps)) for _ in decision.steps[:1]), *days]


COUNTS = re.compile("怎么(?:数|算|个算法)|咋(?:数|算)|几天|多少天|第几天|当天算|含不含|算不算第")
"""“90天怎么数的”, “超了几天啊”: the way of counting is asked for."""
_SHARED = 2
"""Pairs of characters a line has in common with a question that is about it."""


def _about_them(asked: str, answer: Answer) -> list[str]:
    """The one line below the result that a question is about: “两项都占又是多少” after what is raised by how much."""
    asked = asked.replace("半年", "6个月")  # as the documents write it
    pairs = {one for one in map("".join, pairwise(asked)) if not set(one) & _NO_WORD}
    shared = {line: len(pairs & set(map("".join, pairwise(line)))) for line in answer.lines}
    best = max(shared, key=lambda line: shared[line], default="")
    if best and shared[best] >= _SHARED:
        return [best]
    if _SO_LONG.search(asked):
        return [line for line in answer.lines if _SO_LONG.search(line)][:1]  # “说必须三十天内办”: how long
    # One word is enough where a single line has any, and that is no advice on whom to ask.
    some = [line for line, count in shared.items() if count and not (answer.refer and answer.refer in line)]
    return some if len(some) == 1 else []


_SO_LONG = re.compile("(?:[0-9]{1,3}|[一二两三四五六七八九十半]{1,3})(?:天|日|个?月)(?:之?内|以?前|以后|左右)?")
_NO_WORD = frozenset(" ，。？！,.?!的是吗呢了不有多少几")


def in_full(citation: Citation) -> str:
    """What a citation says, not only the part the answer rests on: the whole sentence with the one before it."""
    sentence = default().sentences.get(citation.clause)
    return passage(sentence.doc, sentence.quote) if sentence and citation.basis == "text" else citation.said


def quoted(citation: Citation, quote: str = "") -> str:
    """The very sentence (`quote`, or the part the answer rests on) with its document and place."""
    if citation.basis != "text":
        return words("quoted_digest", title=citation.title, at=place_of(citation), quote=citation.said)
    return words("quoted", number=citation.document, at=place_of(citation), quote=quote or citation.quote)


def place_of(citation: Citation) -> str:
    """Where a sentence stands, without the heading's own quotation marks."""
    return citation.at.replace("“", "").replace("”", "")


def _worth_asking(fact: str, state: DialogueState, standing: Standing) -> bool:
    """Not what the parent would not tell, nor the birthday of a child already known to be at school, nor of others."""
    at_school = state.facts_of(standing.child).get("stage") not in (None, "新生儿", "学龄前")
    return fact not in state.declined and not (fact == "birth_date" and at_school) and standing.child != "他人"


def _deadline(state: DialogueState, standing: Standing, today: date) -> Answer | None:
    """How to enroll this very newborn includes until when: the day is computed as soon as the birthday is known."""
    of_relative = (state.relative or {}).get("facts", {}) if standing.child == "他人" else {}
    known = {**state.facts_of(standing.child), **of_relative, **standing.supposed}
    if standing.intent != "ask_newborn_enrollment" or "birth_date" not in known:
        return None
    supposed = {name: value for name, value in standing.supposed.items() if name != "paid_date"}  # of another answer
    decision = decided(state, replace(standing, intent="ask_payment_period", supposed=supposed), today)
    return compose(replace(decision, ask_for=())) if "deadline" in decision.values else None


def _until(deadline: Answer | None, standing: Standing) -> Reply | None:
    """The deadline as a bubble of its own."""
    if deadline is None:
        return None
    offers = tuple(question_offer(intent) for intent in default().questions[standing.intent]["related"])
    return Reply((Card(deadline, words("deadline_lead")), Choices(offers)))


def _too_late(state: DialogueState, decision: Decision, standing: Standing, today: date) -> Reply | None:
    """A supposed day of payment outside the window: from when it would count, besides that it is outside."""
    if (
        standing.intent not in ("ask_payment_period", "ask_benefit_year")
        or "paid_date" not in standing.supposed
        or decision.values.get("in_window")
    ):
        return None
    late = _if_late(state, standing, today)
    after = late or decided_or_none(state, replace(standing, intent="ask_coverage_start"), today)
    if after is None or after.status == "need_facts":
        return None
    offers = tuple(question_offer(intent) for intent in default().questions[standing.intent]["related"])
    lead = words("if_late" if late is not None else "then_from")
    return Reply((Card(compose(replace(after, ask_for=())), lead), Choices(offers)))


def _today(state: DialogueState, decision: Decision, standing: Standing, today: date) -> Reply | None:
    """What is certain where texts differ, or a day is needed: of who was covered before, and pays inside the window.

    Of a payment whose day nobody told that is one made today; whether this year is covered, where nobody told that
    either, is said to be supposed.
    """
    known = {**state.facts_of(standing.child), **standing.supposed}
    paid = date.fromisoformat(str(known.get("paid_date") or today))
    covered = {*(known.get("enrolled_years") or ()), *(known.get("paid_years") or ())} - {paid.year + 1}
    needs = decision.status == "need_facts" and paid.year in covered and "paid_date" not in known
    if standing.intent not in COVERAGE or not (decision.status == "conflict" or needs) or known.get("lapse_years"):
        return None
    if known.get("child_enrolled") is False and not covered:  # never enrolled: nothing goes on
        return None
    supposed = {**standing.supposed, "paid_date": paid.isoformat()}
    if max(covered, default=paid.year) == paid.year:  # covered that year; what is paid in its window is the next one's
        supposed |= {"enrolled_years": sorted(covered or {paid.year}), "paid_years": [paid.year + 1]}
    made = decided_or_none(state, replace(standing, supposed=supposed), today)
    if made is None or made.status != "decided" or not made.values.get("in_window"):
        return None
    lead = "if_today" if "paid_date" not in known else "if_covered"
    lead = lead if covered or lead == "if_covered" else "if_covered_today"
    offers = tuple(question_offer(intent) for intent in default().questions[standing.intent]["related"])
    return Reply((Card(compose(replace(made, ask_for=())), words(lead, year=paid.year)), Choices(offers)))


def _if_late(state: DialogueState, standing: Standing, today: date) -> Decision | None:
    """What is paid and waited for behind the window, where it is written; not of a newborn, unless the year is one that
    begins after the birth, which is collected as everybody's."""
    known = {**state.facts_of(standing.child), **standing.supposed}
    born, years = known.get("birth_date"), known.get("paid_years")
    if born and not (years and min(years) > date.fromisoformat(str(born)).year):
        return None
    late = decided_or_none(state, replace(standing, intent="ask_late_payment"), today)
    return late if late is not None and late.status == "decided" else None


def _impossible(
    state: DialogueState, standing: Standing, error: FactError, today: date
) -> tuple[DialogueState, list[Reply]]:
    """Two facts that cannot both be true: what was supposed goes first; what was told is asked about."""
    if error.field in standing.supposed:
        left = {name: value for name, value in standing.supposed.items() if name != error.field}
        now, replies = give(state, replace(standing, supposed=left), today, lead=f"{error.message}。")
        return now, replies
    cleared = state.with_facts(standing.child, **{error.field: None})
    text = words("contradiction", what=error.message)
    return replace(cleared, standing=replace(standing, supposed={}), expected=error.field), [
        Reply((QuestionPart(text),))
    ]


def noticed(before: DialogueState, heard: StateUpdate, *, everything: bool = False) -> str:
    """One line that says what was understood, so that a mishearing is seen at once; empty when nothing was told.

    Args:
        everything: also what is seldom misheard (stage, register, school), where no answer follows.
    """
    now = heard.state
    parts: list[str] = []
    if heard.place is not None and heard.place != now.region and not (heard.relative and heard.own):
        parts.append(f"说{region_name(heard.place)}")
    elif heard.moved and now.region:
        parts.append(f"按{region_name(now.region)}")
    theirs = (now.relative or {}).get("region")
    new = theirs not in (None, heard.place, now.region, (before.relative or {}).get("region"))
    if heard.relative and new and not heard.own:
        parts.append(f"说{region_name(theirs)}那边")
    apart = _places_of_each(before, heard)
    parts = [*apart, *parts[1:]] if apart else parts
    if now.child != before.child and now.child != ONLY and not apart:
        there = _of_another_household(now, now.child)
        where = f"（在{region_name(there)}上学）" if there else ""
        if not heard.moved and now.region and now.region != before.region:  # where that child is, not the other
            where = f"（在{region_name(now.region)}）"
        parts.append(f"说{now.child}{where}")
    parts += [_said_of_theirs(name, value) for name, value in heard.theirs.items()]
    parts += [
        _said_of_ours(now, name, value)
        for name, value in heard.told.items() if name.endswith(("_date", "_years", "recognised_in"))
    ]  # fmt: skip
    parts += _births_of_others(before, heard)
    if everything:
        parts += [_told_besides(name, value) for name, value in heard.told.items()]
    supposed = [
        said for name, value in heard.supposed.items() if name != "use" and value and (said := _said(name, value))
    ]
    if supposed:
        parts.append(f"假定{'、'.join(supposed)}")
    gone = [LABELS[name] for name in heard.dropped if name in ("paid_date", "registered_date")]
    if gone and now.child == before.child:
        parts.append(f"先前说的{gone[0]}早于出生，先不算了")
    kept = [part for part in parts if part]
    return f"好，{'、'.join(kept)}：" if kept else ""


def _places_of_each(before: DialogueState, heard: StateUpdate) -> list[str]:
    """“老大苏州 老二威海”: where each is, where a message tells of both."""
    places = {label: code for label, code in heard.state.regions.items() if label != ONLY and code}
    told = heard.moved and len(set(places.values())) > 1 and not before.regions and before.region is None
    return [f"{label}在{region_name(code)}" for label, code in places.items()] if told else []


def _births_of_others(before: DialogueState, heard: StateUpdate) -> list[str]:
    """Birthdays told in the same breath of children who are not talked of now: “一个4月30 一个5月1”."""
    known = {None, heard.told.get("birth_date"), *(facts.get("birth_date") for facts in before.children.values())}
    found = []
    for label, facts in heard.state.children.items():
        born = facts.get("birth_date")
        if label not in (ONLY, "他人", heard.state.child) and born not in known:
            found.append(f"{label}的{_said('birth_date', born).removeprefix('孩子的')}")
    return found


def _said_of_ours(state: DialogueState, name: str, value: Any) -> str:
    """孩子的出生日期2026年10月3日; of a sibling of the child talked of, whose it is: 大的的出生日期…"""
    said = _said(name, value)
    if state.facts.get(name) == value:
        return said
    of = next((label for label, facts in state.children.items() if label and facts.get(name) == value), "")
    return f"{of}的{said.removeprefix('孩子的')}" if of and said else said


def _said_of_theirs(name: str, value: Any) -> str:
    """那个孩子的出生日期2026年10月3日, 那个孩子是孤儿."""
    said = _said(name, value).removeprefix("孩子的")
    return f"那个孩子{'是' if name in WORDS_OF_A_CHILD else '的'}{said}" if said else ""


def _said(name: str, value: Any) -> str:
    if name.endswith("_date"):
        return f"{LABELS[name]}{chinese_date(date.fromisoformat(str(value)))}"
    if name.endswith("_years") and value:
        return f"{LABELS[name].replace('哪几年', '').replace('哪一年度的医保', '')}{'、'.join(map(str, value))}年"
    if name == "recognised_in":
        return f"困难身份在{region_name(str(value))}认定"
    if name in ("payer", "proxy", "stage", "category", "transition"):
        return "、".join(value) if isinstance(value, list | tuple) else str(value)
    return ""


def _told_besides(name: str, value: Any) -> str:
    if name == "household_region":
        return f"户口在{region_name(str(value))}"
    if name == "school_region":
        return f"在{region_name(str(value))}上学"
    return _said(name, value) if name in WORDS_OF_A_CHILD else ""


def same_as_before(
    was: DialogueState, before: Standing | None, state: DialogueState, standing: Standing, today: date
) -> bool:
    """Would the answer given in the state that was be given again, word for word, in the one that is?"""
    if before is None or (before.intent, before.child, before.region) != (
        standing.intent,
        standing.child,
        standing.region,
    ):
        return False
    try:
        old, new = decided(was, before, today), decided(state, standing, today)
    except FactError:
        return False
    return (old.rule_id, old.key, _plain(old.values)) == (new.rule_id, new.key, _plain(new.values))


def _plain(values: Mapping[str, Any]) -> str:
    return repr(sorted(values.items(), key=lambda item: item[0]))
