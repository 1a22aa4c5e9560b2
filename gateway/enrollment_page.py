"""The page behind a one-time link, where identity data is typed: it goes straight to the registration API.

Nothing typed here is stored, logged or shown to the dialogue by the gateway.
"""

import asyncio
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment
from sanic import Blueprint, Request
from sanic.response import HTTPResponse, html

from gateway.limits import Limits
from gateway.templates import large
from policies import places
from registration.client import (
    Application,
    Household,
    Identity,
    Link,
    LinkUnusable,
    NotFound,
    RegistrationClient,
    RegistrationRejected,
    RegistrationUnavailable,
)

BEIJING = ZoneInfo("Asia/Shanghai")
CONSENT = "2026-11-22"
"""Version of the consent text on the page (gateway/pages/enroll.html)."""
RELATIONS = ("父亲", "母亲", "祖父母", "外祖父母", "其他监护人")
FIELDS = (
    "child_name", "birth_certificate_number", "guardian_name", "guardian_id_number", "telephone", "relation",
    "household_region",
)  # fmt: skip
HOUSEHOLD_FIELDS = ("child_name", "child_id_number", "household_region")
_LONGEST = 100


@dataclass(frozen=True)
class Heading:
    """What the form says about its application. It travels with the form, so that a form sent again needs no link."""

    number: str
    region: str
    until: str
    unborn: bool

    @classmethod
    def of_link(cls, link: Link) -> "Heading":
        until = f"{link.expires_at.astimezone(BEIJING):%H:%M}"
        return cls(link.number, places.full_name(link.region), until, link.birth_date is None)

    @classmethod
    def of_form(cls, form: Any) -> "Heading":
        said = {name: str(form.get(name, ""))[:_LONGEST] for name in ("number", "region", "until")}
        return cls(**said, unborn=form.get("unborn") == "1")


def enrollment(client: RegistrationClient, environment: Environment, limits: Limits) -> Blueprint:
    """The routes under /enroll."""
    door = Blueprint("enrollment_page", url_prefix="/enroll")
    form_page, done_page = environment.get_template("enroll.html"), environment.get_template("enrolled.html")
    household_page = environment.get_template("household.html")
    sorry_page = environment.get_template("sorry.html")

    def sorry(request: Request, message: str, status: int) -> HTTPResponse:
        return html(sorry_page.render(message=message, large=large(request)), status=status)

    @door.get("/<token:str>")
    async def form(request: Request, token: str) -> HTTPResponse:
        try:
            link = await asyncio.to_thread(client.link_info, token)
        except LinkUnusable as error:
            return sorry(request, error.detail, 410)
        except (RegistrationUnavailable, RegistrationRejected) as error:
            return sorry(request, error.detail, 503)
        if link.purpose == "household_update":
            return _household(request, token, Heading.of_link(link), {}, {})
        return _form(request, token, Heading.of_link(link), {}, {})

    @door.post("/<token:str>")
    async def give(request: Request, token: str) -> HTTPResponse:
        await limits.conversation(token)
        said: Any = request.form or {}
        typed = {name: str(said.get(name, ""))[:_LONGEST].strip() for name in FIELDS}
        heading = Heading.of_form(said)
        if said.get("purpose") == "household_update":
            return await _settle_household(request, token, heading, said)
        if said.get("consent") != CONSENT:
            return _form(request, token, heading, typed, {"consent": "请先看过并勾选同意"})
        try:
            application = await asyncio.to_thread(_hand_in, heading.number, token, typed)
        except RegistrationRejected as error:
            wrong = {e.field: e.detail for e in error.errors if e.field in FIELDS}
            return _form(request, token, heading, typed, wrong, "" if wrong else error.detail)
        except RegistrationUnavailable as error:
            return _form(request, token, heading, typed, {}, error.detail, 503)
        except (LinkUnusable, NotFound) as error:
            return sorry(request, error.detail, 410)
        region = places.full_name(application.region)
        return html(done_page.render(application=application, region=region, large=large(request), household=False))

    async def _settle_household(request: Request, token: str, heading: Heading, said: Any) -> HTTPResponse:
        typed = {name: str(said.get(name, ""))[:_LONGEST].strip() for name in HOUSEHOLD_FIELDS}
        try:
            application = await asyncio.to_thread(client.update_household, heading.number, token, Household(**typed))
        except RegistrationRejected as error:
            wrong = {e.field: e.detail for e in error.errors if e.field in HOUSEHOLD_FIELDS}
            return _household(request, token, heading, typed, wrong, "" if wrong else error.detail)
        except RegistrationUnavailable as error:
            return _household(request, token, heading, typed, {}, error.detail, 503)
        except (LinkUnusable, NotFound) as error:
            return sorry(request, error.detail, 410)
        region = places.full_name(application.region)
        return html(done_page.render(application=application, region=region, large=large(request), household=True))

    def _household(
        request: Request, token: str, heading: Heading, typed: dict[str, str], wrong: dict[str, str], notice: str = "",
        status: int | None = None,
    ) -> HTTPResponse:  # fmt: skip
        page = household_page.render(
            heading=heading, token=token, typed=typed, wrong=wrong, notice=notice, large=large(request),
            first=next((name for name in HOUSEHOLD_FIELDS if name in wrong), None),
        )  # fmt: skip
        return html(page, status=status or (422 if wrong or notice else 200))

    def _hand_in(number: str, token: str, typed: dict[str, str]) -> Application:
        """Both calls may be made again with the same content: whichever was lost, sending the form again finishes."""
        identity = Identity(
            **{name: typed[name] for name in FIELDS if name != "birth_certificate_number"},
            birth_certificate_number=typed["birth_certificate_number"] or None, consent_version=CONSENT,
        )  # fmt: skip
        client.give_identity(number, token, identity)
        return client.submit(number)

    def _form(
        request: Request, token: str, heading: Heading, typed: dict[str, str], wrong: dict[str, str], notice: str = "",
        status: int | None = None,
    ) -> HTTPResponse:  # fmt: skip
        page = form_page.render(
            heading=heading, token=token, typed=typed, wrong=wrong, notice=notice, relations=RELATIONS,
            consent=CONSENT, large=large(request), first=next((name for name in FIELDS if name in wrong), None),
        )  # fmt: skip
        return html(page, status=status or (422 if wrong or notice else 200))

    return door
