"""Links that open a conversation of another channel on the chat page: sealed, expiring, without any user's id."""

import re
import time

from gateway.sealing import Seal, SealBroken
from gateway.settings import Settings

LIFE = 7 * 86_400
"""Seconds a link in a message opens the conversation."""
_MARK = "t."
"""No conversation's id has a dot, so that /c/<id> and /c/<link> cannot be confused."""


_CHANNEL = re.compile(r"(?:wx(?:_[a-z0-9]+)?|wecom)-[0-9a-f]{32}")


def is_link(name: str) -> bool:
    """Has it the shape of a link's last part?"""
    return name.startswith(_MARK)


def of_channel(conversation: str) -> bool:
    """Does the conversation belong to a messenger? Then its id alone opens no page."""
    return _CHANNEL.fullmatch(conversation) is not None


class Links:
    """Makes and reads the links `/c/t.…`."""

    def __init__(self, settings: Settings) -> None:
        self._seal = Seal(settings.key_secret, "link")
        self._public_url = settings.public_url

    def to(self, conversation: str, now: float | None = None) -> str:
        """The full address under which this conversation opens for a week."""
        until = int(now or time.time()) + LIFE
        return f"{self._public_url}/c/{_MARK}{self._seal.close(f'{until} {conversation}')}"

    def conversation(self, name: str, now: float | None = None) -> str | None:
        """The conversation a link's last part opens; None when it is no link, was changed, or is over."""
        if not is_link(name):
            return None
        try:
            until, conversation = self._seal.open(name.removeprefix(_MARK)).split(" ", 1)
        except (SealBroken, ValueError):
            return None
        return conversation if int(until) > (now or time.time()) else None
