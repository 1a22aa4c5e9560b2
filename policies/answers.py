"""From a decision to the one answer that chat, desk and leaflet all render.

Words come from the rule files and the digests; values are put in as they were decided. Nothing here adds, subtracts or
rephrases a number.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from policies import places
from policies.decisions import Decision, grounds_of
from policies.facts import LABELS
from policies.library import Fact, Library, default
from policies.wording import beside, common_limits, side_by_side, words_of

_UNWRITTEN = re.compile("没有写|没写|未写|没有收录|还没收录|没有列|没有说")
TEXT_LIMIT = 600
"""Characters a chat answer may have as plain text."""
SHORT_LIMIT = 120
"""Characters a short answer keeps to where it can."""
_SENTENCE = 9
"""A first sentence shorter than this says nothing alone."""


@dataclass(frozen=True)
class Citation:
    """What an answer rests on. `basis` is `text` (a verbatim `quote`) or `digest` (a `fact` in our own words).

    `document` is the number, or the title where no number was read; `at` is where it stands, `force` what its words
    allow, `issued_on` the full date or None with `dated` what is known of it.
    """

    document: str
    title: str
    clause: str
    at: str
    adcode: str
    force: str
    issued_on: str | None
    basis: str = "text"
    quote: str = ""
    fact: str = ""
    number: str | None = None
    issuers: tuple[str, ...] = ()
    dated: str | None = None
    confidence: str | None = None
    checked_on: str | None = None

    @property
    def said(self) -> str:
        """The sentence or the fact itself."""
        return self.quote or self.fact

    @property
    def line(self) -> str:
        """The ground in one line, so that nobody takes our words for the document's."""
        if self.basis == "text":
            return f"依据：{self.document}（{_place(self.at)}）：“{self.quote}”"
        number = self.number or ""
        return f"据〈{self.title}〉{number}（{_place(self.at)}），摘要，以原文为准：{self.fact}"

    def as_json(self) -> dict[str, Any]:
        """Plain JSON data with `quote` or `fact`, never both."""
        left_out = "fact" if self.basis == "text" else "quote"
        return {name: value for name, value in vars(self).items() if name != left_out}


@dataclass(frozen=True)
class Answer:
    """The structured answer of the contract (docs/contracts.md, Answer)."""

    intent: str
    status: str
    certainty: str
    region: Mapping[str, str]
    as_of: str
    headline: str
    lines: tuple[str, ...]
    steps: tuple[str, ...]
    limits: tuple[str, ...]
    values: Mapping[str, Any]
    citations: tuple[Citation, ...]
    ask_for: tuple[str, ...]
    related: tuple[str, ...]
    refer: str | None
    missing: tuple[str, ...]
    plain: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain JSON data, of which nothing is shared with the answer that could be changed."""
        return {**_copied(vars(self)), "citations": [citation.as_json() for citation in self.citations]}


def _copied(value: Any) -> Any:
    """Plain data again; `dataclasses.asdict` looks at every word whether it is a record: three times the time."""
    if isinstance(value, dict):
        return {name: _copied(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(_copied, value))
    return value


def compose(decision: Decision, library: Library | None = None) -> Answer:
    """Put a decision into words.

    Returns:
        The answer with headline, lines, calculation, limits, its grounds and what would make it exact.
    """
    library = library or default()
    rule = library.rules[decision.rule_id] if decision.rule_id else None
    words = words_of(decision, library)
    if decision.status == "conflict" and (decision.beside or decision.told):
        words = side_by_side(decision, words, library)
    else:
        words.lines = (*words.lines, *(line for one in decision.beside for line in beside(one, decision, library)))
    grounds = grounds_of(decision, library)
    words.limits = tuple(dict.fromkeys((*words.limits, *common_limits(decision, grounds, library))))
    values = dict(decision.values)
    computed = [told for one in decision.beside if (told := {k: v for k, v in one.values.items() if k != "reported"})]
    if computed:
        values["beside"] = computed
    if grounds and decision.status in ("decided", "need_facts"):
        values["rule_version"] = library.name(grounds[0])
    everything = "".join((words.headline, *words.lines, *words.limits))
    uncertain = decision.status in ("not_in_documents", "conflict") or decision.certainty in (
        "ambiguous", "principle", "reported")  # fmt: skip
    refer = uncertain or (rule is not None and rule.refer) or bool(_UNWRITTEN.search(everything))
    return Answer(
        intent=decision.intent, status=decision.status, certainty=decision.certainty,
        region={"adcode": decision.adcode, "name": places.full_name(decision.adcode)},
        as_of=decision.as_of.isoformat(), headline=words.headline, lines=words.lines,
        steps=(*decision.steps, *words.steps), limits=words.limits, values=values,
        citations=tuple(cite(key, library) for key in grounds), ask_for=decision.ask_for,
        related=tuple(library.questions[decision.intent]["related"]), refer=library.hotline if refer else None,
        missing=decision.missing_docs, plain=words.plain,
    )  # fmt: skip


def for_paper(decision: Decision, library: Library) -> Decision:
    """The same decision without anything only reported beside or after it: what may be printed."""
    rule = library.rules[decision.rule_id] if decision.rule_id else None
    keep = tuple(
        name for name in decision.adds
        if rule is not None and not any(_medium(c, library) for c in rule.say[name]["clauses"])
    )  # fmt: skip
    others = tuple(one for one in decision.beside if not any(_medium(c, library) for c in grounds_of(one, library)))
    values = {name: value for name, value in decision.values.items() if name != "reported"}
    return replace(decision, adds=keep, beside=others, history=(), values=values)


def _medium(key: str, library: Library) -> bool:
    ground = library.ground(key)
    return isinstance(ground, Fact) and ground.medium


def cite(key: str, library: Library) -> Citation:
    """The ground with this id as answers show it."""
    ground = library.ground(key)
    if isinstance(ground, Fact):
        paper = library.papers[ground.paper]
        return Citation(paper.name, paper.title, ground.id, ground.at, ground.region, ground.force, paper.issued_on,
                        "digest", "", ground.fact, paper.number, paper.issuers, paper.dated, ground.confidence,
                        paper.checked_on)  # fmt: skip
    source = library.sources[ground.doc]
    return Citation(source.number, source.title, ground.id, ground.at, source.region, ground.force, source.issued_on,
                    "text", ground.quote, "", source.number, source.issuers)  # fmt: skip


def _place(at: str) -> str:
    """Where a sentence stands, without the heading's own quotation marks."""
    return at.replace("“", "").replace("”", "")


