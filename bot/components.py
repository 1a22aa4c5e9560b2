"""Rasa graph components: thin wrappers that put `bot.nlu` into Rasa's pipeline."""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Dict, List, Optional, Type

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import intents
from bot.nlu.facts import find_facts
from bot.nlu.talk import find_signs, questions_in
from policies import places

UNSURE = "nlu_fallback"
MOST_QUESTIONS = 3
"""Parts of one message that are read as questions of their own."""
TRACE = 0.005
"""Probability in the whole message below which a part's reading is not believed."""
_CHINESE = re.compile("[\u4e00-\u9fff]")
_READABLE_WITHOUT_CHINESE = frozenset(["greet", "thank", "goodbye", "affirm", "deny", "help", "inform", "stop"])
"""hi, ok, 3.15 … Anything else without a Chinese character is not a question we could have understood."""
_SIGN_ROUTES = (
    ("distress", "complain"), ("remember", "inform"), ("declined", "inform"), ("case", "inform"), ("look_up", UNSURE),
)  # fmt: skip
"""Signs that decide where a message goes whatever its words resemble: “忘掉” and “不方便说” ask nothing about insurance."""
_BEIJING = timezone(timedelta(hours=8))


def _fingerprint() -> str:
    """A hash of the code and data the training reads, so that a changed dictionary or place retrains."""
    rooms = [Path(intents.__file__).parent.glob("*.*"), Path(places.__file__).parent.glob("place*.*")]
    files = sorted(path for room in rooms for path in room)
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def asked_on(message: Message) -> date:
    """The day of asking the gateway put into the metadata, else today in Beijing."""
    said = (message.get("metadata") or {}).get("as_of")
    return date.fromisoformat(said) if said else datetime.now(_BEIJING).date()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class QuestionClassifier(GraphComponent, IntentClassifier):
    """Which of the intents a message is: the two readings of `bot.nlu.intents`."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        return {"strength": 0.5, "ranking": 6, "several": 0.6}

    def __init__(self, config: Dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._model: Optional[intents.IntentModel] = None

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> QuestionClassifier:
        return cls(config, model_storage, resource)

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        return _fingerprint()

    def train(self, training_data: TrainingData) -> Resource:
        examples = [e for e in training_data.intent_examples if e.get(TEXT)]
        self._model = intents.train(
            [e.get(TEXT) for e in examples], [e.get(INTENT) for e in examples], self._config["strength"]
        )
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> QuestionClassifier:
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._model = intents.IntentModel.load(folder)
        component._model.guess("预热：第一位家长不该等词典加载")
        return component

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            text = (message.get(TEXT) or "").strip()
            if self._model is None or not text or not self._model.knows(text):
                message.set(INTENT, {"name": UNSURE, "confidence": 1.0}, add_to_output=True)
                message.set("intent_ranking", [], add_to_output=True)
                continue
            everything = self._model.guess(text)
            guesses = everything[: self._config["ranking"]]
            ranking = [{"name": g.intent, "confidence": g.confidence} for g in guesses]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
            several = self._several(text, {g.intent: g.confidence for g in everything})
            if several:
                asked = {"entity": "questions", "value": several, "start": 0, "end": len(text), "extractor": "Talk"}
                message.set(ENTITIES, [*message.get(ENTITIES, []), asked], add_to_output=True)
        return messages

    def _several(self, text: str, whole: Dict[str, float]) -> List[str]:
        """The intents of a message that asks more than one thing, in its order; empty for a single question.

        `whole` are the readings of the message in one piece: a part that it shows no trace of is a misreading.
        """
        assert self._model is not None
        parts = questions_in(text)[:MOST_QUESTIONS]
        if len(parts) < 2:
            return []
        best = [self._model.guess(part)[0] for part in parts]
        sure = [
            g.intent for g in best
            if g.intent.startswith("ask_") and g.confidence >= self._config["several"] and whole[g.intent] >= TRACE
        ]  # fmt: skip
        found = list(dict.fromkeys(sure))
        return found if len(found) > 1 else []


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class ScopeGate(GraphComponent, IntentClassifier):
    """Turns a reading nobody should act on into `nlu_fallback`: the conversation then asks back with the best readings.

    A message that carries facts but no clear question is `inform`: a bare date is an answer, not noise.
    """

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        return {"sure": 0.35, "margin": 0.08}

    def __init__(self, config: Dict[str, Any]) -> None:
        self._config = config

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> ScopeGate:
        return cls(config)

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            ranking = message.get("intent_ranking") or []
            signs = {e["entity"] for e in message.get(ENTITIES, []) if e.get("extractor") == "Talk"}
            spoken_to = next((name for sign, name in _SIGN_ROUTES if sign in signs), None)
            if spoken_to is not None:
                message.set(INTENT, {"name": spoken_to, "confidence": 1.0}, add_to_output=True)
                continue
            if not ranking:
                message.set(INTENT, {"name": UNSURE, "confidence": 1.0}, add_to_output=True)
                continue
            best = ranking[0]["confidence"]
            if not _CHINESE.search(message.get(TEXT) or "") and ranking[0]["name"] not in _READABLE_WITHOUT_CHINESE:
                message.set(INTENT, {"name": UNSURE, "confidence": 1.0}, add_to_output=True)
                continue
            second = ranking[1]["confidence"] if len(ranking) > 1 else 0.0
            if best >= self._config["sure"] or (
                best - second >= self._config["margin"] and best >= self._config["sure"] / 2
            ):
                continue
            facts = [e for e in message.get(ENTITIES, []) if e.get("extractor") == "FactExtractor"]
            covered = sum(e["end"] - e["start"] for e in facts)
            if facts and covered * 2 >= len(message.get(TEXT) or ""):
                message.set(INTENT, {"name": "inform", "confidence": best}, add_to_output=True)
            else:
                message.set(INTENT, {"name": UNSURE, "confidence": 1.0 - best}, add_to_output=True)
        return messages


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class FactExtractor(GraphComponent, EntityExtractorMixin):
    """The facts a message states (`bot.nlu.facts`), resolved against the turn's day of asking."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        return {}

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FactExtractor:
        component = cls()
        find_facts("我在南京", date(2025, 1, 1))
        return component

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            found = [
                {"entity": f.name, "value": f.value, "start": f.start, "end": f.end, "extractor": "FactExtractor"}
                for f in find_facts(message.get(TEXT) or "", asked_on(message))
            ]
            found += [
                {"entity": s.name, "value": s.value, "start": s.start, "end": s.end, "extractor": "Talk"}
                for s in find_signs(message.get(TEXT) or "")
            ]
            found.sort(key=lambda entity: entity["start"])
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages

    @classmethod
    def required_components(cls) -> List[Type]:
        return []
