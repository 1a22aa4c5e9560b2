"""The tracker store forgets: every message is a talk of its own, whatever Rasa was told before."""

import asyncio
from pathlib import Path

import pytest
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig, read_endpoint_config

from bot.tracker_store import OneTurnTrackerStore

ROOT = Path(__file__).parents[2]
DOMAIN = Domain.from_dict({"slots": {"region": {"type": "any", "mappings": [{"type": "custom"}]}}})


def test_nothing_of_a_turn_is_there_in_the_next() -> None:
    async def play() -> None:
        store = OneTurnTrackerStore(DOMAIN)
        tracker = await store.get_or_create_tracker("c-1")
        tracker.update(UserUttered("我在江苏"))
        tracker.update(SlotSet("region", "320000"))
        await store.save(tracker)
        again = await store.get_or_create_tracker("c-1")
        assert again is not tracker
        assert again.get_slot("region") is None
        assert list(again.events) == list((await store.get_or_create_tracker("c-2")).events)
        assert await store.retrieve("c-1") is None
        assert list(await store.keys()) == []

    asyncio.run(play())


def test_it_never_grows() -> None:
    async def play() -> None:
        store = OneTurnTrackerStore(DOMAIN)
        before = repr(sorted(vars(store)))
        for number in range(200):
            tracker = DialogueStateTracker(f"c-{number}", DOMAIN.slots)
            tracker.update(UserUttered("问"))
            await store.save(tracker)
        assert repr(sorted(vars(store))) == before
        assert not any("c-1" in repr(value) for value in vars(store).values())

    asyncio.run(play())


def test_rasa_makes_it_from_our_endpoints(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ACTIONS_URL", "ACTIONS_TOKEN"):
        monkeypatch.setenv(name, "somewhere")
    endpoint = read_endpoint_config(str(ROOT / "endpoints.yml"), "tracker_store")
    assert isinstance(endpoint, EndpointConfig)
    store = TrackerStore.create(endpoint, DOMAIN)
    inner = getattr(store, "_tracker_store", store)
    assert isinstance(inner, OneTurnTrackerStore)
