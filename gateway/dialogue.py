"""Asking Rasa: one HTTP call with a deadline. Anything but replies is `Unavailable`; silence counts as failure.

Several Rasa processes share the work: a conversation always goes to the same one, whose tracker it finds at hand, and
to the next in its own order when that one cannot be reached.
"""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from gateway.errors import Unavailable
from gateway.settings import Settings
from telemetry import traces
from telemetry.metrics import RASA_CALLS, RASA_FAILOVERS

AVOID = 2.0
"""Seconds in which a Rasa that could not be reached is asked only when no other is left."""


@dataclass(frozen=True)
class Spoken:
    """What the dialogue said, and what it wants remembered."""

    replies: list[dict[str, Any]]
    memory: dict[str, Any] | None


def order(addresses: Sequence[str], conversation: str) -> list[str]:
    """All addresses, first the conversation's own (rendezvous hashing).

    When an address goes, only its conversations move; when one comes, only as many as it takes over.
    """

    def weight(address: str) -> bytes:
        return hashlib.blake2b(f"{address}\x1f{conversation}".encode(), digest_size=8).digest()

    return sorted(addresses, key=weight, reverse=True)


class Dialogue:
    """The client of Rasa's one channel; connections are kept and shared by all turns."""

    def __init__(self, settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._addresses = settings.rasa_urls
        self._avoided: dict[str, float] = {}
        self._client = httpx.AsyncClient(
            transport=transport, headers={"X-Tongbao-Secret": settings.rasa_secret},
            timeout=httpx.Timeout(settings.deadline, connect=1.0), trust_env=False,
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=16),
        )  # fmt: skip

    async def say(self, sender: str, message_id: str, text: str, metadata: dict[str, Any]) -> Spoken:
        """Send one message.

        Only a Rasa that surely heard nothing is passed over for the next: a message is never said twice.

        Raises:
            Unavailable: Rasa or the action server is down, slow, said nothing, or nothing that can be read.
        """
        own, *others = self._candidates(str(metadata.get("conversation") or sender))
        trace = traces.carrier()
        body = {"sender": sender, "message_id": message_id, "text": text, "metadata": {**metadata, **trace}}
        for address in (own, *others):
            try:
                response = await self._client.post(f"{address}/webhooks/gateway/turn", json=body, headers=trace)
                content = response.json()
            except (httpx.ConnectError, httpx.ConnectTimeout):
                self._avoided[address] = time.monotonic() + AVOID
                RASA_CALLS.labels("unreachable").inc()
                continue
            except (httpx.HTTPError, ValueError):
                RASA_CALLS.labels("error").inc()
                raise Unavailable from None
            self._avoided.pop(address, None)
            if response.status_code != 200 or not isinstance(content, dict) or not content.get("replies"):
                RASA_CALLS.labels("silent" if response.status_code in (200, 502) else "error").inc()
                raise Unavailable
            RASA_CALLS.labels("ok").inc()
            if address != order(self._addresses, str(metadata.get("conversation") or sender))[0]:
                RASA_FAILOVERS.inc()
            return Spoken(content["replies"], content.get("memory"))
        raise Unavailable

    def _candidates(self, conversation: str) -> list[str]:
        """The conversation's order, with what was just out of reach at the end."""
        now = time.monotonic()
        return sorted(order(self._addresses, conversation), key=lambda address: self._avoided.get(address, 0.0) > now)

    async def close(self) -> None:
        await self._client.aclose()
