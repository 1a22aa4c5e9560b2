"""What a browser sends, made safe to work with before anything reads it: bounded, without what no page can hold."""

import re
from datetime import date
from typing import Any

from sanic import Request

from portal.characters import clean
from portal.errors import PortalBadRequest

LONGEST = 8_000
"""Characters of one field, unless its page says otherwise; notes of a call have 4,000."""
LONGEST_ASKED = 300
"""Characters of one argument in an address."""
WHOLE = 524_288
"""Characters of the one field that carries a whole list: a dry run on its way back, the counts of all classes."""
MOST_VALUES = 8_000
"""Fields of a form, those of one name counted each: the refused rows of a list come back one by one."""
_MOST_DIGITS = 9
_DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")


def lists(request: Request, longest: int = LONGEST) -> dict[str, list[str]]:
    """The fields of a posted form, each with all its values.

    Raises:
        BadRequest: one of them has more than `longest` characters, or there are too many.
    """
    given: Any = request.form or {}
    found = {str(name): [str(value) for value in given.getlist(name)] for name in given}
    if sum(map(len, found.values())) > MOST_VALUES:
        raise PortalBadRequest(f"一次最多 {MOST_VALUES} 项，请分几次。")
    if any(len(value) > longest for values in found.values() for value in values):
        raise PortalBadRequest(f"有一栏太长了，最多 {longest} 个字。")
    return {name: [clean(value) for value in values] for name, values in found.items()}


def form(request: Request, longest: int = LONGEST) -> dict[str, str]:
    """The fields of a posted form, each as one text. Raises BadRequest."""
    return {name: values[0] if values else "" for name, values in lists(request, longest).items()}


def asked(request: Request, name: str) -> str:
    """One argument of the address, empty when it is not there. Raises BadRequest."""
    return next(iter(all_asked(request).get(name, ())), "")


def all_asked(request: Request) -> dict[str, list[str]]:
    """The arguments of the address, each with all its values. Raises BadRequest."""
    found = {name: request.args.getlist(name) for name in request.args}
    if any(len(value) > LONGEST_ASKED for values in found.values() for value in values):
        raise PortalBadRequest("这个地址太长了，请从页面上的链接打开。")
    return {name: [clean(value) for value in values] for name, values in found.items()}


def read_day(text: str) -> date | None:
    """A day of this century, written YYYY-MM-DD; None for everything else."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def whole_number(text: str) -> int | None:
    """A number of at most nine digits as people type it (full-width too), None for everything else."""
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else None
