"""Looking over the whole: the matrix of questions and regions by ground, the gaps, and what a change changes."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from policies import places
from policies.answers import compose
from policies.decisions import Decision, decide, find_region
from policies.facts import Facts
from policies.layers import in_force
from policies.library import DatedRule, Fact, Library
from policies.templates.outcome import DecisionQuery

SIGNS = {"explicit": "●", "inferred": "●", "principle": "◐", "reported": "◐", "ambiguous": "◐"}
LEGEND = (
    "●写明或推出 ◐原则、转述或有歧义 ○文件未写 ✕说法冲突 摘＝据读过原文的摘要 报＝据官方发布的转述 →国＝引国家的规定"
)


def sign(made: Decision, library: Library) -> str:
    """● decided · ◐ principle, reported or open · ○ silent · ✕ conflict; 摘 or 报 by its ground, →国 when inherited."""
    if made.status == "conflict":
        return "✕"
    if made.status == "not_in_documents":
        return "○"
    return SIGNS[made.certainty] + ground_of(made, library) + ("→国" if made.inherited else "")


def ground_of(made: Decision, library: Library) -> str:
    """What an answer first rests on: a text (nothing said), a digest (摘), or what was only reported (报)."""
    first = library.ground(made.clauses[0]) if made.clauses else None
    if not isinstance(first, Fact):
        return ""
    return "报" if first.medium else "摘"


def matrix(library: Library, as_of: Mapping[str, date]) -> Iterator[tuple[str, list[str]]]:
    """Each question with the sign of each region, asked without facts on that region's day."""
    for intent in library.questions:
        row = []
        for region, day in as_of.items():
            row.append(sign(decide(intent, {}, region, day, library), library))
        yield intent, row


def provinces(library: Library, day: date) -> Iterator[tuple[str, Counter[str]]]:
    """Each province with how many questions it answers by what: its own, the nation's, both in conflict, none."""
    for place in places.provinces():
        if place.adcode[:2] in OUTSIDE:
            continue
        count: Counter[str] = Counter()
        for intent in library.questions:
            found = sign(decide(intent, {}, place.adcode, day, library), library)
            kind = "○" if found == "○" else "✕" if found == "✕" else "→国" if found.endswith("→国") else "本地"
            count[kind] += 1
        yield place.name, count


def everywhere(library: Library) -> set[str]:
    """Every province, and every place of which there is a document or a digest."""
    inside = {place.adcode for place in places.provinces() if place.adcode[:2] not in OUTSIDE}
    return inside | library.regions() | library.digested() | {places.NATION}


def told_apart(regions: Iterable[str], *libraries: Library) -> list[str]:
    """The first of those places that answer alike but for their name: of one level, with the same papers above them."""
    documented = {code for library in libraries for code in library.regions() | library.digested()}
    kept: dict[tuple[str, ...], str] = {}
    for region in sorted(regions):
        above = places.chain(region)
        kept.setdefault((above[0].level, *(p.adcode for p in above if p.adcode in documented)), region)
    return sorted(kept.values())


OUTSIDE = ("71", "81", "82")
"""台湾、香港、澳门 have health insurances of their own; nothing here is about them."""


@dataclass(frozen=True)
class Missing:
    """A document to bring first: how often people asked what it would answer, and what that is."""

    document: str
    region: str
    asked: int
    intents: tuple[str, ...]
    unlocks: str


def wanted(library: Library, asked: Mapping[tuple[str, str], int], day: date) -> list[Missing]:
    """The documents to bring first, by how often what they would answer was asked and is not answered by a text.

    Args:
        asked: (intent, region) → how often. Empty: every open question counts once.
    """
    found = [(w.document, w.region, w.intents, w.unlocks) for w in library.wanted]
    for paper in library.papers.values():
        facts = [f for f in library.facts.values() if f.paper == paper.id and (f.until is None or day <= f.until)]
        told = tuple(dict.fromkeys(i for f in facts for i in f.intents if i in library.questions))
        if facts and paper.confidence == "medium":
            found.append((f"{paper.name}（原件）", paper.region, told, "现在只有转述，有了原件就能写明、能计算、能印"))
    rows = []
    for document, region, intents, unlocks in found:
        open_ = tuple(i for i in intents if _open(i, region, day, library))
        count = sum(n for (intent, where), n in asked.items() if intent in open_ and _inside(where, region))
        rows.append(Missing(document, region, count if asked else len(open_), open_, unlocks))
    near = {row.region: -len(places.chain(row.region)) for row in rows}
    return sorted((r for r in rows if r.intents), key=lambda r: (-r.asked, near[r.region], r.region, r.document))


