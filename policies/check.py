"""The linter an official relies on: every complaint names file, line, check and what to do.

Codes follow docs/policies.md: E1 keys, E2 dates, E3 sources, E4 quotes, E5 values, E6 force, E7 region, E8 edges,
E10 cases, E12 questions, E14 noise, E15 dates of cases, E16 one signer, E17 digits in words; of digests
(`check_digests`) E18 copied words, E19 numbers, E20 reported only, E21 last day, E22 sites; held but told as silence
(`check_silence`) E23 no rule, E24 no words, E28 not for older children; of annual rules (`check_years`) E13 another
year, E25 two on one day; of values (`check_params`) E26 lacking, E27 unknown words. Warnings (W) do not fail.
"""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Any

from policies import library, loading, places, sources
from policies.answers import compose
from policies.check_digests import check_digests, check_grounds
from policies.check_params import check_params
from policies.check_silence import check_general, check_told, check_worded
from policies.check_years import check_copied_words, check_two_years, check_window, check_year
from policies.counting import beijing_today
from policies.decisions import decide
from policies.errors import LibraryError, PolicyError
from policies.loading import Problem, YamlFile
from policies.numerals import reads_as
from policies.schema import LEAFLET_NUMBERS, Clause, DigestFact, Fix, Param, PolicyCase, Rule, line_text
from policies.templates import RESIDUAL, TEMPLATES, TOLD

_SPACE = re.compile(r"[\s\u3000]+")
_WIDE = str.maketrans("，。；：（）“”％０１２３４５６７８９", ',.;:()""%0123456789')
_NOISE = re.compile(r"\d{5,}日|\d{6,}号|(?<!\d)11日起|体育APP|官方入口|下载")
_TRADITIONAL = re.compile("[學參繳費醫員貧護數據與開關時會對應規]")
_SOFT = ("原则上", "鼓励", "推进", "推动", "支持", "探索", "力争")


def check(root: Path = loading.ROOT) -> list[Problem]:
    """Every complaint about the policy files, sorted by file and line."""
    draft = library.read(root)
    problems = list(draft.problems)
    problems += _check_sources(draft)
    problems += _check_clauses(draft)
    problems += check_digests(draft)
    problems += _check_rules(draft)
    problems += _check_questions(draft)
    problems += check_told(draft)
    problems += check_copied_words(draft)
    if not any(p.code.startswith("E") for p in problems):
        frozen = library.freeze(_plain_json(draft))
        problems += check_worded(draft, frozen)
        problems += check_general(draft, frozen)
        problems += check_two_years(draft, frozen)
        problems += _check_cases(draft, frozen)
    return sorted(set(problems))


def _check_sources(draft: library.LibraryDraft) -> Iterator[Problem]:
    for key, document in draft.documents.items():
        folder = draft.root / "sources" / key
        file = draft.files[_name(draft, folder / "doc.yml")]
        if sources.sha256(folder / "raw.txt") != document.raw_sha256:
            yield file.problem(
                file.line_of("raw_sha256"), "E3", "raw.txt 被改过：原件一个字都不能动，修复写进 fixes.yml"
            )
        text = folder / "text.txt"
        if not text.exists() or text.read_text("utf-8") != draft.texts[key]:
            yield Problem(_name(draft, text), 1, "E3", "与 raw.txt＋fixes.yml 不一致，运行 python -m policies build")
        for number, line in enumerate(draft.texts[key].split("\n"), 1):
            if _NOISE.search(line) or _TRADITIONAL.search(line):
                yield Problem(_name(draft, text), number, "E14", "有广告、粘连的数字或繁体字，请在 fixes.yml 里修复")
        if places.get(document.region) is None:
            yield file.problem(file.line_of("region"), "E7", f"没有 {document.region} 这个行政区划代码")
        if document.issued_on is None:
            yield file.problem(file.line_of("issued_on"), "W2", "成文日期待补")
        if document.annual_year is not None and document.annual_from is None:
            hint = "从哪天起收这一年度的钱（文件没写就用成文日期）；不写，年底前问的人会听到“文件没写”"
            yield file.problem(file.line_of("annual_year"), "E13", f"加一行 annual_from：{hint}")
        for missing in document.missing:
            yield file.problem(file.line_of("missing"), "W3", f"缺：{missing}")


