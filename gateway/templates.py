"""Rendering of pages: the Jinja environment, what every page may use, and how a reply is laid out. No routes here."""

import hashlib
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from sanic import Request

from policies.counting import chinese_date
from policies.library import default

ROOM = Path(__file__).parent
STATIC = ROOM / "static"
CERTAINTY = {"explicit": "文件写明", "inferred": "由文件推出", "reported": "据官方发布", "principle": "原则性规定",
             "ambiguous": "文件有不同理解"}  # fmt: skip
STATUS = {"need_facts": "先说一般规定", "not_in_documents": "文件未写明", "conflict": "规定有冲突"}
_LINK = re.compile(r"(?:https?://[^\s/]{1,260})?(?P<path>/enroll/[A-Za-z0-9_-]+)")
_SHEET = re.compile(r"(?:https?://[^\s/]{1,260})?(?P<path>/sheets/[A-Za-z0-9_.-]{1,100}\.(?P<kind>png|pdf))")
_SHEETS = {"png": "打开（长按保存、转发）", "pdf": "打开 PDF"}


@cache
def templates() -> Environment:
    """The page templates, compiled once, autoescaped; a missing name is an error, not an empty string."""
    found = Environment(
        loader=FileSystemLoader(ROOM / "pages"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    found.globals.update(certainty=CERTAINTY, status=STATUS, asset=_asset, hotline=default().hotline)
    found.filters.update(linked=linked, lead=lead, question_back=question_back, day=day)
    return found


def large(request: Request) -> bool:
    """Did this browser choose 大字?"""
    return request.cookies.get("large") == "1"


def partial(request: Request) -> bool:
    """Does chat.js ask, which wants the new bubbles only, and errors as plain text?"""
    return request.headers.get("x-partial") == "1"


def linked(line: str) -> Markup:
    """A line of a reply with its enrollment or leaflet link and the hotline made touchable; all else escaped."""
    sheet = _SHEET.search(line)
    if sheet:
        path, what = sheet["path"], line[: sheet.start()].rstrip("：: ")
        label = "，".join(filter(None, (what, _SHEETS[sheet["kind"]])))
        button = Markup('<a class="button" href="{}">{}</a>').format(path, label)
        if sheet["kind"] == "pdf":
            return button
        return (
            Markup('<a class="drawn" href="{}"><img src="{}" alt="{}" loading="lazy"></a>').format(path, path, what)
            + button
        )
    found = _LINK.search(line)
    if found:
        return Markup('<a class="button" href="{}">去填证件信息</a>').format(found["path"])
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


def day(iso: str) -> str:
    """2026-11-22 as it is read."""
    return chinese_date(date.fromisoformat(iso))


@cache
def _asset(name: str) -> str:
    """The address of a static file; it changes with the content, so that no phone keeps an old one."""
    return f"/static/{name}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]}"
