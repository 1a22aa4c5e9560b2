"""The words of one decision: its rule's, its facts' own or those of silence, filled with the decided values.

Nothing here adds, subtracts or rephrases a number. What a channel makes of the words is not known here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from string import Formatter
from typing import Any

from policies import places
from policies.counting import chinese_date
from policies.decisions import Decision, grounds_of
from policies.library import DatedRule, Fact, Library
from policies.telling import collects_next, years_meant

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_OLD_DAYS = 540
"""After so many days a reported fact that is not bound to a year is told with its age."""


class _Filler(Formatter):
    """Puts decided values into words: ISO dates become Chinese dates, a missing name is an error in the file."""

    def fill(self, text: str, context: Mapping[str, Any]) -> str:
        """Most sentences have no place for a value: they are not taken apart."""
        return self.vformat(text, (), context) if "{" in text or "}" in text else text

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, date):
            return chinese_date(value)
        if isinstance(value, str) and _ISO.fullmatch(value):
            return chinese_date(date.fromisoformat(value))
        if isinstance(value, tuple | list):
            return "、".join(self.format_field(v, "") for v in value)
        return str(value)


_FILLER = _Filler()


@dataclass
class WordedDecision:
    """The words of one decision, filled in."""

    headline: str
    plain: tuple[str, ...]
    lines: tuple[str, ...]
    steps: tuple[str, ...]
    limits: tuple[str, ...]


def words_of(decision: Decision, library: Library) -> WordedDecision:
    """The words of a decision by itself: its rule's, its facts' own, or those of silence."""
    rule = library.rules[decision.rule_id] if decision.rule_id else None
    context = _context(rule, decision, library)
    if rule is None and decision.told:
        return _told(decision, context, library)
    said = _said(rule, decision) if rule is not None else {}
    if not said.get("headline"):
        return _silence(decision, context, library)

    def fill(texts: Any) -> tuple[str, ...]:
        return tuple(_LAST_DAY.sub(LAST_DAY, _FILLER.fill(text, context)) for text in _for_child(texts, decision))

    found = WordedDecision(fill([said["headline"]])[0], fill(said["plain"]), fill(said["lines"]), fill(said["steps"]),
                   fill(said["limits"]))  # fmt: skip
    assert rule is not None
    for name in decision.adds:
        more = rule.say[name]
        found.lines += fill(more["lines"])
        found.steps += fill(more["steps"])
        found.limits += fill(more["limits"])
    past = tuple(_past(key, context, library) for key in decision.history)
    found.lines += past
    found.plain += past if found.plain else ()
    if decision.status == "not_in_documents":
        found.lines += fill([library.phrases["next_step"]])
    stands_in = (decision.inherited and decision.status != "not_in_documents") or decision.silent_in is not None
    if rule.basis == "digest" and stands_in:
        found.headline = _lead(decision, library) + found.headline
    return found


def _lead(decision: Decision, library: Library) -> str:
    """Whose papers are silent, said before the nation's rule: “江苏的文件没写；”."""
    if decision.silent_in:
        return library.phrases["silent_text"].format(place=_short(decision.silent_in))
    return library.phrases["no_papers"].format(place=_short(decision.adcode))


@lru_cache(maxsize=4096)
def _short(adcode: str) -> str:
    """江苏, 南京: how a place is called in a sentence."""
    place = places.get(adcode)
    return places.short_name(place.name) if place else adcode


_LAST_DAY, LAST_DAY = re.compile("(?:今天到那天|离结束)?还有0天"), "今天是最后一天"
"""Nobody is told that there are 0 days left."""
_in_full = lru_cache(maxsize=4096)(places.full_name)
"""江苏省苏州市: asked for with every answer."""


def _said(rule: DatedRule, decision: Decision) -> dict[str, Any]:
    """The words for this outcome: those for this very question over those for all."""
    found: dict[str, Any] = {"headline": None, "plain": (), "lines": (), "steps": (), "limits": ()}
    for key in (decision.key or "applies", f"{decision.key or 'applies'}/{decision.intent}"):
        for name, value in rule.say.get(key, {}).items():
            if value and name in found:
                found[name] = value if name == "headline" else tuple(value)
    return found


