"""What the linter says of a draft, for somebody who never saw a file: which step, which entry by its words, what to do.
The linter's own words and code follow in small print, for the engineer."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from policies.counting import beijing_today
from portal.intake.content import DraftCase, DraftClause, DraftContent, DraftRule
from portal.intake.files import UNSIGNED, entry_at, files_of
from portal.intake.shapes import shapes
from portal.intake.trial import TrialProblem

_STEPS = {"doc.yml": "document", "fixes.yml": "text", "text.txt": "text", "raw.txt": "text"}
_FILES = {"cases": "试问", "rules": "规则", "clauses": "原句", "doc": "文件信息", "fixes": "原文"}
_FILE = re.compile(r"\b(cases|rules|clauses|doc|fixes)\.yml\b")
_WORD = re.compile(r"\b[A-Za-z][A-Za-z0-9_.-]{2,80}")
_BEGINNING = 24
"""Characters by which a quote is known."""


@dataclass(frozen=True)
class Complaint:
    """One problem. `step`: the page with the form that mends it, empty for files of others; `where`: the entry's name
    for people; `said`: what to do; `raw`: the linter's own words."""

    error: bool
    step: str
    where: str
    said: str
    code: str
    raw: str


def complaints(problems: tuple[TrialProblem, ...], content: DraftContent,
               questions: Mapping[str, Mapping[str, Any]]) -> list[Complaint]:  # fmt: skip
    """All of a trial, in its order."""
    names = {key: str(one["title"]) for key, one in questions.items()}
    files = files_of(content, UNSIGNED, beijing_today()) if problems else {}
    return [_of(problem, content, names, files) for problem in problems]


def rule_name(rule: DraftRule, titles: Mapping[str, str]) -> str:
    """什么时候缴费（新生儿）."""
    said = "、".join(titles.get(intent, intent) for intent in rule.intents)
    newborn = rule.newborn is True or shapes()[rule.shape].newborn
    return said + ("（新生儿）" if newborn else "（新生儿以外）" if rule.newborn is False else "")


def _of(problem: TrialProblem, content: DraftContent, titles: Mapping[str, str], files: Mapping[str, str]) -> Complaint:
    name = problem.file.rsplit("/", 1)[-1]
    raw = f"{problem.file}:{problem.line} {problem.message}"
    said = _plain(problem.message, content, titles)
    if name in _STEPS:
        step, where = _STEPS[name], "文件信息" if name == "doc.yml" else "原文"
        return Complaint(problem.error, step, where, said, problem.code, raw)
    if content.document.key not in name:
        return Complaint(problem.error, "", "别的文件", said, problem.code, raw)
    entry = _entry(problem, content, files)
    if isinstance(entry, DraftRule):
        step, where = f"rules?id={entry.id}", f"规则“{rule_name(entry, titles)}”"
        if problem.code == "E10":
            step = f"ask?intent={entry.intents[0]}"
            said = "这条规则还没有案例。去试问：问一个由它来答的例子，答得对就点“这样答是对的”。"
        elif problem.code == "W8":
            said = _unheard(problem.message.rsplit(" ", 2), content, titles)
    elif isinstance(entry, DraftClause):
        step, where = f"clauses?id={entry.id}", f"原句“{entry.quote[:_BEGINNING]}”"
    elif isinstance(entry, DraftCase):
        step, where = "ask", f"案例“{entry.name}”"
        said = said.removeprefix(f"{entry.name}：")
    else:
        kind = next(kind for kind in ("clauses", "rules", "cases") if name.startswith(kind))
        step, where = "ask" if kind == "cases" else kind, _FILES[kind]
    return Complaint(problem.error, step, where, said, problem.code, raw)


def _unheard(words: list[str], content: DraftContent, titles: Mapping[str, str]) -> str:
    own = next((rule for rule in content.rules if len(words) > 1 and rule.id == words[-2]), None)
    other = f"规则“{rule_name(own, titles)}”" if own else "别的规则"
    return f"这条规则没有一次轮到它说：试过的问题和案例都由{other}先答了。两条只留一条，或者改“说给谁”。"


def _entry(
    problem: TrialProblem, content: DraftContent, files: Mapping[str, str]
) -> DraftRule | DraftClause | DraftCase | None:
    name = problem.file.rsplit("/", 1)[-1]
    text = next((text for path, text in files.items() if path.endswith(name)), "")
    at = entry_at(text, problem.line)
    entries: Mapping[str, tuple[DraftRule | DraftClause | DraftCase, ...]] = {
        "clauses": content.clauses, "rules": content.rules, "cases": content.cases,
    }  # fmt: skip
    own = next((entries[kind] for kind in entries if name.startswith(kind)), ())
    return own[at] if at is not None and at < len(own) else None


def _plain(message: str, content: DraftContent, titles: Mapping[str, str]) -> str:
    """The linter's words with names in the place of codes and files."""
    known = dict(_names(content, titles))
    said = _FILE.sub(lambda found: f"“{_FILES[found.group(1)]}”", message)
    return _WORD.sub(lambda found: known.get(found.group().rstrip("."), found.group()), said)


def _names(content: DraftContent, titles: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield from ((key, f"“{title}”") for key, title in titles.items())
    yield from ((rule.id, f"规则“{rule_name(rule, titles)}”") for rule in content.rules)
    yield from ((clause.id, f"原句“{clause.quote[:_BEGINNING]}”") for clause in content.clauses)
