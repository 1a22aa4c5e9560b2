"""Which action answers which intent: RulePolicy's own table, looked up by the intent.

Every rule of `data/rules/routes.yml` is one intent and one action. RulePolicy learns and checks them as ever; when a
message comes it walks the states of the whole session twice to find what the last intent alone decides.
"""

from __future__ import annotations

import json
from typing import Any, Dict, List, Optional

from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import RasaException


class NoRoute(RasaException):
    """A rule is more than one intent and one action; the table cannot say it."""


def routes_of(rules: Dict[str, str]) -> Dict[str, str]:
    """Intent → action, from RulePolicy's lookup (the states before, as JSON → the action after).

    Raises NoRoute when a rule needs more than the last intent to be decided.
    """
    routes: Dict[str, str] = {}
    for states, action in rules.items():
        first, *later = json.loads(states)
        intent = first.get("user", {}).get("intent")
        asked = {"prev_action": {"action_name": ACTION_LISTEN_NAME}, "user": {"intent": intent}}
        if intent is None or first != asked or len(later) > 1 or (later and action != ACTION_LISTEN_NAME):
            raise NoRoute(f"data/rules: {states} → {action} is not one intent and one action")
        if not later:
            routes[intent] = action
    return routes


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True
)  # fmt: skip
class RoutePolicy(RulePolicy):
    """RulePolicy for rules of one intent and one action. Whatever is no intent of the table gets the fallback action."""

    def __init__(
        self,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        featurizer: Optional[Any] = None,
        lookup: Optional[Dict[str, Any]] = None,
    ) -> None:
        super().__init__(config, model_storage, resource, execution_context, featurizer, lookup)
        self._routes = routes_of(self.lookup.get("rules", {}))

    def train(self, training_trackers: List[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
        """As RulePolicy, which also checks the rules for contradictions. Raises NoRoute."""
        trained = super().train(training_trackers, domain, **kwargs)
        self._routes = routes_of(self.lookup["rules"])
        return trained

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: Optional[Dict[str, Any]] = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """The action of the last intent, and after it listening."""
        action, sure = ACTION_LISTEN_NAME, 1.0
        if tracker.latest_action_name == ACTION_LISTEN_NAME:
            intent = tracker.latest_message.intent.get("name") if tracker.latest_message else None
            route = self._routes.get(str(intent))
            action = route or self.config["core_fallback_action_name"]
            sure = 1.0 if route else float(self.config["core_fallback_threshold"])
        probabilities = [0.0] * domain.num_actions
        probabilities[domain.index_for_action(action)] = sure
        no_events: List[Event] = []
        return self._prediction(probabilities, events=no_events)
