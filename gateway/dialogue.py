"""Asking Rasa: one HTTP call with a deadline. Anything but replies is `Unavailable`; silence counts as failure.

Several Rasa processes share the work: a conversation always goes to the same one, whose tracker it finds at hand, and
to the next in its own order when that one cannot be reached.
"""

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

from common.telemetry import traces
from common.telemetry.metrics import RASA_CALLS, RASA_FAILOVERS
from gateway.errors import TurnUnavailable
from gateway.settings import GatewaySettings

AVOID = 2.0
"""Seconds in which a Rasa that could not be reached is asked only when no other is left."""
_IDLE = 4.0
"""Seconds an unused connection is kept: less than Rasa keeps it (5), so that no message goes into a closing one."""


@dataclass(frozen=True)
class RasaReply:
    """What the dialogue said, the state it left, and how it had heard the message."""

    replies: list[dict[str, Any]]
    state: dict[str, Any] | None
    heard: dict[str, Any] | None = None


def order(addresses: Sequence[str], conversation: str) -> list[str]:
    """All addresses, first the conversation's own (rendezvous hashing).

    When an address goes, only its conversations move; when one comes, only as many as it takes over.
    """

    def weight(address: str) -> bytes:
        return hashlib.blake2b(f"{address}\x1f{conversation}".encode(), digest_size=8).digest()

    return sorted(addresses, key=weight, reverse=True)


class Dialogue:
    """The client of Rasa's one channel; connections are kept and shared by all turns."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._addresses = settings.rasa_urls
        self._avoided: dict[str, float] = {}
        self._headers = {"X-Tongbao-Secret": settings.rasa_secret, "Content-Type": "application/json"}
        self._patience = aiohttp.ClientTimeout(total=settings.deadline, sock_connect=1.0)
        self._client: aiohttp.ClientSession | None = None

    def _session(self) -> aiohttp.ClientSession:
        """The connections of the loop that runs now (there is none yet when the gateway is put together)."""
        if self._client is None:
            pool = aiohttp.TCPConnector(limit=64, keepalive_timeout=_IDLE)
            self._client = aiohttp.ClientSession(
                connector=pool, headers=self._headers, timeout=self._patience, cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._client

    async def say(self, sender: str, message_id: str, text: str, metadata: dict[str, Any]) -> RasaReply:
        """Send one message.

        Only a Rasa that surely heard nothing is passed over for the next: a message is never said twice.

        Raises:
            Unavailable: Rasa or the action server is down, slow, said nothing, or nothing that can be read.
        """
        own, *others = self._candidates(str(metadata.get("conversation") or sender))
        trace = traces.carrier()
        body = {"sender": sender, "message_id": message_id, "text": text, "metadata": {**metadata, **trace}}
        sent = json.dumps(body, ensure_ascii=False).encode()
        for address in (own, *others):
            try:
                to = f"{address}/webhooks/gateway/turn"
                async with self._session().post(to, data=sent, headers=trace, allow_redirects=False) as response:
                    status, content = response.status, json.loads(await response.read())
            except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
                self._avoided[address] = time.monotonic() + AVOID
                RASA_CALLS.labels("unreachable").inc()
                continue
            except (aiohttp.ClientError, TimeoutError, ValueError):
                RASA_CALLS.labels("error").inc()
                raise TurnUnavailable from None
            self._avoided.pop(address, None)
            if status != 200 or not isinstance(content, dict) or not content.get("replies"):
                RASA_CALLS.labels("silent" if status in (200, 502) else "error").inc()
                raise TurnUnavailable
            RASA_CALLS.labels("ok").inc()
            if address != order(self._addresses, str(metadata.get("conversation") or sender))[0]:
                RASA_FAILOVERS.inc()
            return RasaReply(content["replies"], content.get("state"), content.get("heard"))
        raise TurnUnavailable

    def _candidates(self, conversation: str) -> list[str]:
        """The conversation's order, with what was just out of reach at the end."""
        now = time.monotonic()
        return sorted(order(self._addresses, conversation), key=lambda address: self._avoided.get(address, 0.0) > now)

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()
