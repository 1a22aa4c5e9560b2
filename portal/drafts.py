"""Unanswered questions as a file for the policy people: what was asked, and empty entries in the shape they fill in.

A draft is a proposal on paper. It enters `policies/` only as a reviewed commit whose clauses a second person signed;
the linter (E16) refuses whoever repaired a text as its signer.
"""

from collections.abc import Sequence
from datetime import date
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted

from common.casebook import OpenQuestion
from policies.library import Library
from portal.templates import KINDS, day, place_name


def draft(questions: Sequence[OpenQuestion], author: str, today: date, library: Library) -> str:
    """The YAML of the drafts of these questions, one list entry each. `author` made it and may not sign it."""
    head = (
        f"# 知识草稿：{len(questions)} 条，{author} 于 {day(today)} 从热线台导出，依据政策版本 {library.stamp}。\n"
        "# 写法见 docs/policies.md。case 写好后贴进 policies/regions/<地区>/cases.yml，clause 贴进 clauses.yml。\n"
        f"# 起草人 {author} 不能在 verified.by 里签自己的名字：签核要另一个人。\n"
    )
    out = StringIO()
    yaml = YAML()
    yaml.width = 4096
    yaml.allow_unicode = True
    yaml.dump([_entry(one, author, today, library) for one in questions], out)
    return head + out.getvalue()


def _entry(question: OpenQuestion, author: str, today: date, library: Library) -> dict[str, Any]:
    region = question.region or ""
    return {
        "asked": Quoted(question.text),
        "source": Quoted(KINDS[question.kind]),
        "reason": Quoted(question.reason or ""),
        "asked_on": Quoted(question.at.date().isoformat()),
        "answered_with": Quoted(question.answer or ""),
        "region": Quoted(region),
        "region_name": Quoted(place_name(region) if region else "没有说地区"),
        "author": Quoted(author),
        "made_on": Quoted(today.isoformat()),
        "policies": Quoted(library.stamp),
        "case": {
            "name": Quoted(question.text[:40]),
            "intent": question.intent if question.intent in library.questions else None,
            "as_of": Quoted(today.isoformat()),
            "facts": {},
            "expect": {"status": None},
            "cites": [],
        },
        "clause": {
            "id": None, "doc": None, "at": None, "quote": None, "gist": None, "force": None, "intents": [],
            "from": None, "to": None, "from_basis": None, "verified": {"by": None, "on": None},
        },
    }  # fmt: skip
