"""The action server's process: every action is five lines that load the memory, call one function and save it."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rasa_sdk import Action, Tracker
from rasa_sdk.endpoint import create_app
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

from actions import answering, enrolling, services
from actions.memory import Memory, Turn
from actions.replies import Reply
from actions.settings import Settings, from_environment
from policies.library import default
from registration.client import RegistrationClient

BEIJING = ZoneInfo("Asia/Shanghai")
Result = tuple[Memory, list[Reply]]


def read_turn(tracker: Tracker) -> Turn:
    """The latest message with the metadata the gateway put beside it."""
    message = tracker.latest_message
    about = message.get("metadata") or {}
    said_day = about.get("as_of")
    return Turn(
        conversation=about.get("conversation") or tracker.sender_id,
        message_id=about.get("message_id") or message.get("message_id") or "",
        text=(message.get("text") or "").strip(),
        intent=(message.get("intent") or {}).get("name") or "nlu_fallback",
        said=tuple(message.get("entities") or ()),
        ranking=tuple(r["name"] for r in message.get("intent_ranking") or ()),
        as_of=date.fromisoformat(said_day) if said_day else datetime.now(BEIJING).date(),
    )


class Adapter(Action):
    """One Rasa action around one function (turn, memory) → (memory, replies). Slow work runs in a worker thread."""

    def __init__(self, name: str, respond: Callable[[Turn, Memory], Result], *, threaded: bool = False) -> None:
        self._name = name
        self._respond = respond
        self._threaded = threaded

    def name(self) -> str:
        return self._name

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        turn = read_turn(tracker)
        carried = (tracker.latest_message.get("metadata") or {}).get("memory")
        before = Memory.load(tracker.slots, carried)
        if self._threaded:
            memory, replies = await asyncio.to_thread(self._respond, turn, before)
        else:
            memory, replies = self._respond(turn, before)
        for reply in replies:
            dispatcher.utter_message(json_message={"reply": reply, "memory": memory.carried()})
        return [SlotSet(name, value) for name, value in memory.slots().items() if tracker.slots.get(name) != value]


def build_actions(settings: Settings) -> list[Adapter]:
    """Every action of the domain (domain/speech.yml), bound to its collaborators."""
    client = RegistrationClient(settings.registration_url, settings.registration_token)

    def draft_if_ready(turn: Turn, result: Result) -> Result:
        memory, replies = result
        if not replies and enrolling.ready(memory):
            return enrolling.make_draft(memory, turn, client, settings.public_url)
        return memory, replies

    def question(turn: Turn, memory: Memory) -> Result:
        if enrolling.takes(turn, memory):
            return draft_if_ready(turn, enrolling.hear(turn, memory))
        now, replies = answering.on_question(turn, memory)
        resume = enrolling.resume_line(now)
        return now, [*replies, resume] if resume else replies

    def go_on(turn: Turn, memory: Memory) -> Result:
        if memory.enrollment is not None:
            return draft_if_ready(turn, enrolling.hear(turn, memory))
        return answering.on_information(turn, memory)

    def start(turn: Turn, memory: Memory) -> Result:
        return draft_if_ready(turn, enrolling.start(turn, memory, turn.message_id))

    def unsure(turn: Turn, memory: Memory) -> Result:
        """Answers to our own question may look like nothing at all; only then offer readings."""
        if memory.enrollment is not None:
            return draft_if_ready(turn, enrolling.hear(turn, memory))
        return answering.on_unclear(turn, memory)

    def not_ours(turn: Turn, memory: Memory) -> Result:
        """None of our business, unless it answers the open question of an enrollment."""
        if enrolling.takes(turn, memory):
            return draft_if_ready(turn, enrolling.hear(turn, memory))
        return memory, services.not_ours(enrolling.resume_line(memory))

    def cancel(turn: Turn, memory: Memory) -> Result:
        return memory, services.cancel(turn, client, confirmed="确定" in turn.text)

    return [
        Adapter("action_answer", question, threaded=True),
        Adapter("action_out_of_scope", not_ours, threaded=True),
        Adapter("action_continue", go_on, threaded=True),
        Adapter("action_unsure", unsure, threaded=True),
        Adapter("action_start_enrollment", start, threaded=True),
        Adapter("action_check_application", lambda t, m: (m, services.check(t, client)), threaded=True),
        Adapter("action_cancel_application", cancel, threaded=True),
        Adapter("action_enrollment_status", lambda t, m: (m, services.coverage(t, m, client)), threaded=True),
        Adapter("action_payment_problem", lambda t, m: (m, services.payment_problem(t, m))),
        Adapter("action_person", lambda t, m: (m, services.person())),
        Adapter("action_complain", lambda t, m: (m, services.complaint())),
        Adapter("action_faq_sheet", lambda t, m: (m, services.faq_sheet(m, t.as_of))),
    ]


def main() -> None:
    """Serve the actions on loopback."""
    settings = from_environment()
    default()
    executor = ActionExecutor()
    for action in build_actions(settings):
        executor.register_action(action)
    app = create_app(executor, cors_origins=None)
    app.run(host=settings.host, port=settings.port, single_process=True, access_log=False, motd=False)


if __name__ == "__main__":
    main()
