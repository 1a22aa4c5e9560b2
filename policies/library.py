"""The library: everything an official wrote, validated once and frozen into one table keyed (region, question).

`python -m policies build` writes `compiled.json` beside this file; loading it needs no YAML. A compiled table whose
stamp does not match the files is rebuilt, so that an edit is never silently ignored.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from policies import loading, sources
from policies.errors import LibraryError
from policies.schema import Clause, Contact, Document, Fix, Question, Rule

COMPILED = Path(__file__).parent / "compiled.json"


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
class Sentence:
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
class DatedRule:
    """A rule ready to run: `params` are bare values, `say` the words per outcome key."""

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


@dataclass(frozen=True)
class Library:
    """The whole frozen table. `stamp` is the content hash of the files it was built from."""

    stamp: str
    sources: Mapping[str, Source]
    sentences: Mapping[str, Sentence]
    rules: Mapping[str, DatedRule]
    by_question: Mapping[tuple[str, str], tuple[DatedRule, ...]]
    nearest: Mapping[tuple[str, str], tuple[Sentence, ...]]
    questions: Mapping[str, Mapping[str, Any]]
    phrases: Mapping[str, str]
    hotline: str
    emergency: str

    def regions(self) -> frozenset[str]:
        """Codes of the regions that have documents of their own."""
        return frozenset(source.region for source in self.sources.values())


def _files(root: Path) -> list[Path]:
    return sorted(p for p in root.rglob("*") if p.suffix in (".yml", ".tsv") or p.name == "raw.txt")


def stamp(root: Path = loading.ROOT) -> str:
    """The content hash of every file an official edits."""
    digest = hashlib.sha256()
    for path in _files(root):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@dataclass
class Draft:
    """The validated files before freezing, with their lines; the linter works on this."""

    root: Path
    problems: list[loading.Problem]
    files: dict[str, loading.YamlFile]
    documents: dict[str, Document]
    texts: dict[str, str]
    clauses: dict[str, tuple[Clause, str, loading.YamlFile, int]]
    rules: dict[str, tuple[Rule, str, loading.YamlFile, int]]
    questions: dict[str, Question]
    contacts: list[Contact]
    phrases: dict[str, str]


def read(root: Path = loading.ROOT) -> Draft:
    """Read and validate every policy file; complaints are collected, not raised."""
    draft = Draft(root, [], {}, {}, {}, {}, {}, {}, [], {})

    def load(path: Path) -> loading.YamlFile:
        file = loading.YamlFile(path, root)
        draft.files[file.name] = file
        return file

    for folder in sorted((root / "sources").iterdir()):
        _read_source(folder, load, draft)
    for folder in sorted((root / "regions").iterdir()):
        file = load(folder / "clauses.yml")
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
    draft.questions = load(root / "questions.yml").read_map(Question)
    draft.contacts = [contact for _, contact in load(root / "contacts.yml").read_list(Contact)]
    draft.phrases = {str(k): str(v) for k, v in (load(root / "phrases.yml").data or {}).items()}
    for file in draft.files.values():
        draft.problems.extend(file.problems)
    return draft


def _read_source(folder: Path, load: Any, draft: Draft) -> None:
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


def compile_table(draft: Draft) -> dict[str, Any]:
    """The frozen table as plain JSON data."""
    return {
        "stamp": stamp(draft.root),
        "sources": [{"id": key, **doc.model_dump()} for key, doc in draft.documents.items()],
        "sentences": [
            {"region": region, **clause.model_dump(by_alias=True)} for clause, region, *_ in draft.clauses.values()
        ],
        "rules": [{"region": region, **rule.model_dump(by_alias=True)} for rule, region, *_ in draft.rules.values()],
        "questions": {key: question.model_dump() for key, question in draft.questions.items()},
        "phrases": draft.phrases,
        "hotline": next(c.number for c in draft.contacts if c.region == "100000"),
        "emergency": " 或 ".join(c.number for c in draft.contacts if c.name.startswith("紧急")),
    }


def build(root: Path = loading.ROOT, target: Path | None = None) -> dict[str, Any]:
    """Validate the files and write the compiled table.

    Raises:
        LibraryError: the files do not hold together; the first complaint is in the message.
    """
    draft = read(root)
    if draft.problems:
        raise LibraryError(str(min(draft.problems)))
    table = compile_table(draft)
    path = target or root / COMPILED.name
    temporary = path.with_suffix(f".{hashlib.sha256(str(id(table)).encode()).hexdigest()[:8]}.tmp")
    temporary.write_text(json.dumps(table, ensure_ascii=False), "utf-8")
    temporary.replace(path)
    return table


def freeze(table: Mapping[str, Any]) -> Library:
    """Plain JSON data → the table decisions run on."""
    found_sources = {s["id"]: _source(s) for s in table["sources"]}
    sentences = {s["id"]: _sentence(s, found_sources) for s in table["sentences"]}
    rules = {r["id"]: _rule(r, sentences) for r in table["rules"]}
    by_question: dict[tuple[str, str], list[DatedRule]] = {}
    for rule in rules.values():
        if None in rule.params.values() or not _of_its_year(rule, sentences, found_sources):
            continue
        for intent in rule.intents:
            by_question.setdefault((rule.region, intent), []).append(rule)
    nearest: dict[tuple[str, str], list[Sentence]] = {}
    for sentence in sentences.values():
        for intent in sentence.intents:
            nearest.setdefault((found_sources[sentence.doc].region, intent), []).append(sentence)
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
        emergency=table["emergency"],
    )


def _of_its_year(rule: DatedRule, sentences: Mapping[str, Sentence], found: Mapping[str, Source]) -> bool:
    """An annual document answers nothing for another year, whatever a rule file says (B-20)."""
    cited = {found[sentences[c].doc].annual_year for c in rule.clauses} - {None}
    about_documents = rule.template == "annual_document" or rule.intents == ("ask_policy_source",)
    return not cited or about_documents or cited == {rule.params.get("benefit_year")}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _source(raw: Mapping[str, Any]) -> Source:
    known = _day(raw["issued_on"]) or date(raw["year"], 1, 1)
    return Source(raw["id"], raw["number"], raw["title"], raw["region"], raw["issued_on"], known,
                  raw["annual_year"], _day(raw["annual_from"]), tuple(raw["missing"]),
                  tuple(raw["issuers"]))  # fmt: skip


def _sentence(raw: Mapping[str, Any], found: Mapping[str, Source]) -> Sentence:
    return Sentence(raw["id"], raw["doc"], raw["at"], raw["quote"], raw["force"], tuple(raw["intents"]),
                    found[raw["doc"]].known_from, _day(raw["to"]))  # fmt: skip


def _rule(raw: Mapping[str, Any], sentences: Mapping[str, Sentence]) -> DatedRule:
    params = {name: _bare(param["value"]) for name, param in raw["params"].items()}
    params["when"] = {name: _bare(value) for name, value in raw["when"].items()}
    cited = [sentences[c] for c in raw["clauses"]]
    certainty = raw["certainty"] or ("explicit" if cited and cited[0].force == "must" else "principle")
    return DatedRule(
        id=raw["id"], region=raw["region"], intents=tuple(raw["intents"]), template=raw["template"],
        version_by=raw["version_by"], since=_day(raw["from"]), until=_day(raw["to"]), params=params,
        values={name: _bare(value) for name, value in raw["values"].items()}, asks=tuple(raw["asks"]),
        exception_to=raw["exception_to"], clauses=tuple(raw["clauses"]), certainty=certainty,
        missing=tuple(raw["missing"]), inherit=raw["inherit"], refer=raw["refer"],
        known_from=max((s.known_from for s in cited), default=date.min), say=raw["say"],
    )  # fmt: skip


def _bare(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@lru_cache(maxsize=1)
def default() -> Library:
    """The product's library, compiled first when its files changed."""
    current = stamp()
    if COMPILED.exists():
        table = json.loads(COMPILED.read_text("utf-8"))
        if table["stamp"] == current:
            return freeze(table)
    return freeze(json.loads(json.dumps(build())))
