"""Looking over the whole: the matrix of questions and regions, the gaps, and what a change changes."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from policies import places
from policies.answers import compose
from policies.decisions import decide, find_region, in_force
from policies.facts import Facts
from policies.library import DatedRule, Library
from policies.templates.outcome import Turn

SIGNS = {"explicit": "●", "inferred": "●", "principle": "◐", "ambiguous": "◐"}


def sign(status: str, certainty: str, *, inherited: bool) -> str:
    """● decided · ◐ principle · ○ silent · ✕ conflict; →国 when the nation's text stands in."""
    if status == "conflict":
        return "✕"
    if status == "not_in_documents":
        return "○"
    return SIGNS[certainty] + ("→国" if inherited else "")


def matrix(library: Library, as_of: Mapping[str, date]) -> Iterator[tuple[str, list[str]]]:
    """Each question with the sign of each region, asked without facts on that region's day."""
    for intent in library.questions:
        row = []
        for region, day in as_of.items():
            made = decide(intent, {}, region, day, library)
            row.append(sign(made.status, made.certainty, inherited=made.inherited))
        yield intent, row


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
    turn = Turn(intent, as_of, adcode)
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
    """What every question answers without facts: for comparing before and after a change."""
    found = {}
    for intent in library.questions:
        for region in regions:
            made = compose(decide(intent, {}, region, day, library), library)
            clauses = [citation.clause for citation in made.citations]
            found[f"{region} {intent}"] = {
                "status": made.status, "certainty": made.certainty, "headline": made.headline,
                "lines": list(made.lines), "values": dict(made.values), "clauses": clauses,
            }  # fmt: skip
    return found


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Each question whose answer changed: (where, before, after) in words."""
    for key in sorted(set(before) | set(after)):
        old, new = before.get(key), after.get(key)
        if old != new:
            yield key, _brief(old), _brief(new)


def _brief(answer: Mapping[str, Any] | None) -> str:
    if answer is None:
        return "（没有）"
    return f"[{answer['status']}/{answer['certainty']}] {answer['headline']} {'、'.join(answer['clauses'])}"
