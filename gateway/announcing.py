"""What the board says to parents: the emergency notice as a reply and on pages, and the sentence of a channel that is
switched off."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment

from common.casebook import Announcement, Board
from common.web.channels import kind_of
from gateway.words import words
from policies.counting import chinese_date

BEIJING = ZoneInfo("Asia/Shanghai")
Reply = dict[str, Any]


def in_words(one: Announcement) -> str:
    """The text with who says so and until when."""
    return words("announced", text=one.text, issuer=one.issuer, until=_until(one))


def pointed_at(one: Announcement) -> str:
    """That there is one and until when, where its own words cannot stand."""
    return words("announced_elsewhere", until=_until(one))


def _until(one: Announcement) -> str:
    until = one.until.astimezone(BEIJING)
    return f"{chinese_date(until.date())} {until:%H:%M}"


def notice(text: str) -> Reply:
    """A reply of one part, which asks nothing."""
    return {"text": text, "answer": None, "options": [], "parts": [{"kind": "notice", "text": text}]}


def untold(board: Board | None, told: str | None, now: datetime) -> Announcement | None:
    """What stands and this conversation has not been told; `told`: the id it was told last."""
    one = board.announcement(now) if board else None
    return one if one and str(one.id) != told else None


def is_off(board: Board | None, name: str) -> bool:
    """Is this channel, by the name of one of its accounts, or this feature switched off?"""
    return board is not None and (name in board.off or kind_of(name) in board.off)


def with_banner(environment: Environment, board: Board) -> Environment:
    """The same pages, all of which may say what the board says (`banner()`, None when it says nothing)."""

    def banner() -> str | None:
        one = board.announcement(datetime.now(BEIJING))
        return in_words(one) if one else None

    own = environment.overlay()
    own.globals = {**environment.globals, "banner": banner}
    return own
