"""The library: everything an official wrote, validated once and frozen into one table keyed (region, question).

`python -m policies build` writes `compiled.json` beside this file; loading it needs no YAML. A compiled table whose
stamp does not match the files is rebuilt, so that an edit is never silently ignored.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from policies import loading, places, sources
from policies.errors import LibraryError
from policies.in_use import InUse
from policies.schema import Clause, Contact, Digest, DigestFact, Document, Fix, Question, Rule, Wanted
from policies.templates.required import lacking

COMPILED = loading.ROOT / "compiled.json"
_OFFERED = 6
"""Regions that are offered to choose from: more would not be read."""


@dataclass(frozen=True)
class Source:
    """A document as answers quote it. `known_from`: the first day anybody could rely on it."""

    id: str
    number: str
    title: str
    region: str
    issued_on: str | None
    known_from: date
    annual_year: int | None
    annual_from: date | None
    missing: tuple[str, ...]
    issuers: tuple[str, ...] = ()


@dataclass(frozen=True)
class QuotableClause:
    """A clause: the verbatim sentence and what it can carry."""

    id: str
    doc: str
    at: str
    quote: str
    force: str
    intents: tuple[str, ...]
    known_from: date
    until: date | None


@dataclass(frozen=True)
class DigestedDocument:
    """A public document known by its facts only.

    `number` is None where none was read; `dated` is what is known of a date that is not a full one.
    """

    id: str
    number: str | None
    title: str
    region: str
    issued_on: str | None
    dated: str | None
    issuers: tuple[str, ...]
    confidence: str
    checked_on: str | None

    @property
    def name(self) -> str:
        """What it is cited by: its number, else its title."""
        return self.number or self.title


@dataclass(frozen=True)
class Fact:
    """One fact of a paper in our own words: the other kind of ground. Told as current from `known_from` to `until`.

    `year`: the one benefit year it answers; `of_notice`: the benefit year whose notice says it. `newborn`: only about
    newborns (True), never about them (False); `stages`: only about these.
    """

    id: str
    paper: str
    region: str
    at: str
    fact: str
    force: str
    confidence: str
    intents: tuple[str, ...]
    known_from: date
    until: date | None
    year: int | None
    of_notice: int | None
    newborn: bool | None
    stages: tuple[str, ...]
    differs_from: tuple[str, ...]
    values: Mapping[str, Any]

    @property
    def medium(self) -> bool:
        """Official news or agreeing pages only: told as reported, never computed with, never printed."""
        return self.confidence == "medium"

    def current(self, day: date) -> bool:
        """May it be told as current on that day?"""
        return self.known_from <= day and (self.until is None or day <= self.until)


Ground = QuotableClause | Fact
"""What an answer may rest on: a verbatim sentence, or a digest's fact."""


@dataclass(frozen=True)
class DatedRule:
    """A rule ready to run: `params` are bare values, `say` the words per outcome key.

    `basis` is the kind of its first ground; `facts` are the digest facts among its own grounds.
    """

    id: str
    region: str
    intents: tuple[str, ...]
    template: str
    version_by: str
    since: date | None
    until: date | None
    params: Mapping[str, Any]
    values: Mapping[str, Any]
    asks: tuple[str, ...]
    exception_to: str | None
    clauses: tuple[str, ...]
    certainty: str
    missing: tuple[str, ...]
    inherit: str
    refer: bool
    known_from: date
    say: Mapping[str, Mapping[str, Any]]
    basis: str = "text"
    facts: tuple[Fact, ...] = ()
    silence_stands: bool = False
    newborn: bool | None = None
    stages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Library:
    """The whole frozen table. `stamp` is the content hash of the files it was built from."""

    stamp: str
    sources: Mapping[str, Source]
    sentences: Mapping[str, QuotableClause]
    rules: Mapping[str, DatedRule]
    by_question: Mapping[tuple[str, str], tuple[DatedRule, ...]]
    nearest: Mapping[tuple[str, str], tuple[QuotableClause, ...]]
    questions: Mapping[str, Mapping[str, Any]]
    phrases: Mapping[str, str]
    hotline: str
    city_line: str
    emergency: str
    papers: Mapping[str, DigestedDocument] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    told: Mapping[tuple[str, str], tuple[Fact, ...]] = field(default_factory=dict)
    wanted: tuple[Wanted, ...] = ()
    bodies: Mapping[str, str] = field(default_factory=dict)
    """Other bodies, each with the number to call."""

    def regions(self) -> frozenset[str]:
        """Codes of the regions that have documents of their own in the library (`sources/`)."""
        return frozenset(source.region for source in self.sources.values())

    def offered(self) -> tuple[str, ...]:
        """Regions to choose from where nobody has said one: those with documents of their own, the newest first."""
        newest = dict[str, str]()
        for source in self.sources.values():
            newest[source.region] = max(newest.get(source.region, ""), source.issued_on or "")
        newest.pop(places.NATION, None)
        return tuple(sorted(newest, key=lambda region: newest[region], reverse=True))[:_OFFERED]

    def digested(self) -> frozenset[str]:
        """Codes of the regions of which there are facts only, or facts beside documents."""
        return frozenset(paper.region for paper in self.papers.values())

    def replaced(self) -> frozenset[str]:
        """Ids of facts whose original has come: a sentence stands in their place."""
        return frozenset(self.facts.keys() & self.sentences.keys())

    def ground(self, key: str) -> Ground:
        """The sentence or the fact with this id. A sentence that replaced a fact of the same id comes first."""
        return self.sentences.get(key) or self.facts[key]

    def home(self, key: str) -> str:
        """The region of a ground."""
        found = self.ground(key)
        return found.region if isinstance(found, Fact) else self.sources[found.doc].region

    def name(self, key: str) -> str:
        """The number (or, without one, the title) of the document a ground stands in."""
        found = self.ground(key)
        return self.papers[found.paper].name if isinstance(found, Fact) else self.sources[found.doc].number


