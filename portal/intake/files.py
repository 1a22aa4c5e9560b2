"""A draft as the files of `policies/` it adds, in the shape of those that stand there; text.txt included."""

import difflib
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from portal.intake.content import DraftCase, DraftClause, DraftContent, DraftRule, PickedNumber
from portal.intake.numbers import NumberUnknown, with_placeholders
from portal.intake.shapes import shapes

UNSIGNED = "待签"
"""Stands where the second person's name will."""
WHO = "工作台"
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
"""A line as git counts them: it ends with \\n, and with nothing else."""
NATIONAL_NEWBORN = PickedNumber(value=90, clause="CN24-3.2", reads="90天内")


def files_of(content: DraftContent, signer: str, today: date) -> dict[str, str]:
    """Path below `policies/` → text.

    Args:
        signer: who signs the clauses; another person than whoever repaired the text.

    Raises:
        NumberUnknown: a sentence has a number that none of its clauses has.
        LibraryError: a repair does not fit its line.
    """
    key, region = content.document.key, content.document.region
    source, home = f"sources/{key}", f"regions/{region}"
    return {
        f"{source}/raw.txt": content.raw,
        f"{source}/fixes.yml": _fixes(content),
        f"{source}/doc.yml": _document(content),
        f"{source}/text.txt": content.text(),
        f"{home}/clauses-{key}.yml": _listed(content, "可引用的条款", (_clause(c, content, signer, today)
                                                                   for c in content.clauses)),
        f"{home}/rules-{key}.yml": _listed(content, "规则", (_rule(rule, content) for rule in content.rules)),
        f"{home}/cases-{key}.yml": _listed(content, "公开案例", map(_case, content.cases)),
    }  # fmt: skip


def _listed(content: DraftContent, what: str, entries: Iterable[str]) -> str:
    return f"# {content.document.number}：{what}。由工作台的“收文件”写成，要改在那里改。\n" + "".join(entries)


def _fixes(content: DraftContent) -> str:
    head = "# 对 raw.txt 的每一处修复：行号为原件物理行；text.txt 由 raw.txt 加本文件生成。\n"
    made = []
    for fix in content.fixes():
        lines = [f"{name}: {_said(value)}" for name, value in fix.model_dump(exclude_none=True).items()]
        made.append("- " + "\n  ".join(lines) + "\n")
    return head + "".join(made)


def _document(content: DraftContent) -> str:
    paper = content.document
    year = paper.issued_on[:4] if paper.issued_on else _year_of(paper.number)
    return "".join((
        f"code: {prefix_of(paper.key)}\nnumber: {_said(paper.number)}\ntitle: {_said(paper.title)}\n",
        f"issuers: {_said(paper.issuers)}\nregion: {_said(paper.region)}\nissued_on: {_said(paper.issued_on)}\n",
        f"year: {year}\nannual_year: {_said(paper.annual_year)}\nannual_from: {_said(paper.annual_from)}\n",
        f"cites: []\nmissing: []\nraw_sha256: {hashlib.sha256(content.raw.encode()).hexdigest()}\n",
    ))  # fmt: skip


def prefix_of(key: str) -> str:
    """What the ids of a paper's clauses begin with: wuhu-2026-31 → WUHU202631."""
    return key.upper().replace("-", "")


def _year_of(number: str) -> str:
    """The year in a number such as 芜医保发〔2026〕31号."""
    return next((number[at : at + 4] for at in range(len(number)) if number[at : at + 4].isdigit()), "2026")


def _clause(clause: DraftClause, content: DraftContent, signer: str, today: date) -> str:
    paper = content.document
    basis = "stated" if paper.effective else "issued_on" if paper.issued_on else "document_year"
    return (
        f"- id: {clause.id}\n  doc: {paper.key}\n  at: {_said(clause.at)}\n  quote: {_said(clause.quote)}\n"
        f"  gist: {_said(clause.gist)}\n  force: {clause.force}\n  intents: [{', '.join(clause.intents)}]\n"
        f"  from: {_said(paper.effective)}\n  to: null\n  from_basis: {basis}\n"
        f"  verified: {{by: {_said(signer)}, on: {_said(today.isoformat())}}}\n"
    )


