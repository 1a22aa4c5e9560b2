"""Two repairs of Rasa 3.6.21, each where it repeats constant work on every turn. Nothing it checks is checked less.

`RemoteAction._validate_action_result` hands the constant schema to `jsonschema.validate`, which re-checks the schema
itself each time (35-55 ms of CPU). `Event.resolve_by_type` walks all subclasses of `Event` for every event it reads.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Dict, Optional, Type

from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.events import Event

_SCHEMA = RemoteAction.action_response_format_spec()
_VALIDATOR = validator_for(_SCHEMA)(_SCHEMA)
_walk_subclasses = Event.resolve_by_type


def _validate_once_built(self: RemoteAction, result: Dict[str, Any]) -> bool:
    """Raises jsonschema.ValidationError when the action server's answer has not the documented shape."""
    _VALIDATOR.validate(result)
    return True


@cache
def _resolve_once(type_name: str, default: Optional[Type[Event]] = None) -> Optional[Type[Event]]:
    return _walk_subclasses(type_name, default)


def install() -> None:
    """Put the prepared validator and the remembered event types in place."""
    RemoteAction._validate_action_result = _validate_once_built  # type: ignore[method-assign]
    Event.resolve_by_type = staticmethod(_resolve_once)  # type: ignore[method-assign,assignment]
