"""The linter of digests: as strict as with clauses, because nobody can look the words up in our hands.

E2 first and last day, E7 region, E12 questions, E18 copied words or quotation marks, E19 numbers outside `values`,
E20 reported facts computed with, called more than reported, or told as ours, E21 used after the last day,
E22 sites named to readers. W1 not looked at for half a year, W2 no full date, W6 replaced by its original, W7 copied
from a paper of another region or of a place below: somebody who adds a city's paper need not mend others' digests.
"""

import re
from collections.abc import Iterator
from datetime import date
from string import Formatter

from policies import library, places
from policies.counting import beijing_today
from policies.facts import STAGES
from policies.loading import Problem, YamlFile
from policies.schema import DigestFact, Rule, Say, line_text
from policies.templates import TELLING

RUN = 8
"""So many characters in a row in common with a held text are copied, not told."""
_HAN = re.compile("[^\u4e00-\u9fffA-Za-z0-9]")
_MARKS = re.compile('[“”‘’「」『』"]')
_SITE = re.compile(
    r"https?:|www\.|\.(?:com|cn|net|org|gov)\b|日报|晚报|新闻网|在线网|胶东在线|搜狐|网易|新浪|百度|知乎|头条|转载|镜像|网址"
)
_UNITS = "年|个月|个自然月|天|日|元|倍|种|样|级|月|周|岁|次|笔|档|个百分点|个工作日|成|类"
_CHINESE = {c: n for n, c in enumerate("零一二三四五六七八九十")} | {"两": 2}
_SERVICES = ("request_faq_sheet", "request_human")


def check_digests(draft: library.LibraryDraft) -> Iterator[Problem]:
    """Every complaint about the digests themselves."""
    held = {key: _HAN.sub("", text) for key, text in draft.texts.items()}
    known = {fact.id for fact, *_ in draft.facts()} | set(draft.clauses)
    for digest, region, file, index in draft.digests.values():
        if places.get(region) is None:
            yield file.problem(1, "E7", f"没有 {region} 这个行政区划代码")
        if digest.issued_on is None:
            yield file.problem(file.line_of(index), "W2", f"{digest.id}：成文日期只知道“{digest.dated or '年份不详'}”")
        if digest.number is None and not digest.number_basis:
            yield file.problem(
                file.line_of(index, "number"), "E1", f"{digest.id}：没有文号要写明为什么（number_basis）"
            )
        for text in (digest.title, *digest.issuers):
            if _SITE.search(text):
                yield file.problem(file.line_of(index), "E22", f"{digest.id}：不能把网站说给读者：{text}")
        if digest.checked_on is None:
            yield file.problem(file.line_of(index, "checked_on"), "W1", f"{digest.id}：没有记录哪天核对过原处")
        elif (age := (beijing_today() - date.fromisoformat(digest.checked_on)).days) > 180:
            yield file.problem(file.line_of(index, "checked_on"), "W1", f"{digest.id} 已 {age} 天没有核对原处")
    for fact, digest, region, file, (index, number) in draft.facts():
        line = file.line_of(index, "facts", number)
        if fact.id in draft.clauses:
            yield file.problem(line, "W6", f"{fact.id} 已经换成原文条款；先写好引它的规则，再删这条摘要")
        yield from _check_fact(fact, draft, held, known, file, line)
        yield from _check_copied(fact, region, draft, held, file, line)
        if digest.issued_on is not None and fact.from_ < digest.issued_on and _same_paper(digest.issued_on, fact.from_):
            yield file.problem(line, "E2", f"{fact.id}：from 早于文件自己的日期 {digest.issued_on}")
        if fact.to is not None and fact.to < fact.from_:
            yield file.problem(line, "E2", f"{fact.id}：to 早于 from")


def _same_paper(issued: str, start: str) -> bool:
    """A law read in an amended version was in force before; a paper of this century's notices was not."""
    return int(issued[:4]) - int(start[:4]) < 2


def _check_fact(
    fact: DigestFact, draft: library.LibraryDraft, held: dict[str, str], known: set[str], file: YamlFile, line: int
) -> Iterator[Problem]:
    if _MARKS.search(fact.fact):
        yield file.problem(line, "E18", f"{fact.id}：摘要里不能有引号，那是我们自己的话")
    missing = sorted(numbers_told(fact.fact) - numbers_kept(fact))
    if missing:
        yield file.problem(line, "E19", f"{fact.id}：{'、'.join(map(str, missing))} 不在 values 里")
    if fact.year is not None and f"{fact.year}年度" not in fact.fact:
        yield file.problem(line, "E21", f"{fact.id}：只答一个年度的事实，话里要写明“{fact.year}年度”")
    if _SITE.search(f"{fact.fact}{fact.at}"):
        yield file.problem(line, "E22", f"{fact.id}：不能把网站、网址说给读者")
    for intent in fact.intents:
        if intent not in draft.questions and intent not in _SERVICES:
            yield file.problem(line, "E12", f"{fact.id}：没有“{intent}”这个问题")
    for stage in fact.stages:
        if stage not in STAGES:
            yield file.problem(line, "E1", f"{fact.id}：没有“{stage}”这个学段，只有：{'、'.join(STAGES)}")
    for other in fact.differs_from:
        if other not in known:
            yield file.problem(line, "E8", f"{fact.id}：differs_from 里没有 {other}")


