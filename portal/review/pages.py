"""The review list: what was misunderstood, refused or not solved, and the right reading chosen in two clicks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args
from urllib.parse import urlencode

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, redirect

from common.casebook import ReviewedQuestion
from common.casebook.reviews import SOURCES, AlreadyExported, Finding, NoSuchQuestion, ReviewState, Source
from dialogue.vocabulary import LABELS
from policies.library import Library
from portal.auth import needs
from portal.context import AppContext, Visitor
from portal.errors import PortalBadRequest, StaffPageNotFound
from portal.labels import title
from portal.review import words
from portal.review.numbers import numbered
from portal.review.understanding import Understanding, understood
from portal.typed import asked, form, whole_number

PER_PAGE = 20
_FIXED = ("not_ours", "read_well", "no_use")
"""Findings with a button of their own; `read_as` needs a label."""
_NOT_OFFERED = ("out_of_scope",)
"""Has a button of its own."""


@dataclass(frozen=True)
class ReviewLine:
    """One question as it stands on the page."""

    asked: ReviewedQuestion
    heard: Understanding | None
    found: str
    """The finding in words, empty when there is none."""


def readings(library: Library) -> dict[str, str]:
    """Title → label of everything a message can be read as."""
    return {title(label, library): label for label in LABELS if label not in _NOT_OFFERED}


def review_pages(parts: AppContext) -> Blueprint:
    """The routes of the review list."""
    door = Blueprint("review")

    def line(one: ReviewedQuestion) -> ReviewLine:
        library, review = parts.shelf.library, one.review
        found = words.FINDINGS[review.verdict] if review else ""
        if review and review.intent:
            found += f"：{title(review.intent, library)}"
        return ReviewLine(one, understood(one.question.reading, library), found)

    @door.get("/review")
    @needs("review")
    async def listed(request: Request, visitor: Visitor) -> HTTPResponse:
        source, state = _source(asked(request, "source")), _state(asked(request, "state"))
        sources = (source,) if source else SOURCES
        many = await parts.reviews.count(sources, state)
        pages = max(1, -(-many // PER_PAGE))
        page = min(max(1, whole_number(asked(request, "page")) or 1), pages)
        found = await parts.reviews.listed(sources, state, PER_PAGE, (page - 1) * PER_PAGE)
        saved = await parts.reviews.of(whole_number(asked(request, "saved")) or 0)
        await parts.audit.note(visitor.name, visitor.role, "review_seen", f"{state} {source or ''}".strip())
        return parts.page(
            request, "review.html", lines=[line(one) for one in found], many=many, page=page, pages=pages,
            source=source or "", state=state, address="/review?" + urlencode({"source": source or "", "state": state}),
            saved=line(saved) if saved and saved.review else None, sources=words.SOURCES, states=words.STATES,
            findings=words.FINDINGS, fixed=_FIXED, titles=sorted(readings(parts.shelf.library)),
        )  # fmt: skip

    @door.post(r"/review/<said:str>")
    @needs("review")
    async def decided(request: Request, visitor: Visitor, said: str) -> HTTPResponse:
        """A finding, from one of the buttons or from the searchable list; back to where the reviewer was."""
        given, number = form(request), numbered(said)
        verdict, intent = chosen(given, parts.shelf.library)
        try:
            await parts.reviews.save(number, verdict, intent, visitor.name, parts.now())
        except AlreadyExported:
            raise PortalBadRequest("这一条已经导出，交给工程师了；要改请直接告诉他们。") from None
        except NoSuchQuestion:
            raise StaffPageNotFound("没有这一条，或者家长已经让我们忘掉了。") from None
        await parts.audit.note(visitor.name, visitor.role, "turn_reviewed", f"{number} {intent or verdict}")
        back: dict[str, str] = {
            "source": _source(given.get("source", "")) or "",
            "state": _state(given.get("state", "")),
        }
        back |= {"page": str(whole_number(given.get("page", "")) or 1), "saved": str(number)}
        return redirect("/review?" + urlencode(back), status=303)

    return door


def chosen(given: Mapping[str, Any], library: Library) -> tuple[Finding, str | None]:
    """The finding a form means, and its label. Raises BadRequest."""
    verdict, intent = given.get("verdict", ""), given.get("intent", "")
    if verdict in _FIXED:
        return verdict, None
    known = readings(library)
    label = intent if intent in known.values() else known.get(given.get("reading", "").strip())
    if verdict not in ("", "read_as") or label is None:
        raise PortalBadRequest("没有存：从列表里选一个问题，或者点一个按钮。")
    return "read_as", label


def _source(said: str) -> Source | None:
    return next((one for one in SOURCES if one == said), None)


def _state(said: str) -> ReviewState:
    return next((one for one in get_args(ReviewState) if one == said), "new")
