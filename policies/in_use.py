"""What a running process answers by: read at its first use, taken up anew when its file has changed.

The file is looked at once a second at most and read beside whoever asks: an answer never waits for a new library, and
one that cannot be read never takes the place of one that could.
"""

import logging
import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock, Thread
from typing import Generic, TypeVar

EVERY = 1.0
"""Seconds between two looks."""
T = TypeVar("T")
log = logging.getLogger("policies")


class InUse(Generic[T]):
    """One value made of one file. `first` reads it at the start, `again` when the file has changed."""

    def __init__(self, file: Path, first: Callable[[], T], again: Callable[[], T]) -> None:
        self._file, self._first, self._again = file, first, again
        self._held: T | None = None
        self._seen: tuple[int, ...] | None = None
        self._look_at = 0.0
        self._lock = Lock()

    def get(self) -> T:
        """The value as of a second ago."""
        if self._held is None:
            return self.read_anew(only_first=True)
        if time.monotonic() >= self._look_at:
            self._look_at = time.monotonic() + EVERY
            if self._mark() != self._seen and not self._lock.locked():
                Thread(target=self.take_up, name="policies", daemon=True).start()
        return self._held

    def read_anew(self, only_first: bool = False) -> T:
        """The value as it is now, whoever waits for it; with `only_first` when there is none yet."""
        with self._lock:
            if self._held is None or not only_first:
                self._held = self._first()
                self._seen = self._mark()
            return self._held

    def take_up(self) -> None:
        """Read the changed file. Whatever is wrong with it, what was held before goes on."""
        with self._lock:
            seen = self._mark()
            if seen == self._seen:
                return
            self._seen = seen  # a broken file is read once, until it changes again
            try:
                self._held = self._again()
            except Exception as error:  # noqa: BLE001 - nothing about a file may end a running service
                log.error("the changed policies were not taken up: %s", type(error).__name__)

    def _mark(self) -> tuple[int, ...] | None:
        """What changes with the file."""
        try:
            found = self._file.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
