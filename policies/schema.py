"""The shapes of the files an official edits: document, repair, clause, digest, rule, case. Unknown keys are errors."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, StrictStr

Force = Literal["must", "principle", "encouraged", "goal", "internal"]
Status = Literal["decided", "need_facts", "not_in_documents", "conflict"]
Certainty = Literal["explicit", "inferred", "reported", "principle", "ambiguous"]
Confidence = Literal["high", "medium"]
"""Of a digest. high: the document's own text was read; medium: official news, or two pages that agree."""


def _quoted_date(value: object) -> object:
    if isinstance(value, str) and len(value) == 10:
        date.fromisoformat(value)
        return value
    raise ValueError('日期要加引号，写成 "YYYY-MM-DD"')


QuotedDate = Annotated[str, BeforeValidator(_quoted_date)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Document(Strict):
    """One source document. `issued_on` is null where the text carries no date; `year` is then all that is known.
    `annual_year`: the document speaks only for this benefit year, whose payments open on `annual_from`.
    """

    code: StrictStr
    number: StrictStr
    number_basis: StrictStr | None = None
    title: StrictStr
    issuers: tuple[StrictStr, ...]
    region: StrictStr
    issued_on: QuotedDate | None
    year: StrictInt
    annual_year: StrictInt | None
    annual_from: QuotedDate | None = None
    cites: tuple[StrictStr, ...]
    missing: tuple[StrictStr, ...]
    raw_sha256: StrictStr


class Fix(Strict):
    """One reviewed repair of the raw text: replace (`before`/`after`), `join` with a later line, or `drop_to`."""

    line: StrictInt
    before: StrictStr | None = None
    after: StrictStr | None = None
    join: StrictInt | None = None
    drop_to: StrictInt | None = None
    kind: Literal["ocr", "spam", "linebreak", "traditional", "duplicate", "typo"]
    note: StrictStr
    reason: StrictStr
    reviewer: StrictStr


class Verified(Strict):
    by: StrictStr
    on: QuotedDate


class Clause(Strict):
    """One citable sentence. `force` is what its modal word allows; only `must` may be told as a right."""

    id: StrictStr
    doc: StrictStr
    at: StrictStr
    quote: StrictStr
    gist: StrictStr
    force: Force
    intents: tuple[StrictStr, ...]
    from_: QuotedDate | None = Field(alias="from")
    to: QuotedDate | None
    from_basis: Literal["stated", "issued_on", "document_year"]
    verified: Verified


FactValue = StrictInt | StrictBool | StrictStr | tuple[StrictStr, ...] | tuple[StrictInt, ...]


class DigestFact(Strict):
    """One fact of a document we do not hold, in our own words. Never a quotation, no number outside `values`.

    `from`/`to` are the first and the last day it may be told as current; `year` is the one benefit year it answers,
    after which it is history; `of_notice` the benefit year whose notice says what may well go on: asked of a later one,
    that is said. `newborn`: it is about newborns only (true) or never about them (false); `stages`: about
    these stages only. `differs_from` names grounds it cannot be reconciled with: whoever tells one tells the other.
    `confidence` and `basis` stand here only where this fact was read less well than the rest of its paper.
    """

    id: StrictStr
    at: StrictStr
    fact: StrictStr
    force: Force | Literal["info"]
    intents: tuple[StrictStr, ...]
    from_: QuotedDate = Field(alias="from")
    to: QuotedDate | None = None
    year: StrictInt | None = None
    of_notice: StrictInt | None = None
    newborn: StrictBool | None = None
    stages: tuple[StrictStr, ...] = ()
    differs_from: tuple[StrictStr, ...] = ()
    values: dict[StrictStr, FactValue] = {}
    confidence: Confidence | None = None
    basis: StrictStr | None = None
    note: StrictStr | None = None


class Digest(Strict):
    """A public document known by its facts only (`policies/digests/<region>.yml`).

    `number` is null where none was read; `dated` then carries what is known of a date that is not a full one.
    `checked_on` is the day somebody last looked at the source, null where nobody wrote it down; `signed` took it over.
    """

    id: StrictStr
    issuers: tuple[StrictStr, ...]
    title: StrictStr
    number: StrictStr | None
    number_basis: StrictStr | None = None
    issued_on: QuotedDate | None
    dated: StrictStr | None = None
    confidence: Confidence
    basis: StrictStr
    checked_on: QuotedDate | None
    signed: StrictStr
    note: StrictStr | None = None
    facts: tuple[DigestFact, ...]


class Param(Strict):
    """A value of a rule with the clause and the very words it is read from, or the assumption it rests on.

    Where the clause is a digest's fact, `reads` names one of its `values`. null means “not filled in yet”: the rule
    then answers nothing, so that last year's value cannot leak.
    """

    value: StrictInt | StrictStr | tuple[StrictStr, ...] | tuple[StrictInt, ...] | None
    clause: StrictStr | None = None
    reads: StrictStr | None = None
    assumption: StrictStr | None = None


class StagedLine(Strict):
    """A line for some children only: left out where another stage was said."""

    text: StrictStr
    stages: tuple[StrictStr, ...]


def line_text(line: str | StagedLine) -> str:
    """The words of a line, whoever they are for."""
    return line.text if isinstance(line, StagedLine) else line


class Say(Strict):
    """The words for one outcome. Placeholders take values; a digit of its own is a lint error.

    `clauses`, where given, are cited instead of the rule's. `also` names further entries of `say` that are appended
    with their own clauses, each only while those clauses may be told. `plain` says the result in everyday words.
    """

    clauses: tuple[StrictStr, ...] = ()
    headline: StrictStr | None = None
    plain: tuple[StrictStr | StagedLine, ...] = ()
    lines: tuple[StrictStr | StagedLine, ...] = ()
    steps: tuple[StrictStr, ...] = ()
    limits: tuple[StrictStr, ...] = ()
    also: tuple[StrictStr, ...] = ()


class Rule(Strict):
    """A dated rule made from a template of the closed set (`policies/templates`).

    `from`/`to` (inclusive) bound the date named by `version_by`. `say` maps an outcome key, or `key/intent`, to words.
    `inherit` tells what a lower region without documents may make of it: a `principle`, a `law` that holds as it is,
    the `nearest` sentence, or nothing. `silence_stands`: where this rule says that nothing is written, nothing from
    further up is put in its place, only told beside it. `newborn`, `stages`: as of a digest's fact.
    """

    id: StrictStr
    intents: tuple[StrictStr, ...]
    template: StrictStr
    version_by: Literal["paid_date", "as_of", "service_date", "visit_date", "benefit_year"] = "as_of"
    from_: QuotedDate | None = Field(default=None, alias="from")
    to: QuotedDate | None = None
    params: dict[StrictStr, Param] = {}
    when: dict[StrictStr, StrictBool | StrictStr | tuple[StrictStr, ...]] = {}
    values: dict[StrictStr, StrictBool | StrictStr | StrictInt | tuple[StrictStr, ...]] = {}
    asks: tuple[StrictStr, ...] = ()
    exception_to: StrictStr | None = None
    clauses: tuple[StrictStr, ...] = ()
    certainty: Certainty | None = None
    missing: tuple[StrictStr, ...] = ()
    inherit: Literal["principle", "law", "nearest", "never"] = "principle"
    refer: StrictBool = False
    silence_stands: StrictBool = False
    newborn: StrictBool | None = None
    stages: tuple[StrictStr, ...] = ()
    say: dict[StrictStr, Say]


class Expect(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)
    status: Status
    certainty: Certainty | None = None


class PolicyCase(Strict):
    """A published example: what is said, what must come out, and which clause must be cited."""

    name: StrictStr
    intent: StrictStr
    region: StrictStr | None = None
    as_of: QuotedDate
    facts: dict[StrictStr, Any]
    expect: Expect
    cites: tuple[StrictStr, ...] = ()


LEAFLET_NUMBERS = 48
"""Bits a leaflet's code has for its questions (`leaflets/code.py`)."""


class Question(Strict):
    """A policy question: its name for people, one way a parent says it, and what they ask next.

    `nation_beside`: where only a region's digest answers, the nation's rule is told beside it. `local_first`: while
    nothing was said of the child, a region's digest goes before the nation's text on newborns. `local_details`: a
    city's own papers usually say more, so a city without any is told so. `next`: the question whose answer says what to
    do after this one's; none where its own answer says it. `year`: where annual documents of two years run side by
    side it is about the `latest`, the one being `collected` (the next, even if no document of it is held), or the one
    `running` on that day, which pays for care. `leaflet`: its number in the code of a leaflet, kept for
    ever; a question without one says in `not_printed` why no leaflet may answer it.
    """

    title: StrictStr
    say: StrictStr
    leaflet: StrictInt | None = None
    not_printed: StrictStr = ""
    next: StrictStr | None = None
    related: tuple[StrictStr, ...] = ()
    nation_beside: StrictBool = False
    local_first: StrictBool = False
    local_details: StrictBool = False
    year: Literal["latest", "collected", "running"] = "latest"


class Wanted(Strict):
    """A document that is missing, and the questions it would answer in its region."""

    document: StrictStr
    region: StrictStr
    intents: tuple[StrictStr, ...]
    unlocks: StrictStr


class Contact(Strict):
    region: StrictStr
    name: StrictStr
    number: StrictStr
    source: StrictStr
    verified: Verified | None
    bodies: tuple[StrictStr, ...] = ()
    """Whose business can be asked about there, for a case that is none of ours."""