def _open(intent: str, region: str, day: date, library: Library) -> bool:
    """Is the question not answered by a text there?"""
    made = decide(intent, {}, region, day, library)
    silent = made.status in ("not_in_documents", "conflict")
    return silent or ground_of(made, library) == "报" or (made.inherited and region != places.NATION)


def _inside(where: str, region: str) -> bool:
    """Is a place the region or inside it? Whoever did not say where counts for the nation's documents."""
    if not where:
        return region == places.NATION
    return any(place.adcode == region for place in places.chain(where)) if places.get(where) else False


def gaps(library: Library) -> Iterator[tuple[str, str]]:
    """Each missing document with the region that misses it."""
    for source in library.sources.values():
        for missing in source.missing:
            yield places.full_name(source.region), missing


def out_of_force(
    intent: str, facts: Facts, region: str, as_of: date, library: Library
) -> Iterator[tuple[DatedRule, str]]:
    """Rules of the region and those above it that must not be quoted for this question, each with the reason.

    They were known on the day of asking, but their dates or their benefit year leave this caller out.
    """
    adcode = find_region(region)
    turn = DecisionQuery(intent, as_of, adcode)
    for place in places.chain(adcode):
        for rule in library.by_question.get((place.adcode, intent), ()):
            if rule.template == "annual_document" or rule.known_from > as_of or in_force(rule, facts, turn, library):
                continue
            if rule.version_by == "benefit_year":
                yield rule, f"只管 {rule.params['benefit_year']} 年度"
            elif rule.until is not None:
                yield rule, f"到 {rule.until.isoformat()} 为止"
            else:
                yield rule, f"从 {rule.since.isoformat()} 起才适用" if rule.since else "还没有适用"


def snapshot(library: Library, day: date, regions: list[str]) -> dict[str, dict[str, Any]]:
    """What every question answers without facts: for comparing before and after a change.

    Whether a region's papers are silent or not held at all is left out: it changes with the first paper everywhere.
    """
    leads = (library.phrases[name].split("{place}")[1] for name in ("silent_text", "no_papers"))
    lead = re.compile(f"^[^；]{{2,12}}(?:{'|'.join(map(re.escape, leads))})")
    found = {}
    for intent in library.questions:
        for region in regions:
            made = compose(decide(intent, {}, region, day, library), library)
            clauses = [citation.clause for citation in made.citations]
            found[f"{region} {intent}"] = {
                "status": made.status, "certainty": made.certainty, "headline": lead.sub("", made.headline),
                "lines": list(made.lines), "values": _plain(made.values), "clauses": clauses,
            }  # fmt: skip
    return found


def _plain(value: Any) -> Any:
    """As it comes back from a JSON file."""
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list | tuple) else value


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Each question whose answer changed: (where, before, after) in words."""
    for key in sorted(set(before) | set(after)):
        old, new = before.get(key), after.get(key)
        if old != new:
            short = _brief(old), _brief(new)
            yield key, *(short if short[0] != short[1] else (_in_full(old), _in_full(new)))


def _brief(answer: Mapping[str, Any] | None) -> str:
    if answer is None:
        return "（没有）"
    return f"[{answer['status']}/{answer['certainty']}] {answer['headline']} {'、'.join(answer['clauses'])}"


def _in_full(answer: Mapping[str, Any] | None) -> str:
    """With the further lines and the values: where the first sentence and the grounds are the same."""
    return f"{_brief(answer)} {'｜'.join(answer['lines'])} {answer['values']}" if answer else _brief(answer)