def _for_child(texts: Any, decision: Decision) -> Iterator[str]:
    """The lines that are for this child: one for other stages only is left out."""
    for text in texts:
        if isinstance(text, str):
            yield text
        elif decision.facts.stage is None or decision.facts.stage in text["stages"]:
            yield text["text"]


def _told(decision: Decision, context: Mapping[str, Any], library: Library) -> WordedDecision:
    """Facts told as they stand, the first as the direct sentence."""
    first, *rest = (_fact_line(key, library, decision.as_of) for key in decision.told)
    lines = (*rest, *(_past(key, context, library) for key in decision.history))
    lead = ""
    if decision.silent_in or (decision.inherited and decision.adcode != places.NATION):
        lead = _lead(decision, library)
    return WordedDecision(lead + first, (), lines, (), ())


def _fact_line(key: str, library: Library, day: date) -> str:
    """One fact: as reported where its document was not read; of a collection window, whether it is over or open."""
    fact = library.facts[key]
    lead = library.phrases["reported"] if fact.medium else ""
    last = max((str(fact.values[name]) for name in _CLOSES if name in fact.values), default="")
    opens, closes = (str(fact.values.get(name, "")) for name in ("from", "to"))  # an extension is only possible
    said = ""
    if last and last < day.isoformat():
        said = library.phrases["window_over"]
    elif opens and opens <= day.isoformat() <= closes:
        left = (date.fromisoformat(closes) - day).days
        said = library.phrases["window_open" if left else "window_ends"].format(left=left)
    return f"{lead}{fact.fact.removesuffix('。')}{said}。" if said else f"{lead}{fact.fact}"


_CLOSES = ("to", "until", "extend_to")
"""Values of a fact that say on which day a collection window closes."""


def _past(key: str, context: Mapping[str, Any], library: Library) -> str:
    """A fact of an earlier year, told as history."""
    fact = library.facts[key]
    return library.phrases["history"].format(**{**context, "fact": fact.fact.rstrip("。"), "year": fact.year})


def _silence(decision: Decision, context: Mapping[str, Any], library: Library) -> WordedDecision:
    """The short card: what is not written, the history if there is one, and how to ask."""
    kind = "conflict" if decision.status == "conflict" else "silence"
    lines = [_past(key, context, library) for key in decision.history]
    if kind == "silence":
        lines.append(library.phrases["next_step"])
    return WordedDecision(
        _FILLER.fill(library.phrases[f"{kind}_headline"], context), (),
        tuple(_FILLER.fill(line, context) for line in lines), (), (),
    )  # fmt: skip


def side_by_side(decision: Decision, own: WordedDecision, library: Library) -> WordedDecision:
    """Grounds that disagree: each with whose it is, nothing chosen."""
    context = _context(None, decision, library)
    own_lines = []
    if decision.rule_id is not None or decision.told:
        own_lines = [_whose(decision, own.headline, library), *own.lines]
    sides = [tuple(beside(one, decision, library)) for one in decision.beside]
    others, firsts = [line for side in sides for line in side], [side[0] for side in sides]
    shown = set(decision.told) | {c for one in decision.beside for c in grounds_of(one, library)}
    more = [key for key in decision.clauses if key in library.facts and key not in shown]
    added = [_fact_line(key, library, decision.as_of) for key in more if decision.told]
    if decision.rule_id is not None and decision.key is not None and not decision.beside:
        return own
    headline = _FILLER.fill(library.phrases["conflict_headline"], context)
    lines = tuple(dict.fromkeys((*own_lines, *others, *added)))
    return WordedDecision(headline, (headline, *own_lines[:1], *firsts), lines, own.steps, own.limits)


def _whose(decision: Decision, text: str, library: Library) -> str:
    """A sentence with the region whose rule it is, unless it says so itself."""
    home = library.home(decision.clauses[0]) if decision.clauses else decision.adcode
    name = "国家" if home == places.NATION else _short(home)
    return text if name in text[:12] else f"{name}的规定：{text}"


def beside(one: Decision, main: Decision, library: Library) -> Iterator[str]:
    """What is told after the main answer, each sentence with whose it is."""
    words = words_of(replace(one, inherited=False), library)
    yield words.headline if one.status == "not_in_documents" else _whose(one, words.headline, library)
    if one.told or main.rule_id is None:
        yield from words.lines


