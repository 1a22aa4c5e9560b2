"""Looking over the whole: the matrix of questions and regions, the gaps, and what a change changes."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from policies import places
from policies.answers import compose
from policies.decisions import decide
from policies.library import Library

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
