"""A form on its way back to the page: what was typed and what is wrong with it, sealed, in the parent's own browser.

The page answers every form with a redirect, so that going back never asks to send it again; and what was typed outlives
its link: the next link of the same application finds it. The gateway itself keeps nothing.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sanic import Request
from sanic.response import HTTPResponse

from gateway.sealing import Seal, SealRefused
from gateway.settings import GatewaySettings
from gateway.words import words

LIFE = 2 * 3600
"""Seconds a browser keeps a form that was not taken."""
RECEIPT = 30 * 86_400
"""Seconds a browser knows that it has handed a form in."""
PATH = "/enroll"
_TYPED, _DONE = "typed", "done"
_LARGEST = 4000
"""A browser keeps no larger cookie."""


@dataclass(frozen=True)
class FormDraft:
    """A form that was not taken: through which link, for what, what was typed, and what to say to it."""

    token: str
    purpose: str
    heading: Mapping[str, Any]
    typed: Mapping[str, str] = field(repr=False)
    wrong: Mapping[str, str]
    notice: str
    status: int


class FormCookies:
    """The two cookies of the enrollment page."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._forms, self._receipts = Seal(settings.key_secret, "typed"), Seal(settings.key_secret, "receipt")
        self._secure = settings.secure

    def keep(self, answer: HTTPResponse, form: FormDraft) -> None:
        """Lay a form into the browser. One that is too large for it loses its explanations, then is left out."""
        for kept in (form, FormDraft(**{**asdict(form), "wrong": {}, "notice": words("check_every_field")})):
            sealed = self._forms.close(json.dumps(asdict(kept), ensure_ascii=False))
            if len(sealed) <= _LARGEST:
                self._lay(answer, _TYPED, sealed, PATH, LIFE)
                return

    def kept(self, request: Request) -> FormDraft | None:
        """The form this browser has, if it has one of ours."""
        try:
            return FormDraft(**json.loads(self._forms.open(request.cookies.get(_TYPED) or "")))
        except (SealRefused, ValueError, TypeError):
            return None

    def hand_in(self, answer: HTTPResponse, token: str, number: str, purpose: str) -> None:
        """The form was taken: what was typed goes, a receipt for this very link stays."""
        answer.delete_cookie(_TYPED, path=PATH)
        self._lay(answer, _DONE, self._receipts.close(f"{token} {number} {purpose}"), f"{PATH}/{token}", RECEIPT)

    def receipt(self, request: Request, token: str) -> tuple[str, str] | None:
        """Number and purpose of what this browser handed in through this link."""
        try:
            through, number, purpose = self._receipts.open(request.cookies.get(_DONE) or "").split(" ")
        except (SealRefused, ValueError):
            return None
        return (number, purpose) if through == token else None

    def _lay(self, answer: HTTPResponse, name: str, value: str, path: str, life: int) -> None:
        answer.add_cookie(name, value, path=path, httponly=True, samesite="Lax", max_age=life, secure=self._secure)
