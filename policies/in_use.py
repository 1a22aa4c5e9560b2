"""What a running process answers by: read at its first use, taken up anew when its file has changed.

The file is looked at once a second by a thread of its own: an answer never waits for a new library, nobody has to ask
first, and one that cannot be read never takes the place of one that could.
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
        self._lock = Lock()
        self._watched = False

    def get(self) -> T:
        """The value as of a second ago."""
        return self._held if self._held is not None else self.read_anew(only_first=True)

    def read_anew(self, only_first: bool = False) -> T:
        """The value as it is now, whoever waits for it; with `only_first` when there is none yet."""
        with self._lock:
            if self._held is None or not only_first:
                self._seen = self._mark()  # before: what changes while it is read is read again
                self._held = self._first()
            if not self._watched:
                self._watched = True
                Thread(target=self._watch, name="policies", daemon=True).start()
            return self._held

    def take_up(self) -> None:
        """Read the file if it has changed. Whatever is wrong with it, what was held before goes on."""
        with self._lock:
            seen = self._mark()
            if seen == self._seen:
                return
            self._seen = seen  # a broken file is read once, until it changes again
            try:
                self._held = self._again()
            except (OSError, MemoryError) as error:  # of the machine, not of the file: tried again
                self._seen = None
                log.error("the changed policies were not taken up yet: %s", type(error).__name__)
            except Exception as error:  # noqa: BLE001 - nothing about a file may end a running service
                log.error("the changed policies were not taken up: %s", type(error).__name__)

    def _watch(self) -> None:
        while True:
            time.sleep(EVERY)
            self.take_up()

    def _mark(self) -> tuple[int, ...] | None:
        """What changes with the file."""
        try:
            found = self._file.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