def _context(rule: DatedRule | None, decision: Decision, library: Library) -> dict[str, Any]:
    region = _in_full(decision.adcode)
    context: dict[str, Any] = {name: value for name, value in vars(decision.facts).items() if value is not None}
    if rule is not None:
        context.update({k: v for k, v in rule.params.items() if k != "when"})
    context.update(decision.values)
    context.update(_documents(decision, library))
    question = library.questions[decision.intent]
    office = "当地医保经办机构" if decision.adcode == places.NATION else f"{region}的医保经办机构"
    context.update(region=region, office=office, hotline=library.hotline, as_of=decision.as_of,
                   question=question["title"], ask=question["say"], short=_short(decision.adcode))  # fmt: skip
    return context


def _documents(decision: Decision, library: Library) -> dict[str, Any]:
    """The first cited document's number, title and date, and the numbers of the others."""
    found = [library.sources[s.doc] for clause in decision.clauses if (s := library.sentences.get(clause))]
    if not found:
        return {}
    first = found[0]
    return {
        "document": first.number, "document_title": first.title, "document_date": first.issued_on or "（未载明）",
        "annual_year": first.annual_year,
        "other_documents": "、".join(dict.fromkeys(s.number for s in found if s.number != first.number)),
    }  # fmt: skip


_SUMS = ("ask_premium", "ask_late_payment")
"""Questions whose answer is a sum of one year."""


def common_limits(decision: Decision, grounds: tuple[str, ...], library: Library) -> Iterator[str]:
    """What holds for every answer of a kind: whose rule it is, how firm, how old."""
    phrases = library.phrases
    if decision.status == "not_in_documents":
        return
    facts = [ground for key in grounds if isinstance(ground := library.ground(key), Fact)]
    main = [ground for key in decision.clauses[:1] if isinstance(ground := library.ground(key), Fact)]
    if decision.inherited and not main:
        here = any(one.adcode != places.NATION and one.status != "not_in_documents" for one in decision.beside)
        said = phrases["inherited_beside" if here else "inherited"]
        yield _FILLER.fill(said, _context(None, decision, library))
    elif main:
        yield _FILLER.fill(phrases["digest"], _context(None, decision, library))
    elif decision.certainty == "principle" and decision.status == "decided":
        yield phrases["principle"]
    if decision.certainty == "ambiguous" and decision.status == "decided":
        yield phrases["ambiguous"]
    if notice := _past_notice(facts, decision):
        yield phrases["of_notice"].format(year=notice)
    if year := _running_year_only(facts, decision):
        yield phrases["running_year_only"].format(year=year, following=year + 1)
    if old := _oldest(facts, decision.as_of):
        yield phrases["old"].format(year=old)
    region = library.home(decision.clauses[0]) if decision.clauses else decision.adcode
    below = decision.adcode not in (region, places.NATION) and region != places.NATION
    if below and library.questions[decision.intent]["local_details"] and not decision.beside:
        yield phrases["city_papers"].format(upper=_short(region), place=_short(decision.adcode))


def _past_notice(facts: list[Fact], decision: Decision) -> int | None:
    """The year of a notice that speaks of a benefit year before those meant."""
    meant = min(years_meant(decision.facts, decision.as_of))
    return max((f.of_notice for f in facts if f.of_notice is not None and f.of_notice < meant), default=None)


def _running_year_only(facts: list[Fact], decision: Decision) -> int | None:
    """The running year, where a sum of it is told on a day on which the next one is collected, and nobody said which
    year is meant."""
    year = decision.as_of.year
    own = {fact.year for fact in facts if fact.year is not None}
    asked = decision.intent in _SUMS and not decision.facts.paid_years and decision.facts.paid_date is None
    return year if asked and collects_next(decision.as_of) and max(own, default=0) == year else None


def _oldest(facts: list[Fact], day: date) -> int | None:
    """The year from which an old reported fact speaks, where it is bound to no year of its own."""
    old = [f.known_from.year for f in facts if f.medium and f.year is None and f.until is None
           and (day - f.known_from).days > _OLD_DAYS]  # fmt: skip
    return min(old, default=None)
