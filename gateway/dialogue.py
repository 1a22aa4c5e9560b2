"""Asking Rasa: one HTTP call with a deadline. Anything but replies is `Unavailable`; silence counts as failure."""

from dataclasses import dataclass
from typing import Any

import httpx

from gateway.errors import Unavailable
from gateway.settings import Settings


@dataclass(frozen=True)
class Spoken:
    """What the dialogue said, and what it wants remembered."""

    replies: list[dict[str, Any]]
    memory: dict[str, Any] | None


class Dialogue:
    """The client of Rasa's one channel; connections are kept and shared by all turns."""

    def __init__(self, settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._client = httpx.AsyncClient(
            base_url=settings.rasa_url, transport=transport, headers={"X-Tongbao-Secret": settings.rasa_secret},
            timeout=httpx.Timeout(settings.deadline, connect=1.0), trust_env=False,
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=16),
        )  # fmt: skip

    async def say(self, sender: str, message_id: str, text: str, metadata: dict[str, Any]) -> Spoken:
        """Send one message.

        Raises:
            Unavailable: Rasa or the action server is down, slow, said nothing, or nothing that can be read.
        """
        body = {"sender": sender, "message_id": message_id, "text": text, "metadata": metadata}
        try:
            response = await self._client.post("/webhooks/gateway/turn", json=body)
            content = response.json()
        except (httpx.HTTPError, ValueError):
            raise Unavailable from None
        if response.status_code != 200 or not content.get("replies"):
            raise Unavailable
        return Spoken(content["replies"], content.get("memory"))

    async def close(self) -> None:
        await self._client.aclose()
