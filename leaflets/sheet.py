"""A leaflet's content, put together from published answers alone. Nothing here words, adds or rounds anything.

What a day changes (“离结束还有39天”) is left out: paper must be true tomorrow too. Notes several answers share are
printed once. What the documents do not say for this region, stage and year cannot be chosen.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from leaflets import guard
from leaflets.code import MARK_BITS, scene_of
from leaflets.errors import ContentRefused, NothingToPrint
from leaflets.plan import FORMS, STAGES, Plan, SchoolWords, facts_of, topics
from policies import places
from policies.answers import Answer, Citation, compose, for_paper
from policies.counting import chinese_date
from policies.decisions import decide
from policies.library import Library

_PASSING = re.compile("现在|今天|今年|明年|还有[0-9]+天|正在里面|接着问我|我给您算")
"""Words that only the day of printing, or a talk, makes true."""
GROWN = ("中职", "高职", "大学")
"""Stages whose sheets may speak of colleges and vocational schools."""
_COLLEGES = re.compile("大学生|高校|高等院校|职业院校")
TOLD = ("decided", "need_facts")
"""Only these answers state something that may be printed; silence and conflict are for the chat."""
_CIRCLED = "①②③④⑤⑥⑦⑧⑨"


@dataclass(frozen=True)
class SheetItem:
    """One question and what the documents answer. `marks` name the notes at the end; `sources` are cited in full."""

    intent: str
    question: str
    headline: str
    lines: tuple[str, ...]
    limits: tuple[str, ...]
    marks: str
    sources: tuple[str, ...]

    @property
    def basis(self) -> str:
        """The line under an answer: the sentences it rests on, and the marks of its notes."""
        return f"依据：{'。'.join(self.sources)}{self.marks and f' {self.marks}'}"

    @property
    def paragraph(self) -> str:
        """The answer as one paragraph of a letter."""
        return "".join((self.headline, *self.lines, *self.limits))

    @property
    def footnote(self) -> str:
        """What a letter's paragraph rests on, named by its question."""
        return f"{self.question}{self.basis}"


@dataclass(frozen=True)
class SheetQuestion:
    """A question that could be chosen; `reason` says why it cannot."""

    intent: str
    title: str
    reason: str = ""


@dataclass(frozen=True)
class Sheet:
    """All words of a leaflet in reading order (`texts`), and what its QR code opens.

    A letter has a `closing` and a `date`; a poster one large day (`big`), where the answer is about one. `notice` is
    what stands above all of it while an emergency notice stands; no answer, and no part of what the code names.
    """

    plan: Plan
    title: str
    scope: str
    greeting: str
    items: tuple[SheetItem, ...]
    notes: tuple[str, ...]
    documents: tuple[str, ...]
    scan: tuple[str, ...]
    signature: tuple[str, ...]
    made: str
    warnings: tuple[str, ...]
    scene: str
    url: str
    mark: int
    stamp: str
    closing: tuple[str, ...] = ()
    date: str = ""
    big: tuple[str, ...] = ()
    notice: str = ""

    def texts(self) -> Iterator[str]:
        """Every piece of text, in the order it is read on paper and in the preview."""
        letter, poster = self.plan.form == "letter", self.plan.form == "poster"
        yield from filter(None, (self.notice,))
        yield self.title
        if letter:
            yield from filter(None, (self.greeting, *(item.paragraph for item in self.items)))
            yield from filter(None, (*self.closing, *self.signature, self.date, self.scope))
            yield from (item.footnote for item in self.items)
        else:
            yield from filter(None, (self.scope, self.greeting, *self.big))
            for number, item in enumerate(self.items, 1):
                yield from (item.question if poster else f"{number} {item.question}", item.headline)
                if not poster:
                    yield from (f"· {line}" for line in (*item.lines, *item.limits))
                yield item.basis
        yield from self.notes
        if self.documents:
            yield from ("出处", *self.documents)
        yield from (*self.scan, *(() if letter else self.signature), self.made)


def answer_of(intent: str, plan: Plan, library: Library, day: date | None = None) -> Answer:
    """The published answer a leaflet prints for one question: nothing in it is only reported."""
    return compose(for_paper(decide(intent, facts_of(plan), plan.region, day or plan.day, library), library), library)


