"""The page behind a one-time link, where identity data is typed: it goes straight to the registration API.

Nothing typed here is stored, logged or shown to the dialogue by the gateway; a form that was not taken travels back in
the parent's own browser (`form_drafts`). Every form is answered by a redirect to the page itself.
"""

import asyncio
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment
from redis.exceptions import RedisError
from sanic import Blueprint, Request
from sanic.response import HTTPResponse, html, redirect

from gateway.conversations import Conversations
from gateway.form_drafts import FormCookies, FormDraft
from gateway.limits import Limits
from gateway.next_steps import next_steps, submitted_bubble
from gateway.settings import GatewaySettings
from gateway.templates import large
from gateway.words import options, words
from policies import places
from registration.client import (
    Application,
    ApplicationNotFound,
    EnrollmentLink,
    Household,
    Identity,
    LinkUnusable,
    RegistrationCallFailed,
    RegistrationClient,
    RegistrationRejected,
    RegistrationUnavailable,
)

BEIJING = ZoneInfo("Asia/Shanghai")
CONSENT = "2026-11-22"
"""Version of the consent text on the page (gateway/pages/enroll.html)."""
FIELDS: tuple[str, ...] = (
    "child_name", "birth_certificate_number", "guardian_name", "guardian_id_number", "telephone", "relation",
    "household_region",
)  # fmt: skip
HOUSEHOLD_FIELDS: tuple[str, ...] = ("child_name", "child_id_number", "household_region")
_LONGEST = 60
_IDENTITY, _HOUSEHOLD = "identity", "household_update"


@dataclass(frozen=True)
class Heading:
    """What the form says about its application. It travels with the form, so that a form sent again needs no link."""

    number: str
    region: str
    until: str
    unborn: bool

    @classmethod
    def of_link(cls, link: EnrollmentLink) -> "Heading":
        until = f"{link.expires_at.astimezone(BEIJING):%H:%M}"
        return cls(link.number, places.full_name(link.region), until, link.birth_date is None)

    @classmethod
    def of_form(cls, form: Any) -> "Heading":
        said = {name: str(form.get(name, ""))[:_LONGEST] for name in ("number", "region", "until")}
        return cls(**said, unborn=form.get("unborn") == "1")


