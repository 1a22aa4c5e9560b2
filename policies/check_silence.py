"""Nobody may hear “the document does not say” of a sentence we hold.

E23 a clause is about a question that no rule of its region answers; E24 a rule comes to a result it has no words for;
E28 a general statement is not told to an older child, because the rule on newborns said that it is not about that one.
In all cases the assistant would fall back to the words of silence, and nothing else in the files looks wrong.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from policies import library
from policies.facts import Facts
from policies.layers import decide_layer, in_force
from policies.library import DatedRule, Library
from policies.loading import Problem
from policies.templates import TEMPLATES, TOLD
from policies.templates.outcome import DecisionQuery

_BINDING = ("must", "principle", "encouraged")
"""What a parent may be told; goals and instructions to offices need no rule."""
_OF_NEWBORNS = ("newborn_grace", "newborn_next_year_only", "newborn_two_texts")
_USUAL_LIMIT = 90
_SCHOOL_AGE = 8
_DAYS_OF_BIRTH = ((3, 1), (11, 1))
"""One outside the usual collection windows, one inside."""


def check_told(draft: library.LibraryDraft) -> Iterator[Problem]:
    """E23: every question a clause is about is answered by a rule of its region, or told as the digest it replaced."""
    answered = {(region, intent) for rule, region, *_ in draft.rules.values() for intent in rule.intents}
    digested = {fact.id for fact, *_ in draft.facts()}
    for clause, region, file, index in draft.clauses.values():
        if clause.force not in _BINDING or clause.id in digested:
            continue
        for intent in clause.intents:
            if intent in draft.questions and (region, intent) not in answered:
                hint = "在 rules.yml 给它写一条规则，或者从 intents 里去掉这个问题；不然助手会说本地的文件没写"
                line = file.line_of(index, "intents")
                yield file.problem(line, "E23", f"{clause.id}：没有一条规则回答 {intent}，{hint}")


def check_worded(draft: library.LibraryDraft, frozen: Library) -> Iterator[Problem]:
    """E24: whatever a computed rule can come to for the children below has a headline."""
    for rule, _, file, index in draft.rules.values():
        dated = frozen.rules[rule.id]
        if rule.template in TOLD or None in dated.params.values():
            continue
        for key in sorted(set(_unworded(dated, frozen))):
            line = file.line_of(index, "say")
            hint = "在 say 里补上；不然助手会说文件没有写"
            yield file.problem(line, "E24", f"{rule.id}：会得出 {key}，可是没有这种结果的 headline，{hint}")


def check_general(draft: library.LibraryDraft, frozen: Library) -> Iterator[Problem]:
    """E28: where a rule on newborns says no, an older child still hears what the region wrote for everybody."""
    seen: set[str] = set()
    for (region, intent), rules in frozen.by_question.items():
        for newborn in (rule for rule in rules if rule.template in _OF_NEWBORNS):
            year = newborn.params.get("benefit_year") or (newborn.since or date(2026, 1, 1)).year + 1
            paid = date(year, 3, 1)
            child = Facts(birth_date=date(year - _SCHOOL_AGE, 3, 1), paid_date=paid, paid_years=(year,))
            turn = DecisionQuery(intent, paid, region)
            found = decide_layer(frozen, region, child, turn)
            if found is None or found.status != "not_in_documents" or found.rule_id is not None:
                continue
            for told in rules:
                if told.id in seen or not _for_everybody(told) or not in_force(told, child, turn, frozen):
                    continue
                seen.add(told.id)
                _, _, file, index = draft.rules[told.id]
                yield file.problem(file.line_of(index, "template"), "E28", (
                    f"{told.id}：说了出生日期、缴费日期的大孩子听不到这一句，因为 {newborn.id} 先说了“不是新生儿”。"
                    "模板换成 told_after，params 里加 not_for_newborns: "
                    "{value: 365, assumption: 一周岁以内的看新生儿的规定}；只说给新生儿的，加一行 newborn: true"
                ))  # fmt: skip


def _for_everybody(rule: DatedRule) -> bool:
    return rule.template == "statement" and not rule.params["when"] and rule.newborn is not True and not rule.stages


def _unworded(rule: DatedRule, frozen: Library) -> Iterator[str]:
    """The keys of results that nobody words: not the rule, nor, while something is still asked, a general statement."""
    for intent in rule.intents:
        general = any(other.template in TOLD for other in frozen.by_question.get((rule.region, intent), ()))
        for facts, day in children(rule):
            turn = DecisionQuery(intent, day, rule.region)
            if not in_force(rule, facts, turn, frozen):
                continue
            found = TEMPLATES[rule.template](facts, rule.params, turn)
            if found.state == "applies" or (found.state == "needs" and not general):
                keys = (found.key, f"{found.key}/{intent}")
                if not any(rule.say.get(key, {}).get("headline") for key in keys):
                    yield found.key


def children(rule: DatedRule) -> Iterator[tuple[Facts, date]]:
    """Children at every edge of a newborn's limit and of a year, with the day of asking."""
    year = rule.params.get("benefit_year") or (rule.since or date(2026, 1, 1)).year + 1
    limit = rule.params.get("limit_days", _USUAL_LIMIT)
    for stage in (None, "新生儿", "小学"):
        yield Facts(stage=stage), date(year, 6, 1)
    for birth in (date(year, month, day) for month, day in _DAYS_OF_BIRTH):
        for asked in (-30, 10, limit + 30):
            yield Facts(birth_date=birth), birth + timedelta(days=asked)
        for wait in (-3, 5, limit - 1, limit, limit + 1, limit + 60, 400):
            paid = birth + timedelta(days=wait)
            for years in (None, (year,), (year + 1,), (year, year + 1)):
                yield Facts(birth_date=birth, paid_date=paid, paid_years=years), max(birth, paid)
    for paid in (date(year - 1, 11, 1), date(year, 1, 15), date(year, 3, 1), date(year, 11, 1)):
        for lapses in (None, (year - 1,), tuple(range(year - 4, year))):
            yield Facts(stage="小学", paid_date=paid, paid_years=(year,), lapse_years=lapses), paid
