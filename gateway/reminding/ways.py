"""The ways a reminder reaches a family: what each channel needs of it, and how bringing it can end.

A messenger whose platform can send unasked has a way of its own (`Connected.remind`); the web page keeps it for the
next visit.
"""

from collections.abc import MutableMapping
from datetime import UTC, datetime

from redis.exceptions import RedisError

from common.casebook import Reminder
from gateway.conversations import Conversations
from gateway.delivery.channel import PushOutcome, Remind

WEB = "web"
Ways = MutableMapping[str, Remind]
"""The messengers' ways by the names of their channels; the web needs none."""


async def onto_the_page(conversations: Conversations, one: Reminder, text: str) -> PushOutcome:
    """Into the history of a web chat, once however often it is tried, to be seen at the next visit."""
    name = f"r-{one.id}"
    try:
        if all(bubble["id"] != name for bubble in await conversations.history(one.conversation)):
            now = datetime.now(UTC).timestamp()
            bubble = {"id": name, "who": "system", "name": None, "text": text, "at": now}
            await conversations.append(one.conversation, [bubble])
    except (RedisError, TimeoutError):
        return PushOutcome.LATER
    return PushOutcome.SENT