def ask_line(answer: Answer) -> str | None:
    """One question back to the parent: the first fact that would make the answer exact."""
    if not answer.ask_for:
        return None
    return f"告诉我{LABELS[answer.ask_for[0]]}，我就能给您算准。"


def as_text(answer: Answer) -> str:
    """The complete answer for a plain-text channel: result first, then why, limits, and what it rests on.

    Never longer than `TEXT_LIMIT`: further grounds are then named without their sentence, then the calculation is left
    to the page. Whom to ask is named once.
    """
    ask = ask_line(answer)
    head = [answer.headline, *answer.lines]
    limits = [f"· {limit}" for limit in answer.limits]
    named = answer.refer is not None and answer.refer in "".join((*head, *limits))
    refer = [f"拿不准的地方请拨 {answer.refer} 核实。"] if answer.refer and not named else []
    tail = [*refer, *([ask] if ask else [])]
    steps = [f"怎么算的：{'；'.join(answer.steps)}"] if answer.steps else []
    count = len(answer.citations)
    shorter = [([*steps, *limits], n) for n in range(count, 0, -1)]
    shorter += [(limits, n) for n in range(count, 0, -1)] + [(limits[:2], 1), (limits[:1], 1)]
    for parts, whole in shorter:
        text = "\n".join([*head, *parts, *_grounds(answer, whole), *tail])
        if len(text) <= TEXT_LIMIT:
            return text
    return text[:TEXT_LIMIT]


def _grounds(answer: Answer, whole: int) -> list[str]:
    """The first grounds in full, the others by document and place."""
    lines = [citation.line for citation in answer.citations[:whole]]
    rest = [f"{c.document}（{_place(c.at)}）" for c in answer.citations[whole:]]
    return [*lines, f"另据：{'；'.join(dict.fromkeys(rest))}"] if rest else lines


def as_plain(answer: Answer) -> str:
    """The answer in everyday words: the result, what to do, until when; no document and no jargon.

    From the words beside the rule (`plain`), else the headline; what makes it less than certain is never left out.
    """
    said = answer.plain or (answer.headline,)
    return "\n".join((*said, *_honesty(answer, "".join(said))))


def as_short(answer: Answer) -> str:
    """The result in at most two plain sentences, within `SHORT_LIMIT` characters where it can be."""
    first, *rest = _sentences((answer.plain or (answer.headline,))[0])
    honest = _honesty(answer, first)
    second = honest[0] if honest else rest[0] if rest else ""
    both = first + second
    return both if second and (honest or len(both) <= SHORT_LIMIT) else first


def _sentences(text: str) -> list[str]:
    """The text cut after each full stop; a word like “可以。” leads over to what follows it."""
    parts = [part for part in re.split("(?<=[。！？])", text) if part]
    if len(parts) > 1 and len(parts[0]) < _SENTENCE:
        parts[:2] = [f"{parts[0][:-1]}，{parts[1]}"]
    return parts


def _honesty(answer: Answer, said: str) -> list[str]:
    """What must follow a short answer so that it promises no more than the long one, and whom to ask, in a sentence."""
    ask = f"，问{answer.refer}" if answer.refer and answer.refer not in said else ""
    if answer.status == "not_in_documents":
        silent = bool(_UNWRITTEN.search(said)) or "手里" in said
        return ([f"请{ask[1:]}。"] if ask else []) if silent else [f"这一点文件没有写{ask}。"]
    if answer.status == "conflict":
        told = "不一样" in said or "没有说死" in said
        if told and "核实" in said:
            return [f"请{ask[1:]}。"] if ask else []
        return [f"先核实{ask}。" if told else f"两处说法不一样，先核实{ask}。"]
    if answer.certainty == "ambiguous":
        return [f"文件没写清楚，办之前先核实{ask}。"]
    if answer.certainty == "principle":
        soft = re.search("原则|鼓励|推进|推广|支持|推动|看当地|各地", said)
        return [f"拿不准的{ask[1:]}。"] if soft and ask else [f"具体看当地{ask}。"]
    if answer.certainty == "reported":
        told = "官方发布" in said or "核实" in said
        return [f"我们没读到原文，先核实{ask}。" if told else f"这是官方发布的说法，我们没读到原文{ask}。"]
    if answer.certainty == "inferred":
        return [f"以当地经办为准{ask}。"]
    return [f"拿不准的{ask[1:]}。"] if ask else []
