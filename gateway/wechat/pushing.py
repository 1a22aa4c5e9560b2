"""An Official Account as a channel of the delivery: rendering with taps, pushes as customer service messages."""

from typing import Any

from gateway.delivery import splitting
from gateway.delivery.channel import Address, Job, PushOutcome, RenderedAnswer
from gateway.links import Links
from gateway.wechat.api import OfficialAccountApi
from gateway.wechat.errcodes import Treatment
from gateway.wechat.failures import ApiErrorCode, ApiFailure, CallOutcomeUnknown, NotSent
from gateway.wechat.rendering import render
from gateway.words import words

OUTCOMES = {
    Treatment.RETRY: PushOutcome.LATER,
    Treatment.RENEW: PushOutcome.LATER,
    Treatment.MINUTE: PushOutcome.LATER,
    Treatment.STOP: PushOutcome.STOPPED,
    Treatment.DAY: PushOutcome.STOPPED,
    Treatment.CLOSED: PushOutcome.CLOSED,
    Treatment.GONE: PushOutcome.GONE,
    Treatment.BUG: PushOutcome.REFUSED,
}


def outcome(failure: ApiFailure) -> PushOutcome:
    """What a failed call means for the delivery."""
    match failure:
        case ApiErrorCode():
            return OUTCOMES[failure.code.treatment]
        case NotSent():
            return PushOutcome.LATER
        case CallOutcomeUnknown():
            return PushOutcome.UNKNOWN
        case _:
            return PushOutcome.STOPPED


class OfficialAccountChannel:
    """One account's side of the delivery; `name` is unique among all channels."""

    repeatable = False
    counted = True

    def __init__(self, name: str, api: OfficialAccountApi | None, links: Links) -> None:
        self.name = name
        self.can_push = api is not None
        self._api = api
        self._links = links

    async def push(self, address: Address, text: str) -> PushOutcome:
        if self._api is None:
            return PushOutcome.CLOSED
        try:
            await self._api.send_text(address.user, text)
        except ApiFailure as failure:
            return outcome(failure)
        return PushOutcome.SENT

    def render(self, job: Job, replies: list[dict[str, Any]], bubble: str) -> RenderedAnswer:
        return render(job, replies, self._links.to(job.conversation, bubble), taps=True)

    def join(self, texts: tuple[str, ...]) -> tuple[str, ...]:
        return splitting.join(texts)

    def pointer(self, conversation: str, bubble: str) -> str:
        if not bubble:
            return words("answer_lost")
        return words("answer_behind_link", link=self._links.to(conversation, bubble))
