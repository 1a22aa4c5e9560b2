"""The page behind a one-time link, where identity data is typed: it goes straight to the registration API.

Nothing typed here is stored, logged or shown to the dialogue by the gateway.
"""

import asyncio
from typing import Any

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, html

from gateway.conversations import Conversations
from gateway.web_chat import templates
from policies import places
from registration.client import (
    Identity,
    Link,
    LinkUnusable,
    NotFound,
    RegistrationClient,
    RegistrationRejected,
    RegistrationUnavailable,
)

CONSENT = "2026-11-22"
"""Version of the consent text on the page (gateway/pages/enroll.html)."""
RELATIONS = ("父亲", "母亲", "祖父母", "外祖父母", "其他监护人")
FIELDS = (
    "child_name", "birth_certificate_number", "guardian_name", "guardian_id_number", "telephone", "relation",
    "household_region",
)  # fmt: skip


def enrollment(client: RegistrationClient, conversations: Conversations) -> Blueprint:
    """The routes under /enroll."""
    door = Blueprint("enrollment_page", url_prefix="/enroll")
    environment = templates()
    form_page, done_page = environment.get_template("enroll.html"), environment.get_template("enrolled.html")
    sorry = environment.get_template("sorry.html")

    def show(link: Link, token: str, typed: dict[str, str], wrong: dict[str, str], notice: str = "", status: int = 200) -> HTTPResponse:
        return html(
            form_page.render(
                link=link, token=token, typed=typed, wrong=wrong, notice=notice, relations=RELATIONS, consent=CONSENT,
                region=places.full_name(link.region), unborn=link.birth_date is None,
            ),
            status=status,
        )  # fmt: skip

    @door.get("/<token:str>")
    async def form(request: Request, token: str) -> HTTPResponse:
        try:
            link = await asyncio.to_thread(client.link_info, token)
        except LinkUnusable as error:
            return html(sorry.render(message=error.detail), status=410)
        except (RegistrationUnavailable, RegistrationRejected) as error:
            return html(sorry.render(message=error.detail), status=503)
        return show(link, token, {}, {})

    @door.post("/<token:str>")
    async def give(request: Request, token: str) -> HTTPResponse:
        said: Any = request.form or {}
        typed = {name: str(said.get(name, ""))[:100].strip() for name in FIELDS}
        try:
            link = await asyncio.to_thread(client.link_info, token)
        except LinkUnusable as error:
            if error.code != "link_used":
                return html(sorry.render(message=error.detail), status=410)
            return html(sorry.render(message="这个链接已经用过了。申请办到哪一步，请回到聊天里问我。"), status=410)
        except (RegistrationUnavailable, RegistrationRejected) as error:
            return html(sorry.render(message=error.detail), status=503)
        if said.get("consent") != CONSENT:
            return show(link, token, typed, {"consent": "请先看过并勾选同意"}, status=422)
        identity = Identity(
            **{name: value for name, value in typed.items() if name != "birth_certificate_number"},
            birth_certificate_number=typed["birth_certificate_number"] or None, consent_version=CONSENT,
        )  # fmt: skip
        try:
            await asyncio.to_thread(client.give_identity, link.number, token, identity)
            application = await asyncio.to_thread(client.submit, link.number)
        except RegistrationRejected as error:
            wrong = {e.field: e.detail for e in error.errors if e.field}
            if error.field and error.field not in wrong:
                wrong[error.field] = error.detail
            return show(link, token, typed, wrong, "" if wrong else error.detail, status=422)
        except RegistrationUnavailable as error:
            return show(link, token, typed, {}, error.detail, status=503)
        except (LinkUnusable, NotFound) as error:
            return html(sorry.render(message=error.detail), status=410)
        return html(done_page.render(application=application, region=places.full_name(application.region)))

    return door
