"""“忘掉” in the chat: everything kept of a conversation goes, also the drafts that are not with the bureau yet."""

import asyncio

from gateway.conversations import Conversations
from gateway.delivery.notices import Notices
from gateway.errors import TurnUnavailable
from gateway.handover import Handover
from registration.client import RegistrationCallFailed, RegistrationClient


class Forgetting:
    """What has to be emptied for one conversation, all of it or an error: nothing is promised gone that is there."""

    def __init__(
        self, conversations: Conversations, handover: Handover, bureau: RegistrationClient,
        notices: Notices | None = None,
    ) -> None:  # fmt: skip
        self._notices = notices
        self._conversations = conversations
        self._handover = handover
        self._bureau = bureau

    async def forget(self, key: str, user: str | None = None) -> None:
        """Give up drafts (their identity data is erased), delete cases, complaints, thumbs, history and memory; of a
        messenger's `user` also the notices allowed.

        Raises:
            Unavailable: the bureau's service is away; asking again is safe. NotReachable: the database is.
        """
        try:
            await asyncio.to_thread(self._give_up_drafts, key)
        except RegistrationCallFailed:
            raise TurnUnavailable from None
        await self._handover.forget(key)
        if user is not None and self._notices is not None:
            await self._notices.forget(user)
        await self._conversations.forget(key)

    def _give_up_drafts(self, key: str) -> None:
        for application in self._bureau.find(key):
            if application.state == "draft":
                self._bureau.cancel(application.number)