def offers(plan: Plan, library: Library) -> list[SheetQuestion]:
    """Every question with its title, in printing order, and why it cannot be printed for this plan."""
    found = []
    for intent in topics():
        if intent in library.questions:
            reason = _unprintable(answer_of(intent, plan, library), plan, library)
            found.append(SheetQuestion(intent, str(library.questions[intent]["title"]), reason))
    return found


def _unprintable(answer: Answer, plan: Plan, library: Library) -> str:
    if answer.status == "conflict":
        return "规定有冲突，不印"
    if answer.status not in TOLD or not answer.citations:
        return "文件未写明"
    if any(citation.confidence == "medium" for citation in answer.citations):
        return "没有读到原文，只是转述，不印"
    if _PASSING.search("".join((answer.headline, *answer.limits))):
        return "答案看是哪一天，不印"
    year = answer.values.get("for_year")
    if year is not None and year != plan.year:
        return f"现在的答案是 {year} 年度的"
    annual = {s.annual_year for s in library.sources.values() if s.number in {c.document for c in answer.citations}}
    annual |= {library.facts[c.clause].year for c in answer.citations if c.clause in library.facts}
    if annual - {None, plan.year}:
        return "文件只管别的年度"
    chain = {place.adcode for place in places.chain(plan.region)}
    if any(citation.adcode not in chain for citation in answer.citations):
        return "依据的是别处的文件"
    lines, _ = _lasting(answer, plan, library)
    question = library.questions[answer.intent]
    if plan.stage not in GROWN and _COLLEGES.search("".join((question["say"], answer.headline, *lines))):
        return "说的是大学生的事"
    others = [stage for stage in STAGES if stage != plan.stage and answer.headline.startswith(f"{stage}：")]
    if others:
        return f"现有文件里只写了{others[0]}的"
    return guard.commercial(" ".join((answer.headline, *answer.lines, *answer.limits))) or ""


def compose_sheet(plan: Plan, library: Library, public_url: str, words: SchoolWords | None = None) -> Sheet:
    """Put a leaflet together.

    Raises:
        NothingToPrint: nothing chosen, or a chosen question has no answer to print; the text names it.
        Refused: the school's own words must not stand in a leaflet.
    """
    words, plan = words or SchoolWords(), plan.ordered()
    if not plan.questions:
        raise NothingToPrint("还没有选问题，至少选一个。")
    for intent in plan.questions:
        reason = _unprintable(answer_of(intent, plan, library), plan, library)
        if reason:
            raise NothingToPrint(f"“{library.questions[intent]['title']}”不能印：{reason}。")
    refused = guard.refusals(words, plan.region, plan.year, library)
    if refused:
        raise ContentRefused(refused)
    answers = [answer_of(intent, plan, library) for intent in plan.questions]
    items, notes = _items(answers, plan, library)
    warnings = warnings_of(plan)
    mark = mark_of(plan, library)
    scene = scene_of(plan, mark)
    place = places.full_name(plan.region)
    return Sheet(
        plan=plan, title=_title(plan), scope=f"适用：{place} · {plan.stage} · {plan.year}年度",
        greeting=words.greeting.strip() or _greeting(plan, place), items=items, notes=(*notes, *warnings),
        documents=_documents(answers), scan=_scan(library), signature=_signature(words),
        made=f"按{chinese_date(plan.day)}的规定整理。", warnings=warnings, scene=scene,
        url=f"{public_url.rstrip('/')}/s/{scene}", mark=mark, stamp=library.stamp,
        closing=("此致", "敬礼！") if plan.form == "letter" else (),
        date=chinese_date(plan.day) if plan.form == "letter" else "",
        big=_big(answers[0]) if plan.form == "poster" else (),
    )  # fmt: skip


def _big(answer: Answer) -> tuple[str, ...]:
    """The one day a poster shows: the last of the window its answer tells."""
    window = answer.values.get("window")
    return ("集中缴费期到", chinese_date(date.fromisoformat(str(window[1])))) if window else ()


def warnings_of(plan: Plan) -> tuple[str, ...]:
    """What maker and reader of a sheet must be told: a sheet of one question is not the whole story."""
    if len(plan.questions) > 1:
        return ()
    return ("这张单子只答一个问题，参保、缴费、看病的其他事不在上面，请扫码问。",)


