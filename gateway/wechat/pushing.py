"""WeChat's messengers as channels of the delivery; first the Official Account."""

from typing import Any, Protocol

from gateway.delivery import splitting
from gateway.delivery.channel import Address, Job, PushOutcome, RenderedAnswer
from gateway.links import Links
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


class SendsText(Protocol):
    """A platform's API as far as pushes need it. Raises ApiFailure."""

    async def send_text(self, user: str, text: str) -> None: ...


class PushingChannel:
    """A messenger's side of the delivery; `name` is unique among all channels, None for `api` where it cannot push."""

    repeatable: bool
    counted: bool
    taps: bool
    """Can an answer hold links that send a text when tapped? Else its options are numbered."""

    def __init__(self, name: str, api: SendsText | None, links: Links) -> None:
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
        return render(job, replies, self._links.to(job.conversation, bubble), taps=self.taps)

    def join(self, texts: tuple[str, ...]) -> tuple[str, ...]:
        return splitting.join(texts)

    def pointer(self, conversation: str, bubble: str) -> str:
        if not bubble:
            return words("answer_lost")
        return words("answer_behind_link", link=self._links.to(conversation, bubble))


class OfficialAccountChannel(PushingChannel):
    """An Official Account: links to tap, customer service messages that are counted and never repeated."""

    repeatable, counted, taps = False, True, True
