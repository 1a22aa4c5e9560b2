"""Why an answer does not rest on the draft it was asked of: the one reason that is so, with the page that mends it."""

from dataclasses import dataclass
from datetime import date

from policies.answers import Answer
from policies.benefit_years import benefit_year
from policies.counting import chinese_date
from policies.facts import Facts
from policies.layers import in_force
from policies.library import DatedRule, Library
from policies.telling import is_newborn
from policies.templates.outcome import DecisionQuery
from portal.intake.content import DraftContent


@dataclass(frozen=True)
class NotCited:
    """The reason in words. `step`: the page to go to, empty where the form at hand mends it."""

    said: str
    step: str = ""


def why_not(content: DraftContent, answer: Answer, facts: Facts, day: date, library: Library) -> NotCited | None:
    """None where a clause of the draft is cited."""
    own = {clause.id for clause in content.clauses}
    if any(citation.clause in own for citation in answer.citations):
        return None
    about = [rule.id for rule in content.rules if answer.intent in rule.intents]
    rules = [library.rules[key] for key in about if key in library.rules]
    if not rules:
        asked = dict(content.asked())
        if answer.intent in asked:
            return NotCited("这个问题勾了原句，还没写规则。", f"rules?q={answer.intent}#form")
        return NotCited("这份稿子没有一条原句勾了这个问题。", "clauses")
    known = min(rule.known_from for rule in rules)
    if known > day:
        return NotCited(f"这份文件{chinese_date(known)}才有，问的是{chinese_date(day)}：把“哪天问”改晚一些。")
    turn = DecisionQuery(answer.intent, day, content.document.region)
    standing = [rule for rule in rules if in_force(rule, facts, turn, library)]
    if not standing:
        return NotCited(_other_time(rules[0], facts, turn, library))
    newborn = is_newborn(facts, day)
    if newborn is not None and all(rule.newborn not in (None, newborn) for rule in standing):
        who = "新生儿以外的孩子" if newborn else "新生儿"
        return NotCited(f"规则只说给{who}，问的不是。", f"rules?id={standing[0].id}#form")
    if answer.status == "not_in_documents":
        return NotCited("规则写了，但算出来不管这个孩子这种情况（看看出生日期、缴费日期）。")
    return NotCited("规则写了，但这个孩子轮不到它说：别的规则先答了。", f"rules?id={standing[0].id}#form")


def _other_time(rule: DatedRule, facts: Facts, turn: DecisionQuery, library: Library) -> str:
    if rule.version_by == "benefit_year":
        asked = benefit_year(rule, facts, turn, library)
        return f"这份文件只管{rule.params['benefit_year']}年度，照填的日期问的是{asked}年度：改“哪天问”或缴费的年度。"
    since = f"{chinese_date(rule.since)}起" if rule.since else ""
    return f"这份文件{since}施行，问的那天不在里面：改“哪天问”。"
