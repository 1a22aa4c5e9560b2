"""The press: leaflets are composed and drawn beside everything else, one after the other, whoever wants how many.

A leaflet takes some 60 ms of a processor. On the event loop's own threads forty at once would take all of them.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
MOST_WAITING = 100
"""Some six seconds of work; who comes later is told at once."""


class RenderQueueFull(Exception):
    """Too many leaflets are wanted at the moment. The text is a sentence for whoever wanted one more."""

    def __init__(self) -> None:
        super().__init__("这会儿要宣传单的人太多，请过一分钟再打开。")


class RenderQueue:
    """One thread for all leaflets of a process; `waiting` is how many have not been made yet."""

    def __init__(self, most_waiting: int = MOST_WAITING) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="press")
        self._most = most_waiting
        self.waiting = 0

    async def do(self, work: Callable[..., T], *given: object) -> T:
        """What `work(*given)` gives, in its turn.

        Raises:
            Busy: too many wait already. Whatever `work` raises.
        """
        if self.waiting >= self._most:
            raise RenderQueueFull
        self.waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work, *given)
        finally:
            self.waiting -= 1


PRESS = RenderQueue()
