"""What changed in a draft since it was sent back: for the signer, who should not have to read everything again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.intake.complaints import rule_name
from portal.intake.content import DraftContent
from portal.intake.guesses import FORCES
from portal.intake.told import read_aloud

_LABELS = {"number": "文号", "title": "标题", "region": "地区", "issuers": "机关", "issued_on": "成文日期",
           "annual_year": "年度", "annual_from": "从哪天起收", "effective": "施行"}  # fmt: skip


@dataclass(frozen=True)
class ChangeSince:
    """One thing that is otherwise; `before` is empty for what is new, `after` for what is gone."""

    what: str
    before: str
    after: str


def since(content: DraftContent, titles: Mapping[str, str]) -> list[ChangeSince]:
    """Every difference to what was sent back; none where the draft never was."""
    sent = content.sent_back
    if sent is None:
        return []
    parts = {name: getattr(sent, name) for name in ("document", "clauses", "rules", "cases", "repairs")}
    old, new = (_told(one, titles) for one in (content.model_copy(update=parts), content))
    return [ChangeSince(what, old.get(key, ("", ""))[1], new.get(key, ("", ""))[1])
            for key in dict.fromkeys((*old, *new)) if old.get(key) != new.get(key)
            for what in [(new.get(key) or old[key])[0]]]  # fmt: skip


def _told(content: DraftContent, titles: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    return dict(_entries(content, titles))


def _entries(content: DraftContent, titles: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Each thing of a draft by a key that stays: its name for people, and what it says."""
    for name, label in _LABELS.items():
        yield name, (f"文件信息：{label}", _said(getattr(content.document, name)))
    for number, repair in enumerate(content.repairs):
        yield f"repair {number}", ("改过的原文", f"第 {repair.line} 段 {repair.how} {repair.before} → {repair.after}")
    for clause in content.clauses:
        about = "、".join(titles.get(intent, intent) for intent in clause.intents)
        yield clause.id, (f"原句 {clause.id}", f"“{clause.quote}”（{clause.at}；{FORCES[clause.force]}；{about}）")
    aloud = read_aloud(content)
    for rule in content.rules:
        said = " ".join(aloud[rule.id].values())
        yield rule.id, ("规则", f"{rule_name(rule, titles)}：{said}（依据 {'、'.join(rule.clauses)}）")
    for case in content.cases:
        yield f"case {case.name}", ("案例", f"{case.name} 答：{case.said}")


def _said(value: Any) -> str:
    return "、".join(value) if isinstance(value, tuple) else str(value or "")