def _files(root: Path) -> list[Path]:
    """What is written by hand; a folder whose name begins with a dot holds what is only being prepared."""
    found = (p for p in root.rglob("*") if p.suffix in (".yml", ".tsv") or p.name == "raw.txt")
    return sorted(p for p in found if not p.relative_to(root).parts[0].startswith("."))


def stamp(root: Path = loading.ROOT) -> str:
    """The content hash of every file an official edits."""
    digest = hashlib.sha256()
    for path in _files(root):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@dataclass
class LibraryDraft:
    """The validated files before freezing, with their lines; the linter works on this."""

    root: Path
    problems: list[loading.Problem]
    files: dict[str, loading.YamlFile]
    documents: dict[str, Document]
    texts: dict[str, str]
    clauses: dict[str, tuple[Clause, str, loading.YamlFile, int]]
    rules: dict[str, tuple[Rule, str, loading.YamlFile, int]]
    digests: dict[str, tuple[Digest, str, loading.YamlFile, int]]
    questions: dict[str, Question]
    contacts: list[Contact]
    phrases: dict[str, str]
    wanted: list[Wanted]

    def facts(self) -> Iterator[tuple[DigestFact, Digest, str, loading.YamlFile, tuple[int, int]]]:
        """Every digest fact with its paper, region, file and place in the file (paper, fact)."""
        for digest, region, file, index in self.digests.values():
            for number, fact in enumerate(digest.facts):
                yield fact, digest, region, file, (index, number)


def read(root: Path = loading.ROOT) -> LibraryDraft:
    """Read and validate every policy file; complaints are collected, not raised."""
    draft = LibraryDraft(root, [], {}, {}, {}, {}, {}, {}, {}, [], {}, [])

    def load(path: Path) -> loading.YamlFile:
        file = loading.YamlFile(path, root)
        draft.files[file.name] = file
        return file

    for folder in sorted((root / "sources").iterdir()):
        _read_source(folder, load, draft)
    for folder in sorted((root / "regions").iterdir()):
        for path in sorted(folder.glob("clauses*.yml")):
            file = load(path)
            for index, clause in file.read_list(Clause):
                if clause.id in draft.clauses:
                    draft.problems.append(file.problem(file.line_of(index), "E1", f"条款编号 {clause.id} 重复"))
                draft.clauses[clause.id] = (clause, folder.name, file, index)
        for path in sorted(folder.glob("rules*.yml")):
            file = load(path)
            for index, rule in file.read_list(Rule):
                if rule.id in draft.rules:
                    draft.problems.append(file.problem(file.line_of(index), "E1", f"规则编号 {rule.id} 重复"))
                draft.rules[rule.id] = (rule, folder.name, file, index)
    _read_digests(root, load, draft)
    draft.questions = load(root / "questions.yml").read_map(Question)
    draft.contacts = [contact for _, contact in load(root / "contacts.yml").read_list(Contact)]
    draft.phrases = {str(k): str(v) for k, v in (load(root / "phrases.yml").data or {}).items()}
    draft.wanted = [wanted for _, wanted in load(root / "wanted.yml").read_list(Wanted)]
    for file in draft.files.values():
        draft.problems.extend(file.problems)
    return draft


def _read_digests(root: Path, load: Any, draft: LibraryDraft) -> None:
    seen: set[str] = set()
    for path in sorted((root / "digests").glob("*.yml")):
        file = load(path)
        for index, digest in file.read_list(Digest):
            if digest.id in draft.digests:
                draft.problems.append(file.problem(file.line_of(index), "E1", f"摘要文件编号 {digest.id} 重复"))
            draft.digests[digest.id] = (digest, path.stem, file, index)
            for number, fact in enumerate(digest.facts):
                if fact.id in seen:
                    line = file.line_of(index, "facts", number)
                    draft.problems.append(file.problem(line, "E1", f"摘要编号 {fact.id} 重复"))
                seen.add(fact.id)


