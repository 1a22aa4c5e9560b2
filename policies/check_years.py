"""The linter of annual rules: no year is answered by another year's document, and no day by two.

E13 a rule, or one of its outcomes, rests on a document of another year, or its window cannot be that year's; E25 two
annual rules would answer the same question on the same day, so that the name of a file would choose. W9 the words of
a rule are those of an earlier year, letter by letter: did anybody read them beside the new document?
"""

from collections.abc import Iterator
from datetime import date
from itertools import combinations

from policies import library
from policies.facts import Facts
from policies.layers import in_force
from policies.library import DatedRule, Library
from policies.loading import Problem, YamlFile
from policies.schema import Rule
from policies.templates import TEMPLATES
from policies.templates.outcome import DecisionQuery

_EDGES = ((-1, 9, 1), (-1, 12, 31), (0, 1, 1), (0, 9, 1), (0, 12, 31))
"""Days on which a benefit year begins or ends to be meant: (years from it, month, day)."""


def check_year(rule: Rule, draft: library.LibraryDraft, file: YamlFile, index: int) -> Iterator[Problem]:
    """E13: an annual document's clause may carry only rules, and words, of its own year."""
    if rule.intents == ("ask_policy_source",):
        return
    year = rule.params.get("benefit_year")
    places = [(c, file.line_of(index, "clauses")) for c in rule.clauses]
    places += [(c, file.line_of(index, "say", key)) for key, say in rule.say.items() for c in say.clauses]
    for clause_id, line in dict.fromkeys(places):
        if clause_id not in draft.clauses or draft.clauses[clause_id][0].doc not in draft.documents:
            continue
        annual = draft.documents[draft.clauses[clause_id][0].doc].annual_year
        if annual is None or (year is not None and year.value == annual):
            continue
        if year is None:
            hint = (
                f"规则里加 version_by: benefit_year，params 里加 benefit_year: {{value: {annual}, clause: 写了"
                f"“{annual}年度”的那一条, reads: {annual}年度}}"
            )
        else:
            hint = f"这条规则写的是 {year.value} 年度，换成 {year.value} 年度文件的条款"
        yield file.problem(line, "E13", f"{clause_id} 只管 {annual} 年度：{hint}")


def check_window(rule: Rule, file: YamlFile, index: int) -> Iterator[Problem]:
    """E13: money for a year is collected from the year before it to its end; a window elsewhere is a slip."""
    year, opens, closes = (_value(rule, name) for name in ("benefit_year", "window_from", "window_to"))
    if not isinstance(year, int):
        return
    for name, day in (("window_from", opens), ("window_to", closes)):
        if isinstance(day, str) and day[:4] not in (str(year - 1), str(year)):
            hint = f"{name} 是 {day}，收的不会是 {year} 年度的：{year} 年度的钱在 {year - 1} 年和 {year} 年里收"
            yield file.problem(file.line_of(index, "params", name), "E13", f"{rule.id}：{hint}")
    if isinstance(opens, str) and isinstance(closes, str) and closes < opens:
        line = file.line_of(index, "params", "window_to")
        yield file.problem(line, "E13", f"{rule.id}：window_to {closes} 早于 window_from {opens}")


def _value(rule: Rule, name: str) -> object:
    param = rule.params.get(name)
    return param.value if param is not None else None


def check_two_years(draft: library.LibraryDraft, frozen: Library) -> Iterator[Problem]:
    """E25: no two annual rules of a region answer one question on one day while nothing was said of the child."""
    seen: set[tuple[str, str]] = set()
    for (_, intent), rules in frozen.by_question.items():
        annual = [rule for rule in rules if rule.version_by == "benefit_year" and rule.template != "annual_document"]
        for one, other in combinations(annual, 2):
            if not _rivals(one, other) or (one.id, other.id) in seen:
                continue
            day = next((day for day in _days(one, other, frozen) if _both(one, other, intent, day, frozen)), None)
            if day is None:
                continue
            seen.add((one.id, other.id))
            _, _, file, index = draft.rules[other.id]
            yield file.problem(file.line_of(index), "E25", (
                f"{other.id} 和 {one.id} 在 {day} 都回答 {intent}，先说哪条只看文件名：合成一条，"
                "或者用 stages、newborn、when 分开，或者写 exception_to"
            ))  # fmt: skip


def _rivals(one: DatedRule, other: DatedRule) -> bool:
    """Would nothing but their order choose between two rules?"""
    apart = one.exception_to == other.id or other.exception_to == one.id
    return not apart and (one.template, one.params["when"], one.newborn, one.stages, one.basis) == (
        other.template, other.params["when"], other.newborn, other.stages, other.basis)  # fmt: skip


def _days(one: DatedRule, other: DatedRule, frozen: Library) -> Iterator[date]:
    years = {rule.params["benefit_year"] for rule in (one, other)}
    opens = {s.annual_from for s in frozen.sources.values() if s.region == one.region and s.annual_year in years}
    edges = {date(year + more, month, day) for year in years for more, month, day in _EDGES}
    yield from sorted(edges | {day for day in opens if day is not None})


def _both(one: DatedRule, other: DatedRule, intent: str, day: date, frozen: Library) -> bool:
    turn = DecisionQuery(intent, day, one.region)
    return all(
        in_force(rule, Facts(), turn, frozen)
        and TEMPLATES[rule.template](Facts(), rule.params, turn).state in ("applies", "needs")
        for rule in (one, other)
    )


def check_copied_words(draft: library.LibraryDraft) -> Iterator[Problem]:
    """W9: what is said of a year is what was said of the year before."""
    annual = [(rule, region, file, index) for rule, region, file, index in draft.rules.values() if _year(rule)]
    for rule, region, file, index in annual:
        for other, where, _, _ in annual:
            same = where == region and other.template == rule.template and set(other.intents) & set(rule.intents)
            if same and _year(other) < _year(rule) and _words(other) == _words(rule):
                hint = f"话和 {other.id}（{_year(other)} 年度）一字不差，照新文件看过一遍没有"
                yield file.problem(file.line_of(index, "say"), "W9", f"{rule.id}：{hint}")
                break


def _year(rule: Rule) -> int:
    """The benefit year of an annual rule, 0 of any other."""
    found = _value(rule, "benefit_year")
    return found if isinstance(found, int) else 0


def _words(rule: Rule) -> dict[str, object]:
    return {key: say.model_dump(exclude={"clauses"}) for key, say in rule.say.items()}
