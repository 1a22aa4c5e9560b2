"""The action server's process: one action that hands a message with its reading to the dialogue."""

import asyncio
import logging
import sys
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

from actions.door import create_door
from actions.heard import heard_of
from actions.settings import ActionSettings
from common.second_reader.reader import SecondReader
from common.second_reader.settings import from_environment as second_reader_settings
from common.settings import SettingsError
from common.telemetry import logs, traces
from common.telemetry.metrics import ACTION_SECONDS, ACTIONS, CONFIDENCE, INTENTS
from dialogue.bureau import RegistrationClient, Services
from dialogue.context import context_of
from dialogue.policy import respond
from dialogue.reading import Reading
from dialogue.reply import say
from dialogue.state import DialogueState
from dialogue.turn import Choice, StandingReminder, UserTurn
from dialogue.words import words
from policies.library import default

BEIJING = ZoneInfo("Asia/Shanghai")
NAME = "action_converse"
READING = "reading"
"""The one entity Rasa carries."""
log = logging.getLogger("actions")


def read_turn(tracker: Tracker, around: Services) -> tuple[DialogueState, UserTurn]:
    """The latest message with its reading and the state the gateway put beside it."""
    message = tracker.latest_message
    about = message.get("metadata") or {}
    said_day = about.get("as_of")
    text = (message.get("text") or "").strip()
    found = next((e["value"] for e in message.get("entities") or () if e.get("entity") == READING), None)
    picked = about.get("choice") or None
    turn = UserTurn(
        conversation=about.get("conversation") or tracker.sender_id,
        message_id=about.get("message_id") or message.get("message_id") or "",
        reading=Reading.from_json(found) if found else Reading(text, ("unsure",)),
        today=date.fromisoformat(said_day) if said_day else datetime.now(BEIJING).date(),
        around=around,
        queue=about.get("queue") or None,
        off=tuple(about.get("off") or ()),
        choice=Choice(str(picked["intent"]), dict(picked.get("facts") or {})) if picked else None,
        reminds=bool(about.get("reminds")),
        reminders=tuple(_reminder(one) for one in about.get("reminders") or ()),
    )
    return DialogueState.from_json(about.get("state")), turn


def _reminder(raw: dict[str, Any]) -> StandingReminder:
    due, on = (date.fromisoformat(str(raw[name])) for name in ("due", "on"))
    return StandingReminder(int(raw["id"]), str(raw["kind"]), due, on)


class ConverseAction(Action):
    """Every message: (state, turn) → (state, replies), in a worker thread, timed, counted and traced."""

    def __init__(self, around: Services, second: SecondReader) -> None:
        self._around, self._second = around, second

    def name(self) -> str:
        return NAME

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        state, turn = read_turn(tracker, self._around)
        about = tracker.latest_message.get("metadata") or {}
        if turn.choice is None:
            again = await self._second.again(turn.reading, context_of(state), turn.today)
            turn = replace(turn, reading=again)
        INTENTS.labels(turn.reading.labels[0]).inc()
        if turn.reading.ranking:
            CONFIDENCE.observe(turn.reading.confidence)
        with traces.span(NAME, parent=about), ACTION_SECONDS.labels(NAME).time():
            now, replies = await asyncio.to_thread(self._answered, state, turn)
        kept = {**now.as_json(), "context": context_of(now)}
        said, heard = [reply.as_json() for reply in replies], heard_of(state, turn, now)
        dispatcher.utter_message(json_message={"replies": said, "state": kept, "heard": heard})
        return []

    def _answered(self, state: DialogueState, turn: UserTurn) -> Any:
        """The dialogue's answer. A message that breaks it gets a sentence and leaves the state as it was."""
        try:
            now, replies, rule = respond(state, turn)
        except Exception as error:
            log.error("a message could not be answered: %s", type(error).__name__, exc_info=error)
            ACTIONS.labels("failed", "failed").inc()
            return state, [say(words("broken"), noted={"kind": "failed"})]
        ACTIONS.labels(rule, "ok").inc()
        return now, replies


def main() -> None:
    """Serve the action on loopback."""
    try:
        settings, reader = ActionSettings.read(), second_reader_settings()
    except SettingsError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    logs.set_up("actions")
    traces.set_up("actions", wanted=settings.traces_to is not None)
    default()
    client = RegistrationClient(settings.registration_url, settings.registration_token, headers=traces.carrier)
    executor = ActionExecutor()
    second = SecondReader(reader)
    executor.register_action(ConverseAction(Services(client, settings.public_url), second))
    app = create_door(executor, settings.token)
    app.run(host=settings.host, port=settings.port, single_process=True, access_log=False, motd=False)


if __name__ == "__main__":
    main()
