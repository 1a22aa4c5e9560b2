"""A tracker store for sessions of one message: the state comes with the message, so nothing is kept and nothing is read."""

from __future__ import annotations

from typing import Any, Iterable, Optional

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig


class OneTurnTrackerStore(TrackerStore):
    """Forgets every tracker at once. Rasa makes an empty one for each message."""

    def __init__(
        self, domain: Optional[Domain] = None, event_broker: Optional[Any] = None, endpoint_config: Optional[EndpointConfig] = None,
        **_: Any,
    ) -> None:  # fmt: skip
        super().__init__(domain, event_broker)

    @classmethod
    def create(
        cls, obj: Any = None, domain: Optional[Domain] = None, event_broker: Optional[Any] = None
    ) -> OneTurnTrackerStore:
        return cls(domain, event_broker)

    async def save(self, tracker: DialogueStateTracker) -> None:
        return None

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        return None

    async def keys(self) -> Iterable[str]:
        return []
