"""An Official Account as a channel of the delivery: rendering with taps, pushes as customer service messages."""

from typing import Any

from gateway.delivery import splitting
from gateway.delivery.channel import Address, Job, Outcome, Rendered
from gateway.links import Links
from gateway.wechat.api import OfficialAccountApi
from gateway.wechat.errcodes import Treatment
from gateway.wechat.failures import ApiFailure, NotSent, OutcomeUnknown, Refused
from gateway.wechat.rendering import render
from gateway.words import words

OUTCOMES = {
    Treatment.RETRY: Outcome.LATER,
    Treatment.RENEW: Outcome.LATER,
    Treatment.MINUTE: Outcome.LATER,
    Treatment.STOP: Outcome.STOPPED,
    Treatment.DAY: Outcome.STOPPED,
    Treatment.CLOSED: Outcome.CLOSED,
    Treatment.GONE: Outcome.GONE,
    Treatment.BUG: Outcome.REFUSED,
}


def outcome(failure: ApiFailure) -> Outcome:
    """What a failed call means for the delivery."""
    match failure:
        case Refused():
            return OUTCOMES[failure.code.treatment]
        case NotSent():
            return Outcome.LATER
        case OutcomeUnknown():
            return Outcome.UNKNOWN
        case _:
            return Outcome.STOPPED


class OfficialAccountChannel:
    """One account's side of the delivery; `name` is unique among all channels."""

    repeatable = False
    counted = True

    def __init__(self, name: str, api: OfficialAccountApi | None, links: Links) -> None:
        self.name = name
        self.can_push = api is not None
        self._api = api
        self._links = links

    async def push(self, address: Address, text: str) -> Outcome:
        if self._api is None:
            return Outcome.CLOSED
        try:
            await self._api.send_text(address.user, text)
        except ApiFailure as failure:
            return outcome(failure)
        return Outcome.SENT

    def render(self, job: Job, replies: list[dict[str, Any]], bubble: str) -> Rendered:
        return render(job, replies, self._links.to(job.conversation, bubble), taps=True)

    def join(self, texts: tuple[str, ...]) -> tuple[str, ...]:
        return splitting.join(texts)

    def pointer(self, conversation: str, bubble: str) -> str:
        if not bubble:
            return words("answer_lost")
        return words("answer_behind_link", link=self._links.to(conversation, bubble))
