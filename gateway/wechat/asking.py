"""From what a user did to what is asked of the dialogue, or said by ourselves. The same for both messengers."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from gateway.delivery.channel import Job
from gateway.errors import DoorError
from gateway.papers import what_changed
from gateway.settings import GatewaySettings
from gateway.turns import BEIJING, read_message
from gateway.wechat.inbound import (
    Clicked,
    Inbound,
    Location,
    Media,
    Scanned,
    Subscribed,
    TextMessage,
    VoiceMessage,
)
from gateway.wechat.location import region_of
from gateway.words import options, words
from leaflets import printed
from policies import places
from policies.library import default
from policies.scene import Scene, SceneError, read

ASK, SAY, HELP = "ask:", "say:", "help"
"""Keys of menu buttons: `ask:<intent>` asks that question, `say:<words>` says them, `help` shows the welcome."""


def job_for(inbound: Inbound, conversation: str, region: str | None, settings: GatewaySettings) -> Job | None:
    """What is to be done; None when the platform wants no more than its receipt."""
    empty = Job(conversation, datetime.now(BEIJING).date().isoformat(), region=region)
    match inbound.what:
        case TextMessage(content):
            return _asked(empty, content, settings)
        case VoiceMessage(heard) if heard:
            asked = _asked(empty, heard, settings)
            return replace(asked, said=words("heard", said=asked.say)) if asked.say else asked
        case VoiceMessage():
            return replace(empty, said=words("voice_not_heard"))
        case Media(name):
            return replace(empty, said=words("media", name=name))
        case Location(label):
            found = region_of(label)
            if found is None:
                return replace(empty, said=words("place_unknown"))
            return replace(empty, say=_at(found), choice={"intent": "inform", "facts": {"region": found}})
        case Subscribed(scene):
            return _scanned(replace(empty, grant="event"), scene, words("welcome"))
        case Scanned(scene):
            return _scanned(replace(empty, grant="event"), scene, words("messenger_help"))
        case Clicked(key):
            return _clicked(replace(empty, grant="event"), key, settings)
        case _:
            return None


def _asked(job: Job, text: str, settings: GatewaySettings) -> Job:
    """Checked and masked as any message of any channel; what is wrong with it is said in words."""
    try:
        message = read_message({"conversation": job.conversation, "message_id": "m", "text": text}, settings)
    except DoorError as error:
        return replace(job, said=str(error))
    return replace(job, say=message.text, masked=message.masked)


def _at(region: str) -> str:
    return words("place_said", place=places.full_name(region))


def _scanned(job: Job, text: str, otherwise: str) -> Job:
    """A leaflet's question, asked for its region and stage; a code without one gets the usual words."""
    try:
        scene = read(text)
    except SceneError:
        scene = Scene()
    said = scene_words(scene)
    if not said:
        return replace(job, said=otherwise, options=options("starters"))
    paper = printed(text)
    changed = what_changed(paper, default(), date.fromisoformat(job.as_of)) if paper else None
    return replace(job, said=changed or (words("scanned") if scene.question else ""), say=said, choice=choice_of(scene))


def choice_of(scene: Scene) -> dict[str, Any]:
    """What a scene means, without a sentence: the question for its region and stage."""
    facts = {"region": scene.region, "stage": scene.stage}
    return {"intent": scene.question or "inform", "facts": {name: value for name, value in facts.items() if value}}


def scene_words(scene: Scene) -> str:
    """How a scanned code reads in the history; empty when the scene holds nothing."""
    parts = [_at(scene.region)] if scene.region else []
    parts += [words("stage_said", stage=scene.stage)] if scene.stage else []
    parts += [str(default().questions[scene.question]["say"])] if scene.question else []
    return "，".join(parts)


def _clicked(job: Job, key: str, settings: GatewaySettings) -> Job:
    questions = default().questions
    if key.startswith(ASK) and key.removeprefix(ASK) in questions:
        intent = key.removeprefix(ASK)
        return replace(job, say=str(questions[intent]["say"]), choice={"intent": intent, "facts": {}})
    if key.startswith(SAY):
        return _asked(job, key.removeprefix(SAY), settings)
    return replace(job, said=words("messenger_help"), options=options("starters"))