def _check_questions(draft: library.LibraryDraft) -> Iterator[Problem]:
    """A number on a leaflet is nobody else's and fits its code; a question without one says why."""
    file = draft.files[_name(draft, draft.root / "questions.yml")]
    taken: dict[int, str] = {}
    for intent, question in draft.questions.items():
        at, number = file.line_of(intent), question.leaflet
        if (number is None) != bool(question.not_printed):
            yield file.problem(at, "E12", f"{intent}：写宣传单上的位号 leaflet，不印的写 not_printed 和原因，二者取一")
        if number is not None and not 0 <= number < LEAFLET_NUMBERS:
            yield file.problem(at, "E12", f"{intent}：位号在 0 到 {LEAFLET_NUMBERS - 1} 之间")
        if number in taken:
            yield file.problem(at, "E12", f"{intent}：位号 {number} 已经是 {taken[number]} 的")
        if number is not None:
            taken[number] = intent


def _name(draft: library.LibraryDraft, path: Path) -> str:
    return str(path.relative_to(draft.root.parent))


def _check_clauses(draft: library.LibraryDraft) -> Iterator[Problem]:
    squeezed = {key: _SPACE.sub("", text) for key, text in draft.texts.items()}
    reviewers = {key: _reviewers(draft, key) for key in draft.documents}
    for clause, region, file, index in draft.clauses.values():
        if clause.doc not in draft.documents:
            yield file.problem(file.line_of(index, "doc"), "E1", f"没有文件 {clause.doc}")
            continue
        quote = _SPACE.sub("", clause.quote)
        if quote not in squeezed[clause.doc]:
            near = quote.translate(_WIDE) in squeezed[clause.doc].translate(_WIDE)
            hint = "只差全半角标点，请照 text.txt 抄" if near else "在 text.txt 里找不到这句原话"
            yield file.problem(file.line_of(index, "quote"), "E4", f"{clause.id}：{hint}")
        if draft.documents[clause.doc].region != region:
            yield file.problem(file.line_of(index, "doc"), "E7", f"{clause.id} 的文件不是这个地区的")
        elsewhere = [key for key, text in squeezed.items() if key != clause.doc and quote in text]
        if elsewhere:
            yield file.problem(
                file.line_of(index, "quote"), "W5", f"{clause.id}：同一句也在 {elsewhere[0]} 里，别引错文件"
            )
        if clause.verified.by in reviewers[clause.doc]:
            yield file.problem(file.line_of(index, "verified"), "E16", f"{clause.id}：修复原文的人不能自己签核条款")
        yield from _check_force(clause, file, index)
        for intent in clause.intents:
            if intent not in draft.questions and not _is_service(intent):
                yield file.problem(file.line_of(index, "intents"), "E12", f"没有“{intent}”这个问题")
        age = (beijing_today() - date.fromisoformat(clause.verified.on)).days
        if age > 180:
            yield file.problem(file.line_of(index, "verified"), "W1", f"{clause.id} 已 {age} 天没有核对")


def _reviewers(draft: library.LibraryDraft, key: str) -> set[str]:
    """Who repaired this document's text."""
    file = draft.files[_name(draft, draft.root / "sources" / key / "fixes.yml")]
    return {fix.reviewer for _, fix in file.read_list(Fix)}


def _is_service(intent: str) -> bool:
    return intent in ("request_faq_sheet", "request_human")


def _check_force(clause: Clause, file: YamlFile, index: int) -> Iterator[Problem]:
    soft = [word for word in _SOFT if word in clause.quote]
    if clause.force == "must" and soft:
        yield file.problem(file.line_of(index, "force"), "E6", f"{clause.id}：原文有“{soft[0]}”，力度不能是 must")