def _check_copied(
    fact: DigestFact, region: str, draft: library.LibraryDraft, held: dict[str, str], file: YamlFile, line: int
) -> Iterator[Problem]:
    """An error with the texts of its own place and those above; with others, which may have come later, a warning."""
    above = {place.adcode for place in places.chain(region)} if places.get(region) else set()
    for key, run in copied(fact.fact, held):
        near = key not in draft.documents or draft.documents[key].region in above
        code, hint = ("E18", "换个说法") if near else ("W7", "那是别处的文件，不用现在改；下次改这条时换个说法")
        yield file.problem(line, code, f"{fact.id}：“{run}”和 {key} 的原文连着{RUN}个字以上相同，{hint}")


def copied(text: str, held: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Runs of `RUN` or more characters in common with a held text, punctuation aside: (document, run)."""
    bare = _HAN.sub("", text)
    for key, whole in held.items():
        start = 0
        while start + RUN <= len(bare):
            end = start + RUN
            if bare[start:end] not in whole:
                start += 1
                continue
            while end < len(bare) and bare[start : end + 1] in whole:
                end += 1
            if sum(not c.isascii() for c in bare[start:end]) >= RUN:  # a date written out alone is nobody's wording
                yield key, bare[start:end]
            start = end


def numbers_told(text: str) -> set[int]:
    """Every number a reader finds in a line: digits, 20万, and Chinese numerals before a unit (一 aside)."""
    found = {int(n) for n in re.findall(r"\d+", text)}
    found |= {_CHINESE[c] for c in re.findall(f"([二两三四五六七八九十])(?:{_UNITS})", text)}
    return found


def numbers_kept(fact: DigestFact) -> set[int]:
    """Every number in a fact's values and in the year it answers; a list also counts its entries."""
    found: set[int] = {fact.year} if fact.year is not None else set()
    for value in fact.values.values():
        entries = value if isinstance(value, tuple) else (value,)
        found.add(len(entries))
        for entry in entries:
            found |= {int(n) for n in re.findall(r"\d+", str(entry))}
    return found


def check_grounds(rule: Rule, draft: library.LibraryDraft, file: YamlFile, index: int) -> Iterator[Problem]:
    """What a rule makes of digest facts: no more than they can carry, and not after their last day."""
    facts = {fact.id: (fact, digest) for fact, digest, *_ in draft.facts() if fact.id not in draft.clauses}
    own = [facts[c] for c in rule.clauses if c in facts]
    medium = {key for key, (fact, digest) in facts.items() if (fact.confidence or digest.confidence) == "medium"}
    line = file.line_of(index, "clauses")
    if rule.template not in TELLING:
        read = [p.clause for p in rule.params.values() if p.clause in medium]
        tells_only = {p for name, p in ((n, p.clause) for n, p in rule.params.items()) if p in medium
                      and _only_in_words(name, rule)}  # fmt: skip
        for clause in sorted({c for c in rule.clauses if c in medium} | ({r for r in read if r} - tells_only)):
            yield file.problem(line, "E20", f"{rule.id}：{clause} 只是转述（medium），不能用来计算")
    if rule.clauses and rule.clauses[0] in facts:
        if rule.clauses[0] in medium and rule.certainty not in (None, "reported"):
            yield file.problem(line, "E20", f"{rule.id}：第一条依据只是转述，certainty 只能是 reported")
        if rule.certainty == "explicit":
            yield file.problem(line, "E6", f"{rule.id}：摘要不能写 explicit，最多 inferred")
    for fact, _ in own:
        if fact.to is not None and fact.year is None and (rule.to is None or rule.to > fact.to):
            yield file.problem(line, "E21", f"{rule.id}：{fact.id} 只管到 {fact.to}，规则的 to 不能晚于它")
        year = rule.params.get("benefit_year")
        if fact.year is not None and (rule.version_by != "benefit_year" or year is None or year.value != fact.year):
            yield file.problem(line, "E21", f"{rule.id}：{fact.id} 只答 {fact.year} 年度，规则要写明同一个年度")
    yield from _check_reported_words(rule, medium, file, index)


def _only_in_words(name: str, rule: Rule) -> bool:
    """Is a parameter only put into further words that cite a reported fact themselves?"""
    used = [key for key, say in rule.say.items() if f"{{{name}}}" in _texts(say)]
    return bool(used) and all(
        rule.say[key].clauses and any(rule.say[key].clauses[0] == p.clause for p in rule.params.values())
        for key in used
    )


def _texts(say: Say) -> str:
    return "\n".join((say.headline or "", *map(line_text, (*say.plain, *say.lines)), *say.steps, *say.limits))


def _check_reported_words(rule: Rule, medium: set[str], file: YamlFile, index: int) -> Iterator[Problem]:
    """Words that rest on a reported fact first say that it is reported, and allow or forbid nothing themselves."""
    for key, say in rule.say.items():
        first = (say.clauses or (rule.clauses if say.headline else ()))[:1]
        if not first or first[0] not in medium:
            continue
        told = " ".join((say.headline or "", *map(line_text, say.lines)))
        bare = "".join(literal for literal, *_ in Formatter().parse(told))
        line = file.line_of(index, "say", key)
        if bare.strip() and "据官方发布" not in bare:
            yield file.problem(line, "E20", f"{rule.id}／{key}：只是转述，话里要有“据官方发布”")
        if re.search("(?<!说)不?可以", bare):
            yield file.problem(line, "E20", f"{rule.id}／{key}：只是转述，不能说“可以”或“不可以”")
