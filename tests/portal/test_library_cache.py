"""The portal takes up what another process compiled; what cannot be read changes nothing."""

import asyncio
from itertools import count

import pytest

from policies.errors import LibraryError
from policies.library import Library
from portal import library_cache
from portal.library_cache import LibraryCache
from tests.portal.builders import TODAY, shelf


def test_newly_compiled_policies_are_taken_up_and_broken_ones_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    marks, read = count(), count()
    tried = asyncio.Event()

    def load() -> Library:
        number = next(read)
        if number == 1:
            raise LibraryError("broken")
        if number == 3:
            loop.call_soon_threadsafe(tried.set)
        return shelf().library

    async def followed() -> None:
        following = asyncio.create_task(cache.follow())
        await asyncio.wait_for(tried.wait(), 30)
        following.cancel()

    monkeypatch.setattr(library_cache, "EVERY", 0.0)
    monkeypatch.setattr(library_cache, "compiled_mark", lambda: (next(marks), 0))
    cache = LibraryCache(load=load, today=lambda: TODAY)
    loop = asyncio.new_event_loop()
    loop.run_until_complete(followed())
    loop.close()
    assert next(read) >= 4  # the start, a broken one, and those after it
    assert cache.library.stamp == shelf().library.stamp
