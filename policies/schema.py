"""The shapes of the files an official edits: document, repair, clause, rule, case. Unknown keys are errors."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, StrictStr

Force = Literal["must", "principle", "encouraged", "goal", "internal"]
Status = Literal["decided", "need_facts", "not_in_documents", "conflict"]
Certainty = Literal["explicit", "inferred", "principle", "ambiguous"]


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


class Param(Strict):
    """A value of a rule with the clause and the very words it is read from, or the assumption it rests on.

    null means “not filled in yet”: the rule then answers nothing, so that last year's value cannot leak.
    """

    value: StrictInt | StrictStr | tuple[StrictStr, ...] | tuple[StrictInt, ...] | None
    clause: StrictStr | None = None
    reads: StrictStr | None = None
    assumption: StrictStr | None = None


class Say(Strict):
    """The words for one outcome. Placeholders take values; a digit of its own is a lint error.
    `clauses`, where given, are cited instead of the rule's.
    """

    clauses: tuple[StrictStr, ...] = ()
    headline: StrictStr | None = None
    lines: tuple[StrictStr, ...] = ()
    steps: tuple[StrictStr, ...] = ()
    limits: tuple[StrictStr, ...] = ()


class Rule(Strict):
    """A dated rule made from a template of the closed set (`policies/templates`).

    `from`/`to` (inclusive) bound the date named by `version_by`. `say` maps an outcome key, or `key/intent`, to words.
    `inherit` tells what a lower region without documents may make of it.
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
    inherit: Literal["principle", "nearest", "never"] = "principle"
    refer: StrictBool = False
    say: dict[StrictStr, Say]


class Expect(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)
    status: Status
    certainty: Certainty | None = None


class Case(Strict):
    """A published example: what is said, what must come out, and which clause must be cited."""

    name: StrictStr
    intent: StrictStr
    region: StrictStr | None = None
    as_of: QuotedDate
    facts: dict[StrictStr, Any]
    expect: Expect
    cites: tuple[StrictStr, ...] = ()


class Question(Strict):
    """A policy question: its name for people, one way a parent says it, and what they ask next."""

    title: StrictStr
    say: StrictStr
    related: tuple[StrictStr, ...] = ()


class Contact(Strict):
    region: StrictStr
    name: StrictStr
    number: StrictStr
    source: StrictStr
    verified: Verified | None
