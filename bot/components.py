"""The Rasa graph component: puts `bot.nlu` into Rasa's pipeline. What it hears travels as one entity, `reading`."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Dict, List, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot import turns
from bot.nlu import reader
from bot.nlu.conversation import Context
from bot.nlu.reader import MessageParser
from dialogue.reading import Reading
from policies import places

READING = "reading"
_BEIJING = timezone(timedelta(hours=8))


def _fingerprint() -> str:
    """A hash of the code and data the training reads, so that a changed dictionary, place or turn retrains."""
    rooms = [
        Path(reader.__file__).parent.glob("*.*"),
        Path(reader.__file__).parent.glob("*/*.py"),
        Path(places.__file__).parent.glob("place*.*"),
        turns.FOLDER.glob("*.txt"),
    ]
    files = sorted(path for room in rooms for path in room)
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def asked_on(about: Dict[str, Any]) -> date:
    """The day of asking the gateway put into the metadata, else today in Beijing."""
    said = about.get("as_of")
    return date.fromisoformat(said) if said else datetime.now(_BEIJING).date()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class MessageReader(GraphComponent, IntentClassifier):
    """Reads a message in its conversation (`bot.nlu.reader`); a choice (metadata `choice`) is not read at all."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        return {}

    def __init__(self, storage: ModelStorage, resource: Resource) -> None:
        self._storage = storage
        self._resource = resource
        self._reader: Optional[MessageParser] = None

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> MessageReader:
        return cls(model_storage, resource)

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        return _fingerprint()

    def train(self, training_data: TrainingData) -> Resource:
        sentences = [(str(e.get(TEXT)), str(e.get(INTENT))) for e in training_data.intent_examples if e.get(TEXT)]
        self._reader = reader.train(sentences)
        with self._storage.write_to(self._resource) as folder:
            self._reader.save(folder)
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> MessageReader:
        component = cls(model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._reader = MessageParser.load(folder)
        component._reader.read("预热：第一位家长不该等词典加载，我在南京，10月3号生的", Context(), date(2025, 1, 1))
        return component

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            about = message.get("metadata") or {}
            heard = self._heard((message.get(TEXT) or "").strip(), about)
            message.set(INTENT, {"name": heard.labels[0], "confidence": heard.confidence}, add_to_output=True)
            message.set("intent_ranking", [{"name": n, "confidence": p} for n, p in heard.ranking], add_to_output=True)
            entity = {
                "entity": READING,
                "value": heard.as_json(),
                "start": 0,
                "end": len(heard.text),
                "extractor": "MessageReader",
            }
            message.set(ENTITIES, [entity], add_to_output=True)
        return messages

    def _heard(self, text: str, about: Dict[str, Any]) -> Reading:
        if self._reader is None or about.get("choice"):
            return Reading(text, ("choose",) if about.get("choice") else (reader.UNSURE,))
        raw = {
            **((about.get("state") or {}).get("context") or {}),
            **({"queue": about["queue"]} if about.get("queue") else {}),
        }
        return self._reader.read(text, Context.from_json(raw), asked_on(about))