def _read_source(folder: Path, load: Any, draft: LibraryDraft) -> None:
    document = load(folder / "doc.yml").read_one(Document)
    fixes_file = load(folder / "fixes.yml")
    fixes = [fix for _, fix in fixes_file.read_list(Fix)]
    try:
        draft.texts[folder.name] = sources.clean((folder / "raw.txt").read_text("utf-8"), fixes)
    except LibraryError as error:
        draft.problems.append(fixes_file.problem(1, "E3", str(error)))
        draft.texts[folder.name] = ""
    if document is not None:
        draft.documents[folder.name] = document


def compile_table(draft: LibraryDraft) -> dict[str, Any]:
    """The frozen table as plain JSON data."""
    return {
        "stamp": stamp(draft.root),
        "sources": [{"id": key, **doc.model_dump()} for key, doc in draft.documents.items()],
        "sentences": [
            {"region": region, **clause.model_dump(by_alias=True)} for clause, region, *_ in draft.clauses.values()
        ],
        "rules": [{"region": region, **rule.model_dump(by_alias=True)} for rule, region, *_ in draft.rules.values()],
        "papers": [
            {"region": region, **digest.model_dump(by_alias=True)} for digest, region, *_ in draft.digests.values()
        ],
        "wanted": [wanted.model_dump() for wanted in draft.wanted],
        "questions": {key: question.model_dump() for key, question in draft.questions.items()},
        "phrases": draft.phrases,
        "hotline": next(c.number for c in draft.contacts if c.region == "100000"),
        "bodies": {body: contact.number for contact in draft.contacts for body in contact.bodies},
        "city_line": next(c.number for c in draft.contacts if c.name.startswith("政务")),
        "emergency": " 或 ".join(c.number for c in draft.contacts if c.name.startswith("紧急")),
    }


def build(root: Path = loading.ROOT, target: Path | None = None) -> dict[str, Any]:
    """Validate the files and write the compiled table.

    Raises:
        LibraryError: the files do not hold together; the first complaint is in the message.
    """
    before = stamp(root)  # of what is read, even where a file changes meanwhile: the next start compiles again
    draft = read(root)
    if draft.problems:
        raise LibraryError(str(min(draft.problems)))
    table = {**compile_table(draft), "stamp": before}
    path = target or root / COMPILED.name
    temporary = path.with_suffix(f".{hashlib.sha256(str(id(table)).encode()).hexdigest()[:8]}.tmp")
    temporary.write_text(json.dumps(table, ensure_ascii=False), "utf-8")
    temporary.replace(path)
    return table


def freeze(table: Mapping[str, Any]) -> Library:
    """Plain JSON data → the table decisions run on.

    A clause that took over a fact's id replaces it as the ground; until a rule words it, the fact's words tell it.
    """
    found_sources = {s["id"]: _source(s) for s in table["sources"]}
    sentences = {s["id"]: _sentence(s, found_sources) for s in table["sentences"]}
    papers = {p["id"]: _paper(p) for p in table["papers"]}
    facts = {f["id"]: _fact(f, p) for p in table["papers"] for f in p["facts"]}
    for key in facts.keys() & sentences.keys():
        known = max(facts[key].known_from, sentences[key].known_from)
        facts[key] = replace(facts[key], confidence="high", known_from=known)
    rules = {r["id"]: _rule(r, {**facts, **sentences}) for r in table["rules"]}
    by_question: dict[tuple[str, str], list[DatedRule]] = {}
    for rule in rules.values():
        if None in rule.params.values() or lacking(rule.template, rule.version_by, rule.params):
            continue
        if not _of_its_year(rule, sentences, found_sources):
            continue
        for intent in rule.intents:
            by_question.setdefault((rule.region, intent), []).append(rule)
    nearest: dict[tuple[str, str], list[QuotableClause]] = {}
    for sentence in sentences.values():
        for intent in sentence.intents:
            nearest.setdefault((found_sources[sentence.doc].region, intent), []).append(sentence)
    told: dict[tuple[str, str], list[Fact]] = {}
    for fact in facts.values():
        for intent in fact.intents:
            told.setdefault((fact.region, intent), []).append(fact)
    return Library(
        stamp=table["stamp"],
        sources=found_sources,
        sentences=sentences,
        rules=rules,
        by_question={key: tuple(value) for key, value in by_question.items()},
        nearest={key: tuple(value) for key, value in nearest.items()},
        questions=table["questions"],
        phrases=table["phrases"],
        hotline=table["hotline"],
        city_line=table["city_line"],
        emergency=table["emergency"],
        papers=papers,
        facts=facts,
        told={key: tuple(value) for key, value in told.items()},
        bodies=table["bodies"],
        wanted=tuple(Wanted.model_validate({**w, "intents": tuple(w["intents"])}) for w in table["wanted"]),
    )


