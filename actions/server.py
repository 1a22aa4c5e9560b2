"""The action server's process: every action is five lines that load the memory, call one function and save it."""

import asyncio
import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

from actions import answering, enrolling, remembering, services
from actions.door import create_door
from actions.memory import Memory, Turn
from actions.replies import Reply, option
from actions.settings import Settings, from_environment
from policies.library import default
from registration.client import RegistrationClient
from telemetry import logs, traces
from telemetry.metrics import ACTION_SECONDS, ACTIONS, CONFIDENCE, INTENTS

BEIJING = ZoneInfo("Asia/Shanghai")
Result = tuple[Memory, list[Reply]]
MASKED = "已隐去"
"""In every place where the gateway took a number out of a message."""
LOOK_UP = re.compile("查|看看|看下|身份证")
SPEECH = {
    "greet": "utter_greet", "goodbye": "utter_goodbye", "thank": "utter_thank", "help": "utter_help",
    "bot_challenge": "utter_bot",
}  # fmt: skip
"""Small talk of domain/speech.yml."""


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
        confidence=next((float(r["confidence"]) for r in message.get("intent_ranking") or ()), None),
    )


class Adapter(Action):
    """One Rasa action around one function (turn, memory) → (memory, replies). Slow work runs in a worker thread."""

    def __init__(self, name: str, respond: Callable[[Turn, Memory], Result], *, threaded: bool = True) -> None:
        self._name = name
        self._respond = respond
        self._threaded = threaded

    def name(self) -> str:
        return self._name

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        turn = read_turn(tracker)
        about = tracker.latest_message.get("metadata") or {}
        before = Memory.load(tracker.slots, about.get("memory"))
        memory, replies = await self._measured(turn, before, about)
        for reply in replies:
            if "response" in reply:  # words of domain/speech.yml, with their buttons
                dispatcher.utter_message(response=reply["response"])
                dispatcher.utter_message(json_message={"memory": memory.carried()})
            else:
                dispatcher.utter_message(json_message={"reply": reply, "memory": memory.carried()})
        return [SlotSet(name, value) for name, value in memory.slots().items() if tracker.slots.get(name) != value]

    async def _measured(self, turn: Turn, before: Memory, about: dict[str, Any]) -> Result:
        """The function's result, timed, counted and traced under the gateway's turn."""
        INTENTS.labels(turn.intent).inc()
        if turn.confidence is not None:
            CONFIDENCE.observe(turn.confidence)
        outcome = "failed"
        try:
            with traces.span(self._name, parent=about), ACTION_SECONDS.labels(self._name).time():
                if self._threaded:
                    result = await asyncio.to_thread(self._respond, turn, before)
                else:
                    result = self._respond(turn, before)
            outcome = "ok"
            return result
        finally:
            ACTIONS.labels(self._name, outcome).inc()


def heard(respond: Callable[[Turn, Memory], Result]) -> Callable[[Turn, Memory], Result]:
    """The same action, with what the message tells besides (“我们在无锡”) taken into the memory first."""
    return lambda turn, memory: respond(turn, memory.hear(turn))


def with_news(
    respond: Callable[[Turn, Memory], Result], client: RegistrationClient
) -> Callable[[Turn, Memory], Result]:
    """The same action, and after it whatever changed in this conversation's applications since it was last told."""

    def told(turn: Turn, memory: Memory) -> Result:
        now, replies = respond(turn, memory)
        if not memory.applications or now.applications is None:
            return now, replies
        now, changes = services.news(now, client)
        return now, [*replies, *changes]

    return told


