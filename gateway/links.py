"""Links that show one answer of a conversation on a page of its own: sealed, expiring, naming nobody.

A conversation of a messenger opens by nothing: neither by its id nor by such a link. Who has the link reads that one
answer and nothing else.
"""

import time
from dataclasses import dataclass

from common.web.channels import messenger_user
from gateway.sealing import Seal, SealRefused
from gateway.settings import GatewaySettings

LIFE = 7 * 86_400
"""Seconds a link in a message shows its answer."""
_LONGEST = 400


def of_channel(conversation: str) -> bool:
    """Does the conversation belong to a messenger? Then it is open there and nowhere else."""
    return messenger_user(conversation) is not None


@dataclass(frozen=True)
class Shown:
    """What a link shows of a conversation (its id): one bubble by its id, or all of one answer, whose ids begin so
    (`b-<message>-`)."""

    conversation: str
    bubble: str

    def covers(self, bubble: str) -> bool:
        """Does the link show this one?"""
        return bubble == self.bubble or (self.bubble.endswith("-") and bubble.startswith(self.bubble))


class Links:
    """Makes and reads the links `/g/…`."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._seal = Seal(settings.key_secret, "grounds")
        self._public_url = settings.public_url

    def to(self, conversation: str, bubble: str, now: float | None = None) -> str:
        """The full address under which this answer can be read for a week."""
        until = int(now or time.time()) + LIFE
        return f"{self._public_url}/g/{self._seal.close(f'{until} {conversation} {bubble}')}"

    def page(self, conversation: str, bubble: str) -> str:
        """The same as a path of this door."""
        return self.to(conversation, bubble).removeprefix(self._public_url)

    def shown(self, name: str, now: float | None = None) -> Shown | None:
        """What a link's last part shows; None when it is no link, was changed, or is over."""
        if len(name) > _LONGEST:
            return None
        try:
            until, conversation, bubble = self._seal.open(name).split(" ")
        except (SealRefused, ValueError):
            return None
        return Shown(conversation, bubble) if int(until) > (now or time.time()) else None
