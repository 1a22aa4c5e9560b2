"""The page where a parent leaves a telephone number to be called: sealed for the desk before it is kept anywhere.

The gateway keeps no number and can open none: it seals with the desk's public key (docs/decisions/0053).
"""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from jinja2 import Environment
from redis.exceptions import RedisError
from sanic import Blueprint, Request
from sanic.response import HTTPResponse, html, redirect

from common.casebook import CallBack, CallBacks
from common.privacy import one_way
from common.privacy.telephones import shortened
from gateway.call_backs import PATH, CallBackDoor, CallBackTalk, left_in_words
from gateway.call_spans import span_in_words, spans
from gateway.conversations import Conversations
from gateway.errors import CallBackLinkOver, TurnUnavailable
from gateway.limits import Limits
from gateway.office_hours import OfficeHours
from gateway.settings import GatewaySettings
from gateway.templates import large
from gateway.words import words
from registration.identity import telephone

_LONGEST = 60


def call_back_page(
    talk: CallBackTalk, kept: CallBacks, conversations: Conversations, settings: GatewaySettings,
    environment: Environment, limits: Limits,
) -> Blueprint:  # fmt: skip
    """The routes under /call-back."""
    door = Blueprint("call_back_page", url_prefix=PATH)
    page = environment.get_template("call_back.html")
    hours = OfficeHours.of(settings.desk_hours)

    def opened(token: str) -> CallBackDoor:
        found = talk.opened(token)
        if found is None:
            raise CallBackLinkOver
        return found

    def drawn(
        request: Request, token: str, left: CallBack | None, wrong: dict[str, str] | None = None, typed: str = ""
    ) -> HTTPResponse:
        now = datetime.now(UTC)
        choices = spans(hours, now)
        offered = [(one.id, span_in_words(one.begins, one.ends, now)) for one in choices]
        labels = {"telephone": words("label_call_telephone"), "span": words("label_call_span")}
        said = left_in_words(left, now) if left else ""
        shown = page.render(token=token, left=said, offered=offered, any_time=offered[0][0] if offered else "",
                            wrong=wrong or {}, labels=labels, typed={"telephone": typed},
                            large=large(request))  # fmt: skip
        return html(shown, status=422 if wrong else 200)

    @door.get("/<token:str>")
    async def form(request: Request, token: str) -> HTTPResponse:
        return drawn(request, token, await kept.standing(opened(token).conversation))

    @door.post("/<token:str>")
    async def leave(request: Request, token: str) -> HTTPResponse:
        of, now = opened(token), datetime.now(UTC)
        await limits.conversation(of.conversation)
        said: Any = request.form or {}
        typed = str(said.get("telephone", ""))[:_LONGEST]
        span = next((one for one in spans(hours, now) if one.id == said.get("span")), None)
        wrong = {} if span else {"span": words("choose_a_span")}
        number = ""
        try:
            number = telephone(typed)
        except ValueError as error:
            wrong["telephone"] = str(error)
        if wrong or span is None:
            return drawn(request, token, await kept.standing(of.conversation), wrong, typed)
        public_key = await kept.public_key()
        if public_key is None:
            raise TurnUnavailable
        sealed = one_way.close(number, of.conversation, public_key)
        left = await kept.leave(of.conversation, of.channel, sealed, shortened(number), (span.begins, span.ends), now)
        await tell_chat(of.conversation, left_in_words(left, now), now)
        return redirect(f"{PATH}/{token}", status=303)

    @door.post("/<token:str>/withdraw")
    async def withdraw(request: Request, token: str) -> HTTPResponse:
        of = opened(token)
        await limits.conversation(of.conversation)
        if await kept.withdraw(of.conversation):
            await tell_chat(of.conversation, words("call_back_withdrawn"), datetime.now(UTC))
        return redirect(f"{PATH}/{token}", status=303)

    async def tell_chat(conversation: str, text: str, now: datetime) -> None:
        """The chat's word about it; a chat that is away loses that word and not the call-back."""
        bubble = {"id": f"t-{int(now.timestamp() * 1000)}", "who": "system", "name": None, "text": text,
                  "at": now.timestamp()}  # fmt: skip
        with suppress(RedisError):
            await conversations.append(conversation, [bubble])

    return door
