"""Trackers as append-only lists: the same tracker comes back, and a turn writes only its own events."""

import asyncio
from typing import Any

import pytest
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from redis.exceptions import ConnectionError as RedisAway

from bot.tracker_store import SessionTrackerStore, StoreLost


class Lists:
    """The few Redis commands the store uses, on plain lists, counting what is written."""

    def __init__(self) -> None:
        self.kept: dict[str, list[str]] = {}
        self.written = 0

    def llen(self, key: str) -> int:
        return len(self.kept.get(key, []))

    def lrange(self, key: str, start: int, end: int) -> "list[str]":
        return list(self.kept.get(key, []))

    def register_script(self, script: str) -> Any:
        assert "RPUSH" in script

        def append(keys: "list[str]", args: "list[Any]") -> int:
            known, seconds, *items = args
            assert seconds > 0
            length = self.llen(keys[0])
            if length == known:
                self.written += len(items)
                self.kept.setdefault(keys[0], []).extend(items)
            return length

        return append


def store(lists: Lists) -> SessionTrackerStore:
    return SessionTrackerStore(
        Domain.from_dict({"slots": {"region": {"type": "any", "mappings": [{"type": "custom"}]}}}), redis=lists
    )


def test_a_tracker_comes_back_in_another_process() -> None:
    async def play() -> None:
        lists = Lists()
        one = store(lists)
        tracker = await one.get_or_create_tracker("c-1")
        tracker.update(UserUttered("我在江苏"))
        tracker.update(SlotSet("region", "320000"))
        await one.save(tracker)
        again = await store(lists).retrieve("c-1")
        assert again is not None
        assert again.get_slot("region") == "320000"
        assert list(again.events) == list(tracker.events)

    asyncio.run(play())


def test_a_turn_writes_only_its_own_events() -> None:
    async def play() -> None:
        lists = Lists()
        one = store(lists)
        tracker = await one.get_or_create_tracker("c-1")
        for _ in range(50):
            before = lists.written
            tracker = await one.get_or_create_tracker("c-1")
            tracker.update(UserUttered("问"))
            tracker.update(ActionExecuted("action_listen"))
            await one.save(tracker)
            assert lists.written - before == 2

    asyncio.run(play())


def test_a_half_finished_turn_in_memory_is_not_trusted() -> None:
    async def play() -> None:
        lists = Lists()
        one = store(lists)
        tracker = await one.get_or_create_tracker("c-1")
        tracker.update(SlotSet("region", "230000"))  # the turn failed before it was saved
        again = await one.get_or_create_tracker("c-1")
        assert again.get_slot("region") is None

    asyncio.run(play())


def test_a_session_that_ran_out_in_mid_turn_is_written_whole_and_a_longer_list_only_gets_what_it_lacks() -> None:
    async def play() -> None:
        lists = Lists()
        one = store(lists)
        tracker = await one.get_or_create_tracker("c-1")
        tracker.update(UserUttered("一"))
        await one.save(tracker)
        tracker = await one.get_or_create_tracker("c-1")
        key = next(iter(lists.kept))
        kept = lists.kept.pop(key)
        tracker.update(UserUttered("二"))
        await one.save(tracker)
        assert len(lists.kept[key]) == len(tracker.events) == len(kept) + 1
        await one.save(tracker)  # again, without having looked
        assert len(lists.kept[key]) == len(tracker.events)

    asyncio.run(play())


class Away:
    """A Redis that cannot be reached."""

    def register_script(self, script: str) -> Any:
        return self.evalsha

    def __getattr__(self, name: str) -> Any:
        def refuse(*_: Any, **__: Any) -> Any:
            raise RedisAway("refused")

        return refuse


def test_a_lost_redis_ends_the_turn_instead_of_forgetting_the_talk() -> None:
    """Rasa's wrapper swallows every Exception and goes on with an empty tracker; this one must come through."""
    store = FailSafeTrackerStore(SessionTrackerStore(Domain.empty(), redis=Away()))
    with pytest.raises(StoreLost):
        asyncio.run(store.retrieve("s-1"))
    with pytest.raises(StoreLost):
        asyncio.run(store.save(DialogueStateTracker("s-1", [])))