def build_actions(settings: Settings) -> list[Adapter]:
    """Every action of the domain (domain/speech.yml), bound to its collaborators."""
    client = RegistrationClient(settings.registration_url, settings.registration_token, headers=traces.carrier)

    def draft_if_ready(turn: Turn, result: Result) -> Result:
        memory, replies = result
        if not replies and enrolling.ready(memory):
            return enrolling.make_draft(memory, turn, client, settings.public_url)
        return memory, replies

    def form_answer(turn: Turn, memory: Memory) -> Result | None:
        """What answers the open question of an enrollment goes there, whatever it was classified as."""
        if not enrolling.takes(turn, memory):
            return None
        return draft_if_ready(turn, enrolling.hear(turn, memory))

    def then_resume(result: Result) -> Result:
        now, replies = result
        resume = enrolling.resume_line(now)
        return now, [*replies, resume] if resume else replies

    def question(turn: Turn, memory: Memory) -> Result:
        again = enrolling.link_again(turn, memory, client, settings.public_url)
        if again is not None:
            return memory, again
        said = form_answer(turn, memory)
        if said is not None:
            return said
        now, replies = then_resume(answering.on_question(turn, memory))
        if turn.intent == "ask_hukou_update" and now.applications:
            more = [option("更新申请里的户口信息", "更新户口信息"), *replies[0]["options"]]
            replies = [{**replies[0], "options": more}, *replies[1:]]
        return now, replies

    def go_on(turn: Turn, memory: Memory) -> Result:
        about_memory = remembering.respond(turn, memory)
        if about_memory is not None:
            return about_memory
        if memory.enrollment is not None:
            return draft_if_ready(turn, enrolling.hear(turn, memory))
        again = enrolling.link_again(turn, memory, client, settings.public_url)
        return (memory, again) if again is not None else answering.on_information(turn, memory)

    def start(turn: Turn, memory: Memory) -> Result:
        again = enrolling.link_again(turn, memory, client, settings.public_url)
        if again is not None:
            return memory, again
        return form_answer(turn, memory) or draft_if_ready(turn, enrolling.start(turn, memory, turn.message_id))

    def unsure(turn: Turn, memory: Memory) -> Result:
        """Answers to our own question may look like nothing at all; only then offer readings."""
        again = enrolling.link_again(turn, memory, client, settings.public_url)
        if again is not None:
            return memory, again
        if memory.enrollment is not None:
            return draft_if_ready(turn, enrolling.hear(turn, memory))
        if (MASKED in turn.text and memory.question is None) or (LOOK_UP.search(turn.text) and MASKED in turn.text):
            return memory, [services.no_look_up(turn, memory)]
        return answering.on_unclear(turn, memory)

    def not_ours(turn: Turn, memory: Memory) -> Result:
        """None of our business, unless it leans on our own question: “要是双胞胎呢”, “爸爸妈妈”."""
        again = enrolling.link_again(turn, memory, client, settings.public_url)
        if again is not None:
            return memory, again
        if memory.question is not None and any(turn.first(sign) for sign in ("elapsed", "unwritten", "child")):
            return then_resume(answering.on_information(turn, memory))
        return form_answer(turn, memory) or (memory, services.not_ours(enrolling.resume_line(memory)))

    def cancel(turn: Turn, memory: Memory) -> Result:
        return memory, services.cancel(turn, client, confirmed="确定" in turn.text)

    def check(turn: Turn, memory: Memory) -> Result:
        again = enrolling.link_again(turn, memory, client, settings.public_url)
        return (memory, again) if again is not None else services.check(turn, memory, client)

    def complain(turn: Turn, memory: Memory) -> Result:
        return memory, services.calm(turn) if turn.first("distress") else services.complaint()

    def small_talk(turn: Turn, memory: Memory) -> Result:
        """“你好”, “谢谢”: a word back, and an open enrollment goes on; “好的谢谢” may be its confirmation."""
        said = form_answer(turn, memory)
        if said is not None:
            return said
        return then_resume((memory, [{"response": SPEECH[turn.intent]}]))

    quiet: list[tuple[str, Callable[[Turn, Memory], Result]]] = [
        ("action_person", lambda t, m: (m, services.person(t))),
        ("action_complain", complain),
    ]
    told: list[tuple[str, Callable[[Turn, Memory], Result]]] = [
        ("action_answer", question),
        ("action_out_of_scope", not_ours),
        ("action_continue", go_on),
        ("action_unsure", unsure),
        ("action_start_enrollment", start),
        ("action_check_application", check),
        ("action_cancel_application", cancel),
        ("action_enrollment_status", heard(lambda t, m: (m, services.coverage(t, m, client)))),
        ("action_payment_problem", heard(lambda t, m: (m, services.payment_problem(t, m)))),
        ("action_faq_sheet", heard(lambda t, m: (m, services.faq_sheet(m, t.as_of, settings.public_url)))),
        ("action_small_talk", small_talk),
    ]
    return [
        *(Adapter(name, respond, threaded=False) for name, respond in quiet),
        *(Adapter(name, with_news(respond, client)) for name, respond in told),
    ]


def main() -> None:
    """Serve the actions on loopback."""
    settings = from_environment()
    logs.set_up("actions")
    traces.set_up("actions")
    default()
    executor = ActionExecutor()
    for action in build_actions(settings):
        executor.register_action(action)
    app = create_door(executor, settings.token)
    app.run(host=settings.host, port=settings.port, single_process=True, access_log=False, motd=False)


if __name__ == "__main__":
    main()