def _check_rules(draft: library.LibraryDraft) -> Iterator[Problem]:
    homes = {key: region for key, (_, region, *_rest) in draft.clauses.items()}
    facts = {fact.id: fact for fact, *_rest in draft.facts()}
    homes = {**{fact.id: region for fact, _, region, *_rest in draft.facts()}, **homes}
    for rule, region, file, index in draft.rules.values():
        if rule.template not in TEMPLATES:
            yield file.problem(file.line_of(index, "template"), "E1", f"没有模板 {rule.template}")
        for intent in rule.intents:
            if intent not in draft.questions:
                yield file.problem(file.line_of(index, "intents"), "E12", f"没有“{intent}”这个问题")
        if rule.exception_to is not None and rule.exception_to not in draft.rules:
            yield file.problem(file.line_of(index, "exception_to"), "E8", f"没有规则 {rule.exception_to}")
        if _in_cycle(rule, draft):
            yield file.problem(file.line_of(index, "exception_to"), "E8", "例外关系成了圈")
        cited = (*rule.clauses, *(c for say in rule.say.values() for c in say.clauses))
        for clause_id in cited:
            yield from _check_citation(clause_id, region, homes, file, index)
        yield from check_grounds(rule, draft, file, index)
        if not rule.clauses:
            yield file.problem(file.line_of(index), "E1", f"{rule.id} 没有依据条款")
        for name, param in rule.params.items():
            yield from _check_param(name, param, rule, draft, facts, file, index)
        yield from check_year(rule, draft, file, index)
        yield from check_window(rule, file, index)
        yield from check_params(rule, file, index)
        yield from _check_certainty(rule, draft, file, index)
        yield from _check_words(rule, file, index)
        if rule.from_ and rule.to and rule.from_ > rule.to:
            yield file.problem(file.line_of(index, "to"), "E8", "to 早于 from")


def _in_cycle(rule: Rule, draft: library.LibraryDraft) -> bool:
    seen, current = {rule.id}, rule.exception_to
    while current is not None and current in draft.rules:
        if current in seen:
            return True
        seen.add(current)
        current = draft.rules[current][0].exception_to
    return False


def _check_citation(
    clause_id: str, region: str, homes: dict[str, str], file: YamlFile, index: int
) -> Iterator[Problem]:
    """A rule may rest on its own region's clauses and facts and those above it, never on a neighbour's."""
    if clause_id not in homes:
        yield file.problem(file.line_of(index, "clauses"), "E1", f"没有条款或摘要 {clause_id}")
    elif places.get(region) is None or homes[clause_id] not in {place.adcode for place in places.chain(region)}:
        yield file.problem(file.line_of(index, "clauses"), "E7", f"{clause_id} 是别的地区的")


def _check_param(
    name: str,
    param: Param,
    rule: Rule,
    draft: library.LibraryDraft,
    facts: dict[str, DigestFact],
    file: YamlFile,
    index: int,
) -> Iterator[Problem]:
    line = file.line_of(index, "params", name)
    if param.value is None:
        yield file.problem(line, "W4", f"{rule.id}：{name} 还没有填，填好以前这条规则不起作用")
        return
    if param.clause is None and param.assumption is None:
        yield file.problem(line, "E5", f"{name} 既没有条款也没有写明是推定")
    if param.clause is None:
        return
    words = param.reads or ""
    fact = facts.get(param.clause)
    if param.clause in draft.clauses:
        quote = draft.clauses[param.clause][0].quote
        if fact is not None and words in fact.values:
            words = quote  # the original has replaced the digest: the value must be readable in its sentence
        if not words or words not in quote:
            yield file.problem(line, "E5", f"{name}：reads “{words}” 不在 {param.clause} 的原话里")
        elif param.assumption is None and not reads_as(param.value, words):
            yield file.problem(line, "E5", f"{name}：从“{words}”里读不出 {param.value}")
    elif fact is None:
        yield file.problem(line, "E1", f"没有条款或摘要 {param.clause}")
    elif words not in fact.values:
        yield file.problem(line, "E5", f"{name}：{param.clause} 的 values 里没有 {words}")
    elif fact.values[words] != param.value:
        yield file.problem(line, "E5", f"{name}：{param.clause} 的 {words} 是 {fact.values[words]}，不是 {param.value}")


def _check_certainty(rule: Rule, draft: library.LibraryDraft, file: YamlFile, index: int) -> Iterator[Problem]:
    """`explicit` may be claimed only where the first clause says must, or the answer only names a document.

    What digests may be called is checked with them.
    """
    if rule.certainty != "explicit" or set(rule.intents) == {"ask_policy_source"}:
        return
    first = draft.clauses.get(rule.clauses[0]) if rule.clauses else None
    if first is not None and first[0].force != "must":
        yield file.problem(file.line_of(index, "certainty"), "E6", f"{rule.id}：原文不是刚性规定，不能写 explicit")


