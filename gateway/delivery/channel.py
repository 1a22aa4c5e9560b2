"""What the delivery knows of a messenger: an address, a message to send, and how a sending can end."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import Enum
from typing import Any, Protocol

from jinja2 import Environment
from sanic import Blueprint


class PushOutcome(Enum):
    """How one push ended, as far as the delivery must know it."""

    SENT = "sent"
    LATER = "later"
    """Surely not delivered, worth another try by itself (busy, token, no connection, minute quota)."""
    CLOSED = "closed"
    """The user's window or grant is used up: kept for the next message."""
    STOPPED = "stopped"
    """The account is set up wrongly or its day is used up: kept for the next message, an operator has to look."""
    GONE = "gone"
    """The user does not follow any more: nothing may be sent."""
    REFUSED = "refused"
    """The platform does not take this text."""
    UNKNOWN = "unknown"
    """No answer came: it may have been delivered. Never sent again as it is."""


@dataclass(frozen=True)
class Address:
    """Where a user is reached: the channel (`wx`, `wx_<account>` or `wecom`) and the id of the user in it."""

    channel: str
    user: str = field(repr=False)


@dataclass(frozen=True)
class RenderedAnswer:
    """An answer in the channel's own form: texts within its limit, and what a bare number would send."""

    texts: tuple[str, ...]
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Job:
    """One message to be answered. Masked before it gets here.

    `say` is asked of the dialogue, `said` are words of our own that come first; at least one is given. `options` (what
    a tap shows, what it sends) go with `said`. `grant` is what the message allows: `message`, `event` or `none`.
    `region` is where the account's parents live unless they say otherwise. `choice` is what a tap, a code or a location
    means (`intent`, `facts`); `say` then is only how it reads.
    """

    conversation: str
    as_of: str
    say: str = ""
    said: str = ""
    masked: bool = False
    options: tuple[tuple[str, str], ...] = ()
    grant: str = "message"
    region: str | None = None
    choice: dict[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def of_json(cls, fields: dict[str, Any]) -> "Job":
        return cls(**(fields | {"options": tuple((label, send) for label, send in fields["options"])}))


class Channel(Protocol):
    """A messenger's side of the delivery."""

    name: str
    can_push: bool
    """Can it send without being asked? If not, answers go out as replies to requests only."""
    repeatable: bool
    """Does the platform drop a text it already has? Then an unknown outcome is simply sent again."""
    counted: bool
    """Does it grant a number of messages per message of the user?"""

    async def push(self, address: Address, text: str) -> PushOutcome:
        """Send one text; never raises for a failure of the platform."""
        ...

    def render(self, job: Job, replies: list[dict[str, Any]], bubble: str) -> RenderedAnswer:
        """The answer in this channel's form, our own words first; `bubble` is how its bubbles' ids begin."""
        ...

    def join(self, texts: tuple[str, ...]) -> tuple[str, ...]:
        """The same texts in as few messages as the limit allows."""
        ...

    def pointer(self, conversation: str, bubble: str) -> str:
        """What is sent when nobody knows whether the answer arrived: where it can be read, if it stands anywhere."""
        ...


class Api(Protocol):
    """A connection to a platform, closed when the gateway stops."""

    async def close(self) -> None: ...


@dataclass(frozen=True)
class ReminderNotice:
    """A reminder in words: `text` in full; `what` (a few characters), `day` and `source` for a form with fields;
    `reminder` is its number."""

    text: str
    what: str
    day: date
    source: str
    reminder: int = 0


Remind = Callable[[Address, ReminderNotice], Awaitable[PushOutcome]]
"""A messenger's way: one call of its platform, never made again. Raises for no failure of the platform."""


AskLeave = Callable[[Address, int], Awaitable[str | None]]
"""Where this user gives leave for so many notices: a page's address; None when the leave is there, as far as known."""


Page = Callable[[Environment], Blueprint]
"""A page of an account's own, made with the environment that all pages are drawn in."""


@dataclass(frozen=True)
class Connected:
    """An account that is switched on; without `api` it can only speak when spoken to."""

    channel: Channel
    api: Api | None
    remind: Remind | None = None
    """Its way to bring a reminder, where its platform can send one unasked."""
    leave: AskLeave | None = None
    """Where its users allow that, if they have to."""
    page: Page | None = None