def _rule(rule: DraftRule, content: DraftContent) -> str:
    """Typed sentences become words with placeholders, each with the clause its number is read from."""
    says, params = worded(rule, content)
    lines = [f"- id: {rule.id}", f"  intents: [{', '.join(rule.intents)}]", f"  template: {rule.shape}"]
    if content.document.annual_year:
        lines.append("  version_by: benefit_year")
    elif content.document.effective:
        lines += ["  version_by: as_of", f"  from: {_said(content.document.effective)}"]
    if any(clause.force != "must" for clause in content.clauses if clause.id in rule.clauses):
        lines.append("  certainty: principle")  # as weak as its weakest clause
    if rule.newborn is not None:
        lines.append(f"  newborn: {_said(rule.newborn)}")
    if params:
        lines += ["  params:", *(f"    {name}: {_param(picked)}" for name, picked in params.items())]
    lines += [f"  clauses: [{', '.join(rule.clauses)}]", "  say:"]
    for outcome, sentence in says.items():
        lines += [f"    {outcome}:", f"      headline: {_said(sentence)}"]
    return "\n".join(lines) + "\n"


def worded(rule: DraftRule, content: DraftContent) -> tuple[dict[str, str], dict[str, PickedNumber | dict[str, Any]]]:
    """The sentences of a rule with placeholders, and all its parameters. Raises NumberUnknown with all."""
    basis = [clause for clause in content.clauses if clause.id in rule.clauses]
    named: dict[str, PickedNumber] = dict(rule.picked)
    if "newborn_days" in shapes()[rule.shape].params and "newborn_days" not in named:
        named["newborn_days"] = NATIONAL_NEWBORN
    says: dict[str, str] = {}
    lacking: list[str] = []
    for outcome, sentence in rule.says.items():
        if sentence.strip():
            try:
                says[outcome], new = with_placeholders(sentence.strip(), basis, content.document.annual_year, named)
            except NumberUnknown as error:
                if not error.lacking:
                    raise
                lacking += error.lacking  # whoever writes sees all of them at once
                continue
            named |= new
    if lacking:
        raise NumberUnknown.of(lacking)
    first: dict[str, Any] = {}
    if content.document.annual_year:
        first["benefit_year"] = _benefit_year(content.document.annual_year, content)
    return says, {**first, **named}


def _benefit_year(year: int, content: DraftContent) -> dict[str, Any]:
    """Read from a clause that writes it; else it is what the whole paper is limited to."""
    for clause in content.clauses:
        words = next((words for words in (f"{year}年度", f"{year}年") if words in clause.quote), None)
        if words:
            return {"value": year, "clause": clause.id, "reads": words}
    return {"value": year, "assumption": f"这份文件只管{year}年度"}


def _param(picked: PickedNumber | dict[str, Any]) -> str:
    data = picked if isinstance(picked, dict) else picked.model_dump(exclude_defaults=True)
    return "{" + ", ".join(f"{name}: {_said(value)}" for name, value in data.items()) + "}"


def _case(case: DraftCase) -> str:
    return (
        f"- name: {_said(case.name)}\n  intent: {case.intent}\n  as_of: {_said(case.as_of)}\n"
        f"  facts: {_said(case.facts)}\n  expect: {_said(case.expect)}\n  cites: [{', '.join(case.cites)}]\n"
    )


def _said(value: Any) -> str:
    """A value as YAML; JSON is YAML, and quotes every text."""
    return json.dumps(value, ensure_ascii=False)


def entry_at(text: str, line: int) -> int | None:
    """Which entry of a list file (from 0) a line belongs to."""
    heads = sum(one.startswith("- ") for one in text.split("\n")[:line])
    return heads - 1 if heads else None


def patch_of(files: Mapping[str, str], standing: Callable[[str], str | None]) -> str:
    """The change as a patch that `git apply` takes. `standing`: what a file says now, None where there is none."""
    return "".join(line for path, text in sorted(files.items()) for line in _patched(path, standing(path), text))


def _patched(path: str, before: str | None, after: str) -> Iterator[str]:
    if before == after:
        return
    name = f"policies/{path}"
    yield f"diff --git a/{name} b/{name}\n"
    if before is None:
        yield "new file mode 100644\n"
    old = "/dev/null" if before is None else f"a/{name}"
    lines = (_LINE.findall(before or ""), _LINE.findall(after))
    yield from difflib.unified_diff(*lines, old, f"b/{name}")
