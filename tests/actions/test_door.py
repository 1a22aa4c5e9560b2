"""Only Rasa calls the action server, and no error of it repeats what somebody said."""

import asyncio
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor
from sanic import Sanic

from actions.door import create_door

TOKEN = "token-of-the-actions-01"
SAID = "我家住在和平路8号，孩子叫欧阳小宝"


class Fine(Action):
    def name(self) -> str:
        return "action_fine"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[dict[str, Any]]:
        dispatcher.utter_message(text="好")
        return []


class Broken(Action):
    def name(self) -> str:
        return "action_broken"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> list[dict[str, Any]]:
        raise ValueError(tracker.latest_message["text"])


@contextmanager
def door() -> Iterator[httpx.Client]:
    executor = ActionExecutor()
    executor.register_action(Fine())
    executor.register_action(Broken())
    app = create_door(executor, TOKEN)
    Sanic.unregister_app(app)
    app.config.TOUCHUP = False
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    loop, ready, stop = asyncio.new_event_loop(), threading.Event(), asyncio.Event()

    async def main() -> None:
        server: Any = await app.create_server(sock=listening, access_log=False)
        await server.startup()
        ready.set()
        await stop.wait()
        for connection in tuple(server.connections):
            connection.abort()
        await server.close()

    thread = threading.Thread(target=lambda: loop.run_until_complete(main()), daemon=True)
    thread.start()
    assert ready.wait(20)
    with httpx.Client(base_url=f"http://127.0.0.1:{listening.getsockname()[1]}", trust_env=False) as client:
        yield client
    loop.call_soon_threadsafe(stop.set)
    thread.join(20)


def call(name: str) -> dict[str, Any]:
    latest = {"text": SAID, "intent": {"name": "greet"}, "entities": []}
    tracker = {"sender_id": "s", "slots": {}, "latest_message": latest, "events": [], "paused": False,
               "followup_action": None, "active_loop": {}, "latest_action_name": None,
               "latest_input_channel": "g"}  # fmt: skip
    return {"next_action": name, "sender_id": "s", "tracker": tracker, "domain": {}, "version": "3.6.21"}


@pytest.mark.parametrize("given", [None, "", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer 钥匙"])
def test_without_the_token_nothing_is_run(given: str | None) -> None:
    with door() as client:
        headers = {} if given is None else {"Authorization": given.encode()}
        answer = client.post("/webhook", json=call("action_fine"), headers=headers)  # type: ignore[arg-type]
        assert answer.status_code == 401
        assert "好" not in answer.text


def test_with_the_token_the_action_answers() -> None:
    with door() as client:
        answer = client.post("/webhook", json=call("action_fine"), headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        assert answer.json()["responses"][0]["text"] == "好"


def test_a_broken_action_repeats_nothing_that_was_said(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), door() as client:
        answer = client.post("/webhook", json=call("action_broken"), headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 500
        assert SAID not in answer.text
        ours = [record.getMessage() for record in caplog.records if record.name == "actions"]
        assert any("ValueError" in line for line in ours)
        assert not any(SAID in line for line in ours)


@pytest.mark.parametrize(("content", "status"), [(b"", 400), (b"[]", 400), (b"{", 400), (b'{"next_action": 3}', 400)])
def test_what_is_no_call_is_refused(content: bytes, status: int) -> None:
    with door() as client:
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        assert client.post("/webhook", content=content, headers=headers).status_code == status


def test_an_unknown_action_is_named_as_such() -> None:
    with door() as client:
        answer = client.post("/webhook", json=call("action_none"), headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 404
