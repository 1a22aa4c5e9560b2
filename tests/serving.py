"""A service of ours in a thread of the test's process, so that its clock can be turned and its parts broken."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sanic import Sanic

START = 20
"""Seconds for a start or an end, on a busy machine."""


@contextmanager
def served(app: "Sanic[Any, Any]", **options: Any) -> Iterator[tuple[str, asyncio.AbstractEventLoop]]:
    """The address and the loop of a started application; stopped at the end. Raises whatever its start raises.

    Args:
        options: of `Sanic.create_server`.
    """
    Sanic.unregister_app(app)  # several of one name in a process
    app.config.TOUCHUP = False  # it rewrites Sanic for the whole process, and only once
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    loop, ready, stop = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    failed: list[BaseException] = []

    async def main() -> None:
        server: Any = await app.create_server(sock=listening, access_log=False, **options)
        await server.startup()
        await server.before_start()
        ready.set()
        await stop.wait()
        await server.before_stop()
        closing = server.close()
        for connection in tuple(server.connections):
            connection.abort()  # clients keep theirs open
        await closing
        await server.after_stop()

    def run() -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(main())
        except BaseException as error:
            if ready.is_set():
                raise
            failed.append(error)
        finally:
            ready.set()

    thread = threading.Thread(target=run, name=app.name, daemon=True)
    thread.start()
    try:
        assert ready.wait(START)
        if failed:
            raise failed[0]
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", loop
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(START)
        loop.close()
        listening.close()
        Sanic.unregister_app(app)
