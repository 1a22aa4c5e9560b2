"""The policies the desk works with, and the index made from them: loaded together, replaced together."""

import asyncio
import logging
from collections.abc import Callable
from datetime import date
from threading import Lock

from policies import library as policy_library
from policies.in_use import EVERY
from policies.library import Library
from portal.search import Index, entries
from portal.search.folding import typed_syllables

log = logging.getLogger("portal")


class LibraryCache:
    """One library with its index. `load` reads it; `today` says which day the index's answers are of."""

    def __init__(
        self, load: Callable[[], Library] = policy_library.read_anew, today: Callable[[], date] | None = None
    ) -> None:
        self._load = load
        self._today = today or date.today
        self._lock = Lock()
        self._seen = compiled_mark()
        self.library = load()
        self._index = self._build(self._today())

    def _build(self, day: date) -> Index:
        typed_syllables("yure")  # the syllable table is made on first use; not while a caller waits
        self._day = day
        return Index(entries(self.library, day))

    @property
    def index(self) -> Index:
        """The index of today's answers."""
        day = self._today()
        if day != self._day:
            with self._lock:
                if day != self._day:
                    self._index = self._build(day)
        return self._index

    @property
    def stale(self) -> bool:
        """Have the policy files changed since they were loaded?"""
        return policy_library.stamp() != self.library.stamp

    async def follow(self) -> None:
        """Take up what another process compiled; it ends with the portal."""
        while True:
            await asyncio.sleep(EVERY)
            found = compiled_mark()
            if found == self._seen:
                continue
            self._seen = found
            try:
                await asyncio.to_thread(self.reload)
            except (OSError, MemoryError) as error:  # of the machine, not of the file: tried again
                self._seen = None
                log.error("the changed policies were not taken up yet: %s", type(error).__name__)
            except Exception as error:  # noqa: BLE001 - a broken one never replaces a good one, nor ends this
                log.error("the changed policies were not taken up: %s", type(error).__name__)

    def reload(self) -> str:
        """Read the policies again and rebuild the index; returns the new stamp."""
        with self._lock:
            self.library = self._load()
            self._index = self._build(self._today())
        return self.library.stamp


def compiled_mark() -> tuple[int, int] | None:
    """What changes when the policies are compiled."""
    try:
        found = policy_library.COMPILED.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino
