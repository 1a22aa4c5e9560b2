"""Rendering of pages: the Jinja environment, what every page may use, and how a reply is laid out. No routes here."""

import hashlib
import re
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from sanic import Request

from gateway.words import words
from policies.counting import chinese_date
from policies.library import default
from policies.year_said import year_said

ROOM = Path(__file__).parent
STATIC = ROOM / "static"
CERTAINTIES = ("explicit", "inferred", "reported", "principle", "ambiguous")
STATUSES = ("need_facts", "not_in_documents", "conflict")
"""Of an answer's kinds of certainty and its states (docs/contracts.md), those that are told on its card."""
_FILE = re.compile(r"(?:https?://[^\s/]{1,260})?(?P<path>/r/[A-Za-z0-9_-]+\.ics)")
_LINK = re.compile(r"(?:https?://[^\s/]{1,260})?(?P<path>/(?P<page>enroll|call-back)/[A-Za-z0-9_-]+)")
_SHEET = re.compile(r"(?:https?://[^\s/]{1,260})?(?P<path>/sheets/[A-Za-z0-9_.-]{1,100}\.(?P<kind>png|pdf))")
BEIJING = ZoneInfo("Asia/Shanghai")


@cache
def templates() -> Environment:
    """The page templates, compiled once, autoescaped; a missing name is an error, not an empty string."""
    found = Environment(
        loader=FileSystemLoader(ROOM / "pages"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    found.globals.update(
        certainty={kind: words(f"certainty_{kind}") for kind in CERTAINTIES},
        status={kind: words(f"status_{kind}") for kind in STATUSES}, asset=_asset, hotline=default().hotline,
        banner=lambda: None,
    )  # fmt: skip
    found.filters.update(
        linked=linked, lead=lead, question_back=question_back, day=day, clock=clock, iso=iso, year=year, title=title,
        grounds=grounds, copied=copied, names_hotline=names_hotline,
    )  # fmt: skip
    return found


def large(request: Request) -> bool:
    """Did this browser choose 大字?"""
    return request.cookies.get("large") == "1"


def partial(request: Request) -> bool:
    """Does chat.js ask, which wants the new bubbles only, and errors as plain text?"""
    return request.headers.get("x-partial") == "1"


def linked(line: str, done: frozenset[str] | tuple[str, ...] = ()) -> Markup:
    """A line of a reply with its link to a page or file of ours and the hotline made touchable; all else escaped.

    Args:
        done: enrollment links that were used: there is nothing to do behind them any more.
    """
    sheet = _SHEET.search(line)
    if sheet:
        path, what = sheet["path"], line[: sheet.start()].rstrip("：: ")
        label = "，".join(filter(None, (what, words(f"open_{sheet['kind']}"))))
        button = Markup('<a class="button" href="{}">{}</a>').format(path, label)
        if sheet["kind"] == "pdf":
            return button
        return (
            Markup('<a class="drawn" href="{}"><img src="{}" alt="{}" loading="lazy"></a>').format(path, path, what)
            + button
        )
    found = _LINK.search(line)
    if found and found["path"] in done:
        return Markup('<span class="finished">{}</span>').format(words("link_used"))
    if found:
        return Markup('<a class="button" href="{}">{}</a>').format(
            found["path"], words("link_to_form" if found["page"] == "enroll" else "link_to_call_back")
        )
    file = _FILE.search(line)
    if file:
        return Markup('<a class="button" href="{}">{}</a>').format(file["path"], words("calendar_file"))
    number = default().hotline
    parts = re.split(rf"(?<!\d){number}(?!\d)", line)
    return Markup('<a href="tel:{0}">{0}</a>').format(number).join(parts)


def lead(reply: dict[str, Any]) -> str:
    """What was understood, said before an answer (“好，按黑龙江省：”)."""
    first = str(reply["text"]).split("\n", 1)[0]
    return first if reply["answer"] and first != reply["answer"]["headline"] else ""


def question_back(reply: dict[str, Any]) -> str:
    """The one question an answer ends with, if it does."""
    last = str(reply["text"]).rsplit("\n", 1)[-1]
    asks = last.endswith(("？", "。")) and (reply["answer"]["ask_for"] or "？" in last)
    return last if asks else ""


def clock(at: float) -> str:
    """When it was said: 20:14 today, 11月22日 20:14 before."""
    said, now = datetime.fromtimestamp(at, BEIJING), datetime.now(BEIJING)
    if said.date() == now.date():
        return f"{said:%H:%M}"
    this_year = words("day_of_this_year", month=said.month, day=said.day)
    return f"{this_year if said.year == now.year else chinese_date(said.date())} {said:%H:%M}"


def iso(at: float) -> str:
    """The same for programs."""
    return datetime.fromtimestamp(at, BEIJING).isoformat(timespec="minutes")


def title(answer: dict[str, Any]) -> str:
    """The question an answer is to, as its page is called."""
    known = default().questions.get(answer["intent"])
    return str(known["title"]) if known else words("an_answer")


def year(answer: dict[str, Any]) -> str:
    """The year an answer speaks for."""
    return year_said(answer, default())


def grounds(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """The grounds of an answer, one for each place of a document, with all it says there; nothing stands twice."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for one in answer["citations"]:
        digest = one.get("basis") == "digest"
        place = found.setdefault((one["document"], one["at"], str(digest)), {**one, "digest": digest, "said": []})
        line = one["fact"] if digest else one["quote"]
        if line not in place["said"]:
            place["said"].append(line)
    return list(found.values())


def names_hotline(answer: dict[str, Any]) -> bool:
    """Do the answer's own words name whom to call? Then the card does not say it again."""
    return answer["refer"] in "".join([answer["headline"], *answer["lines"], *answer["limits"]])


def copied(reply: dict[str, Any]) -> str:
    """An answer as it is pasted elsewhere: with region and year, without what is said to this parent alone."""
    answer = reply["answer"]
    said = str(reply["text"]).removeprefix(lead(reply)).removesuffix(question_back(reply)).strip()
    return f"【{answer['region']['name']}·{year(answer)}】{said}"


def day(iso: str) -> str:
    """2026-11-22 as it is read."""
    return chinese_date(date.fromisoformat(iso))


@cache
def _asset(name: str) -> str:
    """The address of a static file; it changes with the content, so that no phone keeps an old one."""
    return f"/static/{name}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]}"
