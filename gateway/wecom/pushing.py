"""The WeCom application as a channel of the delivery: numbers instead of tap links, pushes that may be repeated."""

from typing import Any

from gateway.delivery import splitting
from gateway.delivery.channel import Address, Job, PushOutcome, RenderedAnswer
from gateway.links import Links
from gateway.wechat.failures import ApiFailure
from gateway.wechat.pushing import outcome
from gateway.wechat.rendering import render
from gateway.wecom.api import WecomApi
from gateway.words import words


class WecomChannel:
    """The application's side of the delivery."""

    repeatable = True
    counted = False

    def __init__(self, name: str, api: WecomApi | None, links: Links) -> None:
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
        return render(job, replies, self._links.to(job.conversation, bubble), taps=False)

    def join(self, texts: tuple[str, ...]) -> tuple[str, ...]:
        return splitting.join(texts)

    def pointer(self, conversation: str, bubble: str) -> str:
        if not bubble:
            return words("answer_lost")
        return words("answer_behind_link", link=self._links.to(conversation, bubble))
