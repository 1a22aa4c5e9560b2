"""Which year an answer speaks for, as it is said beside it."""

from collections.abc import Mapping
from typing import Any

from policies.library import Library


def year_said(answer: Mapping[str, Any], library: Library) -> str:
    """The year of its annual document, the one it computed, else that of the day of asking.

    Args:
        answer: an `Answer` as JSON data, as the doors have it.
    """
    documents, values = {c["document"] for c in answer["citations"]}, answer["values"]
    annual = [s.annual_year for s in library.sources.values() if s.number in documents and s.annual_year]
    if annual and answer["status"] != "not_in_documents":
        return f"{annual[0]}年度"
    reported = values.get("reported", {}).get("year")
    if reported is not None and answer["certainty"] == "reported":
        return f"{reported}年度"
    if "for_year" in values:
        return f"{values['for_year']}年度"
    return f"{answer['as_of'][:4]}年"
