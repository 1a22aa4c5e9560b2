"""Learning in a process of its own, on another core, while this one learns something else.

Processes instead of threads: liblinear draws the random numbers of all its fits in one process from one row, so that
what two threads learn is never the same twice. Forked, so that what is there need not be copied.
"""

from __future__ import annotations

import atexit
import os
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Callable, Generic, TypeVar

Told = TypeVar("Told")
LESS_URGENT = 5
"""The `nice` of what is done while the letters, which take longest, are learned."""


class Beside(Generic[Told]):
    """Begins at once; what it comes to must be taken, or it is ended.

    Args:
        work: what is to be done; its result is pickled.
        nice: how far it stands back where cores are few: what all the rest waits for goes first.
    """

    def __init__(self, work: Callable[[], Told], nice: int = 0) -> None:
        forked = get_context("fork")
        self._result, theirs = forked.Pipe(duplex=False)
        self._process = forked.Process(target=_do, args=(work, nice, theirs, self._result))
        self._process.start()
        theirs.close()
        atexit.register(self.end)  # nobody waits for what nobody will take

    def take(self) -> Told:
        """Wait for the result.

        Raises:
            Whatever the work raised; EOFError when its process died.
        """
        try:
            told: Told | Exception = self._result.recv()
        finally:
            self.end()
        if isinstance(told, Exception):
            raise told
        return told

    def end(self) -> None:
        """End what is not over, and let go of it. Once or twice, it is all one."""
        atexit.unregister(self.end)
        self._result.close()
        self._process.terminate()
        self._process.join()


def _do(work: Callable[[], Told], nice: int, result: Connection, other_end: Connection) -> None:
    other_end.close()
    os.nice(nice)
    try:
        told: Told | Exception = work()
    except Exception as error:  # noqa: BLE001  for who takes it
        told = error
    with suppress(BrokenPipeError):  # nobody wants it any more
        result.send(told)