def enrollment(
    client: RegistrationClient, environment: Environment, limits: Limits, settings: GatewaySettings,
    conversations: Conversations,
) -> Blueprint:  # fmt: skip
    """The routes under /enroll."""
    door = Blueprint("enrollment_page", url_prefix="/enroll")
    pocket = FormCookies(settings)
    pages = {_IDENTITY: environment.get_template("enroll.html"), _HOUSEHOLD: environment.get_template("household.html")}
    done_page, ended_page = environment.get_template("enrolled.html"), environment.get_template("ended.html")

    @door.get("/<token:str>")
    async def form(request: Request, token: str) -> HTTPResponse:
        """The form, what became of it, or why the link does not open."""
        handed_in, kept = pocket.receipt(request, token), pocket.kept(request)
        if handed_in:
            return await _done(request, *handed_in)
        if kept and kept.token == token and kept.status == 503:
            return _form(request, token, kept.purpose, Heading(**kept.heading), kept)
        try:
            link = await asyncio.to_thread(client.link_info, token)
        except LinkUnusable as error:
            return await _ended(request, error, kept)
        except (RegistrationUnavailable, RegistrationRejected) as error:
            return await _ended(request, error, kept, 503)
        heading = Heading.of_link(link)
        mine = kept if kept and (kept.purpose, kept.heading["number"]) == (link.purpose, link.number) else None
        return _form(request, token, link.purpose, heading, mine)

    @door.post("/again")
    async def again(request: Request) -> HTTPResponse:
        """Another link for the application this browser's own chat has begun, opened at once."""
        await limits.conversation(request.cookies.get("chat") or "again")
        kept = pocket.kept(request)
        try:
            found = await _open_one(request, kept)
            if found is None:
                raise ApplicationNotFound("application_unknown", words("no_open_application"))
            number, conversation, purpose = found
            fresh = await asyncio.to_thread(client.fresh_link, number, conversation, purpose)
        except RegistrationCallFailed as error:
            return await _ended(request, error, kept, 503 if isinstance(error, RegistrationUnavailable) else 410)
        return redirect(f"/enroll/{fresh.link_token}", status=303)

    @door.post("/<token:str>")
    async def give(request: Request, token: str) -> HTTPResponse:
        await limits.conversation(token)
        said: Any = request.form or {}
        purpose = _HOUSEHOLD if said.get("purpose") == _HOUSEHOLD else _IDENTITY
        names = FIELDS if purpose == _IDENTITY else HOUSEHOLD_FIELDS
        typed = {name: str(said.get(name, ""))[:_LONGEST].strip() for name in names}
        heading = Heading.of_form(said)

        def back(wrong: dict[str, str], notice: str = "", status: int = 422) -> HTTPResponse:
            """To the page again, with what was typed."""
            answer = redirect(f"/enroll/{token}", status=303)
            pocket.keep(answer, FormDraft(token, purpose, asdict(heading), typed, wrong, notice, status))
            return answer

        if purpose == _IDENTITY and said.get("consent") != CONSENT:
            return back({"consent": words("please_consent")})
        try:
            work = _hand_in if purpose == _IDENTITY else _update_household
            application = await asyncio.to_thread(work, heading.number, token, typed)
        except RegistrationRejected as error:
            wrong = {e.field: e.detail for e in error.errors if e.field in names}
            return back(wrong, "" if wrong else error.detail)
        except RegistrationUnavailable as error:
            return back({}, error.detail, 503)
        except (LinkUnusable, ApplicationNotFound):
            return back({}, status=410)
        answer = redirect(f"/enroll/{token}", status=303)
        pocket.hand_in(answer, token, application.number, purpose)
        with suppress(RedisError):  # the chat's word about it is beside the matter
            await _tell_chat(application, token, purpose)
        return answer

    def _hand_in(number: str, token: str, typed: dict[str, str]) -> Application:
        """Both calls may be made again with the same content: whichever was lost, sending the form again finishes."""
        identity = Identity(
            **{name: typed[name] for name in FIELDS if name != "birth_certificate_number"},
            birth_certificate_number=typed["birth_certificate_number"] or None, consent_version=CONSENT,
        )  # fmt: skip
        client.give_identity(number, token, identity)
        return client.submit(number)

    def _update_household(number: str, token: str, typed: dict[str, str]) -> Application:
        return client.update_household(number, token, Household(**typed))

    async def _tell_chat(application: Application, token: str, purpose: str) -> None:
        """The chat it was begun in shows what was done, once, and no longer offers to do it."""
        bubble = submitted_bubble(application, token, purpose, datetime.now(BEIJING))
        known = await conversations.history(application.conversation)
        if known and all(one["id"] != bubble["id"] for one in known):
            await conversations.append(application.conversation, [bubble])

    async def _open_one(request: Request, kept: FormDraft | None) -> tuple[str, str, Any] | None:
        """Number, conversation and purpose of what this browser's own chat may go on with."""
        chat = request.cookies.get("chat")
        if not chat:
            return None
        conversation = conversations.pseudonym(chat)
        mine = await asyncio.to_thread(client.find, conversation)
        if kept and kept.purpose == _HOUSEHOLD and any(one.number == kept.heading["number"] for one in mine):
            return kept.heading["number"], conversation, _HOUSEHOLD
        draft = next((one for one in mine if one.state == "draft"), None)
        return (draft.number, conversation, _IDENTITY) if draft else None

    async def _ended(
        request: Request, error: RegistrationCallFailed, kept: FormDraft | None, status: int = 410
    ) -> HTTPResponse:
        can_go_on = False
        if status == 410 and error.code != "link_unknown":
            with suppress(RegistrationCallFailed):
                can_go_on = await _open_one(request, kept) is not None
        page = ended_page.render(code=error.code, detail=error.detail, can_go_on=can_go_on,
                                 kept=bool(kept and kept.typed), large=large(request))  # fmt: skip
        return html(page, status=status)

    async def _done(request: Request, number: str, purpose: str) -> HTTPResponse:
        try:
            application = await asyncio.to_thread(client.get, number)
        except RegistrationCallFailed as error:
            return await _ended(request, error, None, 503)
        household = purpose == _HOUSEHOLD
        page = done_page.render(
            application=application, region=places.full_name(application.region), household=household,
            answers=() if household else next_steps(application, datetime.now(BEIJING).date()), large=large(request),
        )  # fmt: skip
        return html(page)

    def _form(request: Request, token: str, purpose: str, heading: Heading, kept: FormDraft | None) -> HTTPResponse:
        """The form; what was typed before is in it, and what was wrong beside it when it came through this link."""
        told = kept if kept and kept.token == token else None
        labels, relations = _labels(purpose), [relation for relation, _ in options("relations")]
        wrong = {name: why for name, why in (told.wrong if told else {}).items() if name in labels}
        page = pages[purpose].render(
            heading=heading, token=token, typed=kept.typed if kept else {}, wrong=wrong, labels=labels,
            notice=told.notice if told else "", carried=kept is not None and told is None, relations=relations,
            consent=CONSENT, large=large(request),
        )  # fmt: skip
        return html(page, status=told.status if told else 200)

    return door


def _labels(purpose: str) -> dict[str, str]:
    """The fields of a page in their order, each with what stands beside it; the first page ends with the consent."""
    if purpose == _HOUSEHOLD:
        return {name: words(f"household_label_{name}") for name in HOUSEHOLD_FIELDS}
    return {name: words(f"label_{name}") for name in (*FIELDS, "consent")}
