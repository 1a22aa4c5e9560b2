"""Leaflets are made one after the other, on a thread of their own; nobody waits for more than can be made soon."""

import asyncio
import threading

import pytest

from leaflets.render_queue import RenderQueue, RenderQueueFull


def test_many_at_once_are_made_one_after_the_other() -> None:
    running, most = 0, 0

    def draw(number: int) -> int:
        nonlocal running, most
        running += 1
        most = max(most, running)
        threading.Event().wait(0.001)
        running -= 1
        return number

    async def run() -> list[int]:
        press = RenderQueue()
        return await asyncio.gather(*(press.do(draw, number) for number in range(40)))

    assert asyncio.run(run()) == list(range(40))
    assert most == 1


def test_who_comes_when_too_many_wait_is_told_at_once_and_later_served() -> None:
    async def run() -> None:
        press, go = RenderQueue(most_waiting=3), threading.Event()
        waiting = [asyncio.ensure_future(press.do(go.wait)) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(RenderQueueFull, match="请过一分钟"):
            await press.do(go.wait)
        go.set()
        assert await asyncio.gather(*waiting) == [True] * 3
        assert await press.do(go.wait)

    asyncio.run(run())


def test_a_failure_is_the_callers_and_frees_its_place() -> None:
    async def run() -> None:
        press = RenderQueue(most_waiting=1)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                await press.do(divmod, 1, 0)
        assert await press.do(divmod, 7, 2) == (3, 1)

    asyncio.run(run())