def _check_words(rule: Rule, file: YamlFile, index: int) -> Iterator[Problem]:
    for key, say in rule.say.items():
        for text in (say.headline or "", *map(line_text, (*say.plain, *say.lines)), *say.steps, *say.limits):
            line = file.line_of(index, "say", key)
            bare = "".join(literal for literal, *_ in Formatter().parse(text))
            if re.search(r"[0-9０-９]", bare):
                yield file.problem(line, "E17", f"话里有数字：“{bare[:20]}…”，数字只能用占位符")
            for _, name, *_ in Formatter().parse(text):
                if name is not None and not name.isidentifier():
                    yield file.problem(line, "E1", f"占位符写法不对：{{{name}}}")
        for named in say.also:
            if named not in rule.say:
                yield file.problem(file.line_of(index, "say", key), "E1", f"also 里的 {named} 没有写话")
    if "applies" not in rule.say and rule.template in TOLD | RESIDUAL:
        yield file.problem(file.line_of(index, "say"), "E1", f"{rule.id} 没有 applies 的话")


def _check_cases(draft: library.LibraryDraft, frozen: library.Library) -> Iterator[Problem]:
    """Run every published case; every computed rule must be hit by at least one."""
    hit: set[str] = set()
    for path in sorted((draft.root / "regions").glob("*/cases*.yml")):
        file = YamlFile(path, draft.root)
        found = file.read_list(PolicyCase)
        yield from file.problems
        for index, case in found:
            yield from _check_case(case, path.parent.name, frozen, file, index, hit)
    for rule, _, file, index in draft.rules.values():
        blank = any(param.value is None for param in rule.params.values())
        if rule.id not in hit and rule.template not in TOLD and not blank:
            yield file.problem(
                file.line_of(index), "E10", f"{rule.id} 没有案例：在 cases.yml 写一个例子，让这条规则来答"
            )


def _check_case(
    case: PolicyCase, region: str, frozen: library.Library, file: YamlFile, index: int, hit: set[str]
) -> Iterator[Problem]:
    """One case: what must come out, and which grounds must be cited. Notes which rule answered."""
    try:
        made = decide(case.intent, case.facts, case.region or region, date.fromisoformat(case.as_of), frozen)
        answer = compose(made, frozen)
    except (PolicyError, KeyError) as error:
        yield file.problem(file.line_of(index), "E10", f"{case.name}：{error}")
        return
    hit.update(found.rule_id or "" for found in (made, *made.beside))
    actual: dict[str, Any] = {**answer.values, "status": answer.status, "certainty": answer.certainty}
    for name, wanted in case.expect.model_dump(exclude_none=True).items():
        got = actual.get(name)
        if name == "certainty" and wanted == "reported" and answer.citations[0].clause in frozen.replaced():
            continue  # the original has come: what was only reported is now written
        if _as_tuple(got) != _as_tuple(wanted):
            yield file.problem(file.line_of(index, "expect"), "E10", f"{case.name}：{name} 应为 {wanted}，得 {got}")
    for clause in case.cites:
        if clause in {**frozen.sentences, **frozen.facts} and frozen.ground(clause).known_from.isoformat() > case.as_of:
            yield file.problem(file.line_of(index, "cites"), "E15", f"{case.name}：{clause} 的文件晚于提问日")
        if clause not in {c.clause for c in answer.citations}:
            yield file.problem(file.line_of(index, "cites"), "E10", f"{case.name}：没有引用 {clause}")


def _as_tuple(value: Any) -> Any:
    """Lists of YAML and lists of decisions are compared alike."""
    if isinstance(value, list | tuple):
        return tuple(_as_tuple(one) for one in value)
    return {k: _as_tuple(v) for k, v in value.items()} if isinstance(value, dict) else value


def _plain_json(draft: library.LibraryDraft) -> dict[str, Any]:
    return dict(json.loads(json.dumps(library.compile_table(draft))))


def write_texts(root: Path = loading.ROOT) -> None:
    """Generate every `text.txt` from raw text and repairs.

    Raises:
        LibraryError: a repair does not fit its line.
    """
    draft = library.read(root)
    broken = [p for p in draft.problems if p.code == "E3"]
    if broken:
        raise LibraryError(str(broken[0]))
    for key, text in draft.texts.items():
        (root / "sources" / key / "text.txt").write_text(text, "utf-8")
