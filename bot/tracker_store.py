"""Trackers as append-only Redis lists: a turn writes its own events, however long the session already is.

Rasa's store reads, compares and rewrites the whole history at every turn. Ours keeps recent trackers at hand and
trusts them only while Redis holds exactly the events they hold; the gateway lets one message of a conversation in at
a time, so nobody else can be writing.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from itertools import islice
from typing import Any, Dict, Iterable, Optional

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.conversation import Dialogue
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker
from redis import Redis
from redis.exceptions import RedisError

from bot.watching import WATCH

_APPEND = """
local known = redis.call('LLEN', KEYS[1])
if known == tonumber(ARGV[1]) and #ARGV > 2 then
  for i = 3, #ARGV do redis.call('RPUSH', KEYS[1], ARGV[i]) end
  redis.call('EXPIRE', KEYS[1], ARGV[2])
end
return known
"""
"""Appends when the list is as long as it was when it was read; returns how long it was. One way instead of two."""
KEPT = 512
"""Trackers kept at hand per process; the least recently used goes first."""


class StoreLost(BaseException):
    """Redis did not answer: the turn ends here, and the gateway tells the parent.

    No `Exception` on purpose: Rasa catches every one of a tracker store, goes on as if nobody had said anything yet,
    and gives a confident answer to half a question.
    """


class SessionTrackerStore(TrackerStore):
    """One Redis list of events per session, with a time to live renewed at each turn."""

    def __init__(
        self,
        domain: Optional[Domain],
        host: str = "127.0.0.1",
        port: int = 6379,
        password: Optional[str] = None,
        key_prefix: str = "tbrasa",
        record_exp: int = 86_400,
        event_broker: Optional[EventBroker] = None,
        redis: Optional[Any] = None,
        **kwargs: Dict[str, Any],
    ) -> None:
        super().__init__(domain, event_broker)
        self._redis = redis or Redis(
            host=host, port=int(port), password=password or None, decode_responses=True, socket_timeout=2.0,
            socket_connect_timeout=1.0,
        )  # fmt: skip
        self._prefix = key_prefix
        self._seconds = int(record_exp)
        self._at_hand: OrderedDict[str, DialogueStateTracker] = OrderedDict()
        self._stored: OrderedDict[str, int] = OrderedDict()  # how long each list was when its turn began
        self._append_when = self._redis.register_script(_APPEND)

    def _key(self, sender_id: str) -> str:
        return f"{self._prefix}:{sender_id}"

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Append the events Redis does not have yet. Raises StoreLost."""
        try:
            self._append(tracker)
        except RedisError:
            self._at_hand.pop(tracker.sender_id, None)
            raise StoreLost from None

    def _append(self, tracker: DialogueStateTracker) -> None:
        key = self._key(tracker.sender_id)
        known = self._stored.pop(tracker.sender_id, 0)
        while True:
            fresh = [json.dumps(event.as_dict(), ensure_ascii=False) for event in islice(tracker.events, known, None)]
            stored = int(self._append_when(keys=[key], args=[known, self._seconds, *fresh]))
            if stored == known:
                break
            known = stored  # longer or, when it had run out meanwhile, shorter than it was when the turn began
        self._at_hand[tracker.sender_id] = tracker
        self._at_hand.move_to_end(tracker.sender_id)
        while len(self._at_hand) > KEPT:
            self._at_hand.popitem(last=False)

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """The session's tracker, or None when it is new. Raises StoreLost."""
        try:
            return self._look_up(sender_id)
        except RedisError:
            raise StoreLost from None

    def _look_up(self, sender_id: str) -> Optional[DialogueStateTracker]:
        key = self._key(sender_id)
        stored = self._redis.llen(key)
        self._stored[sender_id] = stored
        while len(self._stored) > KEPT:
            self._stored.popitem(last=False)
        if stored == 0:
            self._at_hand.pop(sender_id, None)
            WATCH.tracker("new", 0)
            return None
        known = self._at_hand.get(sender_id)
        if known is not None and len(known.events) == stored:
            WATCH.tracker("at_hand", stored)
            return known
        WATCH.tracker("read", stored)
        events = deserialise_events([json.loads(item) for item in self._redis.lrange(key, 0, -1)])
        tracker = self.init_tracker(sender_id)
        tracker.recreate_from_dialogue(Dialogue(sender_id, events))
        return tracker

    async def keys(self) -> Iterable[str]:
        """The sessions held, for Rasa's tools."""
        start = len(self._prefix) + 1
        return [key[start:] for key in self._redis.scan_iter(f"{self._prefix}:*")]