def mark_of(plan: Plan, library: Library, day: date | None = None) -> int:
    """A short mark of what the leaflet's answers say and rest on, without what only the day of asking changes."""
    said: list[Any] = []
    for intent in plan.questions:
        answer = answer_of(intent, plan, library, day) if intent in library.questions else None
        if answer is None:
            said.append([intent, None])
            continue
        lines, limits = _lasting(answer, plan, library)
        said.append([answer.status, answer.headline, lines, limits, [(c.clause, c.said) for c in answer.citations]])
    digest = hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> (64 - MARK_BITS)


def _lasting(answer: Answer, plan: Plan, library: Library) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The lines and limits that will read the same tomorrow."""
    tomorrow = date.fromisoformat(answer.as_of) + timedelta(days=1)
    later = answer_of(answer.intent, plan, library, tomorrow)
    lines = tuple(x for x in answer.lines if x in later.lines and not _PASSING.search(x))
    return lines, tuple(x for x in answer.limits if x in later.limits)


def _items(answers: list[Answer], plan: Plan, library: Library) -> tuple[tuple[SheetItem, ...], tuple[str, ...]]:
    lasting = [_lasting(answer, plan, library) for answer in answers]
    count = Counter(limit for _, limits in lasting for limit in limits)
    general = {library.phrases[name] for name in ("principle", "ambiguous")}
    shared = [limit for limit in count if count[limit] > 1 or limit in general]
    items = []
    for answer, (lines, limits) in zip(answers, lasting, strict=True):
        cited: dict[str, dict[str, None]] = {}
        for c in answer.citations:
            cited.setdefault(_named(c), {})[c.at.replace("“", "").replace("”", "")] = None
        sources = tuple(f"{document} {'；'.join(spots)}" for document, spots in cited.items())
        marks = "".join(_CIRCLED[shared.index(limit)] for limit in limits if limit in shared)
        own = tuple(limit for limit in limits if limit not in shared)
        question = f"{library.questions[answer.intent]['say']}？"
        items.append(SheetItem(answer.intent, question, answer.headline, lines, own, marks, sources))
    return tuple(items), tuple(f"{_CIRCLED[n]} {limit}" for n, limit in enumerate(shared))


def _named(citation: Citation) -> str:
    """A document as a sheet names it: that only facts of it are in our hands is said."""
    return citation.document if citation.basis == "text" else f"{citation.document}〔摘要〕"


def _documents(answers: list[Answer]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for citation in (c for answer in answers for c in answer.citations):
        issued = chinese_date(date.fromisoformat(citation.issued_on)) if citation.issued_on else "成文日期未载明"
        title = citation.title if "《" in citation.title else f"《{citation.title}》"
        name = f"{citation.document}　{title}" if citation.document != citation.title else title
        kind = "" if citation.basis == "text" else "，摘要，以原文为准"
        found.setdefault(citation.document, f"{name}（{issued}{kind}）")
    return tuple(found.values())


def _title(plan: Plan) -> str:
    if plan.form == "letter":
        return "致新生儿家长的一封信" if plan.stage == "新生儿" else f"致{plan.stage}家长的一封信"
    return "儿童参加居民医保明白纸" if plan.form != "poster" else "给孩子办居民医保"


def _greeting(plan: Plan, place: str) -> str:
    if plan.form == "letter":
        return f"尊敬的家长：您好！{place}的孩子参加居民医保，您最关心的几件事，文件是这样写的。"
    return ""


def _scan(library: Library) -> tuple[str, ...]:
    return (
        "扫码提问",
        "打开就是本地区、本学段的问答；想按自己孩子的情况算准，直接打字问。规定变了，扫码看到的是新的。",
        f"拿不准的请拨 {library.hotline} 核实。",
    )


def _signature(words: SchoolWords) -> tuple[str, ...]:
    contact = f"联系：{words.contact.strip()}" if words.contact.strip() else ""
    return tuple(filter(None, (words.signature.strip(), contact)))


def again(plan: Plan, day: date) -> Plan:
    """The same leaflet as of another day."""
    return replace(plan, day=day)


assert len(FORMS) <= 4, "a code has two bits for the form"