def _of_its_year(rule: DatedRule, sentences: Mapping[str, QuotableClause], found: Mapping[str, Source]) -> bool:
    """An annual document answers nothing for another year, whatever a rule file says (B-20)."""
    cited = {found[sentences[c].doc].annual_year for c in rule.clauses if c in sentences} - {None}
    about_documents = rule.template == "annual_document" or rule.intents == ("ask_policy_source",)
    return not cited or about_documents or cited == {rule.params.get("benefit_year")}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _source(raw: Mapping[str, Any]) -> Source:
    known = _day(raw["issued_on"]) or date(raw["year"], 1, 1)
    return Source(raw["id"], raw["number"], raw["title"], raw["region"], raw["issued_on"], known,
                  raw["annual_year"], _day(raw["annual_from"]), tuple(raw["missing"]),
                  tuple(raw["issuers"]))  # fmt: skip


def _sentence(raw: Mapping[str, Any], found: Mapping[str, Source]) -> QuotableClause:
    return QuotableClause(raw["id"], raw["doc"], raw["at"], raw["quote"], raw["force"], tuple(raw["intents"]),
                    found[raw["doc"]].known_from, _day(raw["to"]))  # fmt: skip


def _paper(raw: Mapping[str, Any]) -> DigestedDocument:
    return DigestedDocument(raw["id"], raw["number"], raw["title"], raw["region"], raw["issued_on"], raw["dated"],
                 tuple(raw["issuers"]), raw["confidence"], raw["checked_on"])  # fmt: skip


def _fact(raw: Mapping[str, Any], paper: Mapping[str, Any]) -> Fact:
    return Fact(
        id=raw["id"], paper=paper["id"], region=paper["region"], at=raw["at"], fact=raw["fact"], force=raw["force"],
        confidence=raw["confidence"] or paper["confidence"], intents=tuple(raw["intents"]),
        known_from=date.fromisoformat(raw["from"]), until=_day(raw["to"]), year=raw["year"],
        of_notice=raw["of_notice"], newborn=raw["newborn"], stages=tuple(raw["stages"]),
        differs_from=tuple(raw["differs_from"]),
        values={name: _bare(value) for name, value in raw["values"].items()},
    )  # fmt: skip


def certainty_of(ground: Ground) -> str:
    """What the first ground of an outcome allows it to be called."""
    if isinstance(ground, QuotableClause):
        return "explicit" if ground.force == "must" else "principle"
    if ground.medium:
        return "reported"
    return "inferred" if ground.force == "must" else "principle"


def _rule(raw: Mapping[str, Any], grounds: Mapping[str, Ground]) -> DatedRule:
    params = {name: _bare(param["value"]) for name, param in raw["params"].items()}
    params["when"] = {name: _bare(value) for name, value in raw["when"].items()}
    cited = [grounds[c] for c in raw["clauses"]]
    return DatedRule(
        id=raw["id"], region=raw["region"], intents=tuple(raw["intents"]), template=raw["template"],
        version_by=raw["version_by"], since=_day(raw["from"]), until=_day(raw["to"]), params=params,
        values={name: _bare(value) for name, value in raw["values"].items()}, asks=tuple(raw["asks"]),
        exception_to=raw["exception_to"], clauses=tuple(raw["clauses"]),
        certainty=raw["certainty"] or (certainty_of(cited[0]) if cited else "principle"),
        missing=tuple(raw["missing"]), inherit=raw["inherit"], refer=raw["refer"],
        known_from=max((s.known_from for s in cited), default=date.min), say=raw["say"],
        basis="digest" if cited and isinstance(cited[0], Fact) else "text",
        facts=tuple(ground for ground in cited if isinstance(ground, Fact)),
        silence_stands=raw["silence_stands"], newborn=raw["newborn"], stages=tuple(raw["stages"]),
    )  # fmt: skip


def _bare(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _at_start() -> Library:
    """Compiled first when the files changed."""
    current = stamp()
    if COMPILED.exists():
        table = json.loads(COMPILED.read_text("utf-8"))
        if table["stamp"] == current:
            return freeze(table)
    return freeze(json.loads(json.dumps(build())))


def _compiled() -> Library:
    """As it was compiled last, by whoever did."""
    return freeze(json.loads(COMPILED.read_text("utf-8")))


_IN_USE = InUse(COMPILED, _at_start, _compiled)


def default() -> Library:
    """The product's library; a newly compiled one is taken up while the process runs."""
    return _IN_USE.get()


def read_anew() -> Library:
    """The product's library as its files are now."""
    return _IN_USE.read_anew()
